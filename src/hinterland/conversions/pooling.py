"""Cells that know little borrow from the others: a normal hierarchy on logarithms, its spread averaged over."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# spread between cells (ln): from none to tenfold; half-normal prior of one, a factor of 2.7
SPREADS = np.linspace(0.0, 2.5, 51)
DRAWS = 4_000


@dataclass(frozen=True)
class Cells:
    """One estimate per tier and platform: `table` (creators, per) by them, and ln rate with its standard error."""

    table: pd.DataFrame
    ln_rate: Floats
    error: Floats


def pool(cells: Cells, rng: np.random.Generator) -> Floats:
    """Draw ln rates of all cells from their joint posterior: (draws, cells)."""
    if cells.table.empty:
        return np.empty((DRAWS, 0))
    variance = SPREADS[:, None] ** 2 + cells.error**2
    weight = 1 / variance
    common = (weight * cells.ln_rate).sum(axis=1) / weight.sum(axis=1)
    fit = -0.5 * (np.log(variance) + (cells.ln_rate - common[:, None]) ** 2 * weight).sum(axis=1)
    fit -= 0.5 * np.log(weight.sum(axis=1)) + 0.5 * SPREADS**2
    chance = np.exp(fit - fit.max())
    at = rng.choice(len(SPREADS), DRAWS, p=chance / chance.sum())
    mean = common[at] + rng.standard_normal(DRAWS) / np.sqrt(weight.sum(axis=1))[at]
    own = SPREADS[at, None] ** 2 / variance[at]
    middle = own * cells.ln_rate + (1 - own) * mean[:, None]
    return np.asarray(middle + rng.standard_normal(middle.shape) * np.sqrt(own) * cells.error, float)
