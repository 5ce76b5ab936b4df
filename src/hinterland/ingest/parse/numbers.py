"""Follower-like numbers as people and exports write them: the one parser for `12.3K`, `1.234.567`, `45万`."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.ingest.parse import bundled_table, coded, over_distinct
from hinterland.ingest.parse.addresses import COUNT_BESIDE

MISSING = frozenset(row["text"] for row in bundled_table("missing_values"))
UNITS = {unicodedata.normalize("NFKC", row["unit"]): float(row["factor"]) for row in bundled_table("number_units")}
_NOUNS = re.compile(
    r"[\s.]*(followers?|d'abonn[ée]s|명|users|members|subscribers?|subs|fans|abonn[ée]e?s?|abonnenten|seguidores|suscriptores|inscritos|creators?"
    r"|подписчик\w*|フォロワー|人|people|likes)\s*$"
)
# marks of footnotes, and remarks in brackets, after a number: "12,300[4]", "1 234 567 (2021)"
_REMARK = re.compile(r"(?<=[\w.+])\s*(?:\[[^\[\]]*\]|[*†‡^]+|\([^()]*\))+$")
_ABOUT = re.compile(
    r"^(?:~|≈|about|approx\.?|approximately|ca\.?|circa|around|nearly|almost|roughly|rund|environ|etwa)\s*"
)
_ABOUT_AFTER = re.compile(r"(?<=[\w+])\s+(?:approx\.?|ca\.?|est\.?|or so)$")
_BOUND = re.compile(r"^(<=?|≤|under|less than|up to|>=?|≥|over|more than)\s*")
_RANGE = re.compile(r"(?<=[^\s\-–—])\s*(?:-|–|—|~|\.\.+|…|\bto\b|\bbis\b|\bà\b|\bдо\b)\s*(?=[\d.,])")
_AMOUNT = re.compile(r"([+\-]?)([\d.,' _]*\d[.,]?)\s*([^\W\d_][^\d\s.,+]*|)\.?\+?")
_STACKED = re.compile(r"(?:[\d.,]+[千万萬億亿만억천])+[\d,]*")
_STACK = re.compile(r"([\d.,]+)([千万萬億亿만억천]?)")
_POWER = re.compile(r"[+\-]?\d+(?:\.\d+)?e[+\-]?\d{1,2}")
_GROUPED = re.compile(r"\d{1,3}(?:S\d{3})+|\d{1,2}(?:S\d{2})+S\d{3}|\d{1,4}(?:S\d{4})+".replace("S", r"[ '_]"))
# written as a machine writes: read at once; one or two decimals group no thousands
_PLAIN_INTEGER = r"^[0-9]{1,15}(\.[0-9]{1,2})?$"
_PLAIN_DECIMAL = r"^[0-9]{1,12}(\.[0-9]{1,18})?$"
_SHORTENED = r"^[0-9]{1,6}(\.[0-9]{1,3})?[kKmM]$"
LONGEST = 60
# more than anybody has of anything, in any money; and up to here every whole number is exact
MOST = 1e15


@dataclass(frozen=True)
class Count:
    """One parsed number: `value` None means missing; `imputed` a range or a bound; `faulty` text that is no count."""

    value: float | None
    imputed: bool = False
    faulty: bool = False


@dataclass(frozen=True)
class Counts:
    """A parsed column, row by row: numbers (NaN missing) and flags as in `Count`."""

    numbers: NDArray[np.float64]
    imputed: NDArray[np.bool_]
    faulty: NDArray[np.bool_]


@lru_cache(4_096)
def parse_count(text: str, *, integer: bool = True) -> Count:
    """Read one number of people; never raise.

    Missing (`-`, `N/A`, nothing) is not zero. `10k-50k` gives its midpoint, `<1k` half of it and `1M+` its bound, all
    three imputed. A negative or unreadable text is faulty, and so is a number beyond `MOST`. One separator before
    exactly three digits groups thousands (followers are an `integer`; rates are not), unless a unit follows: `1.234` is
    1234, `1.234M` is 1,234,000.
    """
    plain = _plain(text)
    if plain in MISSING or len(plain) > LONGEST:
        return Count(None, faulty=plain not in MISSING)
    about, exact = _ABOUT.match(plain) or _ABOUT_AFTER.search(plain), _ABOUT_AFTER.sub("", plain)
    bound, amount = _BOUND.match(_ABOUT.sub("", exact)), _ABOUT.sub("", exact)
    if bound:
        return _parse_bound(bound[1], amount[bound.end() :], integer=integer)
    ends = [amount] if _POWER.fullmatch(amount) else _RANGE.split(amount)
    value = _parse_range(*ends, integer=integer) if len(ends) == 2 else _parse_quantity(amount, integer=integer)  # noqa: PLR2004 - a range has two ends
    open_ended = plain.endswith("+")
    return Count(None, faulty=True) if value is None else Count(value, bool(about) or len(ends) > 1 or open_ended)


def parse_counts(column: pa.ChunkedArray, *, integer: bool = True) -> Counts:
    """Read a column of text or numbers; each distinct text is read once."""
    if pa.types.is_dictionary(column.type):
        codes, texts = coded(column)
        each = parse_counts(texts, integer=integer)
        return Counts(each.numbers[codes], each.imputed[codes], each.faulty[codes])
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        values = column.cast(pa.float64(), safe=False).to_numpy()
        faulty = (values < 0) | (values > MOST)
        return Counts(np.where(faulty, np.nan, values), np.zeros(len(values), bool), faulty)
    plain = pc.match_substring_regex(column, _PLAIN_INTEGER if integer else _PLAIN_DECIMAL).fill_null(False)  # noqa: FBT003 - arrow's own signature
    values = pc.if_else(plain, column, None).cast(pa.float64()).to_numpy().copy()
    short = pc.match_substring_regex(column, _SHORTENED).fill_null(False)  # noqa: FBT003 - arrow's own signature
    odd = np.flatnonzero(~(plain.to_numpy() | short.to_numpy()))
    if pc.any(short).as_py():
        values[short.to_numpy()] = _parse_shortened(column.filter(short))
    read = over_distinct(column.take(pa.array(odd)), partial(parse_count, integer=integer))
    values[odd] = [math.nan if count.value is None else count.value for count in read]
    imputed, faulty = np.zeros(len(values), bool), np.zeros(len(values), bool)
    imputed[odd] = [count.imputed for count in read]
    faulty[odd] = [count.faulty for count in read]
    return Counts(values, imputed, faulty)


def _parse_shortened(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Read `12.3K` and `1M`: whole numbers, since three decimals at most stand before a thousand."""
    amounts = pc.utf8_rtrim(column, "kKmM").cast(pa.float64()).to_numpy()
    thousands = pc.match_substring_regex(column, "[kK]$").to_numpy()
    return np.asarray(np.rint(amounts * np.where(thousands, 1e3, 1e6)), dtype=np.float64)


