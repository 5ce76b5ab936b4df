"""Open the user's files: detect their columns, cut them into parts, and resolve what only the whole input shows."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland.config import Assumptions, Settings, canonical_platform
from hinterland.errors import InputError
from hinterland.ingest import formats
from hinterland.ingest.column_detection import ColumnMatch, View, is_identifying, listed_names, views_of
from hinterland.ingest.content import plain_columns, units_of
from hinterland.ingest.exclusions import read_forgotten
from hinterland.ingest.fields import country_centres
from hinterland.ingest.formats.excel import WORKBOOKS, open_sheets
from hinterland.ingest.formats.sheet import READERS, FileFormat, Sheet, frame_sheet
from hinterland.ingest.formats.storage import FileContent, kind, store
from hinterland.ingest.header_names import CLEAR_SNAPSHOT, recognise_platform, tokenize_header
from hinterland.ingest.parse.coordinates import POINT, degrees, look_swapped
from hinterland.ingest.parse.dates import latest
from hinterland.ingest.part import Part, clean_text, load_fields
from hinterland.language import Notice
from hinterland.messages import COLUMN_OF_HANDLE, SHEET
from hinterland.messages import lists as list_messages

# each module of that folder registers the readers it has
for module in pkgutil.iter_modules(formats.__path__):
    importlib.import_module(f"{formats.__name__}.{module.name}")


@dataclass(frozen=True, eq=False)
class CreatorList:
    """An opened input: its parts, and what was made of its columns.

    `file_formats` says how each file is written, `aggregated` that rows are counts of creators; `fields` are those
    recognised in any of the files; `centres` the (longitude, latitude) pairs that are only the centre of a country;
    `swapped` the files whose two coordinate columns bear each other's name; `platform` that of all creators of whom no
    row names one, "" if it cannot be recognised; `forgotten` the lines of the file of `--forget`, each with the normal
    forms it is looked for by.
    """

    parts: tuple[Part, ...]
    mapping: tuple[ColumnMatch, ...]
    unused: tuple[str, ...]
    file_formats: tuple[FileFormat, ...]
    rows: int
    aggregated: bool
    fields: frozenset[str]
    centres: frozenset[tuple[float, float]] = frozenset()
    swapped: tuple[str, ...] = ()
    platform: str = ""
    forgotten: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    notices: tuple[Notice, ...] = ()

    @property
    def encoding(self) -> str:
        """The encodings of the files that are text."""
        return ", ".join(
            dict.fromkeys(file_format.encoding for file_format in self.file_formats if file_format.encoding)
        )

    @property
    def delimiter(self) -> str:
        """The delimiters of the files that have one."""
        return "".join(dict.fromkeys(file_format.delimiter for file_format in self.file_formats))


def open_creators(
    paths: Sequence[Path | FileContent], *, settings: Settings, assumptions: Assumptions | None = None
) -> CreatorList:
    """Open one or several files, or bytes in memory, as one list; rows are counted on from file to file.

    Parameters
    ----------
    assumptions
        Of these `centre_rows`; by default the usual one.

    Returns
    -------
    Parts of at most 250,000 rows that are read later, and what was made of the columns.

    Raises
    ------
    InputError
        If a file cannot be read, holds no rows, or has no column by which a creator could be placed.
    """
    if not paths:
        raise InputError("no file: name at least one")
    return _build_list(
        [sheet for path in paths for sheet in open_all(path, settings)], settings, assumptions or Assumptions()
    )


def frame_parts(frame: pd.DataFrame, *, settings: Settings, assumptions: Assumptions | None = None) -> CreatorList:
    """Open a DataFrame as if it were a file: the same recognition, the same checks.

    Parameters
    ----------
    frame
        One row per creator, or counts of creators; the index is left out.

    Returns
    -------
    As `open_creators`.

    Raises
    ------
    InputError
        As `open_creators`.
    """
    return _build_list([frame_sheet(frame)], settings, assumptions or Assumptions())


def open_all(path: Path | FileContent, settings: Settings) -> list[Sheet]:
    """Open a file as one table, or as several: the sheets of a workbook, if all are asked for.

    Parameters
    ----------
    settings
        Of these what says how a file is written: encoding, delimiter, header_row, sheet.

    Returns
    -------
    At least one sheet, in the order of the workbook.

    Raises
    ------
    InputError
        As `open_sheet`.
    """
    stored = store(path)
    return open_sheets(stored, settings) if kind(stored) in WORKBOOKS else [open_sheet(stored, settings)]


def open_sheet(path: Path | FileContent, settings: Settings) -> Sheet:
    """Open a file with the reader that fits its content; text under an unknown name is delimited text.

    Parameters
    ----------
    settings
        Of these what says how a file is written: encoding, delimiter, header_row, sheet.

    Returns
    -------
    The columns, a sample as text, and chunks that are read later.

    Raises
    ------
    InputError
        If it cannot be read, or is no table.
    """
    stored = store(path)
    suffix = kind(stored)
    return READERS[suffix if suffix in READERS else ".csv"](stored, settings)


def read_preview(path: Path | FileContent, *, settings: Settings, rows: int = 5) -> pd.DataFrame:
    """Read the first rows as text, all columns, for people to look at.

    Parameters
    ----------
    rows
        Rows wanted; a sample has no more than 1,000.

    Returns
    -------
    Text columns with the headers as names, made unique where they repeat.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    sample = open_sheet(path, settings).sample
    return pd.DataFrame({name: list(values[:rows]) for name, values in sample.items()}, dtype="str")


