"""Any table to a file or to standard output: what is not an analysis."""

import os
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd
import pandas as pd

from hinterland.exporters.atomic import writing
from hinterland.exporters.spreadsheets import write_csv
from hinterland.registry import Registry

Writer = Callable[[pd.DataFrame, BinaryIO], None]

WRITERS: Registry[Writer] = Registry("kind of table file")

# GeoPackage stores when it was written: a fixed clock keeps the bytes the same
FIXED_CLOCK = "2000-01-01T00:00:00Z"


@WRITERS.add(".csv")
def _csv(table: pd.DataFrame, stream: BinaryIO) -> None:
    write_csv(pd.DataFrame(table).drop(columns="geometry", errors="ignore"), stream)


@WRITERS.add(".parquet")
def _parquet(table: pd.DataFrame, stream: BinaryIO) -> None:
    table.to_parquet(stream, compression="zstd", index=False)


@WRITERS.add(".geojson")
def _geojson(table: pd.DataFrame, stream: BinaryIO) -> None:
    stream.write(gpd.GeoDataFrame(table).to_json(drop_id=True, na="null", ensure_ascii=False).encode())


@WRITERS.add(".gpkg")
def _geopackage(table: pd.DataFrame, stream: BinaryIO) -> None:
    os.environ["OGR_CURRENT_DATE"] = FIXED_CLOCK
    whole = BytesIO()
    gpd.GeoDataFrame(table).to_file(whole, driver="GPKG", layer="markets", engine="pyogrio")
    stream.write(whole.getvalue())


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table in the format its suffix names; "-" is CSV on standard output.

    Raises
    ------
    UnknownNameError
        For a suffix without writer.
    OutputError
        When the file cannot be written; an older file of that name stays as it was.
    """
    if str(path) == "-":
        WRITERS[".csv"](table, sys.stdout.buffer)
        return
    write = WRITERS[path.suffix.lower()]
    with writing(path) as stream:
        write(table, stream)
