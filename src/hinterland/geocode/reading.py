"""Split profile texts into pieces, many at once, and pieces into words."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hinterland.geocode.country_names import joined_names
from hinterland.geocode.normalise import fold_names, normalise_names
from hinterland.geocode.words import NEGATIONS, PAST

# how two pieces are joined: as parts of one address, by a dash that may be either, or as two things
ADDRESS, DASH, APART = 1, 2, 3
LONGEST_NAME, LONGEST_CODE, LONGEST_TEXT = 6, 3, 400
MARKS = {ADDRESS: "\x01", DASH: "\x02", APART: "\x03"}
KEPT = "'’`´ʻ.-‐‑\n"
ADDRESS_CHARACTERS = ',，、،()（）[]【】「」:："“”„«»‚。'
REGIONAL_A = 0x1F1E6
# kana to hangul: written without spaces; what universities and divisions are called in them
FIRST_UNSPACED, LAST_UNSPACED, SHORTEST_UNSPACED = "぀", "힣", 2
KINDS_OF_PLACE, DIVISIONS = (
    ("大学", "大學", "대학교", "市", "区", "區", "県", "省", "시", "구"),
    "省市区區県府都道시구도",
)
# of a text: its first address, joint and place, and the end of one without pieces; what ends it
FIRST, END = (0, ADDRESS, 0, (0, 0)), "\n"
# a line break inside a text: lines are one text each while texts are split
OWN_BREAK = "\x0b"


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


class _Levels(dict[str, int]):
    """How strongly a run of marks divides: as its strongest mark."""

    def __missing__(self, marks: str) -> int:
        self[marks] = max(level for level, mark in MARKS.items() if mark in marks)
        return self[marks]


_BREAKS = _Breaks({ord(mark): ord(mark) for mark in MARKS.values()})
_LEVELS = _Levels()
_NOISE = re.compile(
    r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@\S+|\b\d+(?:\.\d+){3}(?::\d+)?\b|\b[0-9A-Fa-f]{2,4}(?::[0-9A-Fa-f]{2,4})+\b"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
# a space that is no line break: texts are lines here
_GAP = r"[^\S\n]"
_INITIALS = re.compile(rf"\b(?:\w\.{_GAP}?){{1,}}\w\b\.?(?!\w)")
# two letters joined ("J&K"), and a code said twice: a city and its state ("NY, NY")
_LETTERS = re.compile(r"\b(\w)&(\w)\b")
_TWICE = re.compile(r"\b([A-Z]{2}), ?\1\b")
_WORD_BREAKS = re.compile(rf"{_GAP}(?:and|or|und|y|et|e|via){_GAP}|{_GAP}(?:vs)\.?{_GAP}", re.IGNORECASE)
_DOT = re.compile(r"(?<=[^\W\d_]{3})\.+(?=\s|$|[^\W\d_]{4})|(?<=\d)\.(?=\s)|\.{2,}")
_DASH = re.compile(rf"{_GAP}[-‐‑]+|[-‐‑]+{_GAP}|-{{2,}}")
# what only some lines have: flags, addresses of the internet, initials, dots, "and"; inverted names
_ODD = re.compile("[@&.:()\U0001f1e6-\U0001f1ff]")
INVERSIONS = (" of", " of the", " du", " de", " de la", " del")
_SPLIT = re.compile("([\x01\x02\x03 ]*[\x01\x02\x03][\x01\x02\x03 ]*|\n)")
_INVERTED = re.compile(
    rf"(\b[^\W\d_][\w' ]*?){_GAP}*[(,]{_GAP}*([^\W\d_][\w ]*? (?:of|of the|du|de|de la|del)){_GAP}*(?:\)|$)",
    re.IGNORECASE | re.MULTILINE,
)
_WORD_END = re.compile(r"[\s.'’`´ʻ\-‐‑]+")
_LEFT_OUT = re.compile(rf"(?:{NEGATIONS}|{PAST})", re.IGNORECASE)
_JOINED = re.compile(
    "|".join(
        rf"{_GAP}*(?:&|and){_GAP}*(?:the{_GAP})?".join(map(re.escape, re.split(r"\s*&\s*", name)))
        for name in joined_names()
    ),
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A piece of text between two breaks: its words as written (long ones: capital or not), folded, with accents."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    accented: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Texts in pieces.

    `segments` has a row per piece in order: its text, its number among the distinct `pieces`, its place in the text,
    the break before it, its address. `ends` tells for every text the place and address of what stands beside it.
    `flags` are the numbers of texts and the countries whose flags stand in them.
    """

    segments: npt.NDArray[np.int64]
    ends: Sequence[tuple[int, int]]
    pieces: Sequence[Piece]
    flags: Sequence[tuple[int, str]]


def split_texts(texts: Sequence[str]) -> Split:
    """Split profile locations into pieces; what is negated or past is left out."""
    whole = "\n".join(text[:LONGEST_TEXT].replace("\n", OWN_BREAK) for text in texts)
    plain = unicodedata.normalize("NFKC", whole).replace("_", " ")
    flags = _flags(plain) if _FLAG.search(plain) else []
    parts = _SPLIT.split("\n".join(_mark(plain.split("\n")))) if texts else []
    numbers, pieces = _read_pieces(list(dict.fromkeys(parts[::2])))
    return Split(*_place(parts, numbers), pieces, flags)


