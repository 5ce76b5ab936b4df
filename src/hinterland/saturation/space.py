"""Space: creators of one market reach people of the markets around it, and those say how many it should have.

Audiences spill over, the larger the farther. And where whole regions hold more or fewer creators than the curve of
their country, a market's own count is not all that is known of it. Leave-one-out empirical Bayes: the markets around
it, the nearer the more, give its saturation a prior mean of its own, theta ~ Gamma(k_i, k_i / m_i). Without regional
structure the three parameters switch this off.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array
from scipy.spatial import KDTree

from hinterland.config import Assumptions, SpillOver
from hinterland.geo import EARTH_RADIUS_KM, on_sphere
from hinterland.saturation.likelihood import Floats, MarketData, Surroundings, log_likelihood
from hinterland.saturation.size_model import Curve

# weights of three bands of distance, and how wide the catchment is in multiples of `spill_km`
BANDS = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
CATCHMENT = 3.0
NEAREST = 40
# twice the gain in log-likelihood that three parameters must bring: the 5 % point of chi squared
WORTHWHILE = 7.8
# where the search starts: how many creators around a market count as much as the curve; km; k of the rest beside k
STARTS = tuple(product((3.0, 30.0), (60.0, 250.0), (1.1, 1.6)))
BOUNDS = [(np.log(0.5), np.log(1e4)), (np.log(10.0), np.log(2_000.0)), (0.0, np.log(20.0))]


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


class Neighbourhood(NamedTuple):
    """The nearest other markets of each market's country: their rows, and how far they are (inf where none is)."""

    rows: NDArray[np.intp]
    km: Floats


def find_neighbours(longitude: Floats, latitude: Floats, country: NDArray[np.intp]) -> Neighbourhood:
    """Find the forty nearest others of each market in its country."""
    spots, count = on_sphere(longitude, latitude), len(country)
    rows, km = np.zeros((count, NEAREST), dtype=np.intp), np.full((count, NEAREST), np.inf)
    for code in np.unique(country):
        members = np.flatnonzero(country == code)
        if len(members) < 2:  # noqa: PLR2004 - a single market has no neighbour
            continue
        chord, near = KDTree(spots[members]).query(spots[members], k=min(NEAREST + 1, len(members)))
        # a market is its own nearest; where several lie on one spot, itself is taken out all the same
        self_last = np.argsort(near == np.arange(len(members))[:, None], axis=1, kind="stable")[:, :-1]
        chord, near = (np.take_along_axis(values, self_last, axis=1) for values in (chord, near))
        rows[members[:, None], np.arange(near.shape[1])] = members[near]
        km[members[:, None], np.arange(near.shape[1])] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1))
    return Neighbourhood(rows, km)


class Neighbours(NamedTuple):
    """How much the markets around one count: `worth` (creators), `reach_km`, and `k_ratio`, k of the rest beside k."""

    near: Neighbourhood
    worth: float
    reach_km: float
    k_ratio: float

    def around(self, sample: MarketData, curve: Curve, used: NDArray[np.bool_]) -> Surroundings:
        """Say what the used markets around each market make of it.

        The prior mean is m = (nu + S) / (nu + M) and its certainty nu + S, with S = sum w v y and M = sum w v E over
        the neighbours, w = exp(-d / l) and v = 1 / (1 + E / k).
        """
        expected = curve.expected(sample)
        weight = np.where(used, 1 / (1 + expected / curve.k_of(sample)), 0.0)
        pull = np.exp(-self.near.km / self.reach_km) * weight[self.near.rows]
        creators, due = ((pull * values[self.near.rows]).sum(axis=1) for values in (sample.counts, expected))
        certainty = self.worth + creators
        return Surroundings(certainty / (self.worth + due), certainty, self.k_ratio)


def fit_neighbours(near: Neighbourhood, sample: MarketData, curve: Curve, used: NDArray[np.bool_]) -> Neighbours | None:
    """Find how much neighbours count by predicting each used market from the others; None if nothing is gained."""
    fitted, expected, k = sample.where(used), curve.expected(sample)[used], curve.k_of(sample)[used]

    def loss(point: Floats) -> float:
        around = Neighbours(near, *np.exp(point)).around(sample, curve, used).where(used)
        return -float(log_likelihood(fitted.counts, expected * around.mean, around.spread(k), fitted.smallest).sum())

    without = -float(log_likelihood(fitted.counts, expected, k, fitted.smallest).sum())
    losses = [loss(np.log(start)) for start in STARTS]
    # a search costs many times a look, and most lists have no such structure at all
    if 2 * (without - min(losses)) < WORTHWHILE:
        return None
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to import, and few lists come here

    best = minimize(
        loss, np.log(STARTS[int(np.argmin(losses))]), method="L-BFGS-B", bounds=BOUNDS, options={"maxiter": 10}
    )
    return Neighbours(near, *map(float, np.exp(best.x)))
