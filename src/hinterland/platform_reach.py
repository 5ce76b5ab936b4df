"""Stage, before the fit: who can be an audience at all, people online times the reach of the list's platforms."""

from collections.abc import Mapping

import pandas as pd

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


def blocked_countries(markets: pd.DataFrame, reach: pd.DataFrame) -> tuple[str, ...]:
    """Name the countries in which no platform of the list reaches anybody, the most populous first."""
    people = markets.loc[reach["reach"].reindex(markets.index) == 0].groupby("country")["population"].sum()
    return tuple(people[people > 0].sort_values(ascending=False, kind="stable").index)
