"""Merge cities with the smaller ones that live off them, and choose the metros' populations between two sources.

The rule of the populations was fitted on 462 urban agglomerations of the United Nations (2020) and checked on 453
others. It knows countries only; no city has a rule of its own.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, unit_vectors
from hinterland.reference.builder.overrides import COUNTY_SEAT, SEAT_OF_COUNTY
from hinterland.reference.builder.places import AGGLOMERATION

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
# and how much less far: the figures of a dense country's towns are of whole municipalities
CLOSE = MappingProxyType({"DE": 0.6})
# where the gazetteer is complete, a metro reaches on until it holds the residents it is known to have
STRETCH, NEARLY = 1.5, 0.95
# a neighbour this far away whose urban area is this share of the founder's is a metro of its own (The Hague, 22 km from
# Rotterdam), whatever the reach
TWIN_KM, TWIN_SHARE = 10.0, 0.5
# in cities built for the car, a metro this near the cities of a larger one is its suburb: where the second source finds
# no urban area around it (Coral Springs, Miami), or a small one (Mission Viejo, Los Angeles). The first number is how
# many times larger the other is, the second the most of the metro's residents the second source has in its urban area
SUBURB_KM, SUBURBS = 15.0, ((4.0, 0.7), (20.0, 1.0))
# or where the urban area of the other, in the same state, has residents for both (Fort Worth, Dallas; Wilkes-Barre,
# Scranton)
HOLDS_BOTH, PARTS_OF_BOTH = 0.9, ((4.0, 1.0), (0.0, 0.6))
EVERYWHERE: Mapping[str, float] = MappingProxyType({})
NO_FIGURES = pd.Series(dtype="float64")


def reach_factors(cities: pd.DataFrame, countries: pd.DataFrame) -> dict[str, float]:
    """Give how far metros of each country reach, as a factor.

    Where the cities of a country already sum to more residents than live in its towns, the gazetteer counts whole
    municipalities: metros are complete sooner and reach less far, in proportion. Cities built for the car reach
    farther (a hand-made list), and metros of Germany less far.

    Parameters
    ----------
    cities
        country_code, population.
    countries
        population, urban_share.
    """
    residents = cities.groupby("country_code")["population"].sum()
    urban = (countries["population"] * countries["urban_share"]).reindex(residents.index)
    factor = (urban / residents).fillna(1.0).clip(SHORTEST, 1.0)
    near = {str(code): float(times) * CLOSE.get(str(code), 1.0) for code, times in factor.items()}
    return {**near, **SPRAWL}


def merge_metros(
    cities: pd.DataFrame,
    factors: Mapping[str, float] = EVERYWHERE,
    *,
    figures: pd.Series = NO_FIGURES,
    urban_areas: pd.Series = NO_FIGURES,
) -> pd.Series:
    """Find the principal of the metro each city belongs to.

    Largest first, each free city founds a metro and absorbs the free smaller cities of its country within
    18 km x (population / 1 million) ^ 0.25 x the country's factor, where population is what the metro has gathered
    so far. A neighbour with an urban area of a like size is left to found its own, with the cities nearer to it.

    Parameters
    ----------
    cities
        Principal places of the city markets: country_code, longitude, latitude, population, feature_code.
    factors
        See `reach_factors`; 1 where a country has none.
    figures
        Known residents of urban areas, by place_id.
    urban_areas
        Residents of urban areas in the second source, by place_id.

    Returns
    -------
    pandas.Series
        place_id of the metro's principal, indexed like `cities`.
    """
    cities = cities.assign(
        known=figures.reindex(cities.index).fillna(0.0), urban_area=urban_areas.reindex(cities.index).fillna(0.0)
    )
    parts = [_merge_in_country(group, factors.get(str(code), 1.0)) for code, group in cities.groupby("country_code")]
    merged = pd.concat(parts).reindex(cities.index)
    return _join_suburbs(merged, cities[cities["country_code"].isin(list(SPRAWL))])


def _join_suburbs(merged: pd.Series, cities: pd.DataFrame) -> pd.Series:
    """Join metros that are suburbs to the largest adjacent metro, suburbs of suburbs too."""
    pairs = KDTree(unit_vectors(cities)).query_pairs(SUBURB_KM / EARTH_RADIUS_KM, output_type="ndarray")
    neighbours = np.concatenate([pairs, pairs[:, ::-1]])
    joined = merged
    while True:
        suburbs = _find_suburbs(joined.reindex(cities.index), cities, neighbours)
        if suburbs.empty:
            return joined
        joined = joined.map(suburbs).fillna(joined).astype("int64")


def _find_suburbs(merged: pd.Series, cities: pd.DataFrame, neighbours: np.ndarray) -> pd.Series:
    """Find the metros that are suburbs: the larger metro's principal by that of the suburb."""
    size = cities["population"].groupby(merged).sum()
    urban_ratio = cities["urban_area"].reindex(size.index) / size
    near = pd.DataFrame(merged.to_numpy()[neighbours], columns=["small", "large"]).drop_duplicates()
    code = cities["country_code"]
    near = near[near["small"].map(code) == near["large"].map(code)]
    near = near.assign(size=near["large"].map(size), ratio=near["large"].map(size) / near["small"].map(size))
    both = near["large"].map(size) + near["small"].map(size)
    state = cities["region_id"]
    holds_both = near["large"].map(cities["urban_area"]).ge(HOLDS_BOTH * both)
    holds_both &= near["large"].map(state) == near["small"].map(state)
    suburb = [_is_small_beside(near, urban_ratio, least, most) for least, most in SUBURBS]
    part = [_is_small_beside(near, urban_ratio, least, most) & holds_both for least, most in PARTS_OF_BOTH]
    largest = near[np.any([*suburb, *part], axis=0)].sort_values(["small", "size", "large"])
    result: pd.Series = largest.drop_duplicates("small", keep="last").set_index("small")["large"]
    # who joins this time is joined by nobody
    return result[~result.isin(result.index)]


