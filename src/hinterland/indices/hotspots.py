"""Do neighbouring markets resemble each other: Moran's I, and hot and cold spots against the fitted model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

NEIGHBOURS = 8
FALSE_SHARE = 0.10
# equal values differ in the last digits
ALIKE = 1e-12
SPOTS = ("hot", "cold", "")
# fewer creators expected than this are none: their squares vanish
NOBODY = 1e-9
COLUMNS = ("neighbourhood_saturation", "spot_q", "spot")


def nearest_neighbours(markets: pd.DataFrame, neighbours: int) -> NDArray[np.intp]:
    """Return the row numbers of each market's nearest others, (markets, neighbours); its neighbours are rows too.

    Parameters
    ----------
    markets
        Table with longitude and latitude (degrees), of more rows than `neighbours`.
    """
    from scipy.spatial import KDTree  # noqa: PLC0415 - a ranking starts without it

    from hinterland.geo import on_sphere  # noqa: PLC0415 - the same

    points = on_sphere(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
    near = np.asarray(KDTree(points).query(points, neighbours + 1)[1])
    is_self = near == np.arange(len(near))[:, None]
    # markets on one spot may crowd out the market itself
    is_self[~is_self.any(axis=1), -1] = True
    others: NDArray[np.intp] = near[~is_self].reshape(len(near), neighbours)
    return others


def morans_i(values: NDArray[np.float64], weights: csr_array) -> float:
    """Measure how alike the values of neighbours are.

    Formula: I = (n / sum w) sum_ij w_ij z_i z_j / sum z^2, z the differences from the mean.
    Unit: about -1 to 1; -1 / (n - 1) by chance.
    High: neighbours are alike, so they are not independent evidence; negative: they differ.
    Source: Moran 1950, 10.1093/biomet/37.1-2.17.
    """
    away = values - values.mean()
    return float(len(values) / weights.sum() * (away @ (weights @ away)) / (away @ away))


def spatial_autocorrelation(values: pd.Series[float], markets: pd.DataFrame, *, neighbours: int = NEIGHBOURS) -> float:
    """Measure how alike the values of nearest markets are.

    Formula: `morans_i` with equal weights for the `neighbours` nearest; missing values are left out.
    Unit: about -1 to 1; missing with too few markets, or equal values.
    High: neighbours are alike, so they are not independent evidence.
    Source: Moran 1950, 10.1093/biomet/37.1-2.17.

    Parameters
    ----------
    values
        One value per market, by market_id.
    markets
        MARKETS table that holds these markets: longitude, latitude.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - a ranking starts without it

    # in the order of their ids, so that ties in distance do not depend on the order of rows
    present = values.dropna().sort_index()
    if len(present) < neighbours + 2 or not present.std() > ALIKE:
        return float("nan")
    near = nearest_neighbours(markets.loc[present.index], neighbours)
    ends = np.arange(0, near.size + 1, neighbours)
    weights = csr_array((np.ones(near.size), near.ravel(), ends), shape=(len(near), len(near)))
    return morans_i(np.asarray(present, dtype=np.float64), weights)


def model_spots(
    markets: pd.DataFrame, dispersion: float, *, neighbours: int = NEIGHBOURS, false_share: float = FALSE_SHARE
) -> pd.DataFrame:
    """Find regions with more or fewer creators than the size curve and chance explain.

    Formula: S = y_i + sum of y_j over the `neighbours` nearest markets, as in Gi*, against the negative binomial with
    the mean and variance of such a sum in a world without clusters, M = sum E, V = sum (E + E^2 / k).
    Unit: `neighbourhood_saturation` = 100 S / M; `spot_q` two-sided, adjusted for the number of markets (false
    discovery rate); `spot`, one of SPOTS, named where q <= `false_share`.
    High: a hot spot, more creators in the region than its cities should have; low: a cold one. One market far from
    what is expected of it can make its whole neighbourhood a spot: read `saturation` beside it.
    Source: the sum of Getis & Ord 1992, 10.1111/j.1538-4632.1992.tb00261.x; its reference is the fitted model, since
    random order takes zeros of large places that lie together for cold spots; Benjamini & Hochberg 1995,
    10.1111/j.2517-6161.1995.tb02031.x.

    Parameters
    ----------
    markets
        Covered markets by market_id: creators and expected_creators of the national benchmark, longitude, latitude.
    dispersion
        k of the size curve.

    Returns
    -------
    Table by market_id: neighbourhood_saturation, spot_q, spot. Numbers are missing where there are too few markets, or
    none without creators: a list that names only places with creators cannot show a gap between them. Markets where
    nobody is expected have none, and are in no sum.
    """
    covered = markets.loc[markets["expected_creators"] > NOBODY].sort_index()
    if len(covered) < neighbours + 2 or not (covered["creators"] == 0).any():
        empty = pd.DataFrame(np.nan, markets.index, COLUMNS[:2])
        return empty.assign(spot=pd.Series("", markets.index, dtype="str"))
    near = nearest_neighbours(covered, neighbours)
    expected = covered["expected_creators"].to_numpy(float)
    creators, mean, squares = (
        values + values[near].sum(axis=1) for values in (covered["creators"].to_numpy(float), expected, expected**2)
    )
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - a ranking starts without it

    q = false_discovery_control(_two_sided_p(creators, mean=mean, variance=mean + squares / dispersion))
    spot = np.where(q <= false_share, np.where(creators > mean, SPOTS[0], SPOTS[1]), "")
    columns = (100 * creators / mean, q, pd.Series(spot, covered.index, dtype="str"))
    spots = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), covered.index)
    return spots.reindex(markets.index).fillna({"spot": ""})


def _two_sided_p(
    creators: NDArray[np.float64], *, mean: NDArray[np.float64], variance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the p of each sum of creators; a fraction of a creator counts towards chance on both sides."""
    from scipy.stats import nbinom  # noqa: PLC0415 - a ranking starts without it

    size = mean**2 / (variance - mean)
    chance = nbinom(size, size / (size + mean))
    # sums of millionths in another order differ in the last digits
    rounded = creators.round(6)
    p: NDArray[np.float64] = 2 * np.minimum(chance.cdf(np.ceil(rounded)), chance.sf(np.floor(rounded) - 1))
    return np.minimum(1.0, p)
