"""Planted worlds: markets whose true saturation is known, because we made it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from hinterland.errors import UnknownNameError
from hinterland.geo import EARTH_RADIUS_KM, on_sphere
from hinterland.schemas import MARKETS

Floats = NDArray[np.float64]

GIANTS = 150
CAP = 1_000
SWALLOWED, SUBURB_KM = 0.5, 60
DETECTION_EXPONENT = 0.7
STEP_POPULATION, STEP_DETECTION = 100_000, 0.25
DIRECTORY_COUNTRIES, DIRECTORY_CITIES = 40, 10


class Distortion(Protocol):
    """Turns the creators there are in each market (whole numbers) into those a list has there."""

    def __call__(self, creators: Floats, markets: pd.DataFrame, rng: np.random.Generator, /) -> Floats:
        """Distort the counts of the MARKETS table."""


def cap_countries(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Keep at most 1,000 creators of each country, as a top list does.

    Parameters
    ----------
    creators
        Creators there are in each row of `markets`.
    markets
        MARKETS table: country_code.

    Returns
    -------
    Creators that are listed; where there are more, chance keeps 1,000 of a country on average.
    """
    country, codes = pd.factorize(markets["country_code"], sort=True)
    totals = np.bincount(country, creators, len(codes))
    share = np.minimum(1.0, CAP / np.maximum(totals, 1))
    return rng.binomial(creators.astype(int), share[country]).astype(float)


