import pickle
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.ops import unary_union

from hinterland import geo
from hinterland.geo import MarketIndex
from hinterland.point_index import NOWHERE, UNSURE, build_cells
from hinterland.reference import load_boundaries

ALWAYS, NEVER = 0.0, np.inf


def searched_by(points_per_corner, monkeypatch, areas, longitude, latitude, *, snap_km=0.0):
    monkeypatch.setattr(geo, "POINTS_PER_CORNER", points_per_corner)
    return MarketIndex(areas).find(longitude, latitude, snap_km=snap_km)


def assert_both_agree(monkeypatch, areas, longitude, latitude, *, snap_km=0.0):
    by_cells, by_tree = (
        searched_by(choice, monkeypatch, areas, longitude, latitude, snap_km=snap_km) for choice in (ALWAYS, NEVER)
    )
    assert by_cells.equals(by_tree)
    return by_cells


def series(shapes):
    return gpd.GeoSeries({f"m{number:05}": shape for number, shape in enumerate(shapes)}, crs=4326)


def telling_points(areas):
    """Corners, middles of edges, and points a hair and a cell away from both."""
    corners = shapely.get_coordinates(areas.to_numpy())
    middles = (corners[1:] + corners[:-1]) / 2
    on = np.vstack([corners, middles])
    shifts = np.array([[0, 0], [1e-12, 0], [0, -1e-12], [1e-7, 1e-7], [-1e-3, 0], [0, 0.04], [3, 0]])
    return (on[:, None] + shifts).reshape(-1, 2).T


# lattice coordinates meet grid lines, other edges and each other; plain floats meet nothing
lattice = st.integers(-24, 24).map(lambda n: n / 8)
coordinates = st.one_of(lattice, st.floats(-3, 3, width=32))


@st.composite
def areas_with_holes_and_parts(draw):
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        ring = draw(st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=9))
        parts.append(shapely.make_valid(Polygon(ring)))
    area = unary_union(parts)
    if draw(st.booleans()):
        west, south, width, height = draw(st.tuples(lattice, lattice, st.just(0.5), st.sampled_from([0.25, 1 / 3])))
        area = area.difference(box(west, south, west + width, south + height))
    polygons = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and part.area > 0]
    return MultiPolygon(polygons) if polygons else box(0, 0, 1, 1)


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(areas_with_holes_and_parts(), min_size=1, max_size=5), st.floats(-177, 177), st.floats(-86, 86))
def test_cells_and_tree_agree_on_holes_parts_overlaps_corners_and_edges(shapes, east, north):
    for shift in ((0.0, 0.0), (east, north)):
        areas = series(shapely.transform(np.array(shapes), lambda at, by=shift: at + by))
        longitude, latitude = telling_points(areas)
        with pytest.MonkeyPatch.context() as monkeypatch:
            assert_both_agree(monkeypatch, areas, longitude, latitude)
            assert_both_agree(monkeypatch, areas, longitude, np.clip(latitude, -90, 90), snap_km=3.0)


@settings(max_examples=100, deadline=None)
@given(st.lists(areas_with_holes_and_parts(), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_what_cells_decide_themselves_is_the_predicate(shapes, seed):
    areas = np.array(shapes)
    longitude, latitude = np.random.default_rng(seed).uniform(-3.5, 3.5, (2, 500))
    owner = build_cells(areas).find(longitude, latitude)
    inside = shapely.intersects_xy(areas[:, None], longitude, latitude)
    first = np.where(inside.any(axis=0), inside.argmax(axis=0), NOWHERE)
    decided = owner != UNSURE
    assert (owner[decided] == first[decided]).all()
    assert decided.mean() > 0.95


def test_a_point_on_an_edge_is_left_to_the_predicate():
    cells = build_cells(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)]))
    assert set(cells.find(np.array([1.0, 0.5, 2.0]), np.array([0.5, 0.0, 1.0]))) == {UNSURE}


def test_the_first_of_overlapping_areas_owns_a_point_also_where_it_has_no_edge_near():
    small, large = box(4.001, 4.001, 4.002, 4.002), box(0, 0, 9, 9)
    longitude, latitude = np.array([4.0015, 4.0005, 8.0]), np.array([4.0015, 4.0005, 8.0])
    assert list(build_cells(np.array([small, large])).find(longitude, latitude)) == [0, 1, 1]
    assert list(build_cells(np.array([large, small])).find(longitude, latitude)) == [0, 0, 0]


@pytest.mark.parametrize(
    "shapes",
    [
        [box(179.5, -1, 180, 1), box(-180, -1, -179.5, 1)],
        [box(-180, 89, 180, 90), box(-180, -90, 180, -89.5)],
        [box(-180, -90, 180, 90)],
        [MultiPolygon([box(170, 60, 180, 70), box(-180, 60, -170, 70)]), box(175, 65, 180, 66)],
    ],
)
def test_the_antimeridian_and_the_poles(monkeypatch, shapes):
    random = np.random.default_rng(1).uniform((-180, -90), (180, 90), (5_000, 2))
    seams = [(e, n) for e in (-180.0, -179.75, 179.75, 180.0) for n in (-90.0, -89.25, 0.0, 65.5, 89.5, 90.0)]
    longitude, latitude = np.vstack([random, seams, telling_points(series(shapes)).T]).T
    latitude = np.clip(latitude, -90, 90)
    assert assert_both_agree(monkeypatch, series(shapes), longitude, latitude).notna().any()
    assert_both_agree(monkeypatch, series(shapes), longitude, latitude, snap_km=3.0)


