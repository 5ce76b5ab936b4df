"""Rows that are no creators: totals and averages, notes below a table, a repeated header, a row of units."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.ingest.fields import CellIssues
from hinterland.ingest.header_names import tokenize_header
from hinterland.ingest.parse.addresses import rows_of
from hinterland.ingest.parse.numbers import as_text
from hinterland.ingest.part import Part, clean_text

SUMMARY = ("a total or an average, no creator", "remove it")
NOTE = ("a note below the list, no creator", "remove it")
HEADER = ("the header once more, no creator", "remove it")
UNITS = ("a row of units, no creator", "remove it, and write units in the header")
# what says who or where a row is about; a total may stand in the column of any of them
LABELS = ("handle", "name", "first_name", "location", "city", "region", "country", "niche", "platform", "profile_url")
FOOTER_ROWS = 30
LONGEST_SUMMARY = 60
_NOTE = re.compile(
    r"(?i)(?:\*|†|‡|©|\(c\)|sources?\b|notes?\b|n\.b\.|data (?:from|as of|source)|generated\b"
    r"|exported\b|created (?:by|on|with)|last updated|updated on|as of\b|copyright|disclaimer|page \d|end of|report by"
    r"|powered by|quellen?\b|stand:|hinweis|anmerkung|fuentes?:|notas?:|fontes?:|fonte:|nota:|bron:|źródło|zdroj|kaynak"
    r"|источник|примечание|出典|注：|注:|来源|출처)"
)
_UNIT = re.compile(
    r"(?i)\(?(?:text|string|str|varchar|char|number|numeric|integer|int|int64|float|float64|object|count|#|n|no\.?|%"
    r"|percent|percentage|ratio|fraction|thousands?|in thousands|millions?|in millions|000s?|k|m|mm|'000|tsd\.?|mio\.?"
    r"|tys\.?|тыс\.?|млн\.?|千|万|百万|people|persons|users|usd|eur|gbp|inr|\$|€|£|₹|@|date|yyyy-mm-dd|degrees?|deg|°|lat|lon"
    r"|iso2?|url|name|code|category|id|unit|units|-)\)?"
)
_SIZE = re.compile(r"\s*(?:\(.*\)|[:=].*|\d[\d,. ]*)$")


@cache
def summary_words() -> frozenset[str]:
    """Give the words that head a row of totals, as people write them."""
    words = [row["word"] for row in rows_of("summary_words")]
    return frozenset(form for word in words for form in (word, word.lower(), word.upper()))


def not_creators(table: pa.Table, part: Part) -> Iterator[CellIssues]:
    """Find the rows of a part that are no creators, of each kind, with what is written there."""
    labels = [clean_text(table.column(name)) for name in LABELS if name in table.column_names]
    if labels:
        yield _faults(_summaries(labels), SUMMARY, labels)
        yield _faults(_notes(table, labels), NOTE, labels)
    yield _faults(_headers(table, part), HEADER, labels)
    if part.first_row == 1:
        yield _faults(_units(table), UNITS, labels)


def _faults(places: NDArray[np.int64], reason: tuple[str, str], labels: list[pa.ChunkedArray]) -> CellIssues:
    texts = [next((text for label in labels if (text := label[place].as_py())), "") for place in places.tolist()]
    return CellIssues(places, "", texts, *reason)


def _summaries(labels: list[pa.ChunkedArray]) -> NDArray[np.int64]:
    """Find rows headed by a word for a total whose other labels are empty."""
    words = pa.array(sorted(summary_words()))
    headed = np.zeros(len(labels[0]), bool)
    for label in labels:
        headed |= pc.is_in(label, words).to_numpy()
    last = np.arange(len(headed)) >= len(headed) - FOOTER_ROWS
    return np.array([place for place in np.flatnonzero(headed | last).tolist() if _is_summary(labels, place)], np.int64)


def _is_summary(labels: list[pa.ChunkedArray], place: int) -> bool:
    texts = [text for label in labels if (text := label[place].as_py())]
    return bool(texts) and all(len(text) <= LONGEST_SUMMARY and _heads_summary(text) for text in texts)


def _heads_summary(text: str) -> bool:
    return text in summary_words() or _SIZE.sub("", text).strip(" :") in summary_words()


def _notes(table: pa.Table, labels: list[pa.ChunkedArray]) -> NDArray[np.int64]:
    """Find notes among the last rows: one text, and nothing in the other columns."""
    first = max(table.num_rows - FOOTER_ROWS, 0)
    last = table.slice(first)
    rows = zip(*(as_text(last.column(name).to_pylist()) for name in last.column_names), strict=True)
    places = [first + place for place, cells in enumerate(rows) if _is_note([cell for cell in cells if cell.strip()])]
    return np.array([place for place in places if any(label[place].is_valid for label in labels)], np.int64)


def _is_note(cells: list[str]) -> bool:
    return len(cells) == 1 and bool(_NOTE.match(cells[0].strip()))


def _headers(table: pa.Table, part: Part) -> NDArray[np.int64]:
    """Find rows that hold the names of their columns."""
    names = {field: columns[0] for field, columns in part.columns if field in table.column_names}
    texts = {field: name for field, name in names.items() if pa.types.is_string(table.column(field).type)}
    if not texts:
        return np.zeros(0, np.int64)
    field = next(iter(texts))
    alike = pc.equal(pc.utf8_lower(table.column(field)), texts[field].lower()).fill_null(False)  # noqa: FBT003 - arrow's own
    places = np.flatnonzero(alike.to_numpy())
    return np.array([place for place in places if _is_header(table, names, int(place))], np.int64)


def _is_header(table: pa.Table, names: dict[str, str], place: int) -> bool:
    cells = {field: str(table.column(field)[place].as_py() or "").strip() for field in names}
    filled = {field: cell for field, cell in cells.items() if cell}
    alike = sum(tokenize_header(cell) == tokenize_header(names[field]) for field, cell in filled.items())
    return alike == len(filled) and alike >= min(len(names), 2)


def _units(table: pa.Table) -> NDArray[np.int64]:
    """Find a row of units among the first two."""
    rows = zip(*(as_text(table.column(name).slice(0, 2).to_pylist()) for name in table.column_names), strict=True)
    filled = [[cell.strip() for cell in cells if cell.strip()] for cells in rows]
    return np.array(
        [place for place, cells in enumerate(filled) if len(cells) > 1 and all(map(_UNIT.fullmatch, cells))], np.int64
    )