def _flags(plain: str) -> list[tuple[int, str]]:
    return [
        (number, "".join(chr(ord(letter) - REGIONAL_A + ord("A")) for letter in flag))
        for number, line in enumerate(plain.split("\n"))
        for flag in _FLAG.findall(line)
    ]


def _mark(lines: list[str]) -> list[str]:
    """Put marks where lines break; most lines need no more than that."""
    odd = [at for at, line in enumerate(lines) if _is_odd(line)]
    tidy = _tidy("\n".join(lines[at] for at in odd)).split("\n")
    for at, line in zip(odd, tidy, strict=bool(odd)):
        lines[at] = line
    plain = _WORD_BREAKS.sub(MARKS[APART], _TWICE.sub(r"\1 \1", "\n".join(lines)))
    plain = _DASH.sub(MARKS[DASH], plain)
    marked = plain.translate(_BREAKS).split("\n")
    for at in odd:
        marked[at] = _DOT.sub(MARKS[ADDRESS], marked[at])
    return marked


def _is_odd(line: str) -> bool:
    if _ODD.search(line):
        return True
    plain = line.casefold()
    return " and " in plain or plain.rstrip().endswith(INVERSIONS)


def _tidy(plain: str) -> str:
    """Leave out addresses of the internet; write names of two parts, inverted names and initials without marks."""
    plain = _NOISE.sub(" ", _FLAG.sub("|", plain))
    plain = _JOINED.sub(lambda name: re.sub(r"&|\band\b|\bthe\b", " ", name[0]), plain)
    plain = _LETTERS.sub(r"\1\2", plain)
    return _INITIALS.sub(lambda initials: re.sub(r"[.\s]", "", initials[0]) + " ", _INVERTED.sub(r"\2 \1", plain))


def _read_pieces(raw: list[str]) -> tuple[dict[str, int], list[Piece]]:
    """Give the pieces that have words and are meant numbers: all spellings of raw text to one piece."""
    stripped = [text.strip(" .") for text in raw]
    words = [() if _LEFT_OUT.match(text) else tuple(filter(None, _WORD_END.split(text))) for text in stripped]
    distinct = list(dict.fromkeys(word for listed in words for word in listed))
    folded = zip(distinct, fold_names(distinct), normalise_names(distinct), strict=True) if distinct else ()
    read = {
        word: [(_spelt(word, key), key, name) for key, name in zip(keys.split(), names.split(), strict=False)]
        for word, keys, names in folded
    }
    numbers: dict[str, int] = {}
    pieces: dict[Piece, int] = {}
    for text, listed in zip(raw, words, strict=True):
        pairs = [pair for word in listed for pair in read[word]]
        if pairs:
            numbers[text] = pieces.setdefault(Piece(*zip(*pairs, strict=True)), len(pieces))
    return numbers, list(pieces)


def _spelt(word: str, key: str) -> str:
    """Write long words in one way, capital or not: only short ones can be codes."""
    if min(len(word), len(key)) <= LONGEST_CODE:
        return word
    return key if word[:1].islower() else key.capitalize()


def _place(parts: list[str], numbers: dict[str, int]) -> tuple[npt.NDArray[np.int64], list[tuple[int, int]]]:
    """Say for every piece in every text how it is joined to the one before, and which address it is part of."""
    found: list[int] = []
    ends: list[tuple[int, int]] = []
    address, joint, index, end = FIRST
    for raw, marks in zip(parts[::2], [*parts[1::2], END], strict=bool(parts)):
        piece = numbers.get(raw)
        if piece is not None:
            found += (len(ends), piece, index, joint, address)
            joint, index = ADDRESS, index + 1
            end = index, address
        if marks == END:
            ends.append(end)
            address, joint, index, end = FIRST
        else:
            joint = max(joint, _LEVELS[marks])
            address += joint == APART
    return np.array(found, dtype="int64").reshape(-1, 5), ends


def names_in(keys: Sequence[str]) -> Iterator[str]:
    """List every run of words that could be a name."""
    for length in range(1, min(LONGEST_NAME, len(keys)) + 1):
        for first in range(len(keys) - length + 1):
            yield " ".join(keys[first : first + length])
    if len(keys) > LONGEST_NAME:
        yield " ".join(keys)
    if len(keys) == 1:
        yield from {name for names in unspaced(keys[0]) for name in names}


def unspaced(key: str) -> Iterator[tuple[str, ...]]:
    """List how a Chinese, Japanese or Korean word may be made of names: one and a kind, or two ("广东省深圳市")."""
    if len(key) <= SHORTEST_UNSPACED or not all(FIRST_UNSPACED <= letter <= LAST_UNSPACED for letter in key):
        return
    for kind in KINDS_OF_PLACE:
        if key.endswith(kind):
            yield (key.removesuffix(kind),)
    for cut in range(SHORTEST_UNSPACED, len(key) - 1):
        for tail in {key[cut:], key[cut:].rstrip(DIVISIONS)}:
            yield from ((head, tail) for head in {key[:cut], key[:cut].rstrip(DIVISIONS)} if head and tail)
