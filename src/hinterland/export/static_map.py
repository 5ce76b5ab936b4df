"""A map as a static picture: land and borders, markets as circles, labels for some of them, and the legend."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from hinterland.config import BEYOND_CURVE, UNDECIDED, UNRANKED
from hinterland.export.projection import Canvas, Floats, Shapes, View, clip, frame
from hinterland.language import Language
from hinterland.messages.brief import BANDS, Row, readable

NARROW, WIDE = frozenset("iljtfrI.,;:'|!()[]- "), frozenset("mwMW@%—")
DISTANCES = (4, 12, 24, 38, 56, 78, 104, 134, 168)
LEADER_FROM = 12
SIDES = ((1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1))
LINE = 1.22
AIR = 2.0


@dataclass(frozen=True)
class PlacedLabel:
    """Where one text stands: its left end on the baseline, and the line that leads there, if it stands apart."""

    text: str
    x: float
    y: float
    leader: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class LabelAnchor:
    """A circle to be labelled; the second, shorter text is used where the first does not fit."""

    x: float
    y: float
    radius: float
    texts: tuple[str, ...]


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in a sans serif face, in the unit of `size`; rather too wide."""
    return size * sum(map(_ems, text))


def _ems(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in NARROW:
        return 0.33
    return 0.9 if sign in WIDE else 0.7 if sign.isupper() else 0.58


def shorten(text: str, size: float, room: float) -> str:
    """Cut a text to the room there is, and show that it was cut."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def break_lines(text: str, size: float, room: float) -> list[str]:
    """Break a text into lines at its spaces."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]


def place(marks: Sequence[LabelAnchor], size: float, canvas: Canvas) -> list[PlacedLabel]:
    """Find room for a text of each mark; where there is none, its shortest text stands on the mark itself."""
    discs = [shapely.Point(mark.x, mark.y).buffer(mark.radius + 1) for mark in marks]
    texts: list[shapely.Geometry] = []
    spots = []
    for number, mark in enumerate(marks):
        others = np.array([*discs[:number], *discs[number + 1 :], *texts], dtype=object)
        spot, box = next(_free(mark, size, canvas, (others, np.array(texts, dtype=object))), _on(mark, size))
        spots.append(spot)
        texts.append(box)
    return spots


def _free(
    mark: LabelAnchor, size: float, canvas: Canvas, taken: tuple[Shapes, Shapes]
) -> Iterator[tuple[PlacedLabel, shapely.Geometry]]:
    """Try every side, nearest first: a text may touch nothing, the line to it may cross circles but no text."""
    everything, texts = taken
    for text in mark.texts:
        wide, high = text_width(text, size), LINE * size
        for distance in DISTANCES:
            for side in SIDES:
                corner = _corner(mark, side, distance, np.array([wide, high]))
                spot, box, footprint = _spot(mark, text, distance, corner, (wide, high))
                clear = not shapely.intersects(box, everything).any() and not shapely.intersects(footprint, texts).any()
                if clear and _inside(corner, wide, high, canvas):
                    yield spot, footprint


def _corner(mark: LabelAnchor, side: tuple[int, int], distance: float, box: Floats) -> Floats:
    """Give the upper left corner of a box at that side of a mark."""
    step = np.array(side, dtype=float)
    reach = (mark.radius + distance) * step / np.linalg.norm(step)
    return np.array([mark.x, mark.y]) + reach + (step - 1) / 2 * box


def _spot(
    mark: LabelAnchor, text: str, distance: float, corner: Floats, box: tuple[float, float]
) -> tuple[PlacedLabel, shapely.Geometry, shapely.Geometry]:
    """Stand a text in a box; with the box alone, and with the line that leads to it."""
    (left, top), (wide, high) = corner.tolist(), box
    shape = shapely.box(left - AIR, top, left + wide + AIR, top + high)
    baseline = top + 0.79 * high
    if distance < LEADER_FROM:
        return PlacedLabel(text, left, baseline), shape, shape
    end = np.clip([mark.x, mark.y], [left, top], [left + wide, top + high])
    away = end - [mark.x, mark.y]
    start = np.array([mark.x, mark.y]) + away * (mark.radius / np.linalg.norm(away))
    leader = (float(start[0]), float(start[1]), float(end[0]), float(end[1]))
    return PlacedLabel(text, left, baseline, leader), shape, shape.union(shapely.linestrings([start, end]))


def _inside(corner: Floats, wide: float, high: float, canvas: Canvas) -> bool:
    return bool(
        corner[0] >= AIR
        and corner[1] >= AIR
        and corner[0] + wide <= canvas.width - AIR
        and corner[1] + high <= canvas.height - AIR
    )


def _on(mark: LabelAnchor, size: float) -> tuple[PlacedLabel, shapely.Geometry]:
    wide = text_width(mark.texts[-1], size)
    left, top = mark.x - wide / 2, mark.y - LINE * size / 2
    return PlacedLabel(mark.texts[-1], left, top + 0.79 * LINE * size), shapely.box(
        left, top, left + wide, top + LINE * size
    )


# ColorBrewer PuOr: orange is under-served; the eye's own differences survive every kind of colour blindness
COLOURS = ("#b35806", "#f1a340", "#fee0b6", "#f0f0f0", "#d8daeb", "#998ec3", "#542788")
HIDDEN, UNDECIDED_DOT = "#ffffff", "#b9b7b0"
EDGES = (100 / 3, 50, 75, 400 / 3, 200, 300)
FAINT = {"high": 0.92, "medium": 0.62, "low": 0.32}
MOST_CIRCLES = 2_500
SMALLEST_PX = 1.3
NAME_EMS = 15


@dataclass(frozen=True)
class Style:
    """How large a picture is, its text, and its largest circle, in pixels."""

    canvas: Canvas
    text: float
    largest: float


@dataclass(frozen=True)
class MarkerSymbol:
    """One market on the picture."""

    x: float
    y: float
    radius: float
    fill: str
    opacity: float


@dataclass(frozen=True)
class Picture:
    """Everything a template draws; `off` are the ranks of top markets outside the window."""

    style: Style
    ground: dict[str, str]
    undecided: str
    circles: Sequence[MarkerSymbol]
    labelled_circles: Sequence[MarkerSymbol]
    names: Sequence[PlacedLabel]
    off: Sequence[int]
    left_out: int
    scale: Sequence[tuple[float, float]]


def draw_picture(table: pd.DataFrame, top_markets: pd.DataFrame, basemap: str, style: Style) -> Picture:
    """Draw the decided markets of a ranking, the smallest left out where there are too many, and name the top ones.

    Parameters
    ----------
    table
        Columns of the ranking.
    top_markets
        The rows to name, by their number in `rank`.
    """
    ranked = table[table["rank"].notna()]
    # the ranked markets, else the covered ones, else all
    shares = (ranked, table[table["class"] != "not covered"], table)
    view = frame(next((rows for rows in shares if len(rows)), table), style.canvas, air_px=style.largest)
    markets = ranked[_in_view(ranked, view)].sort_values("population", ascending=False, kind="stable")
    per_person = style.largest**2 / markets["population"].max() if len(markets) else 1.0
    in_view = _in_view(top_markets, view)
    labelled = top_markets[in_view]
    circles = _circles(labelled, view, per_person)
    marks = [_mark(circle, row, style) for circle, row in zip(circles, labelled.to_dict("records"), strict=True)]
    return Picture(
        style,
        ground=ground_paths(read_ground(basemap), view),
        undecided=_dots(table[table["class"].isin((BEYOND_CURVE, UNDECIDED))], view),
        circles=_circles(markets.head(MOST_CIRCLES), view, per_person),
        labelled_circles=circles,
        names=place(marks, style.text, style.canvas),
        off=[int(rank) for rank in top_markets.loc[~in_view, "rank"]],
        left_out=max(len(markets) - MOST_CIRCLES, 0),
        scale=_scale(per_person, style),
    )


def _in_view(table: pd.DataFrame, view: View) -> npt.NDArray[np.bool_]:
    return view.holds(_pixels(table, view))


def colour_of(saturation: float) -> str:
    """Give the colour of a saturation in percent, from less than a third to more than three times; white if hidden."""
    return HIDDEN if pd.isna(saturation) else COLOURS[int(np.searchsorted(EDGES, saturation, side="right"))]


def colour_of_market(row: Row) -> str:
    """Give the colour of a market in a list: grey, as the dots of the map, where there is too little data to say."""
    return UNDECIDED_DOT if row["class"] in UNRANKED else colour_of(row["saturation"])


def legend(language: Language) -> list[tuple[str, str]]:
    """Give colour and words of every band."""
    return list(zip(COLOURS, map(language.say, BANDS), strict=True))


def _pixels(table: pd.DataFrame, view: View) -> Floats:
    return view.pixels(table["longitude"].to_numpy(float), table["latitude"].to_numpy(float))


def _circles(table: pd.DataFrame, view: View, per_person: float) -> list[MarkerSymbol]:
    radius = np.maximum(np.sqrt(table["population"].fillna(0).to_numpy(float) * per_person), SMALLEST_PX)
    columns = (_pixels(table, view), radius, table["saturation"], table["evidence"])
    return [
        MarkerSymbol(round(x, 1), round(y, 1), round(size, 2), colour_of(percent), FAINT.get(evidence, FAINT["low"]))
        for (x, y), size, percent, evidence in zip(*columns, strict=True)
    ]


def _mark(circle: MarkerSymbol, row: Row, style: Style) -> LabelAnchor:
    number = str(row["rank"])
    name = shorten(readable(str(row["market"])), style.text, NAME_EMS * style.text)
    return LabelAnchor(circle.x, circle.y, circle.radius, (f"{number} {name}", number))


def _dots(table: pd.DataFrame, view: View) -> str:
    """Write markets the list cannot decide as points of a path, one where many fall together."""
    pixels = _pixels(table, view)
    cells = np.unique(np.rint(pixels[view.holds(pixels)] / 2).astype(int), axis=0) * 2
    return "".join(f"M{x} {y}h0" for x, y in cells.tolist())


def _scale(per_person: float, style: Style) -> list[tuple[float, float]]:
    """Choose two round numbers of people whose circles fit a legend."""
    fits = [
        10.0**power for power in range(3, 9) if SMALLEST_PX * 2 <= np.sqrt(10.0**power * per_person) <= style.largest
    ]
    return [(people, round(float(np.sqrt(people * per_person)), 2)) for people in fits[-2:]]


ANTIMERIDIAN = 179.99
SMALLEST_PX2 = 0.6


@dataclass(frozen=True)
class Ground:
    """Land as polygons, borders and coasts as lines; longitude, latitude."""

    land: Shapes
    borders: Shapes
    coasts: Shapes


def read_ground(topology: str) -> Ground:
    """Decode TopoJSON (objects "countries" and, if there, "land"): an arc of two countries is a border."""
    data = json.loads(topology)
    scale, origin = np.array(data["transform"]["scale"]), np.array(data["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc, dtype=float), axis=0) * scale + origin for arc in data["arcs"]]
    countries = list(_polygons(data["objects"]["countries"]))
    filled = list(_polygons(data["objects"].get("land", data["objects"]["countries"])))
    shared = Counter(number if number >= 0 else ~number for polygon in countries for ring in polygon for number in ring)
    # the edge where a world map is cut is no coast
    seams = {number for number in shared if (np.abs(arcs[number][:, 0]) > ANTIMERIDIAN).all()}
    lines = {number: shapely.LineString(_unwrap(arcs[number])) for number in shared if number not in seams}
    polygons = [[_join_arcs(ring, arcs) for ring in polygon] for polygon in filled]
    return Ground(
        _wrap_edges([shapely.Polygon(outer, holes) for outer, *holes in polygons]),
        _wrap_edges([line for number, line in lines.items() if shared[number] > 1]),
        _wrap_edges([line for number, line in lines.items() if shared[number] == 1]),
    )


def _polygons(geometry: dict[str, Any]) -> Iterator[list[list[int]]]:
    """Give every polygon of a geometry as lists of arc numbers, the outer ring first."""
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _polygons(part)
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "Polygon":
        yield geometry["arcs"]


def _join_arcs(numbers: Sequence[int], arcs: Sequence[Floats]) -> Floats:
    # an arc begins where the one before it ends
    pieces = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return _unwrap(np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])]))


