"""Split profile text into segments and words, and find the names in them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from hinterland.geocode.country_names import joined_names
from hinterland.geocode.gazetteer import Entry, Gazetteer
from hinterland.geocode.normalise import fold, fold_names
from hinterland.geocode.words import CITY_WORDS, FILLERS, NEGATIONS, NO_PLACE, PAST, REGION_WORDS

# how two segments are joined: as parts of one address, by a dash that may be either, or as two things
ADDRESS, DASH, APART = 1, 2, 3
LONGEST_NAME, LONGEST_CODE, LONGEST_TEXT = 6, 3, 400
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


_BREAKS = _Breaks()
_NOISE = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|\b\d+(?:\.\d+){3}(?::\d+)?\b|\b[0-9A-Fa-f]{2,4}(?::[0-9A-Fa-f]{2,4})+\b"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_INITIALS = re.compile(r"\b(?:\w\.\s?){1,}\w\b\.?(?!\w)")
_WORD_BREAKS = re.compile(r"\s(?:and|or|und|y|et|via)\s|\s(?:vs)\.?\s", re.IGNORECASE)
_DOT = re.compile(r"(?<=[^\W\d_]{3})\.+(?=\s|$|[^\W\d_]{4})|(?<=\d)\.(?=\s)|\.{2,}")
_DASH = re.compile(r"\s[-‐‑]+|[-‐‑]+\s|-{2,}")
_SPLIT = re.compile("[\x01\x02\x03 ]*[\x01\x02\x03][\x01\x02\x03 ]*")
_LEFT_OUT = re.compile(rf"(?:{NEGATIONS}|{PAST})", re.IGNORECASE)
_JOINED = re.compile(
    "|".join(r"\s*(?:&|and)\s*".join(map(re.escape, re.split(r"\s*&\s*", name))) for name in joined_names()),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text between two breaks: its words as written and folded, the break before it, its address."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    joint: int
    address: int


@dataclass(frozen=True, slots=True)
class Text:
    """What was written, in segments, and the countries whose flags stand in it."""

    segments: tuple[Segment, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text, all it can mean, and how it stands there."""

    entry: Entry
    address: int
    joint: int
    order: int
    fills_segment: bool
    is_capital: bool
    wants_region: bool = False
    wants_city: bool = False
    is_outside: bool = False
    key: str = field(default="")


