"""Make outlines small and neighbourly: simplified together, rounded, without overlaps, each around its own place."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

GRID_DEGREES = 1e-4
# overlays on a grid do not fail on crossings a rounding error apart
FINE_DEGREES = 1e-7
DOORSTEP_DEGREES = 0.004
# an outline with more of its area outside its country than this is cut back to it
STRAY_SHARE = 0.005


def simplify_together(shapes: gpd.GeoSeries, groups: pd.Series, tolerance: float) -> gpd.GeoSeries:
    """Simplify the outlines of each group (a country's cities) so that shared borders stay shared.

    `tolerance` is the square root, in degrees, of the smallest area a corner may stand for.
    """
    parts = [
        pd.Series(shapely.coverage_simplify(_polygons(part.to_numpy()), tolerance), index=part.index)
        for _, part in shapes.groupby(groups)
    ]
    return round_outlines(gpd.GeoSeries(pd.concat(parts).reindex(shapes.index), crs=4326))


def round_outlines(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Round coordinates to 0.0001 degrees and keep polygons only."""
    valid = shapely.make_valid(shapes.to_numpy())
    rounded = shapely.set_precision(_polygons(valid), GRID_DEGREES)
    return gpd.GeoSeries(_polygons(rounded), index=shapes.index, crs=4326)


def separate(shapes: gpd.GeoSeries, points: gpd.GeoSeries) -> gpd.GeoSeries:
    """Take overlaps away: from the larger outline, unless the smaller one would swallow the larger one's place.

    `points` holds the principal place of every outline; each outline ends up around its own.
    """
    framed = _polygons(_around_their_places(shapes, points).to_numpy())
    homes = points.reindex(shapes.index).to_numpy()
    sizes = shapely.area(framed)
    first, second = shapely.STRtree(framed).query(framed, predicate="intersects")
    for left, right in sorted(zip(first[first < second], second[first < second], strict=True)):
        if shapely.relate_pattern(framed[left], framed[right], "T********"):
            small, large = (left, right) if (sizes[left], left) <= (sizes[right], right) else (right, left)
            if shapely.intersects(framed[small], homes[large]):
                small, large = large, small
            rest = shapely.difference(framed[large], framed[small], grid_size=GRID_DEGREES)
            framed[large] = _polygons(np.array([rest], dtype=object))[0]
    return round_outlines(gpd.GeoSeries(framed, index=shapes.index, crs=4326))


def clip_to(shapes: gpd.GeoSeries, lands: gpd.GeoSeries) -> gpd.GeoSeries:
    """Cut each outline to the land of its country (row by row); one that has no land there stays whole."""
    outlines, land = _polygons(shapes.to_numpy()), lands.to_numpy()
    shapely.prepare(land)
    crossing = np.flatnonzero(~shapely.contains_properly(land, outlines) & ~shapely.is_missing(land))
    cut = _polygons(shapely.intersection(land[crossing], outlines[crossing], grid_size=FINE_DEGREES))
    has_land = ~shapely.is_empty(cut)
    outlines[crossing[has_land]] = cut[has_land]
    return gpd.GeoSeries(outlines, index=shapes.index, crs=4326)


def cut_strays(shapes: gpd.GeoSeries, lands: gpd.GeoSeries, points: gpd.GeoSeries) -> gpd.GeoSeries:
    """Cut outlines that simplification has pushed across a coast or border back to their country, place included.

    `lands` holds the country of each outline, row by row; `points` the principal places, by the outlines' labels.
    """
    outlines, land = shapes.to_numpy(), lands.to_numpy()
    shapely.prepare(land)
    crossing = np.flatnonzero(~shapely.contains_properly(land, outlines) & ~shapely.is_missing(land))
    outside = shapely.area(shapely.difference(outlines[crossing], land[crossing], grid_size=FINE_DEGREES))
    strays = crossing[outside > STRAY_SHARE * shapely.area(outlines[crossing])]
    cut = _around_their_places(clip_to(shapes.iloc[strays], lands.iloc[strays]), points)
    return pd.concat([shapes.drop(cut.index), round_outlines(cut)]).reindex(shapes.index)


def close_gaps(shapes: np.ndarray, width_degrees: float) -> np.ndarray:
    """Close gaps and tears narrower than a width, in degrees."""
    wide = shapely.buffer(shapes, width_degrees / 2, join_style="mitre", quad_segs=1)
    closed = shapely.buffer(wide, -width_degrees / 2, join_style="mitre", quad_segs=1)
    # repairs can leave loose lines, which overlays refuse
    sound, filled = _polygons(shapely.make_valid(shapes)), _polygons(shapely.make_valid(closed))
    return np.asarray(shapely.union(sound, filled, grid_size=FINE_DEGREES))


def fill_pinholes(shapes: gpd.GeoSeries, smallest_degrees2: float) -> gpd.GeoSeries:
    """Close holes smaller than an area in square degrees."""
    return shapes.map(lambda shape: _filled(shape, smallest_degrees2))


def _filled(shape: shapely.Geometry, smallest: float) -> shapely.Geometry:
    if not shapely.get_num_interior_rings(shapely.get_parts(shape)).any():
        return shape
    parts = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area > smallest])
        for part in shapely.get_parts(shape)
    ]
    return shapely.union_all(parts)


def _around_their_places(shapes: gpd.GeoSeries, points: gpd.GeoSeries) -> gpd.GeoSeries:
    homes = points.reindex(shapes.index)
    outside = ~shapes.intersects(homes).to_numpy()
    steps = shapely.buffer(homes[outside].to_numpy(), DOORSTEP_DEGREES, quad_segs=2)
    moved = shapes.copy()
    moved[outside] = shapely.union(shapes[outside].to_numpy(), steps)
    return moved


def _polygons(shapes: np.ndarray) -> np.ndarray:
    mixed = ~np.isin(shapely.get_type_id(shapes), [3, 6])
    polygons = shapes.copy()
    for number in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapely.get_parts(shapes[number]))
        areas = parts[np.isin(shapely.get_type_id(parts), [3, 6])]
        polygons[number] = shapely.union_all(areas) if len(areas) else shapely.Polygon()
    return polygons
