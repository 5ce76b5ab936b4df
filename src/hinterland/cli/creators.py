"""`hinterland creators` and `outreach`: the people of a list, for those who ask for them."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hinterland.cli.options import AnalysisOptions, analysing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hinterland.analysis import Analysis
    from hinterland.messages import Notice

Files = Annotated[list[Path], typer.Argument(help="Lists of creators: csv, tsv, xlsx, parquet; - is standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@analysing
def creators(
    files: Files,
    out: Annotated[Path, typer.Option(help="One row per creator: .csv or .parquet; - is standard output.")],
    conversions: Annotated[
        Path | None, typer.Option(help="Also write rates of orders, clicks and revenue per tier and platform (.csv).")
    ] = None,
    as_json: AsJson = False,
    *,
    options: AnalysisOptions,
) -> None:
    """Vet every creator of a list against its peers, place it, and say how to approach it.

    Example: hinterland creators creators.csv --out vetted.csv
    """
    from hinterland import analysis  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.conversions import find_conversions  # noqa: PLC0415 - the same
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    options.check_outputs(files, out, conversions)
    analysed = analysis.analyze(files, settings=options.settings(), assumptions=options.read_assumptions())
    sys.stderr.write(list_forgotten(analysed))
    people = analysis.find_people(analysed)
    table = analysis.creators_table(analysed, people)
    write_table(table, out)
    if conversions:
        write_table(find_conversions(people.creators).table, conversions)
    notices = analysis.people_notices(people)
    counts = {"creators": len(table), "worth_checking": int((table["worth_checking"] == "yes").sum())}
    _print_summary(counts, notices, [path for path in (out, conversions) if path], as_json=as_json)


@analysing
def outreach(
    files: Files,
    out: Annotated[Path, typer.Option(help="Mail merge: .csv; - is standard output.")],
    market: Annotated[str | None, typer.Option(help="Creators of these markets only: ID,ID,...")] = None,
    plan: Annotated[
        Path | None, typer.Option(help="Creators of this plan only: the file `hinterland plan` wrote.")
    ] = None,
    as_json: AsJson = False,
    *,
    options: AnalysisOptions,
) -> None:
    """Write a mail merge: whom to write to, why, and a first line that asks to collaborate or trade.

    Example: hinterland outreach creators.csv --market metro:2996944 --out mail.csv
    """
    from hinterland import analysis  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    options.check_outputs(files, out, also=plan)
    numbers = None if plan is None else analysis.read_plan(plan)
    analysed = analysis.analyze(files, settings=options.settings(), assumptions=options.read_assumptions())
    markets = [market_id.strip() for market_id in (market or "").split(",") if market_id.strip()]
    sys.stderr.write(list_forgotten(analysed))
    people = analysis.find_people(analysed)
    table, notices = analysis.outreach_table(analysed, people, markets=markets, creator_ids=numbers)
    write_table(table, out)
    _print_summary({"creators": len(table)}, notices, [out], as_json=as_json)


def list_forgotten(analysis: "Analysis") -> str:
    """Say line by line who of the file of --forget was in the list: for standard error only, never for a file."""
    receipt = analysis.forget_receipt()
    lines = [f"forgotten: {person}" for person in receipt.matched]
    lines += [f"to be forgotten, but not in the list: {person}" for person in receipt.unmatched]
    return "".join(f"{line}\n" for line in lines)


def _print_summary(counts: dict[str, int], notices: "Sequence[Notice]", outputs: list[Path], *, as_json: bool) -> None:
    """Print what was done; beside a table on standard output, on standard error."""
    stream = sys.stderr if any(str(path) == "-" for path in outputs) else sys.stdout
    paths = [str(path) for path in outputs]
    if as_json:
        warnings = [notice._asdict() for notice in notices]
        stream.write(json.dumps({**counts, "warnings": warnings, "outputs": paths}, ensure_ascii=False) + "\n")
        return
    lines = [
        ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()),
        *(f"note: {notice.sentence}" for notice in notices),
        *(f"wrote {path}" for path in paths),
    ]
    stream.write("\n".join(lines) + "\n")
