"""The bundled geography keeps its contracts and looks right to someone who knows the places."""

import os
import subprocess
import sys
import zlib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

from hinterland import resources
from hinterland.errors import ReferenceDataError, UnknownNameError
from hinterland.geo import EARTH_RADIUS_KM, unit_vectors
from hinterland.geocode.normalize import normalise_name
from hinterland.reference import (
    LEVELS,
    describe,
    load,
    load_basemap,
    load_boundaries,
    load_countries,
    load_covariates,
    load_markets,
    load_names,
    load_places,
    load_regions,
)
from hinterland.reference.builder.boundaries import cut_strays, separate
from hinterland.reference.builder.catchments import cells_of, find_hosts, nearest_city, with_towns
from hinterland.reference.builder.countries import first_number, read_census
from hinterland.reference.builder.districts import NOT_A_DISTRICT, find_parents
from hinterland.reference.builder.download import PACKAGES, fetch
from hinterland.reference.builder.markets import labels, with_figures
from hinterland.reference.builder.metros import (
    city_errors,
    merge_metros,
    settle_populations,
    with_suburbs,
    with_unlisted,
)
from hinterland.reference.builder.overrides import add_county_seats, raise_county_seats
from hinterland.reference.builder.places import make_names, read_urban_areas

NEW_YORK = 5128581
# market id of the metro, low and high of what people who know it would accept, in millions
KNOWN_METROS = {
    "New York": (5128581, 15, 22),
    "Los Angeles": (5368361, 11, 19),
    "Tokyo": (1850147, 26, 40),
    "Paris": (2988507, 8.5, 13),
    "London": (2643743, 8.5, 15),
    "Jakarta": (1642911, 15, 35),
    "São Paulo": (3448439, 18, 24),
    "Manila": (1701668, 12, 27),
    "Johannesburg": (993800, 5, 11),
    "Mexico City": (3530597, 18, 24),
    "Seoul": (1835848, 18, 27),
    "Cairo": (360630, 14, 24),
}


def members_of(markets: pd.DataFrame) -> pd.Series:
    return markets["members"].str.split(";").explode()


@pytest.mark.parametrize("level", LEVELS)
def test_markets_of_a_level_are_largest_first_and_named(level: str):
    markets = load_markets(level)
    assert markets["population"].is_monotonic_decreasing
    assert markets.index.str.startswith(f"{level}:").all()
    assert (markets["market"].str.len() > 0).all()
    assert (markets["internet_users"] <= markets["population"]).all()
    assert markets["latitude"].between(-90, 90).all()
    assert markets["longitude"].between(-180, 180).all()


def test_min_population_leaves_the_small_out():
    every, large = load_markets("city"), load_markets("city", min_population=15_000)
    assert large.index.equals(every.index[every["population"] >= 15_000])


def test_unknown_level_is_named():
    with pytest.raises(UnknownNameError, match="galaxy"):
        load_markets("galaxy")
    with pytest.raises(UnknownNameError, match="galaxy"):
        load_boundaries("galaxy")


@pytest.mark.parametrize("level", ["city", "metro"])
def test_no_place_is_a_member_of_two_markets(level: str):
    members = members_of(load_markets(level))
    assert members.is_unique
    assert members.astype("int64").isin(load_places().index).all()


def test_every_city_market_is_in_exactly_one_metro():
    places, cities = load_places(), load_markets("city")
    principals = cities.index.str.removeprefix("city:").astype("int64")
    assert places.loc[principals, "city_market"].tolist() == cities.index.tolist()
    assert places.loc[principals, "metro_market"].isin(load_markets("metro").index).all()


def test_metros_count_their_cities_once():
    places, cities = load_places(), load_markets("city")
    principals = cities.index.str.removeprefix("city:").astype("int64")
    summed = cities["population"].groupby(places.loc[principals, "metro_market"].to_numpy()).sum()
    metros = load_markets("metro")
    raised = metros["gazetteer_population"] - summed.reindex(metros.index)
    known = metros["population_source"].str.contains("CIA")
    suburbs = metros["country_code"].isin(["US", "FR", "IN", "TH"])
    # populations scaled to the country are rounded to whole people
    assert raised[~known & ~suburbs].abs().max() <= 100
    assert raised[known].min() >= -100
    american = metros["country_code"].eq("US") & metros["gazetteer_population"].ge(15_000)
    times = (metros["gazetteer_population"] / summed.reindex(metros.index))[american]
    assert times.min() > 1.1
    # all alike, but for the few the factbook has more residents for
    assert (times > times.min() + 0.01).sum() < 30
    assert 50 < known.sum() < 400


