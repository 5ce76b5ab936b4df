"""What a market has for its size: plain ratios, blind to chance."""

import numpy as np
import pandas as pd

from hinterland.indices.families import DETAIL_INDICES, INDICES, PER_RESIDENTS


@INDICES.add("creators_per_100k")
def creators_per_100k(markets: pd.DataFrame) -> "pd.Series[float]":
    """Count creators per 100,000 residents.

    Formula: 100,000 y / population.
    Unit: creators per 100,000 residents.
    High: many creators for the residents; in small places both ends are mostly chance.
    Source: the crude rate of official statistics; no author.
    """
    return markets["creators"] / markets["population"] * PER_RESIDENTS


@INDICES.add("location_quotient")
def location_quotient(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide a market's share of all creators by its share of all residents.

    Formula: (y / sum y) / (population / sum population); missing if there are no creators at all.
    Unit: ratio, 1 = the average of the table.
    High: more creators than its share of residents.
    Source: Isard 1960, Methods of Regional Analysis, MIT Press, chapter 5.
    """
    return share_ratio(markets["creators"], markets["population"])


def share_ratio(part: "pd.Series[float]", whole: "pd.Series[float]") -> "pd.Series[float]":
    """Divide shares of `part` by shares of `whole`; missing where either has no total or `whole` is 0."""
    if part.sum() == 0 or whole.sum() == 0:
        return pd.Series(np.nan, part.index)
    return (part / part.sum()) / (whole / whole.sum()).where(whole > 0)


@DETAIL_INDICES.add("audience_per_resident")
def audience_per_resident(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide the followers of a market's creators by its residents.

    Formula: sum_j F_j w_ji / population.
    Unit: followers per resident; above 1 is no error, for one resident follows many.
    High: much audience for the residents, often of one giant: read it beside `audience_hhi`.
    Source: a plain ratio; no author.
    """
    return markets["audience"] / markets["population"]


@DETAIL_INDICES.add("retail_saturation")
def retail_saturation(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide demand by supply, as the index of retail saturation divides shoppers by floor space.

    Formula: IRS = N / sum_j F_j w_ji, N the internet users; missing where no audience is listed.
    Unit: internet users per follower.
    High: under-stored, room for more. Despite its name the index falls as saturation rises.
    Source: after La Londe 1961, The Logistics of Retail Location, American Marketing Association.
    """
    return markets["internet_users"] / markets["audience"].where(markets["audience"] > 0)


@DETAIL_INDICES.add("sami")
def sami(markets: pd.DataFrame) -> "pd.Series[float]":
    """Take the scale-adjusted metropolitan indicator: the logarithm of found over expected creators.

    Formula: ln y - ln E; missing where y = 0, so it is blind to the emptiest markets.
    Unit: natural logarithm; 0 = as expected, -0.69 = half.
    High: more creators than a place of this size should have.
    Source: Bettencourt, Lobo, Strumsky & West 2010, 10.1371/journal.pone.0013541.
    """
    found = markets["creators"].astype(float)
    logarithm: pd.Series[float] = np.log(found.where(found > 0)) - np.log(markets["expected_creators"])
    return logarithm
