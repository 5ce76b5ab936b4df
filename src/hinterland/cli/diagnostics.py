"""`hinterland app` and `validate`: look at a ranking, and put the method to the test."""

import importlib
import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from hinterland.cli.options import LANGUAGE
from hinterland.errors import InputError, explain_fault


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
            raise InputError("{file} is a folder: give the path of a list of creators", file=file)
        if file.exists() and not file.is_file():
            raise InputError("{file} is not a file: give the path of a list of creators", file=file)
        file.open("rb").close()
    except FileNotFoundError:
        raise InputError("there is no file {file}: check the name and the folder", file=file) from None
    except OSError as error:
        raise InputError(
            "cannot read {file}: {fault}; check its name and its permissions", file=file, fault=explain_fault(error)
        ) from None


def bench(
    rows: Annotated[
        list[int] | None,
        typer.Option(
            help="Number of creators in each simulated list, 100,000 by default; several times for a curve.", min=1
        ),
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Kind of list: scattered, centres, columns, text or mixed. All by default."),
    ] = None,
    rounds: Annotated[int, typer.Option(help="How often each program runs; the best counts.", min=1)] = 2,
    engagement: Annotated[bool, typer.Option("--engagement", help="Add likes and comments to the lists.")] = False,
    baseline_env: Annotated[
        Path | None,
        typer.Option(help="A virtual environment with version 0.1.0, to be timed too.", envvar="BASELINE_ENV"),
    ] = None,
    supply_only: Annotated[
        bool, typer.Option("--supply-only", help="Time only the steps from the file to creators per market.")
    ] = False,
    texts: Annotated[
        Path | None,
        typer.Option(help="A folder of labelled place texts, to be read too.", envvar="HINTERLAND_SHARED"),
    ] = None,
    lists: Annotated[
        Path | None,
        typer.Option(help="A folder with creators/*.csv, to be ranked too.", envvar="HINTERLAND_SHARED"),
    ] = None,
    chart: Annotated[Path | None, typer.Option(help="Also draw the seconds as a chart (.svg or .png).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare the speed of this program with geopandas (counting), polars (reading) and folium (maps).

    With --texts it also measures how well place texts are read, with --lists it also ranks real lists.

    Example: hinterland bench --rows 1000000 --kind scattered
    """
    from hinterland import bench as benches  # noqa: PLC0415 - heavy: `--help` answers without it

    measure = partial(
        benches.bench_supply,
        kinds=kinds or benches.KINDS,
        rounds=rounds,
        engagement=engagement,
        baseline_env=baseline_env,
    )
    counts = rows or [100_000]
    sizes = [measure(count) for count in counts]
    supply = [row for size in sizes for row in size]
    if chart:
        benches.write_chart(supply, chart)
    others, text = ({}, "") if supply_only else _bench_others(counts[0], texts, lists)
    shown = "\n".join(map(benches.show_supply, sizes)) + text
    sys.stdout.write(json.dumps({"supply": supply, **others}) + "\n" if as_json else shown)


def _bench_others(rows: int, texts: Path | None, lists: Path | None) -> tuple[dict[str, object], str]:
    """Time all but the supply: what was measured, and the same as text."""
    from hinterland import bench as benches  # noqa: PLC0415 - heavy: `--help` answers without it

    reading, alone = benches.bench_creators(rows)
    maps, unopened = benches.bench_maps()
    places, reason = benches.bench_places(texts)
    rankings, unranked = benches.bench_lists(lists)
    tables = (benches.show(scores, key) for key, scores in zip(("program", "file"), places.values(), strict=False))
    text = [
        benches.show(reading, "step"),
        benches.show(maps, "program"),
        *tables,
        *reason,
        *([benches.show_lists(rankings)] if rankings else unranked),
        alone,
        unopened,
    ]
    return {"reading": reading, "maps": maps, **places, "lists": rankings}, "\n" + "\n".join(text)


def validate(
    scenario: Annotated[str, typer.Option(help="Kind of simulated world.")] = "plain",
    seed: Annotated[int, typer.Option(help="Seed of the world, or of the first of several.")] = 0,
    seeds: Annotated[int, typer.Option(help="Number of simulated worlds, each with the next seed.", min=1)] = 1,
    assumptions: Annotated[Path | None, typer.Option(help="TOML file that replaces assumed numbers.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Test the method on simulated worlds whose true saturation is known.

    Example: hinterland validate --scenario giants --seeds 5
    """
    from hinterland.config import Assumptions  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.simulation_study import (  # noqa: PLC0415 - the same
        check_world,
        check_worlds,
        show,
        show_worlds,
    )

    numbers, language = Assumptions.read(assumptions) if assumptions else Assumptions(), LANGUAGE.get()
    if seeds == 1:
        result, text = check_world(scenario, seed=seed, assumptions=numbers, language=language), show
    else:
        worlds = range(seed, seed + seeds)
        result, text = check_worlds(scenario, seeds=worlds, assumptions=numbers, language=language), show_worlds
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n" if as_json else text(result, language))