def test_a_metro_says_both_figures_and_how_far_they_part():
    metros = load_markets("metro")
    second = metros["second_population"].notna()
    assert metros["gazetteer_population"].notna().all()
    assert (second == metros["population_error"].notna()).all()
    assert second[metros["population"] >= 300_000].mean() > 0.9
    assert metros.loc[second, "population_error"].between(0.05, 0.5).all()
    untouched = metros[~second & ~metros["population_source"].str.contains("scaled")]
    assert np.allclose(untouched["population"], untouched["gazetteer_population"], rtol=0.05, atol=2)


@pytest.mark.parametrize("level", LEVELS)
def test_population_error_reaches_the_markets_table(level: str):
    error = load_markets(level)["population_error"]
    assert error.dtype == "float64"
    assert error.dropna().between(0.005, 1).all()
    assert error.notna().mean() > {"city": 0.3, "metro": 0.3, "region": 0.01, "country": 0.9}[level]


def test_places_point_at_markets_that_exist():
    places = load_places()
    for level in ("city", "metro"):
        named = places[f"{level}_market"].dropna()
        assert named.isin(load_markets(level).index).all()
    assert places["region_id"].dropna().isin(load_regions().index).all()
    assert places["country_code"].isin(load_countries().index).all()


def test_a_district_shares_its_citys_market():
    places = load_places()
    districts = places[places["part_of"].notna()]
    parents = places.loc[districts["part_of"].astype("int64")]
    assert parents["part_of"].isna().all()
    assert (districts["country_code"].to_numpy() == parents["country_code"].to_numpy()).all()
    settled = parents["city_market"].notna().to_numpy()
    assert (districts["city_market"].to_numpy()[settled] == parents["city_market"].to_numpy()[settled]).all()


@pytest.mark.parametrize("borough", [5110302, 5125771, 5133273, 5110266, 5139568])
def test_the_boroughs_are_new_york(borough: int):
    assert load_places().loc[borough, "city_market"] == f"city:{NEW_YORK}"
    assert load_markets("city").loc[f"city:{NEW_YORK}", "market"] == "New York"


@pytest.mark.parametrize("code", ["HK", "SG", "MO", "MC"])
def test_city_states_are_one_market(code: str):
    for level in ("city", "metro"):
        markets = load_markets(level)
        assert (markets["country_code"] == code).sum() == 1


def test_cities_do_not_outnumber_their_country():
    countries = load_countries()["population"]
    summed = load_markets("city").groupby("country_code")["population"].sum()
    share = summed / countries[countries > 300_000]
    assert share.max() <= 1.05


def test_metros_do_not_outnumber_their_country():
    countries = load_countries()["population"]
    summed = load_markets("metro").groupby("country_code")["population"].sum()
    assert (summed / countries[countries > 300_000]).max() <= 1.05


def test_most_people_live_in_official_or_dissolved_markets():
    cities = load_markets("city", min_population=15_000)
    shares = cities.groupby("boundary_kind")["population"].sum() / cities["population"].sum()
    assert shares["official"] + shares["dissolved"] >= 0.55
    assert (cities["boundary_kind"] == "modelled").mean() < 0.02


def test_every_place_from_15000_residents_is_in_a_city_and_every_town_in_a_metro():
    places = load_places()
    assert places.loc[places["population"] >= 15_000, "city_market"].notna().all()
    assert places.loc[places["population"] >= 5_000, "metro_market"].isna().sum() <= 10


@pytest.mark.parametrize(("place", "low", "high"), [(1835848, 450, 700), (2950159, 700, 1000), (2643743, 1400, 1700)])
def test_great_cities_fill_their_area(place: int, low: float, high: float):
    assert low <= load_markets("city").loc[f"city:{place}", "area_km2"] <= high


def test_outlines_end_at_the_border():
    cities, countries = load_boundaries("city"), load_boundaries("country")["geometry"]
    land = countries.reindex("country:" + load_markets("city").loc[cities.index, "country_code"]).to_numpy()
    shapely.prepare(land)
    shapes = cities.geometry.to_numpy()
    crossing = ~shapely.covers(land, shapes) & ~shapely.is_missing(land)
    beyond = shapely.area(shapely.difference(shapes[crossing], land[crossing])).sum()
    assert beyond < 0.01 * shapely.area(shapes).sum()


def test_most_places_know_their_metro():
    assert load_places()["metro_market"].notna().mean() > 0.85


