"""The best plan found in the time given, and how far from the best possible it can be."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from hinterland.errors import TimeLimitError
from hinterland.messages import plans as wording
from hinterland.plan.greedy import complete, grow
from hinterland.plan.problem import Counts, Floats, Problem
from hinterland.plan.program import Program, capped_reach, write_program

INFEASIBLE = 2
# shares of the time the relaxation may take, and the search among the markets it chooses
RELAXING, NARROWED = 0.4, 0.2
# chosen at all, in a relaxation
CHOSEN = 1e-6
# columns beyond which HiGHS, without limits that name markets, forgets the time (150 s instead of 50) and finds nothing
LARGE = 20_000


@dataclass(frozen=True)
class Solution:
    """How many of each choice to take; no plan can be worth more than `bound`."""

    chosen: Counts
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Give the share of the value that a perfect plan could add at most."""
        return max(self.bound / self.value - 1, 0.0) if self.value > 0 else float(self.bound > 0)


def solve(problem: Problem, *, seconds: float, gap: float) -> Solution | None:
    """Find the plan of greatest value; None when it is sure that no plan keeps every rule.

    The relaxation gives a bound, by rounding down a plan, and where markets are chosen a few worth searching: the best
    of these and the greedy plan stands if it is within `gap` of the bound (or the problem too large to do better), else
    the solver gets what is left of the time. When time runs out there is a plan all the same, wherever rounding or
    greed finds any.

    Raises
    ------
    TimeLimitError
        When time ran out with no plan found, and none ruled out.
    """
    program = write_program(problem)
    relaxed = _relax(program, seconds=RELAXING * seconds)
    if relaxed.status == INFEASIBLE:
        return None
    bound = min(_loosest(problem), np.inf if relaxed.status else -relaxed.fun * program.scale)
    parts = np.zeros(len(problem.price)) if relaxed.status else relaxed.x[: len(problem.price)]
    plans = [grow(problem), complete(problem, parts)]
    if problem.rules.choosing and not relaxed.status:
        markets = relaxed.x[-problem.markets :] > CHOSEN
        plans.append(_among(problem, markets, seconds=NARROWED * seconds, gap=gap))
    found = _best(problem, plans, bound)
    if found and (found.gap <= gap or (len(program.cost) > LARGE and not problem.rules.choosing)):
        return found
    result = minimise(program, program.cost, seconds=(1 - RELAXING - NARROWED) * seconds, gap=gap)
    if result.status == INFEASIBLE:
        return None
    plans.append(_whole(result, problem))
    best = _best(problem, plans, min(bound, _proved(result, program)))
    if best is None:
        raise TimeLimitError(wording.out_of_time(seconds))
    return best


def _among(problem: Problem, markets: NDArray[np.bool_], *, seconds: float, gap: float) -> Counts | None:
    """Find the best plan in a few of the markets: far fewer choices, so it takes no time."""
    narrow, rows = problem.within(np.flatnonzero(markets))
    program = write_program(narrow)
    # the bound it is measured by is that of all markets: half the gap leaves room for what these few miss
    chosen = _whole(minimise(program, program.cost, seconds=seconds, gap=gap / 2), narrow)
    if chosen is None:
        return None
    plan = np.zeros(len(problem.price), dtype=np.int64)
    plan[rows] = chosen
    return plan


def _best(problem: Problem, plans: list[Counts | None], bound: float) -> Solution | None:
    allowed = [plan for plan in plans if plan is not None and problem.allows(plan)]
    if not allowed:
        return None
    best = max(allowed, key=problem.value)
    value = problem.value(best)
    return Solution(best, value, max(value, bound))


def _relax(program: Program, *, seconds: float) -> Any:  # noqa: ANN401 - scipy's own result
    """Let every choice be taken in part."""
    matrix, upper = _stack(program)
    bounds = np.c_[np.zeros(len(program.upper)), program.upper]
    return optimize.linprog(
        program.cost, matrix, upper, bounds=bounds, method="highs-ds", options={"time_limit": seconds}
    )


def _stack(program: Program) -> tuple[sparse.csr_array, Floats]:
    matrix = sparse.vstack([rows.matrix for rows in program.rows], format="csr")
    return matrix, np.concatenate([rows.upper for rows in program.rows])


def minimise(program: Program, cost: Floats, *, seconds: float, gap: float) -> Any:  # noqa: ANN401 - scipy's own result
    """Run HiGHS on a program with another cost."""
    matrix, upper = _stack(program)
    return optimize.milp(
        cost,
        integrality=program.whole,
        bounds=optimize.Bounds(0, program.upper),
        constraints=optimize.LinearConstraint(matrix, -np.inf, upper),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )


def _whole(result: Any, problem: Problem) -> Counts | None:  # noqa: ANN401 - the same
    return None if result.x is None else np.rint(result.x[: len(problem.price)]).astype(np.int64)


def _proved(result: Any, program: Program) -> float:  # noqa: ANN401 - the same
    bound = getattr(result, "mip_dual_bound", None)
    return np.inf if bound is None else -float(bound) * program.scale


def _loosest(problem: Problem) -> float:
    """Bound the value by hand: each choice at its best, the last one in part."""
    alone = (capped_reach(problem) @ problem.worths.max(axis=1)) * problem.units
    money = problem.price * problem.units
    order = np.argsort(-alone / np.maximum(money, 1e-12), kind="stable")
    before = np.cumsum(money[order]) - money[order]
    part = np.clip((problem.rules.budget - before) / np.maximum(money[order], 1e-12), 0, 1)
    everyone = float((problem.widths * problem.worths).sum())
    return min(everyone, float((part * alone[order]).sum()))
