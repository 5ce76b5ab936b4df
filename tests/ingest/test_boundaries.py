"""Own polygons become markets, whatever file they come in, or are refused by feature number."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import world
from hinterland import Settings, analyze
from hinterland.errors import InputError, SettingsError
from hinterland.ingest import OwnMarkets, ReferenceData, places_inside, read_boundaries

DRIVERS = {".kml": "KML"}
WEST, EAST = shapely.box(0, 0, 2, 1), shapely.box(5, 0, 6, 1)


def bundled() -> ReferenceData:
    countries = pd.DataFrame({"country": ["Aland Republic", "Borduria"], "internet_share": [0.5, None]})
    return ReferenceData(world.places(), countries.set_axis(["AA", "BB"]))


def zones(*shapes: shapely.Geometry, **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def written(frame: gpd.GeoDataFrame, path: Path) -> Path:
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path, driver=DRIVERS.get(path.suffix))
    return path


def read(path: Path, population: str | None = None) -> OwnMarkets:
    return read_boundaries(path, population=population, reference=bundled())


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson", "parquet", "kml"])
@pytest.mark.parametrize("crs", [4326, 3857])
def test_any_format_and_reference_system_gives_the_same_markets(tmp_path: Path, suffix: str, crs: int):
    frame = zones(WEST, EAST, Name=["West", "East"])
    if suffix not in {"kml", "geojson"}:  # both are in degrees by definition
        frame = frame.to_crs(crs)
    own = read(written(frame, tmp_path / f"zones.{suffix}"))
    assert own.boundaries.crs.to_epsg() == 4326
    assert sorted(own.markets["country_code"]) == ["AA", "BB"]
    assert sorted(own.markets["population"]) == [300_000, 990_000]
    assert [notice.code for notice in own.notices] == ["population_summed"]


def test_users_follow_the_country_and_names_the_name_column(tmp_path: Path):
    path = written(zones(WEST, EAST, code=["w", "e"], Name=["West", "East"], people=[1000, 10]), tmp_path / "z.gpkg")
    markets = read(path, "people").markets
    assert markets.index.tolist() == ["own:w", "own:e"]
    assert markets["market"].tolist() == ["West", "East"]
    assert markets["population"].tolist() == [1000, 10]
    assert markets["internet_users"].tolist() == [500, 10]
    assert read(path, "people").notices == ()


def test_a_district_is_counted_with_its_city(tmp_path: Path):
    path = written(zones(WEST, EAST), tmp_path / "z.gpkg")
    known = bundled()
    places = known.places.assign(part_of=pd.array([None, 1, None, None], dtype="Int64"))
    own = read_boundaries(path, population=None, reference=ReferenceData(places, known.countries))
    assert own.markets["population"].tolist() == [900_000, 300_000]


def test_without_a_unique_column_ids_are_feature_numbers(tmp_path: Path):
    path = written(zones(WEST, EAST, kind=["zone", "zone"]), tmp_path / "z.gpkg")
    assert read(path).markets.index.tolist() == ["own:1", "own:2"]


def test_population_from_a_csv_by_id(tmp_path: Path):
    path = written(zones(WEST, EAST, code=["007", "008"]), tmp_path / "z.gpkg")
    people = tmp_path / "people.csv"
    people.write_text("id,population\n008,8\n007,7\n", encoding="utf-8")
    assert read(path, str(people)).markets["population"].tolist() == [7, 8]
    people.write_text("id,population\n007,7\n", encoding="utf-8")
    own = read(path, str(people))
    assert own.markets["population"].tolist() == [7, 0]
    assert own.notices[-1].code == "areas_unranked"


def test_a_bow_tie_is_repaired_and_said(tmp_path: Path):
    tie = shapely.Polygon([(0, 0), (2, 1), (2, 0), (0, 1)])
    own = read(written(zones(EAST, tie, people=[5, 5]), tmp_path / "z.gpkg"), "people")
    assert own.boundaries.is_valid.all()
    assert "feature 2" in own.notices[0].sentence


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        ([shapely.Point(5, 0)], "contains no polygons"),
        ([WEST, EAST, shapely.box(1, 0, 3, 1)], r"features 1 \+ 3 overlap"),
    ],
)
def test_what_is_no_market_is_refused_by_number(tmp_path: Path, shapes: list[shapely.Geometry], told: str):
    frame = zones(*shapes, people=[5] * len(shapes))
    path = tmp_path / "z.parquet"
    frame.to_parquet(path)
    with pytest.raises(InputError, match=told):
        read(path, "people")


def test_no_reference_system_is_said_where_degrees_and_refused_where_not(tmp_path: Path):
    frame = gpd.GeoDataFrame({"people": [5]}, geometry=[WEST])
    path = tmp_path / "z.parquet"
    frame.to_parquet(path)
    assert read(path, "people").notices[0].code == "degrees_assumed"
    frame.set_geometry([shapely.box(500_000, 0, 600_000, 9)]).to_parquet(path)
    with pytest.raises(InputError, match="reference system"):
        read(path, "people")


@pytest.mark.parametrize(
    "name", ["https://example.org/z.geojson", "/vsicurl/https://example.org/z.geojson", "/vsizip/z.zip"]
)
def test_no_web_address_and_no_virtual_path_is_opened(name: str):
    with pytest.raises(InputError, match="no such file"):
        read(Path(name))


def test_a_file_that_is_no_polygons_is_one_line(tmp_path: Path):
    path = tmp_path / "z.geojson"
    path.write_text("not at all", encoding="utf-8")
    with pytest.raises(InputError, match=r"z\.geojson: cannot be read") as fault:
        read(path)
    assert "\n" not in str(fault.value)


def test_population_of_nothing_is_refused():
    with pytest.raises(SettingsError, match="population goes with boundaries"):
        Settings(population="people")


@given(st.lists(st.integers(0, 8), min_size=1, max_size=6, unique=True))
def test_every_place_is_in_the_polygon_around_it(columns: list[int]):
    cells = gpd.GeoSeries({f"own:{x}": shapely.box(x + 0.1, 0, x + 0.9, 1) for x in columns}, crs=4326)
    inside = places_inside(world.places(), cells)
    at = [0, 1, 5, None]  # the village lies between the cells
    assert inside.fillna("").tolist() == [f"own:{x}" if x in columns else "" for x in at]


def test_a_list_is_ranked_on_own_polygons(tmp_path: Path):
    paris, lyon = shapely.box(2.0, 48.6, 2.7, 49.1), shapely.box(4.6, 45.5, 5.1, 46.0)
    path = written(zones(paris, lyon, zone=["paris", "lyon"], people=[9_000_000, 1_500_000]), tmp_path / "z.gpkg")
    creators = pd.DataFrame(
        {
            "handle": [f"h{number}" for number in range(40)],
            "followers": 1000,
            "latitude": [48.85] * 30 + [45.75] * 10,
            "longitude": [2.35] * 30 + [4.85] * 10,
        }
    )
    analysis = analyze(creators, settings=Settings(boundaries=str(path), population="people"))
    counted = analysis.ranking["creators"]
    assert counted.to_dict() == {"own:paris": 30, "own:lyon": 10}
    assert analysis.markets.geometry.notna().all()
    analysis.export(tmp_path / "map.html", tmp_path / "r.csv")
    named = analyze(
        pd.DataFrame({"handle": ["a", "b"], "location": ["Versailles, France", "Lyon, France"]}),
        settings=Settings(boundaries=str(path), population="people"),
    )
    assert named.ranking["creators"].to_dict() == {"own:paris": 1, "own:lyon": 1}


def test_areas_without_people_stay_unranked_and_creators_outside_all_areas_are_counted(tmp_path: Path):
    areas = zones(shapely.box(2, 48, 3, 49), shapely.box(4, 45, 5, 46), shapely.box(-30, 30, -29, 31))
    path = written(areas.assign(code=["paris", "lyon", "sea"], name=["Paris", "Lyon", "Sea"]), tmp_path / "z.gpkg")
    creators = [("a", "Paris, France"), ("b", "Lyon, France"), ("c", "Berlin, Germany"), ("d", "Lyon, France")]
    analysis = analyze(
        pd.DataFrame(creators, columns=["handle", "location"]), settings=Settings(boundaries=str(path), draws=100)
    )
    sea = analysis.ranking.loc["own:sea"]
    assert pd.isna(sea["rank"])
    assert (sea["class"], sea["population"], sea["creators"]) == ("not covered", 0, 0)
    assert analysis.ranking["creators"].to_dict() == {"own:paris": 1, "own:lyon": 2, "own:sea": 0}
    notices = {notice.code: notice.sentence for notice in analysis.findings.warnings}
    assert notices["areas_unranked"].startswith("1 area of the file has no population")
    assert notices["outside_areas"].startswith("1 of 4 creators")
    analysis.export(tmp_path / "r.csv", tmp_path / "map.html", tmp_path / "r.xlsx", tmp_path / "b.brief.html")
    analysis.export_detail(tmp_path / "detail.csv")
    assert "inf" not in (tmp_path / "detail.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("odd", [shapely.Point(5, 0), shapely.Polygon(), None])
def test_what_is_no_area_is_left_out_and_counted(tmp_path: Path, odd: shapely.Geometry | None):
    path = tmp_path / "z.parquet"
    zones(WEST, odd, people=[5, 5]).to_parquet(path)
    own = read(path, "people")
    assert len(own.markets) == 1
    assert [notice.code for notice in own.notices] == ["areas_left_out"]


def test_a_small_overlap_goes_to_the_larger_area(tmp_path: Path):
    path = written(zones(WEST, shapely.box(1.95, 0, 3, 1), people=[5, 5]), tmp_path / "z.gpkg")
    own = read(path, "people")
    assert shapely.area(own.boundaries.geometry.to_numpy()).round(6).tolist() == [2.0, 1.0]
    assert [notice.code for notice in own.notices] == ["overlaps_parted"]


def test_people_are_read_as_written_and_names_found(tmp_path: Path):
    columns = {"Shape_Area": [1.5, 2.5], "LAD21NM": ["West Riding", "East Riding"], "pop": ["9,000,000", "12 000"]}
    markets = read(written(zones(WEST, EAST, **columns), tmp_path / "z.gpkg"), "pop").markets
    assert markets["market"].tolist() == ["West Riding", "East Riding"]
    assert markets["population"].tolist() == [9_000_000, 12_000]


def test_people_from_a_csv_of_another_kind(tmp_path: Path):
    path = written(zones(WEST, EAST, code=["w", "e"]), tmp_path / "z.gpkg")
    people = tmp_path / "people.csv"
    people.write_bytes("Code;Name;Einwohner\nw;Köln;9.000.000\ne;Bonn;12 000\n".encode("cp1252"))
    assert read(path, str(people)).markets["population"].tolist() == [9_000_000, 12_000]


def test_axes_and_metres_are_named(tmp_path: Path):
    metres = zones(shapely.box(500_000, 5_000_000, 600_000, 5_100_000), people=[5])
    with pytest.raises(InputError, match="metres"):
        read(written(metres, tmp_path / "m.geojson"), "people")
    with pytest.raises(InputError, match="axes are swapped"):
        read(written(zones(shapely.box(-18, 177, -17, 179), people=[5]), tmp_path / "s.geojson"), "people")


def test_an_area_over_the_antimeridian_is_cut_there(tmp_path: Path):
    around = shapely.Polygon([(177, -19), (-179, -19), (-179, -16), (177, -16)])
    beyond = shapely.box(178, 0, 182, 1)
    own = read(written(zones(around, beyond, people=[5, 5]), tmp_path / "z.gpkg"), "people")
    assert shapely.area(own.boundaries.geometry.to_numpy()).round(6).tolist() == [12.0, 4.0]
    assert own.boundaries.total_bounds.tolist()[::2] == [-180, 180]


def test_layers_left_are_said(tmp_path: Path):
    path = tmp_path / "z.gpkg"
    zones(WEST, people=[5]).to_file(path, layer="west")
    zones(EAST, people=[7]).to_file(path, layer="east")
    first = read(path, "people")
    assert (first.notices[0].code, first.markets["population"].tolist()) == ("layers_left", [5])
    own = read_boundaries(path, population="people", reference=bundled(), layer="east")
    assert own.markets["population"].tolist() == [7]
    with pytest.raises(InputError, match="no layer 'north'"):
        read_boundaries(path, population="people", reference=bundled(), layer="north")


def test_a_document_that_fetches_others_is_not_opened(tmp_path: Path):
    path = tmp_path / "z.geojson"
    path.write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/x</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    with pytest.raises(InputError, match="cannot be read as polygons"):
        read(path)
