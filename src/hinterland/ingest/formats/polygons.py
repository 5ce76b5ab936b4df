"""Files of polygons: read by their content, in degrees, each area valid and on the globe, none over another."""

import json
import os
import subprocess
import sys
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from hinterland.errors import InputError
from hinterland.ingest.formats import reader_process
from hinterland.ingest.formats.csv import decode_texts, read_shapes
from hinterland.ingest.formats.storage import PACK_AGAIN, check_declared, refusing_damage
from hinterland.language import Notice, Text, later
from hinterland.messages import BOUNDARIES
from hinterland.messages import lists as list_messages

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

DEGREES = "EPSG:4326"
# neighbours drawn apart from one another overlap by slivers; more is a mistake
OVERLAP_SHARE, GROSS_SHARE = 0.01, 0.1
FAULTS_NAMED = 5
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7
GLOBE = shapely.box(-180, -90, 180, 90)
IN_METRES = later(
    "{file} says that it is in degrees, but its coordinates are not (they look like metres): save it with its "
    "reference system, or in longitude and latitude"
)
NO_DEGREES = later(
    "{file} names no reference system, and its coordinates are not degrees: save it with its reference system, or in "
    "longitude and latitude"
)
ONE_LAYER = frozenset(("parquet", "json"))
# what is looked for in an archive
PACKED = frozenset((".shp", ".gpkg", ".geojson", ".json", ".topojson", ".geojsonl", ".fgb", ".kml"))
# the drivers that read nothing but the file itself
DRIVERS = frozenset(("GPKG", "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "TopoJSON", "FlatGeobuf", "KML", "LIBKML"))
# what asks an address, such as a reference system given as a link, asks a door that is shut
NO_NETWORK = dict.fromkeys(
    ("GDAL_HTTP_PROXY", "GDAL_HTTPS_PROXY", "http_proxy", "https_proxy", "HTTPS_PROXY"), "http://127.0.0.1:1"
) | {"PROJ_NETWORK": "OFF", "GDAL_HTTP_MAX_RETRY": "0", "GDAL_HTTP_CONNECTTIMEOUT": "1"}
MOST_SECONDS = 120.0
BASE_BYTES, BYTES_PER_BYTE = 3 * 2**30, 20
# the first bytes of the formats that are read
MARKS = {
    b"SQLite format 3": "gpkg",
    b"PAR1": "parquet",
    b"fgb": "fgb",
    b"\x00\x00\x27\x0a": "shp",
    b"PK\x03\x04": "zip",
}


@dataclass(frozen=True, eq=False)
class Polygons:
    """The areas of a file: their columns, their shapes (EPSG:4326, by the place of each feature), what was repaired."""

    features: "gpd.GeoDataFrame"
    shapes: "gpd.GeoSeries"
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Source:
    """A file of areas, and where the library finds them: a path from the root, or inside that archive."""

    path: Path
    # a path that begins with a name and a colon, or with /vsi, would be an address of the library's own
    address: str


def read_polygons(path: Path, layer: str | None) -> Polygons:
    """Read the areas of a file, repaired or refused by feature number.

    Raises
    ------
    InputError
        For a file that holds no areas, says no reference system, has its axes swapped, or whose areas overlap by much:
        each named by its number, from 1.
    """
    features, left = _read(path, layer)
    shapes, repairs = _repair_shapes(_in_degrees(features, path), path)
    shapes, parted = _part_overlaps(shapes, path)
    assumed = (list_messages.degrees_assumed(),) if features.crs is None else ()
    return Polygons(features.loc[shapes.index], shapes, (*assumed, *left, *repairs, *parted))


def swapped_axes_error(path: Path) -> InputError:
    """Word the refusal of a file whose latitudes stand where longitudes should."""
    return InputError("{file}: its axes are swapped: save each point as longitude, latitude", file=path)


def refuse(path: Path, bad: "NDArray[np.bool_]", why: Text) -> None:
    """Refuse a file for some of its features, named by number.

    Raises
    ------
    InputError
        If there are any.
    """
    if bad.any():
        raise InputError("{file}: feature {numbers}: {why}", file=path, numbers=_feature_numbers(bad), why=why)


def _read(path: Path, layer: str | None) -> tuple["gpd.GeoDataFrame", tuple[Notice, ...]]:
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    notices: tuple[Notice, ...] = ()
    if not os.path.isfile(path):  # noqa: PTH113 - pathlib fails at a name longer than any file's
        raise InputError(
            "{file}: no such file; {boundaries} must be a local file, not a web address",
            file=path,
            boundaries=BOUNDARIES,
        )
    form = _form(path)
    if form == "csv":
        return read_shapes(path)
    source = Source(path, str(path.resolve()))
    if form == "zip":
        source, layer, notices = _source_in(path, layer)
    try:
        used, left = (None, ()) if form in ONE_LAYER else _layer(source, layer)
        notices = (*notices, *left)
        read = gpd.read_parquet(path) if form == "parquet" else _features(source, form, used)
    except InputError:
        raise
    except Exception as fault:  # drivers raise a class each
        raise InputError(
            "{file}: cannot be read as polygons ({fault})", file=path, fault=" ".join(str(fault).split())
        ) from fault
    if not isinstance(read, gpd.GeoDataFrame) or read.empty:
        raise InputError("{file}: contains no polygons", file=path)
    return read.reset_index(drop=True), notices


def _source_in(path: Path, layer: str | None) -> tuple[Source, str | None, tuple[Notice, ...]]:
    """Choose one file of areas in an archive, in whatever folder it lies there: the one named, else the first.

    Returns
    -------
    Where it lies, the layer that is left to be chosen in it, and what is not read.

    Raises
    ------
    InputError
        If the archive is damaged, looks like a bomb, or holds no such file.
    """
    with refusing_damage(PACK_AGAIN, path), zipfile.ZipFile(path) as archive:
        check_declared(str(path), archive)
        names = [name for name in archive.namelist() if not name.startswith("__MACOSX")]
    entries = {Path(name).stem: name for name in names if Path(name).suffix.lower() in PACKED}
    if not entries:
        raise InputError("{file}: contains no polygons", file=path)
    used = layer if layer in entries else next(iter(entries))
    others = [name for name in entries if name != used]
    source = Source(path, f"/vsizip/{{{path.resolve()}}}/{entries[used]}")
    left = (list_messages.layers_left(path.name, used, others),) if others and layer is None else ()
    return source, None if layer == used else layer, left


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
        raise InputError(
            "{file}: cannot be read as polygons; save them as GeoPackage, GeoJSON, Shapefile or KML", file=path
        )
    return form


def _layer(source: Source, layer: str | None) -> tuple[str, tuple[Notice, ...]]:
    path = source.path
    layers = json.loads(_read_apart(source, "layers")[0])["layers"]
    names = [name for name, kind in layers if kind is not None] or [name for name, _ in layers]
    if layer is not None and layer not in names:
        raise InputError(
            "{file}: has no layer {layer!r}; choose from {layers!r}", file=path, layer=layer, layers=list(names)
        )
    used = layer or next((name for name, kind in layers if "Polygon" in str(kind)), names[0])
    others = [name for name in names if name != used]
    return used, (list_messages.layers_left(path.name, used, others),) if others and layer is None else ()


def _features(source: Source, form: str, layer: str | None) -> "gpd.GeoDataFrame":
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    head, batches = _read_apart(source, form, layer or "")
    details = json.loads(head)
    table = decode_texts(pa.ipc.open_stream(batches).read_all()).to_pandas()
    shapes = gpd.GeoSeries.from_wkb(table.pop(details["geometry"]), crs=details["crs"])
    return gpd.GeoDataFrame(table, geometry=shapes)


def _read_apart(source: Source, action: str, layer: str = "") -> tuple[bytes, bytes]:
    """Have another process read a file with the drivers allowed, without the network, in bounded time and memory.

    Returns
    -------
    One line of JSON, and what follows it.

    Raises
    ------
    InputError
        If it cannot be read, or not within these bounds.
    """
    path = source.path
    command = [sys.executable, "-P", reader_process.__file__, "polygons", source.address, action, layer]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
    ) as reader:
        _limit_memory(reader.pid, path.stat().st_size)
        try:
            answer, _ = reader.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            reader.kill()
            raise InputError(
                "{file}: takes more than {seconds} seconds to read: save its polygons alone, without views",
                file=path,
                seconds=MOST_SECONDS,
            ) from None
    head, _, rest = answer.partition(b"\n")
    if not head:
        raise InputError("{file}: cannot be read as polygons: it is damaged, or needs too much memory", file=path)
    if error := json.loads(head).get("error"):
        raise InputError("{file}: cannot be read as polygons ({fault})", file=path, fault=error)
    return head, rest


def _environment() -> dict[str, str]:
    import pyogrio  # noqa: PLC0415 - heavy, and most runs bring no polygons

    skipped = ",".join(sorted(pyogrio.list_drivers().keys() - DRIVERS))
    mine = {name: value for name, value in os.environ.items() if name.lower() not in ("no_proxy", "all_proxy")}
    return mine | NO_NETWORK | {"GDAL_SKIP": f"{skipped},", "OGR_SKIP": f"{skipped},"}


def _limit_memory(process: int, size: int) -> None:
    try:
        from resource import RLIMIT_AS, prlimit  # noqa: PLC0415 - Linux alone has it
    except ImportError:
        return
    most = BASE_BYTES + BYTES_PER_BYTE * size
    # a reader that has ended already needs no limit
    with suppress(ProcessLookupError):
        prlimit(process, RLIMIT_AS, (most, most))


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
        raise swapped_axes_error(path)
    if not (west >= -360 and south >= -90 and east <= 360 and north <= 90):  # noqa: PLR2004 - degrees of the globe
        raise InputError(NO_DEGREES if read.crs is None else IN_METRES, file=path)


def _repair_shapes(shapes: "gpd.GeoSeries", path: Path) -> tuple["gpd.GeoSeries", tuple[Notice, ...]]:
    """Make areas valid; what is no area at all is left out, and counted. The index keeps the feature numbers."""
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    flat = np.where(shapes.isna() | shapes.is_empty, shapely.Polygon(), shapely.force_2d(shapes.to_numpy()))
    mixed = shapely.get_type_id(flat) == COLLECTION
    flat[mixed] = [_areas(shapely.multipolygons(_polygons(shape))) for shape in flat[mixed]]
    wrong = ~shapely.is_valid(flat)
    valid = flat.copy()
    valid[wrong] = [_areas(shape) for shape in shapely.make_valid(flat[wrong])]
    area = np.isin(shapely.get_type_id(valid), [POLYGON, MULTIPOLYGON]) & ~shapely.is_empty(valid)
    if not area.any():
        raise InputError("{file}: contains no polygons", file=path)
    refuse(path, area & ~np.isfinite(shapely.bounds(valid)).all(axis=1), Text("coordinates outside the globe"))
    mended = (list_messages.shapes_repaired(_feature_numbers(wrong | mixed)),) if (wrong | mixed).any() else ()
    notices = (*mended, *((list_messages.areas_left_out(int((~area).sum())),) if not area.all() else ()))
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
        part = shapely.make_valid(
            shapely.transform(
                part, lambda points: np.column_stack([points[:, 0] + 360 * (points[:, 0] < 0), points[:, 1]])
            )
        )
    turns = (-360, 0, 360)
    pieces = [
        shapely.intersection(shapely.transform(part, lambda points, by=by: points + np.array([by, 0])), GLOBE)
        for by in turns
    ]
    return [piece for piece in pieces if not shapely.is_empty(piece) and shapely.area(piece) > 0]


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_type_id(parts) == POLYGON])


