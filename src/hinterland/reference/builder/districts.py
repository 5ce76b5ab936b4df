"""Find the districts among the places, so that nobody is counted twice."""

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, unit_vectors
from hinterland.reference.builder.overrides import CITY_REGIONS, MISPLACED, ONE_CITY
from hinterland.reference.builder.places import SECTION

SMALLEST_MARKET = 5_000
# how much wider than its dense core a city's footprint is taken: wider where a country's cities still sum to more
# people than live in its towns
WIDENINGS = (1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
# residents per km2 of a dense core: of cities whose own unit is only a ward of theirs, and of all others
WARD_CORE, CORE = 7_000, 20_000
RATIO_OF_TOWNS = 5.0
RATIO_OF_NEWCOMERS = 2.0
URBAN_SLACK = 1.15
# a unit where its largest place alone has this many residents per km2 is city from end to end
URBAN_UNIT = 1_500
# more residents per km2 than any city has: the unit is a ward
WARD_DENSITY = 50_000
SECTION_CORE, SECTION_REACH = 5_000, 3.0
FARTHEST_KM = 60.0
# two entries so near each other are one town under two names
TWIN_KM = 1.0
NOT_A_DISTRICT = 0


def find_parents(places: pd.DataFrame, units: pd.DataFrame, countries: pd.DataFrame) -> pd.Series:
    """Find the city each district belongs to.

    A place belongs to a much larger one when the 2023 gazetteer files it as a section, when it lies in a region or
    unit that is part of the larger one, in the larger one's own urban unit, or inside its footprint (a disc of its
    population at a city's density). The footprint widens, country by country, until the cities no longer sum to
    more people than the towns hold.

    Parameters
    ----------
    places
        With `unit` (row label in `units`, -1 for none), sorted by id.
    units
        With `area_km2` and `city` (the great city this unit is a part of, NA for none).
    countries
        With population and urban_share.

    Returns
    -------
    pandas.Series
        place_id of the city, 0 for places that are nobody's district; indexed like `places`.
    """
    certain = _find_certain_parents(places, units)
    max_residents = countries["population"] * (URBAN_SLACK * countries["urban_share"]).fillna(1.0).clip(upper=1.0)
    parts = [
        _parents_in_country(group, certain, units, float(max_residents[str(code)]))
        for code, group in places.groupby("country_code", sort=True)
    ]
    result: pd.Series = pd.concat(parts).reindex(places.index)
    return result


def footprint_km(population: pd.Series, density: float | pd.Series) -> pd.Series:
    """Give the radius of a disc that holds `population` at `density` residents per square kilometre.

    Parameters
    ----------
    population
        Residents.
    density
        Residents per km2.

    Returns
    -------
    Kilometres.
    """
    return (population / (np.pi * density)) ** 0.5


def plausible_km2(population: pd.Series) -> pd.Series:
    """Give the largest area one city of this size is believed to fill: 400 km2 at 20,000, 2,800 km2 at a million.

    Parameters
    ----------
    population
        Residents.

    Returns
    -------
    Square kilometres.
    """
    result: pd.Series = 400.0 * np.sqrt(population.clip(lower=SMALLEST_MARKET) / 20_000)
    return result


def _find_certain_parents(places: pd.DataFrame, units: pd.DataFrame) -> pd.Series:
    city = places["unit"].map(units["city"]).astype("Float64").fillna(places["region_id"].map(CITY_REGIONS))
    city.update(pd.Series(MISPLACED, dtype="Float64"))
    parents: pd.Series = city.dropna().astype("int64")
    districts: pd.Series = parents[parents.to_numpy() != parents.index.to_numpy()]
    return districts


def _parents_in_country(
    places: pd.DataFrame, certain: pd.Series, units: pd.DataFrame, max_residents: float
) -> pd.Series:
    if places["country_code"].iloc[0] in ONE_CITY:
        largest = places["population"].idxmax()
        return pd.Series(largest, index=places.index).where(places.index != largest, NOT_A_DISTRICT)
    certain_parents = certain.reindex(places.index).fillna(NOT_A_DISTRICT).astype("int64")
    claims = _near_claims(places)
    traits = _traits(places, units)
    for widening in WIDENINGS:
        parents = _assign_parents(places, certain_parents, _select_claims(claims, traits, widening))
        if _market_sum(places, parents) <= max_residents:
            break
    return parents


def _market_sum(places: pd.DataFrame, parents: pd.Series) -> float:
    is_market = (
        parents.eq(NOT_A_DISTRICT) & places["population"].ge(SMALLEST_MARKET) & places["feature_code"].ne(SECTION)
    )
    return float(places.loc[is_market, "population"].sum())


def _near_claims(places: pd.DataFrame) -> pd.DataFrame:
    """Pair every place with the larger ones near it that may count its residents already: positions, and km apart."""
    tree = KDTree(unit_vectors(places))
    large = np.flatnonzero(places["population"].ge(SMALLEST_MARKET))
    reach = SECTION_REACH * footprint_km(places["population"].iloc[large], SECTION_CORE).to_numpy()
    near = tree.query_ball_point(tree.data[large], np.minimum(reach, FARTHEST_KM) / EARTH_RADIUS_KM, return_sorted=True)
    child = np.concatenate([np.asarray(hits, dtype="int64") for hits in near] or [np.empty(0, "int64")])
    parent = np.repeat(large, [len(hits) for hits in near])
    population = places["population"].fillna(0).to_numpy()
    larger = (population[parent] > population[child]) | ((population[parent] == population[child]) & (parent < child))
    child, parent = child[larger], parent[larger]
    distance_km = np.linalg.norm(tree.data[child] - tree.data[parent], axis=1) * EARTH_RADIUS_KM
    return pd.DataFrame({"child": child, "parent": parent, "distance_km": distance_km})


def _traits(places: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    area = places["unit"].map(units["area_km2"])
    ward = area.lt(places["population"] / WARD_DENSITY)
    return places[["population", "unit"]].assign(
        region_id=places["region_id"].fillna(""),
        newcomer=places["feature_code"].isna() | places["feature_code"].eq("PPLL"),
        section=places["feature_code"].eq(SECTION),
        ward=ward,
        own=area.le(plausible_km2(places["population"])) & ~ward,
        urban=area.lt(places["population"] / URBAN_UNIT),
        composed=places["unit"].map(units["city"]).notna() | places["region_id"].isin(CITY_REGIONS),
    )


def _select_claims(claims: pd.DataFrame, traits: pd.DataFrame, widening: float) -> pd.DataFrame:
    child, parent = (traits.iloc[claims[role]].reset_index(drop=True) for role in ("child", "parent"))
    distance = claims["distance_km"]
    section = child["section"] & (distance <= SECTION_REACH * footprint_km(parent["population"], SECTION_CORE))
    ratio = parent["population"] / child["population"].fillna(0).clip(lower=1)
    needed = pd.Series(RATIO_OF_TOWNS, index=child.index).mask(child["newcomer"], RATIO_OF_NEWCOMERS)
    needed = needed.mask(_in_own_unit(child, parent) & parent["urban"], RATIO_OF_NEWCOMERS)
    town = ratio.ge(needed) & child["region_id"].eq(parent["region_id"]) & ~parent["composed"]
    twin = distance.lt(TWIN_KM) & child["region_id"].eq(parent["region_id"])
    is_district = (
        section | twin | (town & (_in_own_unit(child, parent) | _in_footprint(child, parent, distance, widening)))
    )
    pull = distance / footprint_km(parent["population"], SECTION_CORE)
    return claims.assign(pull=pull)[is_district]


def _in_own_unit(child: pd.DataFrame, parent: pd.DataFrame) -> pd.Series:
    same = child["unit"].eq(parent["unit"]) & child["unit"].ge(0) & parent["own"]
    return same & (child["newcomer"] | child["population"].fillna(0).lt(15_000) | parent["urban"])


def _in_footprint(child: pd.DataFrame, parent: pd.DataFrame, distance: pd.Series, widening: float) -> pd.Series:
    core = pd.Series(float(CORE), index=child.index).mask(parent["ward"] | child["newcomer"], WARD_CORE)
    # a town that has a unit of its own is a town, unless the larger one's unit is but a ward
    shielded = child["unit"].ne(parent["unit"]) & child["own"] & ~child["newcomer"]
    separate = shielded & (~parent["ward"] | (distance > footprint_km(parent["population"], WARD_CORE)))
    elsewhere = child["unit"].ne(parent["unit"]) & parent["own"] & (widening < WIDENINGS[3])
    return (distance <= footprint_km(parent["population"], core / widening)) & ~separate & ~elsewhere


def _assign_parents(places: pd.DataFrame, certain_parents: pd.Series, claims: pd.DataFrame) -> pd.Series:
    """Give every child to one city that is itself nobody's district: largest cities first, then the strongest pull."""
    ids, population = places.index.to_numpy(), places["population"].fillna(0).to_numpy()
    parents = certain_parents.to_numpy(copy=True)
    section = places["feature_code"].eq(SECTION).to_numpy()
    ordered = claims.assign(size=-population[claims["child"]]).sort_values(["size", "child", "pull", "parent"])
    for child, parent in zip(ordered["child"].to_numpy(), ordered["parent"].to_numpy(), strict=True):
        if parents[child] == NOT_A_DISTRICT and parents[parent] == NOT_A_DISTRICT and not section[parent]:
            parents[child] = ids[parent]
    return pd.Series(parents, index=places.index)
