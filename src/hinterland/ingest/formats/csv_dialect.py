"""How a delimited text is written: its encoding, its delimiter, where its header stands."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.formats.csv_records import NEWLINE, RETURN, ByteFormat, RecordRange, cut
from hinterland.ingest.formats.sheet import HEADER_WITHIN, SAMPLE_ROWS, Rows, from_header, header_score
from hinterland.ingest.formats.storage import FileContent, hold, looks_utf16
from hinterland.ingest.parse.text import SAMPLE, has_signs_in_words, is_rewritten, likely_encodings, shifted_encoding
from hinterland.language import Notice
from hinterland.messages import lists as list_messages

DELIMITERS = ",;\t|^~:\x01\x1f"
UTF8 = "utf-8"
UNITS = {"utf-16-le": "<u2", "utf-16-be": ">u2", "utf-32-le": "<u4", "utf-32-be": ">u4"}
MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Rewriting(NamedTuple):
    """What to put in the place of a rare way of writing delimited text."""

    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]

    def apply(self, text: str) -> str:
        """Rewrite a text or a line."""
        return self.pattern.sub(self.replacement, text)


def _quote(match: re.Match[str]) -> str:
    """Put plain quotation marks around a value, unless it is part of one that has them already."""
    start = match.string.rfind("\n", 0, match.start()) + 1
    if match.string.count('"', start, match.end(1)) % 2:
        return match[0]
    value = match[2].replace('"', '""')
    return f'{match[1]}"{value}"'


RECORDS = Rewriting(re.compile("[\x1e\x85\u2028\u2029]\n?"), "\n")
FIELDS = Rewriting(re.compile("[§¬¦]"), "\x1f")
LINES = Rewriting(re.compile(r'(?m)^"((?:[^"\n]|"")*)"[;,\t ]*(?=\r?$)'), lambda match: match[1].replace('""', '"'))
_VALUES = (
    *(r'"=""([^"\n]*)"""', r'="([^"\n]*)"', r'""([^",;\t|\n]+)""', r"[“”„‟]([^“”‟\n]*)[“”‟]", r"«([^«»\n]*)»"),
    *(r"[‘’‚]([^‘’\n]*)[‘’]", r"'([^'\n]*)'", r"`([^`\n]*)`"),
)
SPACED, *VALUES = (
    Rewriting(re.compile(rf"(?m)(^|[,;\t|]){value} *(?=[,;\t|\r\n]|$)"), _quote)
    for value in (r' +"([^"\n]*)"', *(f" *{value}" for value in _VALUES))
)
MOST_LINES, VALUE_ROWS, FEWEST_LINES = 0.8, 50, 3
_RULER = re.compile(r"\s*[-=─]{2,}(?:\s+[-=─]{2,})+\s*")


# encodings of single words, in which no file is written
NOT_OF_FILES = frozenset(
    ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape")
)


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


def plain_delimited(stored: FileContent, settings: Settings) -> FileContent:
    """Rewrite text of rare habits as plain delimited text in UTF-8; text of usual ones comes back as it is.

    Rare are: whole lines in quotation marks; curly marks, apostrophes or `="..."` around values; spaces before
    quotation marks; separators of fields or records that other programs take; columns of fixed width; encodings whose
    commas and line ends are other bytes than in ASCII.

    Parameters
    ----------
    settings
        Of these encoding.
    """
    head = stored.head(SAMPLE)
    encoding = encoding_of(head, settings)
    plain = head.decode(encoding, errors="replace").lstrip("\ufeff")
    rewritings = _find_rewritings(plain) or ([] if settings.delimiter else _cut_columns(plain))
    if not rewritings and not is_rewritten(encoding):
        return stored
    with stored.open() as stream:
        text = stream.read().decode(encoding, errors="replace").lstrip("\ufeff")
    for rewriting in rewritings:
        text = rewriting.apply(text)
    return hold(stored.name, text.encode(errors="replace"))


