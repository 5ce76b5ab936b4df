"""What people write in cells, read as values: one module per kind of cell; their tables lie beside this folder."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Reason(NamedTuple):
    """Why a cell or a row is not used, and what to do about it; English sentences of the catalogues."""

    reason: str
    hint: str


def bundled_table(name: str) -> Iterator[dict[str, str]]:
    """Read a table of words or forms that lies beside the code of this room."""
    with (Path(__file__).parents[1] / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
