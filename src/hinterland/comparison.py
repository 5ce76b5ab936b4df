"""Two rankings side by side: which markets are judged otherwise, and where the intervals agree that they are."""

import numpy as np
import pandas as pd

from hinterland.config import UNRANKED

BOUNDS = ("saturation", "saturation_low", "saturation_high")
MARKET_COLUMNS = ("market", "region", "country", "country_code", "population")
FLAGS = ("changed", "apart")


def compare(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """List every market judged in at least one of two rankings, those that surely differ first.

    Parameters
    ----------
    before, after
        RANKING tables by market_id.

    Returns
    -------
    pandas.DataFrame
        By market_id: market, region, country, country_code, population; class, saturation, saturation_low and
        saturation_high (percent of expected) with `_before` and `_after`; `changed`, whether the class is another one;
        `apart`, whether the two intervals have nothing in common. A market that is missing on a side, or that its list
        cannot judge, has no saturation there: it is neither changed nor apart.
    """
    sides = [_side(before, "_before"), _side(after, "_after")]
    facts = pd.concat([before[list(MARKET_COLUMNS)], after[list(MARKET_COLUMNS)]])
    both = pd.concat(sides, axis="columns").join(facts[~facts.index.duplicated()])
    pairs = both[~(both["class_before"].isin(UNRANKED) & both["class_after"].isin(UNRANKED))]
    low = pairs[["saturation_low_before", "saturation_low_after"]].max(axis="columns", skipna=False)
    high = pairs[["saturation_high_before", "saturation_high_after"]].min(axis="columns", skipna=False)
    has_both = low.notna() & high.notna()
    changed = has_both & (pairs["class_before"] != pairs["class_after"])
    table = pairs.assign(changed=changed, apart=low > high, leap=_leap(pairs))
    ordered = table.sort_values(
        ["apart", "changed", "leap", "population"], ascending=False, na_position="last", kind="stable"
    )
    return ordered[
        [*MARKET_COLUMNS, *(f"{name}_{side}" for side in ("before", "after") for name in ("class", *BOUNDS)), *FLAGS]
    ]


def _side(ranking: pd.DataFrame, suffix: str) -> pd.DataFrame:
    silent = ranking["class"].isin(UNRANKED)
    return ranking[["class"]].join(ranking[list(BOUNDS)].mask(silent)).add_suffix(suffix)


def _leap(both: pd.DataFrame) -> "pd.Series[float]":
    with np.errstate(divide="ignore"):
        logs = np.log(both[["saturation_before", "saturation_after"]])
    leap: pd.Series[float] = (logs["saturation_after"] - logs["saturation_before"]).abs()
    return leap.replace(np.inf, np.nan)
