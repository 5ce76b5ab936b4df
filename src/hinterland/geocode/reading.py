"""Split profile text into segments and words, and find the names in them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hinterland.geocode.country_names import joined_names
from hinterland.geocode.gazetteer import Entry
from hinterland.geocode.normalise import fold
from hinterland.geocode.words import NEGATIONS, PAST

# how two segments are joined: as parts of one address, by a dash that may be either, or as two things
ADDRESS, DASH, APART = 1, 2, 3
LONGEST_NAME, LONGEST_CODE, LONGEST_TEXT = 6, 3, 400
REMEMBERED = 50_000
MARKS = {ADDRESS: "\x01", DASH: "\x02", APART: "\x03"}
KEPT = "'’`´ʻ.-‐‑"
ADDRESS_CHARACTERS = ',，、،()（）[]【】「」:："“”„«»‚。'
REGIONAL_A = 0x1F1E6


class _Breaks(dict[int, int | str]):
    """Letters, marks, digits and spaces stay; other characters become the mark of the break they make."""

    def __missing__(self, code: int) -> int | str:
        character = chr(code)
        category = unicodedata.category(character)
        stays = category[0] in "LMN" or category in {"Zs", "Cf"} or character in KEPT
        is_dash = category == "Pd"
        mark = MARKS[ADDRESS] if character in ADDRESS_CHARACTERS else MARKS[DASH] if is_dash else MARKS[APART]
        self[code] = code if stays else mark
        return self[code]


_BREAKS = _Breaks({ord(mark): ord(mark) for mark in MARKS.values()})
_NOISE = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|\b\d+(?:\.\d+){3}(?::\d+)?\b|\b[0-9A-Fa-f]{2,4}(?::[0-9A-Fa-f]{2,4})+\b"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_INITIALS = re.compile(r"\b(?:\w\.\s?){1,}\w\b\.?(?!\w)")
_WORD_BREAKS = re.compile(r"\s(?:and|or|und|y|et|via)\s|\s(?:vs)\.?\s", re.IGNORECASE)
_DOT = re.compile(r"(?<=[^\W\d_]{3})\.+(?=\s|$|[^\W\d_]{4})|(?<=\d)\.(?=\s)|\.{2,}")
_DASH = re.compile(r"\s[-‐‑]+|[-‐‑]+\s|-{2,}")
_SPLIT = re.compile("[\x01\x02\x03 ]*[\x01\x02\x03][\x01\x02\x03 ]*")
_INVERTED = re.compile(
    r"(\b[^\W\d_][\w' ]*?)\s*[(,]\s*([^\W\d_][\w ]*? (?:of|of the|du|de|de la|del))\s*(?:\)|$)", re.IGNORECASE
)
_WORD_END = re.compile(r"[\s.'’`´ʻ\-‐‑]+")
_LEFT_OUT = re.compile(rf"(?:{NEGATIONS}|{PAST})", re.IGNORECASE)
_JOINED = re.compile(
    "|".join(r"\s*(?:&|and)\s*(?:the\s)?".join(map(re.escape, re.split(r"\s*&\s*", name))) for name in joined_names()),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text between two breaks: its words as written and folded, the break before it, its address."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    joint: int
    address: int
    index: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """What was written, in segments, and the countries whose flags stand in it."""

    segments: tuple[Segment, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text, all it can mean, where it stands and how.

    `is_outside` marks what is said beside the text: a flag, a column.
    """

    entry: Entry
    segment: int
    address: int
    first: int = 0
    last: int = 0
    joint: int = ADDRESS
    key: str = ""
    fills_segment: bool = True
    is_capital: bool = True
    is_upper: bool = False
    is_short: bool = False
    is_respelt: bool = False
    is_outside: bool = False
    wants_region: bool = False
    wants_city: bool = False


def split_text(text: str) -> Text:
    """Split a profile's location into segments; what is negated or past is left out."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).replace("_", " ")
    flags = tuple(_flag_code(flag) for flag in _FLAG.findall(plain))
    plain = _JOINED.sub(lambda name: re.sub(r"&|\band\b|\bthe\b", " ", name[0]), _NOISE.sub(" ", _FLAG.sub("|", plain)))
    plain = _INVERTED.sub(r"\2 \1", plain)
    plain = _INITIALS.sub(lambda initials: re.sub(r"[.\s]", "", initials[0]) + " ", plain)
    plain = _DASH.sub(MARKS[DASH], _WORD_BREAKS.sub(MARKS[APART], plain)).translate(_BREAKS)
    segments = _segments(_DOT.sub(MARKS[ADDRESS], plain))
    return Text(tuple(segments), flags)


def _flag_code(flag: str) -> str:
    return "".join(chr(ord(letter) - REGIONAL_A + ord("A")) for letter in flag)


def _segments(marked: str) -> Iterator[Segment]:
    address, joint, start, index = 0, ADDRESS, 0, 0
    for found in [*_SPLIT.finditer(marked), None]:
        piece = marked[start : found.start() if found else len(marked)].strip(" .")
        segment = _segment(piece, joint, address, index) if piece and not _LEFT_OUT.match(piece) else None
        if segment:
            yield segment
            joint, index = ADDRESS, index + 1
        if found:
            start = found.end()
            joint = max(
                joint if not segment else ADDRESS, *(level for level, mark in MARKS.items() if mark in found[0])
            )
            address += joint == APART


def _segment(piece: str, joint: int, address: int, index: int) -> Segment | None:
    words, keys = _words(piece)
    return Segment(words, keys, joint, address, index) if words else None


@lru_cache(REMEMBERED)
def _words(piece: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a piece into words as written and folded; lists repeat the same few thousand pieces."""
    words = (word for word in _WORD_END.split(piece) if word)
    pairs = [(word, key) for word in words for key in fold(word).split()]
    return tuple(word for word, _ in pairs), tuple(key for _, key in pairs)


def names_in(segment: Segment) -> Iterator[str]:
    """List every run of words that could be a name."""
    keys = segment.keys
    for length in range(1, min(LONGEST_NAME, len(keys)) + 1):
        for first in range(len(keys) - length + 1):
            yield " ".join(keys[first : first + length])
    if len(keys) > LONGEST_NAME:
        yield " ".join(keys)
