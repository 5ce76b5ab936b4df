"""Rows that leave the list before anything is computed: people who asked to be forgotten, and no creators at all."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.errors import InputError, explain_fault
from hinterland.identity import fold_name, fold_names
from hinterland.ingest.content import countries
from hinterland.ingest.fields import CellIssues
from hinterland.ingest.formats.csv_dialect import guess_encoding
from hinterland.ingest.header_names import tokenize_header
from hinterland.ingest.parse import Reason, as_text, bundled_table
from hinterland.ingest.parse.addresses import parse_account, read_accounts
from hinterland.ingest.part import IDENTIFYING, Part, clean_text, columns_of, load_fields
from hinterland.language import Control
from hinterland.messages import COLUMN_OF_HANDLE, FORGET

ACCOUNTS = frozenset(("handle", "profile_url"))
FULL_NAME = ("first_name", "last_name")


@dataclass(frozen=True)
class ForgetReceipt:
    """Which lines of the file of people to forget are people of the list, and which are not: for the screen only."""

    matched: tuple[str, ...]
    unmatched: tuple[str, ...]


def read_forgotten(path: str | None, fields: Iterable[str]) -> dict[str, frozenset[str]]:
    """Read the people of a file, one per line: by handle, address of the profile, name or e-mail address.

    Returns
    -------
    dict
        For each line the normal forms by which the person is looked for; without a path none.

    Raises
    ------
    InputError
        If the file cannot be read or contains no handles, or no column of the list names people.
    """
    if path is None:
        return {}
    if set(fields).isdisjoint(IDENTIFYING):
        raise InputError(
            "the list has no handles, so {option} matches nobody: if a column holds them, set {column}",
            option=FORGET,
            column=COLUMN_OF_HANDLE,
        )
    lines = [line for line in _lines(path, FORGET) if line]
    people = {line: frozenset((fold_name(line), fold_name(parse_account(line).handle))) - {""} for line in lines}
    if not any(people.values()):
        raise InputError("{file} contains no handles: write one handle per line", file=path)
    return {line: keys for line, keys in people.items() if keys}


def read_handles(path: str, fields: Iterable[str], *, option: Control) -> frozenset[str]:
    """Read the handles of a file, one per line, by which `option` finds people in a list with these fields.

    Raises
    ------
    InputError
        If the file cannot be read or contains no handles, or the list has no handles by which to find anyone.
    """
    if ACCOUNTS.isdisjoint(fields):
        raise InputError(
            "the list has no handles, so {option} matches nobody: if a column holds them, set {column}",
            option=option,
            column=COLUMN_OF_HANDLE,
        )
    handles = frozenset(fold_name(parse_account(line).handle) for line in _lines(path, option)) - {""}
    if not handles:
        raise InputError("{file} contains no handles: write one handle per line", file=path)
    return handles


def find_forgotten(table: pa.Table, people: frozenset[str]) -> NDArray[np.bool_]:
    """Say row by row whether any of its identifying columns names somebody to be forgotten."""
    gone, keys = np.zeros(table.num_rows, bool), pa.array(sorted(people), pa.string())
    for column in _identifying(table):
        gone |= pc.is_in(column, keys).to_numpy()
    return gone


def forget_receipt(parts: Sequence[Part], people: Mapping[str, frozenset[str]]) -> ForgetReceipt:
    """Look once more through the identifying columns for each person who is to be forgotten."""
    all_keys = pa.array(sorted(frozenset().union(*people.values())), pa.string())
    present: set[str] = set()
    for part in parts if people else ():
        for column in _identifying(load_fields(part, IDENTIFYING)):
            present.update(column.filter(pc.is_in(column, all_keys)).unique().to_pylist())
    matched = {line: bool(keys & present) for line, keys in people.items()}
    return ForgetReceipt(
        tuple(line for line, is_present in matched.items() if is_present),
        tuple(line for line, is_present in matched.items() if not is_present),
    )


def _identifying(table: pa.Table) -> Iterator[pa.ChunkedArray]:
    """Give each identifying column in normal form, as written and as the account it names."""
    plain = {name: clean_text(table.column(name)) for name in IDENTIFYING if name in table.column_names}
    texts = {**plain, **{column: clean_text(text) for column, text in columns_of(table, "alias").items()}}
    if all(name in plain for name in FULL_NAME):
        texts["full name"] = pc.binary_join_element_wise(*(plain[name] for name in FULL_NAME), " ")
    for name, text in texts.items():
        if name not in FULL_NAME:
            yield fold_names(text)
            yield fold_names(read_accounts(text, are_names=True).handles)


def _lines(path: str, option: Control) -> list[str]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            "cannot read {file}: {fault}; {option} must be a text file with one handle per line",
            file=path,
            fault=explain_fault(error),
            option=option,
        ) from None
    lines = data.decode(guess_encoding(data), errors="replace").lstrip("\ufeff").splitlines()
    return [line.strip(" ,;\t\"'") for line in lines]


SUMMARY = Reason("a total or an average, not a creator", "remove it")
HEADING = Reason("a heading of a group, not a creator", "remove this row, and give the group a column of its own")
NOTE = Reason("a note below the list, not a creator", "remove it")
HEADER = Reason("the header repeated, not a creator", "remove it")
RULE = Reason("a line drawn below the header, not a creator", "remove it")
UNITS = Reason("a row of units, not a creator", "remove it, and write units in the header")
# what says who or where a row is about; a total may stand in the column of any of them
LABELS = ("handle", "name", "first_name", "location", "city", "region", "country", "niche", "platform", "profile_url")
GROUPING = frozenset(("location", "city", "region", "country", "niche", "platform"))
PEOPLE = frozenset(("handle", "name"))
LONGEST_CODE = 3
FOOTER_ROWS = 30
LONGEST_SUMMARY = 60
_NOTE = re.compile(
    r"(?i)(?:\*|†|‡|©|\(c\)|sources?\b|notes?\b|n\.b\.|data (?:from|as of|source)|generated\b"
    r"|exported\b|created (?:by|on|with)|last updated|updated on|as of\b|copyright|disclaimer|page \d|end of|report by"
    r"|powered by|quellen?\b|stand:|hinweis|anmerkung|fuentes?:|notas?:|fontes?:|fonte:|nota:|bron:|źródło|zdroj|kaynak"
    r"|\(\d+ rows?\)$|источник|примечание|出典|注：|注:|来源|출처)"
)
_UNIT = re.compile(
    r"(?i)\(?(?:text|string|str|varchar|char|number|numeric|integer|int|int64|float|float64|object|count|#|n|no\.?|%"
    r"|percent|percentage|ratio|fraction|thousands?|in thousands|millions?|in millions|000s?|k|m|mm|'000|tsd\.?|mio\.?"
    r"|tys\.?|тыс\.?|млн\.?|千|万|百万|people|persons|users|usd|eur|gbp|inr|\$|€|£|₹|@|date|yyyy-mm-dd|degrees?|deg|°|lat|lon"
    r"|iso2?|url|name|code|category|id|unit|units|-)\)?"
)
# "Italy Total", "Total Italy": what spreadsheets write below each group
_SUBTOTAL = (
    r"(?i)^(?:sub-?)?(?:total|totale|totaal|suma|somme|gesamt|итого|всего)[ :]|[ :](?:sub-?)?total[es]?$"
    r"|[ :](?:gesamt|ergebnis|suma|toplam[ıi]?|итог|total general|total geral)$|(?:小計|集計|合計|汇总|小计|합계|요약)$"
)
_SIZE = re.compile(r"\s*(?:\(.*\)|[:=].*|\d[\d,. ]*)$")


@cache
def summary_words() -> frozenset[str]:
    """Give the words that head a row of totals, as people write them."""
    words = [row["word"] for row in bundled_table("summary_words")]
    return frozenset(form for word in words for form in (word, word.lower(), word.upper()))


@cache
def country_names() -> pa.Array:
    """List the names of countries, in small letters, without their codes."""
    return pa.array(sorted(name for name in countries() if len(name) > LONGEST_CODE))


def not_creators(table: pa.Table, part: Part) -> Iterator[CellIssues]:
    """Find the rows of a part that are no creators, of each kind, with what is written there."""
    texts = {name: clean_text(table.column(name)) for name in LABELS if name in table.column_names}
    labels = list(texts.values())
    if labels:
        groups, people = ([text for name, text in texts.items() if name in kind] for kind in (GROUPING, PEOPLE))
        yield _faults(_summaries(labels), SUMMARY, labels)
        yield _faults(_subtotals(labels, groups), SUMMARY, labels)
        yield _faults(_headings(table, people), HEADING, labels)
        yield _faults(_notes(table, labels), NOTE, labels)
    yield _faults(_headers(table, part), HEADER, labels)
    if part.first_row == 1:
        yield _faults(_units(table), UNITS, labels)
        yield _faults(_rules(table), RULE, labels)


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


def _subtotals(labels: list[pa.ChunkedArray], groups: list[pa.ChunkedArray]) -> NDArray[np.int64]:
    """Find rows with nothing but the name of a group and a word for its total."""
    if len(labels) < 2 or not groups:  # noqa: PLR2004 - of one label nothing can be missing
        return np.zeros(0, np.int64)
    alone = np.sum([label.is_valid().to_numpy() for label in labels], axis=0) == 1
    heads = pc.coalesce(*groups).filter(pa.array(alone))
    is_total = pc.match_substring_regex(heads, _SUBTOTAL).fill_null(False).to_numpy()  # noqa: FBT003 - arrow's own
    return np.asarray(np.flatnonzero(alone)[is_total], np.int64)


def _headings(table: pa.Table, people: list[pa.ChunkedArray]) -> NDArray[np.int64]:
    """Find rows with nothing but the name of a country where people are named: they head the rows of its creators."""
    if not people or table.num_columns < 2:  # noqa: PLR2004 - as above
        return np.zeros(0, np.int64)
    headed = np.any([pc.is_in(pc.utf8_lower(label), country_names()).to_numpy() for label in people], axis=0)
    places = np.flatnonzero(headed)
    rows = [[str(column[place].as_py() or "").strip() for column in table.columns] for place in places.tolist()]
    alone = [len([cell for cell in row if cell and cell != "nan"]) == 1 for row in rows]
    return np.asarray(places[np.array(alone, bool)], np.int64)


def _is_summary(labels: list[pa.ChunkedArray], place: int) -> bool:
    texts = [text for label in labels if (text := label[place].as_py())]
    return bool(texts) and all(
        len(text) <= LONGEST_SUMMARY and not summary_words().isdisjoint((text, _SIZE.sub("", text).strip(" :")))
        for text in texts
    )


def _notes(table: pa.Table, labels: list[pa.ChunkedArray]) -> NDArray[np.int64]:
    """Find notes among the last rows: one text, and nothing in the other columns."""
    first = max(table.num_rows - FOOTER_ROWS, 0)
    last = table.slice(first)
    rows = zip(*(as_text(last.column(name).to_pylist()) for name in last.column_names), strict=True)
    filled = [[cell.strip() for cell in cells if cell.strip()] for cells in rows]
    places = [first + place for place, cells in enumerate(filled) if len(cells) == 1 and _NOTE.match(cells[0])]
    return np.array([place for place in places if any(label[place].is_valid for label in labels)], np.int64)


def _headers(table: pa.Table, part: Part) -> NDArray[np.int64]:
    """Find rows that hold the names of their columns."""
    names = {field: columns[0] for field, columns in part.columns if field in table.column_names}
    texts = {field: name for field, name in names.items() if pa.types.is_string(table.column(field).type)}
    if not texts:
        return np.zeros(0, np.int64)
    field = next(iter(texts))
    alike = pc.equal(pc.utf8_lower(pc.utf8_trim(table.column(field), " \ufeff")), texts[field].lower()).fill_null(False)  # noqa: FBT003 - arrow's own
    places = np.flatnonzero(alike.to_numpy())
    return np.array([place for place in places if _is_header(table, names, int(place))], np.int64)


def _is_header(table: pa.Table, names: dict[str, str], place: int) -> bool:
    cells = {field: str(table.column(field)[place].as_py() or "").strip() for field in names}
    filled = {field: cell for field, cell in cells.items() if cell}
    alike = sum(tokenize_header(cell) == tokenize_header(names[field]) for field, cell in filled.items())
    return alike == len(filled) and alike >= min(len(names), 2)


def _rules(table: pa.Table) -> NDArray[np.int64]:
    """Find a line drawn below the header, as under tables in Markdown."""
    first = [as_text(table.column(name).slice(0, 1).to_pylist()) for name in table.column_names]
    marks = [cells[0].strip() for cells in first if cells and cells[0].strip()]
    is_rule = bool(marks) and all(re.fullmatch(r":?[-=─+|]{3,}:?", mark) for mark in marks)
    return np.zeros(int(is_rule), np.int64)


def _units(table: pa.Table) -> NDArray[np.int64]:
    """Find a row of units among the first two."""
    rows = zip(*(as_text(table.column(name).slice(0, 2).to_pylist()) for name in table.column_names), strict=True)
    filled = [[cell.strip() for cell in cells if cell.strip()] for cells in rows]
    return np.array(
        [place for place, cells in enumerate(filled) if len(cells) > 1 and all(map(_UNIT.fullmatch, cells))], np.int64
    )