def _find_rewritings(text: str) -> list[Rewriting]:
    """Say by the first lines what has to be rewritten, in this order."""
    found: list[Rewriting] = []
    if not {"\n", "\r"} & set(text) and RECORDS.pattern.search(text):
        found.append(RECORDS)
        text = RECORDS.apply(text)
    lines = [line.rstrip("\r") for line in text.split("\n", SAMPLE_ROWS)[:SAMPLE_ROWS] if line.strip()]
    separators = [len(FIELDS.pattern.findall(line)) for line in lines]
    if any(separators[:1]) and separators.count(separators[0]) >= MOST_LINES * len(lines):
        found.append(FIELDS)
    if any(line.count('"') % 2 for line in lines):
        # a record goes on in the next line: lines are no records
        return found
    if _are_quoted(lines):
        found.append(LINES)
        lines = [LINES.apply(line) for line in lines]
    if any(SPACED.apply(line) != line for line in lines):
        found.append(SPACED)
    rows = lines[1:VALUE_ROWS]
    usual = max(len(rows) / 2, 1)
    return [*found, *(quoted for quoted in VALUES if sum(quoted.apply(row) != row for row in rows) >= usual)]


def _cut_columns(text: str) -> list[Rewriting]:
    """Say how to cut columns of fixed width: as a line of dashes says, else where all lines have two blanks."""
    lines = [line.rstrip("\r") for line in text.split("\n", SAMPLE_ROWS)[:SAMPLE_ROWS] if line.strip()]
    counts = {len(line.split()) for line in lines}
    if len(lines) < FEWEST_LINES or len(counts) == 1 or any(mark in lines[0] for mark in ',;|\t"'):
        return []
    width = max(map(len, lines))
    is_blank = [all(line[place : place + 1] in ("", " ") for line in lines) for place in range(width)]
    ruler = lines[1] if _RULER.fullmatch(lines[1]) else ""
    marks = ruler or "".join(" " if blank else "x" for blank in is_blank)
    starts = [
        0,
        *(
            match.end()
            for match in re.finditer(" +" if ruler else " {2,}", marks)
            if match.start() > 0 and match.end() < width
        ),
    ]

    def cells(line: str) -> list[str]:
        return [line[start:end].strip() for start, end in pairwise((*starts, None))]

    if header_score(cells(lines[0])) < 2:  # noqa: PLR2004 - one name alone may be a word of a sentence
        return []
    return [Rewriting(re.compile(r"[^\r\n]+"), lambda match: "\x1f".join(cells(match[0])))]


def _are_quoted(lines: Sequence[str]) -> bool:
    """Say whether lines are in quotation marks as a whole: without the marks they have fields as the header has."""
    plain = [LINES.apply(line) for line in lines]
    if len(lines) < 2 or sum(map(str.__ne__, lines[1:], plain[1:])) < MOST_LINES * (len(lines) - 1):  # noqa: PLR2004
        return False
    widths = [[max(map(len, parse(line, mark)), default=0) for line in plain] for mark in ",;\t|"]
    return any(counts[0] > 1 and counts.count(counts[0]) >= MOST_LINES * len(counts) for counts in widths)


def encoding_of(head: bytes, settings: Settings) -> str:
    """Name the encoding of a text: the one that is set, else the likeliest.

    Parameters
    ----------
    head
        First bytes of the file.
    settings
        Of these `encoding`.

    Returns
    -------
    Name of a codec.

    Raises
    ------
    InputError
        When the encoding that is set does not exist.
    """
    return canonical(settings.encoding, head) if settings.encoding else guess_encoding(head)


def find_dialect(stored: FileContent, settings: Settings) -> tuple[Dialect, Rows]:
    """Judge a text by its first 256 KB, as far as the settings do not say; also return it as rows from the header down.

    Parameters
    ----------
    settings
        Of these encoding, delimiter and header_row.

    Returns
    -------
    How the text is written; and the rows of the part judged, the header first.

    Raises
    ------
    InputError
        If the encoding asked for is unknown or does not fit, or the text holds no words.
    """
    head = stored.head(SAMPLE)
    is_complete = len(head) < SAMPLE
    used = encoding_of(head, settings)
    mark = next((len(mark) for mark in MARKS if head.startswith(mark)), 0)
    text = _decode(stored.name, head[mark:], used)
    if not text.strip("\0 \r\n\t,;"):
        raise InputError("{file} is empty: give a table with a header and at least one row", file=stored.name)
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
        return shifted_encoding(data[:SAMPLE]) or UTF8
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
        # a codec that is no encoding of texts fails here
        bytes(4).decode(encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, UnicodeError):
        name = ""
    if not name or name in NOT_OF_FILES:
        raise InputError(
            "no encoding {encoding!r}: choose for example utf-8, utf-16, cp1252, shift_jis", encoding=encoding
        )
    if name in ("utf-16", "utf-32"):
        return looks_utf16(head) or f"{name}-le"
    return UTF8 if name in ("utf-8-sig", "ascii") else name


