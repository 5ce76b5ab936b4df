"""Parameters and saturations drawn from their joint posterior."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hinterland.config import Assumptions
from hinterland.saturation.likelihood import Floats
from hinterland.saturation.market_data import MarketData, Placing
from hinterland.saturation.population_error import population_factor
from hinterland.saturation.size_model import Curve

Draws = NDArray[np.float32]


@dataclass(frozen=True)
class ParameterDraws:
    """beta and k (draws,); levels and slopes of countries, and the typical country of each, (countries, draws)."""

    beta: Floats
    k: Floats
    levels: Floats
    tilts: Floats
    typical: Floats
    curve: Curve

    def k_of(self, sample: MarketData) -> Floats:
        """Dispersion, (markets, draws)."""
        k: Floats = self.curve.k_shape(sample, self.curve.k_tilt)[:, None] * self.k
        return k if sample.surroundings is None else sample.surroundings.spread(k)

    def first(self, count: int) -> "ParameterDraws":
        """Keep the first `count` draws."""
        levels, tilts, typical = (values[:, :count] for values in (self.levels, self.tilts, self.typical))
        return ParameterDraws(self.beta[:count], self.k[:count], levels, tilts, typical, self.curve)

    def expected(self, sample: MarketData) -> Floats:
        """Creators expected at home, (markets, draws)."""
        return sample.through(
            lambda homes: homes.scale_to_placed(
                np.exp(self.levels[homes.country] + homes.size[:, None] * (self.beta + self.tilts[homes.country]))
            )
        )

    def factor(self, sample: MarketData, benchmark: str) -> Floats:
        """Give what a home saturation is multiplied by in this benchmark: 1, or exp((a_c - a) + (b_c - beta) ln N)."""
        if benchmark != "global":
            return np.ones((len(sample.size), len(self.beta)))
        above = (self.levels - self.typical)[sample.country] + sample.size[:, None] * self.tilts[sample.country]
        return np.asarray(np.exp(above))


def draw_parameters(curve: Curve, count: int, assumptions: Assumptions, rng: np.random.Generator) -> ParameterDraws:
    """Draw slope, levels, typical country and k; levels follow the slope as the arrow system says."""
    beta = curve.beta + curve.beta_se * rng.standard_normal(count)
    k = np.exp(np.log(curve.k) + curve.ln_k_se * rng.standard_normal(count))
    covariance = np.linalg.inv(curve.blocks)
    noise = np.linalg.cholesky(covariance) @ rng.standard_normal((len(covariance), 2, count))
    for country, (points, mass) in curve.grids.items():
        noise[country, 0] = _draw_grid(points, mass, count, rng) - curve.levels[country]
    sway = np.einsum("cij,cj->ci", covariance, curve.leverage)[:, :, None] * (beta - curve.beta)
    levels = curve.levels[:, None] - sway[:, 0] + noise[:, 0]
    tilts = curve.tilts[:, None] - sway[:, 1] + noise[:, 1]
    return ParameterDraws(beta, k, levels, tilts, _draw_typical(curve, levels, assumptions, rng), curve)


def _draw_typical(curve: Curve, levels: Floats, assumptions: Assumptions, rng: np.random.Generator) -> Floats:
    """Draw the regression of the levels on the traits of the countries; without traits, their mean."""
    if curve.alone:
        return levels
    inverse, pulled = curve.regression(assumptions)
    noise = np.linalg.cholesky(inverse) @ rng.standard_normal((len(inverse), levels.shape[1]))
    draws: Floats = curve.design @ (inverse @ (curve.design.T @ levels + pulled[:, None]) + curve.sigma * noise)
    return draws


def _draw_grid(points: Floats, mass: Floats, count: int, rng: np.random.Generator) -> Floats:
    cell = np.searchsorted(np.cumsum(mass), rng.random(count) * (1 - 1e-12))
    draws: Floats = points[np.minimum(cell, len(points) - 1)] + (points[1] - points[0]) * (rng.random(count) - 0.5)
    return draws


def draw_saturations(
    sample: MarketData, parameters: ParameterDraws, certainty: float, rng: np.random.Generator
) -> Draws:
    """Draw theta at home from Gamma(k + y, k + E), (markets, draws).

    Creators whose place is in doubt are drawn anew: the share of them that lives in the market is Beta distributed
    around its probability, as if `certainty` such names had been looked up.
    """
    k = parameters.k_of(sample)
    shape = np.asarray(k + sample.counts[:, None])
    expected = parameters.expected(sample)
    if sample.population_error is not None:
        factor = population_factor(sample, expected.mean(axis=1), k=k.mean(axis=1), beta=parameters.beta.mean())
        expected *= factor.at(rng.standard_normal(expected.shape, dtype=np.float32))
    if sample.placing is not None:
        rows = np.flatnonzero(sample.placing.possible > 0)
        shape[rows] += _draw_doubt(sample.placing.where(rows), len(parameters.k), certainty, rng)
    theta: Draws = rng.standard_gamma(shape.astype(np.float32), dtype=np.float32)
    theta /= (k / sample.prior_mean[:, None] + expected).astype(np.float32)
    return theta


def _draw_doubt(placing: Placing, count: int, certainty: float, rng: np.random.Generator) -> Floats:
    """Draw how many more or fewer of the creators in doubt live in these markets than are counted, (markets, draws)."""
    doubtful, possible = placing.doubtful[:, None], placing.possible[:, None]
    either = doubtful + possible
    share = np.clip(doubtful / either, 0.001, 0.999)
    draws: Floats = rng.beta(certainty * share, certainty * (1 - share), (len(share), count)) * either - doubtful
    return draws
