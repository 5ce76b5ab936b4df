"""`hinterland plan`: which creators to approach, and where, for a budget."""

import json
import sys
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hinterland.cli.creators import Files, list_forgotten
from hinterland.cli.options import AnalysisOptions, analysing
from hinterland.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

    from hinterland.planning import Plan


@analysing
def plan(
    files: Files,
    budget: Annotated[float, typer.Option(help="Money to spend, in the plan's currency.")],
    out: Annotated[Path, typer.Option(help="The plan: .csv or .parquet; - is standard output.")],
    scenario: Annotated[Path | None, typer.Option(help="TOML file of limits, prices and rates; options win.")] = None,
    must: Annotated[str | None, typer.Option(help="Markets that must be chosen: ID,ID,...")] = None,
    never: Annotated[str | None, typer.Option(help="Markets that must not be chosen: ID,ID,...")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of the plan.  [default: USD]")] = None,
    max_markets: Annotated[int | None, typer.Option(help="Most markets.")] = None,
    min_creators: Annotated[int | None, typer.Option(help="Fewest creators in a chosen market.")] = None,
    max_creators: Annotated[int | None, typer.Option(help="Most creators in a chosen market.")] = None,
    time_limit: Annotated[float | None, typer.Option(help="Seconds for the solver.  [default: 30]")] = None,
    curve: Annotated[Path | None, typer.Option(help="Also write what other budgets would reach (.csv).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    *,
    options: AnalysisOptions,
) -> None:
    """Choose the creators and markets that newly reach most people for a budget.

    Example: hinterland plan creators.csv --budget 50000 --max-markets 10 --out plan.csv
    """
    started = time.perf_counter()
    from hinterland.analysis import analyze, find_people  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.analysis.questions import contact_notices, plan_budget  # noqa: PLC0415 - the same
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same
    from hinterland.planning import Scenario  # noqa: PLC0415 - the same

    limits = {
        "budget": budget,
        "must": _ids(must),
        "never": _ids(never),
        "currency": currency,
        "max_markets": max_markets,
        "min_creators": min_creators,
        "max_creators": max_creators,
        "time_limit": time_limit,
    }
    plan_scenario = Scenario(**(_toml(scenario) | {name: value for name, value in limits.items() if value is not None}))
    options.check_outputs(files, out, curve, also=scenario)
    analysis = analyze(files, settings=options.settings(), assumptions=options.read_assumptions())
    sys.stderr.write(list_forgotten(analysis))
    people = find_people(analysis)
    budget_plan, other_budgets = plan_budget(analysis, plan_scenario, curve=curve is not None, people=people)
    write_table(budget_plan.lines.round(2), out)
    if curve and other_budgets is not None:
        write_table(other_budgets.round(2), curve)
    outputs = [str(path) for path in (out, curve) if path]
    warnings = [notice._asdict() for notice in contact_notices(people)]
    summary = _summary(budget_plan, other_budgets, outputs, time.perf_counter() - started) | {"warnings": warnings}
    stream = sys.stderr if str(out) == "-" else sys.stdout
    stream.write(json.dumps(summary, ensure_ascii=False) + "\n" if as_json else _sentences(summary))


def _ids(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(market_id.strip() for market_id in text.split(",") if market_id.strip())


def _toml(path: Path | None) -> dict[str, Any]:
    try:
        return {} if path is None else tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot read {path}: {error}") from None


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
        "seconds": seconds,
        "outputs": outputs,
    }


def _sentences(summary: dict[str, Any]) -> str:
    from hinterland.messages import plans as plan_messages  # noqa: PLC0415 - only after the work is done

    notes = [f"note: {notice['sentence']}" for notice in summary["warnings"]]
    written = [f"wrote {path}" for path in summary["outputs"]]
    return "\n".join([*plan_messages.plan_made(summary), *notes, *written]) + "\n"
