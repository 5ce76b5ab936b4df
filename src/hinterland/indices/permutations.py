"""How unusual a sum over neighbours is, against values in random order.

With equally many neighbours everywhere all markets share one reference, so 99,999 draws cost what one market's would.
The 999 that esda makes for each can hardly pass a false discovery rate over 34,000 markets, and reseed all of numpy.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Drawn = NDArray[np.intp]

DRAWS = 99_999
# sums of the same values in another order differ in the last digits, and ties must stay ties
DIGITS = 9


def draw(count: int, size: int, *, seed: int, draws: int = DRAWS) -> Drawn:
    """Draw `size` different rows of `count`, in random order, (draws, size).

    Source: Floyd's sampling, Bentley & Floyd 1987, 10.1145/30401.315746.
    """
    rng = np.random.default_rng(seed)
    drawn = np.empty((draws, size), dtype=np.intp)
    for column, last in enumerate(range(count - size, count)):
        pick = rng.integers(0, last, draws, endpoint=True)
        taken = (drawn[:, :column] == pick[:, None]).any(axis=1)
        drawn[:, column] = np.where(taken, last, pick)
    return rng.permuted(drawn, axis=1)


def total_p(values: Floats, observed: Floats, drawn: Drawn) -> Floats:
    """Give the two-sided p of each observed sum, against sums of drawn values."""
    sums = np.sort(values[drawn].sum(axis=1).round(DIGITS))
    return _two_sided(*_tails(sums, observed.round(DIGITS)), len(sums))


def conditional_p(values: Floats, observed: Floats, drawn: Drawn) -> Floats:
    """Give the two-sided p of each observed sum over others, against sums of all drawn values but the last.

    A market is not its own neighbour: where a draw holds it, the last drawn takes its place.
    """
    chosen, spare = drawn[:, :-1], values[drawn[:, -1]]
    sums, seen = values[chosen].sum(axis=1), observed.round(DIGITS)
    below, above = _tails(np.sort(sums.round(DIGITS)), seen)
    market, size = chosen.ravel(), chosen.shape[1]
    was = np.repeat(sums, size)
    now = (was - values[market] + np.repeat(spare, size)).round(DIGITS)
    was = was.round(DIGITS)
    below = below + _change(market, now <= seen[market], was <= seen[market], len(values))
    above = above + _change(market, now >= seen[market], was >= seen[market], len(values))
    return _two_sided(below, above, len(sums))


def _tails(ordered: Floats, observed: Floats) -> tuple[Floats, Floats]:
    below = np.searchsorted(ordered, observed, side="right").astype(float)
    return below, len(ordered) - np.searchsorted(ordered, observed, side="left").astype(float)


def _change(market: Drawn, now: NDArray[np.bool_], was: NDArray[np.bool_], count: int) -> Floats:
    return np.bincount(market, now.astype(float) - was, minlength=count).astype(float)


def _two_sided(below: Floats, above: Floats, draws: int) -> Floats:
    return np.minimum(1.0, 2 * (np.minimum(below, above) + 1) / (draws + 1))
