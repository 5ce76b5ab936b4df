"""Are neighbours alike? Clusters of creators per head, on standardised rates and nearest neighbours on the sphere."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from hinterland.indices.permutations import conditional_p, draw, total_p
from hinterland.indices.smoothing import empirical_bayes_standardised

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import NDArray

NEIGHBOURS = 8
FALSE_SHARE = 0.10
# equal rates differ in the last digits
ALIKE = 1e-12
SPOTS = ("hot", "cold", "")
CLUSTERS = ("high among high", "low among high", "low among low", "high among low")


class Moran(NamedTuple):
    """Moran's I, what chance alone would give, and how far apart they are (z; p two-sided)."""

    value: float
    expected: float
    z: float
    p: float


def moran(values: pd.Series[float], weights: Graph) -> Moran:
    """Measure how alike neighbours are.

    Formula: I = (n / sum w) sum_ij w_ij z_i z_j / sum z^2, weights row-standardised; z under randomisation.
    Unit: about -1 to 1; -1 / (n - 1) by chance.
    High: neighbours are alike, so they are not independent evidence; negative: they differ.
    Source: Moran 1950, 10.1093/biomet/37.1-2.17; moments: Cliff & Ord 1981, Spatial Processes, Pion.
    """
    from esda.moran import Moran as Esda  # noqa: PLC0415 - takes two seconds

    found = Esda(values.to_numpy(float), weights, permutations=0)
    return Moran(*(float(figure) for figure in (found.I, found.EI, found.z_rand, found.p_rand)))


def global_moran(values: pd.Series[float], markets: pd.DataFrame, *, neighbours: int = NEIGHBOURS) -> Moran:
    """Measure how alike the values of nearest markets are, with `moran`; missing values are left out.

    Every figure is missing if there are too few markets for `neighbours`, or all values are equal.
    """
    known = values.dropna().sort_index()
    if not _tells(known, neighbours):
        return Moran(*[float("nan")] * 4)
    return moran(known, _graph(nearest(markets.loc[known.index], neighbours)))


def likeness(values: pd.Series[float], markets: pd.DataFrame, *, neighbours: int = NEIGHBOURS) -> float:
    """Measure how alike the values of nearest markets are: Moran's I alone, without its test.

    Formula: as `moran`, weights of the `neighbours` nearest row-standardised; missing with too few or equal values.
    Unit: about -1 to 1; -1 / (n - 1) by chance.
    High: neighbours are alike, so they are not independent evidence.
    Source: Moran 1950, 10.1093/biomet/37.1-2.17.
    """
    known = values.dropna().sort_index()
    if not _tells(known, neighbours):
        return float("nan")
    away = (known - known.mean()).to_numpy(float)
    lagged = away[nearest(markets.loc[known.index], neighbours)].mean(axis=1)
    return float((away * lagged).sum() / (away**2).sum())


def gi_star(values: pd.Series[float], weights: Graph) -> pd.Series[float]:
    """Score the sum over a place and its neighbours.

    Formula: z of sum_j w_ij x_j with w_ii = 1, weights binary, against x in random order.
    Unit: standard deviations.
    High: high values gather around the place (hot spot); low: low values do (cold spot).
    Source: Ord & Getis 1995, 10.1111/j.1538-4632.1995.tb00912.x.
    """
    from esda.getisord import G_Local  # noqa: PLC0415 - takes two seconds

    # the score does not change with the origin, but esda's division by the sum needs it above 0
    raised = values.to_numpy(float) - values.min() + values.std()
    return pd.Series(G_Local(raised, weights, transform="B", star=True, permutations=0).Zs, values.index)


def getis_ord_gi_star(
    markets: pd.DataFrame, *, neighbours: int = NEIGHBOURS, false_share: float = FALSE_SHARE, seed: int = 0
) -> pd.DataFrame:
    """Find hot and cold spots of creators per head.

    Formula: `gi_star` of the standardised rates, `neighbours` nearest markets and the market itself.
    Unit: `gi_star` in standard deviations; `gi_star_p` two-sided, by permutation; `gi_star_q` the same, adjusted for
    the number of markets (false discovery rate); `spot`, one of SPOTS, named where q <= `false_share`.
    High: creators gather around here; low: a region with few, not only one city.
    Source: Getis & Ord 1992, 10.1111/j.1538-4632.1992.tb00261.x; Benjamini & Hochberg 1995,
    10.1111/j.2517-6161.1995.tb02031.x.

    Hand over covered markets only: where a list does not reach, its zeros are no cold spot. Random order takes markets
    as alike but for their rate: with fewer than about one creator to two markets some cold spots are chance all the
    same, because large places, where a zero says more, lie together.
    """
    values = _standardised(markets)
    if not _tells(values, neighbours):
        return _nothing(markets, "gi_star", "spot")
    near = nearest(markets.loc[values.index], neighbours)
    numbers = np.asarray(values, dtype=np.float64)
    p = total_p(numbers, numbers + numbers[near].sum(axis=1), draw(len(numbers), neighbours + 1, seed=seed))
    scores = np.asarray(gi_star(values, _graph(near)), dtype=np.float64)
    labels = np.where(scores > 0, SPOTS[0], SPOTS[1])
    return _judged(("gi_star", scores), p, ("spot", labels), values.index, false_share).reindex(markets.index)


