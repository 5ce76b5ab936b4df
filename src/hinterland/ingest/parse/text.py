"""Text: the encoding it is in; and damage to it, such as escapes and lists in a cell, repaired or counted."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import ast
import codecs
import email.errors
import email.header
import html
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from charset_normalizer import from_bytes
from numpy.typing import NDArray

from hinterland.ingest.parse import bundled_table, over_distinct
from hinterland.language import later

SAMPLE = 2**18
# What spreadsheets and browsers still write; without the limit short texts are taken for rarities.
LEGACY = ["cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1256", "cp932", "gb18030", "big5", "euc_kr", "euc_jp"]
WIDE = frozenset(("cp932", "gb18030", "big5", "euc_kr", "euc_jp"))
# first bytes of usual signs in encodings whose letters stand beside each other; so many show the encoding
COMMON_SIGNS = {"cp932": (0x82, 0x83, *range(0x88, 0x98)), "big5": tuple(range(0xA4, 0xC7))}
FEWEST_SIGNS, MOST_SIGNS = 6, 0.9
CLOSE = 0.02
# from this on a text is taken for one of an alphabet, or rather than for one of thousands of signs; two this near
# each other may be either
ENOUGH, CLEAR, NEAR = 0.55, 0.85, 0.04
# mainframes have letters where others have signs: so much of an English text is ASCII only when read as theirs
MAINFRAME, PLAIN = "cp037", 0.9
WORD_BONUS, WORDS_SAMPLED = 0.3, 400
USUAL = {"cp1252": 0.03, "cp1251": 0.02, "cp1250": 0.01}
_WORD = re.compile(r"[^\s,;|\t\"'()/0-9]+")
_SIGN_IN_WORD = re.compile(r"(?:^|[^\W\d_])[¡-©«-´¶-¹»-¿×÷]+[^\W\d_]")
_ASCII_LETTER = re.compile("[A-Za-z]")
_SIGNS = frozenset("’‘“”–—…«»°·€£©®™§´\u00a0")
# signs where text has them, which counts double, and where English has them
_PLACED_SIGNS = re.compile(r"^[“‘«]|[”’»…™®]$|^[–—·•]$|(?<=[A-Za-z])’(?=[A-Za-z])")
_CONTRACTION = re.compile(r"[a-z]’(?:s|t|re|ll|ve|m|d)$")
# Thai marks stand above or below a consonant
_THAI_MARKS, _THAI_CONSONANTS = re.compile("[ัิ-ฺ็-๎]"), re.compile("[ก-ฮัิ-ฺ็-๎]")
# letters that UTF-8 turns into when it is read as something else, escapes, entities, lists, and objects
_DAMAGED = (
    r"[\x{80}-\x{FF}\x{102}\x{E3}\x{413}\x{420}\x{421}\x{412}\x{414}\x{415}√¬][^\x00-\x7Fа-яА-Я]"
    r"|\\[uUxN0-9]|&#?\w+;|%[0-9A-Fa-f]{2}|^[ub]?['\"\[{(]|=\?[\w-]+\?[BbQq]\?|</?(?:b|i|u|em|strong|span|p|br|font|a|div)\b"
)
# a question mark, or the sign for an unreadable letter, in the middle of a word
_LOST = r"\pL\?\pL|\x{FFFD}"
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})")
_MAIL_WORD = re.compile(r"=\?[\w-]+\?[BbQq]\?[^?\s]*\?=")
_TAG = re.compile(r"(?i)\s*</?(?:b|i|u|em|strong|span|p|br|font|a|div)\b[^<>]*>\s*")
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2})+")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_BYTES = re.compile(r"b(['\"])(.*)\1", re.DOTALL)
LONGEST = 2_000
MISREAD_AS = ("cp1252", "cp1251", "cp1250", "mac_roman", "cp850", "koi8_r", "cp866")
REPAIRED = later("damaged texts, repaired")
LOST = later("texts with lost letters, such as S?o Paulo: save the list as UTF-8")
# what stands in a record of a place or a topic, most telling first
_KEYS = ("name", "title", "label", "value", "city", "town", "region", "state", "country", "code")
_BRACKETS = {"[": "]", "{": "}", "(": ")"}


def repair_text(text: str, *, joint: str = ", ") -> str:
    """Repair one text; what is not damaged comes back as it is; never raise.

    Parameters
    ----------
    joint
        What the entries of a list in a cell are joined by.
    """
    if len(text) > LONGEST:
        return text
    plain = _unescape(text)
    entries = _entries(plain.strip())
    plain = plain.strip() if entries is None and plain != text else plain
    plain = plain if entries is None else joint.join(dict.fromkeys(filter(None, entries)))
    return plain if plain.isascii() else _undo_misreading(plain)


def _undo_misreading(text: str) -> str:
    """Undo that UTF-8 was read as something else."""
    import ftfy  # noqa: PLC0415 - most lists hold no damaged text

    fixed = ftfy.fix_encoding(text)
    for encoding in MISREAD_AS if fixed == text else ():
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return fixed


def _unescape(text: str) -> str:
    plain = _TAG.sub(" ", _MAIL_WORD.sub(_from_mail, _from_bytes(text)))
    plain = html.unescape(html.unescape(plain)) if "&" in plain else plain
    if "\\" in plain:
        plain = _OCTAL.sub(_octal, _UNICODE.sub(_unicode, plain))
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not _PERCENT.search(plain):
        return plain
    unquoted = unquote(plain)
    return plain if "\ufffd" in unquoted else unquoted


def _from_bytes(text: str) -> str:
    r"""Read what Python shows of bytes or text, such as `b'Malm\xc3\xb6'`."""
    if not _BYTES.fullmatch(text.strip()):
        return text[1:] if text[:2] in ("u'", 'u"') else text
    try:
        return bytes(ast.literal_eval(text.strip())).decode("utf-8")
    except (ValueError, SyntaxError, TypeError):
        return text


def _from_mail(match: re.Match[str]) -> str:
    """Read a word as headers of mail encode it, such as `=?UTF-8?B?TcOhbGFnYQ==?=`."""
    try:
        data, encoding = email.header.decode_header(match[0])[0]
        return data.decode(encoding or "ascii") if isinstance(data, bytes) else data
    except (UnicodeError, LookupError, ValueError, email.errors.HeaderParseError):
        return match[0]


def _unicode(match: re.Match[str]) -> str:
    code = int(match[1] or match[2] or match[3], 16)
    return chr(code) if code <= 0x10FFFF else match[0]  # noqa: PLR2004 - the last code point there is


def _octal(match: re.Match[str]) -> str:
    data = bytes(int(digits, 8) for digits in match[0].split("\\")[1:])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _entries(text: str) -> list[str] | None:
    """Give the entries of a list that stands in a cell; None if it holds none."""
    if len(text) < 2 or _BRACKETS.get(text[0], text[0]) != text[-1] or text[0] not in "[{('\"":  # noqa: PLR2004
        return None
    document = _document(text)
    if document is None and text[0] == "{" and ":" not in text:
        document = [entry.strip(" \"'") for entry in text[1:-1].split(",")]
    return None if document is None or isinstance(document, int | float) else _texts(document)


def _document(text: str) -> Any:  # noqa: ANN401 - whatever a cell holds
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
    return None


def _texts(document: Any) -> list[str]:  # noqa: ANN401 - whatever a cell holds
    if isinstance(document, Mapping):
        place_parts = [document[key] for key in ("city", "town", "region", "state", "country") if document.get(key)]
        values = place_parts or [next((document[key] for key in _KEYS if document.get(key)), "")]
        return [text for value in values for text in _texts(value)]
    if isinstance(document, Sequence) and not isinstance(document, str):
        return [text for value in document for text in _texts(value)]
    return [] if document is None or document is ... else [str(document).strip()]


def repair_column(
    column: pa.ChunkedArray, *, joint: str = ", "
) -> tuple[pa.ChunkedArray, NDArray[np.bool_], NDArray[np.bool_]]:
    """Repair a column of clean text, each distinct damaged text once.

    Returns
    -------
    tuple
        The column, which rows were repaired, and in which letters are lost.
    """
    doubtful = pc.match_substring_regex(column, _DAMAGED).fill_null(False).to_numpy()  # noqa: FBT003 - arrow's own
    repaired = np.zeros(len(column), bool)
    if doubtful.any():
        damaged_texts = column.filter(pa.array(doubtful))
        mended = over_distinct(damaged_texts, lambda text: repair_text(text, joint=joint))
        repaired[doubtful] = [old != new for old, new in zip(damaged_texts.to_pylist(), mended, strict=True)]
        array = column.combine_chunks()
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        filled = pa.array([text or None for text in mended], pa.string())
        column = pa.chunked_array([pc.replace_with_mask(array, pa.array(doubtful), filled)])
    lost = pc.match_substring_regex(column, _LOST).fill_null(False).to_numpy()  # noqa: FBT003 - arrow's own signature
    return column, repaired, lost


def is_rewritten(encoding: str) -> bool:
    """Say whether commas and line ends may be other bytes than in ASCII: then a text is decoded as a whole."""
    return re.sub(r"[^a-z0-9]", "", encoding.lower()).startswith(("iso2022", "hz", "utf7", "cp037", "cp500", "cp1140"))


def shifted_encoding(data: bytes) -> str:
    """Name the encoding of a text that writes other letters in ASCII, between signs that shift; "" if none."""
    if b"\x1b$" in data:
        tried = ["iso2022_jp_2", "iso2022_kr", "iso2022_jp_3"]
    elif b"~{" in data and len(re.findall(rb"~\{(?:[!-~]{2})+~\}", data)) > 1:
        tried = ["hz"]
    elif b"+A" in data and len(re.findall(rb"\+A[A-P][A-Za-z0-9+/]+-", data)) > 1:
        tried = ["utf_7"]
    else:
        return ""
    for encoding in tried:
        with suppress(UnicodeError):
            if not data.decode(encoding).isascii():
                return encoding
    return ""


def has_signs_in_words(text: str) -> bool:
    """Say whether signs stand within many of the words beyond ASCII: the text was read in the wrong encoding."""
    words = [word for word in _WORD.findall(text) if not word.isascii()][:WORDS_SAMPLED]
    return bool(words) and sum(bool(_SIGN_IN_WORD.search(word)) for word in words) > len(words) / 5


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
    mainframe = data[:SAMPLE].decode(MAINFRAME)
    if sum(char.isascii() and (char.isprintable() or char in "\r\n\t") for char in mainframe) > PLAIN * len(mainframe):
        return (MAINFRAME,)
    ranked = _rank_encodings(data[:SAMPLE])
    wide = _by_common_signs(data[:SAMPLE]) or _by_library(data)
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
    familiar = sum(
        any(word.lower() in alphabet.words for alphabet in fitting) or bool(_CONTRACTION.search(word))
        for word in words
        if not word.isascii()
    )
    placed = sum(len(_PLACED_SIGNS.findall(word)) for word in words)
    fit = max(sum(_weight(char, alphabet) for char in marks) + placed / 2 for alphabet in fitting) / len(marks)
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
        for row in bundled_table("alphabets")
    )


def _by_common_signs(data: bytes) -> str:
    """Name the encoding in which nearly all letters beyond ASCII are usual signs beside each other; "" if none."""
    for encoding, first_bytes in COMMON_SIGNS.items():
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data)
        except UnicodeDecodeError:
            continue
        signs = [char.encode(encoding) for char in text if not char.isascii()]
        usual = sum(sign[0] in first_bytes for sign in signs)
        pairs = sum(not (left.isascii() or right.isascii()) for left, right in pairwise(text))
        # encodings of Korean and of simplified Chinese have no second bytes of ASCII
        is_clear = any(sign[-1] < 0x80 for sign in signs)  # noqa: PLR2004 - see above
        if is_clear and len(signs) >= FEWEST_SIGNS and usual >= MOST_SIGNS * len(signs) and 3 * pairs >= len(signs):
            return encoding
    return ""


def _by_library(data: bytes) -> str:
    matches = from_bytes(data[:SAMPLE], cp_isolation=LEGACY)
    best = matches.best()
    # short texts leave several as likely as each other: then the more usual one
    even = [
        match.encoding
        for match in matches
        if best and match.chaos <= best.chaos + CLOSE and match.coherence >= best.coherence - CLOSE
    ]
    return min(set(LEGACY) & set(even), key=LEGACY.index, default="cp1252")
