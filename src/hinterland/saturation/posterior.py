"""The posterior: parameters drawn, errors of population, and each market's saturation, exact and drawn.

The exact posterior is averaged over parameter draws; what is expected of a market is wrong by a factor, of which its
creators tell a little.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincinv, gammaln, ndtr, ndtri

from hinterland.config import Assumptions
from hinterland.saturation.likelihood import (
    Floats,
    MarketData,
    Placing,
    bounded_exp,
    population_factor,
    population_variance,
)
from hinterland.saturation.size_model import Curve

Draws = NDArray[np.float32]
FEW_NODES, WEIGHTS = hermegauss(9)
# markets times random parameter draws the exact posterior is averaged over where that allows many draws
ANALYTIC_CELLS, MANY_DRAWS = 800_000, 500
# lattices of evenly spread draws, (draws, multiplier): of a first look at every market, of those that may be called,
# and of the intervals of markets that are not ranked
FIRST_LOOK, SECOND_LOOK, INTERVALS = (17, 11), (61, 22), (101, 12)
# what the first look at a market leaves this far below a call cannot be called
ROUGH_ERROR = 0.1
# shapes of gamma distributions whose quantiles are computed; between them they are interpolated
SHAPES = 65
WEIGHED_AT_ONCE = 4_096
LARGEST_K = 1_000.0
GOLDEN = 0.6180339887498949


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
                bounded_exp(self.levels[homes.country] + homes.size[:, None] * (self.beta + self.tilts[homes.country]))
            )
        )

    def factor(self, sample: MarketData, benchmark: str) -> Floats:
        """Give what a home saturation is multiplied by in this benchmark: 1, or exp((a_c - a) + (b_c - beta) ln N)."""
        if benchmark != "global":
            return np.ones((len(sample.size), len(self.beta)))
        above = (self.levels - self.typical)[sample.country] + sample.size[:, None] * self.tilts[sample.country]
        return np.asarray(np.exp(above))


def draw_parameters(curve: Curve, count: int, assumptions: Assumptions, rng: np.random.Generator) -> ParameterDraws:
    """Draw slope, levels, typical country and k; levels follow the slope as the arrow system says.

    Returns
    -------
    `count` draws: beta and k (draws,), all else (countries, draws).
    """
    both, own = rng.standard_normal((2, count)), rng.standard_normal((len(curve.blocks), 2, count))
    return _place_draws(curve, assumptions, both, own, rng.standard_normal((curve.design.shape[1], count)))


def _place_draws(curve: Curve, assumptions: Assumptions, both: Floats, own: Floats, shared: Floats) -> ParameterDraws:
    """Make draws of standard normal deviates: of slope and k, of each country (countries, 2, draws), of the traits."""
    beta, k = curve.beta + curve.beta_se * both[0], np.exp(np.log(curve.k) + curve.ln_k_se * both[1])
    covariance = np.linalg.inv(curve.blocks)
    noise = np.linalg.cholesky(covariance) @ own
    for country, (points, mass) in curve.grids.items():
        noise[country, 0] = _draw_grid(points, mass, ndtr(own[country, 0])) - curve.levels[country]
    sway = np.einsum("cij,cj->ci", covariance, curve.leverage)[:, :, None] * (beta - curve.beta)
    levels = curve.levels[:, None] - sway[:, 0] + noise[:, 0]
    tilts = curve.tilts[:, None] - sway[:, 1] + noise[:, 1]
    return ParameterDraws(beta, k, levels, tilts, _draw_typical(curve, levels, assumptions, shared), curve)


def _draw_typical(curve: Curve, levels: Floats, assumptions: Assumptions, deviates: Floats) -> Floats:
    """Draw the regression of the levels on the traits of the countries; without traits, their mean."""
    if curve.alone:
        return levels
    inverse, pulled = curve.regression(assumptions)
    noise = np.linalg.cholesky(inverse) @ deviates
    draws: Floats = curve.design @ (inverse @ (curve.design.T @ levels + pulled[:, None]) + curve.sigma * noise)
    return draws


def _draw_grid(points: Floats, mass: Floats, uniform: Floats) -> Floats:
    """Give the quantiles of a distribution whose mass at each point is spread evenly about it."""
    width = points[1] - points[0]
    edges, upto = np.append(points, points[-1] + width) - width / 2, np.append(0.0, np.cumsum(mass))
    draws: Floats = np.interp(uniform, upto, edges)
    return draws


class EvenDraws(NamedTuple):
    """Parameter draws that fill their space evenly, and for each a share of chance and a deviate of population.

    Means over a few of them are as exact as those over many random ones.
    """

    parameters: ParameterDraws
    chance: Floats
    deviate: Draws


def spread_draws(curve: Curve, assumptions: Assumptions, lattice: tuple[int, int]) -> EvenDraws:
    """Spread draws of the parameters evenly: the points of a lattice, moved along for each country.

    Source: lattices with one multiplier, Korobov 1959, Doklady Akademii Nauk 124, 1207-1210; moved along, Cranley &
    Patterson 1976, 10.1137/0713071.

    Parameters
    ----------
    lattice
        Number of draws, and the multiplier of the lattice.

    Returns
    -------
    As many draws of the parameters, each with a chance between 0 and 1 and a standard normal deviate.
    """
    count, multiplier = lattice
    steps = np.array([pow(multiplier, power, count) for power in range(6 + curve.design.shape[1])])
    uniform = (steps[:, None] * np.arange(count) % count + 0.5) / count
    shift = GOLDEN * np.arange(len(curve.blocks))[:, None, None] * np.array([[1.0], [GOLDEN]])
    own = ndtri((uniform[4:6] + np.floor(count * shift) / count) % 1)
    deviates = ndtri(uniform)
    parameters = _place_draws(curve, assumptions, deviates[2:4], own, deviates[6:])
    return EvenDraws(parameters, uniform[0], deviates[1].astype(np.float32))


def even_saturations(sample: MarketData, even: EvenDraws, certainty: float, rng: np.random.Generator) -> Draws:
    """Give theta at home at evenly spread draws, (markets, draws); only what places are in doubt is drawn."""
    shape, rate = _posterior_gamma(sample, even.parameters, certainty, even.deviate[None, :], rng)
    ln_shape = np.log(shape)
    shapes = np.linspace(ln_shape.min(), ln_shape.max() + np.finfo(np.float32).eps, SHAPES)
    # quantiles of the smallest shapes are smaller than any number: nobody
    quantiles = np.log(np.maximum(gammaincinv(np.exp(shapes)[:, None], even.chance), np.finfo(np.float32).tiny))
    at = (ln_shape - shapes[0]) / (shapes[1] - shapes[0])
    cell = np.minimum(at.astype(np.intp), SHAPES - 2)
    column = np.arange(len(even.chance))
    start = quantiles[cell, column]
    theta: Draws = (np.exp(start + (at - cell) * (quantiles[cell + 1, column] - start)) / rate).astype(np.float32)
    return theta


def draw_saturations(
    sample: MarketData, parameters: ParameterDraws, certainty: float, rng: np.random.Generator
) -> Draws:
    """Draw theta at home from Gamma(k + y, k + E), (markets, draws).

    Creators whose place is in doubt are drawn anew: the share of them that lives in the market is Beta distributed
    around its probability, as if `certainty` such names had been looked up.
    """
    size = (len(sample.counts), len(parameters.k))
    deviates = None if sample.population_error is None else rng.standard_normal(size, dtype=np.float32)
    shape, rate = _posterior_gamma(sample, parameters, certainty, deviates, rng)
    theta: Draws = rng.standard_gamma(shape.astype(np.float32), dtype=np.float32)
    theta /= rate.astype(np.float32)
    return theta


def _posterior_gamma(
    sample: MarketData,
    parameters: ParameterDraws,
    certainty: float,
    deviates: Draws | None,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Give shape and rate of theta's posterior for each market and draw; `deviates` are those of population."""
    k = parameters.k_of(sample)
    shape = np.asarray(k + sample.counts[:, None])
    expected = parameters.expected(sample)
    if sample.population_error is not None and deviates is not None:
        factor = population_factor(sample, expected.mean(axis=1), k=k.mean(axis=1), beta=parameters.beta.mean())
        expected *= factor.at(deviates)
    if sample.placing is not None:
        rows = np.flatnonzero(sample.placing.possible > 0)
        shape[rows] += _draw_doubt(sample.placing.where(rows), len(parameters.k), certainty, rng)
    return shape, k / sample.prior_mean[:, None] + expected


