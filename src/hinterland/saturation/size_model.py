"""The size curve: how many creators a market of its size and country should have.

y ~ NB(mean E, size k), ln E = a_c + b_c ln N, a_c ~ Normal(a, sigma^2), b_c ~ Normal(beta, tilt_sd^2): penalised
Newton on the arrow system of countries and one slope, a fixed point for the spreads, profile likelihood with a weak
prior for k.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from hinterland.saturation.likelihood import Floats, bounded_exp, log_likelihood, minimise, slope

if TYPE_CHECKING:
    from hinterland.config import Assumptions
    from hinterland.saturation.likelihood import MarketData

STEPS = 200
ROUNDS = 30
TOLERANCE = 1e-7
# of levels and slopes, whose standard errors are above a hundredth
SPREAD_TOLERANCE = 1e-4
# from a curve near by, so many are enough
ROUNDS_FROM_START = 2
# of ln k, whose standard error is seldom below a hundredth
K_TOLERANCE = 1e-3
STEP_LIMIT = 2.0
GRID_SPREADS = np.linspace(-6, 6, 121)
# fewer countries cannot tell how their slopes differ
FEWEST_SLOPES = 5
NO_TILT = 1e-9
LEAST_SIGMA = 1e-3
# a spread never changes by more than this factor in a step
MOST_GROWTH = 2.0


@dataclass(frozen=True)
class Curve:
    """A fitted size curve; `levels` are a_c, `typical` what each is compared with, `effects` of its traits.

    `tilts` are b_c - beta, with the spread `tilt_sd`; `blocks` is the information on (a_c, b_c) of each country and
    `leverage` how they go with beta.
    `k` holds at the first of `k_sizes` (centred ln N) and grows with size to the power `k_tilt` between the other two.
    """

    beta: float
    information: float
    k: float
    typical: Floats
    sigma: float
    levels: Floats
    tilts: Floats
    tilt_sd: float
    blocks: Floats
    leverage: Floats
    effects: Floats
    design: Floats
    crude: float = 0.0
    ln_k_se: float = 0.0
    k_tilt: float = 0.0
    k_sizes: tuple[float, float, float] = (0.0, 0.0, 0.0)
    converged: bool = False
    fitted: bool = True
    grids: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)

    @property
    def beta_se(self) -> float:
        """Standard error of the exponent."""
        return float(self.information**-0.5)

    def data_slope(self, assumptions: Assumptions) -> tuple[float, float]:
        """Give the exponent its data alone give, without its prior, and its standard error."""
        prior = assumptions.slope_prior_sd**-2
        left = max(self.information - prior, np.finfo(float).tiny)
        return (self.beta * self.information - assumptions.slope_prior * prior) / left, float(left**-0.5)

    def expected(self, sample: MarketData) -> Floats:
        """Creators each market of the sample should have."""
        return sample.through(
            lambda homes: homes.scale_to_placed(
                bounded_exp(self.levels[homes.country] + (self.beta + self.tilts[homes.country]) * homes.size)
            )
        )

    def above_typical(self, sample: MarketData) -> Floats:
        """Give by how much the curve of each market's country lies above the typical country's, in logarithms."""
        above: Floats = (self.levels - self.typical)[sample.country] + self.tilts[sample.country] * sample.size
        return above

    def k_of(self, sample: MarketData) -> Floats:
        """Give the dispersion of each market."""
        return self.k * self.k_shape(sample, self.k_tilt)

    def k_shape(self, sample: MarketData, tilt: float) -> Floats:
        """Give the dispersion of each market beside that of the middle size."""
        middle, low, high = self.k_sizes
        shape: Floats = np.exp(tilt * (np.clip(sample.size, low, high) - middle))
        return shape

    @property
    def alone(self) -> bool:
        """Say whether there is a single country, so that no other can tell what is typical."""
        return len(self.levels) == 1

    def pull(self, assumptions: Assumptions) -> tuple[float, float | Floats]:
        """Give the precision and the centre of a level's prior: the typical country, or the crude rate if alone."""
        return (assumptions.single_country_sd**-2, self.crude) if self.alone else (self.sigma**-2, self.typical)

    def regression(self, assumptions: Assumptions) -> tuple[Floats, Floats]:
        """Give the inverse of the normal equations of levels on traits, priors included, and the priors' pull."""
        priors = np.full(self.design.shape[1], (self.sigma / assumptions.covariate_prior_sd) ** 2)
        priors[0] = (self.sigma / assumptions.single_country_sd) ** 2
        pulled = np.zeros(len(priors))
        pulled[0] = priors[0] * self.crude
        return np.asarray(np.linalg.inv(self.design.T @ self.design + np.diag(priors)), dtype=np.float64), pulled

    def effect_ranges(self, assumptions: Assumptions) -> list[tuple[float, float, float]]:
        """Give the factor by which levels grow with one standard deviation of each trait, and its interval."""
        inverse, _ = self.regression(assumptions)
        spread = self.sigma * np.sqrt(np.diag(inverse)[1:])
        reach = ndtri(assumptions.tails[1])
        bounds = (self.effects, self.effects - reach * spread, self.effects + reach * spread)
        return [(float(middle), float(low), float(high)) for middle, low, high in zip(*np.exp(bounds), strict=True)]


