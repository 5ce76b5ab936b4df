"""What a picture shows of the world: the projection and the window."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

if TYPE_CHECKING:
    from pyproj import Proj

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]


def clip(shapes: Shapes, box: tuple[float, float, float, float]) -> Shapes:
    """Cut shapes to a box, and give their parts; the quick way of GEOS fails on rings that shrink to nothing."""
    window = shapely.box(*box)
    near = shapes[shapely.intersects(window, shapes)]
    inside = shapely.contains_properly(window, near)
    cut = np.concatenate([near[inside], shapely.intersection(near[~inside], window)])
    return shapely.get_parts(shapely.get_parts(cut))  # type: ignore[no-any-return]


EARTH_KM = 6371.007
# where most people of the ranked markets live no farther apart than this, a plane touching there shows it best
REGION_DEGREES = 50.0
REGION_SHARE = 0.9
# cut through the Bering Strait, and no Antarctica
WORLD_CENTRE, SOUTH, NORTH = 11.0, -65.0, 84.0
EDGE = WORLD_CENTRE - 180
# farther than this from its centre the plane tears shapes apart
TORN_DEGREES = 140.0
OUTER_SHARE = 0.02
MARGIN = 0.32
# what to show where there is no market to show: the inhabited world
NOWHERE = np.array([(-125.0, -50.0), (-125.0, 65.0), (11.0, 0.0), (175.0, -50.0), (175.0, 65.0)])
SMALLEST_KM = 500.0
SIMPLE_PX = 0.35


@dataclass(frozen=True)
class Canvas:
    """The size of a picture in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class View:
    """One window on the world: equal-area, so circles and countries can be compared."""

    proj: "Proj"
    centre: tuple[float, float] | None
    left: float
    top: float
    px_per_km: float
    canvas: Canvas

    def pixels(self, longitude: Floats, latitude: Floats) -> Floats:
        """Project degrees to pixels, (n, 2), y downwards."""
        x, y = self.proj(longitude, latitude)
        return np.column_stack([(x - self.left) * self.px_per_km, (self.top - y) * self.px_per_km])

    def holds(self, pixels: Floats) -> npt.NDArray[np.bool_]:
        """Tell which pixels lie on the canvas."""
        (x, y), canvas = pixels.T, self.canvas
        return np.asarray((x >= 0) & (y >= 0) & (x <= canvas.width) & (y <= canvas.height))

    def project(self, shapes: Shapes) -> Shapes:
        """Project shapes to pixels and cut them to the canvas; simplified below what an eye can see."""
        projected = shapely.transform(self._drop_torn(shapes), lambda at: self.pixels(at[:, 0], at[:, 1]))
        plain = shapely.make_valid(shapely.simplify(projected, SIMPLE_PX))
        return clip(plain, (-2, -2, self.canvas.width + 2, self.canvas.height + 2))

    def _drop_torn(self, shapes: Shapes) -> Shapes:
        """Leave out or cut what this projection would tear."""
        if self.centre is None:
            east = clip(shapes, (EDGE + 1e-6, SOUTH, 180, NORTH))
            west = clip(shapes, (-180, SOUTH, EDGE - 1e-6, NORTH))
            return shapely.segmentize(np.concatenate([east, west]), 1.0)  # type: ignore[no-any-return]
        points, owner = shapely.get_coordinates(shapes, return_index=True)
        torn = owner[_angular_distance(points, self.centre) > TORN_DEGREES]
        return np.delete(shapes, np.unique(torn))


def frame(markets: pd.DataFrame, canvas: Canvas, *, air_px: float = 0) -> View:
    """Choose the window on `markets` (longitude, latitude, population): a region if they are in one, else the world.

    The outermost 2 % of people on each side may fall outside, unless they are close by: overseas parts of a country
    would leave no room for the rest.

    Parameters
    ----------
    markets
        Coordinates in degrees, population in residents: a missing one counts as none. Without rows the window is on the
        world.
    air_px
        What to keep free along the edge: circles reach farther than their middles.

    Returns
    -------
    The projection and a window that fits the canvas, with what is left over on both sides.
    """
    at, people = NOWHERE, np.ones(len(NOWHERE))
    if len(markets):
        at = markets[["longitude", "latitude"]].to_numpy(float)
        people = markets["population"].fillna(0).to_numpy(float) + 1
    proj, centre = _projection(at, people)
    x, y = (np.asarray(values) for values in proj(at[:, 0], at[:, 1]))
    (left, right), (bottom, top) = _span(x, people), _span(y, people)
    km_per_px = max((right - left) / (canvas.width - 2 * air_px), (top - bottom) / (canvas.height - 2 * air_px))
    # what is left over stands on both sides
    spare_x, spare_y = canvas.width * km_per_px - (right - left), canvas.height * km_per_px - (top - bottom)
    return View(proj, centre, left - spare_x / 2, top + spare_y / 2, 1 / km_per_px, canvas)


def _projection(at: Floats, people: Floats) -> "tuple[Proj, tuple[float, float] | None]":
    """Choose the plane that touches the middle of a region, or for the world a map of all of it."""
    from pyproj import Proj  # noqa: PLC0415 - slow to import, and tables have no picture

    centre = _centre(at, people)
    if people[_angular_distance(at, centre) < REGION_DEGREES].sum() < REGION_SHARE * people.sum():
        return Proj(f"+proj=eqearth +lon_0={WORLD_CENTRE} +R={EARTH_KM}"), None
    return Proj(f"+proj=laea +lat_0={centre[1]:.3f} +lon_0={centre[0]:.3f} +R={EARTH_KM}"), centre


def _centre(at: Floats, people: Floats) -> tuple[float, float]:
    """Find the middle of the people, on the sphere."""
    longitude, latitude = np.radians(at).T
    x, y, z = (
        float(np.average(part, weights=people))
        for part in (np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude))
    )
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _angular_distance(at: Floats, centre: tuple[float, float]) -> Floats:
    """Give the angle between points and a centre, in degrees."""
    longitude, latitude = np.radians(at).T
    middle_x, middle_y = np.radians(centre)
    cosine = np.sin(middle_y) * np.sin(latitude) + np.cos(middle_y) * np.cos(latitude) * np.cos(longitude - middle_x)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))  # type: ignore[no-any-return]


def _span(values: Floats, people: Floats) -> tuple[float, float]:
    """Give the ends of what is worth showing along one axis."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(people[order]) / people.sum()
    low = values[order][np.searchsorted(share, OUTER_SHARE)]
    high = values[order][np.searchsorted(share, 1 - OUTER_SHARE)]
    reach = max(MARGIN * (high - low), SMALLEST_KM / 2)
    near = values[(values >= low - reach) & (values <= high + reach)]
    edge = max(0.04 * (near.max() - near.min()), SMALLEST_KM / 4)
    return float(near.min() - edge), float(near.max() + edge)
