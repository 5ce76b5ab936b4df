"""Merge cities with the smaller ones that live off them."""

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.reference.build.sphere import EARTH_RADIUS_KM, unit_vectors

REACH_AT_A_MILLION_KM = 18.0
REACH_EXPONENT = 0.25
FARTHEST_KM = 80.0
# a capital names its metro even where a neighbour is larger on paper (Manila, Quezon City)
CAPITAL_STANDING = 2.0
# how much farther metros of a country reach than elsewhere: cities built for the car
SPRAWL = {"US": 1.8, "CA": 1.2, "AU": 1.2}


def merge_metros(cities: pd.DataFrame) -> pd.Series:
    """Find the principal of the metro each city belongs to.

    Largest first, each free city founds a metro and absorbs the free smaller cities of its country within
    18 km x (population / 1 million) ^ 0.25, where population is what the metro has gathered so far.

    Parameters
    ----------
    cities
        Principal places of the city markets: country_code, longitude, latitude, population, feature_code.

    Returns
    -------
    pandas.Series
        place_id of the metro's principal, indexed like `cities`.
    """
    parts = [_merge_in_country(group) for _, group in cities.groupby("country_code", sort=True)]
    result: pd.Series = pd.concat(parts).reindex(cities.index)
    return result


def reach_km(population: float, country_code: str) -> float:
    """Give how far a metro of this population reaches in this country."""
    near = REACH_AT_A_MILLION_KM * SPRAWL.get(country_code, 1.0)
    result: float = min(FARTHEST_KM, near * (population / 1e6) ** REACH_EXPONENT)
    return result


def _merge_in_country(cities: pd.DataFrame) -> pd.Series:
    standing = cities["population"] * cities["feature_code"].map({"PPLC": CAPITAL_STANDING}).fillna(1.0)
    ordered = cities.iloc[np.lexsort([cities.index.to_numpy(), -standing.to_numpy()])]
    tree = KDTree(unit_vectors(ordered))
    principal = np.full(len(ordered), -1)
    for rank in range(len(ordered)):
        if principal[rank] < 0:
            free = _free_near(rank, tree, principal)
            away = np.linalg.norm(tree.data[free] - tree.data[rank], axis=1) * EARTH_RADIUS_KM
            principal[_gather(ordered.iloc[free].assign(rank=free, away=away))] = rank
    return pd.Series(ordered.index.to_numpy()[principal], index=ordered.index)


def _free_near(rank: int, tree: KDTree, principal: np.ndarray) -> np.ndarray:
    near = np.array(tree.query_ball_point(tree.data[rank], FARTHEST_KM / EARTH_RADIUS_KM, return_sorted=True))
    result: np.ndarray = near[(principal[near] < 0) & (near >= rank)]
    return result


def _gather(near: pd.DataFrame) -> np.ndarray:
    """Walk outward from the founder (first row): absorb cities until one lies beyond what is gathered so far."""
    walk = near.sort_values(["away", "rank"])
    gathered = walk["population"].cumsum().shift(fill_value=0.0).clip(lower=near["population"].iloc[0])
    code = near["country_code"].iloc[0]
    reached = walk["away"] <= [reach_km(total, code) for total in gathered]
    return walk["rank"].to_numpy()[reached.cummin().to_numpy()]
