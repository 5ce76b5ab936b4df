"""How unevenly an audience is spread over creators, and creators over markets."""

import numpy as np
import pandas as pd

from hinterland.indices.families import DETAIL_INDICES, INDICES

HALF = 2**32
ONE_CREATOR = 10_000


@INDICES.add("audience_hhi")
def audience_hhi(markets: pd.DataFrame) -> "pd.Series[float]":
    """Sum squared audience shares of a market's creators.

    Formula: 10,000 sum_j s_j^2, s_j the share of creator j in the market's audience.
    Unit: points, 0-10,000; 10,000 = one creator has everybody.
    High: the audience hangs on few creators.
    Source: Herfindahl-Hirschman index, US DoJ and FTC Merger Guidelines 2023, section 2.1.
    """
    squares = markets["audience_squares_high"].astype(float) * HALF + markets["audience_squares_low"]
    audience = markets["audience"].astype(float)
    return ONE_CREATOR * squares / (audience**2).where(audience > 0)


@DETAIL_INDICES.add("effective_creators")
def effective_creators(markets: pd.DataFrame) -> "pd.Series[float]":
    """Count the equally large creators that would give the same concentration.

    Formula: 10,000 / `audience_hhi`.
    Unit: creators, from 1 to the number there are.
    High: the audience is spread over many.
    Source: Adelman 1969, numbers equivalent of the H index, Review of Economics and Statistics 51(1), 99-101.
    """
    return ONE_CREATOR / markets["audience_hhi"]


def gini(markets: pd.DataFrame) -> float:
    """Measure how unevenly residents are provided with creators, market by market.

    Formula: twice the area between the diagonal and the Lorenz curve of creators over residents,
    markets ordered by creators per head. Markets of one resident each give the textbook coefficient.
    Unit: 0 = as many per head everywhere, towards 1 = all in one small market; missing without creators.
    High: uneven. Chance alone lifts it where counts are small.
    Source: Lorenz 1905, 10.2307/2276207; Gini 1912.
    """
    if markets["creators"].sum() == 0:
        return float("nan")
    per_head = (markets["creators"] / markets["population"]).to_numpy()
    poorest_first = markets.iloc[np.argsort(per_head, kind="stable")]
    residents = poorest_first["population"] / markets["population"].sum()
    reached = (poorest_first["creators"] / markets["creators"].sum()).cumsum()
    return float(1 - (residents * (reached + reached.shift(fill_value=0.0))).sum())


def theil(markets: pd.DataFrame) -> float:
    """Measure the same unevenness so that it adds up over groups of markets.

    Formula: T = sum s ln(s / p), s a market's share of creators, p its share of residents, 0 ln 0 = 0.
    Unit: nats; 0 = as many per head everywhere; missing without creators.
    High: uneven. Chance alone lifts it where counts are small.
    Source: Theil 1967, Economics and Information Theory, North-Holland.
    """
    from scipy.special import rel_entr  # noqa: PLC0415 - a ranking starts without it

    creators, residents = markets["creators"].to_numpy(float), markets["population"].to_numpy(float)
    if creators.sum() == 0:
        return float("nan")
    return float(rel_entr(creators / creators.sum(), residents / residents.sum()).sum())
