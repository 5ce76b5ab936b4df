"""Where the header of a table stands: below a title, in two rows, or nowhere."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

import numpy as np

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.content import CONTENT, is_amount
from hinterland.ingest.header_names import match_header, split_platform
from hinterland.ingest.parse.dates import month_of
from hinterland.ingest.parse.numbers import parse_count

Rows = list[list[str]]
SAMPLE_ROWS = 200
HEADER_WITHIN = 20
# fewer rows do not show that the first is like the others; of so many others, it is
FEWEST_ROWS, MOSTLY = 3, 0.8


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
    if len(rows) < FEWEST_ROWS:
        return False
    columns = zip(*(row for row in rows if len(row) == len(rows[0])), strict=False)
    alike = [_first_like_others([cell.strip() for cell in cells]) for cells in columns]
    return any(alike)


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