def swallow_suburbs(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Let half of the creators near one of the largest cities name that city as their home.

    Parameters
    ----------
    creators
        Creators there are in each row of `markets`.
    markets
        MARKETS table: population, longitude, latitude.

    Returns
    -------
    Creators by where they say they live; all of them together are as many.
    """
    people = markets["population"].to_numpy(float)
    spots = on_sphere(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
    moved = creators.copy()
    for giant in np.argsort(-people)[:GIANTS]:
        reach = np.linalg.norm(spots - spots[giant], axis=1) < SUBURB_KM / EARTH_RADIUS_KM
        near = reach & (people < people[giant])
        leaving = rng.binomial(moved[near].astype(int), SWALLOWED)
        moved[near] -= leaving
        moved[giant] += leaving.sum()
    return moved


def _misplace(creators: Floats, markets: pd.DataFrame, share: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw those who leave each market, a share of its creators, and those who arrive: anywhere in their country."""
    leaving = rng.binomial(creators.astype(int), share).astype(float)
    arriving = np.zeros_like(creators)
    people = markets["population"].to_numpy(float)
    country, codes = pd.factorize(markets["country_code"], sort=True)
    lost = np.bincount(country, leaving, len(codes)).astype(int)
    for code in np.flatnonzero(lost):
        inside = np.flatnonzero(country == code)
        arriving[inside] += rng.multinomial(lost[code], people[inside] / people[inside].sum())
    return leaving, arriving


def detect_by_size(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Find creators the more easily the larger their city: as size to the power 0.7, every one in the largest.

    Parameters
    ----------
    creators
        Creators there are in each row of `markets`.
    markets
        MARKETS table: population.

    Returns
    -------
    Creators found in each market.
    """
    people = markets["population"].to_numpy(float)
    return rng.binomial(creators.astype(int), (people / people.max()) ** DETECTION_EXPONENT).astype(float)


def detect_by_step(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Find one creator in four in cities below 100,000 residents, and every one in larger ones.

    Parameters
    ----------
    creators
        Creators there are in each row of `markets`.
    markets
        MARKETS table: population.

    Returns
    -------
    Creators found in each market.
    """
    small = markets["population"].to_numpy(float) < STEP_POPULATION
    return rng.binomial(creators.astype(int), np.where(small, STEP_DETECTION, 1.0)).astype(float)


def list_chosen_cities(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Look in ten cities of each of the forty most populous countries only, larger ones more often, as a directory.

    Parameters
    ----------
    creators
        Creators there are in each row of `markets`.
    markets
        MARKETS table: population, country_code.

    Returns
    -------
    All creators of the chosen cities, 0 elsewhere.
    """
    people = markets["population"].groupby(markets["country_code"]).sum()
    countries = people.sort_values(ascending=False, kind="stable").index[:DIRECTORY_COUNTRIES]
    # Gumbel noise on half the logarithm: drawn without replacement, by the root of the size
    luck = np.log(markets["population"].to_numpy(float)) / 2 + rng.gumbel(size=len(markets))
    place = pd.Series(luck, markets.index).groupby(markets["country_code"]).rank(ascending=False)
    in_directory = (place <= DIRECTORY_CITIES) & markets["country_code"].isin(countries)
    return np.where(in_directory.to_numpy(), creators, 0.0)


SaturationLaw = Callable[[float, pd.DataFrame, np.random.Generator], Floats]

CROWDING = 2.5
REGION_KM, LATTICE_KM, LATTICE_NEIGHBOURS = 250, 125, 32
ONE_COUNTRY, COUNTRY_MARKETS, AREAS = "ES", 200, 40


def gamma_saturations(k: float, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Draw theta of each market by the model's own law: Gamma(k, k), mean 1.

    Returns
    -------
    theta for each row of `markets`, 1 = as expected.
    """
    return rng.gamma(k, 1 / k, len(markets))


def lognormal_saturations(k: float, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Draw theta by a lognormal law of mean 1 and the variance 1 / k of the model's own.

    Returns
    -------
    theta for each row of `markets`, 1 = as expected.
    """
    variance = np.log1p(1 / k)
    return np.asarray(np.exp(np.sqrt(variance) * rng.standard_normal(len(markets)) - variance / 2))


def regional_saturations(k: float, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Draw theta alike within some 250 km: lognormal, mean 1, variance 1 / k, the logarithm a smooth Gaussian field.

    The field is white noise on a lattice of the sphere, smoothed by a Gaussian kernel; logarithms of markets d km
    apart correlate by exp(-(d / 250)²).

    Parameters
    ----------
    markets
        MARKETS table: longitude, latitude.

    Returns
    -------
    theta for each row of `markets`, 1 = as expected.
    """
    points = round(4 * np.pi * EARTH_RADIUS_KM**2 / LATTICE_KM**2)
    turn = np.arange(points) + 0.5
    latitude = np.degrees(np.arcsin(1 - 2 * turn / points))
    lattice = on_sphere(np.degrees(np.pi * (1 + 5**0.5) * turn), latitude)
    spots = on_sphere(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
    distance, nearest = cKDTree(lattice).query(spots, k=LATTICE_NEIGHBOURS)
    weight = np.exp(-2 * (distance * EARTH_RADIUS_KM / REGION_KM) ** 2)
    field = (weight * rng.standard_normal(points)[nearest]).sum(axis=1) / np.sqrt((weight**2).sum(axis=1))
    variance = np.log1p(1 / k)
    return np.asarray(np.exp(np.sqrt(variance) * field - variance / 2))


def largest_of_country(markets: pd.DataFrame) -> pd.DataFrame:
    """Take the 200 largest markets of one country.

    Parameters
    ----------
    markets
        MARKETS table: country_code, population.

    Returns
    -------
    MARKETS table of the largest markets of Spain, the largest first.
    """
    return markets.loc[markets["country_code"] == ONE_COUNTRY].nlargest(COUNTRY_MARKETS, "population")


def merge_into_areas(markets: pd.DataFrame) -> pd.DataFrame:
    """Cut one country into 40 areas of equally many cities from west to east, as a user's own boundaries.

    Parameters
    ----------
    markets
        MARKETS table with area_km2, as `load_markets` gives it.

    Returns
    -------
    MARKETS table by "own:00" to "own:39": population, internet_users and area_km2 are sums over its cities, all else is
    of its westernmost city.
    """
    inside = markets.loc[markets["country_code"] == ONE_COUNTRY].sort_values("longitude", kind="stable")
    area = pd.Index(np.arange(len(inside)) * AREAS // len(inside)).map("own:{:02d}".format)
    areas = inside.groupby(area).first().rename_axis(index="market_id")
    sizes = ["population", "internet_users", "area_km2"]
    areas[sizes] = inside.groupby(area)[sizes].sum()
    return areas


@dataclass(frozen=True)
class SimulationSpec:
    """How a world is planted: creators in all, size exponent, dispersion k, spread between countries.

    `slope_sd` is the spread of the size exponent between countries, `saturations` the law of theta, `crowded_giants`
    gives half of the 150 largest 2.5 times their creators, `choose` makes the markets of the world of the bundled
    ones, `distort` is what happens to the counts between the world and the list, `misplaced` the share of creators
    who are counted in another market of their country, by its size, since their place has a name that means several,
    and `population_error` the standard deviation of ln population as the model is given it.
    """

    creators: int = 60_000
    beta: float = 1.1
    k: float = 3.0
    sigma: float = 0.8
    slope_sd: float = 0.0
    saturations: SaturationLaw = gamma_saturations
    crowded_giants: bool = False
    choose: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    distort: Distortion | None = None
    misplaced: float = 0.0
    population_error: float = 0.0


@dataclass(frozen=True)
class SimulatedMarkets:
    """A planted world: markets and creators as a list shows them, and the truth beside them, by market_id.

    `expected` and `saturation` are the true E and theta; `country_factor` is what a place of its size has in its
    country, as a multiple of what it has in the typical one; `crowded` are the giants planted as such; `placing` what
    a list knows of its doubtful places, as `fit_model` takes it, where it has any.
    """

    markets: pd.DataFrame
    creators: "pd.Series[float]"
    expected: "pd.Series[float]"
    saturation: "pd.Series[float]"
    country_factor: "pd.Series[float]"
    crowded: pd.Index
    scenario: SimulationSpec
    placing: pd.DataFrame | None = None


SCENARIOS: Mapping[str, SimulationSpec] = MappingProxyType(
    {
        "plain": SimulationSpec(),
        "sparse": SimulationSpec(creators=5_000),
        "flat": SimulationSpec(beta=0.9),
        "steep": SimulationSpec(beta=1.25),
        "giants": SimulationSpec(crowded_giants=True),
        "capped": SimulationSpec(distort=cap_countries),
        "suburbs": SimulationSpec(distort=swallow_suburbs),
        "misplaced": SimulationSpec(misplaced=0.3),
        "misplaced_10": SimulationSpec(misplaced=0.1),
        "detection": SimulationSpec(sigma=1.6),
        "detection_step": SimulationSpec(distort=detect_by_step),
        "big_cities": SimulationSpec(creators=1_000_000, distort=detect_by_size),
        "nothing": SimulationSpec(k=1e6),
        "lognormal": SimulationSpec(saturations=lognormal_saturations),
        "regional": SimulationSpec(k=1.8, saturations=regional_saturations),
        "regional_12000": SimulationSpec(creators=12_000, k=1.8, saturations=regional_saturations),
        "country_slopes": SimulationSpec(slope_sd=0.2),
        "population_error": SimulationSpec(population_error=0.25),
        "creators_500": SimulationSpec(creators=500),
        "creators_1000": SimulationSpec(creators=1_000),
        "creators_3000": SimulationSpec(creators=3_000),
        "one_country": SimulationSpec(creators=1_000, choose=largest_of_country),
        "own_areas": SimulationSpec(creators=1_000, choose=merge_into_areas),
        "listed": SimulationSpec(distort=list_chosen_cities),
    }
)


def plant_world(markets: pd.DataFrame, scenario: str, *, seed: int) -> SimulatedMarkets:
    """Draw country levels, saturations and creators over real markets.

    Parameters
    ----------
    markets
        MARKETS table; a scenario may take some of them, or merge them into areas.
    scenario
        A name of SCENARIOS.

    Returns
    -------
    The world, by market_id: the same for the same seed.

    Raises
    ------
    UnknownNameError
        For a scenario that is not there.
    """
    if scenario not in SCENARIOS:
        raise UnknownNameError(
            "no scenario {scenario!r}: choose from {names}", scenario=scenario, names=sorted(SCENARIOS)
        )
    spec, rng = SCENARIOS[scenario], np.random.default_rng(seed)
    MARKETS.check(markets)
    ordered = (spec.choose(markets) if spec.choose else markets).sort_index()
    size = np.log(ordered["internet_users"].to_numpy(float))
    factor = _country_factors(size, ordered["country_code"], spec, rng)
    expected = factor * np.exp(spec.beta * size)
    expected *= spec.creators / expected.sum()
    theta = spec.saturations(spec.k, ordered, rng)
    giants = np.argsort(-size, kind="stable")[:GIANTS]
    crowded = rng.choice(giants, GIANTS // 2, replace=False) if spec.crowded_giants else np.empty(0, np.intp)
    theta[crowded] *= CROWDING
    creators = rng.poisson(expected * theta).astype(float)
    creators = spec.distort(creators, ordered, rng) if spec.distort else creators
    leaving, arriving = _misplace(creators, ordered, spec.misplaced, rng)
    creators += arriving - leaving
    placing = pd.DataFrame({"exposure": 1.0, "doubtful": arriving, "possible": leaving}, index=ordered.index)
    truth = pd.DataFrame(
        {"creators": creators, "expected": expected, "saturation": theta, "factor": factor}, index=ordered.index
    )
    return SimulatedMarkets(
        _misjudge_populations(ordered, spec.population_error, rng),
        truth["creators"],
        truth["expected"],
        truth["saturation"],
        truth["factor"],
        ordered.index[crowded],
        spec,
        placing if spec.misplaced else None,
    )


def _country_factors(
    size: Floats, country_code: "pd.Series[str]", spec: SimulationSpec, rng: np.random.Generator
) -> Floats:
    """Draw exp((a_c - a) + (b_c - beta) x) for each market, x its ln size above the mean."""
    country, codes = pd.factorize(country_code, sort=True)
    level = rng.normal(0, spec.sigma, len(codes))
    slope = rng.normal(0, spec.slope_sd, len(codes)) if spec.slope_sd else np.zeros(len(codes))
    return np.asarray(np.exp(level[country] + slope[country] * (size - size.mean())))


def _misjudge_populations(markets: pd.DataFrame, error: float, rng: np.random.Generator) -> pd.DataFrame:
    """Give the model populations that are wrong by a factor of exp(delta), delta ~ Normal(0, error²), and say so."""
    if not error:
        return markets
    factor = np.exp(rng.normal(0, error, len(markets)))
    wrong = {name: markets[name] * factor for name in ("population", "internet_users")}
    return markets.assign(**wrong, population_error=error)
