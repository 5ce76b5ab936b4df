"""Open the user's files: recognise their columns, cut them into parts, and settle what only the whole input shows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland.assumptions import Assumptions, Settings
from hinterland.errors import InputError
from hinterland.sources.columns import Guess, recognise, usable
from hinterland.sources.coordinates import check_points, degrees, look_swapped
from hinterland.sources.frames import frame_sheet
from hinterland.sources.names import CLEAR_SNAPSHOT, words
from hinterland.sources.parts import Part, by_field, clean_text
from hinterland.sources.readers import open_sheet
from hinterland.sources.slices import Sheet
from hinterland.sources.snapshots import latest
from hinterland.sources.storage import Stored
from hinterland.sources.units import units_of

POINT = ("longitude", "latitude")
SCREENED = 8
REACH = {"west": "min", "east": "max", "south": "min", "north": "max", "rows": "sum"}


@dataclass(frozen=True, eq=False)
class Listing:
    """An opened input: its parts, and what was made of its columns.

    `aggregated` says that rows are counts of creators; `fields` are those recognised in any of the files; `centres` the
    (longitude, latitude) pairs that are only the centre of a country; `swapped` the files whose two coordinate columns
    bear each other's name.
    """

    parts: tuple[Part, ...]
    mapping: tuple[Guess, ...]
    unused: tuple[str, ...]
    encoding: str
    delimiter: str
    rows: int
    aggregated: bool
    fields: frozenset[str]
    centres: frozenset[tuple[float, float]] = frozenset()
    swapped: tuple[str, ...] = ()


def open_creators(
    paths: Sequence[Path | Stored], *, settings: Settings, assumptions: Assumptions | None = None
) -> Listing:
    """Open one or several files, or bytes in memory, as one list; rows are counted on from file to file.

    Raises
    ------
    InputError
        If a file cannot be read, holds no rows, or has no column by which a creator could be placed.
    """
    if not paths:
        raise InputError("no file: name at least one")
    return _listed([open_sheet(path, settings) for path in paths], settings, assumptions or Assumptions())


def frame_parts(frame: pd.DataFrame, *, settings: Settings, assumptions: Assumptions | None = None) -> Listing:
    """Open a DataFrame as if it were a file: the same recognition, the same checks.

    Raises
    ------
    InputError
        As `open_creators`.
    """
    return _listed([frame_sheet(frame)], settings, assumptions or Assumptions())


def read_preview(path: Path | Stored, *, settings: Settings, rows: int = 5) -> pd.DataFrame:
    """Read the first rows as text, all columns, for people to look at.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    sample = open_sheet(path, settings).sample
    return pd.DataFrame({name: list(values[:rows]) for name, values in sample.items()}, dtype="str")


