"""Read the user's own market polygons from any vector file, repaired or refused by feature number."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from hinterland import geo, messages
from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.formats.readers import open_sheet
from hinterland.ingest.parse.numbers import as_text, parse_counts
from hinterland.schemas import MARKETS

if TYPE_CHECKING:
    import geopandas as gpd

DEGREES = "EPSG:4326"
# neighbours drawn apart from one another overlap by slivers; more is a mistake
OVERLAP_SHARE = 0.01
FAULTS_NAMED = 5
NAMES = ("name", "market", "city", "metro", "title", "label", "nom", "nombre")
# what columns of names are called in public files: STATE_NAME, LAD21NM, NAME_1, nom_dept, GEN, NAMELSAD
_NAME = re.compile(
    r"(?i)name|nam$|nm[a-z]?$|\bnom|^nom|nome|nombre|navn|namn|naam|^gen$|label|title|^dma|bezeichnung|név|nazw|ad[i\u0131]$"
)
_NO_NAME = re.compile(
    r"(?i)shape_?(?:area|le)|code|_?id$|fips|geoid|gid|type|varname|nl_name|level|source|url|date|iso|style|desc"
)
_MEASURED = re.compile(r"(?i)shape[_.]?(?:st)?_?(?:area|leng|len)|^(?:area|perimeter|length)|population|^pop")
_PEOPLE = re.compile(r"pop|people|residents|inhabitants|einwohner|habitant|abitanti|mieszka|населен|人口|인구")
KEYS = ("id", "market_id", "market", "code", "geoid", "gid", "fips", "name")
MOSTLY = 0.8
POLYGON, COLLECTION = 3, 7
GLOBE = shapely.box(-180, -90, 180, 90)
GROSS_SHARE = 0.1
IN_METRES = "says that it is in degrees, but its coordinates are none (metres, it seems)"
ONE_LAYER = frozenset(("parquet", "json", "csv"))
# the first bytes of the formats that are read
MARKS = {
    b"SQLite format 3": "gpkg",
    b"PAR1": "parquet",
    b"fgb": "fgb",
    b"\x00\x00\x27\x0a": "shp",
    b"PK\x03\x04": "zip",
}


@dataclass(frozen=True)
class ReferenceData:
    """What the bundled geography lends to own polygons: PLACES, and countries with country and internet_share."""

    places: pd.DataFrame
    countries: pd.DataFrame


@dataclass(frozen=True)
class OwnMarkets:
    """Markets of the user's own: a MARKETS table of level city, its polygons (EPSG:4326), what was repaired."""

    markets: pd.DataFrame
    boundaries: "gpd.GeoDataFrame"
    notices: tuple[messages.Notice, ...]


def read_boundaries(
    path: Path, *, population: str | None, reference: ReferenceData, layer: str | None = None
) -> OwnMarkets:
    """Read own polygons as markets.

    Parameters
    ----------
    path
        A file of polygons: GeoPackage, Shapefile, GeoJSON, GeoParquet, KML, in any reference system.
    population
        A column of the file, or a CSV of id,population; None sums the bundled places inside.
    layer
        The layer to read, of a file with several; None is the first.
    reference
        Places and countries, for populations, countries and internet users.

    Raises
    ------
    InputError
        For a file that holds no areas, says no reference system, has its axes swapped, or whose areas overlap by much:
        each named by its number, from 1.
    """
    read, left = _read(path, layer)
    shapes, repairs = _repair_shapes(_in_degrees(read, path), path)
    read = read.loc[shapes.index]
    shapes, parted = _part_overlaps(shapes, path)
    notices = (*left, *repairs, *parted)
    ids = _ids(read)
    boundaries = shapes.to_frame("geometry").set_axis(ids)
    inside = places_inside(reference.places, boundaries["geometry"])
    people, estimated = _population(read, population, _residents(reference.places).groupby(inside).sum().reindex(ids))
    settled = (people > 0).to_numpy()
    if not settled.any():
        _refuse_swapped(path, boundaries["geometry"], reference)
        _refuse(path, ~settled, "no population: name a column or a CSV with --population")
    empty = (messages.areas_left_out(int((~settled).sum()), "no population"),) if not settled.all() else ()
    read, boundaries, people = read.loc[settled], boundaries.loc[settled], people.loc[settled]
    markets = _markets(read, boundaries["geometry"], people, _countries(boundaries["geometry"], inside, reference))
    unsaid = (messages.degrees_assumed(),) if read.crs is None else ()
    summed = (messages.population_summed(),) if estimated else ()
    return OwnMarkets(MARKETS.check(_with_users(markets, reference)), boundaries, (*unsaid, *notices, *empty, *summed))


