"""What to do about it: a plan for a budget, and the markets most like one that works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hinterland import reference
from hinterland.analysis.ground import load_geography
from hinterland.analysis.opening import as_input, on_own_ground
from hinterland.analysis.people import find_people
from hinterland.errors import InputError
from hinterland.pipeline.mix import count_mix
from hinterland.plan import Plan, Scenario, draw_curve, make_plan
from hinterland.twins import WEIGHTS, explain_twins, find_twins

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
    people = people or find_people(analysis)
    asked, sameness = _with_rates(analysis, scenario), analysis.findings.model["k"]
    made = make_plan(people.offers, people.shares, analysis.ranking, scenario=asked, sameness=sameness)
    return made, other_budgets(analysis, scenario, people) if curve else None


def other_budgets(analysis: Analysis, scenario: Scenario, people: People) -> pd.DataFrame:
    """Say what other budgets, up to twice the one asked for, would reach: budget, cost, people, knee."""
    asked, sameness = _with_rates(analysis, scenario), analysis.findings.model["k"]
    return draw_curve(people.offers, people.shares, analysis.ranking, scenario=asked, sameness=sameness)


def _with_rates(analysis: Analysis, scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"reach": {**analysis.findings.assumptions.reach_rate, **scenario.reach}})


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