def _plain(text: str) -> str:
    folded = text
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", text).replace("٫", ".").replace("٬", ",").replace("’", "'")
        folded = "".join(str(unicodedata.decimal(char, char)) for char in folded).replace("−", "-")
    if beside := COUNT_BESIDE.fullmatch(folded.strip()):
        folded = beside["inside"] or beside["after"] or beside["short"]
    # spreadsheets mark text by an apostrophe
    return _NOUNS.sub("", _REMARK.sub("", " ".join(folded.lower().split()))).strip().lstrip("'")


def _parse_bound(sign: str, text: str, *, integer: bool) -> Count:
    value = _parse_quantity(text, integer=integer)
    if value is None:
        return Count(None, faulty=True)
    return Count(value / 2 if sign.startswith(("<", "≤", "under", "less", "up")) else value, imputed=True)


def _parse_range(low: str, high: str, *, integer: bool) -> float | None:
    top = _AMOUNT.fullmatch(high)
    inherited = top[3] if top and low[-1:].isdigit() else ""
    first, last = _parse_quantity(low + inherited, integer=integer), _parse_quantity(high, integer=integer)
    if first is None or last is None:
        return None
    if first > last:
        first = _parse_quantity(low, integer=integer) or 0.0
    return (first + last) / 2 if first <= last else None


def _parse_quantity(text: str, *, integer: bool) -> float | None:
    if _POWER.fullmatch(text):
        return _sane(float(text))
    if _STACKED.fullmatch(text):
        # 1億2000万 is a sum
        terms = [(_number(body, decimal=bool(unit)), UNITS.get(unit, 1.0)) for body, unit in _STACK.findall(text)]
        return _sane(sum(math.nan if number is None else number * factor for number, factor in terms))
    match = _AMOUNT.fullmatch(text)
    if not match or (match[3] and match[3] not in UNITS):
        return None
    number = _number(match[2].strip(), decimal=bool(match[3]) or not integer)
    return None if number is None or match[1] == "-" else _sane(number * UNITS.get(match[3], 1.0))


def _sane(value: float) -> float | None:
    # 2.609 million is 2609000, not 2608999.9999999998
    return float(f"{value:.15g}") if 0 <= value <= MOST else None


def _number(body: str, *, decimal: bool) -> float | None:
    spaced = any(mark in body for mark in " '_")
    head = re.split("[.,]", body)[0] if spaced else ""
    if spaced and not _GROUPED.fullmatch(head):
        return None
    digits = re.sub("[ '_]", "", body)
    marks = re.findall("[.,]", digits)
    if len(set(marks)) == 2:  # noqa: PLR2004 - both marks occur: the last one is the decimal
        return _two_marks(digits, marks)
    if len(marks) == 1:
        return _one_mark(digits, decimal=decimal or spaced)
    return float(digits) if not marks else _groups(digits, marks[0])


def _two_marks(digits: str, marks: list[str]) -> float | None:
    if marks.count(marks[-1]) > 1:
        return None
    head, tail = digits.rsplit(marks[-1], 1)
    integer_part = _groups(head, marks[0])
    return None if integer_part is None else float(f"{integer_part:.0f}.{tail or 0}")


def _one_mark(digits: str, *, decimal: bool) -> float:
    head, tail = re.split("[.,]", digits)
    groups = len(tail) == 3 and 1 <= len(head) <= 3 and not head.startswith("0")  # noqa: PLR2004 - a thousand
    return float(head + tail) if groups and not decimal else float(f"{head or 0}.{tail or 0}")


def _groups(digits: str, mark: str) -> float | None:
    """Join groups of three (Western), of two and a last three (Indian) or of four (Chinese)."""
    first, *rest = digits.split(mark)
    sizes = [len(group) for group in rest]
    three, four = all(size == 3 for size in sizes), all(size == 4 for size in sizes)  # noqa: PLR2004 - group sizes
    indian = sizes[-1:] == [3] and all(size == 2 for size in sizes[:-1])  # noqa: PLR2004 - group sizes
    fits = (three and 1 <= len(first) <= 3) or (indian and 1 <= len(first) <= 2) or (four and 1 <= len(first) <= 4)  # noqa: PLR2004
    return float(first + "".join(rest)) if fits else None