def fit_curve(
    sample: MarketData, assumptions: Assumptions, *, adjusted: bool = True, start: Curve | None = None
) -> Curve:
    """Fit beta, country levels, their spread and k on every market of the sample, zeros included.

    Parameters
    ----------
    sample
        Markets to fit on, at home, with at least some creators.
    adjusted
        Whether k allows for levels and slope being fitted (`profile_k`).
    start
        A curve near by; few rounds are made from there.
    """
    crude = float(np.log(sample.counts.sum() / np.exp(sample.size).sum()))
    curve = flat_curve(sample, assumptions, crude) if start is None else replace(start, grids={})
    for _ in range(ROUNDS if start is None else ROUNDS_FROM_START):
        solved = _solve_levels(curve, sample, assumptions)
        k, tilt = profile_k(solved, sample, assumptions, adjusted=adjusted)
        settled = max(abs(np.log(k / curve.k)), abs(tilt - curve.k_tilt)) < K_TOLERANCE
        curve = replace(solved, k=k, k_tilt=tilt, converged=solved.converged and settled)
        if settled:
            break
    return replace(curve, ln_k_se=ln_k_error(curve, sample, assumptions, adjusted=adjusted))


def flat_curve(sample: MarketData, assumptions: Assumptions, level: float) -> Curve:
    """Make a curve of priors: every country at one level, creators in proportion to people."""
    zeros = np.zeros(sample.countries)
    return Curve(
        beta=assumptions.slope_prior,
        information=assumptions.slope_prior_sd**-2,
        k=assumptions.dispersion_prior,
        typical=zeros + level,
        sigma=1.0,
        levels=zeros + level,
        tilts=zeros,
        tilt_sd=assumptions.country_slope_sd if sample.countries > 1 and assumptions.country_slope_sd else NO_TILT,
        blocks=np.tile(np.eye(2), (sample.countries, 1, 1)),
        leverage=np.zeros((sample.countries, 2)),
        effects=np.zeros(sample.design.shape[1] - 1),
        design=sample.design,
        crude=level,
        k_sizes=(sample.middle_size, float(sample.size.min()), float(sample.size.max())),
    )


def _solve_levels(curve: Curve, sample: MarketData, assumptions: Assumptions) -> Curve:
    """Alternate Newton steps in (a_c, b_c, beta) with steps in (a, sigma, tilt_sd) until nothing moves."""
    stride, k = Stride(sample.countries), curve.k_of(sample)
    for _ in range(STEPS):
        stepped = _spread_step(_newton_step(curve, sample, assumptions, stride, k), assumptions)
        moved = max(
            abs(stepped.beta - curve.beta),
            np.abs(stepped.levels - curve.levels).max(),
            np.abs(stepped.tilts - curve.tilts).max(),
        )
        moved = max(moved, abs(np.log(stepped.sigma / curve.sigma)))
        curve = stepped
        if moved < SPREAD_TOLERANCE:
            return replace(curve, converged=True)
    return replace(curve, converged=False)


