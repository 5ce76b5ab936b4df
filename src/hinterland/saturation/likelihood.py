"""The negative binomial with mean E and size k, whole or cut off below a smallest count."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import nbinom

Floats = NDArray[np.float64]


class Slope(NamedTuple):
    """First derivative and expected information of the log-likelihood in ln E."""

    score: Floats
    weight: Floats


def log_likelihood(counts: Floats, expected: Floats, k: float, smallest: int = 0) -> Floats:
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
    whole: Floats = (
        gammaln(k + counts)
        - gammaln(k)
        - gammaln(counts + 1)
        - k * np.log1p(expected / k)
        + counts * (np.log(expected) - np.log(k + expected))
    )
    if smallest == 0:
        return whole
    return np.asarray(whole - nbinom.logsf(smallest - 1, k, k / (k + expected)))


def slope(counts: Floats, expected: Floats, k: float, smallest: int = 0) -> Slope:
    """Differentiate the log-likelihood in ln E: score (y - mean) / (1 + E/k), weight Var / (1 + E/k)^2."""
    spread = 1 + expected / k
    mean, variance = truncated_moments(expected, k, smallest)
    return Slope((counts - mean) / spread, variance / spread**2)


def truncated_moments(expected: Floats, k: float, smallest: int) -> tuple[Floats, Floats]:
    """Give mean and variance of y given y >= smallest.

    Uses y f(y; k) = E f(y - 1; k + 1), so that partial sums are tail probabilities of larger sizes
    (Johnson, Kemp & Kotz 2005, Univariate Discrete Distributions, ch. 5).
    """
    if smallest == 0:
        return expected, expected * (1 + expected / k)
    p = k / (k + expected)
    listed = np.maximum(nbinom.sf(smallest - 1, k, p), np.finfo(float).tiny)
    mean = expected * nbinom.sf(smallest - 2, k + 1, p) / listed
    pairs = expected**2 * (1 + 1 / k) * nbinom.sf(smallest - 3, k + 2, p) / listed
    return mean, np.maximum(pairs + mean - mean**2, 1e-12)
