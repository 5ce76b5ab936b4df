"""Why no plan keeps every rule: which limit to loosen, and by how much."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from hinterland.plan.problem import Problem
from hinterland.plan.program import REACH, Program, Rows, write_program
from hinterland.plan.solve import INFEASIBLE, minimise

PROBE_SECONDS = 5.0
TOLERANCE = 1e-6


def find_looser(problem: Problem) -> dict[str, float | None]:
    """Give, for each limit that alone stands in the way, by how much it must be loosened.

    Each limit in turn may be exceeded, at a cost, while all others hold; one that cannot help is left out, and one
    that time ran out for is None: it may help. Limits are the names of the program's rows (budget, max_markets,
    min_creators, max_creators, must, and those of shares).
    """
    program = write_program(problem)
    limits = {rows.limit: None for rows in program.rows if rows.limit != REACH}
    found = {limit: _least_excess(program, limit) for limit in limits}
    return {limit: excess for limit, excess in found.items() if excess != np.inf}


def _least_excess(program: Program, limit: str) -> float | None:
    """Find the least by which the rows of a limit must be exceeded; infinite if that is no help, None if unsure."""
    elastic = Program(
        cost=np.r_[np.zeros(len(program.cost)), 1.0],
        upper=np.r_[program.upper, np.inf],
        whole=np.r_[program.whole, 0],
        rows=tuple(_widened(program, limit)),
        scale=program.scale,
    )
    result = minimise(elastic, elastic.cost, seconds=PROBE_SECONDS, gap=TOLERANCE)
    if result.x is None:
        return np.inf if result.status == INFEASIBLE else None
    return float(result.x[-1])


def _widened(program: Program, limit: str) -> Iterator[Rows]:
    for rows in program.rows:
        slack = np.full((len(rows.upper), 1), -1.0 if rows.limit == limit else 0.0)
        yield Rows(rows.limit, sparse.hstack([rows.matrix, sparse.csr_array(slack)], format="csr"), rows.upper)
