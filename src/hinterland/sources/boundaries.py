"""Read the user's own market polygons from any vector file, repaired or refused by feature number."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from hinterland import geo, wording
from hinterland.errors import InputError
from hinterland.tables import MARKETS

if TYPE_CHECKING:
    import geopandas as gpd

DEGREES = "EPSG:4326"
# neighbours drawn apart from one another overlap by slivers; more is a mistake
OVERLAP_SHARE = 0.01
FAULTS_NAMED = 5
NAMES = ("name", "market", "city", "metro", "title", "label", "nom", "nombre")


@dataclass(frozen=True)
class World:
    """What the bundled geography lends to own polygons: PLACES, and countries with country and internet_share."""

    places: pd.DataFrame
    countries: pd.DataFrame


@dataclass(frozen=True)
class OwnMarkets:
    """Markets of the user's own: a MARKETS table of level city, its polygons (EPSG:4326), what was repaired."""

    markets: pd.DataFrame
    boundaries: "gpd.GeoDataFrame"
    notices: tuple[wording.Notice, ...]


def read_boundaries(path: Path, *, population: str | None, world: World) -> OwnMarkets:
    """Read own polygons as markets.

    Parameters
    ----------
    path
        A file of polygons: GeoPackage, Shapefile, GeoJSON, GeoParquet, KML, in any reference system.
    population
        A column of the file, or a CSV of id,population; None sums the bundled places inside.
    world
        Places and countries, for populations, countries and internet users.

    Raises
    ------
    InputError
        For a file that is no polygons, says no reference system, or holds features that are empty, no polygon,
        overlap, or have no population: each named by its number, from 1.
    """
    read = _read(path)
    shapes, notices = _repaired(_in_degrees(read, path), path)
    _refuse_overlaps(shapes, path)
    ids = _ids(read)
    boundaries = shapes.to_frame("geometry").set_axis(ids)
    inside = places_inside(world.places, boundaries["geometry"])
    people, estimated = _population(read, population, _residents(world.places).groupby(inside).sum().reindex(ids))
    _refuse(path, ~(people > 0).to_numpy(), "no population: name a column or a CSV with --population")
    markets = _markets(read, boundaries["geometry"], people, _countries(boundaries["geometry"], inside, world))
    unsaid = (wording.degrees_assumed(),) if read.crs is None else ()
    summed = (wording.population_summed(),) if estimated else ()
    return OwnMarkets(MARKETS.check(_with_users(markets, world)), boundaries, (*unsaid, *notices, *summed))


def places_inside(places: pd.DataFrame, polygons: "gpd.GeoSeries") -> "pd.Series[str]":
    """Find the polygon each place lies in: its label, missing where there is none."""
    index = geo.MarketIndex(polygons)
    found = index.find(places["longitude"].to_numpy(float), places["latitude"].to_numpy(float), snap_km=0.0)
    return found.set_axis(places.index)


def _read(path: Path) -> "gpd.GeoDataFrame":
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    if not path.is_file():
        raise InputError(f"{path}: no such file; --boundaries wants a file on this machine, no web address")
    try:
        read = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, engine="pyogrio")
    except Exception as fault:  # drivers raise a class each
        raise InputError(f"{path}: cannot be read as polygons ({' '.join(str(fault).split())})") from fault
    if not isinstance(read, gpd.GeoDataFrame) or read.empty:
        raise InputError(f"{path}: holds no polygons")
    return read.reset_index(drop=True)


def _in_degrees(read: "gpd.GeoDataFrame", path: Path) -> "gpd.GeoSeries":
    if read.crs is not None:
        return read.geometry.to_crs(DEGREES)
    west, south, east, north = read.total_bounds
    if not (west >= -180 and south >= -90 and east <= 180 and north <= 90):  # noqa: PLR2004 - degrees of the globe
        raise InputError(f"{path}: says no reference system, and its coordinates are no degrees: save it with one")
    return read.geometry.set_crs(DEGREES)


def _repaired(shapes: "gpd.GeoSeries", path: Path) -> tuple["gpd.GeoSeries", tuple[wording.Notice, ...]]:
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    _refuse(path, (shapes.isna() | shapes.is_empty).to_numpy(), "no shape")
    flat = shapely.force_2d(shapes.to_numpy())
    wrong = ~shapely.is_valid(flat)
    whole = flat.copy()
    whole[wrong] = [_areas(shape) for shape in shapely.make_valid(flat[wrong])]
    _refuse(path, ~np.isin(shapely.get_type_id(whole), [3, 6]) | shapely.is_empty(whole), "not a polygon")
    _refuse(path, ~np.isfinite(shapely.bounds(whole)).all(axis=1), "coordinates beyond the globe")
    told = (wording.shapes_repaired(_numbers(wrong)),) if wrong.any() else ()
    return gpd.GeoSeries(whole, crs=DEGREES), told


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_type_id(parts) == 3])  # noqa: PLR2004 - 3 is a polygon


