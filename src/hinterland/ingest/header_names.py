"""What a header says: its words, and the field and the platform they name, by the tables of such names."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from hinterland.config import platform_names
from hinterland.ingest.parse import bundled_table
from hinterland.ingest.parse.money import CURRENCY_CODES
from hinterland.ingest.parse.text import repair_text

# letters with a mark that Unicode does not take apart
_UNDECOMPOSED = str.maketrans({"\u0131": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"})
# names that camel case would split
_PROPER = re.compile(
    r"(?i:tik ?tok|you ?tube|linked ?in|git ?hub|snap ?chat|face ?book|insta ?gram|blue ?sky|sound ?cloud|only ?fans)"
    r"(?![a-z])|TikTok|YouTube|LinkedIn|GitHub|SnapChat|FaceBook|InstaGram|BlueSky|SoundCloud|OnlyFans"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDS = re.compile(r"[^\w]+|_+")

# "Followers (k)", "Abonnenten in Tsd.": by how much the numbers of a column are to be multiplied
SCALES: Mapping[str, float] = {
    **dict.fromkeys(("k", "thousand", "thousands", "000", "000s", "tsd", "tausend", "milliers", "miles", "mil"), 1e3),
    **dict.fromkeys(("tys", "тыс", "ribu", "千", "천"), 1e3),
    **dict.fromkeys(("万", "萬", "만"), 1e4),
    **dict.fromkeys(("lakh", "lakhs", "lac"), 1e5),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "million", "millions", "millionen", "millones", "milhoes"), 1e6),
    **dict.fromkeys(("milioni", "млн", "juta", "百万"), 1e6),
}
_DECORATION = (
    "raw slug text value clean str string original mostly the current"
    " profile stats influencer creator account percentage percent pct in loc"
)
# small words between what is counted and the platform: "Volgers op Instagram"
_BETWEEN = "on at auf bei sur op på en em na"
# the words that make a header a question of a form, and those that fill it up
_ASKING = "what which how welche welcher welches wie quel quelle quels combien cual cuantos qual quantos quanti hoeveel"
_FILLING = (
    "many much do does you your have live are is the please viele hast du haben sie dein deine ihr ihre wohnst lebst"
    " avez as vous tu votre ton ta habitez habites vis dans tienes vives que tus sus voce tem mora seu sua no hai vivi"
    " tuo tua su heb jij je jouw woon"
)
CONTACT_CONFIDENCE = 0.7
# columns that say who may be written to, and who may not
_REFUSED = re.compile(
    r"\b(?:don t|dont|do not|never|not to be) (?:e ?mail|contact|mail|call|messag|writ)\w*|\bopt(?:ed|s|ing)? ?out\b"
    r"|\bunsub\w*|\bdnc\b|\bblack ?list\w*|\bsuppress\w*|\b(?:erasure|deletion|removal) requests?\b"
    r"|\b(?:gdpr|dsgvo|rgpd|lgpd|ccpa) (?:delet|eras|remov|object|oppos|losch|loesch|wider)\w*"
)
_CONSENTED = re.compile(
    r"\b(?:consent\w*|gdpr|dsgvo|rgpd|lgpd|opt(?:ed|s)? ?in|einwillig\w*|zustimm\w*|consentim\w*|toestemming|zgod\w*"
    r"|souhlas\w*|suhlas\w*|privola\w*|pristanak|hozzajarul\w*|acord|samtyk\w*|samtyck\w*|suostum\w*|onay\w*|riza\w*"
    r"|persetujuan)\b|соглас|згод|съглас|同意|동의|موافق|συγκατ"
)
_AGREED = re.compile(
    r"\b(?:agree\w*|permi\w+|willing|happy|ok|okay|can|may|allow\w*|accept\w*|want\w*|darf|durfen|duerfen|accord"
    r"|d accord|acept\w*|aceit\w*|accett\w*|puedo|podemos|posso|peut|mag)\b"
)
_WRITING = re.compile(r"\b(?:e ?)?mail\w*|contact\w*|conta[ct]t?\w*|kontakt\w*|messag\w*|writ\w*|newsletter|reach")
# "60 day eng rate", "followerGrowth30d", "weekly growth": over which time a rate was taken
PERIOD = re.compile(
    r"(?P<number>\d+)\s?(?P<unit>d|days?|w|weeks?|m|months?|mo|y|years?)\b"
    r"|\b(?P<word>daily|weekly|monthly|quarterly|yearly|annual|yoy|mom|wow)\b|\b(?:last|past)\s(?P<recent>week|month|quarter|year)\b"
)
TIMED = frozenset(("growth", "engagement_rate"))
# subscribers there are elsewhere, too, but not of channels with videos
SUBSCRIBERS, OF_VIDEOS = "subscribers", frozenset(("uploads", "video views", "videos", "video count", "channel type"))
# A snapshot column that even a list of people may be cut by: it says when somebody looked.
CLEAR_SNAPSHOT = re.compile(r"snapshot|scrap|crawl|captured|retrieved|as of")


def tokenize_header(header: str) -> str:
    r"""Split a header into lower-case words without accents: `"Followers\r\nCount"` and `followerCount` alike."""
    flat = unicodedata.normalize("NFKC", header).strip()
    bare = "".join(c for c in unicodedata.normalize("NFD", flat) if not unicodedata.combining(c))
    composed = unicodedata.normalize("NFC", bare).translate(_UNDECOMPOSED)
    proper = _PROPER.sub(lambda name: f" {name[0].replace(' ', '').capitalize()} ", composed)
    camel = proper if proper.isupper() else _CAMEL.sub(" ", proper)
    return " ".join(_WORDS.sub(" ", camel).lower().split())


@cache
def header_fields() -> Mapping[str, tuple[str, int]]:
    """Load the field of each header name, and its place among the names of that field: usual ones first."""
    fields: dict[str, tuple[str, int]] = {}
    for row in bundled_table("header_names"):
        for place, name in enumerate(re.split(r",\s*", row["names"])):
            fields.setdefault(tokenize_header(name), (row["field"], place))
    return fields


@cache
def field_names() -> tuple[str, ...]:
    """Load the names of all fields that a column can be read as."""
    return tuple(dict.fromkeys(row["field"] for row in bundled_table("header_names")))


@cache
def decoration() -> frozenset[str]:
    """Load the words that leave the meaning of a header as it is: units, currencies, platforms."""
    words = f"{_DECORATION} {_BETWEEN}".split()
    return frozenset((*words, *SCALES, *CURRENCY_CODES, *platform_names("decoration")))


@lru_cache(1_024)
def match_header(header: str) -> tuple[str, float] | None:
    """Name the field a header means, with a confidence (0-1) that falls with less usual names; None if unknown."""
    plain = tokenize_header(header if header.isascii() else repair_text(header))
    exact = header_fields().get(plain)
    if exact:
        return exact[0], 1.0 - min(exact[1], 40) / 200
    if not set(_ASKING.split()).isdisjoint(plain.split()):
        plain = " ".join(word for word in plain.split() if word not in f"{_ASKING} {_FILLING}".split())
    bare, timeless = (
        " ".join(word for word in text.split() if word not in decoration()) for text in (plain, PERIOD.sub(" ", plain))
    )
    timed = header_fields().get(timeless, ("", 0))
    loose = header_fields().get(bare) or (timed if timed[0] in TIMED else None)
    return (loose[0], 0.75 - min(loose[1], 40) / 400) if loose else None


def match_contact(header: str, *, is_answered: bool) -> tuple[str, float] | None:
    """Name the field of a header that says in whatever words who may be written to, as `match_header` does.

    Parameters
    ----------
    is_answered
        The cells below are answers such as yes and no.
    """
    plain = tokenize_header(header)
    if _REFUSED.search(plain):
        return "do_not_contact", CONTACT_CONFIDENCE
    asked = is_answered and _AGREED.search(plain) and _WRITING.search(plain)
    return ("consent", CONTACT_CONFIDENCE) if asked or _CONSENTED.search(plain) else None


def scale_of(header: str) -> float:
    """Give the factor a header states for its numbers, as in "Followers (k)"; 1 if none."""
    stated = [SCALES[word] for word in tokenize_header(header).split()[1:] if word in SCALES]
    return stated[0] if stated else 1.0


def split_platform(header: str) -> tuple[str, str]:
    """Part a header such as "TikTok Followers" into the platform and the rest; without one the platform is ""."""
    tokens, platforms = tokenize_header(header).split(), platform_names("header")
    # one letter alone may be anything, a coordinate say
    present = {platforms[token] for token in tokens if token in platforms and (len(token) > 1 or tokens[1:])}
    if len(present) != 1:
        return "", " ".join(tokens)
    return present.pop(), " ".join(token for token in tokens if token not in platforms)


def recognise_platform(file: str, columns: Iterable[str], people: Iterable[str]) -> str:
    """Name the only platform a table shows to be of, "" if it shows none or several.

    Parameters
    ----------
    columns
        All headers.
    people
        Headers of the columns of handles and followers: what else a table links to is not what it is a list of.
    """
    names, headers = platform_names("list"), [_platform_words(header) for header in people]
    platforms = {names[word] for header in headers for word in header.split() if word in names}
    if not platforms and SUBSCRIBERS in headers and not OF_VIDEOS.isdisjoint(map(tokenize_header, columns)):
        platforms = {"youtube"}
    if not platforms:
        # in the name of a file two letters may be anything
        words = [word for word in _platform_words(file).split() if len(word) > 2]  # noqa: PLR2004 - see above
        platforms = {names[word] for word in words if word in names}
    return platforms.pop() if len(platforms) == 1 else ""


def _platform_words(text: str) -> str:
    """Split a text into words, but no platform's own name: "TikTok" has two capitals."""
    plain = tokenize_header(text)
    for name in ("tiktok", "youtube", "github"):
        plain = plain.replace(f"{name[:3]} {name[3:]}", name)
    return plain
