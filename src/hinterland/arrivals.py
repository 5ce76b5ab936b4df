"""Two lists of one source over time: who came and who left, and markets where few newcomers appear."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import betabinom, binom, false_discovery_control

from hinterland.config import NO_CLEAR_DIFFERENCE, OVER_SATURATED, UNDER_SERVED, Assumptions
from hinterland.language import later
from hinterland.schemas import ARRIVALS, SATURATION, TURNOVER

FASTER, SLOWER = later("growing faster"), later("growing slower")
FEW_ARRIVALS, MANY_ARRIVALS = later("few newcomers"), later("many newcomers")
PACES: Mapping[str, str] = MappingProxyType({UNDER_SERVED: FEW_ARRIVALS, OVER_SATURATED: MANY_ARRIVALS})
# where the search for the usual law starts: one market in twenty at a rate of e times the odds; e^4 for the likeness
START, LN_LIKENESS = (-3.0, 1.0), 4.0
# what twice the log-likelihood must gain for a further parameter: 95 % of chi-squared
WORTH_A_PARAMETER = 3.84
TINY = 1e-300

Counts = NDArray[np.float64]


def count_turnover(before: "pd.Series[str]", after: "pd.Series[str]") -> pd.DataFrame:
    """Count the creators of each market who stayed, came and left.

    Parameters
    ----------
    before, after
        Market of each creator of a list, by identity; whoever moved has stayed where the later list has them.

    Returns
    -------
    TURNOVER table by market_id.
    """
    groups = {
        "stayed": after[after.index.isin(before.index)],
        "came": after[~after.index.isin(before.index)],
        "left": before[~before.index.isin(after.index)],
    }
    counts = {name: markets.value_counts() for name, markets in groups.items()}
    table = pd.DataFrame(counts).fillna(0).astype("int64").rename_axis("market_id").sort_index()
    return TURNOVER.check(table)


def judge_turnover(turnover: pd.DataFrame, *, assumptions: Assumptions) -> pd.DataFrame:
    """Find the markets in which more, or fewer, of those who moved came than in the list as a whole.

    came | came + left ~ Binomial(came + left, rate), beta-binomial where markets differ beyond chance. False
    discoveries are controlled over the markets with enough movement to be called at all (Benjamini & Hochberg 1995,
    10.1111/j.2517-6161.1995.tb02031.x, after Tarone 1990, 10.2307/2531456).

    Parameters
    ----------
    turnover
        TURNOVER table by market_id.

    Returns
    -------
    The table with `usual_came`, the creators who would have come at the usual rate; `false_share`, the share of false
    calls among this one and all that are surer; and `pace`: growing faster, growing slower, no clear difference.
    """
    TURNOVER.check(turnover)
    came = turnover["came"].to_numpy(float)
    total = came + turnover["left"].to_numpy(float)
    law = _fit_usual(came, total)
    rarest = 2 * np.minimum(law.of(total).pmf(0), law.of(total).pmf(total))
    tested = _testable(rarest, assumptions.class_false_share)
    false_share = np.ones(len(turnover))
    if tested.any():
        usual = law.of(total[tested])
        tail = np.minimum(usual.cdf(came[tested]), usual.sf(came[tested] - 1))
        false_share[tested] = false_discovery_control(np.minimum(1.0, 2 * tail))
    called = false_share <= assumptions.class_false_share
    pace = np.where(~called, NO_CLEAR_DIFFERENCE, np.where(came > law.rate * total, FASTER, SLOWER))
    return turnover.assign(usual_came=law.rate * total, false_share=false_share, pace=pace)


class UsualTurnover(NamedTuple):
    """The law of those who came among those who moved: their usual share, and how alike markets are in it."""

    rate: float
    likeness: float

    def of(self, total: Counts) -> Any:  # noqa: ANN401 - scipy does not type its frozen distributions
        """Give the law of the creators who came where `total` moved."""
        if np.isinf(self.likeness):
            return binom(total, self.rate)
        return betabinom(total, self.likeness * self.rate, self.likeness * (1 - self.rate))


def _fit_usual(came: Counts, total: Counts) -> UsualTurnover:
    """Fit the usual law by maximum likelihood, with a share of markets at a higher or a lower rate.

    That share keeps markets that do grow faster from passing for the spread that is usual.
    """
    pairs, markets = np.unique(np.column_stack([came, total])[total > 0], axis=0, return_counts=True)
    here, moved = pairs.T
    share = float(here.sum() / max(moved.sum(), 1))
    if not 0 < share < 1:
        return UsualTurnover(share, np.inf)

    def loss(values: Counts) -> float:
        middle, odd, step, *spread = values
        usual = UsualTurnover(float(expit(middle)), float(np.exp(spread[0])) if spread else np.inf)
        faster, slower = (binom.pmf(here, moved, expit(middle + way * step)) for way in (1, -1))
        density = (1 - expit(odd)) * usual.of(moved).pmf(here) + expit(odd) * (faster + slower) / 2
        return -float(markets @ np.log(np.maximum(density, TINY)))

    alike = minimize(loss, [logit(share), *START], method="Nelder-Mead")
    unlike = minimize(loss, [*alike.x, LN_LIKENESS], method="Nelder-Mead")
    differ = 2 * (alike.fun - unlike.fun) >= WORTH_A_PARAMETER
    best = unlike.x if differ else alike.x
    return UsualTurnover(float(expit(best[0])), float(np.exp(best[3])) if differ else np.inf)


def _testable(rarest: Counts, false_share: float) -> NDArray[np.bool_]:
    """Mark the markets whose rarest outcome could be called: K of them at most, at `false_share` / K."""
    ordered = np.sort(rarest)
    sizes = np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero(np.searchsorted(ordered, false_share / sizes, side="right") <= sizes)
    return rarest <= false_share / sizes[enough[0]] if len(enough) else np.zeros(len(rarest), dtype=bool)


def rate_arrivals(saturation: pd.DataFrame) -> pd.DataFrame:
    """Put what the engine makes of newcomers in the words of time.

    Parameters
    ----------
    saturation
        SATURATION table whose creators are those who came since.

    Returns
    -------
    ARRIVALS table by market_id: new_creators, expected_new_creators; new_creators_rate with its interval, in percent
    of expected; and `new_creators_pace`: few newcomers, many newcomers, or the class of a market that cannot be called.
    """
    SATURATION.check(saturation)
    table = pd.DataFrame(
        {
            "new_creators": saturation["creators"],
            "expected_new_creators": saturation["expected_creators"],
            "new_creators_rate": saturation["saturation"],
            "new_creators_rate_low": saturation["saturation_low"],
            "new_creators_rate_high": saturation["saturation_high"],
            "new_creators_pace": saturation["class"].replace(dict(PACES)),
        }
    )
    return ARRIVALS.check(table)
