"""The map as a picture that stands still: circles by people, colour by saturation, names for the chosen markets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.config import BEYOND_CURVE, UNDECIDED
from hinterland.export.labels import LabelAnchor, PlacedLabel, place, shorten
from hinterland.export.projection import Canvas, Floats, View, frame, ground_paths, read_ground
from hinterland.messages.brief import BANDS, Row, readable

# ColorBrewer PuOr: orange is under-served; the eye's own differences survive every kind of colour blindness
COLOURS = ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788")
HIDDEN = "#ffffff"
EDGES = (100 / 3, 50, 75, 400 / 3, 200, 300)
FAINT = {"high": 0.92, "medium": 0.62, "low": 0.34}
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
    scale: Sequence[tuple[str, float]]


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
    view = frame(next((rows for rows in shares if len(rows)), table), style.canvas)
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


def legend() -> list[tuple[str, str]]:
    """Give colour and words of every band."""
    return list(zip(COLOURS, BANDS, strict=True))


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


def _scale(per_person: float, style: Style) -> list[tuple[str, float]]:
    """Choose two round numbers of people whose circles fit a legend."""
    fits = [
        10.0**power for power in range(3, 9) if SMALLEST_PX * 2 <= np.sqrt(10.0**power * per_person) <= style.largest
    ]
    return [(readable(f"{people:,.0f}"), round(float(np.sqrt(people * per_person)), 2)) for people in fits[-2:]]