def parse(text: str, delimiter: str) -> Rows:
    """Split a text into rows of fields, blank lines left out, as csv_records.py counts them."""
    csv.field_size_limit(2**31 - 1)
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]


def _decode(name: str, data: bytes, encoding: str) -> str:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError as error:
        place = f"byte {error.start}: {error.reason}"
        raise InputError(
            "{file} is not {encoding} ({place}): leave the encoding out, or name another",
            file=name,
            encoding=encoding,
            place=place,
        ) from None


def _guess_delimiter(text: str) -> tuple[str, Rows]:
    first = text.partition("\n")[0]
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        return first.strip()[-1], parse(text, first.strip()[-1])
    tried = {mark: parse(text, mark)[:SAMPLE_ROWS] for mark in DELIMITERS if mark in text}
    best = max(tried, key=lambda mark: _fit(tried[mark]), default=",")
    if _are_spaced(parse(first, " ")[:1], parse(text, " ")[:SAMPLE_ROWS], tried.get(best, [])):
        best = " "
    return best, parse(text, best)


def _are_spaced(header: Rows, rows: Rows, rows_otherwise: Rows) -> bool:
    """Say whether spaces separate fields, as R writes tables: only where nothing else tells as many fields apart."""
    names = header_score(header[0]) if header else 0
    width = len(header[0]) if header else 0
    even = [len(row) for row in rows[1:] if len(row) in (width, width + 1)]
    others = max((header_score(row) for row in rows_otherwise[:HEADER_WITHIN]), default=0)
    return names > max(others, 1) and len(even) == len(rows) - 1 and len(set(even)) == 1


def _fit(rows: Rows) -> tuple[int, float]:
    """Judge a delimiter: known names it uncovers in the header, then how even and how wide it makes the rows."""
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    names = max(header_score(row) for row in rows[:HEADER_WITHIN])
    return (names, count / len(rows) * min(width - 1, 50))


def name_extra_field(rows: Rows) -> list[str]:
    """Name the one field that rows carry more than the header: row names first, or what follows a last delimiter."""
    header, data = rows[0], rows[1:1_001]
    width = len(header) + 1
    if 2 * sum(len(row) == width for row in data) <= len(data):
        return header
    return [*header, ""] if not any(row[-1].strip() for row in data if len(row) == width) else ["row name", *header]


def doubt_encoding(stored: FileContent, settings: Settings) -> Iterator[Notice]:
    """Say that a text may be in another encoding as well.

    Parameters
    ----------
    settings
        Of these encoding: one that is set is not doubted.
    """
    head = stored.head(SAMPLE)
    if settings.encoding is None and not is_utf8(head) and not looks_utf16(head):
        used, *others = likely_encodings(head)
        if others:
            yield list_messages.encoding_doubtful(Path(stored.name).name, used, others)
        elif has_signs_in_words(head.decode(used, errors="replace")):
            yield list_messages.encoding_unsure(Path(stored.name).name, used)


def later_encoding(stored: FileContent, data: bytes, *, forced: bool) -> str:
    """Find the encoding of a text whose first rows are plain ASCII; refuse it if `forced` to be UTF-8."""
    if forced:
        raise InputError("{file} is not utf-8 throughout: leave the encoding out, or name another", file=stored.name)
    odd = next(line for line in data.splitlines() if not is_utf8(line))
    place = data.index(odd)
    return guess_encoding(data[max(0, place - 50_000) : place + 50_000])


def header_end(stored: FileContent, dialect: Dialect) -> int:
    """Find the byte after the header, counting records as everywhere: blank lines are none."""
    data = stored.head(2**20)[dialect.mark :]
    left = dialect.skip + 1
    end = 0
    while left:
        step = _first_record(data[end:], dialect)
        if not step.length:
            break
        end, left = end + step.length, left - step.rows
    return dialect.mark + end


def _first_record(data: bytes, dialect: Dialect) -> RecordRange:
    newline = chr(dialect.newline).encode(dialect.encoding)
    end = data.find(newline)
    while end >= 0:
        piece = data[: end + len(newline)]
        ranges = cut(piece, dialect.byte_format, last=False)
        if ranges:
            return ranges[0]
        end = data.find(newline, end + 1)
    return RecordRange(0, len(data), 1)
