"""A process of its own that reads one file from outside: polygons to standard output, or a list, to see that it can be.

Run by path; what kills or holds it kills and holds nothing else. Polygons are read with the drivers that its
environment allows. It may import nothing of this package.
"""

import io
import json
import sys
from contextlib import suppress

# where files of text keep their shapes
SHAPE_COLUMNS = "wkt,WKT,geometry,geom,the_geom,shape,polygon,boundary"
# what even a large honest list needs, per byte of it
BASE_BYTES, BYTES_PER_BYTE = 2 * 2**30, 12
BASE_SECONDS, SECONDS_PER_MB = 60, 5


def read_polygons(action: str, path: str, layer: str) -> None:
    """Write one line of JSON, and for features a stream of Arrow record batches after it."""
    import pyarrow as pa  # noqa: PLC0415 - every module of this folder is imported, and few runs need this
    import pyogrio  # noqa: PLC0415 - the same

    try:
        if action == "layers":
            _say({"layers": [[str(name), kind and str(kind)] for name, kind in pyogrio.list_layers(path)]})
            return
        options = {"GEOM_POSSIBLE_NAMES": SHAPE_COLUMNS} if action == "csv" else {}
        details, table = pyogrio.raw.read_arrow(path, layer=layer or None, **options)
    except Exception as fault:  # noqa: BLE001 - drivers raise a class each
        _say({"error": " ".join(str(fault).split())})
        return
    _say({"crs": details["crs"], "geometry": details["geometry_name"] or "wkb_geometry"})
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table)


def _say(answer: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


def try_list(form: str, size: int) -> int:
    """Read a list from standard input as its reader will; give 1 where that takes more than an honest one needs.

    A list that is no such file is refused by its reader, with its reasons.
    """
    _limit(size)
    try:
        content = sys.stdin.buffer.read()
        with suppress(ValueError, RecursionError):
            _read_parquet(content) if form == "parquet" else json.loads(content)
    except MemoryError:
        return 1
    except Exception:  # noqa: BLE001 - its reader says what is wrong
        return 0
    return 0


def _read_parquet(content: bytes) -> None:
    import pyarrow as pa  # noqa: PLC0415 - JSON needs none of it
    from pyarrow import parquet  # noqa: PLC0415 - the same

    file = parquet.ParquetFile(io.BytesIO(content))
    for group in range(file.num_row_groups):
        columns = file.read_row_group(group).columns
        # what stands in a dictionary is written out for each row
        texts = [column for column in columns if pa.types.is_dictionary(column.type)]
        del columns
        _ = [chunk.dictionary_decode() for column in texts for chunk in column.chunks]


def _limit(size: int) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
        import signal  # noqa: PLC0415 - there it has no alarm
    except ImportError:
        return
    signal.alarm(BASE_SECONDS + SECONDS_PER_MB * size // 10**6)
    for limit, most in ((resource.RLIMIT_AS, BASE_BYTES + BYTES_PER_BYTE * size), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    if sys.argv[1] == "try":
        sys.exit(try_list(sys.argv[2], int(sys.argv[3])))
    read_polygons(*sys.argv[1:])