def _part_overlaps(shapes: "gpd.GeoSeries", path: Path) -> tuple["gpd.GeoSeries", tuple[Notice, ...]]:
    """Give small overlaps to the larger of two areas; refuse gross ones.

    Raises
    ------
    InputError
        Where an overlap is more than a tenth of the smaller area: a creator can be in one market only.
    """
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    areas, sizes = shapes.to_numpy().copy(), shapely.area(shapes.to_numpy())
    first, second = shapes.sindex.query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    common = shapely.area(shapely.intersection(areas[first], areas[second]))
    smaller = np.minimum(sizes[first], sizes[second])
    gross = common > GROSS_SHARE * smaller
    if gross.any():
        numbers = shapes.index.to_numpy() + 1
        labels = [f"{numbers[a]} + {numbers[b]}" for a, b in zip(first[gross], second[gross], strict=True)]
        raise InputError(
            "{file}: features {numbers} overlap: a creator can be in one market only",
            file=path,
            numbers=_shorten_list(labels),
        )
    small = common > OVERLAP_SHARE * smaller
    for a, b in zip(first[small], second[small], strict=True):
        less, more = (a, b) if sizes[a] < sizes[b] else (b, a)
        rest = shapely.difference(areas[less], areas[more])
        is_area = shapely.get_type_id(rest) in (POLYGON, MULTIPOLYGON)
        areas[less] = rest if is_area else shapely.union_all(_polygons(rest))
    notices = (list_messages.overlaps_parted(int(small.sum())),) if small.any() else ()
    return gpd.GeoSeries(areas, index=shapes.index, crs=DEGREES), notices


def _feature_numbers(mask: np.ndarray) -> str:
    return _shorten_list([str(number + 1) for number in np.flatnonzero(mask)])


def _shorten_list(names: list[str]) -> str:
    rest = len(names) - FAULTS_NAMED
    return ", ".join(names[:FAULTS_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
