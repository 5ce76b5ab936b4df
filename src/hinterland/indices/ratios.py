"""What a market has for its size, how concentrated its audience is, and one segment against all creators."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from hinterland.language import later
from hinterland.registry import Registry
from hinterland.schemas import SQUARES_HALF

Index = Callable[[pd.DataFrame], "pd.Series[float]"]

# columns of RANKING itself: computed while it is made, when the sums of squares are at hand
INDICES: Registry[Index] = Registry(later("index"))
# for the detail table: computed from a finished RANKING table
DETAIL_INDICES: Registry[Index] = Registry(later("detail index"))

PER_RESIDENTS = 100_000
ONE_CREATOR = 10_000


@INDICES.add("creators_per_100k")
def creators_per_100k(markets: pd.DataFrame) -> "pd.Series[float]":
    """Count creators per 100,000 residents.

    Formula: 100,000 y / population.
    Unit: creators per 100,000 residents.
    High: many creators for the residents; in small places both ends are mostly chance.
    Source: the crude rate of official statistics; no author.

    Parameters
    ----------
    markets
        RANKING table: creators, population (residents).
    """
    return markets["creators"] / markets["population"] * PER_RESIDENTS


@INDICES.add("location_quotient")
def location_quotient(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide a market's share of all creators by its share of all residents.

    Formula: (y / sum y) / (population / sum population); missing if there are no creators at all.
    Unit: ratio, 1 = the average of the table.
    High: more creators than its share of residents.
    Source: Isard 1960, Methods of Regional Analysis, MIT Press, chapter 5.

    Parameters
    ----------
    markets
        RANKING table: creators, population. Both shares are of all its rows.
    """
    return share_ratio(markets["creators"], markets["population"])


def share_ratio(part: "pd.Series[float]", total: "pd.Series[float]") -> "pd.Series[float]":
    """Divide shares of `part` by shares of `total`; missing where either has no total or `total` is 0.

    Parameters
    ----------
    part
        Counts of one kind by market.
    total
        Counts of another kind by market.

    Returns
    -------
    1 where both shares are equal.
    """
    if part.sum() == 0 or total.sum() == 0:
        return pd.Series(np.nan, part.index)
    return (part / part.sum()) / (total / total.sum()).where(total > 0)


def empirical_bayes_rates(events: "pd.Series[float]", population: "pd.Series[float]") -> "pd.Series[float]":
    """Smooth each rate towards the overall rate (global estimator).

    Formula: m + A / (A + m / N) (y / N - m), m = sum y / sum N, A = max(0, sum N (y / N - m)^2 / sum N - m / mean N).
    Unit: events per head of `population`.
    High: a high rate, as far as the place's size lets one believe it.
    Source: Marshall 1991, 10.2307/2347593.

    Parameters
    ----------
    events
        Events per market.
    population
        Those they are counted among.

    Returns
    -------
    Smoothed events per head.
    """
    mean = float(events.sum() / population.sum())
    observed = float((population * (events / population - mean) ** 2).sum() / population.sum())
    between = max(0.0, observed - mean / float(population.mean()))
    weight = between / (between + mean / population) if mean > 0 else 0.0
    return mean + weight * (events / population - mean)


@DETAIL_INDICES.add("empirical_bayes_per_100k")
def empirical_bayes_per_100k(markets: pd.DataFrame) -> "pd.Series[float]":
    """Smooth creators per 100,000 residents towards the overall rate.

    Formula: 100,000 times `empirical_bayes_rates` of creators and residents.
    Unit: creators per 100,000 residents.
    High: many creators for the residents. Unlike the saturation it knows neither size curve nor country.
    Source: Marshall 1991, 10.2307/2347593.

    Parameters
    ----------
    markets
        RANKING table: creators, population. The overall rate is that of all its rows.
    """
    return PER_RESIDENTS * empirical_bayes_rates(markets["creators"], markets["population"])


@INDICES.add("audience_hhi")
def audience_hhi(markets: pd.DataFrame) -> "pd.Series[float]":
    """Sum squared audience shares of a market's creators.

    Formula: 10,000 sum_j s_j^2, s_j the share of creator j in the market's audience.
    Unit: points, 0-10,000; 10,000 = one creator has everybody.
    High: the audience hangs on few creators.
    Source: Herfindahl-Hirschman index, US DoJ and FTC Merger Guidelines 2023, section 2.1.

    Parameters
    ----------
    markets
        Table by market_id: audience (people), and the sum of the squares of its creators in two halves,
        audience_squares_high and audience_squares_low, as in SUPPLY. Missing where there is no audience.
    """
    squares = markets["audience_squares_high"].astype(float) * SQUARES_HALF + markets["audience_squares_low"]
    audience = markets["audience"].astype(float)
    return ONE_CREATOR * squares / (audience**2).where(audience > 0)


@DETAIL_INDICES.add("effective_creators")
def effective_creators(markets: pd.DataFrame) -> "pd.Series[float]":
    """Count the equally large creators that would give the same concentration.

    Formula: 10,000 / `audience_hhi`.
    Unit: creators, from 1 to the number there are.
    High: the audience is spread over many.
    Source: Adelman 1969, numbers equivalent of the H index, Review of Economics and Statistics 51(1), 99-101.

    Parameters
    ----------
    markets
        RANKING table: audience_hhi.
    """
    return ONE_CREATOR / markets["audience_hhi"]


