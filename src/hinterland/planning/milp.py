"""The rows and columns of a plan's mixed-integer program, sparse, each row named after the limit it stands for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

from hinterland.errors import TimeLimitError
from hinterland.messages import plans as plan_messages
from hinterland.planning.greedy import plan_greedily, round_up
from hinterland.planning.problem import Counts, Floats, Problem

BUDGET, REACH, MARKETS, LEAST, MOST, MUST = "budget", "reach", "max_markets", "min_creators", "max_creators", "must"


class Rows(NamedTuple):
    """Rows that say `matrix @ variables <= upper`, all for one limit."""

    limit: str
    matrix: sparse.csr_array
    upper: Floats


@dataclass(frozen=True)
class MixedIntegerProgram:
    """Minimise `cost`, keep all `rows`; variables are choices, people won per step, then markets chosen (if asked).

    People are counted in `scale`, so that coefficients are near 1.
    """

    cost: Floats
    upper: Floats
    integrality: Counts
    rows: tuple[Rows, ...]
    scale: float


def write_program(problem: Problem) -> MixedIntegerProgram:
    """Write a plan as a mixed-integer linear program."""
    scale = max(float(problem.reach.max()) if problem.reach.nnz else 1.0, 1.0)
    choices, cells = len(problem.price), problem.widths.size
    indicators = problem.markets if problem.rules.choosing else 0
    cost = np.r_[np.zeros(choices), -problem.worths.ravel(), np.zeros(indicators)]
    upper = np.r_[problem.units, problem.widths.ravel() / scale, np.ones(indicators)]
    integrality = np.r_[np.ones(choices), np.zeros(cells), np.ones(indicators)].astype(np.int64)
    return MixedIntegerProgram(cost, upper, integrality, tuple(_rows(problem, scale)), scale)


def capped_reach(problem: Problem) -> sparse.csr_array:
    """Let no choice reach more people than a market has to win: the same plans, a far tighter relaxation."""
    reach = problem.reach.copy()
    reach.data = np.minimum(reach.data, problem.widths.sum(axis=1)[reach.indices])
    return reach


def _rows(problem: Problem, scale: float) -> Iterator[Rows]:
    rules, markets = problem.rules, problem.markets
    membership = _indicator(problem.home, markets)
    steps = problem.widths.shape[1]
    per_market = sparse.kron(sparse.eye_array(markets), np.ones((1, steps)), format="csr")
    yield _row(problem, BUDGET, sparse.csr_array(problem.price[None, :]), [rules.budget])
    yield _row(problem, REACH, -(capped_reach(problem).T / scale), np.zeros(markets), won=per_market)
    if rules.choosing:
        yield from _choosing_rows(problem, membership, scale)
    elif rules.most is not None:
        yield _row(problem, MOST, membership, np.full(markets, float(rules.most)))
    if rules.must:
        must = list(rules.must)
        yield _row(problem, MUST, -membership[must], np.full(len(must), -1.0))
    for share in rules.shares:
        groups = _indicator(share.group, int(share.group.max(initial=-1)) + 1)
        yield _row(problem, share.limit, groups * problem.price[None, :], np.full(groups.shape[0], share.cap))


def _choosing_rows(problem: Problem, membership: sparse.csr_array, scale: float) -> Iterator[Rows]:
    """Tie people, creators and chosen markets together."""
    rules, markets = problem.rules, problem.markets
    eye, none = sparse.eye_array(markets, format="csr"), np.zeros(markets)
    available = np.bincount(problem.home, problem.units, markets)
    most = available if rules.most is None else np.minimum(available, rules.most)
    steps = problem.widths.shape[1]
    spread = sparse.kron(sparse.eye_array(markets), np.ones((steps, 1)), format="csr")
    full = sparse.diags_array(-(problem.widths / scale).ravel()) @ spread
    won = sparse.eye_array(problem.widths.size, format="csr")
    yield _row(problem, REACH, None, np.zeros(problem.widths.size), won=won, chosen=full)
    yield _row(problem, MOST, membership, none, chosen=-sparse.diags_array(most.astype(float)))
    # each creator pins its market: the program is far tighter than by counts alone
    pinned = -_indicator(problem.home, markets).T.multiply(problem.units[:, None])
    yield _row(problem, REACH, sparse.eye_array(len(problem.price)), np.zeros(len(problem.price)), chosen=pinned)
    if rules.least > 0:
        yield _row(problem, LEAST, -membership, none, chosen=rules.least * eye)
    if rules.markets is not None:
        yield _row(problem, MARKETS, None, [float(rules.markets)], chosen=np.ones((1, markets)))


def _indicator(group: Counts, groups: int) -> sparse.csr_array:
    """Mark the group of each choice, (groups, choices)."""
    return sparse.csr_array((np.ones(len(group)), (group, np.arange(len(group)))), shape=(groups, len(group)))


def _row(
    problem: Problem,
    limit: str,
    choices: sparse.sparray | None,
    upper: Floats | list[float],
    **blocks: sparse.sparray,
) -> Rows:
    """Lay the blocks of a row side by side; what is not given is zero."""
    upper = np.asarray(upper, dtype=float)
    widths = {"choices": len(problem.price), "won": problem.widths.size, "chosen": problem.markets}
    if not problem.rules.choosing:
        del widths["chosen"]
    columns = {"choices": choices, **blocks}
    parts = [
        sparse.csr_array((len(upper), width)) if columns.get(name) is None else sparse.csr_array(columns[name])
        for name, width in widths.items()
    ]
    return Rows(limit, sparse.hstack(parts, format="csr"), upper)


INFEASIBLE = 2
# shares of the time the relaxation may take, and the search among the markets it chooses
RELAXING, NARROWED = 0.4, 0.2
# chosen at all, in a relaxation
CHOSEN_FROM = 1e-6
# columns beyond which HiGHS, without limits that name markets, forgets the time (150 s instead of 50) and finds nothing
LARGE = 20_000


@dataclass(frozen=True)
class Solution:
    """How many of each choice to take; no plan can be worth more than `bound`."""

    counts: Counts
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
    plans = [plan_greedily(problem), round_up(problem, parts)]
    if problem.rules.choosing and not relaxed.status:
        markets = relaxed.x[-problem.markets :] > CHOSEN_FROM
        # where nothing is left to choose from, nothing is chosen
        if markets.any():
            plans.append(_among(problem, markets, seconds=NARROWED * seconds, gap=gap))
    best = _best(problem, plans, bound)
    if best and (best.gap <= gap or (len(program.cost) > LARGE and not problem.rules.choosing)):
        return best
    result = minimise(program, program.cost, seconds=(1 - RELAXING - NARROWED) * seconds, gap=gap)
    if result.status == INFEASIBLE:
        return None
    plans.append(_counts_of(result, problem))
    proved = getattr(result, "mip_dual_bound", None)
    best = _best(problem, plans, bound if proved is None else min(bound, -float(proved) * program.scale))
    if best is None:
        raise TimeLimitError(plan_messages.out_of_time(seconds))
    return best


def _among(problem: Problem, markets: NDArray[np.bool_], *, seconds: float, gap: float) -> Counts | None:
    """Find the best plan in a few of the markets: far fewer choices, so it takes no time."""
    narrow, rows = problem.within(np.flatnonzero(markets))
    program = write_program(narrow)
    # the bound it is measured by is that of all markets: half the gap leaves room for what these few miss
    counts = _counts_of(minimise(program, program.cost, seconds=seconds, gap=gap / 2), narrow)
    if counts is None:
        return None
    plan = np.zeros(len(problem.price), dtype=np.int64)
    plan[rows] = counts
    return plan


def _best(problem: Problem, plans: list[Counts | None], bound: float) -> Solution | None:
    allowed = [plan for plan in plans if plan is not None and problem.allows(plan)]
    if not allowed:
        return None
    best = max(allowed, key=problem.value)
    value = problem.value(best)
    return Solution(best, value, max(value, bound))


def _relax(program: MixedIntegerProgram, *, seconds: float) -> Any:  # noqa: ANN401 - scipy's own result
    """Let every choice be taken in part."""
    matrix, upper = _stack(program)
    bounds = np.c_[np.zeros(len(program.upper)), program.upper]
    return scipy.optimize.linprog(
        program.cost, matrix, upper, bounds=bounds, method="highs-ds", options={"time_limit": seconds}
    )


def _stack(program: MixedIntegerProgram) -> tuple[sparse.csr_array, Floats]:
    matrix = sparse.vstack([rows.matrix for rows in program.rows], format="csr")
    return matrix, np.concatenate([rows.upper for rows in program.rows])


def minimise(program: MixedIntegerProgram, cost: Floats, *, seconds: float, gap: float) -> Any:  # noqa: ANN401 - scipy's own result
    """Run HiGHS on a program with another cost."""
    matrix, upper = _stack(program)
    return scipy.optimize.milp(
        cost,
        integrality=program.integrality,
        bounds=scipy.optimize.Bounds(0, program.upper),
        constraints=scipy.optimize.LinearConstraint(matrix, -np.inf, upper),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )


def _counts_of(result: Any, problem: Problem) -> Counts | None:  # noqa: ANN401 - the same
    return None if result.x is None else np.rint(result.x[: len(problem.price)]).astype(np.int64)


def _loosest(problem: Problem) -> float:
    """Bound the value by hand: each choice at its best, the last one in part."""
    alone = (capped_reach(problem) @ problem.worths.max(axis=1)) * problem.units
    money = problem.price * problem.units
    order = np.argsort(-alone / np.maximum(money, 1e-12), kind="stable")
    before = np.cumsum(money[order]) - money[order]
    part = np.clip((problem.rules.budget - before) / np.maximum(money[order], 1e-12), 0, 1)
    total = float((problem.widths * problem.worths).sum())
    return min(total, float((part * alone[order]).sum()))


PROBE_SECONDS = 5.0
TOLERANCE = 1e-6


def find_relaxations(problem: Problem) -> dict[str, float | None]:
    """Give, for each limit that alone stands in the way, by how much it must be loosened.

    Each limit in turn may be exceeded, at a cost, while all others hold; one that cannot help is left out, and one
    that time ran out for is None: it may help. Limits are the names of the program's rows (budget, max_markets,
    min_creators, max_creators, must, and those of shares).
    """
    program = write_program(problem)
    limits = {rows.limit: None for rows in program.rows if rows.limit != REACH}
    excesses = {limit: _least_excess(program, limit) for limit in limits}
    return {limit: excess for limit, excess in excesses.items() if excess != np.inf}


def _least_excess(program: MixedIntegerProgram, limit: str) -> float | None:
    """Find the least by which the rows of a limit must be exceeded; infinite if that is no help, None if unsure."""
    elastic = MixedIntegerProgram(
        cost=np.r_[np.zeros(len(program.cost)), 1.0],
        upper=np.r_[program.upper, np.inf],
        integrality=np.r_[program.integrality, 0],
        rows=tuple(_widened(program, limit)),
        scale=program.scale,
    )
    result = minimise(elastic, elastic.cost, seconds=PROBE_SECONDS, gap=TOLERANCE)
    if result.x is None:
        return np.inf if result.status == INFEASIBLE else None
    return float(result.x[-1])


def _widened(program: MixedIntegerProgram, limit: str) -> Iterator[Rows]:
    for rows in program.rows:
        slack = np.full((len(rows.upper), 1), -1.0 if rows.limit == limit else 0.0)
        yield Rows(rows.limit, sparse.hstack([rows.matrix, sparse.csr_array(slack)], format="csr"), rows.upper)