def _newton_step(curve: Curve, sample: MarketData, assumptions: Assumptions, stride: Stride, k: Floats) -> Curve:
    """Take one Fisher-scoring step on the arrow system, O(markets + countries)."""
    own_score, information = _country_system(curve, sample, assumptions, k)
    blocks, leverage, along = information
    inverse = np.linalg.inv(blocks)
    prior = assumptions.slope_prior_sd**-2
    left = prior + max(float(along.sum() - np.einsum("ci,cij,cj->", leverage, inverse, leverage)), 0.0)
    pulled = curve.tilts @ np.full(len(curve.tilts), curve.tilt_sd**-2) - prior * (curve.beta - assumptions.slope_prior)
    beta_score = own_score[:, 1].sum() + pulled
    beta_step = (beta_score - np.einsum("ci,cij,cj->", leverage, inverse, own_score)) / left
    beta_step = float(np.clip(beta_step, -STEP_LIMIT / 4, STEP_LIMIT / 4))
    level, tilt = stride.shorten(np.einsum("cij,cj->ci", inverse, own_score - leverage * beta_step)).T
    return replace(
        curve,
        beta=curve.beta + beta_step,
        levels=curve.levels + level,
        tilts=curve.tilts + tilt,
        information=left,
        blocks=blocks,
        leverage=leverage,
    )


def _country_system(
    curve: Curve, sample: MarketData, assumptions: Assumptions, k: Floats
) -> tuple[Floats, tuple[Floats, Floats, Floats]]:
    """Give the score in (a_c, b_c) of each country, and the information: on both, with beta, and on beta alone."""
    score, weight = slope(sample.counts, curve.expected(sample), k, sample.smallest)
    pull, centre = curve.pull(assumptions)
    once, twice = sample.by_country(weight * sample.size), sample.by_country(weight * sample.size**2)
    level = sample.by_country(weight) + pull
    blocks = np.stack([level, once, once, twice + curve.tilt_sd**-2], axis=-1).reshape(-1, 2, 2)
    level_score = sample.by_country(score) - pull * (curve.levels - centre)
    tilt_score = sample.by_country(score * sample.size) - curve.tilts * curve.tilt_sd**-2
    leverage = np.column_stack([once, twice])
    return np.column_stack([level_score, tilt_score]), (blocks, leverage, twice)


class Stride:
    """Keeps the steps of each country's level and slope short, shorter each time one turns back."""

    def __init__(self, countries: int) -> None:
        """Allow the longest steps."""
        self.longest = np.tile((STEP_LIMIT, STEP_LIMIT / 4), (countries, 1))
        self.limit, self.last = self.longest, np.zeros((countries, 2))

    def shorten(self, step: Floats) -> Floats:
        """Clip a step of (level, slope) of each country."""
        clipped: Floats = np.clip(step, -self.limit, self.limit)
        # a country whose creators are nearly all in one city would otherwise jump to and fro for ever
        back = np.maximum(np.abs(clipped), np.abs(self.last)) / 2
        self.limit = np.where(clipped * self.last < 0, back, np.minimum(1.5 * self.limit, self.longest))
        self.last = clipped
        return clipped


