"""Write a real .xls workbook (BIFF8 in a compound file), since no maintained package writes that format any more."""

import struct
from collections.abc import Mapping, Sequence

SECTOR = 512
FREE, CHAIN_END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# a stream below this size would have to stand in sectors of another kind
LEAST_STREAM = 4_096


def xls(sheets: Mapping[str, Sequence[Sequence[str | float | None]]]) -> bytes:
    """Make a workbook of sheets of texts and numbers."""
    bodies = [_sheet(rows) for rows in sheets.values()]
    names = [_short_text(name, "<B") for name in sheets]
    head, end = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)), _record(0x000A)
    at = len(head) + sum(4 + 6 + len(name) for name in names) + len(end)
    bounds = b""
    for name, body in zip(names, bodies, strict=True):
        bounds += _record(0x0085, struct.pack("<IH", at, 0) + name)
        at += len(body)
    return _compound((head + bounds + end + b"".join(bodies)).ljust(LEAST_STREAM, b"\0"))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _short_text(text: str, length: str) -> bytes:
    return struct.pack(length, len(text)) + b"\1" + text.encode("utf-16-le")


def _sheet(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    cells = b"".join(_cell(row, column, value) for row, line in enumerate(rows) for column, value in enumerate(line))
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows), default=0), 0)
    return (
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
        + _record(0x0200, size)
        + cells
        + _record(0x000A)
    )


def _cell(row: int, column: int, value: str | float | None) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if value is None:
        return b""
    if isinstance(value, str):
        return _record(0x0204, place + _short_text(value, "<H"))
    return _record(0x0203, place + struct.pack("<d", value))


def _compound(stream: bytes) -> bytes:
    """Put one stream into a compound file: header, table of sectors, directory, then the stream."""
    sectors = -(-len(stream) // SECTOR)
    chain = [FAT_SECTOR, CHAIN_END, *range(3, sectors + 2), CHAIN_END]
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[FREE] * (SECTOR // 4 - len(chain)))
    root, book = _entry("Root Entry", 5, 1, CHAIN_END, 0), _entry("Workbook", 2, FREE, 2, len(stream))
    directory = (root + book).ljust(SECTOR, b"\0")
    versions = struct.pack("<HHHHH", 0x003E, 3, 0xFFFE, 9, 6)
    counts = struct.pack("<IIIIIIIII", 0, 1, 1, 0, LEAST_STREAM, CHAIN_END, 0, CHAIN_END, 0)
    tables = struct.pack("<109I", 0, *[FREE] * 108)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + versions + bytes(6) + counts + tables
    return header + table + directory + stream.ljust(sectors * SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", FREE, FREE, child)
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links
    return head + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)
