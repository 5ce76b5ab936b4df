"""Measures on the ground, and the index that tells which market a point is in."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    import geopandas as gpd

from hinterland.point_index import NOWHERE, UNSURE, BorderCells, build_cells

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

EARTH_RADIUS_KM = 6_371.0088
KM_PER_DEGREE = 111.2
EQUAL_AREA = "EPSG:6933"
# making the cells takes as long as searching some 300,000 points in the tree (measured, bundled cities); a list whose
# first part has two thirds of that usually has more parts
POINTS_PER_CORNER = 0.23
_MAKING_CELLS = Lock()


def area_km2(areas: "gpd.GeoSeries") -> "pd.Series[float]":
    """Measure each area in square kilometres, on one equal-area projection.

    Parameters
    ----------
    areas
        Polygons of any CRS.

    Returns
    -------
    Square kilometres by the same index.
    """
    measured: pd.Series[float] = areas.to_crs(EQUAL_AREA).area / 1e6
    return measured


def distance_km(start: tuple[Floats, Floats], end: tuple[Floats, Floats]) -> Floats:
    """Measure geodesic distances in km between (longitudes, latitudes) pairs, on WGS 84."""
    from pyproj import Geod  # noqa: PLC0415 - slow to import, and few lists hold points

    return np.asarray(Geod(ellps="WGS84").inv(*start, *end)[2]) / 1_000


def on_sphere(longitude: Floats, latitude: Floats) -> Floats:
    """Place points on the unit sphere, (points, 3); straight lines between them need no map projection."""
    east, north = np.radians(longitude), np.radians(latitude)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


class PlaceIndex:
    """The nearest place to a point."""

    def __init__(self, longitude: Floats, latitude: Floats) -> None:
        """Index places by where they are, in the order given."""
        from scipy.spatial import KDTree  # noqa: PLC0415 - slow to import, and few lists hold points

        self._tree = KDTree(on_sphere(longitude, latitude))

    def nearest(self, longitude: Floats, latitude: Floats, *, within_km: float) -> Codes:
        """Give the row number of each point's nearest place, -1 where none is near enough."""
        reach = 2 * np.sin(within_km / EARTH_RADIUS_KM / 2)
        _, rows = self._tree.query(on_sphere(longitude, latitude), distance_upper_bound=reach)
        return np.where(rows == self._tree.n, NOWHERE, rows)


class MarketIndex:
    """The market a point is in; a point on a shared edge belongs to the market first in order.

    Few points are searched in a tree of polygons; many in cells of a grid (`point_index`), made once they are worth it.
    Both give the same markets. An index may be shared by threads.
    """

    def __init__(self, boundaries: "pd.Series[Any]") -> None:
        """Index polygons (EPSG:4326; a GeoSeries, or shapely geometries) by market id, in the order of their ids."""
        ordered = boundaries.sort_index()
        self._areas = ordered.to_numpy()
        self._tree = shapely.STRtree(self._areas)
        self._ids = ordered.index
        self._searched = 0
        self._worth_cells = POINTS_PER_CORNER * shapely.get_num_coordinates(self._areas).sum()
        self._cells: BorderCells | None = None

    def find(self, longitude: Floats, latitude: Floats, *, snap_km: float) -> "pd.Series[str]":
        """Give the market id of each point: inside, else the nearest within `snap_km`, else missing."""
        cells = self._cells_for(len(longitude))
        owner = cells.find(longitude, latitude) if cells else np.full(len(longitude), UNSURE)
        unsure = np.flatnonzero(owner == UNSURE)
        pairs = self._tree.query(shapely.points(longitude[unsure], latitude[unsure]), predicate="intersects")
        owner[unsure] = _first(pairs, len(unsure))
        missed = np.flatnonzero(owner == NOWHERE)
        owner[missed] = self._find_nearest(longitude[missed], latitude[missed], snap_km, cells)
        return pd.Series(self._ids.take(owner).where(owner != NOWHERE), dtype="str")

    def _cells_for(self, points: int) -> BorderCells | None:
        """Make the cells when the points searched so far, and these, pay for it."""
        with _MAKING_CELLS:
            self._searched += points
            if self._cells is None and self._searched >= self._worth_cells:
                self._cells = build_cells(self._areas)
            return self._cells

    def _find_nearest(self, longitude: Floats, latitude: Floats, snap_km: float, cells: BorderCells | None) -> Codes:
        reach = snap_km / KM_PER_DEGREE / np.maximum(np.cos(np.radians(latitude)), 0.01)
        if cells is None:
            return self._measure_nearest(longitude, latitude, snap_km, reach)
        owner = cells.find_nearest(longitude, latitude, within_km=snap_km, reach=reach)
        unsure = np.flatnonzero(owner == UNSURE)
        owner[unsure] = self._measure_nearest(longitude[unsure], latitude[unsure], snap_km, reach[unsure])
        return owner

    def _measure_nearest(self, longitude: Floats, latitude: Floats, snap_km: float, reach: Floats) -> Codes:
        points = shapely.points(longitude, latitude)
        point, area = self._tree.query(points, predicate="dwithin", distance=reach)
        ends = shapely.get_coordinates(shapely.shortest_line(points[point], self._areas[area])).reshape(-1, 4)
        km = distance_km((ends[:, 0], ends[:, 1]), (ends[:, 2], ends[:, 3])) if len(ends) else np.zeros(0)
        near = pd.DataFrame({"point": point, "area": area, "km": km})
        nearest = near.loc[near["km"] <= snap_km].sort_values(["km", "area"], kind="stable").drop_duplicates("point")
        owner = np.full(len(points), NOWHERE)
        owner[nearest["point"]] = nearest["area"]
        return owner


def _first(pairs: Sequence[Codes], count: int) -> Codes:
    """Reduce (point, area) pairs to the smallest area of each point, -1 where there is none."""
    owner = np.full(count, np.iinfo(np.intp).max)
    np.minimum.at(owner, pairs[0], pairs[1])
    return np.where(owner == np.iinfo(np.intp).max, NOWHERE, owner)


def unit_vectors(places: pd.DataFrame) -> np.ndarray:
    """Place points on the unit sphere, one row of x, y, z per place.

    Parameters
    ----------
    places
        Table with longitude and latitude, in degrees.
    """
    return on_sphere(places["longitude"].to_numpy(), places["latitude"].to_numpy())


def chords_km(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Measure straight distances; within 100 km they differ from the ground's by less than a millionth."""
    result: np.ndarray = np.linalg.norm(first - second, axis=1) * EARTH_RADIUS_KM
    return result