def split_text(text: str) -> Text:
    """Split a profile's location into segments; what is negated or past is left out."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])
    flags = tuple(_flag_code(flag) for flag in _FLAG.findall(plain))
    plain = _JOINED.sub(lambda name: re.sub(r"&|\band\b", " ", name[0]), _NOISE.sub(" ", _FLAG.sub("|", plain)))
    plain = _INITIALS.sub(lambda initials: re.sub(r"[.\s]", "", initials[0]) + " ", plain)
    plain = _DASH.sub(MARKS[DASH], _WORD_BREAKS.sub(MARKS[APART], plain)).translate(_BREAKS)
    return Text(tuple(_segments(_DOT.sub(MARKS[ADDRESS], plain))), flags)


def _flag_code(flag: str) -> str:
    return "".join(chr(ord(letter) - REGIONAL_A + ord("A")) for letter in flag)


def _segments(marked: str) -> Iterator[Segment]:
    address, joint, start = 0, ADDRESS, 0
    for found in [*_SPLIT.finditer(marked), None]:
        piece = marked[start : found.start() if found else len(marked)].strip(" .")
        segment = _segment(piece, joint, address) if piece and not _LEFT_OUT.match(piece) else None
        if segment:
            yield segment
            joint = ADDRESS
        if found:
            start = found.end()
            joint = max(
                joint if not segment else ADDRESS, *(level for level, mark in MARKS.items() if mark in found[0])
            )
            address += joint == APART


def _segment(piece: str, joint: int, address: int) -> Segment | None:
    words = tuple(re.split(r"[\s.'’`´ʻ\-‐‑]+", piece))
    pairs = [(word, key) for word in words if word for key in fold(word).split()]
    if not pairs:
        return None
    return Segment(tuple(word for word, _ in pairs), tuple(key for _, key in pairs), joint, address)


def names_in(segment: Segment) -> Iterator[str]:
    """List every run of words that could be a name."""
    keys = segment.keys
    for length in range(1, min(LONGEST_NAME, len(keys)) + 1):
        for first in range(len(keys) - length + 1):
            yield " ".join(keys[first : first + length])
    if len(keys) > LONGEST_NAME:
        yield " ".join(keys)


def find_mentions(text: Text, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> list[Mention]:
    """Find the names in a text: a whole segment if it is one, else the longest runs of words that are."""
    found = [mention for segment in text.segments for mention in _in_segment(segment, entries, gazetteer)]
    last = text.segments[-1].address if text.segments else 0
    flags = [_flag_mention(code, last) for code in text.flags if code in gazetteer.country]
    return [replace(mention, order=order) for order, mention in enumerate([*found, *flags])]


def _flag_mention(code: str, address: int) -> Mention:
    return Mention(Entry({}, (), code), address, ADDRESS, 0, True, True, is_outside=True)


def _in_segment(segment: Segment, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> list[Mention]:
    first, last = 0, len(segment.keys)
    whole = _mention(segment, first, last, entries, gazetteer)
    if whole:
        return [whole]
    is_filler = [key in FILLERS or key.isdigit() for key in segment.keys]
    while first < last and is_filler[first]:
        first += 1
    while first < last and is_filler[last - 1]:
        last -= 1
    core = _mention(segment, first, last, entries, gazetteer) if first < last else None
    return [core] if core else _runs(segment, entries, gazetteer)


def _runs(segment: Segment, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> list[Mention]:
    free = [True] * len(segment.keys)
    found: list[tuple[int, Mention]] = []
    for length in range(min(LONGEST_NAME, len(free)), 0, -1):
        for first in range(len(free) - length + 1):
            mention = (
                _mention(segment, first, first + length, entries, gazetteer)
                if all(free[first : first + length])
                else None
            )
            if mention:
                free[first : first + length] = [False] * length
                found.append((first, mention))
    ordered = [mention for _, mention in sorted(found, key=lambda pair: pair[0])]
    explained = all(
        not is_free or key in FILLERS or key.isdigit() for is_free, key in zip(free, segment.keys, strict=True)
    )
    return [
        replace(mention, fills_segment=explained, joint=mention.joint if at == 0 else ADDRESS)
        for at, mention in enumerate(ordered)
    ]


def _mention(
    segment: Segment, first: int, last: int, entries: Mapping[str, Entry], gazetteer: Gazetteer
) -> Mention | None:
    keys, words = segment.keys[first:last], segment.words[first:last]
    key = " ".join(keys)
    entry = _entry(key, words[0], entries, gazetteer) if len(keys) == 1 else entries.get(key)
    fills = last - first == len(segment.keys) or all(
        word in FILLERS or word.isdigit() for word in (*segment.keys[:first], *segment.keys[last:])
    )
    if entry is None or all(word in NO_PLACE or word.isdigit() for word in keys) and not entry.is_code:
        return None
    beside = {*segment.keys[max(first - 2, 0) : first], *segment.keys[last : last + 1]}
    capital = all(word[:1].isupper() or not word[:1].islower() for word in words if fold(word) not in FILLERS)
    return Mention(
        entry, segment.address, segment.joint, 0, fills, capital,
        bool(beside & REGION_WORDS), bool(beside & CITY_WORDS), key=key,
    )  # fmt: skip


def _entry(key: str, word: str, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> Entry | None:
    named = entries.get(key) if key not in NO_PLACE else None
    if not (1 < len(word) <= LONGEST_CODE and word.isascii() and word.isalpha()):
        return named
    code = gazetteer.code(word) if word.isupper() or key not in NO_PLACE | FILLERS else None
    if code is None or named is None:
        return named or code
    shared = {**code.places, **named.places}
    regions = tuple(dict.fromkeys((*named.regions, *code.regions)))
    return Entry(shared, regions, named.country or code.country, is_code=named.country is None, countries=())
