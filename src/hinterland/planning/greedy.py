"""A plan without a solver: take what wins most per unit of money, until nothing fits any more."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from hinterland.planning.problem import ROUNDING, Counts, Floats, Problem

Move = tuple[int, ...]

# solvers return 1 as .9999999
ROUND_UP = 1e-6


def plan_greedily(problem: Problem) -> Counts | None:
    """Give the better of ratio-greedy and greedy after the best single choice; None if the musts do not fit.

    Without limits on markets and on creators per market it is worth at least 1 - 1/sqrt(e) = .393 of the best plan
    (Lin & Bilmes 2010, "Multi-document summarization via budgeted maximization of submodular functions").
    """
    moves, none = list(_moves(problem)), np.zeros(len(problem.price), dtype=np.int64)
    plans = [_fill(problem, moves, none, single_first=single) for single in (False, True)]
    return max((plan for plan in plans if plan is not None), key=problem.value, default=None)


def round_up(problem: Problem, parts: Floats) -> Counts | None:
    """Make a plan of one that takes choices in part: drop the parts, and markets left with too few, then go on."""
    counts = np.floor(parts + ROUND_UP).astype(np.int64)
    counts[problem.count(counts)[problem.home] < problem.rules.least] = 0
    return _fill(problem, list(_moves(problem)), counts, single_first=False)


class _GreedyPlan:
    """A plan in the making, in plain numbers: the loop asks for one at a time."""

    def __init__(self, problem: Problem) -> None:
        reach = problem.reach
        cells = list(zip(reach.indices.tolist(), reach.data.tolist(), strict=True))
        ends = reach.indptr.tolist()
        self.rules, self.choosing = problem.rules, problem.rules.choosing
        self.rows = [cells[start:end] for start, end in pairwise(ends)]
        self.price, self.units, self.home = problem.price.tolist(), problem.units.tolist(), problem.home.tolist()
        self.steps = [list(zip(*step, strict=True)) for step in zip(problem.widths.tolist(), problem.worths.tolist())]  # noqa: B905
        self.taken, self.count = Counter[int](), Counter[int]()
        self.covered: dict[int, float] = defaultdict(float)
        self.groups = [(share.group.tolist(), share.cap, defaultdict[int, float](float)) for share in self.rules.shares]
        self.spent = 0.0

    def cost(self, move: Move) -> float:
        return float(sum(self.price[choice] for choice in move))

    def gain(self, move: Move) -> float:
        """Value what a move adds in markets that are, or would be, chosen."""
        added: dict[int, float] = defaultdict(float)
        for choice in move:
            for market, people in self.rows[choice]:
                added[market] += people
        home = self.home[move[0]]
        return sum(
            self._worth(market, self.covered[market] + people) - self._worth(market, self.covered[market])
            for market, people in added.items()
            if not self.choosing or market == home or self.count[market]
        )

    def ratio(self, move: Move) -> float:
        """Give the gain per unit of money."""
        return self.gain(move) / max(self.cost(move), 1e-9)

    def _worth(self, market: int, people: float) -> float:
        total = 0.0
        for width, worth in self.steps[market]:
            total += min(people, width) * worth
            people -= width
            if people <= 0:
                break
        return total

    def early(self, move: Move) -> bool:
        """Tell whether a move has too few creators to open its market."""
        return self.count[self.home[move[0]]] + len(move) < self.rules.least

    def fits(self, move: Move) -> bool:
        """Tell whether a move keeps every rule."""
        rules, cost, home = self.rules, self.cost(move), self.home[move[0]]
        markets = len(self.count) + (home not in self.count)
        return (
            not self.early(move)
            and self.spent + cost <= rules.budget * (1 + ROUNDING)
            and (rules.most is None or self.count[home] + len(move) <= rules.most)
            and (rules.markets is None or markets <= rules.markets)
            and all(self.left(choice) >= taken for choice, taken in Counter(move).items())
            and all(sums[group[move[0]]] + cost <= cap * (1 + ROUNDING) for group, cap, sums in self.groups)
        )

    def left(self, choice: int) -> int:
        """Count the units of a choice not yet taken."""
        return int(self.units[choice]) - self.taken[choice]

    def take(self, move: Move) -> None:
        """Add a move to the plan."""
        for choice in move:
            self.taken[choice] += 1
            for market, people in self.rows[choice]:
                self.covered[market] += people
        self.count[self.home[move[0]]] += len(move)
        self.spent += self.cost(move)
        for group, _, sums in self.groups:
            sums[group[move[0]]] += self.cost(move)


def _moves(problem: Problem) -> Iterator[Move]:
    """List every choice alone and, where a market opens with several creators only, bundles that open it."""
    yield from ((choice,) for choice in range(len(problem.price)))
    if problem.rules.least > 1:
        yield from _openings(problem, range(problem.markets), problem.rules.least)


def _openings(problem: Problem, markets: Iterable[int], size: int) -> Iterator[Move]:
    """Bundle the `size` cheapest choices of each market, and the `size` that reach most per unit of money."""
    worth = np.minimum(problem.reach @ problem.worths[:, 0], 1e300) / np.maximum(problem.price, 1e-9)
    for order in (np.argsort(problem.price, kind="stable"), np.argsort(-worth, kind="stable")):
        ranked = order[np.argsort(problem.home[order], kind="stable")]
        ends = np.searchsorted(problem.home[ranked], np.arange(problem.markets + 1))
        for market in markets:
            choices = ranked[ends[market] : ends[market + 1]]
            bundle = np.repeat(choices, np.minimum(problem.units[choices], size))[:size]
            if len(bundle) == size:
                yield tuple(bundle.tolist())


def _fill(problem: Problem, moves: list[Move], start: Counts, *, single_first: bool) -> Counts | None:
    draft = _GreedyPlan(problem)
    for choice in np.repeat(np.arange(len(start)), start).tolist():
        draft.take((choice,))
    if not _seed(draft, problem):
        return None
    if single_first:
        fitting = [move for move in moves if draft.fits(move)]
        draft.take(max(fitting, key=draft.gain)) if fitting else None
    _climb(draft, moves)
    counts = np.zeros(len(problem.price), dtype=np.int64)
    counts[list(draft.taken)] = list(draft.taken.values())
    return counts


def _seed(draft: _GreedyPlan, problem: Problem) -> bool:
    """Open every market that must be chosen, as cheaply as can be; False if that breaks a rule."""
    size = max(problem.rules.least, 1)
    cheapest = {draft.home[move[0]]: move for move in reversed(list(_openings(problem, problem.rules.must, size)))}
    for market in problem.rules.must:
        if draft.count[market] >= size:
            continue
        if market not in cheapest or not draft.fits(cheapest[market]):
            return False
        draft.take(cheapest[market])
    return True


def _climb(draft: _GreedyPlan, moves: list[Move]) -> None:
    """Take moves by gain per money, each valued anew when its turn comes: gains only fall as the plan grows."""
    heap = [(-draft.ratio(move), number) for number, move in enumerate(moves)]
    heapq.heapify(heap)
    early: dict[int, list[tuple[float, int]]] = defaultdict(list)
    while heap:
        stale, number = heapq.heappop(heap)
        move = moves[number]
        if draft.early(move):
            early[draft.home[move[0]]].append((stale, number))
            continue
        if not draft.fits(move) or (ratio := draft.ratio(move)) <= 0:
            continue
        if heap and ratio < -heap[0][0]:
            heapq.heappush(heap, (-ratio, number))
            continue
        draft.take(move)
        for waiting in [(-ratio, number), *early.pop(draft.home[move[0]], [])]:
            heapq.heappush(heap, waiting)
