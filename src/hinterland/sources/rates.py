"""Rates and money: signs, percent signs and currencies around the numbers of `numbers`."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import math
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.sources.names import CURRENCY_WORDS
from hinterland.sources.numbers import Counts, as_text, coded, over_distinct, parse_count, parse_counts

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SYMBOLS = {"r$": "BRL", "us$": "USD", "a$": "AUD", "c$": "CAD", "$": "USD", "€": "EUR", "£": "GBP", "₹": "INR"}
SYMBOLS |= {
    "¥": "JPY",
    "₽": "RUB",
    "₺": "TRY",
    "₩": "KRW",
    "zł": "PLN",
    "rs": "INR",
    "kč": "CZK",
    "₫": "VND",
    "฿": "THB",
}
_CODES = "|".join(sorted(CURRENCY_WORDS))
_MONEY = rf"(?i)(?:us|[acr])?\$|[€£₹¥₽₺₩₫฿]|zł|kč|rs\.?|\b(?:{_CODES})\b"
_CURRENCY = re.compile(_MONEY)


@dataclass(frozen=True, eq=False)
class Rates:
    """A parsed column of signed numbers, row by row: NaN is missing; which carried a percent sign; which were none."""

    numbers: Floats
    percent: Flags
    faulty: Flags


def parse_rate(text: str) -> float | None:
    """Read one rate, growth or share as written, percent signs apart; None if it is none; never raise."""
    sign = -1.0 if text.strip().startswith(("-", "−")) else 1.0
    value = parse_count(text.strip("%+-− \u00a0\u202f"), whole=False).value
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
    counts = parse_counts(pc.utf8_trim(text, "%+-− \u00a0\u202f"), whole=False)
    return Rates(
        np.where(negative, -counts.numbers, counts.numbers), pc.match_substring(text, "%").to_numpy(), counts.faulty
    )


def fractions(rates: Rates, *, percent: bool) -> Floats:
    """Turn rates into fractions: those with a sign, and all of a column written in percent."""
    return np.where(rates.percent | percent, rates.numbers / 100, rates.numbers)


def parse_money(column: pa.ChunkedArray) -> Counts:
    """Read a column of amounts of money, without their currency."""
    if not pa.types.is_string(column.type):
        return parse_counts(column)
    return parse_counts(pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.fill_null(column, ""), _MONEY, "")))


def amount_of(text: str) -> float | None:
    """Read one amount of money; None if it is none."""
    return parse_count(_CURRENCY.sub("", text)).value


def currencies(column: pa.ChunkedArray, usual: str | None) -> list[str | None]:
    """Name the currency each amount is written in, by its sign or code; `usual` where it says nothing."""
    text = column if pa.types.is_string(column.type) else pa.chunked_array([as_text(column.to_pylist())], pa.string())
    return over_distinct(text, lambda value: (currency_of(value) or usual) if value.strip() else None)


def currency_of(text: str) -> str | None:
    """Name the currency a text mentions as a three-letter code; None if it mentions none."""
    found = _CURRENCY.search(text)
    if not found:
        return None
    mark = found[0].lower().rstrip(".")
    return SYMBOLS.get(mark, mark.upper())


def typical(values: list[float]) -> float:
    """Give the median size of some numbers, zeros apart; NaN of none."""
    sizes = [abs(value) for value in values if value]
    return float(np.median(sizes)) if sizes else math.nan
