"""Run a step over parts and merge what it gives, in part order; knows no stage."""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def run(parts: Iterable[Part], step: Callable[[Part], Result], merge: Callable[[Result, Result], Result]) -> Result:
    """Map `step` over the parts on this machine, one at a time, and merge the results in part order."""
    return reduce(merge, map(step, parts))
