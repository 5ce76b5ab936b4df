"""What to do about it: a plan for a budget, and the markets most like one that works."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hinterland import reference
from hinterland.analysis.ground import load_geography
from hinterland.analysis.opening import as_input, on_own_ground
from hinterland.analysis.people import find_people
from hinterland.errors import InputError, SettingsError
from hinterland.messages import not_comparable
from hinterland.messages import plans as wording
from hinterland.pipeline.mix import count_mix
from hinterland.planning import Plan, Scenario, draw_curve, make_plan
from hinterland.ranking import is_shown
from hinterland.similar_markets import WEIGHTS, explain_twins, find_twins

if TYPE_CHECKING:
    import pandas as pd

    from hinterland.analysis import Analysis
    from hinterland.pipeline.people import People

COVARIATES = ["gdp_per_head_ppp", "languages", "continent"]
AS_EXPECTED = 100.0
WHO = ["market", "region", "country", "country_code", "population", "internet_users"]
HOW_FULL = [
    *("creators", "expected_creators", "saturation", "class", "missing_creators", "unmet_audience", "rank", "evidence"),
]


def plan_budget(
    analysis: Analysis, scenario: Scenario, *, curve: bool = False, people: People | None = None
) -> tuple[Plan, pd.DataFrame | None]:
    """Plan a budget on an analysed list; with `curve`, also what other budgets would reach.

    `people` are those `find_people` finds, if they are known already.

    The plan counts on what is likely to be there: the doubt about each market is part of it. Reach rates are those of
    the assumptions, unless the scenario has others.

    Raises
    ------
    HinterlandError
        When the list has no creators to choose from, or no plan keeps every limit.
    """
    if not analysis.findings.comparable:
        raise InputError(not_comparable(int((analysis.ranking["creators"] > 0).sum())).sentence)
    people = people or find_people(analysis)
    asked, sameness = _within_run(analysis, scenario), analysis.findings.model["k"]
    made = make_plan(people.offers, people.shares, analysis.ranking, scenario=asked, sameness=sameness)
    # the scenario as it was given: markets outside the run are no wish of the user's
    result = replace(made, scenario=asked.model_copy(update={"never": scenario.never}))
    return result, other_budgets(analysis, scenario, people) if curve else None


def other_budgets(analysis: Analysis, scenario: Scenario, people: People) -> pd.DataFrame:
    """Say what other budgets, up to twice the one asked for, would reach: budget, cost, people, knee."""
    asked, sameness = _within_run(analysis, scenario), analysis.findings.model["k"]
    return draw_curve(people.offers, people.shares, analysis.ranking, scenario=asked, sameness=sameness)


def _within_run(analysis: Analysis, scenario: Scenario) -> Scenario:
    """Take the reach rates of the run where the scenario has none, and leave out markets the run is not about."""
    outside = analysis.ranking.index[~is_shown(analysis.ranking, analysis.findings.settings)]
    if barred := [market for market in scenario.must if market in outside]:
        raise SettingsError(wording.must_outside(analysis.ranking["label"].loc[barred].tolist()))
    reach = {**analysis.findings.assumptions.reach_rate, **scenario.reach}
    return scenario.model_copy(update={"reach": reach, "never": (*scenario.never, *outside)})


def list_twins(analysis: Analysis, market_id: str, *, count: int = 25, everywhere: bool = False) -> pd.DataFrame:
    """List the markets most like one, with distance, its parts, and a sentence on each.

    Only ranked markets with fewer creators than expected are listed, unless `everywhere`.

    Raises
    ------
    InputError
        When the market is not among the analysed ones.
    """
    findings, ranking = analysis.findings, analysis.ranking
    if market_id not in ranking.index:
        raise InputError(f"no market {market_id!r} at {findings.level} level; market_id is the ranking's second column")
    geography = load_geography(analysis.listing.fields)
    mix = count_mix(
        as_input(analysis.listing, findings.settings),
        on_own_ground(geography, analysis.own) if analysis.own else geography,
        findings.level,
        settings=findings.settings,
        assumptions=findings.assumptions,
    )
    markets = ranking.join(reference.load_countries()[COVARIATES], on="country_code")
    twins = find_twins(market_id, markets, mix)
    open_ones = ranking.index[ranking["rank"].notna() & (ranking["saturation"] < AS_EXPECTED)]
    wanted = twins if everywhere else twins.loc[twins.index.isin(open_ones)]
    first = wanted.head(count)
    apart = first.rename(columns={name: f"distance_{name}" for name in WEIGHTS})
    why = explain_twins(market_id, first, markets)
    return ranking[WHO].join(apart, how="right").join(ranking[HOW_FULL]).assign(why=why)