def _draw_doubt(placing: Placing, count: int, certainty: float, rng: np.random.Generator) -> Floats:
    """Draw how many more or fewer of the creators in doubt live in these markets than are counted, (markets, draws)."""
    doubtful, possible = placing.doubtful[:, None], placing.possible[:, None]
    either = doubtful + possible
    share = np.clip(doubtful / either, 0.001, 0.999)
    draws: Floats = rng.beta(certainty * share, certainty * (1 - share), (len(share), count)) * either - doubtful
    return draws


def mean_saturation(sample: MarketData, expected: Floats, *, k: Floats | float, beta: float) -> Floats:
    """Give the posterior mean of theta at given parameters: (k + y) / (k + E), averaged over what E may be wrong by."""
    if sample.population_error is None:
        return np.asarray((k + sample.counts) / (k / sample.prior_mean + expected))
    factor = population_factor(sample, expected, k=k, beta=beta).at(FEW_NODES)
    counts, spread = (np.broadcast_to(values, expected.shape)[:, None] for values in (sample.counts, k))
    rate = spread / sample.prior_mean[:, None] + expected[:, None] * factor
    mean: Floats = ((spread + counts) / rate) @ (WEIGHTS / WEIGHTS.sum())
    return mean


class Chances(NamedTuple):
    """Pr(theta < 1): as counted, had a market no creators, with all who may live there, without those in doubt."""

    fewer: Floats
    if_none: Floats
    with_possible: Floats
    without_doubtful: Floats


