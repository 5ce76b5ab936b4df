"""Mentions in texts and their readings, as columns; pairs of what stands in the same text."""

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from hinterland.geocode.senses import Flags, Floats, Numbers, spread


@dataclass(frozen=True, slots=True)
class Mentions:
    """Names found in texts, a column per trait (see `Mention`); sorted by text, in the order in which they stand."""

    text: Numbers
    segment: Numbers
    joint: Numbers
    address: Numbers
    entry: Numbers
    key: Numbers
    length: Numbers
    accented: npt.NDArray[np.object_]
    is_phrase: Flags
    fills_segment: Flags
    is_capital: Flags
    is_upper: Flags
    is_short: Flags
    is_respelt: Flags
    is_outside: Flags
    wants_region: Flags
    wants_city: Flags
    is_plain: Flags
    needs_company: Flags
    is_ambiguous: Flags
    is_accented: Flags
    is_state_code: Flags


@dataclass(frozen=True, slots=True)
class Readings:
    """One meaning of a mention each: kind, country, region, row of the place; score, support, lead over the next."""

    mention: Numbers
    kind: Numbers
    country: Numbers
    region: Numbers
    row: Numbers
    score: Floats
    support: Floats
    margin: Floats


@dataclass(frozen=True, slots=True)
class Rivals:
    """What else mentions may mean, by mention, the likeliest first: kind, country, region, row; odds to the reading."""

    mention: Numbers
    kind: Numbers
    country: Numbers
    region: Numbers
    row: Numbers
    odds: Floats


def pair_up(text: Numbers) -> tuple[Numbers, Numbers]:
    """List all pairs of different rows of the same text, by the first; rows of a text stand together."""
    count = np.bincount(text)
    one, other = spread((np.cumsum(count) - count)[text], count[text])
    differ = one != other
    return one[differ], other[differ]


Columns = TypeVar("Columns", Mentions, Readings, Rivals)


def take(columns: Columns, kept: Flags | Numbers) -> Columns:
    """Take some of the mentions, readings or rivals."""
    return type(columns)(*(getattr(columns, one.name)[kept] for one in fields(columns)))