def _spread_step(curve: Curve, assumptions: Assumptions) -> Curve:
    """Re-estimate the typical country and the spreads between countries, on the marginal likelihood."""
    if curve.alone:
        return replace(curve, typical=curve.levels)
    covariance = np.linalg.inv(curve.blocks)
    sway = np.einsum("cij,cj->ci", covariance, curve.leverage)
    variance, tilt_variance = (np.einsum("cii->ci", covariance) + sway**2 / curve.information).T
    inverse, pulled = curve.regression(assumptions)
    effects = inverse @ (curve.design.T @ curve.levels + pulled)
    typical = curve.design @ effects
    # one further country's worth of prior: it matters where two or three countries cannot tell a spread
    squares = ((curve.levels - typical) ** 2).sum() + assumptions.spread_prior**2
    left = 1 - _explained(curve, assumptions)
    sigma = _spread(curve.sigma, squares, left @ variance, left.sum())
    tilt_sd = curve.tilt_sd
    if len(curve.levels) >= FEWEST_SLOPES and assumptions.country_slope_sd:
        squares = (curve.tilts**2).sum() + assumptions.country_slope_sd**2
        tilt_sd = _spread(tilt_sd, squares, tilt_variance.sum(), len(curve.levels))
    return replace(curve, typical=typical, effects=effects[1:], sigma=max(sigma, LEAST_SIGMA), tilt_sd=tilt_sd)


def _explained(curve: Curve, assumptions: Assumptions) -> Floats:
    """Give the share of each country's level that its traits take up: with few countries, nearly all of it."""
    traits = curve.design[:, 1:] - curve.design[:, 1:].mean(axis=0)
    prior = np.eye(traits.shape[1]) * (curve.sigma / assumptions.covariate_prior_sd) ** 2
    share: Floats = np.einsum("ci,ij,cj->c", traits, np.linalg.inv(traits.T @ traits + prior), traits)
    return share


def _spread(spread: float, squares: float, variance: float, count: float) -> float:
    """Move a spread towards what EM has it at, s^2 = (squares + variance) / count, in a third of EM's steps.

    The share of the count that the prior decides, variance / s^2, is taken from the count instead of added to the
    squares (MacKay 1992, 10.1162/neco.1992.4.3.415): where both stand still, they agree.
    """
    decided = max(count - variance / spread**2, np.finfo(float).tiny)
    return float(np.clip(np.sqrt(squares / decided), spread / MOST_GROWTH, MOST_GROWTH * spread))


def refine_levels(curve: Curve, sample: MarketData, assumptions: Assumptions) -> Curve:
    """Solve levels and slopes of countries alone on `sample`, and keep the whole posterior where it is skewed.

    Parameters
    ----------
    curve
        Its beta, k and spreads stay as they are.
    sample
        Markets to set levels on.
    """
    stride, k = Stride(sample.countries), curve.k_of(sample)
    for _ in range(STEPS):
        own_score, (blocks, leverage, _) = _country_system(curve, sample, assumptions, k)
        step = stride.shorten(np.einsum("cij,cj->ci", np.linalg.inv(blocks), own_score))
        level, tilt = step.T
        curve = replace(curve, levels=curve.levels + level, tilts=curve.tilts + tilt, blocks=blocks, leverage=leverage)
        if np.abs(step).max() < TOLERANCE:
            break
    if curve.alone:
        return replace(curve, typical=curve.levels)
    return _with_grids(curve, sample, assumptions)


def _with_grids(curve: Curve, sample: MarketData, assumptions: Assumptions) -> Curve:
    """Give countries with few creators the posterior of their level on a grid, and its mean as level."""
    creators = sample.by_country(sample.counts)
    grids, levels, tilts = {}, curve.levels.copy(), curve.tilts.copy()
    for country in np.flatnonzero(creators < assumptions.grid_below):
        points = curve.typical[country] + curve.sigma * GRID_SPREADS
        mass = _level_posterior(curve, sample.where(sample.country == country), points)
        grids[int(country)] = (points, mass)
        levels[country], tilts[country] = points @ mass, 0.0
    return replace(curve, grids=grids, levels=levels, tilts=tilts)


