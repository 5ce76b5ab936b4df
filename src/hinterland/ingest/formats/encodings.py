"""Which encoding a text is in, if it is not UTF-8: letters that fit one language, in words of one case."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import codecs
import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from charset_normalizer import CharsetMatch, from_bytes

from hinterland.ingest.parse.addresses import rows_of

SAMPLE = 2**18
# What spreadsheets and browsers still write; without the limit short texts are taken for rarities.
LEGACY = ["cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1256", "cp932", "gb18030", "big5", "euc_kr", "euc_jp"]
WIDE = frozenset(("cp932", "gb18030", "big5", "euc_kr", "euc_jp"))
CLOSE = 0.02
# from this on a text is taken for one of an alphabet, or rather than for one of thousands of signs; two this near
# each other may be either
ENOUGH, CLEAR, NEAR = 0.55, 0.85, 0.04
WORD_BONUS, WORDS_SAMPLED = 0.3, 400
USUAL = {"cp1252": 0.03, "cp1251": 0.02, "cp1250": 0.01}
_WORD = re.compile(r"[^\s,;|\t\"'()/0-9]+")
_ASCII_LETTER = re.compile("[A-Za-z]")
_SIGNS = frozenset("’‘“”–—…«»°·€£©®™§´\u00a0")
# Thai marks stand above or below a consonant
_THAI_MARKS, _THAI_CONSONANTS = re.compile("[ัิ-ฺ็-๎]"), re.compile("[ก-ฮัิ-ฺ็-๎]")


class Alphabet(NamedTuple):
    """The letters of a language beyond ASCII, the weight of each, some of its words, and its encodings."""

    weights: dict[str, float]
    words: frozenset[str]
    encodings: tuple[str, ...]


class Likelihood(NamedTuple):
    """How well a text fits an encoding (at most about 1), and which that is."""

    score: float
    encoding: str


def likely_encodings(data: bytes) -> tuple[str, ...]:
    """Name the encodings a text that is not UTF-8 may be in, the likeliest first; more than one is a doubt."""
    ranked = _rank_encodings(data[:SAMPLE])
    wide = _by_library(data)
    if not ranked or ranked[0].score < (CLEAR if wide in WIDE else ENOUGH):
        return (wide,)
    best = ranked[0]
    near = [candidate for candidate in ranked if candidate.score >= best.score - NEAR]
    texts = {candidate.encoding: data[:SAMPLE].decode(candidate.encoding, errors="replace") for candidate in near}
    others = [candidate.encoding for candidate in near if texts[candidate.encoding] != texts[best.encoding]]
    return tuple(codecs.lookup(name).name for name in dict.fromkeys((best.encoding, *others)))


def _rank_encodings(data: bytes) -> list[Likelihood]:
    words = [word for word in re.split(rb"[\s,;|\t\"'()/0-9]+", data) if not word.isascii()]
    sample = b" ".join(words[:WORDS_SAMPLED])
    encodings = dict.fromkeys(encoding for alphabet in alphabets() for encoding in alphabet.encodings)
    scored = [Likelihood(_score(sample, encoding), encoding) for encoding in encodings]
    order = {name: place for place, name in enumerate(encodings)}
    return sorted(
        (candidate for candidate in scored if candidate.score > 0),
        key=lambda candidate: (-round(candidate.score, 3), order[candidate.encoding]),
    )


def _score(sample: bytes, encoding: str) -> float:
    """Score a sample of words under an encoding by the alphabet that fits it best."""
    try:
        words = _WORD.findall(sample.decode(encoding))
    except UnicodeDecodeError:
        return 0.0
    marks = [char for word in words for char in word if not char.isascii()]
    if not marks:
        return 0.0
    faults = sum(map(_faults, words)) / len(marks)
    fitting = [alphabet for alphabet in alphabets() if encoding in alphabet.encodings]
    familiar = sum(any(word.lower() in alphabet.words for alphabet in fitting) for word in words if not word.isascii())
    fit = max(sum(_weight(char, alphabet) for char in marks) / len(marks) for alphabet in fitting)
    return fit + WORD_BONUS * min(familiar, 3) / 3 + USUAL.get(encoding, 0.0) - faults


def _weight(char: str, alphabet: Alphabet) -> float:
    if char in _SIGNS:
        return 0.5
    weight = alphabet.weights.get(char.lower(), alphabet.weights.get(char))
    return weight if weight is not None else 0.0 if char.isalpha() else -1.0


def _faults(word: str) -> int:
    """Count what no word has: a capital after a small letter, letters of two scripts, Thai marks on nothing."""
    pairs = list(pairwise(word))
    capitals = sum(
        previous.islower() and char.isupper() and not (previous + char).isascii() for previous, char in pairs
    )
    shouted = word[:1].islower() and word[1:].isupper() and len(word) > 1
    marks = sum(
        bool(_THAI_MARKS.match(char)) and not _THAI_CONSONANTS.match(previous)
        for previous, char in pairwise(f" {word}")
    )
    mixed = bool(_ASCII_LETTER.search(word)) and sum(char >= "\u0370" and char.isalpha() for char in word)
    return capitals + shouted + marks + mixed


@cache
def alphabets() -> tuple[Alphabet, ...]:
    """Give the alphabets that lie beside the code."""
    return tuple(
        Alphabet(
            {char: 1.0 - 0.3 * place / len(row["letters"]) for place, char in enumerate(row["letters"])},
            frozenset(row["words"].split()),
            tuple(row["encodings"].split()),
        )
        for row in rows_of("alphabets")
    )


def _by_library(data: bytes) -> str:
    matches = from_bytes(data[:SAMPLE], cp_isolation=LEGACY)
    best = matches.best()
    # short texts leave several as likely as each other: then the more usual one
    even = [match.encoding for match in matches if best and _as_likely(match, best)]
    return min(set(LEGACY) & set(even), key=LEGACY.index, default="cp1252")


def _as_likely(match: CharsetMatch, best: CharsetMatch) -> bool:
    return match.chaos <= best.chaos + CLOSE and match.coherence >= best.coherence - CLOSE