def _is_small_beside(near: pd.DataFrame, urban_ratio: pd.Series, least: float, most: float) -> pd.Series:
    result: pd.Series = near["ratio"].ge(least) & near["small"].map(urban_ratio).lt(most)
    return result


def _merge_in_country(cities: pd.DataFrame, factor: float) -> pd.Series:
    standing = cities["feature_code"].map(STANDING).fillna(1.0)
    standing = standing.clip(lower=cities["known"].gt(0).map({True: KNOWN_STANDING, False: 1.0}))
    size = (cities["population"] * standing).to_numpy(float)
    ordered = cities.iloc[np.lexsort([cities.index.to_numpy(), -size])]
    tree, population = KDTree(unit_vectors(ordered)), ordered["population"].to_numpy(float)
    area = ordered["urban_area"].to_numpy(float)
    target = NEARLY * ordered["known"].to_numpy(float) * (factor < 1.0)
    principal = np.full(len(ordered), -1)
    for rank in range(len(ordered)):
        if principal[rank] < 0:
            free = _free_near(rank, tree, principal)
            distance_km = np.linalg.norm(tree.data[free] - tree.data[rank], axis=1) * EARTH_RADIUS_KM
            around = _without_twins(tree.data[free], distance_km, area[free], founder=area[rank])
            free, distance_km = free[around], distance_km[around]
            walk = np.argsort(distance_km, kind="stable")
            reached = _within_reach(distance_km[walk], population[free[walk]], factor, target[rank])
            principal[free[walk[reached]]] = rank
    return pd.Series(ordered.index.to_numpy()[principal], index=ordered.index)


def _free_near(rank: int, tree: KDTree, principal: np.ndarray) -> np.ndarray:
    near = np.array(tree.query_ball_point(tree.data[rank], FARTHEST_KM / EARTH_RADIUS_KM))
    result: np.ndarray = np.sort(near[(principal[near] < 0) & (near >= rank)])
    return result


def _without_twins(points: np.ndarray, distance_km: np.ndarray, area: np.ndarray, *, founder: float) -> np.ndarray:
    """Leave out neighbours with an urban area like the founder's, and the cities that lie nearer to one of them."""
    twins = (distance_km >= TWIN_KM) & (area >= TWIN_SHARE * founder) & (founder > 0.0)
    if not twins.any():
        return np.ones(len(distance_km), dtype=bool)
    to_twin, _ = KDTree(points[twins]).query(points)
    result: np.ndarray = distance_km < to_twin * EARTH_RADIUS_KM
    return result


