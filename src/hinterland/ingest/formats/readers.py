"""OPEN ROOM: one reader per kind of file; a reader takes stored bytes and gives a sheet of independent chunks."""

from collections.abc import Callable
from pathlib import Path

from hinterland.config import Settings
from hinterland.ingest.formats.csv import open_delimited
from hinterland.ingest.formats.excel import WORKBOOKS, open_sheets, open_workbook
from hinterland.ingest.formats.json import open_document, open_lines
from hinterland.ingest.formats.parquet import open_parquet
from hinterland.ingest.formats.sheet import Sheet
from hinterland.ingest.formats.storage import FileContent, kind, store
from hinterland.registry import Registry

Reader = Callable[[FileContent, Settings], Sheet]

READERS: Registry[Reader] = Registry("source")
READERS.add(".csv", ".tsv", ".txt", ".tab", ".psv", ".dat")(open_delimited)
READERS.add(".xlsx", ".xlsm", ".xls", ".ods")(open_workbook)
READERS.add(".parquet", ".pq")(open_parquet)
READERS.add(".json", ".geojson")(open_document)
READERS.add(".jsonl", ".ndjson")(open_lines)


def open_all(path: Path | FileContent, settings: Settings) -> list[Sheet]:
    """Open a file as one table, or as several: the sheets of a workbook, if all are asked for.

    Raises
    ------
    InputError
        As `open_sheet`.
    """
    stored = store(path)
    return open_sheets(stored, settings) if kind(stored) in WORKBOOKS else [open_sheet(stored, settings)]


def open_sheet(path: Path | FileContent, settings: Settings) -> Sheet:
    """Open a file with the reader that fits its content; text under an unknown name is delimited text.

    Raises
    ------
    InputError
        If it cannot be read, or is no table.
    """
    stored = store(path)
    suffix = kind(stored)
    return READERS[suffix if suffix in READERS else ".csv"](stored, settings)
