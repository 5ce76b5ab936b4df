"""A process of its own that reads one workbook or one file of polygons to standard output, or one list to try it.

Libraries that read them allocate whole grids, and abort where that fails; here they take nothing else with them.
Run by path, so that it starts in a few hundredths of a second: it may import nothing of this package.
"""

import datetime as dt
import io
import json
import re
import signal
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

# what even a large honest workbook needs, per byte of it: a cell takes some 16 bytes of a file and 100 of memory
BASE_BYTES, BYTES_PER_BYTE = 2**30, 10
BASE_SECONDS, SECONDS_PER_MB = 120, 10
# grids up to this size, or this many times their filled cells, are read as they are
LARGEST_GRID, BLANKS_PER_CELL = 5_000_000, 10

# only a sheet that goes beyond column Z or row 999,999 can be too large a grid
FAR = re.compile(rb' r="(?:[A-Z]{2,}[0-9]|[A-Z]?[0-9]{7})')
COLUMN, ROW = re.compile(rb' r="([A-Z]+)'), re.compile(rb' r="[A-Z]*([0-9]+)')
PLACED = re.compile(rb'(<(?:\w+:)?(?:c|row)(?=\s)[^<>]*?\sr=")([A-Z]*)([0-9]+)(?=")')
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
ALPHABET = 26


def read_workbook(size: int, library: str) -> None:
    """Read the workbook on standard input, its rows as lines of JSON.

    `size` is how many bytes it holds when unpacked, `library` the folder of its reader.
    """
    _limit(size)
    sys.path.append(library)
    import python_calamine  # noqa: PLC0415 - only now is it known where it lies

    try:
        _write(_rows(python_calamine, compact(sys.stdin.buffer.read())))
    except ValueError as error:
        _write([{"error": f"{error}; delete cells far away from the list"}])
    except (python_calamine.CalamineError, OSError) as error:
        _write([{"error": f"{error}; remove its password"}])


def compact(workbook: bytes) -> bytes:
    """Move the cells of sheets that are mostly blank together: blank rows and columns are left out anyway."""
    if not zipfile.is_zipfile(io.BytesIO(workbook)):
        return workbook
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        texts = ((entry.filename, archive.read(entry)) for entry in archive.infolist() if entry.filename[-4:] == ".xml")
        sparse = {name: _compact_sheet(text) for name, text in texts if FAR.search(text) and _is_sparse(text)}
        return _replace_entries(archive, sparse) if sparse else workbook


def _is_sparse(text: bytes) -> bool:
    columns = max(map(_number, set(COLUMN.findall(text))), default=0)
    rows = max(map(int, set(ROW.findall(text))), default=0)
    return rows * columns > max(LARGEST_GRID, BLANKS_PER_CELL * len(CELL.findall(text)))


def _compact_sheet(text: bytes) -> bytes:
    places = PLACED.findall(text)
    if sum(bool(name) for _, name, _ in places) < len(CELL.findall(text)):
        raise ValueError("a cell stands far from the list, and others do not say where they stand")
    columns = {name: k for k, name in enumerate(sorted({name for _, name, _ in places if name}, key=_number), 1)}
    rows = {row: k for k, row in enumerate(sorted({int(row) for _, _, row in places}), 1)}
    if len(columns) * len(rows) > max(LARGEST_GRID, BLANKS_PER_CELL * len(places)):
        raise ValueError(f"its cells are strewn over {len(rows):,} rows and {len(columns):,} columns")
    letters = {name: _letters(k) for name, k in columns.items()} | {b"": b""}
    return PLACED.sub(lambda cell: b"%b%b%d" % (cell[1], letters[cell[2]], rows[int(cell[3])]), text)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * ALPHABET + letter - ord("A") + 1
    return number


def _letters(number: int) -> bytes:
    above, last = divmod(number - 1, ALPHABET)
    return (_letters(above) if above else b"") + bytes([ord("A") + last])


def _replace_entries(archive: zipfile.ZipFile, texts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as copy:
        for entry in archive.infolist():
            copy.writestr(entry.filename, texts.get(entry.filename) or archive.read(entry))
    return buffer.getvalue()


def _rows(calamine: Any, workbook: bytes) -> Iterator[object]:  # noqa: ANN401 - an untyped module
    """Give the name of each sheet and whether it is hidden, then its rows that hold anything; None is the end."""
    book = calamine.load_workbook(io.BytesIO(workbook))
    hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible != calamine.SheetVisibleEnum.Visible}
    for name in book.sheet_names:
        yield {"sheet": name, "hidden": name in hidden}
        sheet = book.get_sheet_by_name(name)
        # releases of the library differ in whether rows begin with the blank columns left of the list
        for row in sheet.iter_rows():
            if row.count("") < len(row):
                yield [_plain(cell) for cell in row[-sheet.width :]]
    yield None


def _plain(cell: object) -> object:
    midnight = isinstance(cell, dt.datetime) and cell.time() == dt.time()
    if isinstance(cell, dt.datetime) and midnight:
        return str(cell.date())
    return cell if isinstance(cell, str | float | int) else str(cell)


def _write(values: Iterable[object]) -> None:
    for value in values:
        sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _limit(size: int) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    signal.alarm(BASE_SECONDS + SECONDS_PER_MB * size // 10**6)
    for limit, most in ((resource.RLIMIT_AS, BASE_BYTES + BYTES_PER_BYTE * size), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def read_polygons(path: str, action: str, layer: str) -> None:
    """Write one line of JSON, and for features a stream of Arrow record batches after it.

    The drivers it may use stand in its environment.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and few files hold polygons
    import pyogrio  # noqa: PLC0415 - the same

    try:
        if action == "layers":
            _write([{"layers": [[str(name), kind and str(kind)] for name, kind in pyogrio.list_layers(path)]}])
            return
        details, table = pyogrio.raw.read_arrow(path, layer=layer or None)
    except Exception as fault:  # noqa: BLE001 - drivers raise a class each
        _write([{"error": " ".join(str(fault).split())}])
        return
    _write([{"crs": details["crs"], "geometry": details["geometry_name"] or "wkb_geometry"}])
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table)


def try_list(form: str, size: int) -> int:
    """Read the list on standard input as its reader will; give 1 where that takes more than an honest one needs.

    What is no such list is refused by its reader, with its reasons.
    """
    _limit(size)
    try:
        content = sys.stdin.buffer.read()
        _decode_parquet(content) if form == "parquet" else json.loads(content)
    except MemoryError:
        return 1
    except Exception:  # noqa: BLE001 - its reader says what is wrong
        return 0
    return 0


def _decode_parquet(content: bytes) -> None:
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and JSON needs none of it
    from pyarrow import parquet  # noqa: PLC0415 - the same

    file = parquet.ParquetFile(io.BytesIO(content))
    for group in range(file.num_row_groups):
        columns = file.read_row_group(group).columns
        # what stands in a dictionary is written out for each row
        chunks = [chunk for column in columns if pa.types.is_dictionary(column.type) for chunk in column.chunks]
        _ = [chunk.dictionary_decode() for chunk in chunks]


if __name__ == "__main__":
    if sys.argv[1] == "workbook":
        read_workbook(int(sys.argv[2]), sys.argv[3])
    elif sys.argv[1] == "polygons":
        read_polygons(*sys.argv[2:])
    else:
        sys.exit(try_list(sys.argv[1], int(sys.argv[2])))