def agglomerations() -> pd.DataFrame:
    shared = os.environ.get("HINTERLAND_SHARED")
    if not shared:
        pytest.skip("HINTERLAND_SHARED is unset: the UN's figures lie there")
    un = pd.read_csv(Path(shared) / "known_answers" / "un_agglomerations_dev_half.csv")
    metros = load_markets("metro", min_population=15_000)
    near = KDTree(unit_vectors(metros)).query_ball_point(unit_vectors(un), 25 / EARTH_RADIUS_KM)
    residents = metros["population"].to_numpy()
    largest = pd.Series([max(found, key=lambda at: residents[at]) if found else -1 for found in near])
    met = metros.reset_index().reindex(largest.where(largest >= 0)).reset_index(drop=True)
    continent = met["country_code"].map(load_countries()["continent"])
    return met.assign(ratio=met["population"] / un["population_2020"], continent=continent, untuned=is_untuned(un))


def is_untuned(un: pd.DataFrame) -> np.ndarray:
    # the half of the agglomerations the rule between the two sources was not fitted on
    names = (un["country"] + "|" + un["agglomeration"]).str.encode("utf-8")
    return names.map(zlib.crc32).to_numpy() % 2 == 1


def test_metros_agree_with_the_united_nations():
    ratio = agglomerations()["ratio"]
    assert ratio.notna().mean() >= 0.985
    assert 0.97 <= ratio.median() <= 1.05
    assert ratio.between(0.6, 1.6).mean() >= 0.82


def test_metros_agree_as_well_where_the_rule_was_not_fitted():
    met = agglomerations()
    assert met.loc[met["untuned"], "ratio"].between(0.6, 1.6).mean() >= 0.8


def test_population_error_is_as_large_as_the_errors_are():
    met = agglomerations()
    errors = np.log(met["ratio"]).abs() / met["population_error"]
    assert 0.5 <= errors.median() <= 0.9
    by_continent = errors.groupby(met["continent"]).agg(["median", "size"])
    large = by_continent.loc[by_continent["size"] >= 40, "median"]
    assert len(large) >= 5
    assert large.between(0.5, 0.9).all(), large


def test_unlisted_suburbs_go_to_the_metros_in_proportion():
    metros = pd.DataFrame(
        {"country_code": ["US", "US", "FR"], "population": [60.0, 20.0, 10.0], "population_source": "GeoNames"}
    )
    countries = pd.DataFrame({"population": [200.0, 100.0], "urban_share": [0.5, 0.9]}, index=["US", "FR"])
    raised = with_suburbs(metros, countries)
    assert raised["population"].tolist() == [75.0, 25.0, 10.0]
    assert raised["population_source"].tolist() == ["GeoNames, with unlisted suburbs"] * 2 + ["GeoNames"]


def test_an_outline_pushed_over_the_border_is_cut_back_around_its_place():
    land = shapely.box(0, 0, 1, 1)
    shapes = gpd.GeoSeries([shapely.box(0.5, 0.5, 1.5, 1), shapely.box(0, 0, 0.5, 0.5)], index=[1, 2], crs=4326)
    homes = gpd.GeoSeries([shapely.Point(0.9, 0.9), shapely.Point(0.1, 0.1)], index=[1, 2], crs=4326)
    cut = cut_strays(shapes, gpd.GeoSeries([land, land], crs=4326), homes)
    assert cut[1].equals(shapely.box(0.5, 0.5, 1, 1))
    assert cut[2].equals(shapes[2])


def test_traits_of_countries_are_of_the_right_size():
    traits = load_covariates()
    assert np.exp(traits["income"]["LU"]) > 5 * np.exp(traits["income"]["IN"]) > 5_000
    assert traits["age"]["JP"] > 45
    assert traits["age"]["NG"] < 25
    assert traits["urban_share"]["SG"] == pytest.approx(1, abs=0.01)
    assert np.exp(traits["language_reach"]["AU"]) > 1e9
    assert np.exp(traits["language_reach"]["IS"]) < 2e7
    assert traits.notna().mean().min() > 0.8


def test_regions_sum_to_their_country():
    summed = load_markets("region").groupby("country_code")["population"].sum()
    country = load_markets("country").set_index("country_code")["population"]
    assert np.allclose(summed, country.reindex(summed.index), rtol=1e-3, atol=50)


@pytest.mark.parametrize("name", KNOWN_METROS)
def test_great_metros_look_right(name: str):
    place, low, high = KNOWN_METROS[name]
    metro = load_markets("metro").loc[f"metro:{place}"]
    assert metro["market"] == name
    assert low <= metro["population"] / 1e6 <= high


@pytest.mark.parametrize("level", LEVELS)
def test_outlines_are_valid_polygons_of_markets(level: str):
    outlines = load_boundaries(level)
    assert outlines.crs.to_epsg() == 4326
    assert outlines.index.is_unique
    assert outlines.index.isin(load_markets(level).index).all()
    assert outlines.is_valid.all()
    assert not outlines.is_empty.any()
    assert outlines.geom_type.isin(["Polygon", "MultiPolygon"]).all()


