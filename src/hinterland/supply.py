"""Stage 3, located creators to supply: mergeable sums per market and tier."""

import numpy as np
import pandas as pd

from hinterland.config import LEVELS
from hinterland.schemas import AUDIENCES, LOCATED, MILLIONTHS, SITE, SITE_SUMS, SQUARES_HALF, SUPPLY

# at these levels a market is a place
PLACED = ("city", "metro")
BINS_PER_DOUBLING = 16
SITE_CELL = ["site", "tier"]


def sum_sites(located: pd.DataFrame) -> pd.DataFrame:
    """Sum creators, audience and its squares by site and tier.

    Sums are of whole numbers (millionths of creators, whole people, squares in two halves), so that merging parts in
    any order gives the same bytes.

    Parameters
    ----------
    located
        LOCATED table.

    Returns
    -------
    SITE_SUMS table, in the order of site and tier.
    """
    LOCATED.check(located)
    people = np.nan_to_num(np.rint(located["audience"].to_numpy(float))).astype("int64")
    squares = people * people
    cells = pd.DataFrame(
        {
            "site": located["site"],
            "tier": located["tier"],
            "creators_millionths": located["creators_millionths"],
            "audience": people,
            "audience_squares_high": squares // SQUARES_HALF,
            "audience_squares_low": squares % SQUARES_HALF,
        }
    )
    return merge_site_sums([cells])


def merge_site_sums(sums: list[pd.DataFrame]) -> pd.DataFrame:
    """Add sums up, site by site.

    Parameters
    ----------
    sums
        SITE_SUMS tables, of any parts of a list.

    Returns
    -------
    SITE_SUMS table, in the order of site and tier.
    """
    return pd.concat(sums).groupby(SITE_CELL, sort=True, as_index=False).sum().rename_axis(SITE_SUMS.key[0])


def list_sites(located: pd.DataFrame) -> pd.DataFrame:
    """List the sites at which somebody is, with their markets.

    Parameters
    ----------
    located
        LOCATED table.

    Returns
    -------
    Table by site: city_market, metro_market, region_market, country_market (missing where it is in none), placed.
    """
    return located.loc[~located["site"].duplicated(), ["site", *SITE]].set_index("site")


def merge_sites(sites: list[pd.DataFrame]) -> pd.DataFrame:
    """Join lists of sites: each site once.

    Parameters
    ----------
    sites
        Tables of `list_sites`, of any parts of a list.
    """
    every_site = pd.concat(sites)
    return every_site.loc[~every_site.index.duplicated()]


