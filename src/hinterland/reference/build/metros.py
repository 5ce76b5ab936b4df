"""Merge cities with the smaller ones that live off them."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.reference.build.sphere import EARTH_RADIUS_KM, unit_vectors

REACH_AT_A_MILLION_KM = 18.0
REACH_EXPONENT = 0.25
FARTHEST_KM = 80.0
# a seat of government, or a city urban areas are known by, names its metro even where a neighbour is larger on paper
# (Manila, Quezon City; Guadalajara, Zapopan; Visakhapatnam, Rasapudipalem)
STANDING = MappingProxyType({"PPLC": 3.5, "PPLA": 1.7, "PPLA2": 1.7})
KNOWN_STANDING = 2.0
# how much farther metros of a country reach than elsewhere: cities built for the car
SPRAWL = MappingProxyType({"US": 1.8, "CA": 1.2, "AU": 1.2})
SHORTEST = 0.5
# where the gazetteer is complete, a metro reaches on until it holds the residents it is known to have
STRETCH, NEARLY = 1.5, 0.95
EVERYWHERE: Mapping[str, float] = MappingProxyType({})
NOTHING = pd.Series(dtype="float64")


def reach_factors(cities: pd.DataFrame, countries: pd.DataFrame) -> dict[str, float]:
    """Give how far metros of each country reach, as a factor.

    Where the cities of a country already sum to more residents than live in its towns, the gazetteer counts whole
    municipalities: metros are complete sooner and reach less far, in proportion. Cities built for the car reach
    farther (a hand-made list).

    Parameters
    ----------
    cities
        country_code, population.
    countries
        population, urban_share.
    """
    settled = cities.groupby("country_code")["population"].sum()
    urban = (countries["population"] * countries["urban_share"]).reindex(settled.index)
    factor = (urban / settled).fillna(1.0).clip(SHORTEST, 1.0)
    return {**{str(code): float(times) for code, times in factor.items()}, **SPRAWL}


def merge_metros(
    cities: pd.DataFrame, factors: Mapping[str, float] = EVERYWHERE, figures: pd.Series = NOTHING
) -> pd.Series:
    """Find the principal of the metro each city belongs to.

    Largest first, each free city founds a metro and absorbs the free smaller cities of its country within
    18 km x (population / 1 million) ^ 0.25 x the country's factor, where population is what the metro has gathered
    so far.

    Parameters
    ----------
    cities
        Principal places of the city markets: country_code, longitude, latitude, population, feature_code.
    factors
        See `reach_factors`; 1 where a country has none.
    figures
        Known residents of urban areas, by place_id.

    Returns
    -------
    pandas.Series
        place_id of the metro's principal, indexed like `cities`.
    """
    known = cities.assign(known=figures.reindex(cities.index).fillna(0.0))
    parts = [_merge_in_country(group, factors.get(str(code), 1.0)) for code, group in known.groupby("country_code")]
    result: pd.Series = pd.concat(parts).reindex(cities.index)
    return result


def _merge_in_country(cities: pd.DataFrame, factor: float) -> pd.Series:
    standing = cities["feature_code"].map(STANDING).fillna(1.0)
    standing = standing.clip(lower=cities["known"].gt(0).map({True: KNOWN_STANDING, False: 1.0}))
    size = (cities["population"] * standing).to_numpy(float)
    ordered = cities.iloc[np.lexsort([cities.index.to_numpy(), -size])]
    tree, population = KDTree(unit_vectors(ordered)), ordered["population"].to_numpy(float)
    wanted = NEARLY * ordered["known"].to_numpy(float) * (factor < 1.0)
    principal = np.full(len(ordered), -1)
    for rank in range(len(ordered)):
        if principal[rank] < 0:
            free = _free_near(rank, tree, principal)
            away = np.linalg.norm(tree.data[free] - tree.data[rank], axis=1) * EARTH_RADIUS_KM
            walk = np.argsort(away, kind="stable")
            reached = _reached(away[walk], population[free[walk]], factor, wanted[rank])
            principal[free[walk[reached]]] = rank
    return pd.Series(ordered.index.to_numpy()[principal], index=ordered.index)


def _free_near(rank: int, tree: KDTree, principal: np.ndarray) -> np.ndarray:
    near = np.array(tree.query_ball_point(tree.data[rank], FARTHEST_KM / EARTH_RADIUS_KM))
    result: np.ndarray = np.sort(near[(principal[near] < 0) & (near >= rank)])
    return result


def _reached(away: np.ndarray, population: np.ndarray, factor: float, wanted: float) -> np.ndarray:
    """Walk outward from the founder, the first: absorb cities until one is beyond what is gathered so far."""
    gathered = np.concatenate([[0.0], population.cumsum()[:-1]]).clip(min=population[0])
    reach = REACH_AT_A_MILLION_KM * factor * (gathered / 1e6) ** REACH_EXPONENT
    reach = np.where(gathered < wanted, STRETCH * reach, reach)
    result: np.ndarray = np.minimum.accumulate(away <= np.minimum(FARTHEST_KM, reach))
    return result