@pytest.mark.parametrize("level", ["city", "metro"])
def test_outlines_hold_their_own_place(level: str):
    outlines, markets = load_boundaries(level), load_markets(level)
    own = markets.loc[outlines.index]
    homes = shapely.points(own["longitude"], own["latitude"])
    away = shapely.distance(outlines.geometry.to_numpy(), homes)
    assert (away > 2e-4).sum() == 0


@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
@pytest.mark.parametrize("level", ["city", "metro"])
def test_outlines_of_a_level_do_not_overlap(level: str):
    shapes = load_boundaries(level).geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    common = shapely.area(shapely.intersection(shapes[one[pairs]], shapes[other[pairs]]))
    smaller = np.minimum(shapely.area(shapes[one[pairs]]), shapely.area(shapes[other[pairs]]))
    assert (common > 0.01 * smaller).sum() == 0


def test_city_markets_from_15000_residents_have_outlines():
    large = load_markets("city", min_population=15_000)
    assert large.index.isin(load_boundaries("city").index).mean() > 0.995


def test_asked_for_outlines_come_in_order_and_without_the_unknown():
    wanted = ["city:2643743", "city:0", f"city:{NEW_YORK}"]
    assert load_boundaries("city", wanted).index.tolist() == ["city:2643743", f"city:{NEW_YORK}"]


def test_names_are_sorted_keys_of_places_in_many_scripts():
    names = load_names().to_pandas()
    assert names["key"].is_monotonic_increasing
    assert not names.duplicated(["key", "place_id"]).any()
    assert names["place_id"].isin(load_places().index).all()
    for text in ("New York", "Нью-Йорк", "ニューヨーク", "nyc"):
        assert NEW_YORK in set(names.loc[names["key"] == normalise_name(text), "place_id"])
    assert not names["key"].str.fullmatch(r"[\d ]*").any()


def test_every_place_can_be_found_by_name():
    nameless = set(load_places().index) - set(load_names()["place_id"].to_pylist())
    assert len(nameless) < 20


def test_no_licence_is_unknown_and_the_unlicensed_sets_are_absent():
    markets = load_markets("city")
    assert not markets["boundary_licence"].str.contains("Direct Permission").any()
    left_out = markets[markets["country_code"].isin(["VU", "SB", "TV", "OM"])]
    assert (left_out["boundary_kind"] == "modelled").all()


def test_describe_names_every_file_with_source_and_licence():
    told = describe()
    assert {"places.parquet", "boundaries.parquet", "basemap.json"} <= set(told.index)
    assert told.drop(columns="rows").notna().all(axis=None)
    assert told["bytes"].sum() <= 40_000_000
    assert load_basemap().startswith('{"type":"Topology"')


def test_missing_file_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(resources, "FOLDERS", (tmp_path, tmp_path))
    with pytest.raises(ReferenceDataError, match="hinterland reference build"):
        load.read_table("places.parquet")


def test_damaged_file_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "places.parquet").write_bytes(b"PAR1 but not really")
    monkeypatch.setattr(resources, "FOLDERS", (tmp_path, tmp_path))
    with pytest.raises(ReferenceDataError, match="damaged"):
        load.read_table("places.parquet")


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path):
    package = PACKAGES["world-atlas"]
    (tmp_path / package.archive).write_bytes(b"something else")
    with pytest.raises(ReferenceDataError, match="SHA-256"):
        fetch(package, tmp_path)
    (tmp_path / package.archive).write_bytes(b"right")
    assert fetch(replace(package, sha256=sha256(b"right").hexdigest()), tmp_path) == tmp_path / package.archive


def test_importing_the_loaders_imports_no_geometry():
    code = "import sys, hinterland.reference; print('geopandas' in sys.modules or 'shapely' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def small_places(rows: list[tuple[int, float, float, float, str | None]]) -> pd.DataFrame:
    columns = ["place_id", "longitude", "latitude", "population", "feature_code"]
    frame = pd.DataFrame(rows, columns=columns).set_index("place_id")
    return frame.assign(country_code="XX", region_id="XX.1", unit=-1, place="x")


def no_units() -> pd.DataFrame:
    return pd.DataFrame({"area_km2": pd.Series(dtype=float), "city": pd.Series(dtype="Int64")})


