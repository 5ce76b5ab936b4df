"""Where each name goes on a picture: the first come first, no two on top of each other."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from hinterland.export.projection import Canvas, Floats, Shapes

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
    """A circle that wants a name; the second text, shorter, is taken where the first finds no room."""

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
