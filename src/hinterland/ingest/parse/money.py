"""Rates and money: signs, percent signs and currencies around the numbers of `numbers`."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import math
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.ingest.parse import as_text, bundled_table, coded, over_distinct
from hinterland.ingest.parse.numbers import Count, Counts, parse_count, parse_counts

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_CURRENCY_CODES = (
    "usd eur gbp inr brl jpy cad aud chf sek nok dkk pln mxn cny idr krw aed sar zar ngn kes php vnd thb myr sgd hkd"
    " twd nzd ils rub uah huf czk ron bgn clp egp pkr bdt lkr ghs"
)
CURRENCY_CODES = frozenset(_CURRENCY_CODES.split())


def _names(kind: str) -> dict[str, str]:
    """Load what people write for a currency: a "symbol", a "word" (a pattern), or a unit only one is "counted" in.

    Where several countries call their money so, no code stands.
    """
    return {row["text"]: row["currency"] for row in bundled_table("currency_names") if row["kind"] == kind}


SYMBOLS, _COUNTED_IN = _names("symbol"), _names("counted")
# codes that are words elsewhere: of a currency only beside a number
_CODES_BESIDE = (
    "cop|ars|pen|try|ugx|tzs|rwf|etb|xof|xaf|mad|dzd|tnd|qar|kwd|bhd|omr|jod|lbp|iqd|irr|kzt|uzs|gel|amd|azn|rsd|mkd|bam"
    "|isk|mzn|aoa|zmw|bwp|npr|mmk|khr|mop|pyg|uyu|bob|crc|gtq|hnl|dop|jmd|ttd"
)
_WORDS = {re.compile(rf"(?i)(?<![^\W\d_])(?:{words})(?![^\W\d_])"): code for words, code in _names("word").items()}
_CODES = "|".join(sorted(CURRENCY_CODES))
_CURRENCY = re.compile(
    r"(?i)(?:us|nz|hk|nt|mx|[acrs])?\$|[€£₹¥₽₺₩₫฿₦₱₪₴元円원]|zł|kč|\brs\b\.?|\brs\.?(?=\d)|\brp\b\.?|\brp\.?(?=\d)"
    rf"|\brm(?=\s?\d)|\btl\b|\bkshs?\b\.?(?=\s?\d)|(?<![a-z])(?:{_CODES})(?![a-z])"
    rf"|\b(?:{_CODES_BESIDE})(?=\s?\d)|(?<=\d)\s?(?:{_CODES_BESIDE})\b|(?<=\d[km])\s(?:{_CODES_BESIDE})\b"
)
# written as a machine writes: no sign of a currency
_PLAIN_AMOUNT = r"^[0-9]{0,15}$|^[0-9]{1,12}\.[0-9]{1,2}$"
_NUMBER_UNIT = re.compile(rf"(?i)\d\s?({'|'.join(_COUNTED_IN)})\b")
# what people write after an amount: per what, before which taxes, how firm it is
_PER = re.compile(
    r"(?i)\s*(?:\(?\b(?:per|pro|por|par|за|an?)\s+\w+.*|/\s?(?!-|=)[^\W\d_]+.*|\bp\.?\s?p\b.*|\beach\b.*"
    r"|\+\s?(?:vat|gst|tax|taxes|iva|mwst|tva|ust)\b.*|\(?\b(?:excl|incl|plus|zzgl|inkl|hors|net|approx|ex)\b.*"
    r"|\(?\b(?:onwards|only|neg|nego|negotiable|brutto|netto|ht|ttc|tbc|tbd)\b.*)"
)
# 25,000/- and 80,- and 1'200.-: whole units
_WHOLE_UNITS = re.compile(r"\s*(?:/-|/=|[.,][-–—]+|-/-)\s*$")
_FROM = re.compile(
    r"(?i)^\s*(?:from|starting (?:at|from)|starts at|min\.?|ab|desde|a partir de|à partir de|dès|от|mulai)\s+"
)
_BETWEEN = re.compile(
    r"(?i)^\s*(?:between|zwischen|entre|tra|tussen)?\s*(\d[\d., ]*[km]?)\s+"
    r"(?:and|to|und|bis|et|à|y|a|e|en|tot)\s+(\d.*)"
)
_NO_PRICE = re.compile(
    r"(?i)\s*(?:free|gifted|gifting|barter|product(?: only)?|in kind|(?:up)?on request|negotiable|nego|contact.*|ask.*"
    r"|dm.*|auf anfrage|sur demande|a consultar|a convenir|sob consulta|по запросу|договорная|要相談|面议)\s*"
)


@dataclass(frozen=True, eq=False)
class Rates:
    """A parsed column of signed numbers, row by row: NaN is missing; which carried a percent sign; which were none."""

    numbers: Floats
    percent: Flags
    faulty: Flags


def parse_rate(text: str) -> float | None:
    """Read one rate, growth or share as written, percent signs apart; None if it is none; never raise."""
    sign = -1.0 if text.strip().startswith(("-", "−")) else 1.0
    value = parse_count(text.strip("%+-− \u00a0\u202f"), integer=False).value
    return None if value is None else sign * value


def parse_rates(column: pa.ChunkedArray) -> Rates:
    """Read a column of rates: percent signs are noted, not applied."""
    if pa.types.is_dictionary(column.type):
        codes, texts = coded(column)
        read = parse_rates(texts)
        return Rates(read.numbers[codes], read.percent[codes], read.faulty[codes])
    if not pa.types.is_string(column.type):
        numbers = column.cast(pa.float64(), safe=False).to_numpy()
        faulty = np.isinf(numbers)
        return Rates(np.where(faulty, np.nan, numbers), np.zeros(len(numbers), bool), faulty)
    text = pc.utf8_trim_whitespace(pc.fill_null(column, ""))
    negative = pc.match_substring_regex(text, r"^[-−]\s*[\d.,]").to_numpy()
    counts = parse_counts(pc.utf8_trim(text, "%+-− \u00a0\u202f"), integer=False)
    return Rates(
        np.where(negative, -counts.numbers, counts.numbers), pc.match_substring(text, "%").to_numpy(), counts.faulty
    )


def fractions(rates: Rates, *, percent: bool) -> Floats:
    """Turn rates into fractions: those with a sign, and all of a column written in percent."""
    return np.where(rates.percent | percent, rates.numbers / 100, rates.numbers)


def parse_money(column: pa.ChunkedArray) -> Counts:
    """Read a column of amounts of money, without their currency."""
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return parse_counts(column)
    text = pc.fill_null(column.cast(pa.string()), "")
    odd = np.flatnonzero(pc.invert(pc.match_substring_regex(text, _PLAIN_AMOUNT)).to_numpy())
    counts = parse_counts(text)
    read = over_distinct(text.take(pa.array(odd)), parse_amount)
    numbers, imputed, faulty = counts.numbers.copy(), counts.imputed.copy(), counts.faulty.copy()
    numbers[odd] = [math.nan if count.value is None else count.value for count in read]
    imputed[odd] = [count.imputed for count in read]
    faulty[odd] = [count.faulty for count in read]
    return Counts(numbers, imputed, faulty)


def parse_amount(text: str) -> Count:
    """Read one amount of money as people write it: with a currency, per post, from, `/-`; never raise."""
    plain = unicodedata.normalize("NFKC", text)
    if _NO_PRICE.fullmatch(plain):
        return Count(None)
    bare = _PER.sub("", plain)
    for currency in (_CURRENCY, *_WORDS):
        bare = currency.sub(" ", bare) if any(char.isdigit() for char in bare) else bare
    bare = _BETWEEN.sub(r"\1 - \2", _FROM.sub("", bare))
    return parse_count(_WHOLE_UNITS.sub("", bare.strip()).strip())


def amount_of(text: str) -> float | None:
    """Read one amount of money; None if it is none."""
    return parse_amount(text).value


def currencies(column: pa.ChunkedArray, usual: str | None) -> list[str | None]:
    """Name the currency each amount is written in, by its sign or code; `usual` where it says nothing."""
    text = column if pa.types.is_string(column.type) else pa.chunked_array([as_text(column.to_pylist())], pa.string())
    return over_distinct(text, lambda value: (currency_of(value) or usual) if value.strip() else None)


def currency_of(text: str) -> str | None:
    """Name the currency a text mentions as a three-letter code; None if it mentions none."""
    marks = [match[0].strip().lower().rstrip(".") for match in _CURRENCY.finditer(text)]
    if not marks:
        unit = _NUMBER_UNIT.search(text)
        return _COUNTED_IN[unit[1].lower()] if unit else _called(text) or None
    # a dollar sign is of many countries: a code beside it says of which
    mark = next((mark for mark in marks if mark != "$"), marks[0])
    return SYMBOLS.get(mark) or SYMBOLS.get(mark.rstrip("s")) or mark.upper()


def is_of_several(text: str) -> bool:
    """Say whether a text names money that several countries call by that name, as kr and pesos."""
    return currency_of(text) is None and _called(text) == ""


def _called(text: str) -> str | None:
    has_number = any(char.isdigit() for char in text)
    return next((code for word, code in _WORDS.items() if has_number and word.search(text)), None)


def typical(values: list[float]) -> float:
    """Give the median size of some numbers, zeros apart; NaN of none."""
    sizes = [abs(value) for value in values if value]
    return float(np.median(sizes)) if sizes else math.nan
