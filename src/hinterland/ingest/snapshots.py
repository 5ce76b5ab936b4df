"""Several snapshots of one list: which is the latest of each platform."""

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Moment = tuple[int, int, int]
Latest = Mapping[str, Moment]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = {**{name: month for month, name in enumerate(_MONTHS, 1)}, "early": 2, "mid": 6, "late": 11}
_ISO = re.compile(r"((?:19|20)\d\d)[-/.]?(\d\d)?(?:[-/.]?(\d\d))?(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d\d?)[-/.](\d\d?)[-/.]((?:19|20)\d\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")


def moment(text: str) -> Moment | None:
    """Read when a snapshot was taken, as (year, month, day), 0 for what is not said; None if nothing is."""
    iso = _ISO.fullmatch(text)
    if iso:
        return int(iso[1]), int(iso[2] or 0), int(iso[3] or 0)
    turned = _DAY_FIRST.fullmatch(text)
    if turned:
        return int(turned[3]), int(turned[2]), int(turned[1])
    year = _YEAR.search(text)
    month = next((_WORDS[word[:3]] if word[:3] in _WORDS else _WORDS[word] for word in _month_words(text)), 0)
    quarter = re.search(r"\bq([1-4])\b", text.lower())
    return (int(year[0]), month or (int(quarter[1]) * 3 if quarter else 0), 0) if year else None


def _month_words(text: str) -> list[str]:
    words = re.findall(r"[a-z]+", text.lower())
    return [word for word in words if word in _WORDS or word[:3] in _WORDS]


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
    verdicts = {pair: _is_older(pair, newest) for pair in set(zip(names, texts, strict=True))}
    return np.array([verdicts[pair] for pair in zip(names, texts, strict=True)], dtype=bool)


def _is_older(pair: tuple[str, str | None], newest: Latest) -> bool:
    platform, text = pair
    return text is None or moment(text) != newest.get(platform.lower(), newest.get(platform))
