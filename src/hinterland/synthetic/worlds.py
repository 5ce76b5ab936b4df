"""Planted worlds: markets whose true saturation is known, because we made it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.errors import UnknownNameError
from hinterland.geo import on_sphere
from hinterland.tables import MARKETS

Floats = NDArray[np.float64]

GIANTS, GIANTS_BY = 150, 2.5
CAP = 1_000
SWALLOWED, SUBURB_CHORD = 0.5, 60 / 6_371
MISPLACED = 0.3
FOUND_WITH_SIZE = 0.7


@dataclass(frozen=True)
class Scenario:
    """How a world is planted: creators in all, size exponent, sameness k, spread between countries.

    `distort` is what happens to the counts between the world and the list.
    """

    creators: int = 60_000
    beta: float = 1.1
    k: float = 3.0
    sigma: float = 0.8
    crowded_giants: bool = False
    distort: Callable[[Floats, pd.DataFrame, np.random.Generator], Floats] | None = None


@dataclass(frozen=True)
class World:
    """A planted world: creators seen, and the truth beside them; all indexed by market_id."""

    creators: "pd.Series[float]"
    expected: "pd.Series[float]"
    saturation: "pd.Series[float]"
    levels: "pd.Series[float]"
    scenario: Scenario


def _cap(seen: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Keep at most 1,000 creators of each country, as a top list does."""
    country, codes = pd.factorize(markets["country_code"], sort=True)
    totals = np.bincount(country, seen, len(codes))
    share = np.minimum(1.0, CAP / np.maximum(totals, 1))
    return rng.binomial(seen.astype(int), share[country]).astype(float)


def _swallow_suburbs(seen: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Let half of the creators near one of the largest cities name that city as their home."""
    people = markets["population"].to_numpy(float)
    spots = on_sphere(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
    moved = seen.copy()
    for giant in np.argsort(-people)[:GIANTS]:
        near = (np.linalg.norm(spots - spots[giant], axis=1) < SUBURB_CHORD) & (people < people[giant])
        leaving = rng.binomial(moved[near].astype(int), SWALLOWED)
        moved[near] -= leaving
        moved[giant] += leaving.sum()
    return moved


def _misplace(seen: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Put 30 % of the creators into a random market of their country, by its size."""
    leaving = rng.binomial(seen.astype(int), MISPLACED)
    arriving = np.zeros_like(seen)
    people = markets["population"].to_numpy(float)
    country, codes = pd.factorize(markets["country_code"], sort=True)
    lost = np.bincount(country, leaving, len(codes)).astype(int)
    for code in np.flatnonzero(lost):
        own = np.flatnonzero(country == code)
        arriving[own] += rng.multinomial(lost[code], people[own] / people[own].sum())
    return seen - leaving + arriving


def _find_in_cities(seen: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Find creators the more easily the larger their city: as size to the power 0.7, every one in the largest."""
    people = markets["population"].to_numpy(float)
    return rng.binomial(seen.astype(int), (people / people.max()) ** FOUND_WITH_SIZE).astype(float)


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "plain": Scenario(),
        "sparse": Scenario(creators=5_000),
        "flat": Scenario(beta=0.9),
        "steep": Scenario(beta=1.25),
        "giants": Scenario(crowded_giants=True),
        "capped": Scenario(distort=_cap),
        "suburbs": Scenario(distort=_swallow_suburbs),
        "misplaced": Scenario(distort=_misplace),
        "detection": Scenario(sigma=1.6),
        "big_cities": Scenario(creators=1_000_000, distort=_find_in_cities),
        "nothing": Scenario(k=1e6),
    }
)


def plant_world(markets: pd.DataFrame, scenario: str, *, seed: int) -> World:
    """Draw country levels, saturations and creators over real markets.

    `saturation` is the true theta: 1 = as many creators as expected, `expected` the true E, and `levels` the
    true exp(a_c - a) of each country code.

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
    level = rng.normal(0, planted.sigma, len(codes))
    expected = np.exp(level[country] + planted.beta * np.log(ordered["internet_users"].to_numpy(float)))
    expected *= planted.creators / expected.sum()
    theta = rng.gamma(planted.k, 1 / planted.k, len(ordered))
    if planted.crowded_giants:
        largest = np.argsort(-ordered["internet_users"].to_numpy(float), kind="stable")[:GIANTS]
        theta[rng.choice(largest, GIANTS // 2, replace=False)] *= GIANTS_BY
    seen = rng.poisson(expected * theta).astype(float)
    seen = planted.distort(seen, ordered, rng) if planted.distort else seen
    truth = pd.DataFrame({"creators": seen, "expected": expected, "saturation": theta}, index=ordered.index)
    levels = pd.Series(np.exp(level), pd.Index(codes, name="country_code"))
    return World(truth["creators"], truth["expected"], truth["saturation"], levels, planted)
