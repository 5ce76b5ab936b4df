"""What a reader hands over: an opened sheet, its header found, cut into chunks that any process can read by itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas.api import types

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.content import CONTENT, is_amount
from hinterland.ingest.formats.storage import FileContent
from hinterland.ingest.header_names import match_header, split_platform
from hinterland.ingest.parse import as_text
from hinterland.ingest.parse.dates import month_of
from hinterland.ingest.parse.numbers import parse_count
from hinterland.language import Notice, later
from hinterland.registry import Registry

# a table up to this size, or with this many cells to a filled one, is read as it is; a workbook holds no more columns
LARGEST_GRID, CELLS_PER_FILLED, MOST_COLUMNS = 5_000_000, 10, 16_384
# rows a chunk holds at most
MOST_ROWS = 250_000
Rows = list[list[str]]
SAMPLE_ROWS = 200
HEADER_WITHIN = 20
# fewer rows show only in two columns that the first is like the others; of so many others, it is
FEWEST_ROWS, MOSTLY = 3, 0.8


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: its place in the chunk (from 0), its text, why, what to do, and its fields."""

    place: int
    text: str
    reason: str
    hint: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """What a chunk holds: the columns asked for, the place of each row (from 0), bad rows, and how many were padded."""

    table: pa.Table
    places: NDArray[np.int64]
    bad_rows: tuple[BadRow, ...] = ()
    padded: int = 0


class Chunk(Protocol):
    """A small picklable description of at most 250,000 rows."""

    @property
    def rows(self) -> int:
        """Rows of the input in this chunk, unusable ones too."""

    def read(self, columns: Mapping[str, pa.DataType]) -> Loaded:
        """Load these columns; the types are column_types, text is always allowed instead."""


@dataclass(frozen=True)
class FileFormat:
    """How a sheet is written, as far as its kind has it: encoding, delimiter, row of the header from 1, sheet."""

    encoding: str = ""
    delimiter: str = ""
    header_row: int = 1
    sheet: str = ""


@dataclass(frozen=True)
class Sheet:
    """One opened table before its columns are recognised; `sample` is text, column by column."""

    name: str
    columns: tuple[str, ...]
    sample: Mapping[str, Sequence[str]]
    chunks: tuple[Chunk, ...]
    file_format: FileFormat = FileFormat()
    notices: tuple[Notice, ...] = ()


Reader = Callable[[FileContent, Settings], Sheet]

# OPEN ROOM: one reader per kind of file, by the endings of its name
READERS: Registry[Reader] = Registry(later("source"))


@dataclass(frozen=True, eq=False)
class TableChunk:
    """Rows that are in memory already: of a workbook, a document or a notebook."""

    table: pa.Table

    @property
    def rows(self) -> int:
        """Rows held."""
        return int(self.table.num_rows)

    def read(self, columns: Mapping[str, pa.DataType]) -> Loaded:
        """Take the columns as they are."""
        return Loaded(self.table.select(list(columns)), np.arange(self.rows))


def table_sheet(name: str, table: pa.Table, file_format: FileFormat = FileFormat()) -> Sheet:
    """Make a sheet of a table in memory."""
    # a chunk keeps the whole buffers alive and would pickle them: take copies
    cuts = [np.arange(start, min(start + MOST_ROWS, table.num_rows)) for start in range(0, table.num_rows, MOST_ROWS)]
    chunks = tuple(TableChunk(table.take(pa.array(rows))) for rows in cuts) if len(cuts) > 1 else (TableChunk(table),)
    return Sheet(name, tuple(table.column_names), sample_of(table), chunks if table.num_rows else (), file_format)


def check_extent(name: str, rows: int, columns: int, filled: int) -> None:
    """Refuse a table whose extent is beyond all that a file holds: so many cells, of which so many can be filled.

    Raises
    ------
    InputError
        For more columns than any workbook has, or a table that is almost empty and large.
    """
    if columns > MOST_COLUMNS or rows * columns > max(LARGEST_GRID, CELLS_PER_FILLED * filled):
        raise InputError(
            "{file} spans {rows} rows and {columns} columns, almost all of them empty: save the list alone, as CSV",
            file=name,
            rows=rows,
            columns=columns,
        )


