"""`hinterland app` and `validate`: look at a ranking, and put the method to the test."""

import importlib
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hinterland.errors import InputError


def open_app(
    file: Annotated[Path | None, typer.Argument(help="A list to open at once.")] = None,
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65_535)] = 8501,
) -> None:
    """Open the app in a browser, on this machine only.

    Example: hinterland app creators.csv
    """
    if file is not None:
        _check_readable(file)
    # the app is a door like this one: neither knows the other before it is opened
    launch = importlib.import_module("hinterland.app.server")
    raise typer.Exit(launch.start(port, file))


def _check_readable(file: Path) -> None:
    try:
        if file.is_dir():
            raise InputError(f"{file} is a folder: give the path of a list of creators")
        if file.exists() and not file.is_file():
            raise InputError(f"{file} is no file: give the path of a list of creators")
        file.open("rb").close()
    except FileNotFoundError:
        raise InputError(f"there is no file {file}: check the name and the folder") from None
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}; check its name and its permissions") from None


def bench(
    rows: Annotated[int, typer.Option(help="Creators in the made-up list.")] = 100_000,
    texts: Annotated[
        Path | None,
        typer.Option(help="A folder of labelled place texts: read them too.", envvar="HINTERLAND_SHARED"),
    ] = None,
    lists: Annotated[
        Path | None,
        typer.Option(help="A folder that holds creators/*.csv: rank them too.", envvar="HINTERLAND_SHARED"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Time this program beside others: counting (geopandas), reading lists (polars), maps (folium), place text.

    With --lists it also ranks real lists, and shows what no list may do to a ranking.

    Example: hinterland bench --rows 1000000
    """
    from hinterland import bench as benches  # noqa: PLC0415 - heavy: `--help` answers without it

    results, (reading, alone) = benches.bench_supply(rows), benches.bench_creators(rows)
    maps, unopened = benches.bench_maps()
    places, reason = benches.bench_places(texts)
    rankings, unranked = benches.bench_lists(lists)
    if as_json:
        measures = {"supply": results, "reading": reading, "maps": maps, **places, "lists": rankings}
        sys.stdout.write(json.dumps(measures) + "\n")
        return
    tables = (benches.show(scores, key) for key, scores in zip(("program", "file"), places.values(), strict=False))
    sys.stdout.write(
        "\n".join(
            [
                benches.show(results),
                benches.show(reading, "step"),
                benches.show(maps, "program"),
                *tables,
                *reason,
                *([benches.show_lists(rankings)] if rankings else unranked),
                alone,
                unopened,
            ]
        )
    )


def validate(
    scenario: Annotated[str, typer.Option(help="Which planted world.")] = "plain",
    seed: Annotated[int, typer.Option(help="Seed of the world, or of the first of several.")] = 0,
    seeds: Annotated[int, typer.Option(help="Plant so many worlds, each with the next seed.", min=1)] = 1,
    assumptions: Annotated[Path | None, typer.Option(help="A TOML file that replaces assumed numbers.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Plant a world whose truth is known, and see whether the ranking finds it.

    Example: hinterland validate --scenario giants --seeds 5
    """
    from hinterland.config import Assumptions  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.simulation_study import (  # noqa: PLC0415 - the same
        check_world,
        check_worlds,
        show,
        show_worlds,
    )

    numbers = Assumptions.read(assumptions) if assumptions else Assumptions()
    if seeds == 1:
        result, text = check_world(scenario, seed=seed, assumptions=numbers), show
    else:
        result, text = check_worlds(scenario, seeds=range(seed, seed + seeds), assumptions=numbers), show_worlds
    sys.stdout.write(json.dumps(result) + "\n" if as_json else text(result))
