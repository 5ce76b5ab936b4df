"""What people write in cells, read as values: one module per kind of cell; their tables lie beside this folder."""

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


class Reason(NamedTuple):
    """Why a cell or a row is not used, and what to do about it; English sentences of the catalogues."""

    reason: str
    hint: str


def bundled_table(name: str) -> Iterator[dict[str, str]]:
    """Read a table of words or forms that lies beside the code of this room."""
    with (Path(__file__).parents[1] / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


Value = TypeVar("Value")


def over_distinct(column: pa.ChunkedArray, parse: Callable[[str], Value]) -> list[Value]:
    """Parse each distinct text of a column once; nothing counts as the empty text."""
    text = column if pa.types.is_dictionary(column.type) else pc.fill_null(column, "").dictionary_encode()
    codes, texts = coded(text)
    parsed = [parse(text) for text in texts.to_pylist()]
    return [parsed[code] for code in codes.tolist()]


def coded(column: pa.ChunkedArray) -> tuple[NDArray[np.integer], pa.ChunkedArray]:
    """Part a column that was read by its distinct texts, none of them missing, into codes and texts."""
    array = column.unify_dictionaries().combine_chunks()
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array.indices.to_numpy(), pa.chunked_array([array.dictionary])


def as_text(values: Iterable[object]) -> list[str]:
    """Show values as a person would type them: whole numbers without `.0`, nothing as the empty text."""
    return [_format_value(value) for value in values]


def _format_value(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one value unequal to itself
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact as an integer
        return str(int(value))
    return str(value)