def test_districts_of_a_small_world():
    places = small_places(
        [
            (1, 0.0, 50.0, 1_000_000, "PPLC"),
            (2, 0.02, 50.0, 80_000, "PPLX"),
            (3, 0.03, 50.01, 90_000, None),
            (4, 1.0, 50.0, 90_000, "PPL"),
            (5, 0.0, 50.3, 200_000, "PPLX"),
        ]
    )
    countries = pd.DataFrame({"population": [5e6], "urban_share": [0.8]}, index=["XX"])
    parents = find_parents(places, no_units(), countries)
    assert parents.to_dict() == {1: NOT_A_DISTRICT, 2: 1, 3: 1, 4: NOT_A_DISTRICT, 5: NOT_A_DISTRICT}


def test_metro_takes_the_near_and_leaves_the_far():
    places = small_places([(1, 0.0, 0.0, 1e6, "PPL"), (2, 0.1, 0.0, 5e4, "PPL"), (3, 0.5, 0.0, 5e4, "PPL")])
    assert merge_metros(places).to_dict() == {1: 1, 2: 1, 3: 3}


def test_a_complete_metro_reaches_on_for_the_residents_it_is_known_to_have():
    places = small_places([(1, 0.0, 0.0, 1e6, "PPL"), (2, 0.2, 0.0, 5e5, "PPL")])
    known = pd.Series({1: 1.6e6})
    assert merge_metros(places, {"XX": 0.99}).to_dict() == {1: 1, 2: 2}
    assert merge_metros(places, {"XX": 0.99}, figures=known).to_dict() == {1: 1, 2: 1}
    assert merge_metros(places, {"XX": 1.0}, figures=known).to_dict() == {1: 1, 2: 2}


def test_a_neighbour_with_an_urban_area_of_its_own_keeps_the_cities_nearer_to_it():
    places = small_places(
        [(1, 0.0, 0.0, 1e6, "PPL"), (2, 0.12, 0.0, 6e5, "PPL"), (3, 0.1, 0.0, 5e4, "PPL"), (4, 0.03, 0.0, 5e4, "PPL")]
    )
    assert merge_metros(places).to_dict() == {1: 1, 2: 1, 3: 1, 4: 1}
    areas = pd.Series({1: 1e6, 2: 6e5})
    assert merge_metros(places, urban_areas=areas).to_dict() == {1: 1, 2: 2, 3: 2, 4: 1}
    assert merge_metros(places, urban_areas=areas.where(areas > 9e5)).to_dict() == {1: 1, 2: 1, 3: 1, 4: 1}


@pytest.mark.parametrize(
    ("country", "areas", "founder"),
    [
        ("US", {1: 1e6, 2: 6e4}, 1),  # the second source knows a municipality
        ("US", {1: 1e6}, 1),
        ("US", {1: 1e6, 2: 1.2e5}, 2),  # an urban area of its own
        ("US", {1: 1.3e6, 2: 0.9e5}, 1),  # in an urban area that has both
        ("XX", {1: 1e6, 2: 6e4}, 2),  # not a country built for the car
    ],
)
def test_a_suburb_without_an_urban_area_joins_the_metro_beside_it(country: str, areas: dict[int, float], founder: int):
    places = small_places([(1, 0.0, 0.0, 1e6, "PPL"), (2, 0.1, 0.0, 1e5, "PPL")]).assign(country_code=country)
    assert merge_metros(places, {country: 0.1}, urban_areas=pd.Series(areas)).to_dict() == {1: 1, 2: founder}


def test_suburbs_of_suburbs_follow():
    rows = [(1, 0.0, 0.0, 1e6, "PPL"), (2, 0.1, 0.0, 1e5, "PPL"), (3, 0.2, 0.0, 2e4, "PPL")]
    places = small_places(rows).assign(country_code="US")
    assert merge_metros(places, {"US": 0.1}).to_dict() == {1: 1, 2: 1, 3: 1}


def test_the_seat_of_a_county_level_city_counts_as_a_city():
    places = small_places([(1, 0, 0, 60_000, "PPLA3"), (2, 0, 0, 9_000, "PPL"), (3, 0, 0, 9e5, "PPL")])
    places.loc[4] = {**places.loc[1], "population": None, "place": "Weston", "unit": 2}
    places = places.assign(unit=[0, 0, 1, 2], population_source="GeoNames")
    units = pd.DataFrame({"country_code": "CN", "unit_name": ["Easton City", "Northton City", "Weston City"]})
    assert raise_county_seats(places, units)["population"].to_dict() == {1: 300_000, 2: 9_000, 3: 9e5, 4: 250_000}
    assert raise_county_seats(places, units.assign(country_code="XX"))["population"].fillna(0).tolist()[-1] == 0


