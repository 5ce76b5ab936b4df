"""Stage 3, located creators to supply: mergeable sums per market and tier."""

import numpy as np
import pandas as pd

from hinterland.assumptions import LEVELS
from hinterland.tables import AUDIENCES, LOCATED, SUPPLY

HALF = 2**32
BINS_PER_DOUBLING = 16


def count_supply(located: pd.DataFrame) -> pd.DataFrame:
    """Sum creators and audience in every market of every level that has any.

    Sums are of whole numbers (millionths of creators, whole people, squares in two halves), so that
    merging parts in any order gives the same bytes.
    """
    LOCATED.check(located)
    return SUPPLY.check(merge_supply([_count_level(located, level) for level in LEVELS]))


def merge_supply(supplies: list[pd.DataFrame]) -> pd.DataFrame:
    """Add supplies up, market by market."""
    return pd.concat(supplies).groupby(level=list(SUPPLY.key), sort=True).sum()


def _count_level(located: pd.DataFrame, level: str) -> pd.DataFrame:
    people = np.rint(located["audience"].fillna(0)).astype("int64")
    squares = people * people
    cells = pd.DataFrame(
        {
            "level": level,
            "market_id": located[f"{level}_market"],
            "tier": located["tier"],
            "creators_millionths": located["creators_millionths"],
            "audience": people,
            "audience_squares_high": squares // HALF,
            "audience_squares_low": squares % HALF,
        }
    ).dropna(subset="market_id")
    return cells.groupby(list(SUPPLY.key), sort=True).sum()


def count_audiences(located: pd.DataFrame) -> pd.DataFrame:
    """Count creators by country and size of audience, in bins of a sixteenth of a doubling."""
    sized = located.loc[located["audience"] >= 1].dropna(subset="country_market")
    cells = pd.DataFrame(
        {
            "country_code": sized["country_market"].str.removeprefix("country:"),
            "bin": np.floor(np.log2(sized["audience"]) * BINS_PER_DOUBLING).astype("int64"),
            "creators": 1,
        }
    )
    return AUDIENCES.check(cells.groupby(list(AUDIENCES.key), sort=True).sum())


def merge_audiences(audiences: list[pd.DataFrame]) -> pd.DataFrame:
    """Add audience histograms up."""
    return pd.concat(audiences).groupby(level=list(AUDIENCES.key), sort=True).sum()


def typical_audience(audiences: pd.DataFrame, *, winsor: float, shrinkage: float, unknown: float) -> "pd.Series[float]":
    """Estimate a creator's mean audience per country, in people; the entry "" is for all others.

    The mean is winsorised at both tails and drawn towards the mean of all countries as if by `shrinkage`
    more creators; a list without audiences gives `unknown` everywhere.
    """
    if audiences.empty:
        return pd.Series({"": float(unknown)})
    everyone = _winsorised(audiences.groupby(level="bin")["creators"].sum(), winsor)
    means = {"": everyone}
    for country, own in audiences.groupby(level="country_code")["creators"]:
        count = own.sum()
        own_mean = _winsorised(own.droplevel("country_code"), winsor)
        means[str(country)] = (count * own_mean + shrinkage * everyone) / (count + shrinkage)
    return pd.Series(means)


def _winsorised(histogram: "pd.Series[int]", winsor: float) -> float:
    sizes = 2 ** ((histogram.index.to_numpy(float) + 0.5) / BINS_PER_DOUBLING)
    share = np.cumsum(histogram.to_numpy()) / histogram.sum()
    low, high = (sizes[np.searchsorted(share, point, side="left")] for point in (winsor, 1 - winsor))
    return float(np.average(np.clip(sizes, low, high), weights=histogram))
