"""Dates: the latest snapshot of each platform, and followers over time as growth per month."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hinterland.ingest.header_names import tokenize_header
from hinterland.ingest.parse import over_distinct
from hinterland.ingest.parse.numbers import parse_count, parse_counts

Moment = tuple[int, int, int]
Latest = Mapping[str, Moment]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = {**{name: month for month, name in enumerate(_MONTHS, 1)}, "early": 2, "mid": 6, "late": 11}
_ISO = re.compile(r"((?:19|20)\d\d)[-/.]?(\d\d)?(?:[-/.]?(\d\d))?(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d\d?)[-/.](\d\d?)[-/.]((?:19|20)\d\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
# a day as spreadsheets count them, from 1954 to 2099
_SERIAL, _FIRST_DAY = re.compile(r"(?:[2-6]\d|7[0-2])\d{3}(?:\.\d+)?"), date(1899, 12, 30)


def moment(text: str) -> Moment | None:
    """Read when a snapshot was taken, as (year, month, day), 0 for what is not said; None if nothing is."""
    iso = _ISO.fullmatch(text)
    if iso:
        return int(iso[1]), int(iso[2] or 0), int(iso[3] or 0)
    turned = _DAY_FIRST.fullmatch(text)
    if turned:
        return int(turned[3]), int(turned[2]), int(turned[1])
    if _SERIAL.fullmatch(text):
        day = _FIRST_DAY + timedelta(int(text.partition(".")[0]))
        return day.year, day.month, day.day
    year = _YEAR.search(text)
    words = [name for word in re.findall(r"[a-z]+", text.lower()) for name in (word[:3], word) if name in _WORDS]
    month = _WORDS[words[0]] if words else 0
    quarter = re.search(r"\bq([1-4])\b", text.lower())
    return (int(year[0]), month or (int(quarter[1]) * 3 if quarter else 0), 0) if year else None


def latest(pairs: Iterable[tuple[str, str]]) -> dict[str, Moment] | None:
    """Find the latest moment of each platform among (platform, snapshot) pairs.

    None if there is one snapshot only, or the texts are no dates: then nothing is older.
    """
    moment_by_pair = {(platform, text): moment(text) for platform, text in pairs}
    moments = {read for read in moment_by_pair.values() if read}
    if len(moments) < 2 or any(read is None for read in moment_by_pair.values()):  # noqa: PLR2004 - two make an older one
        return None
    best: dict[str, Moment] = {}
    for (platform, _), read in moment_by_pair.items():
        if read:
            best[platform] = max(best.get(platform, read), read)
    return best


def older(snapshots: pa.ChunkedArray, platforms: pa.ChunkedArray | None, newest: Latest) -> NDArray[np.bool_]:
    """Say row by row whether a later snapshot of its platform exists; a row without a date counts as older."""
    texts = snapshots.to_pylist()
    names = [""] * len(texts) if platforms is None else [name or "" for name in platforms.to_pylist()]
    verdicts = {
        (platform, text): text is None or moment(text) != newest.get(platform.lower(), newest.get(platform))
        for platform, text in set(zip(names, texts, strict=True))
    }
    return np.array([verdicts[pair] for pair in zip(names, texts, strict=True)], dtype=bool)


_WIDE = re.compile(
    r"(?:followers?|subscribers?|subs|fans|abonnes|abonnenten|seguidores)?\s?(?:count|in|on)?\s?"
    r"(?:(?P<y1>(?:19|20)\d\d) (?P<m1>\d\d?)(?: \d\d?)?|(?P<m2>\d\d?) (?P<y2>(?:19|20)\d\d)|[a-z]{3,9} (?:19|20)\d\d"
    r"|(?:19|20)\d\d [a-z]{3,9})"
)
WHEN, HOW_MANY = (
    ("month", "date", "period", "timestamp", "time"),
    ("followers", "subscribers", "follower_count", "count"),
)
MONTHS = 12


def month_of(column: str) -> int | None:
    """Count the months a header such as `2023-01` or `followers Jan 2023` names since year 0; None if it names none."""
    match = _WIDE.fullmatch(tokenize_header(column))
    if not match:
        return None
    year, month = match["y1"] or match["y2"], match["m1"] or match["m2"]
    return _months(f"{year}-{int(month):02d}" if year else tokenize_header(column))


def _months(text: str) -> int | None:
    when = moment(text)
    return when[0] * MONTHS + when[1] if when and 1 <= when[1] <= MONTHS else None


def growth_of(columns: Mapping[str, pa.ChunkedArray]) -> NDArray[np.float64]:
    """Give each row's growth per month as a fraction, from the first to the last month known; NaN where unknown."""
    months = {column: month for column in columns if (month := month_of(column)) is not None}
    if len(months) < len(columns):
        plain = next(text for column, text in columns.items() if column not in months)
        return np.array(over_distinct(plain, growth_in), dtype=float)
    order = sorted(months, key=lambda column: months[column])
    counts = np.column_stack([parse_counts(columns[column]).numbers for column in order])
    counts[~(counts > 0)] = np.nan
    has_count = ~np.isnan(counts)
    first, last = has_count.argmax(axis=1), has_count.shape[1] - 1 - has_count[:, ::-1].argmax(axis=1)
    rows, when = np.arange(len(counts)), np.array([months[column] for column in order])
    span = np.where(has_count.any(axis=1), when[last] - when[first], 0)
    ratio = counts[rows, last] / counts[rows, first]
    return np.where(span > 0, ratio ** (1 / np.maximum(span, 1)) - 1, np.nan)


def growth_in(text: str) -> float:
    """Read a JSON history as growth per month; NaN if it holds fewer than two months; never raise."""
    points = sorted(point for point in _points(text) if point[1] > 0)
    if not points or points[-1][0] == points[0][0]:
        return math.nan
    (start, before), (end, after) = points[0], points[-1]
    return float((after / before) ** (1 / (end - start)) - 1)


def _points(text: str) -> Iterator[tuple[int, float]]:
    for when, many in _entries(text):
        month, count = _months(str(when)), parse_count(str(many)).value
        if month is not None and count is not None:
            yield month, count


def _entries(text: str) -> Iterator[tuple[Any, Any]]:
    try:
        document = json.loads(text) if text.lstrip()[:1] in ("[", "{") else []
    except (ValueError, RecursionError):
        return
    if isinstance(document, dict):
        yield from document.items()
        return
    for entry in document:
        if isinstance(entry, Mapping):
            when = next((entry[key] for key in WHEN if entry.get(key)), None)
            many = next((entry[key] for key in HOW_MANY if entry.get(key) is not None), None)
            yield when, many
