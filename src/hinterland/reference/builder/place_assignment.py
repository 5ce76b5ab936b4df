"""Tell which market each place is in: its own, its city's, the one whose outline it lies in, or the nearest."""

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, unit_vectors
from hinterland.reference.builder.catchments import DISSOLVED, OFFICIAL
from hinterland.reference.builder.districts import NOT_A_DISTRICT

# a village farther from every town lives by itself
NEAREST_KM = 30.0


def find_hosts(towns: pd.DataFrame, catchments: gpd.GeoDataFrame) -> pd.Series:
    """Find the city in whose official or dissolved outline each small town lies.

    Parameters
    ----------
    towns
        Places without an outline of their own, by place_id.
    catchments
        Outlines of cities with boundary_kind, by place_id.

    Returns
    -------
    pandas.Series
        place_id of the city by that of the town, for those towns only.
    """
    outlines = catchments.loc[catchments["boundary_kind"].isin([OFFICIAL, DISSOLVED]), "geometry"]
    result: pd.Series = containing(towns, outlines).dropna().astype("int64")
    return result


def containing(places: pd.DataFrame, outlines: gpd.GeoSeries) -> pd.Series:
    """Find the outline each place lies in: its label, NA for places in none."""
    points = gpd.points_from_xy(places["longitude"], places["latitude"])
    point, shape = outlines.sindex.query(points, predicate="within")
    hits = pd.Series(outlines.index.to_numpy()[shape], index=places.index[point])
    return hits.groupby(level=0).min().reindex(places.index).astype("Int64")


def with_towns(cities: pd.DataFrame, hosts: pd.Series) -> pd.DataFrame:
    """Count the residents of towns with their cities, and drop the towns."""
    town_residents = cities["population"].reindex(hosts.index).groupby(hosts).sum()
    remaining = cities.drop(index=hosts.index)
    return remaining.assign(
        population=remaining["population"].add(town_residents, fill_value=0.0).reindex(remaining.index)
    )


def find_owners(places: pd.DataFrame, cities: pd.Index, hosts: pd.Series) -> pd.Series:
    """Find the city each place counts in: cities, their districts, their towns and the districts of those.

    Returns
    -------
    pandas.Series
        place_id of the city by place_id, for those places only.
    """
    root = places["part_of"].where(places["part_of"].ne(NOT_A_DISTRICT), places.index.to_series())
    owner = root.map(hosts).fillna(root).astype("int64")
    result: pd.Series = owner[owner.isin(cities)]
    return result


def nearest_city(places: pd.DataFrame, cities: pd.DataFrame) -> pd.Series:
    """Find the nearest city of its own country within 30 km of each place: its place_id, NA where there is none."""
    cities_by_country = dict(list(cities.groupby("country_code")))
    parts = [
        _nearest(group, cities_by_country[code])
        for code, group in places.groupby("country_code", sort=True)
        if code in cities_by_country
    ]
    result: pd.Series = pd.concat(parts).reindex(places.index).astype("Int64")
    return result


def _nearest(places: pd.DataFrame, cities: pd.DataFrame) -> pd.Series:
    reach = NEAREST_KM / EARTH_RADIUS_KM
    _, row = KDTree(unit_vectors(cities)).query(unit_vectors(places), distance_upper_bound=reach)
    ids = np.append(cities.index.to_numpy(dtype="float64"), np.nan)
    return pd.Series(ids[row], index=places.index)
