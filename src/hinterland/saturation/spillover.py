"""Audiences spill over: creators of one market reach people of the markets around it, the larger the farther."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array
from scipy.spatial import KDTree

from hinterland.config import Assumptions, SpillOver
from hinterland.geo import EARTH_RADIUS_KM, on_sphere

Floats = NDArray[np.float64]
# weights of three bands of distance, and how wide the catchment is in multiples of `spill_km`
BANDS = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
CATCHMENT = 3.0


def spread(
    by_tier: pd.DataFrame, markets: pd.DataFrame, how: SpillOver, assumptions: Assumptions
) -> tuple[Floats, csr_array]:
    """Spread creators over the markets their audiences live in.

    A creator of market h has the share w_hi of its audience in market i of the same country, in proportion to the
    people of i and to a pull that falls with distance (huff), or in bands of distance (e2sfca); shares sum to 1.

    Parameters
    ----------
    by_tier
        Creators per market and tier, rows as `markets`.
    markets
        MARKETS table.

    Returns
    -------
    Creators by where their audience is, per market; and the matrix (to, from) of shares of an average creator of the
    list, by which expected creators go the same way.

    Source: Huff 1964, 10.2307/1249154; Luo & Qi 2009, 10.1016/j.healthplace.2009.06.002.
    """
    total = float(by_tier.to_numpy().sum())
    if not total:
        # no creator to take an average of: what is expected stays at home, not nowhere
        return np.zeros(len(markets)), csr_array(eye_array(len(markets)))
    arrived, average = np.zeros(len(markets)), csr_array((len(markets), len(markets)))
    for tier in by_tier.columns:
        creators = by_tier[tier].to_numpy(float)
        km = assumptions.spill_km.get(str(tier), assumptions.spill_km["unknown"])
        shares = _shares(markets, km, how, assumptions)
        arrived += shares @ creators
        average = average + shares * (creators.sum() / total)
    return arrived, csr_array(average)


def _shares(markets: pd.DataFrame, km: float, how: SpillOver, assumptions: Assumptions) -> csr_array:
    """Make the matrix (to, from): each column sums to 1."""
    farthest = km * (assumptions.spill_farthest if how == "huff" else CATCHMENT)
    to, source, away = _pairs(markets, farthest)
    # Huff's distance within a market is not 0
    pull = (1 + away / km) ** -assumptions.spill_decay if how == "huff" else _banded(away, farthest)
    weight = pull * markets["internet_users"].to_numpy(float)[to]
    totals = np.bincount(source, weight, len(markets))
    return csr_array((weight / totals[source], (to, source)), shape=(len(markets), len(markets)))


def _pairs(markets: pd.DataFrame, farthest: float) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Find all pairs of markets of one country within a distance, each with itself too: to, from, km."""
    spots = on_sphere(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
    near = KDTree(spots).query_pairs(2 * np.sin(farthest / EARTH_RADIUS_KM / 2), output_type="ndarray")
    country = pd.factorize(markets["country_code"])[0]
    near = near[country[near[:, 0]] == country[near[:, 1]]]
    itself = np.arange(len(markets))
    to, source = (np.concatenate([near[:, side], near[:, 1 - side], itself]) for side in (0, 1))
    chord = np.linalg.norm(spots[to] - spots[source], axis=1)
    return to, source, 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1))


def _banded(away: Floats, farthest: float) -> Floats:
    edges, weights = zip(*BANDS, strict=True)
    band = np.searchsorted(np.array(edges) * farthest, away)
    return np.append(np.array(weights), 0.0)[band]


def gather(inflow: csr_array | None, expected: Callable[[NDArray[np.intp] | slice], Floats]) -> Floats:
    """Give what is expected in some markets: of their own, or through `inflow` from all that reach them.

    `expected` gives the rows asked for, of the markets as homes.
    """
    if inflow is None:
        return expected(slice(None))
    homes = np.unique(inflow.indices)
    through: Floats = inflow[:, homes] @ expected(homes)
    return through