@dataclass(frozen=True, eq=False)
class TextTable:
    """Every row of a file as text, in order, numbered from 1; `ragged_rows` had more fields than the header."""

    rows: pd.DataFrame
    ragged_rows: tuple[int, ...] = ()


def read_table(path: Path, *, settings: Settings, ragged_column: str | None = None) -> TextTable:
    """Read a whole file as text; a row of too many fields keeps them all.

    Parameters
    ----------
    ragged_column
        The column whose values may hold the delimiter without quotation marks: surplus fields are part of it.
        Without one they are part of the last column.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    sheet = open_sheet(path, settings)
    first = np.cumsum([1, *(piece.rows for piece in sheet.chunks)])
    read = [piece.read(dict.fromkeys(sheet.columns, pa.string())) for piece in sheet.chunks]
    tables = [
        loaded.table.to_pandas().set_index(loaded.places + start)
        for loaded, start in zip(read, first[:-1], strict=True)
    ]
    at = sheet.columns.index(ragged_column) if ragged_column in sheet.columns else len(sheet.columns) - 1
    bad_rows = {
        row.place + start: _join_surplus(row.fields, at, sheet)
        for loaded, start in zip(read, first[:-1].tolist(), strict=True)
        for row in loaded.bad_rows
    }
    mended = pd.DataFrame.from_dict(bad_rows, orient="index", columns=list(sheet.columns), dtype="object")
    rows: pd.DataFrame = pd.concat([pd.DataFrame(columns=list(sheet.columns)), *tables, mended])
    return TextTable(rows.reindex(pd.RangeIndex(1, first[-1], name="row")), tuple(sorted(bad_rows)))


def _join_surplus(fields: Sequence[str], at: int, sheet: Sheet) -> list[str]:
    """Join what a row has too many of to the field at that place."""
    surplus = max(len(fields) - len(sheet.columns), 0)
    joined = [
        *fields[:at],
        sheet.file_format.delimiter.join(fields[at : at + surplus + 1]),
        *fields[at + surplus + 1 :],
    ]
    return [*joined, *[""] * (len(sheet.columns) - len(joined))]


def _build_list(sheets: Sequence[Sheet], settings: Settings, assumptions: Assumptions) -> CreatorList:
    if settings.sheet is not None and not any(sheet.file_format.sheet for sheet in sheets):
        raise InputError("{file} has no sheets: leave out {sheet}", file=sheets[0].name, sheet=SHEET)
    everywhere = [column for sheet in sheets for column in sheet.columns]
    views = [view for sheet in sheets for view in views_of(sheet, settings, everywhere)]
    guessed = [view.guesses for view in views]
    swapped = tuple(dict.fromkeys(view.sheet.name for view in views if _is_swapped(view.sheet, view.guesses)))
    parts = tuple(_parts(views, swapped, forgetting=settings.forget is not None))
    if not parts:
        raise InputError("{file} has a header but no rows: give at least one creator", file=sheets[0].name)
    fields = frozenset().union(*(part.fields for part in parts))
    newest, centres = _newest_snapshots(parts, guessed), country_centres(parts, rows=assumptions.centre_rows)
    people = read_forgotten(settings.forget, fields)
    gone: frozenset[str] = frozenset().union(*people.values())
    settled = tuple(
        replace(part, latest=newest if "snapshot" in part.fields else None, centres=centres, forgotten=gone)
        for part in parts
    )
    mapping = tuple(dict.fromkeys(guess for guesses in guessed for guess in guesses))
    used = {guess.column for guess in mapping}
    return CreatorList(
        parts=settled,
        mapping=mapping,
        unused=tuple(dict.fromkeys(c for sheet in sheets for c in sheet.columns if c not in used)),
        file_formats=tuple(sheet.file_format for sheet in sheets),
        rows=sum(part.rows for part in parts),
        aggregated="creators" in fields,
        fields=fields,
        centres=centres,
        swapped=swapped,
        platform=_common_platform(views),
        forgotten=people,
        notices=(
            *(notice for sheet in sheets for notice in sheet.notices),
            *_wide_notices(views),
            *_scale_notices(parts),
        ),
    )


def _common_platform(views: Sequence[View]) -> str:
    """Recognise the platform all files are of."""
    people = {"handle", "followers"}
    platforms = {
        canonical_platform(dict(view.constants).get("platform", ""))
        or recognise_platform(
            view.sheet.name, view.sheet.columns, [match.column for match in view.guesses if match.field in people]
        )
        for view in views
    }
    return platforms.pop() if len(platforms) == 1 else ""


def _wide_notices(views: Sequence[View]) -> Iterator[Notice]:
    """Say which sheets hold several platforms side by side."""
    for name in dict.fromkeys(view.sheet.name for view in views if view.accounts):
        platforms = [dict(view.constants)["platform"] for view in views if view.sheet.name == name and view.accounts]
        yield list_messages.platforms_side_by_side(Path(name).name, platforms)


def _scale_notices(parts: Sequence[Part]) -> Iterator[Notice]:
    """Say which columns are read in thousands or millions."""
    stated = {(columns[0], part.units.get(f"{name} scale", "")) for part in parts for name, columns in part.columns}
    for column, factor in sorted(pair for pair in stated if pair[1]):
        yield list_messages.numbers_scaled(column, factor)


def _parts(views: Sequence[View], swapped: Sequence[str], *, forgetting: bool) -> Iterator[Part]:
    first = 1
    for view in views:
        sheet = view.sheet
        constants = tuple(dict(view.constants).items())
        columns = _by_field(view.guesses, swapped=sheet.name in swapped)
        columns = (*columns, *_aliases(sheet, view.guesses)) if forgetting else columns
        columns = tuple(pair for pair in columns if pair[0] not in dict(constants)) or columns
        if not columns:
            raise InputError(
                "{file}: no column is recognised; its columns are {columns}. If one holds handles, set {column}",
                file=sheet.name,
                columns=listed_names(sheet.columns),
                column=COLUMN_OF_HANDLE,
            )
        units, plain = units_of(sheet.sample, dict(columns)), plain_columns(sheet.sample, dict(columns))
        for piece in sheet.chunks:
            yield Part(piece, first, columns, units, plain, constants=constants, accounts=view.accounts)
            first += piece.rows


def _aliases(sheet: Sheet, guesses: Sequence[ColumnMatch]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the columns that name people and are read for nothing else: who is to be forgotten may stand there."""
    used = {guess.column for guess in guesses}
    others = tuple(name for name in sheet.columns if name not in used and is_identifying(name, sheet.sample[name]))
    if others:
        yield "alias", others