class Odds(NamedTuple):
    """Posterior probabilities and means per market.

    `gap` is E[(1 - theta)+]. Calls must hold by `chances`, which take markets to differ as much as their counts do, and
    by `strict`, which take errors of population out of those differences; `exact` take populations to be right.
    `alone` is what a market's own creators say, without its neighbours.
    """

    p_underserved: Floats
    gap: Floats
    wide: NDArray[np.bool_]
    alone: Chances
    chances: Chances
    strict: Chances
    exact: Chances


class _Cells(NamedTuple):
    """Markets by parameter draws: expected creators and dispersion, and what a saturation is multiplied by."""

    sample: MarketData
    expected: Floats
    k: Floats
    beta: Floats
    factor: Floats

    def where(self, rows: NDArray[np.intp]) -> "_Cells":
        """Keep some of the markets."""
        return _Cells(self.sample.where(rows), self.expected[rows], self.k[rows], self.beta, self.factor[rows])

    def gamma(self, counts: Floats) -> tuple[Floats, Floats]:
        """Give shape and rate of theta's posterior, had the markets so many creators."""
        shape, expected = self.k + counts[:, None], self.expected
        if self.sample.population_error is not None:
            sample = replace(self.sample, counts=counts)
            error = population_factor(sample, expected.mean(axis=1), k=self.k.mean(axis=1), beta=self.beta.mean())
            # a stratified deviate for each parameter draw, in an order that has nothing to do with the draws
            expected = expected * error.at(ndtri((GOLDEN * np.arange(1, len(self.beta) + 1)) % 1))
        return shape, (self.k / self.sample.prior_mean[:, None] + expected) / self.factor

    def fewer(self, counts: Floats) -> Floats:
        """Average Pr(theta < 1) over the draws, had the markets so many creators."""
        return np.asarray(gammainc(*self.gamma(counts)).mean(axis=1), dtype=np.float64)

    def chances(self, middle: Floats | None = None) -> Chances:
        """Find Pr(theta < 1) under each reading of the counts; `middle` is that as counted, if it is there already."""
        counts, placing = self.sample.counts, self.sample.placing
        middle = self.fewer(counts) if middle is None else middle

        def moved(more: Floats) -> Floats:
            """Give the same but for the few markets that would have more or fewer creators."""
            rows, changed = np.flatnonzero(more), middle.copy()
            changed[rows] = self.where(rows).fewer(counts[rows] + more[rows])
            return changed

        if placing is None:
            return Chances(middle, moved(-counts), middle, middle)
        return Chances(middle, moved(-counts), moved(placing.possible), moved(-placing.doubtful))


