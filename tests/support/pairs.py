"""A small table of runs in which every two values of every two options meet."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np


def pairwise_runs(options: Mapping[str, Sequence[Any]], *, seed: int = 0, tries: int = 40) -> list[dict[str, Any]]:
    """Give runs, one value of each option in each, until every pair of values was in one; the same each time."""
    rng = np.random.default_rng(seed)
    names = sorted(options)
    sizes = [len(options[name]) for name in names]
    ends = list(combinations(range(len(names)), 2))
    missing = {(a, i, b, j) for a, b in ends for i in range(sizes[a]) for j in range(sizes[b])}
    runs = []
    while missing:
        first = min(missing)
        drafts = rng.integers(0, sizes, (tries, len(names)))
        drafts[:, [first[0], first[2]]] = first[1], first[3]
        met = [{(a, int(row[a]), b, int(row[b])) for a, b in ends} & missing for row in drafts]
        best = max(range(tries), key=lambda at: len(met[at]))
        missing -= met[best]
        runs.append({name: options[name][at] for name, at in zip(names, drafts[best], strict=True)})
    return runs
