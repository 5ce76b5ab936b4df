"""Workbooks (xlsx, xls, ods): the sheet that looks most like a list, its header found below any title."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from hinterland.config import ALL_SHEETS, Settings
from hinterland.errors import InputError
from hinterland.ingest.formats import reader_process
from hinterland.ingest.formats.sheet import (
    HEADER_WITHIN,
    READERS,
    FileFormat,
    Rows,
    Sheet,
    from_header,
    header_score,
    table_of_rows,
    table_sheet,
)
from hinterland.ingest.formats.storage import (
    FileContent,
    kind,
    one_line,
    store,
    unpacked_size,
)
from hinterland.ingest.parse import as_text
from hinterland.language import Notice
from hinterland.messages import lists as list_messages

# a sheet with this many known headers is a list as good as any: the first of them is taken
ENOUGH_NAMES = 3
WORKBOOKS = (".xlsx", ".xls", ".ods")
# the text of an honest workbook, per byte of it: a few letters name a text that stands in the file once
TEXT_BYTES, TEXT_PER_BYTE = 256 * 2**20, 4

# short of memory, writing down where it happened would wait for ever
QUICK_END = {"RUST_BACKTRACE": "0"}


@dataclass(frozen=True)
class Grid:
    """The rows of one sheet, and whether people see it."""

    rows: Rows
    hidden: bool = False


@READERS.add(".xlsx", ".xlsm", ".xls", ".ods")
def open_workbook(stored: FileContent, settings: Settings) -> Sheet:
    """Open the sheet of a workbook that looks most like a list; formulas count by their stored values.

    Parameters
    ----------
    settings
        Of these sheet and header_row.

    Returns
    -------
    One sheet, its cells as text.

    Raises
    ------
    InputError
        If the reader is not installed, the file declares a suspicious size, is damaged or locked, or holds no table.
    """
    return open_sheets(stored, settings)[0]


def open_sheets(stored: FileContent, settings: Settings) -> list[Sheet]:
    """Open the sheets of a workbook: the one asked for, all that are lists, or the best; what is left is said.

    Parameters
    ----------
    settings
        Of these sheet and header_row; ALL_SHEETS asks for all that are lists.

    Returns
    -------
    Sheets in the order of the workbook, their cells as text.

    Raises
    ------
    InputError
        As `open_workbook`.
    """
    sheets, single = _sheets(stored), None if settings.sheet == ALL_SHEETS else settings.sheet
    if single is not None and single not in sheets:
        raise InputError(
            "{file} has no sheet {name!r}: choose from {sheets!r}", file=stored.name, name=single, sheets=list(sheets)
        )
    tables = {name: grid for name, grid in sheets.items() if len(grid.rows) > 1 and single in (None, name)}
    if not tables:
        raise InputError(
            "{file} contains no sheet with a header and a row: save the list on the first sheet", file=stored.name
        )
    names = _lists(tables) if settings.sheet == ALL_SHEETS else [_best(tables)]
    left = [name for name in _lists(tables) if name not in names] if settings.sheet is None else []
    notices = (list_messages.sheets_left(Path(stored.name).name, names[0], left),) if left else ()
    return [_build_sheet(stored, name, tables[name].rows, settings, notices) for name in names]


def _best(tables: Mapping[str, Grid]) -> str:
    """Choose the sheet that looks most like a list; a hidden one only where no other does."""
    return max(tables, key=lambda name: (_rank(tables[name], 1), not tables[name].hidden, _rank(tables[name])))


def _rank(grid: Grid, most: int = ENOUGH_NAMES) -> int:
    """Count the known names of a header, no more than `most`."""
    return min(max(map(header_score, grid.rows[:HEADER_WITHIN])), most)


def _lists(tables: Mapping[str, Grid]) -> list[str]:
    """Name the sheets that are lists as good as the best."""
    best = _rank(tables[_best(tables)])
    return [name for name, grid in tables.items() if _rank(grid) >= max(best - 1, 1)] or [_best(tables)]


def _build_sheet(stored: FileContent, name: str, rows: Rows, settings: Settings, notices: tuple[Notice, ...]) -> Sheet:
    table, place = from_header(stored.name, rows, settings)
    sheet = table_sheet(stored.name, table_of_rows(table), FileFormat(header_row=place + 1, sheet=name))
    return replace(sheet, notices=notices)


def sheet_names(path: Path | FileContent) -> tuple[str, ...]:
    """Name the sheets of a workbook, in order; none for any other file.

    Raises
    ------
    InputError
        As `open_workbook`.
    """
    stored = store(path)
    return tuple(_sheets(stored)) if kind(stored) in WORKBOOKS else ()


def _calamine() -> str:
    """Find the folder of the library that reads workbooks."""
    try:
        return str(Path(str(importlib.import_module("python_calamine").__file__)).parents[1])
    except ImportError:
        raise InputError(
            "workbooks need one more package: pip install 'hinterland[excel]', or save the file as CSV"
        ) from None


def _sheets(stored: FileContent) -> dict[str, Grid]:
    """Read every sheet in a process of its own: a workbook that kills its reader kills nothing else."""
    sheets: dict[str, Grid] = {}
    rows: Rows = []
    library = _calamine()
    for line in map(json.loads, _lines(stored, unpacked_size(stored), library)):
        if isinstance(line, dict) and "sheet" in line:
            rows = sheets.setdefault(line["sheet"], Grid([], hidden=line["hidden"])).rows
        elif isinstance(line, list):
            rows.append(as_text(line))
        elif line is None:
            return sheets
        else:
            raise InputError(
                "cannot open {file}: {fault}, or save it as CSV", file=stored.name, fault=one_line(line["error"])
            )
    raise InputError(
        "cannot open {file}: it is damaged, or needs too much memory; delete cells far away from the "
        "list, or save the list as CSV",
        file=stored.name,
    )


def _lines(stored: FileContent, size: int, library: str) -> Iterator[bytes]:
    """Hand a workbook to its reader, and take what comes back, to the end or as far as it gets."""
    command = [sys.executable, "-P", reader_process.__file__, "workbook", str(size), library]
    most = TEXT_BYTES + TEXT_PER_BYTE * size
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | QUICK_END
    ) as reader:
        try:
            stdin, lines = cast("tuple[BinaryIO, BinaryIO]", (reader.stdin, reader.stdout))
            with suppress(BrokenPipeError), stdin, stored.open() as stream:
                shutil.copyfileobj(stream, stdin)
            for line in lines:
                most -= len(line)
                if most < 0:
                    raise InputError("{file} repeats long texts too often: save the list as CSV", file=stored.name)
                yield line
        finally:
            reader.kill()