def _by_field(guesses: Iterable[ColumnMatch], *, swapped: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    turn = {"longitude": "latitude", "latitude": "longitude"} if swapped else {}
    columns: dict[str, tuple[str, ...]] = {}
    for guess in guesses:
        field = turn.get(guess.field, guess.field)
        columns[field] = (*columns.get(field, ()), guess.column)
    return tuple(columns.items())


def _is_swapped(sheet: Sheet, guesses: Iterable[ColumnMatch]) -> bool:
    columns = {guess.field: guess.column for guess in guesses if guess.field in POINT}
    if len(columns) < len(POINT):
        return False
    texts = [pa.chunked_array([list(sheet.sample[columns[name]])], pa.string()) for name in POINT]
    return look_swapped(*(degrees(text)[0] for text in texts))


def _newest_snapshots(
    parts: Sequence[Part], guessed: Sequence[tuple[ColumnMatch, ...]]
) -> dict[str, tuple[int, int, int]] | None:
    """Find the latest snapshots, if the rows are snapshots: no handles, or a column that clearly says so."""
    dated = [part for part in parts if "snapshot" in part.fields]
    names = [tokenize_header(guess.column) for guesses in guessed for guess in guesses if guess.field == "snapshot"]
    handles = any("handle" in part.fields for part in dated)
    if not dated or (handles and not all(CLEAR_SNAPSHOT.search(name) for name in names)):
        return None
    return latest(pair for part in dated for pair in _dates(part))


def _dates(part: Part) -> set[tuple[str, str]]:
    table = load_fields(part, ("platform", "snapshot"))
    dates = clean_text(table.column("snapshot")).to_pylist()
    has_platform = "platform" in table.column_names
    platforms = pc.utf8_lower(clean_text(table.column("platform"))).to_pylist() if has_platform else [None] * len(dates)
    return {(platform or "", date) for platform, date in zip(platforms, dates, strict=True) if date}