def places_inside(places: pd.DataFrame, polygons: "gpd.GeoSeries") -> "pd.Series[str]":
    """Find the polygon each place lies in: its label, missing where there is none."""
    index = geo.MarketIndex(polygons)
    labels = index.find(places["longitude"].to_numpy(float), places["latitude"].to_numpy(float), snap_km=0.0)
    return labels.set_axis(places.index)


def _read(path: Path, layer: str | None) -> tuple["gpd.GeoDataFrame", tuple[messages.Notice, ...]]:
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    if not path.is_file():
        raise InputError(f"{path}: no such file; --boundaries wants a file on this machine, no web address")
    form = _form(path)
    try:
        used, notices = (None, ()) if form in ONE_LAYER else _layer(path, layer)
        read = gpd.read_parquet(path) if form == "parquet" else _features(path, form, used)
    except InputError:
        raise
    except Exception as fault:  # drivers raise a class each
        raise InputError(f"{path}: cannot be read as polygons ({' '.join(str(fault).split())})") from fault
    if not isinstance(read, gpd.GeoDataFrame) or read.empty:
        raise InputError(f"{path}: holds no polygons")
    return read.reset_index(drop=True), notices


def _form(path: Path) -> str:
    """Name the format of a file by its content; only formats that read nothing but the file itself.

    Raises
    ------
    InputError
        If it is none of them.
    """
    with path.open("rb") as stream:
        head = stream.read(8_192)
    form = next((name for mark, name in MARKS.items() if head.startswith(mark)), "")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not form and text[:1] in (b"{", b"[", b"\x1e"):
        form = "json"
    if not form and text[:1] == b"<":
        form = "kml" if b"<kml" in head[:4_096].lower() else ""
    elif not form and b"\0" not in head and path.suffix.lower() in (".csv", ".tsv", ".txt"):
        form = "csv"
    if not form:
        raise InputError(f"{path}: cannot be read as polygons; save them as GeoPackage, GeoJSON, Shapefile or KML")
    return form


def _layer(path: Path, layer: str | None) -> tuple[str, tuple[messages.Notice, ...]]:
    import pyogrio  # noqa: PLC0415 - heavy, and most runs bring no polygons

    layers = pyogrio.list_layers(path)
    names = [str(name) for name, kind in layers if kind is not None] or [str(name) for name, _ in layers]
    if layer is not None and layer not in names:
        raise InputError(f"{path}: has no layer {layer!r}; choose from {', '.join(map(repr, names))}")
    used = layer or next((str(name) for name, kind in layers if "Polygon" in str(kind)), names[0])
    others = [name for name in names if name != used]
    return used, (messages.layers_left(path.name, used, others),) if others and layer is None else ()


def _features(path: Path, form: str, layer: str | None) -> "gpd.GeoDataFrame":
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    options = {"GEOM_POSSIBLE_NAMES": "wkt,WKT,geometry,geom,the_geom,shape,polygon,boundary"} if form == "csv" else {}
    return gpd.read_file(path, engine="pyogrio", **({"layer": layer} if layer else {}), **options)


