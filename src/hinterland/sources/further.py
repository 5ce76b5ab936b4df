"""What a list may tell of its creators besides: engagement, growth, audiences, money and conversions."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland.sources.audience import audience_lists
from hinterland.sources.history import growth_of
from hinterland.sources.measures import TEXT, Faults, Measured, count_field, faults_of
from hinterland.sources.parts import Part, clean_text, columns_of
from hinterland.sources.rates import Floats, currencies, fractions, parse_money, parse_rates
from hinterland.sources.units import (
    AUDIENCES,
    COUNTED,
    LIKES,
    LIKES_COMMENTS,
    MONEY,
    MONTH_DAYS,
    PEOPLE,
    PERCENT,
    UNKNOWN,
)

NO_NUMBER = ("no count", "give a number such as 1200 or 1.2K")
NO_RATE = ("no engagement rate", "give a fraction such as 0.024, or a percentage")
NO_GROWTH = ("no growth", "give a fraction per month, or a percentage")
NO_MONEY = ("no amount of money", "give a number, with or without a currency")


def read_counted(table: pa.Table, part: Part) -> Measured:
    """Read what is counted: likes, comments and views per post, accounts followed, posts, clicks, orders."""
    read = {field: count_field(table, part, field) for field in COUNTED if field in part.fields}
    faults = (faults_of(table, (field,), counts.faulty, NO_NUMBER) for field, counts in read.items())
    return Measured({field: counts.numbers for field, counts in read.items()}, _some(faults))


def read_engagement(table: pa.Table, part: Part) -> Measured:
    """Read engagement rates as fractions, each with what it is a share of; averages per post give one, too."""
    if "engagement_rate" not in part.fields:
        return _derived(table, part) if "derived" in part.units else Measured({})
    rates = parse_rates(table.column("engagement_rate"))
    values = fractions(rates, percent=part.units.get("engagement_rate") == PERCENT)
    wrong = rates.faulty | (values < 0)
    basis = part.units.get("engagement_basis", UNKNOWN)
    return Measured(
        {"engagement_rate": np.where(wrong, np.nan, values), "engagement_basis": _basis(table, part, basis)},
        _some([faults_of(table, ("engagement_rate",), wrong, NO_RATE)]),
    )


def _basis(table: pa.Table, part: Part, usual: str) -> Any:  # noqa: ANN401 - pandas does not type its arrays of text
    if "engagement_basis" in part.fields:
        return _text(pc.fill_null(clean_text(table.column("engagement_basis")), usual))
    return _text(pa.repeat(usual, table.num_rows))


def _derived(table: pa.Table, part: Part) -> Measured:
    fields = part.units["derived"].split("+")
    parts = [count_field(table, part, field).numbers for field in fields]
    followers = count_field(table, part, "followers").numbers
    rate = np.divide(sum(parts), followers, out=np.full(len(followers), np.nan), where=followers > 0)
    basis = LIKES if fields == ["likes"] else LIKES_COMMENTS
    return Measured({"engagement_rate": rate, "engagement_basis": _text(pa.repeat(basis, table.num_rows))})


def read_growth(table: pa.Table, part: Part) -> Measured:
    """Read growth of followers as a fraction per month, from a column of its own or from a history."""
    if "growth" not in part.fields:
        return (
            Measured({"growth": growth_of(columns_of(table, "history"))}) if "history" in part.fields else Measured({})
        )
    rates = parse_rates(table.column("growth"))
    values = fractions(rates, percent=part.units.get("growth") == PERCENT)
    if part.units.get("growth") == PEOPLE:
        values = _of_followers(rates.numbers, table, part)
    values = np.where(values > -1, values, np.nan)
    months = float(part.units["growth_days"]) / MONTH_DAYS
    faults = _some([faults_of(table, ("growth",), rates.faulty, NO_GROWTH)])
    # whoever writes "30 days" means a month
    return Measured({"growth": values if 0.9 < months < 1.1 else (1 + values) ** (1 / months) - 1}, faults)  # noqa: PLR2004


def _of_followers(gained: Floats, table: pa.Table, part: Part) -> Floats:
    if "followers" not in part.fields:
        return np.full(len(gained), np.nan)
    before = count_field(table, part, "followers").numbers - gained
    rate: Floats = np.divide(gained, before, out=np.full(len(gained), np.nan), where=before > 0)
    return rate


def read_audiences(table: pa.Table, part: Part) -> Measured:
    """Read where audiences are, as JSON lists of names and weights."""
    asked = [field for field in AUDIENCES if field in part.fields]
    return Measured(
        {
            field: _text(audience_lists(columns_of(table, field), percent=part.units.get(field) == PERCENT))
            for field in asked
        }
    )


def read_money(table: pa.Table, part: Part) -> Measured:
    """Read fees, revenue and costs, and the currency they are in."""
    asked = [field for field in MONEY if field in part.fields]
    read = {field: parse_money(table.column(field)) for field in asked}
    faults = (faults_of(table, (field,), counts.faulty, NO_MONEY) for field, counts in read.items())
    return Measured({field: counts.numbers for field, counts in read.items()} | _currency(table, part), _some(faults))


def _currency(table: pa.Table, part: Part) -> dict[str, Any]:
    if "currency" in part.fields:
        return {"currency": _text(pc.utf8_upper(clean_text(table.column("currency"))))}
    usual = part.units.get("currency")
    if usual is None:
        return {}
    return {"currency": _text(currencies(table.column(next(f for f in MONEY if f in part.fields)), usual))}


def read_name(table: pa.Table, part: Part) -> Measured:
    """Join first and last names where the list has no whole ones."""
    asked = [field for field in ("first_name", "last_name") if field in part.fields]
    if not asked or "name" in part.fields:
        return Measured({})
    cells = zip(*(clean_text(table.column(field)).to_pylist() for field in asked), strict=True)
    return Measured({"name": _text([" ".join(filter(None, names)) or None for names in cells])})


def _text(values: Any) -> Any:  # noqa: ANN401 - pandas does not type its arrays of text
    return pd.array(pa.array(values, pa.string()) if isinstance(values, list) else values, dtype=TEXT)


def _some(faults: Iterator[Faults] | list[Faults]) -> tuple[Faults, ...]:
    return tuple(fault for fault in faults if len(fault.places))


FURTHER_MEASURES: tuple[Callable[[pa.Table, Part], Measured], ...] = (
    read_counted,
    read_engagement,
    read_growth,
    read_audiences,
    read_money,
    read_name,
)
