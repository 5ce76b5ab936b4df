"""The rows and columns of a plan's mixed-integer program, sparse, each row named after the limit it stands for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from hinterland.plan.problem import Counts, Floats, Problem

BUDGET, REACH, MARKETS, LEAST, MOST, MUST = "budget", "reach", "max_markets", "min_creators", "max_creators", "must"


class Rows(NamedTuple):
    """Rows that say `matrix @ variables <= upper`, all for one limit."""

    limit: str
    matrix: sparse.csr_array
    upper: Floats


@dataclass(frozen=True)
class Program:
    """Minimise `cost`, keep all `rows`; variables are choices, people won per step, then markets chosen (if asked).

    People are counted in `scale`, so that coefficients are near 1.
    """

    cost: Floats
    upper: Floats
    whole: Counts
    rows: tuple[Rows, ...]
    scale: float


def write_program(problem: Problem) -> Program:
    """Write a plan as a mixed-integer linear program."""
    scale = max(float(problem.reach.max()) if problem.reach.nnz else 1.0, 1.0)
    choices, cells = len(problem.price), problem.widths.size
    chosen = problem.markets if problem.rules.choosing else 0
    cost = np.r_[np.zeros(choices), -problem.worths.ravel(), np.zeros(chosen)]
    upper = np.r_[problem.units, problem.widths.ravel() / scale, np.ones(chosen)]
    whole = np.r_[np.ones(choices), np.zeros(cells), np.ones(chosen)].astype(np.int64)
    return Program(cost, upper, whole, tuple(_rows(problem, scale)), scale)


def capped_reach(problem: Problem) -> sparse.csr_array:
    """Let no choice reach more people than a market has to win: the same plans, a far tighter relaxation."""
    reach = problem.reach.copy()
    reach.data = np.minimum(reach.data, problem.widths.sum(axis=1)[reach.indices])
    return reach


def _rows(problem: Problem, scale: float) -> Iterator[Rows]:
    rules, markets = problem.rules, problem.markets
    own = _indicator(problem.home, markets)
    steps = problem.widths.shape[1]
    per_market = sparse.kron(sparse.eye_array(markets), np.ones((1, steps)), format="csr")
    yield _row(problem, BUDGET, sparse.csr_array(problem.price[None, :]), [rules.budget])
    yield _row(problem, REACH, -(capped_reach(problem).T / scale), np.zeros(markets), won=per_market)
    if rules.choosing:
        yield from _choosing_rows(problem, own, scale)
    elif rules.most is not None:
        yield _row(problem, MOST, own, np.full(markets, float(rules.most)))
    if rules.must:
        must = list(rules.must)
        yield _row(problem, MUST, -own[must], np.full(len(must), -1.0))
    for share in rules.shares:
        groups = _indicator(share.group, int(share.group.max(initial=-1)) + 1)
        yield _row(problem, share.limit, groups * problem.price[None, :], np.full(groups.shape[0], share.cap))


def _choosing_rows(problem: Problem, own: sparse.csr_array, scale: float) -> Iterator[Rows]:
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
    yield _row(problem, MOST, own, none, chosen=-sparse.diags_array(most.astype(float)))
    # each creator pins its market: the program is far tighter than by counts alone
    pinned = -_indicator(problem.home, markets).T.multiply(problem.units[:, None])
    yield _row(problem, REACH, sparse.eye_array(len(problem.price)), np.zeros(len(problem.price)), chosen=pinned)
    if rules.least > 0:
        yield _row(problem, LEAST, -own, none, chosen=rules.least * eye)
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
    given = {"choices": choices, **blocks}
    parts = [
        sparse.csr_array((len(upper), width)) if given.get(name) is None else sparse.csr_array(given[name])
        for name, width in widths.items()
    ]
    return Rows(limit, sparse.hstack(parts, format="csr"), upper)
