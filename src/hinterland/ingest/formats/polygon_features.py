"""A process of its own that reads one file of polygons: its layers, or the features of one, to standard output.

Run by path with the drivers it may use in its environment; what kills or holds it kills and holds nothing else. It may
import nothing of this package.
"""

import json
import sys

import pyarrow as pa


def main(path: str, action: str, layer: str) -> None:
    """Write one line of JSON, and for features a stream of Arrow record batches after it."""
    import pyogrio  # noqa: PLC0415 - every module of this folder is imported, and few runs bring polygons

    try:
        if action == "layers":
            _say({"layers": [[str(name), kind and str(kind)] for name, kind in pyogrio.list_layers(path)]})
            return
        details, table = pyogrio.raw.read_arrow(path, layer=layer or None)
    except Exception as fault:  # noqa: BLE001 - drivers raise a class each
        _say({"error": " ".join(str(fault).split())})
        return
    _say({"crs": details["crs"], "geometry": details["geometry_name"] or "wkb_geometry"})
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table)


def _say(answer: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