def test_a_village_takes_the_nearest_city_of_its_country():
    cities = small_places([(1, 0.0, 0.0, 1e6, "PPL"), (2, 0.3, 0.0, 5e4, "PPL")])
    villages = small_places([(3, 0.1, 0.0, 900, "PPL"), (4, 0.25, 0.0, 900, "PPL"), (5, 1.0, 0.0, 900, "PPL")])
    assert nearest_city(villages, cities).fillna(0).to_dict() == {3: 1, 4: 2, 5: 0}
    assert nearest_city(villages.assign(country_code=["XX", "YY", "XX"]), cities).fillna(0).to_dict()[4] == 0


def test_towns_count_in_the_city_around_them():
    cities = small_places([(1, 0.5, 0.5, 1e6, "PPL"), (2, 0.6, 0.5, 9e3, "PPL"), (3, 2.0, 0.5, 9e3, "PPL")])
    drawn = gpd.GeoDataFrame({"boundary_kind": ["official"]}, geometry=[shapely.box(0, 0, 1, 1)], index=[1], crs=4326)
    hosts = find_hosts(cities.loc[[2, 3]], drawn)
    assert hosts.to_dict() == {2: 1}
    assert with_towns(cities, hosts)["population"].to_dict() == {1: 1_009_000, 3: 9_000}
    assert find_hosts(cities.loc[[2]], drawn.assign(boundary_kind="split")).empty


def test_a_seat_without_a_figure_gets_half_of_its_county():
    seats = [(2, 0.05, 0, np.nan, "PPLA3"), (3, 1, 0, np.nan, "PPLA3"), (4, 2, 0, np.nan, "PPLA3")]
    places = small_places([(1, 0, 0, 3e5, "PPLA"), *seats, (5, 3, 0, np.nan, "PPL")])
    places = places.assign(country_code="CN", population_source="GeoNames")
    figures = pd.Series({2: 2e6, 3: 5e5, 4: 2e6, 5: 1e5})
    seated = add_county_seats(places, figures)["population"].fillna(0)
    assert seated.to_dict() == {1: 3e5, 2: 0, 3: 2.5e5, 4: 4e5, 5: 0}
    assert add_county_seats(places.assign(country_code="XX"), figures)["population"].isna().sum() == 4


def metros_of(country: str, people: list[float], source: str = "GeoNames") -> pd.DataFrame:
    frame = pd.DataFrame({"population": people, "country_code": country, "population_source": source})
    return frame.set_index("metro:" + frame.index.astype("str"))


@pytest.mark.parametrize(
    ("country", "second", "settled"),
    [
        ("XX", 4e5, 2e5),
        ("XX", 3e4, 1e5),  # a municipality
        ("XX", 6e5, 1e5),  # far larger
        ("US", 9e4, 9e4),
        ("CN", 1.21e5, 1.1e5),
        ("CN", 8e5, 126_491),  # a prefecture
        ("XX", np.nan, 1e5),
    ],
)
def test_the_population_of_a_metro_lies_between_its_two_figures(country: str, second: float, settled: float):
    metros = metros_of(country, [1e5])
    countries = pd.DataFrame({"population": [1e9]}, index=[country])
    row = settle_populations(metros, pd.Series([second], index=metros.index), countries).iloc[0]
    assert row["population"] == pytest.approx(settled, rel=1e-4)
    assert row["gazetteer_population"] == 1e5
    assert np.isnan(row["population_error"]) == np.isnan(second)
    assert ("SimpleMaps" in row["population_source"]) == (settled != 1e5)


def test_half_of_a_county_level_city_lives_in_its_seat():
    metros = metros_of("CN", [4e5], "modelled: seat of a county-level city")
    countries = pd.DataFrame({"population": [1e9]}, index=["CN"])
    assert settle_populations(metros, pd.Series([1e6], index=metros.index), countries)["population"].tolist() == [5e5]


def test_a_country_whose_second_figures_count_municipalities_keeps_the_first():
    metros = metros_of("XX", [1e6] * 6)
    countries = pd.DataFrame({"population": [1e9]}, index=["XX"])
    second = pd.Series([9e5, 9e5, 5e5, 5e5, 5e5, 5e5], index=metros.index)
    assert settle_populations(metros, second, countries)["population"].eq(1e6).all()
    assert settle_populations(metros[:4], second[:4], countries)["population"].lt(1e6).all()


def test_metros_never_have_more_residents_than_their_country():
    metros = metros_of("US", [1e5, 1e5])
    settled = settle_populations(
        metros, pd.Series([3e5, 1e5], index=metros.index), pd.DataFrame({"population": [2e5]}, index=["US"])
    )
    assert settled["population"].tolist() == [1.5e5, 0.5e5]


