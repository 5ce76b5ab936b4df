"""`hinterland app` and `validate`: look at a ranking, and put the method to the test."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from hinterland.errors import InputError


def open_app(
    file: Annotated[Path | None, typer.Argument(help="A list to open at once.")] = None,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
) -> None:
    """Open the app in a browser, on this machine only.

    Example: hinterland app creators.csv
    """
    if file is not None and not file.is_file():
        raise InputError(f"{file} is not there; give the path of a list of creators")
    opened = [str(file)] if file else []
    command = [sys.executable, "-m", "hinterland.ui", str(port), *opened]
    raise typer.Exit(subprocess.call(command))  # noqa: S603 - our own program


def bench(
    rows: Annotated[int, typer.Option(help="Creators in the made-up list.")] = 100_000,
    texts: Annotated[
        Path | None,
        typer.Option(help="A folder of labelled place texts: read them too.", envvar="HINTERLAND_SHARED"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Time this program beside others: counting (geopandas), reading lists (polars), maps (folium), place text.

    Example: hinterland bench --rows 1000000
    """
    from hinterland import bench as benches  # noqa: PLC0415 - heavy: `--help` answers without it

    results, (reading, alone) = benches.bench_supply(rows), benches.bench_creators(rows)
    maps, unopened = benches.bench_maps()
    places, reason = benches.bench_places(texts)
    if as_json:
        sys.stdout.write(json.dumps({"supply": results, "reading": reading, "maps": maps} | places) + "\n")
        return
    tables = (benches.show(listed, key) for key, listed in zip(("program", "file"), places.values(), strict=False))
    sys.stdout.write(
        "\n".join(
            [
                benches.show(results),
                benches.show(reading, "step"),
                benches.show(maps, "program"),
                *tables,
                *reason,
                alone,
                unopened,
            ]
        )
    )


def validate(
    scenario: Annotated[str, typer.Option(help="Which planted world.")] = "plain",
    seed: Annotated[int, typer.Option(help="Seed of the world.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Plant a world whose truth is known, and see whether the ranking finds it.

    Example: hinterland validate --seed 1
    """
    from hinterland.validate import check_world, show  # noqa: PLC0415 - heavy: `--help` answers without it

    result = check_world(scenario, seed=seed)
    sys.stdout.write(json.dumps(result) + "\n" if as_json else show(result))
