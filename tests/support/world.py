"""A world you can count on your fingers: three cities in two countries."""

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from hinterland.geo import MarketIndex, PlaceIndex
from hinterland.geocode import Gazetteer
from hinterland.location import Geography

CITIES = {
    1: ("Abbeville", "AA", "AA.1", 0.5, 0.5, 900_000.0),
    2: ("Brookton", "AA", "AA.2", 1.5, 0.5, 90_000.0),
    3: ("Caverley", "BB", "BB.1", 5.5, 0.5, 300_000.0),
}
VILLAGE = 4  # between the cities, in no market
COUNTRIES = {"AA": ("Aland Republic", "AAA"), "BB": ("Borduria", "BBB")}


def places() -> pd.DataFrame:
    rows = [
        (key, name, region, country, latitude, longitude, people, f"city:{key}", f"metro:{key}")
        for key, (name, country, region, longitude, latitude, people) in CITIES.items()
    ]
    rows.append((VILLAGE, "Dunmarrow", "AA.1", "AA", 0.5, 3.0, 700.0, None, None))
    columns = [
        "place_id",
        "place",
        "region_id",
        "country_code",
        "latitude",
        "longitude",
        "population",
        "city_market",
        "metro_market",
    ]
    table = pd.DataFrame(rows, columns=columns).set_index("place_id")
    return table.astype(dict.fromkeys(("place", "region_id", "country_code", "city_market", "metro_market"), "str"))


def gazetteer() -> Gazetteer:
    names = pd.DataFrame({"key": places()["place"].str.casefold(), "place_id": places().index, "kind": "main"})
    regions = pd.DataFrame(
        {
            "region": ["Northshire", "Southshire", "Plain"],
            "country_code": ["AA", "AA", "BB"],
            "iso_code": ["NS", "SS", "PL"],
        },
        index=pd.Index(["AA.1", "AA.2", "BB.1"], name="region_id"),
    )
    countries = pd.DataFrame(
        [(name, iso3, 1e6) for name, iso3 in COUNTRIES.values()],
        columns=["country", "iso3", "population"],
        index=pd.Index(COUNTRIES, name="country_code"),
    )
    return Gazetteer(places(), names.sort_values("key", ignore_index=True), countries, regions)


def geography() -> Geography:
    boxes = {f"city:{key}": box(at[3] - 0.5, 0, at[3] + 0.5, 1) for key, at in CITIES.items()}
    spots = places()
    return Geography(
        spots,
        gazetteer(),
        PlaceIndex(spots["longitude"].to_numpy(float), spots["latitude"].to_numpy(float)),
        MarketIndex(gpd.GeoSeries(boxes, crs=4326)),
    )


def markets(level: str) -> pd.DataFrame:
    key = {"city": "city:{}", "metro": "metro:{}"}.get(level)
    rows = [
        (key.format(number) if key else None, name, region, country, longitude, latitude, people)
        for number, (name, country, region, longitude, latitude, people) in CITIES.items()
    ]
    table = pd.DataFrame(
        rows, columns=["market_id", "market", "region", "country_code", "longitude", "latitude", "population"]
    )
    if level == "region":
        table = table.assign(market_id="region:" + table["region"])
    if level == "country":
        table = table.assign(market_id="country:" + table["country_code"], market=table["country_code"])
        sums = table.groupby("market_id")["population"].sum()
        table = table.drop_duplicates("market_id").set_index("market_id").assign(population=sums).reset_index()
    return table.assign(
        country=table["country_code"].map({code: name for code, (name, _) in COUNTRIES.items()}),
        level=level,
        boundary_kind="official",
        internet_users=table["population"] * 0.5,
    ).set_index("market_id")
