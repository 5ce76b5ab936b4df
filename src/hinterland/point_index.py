"""Which of many polygons holds a point: a grid whose border cells list the edges that pass through them.

A cell that no edge touches lies inside the same polygons everywhere, and so do all cells up to the next border cell of
its row. In a border cell the polygons that hold its reference point are known; whether one holds a point follows from
the number of its edges crossed on the way between the two, one leg across and one leg up or down (the even-odd rule:
Hormann & Agathos 2001, doi:10.1016/S0925-7721(01)00012-8). Where rounding could decide, the answer is UNSURE: such
points, and all that lie on an edge, are left to an exact predicate.

Cell sizes are powers of two of a degree, so that scaling to grid units is exact. Coordinates are in grid units unless
they are called longitude and latitude.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]

NOWHERE = -1
UNSURE = -2
NONE = np.iinfo(np.int32).max
# where in its cell a reference point lies: no round numbers, so that edges on round coordinates miss it
ACROSS, UP = 0.48713, 0.53169
# of the largest coordinate: 500 times the rounding error of a coordinate
TOLERANCE = 2.0**-44
SMALLEST_POWER, LARGEST_POWER = -12, 3
CHUNK = 1 << 16
# nearest areas: points nearer to the poles, or with more cells in reach, are left to the exact measure
MOST_NORTH, MOST_CELLS, NEAR_CHUNK = 85.0, 4.0, 1 << 14
KM_PER_DEGREE = 111.2
# more than the length of a degree varies over the ellipsoid (0.6 %), twice; distances that only rounding tells apart
MARGIN, TIE, HAIR_KM = 1.015, 1e-9, 1e-6
SWITCHES_SIDE, REFERENCE_RIGHT = np.uint8(1), np.uint8(2)


@dataclass(frozen=True)
class Grid:
    """Cells of one size, numbered along the rows, with an empty column at either end of a row."""

    scale: float
    """Cells per degree."""
    bounds: tuple[float, float, float, float]
    """West, south, east, north of all edges."""

    @property
    def width(self) -> int:
        """Columns of a row."""
        return int(np.floor(self.bounds[2]) - np.floor(self.bounds[0])) + 5

    @property
    def tolerance(self) -> float:
        """The distance within which rounding could decide."""
        return float(np.abs(self.bounds).max()) * TOLERANCE

    def number(self, row: NDArray[Any], column: NDArray[Any]) -> NDArray[np.int64]:
        """Give the numbers of the cells at rows and columns, which are whole grid units."""
        west, south, *_ = np.floor(self.bounds)
        numbers: NDArray[np.int64] = ((row - south + 1) * self.width + column - west + 2).astype(np.int64)
        return numbers

    def reference_points(self, number: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Place the reference point of each cell: x, y."""
        west, south, *_ = np.floor(self.bounds)
        row, column = np.divmod(number, self.width)
        return column + (west - 2) + ACROSS, row + (south - 1) + UP


