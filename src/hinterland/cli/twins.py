"""`hinterland twins`: the markets most like one that works."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hinterland.cli.creators import Files
from hinterland.cli.options import Asked, analysing


@analysing
def twins(
    market: Annotated[str, typer.Argument(help="market_id, as in the ranking.")],
    files: Files,
    out: Annotated[Path, typer.Option(help="The twins: .csv or .parquet; - is standard output.")],
    count: Annotated[int, typer.Option(help="How many.")] = 25,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Also markets that have as many creators as expected.")
    ] = False,
    *,
    asked: Asked,
) -> None:
    """List the under-served markets most like one, with the distance explained.

    Example: hinterland twins metro:4671654 creators.csv --out twins.csv
    """
    from hinterland.analysis import analyze  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.analysis.plans import list_twins  # noqa: PLC0415 - the same
    from hinterland.exporters.plain import write_table  # noqa: PLC0415 - the same

    analysed = analyze(files, settings=asked.settings(), assumptions=asked.assumed())
    found = list_twins(analysed, market, count=count, everywhere=everywhere)
    write_table(found.reset_index().round(3), out)
    if str(out) != "-":
        sys.stdout.write(f"wrote {out}\n")