@DETAIL_INDICES.add("audience_per_resident")
def audience_per_resident(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide the followers of a market's creators by its residents.

    Formula: sum_j F_j w_ji / population.
    Unit: followers per resident; above 1 is no error, for one resident follows many.
    High: much audience for the residents, often of one giant: read it beside `audience_hhi`.
    Source: a plain ratio; no author.

    Parameters
    ----------
    markets
        RANKING table: audience (people), population.
    """
    return markets["audience"] / markets["population"]


@DETAIL_INDICES.add("retail_saturation")
def retail_saturation(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide demand by supply, as the index of retail saturation divides shoppers by floor space.

    Formula: IRS = N / sum_j F_j w_ji, N the internet users; missing where no audience is listed.
    Unit: internet users per follower.
    High: under-stored, room for more. Despite its name the index falls as saturation rises.
    Source: after La Londe 1961, The Logistics of Retail Location, American Marketing Association.

    Parameters
    ----------
    markets
        RANKING table: internet_users, audience (people).
    """
    return markets["internet_users"] / markets["audience"].where(markets["audience"] > 0)


@DETAIL_INDICES.add("sami")
def sami(markets: pd.DataFrame) -> "pd.Series[float]":
    """Take the scale-adjusted metropolitan indicator: the logarithm of found over expected creators.

    Formula: ln y - ln E; missing where y = 0, so it is blind to the emptiest markets.
    Unit: natural logarithm; 0 = as expected, -0.69 = half.
    High: more creators than a place of this size should have.
    Source: Bettencourt, Lobo, Strumsky & West 2010, 10.1371/journal.pone.0013541.

    Parameters
    ----------
    markets
        RANKING table: creators, expected_creators.
    """
    creators = markets["creators"].astype(float)
    logarithm: pd.Series[float] = np.log(creators.where(creators > 0)) - np.log(markets["expected_creators"])
    return logarithm


# of a niche, a tier or a brand: RANKING with one more column, `segment_creators`; `creators` is the whole category
SEGMENT_INDICES: Registry[Index] = Registry(later("segment index"))

AVERAGE = 100.0
# brand and category: both high, only the category, only the brand, neither
QUADRANTS = ("defend", "develop", "watch", "leave")


@SEGMENT_INDICES.add("niche_location_quotient")
def niche_location_quotient(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide a market's share of the segment's creators by its share of all creators.

    Formula: (s / sum s) / (y / sum y); missing where a market has no creators at all.
    Unit: ratio, 1 = the segment is as common here as in the table.
    High: the segment is at home here; low: its niche is thin although creators are not.
    Source: Isard 1960, Methods of Regional Analysis, MIT Press, chapter 5.

    Parameters
    ----------
    markets
        RANKING table with `segment_creators`, those of the segment; `creators` are all there are.
    """
    return share_ratio(markets["segment_creators"], markets["creators"])


@SEGMENT_INDICES.add("brand_development_index")
def brand_development_index(markets: pd.DataFrame) -> "pd.Series[float]":
    """Index the brand's own creators per head (BDI).

    Formula: 100 (s / sum s) / (population / sum population).
    Unit: index, 100 = the brand's average over the table.
    High: the brand is strong here.
    Source: Farris, Bendle, Pfeifer & Reibstein 2010, Marketing Metrics, 2nd ed., Pearson.

    Parameters
    ----------
    markets
        RANKING table with `segment_creators`, the brand's own, and population.
    """
    return AVERAGE * share_ratio(markets["segment_creators"], markets["population"])


@SEGMENT_INDICES.add("category_development_index")
def category_development_index(markets: pd.DataFrame) -> "pd.Series[float]":
    """Index all creators per head (CDI): 100 times the location quotient.

    Formula: 100 (y / sum y) / (population / sum population).
    Unit: index, 100 = the category's average over the table.
    High: the category is strong here, whoever works with its creators.
    Source: Farris, Bendle, Pfeifer & Reibstein 2010, Marketing Metrics, 2nd ed., Pearson.

    Parameters
    ----------
    markets
        RANKING table: creators, population.
    """
    return AVERAGE * location_quotient(markets)


@SEGMENT_INDICES.add("brand_opportunity_index")
def brand_opportunity_index(markets: pd.DataFrame) -> "pd.Series[float]":
    """Set the category's strength against the brand's (BOI).

    Formula: 100 CDI / BDI; missing where the brand has nobody: there the quadrant tells.
    Unit: index, 100 = the brand is as strong here as its category.
    High: the category outruns the brand, room for the brand among creators that exist.
    Source: media planning's usual ratio of the two indices above; no author.

    Parameters
    ----------
    markets
        RANKING table with `segment_creators`, the brand's own; creators, population.
    """
    brand = brand_development_index(markets)
    return AVERAGE * category_development_index(markets) / brand.where(brand > 0)


def brand_quadrant(markets: pd.DataFrame) -> "pd.Series[str]":
    """Name the quadrant of brand against category; an index of exactly 100 counts as high.

    Formula: "defend": BDI and CDI >= 100; "develop": only CDI; "watch": only BDI; "leave": neither.
    Unit: one of QUADRANTS, missing where either index is.
    High: "develop" is the opportunity; "watch" may be a brand's stronghold or a category that is ending.
    Source: the BDI/CDI table of media planning, Sissors & Baron 2010, Advertising Media Planning, 7th ed., McGraw-Hill.

    Parameters
    ----------
    markets
        RANKING table with `segment_creators`, the brand's own; creators, population.
    """
    brand, category = brand_development_index(markets), category_development_index(markets)
    quadrant = np.select(
        [(brand >= AVERAGE) & (category >= AVERAGE), category >= AVERAGE, brand >= AVERAGE], QUADRANTS[:3], QUADRANTS[3]
    )
    return pd.Series(quadrant, markets.index, dtype="str").where(brand.notna() & category.notna())