def _within_reach(distance_km: np.ndarray, population: np.ndarray, factor: float, target: float) -> np.ndarray:
    """Walk outward from the founder, the first: absorb cities until one is beyond what is gathered so far."""
    gathered = np.concatenate([[0.0], population.cumsum()[:-1]]).clip(min=population[0])
    reach = REACH_AT_A_MILLION_KM * factor * (gathered / 1e6) ** REACH_EXPONENT
    reach = np.where(gathered < target, STRETCH * reach, reach)
    result: np.ndarray = np.minimum.accumulate(distance_km <= np.minimum(FARTHEST_KM, reach))
    return result


SECOND = "SimpleMaps"
# where the second source has the urban areas the United Nations draw: of eight agglomerations or more at least one in
# ten comes out better than with the mean, its median error is at most two thirds of the mean's, and at the median it
# holds at least .7 of the residents of our cities
SECOND_ALONE = ("JP", "US")
# it counts municipalities where, over metros from 300,000 residents on, it has this much of ours at the median
MUNICIPAL, LARGE, ENOUGH = 0.55, 300_000.0, 5
# elsewhere the geometric mean of both, where the second is neither much smaller (a municipality) nor far larger
SMALLEST, LARGEST = 0.45, 4.5
# in China it counts whole prefectures or whole county-level cities. A figure up to twice ours is of the city; of a
# larger one a fifth is, and of a county-level city's half
PREFECTURES = "CN"
CITY_FIGURE, CITY_OF_PREFECTURE = 2.0, 0.2
# where many suburbs belong to no municipality, and the gazetteer lists only those that do
UNINCORPORATED = ("US",)
# cities with residents the gazetteer lists in no place: figures of 2011, of small communes, of a core
INCOMPLETE = ("FR", "IN", "TH")
# sd of ln population: what agreeing sources share, and a part of what they disagree by, up to a factor of e
COMMON_ERROR, ERROR_OF_GAP, WIDEST_GAP = 0.07, 0.45, 1.0
# in China agreement proves nothing: both may count a prefecture
PREFECTURES_ERROR = 0.4


