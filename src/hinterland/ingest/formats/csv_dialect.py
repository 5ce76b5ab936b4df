"""How a delimited text is written: its encoding, its delimiter, where its header stands."""

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.column_detection import header_score, is_data
from hinterland.ingest.formats.csv_records import NEWLINE, RETURN, ByteFormat
from hinterland.ingest.formats.encodings import likely_encodings
from hinterland.ingest.formats.storage import FileContent, looks_utf16
from hinterland.ingest.wide_lists import header_of

SAMPLE = 2**18
SAMPLE_ROWS = 200
HEADER_WITHIN = 20
DELIMITERS = ",;\t|^~:"
UTF8 = "utf-8"
UNITS = {"utf-16-le": "<u2", "utf-16-be": ">u2", "utf-32-le": "<u4", "utf-32-be": ">u4"}
MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
Rows = list[list[str]]


@dataclass(frozen=True)
class Dialect:
    """How one text is written; `skip` records stand above the header; `mark` bytes of byte order mark."""

    encoding: str
    delimiter: str
    newline: int = NEWLINE
    mark: int = 0
    skip: int = 0

    @property
    def byte_format(self) -> ByteFormat:
        """The units of this text."""
        return ByteFormat(UNITS.get(self.encoding, "u1"), ord(self.delimiter), self.newline)


def find_dialect(stored: FileContent, settings: Settings) -> tuple[Dialect, Rows]:
    """Judge a text by its first 256 KB, as far as the settings do not say; also return it as rows from the header down.

    Raises
    ------
    InputError
        If the encoding asked for is unknown or does not fit, or the text holds no words.
    """
    head = stored.head(SAMPLE)
    is_complete = len(head) < SAMPLE
    used = canonical(settings.encoding, head) if settings.encoding else guess_encoding(head)
    mark = next((len(mark) for mark in MARKS if head.startswith(mark)), 0)
    text = _decode(stored.name, head[mark:], used)
    if not text.strip("\0 \r\n\t,;"):
        raise InputError(f"{stored.name} is empty: give a table with a header and at least one row")
    newline = NEWLINE if "\n" in text else RETURN
    lines = text if is_complete else text[: text.rfind(chr(newline)) + 1 or None]
    if settings.delimiter:
        delimiter, rows = settings.delimiter, parse(lines, settings.delimiter)
    else:
        delimiter, rows = _guess_delimiter(lines)
    table, skip = from_header(stored.name, rows, settings)
    return Dialect(used, delimiter, newline, mark, skip), table


def guess_encoding(data: bytes) -> str:
    """Name the encoding: by byte order mark, strict UTF-8, then by likelihood."""
    wide = looks_utf16(data)
    if wide:
        return wide
    if is_utf8(data):
        return UTF8
    return likely_encodings(data)[0]


def is_utf8(data: bytes) -> bool:
    """Say whether bytes are UTF-8; a character cut at the end is forgiven."""
    if _is_whole_utf8(data):
        return True
    try:
        codecs.getincrementaldecoder(UTF8)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _is_whole_utf8(data: bytes) -> bool:
    """Ask Arrow, which looks ten times as fast as it decodes."""
    ends = pa.py_buffer(np.array([0, len(data)], np.int64))
    text = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)])
    try:
        text.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def canonical(encoding: str, head: bytes) -> str:
    """Name an encoding as Python does, with the byte order the text has.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise InputError(f"no encoding {encoding!r}: choose for example utf-8, utf-16, cp1252, shift_jis") from None
    if name in ("utf-16", "utf-32"):
        return looks_utf16(head) or f"{name}-le"
    return UTF8 if name in ("utf-8-sig", "ascii") else name


def from_header(name: str, rows: Rows, settings: Settings) -> tuple[Rows, int]:
    """Give the rows from the header down, and its place: -1 is none, and columns are numbered.

    Raises
    ------
    InputError
        If the row asked for is not there.
    """
    place = header_place(name, rows, settings)
    if place < 0:
        width = max(map(len, rows[:SAMPLE_ROWS]))
        return [[f"column {number}" for number in range(1, width + 1)], *rows], place
    names, last = header_of(rows, place) if settings.header_row is None else (rows[place], place)
    return [names, *rows[last + 1 :]], last


def header_place(name: str, rows: Rows, settings: Settings) -> int:
    """Give the place of the header among the rows: as asked, else as found; -1 is none.

    Raises
    ------
    InputError
        If the row asked for is not there.
    """
    if settings.header_row is None:
        return find_header(rows)
    if settings.header_row > len(rows):
        raise InputError(f"{name} has no row {settings.header_row} to be the header; blank rows are not counted")
    return settings.header_row - 1


def find_header(rows: Rows) -> int:
    """Find the row that names the columns: most known names among the first, else the first as wide as the table.

    -1 if the first row holds values like those below it.
    """
    top = rows[:HEADER_WITHIN]
    filled = [sum(bool(cell.strip()) for cell in row) for row in top]
    scores = [header_score(row) for row in top]
    best = max(scores, default=0)
    if best <= 1 and is_data(top):
        return -1
    # one known word may be a value ("instagram"): it makes a header only where the first row is a title
    if best > 1 or (best and filled[0] < max(filled)):
        return scores.index(best)
    return next((place for place, cells in enumerate(filled) if cells * 2 > max(filled)), 0)


def parse(text: str, delimiter: str) -> Rows:
    """Split a text into rows of fields, blank lines left out, as csv_records.py counts them."""
    csv.field_size_limit(2**31 - 1)
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]


def _decode(name: str, data: bytes, encoding: str) -> str:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError as error:
        place = f"byte {error.start}: {error.reason}"
        raise InputError(f"{name} is not {encoding} ({place}): leave the encoding out, or name another") from None


def _guess_delimiter(text: str) -> tuple[str, Rows]:
    first = text.partition("\n")[0]
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        return first.strip()[-1], parse(text, first.strip()[-1])
    tried = {mark: parse(text, mark)[:SAMPLE_ROWS] for mark in DELIMITERS if mark in text}
    best = max(tried, key=lambda mark: _fit(tried[mark]), default=",")
    return best, parse(text, best)


def _fit(rows: Rows) -> tuple[int, float]:
    """Judge a delimiter: known names it uncovers in the header, then how even and how wide it makes the rows."""
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    names = max(header_score(row) for row in rows[:HEADER_WITHIN])
    return (names, count / len(rows) * min(width - 1, 50))
