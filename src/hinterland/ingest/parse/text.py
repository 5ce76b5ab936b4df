"""Damaged text: letters read in the wrong encoding, escapes and entities, lists in a cell; repaired, or counted."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import ast
import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.ingest.parse.numbers import over_distinct
from hinterland.language import later

# letters that UTF-8 turns into when it is read as something else, escapes, entities, lists, and objects
_DAMAGED = (
    r"[\x{80}-\x{FF}\x{102}\x{E3}\x{413}\x{420}\x{421}\x{412}\x{414}\x{415}√¬][^\x00-\x7Fа-яА-Я]"
    r"|\\[uUxN0-9]|&#?\w+;|%[0-9A-Fa-f]{2}|^[ub]?['\"\[{(]|^=\?"
)
# a question mark, or the sign for an unreadable letter, in the middle of a word
_LOST = r"\pL\?\pL|\x{FFFD}"
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})")
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
    plain = _from_bytes(text)
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
