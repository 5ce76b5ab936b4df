"""Planted worlds: markets whose true saturation is known, because we made it."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from hinterland.errors import UnknownNameError
from hinterland.tables import MARKETS


@dataclass(frozen=True)
class Scenario:
    """How a world is planted: creators in all, size exponent, sameness k, spread between countries."""

    creators: int = 60_000
    beta: float = 1.1
    k: float = 3.0
    sigma: float = 0.8


SCENARIOS = MappingProxyType(
    {
        "plain": Scenario(),
        "sparse": Scenario(creators=5_000),
        "flat": Scenario(beta=0.9),
        "steep": Scenario(beta=1.25),
    }
)


@dataclass(frozen=True)
class World:
    """A planted world: creators seen, and the truth beside them; all indexed by market_id."""

    creators: "pd.Series[float]"
    expected: "pd.Series[float]"
    saturation: "pd.Series[float]"
    scenario: Scenario


def plant_world(markets: pd.DataFrame, scenario: str, *, seed: int) -> World:
    """Draw country levels, saturations and creators over real markets.

    `saturation` is the true theta: 1 = as many creators as expected, and `expected` the true E.

    Raises
    ------
    UnknownNameError
        For a scenario that is not there.
    """
    if scenario not in SCENARIOS:
        raise UnknownNameError(f"no scenario {scenario!r}: choose from {', '.join(sorted(SCENARIOS))}")
    planted, rng = SCENARIOS[scenario], np.random.default_rng(seed)
    ordered = MARKETS.check(markets).sort_index()
    country, codes = pd.factorize(ordered["country_code"], sort=True)
    level = rng.normal(0, planted.sigma, len(codes))[country]
    expected = np.exp(level + planted.beta * np.log(ordered["internet_users"].to_numpy(float)))
    expected *= planted.creators / expected.sum()
    theta = rng.gamma(planted.k, 1 / planted.k, len(ordered))
    seen = rng.poisson(expected * theta).astype(float)
    columns = pd.DataFrame({"creators": seen, "expected": expected, "saturation": theta}, index=ordered.index)
    return World(columns["creators"], columns["expected"], columns["saturation"], planted)
