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

COVARIATES = ["gdp_per_head_ppp", "languages", "continent"]
AS_EXPECTED = 100.0
WHO = ["market", "region", "country", "country_code", "population", "internet_users"]
HOW_FULL = [
    *("creators", "expected_creators", "saturation", "class", "missing_creators", "unmet_audience", "rank", "evidence"),
]


def plan_budget(analysis: Analysis, scenario: Scenario, *, curve: bool = False) -> tuple[Plan, pd.DataFrame | None]:
    """Plan a budget on an analysed list; with `curve`, also what other budgets would reach.

    The plan counts on what is likely to be there: the doubt about each market is part of it. Reach rates are those of
    the assumptions, unless the scenario has others.

    Raises
    ------
    HinterlandError
        When the list has no creators to choose from, or no plan keeps every limit.
    """
    findings = analysis.findings
    people = find_people(analysis)
    asked = scenario.model_copy(update={"reach": {**findings.assumptions.reach_rate, **scenario.reach}})
    given, sameness = (people.offers, people.shares, analysis.ranking), findings.model["k"]
    made = make_plan(*given, scenario=asked, sameness=sameness)
    return made, draw_curve(*given, scenario=asked, sameness=sameness) if curve else None


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
