"""Hot and cold spots against the fitted model, so that small counts and differences of size cannot feign them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from hinterland.indices.clusters import FALSE_SHARE, NEIGHBOURS, SPOTS, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

# fewer creators expected than this are none: their squares vanish
NOBODY = 1e-9
COLUMNS = ("neighbourhood_saturation", "spot_q", "spot")


class _Sums(NamedTuple):
    """Creators of each market and its neighbours, how many to expect, and the variance of that."""

    found: NDArray[np.float64]
    mean: NDArray[np.float64]
    variance: NDArray[np.float64]


def model_spots(
    markets: pd.DataFrame, sameness: float, *, neighbours: int = NEIGHBOURS, false_share: float = FALSE_SHARE
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

    Hand over covered markets with `creators` and `expected_creators` of the national benchmark, and k as
    `sameness`. All is missing where there are too few markets, or none without creators: a list that names only
    places with creators cannot show a gap between them. Markets where nobody is expected are left out.
    """
    known = markets.loc[markets["expected_creators"] > NOBODY].sort_index()
    if len(known) < neighbours + 2 or not (known["creators"] == 0).any():
        empty = pd.DataFrame(np.nan, markets.index, COLUMNS[:2])
        return empty.assign(spot=pd.Series("", markets.index, dtype="str"))
    near = nearest(known, neighbours)
    expected = known["expected_creators"].to_numpy(float)
    summed = [_around(one, near) for one in (known["creators"].to_numpy(float), expected, expected**2)]
    sums = _Sums(summed[0], summed[1], summed[1] + summed[2] / sameness)
    return _named(sums, known.index, false_share).reindex(markets.index).fillna({"spot": ""})


def _around(values: NDArray[np.float64], near: NDArray[np.intp]) -> NDArray[np.float64]:
    around: NDArray[np.float64] = values + values[near].sum(axis=1)
    return around


def _named(sums: _Sums, index: pd.Index, false_share: float) -> pd.DataFrame:
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - a ranking starts without it

    q = false_discovery_control(_two_sided(sums))
    side = np.where(sums.found > sums.mean, SPOTS[0], SPOTS[1])
    spot = pd.Series(np.where(q <= false_share, side, ""), index, dtype="str")
    return pd.DataFrame(dict(zip(COLUMNS, (100 * sums.found / sums.mean, q, spot), strict=True)), index)


def _two_sided(sums: _Sums) -> NDArray[np.float64]:
    """Give the p of each sum; a fraction of a creator counts towards chance on both sides."""
    from scipy.stats import nbinom  # noqa: PLC0415 - a ranking starts without it

    size = sums.mean**2 / (sums.variance - sums.mean)
    chance = nbinom(size, size / (size + sums.mean))
    # sums of millionths in another order differ in the last digits
    found = sums.found.round(6)
    p: NDArray[np.float64] = 2 * np.minimum(chance.cdf(np.ceil(found)), chance.sf(np.floor(found) - 1))
    return np.minimum(1.0, p)