def _in_degrees(read: "gpd.GeoDataFrame", path: Path) -> "gpd.GeoSeries":
    filled = read.geometry[~(read.geometry.isna() | read.geometry.is_empty)]
    geographic = read.crs is None or read.crs.is_geographic
    if geographic and len(filled):
        _refuse_odd_axes(read, path, filled.total_bounds.tolist())
    return read.geometry.set_crs(DEGREES) if read.crs is None else read.geometry.to_crs(DEGREES)


def _refuse_odd_axes(read: "gpd.GeoDataFrame", path: Path, bounds: list[float]) -> None:
    """Refuse numbers that are no degrees, and latitudes where longitudes should stand."""
    west, south, east, north = bounds
    if max(abs(west), abs(east)) <= 90 and 90 < max(abs(south), abs(north)) <= 180:  # noqa: PLR2004 - degrees
        raise InputError(f"{path}: its axes are swapped: save each point as longitude, latitude")
    if not (west >= -360 and south >= -90 and east <= 360 and north <= 90):  # noqa: PLR2004 - degrees of the globe
        what = "says no reference system, and its coordinates are no degrees" if read.crs is None else IN_METRES
        raise InputError(f"{path}: {what}: save it with its reference system, or in longitude and latitude")


def _refuse_swapped(path: Path, polygons: "gpd.GeoSeries", reference: ReferenceData) -> None:
    """Refuse areas that hold places only with their axes swapped."""
    turned = polygons.map(lambda shape: shapely.transform(shape, lambda points: points[:, ::-1]))
    if (turned.total_bounds[[1, 3]] ** 2 <= 90**2).all() and places_inside(reference.places, turned).notna().any():
        raise InputError(f"{path}: its axes are swapped: save each point as longitude, latitude")


def _repair_shapes(shapes: "gpd.GeoSeries", path: Path) -> tuple["gpd.GeoSeries", tuple[messages.Notice, ...]]:
    """Make areas valid; what is no area at all is left out, and counted. The index keeps the feature numbers."""
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    flat = np.where(shapes.isna() | shapes.is_empty, shapely.Polygon(), shapely.force_2d(shapes.to_numpy()))
    mixed = shapely.get_type_id(flat) == COLLECTION
    flat[mixed] = [_areas(shapely.multipolygons(_polygons(shape))) for shape in flat[mixed]]
    wrong = ~shapely.is_valid(flat)
    valid = flat.copy()
    valid[wrong] = [_areas(shape) for shape in shapely.make_valid(flat[wrong])]
    area = np.isin(shapely.get_type_id(valid), [3, 6]) & ~shapely.is_empty(valid)
    if not area.any():
        raise InputError(f"{path}: holds no polygons")
    _refuse(path, area & ~np.isfinite(shapely.bounds(valid)).all(axis=1), "coordinates beyond the globe")
    mended = (messages.shapes_repaired(_feature_numbers(wrong | mixed)),) if (wrong | mixed).any() else ()
    notices = (*mended, *((messages.areas_left_out(int((~area).sum()), "no area"),) if not area.all() else ()))
    polygons = [_within_globe(shape) for shape in valid[area]]
    return gpd.GeoSeries(polygons, index=np.flatnonzero(area), crs=DEGREES), notices


def _polygons(shape: shapely.Geometry) -> list[shapely.Geometry]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if shapely.get_type_id(part) == POLYGON]


def _within_globe(shape: shapely.Geometry) -> shapely.Geometry:
    """Cut an area at the antimeridian: one drawn beyond it, or around the globe to come back from the other side."""
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180 and east - west <= 180:  # noqa: PLR2004 - degrees of the globe
        return shape
    parts = [_cut(part) for part in shapely.get_parts(shape)]
    return shapely.union_all([piece for pieces in parts for piece in pieces])


def _cut(part: shapely.Geometry) -> list[shapely.Geometry]:
    west, _, east, _ = part.bounds
    if east - west > 180:  # noqa: PLR2004 - half of the globe: no market is so wide
        part = shapely.make_valid(shapely.transform(part, _eastward))
    turns = (-360, 0, 360)
    pieces = [
        shapely.intersection(shapely.transform(part, lambda points, by=by: points + np.array([by, 0])), GLOBE)
        for by in turns
    ]
    return [piece for piece in pieces if not shapely.is_empty(piece) and shapely.area(piece) > 0]


