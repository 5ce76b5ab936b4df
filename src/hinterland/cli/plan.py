"""Commands for people and budgets: the creators of a list, whom to write to, and a plan."""

import json
import sys
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hinterland.cli.options import LANGUAGE, AnalysisOptions, analysing
from hinterland.config import split_names
from hinterland.errors import InputError, SettingsError, explain_fault
from hinterland.language import Text, later

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from hinterland.analysis import Analysis
    from hinterland.language import Notice
    from hinterland.planning import Plan


Files = Annotated[list[Path], typer.Argument(help="Lists of creators: csv, tsv, xlsx, parquet; - is standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Client = Annotated[str, typer.Option(help="For whom the pages are: stands at their head.")]
ReportDate = Annotated[str, typer.Option("--date", help="The date of the pages: stands at their head, as given.")]
Logo = Annotated[Path | None, typer.Option(help="Logo for the brief: a PNG or JPEG picture.")]


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
    """Check each creator against similar ones, find their market, and suggest how to approach them.

    Example: hinterland creators creators.csv --out vetted.csv
    """
    from hinterland import analysis  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.conversions import find_conversions  # noqa: PLC0415 - the same
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    options.check_outputs(files, out, conversions)
    analysed = options.analyze(files)
    sys.stderr.write(list_forgotten(analysed))
    people = analysis.find_people(analysed, language=LANGUAGE.get())
    table = analysis.creators_table(analysed, people)
    write_table(table, out)
    if conversions:
        write_table(find_conversions(people.creators).table, conversions)
    notices = (*people.notices, *analysis.sales_notices(people))
    counts = {"creators": len(table), "worth_checking": int((table["worth_checking"] == "yes").sum())}
    _print_summary(counts, notices, [path for path in (out, conversions) if path], as_json=as_json)


@analysing
def outreach(
    files: Files,
    out: Annotated[Path, typer.Option(help="Mail merge: .csv; - is standard output.")],
    market: Annotated[
        str | None, typer.Option(help="Creators of these markets or countries only: Lyon,Germany,...")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="Creators of this plan only: a file that `hinterland plan` wrote.")
    ] = None,
    as_json: AsJson = False,
    *,
    options: AnalysisOptions,
) -> None:
    """Write a mail-merge file: whom to contact, why, and a first line that proposes a collaboration or a trade.

    Example: hinterland outreach creators.csv --market metro:2996944 --out mail.csv
    """
    from hinterland import analysis  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.analysis.questions import choose_markets  # noqa: PLC0415 - the same
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    options.check_outputs(files, out, also=[plan])
    numbers = None if plan is None else _read_plan(plan)
    analysed = options.analyze(files)
    markets = choose_markets(analysed, split_names(market or ""))
    sys.stderr.write(list_forgotten(analysed))
    people = analysis.find_people(analysed, language=LANGUAGE.get())
    table, notices = analysis.outreach_table(
        analysed, people, markets=markets, creator_ids=numbers, language=LANGUAGE.get()
    )
    write_table(table, out)
    _print_summary({"creators": len(table)}, notices, [out], as_json=as_json)


def list_forgotten(analysis: "Analysis") -> str:
    """Say line by line who of the file of --forget was in the list: for standard error only, never for a file."""
    receipt = analysis.forget_receipt()
    language = LANGUAGE.get()
    lines = [language.say("forgotten: {person}", person=person) for person in receipt.matched]
    lines += [
        language.say("to be forgotten, but not in the list: {person}", person=person) for person in receipt.unmatched
    ]
    return "".join(f"{line}\n" for line in lines)


COUNTED = {
    "creators": (later("{count} creator"), later("{count} creators")),
    "worth_checking": (later("{count} worth checking"), later("{count} worth checking")),
}


def tell_notices(notices: "Iterable[str]", paths: "Iterable[str]") -> list[str]:
    """Lay out notices, and the files that were written, line by line."""
    language = LANGUAGE.get()
    notes = [language.say("note: {sentence}", sentence=sentence) for sentence in notices]
    return notes + [language.say("wrote {file}", file=path) for path in paths if path != "-"]


def _print_summary(counts: dict[str, int], notices: "Sequence[Notice]", outputs: list[Path], *, as_json: bool) -> None:
    """Print what was done; beside a table on standard output, on standard error."""
    stream = sys.stderr if any(str(path) == "-" for path in outputs) else sys.stdout
    paths = [str(path) for path in outputs]
    if as_json:
        warnings = [LANGUAGE.get().describe(notice) for notice in notices]
        stream.write(json.dumps({**counts, "warnings": warnings, "outputs": paths}, ensure_ascii=False) + "\n")
        return
    language = LANGUAGE.get()
    texts = [Text(*COUNTED[name], count=count) for name, count in counts.items()]
    lines = [", ".join(map(language.render, texts)), *tell_notices(map(language.render, notices), paths)]
    stream.write("\n".join(lines) + "\n")


@analysing
def plan(
    files: Files,
    budget: Annotated[float, typer.Option(help="Money to spend, in the plan's currency.")],
    out: Annotated[Path, typer.Option(help="The plan: .csv or .parquet; - is standard output.")],
    scenario: Annotated[
        Path | None, typer.Option(help="TOML file of limits, prices and rates; options override it.")
    ] = None,
    among: Annotated[
        str | None,
        typer.Option(
            help="Choose from these only: smaller, abroad, home, countries, or markets by id or name: Lyon,Porto,..."
        ),
    ] = None,
    must: Annotated[str | None, typer.Option(help="Markets that must be chosen, by id or name: Lyon,...")] = None,
    never: Annotated[
        str | None, typer.Option(help="Markets that must not be chosen: by id or name, of countries, smaller, ...")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of the plan; US dollars, if not given.")] = None,
    max_markets: Annotated[int | None, typer.Option(help="Maximum number of markets.")] = None,
    min_creators: Annotated[int | None, typer.Option(help="Minimum number of creators in a chosen market.")] = None,
    max_creators: Annotated[int | None, typer.Option(help="Maximum number of creators in a chosen market.")] = None,
    time_limit: Annotated[float | None, typer.Option(help="Seconds for the solver; 30, if not given.")] = None,
    curve: Annotated[Path | None, typer.Option(help="Also write what other budgets would reach (.csv).")] = None,
    report: Annotated[
        list[Path] | None,
        typer.Option(
            help="Also write the plan to show it, without handles: .brief.html or .pdf (one page), .svg or .png "
            "(slide), .html (map), .xlsx."
        ),
    ] = None,
    client: Client = "",
    date: ReportDate = "",
    logo: Logo = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    *,
    options: AnalysisOptions,
) -> None:
    """Choose the creators and markets that reach the most new people for a budget.

    Example: hinterland plan creators.csv --home US --budget 20000 --among smaller,abroad --out plan.csv
    """
    started = time.perf_counter()
    from hinterland.analysis import find_people  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.analysis.questions import contact_notices, plan_budget  # noqa: PLC0415 - the same
    from hinterland.export import check_suffixes  # noqa: PLC0415 - the same
    from hinterland.export.files import manifest_path, read_logo  # noqa: PLC0415 - the same
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same
    from hinterland.planning import Scenario  # noqa: PLC0415 - the same

    limits = {
        "budget": budget,
        "must": must,
        "never": never,
        "only": among,
        "currency": currency,
        "max_markets": max_markets,
        "min_creators": min_creators,
        "max_creators": max_creators,
        "time_limit": time_limit,
    }
    plan_scenario = Scenario(**(_toml(scenario) | {name: value for name, value in limits.items() if value is not None}))
    pages = report or []
    check_suffixes(pages)
    read_logo(logo)
    options.check_outputs(files, out, curve, *pages, *map(manifest_path, pages), also=[scenario, logo])
    analysis = options.analyze(files)
    sys.stderr.write(list_forgotten(analysis))
    people, language = find_people(analysis), LANGUAGE.get()
    budget_plan, other_budgets = plan_budget(
        analysis, plan_scenario, curve=curve is not None, people=people, language=language
    )
    write_table(budget_plan.lines.round(2), out)
    if curve and other_budgets is not None:
        write_table(other_budgets.round(2), curve)
    if pages:
        analysis.export(*pages, language=language, client=client, date=date, logo=logo, plan=budget_plan)
    outputs = [str(path) for path in (out, curve, *pages) if path]
    warnings = [LANGUAGE.get().describe(notice) for notice in contact_notices(people)]
    summary = _summary(budget_plan, other_budgets, outputs, time.perf_counter() - started) | {"warnings": warnings}
    stream = sys.stderr if str(out) == "-" else sys.stdout
    stream.write(json.dumps(summary, ensure_ascii=False) + "\n" if as_json else _sentences(summary))


def _read_plan(path: Path) -> list[int]:
    """Read the creators of a file that `hinterland plan` wrote; recruits have no number yet.

    Raises
    ------
    InputError
        When the file cannot be read, or is no plan.
    """
    import pandas as pd  # noqa: PLC0415 - heavy: `--help` answers without it

    from hinterland.messages import creators as creator_messages  # noqa: PLC0415 - the same
    from hinterland.planning import CREATOR  # noqa: PLC0415 - the same

    try:
        table = pd.read_parquet(path) if path.suffix.lower() == ".parquet" else pd.read_csv(path)
        numbers = pd.to_numeric(table.loc[table["kind"] == CREATOR, "creator_id"])
    except (OSError, KeyError, ValueError) as error:
        raise InputError(creator_messages.no_plan_file(str(path), error)) from None
    return numbers.dropna().astype("int64").tolist()


def _toml(path: Path | None) -> dict[str, Any]:
    try:
        return {} if path is None else tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("cannot read {file}: {fault}", file=path, fault=explain_fault(error)) from None


def _summary(budget_plan: "Plan", curve: "pd.DataFrame | None", outputs: list[str], seconds: float) -> dict[str, Any]:
    kinds = budget_plan.lines.groupby("kind")["creators"].sum()
    low, high = budget_plan.cost_range
    return {
        "creators": int(kinds.get("creator", 0)),
        "recruits": int(kinds.get("recruit", 0)),
        "markets": len(budget_plan.markets),
        "people": budget_plan.people,
        "cost": budget_plan.cost,
        "cost_low": low,
        "cost_high": high,
        "bound": budget_plan.bound,
        "gap": budget_plan.gap,
        "knee": None if curve is None or not curve["knee"].any() else float(curve.loc[curve["knee"], "budget"].max()),
        "scenario": budget_plan.scenario.model_dump(mode="json"),
        "first_market": budget_plan.first_market and LANGUAGE.get().render(budget_plan.first_market),
        "seconds": seconds,
        "outputs": outputs,
    }


def _sentences(summary: dict[str, Any]) -> str:
    from hinterland.messages import plans as plan_messages  # noqa: PLC0415 - only after the work is done

    notes = tell_notices((notice["sentence"] for notice in summary["warnings"]), summary["outputs"])
    first = filter(None, [summary["first_market"]])
    return "\n".join([*map(LANGUAGE.get().render, plan_messages.plan_made(summary)), *first, *notes]) + "\n"
