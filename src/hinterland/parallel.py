"""Run a step over parts and merge what it gives, in part order; knows no stage."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def run(parts: Iterable[Part], step: Callable[[Part], Result], merge: Callable[[Result, Result], Result]) -> Result:
    """Map `step` over the parts on this machine, one at a time, and merge the results in part order."""
    return reduce(merge, map(step, parts))


def side_by_side(step: Callable[[Part], Result], items: Iterable[Part]) -> list[Result]:
    """Run a numerical step on several items at once, one thread a processor; results in the order of the items."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(step, items))
