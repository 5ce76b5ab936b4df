"""Files of polygons from outside reach no network, no other file, and hold nothing up."""

import json
import socket
import sqlite3
import threading
import zipfile
from contextlib import closing, suppress

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import world
from hinterland.errors import InputError
from hinterland.ingest import ReferenceData, read_boundaries
from hinterland.ingest.formats import polygons

SQUARE = [[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]
FEATURE = {
    "type": "Feature",
    "properties": {"name": "PRIVATE"},
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
}
COLLECTION = {"type": "FeatureCollection", "features": [FEATURE]}
VRT = (
    "<OGRVRTDataSource>{}<OGRVRTLayer name='private'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)
PLACEMARK = """<Placemark><name>&x;</name><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 2,0 2,1 0,1 0,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"""


@pytest.fixture
def door():
    """Count who comes to an address of this machine."""
    visitors = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with suppress(OSError):
                while True:
                    visit, _ = server.accept()
                    visitors.append(visit)
                    visit.close()

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", visitors


def markets(path):
    countries = pd.DataFrame({"country": ["Aland Republic", "Borduria"], "internet_share": [0.5, None]}, ["AA", "BB"])
    return read_boundaries(path, population=None, reference=ReferenceData(world.places(), countries)).markets


def hostile_texts(address, private):
    link = {"type": "link", "properties": {"href": address, "type": "ogcwkt"}}
    for note in ("", "<!-- <kml -->"):
        yield f"vrt{note}.geojson", VRT.format(note, private)
        yield f"vrt{note}.kml", VRT.format(note, f"/vsicurl/{address}")
        yield f"wfs{note}.kml", f"<OGRWFSDataSource>{note}<URL>{address}</URL></OGRWFSDataSource>"
        yield (
            f"wms{note}.kml",
            f"<GDAL_WMS>{note}<Service name='TMS'><ServerUrl>{address}</ServerUrl></Service></GDAL_WMS>",
        )
    yield (
        "network.kml",
        f"<kml><Document><NetworkLink><Link><href>{address}</href></Link></NetworkLink></Document></kml>",
    )
    yield "entity.kml", f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{private}">]><kml><Document>{PLACEMARK}</Document></kml>'
    yield "service.json", json.dumps({"serviceUrl": address, "type": "FeatureService"})
    yield (
        "tiles.json",
        json.dumps({"tilejson": "2.0.0", "tiles": [address], "links": [{"rel": "data", "href": address}]}),
    )
    yield (
        "gdalg.json",
        json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline read {private}"}),
    )
    yield "linked.geojson", json.dumps(COLLECTION | {"crs": link})
    yield "address.geojson", json.dumps(COLLECTION | {"crs": {"type": "name", "properties": {"name": address}}})
    yield "next.geojson", json.dumps(COLLECTION | {"links": [{"rel": "next", "href": address}]})


def test_no_file_of_polygons_asks_an_address_or_reads_another_file(tmp_path, door):
    address, visitors = door
    private = tmp_path / "elsewhere" / "private.geojson"
    private.parent.mkdir()
    private.write_text(json.dumps(COLLECTION), encoding="utf-8")
    own = {"linked.geojson", "address.geojson", "next.geojson"}
    for number, (name, text) in enumerate(hostile_texts(address, private)):
        path = tmp_path / f"{number}{name.replace('<!-- <kml -->', '-disguised')}"
        path.write_text(text, encoding="utf-8")
        try:
            found = markets(path)["market"].tolist()
        except InputError:
            found = []
        assert name in own or "PRIVATE" not in found, name
        assert not visitors, name
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.vrt", VRT.format("", private))
    with pytest.raises(InputError):
        markets(packed)
    assert not visitors


@pytest.mark.parametrize("path", ["/vsicurl/{}", "/vsizip/{}", "{}", "WFS:{}", "GeoJSON:{}"])
def test_no_address_is_taken_for_a_path(tmp_path, door, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    address, visitors = door
    with pytest.raises(InputError, match="not a web address"):
        markets(type(tmp_path)(path.format(address)))
    assert not visitors


def test_a_view_without_end_is_ended(tmp_path, monkeypatch):
    path = tmp_path / "views.gpkg"
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Polygon(SQUARE)], crs=4326).to_file(path, layer="a")
    with closing(sqlite3.connect(path)) as database, database:
        endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select x as fid, null as geom from c"
        database.execute(f"create view v as {endless}")
        database.execute("delete from gpkg_contents")
        database.execute("delete from gpkg_geometry_columns")
        database.execute(
            "insert into gpkg_contents(table_name, data_type, identifier, srs_id) values ('v', 'features', 'v', 4326)"
        )
        database.execute("insert into gpkg_geometry_columns values ('v', 'geom', 'POLYGON', 4326, 0, 0)")
    monkeypatch.setattr(polygons, "MOST_SECONDS", 4.0)
    with pytest.raises(InputError, match="takes more than 4 seconds"):
        markets(path)


def test_what_needs_too_much_memory_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "deep.geojson"
    path.write_text("[" * 2_000_000, encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as polygons"):
        markets(path)
    honest = tmp_path / "honest.geojson"
    honest.write_text(json.dumps(COLLECTION), encoding="utf-8")
    monkeypatch.setattr(polygons, "BASE_BYTES", 2**26)
    with pytest.raises(InputError, match="needs too much memory"):
        markets(honest)


def test_an_archive_that_grows_beyond_reason_is_refused(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 150_000_000)
    with pytest.raises(InputError, match="which looks like a zip bomb"):
        markets(path)


def test_a_name_longer_than_any_file_is_the_users_mistake(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        markets(tmp_path / ("x" * 300))
