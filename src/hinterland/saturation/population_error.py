"""Errors of population: what is expected of a market is wrong by a factor, of which its creators tell a little."""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray

from hinterland.saturation.likelihood import Floats
from hinterland.saturation.market_data import MarketData

NODES = np.linspace(-4.0, 4.0, 33)
FEW_NODES, WEIGHTS = hermegauss(9)
Real = TypeVar("Real", np.float32, np.float64)


class PopulationFactor(NamedTuple):
    """The factor m by which a market's expected creators are to be multiplied: ln m is normal, per market."""

    mean: Floats
    sd: Floats

    def at(self, deviates: NDArray[Real]) -> NDArray[Real]:
        """Give the factor at standard normal deviates, (markets, draws), in their precision."""
        dtype = deviates.dtype
        factor: NDArray[Real] = np.exp(self.mean.astype(dtype)[:, None] + self.sd.astype(dtype)[:, None] * deviates)
        return factor


def population_variance(sample: MarketData, beta: Floats | float) -> Floats:
    """Give the squared coefficient of variation that errors of population add to counts, exp(t^2) - 1: one row each."""
    error = np.zeros(len(sample.counts)) if sample.population_error is None else sample.population_error
    return np.asarray(np.expm1((error[:, None] * beta) ** 2))


def mean_saturation(sample: MarketData, expected: Floats, *, k: Floats | float, beta: float) -> Floats:
    """Give the posterior mean of theta at given parameters: (k + y) / (k + E), averaged over what E may be wrong by."""
    if sample.population_error is None:
        return np.asarray((k + sample.counts) / (k / sample.prior_mean + expected))
    factor = population_factor(sample, expected, k=k, beta=beta).at(FEW_NODES)
    counts, spread = (np.broadcast_to(values, expected.shape)[:, None] for values in (sample.counts, k))
    rate = spread / sample.prior_mean[:, None] + expected[:, None] * factor
    mean: Floats = ((spread + counts) / rate) @ (WEIGHTS / WEIGHTS.sum())
    return mean


def population_factor(sample: MarketData, expected: Floats, *, k: Floats | float, beta: float) -> PopulationFactor:
    """Find the posterior of the population factor of each market, as a normal in ln m.

    With y | theta, d ~ Poisson(theta E exp(-beta d)), d ~ Normal(0, s^2) and m = exp(-beta d - t^2 / 2), t = beta s,
    its density is proportional to that of d and to NB(y; E m, k); mean and spread come from quadrature.

    Parameters
    ----------
    sample
        Markets, their creators y and `population_error` s.
    expected
        Creators expected of each.
    k
        Dispersion, of all or of each.
    """
    error = np.zeros(len(expected)) if sample.population_error is None else sample.population_error
    counts, k = sample.counts[:, None], np.broadcast_to(k, expected.shape)[:, None]
    rate = k / sample.prior_mean[:, None]
    tau = beta * error[:, None]
    ln_factor = tau * NODES - tau**2 / 2
    log_mass = (
        -(NODES**2) / 2 + counts * ln_factor - (k + counts) * np.log(rate + expected[:, None] * np.exp(ln_factor))
    )
    mass = np.exp(log_mass - log_mass.max(axis=1, keepdims=True))
    mass /= mass.sum(axis=1, keepdims=True)
    mean = (mass * ln_factor).sum(axis=1)
    variance = (mass * ln_factor**2).sum(axis=1) - mean**2
    return PopulationFactor(mean, np.sqrt(np.maximum(variance, 0.0)))
