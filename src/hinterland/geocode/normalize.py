"""One spelling for many: names as written to the keys they are looked up by."""

import re
import unicodedata
from collections.abc import Callable, Iterable

import numpy as np

SPACE = " "
# they stand inside words and change nothing: soft hyphen, joiners, direction marks, tatweel, variation selectors
INVISIBLE = (0x00AD, *range(0x200C, 0x2010), *range(0x202A, 0x202F), 0x2060, 0x0640, 0xFEFF, *range(0xFE00, 0xFE10))
# Latin, Greek and Cyrillic accents, Hebrew points and Arabic vowels can be left out by a writer;
# the vowel signs of Indic and Thai script and the voicing marks of kana cannot
OPTIONAL_MARKS = (*range(0x0300, 0x0370), *range(0x0591, 0x05C8), *range(0x064B, 0x0660), 0x0670)
# letters of their own that have no decomposition
PLAIN_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t", "æ": "ae", "œ": "oe",
    "þ": "th", "ə": "e", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
}  # fmt: skip


class _WordCharacters(dict[int, str | int | None]):
    """Letters, marks and digits stand for themselves, everything else for a space; learnt as they come."""

    def __missing__(self, code: int) -> str | int | None:
        is_word = unicodedata.category(chr(code))[0] in "LMN"
        is_apostrophe = 0x02B0 <= code <= 0x02FF  # noqa: PLR2004 - the block of modifier letters: okina and its kin
        self[code] = code if is_word and not is_apostrophe else SPACE
        return self[code]


class _Folds(dict[int, str | int | None]):
    """Characters that have no plainer form stand for themselves; learnt as they come: a miss costs more."""

    def __missing__(self, code: int) -> int:
        self[code] = code
        return code


_WORDS = _WordCharacters({**dict.fromkeys(INVISIBLE), ord("\n"): "\n"})
_FOLDS = _Folds({**dict.fromkeys(OPTIONAL_MARKS), **{ord(c): plain for c, plain in PLAIN_LETTERS.items()}})
_SPACES = re.compile("(?<=\n) | (?=\n)")


def normalise_name(text: str) -> str:
    """Write a name in one way: compatibility form, case folded, punctuation as single spaces; accents stay."""
    return _normalise(text.replace("\n", SPACE))


def fold(text: str) -> str:
    """Write a name as `normalise_name` does, and without the accents a writer may leave out."""
    return _fold(normalise_name(text))


def normalise_names(names: Iterable[str]) -> list[str]:
    """Normalise many names at once: the same answers as `normalise_name`, some ten times faster."""
    return change_lines(names, _normalise)


def fold_names(names: Iterable[str]) -> list[str]:
    """Fold many names at once: the same answers as `fold`; the keys of the gazetteer's names table."""
    return change_lines(names, lambda text: _fold(_normalise(text)))


def leave_out_accents(names: Iterable[str]) -> list[str]:
    """Fold names that are normalised already."""
    return change_lines(names, _fold)


def change_lines(texts: Iterable[str], change: Callable[[str], str]) -> list[str]:
    """Change many texts, as lines of one; those in ASCII separately, which is several times faster."""
    lines = np.array([text.replace("\n", SPACE) for text in texts], dtype=object)
    is_ascii = np.array([*map(str.isascii, lines)], dtype=bool)
    for some in filter(np.any, (is_ascii, ~is_ascii)):
        lines[some] = change("\n".join(lines[some])).split("\n")
    return list(lines)


def _normalise(text: str) -> str:
    # Turkish dotted capital I would casefold to an i with a dot above it
    folded = unicodedata.normalize("NFKC", text).replace("İ", "i").casefold()
    words = unicodedata.normalize("NFKC", folded).translate(_WORDS)
    return _single_spaces(words)


def _single_spaces(text: str) -> str:
    return _SPACES.sub("", re.sub(" {2,}", SPACE, text)).strip(SPACE)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_FOLDS))
    return _single_spaces(plain)
