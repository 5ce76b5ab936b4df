"""What another budget would buy, and where more money buys less than before."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd

from hinterland.errors import TimeLimitError
from hinterland.planning.candidates import find_candidates
from hinterland.planning.milp import solve
from hinterland.planning.problem import Problem, build_problem
from hinterland.planning.scenario import Scenario

CURVE = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
ROUGH = 0.1


def draw_curve(
    offers: pd.DataFrame,
    shares: pd.DataFrame,
    ranking: pd.DataFrame,
    *,
    scenario: Scenario,
    dispersion: float | None = None,
) -> pd.DataFrame:
    """Say what other budgets, up to twice the one asked for, would reach: budget, cost, people, knee.

    By plans within a tenth of the best, where the time limit allows it for each. `knee` marks one
    budget (see `find_knee`). Budgets that allow no plan, or none in time, are left out.
    """
    most = scenario.model_copy(update={"budget": CURVE[-1] * scenario.budget})
    problem = build_problem(find_candidates(offers, shares, ranking, most), ranking, most, dispersion=dispersion)
    rows = []
    for part in CURVE:
        smaller = _with_budget(problem, part / CURVE[-1])
        with suppress(TimeLimitError):
            solution = solve(smaller, seconds=scenario.time_limit, gap=ROUGH)
            if solution is not None:
                rows.append((smaller.rules.budget, float(problem.price @ solution.counts), solution.value))
    curve = pd.DataFrame(rows, columns=["budget", "cost", "people"], dtype=float)
    return curve.assign(knee=curve["budget"] == find_knee(curve))


def _with_budget(problem: Problem, part: float) -> Problem:
    """Ask for a part of the budget, and of every share of it."""
    rules = problem.rules
    shares = tuple(replace(share, cap=part * share.cap) for share in rules.shares)
    return replace(problem, rules=replace(rules, budget=part * rules.budget, shares=shares))


def find_knee(curve: pd.DataFrame) -> float:
    """Find the budget where the curve lies farthest above the straight line from nothing to its end.

    Beyond it each unit of money reaches fewer people than on average up to the largest budget (Satopaa et al. 2011,
    "Finding a kneedle in a haystack", 10.1109/ICDCSW.2011.20).
    """
    if curve.empty or not curve["people"].max() > 0:
        return float("nan")
    above = curve["people"] / curve["people"].max() - curve["budget"] / curve["budget"].max()
    return float(curve["budget"].loc[above.idxmax()])


def find_budget(curve: pd.DataFrame, people: float) -> float:
    """Find the least budget that reaches so many people, on straight lines between plans; NaN beyond either end."""
    # plans within a tenth of the best can reach fewer people for more money
    reached, budgets = np.maximum.accumulate(curve["people"].to_numpy(float)), curve["budget"].to_numpy(float)
    if not reached[0] <= people <= reached[-1]:
        return float("nan")
    at = max(int(np.searchsorted(reached, people)), 1)
    return float(np.interp(people, reached[at - 1 : at + 1], budgets[at - 1 : at + 1]))
