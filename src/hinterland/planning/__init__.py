"""Offers and opportunity to a plan: which creators, in which markets, reach most new people; what other budgets buy."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from hinterland.errors import SettingsError, TimeLimitError
from hinterland.language import IN_ENGLISH, Country, Language, Text
from hinterland.messages import join_faults
from hinterland.messages import plans as plan_messages
from hinterland.planning.candidates import CREATOR, RECRUIT, Candidates, find_candidates, is_open
from hinterland.planning.greedy import plan_greedily
from hinterland.planning.milp import Solution, find_relaxations, solve
from hinterland.planning.problem import REACH, BudgetShare, Counts, Problem, Rules, Scenario, expected_gain

__all__ = [
    "CREATOR",
    "REACH",
    "RECRUIT",
    "BudgetShare",
    "Plan",
    "Problem",
    "Rules",
    "Scenario",
    "Solution",
    "build_problem",
    "draw_curve",
    "find_budget",
    "find_knee",
    "make_plan",
    "plan_greedily",
    "solve",
]

LINES = [
    *("market_id", "market", "country", "country_code", "kind", "creator_id", "handle", "platform", "niche", "tier"),
    *("creators", "price", "fee_low", "fee_high", "currency", "offer_mode", "people_reached", "market_people_won"),
    *("unmet_audience", "worth_checking"),
]


@dataclass(frozen=True, repr=False)
class Plan:
    """What to buy: `lines` (creators, and recruits to find) and `markets` (what each takes, costs and wins).

    `people` is what the plan newly reaches, `bound` the most any plan could, `gap` the share still to be had at most;
    `cost` is planned with, and lies between `cost_low` and `cost_high`; `first_market` says why the first market of the
    ranking is not in it, if it is not.
    """

    lines: pd.DataFrame
    markets: pd.DataFrame
    scenario: Scenario
    people: float
    bound: float
    gap: float
    first_market: Text | None = None

    def __repr__(self) -> str:
        """Say what it buys."""
        kinds, asked = self.lines.groupby("kind")["creators"].sum(), self.scenario
        hired = f"{kinds.get(CREATOR, 0):,} creators and {kinds.get(RECRUIT, 0):,} recruits"
        people = f"{len(self.markets):,} markets, {self.people:,.0f} people newly reached"
        return f"<Plan for {asked.budget:,.0f} {asked.currency}: {hired} in {people}>"

    @property
    def creator_ids(self) -> "pd.Series[int]":
        """The creators to approach: rows of the list, without recruits, who are still to be found."""
        return self.lines.loc[self.lines["kind"] == CREATOR, "creator_id"].astype("int64")

    @property
    def cost(self) -> float:
        """Money planned with."""
        return float((self.lines["price"] * self.lines["creators"]).sum())

    @property
    def cost_range(self) -> tuple[float, float]:
        """Money if every fee is at its low end, and at its high end."""
        low, high = ((self.lines[name] * self.lines["creators"]).sum() for name in ("fee_low", "fee_high"))
        return float(low), float(high)


def make_plan(
    offers: pd.DataFrame,
    shares: pd.DataFrame,
    ranking: pd.DataFrame,
    *,
    scenario: Scenario,
    dispersion: float | None = None,
    language: Language = IN_ENGLISH,
) -> Plan:
    """Choose the creators, and the recruits to look for, that newly reach most people for the budget.

    Parameters
    ----------
    offers, shares
        OFFERS and AUDIENCE_SHARES: what each creator costs and where the audience is; money in `currency`.
    ranking
        RANKING; `unmet_audience` is what can be won in a market.
    dispersion
        The model's k. With it the plan wins most people on average over what may be true; without it, it takes unmet
        audience at its word, buys noise and promises too much (in planted worlds a third more than it wins).

    Raises
    ------
    UnknownNameError
        For markets that are not in the ranking.
    SettingsError
        For tiers and currencies the list does not know, and when no plan keeps every limit: it says which
        limit to loosen, and how far.
    TimeLimitError
        When no plan was found in time, and none ruled out.
    """
    musts = len(set(scenario.must))
    if scenario.max_markets is not None and musts > scenario.max_markets:
        raise SettingsError(plan_messages.too_many_musts(musts, scenario.max_markets))
    candidates = find_candidates(offers, shares, ranking, scenario)
    problem = build_problem(candidates, ranking, scenario, dispersion=dispersion)
    if short := _too_few(problem, ranking, scenario):
        raise SettingsError(join_faults(short))
    solution = solve(problem, seconds=scenario.time_limit, gap=scenario.gap)
    if solution is None:
        raise SettingsError(plan_messages.no_plan(find_relaxations(problem), scenario.model_dump(), scenario.currency))
    solution = _recruit_where_most_lack(candidates, problem, solution, ranking, gap=scenario.gap)
    lines = _lines(candidates, problem, solution, ranking)
    countries = map(Country, lines["country_code"], lines["country"])
    rows = zip(lines["kind"], lines["creators"], lines["market"], countries, strict=True)
    lines["why"] = [language.render(plan_messages.plan_line(*row)) for row in rows]
    plan = Plan(lines, _by_market(lines, ranking), scenario, solution.value, solution.bound, solution.gap)
    return replace(plan, first_market=_explain_first(plan, problem, ranking))


def build_problem(
    candidates: Candidates, ranking: pd.DataFrame, scenario: Scenario, *, dispersion: float | None = None
) -> Problem:
    """Write choices, markets and limits as numbers; markets in the order of the ranking.

    Parameters
    ----------
    candidates
        What `find_candidates` gives.
    ranking
        The RANKING table the candidates were found in.
    scenario
        Budget and limits; in markets it does not leave open nobody is to win.
    dispersion
        The model's k, with which people are worth what is likely to be there to win; without it, unmet audience is
        taken at its word.

    Returns
    -------
    The problem, its choices in the order of `candidates.table`.
    """
    table, reach = candidates
    shape = (len(table), len(ranking))
    cells = (reach["people"].to_numpy(float), (reach["choice"].to_numpy(), _at(ranking, reach["market_id"])))
    unmet = ranking["unmet_audience"].fillna(0).to_numpy(float)[:, None]
    widths, worths = (unmet, np.ones_like(unmet)) if dispersion is None else expected_gain(ranking, dispersion)
    allowed = is_open(ranking, scenario)[:, None]
    rules = Rules(
        scenario.budget,
        scenario.min_creators,
        scenario.max_creators,
        scenario.max_markets,
        tuple(_at(ranking, list(scenario.must)).tolist()),
        _shares(_at(ranking, table["market_id"]), ranking, scenario),
    )
    return Problem(
        table["price"].to_numpy(float),
        table["units"].to_numpy(np.int64),
        _at(ranking, table["market_id"]),
        sparse.csr_array(cells, shape=shape),
        widths * allowed,
        worths,
        rules,
    )


def _at(ranking: pd.DataFrame, market_ids: Iterable[str]) -> Counts:
    """Find the positions of markets in the ranking."""
    return ranking.index.get_indexer(pd.Index(list(market_ids))).astype(np.int64)


def _shares(home: Counts, ranking: pd.DataFrame, scenario: Scenario) -> tuple[BudgetShare, ...]:
    country, _ = pd.factorize(ranking["country_code"])
    limits = (("market_share", home, scenario.market_share), ("country_share", country[home], scenario.country_share))
    return tuple(
        BudgetShare(name, group.astype(np.int64), share * scenario.budget) for name, group, share in limits if share < 1
    )


def _recruit_where_most_lack(
    candidates: Candidates, problem: Problem, solution: Solution, ranking: pd.DataFrame, *, gap: float
) -> Solution:
    """Move recruits to the markets that lack most creators, as long as the plan stays within `gap` of the best.

    Recruits cost the same everywhere: where to look for them often makes no difference to what a plan wins.
    """
    lack = ranking["missing_creators"].fillna(0).to_numpy(float)[problem.home]
    recruits = np.flatnonzero((candidates.table["kind"] == RECRUIT).to_numpy())
    sources = sorted(recruits[solution.counts[recruits] > 0], key=lambda choice: lack[choice])
    targets = sorted(recruits, key=lambda choice: -lack[choice])[: len(sources)]
    least = min(solution.value, solution.bound / (1 + gap))
    counts = solution.counts
    for target in targets:
        for source in (choice for choice in sources if lack[choice] < lack[target]):
            units = int(min(counts[source], problem.units[target] - counts[target]))
            while units > 0:
                moved = counts.copy()
                moved[source], moved[target] = moved[source] - units, moved[target] + units
                if problem.allows(moved) and problem.value(moved) >= least:
                    counts = moved
                    break
                units //= 2
    return replace(solution, counts=counts, value=problem.value(counts))


def _explain_first(plan: Plan, problem: Problem, ranking: pd.DataFrame) -> Text | None:
    """Say why the first market of the ranking that was to choose from is not in a plan; None if it is."""
    ranked = ranking.loc[ranking["rank"].notna() & is_open(ranking, plan.scenario)]
    if ranked.empty or plan.lines.empty or (first := ranked["rank"].astype(float).idxmin()) in plan.markets.index:
        return None
    at = int(np.flatnonzero(ranking.index == first)[0])
    choices = np.flatnonzero(problem.home == at)
    name = str(ranking["market"].iloc[at])
    if not len(choices):
        return plan_messages.nobody_to_choose(name)
    people = problem.reach[choices][:, [at]].toarray()
    filled = np.clip(people - problem.edges[at], 0, problem.widths[at])
    per_person = problem.price[choices] / np.maximum((filled * problem.worths[at]).sum(axis=1), 1e-9)
    average = plan.cost / max(plan.people, 1e-9)
    return plan_messages.dearer_elsewhere(name, float(per_person.min()), average, plan.scenario.currency)


def _too_few(problem: Problem, ranking: pd.DataFrame, scenario: Scenario) -> list[Text]:
    """Name the markets that must be chosen and have too few creators, listed or to be recruited."""
    available = np.bincount(problem.home, problem.units, problem.markets).astype(int)
    needed = max(scenario.min_creators, 1)
    return [
        plan_messages.too_few_creators(str(ranking["market"].iloc[at]), int(available[at]), needed)
        for at in problem.rules.must
        if available[at] < needed
    ]


def _lines(candidates: Candidates, problem: Problem, solution: Solution, ranking: pd.DataFrame) -> pd.DataFrame:
    """List what to take: best market first, then the creators there, then recruits."""
    won = pd.Series(problem.won(solution.counts) * problem.active_markets(solution.counts), ranking.index)
    taken = candidates.table.assign(creators=solution.counts).loc[solution.counts > 0]
    facts = ranking[["market", "country", "country_code", "unmet_audience"]]
    lines = taken.join(facts, on="market_id").assign(
        people_reached=taken["people"] * taken["creators"], market_people_won=won.loc[taken["market_id"]].to_numpy()
    )
    order = ["market_people_won", "market_id", "kind", "people_reached", "creator_id"]
    return lines.sort_values(order, ascending=[False, True, True, False, True])[LINES].reset_index(drop=True)


def _by_market(lines: pd.DataFrame, ranking: pd.DataFrame) -> pd.DataFrame:
    """Sum the plan per market, best first."""
    money = lines.assign(
        cost=lines["price"] * lines["creators"], recruits=lines["creators"].where(lines["kind"] == RECRUIT, 0)
    )
    sums = money.groupby("market_id", sort=False).agg(
        creators=("creators", "sum"),
        cost=("cost", "sum"),
        people_won=("market_people_won", "first"),
        recruits=("recruits", "sum"),
    )
    return ranking[["market", "country_code", "unmet_audience"]].join(sums, how="right")


CURVE = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
ROUGH = 0.1


def draw_curve(
    offers: pd.DataFrame,
    shares: pd.DataFrame,
    ranking: pd.DataFrame,
    *,
    scenario: Scenario,
    dispersion: float | None = None,
) -> pd.DataFrame:
    """Say what other budgets, up to twice the one asked for, would reach: budget, cost, people, knee.

    By plans within a tenth of the best, where the time limit allows it for each. Budgets that allow no plan, or none in
    time, are left out.

    Parameters
    ----------
    offers
        OFFERS table.
    shares
        AUDIENCE_SHARES table.
    ranking
        RANKING table.
    scenario
        Its limits, among them shares of the budget, hold for each budget.
    dispersion
        As in `make_plan`.

    Returns
    -------
    One row per budget, from a quarter to twice that of the scenario: budget, and cost, what its plan costs (both in the
    currency of the scenario), people it newly reaches, and knee, which marks one budget (see `find_knee`).

    Raises
    ------
    UnknownNameError
        For markets that are not in the ranking.
    SettingsError
        For tiers and currencies the list does not know.
    """
    most = scenario.model_copy(update={"budget": CURVE[-1] * scenario.budget})
    problem = build_problem(find_candidates(offers, shares, ranking, most), ranking, most, dispersion=dispersion)
    rows = []
    for part in CURVE:
        smaller = _with_budget(problem, part / CURVE[-1])
        with suppress(TimeLimitError):
            solution = solve(smaller, seconds=scenario.time_limit, gap=ROUGH)
            if solution is not None:
                rows.append((smaller.rules.budget, float(problem.price @ solution.counts), solution.value))
    curve = pd.DataFrame(rows, columns=["budget", "cost", "people"], dtype=float)
    return curve.assign(knee=curve["budget"] == find_knee(curve))


def _with_budget(problem: Problem, part: float) -> Problem:
    """Ask for a part of the budget, and of every share of it."""
    rules = problem.rules
    shares = tuple(replace(share, cap=part * share.cap) for share in rules.shares)
    return replace(problem, rules=replace(rules, budget=part * rules.budget, shares=shares))


def find_knee(curve: pd.DataFrame) -> float:
    """Find the budget where the curve lies farthest above the straight line from nothing to its end.

    Beyond it each unit of money reaches fewer people than on average up to the largest budget (Satopaa et al. 2011,
    "Finding a kneedle in a haystack", 10.1109/ICDCSW.2011.20).

    Parameters
    ----------
    curve
        Table of `draw_curve`: budget, people.

    Returns
    -------
    The budget, in the currency of the scenario; NaN where no plan reaches anybody.
    """
    if curve.empty or not curve["people"].max() > 0:
        return float("nan")
    above = curve["people"] / curve["people"].max() - curve["budget"] / curve["budget"].max()
    return float(curve["budget"].loc[above.idxmax()])


def find_budget(curve: pd.DataFrame, people: float) -> float:
    """Find the least budget that reaches so many people, on straight lines between plans; NaN beyond either end.

    Parameters
    ----------
    curve
        Table of `draw_curve`, of at least one budget, the smallest first.
    people
        People newly reached.
    """
    # plans within a tenth of the best can reach fewer people for more money
    reached, budgets = np.maximum.accumulate(curve["people"].to_numpy(float)), curve["budget"].to_numpy(float)
    if not reached[0] <= people <= reached[-1]:
        return float("nan")
    at = max(int(np.searchsorted(reached, people)), 1)
    return float(np.interp(people, reached[at - 1 : at + 1], budgets[at - 1 : at + 1]))