def _level_posterior(curve: Curve, markets: MarketData, points: Floats) -> Floats:
    expected = markets.scale_to_placed(np.exp(points[:, None] + curve.beta * markets.size[None, :]).T).T
    log_mass = -(GRID_SPREADS**2) / 2
    log_mass = log_mass + log_likelihood(markets.counts[None, :], expected, curve.k_of(markets), markets.smallest).sum(
        axis=1
    )
    mass = np.exp(log_mass - log_mass.max())
    normalised: Floats = mass / mass.sum()
    return normalised


LEAST_K = 0.01
STEP = 0.05
MOST_TILT = 1.0
# a step of ln k this short leaves less than K_TOLERANCE
K_NEAR = 3e-3


def profile_k(curve: Curve, sample: MarketData, assumptions: Assumptions, *, adjusted: bool) -> tuple[float, float]:
    """Find the likeliest k of a curve, and the power of size with which it grows.

    Parameters
    ----------
    adjusted
        Whether the likelihood allows for the levels and the slope having been fitted to the same markets: otherwise a
        few markets per country look more alike than they are (Cox & Reid 1987, 10.1111/j.2517-6161.1987.tb01422.x).
    """
    loss = partial(
        _loss, expected=curve.expected(sample), curve=curve, sample=sample, assumptions=assumptions, adjusted=adjusted
    )
    start, bounds = [np.log(curve.k)], [(np.log(LEAST_K), np.log(assumptions.dispersion_cap))]
    if assumptions.dispersion_tilt_sd:
        start, bounds = [*start, curve.k_tilt], [*bounds, (-MOST_TILT, MOST_TILT)]
    ln_k, *tilt = minimise(lambda point: loss(*point), start, bounds, K_NEAR).tolist()
    return float(np.exp(ln_k)), tilt[0] if tilt else 0.0


def ln_k_error(curve: Curve, sample: MarketData, assumptions: Assumptions, *, adjusted: bool) -> float:
    """Read the standard error of ln k off the curvature of its profile."""
    loss = partial(
        _loss, expected=curve.expected(sample), curve=curve, sample=sample, assumptions=assumptions, adjusted=adjusted
    )
    losses = [loss(np.log(curve.k) + shift, curve.k_tilt) for shift in (-STEP, 0.0, STEP)]
    curvature = (losses[0] - 2 * losses[1] + losses[2]) / STEP**2
    return float(max(curvature, assumptions.dispersion_prior_sd**-2) ** -0.5)


def _loss(
    ln_k: float,
    tilt: float = 0.0,
    *,
    expected: Floats,
    curve: Curve,
    sample: MarketData,
    assumptions: Assumptions,
    adjusted: bool,
) -> float:
    k = np.exp(ln_k) * curve.k_shape(sample, tilt)
    pull = (ln_k - np.log(assumptions.dispersion_prior)) / assumptions.dispersion_prior_sd
    loss = float(pull**2 / 2 - log_likelihood(sample.counts, expected, k, sample.smallest).sum())
    if assumptions.dispersion_tilt_sd:
        loss += (tilt / assumptions.dispersion_tilt_sd) ** 2 / 2
    return loss + _adjustment(expected, k, curve, sample, assumptions) if adjusted else loss


def _adjustment(expected: Floats, k: Floats, curve: Curve, sample: MarketData, assumptions: Assumptions) -> float:
    """Half the logarithm of the information on levels and slope, which the profile has used up."""
    weight = slope(sample.counts, expected, k, sample.smallest).weight
    level = sample.by_country(weight) + curve.pull(assumptions)[0]
    once, twice = sample.by_country(weight * sample.size), sample.by_country(weight * sample.size**2)
    prior = curve.tilt_sd**-2
    determinant = level * (twice + prior) - once**2
    # what levels and slopes of countries leave of the information on beta: twice - L' H^-1 L
    explained = (once**2 * (twice + prior) - 2 * once**2 * twice + level * twice**2) / determinant
    along = max(float((twice - explained).sum()), 0.0)
    return float(np.log(determinant * curve.tilt_sd**2).sum() + np.log(along + assumptions.slope_prior_sd**-2)) / 2
