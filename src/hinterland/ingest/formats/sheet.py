"""What a reader hands over: an opened sheet, cut into chunks that any process can read by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas.api import types

from hinterland.config import Settings
from hinterland.ingest.formats.storage import FileContent
from hinterland.ingest.parse.numbers import as_text
from hinterland.language import Notice, later
from hinterland.registry import Registry

# rows a chunk holds at most
MOST_ROWS = 250_000


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
