"""Boundaries to one line of text: simplified, quantised, delta-coded rings."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

PER_DEGREE = 10_000  # 11 m, far below a pixel at the closest zoom
TOLERANCES = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032)  # degrees: 110 m is a pixel at zoom 10
VERTICES = 400_000  # about 1.7 MB
CHUNKS = 7  # of five bits: 35, more than the largest delta needs

Integers = npt.NDArray[np.int64]


def outline_columns(boundaries: gpd.GeoDataFrame | None, markets: pd.Index) -> dict[str, Any]:
    """Encode the rings of the markets that have a boundary.

    Returns
    -------
    dict
        `market` (position in `markets`) and `size` (vertices) per ring, outer rings and holes alike; `stream`, the
        vertices as longitude and latitude in 1/10,000 degree, each minus the one before (the first minus 0), in
        Google's polyline characters. The last vertex of a ring, which repeats the first, is left out.
    """
    if boundaries is None or boundaries.empty:
        return {"market": [], "size": [], "stream": ""}
    known = boundaries[boundaries.index.isin(markets)]
    rings, row = _rings(known.geometry.to_numpy())
    vertices, ring = _vertices(rings)
    return {
        "market": markets.get_indexer(known.index)[row].tolist(),
        "size": np.bincount(ring, minlength=len(rings)).tolist(),
        "stream": pack(np.diff(vertices, axis=0, prepend=0).ravel()),
    }


def pack(values: Integers) -> str:
    """Write whole numbers as polyline characters: zigzag, five bits each, lowest first, plus 63."""
    zigzag = (values << 1) ^ (values >> 63)
    shifted = zigzag[:, None] >> (5 * np.arange(CHUNKS))
    more = shifted >> 5 > 0
    written = np.column_stack([np.ones(len(values), bool), more[:, :-1]])
    return bytes((63 + (shifted & 31) + 32 * more)[written].astype(np.uint8)).decode("ascii")


def _rings(shapes: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], Integers]:
    parts, shape = shapely.get_parts(_simplified(shapes), return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    return rings, shape[areal][part]


def _simplified(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    for tolerance in TOLERANCES:
        shapes = shapely.simplify(shapes, tolerance)
        if shapely.get_num_coordinates(shapes).sum() <= VERTICES:
            break
    return shapes


def _vertices(rings: npt.NDArray[np.object_]) -> tuple[Integers, Integers]:
    points, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.diff(ring, append=-1) != 0
    return np.rint(points[~last] * PER_DEGREE).astype(np.int64), ring[~last]