def local_moran(
    markets: pd.DataFrame, *, neighbours: int = NEIGHBOURS, false_share: float = FALSE_SHARE, seed: int = 0
) -> pd.DataFrame:
    """Find markets that are like their neighbours in creators per head, and those that stand out.

    Formula: I_i = z_i mean of z_j over the `neighbours` nearest markets, z the standardised rates.
    Unit: `local_moran`, a product of standard deviations; `local_moran_p` two-sided, by permutation of all other
    markets; `local_moran_q` the same, adjusted for the number of markets (false discovery rate); `cluster`, one of
    CLUSTERS, named where q <= `false_share`, else empty.
    High: like its neighbours; negative: an island, "low among high" being a gap in a rich region.
    Source: Anselin 1995, 10.1111/j.1538-4632.1995.tb00338.x; Benjamini & Hochberg 1995,
    10.1111/j.2517-6161.1995.tb02031.x.

    Hand over covered markets only.
    """
    from esda.moran import Moran_Local  # noqa: PLC0415 - takes two seconds

    values = _standardised(markets)
    if not _tells(values, neighbours):
        return _nothing(markets, "local_moran", "cluster")
    near, numbers = nearest(markets.loc[values.index], neighbours), np.asarray(values, dtype=np.float64)
    p = conditional_p(numbers, numbers[near].sum(axis=1), draw(len(numbers), neighbours + 1, seed=seed))
    # esda switches the filters of the whole process
    with warnings.catch_warnings():
        found = Moran_Local(numbers, _graph(near), permutations=0)
    labels = np.array(CLUSTERS)[found.q - 1]
    return _judged(("local_moran", found.Is), p, ("cluster", labels), values.index, false_share).reindex(markets.index)


def _standardised(markets: pd.DataFrame) -> pd.Series[float]:
    # in the order of their ids, so that neither ties in distance nor the draws depend on the order of rows
    return empirical_bayes_standardised(markets["creators"], markets["population"]).sort_index()


def _tells(values: pd.Series[float], neighbours: int) -> bool:
    return len(values) >= neighbours + 2 and bool(values.std() > ALIKE)


def nearest(markets: pd.DataFrame, neighbours: int) -> NDArray[np.intp]:
    """Give the row numbers of each market's nearest others, (markets, neighbours); its neighbours are rows too."""
    from scipy.spatial import KDTree  # noqa: PLC0415 - a ranking starts without it

    from hinterland.geo import on_sphere  # noqa: PLC0415 - the same

    points = on_sphere(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
    near = np.asarray(KDTree(points).query(points, neighbours + 1)[1])
    itself = near == np.arange(len(near))[:, None]
    # markets on one spot may crowd out the market itself
    itself[~itself.any(axis=1), -1] = True
    others: NDArray[np.intp] = near[~itself].reshape(len(near), neighbours)
    return others


def _graph(near: NDArray[np.intp]) -> Graph:
    from libpysal.graph import Graph as Links  # noqa: PLC0415 - takes two seconds

    count, neighbours = near.shape
    return Links.from_arrays(np.repeat(np.arange(count), neighbours), near.ravel(), np.ones(near.size))


def _judged(
    score: tuple[str, NDArray[np.float64]],
    p: NDArray[np.float64],
    label: tuple[str, NDArray[np.str_]],
    index: pd.Index,
    false_share: float,
) -> pd.DataFrame:
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - a ranking starts without it

    (name, scores), (kind, labels) = score, label
    q = false_discovery_control(p)
    named = pd.Series(np.where(q <= false_share, labels, ""), index, dtype="str")
    return pd.DataFrame({name: scores, f"{name}_p": p, f"{name}_q": q, kind: named}, index)


def _nothing(markets: pd.DataFrame, name: str, kind: str) -> pd.DataFrame:
    empty = pd.Series("", markets.index, dtype="str")
    return pd.DataFrame({name: np.nan, f"{name}_p": np.nan, f"{name}_q": np.nan, kind: empty}, markets.index)
