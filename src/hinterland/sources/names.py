"""What real exports call their columns: the words of a header, and the field they mean."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hinterland.sources.headers import FIELDS
from hinterland.sources.repair import repair_text

__all__ = ["CLEAR_SNAPSHOT", "CURRENCY_WORDS", "FIELDS", "PERIOD", "meaning", "words"]

# letters with a mark that Unicode does not take apart
_UNDECOMPOSED = str.maketrans({"\u0131": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"})
# names that camel case would split
_PROPER = re.compile(
    r"(?i:tik ?tok|you ?tube|linked ?in|git ?hub|snap ?chat|face ?book|insta ?gram|blue ?sky|sound ?cloud|only ?fans)"
    r"(?![a-z])|TikTok|YouTube|LinkedIn|GitHub|SnapChat|FaceBook|InstaGram|BlueSky|SoundCloud|OnlyFans"
)
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
        *("aed", "sar", "zar", "ngn", "kes", "php", "vnd", "thb", "myr", "sgd", "hkd", "twd", "nzd", "ils", "rub"),
        *("uah", "huf", "czk", "ron", "bgn", "clp", "egp", "pkr", "bdt", "lkr", "ghs"),
    )
)
# "Followers (k)", "Abonnenten in Tsd.": by how much the numbers of a column are to be multiplied
SCALES: Mapping[str, float] = {
    **dict.fromkeys(("k", "thousand", "thousands", "000", "000s", "tsd", "tausend", "milliers", "miles", "mil"), 1e3),
    **dict.fromkeys(("tys", "тыс", "ribu", "千", "천"), 1e3),
    **dict.fromkeys(("万", "萬", "만"), 1e4),
    **dict.fromkeys(("lakh", "lakhs", "lac"), 1e5),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "million", "millions", "millionen", "millones", "milhoes"), 1e6),
    **dict.fromkeys(("milioni", "млн", "juta", "百万"), 1e6),
}
DECORATION = (
    frozenset(SCALES)
    | frozenset(("raw", "slug", "text", "value", "clean", "str", "string", "original", "mostly", "the", "current"))
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
    composed = unicodedata.normalize("NFC", bare).translate(_UNDECOMPOSED)
    proper = _PROPER.sub(lambda name: f" {name[0].replace(' ', '').capitalize()} ", composed)
    camel = proper if proper.isupper() else _CAMEL.sub(" ", proper)
    return " ".join(_WORDS.sub(" ", camel).lower().split())


@cache
def known_names() -> Mapping[str, tuple[str, int]]:
    """Give the field of each header name, and its place among the names of that field: usual ones first."""
    with (Path(__file__).parent / "header_names.csv").open(encoding="utf-8", newline="") as stream:
        foreign = [(row["field"], row["names"]) for row in csv.DictReader(stream, delimiter=";")]
    named: dict[str, tuple[str, int]] = {}
    for field, names in (*FIELDS.items(), *foreign):
        for place, name in enumerate(re.split(r",\s*", names)):
            named.setdefault(words(name), (field, place))
    return named


def meaning(header: str) -> tuple[str, float] | None:
    """Name the field a header means, with a confidence (0-1) that falls with less usual names; None if unknown."""
    plain = words(header if header.isascii() else repair_text(header))
    exact = known_names().get(plain)
    if exact:
        return exact[0], 1.0 - min(exact[1], 40) / 200
    loose = known_names().get(_bare(plain)) or _timed(plain)
    return (loose[0], 0.75 - min(loose[1], 40) / 400) if loose else None


def scale_of(header: str) -> float:
    """Give the factor a header states for its numbers, as in "Followers (k)"; 1 if none."""
    stated = [SCALES[word] for word in words(header).split()[1:] if word in SCALES]
    return stated[0] if stated else 1.0


def _bare(plain: str) -> str:
    return " ".join(word for word in plain.split() if word not in DECORATION)


def _timed(plain: str) -> tuple[str, int] | None:
    found = known_names().get(_bare(PERIOD.sub(" ", plain)))
    return found if found and found[0] in TIMED else None
