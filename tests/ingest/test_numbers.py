"""Follower-like numbers: known spellings, and whatever is formatted is read back."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import math

import numpy as np
import pyarrow as pa
import pytest
from babel.numbers import format_compact_decimal, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from hinterland.ingest.parse.numbers import parse_count, parse_counts

WHOLE = st.integers(0, 10**12)
THIN, NARROW = "\u2009", "\u202f"


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


def indian(number: int) -> str:
    head, tail = divmod(number, 1000)
    if not head:
        return str(tail)
    groups = [f"{tail:03d}"]
    while head > 99:
        head, rest = divmod(head, 100)
        groups.insert(0, f"{rest:02d}")
    return ",".join([str(head), *groups])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.3K", 12_300),
        ("1,2M", 1_200_000),
        ("12 345", 12_345),
        ("1.234.567", 1_234_567),
        ("2,28,00,00,00,000", 228_000_000_000),
        ("45万", 450_000),
        ("1億2000万", 120_000_000),
        ("1.2 млн", 1_200_000),
        ("4 тыс.", 4_000),
        ("409.8M", 409_800_000),
        ("1.234", 1_234),
        ("1.234M", 1_234_000),
        ("70100.0", 70_100),
        ("1.234,5", 1_234.5),
        ("12 345,6", 12_345.6),
        ("1'234'567", 1_234_567),
        ("1.2e+06", 1_200_000),
        ("12,3 mil", 12_300),
        ("2.5 lakh", 250_000),
        ("1.2M subscribers", 1_200_000),
        ("۱۲۳", 123),
        ("0", 0),
    ],
)
def test_known_spellings(text: str, value: float):
    count = parse_count(text)
    assert (count.value, count.imputed, count.faulty) == (value, False, False)


@pytest.mark.parametrize(
    ("text", "value"),
    [("10k-50k", 30_000), ("10-50k", 30_000), ("900-10k", 5_450), ("<1k", 500), ("50k+", 50_000), ("~3k", 3_000)],
)
def test_ranges_and_bounds_are_imputed(text: str, value: float):
    count = parse_count(text)
    assert (count.value, count.imputed) == (value, True)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "N/A", "nan", "None", "n.a."])
def test_missing_is_neither_zero_nor_a_fault(text: str):
    count = parse_count(text)
    assert count.value is None
    assert not count.faulty


@pytest.mark.parametrize(
    "text", ["-5", "−5k", "abc", "12 34", "1.2.3", "2023-05-01", "12:30", "inf", "=1+1", "5-", "9" * 400, "50k-10k-1k"]
)
def test_what_is_no_count_is_a_fault(text: str):
    count = parse_count(text)
    assert count.value is None
    assert count.faulty


@given(WHOLE, st.sampled_from([",", ".", " ", "'", "\u00a0", THIN, NARROW, "_", "’"]))
def test_grouped_numbers_are_read_back(number: int, mark: str):
    assert parse_count(grouped(number, mark)).value == number


@given(WHOLE)
def test_plain_and_indian_numbers_are_read_back(number: int):
    assert parse_count(str(number)).value == number
    assert parse_count(f" {number}.0 ").value == number
    assert parse_count(indian(number)).value == number


@given(
    st.integers(0, 99_999),
    st.sampled_from([("k", 3), ("K", 3), ("M", 6), ("млн", 6), ("万", 4), ("B", 9), ("crore", 7), ("Mio.", 6)]),
    st.sampled_from([".", ","]),
    st.sampled_from(["", " "]),
)
def test_shortened_numbers_are_read_back(hundredths: int, unit: tuple[str, int], point: str, space: str):
    name, power = unit
    text = f"{hundredths // 100}{point}{hundredths % 100:02d}{space}{name}"
    assert math.isclose(parse_count(text).value, hundredths * 10 ** (power - 2), rel_tol=1e-12)


# point, comma, thin and plain spaces, apostrophes, Indian groups, other digits, ten thousands
LOCALES = ("en", "de", "fr", "es", "pt", "it", "ru", "pl", "tr", "hi", "ja", "zh", "ko", "de_CH", "en_IN", "sv", "fa")


@pytest.mark.parametrize("locale", LOCALES)
@given(number=st.integers(0, 10**10))
def test_what_a_locale_writes_is_read_back(locale: str, number: int):
    assert parse_count(format_decimal(number, locale=locale)).value == number


# not Turkish, where B is a thousand
@pytest.mark.parametrize("locale", sorted({*LOCALES} - {"tr"}))
@given(number=st.integers(0, 9 * 10**8))
def test_what_a_locale_shortens_is_read_back(locale: str, number: int):
    shown = format_compact_decimal(number, locale=locale, fraction_digits=1)
    count = parse_count(shown)
    assert count.value is not None, shown
    assert abs(count.value - number) <= 0.051 * 10 ** max(0, len(str(number)) - 1), shown


@given(st.lists(st.integers(0, 999_999), max_size=20), st.sampled_from("kKmM"), st.sampled_from([0, 1, 2, 3]))
def test_shortened_columns_are_read_as_their_values(numbers: list[int], unit: str, digits: int):
    texts = [f"{number / 10**digits:.{digits}f}{unit}" for number in numbers]
    counts = parse_counts(pa.chunked_array([texts], pa.string()))
    np.testing.assert_array_equal(counts.numbers, [parse_count(text).value for text in texts])


@given(st.text(max_size=80) | st.text(alphabet="0123456789.,-+ kKmM<>~'e万", max_size=90))
def test_never_raises_and_never_negative(text: str):
    count = parse_count(text)
    assert count.value is None or (count.value >= 0 and math.isfinite(count.value))
    assert not (count.faulty and count.value is not None)


@given(st.lists(st.none() | st.sampled_from(["12", "1.5K", "x", "-", "10k-50k", "007"]) | WHOLE.map(str), max_size=30))
def test_a_column_is_read_as_its_values_one_by_one(texts: list[str | None]):
    counts = parse_counts(pa.chunked_array([texts], pa.string()))
    single = [parse_count(text or "") for text in texts]
    assert [None if math.isnan(n) else n for n in counts.numbers] == [count.value for count in single]
    assert counts.imputed.tolist() == [count.imputed for count in single]
    assert counts.faulty.tolist() == [count.faulty for count in single]


def test_numbers_of_a_typed_column_pass_unless_negative():
    counts = parse_counts(pa.chunked_array([[1.5, None, -2.0]]))
    assert counts.numbers[0] == 1.5
    assert counts.faulty.tolist() == [False, False, True]
