"""Writers of results: one per file suffix, each atomic, each with a run manifest next to the file."""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hinterland.export import excel, tables
from hinterland.export.brief import brief_html, brief_pdf, slide_png, slide_svg
from hinterland.export.context import ExportContext, InputFile, missing_extra, render_manifest
from hinterland.export.files import STANDARD_STREAM, manifest_path, writing
from hinterland.export.tables import WRITERS
from hinterland.language import later
from hinterland.registry import Registry

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = [
    "EXPORTERS",
    "ExportContext",
    "InputFile",
    "check_suffixes",
    "ending",
    "export",
    "missing_extra",
    "render",
    "render_manifest",
]


Exporter = Callable[[ExportContext, BinaryIO], None]

EXPORTERS: Registry[Exporter] = Registry(later("kind of output file"))


@EXPORTERS.add(".csv")
def write_csv(report: ExportContext, stream: BinaryIO) -> None:
    """Write the ranking as a spreadsheet any program opens: UTF-8 with BOM, formulas defused."""
    tables.write_csv(tables.ranking(report.findings), stream)


@EXPORTERS.add(".xlsx")
def write_xlsx(report: ExportContext, stream: BinaryIO) -> None:
    """Write the ranking as an Excel workbook (extra "excel"), with a sheet that says what it rests on; no formulas.

    A report of a plan has a sheet of its markets: creators, recruits, cost and people newly reached, and nobody's name.
    """
    language, more = report.language, dict(_plan_sheets(report))
    excel.write_xlsx(tables.ranking(report.findings), stream, [*excel.about_run(report)], more=more, language=language)


@EXPORTERS.add(".parquet")
def write_parquet(report: ExportContext, stream: BinaryIO) -> None:
    """Write the ranking with polygons as GeoParquet."""
    _with_polygons(report).to_parquet(stream, compression="zstd")


@EXPORTERS.add(".geojson")
def write_geojson(report: ExportContext, stream: BinaryIO) -> None:
    """Write the ranking with polygons as GeoJSON."""
    WRITERS[".geojson"](_with_polygons(report).reset_index(), stream)


@EXPORTERS.add(".gpkg")
def write_geopackage(report: ExportContext, stream: BinaryIO) -> None:
    """Write the ranking with polygons as a GeoPackage, layer "markets"."""
    WRITERS[".gpkg"](_with_polygons(report).reset_index(), stream)


@EXPORTERS.add(".html")
def write_html(report: ExportContext, stream: BinaryIO) -> None:
    """Write the map as one page that opens without a network."""
    stream.write(report.page().encode())


@EXPORTERS.add(".brief.html")
def write_brief(report: ExportContext, stream: BinaryIO) -> None:
    """Write the brief: one page to print or to send."""
    stream.write(brief_html(report).encode())


@EXPORTERS.add(".pdf")
def write_pdf(report: ExportContext, stream: BinaryIO) -> None:
    """Write the brief as PDF (extra "pdf")."""
    stream.write(brief_pdf(report))


@EXPORTERS.add(".svg")
def write_svg(report: ExportContext, stream: BinaryIO) -> None:
    """Write the map of the first 25 markets for a slide, as SVG."""
    stream.write(slide_svg(report).encode())


@EXPORTERS.add(".png")
def write_png(report: ExportContext, stream: BinaryIO) -> None:
    """Write the map of the first 25 markets for a slide, as PNG (extra "slides")."""
    stream.write(slide_png(report))


def _plan_sheets(report: ExportContext) -> "Iterator[tuple[str, pd.DataFrame]]":
    """Lay out what a plan takes, costs and newly reaches in each of its markets: name of the sheet, and table."""
    if report.plan is None:
        return
    say, currency = report.language.say, report.plan.scenario.currency
    heads = {
        "creators": say("creators + recruits"),
        "recruits": say("Creators to recruit"),
        "cost": say("cost, {currency}", currency=currency),
        "people_won": say("people newly reached"),
    }
    yield say("Plan"), report.plan.markets.reset_index().round(2).rename(columns=heads)


def _with_polygons(report: ExportContext) -> "gpd.GeoDataFrame":
    import geopandas as gpd  # noqa: PLC0415 - slow to import, and few formats have polygons

    table = tables.ranking(report.findings).set_index("market_id")
    areas = report.boundaries().geometry.reindex(table.index)
    return gpd.GeoDataFrame(table, geometry=areas, crs="EPSG:4326")


def ending(path: Path) -> str:
    """Give the longest registered ending of a file's name: ".brief.html" before ".html"; standard output is CSV.

    Raises
    ------
    UnknownNameError
        When no exporter writes such files.
    """
    if str(path) == STANDARD_STREAM:
        return ".csv"
    name = path.name.lower()
    suffixes = [suffix for suffix in EXPORTERS if name.endswith(suffix)]
    if not suffixes:
        EXPORTERS[path.suffix.lower()]  # raises, with what could have been meant
    return max(suffixes, key=len)


def check_suffixes(paths: Sequence[Path]) -> None:
    """Raise UnknownNameError for the first path no exporter writes, before any work is done."""
    for path in paths:
        ending(path)


def render(report: ExportContext, suffix: str) -> bytes:
    """Make the bytes `export` would write under this suffix.

    Raises
    ------
    UnknownNameError
        For a suffix without exporter.
    """
    stream = BytesIO()
    EXPORTERS[suffix](report, stream)
    return stream.getvalue()


def export(report: ExportContext, path: Path) -> None:
    """Write `report` in the format its ending names, and its run manifest as `<name>.run.toml`; "-" has none.

    Raises
    ------
    UnknownNameError
        For a suffix without exporter.
    OutputError
        When the file cannot be written; an older file of that name stays as it was.
    """
    write = EXPORTERS[ending(path)]
    with writing(path) as stream:
        write(report, stream)
    if str(path) == STANDARD_STREAM:
        return
    with writing(manifest_path(path)) as stream:
        stream.write(render_manifest(report.findings, report.sources, report.language).encode())
