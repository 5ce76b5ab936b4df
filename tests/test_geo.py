import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Point, box

from hinterland.geo import MarketIndex, PlaceIndex, area_km2, distance_km

GROUND = Geod(ellps="WGS84")


def index_of(**boxes):
    return MarketIndex(gpd.GeoSeries({name: box(*sides) for name, sides in boxes.items()}, crs=4326))


def find(index, longitude, latitude, snap_km=0.0):
    return next(iter(index.find(np.array([longitude]), np.array([latitude]), snap_km=snap_km).fillna("nowhere")))


def test_inside_edge_corner_and_outside():
    index = index_of(b=(1, 0, 2, 1), a=(0, 0, 1, 1))
    assert find(index, 0.5, 0.5) == "a"
    assert find(index, 1.0, 0.5) == "a"  # a shared edge: the first id
    assert find(index, 2.0, 1.0) == "b"
    assert find(index, 3.0, 0.5) == "nowhere"


@pytest.mark.parametrize("latitude", [-60, 0, 45, 70])
@pytest.mark.parametrize("longitude", [-170, 3, 179])
def test_snapping_is_by_ground_distance(latitude, longitude):
    index = index_of(x=(longitude, latitude, longitude + 0.1, latitude + 0.1))

    def south_of_it(metres):
        return GROUND.fwd(longitude + 0.05, latitude, 180, metres)[:2]

    assert find(index, *south_of_it(980), snap_km=1.0) == "x"
    assert find(index, *south_of_it(1_020), snap_km=1.0) == "nowhere"


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=30))
def test_index_agrees_with_the_predicate(points):
    areas = gpd.GeoSeries(
        {f"m{row}{column}": box(row, column, row + 1, column + 1) for row in (-2, 0) for column in (-1, 1)}
    )
    index = MarketIndex(areas.set_crs(4326))
    longitude, latitude = (np.array(axis) for axis in zip(*points, strict=True))
    found = index.find(longitude, latitude, snap_km=0)
    for point, market in zip(points, found, strict=True):
        owners = sorted(areas.index[areas.intersects(Point(point))])
        assert (owners[0] if owners else None) == (market if isinstance(market, str) else None)


@settings(max_examples=50)
@given(st.floats(-180, 180), st.floats(-89, 89))
def test_nearest_place_is_the_nearest_on_the_ground(longitude, latitude):
    places = np.array([[-179.9, 10.0], [179.9, 10.1], [0.0, 51.5], [2.3, 48.9], [151.2, -33.9]])
    found = PlaceIndex(places[:, 0], places[:, 1]).nearest(
        np.array([longitude]), np.array([latitude]), within_km=25_000
    )[0]
    here = np.full(5, longitude), np.full(5, latitude)
    km = distance_km(here, (places[:, 0], places[:, 1]))
    assert km[found] <= km.min() * 1.01


def test_too_far_is_nowhere():
    places = PlaceIndex(np.array([0.0]), np.array([0.0]))
    near = places.nearest(np.array([0.5, 0.3]), np.array([0.0, 0.0]), within_km=50)
    assert list(near) == [-1, 0]


def test_area_matches_the_ellipsoid():
    square = gpd.GeoSeries([box(10, 60, 11, 61)], crs=4326)
    truth = abs(GROUND.geometry_area_perimeter(square[0])[0]) / 1e6
    assert area_km2(square)[0] == pytest.approx(truth, rel=2e-3)