def test_no_areas_and_no_points(monkeypatch):
    nothing = np.zeros(0)
    assert list(build_cells(np.array([], dtype=object)).find(np.zeros(2), np.ones(2))) == [NOWHERE, NOWHERE]
    assert len(searched_by(ALWAYS, monkeypatch, series([box(0, 0, 1, 1)]), nothing, nothing)) == 0


@pytest.mark.parametrize("snap_km", [0.0, 1.0, 3.0, 40.0])
def test_the_nearest_area_is_the_same_by_cells_and_by_tree(monkeypatch, snap_km):
    random = np.random.default_rng(3)
    centres, sizes = random.uniform((-4, -70), (4, 84), (300, 2)), random.uniform(0.01, 0.3, 300)
    shapes = [box(e - size, n - size / 2, e + size, n + size / 2) for (e, n), size in zip(centres, sizes, strict=True)]
    at = centres[random.integers(0, 300, 20_000)] + random.normal(0, 0.2, (20_000, 2))
    owner = assert_both_agree(monkeypatch, series(shapes), *at.T, snap_km=snap_km)
    assert 0.1 < owner.notna().mean() < 0.99


@pytest.mark.parametrize("level", ["city", "metro"])
def test_bundled_polygons(monkeypatch, level):
    areas = load_boundaries(level)["geometry"]
    corners = shapely.get_coordinates(areas.to_numpy())
    random = np.random.default_rng(2)
    at = corners[random.integers(0, len(corners), 40_000)] + random.normal(0, 0.05, (40_000, 2)).round(5)
    owner = assert_both_agree(monkeypatch, areas, *at.clip((-180, -90), (180, 90)).T, snap_km=3.0)
    assert owner.notna().mean() > 0.5


@pytest.mark.long
@pytest.mark.parametrize("level", ["city", "metro"])
def test_a_million_points_near_bundled_polygons(level):
    areas = load_boundaries(level)["geometry"].sort_index().to_numpy()
    corners = shapely.get_coordinates(areas)
    random = np.random.default_rng(4)
    longitude, latitude = (
        corners[random.integers(0, len(corners), 1_000_000)] + random.normal(0, 0.05, (1_000_000, 2))
    ).T
    cells = build_cells(areas)
    owner = cells.find(longitude, latitude)
    point, area = shapely.STRtree(areas).query(shapely.points(longitude, latitude), predicate="intersects")
    first = np.full(len(longitude), NOWHERE)
    order = np.lexsort((-area, point))
    first[point[order]] = area[order]
    assert (owner == UNSURE).mean() < 1e-3
    assert (owner == first)[owner != UNSURE].all()
    arrays = [value for value in vars(cells).values() if isinstance(value, np.ndarray)]
    assert sum(array.nbytes for array in arrays) < 95e6


@pytest.mark.long
def test_three_thousand_areas_of_a_user_with_holes_parts_and_overlaps(monkeypatch):
    random = np.random.default_rng(5)
    centres, sizes = random.uniform((-9, 36), (30, 60), (3_000, 2)), random.uniform(0.05, 0.8, 3_000)
    discs = shapely.buffer(shapely.points(centres), sizes, quad_segs=12)
    holes = shapely.buffer(shapely.points(centres + 0.2 * sizes[:, None]), 0.3 * sizes)
    parts = shapely.buffer(shapely.points(centres + np.array([1.7, 0.4])), 0.5 * sizes)
    areas = series(shapely.union(shapely.difference(discs, holes), parts))
    assert (shapely.get_num_geometries(areas.to_numpy()) > 1).sum() > 1_000
    assert len(areas.sindex.query(areas, predicate="overlaps")[0]) > 3_000
    near = centres[random.integers(0, 3_000, 500_000)] + random.normal(0, 0.5, (500_000, 2))
    corners = telling_points(areas.iloc[:100]).T
    owner = assert_both_agree(monkeypatch, areas, *np.vstack([near, corners]).T)
    assert 0.3 < owner.notna().mean() < 0.99


def test_threads_share_one_index_and_it_can_be_sent_to_another_process(monkeypatch):
    monkeypatch.setattr(geo, "POINTS_PER_CORNER", 100)
    index = MarketIndex(series([box(0, 0, 1, 1), box(1, 0, 3, 1)]))
    at = np.random.default_rng(0).uniform(0, 3, (2, 400))
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: index.find(*at, snap_km=1.0), range(8)))
    assert all(result.equals(results[0]) for result in results)
    assert pickle.loads(pickle.dumps(index)).find(*at, snap_km=1.0).equals(results[0])  # noqa: S301 - our own