def _eastward(points: np.ndarray) -> np.ndarray:
    return np.column_stack([np.where(points[:, 0] < 0, points[:, 0] + 360, points[:, 0]), points[:, 1]])


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_type_id(parts) == 3])  # noqa: PLR2004 - 3 is a polygon


def _part_overlaps(shapes: "gpd.GeoSeries", path: Path) -> tuple["gpd.GeoSeries", tuple[messages.Notice, ...]]:
    """Give small overlaps to the larger of two areas; refuse gross ones.

    Raises
    ------
    InputError
        Where an overlap is more than a tenth of the smaller area: a creator can be in one market only.
    """
    areas, sizes = shapes.to_numpy().copy(), shapely.area(shapes.to_numpy())
    first, second = shapes.sindex.query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    common = shapely.area(shapely.intersection(areas[first], areas[second]))
    smaller = np.minimum(sizes[first], sizes[second])
    gross = common > GROSS_SHARE * smaller
    if gross.any():
        numbers = shapes.index.to_numpy() + 1
        labels = [f"{numbers[a]} and {numbers[b]}" for a, b in zip(first[gross], second[gross], strict=True)]
        raise InputError(f"{path}: features {_shorten_list(labels)} overlap: a creator can be in one market only")
    small = common > OVERLAP_SHARE * smaller
    for a, b in zip(first[small], second[small], strict=True):
        less, more = (a, b) if sizes[a] < sizes[b] else (b, a)
        areas[less] = _only_areas(shapely.difference(areas[less], areas[more]))
    notices = (messages.overlaps_parted(int(small.sum())),) if small.any() else ()
    return _series(areas, shapes), notices


def _series(areas: np.ndarray, like: "gpd.GeoSeries") -> "gpd.GeoSeries":
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    return gpd.GeoSeries(areas, index=like.index, crs=DEGREES)


def _only_areas(shape: shapely.Geometry) -> shapely.Geometry:
    return shape if shapely.get_type_id(shape) in (POLYGON, 6) else shapely.union_all(_polygons(shape))


def _ids(read: "gpd.GeoDataFrame") -> pd.Index:
    columns = read.drop(columns=read.geometry.name)
    settled = (column for column in columns if columns[column].notna().all() and columns[column].is_unique)
    unique = next((column for column in settled if not _MEASURED.search(str(column))), None)
    values = read.index + 1 if unique is None else columns[unique]
    return pd.Index([f"own:{value}" for value in values], name="market_id", dtype="str")


def _population(read: "gpd.GeoDataFrame", source: str | None, summed: pd.Series) -> tuple[pd.Series, bool]:
    if source is None:
        return summed.fillna(0.0), True
    if source in read:
        return _counts(read[source]).set_axis(summed.index), False
    path = Path(source)
    if not path.is_file():
        columns = ", ".join(repr(column) for column in read.columns.drop(read.geometry.name))
        raise InputError(f"--population {source}: neither a file nor a column; the columns are {columns}")
    return _from_csv(path).reindex(summed.index), False


def _counts(column: pd.Series) -> pd.Series:
    """Read residents as people write them: 9000000, "9,000,000", 9 000 000."""
    texts = pa.chunked_array([as_text(column.astype("object").where(column.notna(), None))], pa.string())
    return pd.Series(parse_counts(texts).numbers, column.index)


