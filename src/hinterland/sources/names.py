"""What real exports call their columns: the words of a header, and the field they mean."""

import re
import unicodedata
from collections.abc import Mapping

from hinterland.sources.headers import FIELDS

__all__ = ["CLEAR_SNAPSHOT", "CURRENCY_WORDS", "FIELDS", "PERIOD", "meaning", "words"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDS = re.compile(r"[^\w]+|_+")

PLATFORM_WORDS = frozenset(
    ("instagram", "ig", "insta", "tiktok", "tt", "youtube", "yt", "twitter", "facebook", "fb", "twitch", "pinterest")
)
CURRENCY_WORDS = frozenset(
    (
        "usd",
        "eur",
        "gbp",
        "inr",
        "brl",
        "jpy",
        "cad",
        "aud",
        "chf",
        "sek",
        "nok",
        "dkk",
        "pln",
        "mxn",
        "cny",
        "idr",
        "krw",
    )
)
DECORATION = (
    frozenset(("raw", "slug", "text", "value", "clean", "str", "string", "original", "mostly", "the", "current"))
    | frozenset(("profile", "stats", "influencer", "creator", "account", "percentage", "percent", "pct", "in"))
    | PLATFORM_WORDS
    | CURRENCY_WORDS
)
# "60 day eng rate", "followerGrowth30d", "weekly growth": over which time a rate was taken
PERIOD = re.compile(
    r"(?P<number>\d+)\s?(?P<unit>d|days?|w|weeks?|m|months?|mo|y|years?)\b"
    r"|\b(?P<word>daily|weekly|monthly|quarterly|yearly|annual|yoy|mom|wow)\b|\b(?:last|past)\s(?P<one>week|month|quarter|year)\b"
)
TIMED = frozenset(("growth", "engagement_rate"))
# A snapshot column that even a list of people may be cut by: it says when somebody looked.
CLEAR_SNAPSHOT = re.compile(r"snapshot|scrap|crawl|captured|retrieved|as of")


def words(header: str) -> str:
    r"""Split a header into lower-case words without accents: `"Followers\r\nCount"` and `followerCount` alike."""
    flat = unicodedata.normalize("NFKC", header).strip()
    bare = "".join(c for c in unicodedata.normalize("NFD", flat) if not unicodedata.combining(c))
    composed = unicodedata.normalize("NFC", bare)
    camel = composed if composed.isupper() else _CAMEL.sub(" ", composed)
    return " ".join(_WORDS.sub(" ", camel).lower().split())


def _known() -> Mapping[str, tuple[str, int]]:
    return {
        words(name): (field, place)
        for field, names in FIELDS.items()
        for place, name in enumerate(re.split(r",\s*", names))
    }


KNOWN = _known()


def meaning(header: str) -> tuple[str, float] | None:
    """Name the field a header means, with a confidence (0-1) that falls with less usual names; None if unknown."""
    plain = words(header)
    exact = KNOWN.get(plain)
    if exact:
        return exact[0], 1.0 - min(exact[1], 40) / 200
    loose = KNOWN.get(_bare(plain)) or _timed(plain)
    return (loose[0], 0.75 - min(loose[1], 40) / 400) if loose else None


def _bare(plain: str) -> str:
    return " ".join(word for word in plain.split() if word not in DECORATION)


def _timed(plain: str) -> tuple[str, int] | None:
    found = KNOWN.get(_bare(PERIOD.sub(" ", plain)))
    return found if found and found[0] in TIMED else None