def _unwrap(points: Floats) -> Floats:
    """Let a line that leaves the map at one edge go on beyond it, instead of coming back across the whole map."""
    return np.column_stack([np.unwrap(points[:, 0], period=360), points[:, 1]])


def _wrap_edges(shapes: Sequence[Any]) -> Shapes:
    """Bring what goes on beyond an edge back in at the other; round a pole, nothing could be brought back."""
    valid = shapely.make_valid(np.array([*shapes], dtype=object))
    turned = [shapely.transform(valid, lambda at, by=turn: at - [by, 0]) for turn in (-360, 0, 360)]
    return clip(np.concatenate(turned), (-180, -90, 180, 90))


def ground_paths(ground: Ground, view: View) -> dict[str, str]:
    """Write land, borders and coasts as SVG path data."""
    land = view.project(ground.land)
    return {
        "land": _path(land[shapely.area(land) > SMALLEST_PX2]),
        "borders": _path(view.project(ground.borders)),
        "coasts": _path(view.project(ground.coasts)),
    }


def _path(shapes: Shapes) -> str:
    """Write shapes as path data, relative, in tenths of a pixel."""
    areal = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    lines = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    rings = [f"{_steps(shapely.get_coordinates(ring)[:-1])}z" for ring in shapely.get_rings(shapes[areal])]
    return "".join([*rings, *(_steps(shapely.get_coordinates(line)) for line in shapes[lines])])


def _steps(points: Floats) -> str:
    tenths = np.rint(points * 10).astype(int)
    moves = np.diff(tenths, axis=0)
    moved = moves[(moves != 0).any(axis=1)]
    start = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}"
    return start + ("l" + " ".join(f"{x / 10:g} {y / 10:g}" for x, y in moved) if len(moved) else "h0")
