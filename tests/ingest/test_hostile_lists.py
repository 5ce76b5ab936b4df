"""Lists that say more than they hold: refused before they take the memory of those who share an app."""

import io
import json
import tracemalloc
import zipfile
from types import SimpleNamespace

import pyarrow as pa
import pytest
from pyarrow import parquet

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest import FileContent, open_creators, read_part
from hinterland.ingest.formats import storage


def open_bytes(name, content):
    return open_creators([FileContent(name, None, content)], settings=Settings())


def repeated(rows, text):
    """Make a Parquet file of one city and one text, however often: a few hundred bytes."""
    names = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), [text])
    stream = io.BytesIO()
    parquet.write_table(pa.table({"handle": names, "city": names}), stream, compression="zstd", row_group_size=rows)
    return stream.getvalue()


def test_rows_without_number_are_refused():
    with pytest.raises(InputError, match="spans 6,000,000 rows and 2 columns"):
        open_bytes("list.parquet", repeated(6_000_000, "Berlin"))


def test_a_list_that_takes_more_memory_than_its_size_allows_is_refused():
    with pytest.raises(InputError, match="takes too much memory or time to read"):
        open_bytes("list.parquet", repeated(250_000, "x" * 10_000))


def test_records_without_a_key_in_common_are_refused():
    records = [{"handle": "ann", "city": "Berlin", f"k{n}": 1} for n in range(4_000)]
    for name, text in (
        ("list.json", json.dumps(records)),
        ("list.jsonl", "\n".join(map(json.dumps, records))),
    ):
        with pytest.raises(InputError, match="spans 4,000 rows and 4,002 columns"):
            open_bytes(name, text.encode())


def test_more_columns_than_any_workbook_has_are_refused():
    with pytest.raises(InputError, match="spans 1 rows and 16,385 columns"):
        open_bytes("list.csv", b"handle,city" + b",c" * 16_383 + b"\nann,Berlin\n")


def test_short_rows_under_a_wide_header_take_little_memory():
    header = ",".join(["handle", "city", *(f"c{n}" for n in range(4_000))])
    content = f"{header}\n{'ann,Berlin' + chr(10)}".encode() + b"ann,Berlin\n" * 20_000
    listing = open_bytes("list.csv", content)
    tracemalloc.start()
    batches = [read_part(part) for part in listing.parts]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(len(batch.creators) for batch in batches) == 20_001
    assert peak < 200_000_000


@pytest.mark.parametrize(("size", "packed"), [(101 * 2**20, 10**6), (3 * 2**30, 120 * 2**20)])
def test_what_grows_beyond_reason_is_a_bomb(size, packed):
    entry = zipfile.ZipInfo("list.csv")
    entry.file_size, entry.compress_size = size, packed
    archive = SimpleNamespace(infolist=lambda: [entry])
    with pytest.raises(InputError, match="looks like a zip bomb"):
        storage.check_declared("list.zip", archive)
