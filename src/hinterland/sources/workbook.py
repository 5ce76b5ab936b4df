"""Workbooks (xlsx, xls, ods): the sheet that looks most like a list, its header found below any title."""

import datetime as dt
import importlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from hinterland.assumptions import Settings
from hinterland.errors import InputError
from hinterland.sources.columns import header_score
from hinterland.sources.dialect import HEADER_WITHIN, Rows, header_place
from hinterland.sources.numbers import as_text
from hinterland.sources.slices import Sheet, Written, table_sheet, text_table, unique_names
from hinterland.sources.storage import DAMAGE, Stored, check_declared, kind, one_line, store

# a sheet with this many known headers is a list as good as any: the first of them is taken
ENOUGH_NAMES = 3
WORKBOOKS = (".xlsx", ".xls", ".ods")


def open_workbook(stored: Stored, settings: Settings) -> Sheet:
    """Open a workbook; formulas count by their stored values.

    Raises
    ------
    InputError
        If the reader is not installed, the file declares a suspicious size, is damaged or locked, or holds no table.
    """
    sheets = _asked(stored, dict(_sheets(stored, _calamine())), settings.sheet)
    tables = {name: rows for name, rows in sheets.items() if len(rows) > 1}
    if not tables:
        raise InputError(f"{stored.name} holds no sheet with a header and a row: save the list on the first sheet")
    name = max(tables, key=lambda name: min(max(map(header_score, tables[name][:HEADER_WITHIN])), ENOUGH_NAMES))
    place = header_place(stored.name, tables[name], settings)
    return table_sheet(stored.name, _table(tables[name][place:]), Written(header_row=place + 1, sheet=name))


def sheet_names(path: Path | Stored) -> tuple[str, ...]:
    """Name the sheets of a workbook, in order; none for any other file.

    Raises
    ------
    InputError
        As `open_workbook`.
    """
    stored = store(path)
    return tuple(name for name, _ in _sheets(stored, _calamine())) if kind(stored) in WORKBOOKS else ()


def _asked(stored: Stored, sheets: dict[str, Rows], name: str | None) -> dict[str, Rows]:
    if name is None:
        return sheets
    if name not in sheets:
        raise InputError(f"{stored.name} has no sheet {name!r}: choose from {', '.join(map(repr, sheets))}")
    return {name: sheets[name]}


def _calamine() -> Any:  # noqa: ANN401 - an optional module
    try:
        return importlib.import_module("python_calamine")
    except ImportError:
        raise InputError(
            "workbooks need one more package: pip install 'hinterland[excel]', or save the file as CSV"
        ) from None


def _sheets(stored: Stored, calamine: Any) -> Iterator[tuple[str, Rows]]:  # noqa: ANN401 - an optional module
    with stored.open() as stream:
        if zipfile.is_zipfile(stream):
            _check_size(stored, stream)
        stream.seek(0)
        try:
            book = calamine.load_workbook(stream)
            for name in book.sheet_names:
                cells = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
                yield name, [row for row in map(_as_row, cells) if any(row)]
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise InputError(
                f"cannot open {stored.name}: {one_line(error)}; remove its password, or save it as CSV"
            ) from None


def _check_size(stored: Stored, stream: BinaryIO) -> None:
    """Refuse what declares, or turns out to hold, too much: a size that was understated fails its check sum."""
    try:
        archive = zipfile.ZipFile(stream)
        check_declared(stored.name, archive)
        damaged = archive.testzip()
    except DAMAGE as error:
        raise InputError(f"{stored.name} is damaged: {one_line(error)}; save it again") from None
    if damaged:
        raise InputError(f"{stored.name} is damaged in {damaged}: save it again")


def _as_row(cells: list[object]) -> list[str]:
    return as_text(_dated(cell) for cell in cells)


def _dated(cell: object) -> object:
    midnight = isinstance(cell, dt.datetime) and cell.time() == dt.time()
    return cell.date() if isinstance(cell, dt.datetime) and midnight else cell


def _table(rows: Rows) -> pa.Table:
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    filled = [k for k in range(width) if any(row[k] for row in padded)]
    columns = unique_names([padded[0][k] for k in filled])
    return text_table(columns, [[row[k] for k in filled] for row in padded[1:]])