def _from_csv(path: Path) -> pd.Series:
    sheet = open_sheet(path, Settings())
    names = {str(name).strip().casefold(): name for name in sheet.columns}
    key = next((names[name] for name in KEYS if name in names), None)
    people = next((original for name, original in names.items() if _PEOPLE.search(name)), None)
    if key is None or people is None or key == people:
        raise InputError(f"{path}: wants the columns id and population")
    tables = [piece.read(dict.fromkeys((key, people), pa.string())).table for piece in sheet.chunks]
    table = pa.concat_tables(tables).to_pandas() if tables else pd.DataFrame({key: [], people: []})
    ids = pd.Index(table[key].astype("str").str.strip())
    if not ids.is_unique:
        raise InputError(f"{path}: id {ids[ids.duplicated()][0]!r} stands there twice")
    return _counts(table[people]).set_axis("own:" + ids)


def _residents(places: pd.DataFrame) -> pd.Series:
    """Give each place's residents; those of a district are counted with its city."""
    residents: pd.Series = places["population"]
    return residents.where(places["part_of"].isna()) if "part_of" in places else residents


def _countries(polygons: "gpd.GeoSeries", inside: "pd.Series[str]", reference: ReferenceData) -> pd.Series:
    """Find the country of each polygon: of most residents inside, else of the nearest place."""
    places = reference.places[["country_code"]].assign(market=inside, people=_residents(reference.places).fillna(0.0))
    people = places.groupby(["market", "country_code"])["people"].sum().sort_values(kind="stable").reset_index()
    countries = (
        people.drop_duplicates("market", keep="last").set_index("market")["country_code"].reindex(polygons.index)
    )
    centres = polygons.representative_point()
    index = geo.PlaceIndex(reference.places["longitude"].to_numpy(float), reference.places["latitude"].to_numpy(float))
    near = index.nearest(centres.x.to_numpy(), centres.y.to_numpy(), within_km=geo.EARTH_RADIUS_KM)
    result: pd.Series = countries.fillna(
        pd.Series(reference.places["country_code"].to_numpy()[near], index=polygons.index)
    )
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
    column = name_column(read.drop(columns=read.geometry.name))
    plain = pd.Series(ids.str.removeprefix("own:"), index=ids, dtype="str")
    return plain if column is None else read[column].astype("str").set_axis(ids).fillna(plain)


def name_column(table: pd.DataFrame) -> str | None:
    """Find the column that names areas: by its header, of several the one that tells most of them apart."""
    texts = {str(column): table[column].dropna().astype("str") for column in table if not _NO_NAME.search(str(column))}
    texts = {column: values for column, values in texts.items() if len(values) and _are_words(values)}
    matches_name = {column: _NAME.search(str(column)) is not None for column in texts}
    is_usual = {column: str(column).casefold() in NAMES for column in texts}
    order = list(texts)
    return max(
        (column for column in texts if matches_name[column] or is_usual[column] or not any(matches_name.values())),
        key=lambda column: (round(texts[column].nunique() / len(table), 1), is_usual[column], -order.index(column)),
        default=None,
    )


def _are_words(values: pd.Series) -> bool:
    """Say whether texts read as names: letters, more than a code has."""
    lettered = values.str.contains(r"[^\W\d_]{2}", regex=True).mean()
    coded = values.str.fullmatch(r"[A-Z0-9._-]{1,6}|\d.*").mean()
    return bool(lettered > MOSTLY and coded < 1 - MOSTLY)


def _with_users(markets: pd.DataFrame, reference: ReferenceData) -> pd.DataFrame:
    country = reference.countries.reindex(markets["country_code"]).set_axis(markets.index)
    share = country["internet_share"].astype("float64")
    users = (markets["population"] * share.fillna(1.0)).round()
    return markets.assign(country=country["country"], internet_users=users, internet_share_known=share.notna())


def _refuse(path: Path, bad: np.ndarray, why: str) -> None:
    if bad.any():
        raise InputError(f"{path}: feature {_feature_numbers(bad)}: {why}")


def _feature_numbers(mask: np.ndarray) -> str:
    return _shorten_list([str(number + 1) for number in np.flatnonzero(mask)])


def _shorten_list(names: list[str]) -> str:
    rest = len(names) - FAULTS_NAMED
    return ", ".join(names[:FAULTS_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
