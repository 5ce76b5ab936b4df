"""Where records of a delimited text begin and end, so that it can be cut anywhere: quote-aware, on raw bytes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from hinterland.ingest.formats.sheet import MOST_ROWS

CHUNK = 16 * 2**20
LONGEST_RECORD = 64 * 2**20
QUOTE, RETURN, NEWLINE, SPACE = 34, 13, 10, 32
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class ByteFormat:
    """How a text is written: bytes per unit and their order, and the units that separate fields and records."""

    unit: str = "u1"
    delimiter: int = ord(",")
    newline: int = NEWLINE

    @property
    def width(self) -> int:
        """Bytes per unit."""
        return int(np.dtype(self.unit).itemsize)


@dataclass(frozen=True)
class RecordRange:
    """Whole records side by side: first byte, bytes, records; `stray` are quotes that never close (from `start`).

    `broken` says that some record may hold a line break within quotes.
    """

    start: int
    length: int
    rows: int
    stray: tuple[int, ...] = ()
    broken: bool = True


def record_ranges(stream: BinaryIO, start: int, byte_format: ByteFormat) -> Iterator[tuple[RecordRange, bytes]]:
    """Cut a stream into ranges of at most 250,000 records, each with its bytes; blank lines are no records."""
    stream.seek(start)
    pending = b""
    while True:
        fresh = stream.read(CHUNK)
        data = pending + fresh
        if not data:
            return
        done = 0
        for piece in cut(data, byte_format, last=not fresh or len(data) > LONGEST_RECORD):
            yield (
                replace(piece, start=start + piece.start),
                data[piece.start : piece.start + piece.length],
            )
            done = piece.start + piece.length
        start, pending = start + done, data[done:]
        if not fresh:
            return


def cut(data: bytes, byte_format: ByteFormat, *, last: bool) -> list[RecordRange]:
    """Cut the whole records of `data` into ranges; `last` closes what is open at the end."""
    simple = _simple(data, byte_format, last=last)
    if simple:
        return [simple]
    ends, stray, broken = record_ends(data, byte_format, last=last)
    if not ends.size:
        return []
    row_counts = np.cumsum(~_blank(data, ends, byte_format))
    limits = np.arange(MOST_ROWS, row_counts[-1], MOST_ROWS)
    marks = np.append(np.searchsorted(row_counts, limits), ends.size - 1)
    stops, rows = ends[marks], np.diff(row_counts[marks], prepend=0)
    starts = np.append(0, stops[:-1])
    return [
        RecordRange(int(a), int(b - a), int(n), tuple(s - int(a) for s in stray if a <= s < b), broken=broken)
        for a, b, n in zip(starts, stops, rows, strict=True)
    ]


def _simple(data: bytes, byte_format: ByteFormat, *, last: bool) -> RecordRange | None:
    """Count without looking at each byte: no quotes, no blank lines, few enough."""
    if byte_format.unit != "u1" or byte_format.newline != NEWLINE or b'"' in data:
        return None
    if b"\n\n" in data or b"\n\r" in data or data.startswith((b"\n", b"\r")) or data.endswith(b"\r"):
        return None
    end = len(data) if last else data.rfind(b"\n") + 1
    rows = data.count(b"\n", 0, end) + (last and not data.endswith(b"\n"))
    return RecordRange(0, end, rows, broken=False) if 0 < rows <= MOST_ROWS else None


def record_ends(data: bytes, byte_format: ByteFormat, *, last: bool) -> tuple[Ints, list[int], bool]:
    """Find the byte after each record, blank ones too, the quotes that never close, and whether any break is quoted."""
    width = byte_format.width
    units = np.frombuffer(data, dtype=byte_format.unit, count=len(data) // width)
    breaks = np.flatnonzero(units == byte_format.newline)
    quotes = _real_quotes(units, byte_format)
    stray = [int(quotes[-1])] if last and len(quotes) % 2 else []
    quotes = quotes[: len(quotes) - len(stray)]
    quoted = (np.searchsorted(quotes, breaks) & 1).astype(bool)
    broken = bool(stray) or bool(quoted.any()) or _returns_alone(data)
    ends = (breaks[~quoted] + 1) * width
    if last and units.size and (not ends.size or ends[-1] < units.size * width):
        ends = np.append(ends, len(data))
    return ends, [place * width for place in stray], broken


def mend_breaks(data: bytes, byte_format: ByteFormat) -> bytes:
    """Put a space in the place of each line break that ends no record, a lone carriage return say; quoted ones stay.

    Parsers take such a break for the end of a record: what they see would depend on where a text is cut.
    """
    if byte_format.newline == NEWLINE and not _returns_alone(data):
        return data
    units = np.frombuffer(data, np.uint8)
    lone = _lone_breaks(units, byte_format)
    if not lone.size:
        return data
    ends, *_ = record_ends(data, byte_format, last=True)
    blank = _blank(data, ends, byte_format)[np.searchsorted(ends, lone, side="right")]
    quoted = (np.searchsorted(_real_quotes(units, byte_format), lone) & 1).astype(bool)
    mended = units.copy()
    mended[lone[~blank & ~quoted]] = SPACE
    return mended.tobytes()


def _lone_breaks(units: NDArray[np.uint8], byte_format: ByteFormat) -> Ints:
    """Find the line breaks of the kind that ends no record; a carriage return before a line feed belongs to it."""
    if byte_format.newline == RETURN:
        return np.flatnonzero(units == NEWLINE)
    alone = (units == RETURN) & (np.append(units[1:], 0) != NEWLINE)
    return np.flatnonzero(alone)


def _returns_alone(data: bytes) -> bool:
    """Say whether a carriage return stands without a line feed: some take it for the end of a record."""
    return b"\r" in data and data.count(b"\r") > data.count(b"\r\n")


def _real_quotes(units: NDArray[np.unsignedinteger], byte_format: ByteFormat) -> Ints:
    """Find the quotes that open or close a field: an opening one stands at a field's start, as in Python's csv."""
    quotes = np.flatnonzero(units == QUOTE)
    if not quotes.size:
        return quotes
    before = np.where(quotes > 0, units[quotes - 1], byte_format.newline)
    opens = (before == byte_format.delimiter) | (before == byte_format.newline)
    doubled = np.diff(quotes, prepend=-2) == 1
    return quotes if (opens | doubled)[::2].all() else _walk_quotes(quotes, opens, doubled)


def _walk_quotes(quotes: Ints, opens: NDArray[np.bool_], doubled: NDArray[np.bool_]) -> Ints:
    places: list[int] = []
    inside = skip = False
    follows = np.append(doubled[1:], [False])
    for place, opening, followed in zip(quotes.tolist(), opens.tolist(), follows.tolist(), strict=True):
        if skip:
            skip = False
        elif inside and followed:
            skip = True
        elif inside or opening:
            places.append(place)
            inside = not inside
    return np.array(places, dtype=np.int64)


def _blank(data: bytes, ends: Ints, byte_format: ByteFormat) -> NDArray[np.bool_]:
    units = np.frombuffer(data, dtype=byte_format.unit, count=len(data) // byte_format.width)
    stops = ends // byte_format.width
    starts = np.append(0, stops[:-1])
    first = units[starts]
    blank: NDArray[np.bool_] = (first == byte_format.newline) | (first == RETURN)
    longer = np.flatnonzero(blank & (stops - starts > 1))
    blank[longer] = [np.isin(units[starts[k] : stops[k]], (NEWLINE, RETURN)).all() for k in longer]
    return blank
