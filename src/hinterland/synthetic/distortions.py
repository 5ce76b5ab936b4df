"""What stands between a planted world and the list of it: creators lost, moved or cut before anybody counts them."""

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.geo import EARTH_RADIUS_KM, on_sphere

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
    """Keep at most 1,000 creators of each country, as a top list does."""
    country, codes = pd.factorize(markets["country_code"], sort=True)
    totals = np.bincount(country, creators, len(codes))
    share = np.minimum(1.0, CAP / np.maximum(totals, 1))
    return rng.binomial(creators.astype(int), share[country]).astype(float)


def swallow_suburbs(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Let half of the creators near one of the largest cities name that city as their home."""
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


def misplace(share: float) -> Distortion:
    """Put a share of the creators into a random market of their country, by its size."""

    def distort(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator, /) -> Floats:
        leaving = rng.binomial(creators.astype(int), share)
        arriving = np.zeros_like(creators)
        people = markets["population"].to_numpy(float)
        country, codes = pd.factorize(markets["country_code"], sort=True)
        lost = np.bincount(country, leaving, len(codes)).astype(int)
        for code in np.flatnonzero(lost):
            inside = np.flatnonzero(country == code)
            arriving[inside] += rng.multinomial(lost[code], people[inside] / people[inside].sum())
        return creators - leaving + arriving

    return distort


def detect_by_size(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Find creators the more easily the larger their city: as size to the power 0.7, every one in the largest."""
    people = markets["population"].to_numpy(float)
    return rng.binomial(creators.astype(int), (people / people.max()) ** DETECTION_EXPONENT).astype(float)


def detect_by_step(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Find one creator in four in cities below 100,000 residents, and every one in larger ones."""
    small = markets["population"].to_numpy(float) < STEP_POPULATION
    return rng.binomial(creators.astype(int), np.where(small, STEP_DETECTION, 1.0)).astype(float)


def list_chosen_cities(creators: Floats, markets: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Look in ten cities of each of the forty most populous countries only, larger ones more often, as a directory."""
    people = markets["population"].groupby(markets["country_code"]).sum()
    countries = people.sort_values(ascending=False, kind="stable").index[:DIRECTORY_COUNTRIES]
    # Gumbel noise on half the logarithm: drawn without replacement, by the root of the size
    luck = np.log(markets["population"].to_numpy(float)) / 2 + rng.gumbel(size=len(markets))
    place = pd.Series(luck, markets.index).groupby(markets["country_code"]).rank(ascending=False)
    chosen = (place <= DIRECTORY_CITIES) & markets["country_code"].isin(countries)
    return np.where(chosen.to_numpy(), creators, 0.0)