def summarise_posterior(
    sample: MarketData, parameters: ParameterDraws, benchmark: str, assumptions: Assumptions, *, calls: bool = True
) -> Odds:
    """Average the posterior of every market over parameter draws and over what its population may be wrong by.

    Markets without creators that could not be called either way are averaged over fewer draws.

    Parameters
    ----------
    benchmark
        "national", or "global": against the typical country.
    assumptions
        underserved_below, interval and widest; class_certainty says which markets are worth more draws.
    calls
        Without it `alone`, `strict` and `exact` are the same as `chances`.

    Returns
    -------
    Odds with one entry for each market of `sample`.
    """
    look = partial(_summarise, benchmark=benchmark, assumptions=assumptions, calls=calls)
    count = ANALYTIC_CELLS // len(sample.counts)
    even = spread_draws(parameters.curve, assumptions, SECOND_LOOK).parameters
    draws = parameters.first(count) if count > MANY_DRAWS else even
    if 2 * np.count_nonzero(sample.counts) > len(sample.counts):
        return look(sample, draws)
    rough = look(sample, spread_draws(parameters.curve, assumptions, FIRST_LOOK).parameters)
    calling = np.minimum(rough.alone.if_none, np.max([reading.if_none for reading in rough[4:]], axis=0))
    close = np.flatnonzero((sample.counts > 0) | (calling >= assumptions.class_certainty - ROUGH_ERROR))
    return _combine(partial(_replace, close), [rough, look(sample.where(close), draws)]) if len(close) else rough


def _summarise(
    sample: MarketData, few: ParameterDraws, benchmark: str, assumptions: Assumptions, *, calls: bool
) -> Odds:
    """Average over the draws given, a slice of the markets at a time."""
    slices = [slice(start, start + WEIGHED_AT_ONCE) for start in range(0, len(sample.counts), WEIGHED_AT_ONCE)]
    parts = [_summarise_slice(sample.where(rows), few, benchmark, assumptions, calls=calls) for rows in slices]
    return _combine(lambda *arrays: np.concatenate(arrays), parts)


def _summarise_slice(
    sample: MarketData, few: ParameterDraws, benchmark: str, assumptions: Assumptions, *, calls: bool
) -> Odds:
    expected = few.expected(sample)
    cells = _Cells(sample, expected, few.k_of(sample), few.beta, few.factor(sample, benchmark))
    shape, rate = cells.gamma(sample.counts)
    fewer = gammainc(shape, rate)
    fitted = strict = exact = cells.chances(fewer.mean(axis=1))
    if calls and sample.population_error is not None:
        error = population_variance(sample, few.beta)
        differences = np.maximum((1 / cells.k - error) / (1 + error), 1 / LARGEST_K)
        strict = cells._replace(k=1 / differences).chances()
        exact = cells._replace(sample=replace(sample, population_error=None)).chances()
    alone = fitted
    if calls and sample.surroundings is not None:
        lone = replace(sample, surroundings=None)
        alone = cells._replace(sample=lone, k=few.k_of(lone)).chances()
    fewer_next = fewer - np.exp(shape * np.log(rate) - rate - gammaln(shape + 1))
    return Odds(
        p_underserved=gammainc(shape, assumptions.underserved_below * rate).mean(axis=1),
        gap=np.maximum(fewer - shape / rate * fewer_next, 0.0).mean(axis=1),
        wide=_is_wide(shape, rate, assumptions),
        alone=alone,
        chances=fitted,
        strict=strict,
        exact=exact,
    )


def _combine(step: Callable[..., Any], parts: Sequence[Odds]) -> Odds:
    """Make one summary of several: `step` is given the same column of each."""
    arrays = (step(*column) for column in zip(*(part[:3] for part in parts), strict=True))
    readings = zip(*(part[3:] for part in parts), strict=True)
    chances = (Chances(*map(step, *reading)) for reading in readings)
    return Odds(*arrays, *chances)


def _replace(rows: NDArray[np.intp], values: Floats, better: Floats) -> Floats:
    replaced = values.copy()
    replaced[rows] = better
    return replaced


def _is_wide(shape: Floats, rate: Floats, assumptions: Assumptions) -> NDArray[np.bool_]:
    """Mark markets whose interval reaches from below 1 / `widest` to above `widest` times the expected creators."""
    low, high = assumptions.tails
    below = gammainc(shape, rate / assumptions.widest).mean(axis=1) > low
    wide: NDArray[np.bool_] = below.copy()
    rows = np.flatnonzero(below)
    wide[rows] = gammainc(shape[rows], assumptions.widest * rate[rows]).mean(axis=1) < high
    return wide
