"""Open the user's files: detect their columns, cut them into parts, and resolve what only the whole input shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland import messages
from hinterland.config import ALL_SHEETS, Assumptions, Settings
from hinterland.errors import InputError
from hinterland.geocode.aliases import country_keys
from hinterland.geocode.normalize import fold
from hinterland.ingest.column_detection import (
    ColumnMatch,
    detect_columns,
    is_identifying,
    listed_names,
    platform_groups,
    usable,
)
from hinterland.ingest.country_centroids import country_centres
from hinterland.ingest.exclusions import read_forgotten
from hinterland.ingest.formats.readers import open_all, open_sheet
from hinterland.ingest.formats.sheet import FileFormat, Sheet, frame_sheet
from hinterland.ingest.formats.storage import FileContent
from hinterland.ingest.header_names import CLEAR_SNAPSHOT, tokenize_header
from hinterland.ingest.infer_units import plain_columns, units_of
from hinterland.ingest.parse.coordinates import degrees, look_swapped
from hinterland.ingest.parse.platforms import recognise_platform
from hinterland.ingest.part import POINT, Part, clean_text, load_fields
from hinterland.ingest.snapshots import latest
from hinterland.ingest.wide_lists import ACCOUNTS, is_wide, split_platform
from hinterland.messages import Notice


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

    Raises
    ------
    InputError
        As `open_creators`.
    """
    return _build_list([frame_sheet(frame)], settings, assumptions or Assumptions())