def read_table(path: Path, *, settings: Settings) -> pd.DataFrame:
    """Read a whole file as text, every row in order, numbered from 1; a row that cannot be read is empty.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    sheet = open_sheet(path, settings)
    first = np.cumsum([1, *(piece.rows for piece in sheet.slices)])
    read = [piece.read(dict.fromkeys(sheet.columns, pa.string())) for piece in sheet.slices]
    tables = [one.table.to_pandas().set_index(one.places + start) for one, start in zip(read, first[:-1], strict=True)]
    every_row = pd.RangeIndex(1, first[-1], name="row")
    whole: pd.DataFrame = pd.concat([pd.DataFrame(columns=list(sheet.columns)), *tables])
    return whole.reindex(every_row)


def country_centres(parts: Iterable[Part], *, rows: int) -> frozenset[tuple[float, float]]:
    """Find the coordinate pairs shared by all rows of a country (`rows` of them at least): the country's centre.

    Eight parts spread over the input are looked at first; only if one of their countries has a single pair, all are.
    """
    suited = [part for part in parts if {*POINT, "country"} <= part.fields]
    spread: Iterable[int] = np.unique(np.linspace(0, len(suited) - 1, SCREENED).astype(int)) if suited else []
    screened = _constant((suited[place] for place in spread), rows)
    return _constant(suited, rows) if screened and len(suited) > SCREENED else screened


def _constant(parts: Iterable[Part], rows: int) -> frozenset[tuple[float, float]]:
    spans = [_spans(part) for part in parts]
    if not spans:
        return frozenset()
    reach = pd.concat(spans).groupby("country").agg(REACH)
    single, many = (reach["west"] == reach["east"]) & (reach["south"] == reach["north"]), reach["rows"] >= rows
    # where every well-filled country has one pair (two such countries at least), the list gives centres throughout
    throughout = many.sum() > 1 and single[many].all()
    found = reach[single if throughout else single & many]
    return frozenset(zip(found["west"].tolist(), found["south"].tolist(), strict=True))


def _spans(part: Part) -> pd.DataFrame:
    """Find how far the coordinates of each country reach: one pair only if least and most agree."""
    table = _columns(part, (*POINT, "country"))
    points = check_points(table.column("longitude"), table.column("latitude"))
    country = clean_text(table.column("country")).to_pandas()
    frame = pd.DataFrame({"country": country, "west": points.longitude, "south": points.latitude}).dropna()
    frame = frame.assign(east=frame["west"], north=frame["south"], rows=1)
    return frame.groupby("country").agg(REACH)


def _columns(part: Part, fields: Sequence[str]) -> pa.Table:
    """Load a few fields of a part."""
    narrow = replace(part, columns=tuple(pair for pair in part.columns if pair[0] in fields))
    kinds = {c: pa.float64() if name in POINT else pa.string() for name, cs in narrow.columns for c in cs}
    return by_field(part.slice.read(kinds).table, narrow)


def _listed(sheets: Sequence[Sheet], settings: Settings, assumptions: Assumptions) -> Listing:
    guessed = [_recognised(sheet, settings) for sheet in sheets]
    swapped = tuple(sheet.name for sheet, guesses in zip(sheets, guessed, strict=True) if _swapped(sheet, guesses))
    parts = tuple(_parts(sheets, guessed, swapped))
    if not parts:
        raise InputError(f"{sheets[0].name} has a header but no rows: give at least one creator")
    fields = frozenset().union(*(part.fields for part in parts))
    newest, centres = _newest(parts, guessed), country_centres(parts, rows=assumptions.centre_rows)
    settled = tuple(
        replace(part, latest=newest if "snapshot" in part.fields else None, centres=centres) for part in parts
    )
    mapping = tuple(dict.fromkeys(guess for guesses in guessed for guess in guesses))
    used = {guess.column for guess in mapping}
    return Listing(
        parts=settled,
        mapping=mapping,
        unused=tuple(dict.fromkeys(c for sheet in sheets for c in sheet.columns if c not in used)),
        encoding=", ".join(dict.fromkeys(sheet.encoding for sheet in sheets if sheet.encoding)),
        delimiter="".join(dict.fromkeys(sheet.delimiter for sheet in sheets)),
        rows=sum(part.rows for part in parts),
        aggregated="creators" in fields,
        fields=fields,
        centres=centres,
        swapped=swapped,
    )


def _recognised(sheet: Sheet, settings: Settings) -> tuple[Guess, ...]:
    guesses = recognise(sheet.sample, settings.columns)
    if not usable(guess.field for guess in guesses):
        raise InputError(
            f"{sheet.name} says nowhere where creators are: it needs a city, region, country, location, or longitude"
            f" and latitude; its columns are {', '.join(sheet.columns)}; name one as in --map country=COLUMN"
        )
    return guesses


def _parts(sheets: Sequence[Sheet], guessed: Sequence[tuple[Guess, ...]], swapped: Sequence[str]) -> Iterator[Part]:
    first = 1
    for sheet, guesses in zip(sheets, guessed, strict=True):
        columns = _by_field(guesses, swapped=sheet.name in swapped)
        units = units_of(sheet.sample, dict(columns))
        for piece in sheet.slices:
            yield Part(piece, first, columns, units)
            first += piece.rows


def _by_field(guesses: Iterable[Guess], *, swapped: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    turn = {"longitude": "latitude", "latitude": "longitude"} if swapped else {}
    columns: dict[str, tuple[str, ...]] = {}
    for guess in guesses:
        field = turn.get(guess.field, guess.field)
        columns[field] = (*columns.get(field, ()), guess.column)
    return tuple(columns.items())


def _swapped(sheet: Sheet, guesses: Iterable[Guess]) -> bool:
    columns = {guess.field: guess.column for guess in guesses if guess.field in POINT}
    if len(columns) < len(POINT):
        return False
    texts = [pa.chunked_array([list(sheet.sample[columns[name]])], pa.string()) for name in POINT]
    return look_swapped(*(degrees(text)[0] for text in texts))


def _newest(parts: Sequence[Part], guessed: Sequence[tuple[Guess, ...]]) -> dict[str, tuple[int, int, int]] | None:
    """Find the latest snapshots, if the rows are snapshots: no handles, or a column that clearly says so."""
    dated = [part for part in parts if "snapshot" in part.fields]
    names = [words(guess.column) for guesses in guessed for guess in guesses if guess.field == "snapshot"]
    handles = any("handle" in part.fields for part in dated)
    if not dated or (handles and not all(CLEAR_SNAPSHOT.search(name) for name in names)):
        return None
    return latest(pair for part in dated for pair in _dates(part))


def _dates(part: Part) -> set[tuple[str, str]]:
    table = _columns(part, ("platform", "snapshot"))
    dates = clean_text(table.column("snapshot")).to_pylist()
    known = "platform" in table.column_names
    platforms = pc.utf8_lower(clean_text(table.column("platform"))).to_pylist() if known else [None] * len(dates)
    return {(platform or "", date) for platform, date in zip(platforms, dates, strict=True) if date}
