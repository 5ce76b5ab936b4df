"""Neighbours: what the markets around one say of how many creators it should have, beside the curve.

Where whole regions hold more or fewer creators than the curve of their country, a market's own count is not all that is
known of it. Leave-one-out empirical Bayes: the markets around it, the nearer the more, give its saturation a prior mean
of its own, theta ~ Gamma(k_i, k_i / m_i). Without regional structure the three parameters switch this off.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, on_sphere
from hinterland.saturation.likelihood import Floats, MarketData, Surroundings, log_likelihood
from hinterland.saturation.size_model import Curve

NEAREST = 40
# twice the gain in log-likelihood that three parameters must bring: the 5 % point of chi squared
WORTHWHILE = 7.8
# where the search starts: how many creators around a market count as much as the curve; km; k of the rest beside k
STARTS = tuple(product((3.0, 30.0), (60.0, 250.0), (1.1, 1.6)))
BOUNDS = [(np.log(0.5), np.log(1e4)), (np.log(10.0), np.log(2_000.0)), (0.0, np.log(20.0))]


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
