"""The way out: one writer per file suffix, each atomic, each with a run manifest beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import geopandas as gpd

from hinterland.exporters import spreadsheets
from hinterland.exporters.atomic import writing
from hinterland.exporters.manifest import Source, manifest
from hinterland.exporters.plain import WRITERS
from hinterland.layers import draw_map, page
from hinterland.pipeline import Findings
from hinterland.registry import Registry

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXPORTERS", "Report", "Source", "check_suffixes", "export", "manifest", "render"]


@dataclass(frozen=True)
class Report:
    """What an exporter may need: the findings, polygons, basemap and other names, and the files they came from."""

    findings: Findings
    boundaries: Callable[[], gpd.GeoDataFrame]
    basemap: Callable[[], str]
    sources: Sequence[Source]
    title: str
    names: "Callable[[], pd.Series[str]]"


Exporter = Callable[[Report, BinaryIO], None]

EXPORTERS: Registry[Exporter] = Registry("kind of output file")


@EXPORTERS.add(".csv")
def write_csv(report: Report, stream: BinaryIO) -> None:
    """Write the ranking as a spreadsheet any program opens: UTF-8 with BOM, formulas defused."""
    spreadsheets.write_csv(spreadsheets.ranking(report.findings), stream)


@EXPORTERS.add(".xlsx")
def write_xlsx(report: Report, stream: BinaryIO) -> None:
    """Write the ranking as an Excel workbook, without formulas."""
    spreadsheets.write_xlsx(spreadsheets.ranking(report.findings), stream)


@EXPORTERS.add(".parquet")
def write_parquet(report: Report, stream: BinaryIO) -> None:
    """Write the ranking with polygons as GeoParquet."""
    _with_polygons(report).to_parquet(stream, compression="zstd")


@EXPORTERS.add(".geojson")
def write_geojson(report: Report, stream: BinaryIO) -> None:
    """Write the ranking with polygons as GeoJSON."""
    WRITERS[".geojson"](_with_polygons(report).reset_index(), stream)


@EXPORTERS.add(".gpkg")
def write_geopackage(report: Report, stream: BinaryIO) -> None:
    """Write the ranking with polygons as a GeoPackage, layer "markets"."""
    WRITERS[".gpkg"](_with_polygons(report).reset_index(), stream)


@EXPORTERS.add(".html")
def write_html(report: Report, stream: BinaryIO) -> None:
    """Write the map as one page that opens without a network."""
    drawn = draw_map(
        report.findings, report.boundaries(), basemap=report.basemap(), title=report.title, names=report.names()
    )
    stream.write(page(drawn).encode())


def _with_polygons(report: Report) -> gpd.GeoDataFrame:
    table = spreadsheets.ranking(report.findings).set_index("market_id")
    areas = report.boundaries().geometry.reindex(table.index)
    return gpd.GeoDataFrame(table, geometry=areas, crs="EPSG:4326")


def check_suffixes(paths: Sequence[Path]) -> None:
    """Raise UnknownNameError for the first path no exporter writes, before any work is done."""
    for path in paths:
        EXPORTERS[path.suffix.lower()]


def render(report: Report, suffix: str) -> bytes:
    """Make the bytes `export` would write under this suffix.

    Raises
    ------
    UnknownNameError
        For a suffix without exporter.
    """
    stream = BytesIO()
    EXPORTERS[suffix](report, stream)
    return stream.getvalue()


def export(report: Report, path: Path) -> None:
    """Write `report` in the format its suffix names, and its run manifest as `<name>.run.toml`.

    Raises
    ------
    UnknownNameError
        For a suffix without exporter.
    OutputError
        When the file cannot be written; an older file of that name stays as it was.
    """
    write = EXPORTERS[path.suffix.lower()]
    with writing(path) as stream:
        write(report, stream)
    with writing(path.with_name(path.name + ".run.toml")) as stream:
        stream.write(manifest(report.findings, report.sources).encode())