def with_suburbs(metros: pd.DataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """Share the urban residents listed nowhere among all metros, where suburbs without a municipality are usual.

    Parameters
    ----------
    metros
        country_code, population, population_source.
    countries
        population, urban_share.
    """
    is_incomplete = metros["country_code"].isin(UNINCORPORATED)
    return _share_unlisted(metros, countries, is_incomplete, note=", with unlisted suburbs")


def with_unlisted(metros: pd.DataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """Share the urban residents listed nowhere among the metros without a known figure, where the gazetteer has gaps.

    Parameters
    ----------
    metros
        country_code, population, population_source.
    countries
        population, urban_share.
    """
    is_incomplete = metros["country_code"].isin(INCOMPLETE) & ~metros["population_source"].eq(AGGLOMERATION)
    return _share_unlisted(metros, countries, is_incomplete, note=", with unlisted residents")


def _share_unlisted(
    metros: pd.DataFrame, countries: pd.DataFrame, is_incomplete: "pd.Series[bool]", *, note: str
) -> pd.DataFrame:
    """Raise some metros in proportion to their size, until a country's metros hold its urban residents."""
    code, residents = metros["country_code"], metros["population"]
    urban = (countries["population"] * countries["urban_share"]).reindex(code.unique())
    unlisted = urban - residents.mask(is_incomplete, 0.0).groupby(code).sum()
    times = (unlisted / residents.where(is_incomplete, 0.0).groupby(code).sum()).clip(lower=1.0)
    factor = code.map(times).where(is_incomplete, 1.0).fillna(1.0)
    source = metros["population_source"].mask(factor.gt(1.0), metros["population_source"] + note)
    return metros.assign(population=residents * factor, population_source=source)


def second_figures(cities: pd.DataFrame, metro: pd.Series, urban_areas: pd.Series) -> "pd.Series[float]":
    """Find each metro's figure in the second source: the largest of its principal's and of cities half as large.

    Parameters
    ----------
    cities
        population, by place_id.
    metro
        place_id of the metro's principal, by place_id.
    urban_areas
        Residents of the second source, by place_id.
    """
    largest = cities["population"].groupby(metro).transform("max")
    weighty = cities["population"].ge(0.5 * largest) | (metro == metro.index)
    result: pd.Series = urban_areas.reindex(cities.index).where(weighty).groupby(metro).max()
    return result


def settle_populations(metros: pd.DataFrame, second: "pd.Series[float]", countries: pd.DataFrame) -> pd.DataFrame:
    """Settle each metro's population between the gazetteer's and the second source's.

    Parameters
    ----------
    metros
        country_code, population, population_source.
    second
        Residents in the second source, indexed like `metros`; NA where it has none.
    countries
        population: the metros of a country together never have more.

    Returns
    -------
    pandas.DataFrame
        Also gazetteer_population, second_population, population_error (sd of ln population, NA without a second
        figure).
    """
    first, code = metros["population"], metros["country_code"]
    ratio = second / first
    alone = code.isin(SECOND_ALONE) & second.notna()
    between = ~alone & _is_between(metros, ratio)
    prefecture = code.eq(PREFECTURES) & ratio.gt(CITY_FIGURE)
    seat = metros["population_source"].eq(COUNTY_SEAT) & second.notna()
    population = first.mask(between, np.sqrt(first * second))
    population = population.mask(prefecture, np.sqrt(first * CITY_OF_PREFECTURE * second))
    population = population.mask(seat, SEAT_OF_COUNTY * second).mask(alone, second)
    source = metros["population_source"]
    mixed = (between | prefecture) & ~seat
    source = source.mask(mixed, "mean of " + source + " and " + SECOND)
    source = source.mask(alone, SECOND).mask(seat, SECOND + ", half of a county-level city")
    total = population.groupby(code).sum() / countries["population"].reindex(code.unique())
    return metros.assign(
        population=population / code.map(total.clip(lower=1.0)).fillna(1.0),
        population_source=source,
        gazetteer_population=first.round(),
        second_population=second,
        population_error=error_of(ratio, code),
    )


def city_errors(
    cities: pd.DataFrame, metro: pd.Series, residents: pd.Series, urban_areas: pd.Series
) -> "pd.Series[float]":
    """Give the standard deviation of ln population of each city.

    The second source's figure of a large city is its urban area's: it is compared with the city and with the metro,
    and the nearer of the two counts.

    Parameters
    ----------
    cities
        country_code, population, by place_id.
    metro
        place_id of the metro's principal, by place_id.
    residents
        Population of the metros, in the order of their principals.
    urban_areas
        Residents of the second source, by place_id.
    """
    area = urban_areas.reindex(cities.index)
    total = metro.map(dict(zip(np.unique(metro), residents, strict=True)))
    of_city, of_metro = area / cities["population"], area / total
    nearer = np.abs(np.log(of_city)) <= np.abs(np.log(of_metro))
    return error_of(of_city.where(nearer, of_metro), cities["country_code"])


def error_of(ratio: "pd.Series[float]", country: pd.Series) -> "pd.Series[float]":
    """Give the standard deviation of ln population from what two sources disagree by.

    Parameters
    ----------
    ratio
        The second source's figure over the first's; NA where one is missing.
    country
        Country codes.
    """
    gap = pd.Series(np.log(ratio), index=country.index).abs().clip(upper=WIDEST_GAP)
    error = (COMMON_ERROR**2 + (ERROR_OF_GAP * gap) ** 2) ** 0.5
    result: pd.Series = error.mask(country.eq(PREFECTURES) & gap.notna(), PREFECTURES_ERROR).round(3)
    return result


def _is_between(metros: pd.DataFrame, ratio: "pd.Series[float]") -> "pd.Series[bool]":
    code = metros["country_code"]
    large = ratio[metros["population"].ge(LARGE) & ratio.notna()]
    typical = large.groupby(code.reindex(large.index)).agg(["median", "size"])
    municipal = typical.index[typical["median"].lt(MUNICIPAL) & typical["size"].ge(ENOUGH)]
    highest = code.eq(PREFECTURES).map({True: CITY_FIGURE, False: LARGEST})
    result: pd.Series = ratio.ge(SMALLEST) & ratio.le(highest) & ~code.isin(municipal)
    return result