def read_preview(path: Path | FileContent, *, settings: Settings, rows: int = 5) -> pd.DataFrame:
    """Read the first rows as text, all columns, for people to look at.

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


@dataclass(frozen=True)
class View:
    """One way a sheet is read: its columns, what holds for all its rows, and, of a wide sheet, what names accounts."""

    sheet: Sheet
    guesses: tuple[ColumnMatch, ...]
    constants: tuple[tuple[str, str], ...] = ()
    accounts: tuple[str, ...] = ()


def _build_list(sheets: Sequence[Sheet], settings: Settings, assumptions: Assumptions) -> CreatorList:
    if settings.sheet is not None and not any(sheet.file_format.sheet for sheet in sheets):
        raise InputError(f"{sheets[0].name} has no sheets: leave out --sheet, or sheet in the mapping file")
    everywhere = [column for sheet in sheets for column in sheet.columns]
    views = [view for sheet in sheets for view in _views(sheet, settings, everywhere)]
    guessed = [view.guesses for view in views]
    swapped = tuple(dict.fromkeys(view.sheet.name for view in views if _is_swapped(view.sheet, view.guesses)))
    parts = tuple(_parts(views, swapped, forgetting=settings.forget is not None))
    if not parts:
        raise InputError(f"{sheets[0].name} has a header but no rows: give at least one creator")
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
    platforms = {
        dict(view.constants).get("platform")
        or recognise_platform(view.sheet.name, view.sheet.columns, _of_people(view))
        for view in views
    }
    return platforms.pop() if len(platforms) == 1 else ""


def _of_people(view: View) -> list[str]:
    return [guess.column for guess in view.guesses if guess.field in {"handle", "followers"}]


def _wide_notices(views: Sequence[View]) -> Iterator[Notice]:
    """Say which sheets hold several platforms side by side."""
    for name in dict.fromkeys(view.sheet.name for view in views if view.accounts):
        platforms = [dict(view.constants)["platform"] for view in views if view.sheet.name == name and view.accounts]
        yield messages.platforms_side_by_side(Path(name).name, platforms)


def _scale_notices(parts: Sequence[Part]) -> Iterator[Notice]:
    """Say which columns are read in thousands or millions."""
    stated = {(columns[0], part.units.get(f"{name} scale", "")) for part in parts for name, columns in part.columns}
    for column, factor in sorted(pair for pair in stated if pair[1]):
        yield messages.numbers_scaled(column, factor)


def _views(sheet: Sheet, settings: Settings, everywhere: Sequence[str]) -> list[View]:
    """Say how a sheet is read: once, or once for each platform that has columns of its own."""
    # of several files each needs to hold some of the columns named, not all
    elsewhere = set(everywhere) - set(sheet.columns)
    overrides = [pair for pair in settings.columns if pair[1] not in elsewhere]
    groups = {} if settings.only_columns else platform_groups(sheet.sample)
    plain = detect_columns(sheet.sample, overrides, guess=not settings.only_columns)
    fixed_fields = {"platform", *ACCOUNTS} & {field for field, _ in (*overrides, *settings.constants)}
    if fixed_fields or not is_wide(groups) or _has_platform_per_row(plain, groups):
        stated = (*_platform_of_headers(plain, settings), *_country_of_sheet(sheet, plain, settings))
        return [_check_view(View(sheet, plain, (*stated, *settings.constants)))]
    return [_check_view(_of_platform(sheet, overrides, settings, platform, groups)) for platform in groups]


def _country_of_sheet(sheet: Sheet, guesses: Sequence[ColumnMatch], settings: Settings) -> tuple[tuple[str, str], ...]:
    """Take the country from the name of a sheet, where all sheets are read and no column says it."""
    name = sheet.file_format.sheet.strip()
    placed = {"country", "location"} & {guess.field for guess in guesses}
    is_country = settings.sheet == ALL_SHEETS and not placed and fold(name) in country_keys()
    return (("country", name),) if is_country else ()


def _has_platform_per_row(guesses: Sequence[ColumnMatch], groups: Mapping[str, Mapping[str, str]]) -> bool:
    """Say whether each row names its platform, and no platform has followers of its own."""
    has_followers = any("followers" in fields for fields in groups.values())
    return not has_followers and any(guess.field == "platform" for guess in guesses)


def _platform_of_headers(guesses: Sequence[ColumnMatch], settings: Settings) -> tuple[tuple[str, str], ...]:
    """Take the platform from the header of the handles, where no column says it."""
    fields = {guess.field for guess in guesses} | {field for field, _ in settings.constants}
    platforms = {split_platform(guess.column)[0] for guess in guesses if guess.field in ACCOUNTS} - {""}
    return (("platform", platforms.pop()),) if len(platforms) == 1 and "platform" not in fields else ()


def _of_platform(
    sheet: Sheet,
    overrides: Sequence[tuple[str, str]],
    settings: Settings,
    platform: str,
    groups: Mapping[str, Mapping[str, str]],
) -> View:
    """Read a wide sheet for one platform: its own columns, and those of no platform."""
    columns = groups[platform]
    others = {column for fields in groups.values() for column in fields.values()} - set(columns.values())
    # a total over all platforms counts nobody's followers here
    totals = {"followers"} if any("followers" in fields for fields in groups.values()) else set()
    sample = {column: values for column, values in sheet.sample.items() if column not in others}
    guesses = detect_columns(sample, [*overrides, *columns.items()])
    platform_guesses = tuple(
        guess
        for guess in guesses
        if guess.field != "platform" and (guess.field not in totals or guess.column in columns.values())
    )
    accounts = tuple(field for field in columns if field in ACCOUNTS)
    return View(sheet, platform_guesses, (("platform", platform), *settings.constants), accounts)


def _check_view(view: View) -> View:
    if not usable((*(guess.field for guess in view.guesses), *(field for field, _ in view.constants))):
        raise InputError(
            f"{view.sheet.name} says nowhere where creators are: it needs a city, region, country, location, or"
            f" longitude and latitude; its columns are {listed_names(view.sheet.columns)}; name one as in"
            " --map country=COLUMN, or give a place for all as in --set country=NG"
        )
    return view


def _parts(views: Sequence[View], swapped: Sequence[str], *, forgetting: bool) -> Iterator[Part]:
    first = 1
    for view in views:
        sheet = view.sheet
        constants = tuple(dict(view.constants).items())
        columns = _by_field(view.guesses, swapped=sheet.name in swapped)
        columns = (*columns, *_aliases(sheet, view.guesses)) if forgetting else columns
        columns = tuple(pair for pair in columns if pair[0] not in dict(constants)) or columns
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
