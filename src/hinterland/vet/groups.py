"""Who is like whom: the tier and the group of peers of each creator, as numbers, and the measures compared in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import pycountry
from numpy.typing import NDArray

from hinterland.config import TIERS
from hinterland.geocode.country_names import country_keys
from hinterland.geocode.normalize import fold_names

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

UNKNOWN_TIER = "unknown"
# none among many says more than none among few
HALF = 0.5
ALPHA_3 = 3
LEAST_RATE, MOST_RATE = 1e-5, 0.999
ENGAGEMENT, TALK = "engagement", "comments to likes"
# what a rate is a share of, where the list does not say
COUNTED = "likes+comments/followers"


class Coded(NamedTuple):
    """A column of few distinct texts: the place of each row's text in `names`."""

    codes: Codes
    names: Sequence[str]

    def as_text(self, index: pd.Index) -> "pd.Series[str]":
        """Write the texts out."""
        return pd.Series(pd.array(self.names, dtype="str").take(self.codes), index)


@dataclass(frozen=True, eq=False)
class Compared:
    """A measure of every creator, and the group of peers each is compared with; NaN where unknown.

    `value` is `plain` stretched to a scale to compare on; `group` numbers the rows of `groups`, which hold platform,
    tier, basis and country (each a column of places in `names`), in the order of their names.
    """

    measure: str
    plain: Floats
    value: Floats
    group: Codes
    groups: Codes
    names: Sequence[Sequence[str]]


def number(creators: pd.DataFrame, name: str) -> Floats:
    """Give a column of numbers; one the list does not have is missing throughout."""
    if name not in creators:
        return np.full(len(creators), np.nan)
    return creators[name].to_numpy("float64", na_value=np.nan)


def coded(creators: pd.DataFrame, name: str, *, fold: bool = False) -> Coded:
    """Give each distinct text of a column a number, with `fold` alike in any case; a missing one is the empty text."""
    if name not in creators:
        return Coded(np.zeros(len(creators), np.int64), [""])
    codes, seen = pd.factorize(creators[name])
    texts = [str(text).casefold() if fold else str(text) for text in seen]
    # a missing text has the code -1: the last
    names, places = np.unique(np.array([*texts, ""], object), return_inverse=True)
    return Coded(places[codes], names.tolist())


def countries(creators: pd.DataFrame) -> Coded:
    """Give each country a number, however it is written: by name in any language, or by either ISO 3166-1 code."""
    written = coded(creators, "country", fold=True)
    keys = zip(written.names, fold_names(written.names), strict=True)
    return _in_order(Coded(written.codes, [_country_code(folded) or name for name, folded in keys]))


def _country_code(folded: str) -> str:
    three_letters = pycountry.countries.get(alpha_3=folded) if len(folded) == ALPHA_3 else None
    return (three_letters.alpha_2 if three_letters else country_keys().get(folded, "")).casefold()


def tier_of(followers: Floats, tiers: str) -> Coded:
    """Name the tier of each count of followers in a preset of `assumptions.TIERS`; "unknown" without one."""
    preset = TIERS[tiers]
    # how many edges are reached; none are where the count is missing
    reached = [(followers >= edge).astype(np.int64) for edge in preset.values()]
    return Coded(sum(reached[1:], start=reached[0]), [UNKNOWN_TIER, *preset])


def engagement(creators: pd.DataFrame) -> tuple[Floats, Coded]:
    """Give engagement rates (fractions) and what each is a share of; from likes and comments where none is listed."""
    listed, basis = number(creators, "engagement_rate"), coded(creators, "engagement_basis")
    likes, comments, followers = (number(creators, name) for name in ("likes", "comments", "followers"))
    counted = (likes + comments) / np.where(followers > 0, followers, np.nan)
    own = np.isnan(listed) & ~np.isnan(counted)
    names = [*basis.names, COUNTED]
    return np.where(own, counted, listed), Coded(np.where(own, names.index(COUNTED), basis.codes), names)


def logit(rate: Floats) -> Floats:
    """Stretch rates so that a doubling counts alike at both ends; 0 is drawn in to one in 100,000."""
    inside = np.clip(rate, LEAST_RATE, MOST_RATE)
    stretched: Floats = np.log(inside / (1 - inside))
    return stretched


def compare(creators: pd.DataFrame, *, tiers: str) -> tuple[Compared, Compared]:
    """Measure what is compared among peers: engagement, and comments to likes."""
    rate, basis = engagement(creators)
    likes, comments = number(creators, "likes"), number(creators, "comments")
    talk = (comments + HALF) / np.where(likes > 0, likes + HALF, np.nan)
    tier, country = tier_of(number(creators, "followers"), tiers), countries(creators)
    own = (coded(creators, "platform", fold=True), _in_order(tier))
    nothing = Coded(np.zeros(len(creators), np.int64), [""])
    return (
        Compared(ENGAGEMENT, rate, logit(rate), *_grouped(*own, _in_order(basis), country)),
        Compared(TALK, talk, np.log(talk), *_grouped(*own, nothing, country)),
    )


def _in_order(column: Coded) -> Coded:
    names, places = np.unique(np.array(column.names, object), return_inverse=True)
    return Coded(places[column.codes], names.tolist())


def _grouped(*columns: Coded) -> tuple[Codes, Codes, list[Sequence[str]]]:
    """Give each combination that occurs a number."""
    sizes = tuple(len(column.names) for column in columns)
    together = columns[0].codes
    for column in columns[1:]:
        together = together * len(column.names) + column.codes
    codes, seen = pd.factorize(together)
    order = np.argsort(seen)
    places = np.column_stack(np.unravel_index(seen[order], sizes))
    return np.argsort(order)[codes], places, [column.names for column in columns]
