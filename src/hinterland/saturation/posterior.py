"""The exact posterior of each market's saturation, averaged over parameter draws and errors of population."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln
from scipy.stats import norm

from hinterland.config import Assumptions
from hinterland.saturation.draws import ParameterDraws
from hinterland.saturation.likelihood import Floats
from hinterland.saturation.market_data import MarketData
from hinterland.saturation.population_error import population_factor, population_variance

# parameter draws the exact posterior is averaged over: at least so many, more where there are few markets
ANALYTIC, ANALYTIC_CELLS = 64, 800_000
WEIGHED_AT_ONCE = 4_096
LARGEST_K = 1_000.0
GOLDEN = 0.6180339887498949


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
            expected = expected * error.at(norm.ppf((GOLDEN * np.arange(1, len(self.beta) + 1)) % 1))
        return shape, (self.k / self.sample.prior_mean[:, None] + expected) / self.factor

    def fewer(self, counts: Floats) -> Floats:
        """Average Pr(theta < 1) over the draws, had the markets so many creators."""
        return np.asarray(gammainc(*self.gamma(counts)).mean(axis=1), dtype=np.float64)

    def chances(self) -> Chances:
        """Find Pr(theta < 1) under each reading of the counts."""
        counts, placing = self.sample.counts, self.sample.placing
        middle = self.fewer(counts)

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

    Without `calls`, `strict` and `exact` are the same as `chances`.
    """
    few = parameters.first(max(ANALYTIC, ANALYTIC_CELLS // len(sample.counts)))
    slices = [slice(start, start + WEIGHED_AT_ONCE) for start in range(0, len(sample.counts), WEIGHED_AT_ONCE)]
    return _join([_summarise_slice(sample.where(rows), few, benchmark, assumptions, calls=calls) for rows in slices])


def _summarise_slice(
    sample: MarketData, few: ParameterDraws, benchmark: str, assumptions: Assumptions, *, calls: bool
) -> Odds:
    expected = few.expected(sample)
    cells = _Cells(sample, expected, few.k_of(sample), few.beta, few.factor(sample, benchmark))
    fitted = strict = exact = cells.chances()
    if calls and sample.population_error is not None:
        error = population_variance(sample, few.beta)
        differences = np.maximum((1 / cells.k - error) / (1 + error), 1 / LARGEST_K)
        strict = cells._replace(k=1 / differences).chances()
        exact = cells._replace(sample=replace(sample, population_error=None)).chances()
    alone = fitted
    if calls and sample.surroundings is not None:
        lone = replace(sample, surroundings=None)
        alone = cells._replace(sample=lone, k=few.k_of(lone)).chances()
    shape, rate = cells.gamma(sample.counts)
    fewer = gammainc(shape, rate)
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


def _join(parts: list[Odds]) -> Odds:
    """Put slices of markets together again."""
    p_underserved, gap, wide = (np.concatenate(column) for column in zip(*(part[:3] for part in parts), strict=True))
    nested = [
        Chances(*map(np.concatenate, zip(*chances, strict=True)))
        for chances in zip(*(part[3:] for part in parts), strict=True)
    ]
    return Odds(p_underserved, gap, wide, *nested)


def _is_wide(shape: Floats, rate: Floats, assumptions: Assumptions) -> NDArray[np.bool_]:
    """Mark markets whose interval reaches from below 1 / `widest` to above `widest` times the expected creators."""
    low, high = assumptions.tails
    below = gammainc(shape, rate / assumptions.widest).mean(axis=1) > low
    wide: NDArray[np.bool_] = below.copy()
    rows = np.flatnonzero(below)
    wide[rows] = gammainc(shape[rows], assumptions.widest * rate[rows]).mean(axis=1) < high
    return wide