def test_unlisted_residents_go_to_metros_without_a_known_figure():
    metros = metros_of("IN", [100.0, 50.0, 10.0])
    metros.loc["metro:0", "population_source"] = "CIA World Factbook 2026-01, urban agglomeration"
    countries = pd.DataFrame({"population": [1000.0], "urban_share": [0.22]}, index=["IN"])
    assert with_unlisted(metros, countries)["population"].tolist() == [100.0, 100.0, 20.0]
    same = with_unlisted(metros.assign(country_code="XX"), countries.set_axis(["XX"]))
    assert same["population"].tolist() == [100.0, 50.0, 10.0]


def test_the_error_of_a_city_follows_the_nearer_of_its_figures():
    cities = pd.DataFrame({"population": [1e5, 5e4, 2e4], "country_code": "XX"}, index=[1, 2, 3])
    metro = pd.Series([1, 1, 3], index=cities.index)
    errors = city_errors(cities, metro, pd.Series([1.5e5, 2e4]), pd.Series({1: 1.5e5, 3: 4e4}))
    assert errors.tolist() == pytest.approx([0.07, np.nan, 0.32], abs=0.001, nan_ok=True)


def test_rows_of_the_second_source_find_their_city(monkeypatch: pytest.MonkeyPatch):
    rows = [
        {"city": "Köln", "city_ascii": "Koln", "lat": "0.1", "lng": "0", "iso2": "XX", "population": "900"},
        {"city": "Mülheim", "city_ascii": "Mulheim", "lat": "0.11", "lng": "0", "iso2": "XX", "population": "70"},
        {"city": "Elsewhere", "city_ascii": "Elsewhere", "lat": "1", "lng": "0.01", "iso2": "XX", "population": "90"},
        {"city": "Cologne", "city_ascii": "Cologne", "lat": "0.1", "lng": "0", "iso2": "YY", "population": "5"},
        {"city": "Cologne", "city_ascii": "Cologne", "lat": "0.1", "lng": "0", "iso2": "XX", "population": ""},
    ]
    monkeypatch.setattr("hinterland.reference.builder.places.read_json", lambda *_: rows)
    places = pd.DataFrame(
        {"place": ["Cologne", "Mülheim", "Far"], "longitude": 0.0, "latitude": [0.0, 0.1, 1.0], "city": [1, 1, 3]},
        index=[1, 2, 3],
    ).assign(country_code="XX", population=[1000.0, 50.0, 80.0])
    found = read_urban_areas(Path(), places, pd.Series({1: "Köln"}))
    assert found.to_dict() == {1: 900.0, 3: 90.0}


def test_census_counts_every_resident_once():
    census = read_census().reset_index()
    summed = census.groupby(census["region_id"].str[:2])["population"].sum()
    assert summed.to_dict() == {"CN": 1_409_778_724, "IN": 1_210_854_977}
    assert census["region_id"].isin(load_regions().index).all()
    assert census["source"].notna().all()


@pytest.mark.parametrize(
    ("region", "low", "high"), [("IN.36", 220, 250), ("IN.34", 115, 130), ("CN.30", 120, 130), ("CN.09", 96, 103)]
)
def test_regions_of_india_and_china_are_the_censuss(region: str, low: float, high: float):
    assert low <= load_markets("region").loc[f"region:{region}", "population"] / 1e6 <= high


@pytest.mark.parametrize(
    ("city", "metro"),
    [
        ("Coram", "New York"),
        ("Mission Viejo", "Los Angeles"),
        ("Coral Springs", "Miami"),
        ("Oceanside", "San Diego"),
        ("Fort Worth", "Dallas"),
        ("Elgin", "Chicago"),
        ("The Hague", "The Hague"),
        ("Delft", "The Hague"),
        ("Riverside", "Riverside"),
        ("Baltimore", "Baltimore"),
        ("San Jose", "San Jose"),
    ],
)
def test_suburbs_belong_to_the_metro_a_local_names(city: str, metro: str):
    cities = load_markets("city")
    market = cities[cities["market"].eq(city) & cities["country_code"].isin(["US", "NL"])].iloc[0]
    place = int(market.name.removeprefix("city:"))
    assert load_markets("metro").loc[load_places().loc[place, "metro_market"], "market"] == metro


def test_aurora_in_illinois_is_chicago():
    cities = load_markets("city")
    aurora = cities[cities["label"].eq("Aurora, Illinois")].index[0]
    assert load_places().loc[int(aurora.removeprefix("city:")), "metro_market"] == "metro:4887398"


def test_the_capital_of_the_united_states_is_no_state():
    regions = load_regions()["region"]
    assert regions["US.DC"] == "District of Columbia"
    assert regions["US.WA"] == "Washington"
    assert regions["RU.48"] == "Moscow"
    assert regions["RU.47"] != "Moscow"
    assert load_markets("metro").loc["metro:4140963", "region"] == "District of Columbia"


