"""Parquet: row groups cut into chunks, only the wanted columns decoded."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.formats.sheet import MOST_ROWS, READERS, Loaded, Sheet, check_extent, sample_of
from hinterland.ingest.formats.storage import FileContent, one_line, size_of, try_reading
from hinterland.ingest.parse import as_text

# what repeats takes almost no place, but no list consists of that alone
CELLS_PER_BYTE = 10


@dataclass(frozen=True)
class ParquetChunk:
    """Some rows of one row group; `opened` tells openings of a file apart, which may be written anew in between."""

    stored: FileContent
    opened: str
    group: int
    start: int
    rows: int

    def read(self, columns: Mapping[str, pa.DataType]) -> Loaded:
        """Decode the wanted columns."""
        table = _group(self.stored, self.opened, self.group, tuple(columns)).slice(self.start, self.rows)
        return Loaded(table, np.arange(self.rows))


@READERS.add(".parquet", ".pq")
def open_parquet(stored: FileContent, _: Settings) -> Sheet:
    """Open a Parquet file by its footer.

    Returns
    -------
    The columns that are neither nested nor binary, a sample of at most 1,000 rows as text, and chunks of row groups
    that are decoded later.

    Raises
    ------
    InputError
        If it is damaged.
    """
    try_reading(stored, "parquet")
    try:
        with stored.open() as stream, parquet.ParquetFile(stream) as file:
            columns = tuple(field.name for field in file.schema_arrow if _is_plain(field.type))
            sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
            first = (
                None
                if len(set(columns)) < len(columns)
                else next(file.iter_batches(1_000, columns=list(columns)), None)
            )
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            "{file} is not a readable Parquet file: {fault}; write it again", file=stored.name, fault=one_line(error)
        ) from None
    check_extent(stored.name, sum(sizes), len(columns), CELLS_PER_BYTE * size_of(stored))
    _refuse_repeated(stored.name, columns)
    opened = uuid4().hex
    chunks = tuple(
        ParquetChunk(stored, opened, group, start, min(MOST_ROWS, size - start))
        for group, size in enumerate(sizes)
        for start in range(0, size, MOST_ROWS)
    )
    sample = sample_of(_plain(pa.Table.from_batches([first]))) if first else {name: [] for name in columns}
    return Sheet(stored.name, columns, sample, chunks)


def _refuse_repeated(name: str, columns: tuple[str, ...]) -> None:
    repeated = [column for column, count in Counter(columns).items() if count > 1]
    if repeated:
        raise InputError(
            "{file} has several columns named {column!r}: give each a name of its own", file=name, column=repeated[0]
        )


# one decoded group: the chunks of a group follow each other, and a group of a million rows is four of them
@lru_cache(maxsize=1)
def _group(stored: FileContent, opened: str, group: int, columns: tuple[str, ...]) -> pa.Table:  # noqa: ARG001 - part of the key
    try:
        with stored.open() as stream, parquet.ParquetFile(stream) as file:
            return _plain(file.read_row_group(group, columns=list(columns)).select(list(columns)))
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            "cannot read {file} any more: {fault}; put it back and try again", file=stored.name, fault=one_line(error)
        ) from None


def _is_plain(kind: pa.DataType) -> bool:
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _plain(table: pa.Table) -> pa.Table:
    """Turn every column into text or floating numbers."""
    return pa.table({name: _column(table.column(name)) for name in table.column_names})


def _valid_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Mark letters that are not UTF-8 as lost: writers put any bytes into a column of text."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        values = pc.cast(column, pa.binary()).to_pylist()
        return pa.chunked_array([[None if value is None else value.decode(errors="replace") for value in values]])
    return column


def _column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _column(pa.chunked_array([chunk.dictionary_decode() for chunk in column.chunks], kind.value_type))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64(), safe=False)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _valid_text(pc.cast(column, pa.string()))
    try:
        return pa.chunked_array([as_text(column.to_pylist())], pa.string())
    except (OverflowError, ValueError):  # days beyond the years 1 to 9999
        return pc.cast(column, pa.string())