def roll_up(sums: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Sum the sites of each market of every level.

    Parameters
    ----------
    sums
        Table SITE_SUMS.
    sites
        Table of `merge_sites`.

    Returns
    -------
    SUPPLY table without the creators in doubt.
    """
    cells = sums.join(sites, on="site")
    return merge_supply([_sum_level(cells, level) for level in LEVELS])


def merge_supply(supplies: list[pd.DataFrame]) -> pd.DataFrame:
    """Add supplies up, market by market.

    Parameters
    ----------
    supplies
        SUPPLY tables, of any parts of a list.

    Returns
    -------
    SUPPLY table, in the order of level, market_id and tier.
    """
    return pd.concat(supplies).groupby(level=list(SUPPLY.key), sort=True).sum()


def _sum_level(cells: pd.DataFrame, level: str) -> pd.DataFrame:
    here = cells.assign(
        level=level,
        market_id=cells[f"{level}_market"],
        doubtful_millionths=0,
        possible_millionths=0,
        coarse_millionths=cells["creators_millionths"].where(_is_coarse(cells, level), 0),
    )
    return here.dropna(subset="market_id").set_index(list(SUPPLY.key))[list(SUPPLY.columns)]


def _is_coarse(cells: pd.DataFrame, level: str) -> "pd.Series[bool]":
    """Mark those who name this region or country and nothing finer; whoever is at a place is not among them."""
    if level in PLACED:
        return pd.Series(data=False, index=cells.index)
    finer = [f"{name}_market" for name in LEVELS[: LEVELS.index(level)]]
    coarse: pd.Series[bool] = cells[finer].isna().all(axis="columns") & ~cells["placed"].astype("bool")
    return coarse


def count_doubt(located: pd.DataFrame) -> pd.DataFrame:
    """Count per market the creators who may live elsewhere, and those counted elsewhere who may live here.

    A creator all of whose candidates lie in one market is in no doubt there.

    Parameters
    ----------
    located
        LOCATED table: doubtful_millionths is above 0 for candidates.

    Returns
    -------
    SUPPLY table with doubtful_millionths and possible_millionths; all else in it is 0.
    """
    doubtful = located.loc[located["doubtful_millionths"] > 0]
    if doubtful.empty:
        return SUPPLY.empty()
    return merge_supply([_count_doubt(doubtful, level) for level in LEVELS])


def _count_doubt(doubtful: pd.DataFrame, level: str) -> pd.DataFrame:
    cells = pd.DataFrame(
        {
            "creator_id": doubtful["creator_id"],
            "market_id": doubtful[f"{level}_market"],
            "tier": doubtful["tier"],
            "here": doubtful["creators_millionths"],
            "anywhere": doubtful["doubtful_millionths"],
        }
    ).dropna(subset="market_id")
    here = cells.groupby(["creator_id", "market_id", "tier", "anywhere"])["here"].sum().reset_index()
    here = here.loc[here["here"] < here["anywhere"]]
    counts = pd.DataFrame(0, index=here.index, columns=list(SUPPLY.columns)).assign(
        level=level,
        market_id=here["market_id"],
        tier=here["tier"],
        doubtful_millionths=here["here"],
        possible_millionths=here["anywhere"] - here["here"],
    )
    return counts.astype({"level": "str"}).set_index(list(SUPPLY.key))


def count_audiences(located: pd.DataFrame) -> pd.DataFrame:
    """Count creators by country and by the people each reaches, in bins of a sixteenth of a doubling.

    A creator in several places, or one whose place is in doubt, is counted in parts, each of the creator's whole reach:
    what a creator reaches does not depend on how its audience is shared out.

    Parameters
    ----------
    located
        LOCATED table; rows without a country, or whose `reach` is missing or below one person, are left out.

    Returns
    -------
    AUDIENCES table by country_code and bin: bin n holds reaches from 2^(n / 16) people up to the next.
    """
    sized = located.loc[(located["reach"] >= 1) & (located["creators_millionths"] > 0)].dropna(subset="country_market")
    cells = pd.DataFrame(
        {
            "country_code": sized["country_market"],
            "bin": np.floor(np.log2(sized["reach"]) * BINS_PER_DOUBLING).astype("int64"),
            "creators_millionths": sized["creators_millionths"],
            "audience": np.rint(sized["audience"]).astype("int64"),
        }
    )
    sums = cells.groupby(list(AUDIENCES.key), sort=True).sum().reset_index()
    sums["country_code"] = sums["country_code"].str.removeprefix("country:")
    return AUDIENCES.check(sums.set_index(list(AUDIENCES.key)))


def merge_audiences(audiences: list[pd.DataFrame]) -> pd.DataFrame:
    """Add audience histograms up.

    Parameters
    ----------
    audiences
        AUDIENCES tables, of any parts of a list.

    Returns
    -------
    AUDIENCES table, in the order of country_code and bin.
    """
    return pd.concat(audiences).groupby(level=list(AUDIENCES.key), sort=True).sum()


def typical_audience(audiences: pd.DataFrame, *, winsor: float, shrinkage: float, unknown: float) -> "pd.Series[float]":
    """Estimate a creator's mean audience per country, in people; the entry "" is for all others.

    The mean is winsorised at both tails and drawn towards the mean of all countries as if by `shrinkage`
    more creators; a list without audiences gives `unknown` everywhere.

    Parameters
    ----------
    audiences
        AUDIENCES table by country_code and bin.
    winsor
        Share of the creators in each tail that is drawn in.
    shrinkage
        Creators with which a country's own mean counts half.
    """
    if audiences.empty:
        return pd.Series({"": float(unknown)})
    overall = _winsorised(audiences.groupby(level="bin").sum(), winsor)
    means = {"": overall}
    for country, histogram in audiences.groupby(level="country_code"):
        count = histogram["creators_millionths"].sum() / MILLIONTHS
        country_mean = _winsorised(histogram.droplevel("country_code"), winsor)
        means[str(country)] = (count * country_mean + shrinkage * overall) / (count + shrinkage)
    return pd.Series(means)


def _winsorised(histogram: pd.DataFrame, winsor: float) -> float:
    weights = histogram["creators_millionths"].to_numpy(float)
    sizes = histogram["audience"].to_numpy(float) * MILLIONTHS / weights
    share = np.cumsum(weights) / weights.sum()
    low, high = (sizes[np.searchsorted(share, point, side="left")] for point in (winsor, 1 - winsor))
    return float(np.average(np.clip(sizes, low, high), weights=weights))
