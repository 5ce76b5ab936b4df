"""What a list claims to cover, whom its platforms can reach there, and every warning about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from hinterland import messages
from hinterland.config import Assumptions
from hinterland.errors import SettingsError
from hinterland.language import Country, Notice
from hinterland.messages import lists as list_messages
from hinterland.messages import model as model_messages

UNKNOWN_REACH = 1.0


def platform_demand(markets: pd.DataFrame, creators: Mapping[str, float], reach: pd.DataFrame) -> pd.DataFrame:
    """Give the reach of a list's platforms in each market.

    Parameters
    ----------
    markets
        MARKETS table: country_code.
    creators
        Creators of the list by platform, each by its one name (config/platforms.csv); "" where the list names none.
    reach
        Share of internet users a platform reaches: country_code, platform, reach (0: blocked).

    Returns
    -------
    pandas.DataFrame
        By market_id: reach, the factor on internet users, weighted by the creators of each platform, with 1 for a
        platform whose reach is not on record; unknown, the share of creators of such platforms.
    """
    weights = pd.Series(creators or {"": 1.0}, dtype=float)
    weights = weights[weights > 0] / weights.sum()
    record = reach.pivot_table("reach", "country_code", "platform").reindex(columns=weights.index)
    factor = pd.DataFrame(
        {
            "reach": (record.fillna(UNKNOWN_REACH) * weights).sum(axis="columns"),
            "unknown": (record.isna() * weights).sum(axis="columns"),
        }
    )
    by_market = factor.reindex(markets["country_code"]).set_axis(markets.index)
    return by_market.fillna({"reach": UNKNOWN_REACH, "unknown": 1.0})


def blocked_countries(markets: pd.DataFrame, reach: pd.DataFrame) -> tuple[Country, ...]:
    """Name the countries in which no platform of the list reaches anybody, the most populous first.

    Parameters
    ----------
    markets
        MARKETS table.
    reach
        What `platform_demand` gives; it holds these markets.
    """
    blocked = markets.loc[reach["reach"].reindex(markets.index) == 0]
    people = blocked.groupby(["country_code", "country"])["population"].sum()
    order = people[people > 0].sort_values(ascending=False, kind="stable").index
    return tuple(Country(str(code), str(name)) for code, name in order)


CAPS = (50, 100, 500, 1_000)
CAP_REACH = 0.85
LISTED_ONLY, PRESENT, WORLDWIDE = "listed", "auto", "worldwide"
FEW_IN_COUNTRY = 30
CENTRES = "coordinates of a country's centre"
ROUND_TO = 500


# of the cities a list of that size should name, a list of chosen cities names fewer than this share
CHOSEN_BELOW = 0.2
CHOSEN_SLOPE = 1.1
FEWEST_LISTED = 8
# so many places with equally many creators are no chance
FEWEST_ALIKE = 5
# creators that surely grow with size by less than this were listed by a quota: published exponents are .95 and more
QUOTA_SLOPE = 0.5


@dataclass(frozen=True)
class Coverage:
    """The covered markets with their creators, and the smallest count with which one could be listed.

    `slope` is the exponent at which creators grow with size, by the data alone, and its standard error; None: unknown.
    """

    creators: "pd.Series[float]"
    smallest: int
    mode: str
    chosen_cities: bool = False
    slope: tuple[float, float] | None = None

    @property
    def refusal(self) -> Notice | None:
        """Say why markets cannot be compared, if they cannot.

        A few chosen ones tell nothing of one another; and a list that holds about as many creators of small places as
        of large ones was made by a quota for each, or cut at as many.
        """
        if self.mode == LISTED_ONLY and len(self.creators) < FEWEST_LISTED:
            return model_messages.not_comparable(len(self.creators))
        is_flat = self.slope is not None and self.slope[0] + 2 * self.slope[1] < QUOTA_SLOPE
        return model_messages.listed_by_quota() if is_flat or holds_equal_counts(self.creators) else None


@dataclass(frozen=True)
class Evidence:
    """What was noticed about the list itself, for the warnings."""

    rows_in: int
    usable: int
    located: int
    aggregated: bool
    with_followers: int
    with_handles: bool
    with_audiences: int
    mended: Mapping[str, int]
    synthetic: bool
    smallest_followers: float
    niches: int
    rank_tops: tuple[int, ...]


class FitShape(NamedTuple):
    """What a fit looks like: the slope its data alone give, if it bends among giants, how alike neighbours come out."""

    slope: float
    slope_se: float
    bends: bool
    likeness: float


def find_covered(
    supply: "pd.Series[float]",
    markets: pd.DataFrame,
    countries: pd.Index,
    *,
    covers: str,
    aggregated: bool,
    chosen_cities: bool = False,
) -> Coverage:
    """Choose the markets whose zero counts mean something.

    Parameters
    ----------
    supply
        Creators per market with any mention, at this level.
    countries
        Codes of countries with at least one creator at any level.
    aggregated, chosen_cities
        Whether rows are counts of places, and whether the list looks like one of chosen cities (`names_few_cities`):
        either covers only the places it names, unless `covers` says otherwise.
    covers
        "auto", "worldwide", "listed", or country codes joined by commas.

    Raises
    ------
    SettingsError
        For codes that are no country of the bundled geography.
    """
    mode = LISTED_ONLY if covers_listed(covers, only_named=aggregated or chosen_cities) else covers
    # where nobody is online, nobody is expected: such a market can be compared with none
    markets = markets.loc[markets["internet_users"] > 0]
    if mode == LISTED_ONLY:
        listed_supply = supply.loc[supply.index.isin(markets.index)].astype(float)
        is_truncated = (listed_supply > 0).all() and 0 < len(listed_supply) < len(markets)
        # a directory may leave out places below some count; of single creators one is enough to be named
        least = int(listed_supply.min()) if is_truncated and aggregated else 1
        return Coverage(listed_supply, max(least, 1) if is_truncated else 0, mode, chosen_cities=chosen_cities)
    covered = markets if mode == WORLDWIDE else markets[markets["country_code"].isin(_codes(mode, markets, countries))]
    # countries that are covered because they have creators could not have been listed with none
    smallest = int(mode == PRESENT and covered["country_code"].is_unique)
    return Coverage(supply.reindex(covered.index, fill_value=0.0).astype(float), smallest, mode)


def covers_listed(covers: str, *, only_named: bool) -> bool:
    """Say whether a list covers only the places it names: if it says so, or if nothing else can be meant."""
    return covers == LISTED_ONLY or (covers == PRESENT and only_named)


def refuse_global(
    creators: "pd.Series[float]", countries: "pd.Series[str]", *, mode: str, capped: bool
) -> Notice | None:
    """Say why a list cannot compare countries with one another, if it cannot.

    A list that was cut at some rank, or holds as many creators of one country as of the next, shows how it was made;
    one that covers only what it names has no country that stayed out for having none.

    Parameters
    ----------
    creators, countries
        Creators and country of each covered market.
    mode
        What the list covers: `Coverage.mode`.
    """
    if mode in (LISTED_ONLY, PRESENT):
        return messages.global_refused("named")
    if capped:
        return messages.global_refused("capped")
    if holds_equal_counts(creators.groupby(countries).sum()):
        return messages.global_refused("equal")
    return None


def holds_equal_counts(creators: "pd.Series[float]") -> bool:
    """Say whether most markets (or countries) with at least thirty creators have the same number of them.

    Parameters
    ----------
    creators
        Creators per market or country.
    """
    counts = creators.round()
    commonest = counts[counts >= FEW_IN_COUNTRY].value_counts()
    return bool(commonest.sum() >= FEWEST_ALIKE and commonest.iloc[0] > commonest.sum() / 2)


def names_few_cities(creators: "pd.Series[float]", cities: pd.DataFrame) -> bool:
    """Recognise a list of chosen cities: it names far fewer than creators spread by size would be found in.

    Counted over countries with at least thirty creators: the cities named, beside the sum of 1 - 1 / (1 + E), E in
    proportion to people to the power 1.1 (a geometric count: cities differ by as much again as chance).

    Parameters
    ----------
    creators
        Creators by city market.
    cities
        MARKETS table of cities.
    """
    by_city = creators.reindex(cities.index, fill_value=0.0)
    country_creators = by_city.groupby(cities["country_code"]).transform("sum")
    size = cities["internet_users"] ** CHOSEN_SLOPE
    expected = country_creators * size / size.groupby(cities["country_code"]).transform("sum")
    is_large = country_creators >= FEW_IN_COUNTRY
    predicted = (1 - 1 / (1 + expected[is_large])).sum()
    return bool((by_city[is_large] > 0).sum() < CHOSEN_BELOW * predicted)


def _codes(mode: str, markets: pd.DataFrame, countries: pd.Index) -> pd.Index:
    if mode == PRESENT:
        return countries
    codes = pd.Index([code.strip().upper() for code in mode.split(",")])
    unknown = codes[~codes.isin(markets["country_code"])]
    if len(unknown):
        raise SettingsError(
            "{control} {mode}: there is no market of this kind and size in {countries}; choose auto, worldwide, "
            "listed, or other countries, such as US,GB",
            control=messages.COVERS,
            mode=mode,
            countries=list(unknown),
        )
    return codes


def warn_about_list(evidence: Evidence, *, assumptions: Assumptions) -> tuple[Notice, ...]:
    """Say what the list cannot tell, before any fit.

    Parameters
    ----------
    assumptions
        unusable_warning, from where on to warn of places that mean nothing, and audience_unknown.
    """
    return tuple(_list_notices(evidence, assumptions))


def _list_notices(evidence: Evidence, assumptions: Assumptions) -> Iterator[Notice]:
    lost = 1 - evidence.located / evidence.usable if evidence.usable else 0.0
    mended = {kind: count for kind, count in evidence.mended.items() if kind != CENTRES}
    centres = evidence.mended.get(CENTRES, 0)
    causes = (
        (evidence.synthetic, list_messages.synthetic()),
        (is_capped(evidence), list_messages.capped_list()),
        (evidence.niches == 1, list_messages.one_niche()),
        (lost > assumptions.unusable_warning, list_messages.unusable_locations(lost)),
        (centres > 0, list_messages.country_centres(centres)),
        (bool(mended), list_messages.mended(mended)),
        (evidence.with_audiences > 0, list_messages.audience_split(evidence.with_audiences, evidence.usable)),
        (not evidence.with_followers, list_messages.no_followers(assumptions.audience_unknown)),
        (not evidence.with_handles and not evidence.aggregated, list_messages.no_handles()),
    )
    return (notice for holds, notice in causes if holds)


def is_capped(evidence: Evidence) -> bool:
    """Tell whether the list was cut at some rank, row count or follower minimum."""
    near = [any(CAP_REACH * cap <= top <= cap for cap in CAPS) for top in evidence.rank_tops]
    by_rank = bool(near) and sum(near) > len(near) / 2
    smallest = evidence.smallest_followers
    by_size = smallest >= ROUND_TO and smallest % ROUND_TO == 0
    return by_rank or by_size or evidence.rows_in in CAPS


def warn_about_fit(
    coverage: Coverage, markets: pd.DataFrame, shape: FitShape, *, assumptions: Assumptions
) -> tuple[Notice, ...]:
    """Say what the fit cannot tell.

    Parameters
    ----------
    markets
        MARKETS table that holds the covered markets: country_code.
    assumptions
        slope_prior, slope_prior_sd, steep_warning and moran_warning say from where on to warn.
    """
    return tuple(_fit_notices(coverage, markets, shape, assumptions))


def _fit_notices(
    coverage: Coverage, markets: pd.DataFrame, shape: FitShape, assumptions: Assumptions
) -> Iterator[Notice]:
    if coverage.mode == LISTED_ONLY:
        words = messages.chosen_cities if coverage.chosen_cities else messages.listed_only
        yield words(len(coverage.creators))
    if coverage.mode == PRESENT:
        few = coverage.creators.groupby(markets["country_code"].reindex(coverage.creators.index)).sum()
        if (few < FEW_IN_COUNTRY).any():
            yield messages.small_countries(int((few < FEW_IN_COUNTRY).sum()))
    odd = abs(shape.slope - assumptions.slope_prior) > 2 * np.hypot(shape.slope_se, assumptions.slope_prior_sd)
    if shape.slope > assumptions.steep_warning:
        yield messages.steep(shape.slope)
    elif odd and coverage.refusal is None:
        yield messages.odd_slope(shape.slope, assumptions.slope_prior)
    if shape.bends:
        yield messages.bends()
    if shape.likeness > assumptions.moran_warning:
        yield messages.neighbours_alike(shape.likeness)