def sample_of(table: pa.Table, rows: int = 1_000) -> dict[str, list[str]]:
    """Take the first rows of a table as text."""
    head = table.slice(0, rows)
    return {name: ["" if v is None else str(v) for v in head.column(name).to_pylist()] for name in head.column_names}


def text_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.Table:
    """Make a table of text from rows as wide as `columns`."""
    cells = zip(*rows, strict=True) if rows else ([] for _ in columns)
    return pa.table({name: _text_array(list(values)) for name, values in zip(columns, cells, strict=True)})


def _text_array(values: list[str]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([value and _whole_text(value) for value in values], pa.string())


def _whole_text(text: str) -> str:
    """Join the halves of letters beyond the first 65,536; a half alone, where a text was cut in an emoji, is lost."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """Give each column a name of its own: blank ones by place, repeated ones by number."""
    # the number each name goes on with where it is repeated; an ordered set of the names themselves
    numbers: dict[str, int] = {}
    for place, cell in enumerate(header, 1):
        name = base = _whole_text(cell).strip() or f"column {place}"
        number = numbers.get(base, 1)
        while name in numbers:
            number += 1
            name = f"{base} ({number})"
        numbers[base] = number
        numbers.setdefault(name, 1)
    return tuple(numbers)


def frame_sheet(frame: pd.DataFrame) -> Sheet:
    """Make a sheet of a DataFrame; the points of a GeoDataFrame become longitude and latitude.

    Parameters
    ----------
    frame
        Its columns; the index is left out. Shapes in any reference system, or in degrees where they have none.

    Returns
    -------
    A sheet in memory, numbers as numbers and all else as text.
    """
    flat = _flat(frame) if hasattr(frame, "to_crs") else frame
    names = unique_names([str(name) for name in flat.columns])
    return table_sheet("the DataFrame", pa.table({n: arrow(flat.iloc[:, k]) for k, n in enumerate(names)}))


def arrow(column: pd.Series) -> pa.ChunkedArray:
    """Turn a column into Arrow numbers or text; nothing stays nothing."""
    if types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype):
        return pa.chunked_array([pa.array(column.to_numpy(dtype="float64", na_value=float("nan")), from_pandas=True)])
    filled = column.astype(object).where(column.notna(), None)
    return pa.chunked_array([_text_array(as_text(filled))])


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    shapes = frame.geometry if frame.crs is None else frame.geometry.to_crs("EPSG:4326")
    points = shapes.representative_point()
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return plain.assign(longitude=points.x.to_numpy(), latitude=points.y.to_numpy())


def from_header(name: str, rows: Rows, settings: Settings) -> tuple[Rows, int]:
    """Return the rows from the header down, and its place: -1 is none, and columns are numbered.

    Parameters
    ----------
    rows
        Cells as text, as read; blank rows are left out already.
    settings
        Of these header_row, from 1.

    Returns
    -------
    The rows, of which the first names the columns; and the place of the last row of the header among `rows`, from 0.

    Raises
    ------
    InputError
        If the row asked for is not there.
    """
    if settings.header_row is not None and settings.header_row > len(rows):
        raise InputError(
            "{file} has no row {row} to be the header; blank rows are not counted", file=name, row=settings.header_row
        )
    place = find_header(rows) if settings.header_row is None else settings.header_row - 1
    if place < 0:
        width = max(map(len, rows[:SAMPLE_ROWS]))
        return [[f"column {number}" for number in range(1, width + 1)], *rows], place
    names, last = join_header_rows(rows, place) if settings.header_row is None else (rows[place], place)
    return [names, *rows[last + 1 :]], last


def find_header(rows: Rows) -> int:
    """Find the row that names the columns: most known names among the first, else the first as wide as the table.

    -1 if the first row holds values like those below it.
    """
    top = rows[:HEADER_WITHIN]
    filled = [sum(bool(cell.strip()) for cell in row) for row in top]
    scores = [header_score(row) for row in top]
    best = max(scores, default=0)
    if best <= 1 and is_data(top):
        return -1
    # one known word may be a value ("instagram"): it makes a header only where the first row is a title
    if best > 1 or (best and filled[0] < max(filled)):
        return scores.index(best)
    return next((place for place, cells in enumerate(filled) if cells * 2 > max(filled)), 0)


def header_score(header: Sequence[str]) -> int:
    """Count the fields whose names stand in a row: the header is the row with most."""
    return len({meant[0] for cell in header if (meant := match_header(cell))})


def is_data(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row holds values like those below it: numbers over numbers, countries over countries."""
    if len(rows) < 2:  # noqa: PLR2004 - one row has none below it
        return False
    columns = zip(*(row for row in rows if len(row) == len(rows[0])), strict=False)
    alike = [_first_like_others([cell.strip() for cell in cells]) for cells in columns]
    return sum(alike) >= (1 if len(rows) >= FEWEST_ROWS else 2)


def _first_like_others(cells: Sequence[str]) -> bool:
    first, *others = cells
    filled = [cell for cell in others if cell]
    if not first or not filled or month_of(first) is not None or match_header(first):
        return False
    tests = (is_amount, *(fits for field, fits in CONTENT.items() if field != "followers"))
    return any(fits(first) and np.mean([fits(cell) for cell in filled]) >= MOSTLY for fits in tests)


def join_header_rows(rows: Sequence[Sequence[str]], place: int) -> tuple[list[str], int]:
    """Return the names of the columns and the place of the last row of the header.

    A row of labels above or below the header ("Instagram" over "Handle" and "Followers") is joined to it, where more
    columns are understood with it than without.
    """
    header = list(rows[place])
    choices = [(_score(header), 0, header, place)]
    if place > 0 and _are_labels(rows[place - 1], least=1):
        joined = _join_rows(rows[place - 1], header)
        choices.append((_score(joined), -1, joined, place))
    if place + 1 < len(rows) and _are_labels(rows[place + 1], least=2):
        joined = _join_rows(header, rows[place + 1])
        choices.append((_score(joined), -2, joined, place + 1))
    _, _, names, last = max(choices, key=lambda choice: choice[:2])
    return names, last


def _join_rows(above: Sequence[str], below: Sequence[str]) -> list[str]:
    width = max(len(above), len(below))
    headings = [*above, *[""] * (width - len(above))]
    # a label holds for the columns after it, as merged cells do
    labels: Iterable[str] = accumulate(headings, lambda last, label: label if label.strip() else last)
    cells = [*below, *[""] * (width - len(below))]
    rows = zip(labels, headings, cells, strict=True)
    return [f"{label} {cell}".strip() if cell.strip() else heading for label, heading, cell in rows]


def _are_labels(row: Sequence[str], *, least: int) -> bool:
    """Say whether a row may be part of a header: at least so many words that mean something, and no numbers."""
    filled = [cell for cell in row if cell.strip()]
    numbers = any(parse_count(cell).value is not None for cell in filled)
    return not numbers and sum(bool(split_platform(cell)[0] or match_header(cell)) for cell in filled) >= least


def _score(names: Sequence[str]) -> int:
    """Count the different things the columns are understood to tell."""
    parts = [split_platform(name) for name in names]
    return len({(platform, match[0]) for platform, rest in parts if (match := match_header(rest or platform or "-"))})


def table_of_rows(rows: Rows) -> pa.Table:
    """Lay out rows of text below their header as a table: rows padded, empty columns left out."""
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    filled = [k for k in range(width) if any(row[k] for row in padded)]
    columns = unique_names([padded[0][k] for k in filled])
    return text_table(columns, [[row[k] for k in filled] for row in padded[1:]])
