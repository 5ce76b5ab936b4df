"""Coordinates written in a text: "40.71, -74.00", "40.7128° N, 74.0060° W", degrees and minutes."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from hinterland.geocode.gazetteer import Gazetteer, Numbers

# a place so near is meant
WITHIN_KM = 50.0
MOST_NORTH, MOST_EAST = 90.0, 180.0
_DEGREES = r"(\d{1,3})\s*°\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|'')\s*)?"
_SEXAGESIMAL = re.compile(rf"{_DEGREES}([NS])\W{{0,3}}{_DEGREES}([EW])(?![^\W\d_])", re.IGNORECASE)
_BETWEEN = r"\s*[,;/ ]\s*"
_WITH_LETTERS = re.compile(
    rf"(?<![\w.])(\d{{1,2}}\.\d+)\s*°?\s*([NS]){_BETWEEN}(\d{{1,3}}\.\d+)\s*°?\s*([EW])(?![^\W\d_])", re.IGNORECASE
)
_LETTERS_FIRST = re.compile(
    rf"(?<![^\W\d_])([NS])\s*(\d{{1,2}}\.\d+)°?{_BETWEEN}([EW])\s*(\d{{1,3}}\.\d+)(?![\w.])", re.IGNORECASE
)
# well-known text: longitude first
_WELL_KNOWN = re.compile(r"\bPOINT\s*Z?\s*\(\s*([-+]?\d{1,3}(?:\.\d+)?)\s+([-+]?\d{1,2}(?:\.\d+)?)", re.IGNORECASE)
# a pair in brackets is nothing else
_BRACKETED = re.compile(r"^\s*[(\[]\s*([-+]?\d{1,2}\.\d+)\s*[,;]\s*([-+]?\d{1,3}\.\d+)\s*[)\]]\s*$")
_DIGITS = re.compile(r"\d\s?[.°]\s?\d")
# plain numbers may be anything else: many decimals, or a sign
_SIGNED = re.compile(rf"(?<![\w.])([-+]?\d{{1,2}}\.\d{{2,}})°?{_BETWEEN}([-+]?\d{{1,3}}\.\d{{2,}})(?!\.?\w)")
_MANY_DECIMALS = re.compile(r"\.\d{3}")


def place_coordinates(texts: Sequence[str], gazetteer: Gazetteer) -> tuple[Numbers, Numbers]:
    """Find the texts that hold coordinates near a place.

    Returns
    -------
    The numbers of these texts, and the rows of the nearest places.
    """
    likely = [at for at, text in enumerate(texts) if ("." in text or "°" in text) and _DIGITS.search(text)]
    points = [(at, *point) for at in likely for point in _points(texts[at])]
    if not points:
        return np.array([], dtype="int64"), np.array([], dtype="int64")
    table = np.array(points, dtype=float)
    rows = gazetteer.nearest_rows(table[:, 1], table[:, 2], within_km=WITHIN_KM)
    return table[rows >= 0, 0].astype("int64"), rows[rows >= 0]


def _points(text: str) -> Iterator[tuple[float, float]]:
    """Give the first coordinates of a text, latitude and longitude in degrees."""
    point = _sexagesimal(text) or _decimal(text)
    if point and abs(point[0]) <= MOST_NORTH and abs(point[1]) <= MOST_EAST and point != (0.0, 0.0):
        yield point


def _sexagesimal(text: str) -> tuple[float, float] | None:
    match = _SEXAGESIMAL.search(text)
    if not match:
        return None
    *north, south_letter, east_degrees, east_minutes, east_seconds, west_letter = match.groups()
    return (
        _signed(_in_degrees(north), south_letter),
        _signed(_in_degrees([east_degrees, east_minutes, east_seconds]), west_letter),
    )


def _decimal(text: str) -> tuple[float, float] | None:
    if match := _WITH_LETTERS.search(text):
        return _signed(float(match[1]), match[2]), _signed(float(match[3]), match[4])
    if match := _LETTERS_FIRST.search(text):
        return _signed(float(match[2]), match[1]), _signed(float(match[4]), match[3])
    if match := _WELL_KNOWN.search(text):
        return float(match[2]), float(match[1])
    if match := _BRACKETED.match(text):
        return float(match[1]), float(match[2])
    match = _SIGNED.search(text)
    is_plain = match is None or ("-" not in match[0] and not all(map(_MANY_DECIMALS.search, match.groups())))
    return None if match is None or is_plain else (float(match[1]), float(match[2]))


def _in_degrees(parts: Sequence[str | None]) -> float:
    return float(sum(float(part or 0) / 60**power for power, part in enumerate(parts)))


def _signed(degrees: float, letter: str) -> float:
    return -degrees if letter.upper() in {"S", "W"} else degrees
