"""The data a curve is fitted on, and their likelihood: negative binomial, whole or cut off below a smallest count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import betainc, gammaln, nbdtrik

Floats = NDArray[np.float64]
Real = TypeVar("Real", np.float32, np.float64)
# deviates of population an average is taken over
NODES = np.linspace(-4.0, 4.0, 33)
# of the differences derivatives are taken from, the longest step, the steps and halvings of one, the least curvature
REACH, LONGEST, STEPS, HALVINGS, FLAT = 0.003, 1.0, 30, 12, 1e-2


class Slope(NamedTuple):
    """First derivative and expected information of the log-likelihood in ln E."""

    score: Floats
    weight: Floats


def log_likelihood(counts: Floats, expected: Floats, k: Floats | float, smallest: int = 0) -> Floats:
    """Evaluate ln Pr(y | E, k, y >= smallest), fractional counts as they are (gammaln takes them).

    Parameters
    ----------
    counts, expected
        Creators seen and expected, same shape.
    k
        Size: the variance is E + E^2 / k.
    smallest
        0 for all markets; otherwise the count below which a market could not have been listed.
    """
    untruncated: Floats = np.asarray(-k * np.log1p(expected / k))
    # most markets of most lists have no creators: all the other terms are 0 there
    there = np.nonzero(np.broadcast_to(counts > 0, untruncated.shape))
    y, mean, size = (np.broadcast_to(values, untruncated.shape)[there] for values in (counts, expected, k))
    untruncated[there] = (
        gammaln(size + y)
        - gammaln(size)
        - gammaln(y + 1)
        - size * np.log1p(mean / size)
        + y * (np.log(mean) - np.log(size + mean))
    )
    if smallest == 0:
        return untruncated
    return untruncated - np.log(_at_least(smallest, k, expected / (k + expected)))


def slope(counts: Floats, expected: Floats, k: Floats | float, smallest: int = 0) -> Slope:
    """Differentiate the log-likelihood in ln E: score (y - mean) / (1 + E/k), weight Var / (1 + E/k)^2."""
    spread = 1 + expected / k
    mean, variance = truncated_moments(expected, k, smallest)
    return Slope((counts - mean) / spread, variance / spread**2)


def truncated_moments(expected: Floats, k: Floats | float, smallest: int) -> tuple[Floats, Floats]:
    """Give mean and variance of y given y >= smallest.

    Uses y f(y; k) = E f(y - 1; k + 1), so that partial sums are tail probabilities of larger sizes
    (Johnson, Kemp & Kotz 2005, Univariate Discrete Distributions, ch. 5).
    """
    if smallest == 0:
        return expected, expected * (1 + expected / k)
    q = expected / (k + expected)
    above = _at_least(smallest, k, q)
    mean = expected * _at_least(smallest - 1, k + 1, q) / above
    pairs = expected**2 * (1 + 1 / k) * _at_least(smallest - 2, k + 2, q) / above
    return mean, np.maximum(pairs + mean - mean**2, 1e-12)


def _at_least(count: int, k: Floats | float, q: Floats) -> Floats:
    """Give Pr(y >= count), the regularised incomplete beta function; q = E / (k + E)."""
    if count <= 0:
        return np.ones_like(q)
    tail: Floats = np.maximum(betainc(count, k, q), np.finfo(float).tiny)
    return tail


def usual_range(expected: Floats, k: Floats | float, tails: tuple[float, float]) -> tuple[Floats, Floats]:
    """Give the quantiles of y itself: what is normal for a market with this many creators expected."""
    share = k / (k + expected)
    # where next to nobody is expected the quantile is 0; nbdtrik gives 1e100
    low, high = (np.where(share < 1, np.ceil(nbdtrik(tail, k, share) - 1e-9), 0.0) for tail in tails)
    return np.maximum(low, 0.0), np.maximum(high, 0.0)


def minimise(
    loss: "Callable[[Floats], float]", start: "Sequence[float]", bounds: "Sequence[tuple[float, float]]", near: float
) -> Floats:
    """Find the lowest point of a smooth loss of one or two numbers of the order of 1, by Newton steps.

    Derivatives are differences; a direction that curves down is followed as if it curved up, and a step that does not
    lower the loss is halved.

    Parameters
    ----------
    loss
        A function of the point; it is also evaluated just outside the bounds.
    near
        The step that is the last: what is left after it is of the order of its square.
    """
    low, high = np.array(bounds, dtype=np.float64).T
    point = np.clip(np.array(start, dtype=np.float64), low, high)
    value = loss(point)
    for _ in range(STEPS):
        step = _newton_step(loss, point, value, (low, high))
        for _ in range(HALVINGS):
            shorter = np.clip(point + step, low, high)
            lower = loss(shorter)
            if lower <= value:
                break
            step = step / 2
        else:
            break
        moved = float(np.abs(shorter - point).max())
        point, value = shorter, lower
        if moved < near:
            break
    return point


def _newton_step(
    loss: "Callable[[Floats], float]", point: Floats, value: float, bounds: tuple[Floats, Floats]
) -> Floats:
    shifts = REACH * np.eye(len(point))
    ahead, behind = (np.array([loss(point + side * shift) for shift in shifts]) for side in (1, -1))
    gradient = (ahead - behind) / (2 * REACH)
    curvature = np.diag((ahead - 2 * value + behind) / REACH**2)
    for at, across in zip(*np.triu_indices(len(point), 1), strict=True):
        mixed = loss(point + shifts[at] + shifts[across]) - ahead[at] - ahead[across] + value
        curvature[at, across] = curvature[across, at] = mixed / REACH**2
    free = ~(((point <= bounds[0]) & (gradient > 0)) | ((point >= bounds[1]) & (gradient < 0)))
    bend, axes = np.linalg.eigh(curvature[np.ix_(free, free)])
    step = np.zeros(len(point))
    step[free] = -axes @ ((axes.T @ gradient[free]) / np.maximum(np.abs(bend), FLAT))
    return np.clip(step, -LONGEST, LONGEST)


@dataclass(frozen=True)
class Placing:
    """How well the creators of each market could be placed.

    `exposure` is the share of the creators around whose place is told finer than a region: only they can be expected
    in a market. Of its counts, `doubtful` may live elsewhere; `possible` are counted elsewhere and may live there.
    """

    exposure: Floats
    doubtful: Floats
    possible: Floats

    def where(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Placing":
        """Keep some of the markets."""
        return Placing(self.exposure[rows], self.doubtful[rows], self.possible[rows])


@dataclass(frozen=True)
class Surroundings:
    """What the markets around each market make of it: a prior mean of its saturation, and the creators it rests on.

    `k_ratio` is the dispersion that is left once surroundings are taken out, beside that of the curve.
    """

    mean: Floats
    certainty: Floats
    k_ratio: float

    def where(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Surroundings":
        """Keep some of the markets."""
        return replace(self, mean=self.mean[rows], certainty=self.certainty[rows])

    def spread(self, k: Floats) -> Floats:
        """Give the dispersion of each market about its prior mean, from the curve's (markets, or markets by draws)."""
        certainty = self.certainty if k.ndim == 1 else self.certainty[:, None]
        spread: Floats = 1 / (1 / (k * self.k_ratio) + 1 / certainty)
        return spread


