"""The negative binomial with mean E and size k, whole or cut off below a smallest count."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaln, nbdtrik

Floats = NDArray[np.float64]


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
