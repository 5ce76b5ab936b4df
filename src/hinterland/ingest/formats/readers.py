"""OPEN ROOM: one reader per kind of file; a reader takes stored bytes and gives a sheet of independent slices."""

from collections.abc import Callable
from pathlib import Path

from hinterland.config import Settings
from hinterland.ingest.formats.csv import open_delimited
from hinterland.ingest.formats.excel import WORKBOOKS, open_sheets, open_workbook
from hinterland.ingest.formats.json import open_document, open_lines
from hinterland.ingest.formats.parquet import open_parquet
from hinterland.ingest.formats.sheet import Sheet
from hinterland.ingest.formats.storage import Stored, kind, store
from hinterland.registry import Registry

Source = Callable[[Stored, Settings], Sheet]

SOURCES: Registry[Source] = Registry("source")
SOURCES.add(".csv", ".tsv", ".txt", ".tab", ".psv", ".dat")(open_delimited)
SOURCES.add(".xlsx", ".xlsm", ".xls", ".ods")(open_workbook)
SOURCES.add(".parquet", ".pq")(open_parquet)
SOURCES.add(".json", ".geojson")(open_document)
SOURCES.add(".jsonl", ".ndjson")(open_lines)


def open_all(path: Path | Stored, settings: Settings) -> list[Sheet]:
    """Open a file as one table, or as several: the sheets of a workbook, if all are asked for.

    Raises
    ------
    InputError
        As `open_sheet`.
    """
    stored = store(path)
    return open_sheets(stored, settings) if kind(stored) in WORKBOOKS else [open_sheet(stored, settings)]


def open_sheet(path: Path | Stored, settings: Settings) -> Sheet:
    """Open a file with the reader that fits its content; text under an unknown name is delimited text.

    Raises
    ------
    InputError
        If it cannot be read, or is no table.
    """
    stored = store(path)
    suffix = kind(stored)
    return SOURCES[suffix if suffix in SOURCES else ".csv"](stored, settings)
