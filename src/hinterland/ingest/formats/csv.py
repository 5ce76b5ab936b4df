"""Delimited text of any size: cut at record boundaries, each chunk parsed by itself, ragged rows mended or listed."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyarrow import csv as arrow_csv

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.formats.csv_dialect import (
    UTF8,
    Dialect,
    doubt_encoding,
    encoding_of,
    find_dialect,
    guess_encoding,
    header_end,
    is_utf8,
    later_encoding,
    name_extra_field,
    plain_delimited,
)
from hinterland.ingest.formats.csv_records import ByteFormat, RecordRange, mend_breaks, record_ends, record_ranges
from hinterland.ingest.formats.sheet import (
    READERS,
    BadRow,
    FileFormat,
    Loaded,
    Sheet,
    check_extent,
    text_table,
    unique_names,
)
from hinterland.ingest.formats.storage import FileContent, store
from hinterland.ingest.parse import Reason
from hinterland.ingest.parse.text import SAMPLE
from hinterland.language import Notice

if TYPE_CHECKING:
    import geopandas as gpd

TOO_MANY = Reason(
    "more fields than the header has columns", "put quotation marks around values that hold the delimiter"
)
UNCLOSED = Reason("a quotation mark is never closed", "close or remove it")
BLOCK = 4 * 2**20
# cells of a column of shapes, and the reference system that may stand before one
FIRST_CELLS = 20
# a semicolon may part a shape from its system
SHAPE_DELIMITERS = "\t|,;"
_SHAPE = re.compile(
    r'(?i)\s*(?:SRID=\d+;)?\s*(?:(?:multi)?polygon\s*z?\s*\(|geometrycollection\s*\(|0[01][0-9a-f]{18}|\{\s*"(?:type|coordinates))'
)
_SYSTEM = re.compile(r"(?i)SRID=(\d+);\s*")


@dataclass(frozen=True)
class TextChunk:
    """Some records of a delimited text, by their bytes."""

    stored: FileContent
    record_range: RecordRange
    columns: tuple[str, ...]
    dialect: Dialect

    @property
    def rows(self) -> int:
        """Records in these bytes."""
        return self.record_range.rows

    def read(self, columns: Mapping[str, pa.DataType]) -> Loaded:
        """Parse the bytes; rows with too few fields are padded, with too many named."""
        data = self._utf8()
        try:
            loaded = _parse_fast(data, self, columns)
        except pa.ArrowInvalid:
            loaded = None
        hoped = any(kind != pa.string() for kind in columns.values())
        if loaded is None and hoped:
            return self.read(dict.fromkeys(columns, pa.string()))
        if loaded is None or len(loaded.places) + len(loaded.bad_rows) != self.rows:
            return _parse_records(data, self, tuple(columns))
        return loaded

    def _utf8(self) -> bytes:
        data = self.stored.read(self.record_range.start, self.record_range.length)
        for place in self.record_range.stray:
            mark = "'".encode(self.dialect.encoding)
            data = data[:place] + mark + data[place + len(mark) :]
        # a text can only end in half a character: the rest was looked at when it was cut
        is_complete = self.dialect.encoding == UTF8 and data[-1:].isascii()
        text = data if is_complete else data.decode(self.dialect.encoding, errors="replace").encode()
        return mend_breaks(text, self.byte_format)

    @property
    def byte_format(self) -> ByteFormat:
        """The units of these bytes once they are UTF-8."""
        return replace(self.dialect, encoding=UTF8).byte_format


@READERS.add(".csv", ".tsv", ".txt", ".tab", ".psv", ".dat")
def open_delimited(stored: FileContent, settings: Settings) -> Sheet:
    """Open a delimited text: find out how it is written and where to cut it.

    Parameters
    ----------
    settings
        Of these encoding, delimiter and header_row; what they leave open is found out.

    Returns
    -------
    The columns, a sample of at most 1,000 rows as text, and chunks that are read later.

    Raises
    ------
    InputError
        If it cannot be decoded as asked.
    """
    text = plain_delimited(stored, settings)
    encoding = UTF8 if text is not stored else settings.encoding
    dialect, rows = find_dialect(text, settings.model_copy(update={"encoding": encoding}))
    header = name_extra_field(rows)
    check_extent(stored.name, 1, len(header), len(header))
    columns = unique_names(header)
    dialect, pieces = _cut(text, dialect, forced=encoding is not None)
    chunks = tuple(TextChunk(text, piece, columns, dialect) for piece in pieces)
    data = [_fit_width(row, len(columns)) for row in rows[1:1_001]]
    sample = {name: [row[place] for row in data] for place, name in enumerate(columns)}
    used = dialect.encoding if text is stored else encoding_of(stored.head(SAMPLE), settings)
    file_format = FileFormat(used, dialect.delimiter, dialect.skip + 1)
    return Sheet(stored.name, columns, sample, chunks, file_format, tuple(doubt_encoding(stored, settings)))


def _cut(stored: FileContent, dialect: Dialect, *, forced: bool) -> tuple[Dialect, list[RecordRange]]:
    start = header_end(stored, dialect)
    pieces: list[RecordRange] = []
    with stored.open() as stream:
        for piece, data in record_ranges(stream, start, dialect.byte_format):
            if dialect.encoding == UTF8 and not data.isascii() and not is_utf8(data):
                # the first rows were plain ASCII: the encoding shows only here; the cuts hold for it as well
                dialect = replace(dialect, encoding=later_encoding(stored, data, forced=forced))
            pieces.append(piece)
    return dialect, [piece for piece in pieces if piece.rows]


def _parse_fast(data: bytes, part: TextChunk, columns: Mapping[str, pa.DataType]) -> Loaded:
    """Parse at full speed; when a row is ragged, again with row numbers."""
    odd: list[arrow_csv.InvalidRow] = []
    table = _arrow(data, part, columns, odd)
    if not odd:
        return Loaded(table, np.arange(table.num_rows))
    numbered: list[arrow_csv.InvalidRow] = []
    table = _arrow(data, part, dict.fromkeys(columns, pa.string()), numbered)
    rows = [(row.number - 1, row.text) for row in numbered]
    places = np.setdiff1d(np.arange(table.num_rows + len(rows)), [place for place, _ in rows])
    return _merge_ragged(Loaded(table, places), rows, part)


def _arrow(
    data: bytes, part: TextChunk, columns: Mapping[str, pa.DataType], odd: list[arrow_csv.InvalidRow]
) -> pa.Table:
    def note(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "skip"

    hopeful = any(kind != pa.string() for kind in columns.values())
    return arrow_csv.read_csv(
        pa.BufferReader(data),
        arrow_csv.ReadOptions(column_names=part.columns, use_threads=hopeful, block_size=BLOCK),
        arrow_csv.ParseOptions(
            delimiter=part.dialect.delimiter, newlines_in_values=part.record_range.broken, invalid_row_handler=note
        ),
        arrow_csv.ConvertOptions(column_types=dict(columns), include_columns=list(columns), strings_can_be_null=False),
    )


def _merge_ragged(loaded: Loaded, rows: Sequence[tuple[int, str]], part: TextChunk) -> Loaded:
    """Put the ragged rows that can be used back in their places."""
    split = [(place, text, _fields(text, part.dialect.delimiter)) for place, text in rows]
    records = [(place, text, fields, _fault(text, fields, len(part.columns))) for place, text, fields in split]
    good = [(place, fields) for place, _, fields, fault in records if not fault]
    bad_rows = tuple(
        BadRow(place, text[:200], *fault, tuple(fields)) for place, text, fields, fault in records if fault
    )
    # only what is wanted is padded: a header may be wide, and rows short
    wanted = [part.columns.index(name) for name in loaded.table.column_names]
    padded = [[fields[at] if at < len(fields) else "" for at in wanted] for _, fields in good]
    patch = text_table(loaded.table.column_names, padded)
    places = np.append(loaded.places, np.array([place for place, _ in good], dtype=np.int64))
    order = np.argsort(places)
    table = pa.concat_tables([loaded.table, patch]).take(pa.array(order))
    return Loaded(table, places[order], bad_rows, len(good))


def _fault(text: str, fields: Sequence[str], width: int) -> Reason | None:
    if len(fields) != width and '"' in text and "\n" in text.strip():
        return UNCLOSED
    if any(cell.strip() for cell in fields[width:]):
        return TOO_MANY
    return None


def _fields(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [""])


def _fit_width(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def _parse_records(data: bytes, part: TextChunk, columns: Sequence[str]) -> Loaded:
    """Parse record by record, where the fast parser sees other records than we cut."""
    ends, *_ = record_ends(data, part.byte_format, last=True)
    pieces = (data[a:b].decode(errors="replace") for a, b in pairwise((0, *ends.tolist())))
    texts = [piece.strip("\r\n") for piece in pieces if piece.strip("\r\n")]
    empty = text_table(part.columns, []).select(list(columns))
    loaded = _merge_ragged(Loaded(empty, np.arange(0)), list(enumerate(texts)), part)
    short = sum(len(_fields(text, part.dialect.delimiter)) != len(part.columns) for text in texts)
    return replace(loaded, padded=short - len(loaded.bad_rows))


def read_shapes(path: Path) -> tuple["gpd.GeoDataFrame", tuple[Notice, ...]]:
    """Read a delimited text with a column of shapes: well-known text, well-known binary as digits, or GeoJSON.

    Returns
    -------
    The other columns as text with the shapes, in the reference system they name or in none; what was noticed.

    Raises
    ------
    InputError
        If no column holds shapes.
    """
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most runs bring no polygons

    stored = store(path)
    head = stored.head().decode("latin-1")
    marks = [mark for mark in SHAPE_DELIMITERS if mark in head]
    sheets = (open_delimited(stored, Settings(delimiter=mark, header_row=1)) for mark in marks)
    found = ((sheet, name) for sheet in sheets for name, cells in sheet.sample.items() if _are_shapes(cells))
    sheet, column = next(found, (None, ""))
    if sheet is None:
        raise InputError("{file}: contains no polygons", file=path)
    pieces = [piece.read(dict.fromkeys(sheet.columns, pa.string())).table.to_pandas() for piece in sheet.chunks]
    table = pd.concat(pieces, ignore_index=True)
    texts = [str(text or "").strip() for text in table.pop(column)]
    systems = {match[1] for text in texts if (match := _SYSTEM.match(text))}
    shapes = [_shape(_SYSTEM.sub("", text)) for text in texts]
    crs = f"EPSG:{systems.pop()}" if len(systems) == 1 else None
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=crs)), sheet.notices


def _are_shapes(cells: Sequence[str]) -> bool:
    return any(_SHAPE.match(cell) and _shape(_SYSTEM.sub("", cell.strip())) is not None for cell in cells[:FIRST_CELLS])


def _shape(text: str) -> shapely.Geometry | None:
    if text.startswith("{"):
        return shapely.from_geojson(text, on_invalid="ignore")
    return (shapely.from_wkb if text[:2] in ("00", "01") else shapely.from_wkt)(text, on_invalid="ignore")


def decode_texts(table: pa.Table) -> pa.Table:
    """Decode texts that are not UTF-8, as in the table of a Shapefile, which need not say how it is written.

    Parameters
    ----------
    table
        Any columns; those of text may hold bytes of any encoding.

    Returns
    -------
    The same columns, texts as texts.
    """
    for place, column in enumerate(table.columns):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            cells = column.cast(pa.large_binary()).to_pylist()
            encoding = guess_encoding(b"\\n".join(filter(None, cells))[:SAMPLE])
            texts = [None if cell is None else cell.decode(encoding, errors="replace") for cell in cells]
            table = table.set_column(place, table.field(place).name, pa.array(texts, pa.string()))
    return table
