"""The bundled countries as shapes to draw: land to fill, borders between countries, coasts."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

ANTIMERIDIAN = 179.99


@dataclass(frozen=True)
class Ground:
    """Land as polygons, borders and coasts as lines; longitude, latitude."""

    land: Shapes
    borders: Shapes
    coasts: Shapes


def read_ground(topology: str) -> Ground:
    """Decode TopoJSON (objects "countries" and, if there, "land"): an arc of two countries is a border."""
    data = json.loads(topology)
    arcs = _arcs(data)
    countries = list(_polygons(data["objects"]["countries"]))
    filled = list(_polygons(data["objects"].get("land", data["objects"]["countries"])))
    shared = Counter(_arc(number) for polygon in countries for ring in polygon for number in ring)
    lines = {number: _line(arcs[number]) for number in shared if not _is_seam(arcs[number])}
    return Ground(
        _cut([shapely.Polygon(*_rings(polygon, arcs)) for polygon in filled]),
        _cut([line for number, line in lines.items() if shared[number] > 1]),
        _cut([line for number, line in lines.items() if shared[number] == 1]),
    )


def _arcs(data: dict[str, Any]) -> list[Floats]:
    scale, origin = np.array(data["transform"]["scale"]), np.array(data["transform"]["translate"])
    return [np.cumsum(np.array(arc, dtype=float), axis=0) * scale + origin for arc in data["arcs"]]


def _polygons(geometry: dict[str, Any]) -> Iterator[list[list[int]]]:
    """Give every polygon of a geometry as lists of arc numbers, the outer ring first."""
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _polygons(part)
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "Polygon":
        yield geometry["arcs"]


def _arc(number: int) -> int:
    return number if number >= 0 else ~number


def _rings(polygon: Sequence[Sequence[int]], arcs: Sequence[Floats]) -> tuple[Floats, list[Floats]]:
    outer, *holes = [_ring(ring, arcs) for ring in polygon]
    return outer, holes


def _ring(numbers: Sequence[int], arcs: Sequence[Floats]) -> Floats:
    # an arc begins where the one before it ends
    pieces = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return _unwrapped(np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])]))


def _line(arc: Floats) -> shapely.LineString:
    return shapely.LineString(_unwrapped(arc))


def _unwrapped(points: Floats) -> Floats:
    """Let a line that leaves the map at one edge go on beyond it, instead of coming back across the whole map."""
    return np.column_stack([np.unwrap(points[:, 0], period=360), points[:, 1]])


def _cut(shapes: Sequence[Any]) -> Shapes:
    """Bring what goes on beyond an edge back in at the other; round a pole, nothing could be brought back."""
    whole = shapely.make_valid(np.array([*shapes], dtype=object))
    turned = [shapely.transform(whole, lambda at, by=turn: at - [by, 0]) for turn in (-360, 0, 360)]
    return clip(np.concatenate(turned), (-180, -90, 180, 90))


def clip(shapes: Shapes, box: tuple[float, float, float, float]) -> Shapes:
    """Cut shapes to a box, and give their parts; the quick way of GEOS fails on rings that shrink to nothing."""
    window = shapely.box(*box)
    near = shapes[shapely.intersects(window, shapes)]
    whole = shapely.contains_properly(window, near)
    cut = np.concatenate([near[whole], shapely.intersection(near[~whole], window)])
    return shapely.get_parts(shapely.get_parts(cut))  # type: ignore[no-any-return]


def _is_seam(arc: Floats) -> bool:
    """Tell the edge where a world map is cut from a coast."""
    return bool((np.abs(arc[:, 0]) > ANTIMERIDIAN).all())
