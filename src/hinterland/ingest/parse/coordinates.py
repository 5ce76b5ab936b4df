"""Longitude and latitude as lists give them: decimal commas, degrees and minutes, swapped, at null island."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import math
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.ingest.parse import over_distinct

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

POINT = ("longitude", "latitude")
LONGITUDE_END, LATITUDE_END = 180.0, 90.0
_SEXAGESIMAL = re.compile(
    r"""([NSEWO]?)\s*([+-]?\d{1,3}(?:\.\d+)?)\s*(?:[°º]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’]\s*"""
    r"""(?:(\d{1,2}(?:\.\d+)?)\s*(?:"|″|”|'')\s*)?)?)?([NSEWO]?)""",
    re.IGNORECASE,
)
MISSING = ("", "-", "--", "NaN", "nan", "null", "None", "N/A", "n/a", "NA")
_DECIMAL = re.compile(r"[+-]?\d+(\.\d*)?")


@dataclass(frozen=True, eq=False)
class Points:
    """Checked coordinates of a batch, row by row; `reasons` names the fault of a row ("" is none)."""

    longitude: Floats
    latitude: Floats
    reasons: NDArray[np.object_]


def parse_degrees(text: str) -> float | None:
    """Read one coordinate in degrees; None if it is none; never raise."""
    plain = text.strip().replace("−", "-")
    plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    if _DECIMAL.fullmatch(plain):
        return float(plain) if len(plain) < 30 else None  # noqa: PLR2004 - no coordinate is so long
    match = _SEXAGESIMAL.fullmatch(plain)
    return _sexagesimal(*match.groups()) if match else None


def _sexagesimal(before: str, degrees: str, minutes: str | None, seconds: str | None, after: str) -> float:
    size = abs(float(degrees)) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    south_or_west = (before or after).upper() in ("S", "W", "O") or degrees.startswith("-")
    return -size if south_or_west else size


def degrees(column: pa.ChunkedArray) -> tuple[Floats, Flags]:
    """Read a column of text or numbers as degrees; also say which filled values are none."""
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return column.cast(pa.float64(), safe=False).to_numpy(), np.zeros(len(column), bool)
    empty = pc.is_in(pc.utf8_trim_whitespace(pc.fill_null(column, "")), pa.array(MISSING)).to_numpy()
    read = over_distinct(column, parse_degrees)
    values = np.array([math.nan if value is None else value for value in read], dtype=float)
    return values, np.isnan(values) & ~empty


def check_points(longitude: pa.ChunkedArray, latitude: pa.ChunkedArray) -> Points:
    """Read pairs; swap those that fit only the other way round; drop what cannot be, with the reason."""
    (east, odd_east), (north, odd_north) = degrees(longitude), degrees(latitude)
    reasons = np.full(len(east), "", dtype=object)
    turned = (np.abs(north) > LATITUDE_END) & (np.abs(north) <= LONGITUDE_END) & (np.abs(east) <= LATITUDE_END)
    east, north = np.where(turned, north, east), np.where(turned, east, north)
    reasons[turned] = "swapped"
    outside = (np.abs(east) > LONGITUDE_END) | (np.abs(north) > LATITUDE_END)
    reasons[outside] = "out of range"
    reasons[(east == 0) & (north == 0)] = "null island"
    reasons[np.isnan(east) ^ np.isnan(north)] = "half a pair"
    reasons[odd_east | odd_north] = "unreadable"
    lost = (reasons != "") & (reasons != "swapped") | np.isnan(east)
    return Points(np.where(lost, np.nan, east), np.where(lost, np.nan, north), reasons)


def look_swapped(longitude: Floats, latitude: Floats) -> bool:
    """Say whether two whole columns bear each other's name: "latitudes" past 90, "longitudes" never."""
    is_complete = ~(np.isnan(longitude) | np.isnan(latitude))
    past = np.abs(latitude[is_complete]) > LATITUDE_END
    return bool(is_complete.any() and past.mean() >= 0.05 and (np.abs(longitude[is_complete]) <= LATITUDE_END).all())  # noqa: PLR2004
