"""`hinterland compare`: two lists, or the two benchmarks of one, side by side."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hinterland.cli.creators import Files
from hinterland.cli.options import AnalysisOptions, analysing
from hinterland.errors import SettingsError


@analysing
def compare(
    before: Annotated[Path, typer.Argument(help="A list of creators.")],
    after: Annotated[
        Path | None, typer.Argument(help="Another list; without it the two benchmarks of the first are compared.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Both maps in one page: .html.")] = Path("comparison.html"),
    changes: Annotated[Path | None, typer.Option(help="Also write what differs here: .csv or .parquet.")] = None,
    *,
    options: AnalysisOptions,
) -> None:
    """Show two lists, or the two benchmarks of one, side by side on maps that move together.

    Example: hinterland compare spring.csv autumn.csv --out comparison.html --changes changes.csv
    """
    from hinterland.analysis import analyze  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.analysis.comparison import (  # noqa: PLC0415 - the same
        compare_benchmarks,
        compare_lists,
        manifest_paths,
        write_comparison,
    )
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    if out.suffix.lower() != ".html":
        raise SettingsError(f"--out {out}: a comparison is a page; name a file that ends in .html")
    lists = [path for path in (before, after) if path]
    options.check_outputs(lists, out, changes, *manifest_paths(out, lists))
    runs = [analyze(path, settings=options.settings(), assumptions=options.read_assumptions()) for path in lists]
    table, page = compare_lists(*runs) if after else compare_benchmarks(*runs)
    outputs = write_comparison(page, runs, out)
    if changes:
        write_table(table.reset_index().round(1), changes)
        outputs.append(changes)
    sys.stdout.writelines(f"wrote {path}\n" for path in outputs)


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
    options: AnalysisOptions,
) -> None:
    """List the under-served markets most like one, with the distance explained.

    Example: hinterland twins metro:4671654 creators.csv --out twins.csv
    """
    from hinterland.analysis import analyze  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.analysis.questions import list_twins  # noqa: PLC0415 - the same
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    options.check_outputs(files, out)
    analysis = analyze(files, settings=options.settings(), assumptions=options.read_assumptions())
    table = list_twins(analysis, market, count=count, everywhere=everywhere)
    write_table(table.reset_index().round(3), out)
    if str(out) != "-":
        sys.stdout.write(f"wrote {out}\n")