@dataclass(frozen=True)
class MarketData:
    """The markets a curve is fitted on: counts, centred ln N and country codes 0..C-1, in one order.

    `traits` says what a typical country's level may depend on: (countries, traits), a column of ones first. Where
    audiences spill over, `homes` are the markets creators live in, and `inflow` (markets, homes) whom they reach.
    `placing` says how well creators could be placed; without it every place is sure. `population_error` is the standard
    deviation of ln N as it is known, per market; without it populations are exact. `surroundings` are what neighbours
    say; the curve itself is fitted without them.
    """

    counts: Floats
    size: Floats
    country: NDArray[np.intp]
    countries: int
    smallest: int = 0
    traits: Floats | None = None
    inflow: csr_array | None = None
    homes: "MarketData | None" = None
    placing: Placing | None = None
    population_error: Floats | None = None
    surroundings: Surroundings | None = None

    @property
    def prior_mean(self) -> Floats:
        """What each market's saturation is before its own creators are counted: 1, or what its surroundings say."""
        return np.ones(len(self.counts)) if self.surroundings is None else self.surroundings.mean

    @property
    def size_error(self) -> Floats:
        """Standard deviation of each ln N: 0 where populations are exact."""
        return np.zeros(len(self.counts)) if self.population_error is None else self.population_error

    @property
    def middle_size(self) -> float:
        """Mean ln N of the creators, or of the markets where there are none."""
        total = self.counts.sum()
        return float(self.counts @ self.size / total if total else self.size.mean())

    @property
    def design(self) -> Floats:
        """Traits of the countries; without any, all are alike."""
        return np.ones((self.countries, 1)) if self.traits is None else self.traits

    def where(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "MarketData":
        """Keep some of the markets; countries keep their codes."""
        return replace(
            self,
            counts=self.counts[rows],
            size=self.size[rows],
            country=self.country[rows],
            inflow=None if self.inflow is None else self.inflow[rows],
            placing=None if self.placing is None else self.placing.where(rows),
            population_error=None if self.population_error is None else self.population_error[rows],
            surroundings=None if self.surroundings is None else self.surroundings.where(rows),
        )

    def scale_to_placed(self, expected: Floats) -> Floats:
        """Take from what a curve expects in these markets (rows) what the list cannot tell finer than a region."""
        if self.placing is None:
            return expected
        return expected * (self.placing.exposure if expected.ndim == 1 else self.placing.exposure[:, None])

    def through(self, expected: "Callable[[MarketData], Floats]") -> Floats:
        """Give what `expected` says of these markets or, where audiences spill over, of those that reach them."""
        homes = self.homes
        return expected(self) if homes is None else gather(self.inflow, lambda rows: expected(homes.where(rows)))

    def by_country(self, values: Floats) -> Floats:
        """Sum values per country."""
        return np.bincount(self.country, values, self.countries).astype(float)


# e to the 80th: more creators than people ever; a steep curve of few markets passes it where sizes are beyond them
MOST_LN = 80.0


def bounded_exp(ln_expected: NDArray[Real]) -> NDArray[Real]:
    """Give expected creators from their logarithms, above zero and finite in either precision."""
    return np.exp(np.clip(ln_expected, -MOST_LN, MOST_LN))


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
    return np.asarray(np.expm1((sample.size_error[:, None] * beta) ** 2))


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
    counts, k = sample.counts[:, None], np.broadcast_to(k, expected.shape)[:, None]
    rate = k / sample.prior_mean[:, None]
    tau = beta * sample.size_error[:, None]
    ln_factor = tau * NODES - tau**2 / 2
    log_mass = (
        -(NODES**2) / 2 + counts * ln_factor - (k + counts) * np.log(rate + expected[:, None] * np.exp(ln_factor))
    )
    mass = np.exp(log_mass - log_mass.max(axis=1, keepdims=True))
    mass /= mass.sum(axis=1, keepdims=True)
    mean = (mass * ln_factor).sum(axis=1)
    variance = (mass * ln_factor**2).sum(axis=1) - mean**2
    return PopulationFactor(mean, np.sqrt(np.maximum(variance, 0.0)))


def gather(inflow: csr_array | None, expected: Callable[[NDArray[np.intp] | slice], Floats]) -> Floats:
    """Give what is expected in some markets: of their own, or through `inflow` from all that reach them.

    `expected` gives the rows asked for, of the markets as homes.
    """
    if inflow is None:
        return expected(slice(None))
    homes = np.unique(inflow.indices)
    through: Floats = inflow[:, homes] @ expected(homes)
    return through
