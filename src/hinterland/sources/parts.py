"""A part of the input and its columns by field."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from hinterland.sources.numbers import as_text
from hinterland.sources.slices import Slice
from hinterland.sources.snapshots import Latest

# "NA" is Namibia and "None" a village, but only where a place is meant
NO_TEXT = pa.array(["", "-", "--", "–", "—", "?", "n/a", "N/A", "#N/A", "nan", "NaN", "null", "NULL", "None", "<NA>"])


@dataclass(frozen=True)
class Part:
    """A small picklable description of at most 250,000 rows; `first_row` is the number of its first row, from 1.

    `columns` pairs each field with its columns, the fullest first. `latest` and `centres` are what only the whole
    input shows: the newest snapshot of each platform, and the coordinates that are only a country's centre.
    """

    slice: Slice
    first_row: int
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    percent: bool = False
    latest: Latest | None = None
    centres: frozenset[tuple[float, float]] = frozenset()

    @property
    def rows(self) -> int:
        """Rows of the input in this part, unusable ones too."""
        return self.slice.rows

    @property
    def fields(self) -> frozenset[str]:
        """Fields recognised in this part."""
        return frozenset(name for name, _ in self.columns)


def by_field(table: pa.Table, part: Part) -> pa.Table:
    """Name the columns by their fields; of several columns the first filled one counts."""
    return pa.table({name: _filled([table.column(c) for c in columns]) for name, columns in part.columns})


def _filled(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    return columns[0] if len(columns) == 1 else pc.coalesce(*(clean_text(column) for column in columns))


def clean_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trim text; what stands for nothing becomes null."""
    text = column if pa.types.is_string(column.type) else pa.chunked_array([as_text(column.to_pylist())], pa.string())
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.is_in(trimmed, NO_TEXT), None, trimmed)
