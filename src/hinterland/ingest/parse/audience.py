"""Where an audience is: JSON cells, `London 12%` texts or numbered columns become lists of names and weights."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from hinterland.ingest.header_names import tokenize_header
from hinterland.ingest.parse import over_distinct
from hinterland.ingest.parse.numbers import parse_count

Share = tuple[str, float | None]

NAMES = ("name", "title", "city", "country", "code", "label", "location")
WEIGHTS = ("weight", "value", "percentage", "percent", "share", "pct", "ratio")
_NUMBERED = re.compile(
    r"(?:.*\b)?(?:audience|geo|top|followers?)(?: geo| top)? (?P<kind>cit(?:y|ies)|countr(?:y|ies)) (?P<place>\d{1,2})"
    r"(?: (?P<role>name|code|title|weight|value|percentage|percent|share|pct|id))?"
)
_ENTRY = re.compile(r"\s*(.*?[^\W\d_].*?)\s*[:\-(=–]?\s*(\d+(?:[.,]\d+)?)\s*(%?)\s*\)?\s*")
_SEPARATOR = re.compile(r"[;|\n]|,(?!\d)")


def numbered(column: str) -> tuple[str, int, str] | None:
    """Read a header such as `geoCities.0.weight` as (field, place, role); None if it is no such header."""
    match = _NUMBERED.fullmatch(tokenize_header(column))
    if not match:
        return None
    field = "audience_cities" if match["kind"].startswith("cit") else "audience_countries"
    role = match["role"] or ("weight" if "%" in column else "name")
    return field, int(match["place"]), "weight" if role in WEIGHTS else "name" if role in NAMES else role


def shares_in(text: str) -> list[Share]:
    """Read a cell as names and weights as written; an unreadable cell has none; never raise."""
    plain = text.strip()
    if not plain:
        return []
    if plain[0] in "[{":
        return list(_from_json(plain))
    entries = [_ENTRY.fullmatch(entry) for entry in _SEPARATOR.split(plain)]
    return [(entry[1], parse_count(entry[2], integer=False).value) for entry in entries if entry]


def _from_json(text: str) -> Iterator[Share]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(document, dict) and not any(isinstance(value, list) for value in document.values()):
        yield from ((str(name), weight_of(weight)) for name, weight in document.items())
    elif isinstance(document, dict):
        yield from _entries(next(value for value in document.values() if isinstance(value, list)))
    elif isinstance(document, list):
        yield from _entries(document)


def _entries(entries: Iterable[Any]) -> Iterator[Share]:
    for entry in entries:
        if isinstance(entry, Mapping):
            name = next((entry[key] for key in NAMES if isinstance(entry.get(key), str)), None)
            weight = next((entry[key] for key in WEIGHTS if entry.get(key) is not None), None)
            if name:
                yield _where(name, entry), weight_of(weight)
        elif isinstance(entry, str):
            yield entry, None


def _where(name: str, entry: Mapping[str, Any]) -> str:
    """Add the country a city's entry names, so that it can be told from its namesakes."""
    country = entry.get("country")
    code = country.get("code") or country.get("name") if isinstance(country, Mapping) else country
    return f"{name}, {code}" if isinstance(code, str) and code and code != name else name


def weight_of(value: object) -> float | None:
    """Read a weight as written: a number, or a text with or without a percent sign."""
    if isinstance(value, bool) or value is None:
        return None
    return parse_count(str(value).strip("% "), integer=False).value


def heaviest(text: str) -> float:
    """Give the largest weight written in a cell, or in a cell of a column of weights; 0 if there is none."""
    weights = [weight for _, weight in shares_in(text)] or [parse_count(text.strip("% "), integer=False).value]
    return max((weight for weight in weights if weight is not None), default=0.0)


def audience_lists(columns: Mapping[str, pa.ChunkedArray], *, percent: bool) -> list[str | None]:
    """Make of one column, or of numbered ones, a JSON list of names and weights (fractions) per row."""
    places = {column: place for column in columns if (place := numbered(column))}
    if not places:
        return over_distinct(next(iter(columns.values())), lambda text: _to_json(shares_in(text), percent=percent))
    pairs = [_pair(columns, places, place) for place in sorted({place for _, place, _ in places.values()})]
    rows = zip(*(zip(names, weights, strict=True) for names, weights in pairs), strict=True)
    return [_to_json([(name, weight_of(weight)) for name, weight in row if name], percent=percent) for row in rows]


def _pair(
    columns: Mapping[str, pa.ChunkedArray], places: Mapping[str, tuple[str, int, str]], place: int
) -> tuple[list[str | None], list[str | None]]:
    def of(role: str) -> list[str | None]:
        cells = [columns[column] for column, (_, where, what) in places.items() if (where, what) == (place, role)]
        return cells[0].to_pylist() if cells else [None] * len(next(iter(columns.values())))

    return of("name"), of("weight")


def _to_json(shares: Sequence[Share], *, percent: bool) -> str | None:
    scale = 100.0 if percent else 1.0
    entries = [{"name": name, "weight": round(weight / scale, 6)} for name, weight in shares if weight is not None]
    return json.dumps(entries, ensure_ascii=False) if entries else None