@pytest.mark.parametrize("level", ["city", "metro"])
def test_labels_tell_markets_apart(level: str):
    markets = load_markets(level)
    labels = markets["label"]
    assert labels.notna().all()
    shared = markets.duplicated(["country_code", "label"], keep=False)
    assert shared.mean() < 0.002
    assert not shared[markets["population"] >= 200_000].any()
    for name, region in (("Springfield", "Massachusetts"), ("Aurora", "Colorado"), ("Portland", "Maine")):
        assert level == "metro" or f"{name}, {region}" in set(labels)
    assert {"Springfield, Massachusetts", "Springfield, Missouri"} <= set(labels)
    assert labels[f"{level}:2988507"] == "Paris"
    assert labels[f"{level}:{NEW_YORK}"] == "New York"


def test_labels_of_a_small_world():
    columns = ["market", "region", "country_code", "country", "longitude", "latitude", "population"]
    rows = [
        ("Aurora", "East", "XX", "Exland", 0, 0, 9e4),
        ("Aurora", "West", "XX", "Exland", 9, 0, 8e4),
        ("Aurora", "West", "XX", "Exland", 8, 0, 7e4),
        ("Harbour", "West", "XX", "Exland", 8, 0.1, 6e4),
        ("London", "East", "XX", "Exland", 1, 1, 9e4),
        ("London", "North", "YY", "Whyland", 5, 5, 9e6),
        ("Alone", None, "YY", "Whyland", 7, 7, 9e4),
    ]
    markets = pd.DataFrame(rows, columns=columns).assign(level="metro")
    assert labels(markets).tolist() == [
        *("Aurora, East", "Aurora, West", "Aurora near Harbour, West", "Harbour", "London", "London", "Alone"),
    ]


def test_figures_raise_a_metro_but_never_past_its_country():
    metros = pd.DataFrame(
        {"population": [100.0, 50.0], "country_code": "XX", "population_source": "GeoNames"},
        index=["metro:1", "metro:2"],
    )
    countries = pd.DataFrame({"population": [200.0]}, index=["XX"])
    raised = with_figures(metros, pd.Series({1: 130.0, 9: 7.0}), countries)
    assert raised["population"].tolist() == [130.0, 50.0]
    assert raised["population_source"].str.startswith("CIA").tolist() == [True, False]
    assert with_figures(metros, pd.Series({1: 180.0, 2: 20.0}), countries)["population"].tolist() == [150.0, 50.0]


def test_a_capital_names_its_metro():
    places = small_places([(1, 0.0, 0.0, 3.0e6, "PPL"), (2, 0.1, 0.0, 1.6e6, "PPLC")])
    assert merge_metros(places).to_dict() == {1: 2, 2: 2}


@given(st.lists(st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(5e3, 5e6)), min_size=1, max_size=12))
def test_cells_share_the_land_without_rest(towns: list[tuple[float, float, float]]):
    rows = [(number, x, y, people, "PPL") for number, (x, y, people) in enumerate(towns)]
    cells = cells_of(small_places(rows), shapely.box(0, 0, 1, 1))
    assert shapely.area(cells).sum() == pytest.approx(1.0, abs=1e-6)
    assert shapely.area(shapely.union_all(cells)) == pytest.approx(1.0, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8, unique=True))
def test_separated_outlines_keep_apart(corners: list[tuple[int, int]]):
    shapes = gpd.GeoSeries([shapely.box(x / 10, y / 10, x / 10 + 2, y / 10 + 2) for x, y in corners], crs=4326)
    apart = separate(shapes, shapes.representative_point()).to_numpy()
    for one in range(len(apart)):
        for other in range(one):
            assert shapely.area(shapely.intersection(apart[one], apart[other])) < 1e-3


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("47,735,685 (2025 est.)", 47_735_685.0),
        ("$722.9 billion (2024)", 722.9e9),
        ("77% (2023 est.)", 77.0),
        (None, None),
    ],
)
def test_first_number_of_a_factbook_sentence(text: str | None, number: float | None):
    assert first_number(text) == number


def test_names_keep_names_and_drop_codes():
    names = pd.Series(["10115", "B", "Köln", "京", "http://x.y"], index=[1, 1, 1, 1, 1])
    made = make_names(pd.DataFrame({"place": ["Cologne"]}, index=[1]), names).to_pylist()
    assert [(row["key"], row["kind"]) for row in made] == [
        ("cologne", "main"),
        ("koln", "alternate"),
        ("köln", "alternate"),
        ("京", "alternate"),
    ]


def test_the_folder_of_the_geography_is_the_checkouts():
    assert resources.find_file("reference/places.parquet").parents[1] in resources.FOLDERS
