"""Parameters and saturations drawn from their joint posterior."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln

from hinterland.assumptions import Assumptions
from hinterland.saturation.curve import Curve
from hinterland.saturation.likelihood import Floats
from hinterland.saturation.sample import Placing, Sample

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
        return sample.through(lambda own: own.seen_of(np.exp(self.levels[own.country] + own.size[:, None] * self.beta)))

    def factor(self, sample: Sample, benchmark: str) -> Floats:
        """Give what a home saturation is multiplied by in this benchmark: 1, or exp(a_c - a)."""
        above = self.levels - self.typical if benchmark == "global" else np.zeros_like(self.levels)
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


def draw_saturations(sample: Sample, parameters: ParameterDraws, certainty: float, rng: np.random.Generator) -> Draws:
    """Draw theta at home from Gamma(k + y, k + E), (markets, draws).

    Creators whose place is in doubt are drawn anew: the share of them that lives in the market is Beta distributed
    around its probability, as if `certainty` such names had been looked up.
    """
    shape = np.asarray(parameters.k + sample.counts[:, None])
    if sample.placing is not None:
        rows = np.flatnonzero(sample.placing.possible > 0)
        shape[rows] += _draw_doubt(sample.placing.where(rows), len(parameters.k), certainty, rng)
    theta: Draws = rng.standard_gamma(shape.astype(np.float32), dtype=np.float32)
    theta /= (parameters.k + parameters.expected(sample)).astype(np.float32)
    return theta


def _draw_doubt(placing: Placing, count: int, certainty: float, rng: np.random.Generator) -> Floats:
    """Draw how many more or fewer of the creators in doubt live in these markets than are counted, (markets, draws)."""
    doubtful, possible = placing.doubtful[:, None], placing.possible[:, None]
    either = doubtful + possible
    share = np.clip(doubtful / either, 0.001, 0.999)
    drawn: Floats = rng.beta(certainty * share, certainty * (1 - share), (len(share), count)) * either - doubtful
    return drawn


class Odds(NamedTuple):
    """Posterior probabilities and means per market, averaged over parameter draws.

    `p_fewer_with_possible` is Pr(theta < 1) if all who may live in a market do; `p_fewer_without_doubtful` if none of
    those in doubt does.
    """

    p_underserved: Floats
    p_fewer: Floats
    p_fewer_if_none: Floats
    p_fewer_with_possible: Floats
    p_fewer_without_doubtful: Floats
    gap: Floats
    wide: NDArray[np.bool_]


def weigh(sample: Sample, parameters: ParameterDraws, benchmark: str, assumptions: Assumptions) -> Odds:
    """Average the exact Gamma posterior over parameter draws.

    `gap` is E[(1 - theta)+] = P(s, r) - (s/r) P(s + 1, r), s = k + y, r = (k + E) / factor, P the regularised lower
    incomplete gamma function; `p_fewer_if_none` is Pr(theta < 1) had y been 0.
    """
    few = parameters.first(max(ANALYTIC, ANALYTIC_CELLS // len(sample.counts)))
    slices = [slice(start, start + WEIGHED_AT_ONCE) for start in range(0, len(sample.counts), WEIGHED_AT_ONCE)]
    parts = [_weigh(sample.where(rows), few, benchmark, assumptions) for rows in slices]
    return Odds(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _weigh(sample: Sample, few: ParameterDraws, benchmark: str, assumptions: Assumptions) -> Odds:
    factor, expected = few.factor(sample, benchmark), few.expected(sample)
    shape, rate = few.k + sample.counts[:, None], (few.k + expected) / factor
    fewer = gammainc(shape, rate)
    fewer_next = fewer - np.exp(shape * np.log(rate) - rate - gammaln(shape + 1))
    middle: Floats = fewer.mean(axis=1)

    def fewer_with(more: Floats) -> Floats:
        """Give Pr(theta < 1) with so many more creators: the same but for few markets."""
        rows = np.flatnonzero(more)
        moved = middle.copy()
        moved[rows] = gammainc(shape[rows] + more[rows, None], rate[rows]).mean(axis=1)
        return moved

    return Odds(
        p_underserved=gammainc(shape, assumptions.underserved_below * rate).mean(axis=1),
        p_fewer=middle,
        p_fewer_if_none=fewer_with(-sample.counts),
        p_fewer_with_possible=middle if sample.placing is None else fewer_with(sample.placing.possible),
        p_fewer_without_doubtful=middle if sample.placing is None else fewer_with(-sample.placing.doubtful),
        gap=np.maximum(fewer - shape / rate * fewer_next, 0.0).mean(axis=1),
        wide=_is_wide(shape, rate, assumptions),
    )


def _is_wide(shape: Floats, rate: Floats, assumptions: Assumptions) -> NDArray[np.bool_]:
    """Mark markets whose interval reaches from below 1 / `widest` to above `widest` times the expected creators."""
    low, high = assumptions.tails
    below = gammainc(shape, rate / assumptions.widest).mean(axis=1) > low
    wide: NDArray[np.bool_] = below.copy()
    rows = np.flatnonzero(below)
    wide[rows] = gammainc(shape[rows], assumptions.widest * rate[rows]).mean(axis=1) < high
    return wide
