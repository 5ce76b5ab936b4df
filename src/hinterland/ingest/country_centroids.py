"""Coordinates that are only the centre of a country: one pair for all its rows."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from hinterland.ingest.parse.coordinates import check_points
from hinterland.ingest.part import POINT, Part, clean_text, load_fields

SCREENED = 8
REACH = {"west": "min", "east": "max", "south": "min", "north": "max", "rows": "sum"}


def country_centres(parts: Iterable[Part], *, rows: int) -> frozenset[tuple[float, float]]:
    """Find the coordinate pairs shared by all rows of a country (`rows` of them at least): the country's centre.

    Eight parts spread over the input are looked at first; only if one of their countries has a single pair, all are.
    """
    suited = [part for part in parts if {*POINT, "country"} <= part.fields]
    spread: Iterable[int] = np.unique(np.linspace(0, len(suited) - 1, SCREENED).astype(int)) if suited else []
    screened = _constant((suited[place] for place in spread), rows)
    return _constant(suited, rows) if screened and len(suited) > SCREENED else screened


def _constant(parts: Iterable[Part], rows: int) -> frozenset[tuple[float, float]]:
    spans = [_spans(part) for part in parts]
    if not spans:
        return frozenset()
    reach = pd.concat(spans).groupby("country").agg(REACH)
    single, many = (reach["west"] == reach["east"]) & (reach["south"] == reach["north"]), reach["rows"] >= rows
    # where every well-filled country has one pair (two such countries at least), the list gives centres throughout
    throughout = many.sum() > 1 and single[many].all()
    centres = reach[single if throughout else single & many]
    return frozenset(zip(centres["west"].tolist(), centres["south"].tolist(), strict=True))


def _spans(part: Part) -> pd.DataFrame:
    """Find how far the coordinates of each country reach: one pair only if least and most agree."""
    table = load_fields(part, (*POINT, "country"))
    points = check_points(table.column("longitude"), table.column("latitude"))
    country = clean_text(table.column("country")).to_pandas()
    frame = pd.DataFrame({"country": country, "west": points.longitude, "south": points.latitude}).dropna()
    frame = frame.assign(east=frame["west"], north=frame["south"], rows=1)
    return frame.groupby("country").agg(REACH)
