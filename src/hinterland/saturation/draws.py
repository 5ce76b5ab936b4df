"""Parameters and saturations drawn from their joint posterior."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln

from hinterland.assumptions import Assumptions
from hinterland.saturation.curve import Curve
from hinterland.saturation.likelihood import Floats
from hinterland.saturation.sample import Sample

Draws = NDArray[np.float32]
# parameter draws the exact posterior is averaged over: at least so many, more where there are few markets
ANALYTIC, ANALYTIC_CELLS = 64, 800_000
WEIGHED_AT_ONCE = 4_096


@dataclass(frozen=True)
class ParameterDraws:
    """beta and k (draws,), country levels and the typical country to compare each with (countries, draws)."""

    beta: Floats
    k: Floats
    levels: Floats
    typical: Floats

    def first(self, count: int) -> "ParameterDraws":
        """Keep the first `count` draws."""
        return ParameterDraws(self.beta[:count], self.k[:count], self.levels[:, :count], self.typical[:, :count])

    def expected(self, sample: Sample) -> Floats:
        """Creators expected at home, (markets, draws)."""
        return sample.through(lambda own: np.exp(self.levels[own.country] + own.size[:, None] * self.beta))

    def factor(self, sample: Sample, lens: str) -> Floats:
        """Give what a home saturation is multiplied by in this lens: 1, or exp(a_c - a)."""
        above = self.levels - self.typical if lens == "world" else np.zeros_like(self.levels)
        factor: Floats = np.exp(above)[sample.country]
        return factor


def draw_parameters(curve: Curve, count: int, assumptions: Assumptions, rng: np.random.Generator) -> ParameterDraws:
    """Draw slope, levels, typical country and k; levels follow the slope as the arrow system says."""
    beta = curve.beta + curve.beta_se * rng.standard_normal(count)
    k = np.exp(np.log(curve.k) + curve.ln_k_se * rng.standard_normal(count))
    spread = curve.precision**-0.5
    noise = spread[:, None] * rng.standard_normal((len(spread), count))
    for country, (points, mass) in curve.grids.items():
        noise[country] = _draw_grid(points, mass, count, rng) - curve.levels[country]
    tilt = (curve.leverage / curve.precision)[:, None] * (beta - curve.beta)
    levels = curve.levels[:, None] - tilt + noise
    return ParameterDraws(beta, k, levels, _draw_typical(curve, levels, assumptions, rng))


def _draw_typical(curve: Curve, levels: Floats, assumptions: Assumptions, rng: np.random.Generator) -> Floats:
    """Draw the regression of the levels on the traits of the countries; without traits, their mean."""
    if curve.alone:
        return levels
    inverse, pulled = curve.regression(assumptions)
    noise = np.linalg.cholesky(inverse) @ rng.standard_normal((len(inverse), levels.shape[1]))
    drawn: Floats = curve.design @ (inverse @ (curve.design.T @ levels + pulled[:, None]) + curve.sigma * noise)
    return drawn


def _draw_grid(points: Floats, mass: Floats, count: int, rng: np.random.Generator) -> Floats:
    cell = np.searchsorted(np.cumsum(mass), rng.random(count) * (1 - 1e-12))
    drawn: Floats = points[np.minimum(cell, len(points) - 1)] + (points[1] - points[0]) * (rng.random(count) - 0.5)
    return drawn


def draw_saturations(sample: Sample, parameters: ParameterDraws, rng: np.random.Generator) -> tuple[Draws, Floats]:
    """Draw theta at home from Gamma(k + y, k + E), and give it with E; both (markets, draws)."""
    shape = (parameters.k + sample.counts[:, None]).astype(np.float32)
    theta: Draws = rng.standard_gamma(shape, dtype=np.float32)
    expected = parameters.expected(sample)
    theta /= (parameters.k + expected).astype(np.float32)
    return theta, expected


class Odds(NamedTuple):
    """Posterior probabilities and means per market, averaged over parameter draws."""

    p_underserved: Floats
    p_fewer: Floats
    p_fewer_if_none: Floats
    missing: Floats


def weigh(sample: Sample, parameters: ParameterDraws, lens: str, underserved_below: float) -> Odds:
    """Average the exact Gamma posterior over parameter draws.

    `missing` is E_i E[(1 - theta)+] = E [P(s, r) - (s/r) P(s + 1, r)], s = k + y, r = (k + E) / factor,
    P the regularised lower incomplete gamma function; `p_fewer_if_none` is Pr(theta < 1) had y been 0.
    """
    few = parameters.first(max(ANALYTIC, ANALYTIC_CELLS // len(sample.counts)))
    slices = [slice(start, start + WEIGHED_AT_ONCE) for start in range(0, len(sample.counts), WEIGHED_AT_ONCE)]
    parts = [_weigh(sample.where(rows), few, lens, underserved_below) for rows in slices]
    return Odds(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _weigh(sample: Sample, few: ParameterDraws, lens: str, underserved_below: float) -> Odds:
    factor, expected = few.factor(sample, lens), few.expected(sample)
    shape, rate = few.k + sample.counts[:, None], (few.k + expected) / factor
    fewer = gammainc(shape, rate)
    fewer_next = fewer - np.exp(shape * np.log(rate) - rate - gammaln(shape + 1))
    # most markets have no creator: what would be without any is there what is
    some = sample.counts > 0
    if_none = fewer.copy()
    if_none[some] = gammainc(few.k, rate[some])
    gap = np.maximum(fewer - shape / rate * fewer_next, 0.0)
    return Odds(
        p_underserved=gammainc(shape, underserved_below * rate).mean(axis=1),
        p_fewer=fewer.mean(axis=1),
        p_fewer_if_none=if_none.mean(axis=1),
        missing=(expected / factor * gap).mean(axis=1),
    )