def _refuse_overlaps(shapes: "gpd.GeoSeries", path: Path) -> None:
    areas = shapes.to_numpy()
    one, other = shapes.sindex.query(shapes, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    common = shapely.area(shapely.intersection(areas[one], areas[other]))
    bad = common > OVERLAP_SHARE * np.minimum(shapely.area(areas[one]), shapely.area(areas[other]))
    if bad.any():
        named = [f"{first + 1} and {second + 1}" for first, second in zip(one[bad], other[bad], strict=True)]
        raise InputError(f"{path}: features {_shortened(named)} overlap: a creator can be in one market only")


def _ids(read: "gpd.GeoDataFrame") -> pd.Index:
    columns = read.drop(columns=read.geometry.name)
    unique = next((column for column in columns if columns[column].notna().all() and columns[column].is_unique), None)
    values = read.index + 1 if unique is None else columns[unique]
    return pd.Index([f"own:{value}" for value in values], name="market_id", dtype="str")


def _population(read: "gpd.GeoDataFrame", wanted: str | None, summed: pd.Series) -> tuple[pd.Series, bool]:
    if wanted is None:
        return summed.fillna(0.0), True
    if wanted in read:
        return pd.to_numeric(read[wanted], errors="coerce").astype("float64").set_axis(summed.index), False
    listed = Path(wanted)
    if not listed.is_file():
        known = ", ".join(repr(column) for column in read.columns.drop(read.geometry.name))
        raise InputError(f"--population {wanted}: neither a file nor a column; the columns are {known}")
    return _from_csv(listed).reindex(summed.index), False


def _from_csv(path: Path) -> pd.Series:
    try:
        table = pd.read_csv(path, dtype={"id": "str"}).set_index("id")["population"]
    except (OSError, ValueError, KeyError) as fault:
        raise InputError(f"{path}: wants the columns id and population") from fault
    if not table.index.is_unique:
        raise InputError(f"{path}: id {table.index[table.index.duplicated()][0]!r} stands there twice")
    return pd.to_numeric(table, errors="coerce").astype("float64").set_axis("own:" + table.index)


def _residents(places: pd.DataFrame) -> pd.Series:
    """Give each place's residents; those of a district are counted with its city."""
    own: pd.Series = places["population"]
    return own.where(places["part_of"].isna()) if "part_of" in places else own


def _countries(polygons: "gpd.GeoSeries", inside: "pd.Series[str]", world: World) -> pd.Series:
    """Find the country of each polygon: of most residents inside, else of the nearest place."""
    held = world.places[["country_code"]].assign(own=inside, people=_residents(world.places).fillna(0.0))
    people = held.groupby(["own", "country_code"])["people"].sum().sort_values(kind="stable").reset_index()
    known = people.drop_duplicates("own", keep="last").set_index("own")["country_code"].reindex(polygons.index)
    centres = polygons.representative_point()
    index = geo.PlaceIndex(world.places["longitude"].to_numpy(float), world.places["latitude"].to_numpy(float))
    near = index.nearest(centres.x.to_numpy(), centres.y.to_numpy(), within_km=geo.EARTH_RADIUS_KM)
    result: pd.Series = known.fillna(pd.Series(world.places["country_code"].to_numpy()[near], index=polygons.index))
    return result


def _markets(
    read: "gpd.GeoDataFrame", polygons: "gpd.GeoSeries", people: pd.Series, countries: pd.Series
) -> pd.DataFrame:
    centres = polygons.representative_point()
    return pd.DataFrame(
        {
            "market": _names(read, polygons.index),
            "region": pd.Series(None, index=polygons.index, dtype="str"),
            "country_code": countries.astype("str"),
            "level": "city",
            "boundary_kind": "own",
            "boundary_licence": "your own",
            "boundary_source": "your own file",
            "latitude": centres.y,
            "longitude": centres.x,
            "population": people,
            "area_km2": geo.area_km2(polygons),
        },
        index=polygons.index,
    )


def _names(read: "gpd.GeoDataFrame", ids: pd.Index) -> pd.Series:
    column = next((column for column in read if str(column).casefold() in NAMES), None)
    plain = pd.Series(ids.str.removeprefix("own:"), index=ids, dtype="str")
    return plain if column is None else read[column].astype("str").set_axis(ids).fillna(plain)


def _with_users(markets: pd.DataFrame, world: World) -> pd.DataFrame:
    country = world.countries.reindex(markets["country_code"]).set_axis(markets.index)
    share = country["internet_share"].astype("float64")
    users = (markets["population"] * share.fillna(1.0)).round()
    return markets.assign(country=country["country"], internet_users=users, internet_share_known=share.notna())


def _refuse(path: Path, bad: np.ndarray, why: str) -> None:
    if bad.any():
        raise InputError(f"{path}: feature {_numbers(bad)}: {why}")


def _numbers(chosen: np.ndarray) -> str:
    return _shortened([str(number + 1) for number in np.flatnonzero(chosen)])


def _shortened(names: list[str]) -> str:
    rest = len(names) - FAULTS_NAMED
    return ", ".join(names[:FAULTS_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