@dataclass(frozen=True)
class BorderCells:
    """The border cells of a set of polygons, sorted by number, after an empty one of number -1; see `build_cells`."""

    grid: Grid
    cells: NDArray[np.int64]
    covers: Numbers
    """The first area that holds all of the cell, else NONE."""
    next_covers: Numbers
    """The same of the cell to the right, if that is no border cell."""
    unsure: Flags
    """Whether the reference point of the cell is too near to an edge."""
    group_starts: Numbers
    """Where the groups of each cell start: one group for each part of an area with edges in the cell."""
    group_areas: Numbers
    group_holds: Flags
    """Whether the part holds the reference point of the cell."""
    entry_starts: Numbers
    """Where the entries of each group start: one for each of these edges."""
    entry_edges: Numbers
    entry_sides: NDArray[np.uint8]
    """SWITCHES_SIDE: the edge starts and ends on different sides of the vertical line through the reference point;
    REFERENCE_RIGHT: the reference point is right of the edge."""
    edges: Floats
    """Shape (edges, 4): x, y of the start, x, y of the end."""

    def find(self, longitude: Floats, latitude: Floats) -> Codes:
        """Find the first area that holds each point: its number, NOWHERE, or UNSURE."""
        owner = np.full(len(longitude), NOWHERE)
        for start in range(0, len(owner), CHUNK):
            chunk = slice(start, start + CHUNK)
            owner[chunk] = self._find_chunk(longitude[chunk] * self.grid.scale, latitude[chunk] * self.grid.scale)
        return owner

    def _find_chunk(self, x: Floats, y: Floats) -> Codes:
        owner = np.full(len(x), NOWHERE)
        west, south, east, north = self.grid.bounds
        rows = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        number = self.grid.number(np.floor(y[rows]), np.floor(x[rows]))
        # neighbours are searched together, in memory already at hand
        order = np.argsort(number, kind="stable")
        rows, number = rows[order], number[order]
        cell = np.searchsorted(self.cells, number, side="right") - 1
        is_border = self.cells[cell] == number
        area = np.where(is_border, self.covers[cell], self.next_covers[cell])
        unsure = is_border & self.unsure[cell]
        border = np.flatnonzero(is_border)
        first, near = self._find_among_edges(cell[border], x[rows[border]], y[rows[border]])
        area[border] = np.minimum(area[border], first)
        unsure[border] |= near
        owner[rows] = np.where(unsure, UNSURE, np.where(area == NONE, NOWHERE, area))
        return owner

    def _find_among_edges(self, cell: Codes, x: Floats, y: Floats) -> tuple[Numbers, Flags]:
        """Find the first area with edges in its cell that holds each point, and whether the point is near an edge."""
        first, is_near = np.full(len(cell), NONE, np.int32), np.zeros(len(cell), bool)
        point, group = _expand(self.group_starts[cell], self.group_starts[cell + 1])
        pair, entry = _expand(self.entry_starts[group], self.entry_starts[group + 1])
        if not len(entry):
            return first, is_near
        at = point[pair]
        reference_x, _ = self.grid.reference_points(self.cells[cell])
        crosses, near = self._cross(entry, x[at], y[at], reference_x[at])
        is_near[at[near]] = True
        holds = self.group_holds[group] ^ np.bitwise_xor.reduceat(crosses, np.flatnonzero(np.diff(pair, prepend=-1)))
        # the areas of a point rise: written in reverse, the first stays
        first[point[holds][::-1]] = self.group_areas[group[holds]][::-1]
        return first, is_near

    def _cross(self, entry: Codes, x: Floats, y: Floats, reference_x: Floats) -> tuple[Flags, Flags]:
        """Tell whether the way from each point to the reference point crosses the edge, and whether it is too near."""
        x0, y0, x1, y1 = np.take(self.edges, self.entry_edges[entry], axis=0).T
        dx, dy = x1 - x0, y1 - y0
        rise = dx * (y - y0)
        at_point, at_corner = rise - dy * (x - x0), rise - dy * (reference_x - x0)
        near = np.minimum(np.abs(at_point), np.abs(at_corner)) <= self.grid.tolerance * (np.abs(dx) + np.abs(dy))
        corner_right, sides = at_corner < 0, self.entry_sides[entry]
        level_leg = ((y0 > y) != (y1 > y)) & ((at_point < 0) != corner_right)
        upright_leg = (sides & SWITCHES_SIDE != 0) & ((sides & REFERENCE_RIGHT != 0) != corner_right)
        return level_leg ^ upright_leg, near

    def find_nearest(self, longitude: Floats, latitude: Floats, *, within_km: float, reach: Floats) -> Codes:
        """Find the area nearest to each point, which no area holds: its number, NOWHERE, or UNSURE.

        Parameters
        ----------
        longitude, latitude
            The points, in degrees.
        within_km
            The distance beyond which an area is not near.
        reach
            In degrees: how far that is at most, in any direction, at each point.
        """
        near = np.full(len(longitude), UNSURE)
        plain = np.flatnonzero((np.abs(latitude) <= MOST_NORTH) & (reach * self.grid.scale <= MOST_CELLS))
        number = self.grid.number(
            np.floor(latitude[plain] * self.grid.scale), np.floor(longitude[plain] * self.grid.scale)
        )
        plain = plain[np.argsort(number, kind="stable")]
        for start in range(0, len(plain), NEAR_CHUNK):
            rows = plain[start : start + NEAR_CHUNK]
            near[rows] = self._find_nearest_chunk(longitude[rows], latitude[rows], within_km, reach[rows])
        return near

    def _find_nearest_chunk(self, longitude: Floats, latitude: Floats, within_km: float, reach: Floats) -> Codes:
        scale = self.grid.scale
        hair = HAIR_KM / KM_PER_DEGREE * scale
        x, y, radius = longitude * scale, latitude * scale, reach * MARGIN * scale + 2 * hair
        point, entry = self._entries_around(x, y, radius)
        east, north = self._nearest_offsets(entry, x[point], y[point])
        distance = np.hypot(east, north)
        # a degree of longitude is never longer than one of latitude, and here never shorter than this share of it
        shortest = np.cos(np.radians(np.abs(latitude) + reach * MARGIN))[point]
        limit = np.minimum(radius[point], _least(distance, point) * MARGIN / shortest + 2 * hair)
        pairs = pd.DataFrame({"point": point, "entry": entry, "east": east, "north": north, "distance": distance})
        pairs = pairs.loc[distance <= limit]
        group = np.searchsorted(self.entry_starts, pairs["entry"].to_numpy(), side="right") - 1
        pairs = pairs.assign(area=self.group_areas[group]).sort_values(["point", "area"])
        point, area, distance = (pairs[name].to_numpy() for name in ("point", "area", "distance"))
        # equally near points of one area
        pairs = pairs.loc[distance <= _least(distance, point * (NONE + 1) + area) * (1 + TIE) + hair]
        point, area = pairs["point"].to_numpy(), pairs["area"].to_numpy()
        middle = np.radians(latitude[point] - pairs["north"].to_numpy() / scale / 2)
        km = np.hypot(pairs["east"].to_numpy() * np.cos(middle), pairs["north"].to_numpy()) * (KM_PER_DEGREE / scale)
        least = _least(km, point)
        rivals = km <= least * MARGIN + HAIR_KM
        first = _least(np.where(rivals, area, NONE), point)
        near = np.full(len(longitude), NOWHERE)
        near[point] = np.where(least <= within_km, first, NOWHERE)
        at_limit = np.abs(least - within_km) <= (MARGIN - 1) * within_km + HAIR_KM
        near[point[((area == first) != rivals) | at_limit]] = UNSURE
        return near

    def _entries_around(self, x: Floats, y: Floats, radius: Floats) -> tuple[Codes, Codes]:
        """List the entries of all cells that a square around each point meets: number of the point, entry."""
        west, south, east, north = np.floor(self.grid.bounds)
        low, high = (np.clip(np.floor(side), south - 1, north + 1).astype(np.intp) for side in (y - radius, y + radius))
        left, right = (np.clip(np.floor(side), west - 1, east + 1) for side in (x - radius, x + radius))
        point, row = _expand(low, high + 1)
        first = np.searchsorted(self.cells, self.grid.number(row, left[point]))
        last = np.searchsorted(self.cells, self.grid.number(row, right[point]), side="right")
        starts = self.entry_starts[self.group_starts]
        piece, entry = _expand(starts[first], starts[last])
        return point[piece], entry

    def _nearest_offsets(self, entry: Codes, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Measure how far west and south of each point the nearest point of an edge is."""
        x0, y0, x1, y1 = np.take(self.edges, self.entry_edges[entry], axis=0).T
        dx, dy = x1 - x0, y1 - y0
        share = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0.0, 1.0)
        return x - x0 - share * dx, y - y0 - share * dy


def build_cells(areas: NDArray[np.object_]) -> BorderCells:
    """Cut the edges of polygons into the cells of a grid as fine as the edges are long.

    Parameters
    ----------
    areas
        Valid polygons and multipolygons in degrees; they may overlap.
    """
    parts, part_areas = shapely.get_parts(areas, return_index=True)
    edges, edge_parts = _edges(parts)
    scale = _scale(edges)
    edges *= scale
    grid = _grid(edges, scale)
    edge, row = _rows(edges, grid.tolerance)
    part_count = max(len(parts), 1)
    keys, entry_edges = _entries(edges, edge_parts, edge, row, grid=grid, part_count=part_count)
    entry_starts = np.flatnonzero(np.diff(keys, prepend=-1))
    group_keys = keys[entry_starts]
    group_cells = group_keys // part_count
    group_starts = np.flatnonzero(np.diff(group_cells, prepend=-1))
    # cells before the first one of all have an owner too: none
    cells, group_starts = np.append(-1, group_cells[group_starts]), np.append(0, group_starts)
    next_cells = cells + 1
    looked_at = np.sort(np.concatenate([cells, next_cells[np.diff(cells, append=-1) != 1]]))
    cell, part = _held_references(edges[edge], edge_parts[edge], row, grid=grid, cells=looked_at)
    group_holds, elsewhere = _match(looked_at[cell] * part_count + part, group_keys)
    covers = np.full(len(looked_at), NONE, np.int32)
    # parts rise: written in reverse, the first stays
    covers[cell[elsewhere][::-1]] = part_areas[part[elsewhere]][::-1]
    entry_cells = keys // part_count
    unsure = np.zeros(len(cells), bool)
    sides, near = _sides(edges[entry_edges], *grid.reference_points(entry_cells), grid.tolerance)
    unsure[np.searchsorted(cells, entry_cells[near])] = True
    return BorderCells(
        grid,
        cells,
        covers[np.searchsorted(looked_at, cells)],
        covers[np.searchsorted(looked_at, next_cells)],
        unsure,
        np.append(group_starts, len(group_keys)).astype(np.int32),
        part_areas[group_keys % part_count].astype(np.int32),
        group_holds,
        np.append(entry_starts, len(keys)).astype(np.int32),
        entry_edges,
        sides,
        edges,
    )


def _edges(parts: NDArray[np.object_]) -> tuple[Floats, Codes]:
    """List the edges of all rings, and the part each belongs to."""
    rings, ring_parts = shapely.get_rings(parts, return_index=True)
    corners, corner_rings = shapely.get_coordinates(rings, return_index=True)
    edges = np.hstack([corners[:-1], corners[1:]])
    real = (corner_rings[1:] == corner_rings[:-1]) & (edges[:, :2] != edges[:, 2:]).any(axis=1)
    return edges[real], ring_parts[corner_rings[1:][real]]


def _scale(edges: Floats) -> float:
    """Choose cells about as wide as edges are long on average; in cells per degree."""
    length = np.abs(edges[:, 2:] - edges[:, :2]).sum() / max(len(edges), 1)
    power = np.floor(np.log2(max(length, 2.0**SMALLEST_POWER)))
    return float(2.0 ** -min(power, LARGEST_POWER))


def _grid(edges: Floats, scale: float) -> Grid:
    x, y = edges[:, ::2], edges[:, 1::2]
    bounds = (x.min(), y.min(), x.max(), y.max()) if len(edges) else (0.0, 0.0, 0.0, 0.0)
    west, south, east, north = map(float, bounds)
    return Grid(scale, (west, south, east, north))


def _rows(edges: Floats, tolerance: float) -> tuple[Codes, Floats]:
    """List the rows of cells each edge meets: number of the edge, row."""
    low, high = np.sort(edges[:, 1::2], axis=1).T
    first, last = np.floor(low - tolerance), np.floor(high + tolerance)
    edge, row = _expand(first.astype(np.intp), last.astype(np.intp) + 1)
    return edge, row.astype(float)


def _entries(
    edges: Floats, edge_parts: Codes, edge: Codes, row: Floats, *, grid: Grid, part_count: int
) -> tuple[NDArray[np.int64], Numbers]:
    """List the cells each edge meets, in the order of cells and parts: cell and part as one number, edge."""
    margin = 2 * grid.tolerance
    ends = np.sort([_meet(edges[edge], row - margin), _meet(edges[edge], row + 1 + margin)], axis=0)
    first, last = np.floor(ends[0] - margin), np.floor(ends[1] + margin)
    piece, column = _expand(first.astype(np.intp), last.astype(np.intp) + 1)
    keys = grid.number(row[piece], column) * part_count + edge_parts[edge[piece]]
    order = np.argsort(keys, kind="stable")
    return keys[order], edge[piece[order]].astype(np.int32)


def _held_references(
    edges: Floats, edge_parts: Codes, row: Floats, *, grid: Grid, cells: NDArray[np.int64]
) -> tuple[Codes, Codes]:
    """List which parts hold the reference points of which cells: index in `cells`, part, in the order of parts.

    The line through the reference points of a row enters and leaves a part at every second of its edges.
    """
    height = row + UP
    met = np.flatnonzero((edges[:, 1] > height) != (edges[:, 3] > height))
    x = _meet(edges[met], height[met])
    order = np.lexsort((x, row[met], edge_parts[met]))
    met, x = met[order], x[order]
    enter, leave = np.floor(x[::2] - ACROSS) + 1, np.floor(x[1::2] - ACROSS)
    height_row = row[met[::2]]
    interval, cell = _expand(
        np.searchsorted(cells, grid.number(height_row, enter)),
        np.searchsorted(cells, grid.number(height_row, leave), side="right"),
    )
    return cell, edge_parts[met[::2]][interval]


def _match(keys: NDArray[np.int64], group_keys: NDArray[np.int64]) -> tuple[Flags, Codes]:
    """Tell which groups are among the keys, and which keys are no group."""
    group = np.minimum(np.searchsorted(group_keys, keys), len(group_keys) - 1)
    is_group = group_keys[group] == keys
    among = np.zeros(len(group_keys), bool)
    among[group[is_group]] = True
    return among, np.flatnonzero(~is_group)


def _sides(edges: Floats, x: Floats, y: Floats, tolerance: float) -> tuple[NDArray[np.uint8], Flags]:
    """Tell on which side of each edge a reference point lies, and whether it is too near to tell."""
    x0, y0, x1, y1 = edges.T
    dx, dy = x1 - x0, y1 - y0
    side = dx * (y - y0) - dy * (x - x0)
    near = np.abs(side) <= tolerance * (np.abs(dx) + np.abs(dy))
    return SWITCHES_SIDE * ((x0 > x) != (x1 > x)) + REFERENCE_RIGHT * (side < 0), near


def _meet(edges: Floats, y: Floats) -> Floats:
    """Find the x at which each edge comes nearest to the height y, which is not that of a level edge."""
    x0, y0, x1, y1 = edges.T
    with np.errstate(divide="ignore", over="ignore"):
        x: Floats = x0 + np.clip((y - y0) / (y1 - y0), 0.0, 1.0) * (x1 - x0)
    return x


def _expand(start: NDArray[np.integer], stop: NDArray[np.integer]) -> tuple[Codes, Codes]:
    """List the whole numbers of each range: number of the range, value."""
    count = (stop - start).astype(np.intp)
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) + (start - (np.cumsum(count) - count))[which]


def _least(values: NDArray[Any], groups: Codes) -> NDArray[Any]:
    """Give each value the least of its group; the values of a group follow one another."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.repeat(np.minimum.reduceat(values, starts), np.diff(starts, append=len(groups)))
