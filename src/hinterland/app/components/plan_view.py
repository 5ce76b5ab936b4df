"""A plan on the screen: what it reaches and costs, where, whom to approach, and what another budget would do."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis, outreach_table
from hinterland.app import queries, state, url_state
from hinterland.app.components.charts import curve_chart, plan_chart
from hinterland.app.components.map_view import Filter, Slot, show_map
from hinterland.app.jobs import wait_quietly
from hinterland.app.labels import literal, number, people, percent, say, short_names, visitor_language
from hinterland.export.tables import csv_bytes
from hinterland.language import Language, to_two_digits
from hinterland.pipeline.creators import People
from hinterland.planning import CREATOR, Plan, Scenario, find_budget

LEAST_GAP = 0.001
# one person of a list
WHO = ["platform", "handle"]
MAX_ROWS = 500
MAP_HEIGHT, TABLE_HEIGHT = 340, 620
COLUMNS = (
    "market",
    "kind",
    "handle",
    "platform",
    "niche",
    "tier",
    "creators",
    "price",
    "fees",
    "offer_mode",
    "worth_checking",
    "why",
)


def show_plan(analysis: Analysis, plan: Plan) -> None:
    """Show a plan, and offer it as files."""
    if plan.lines.empty:
        st.info(
            say(
                "No creator or recruit fits into this budget and the other limits: the plan is empty. Raise the "
                "budget, or allow more markets or tiers, or recruits."
            )
        )
        return
    show_sums(plan)
    if plan.first_market:
        st.info(literal(say(plan.first_market)))
    where, whom = st.columns([2, 3], gap="large")
    with where:
        st.subheader(say("Where"))
        show_where(analysis, plan)
    with whom:
        st.subheader(say("Whom to approach"))
        show_lines(plan)
        offer_files(analysis, plan)


def show_where(analysis: Analysis, plan: Plan) -> None:
    """Show the markets of a plan on the map, what one chosen there costs and reaches, and all of them as bars."""
    everything = Filter([], [], [], "all", "rank", markets=list(plan.markets.index))
    show_map(analysis.findings.settings.benchmark, plan.markets.index, everything, Slot("plan map", MAP_HEIGHT))
    markets = plan.markets.sort_values("people_won", ascending=False)
    markets["name"] = analysis.ranking["label"].reindex(markets.index)
    looked_at = state.market()
    if looked_at is not None and looked_at in markets.index:
        creators, cost, won = (float(markets[name][looked_at]) for name in ("creators", "cost", "people_won"))
        sentence = say(
            "{market}: {creators} creators for {cost} {currency}, {people} people newly reached",
            market=markets["name"][looked_at],
            creators=number(creators),
            cost=number(cost),
            currency=plan.scenario.currency,
            people=people(won),
        )
        st.markdown(literal(sentence))
    st.altair_chart(plan_chart(markets), alt=say("People newly reached by market"))


def show_sums(plan: Plan) -> None:
    """Say what a plan reaches, what it costs, and how good it is."""
    kinds = plan.lines.groupby("kind")["creators"].sum()
    low, high = (number(to_two_digits(cost)) for cost in plan.cost_range)
    to_approach, to_recruit = int(kinds.get("creator", 0)), int(kinds.get("recruit", 0))
    currency = plan.scenario.currency
    with st.container(horizontal=True):
        st.metric(say("People newly reached"), people(plan.people), help=say("Not counting who is reached already"))
        st.metric(say("Creators to approach"), number(to_approach))
        st.metric(say("Creators to recruit"), number(to_recruit), help=say("In markets where creators are missing"))
        st.metric(say("Markets"), number(len(plan.markets)))
        st.metric(say("Planned cost, {currency}", currency=currency), number(plan.cost))
    st.caption(
        say(
            "Fees are ranges: this costs between {low} and {high} {currency}. The best plan there is reaches at most "
            "{gap} more people. People reached is an expectation over what may be true, not a promise.",
            low=low,
            high=high,
            currency=currency,
            gap=percent(max(plan.gap, LEAST_GAP), 1),
        )
    )


def show_lines(plan: Plan) -> None:
    """Show the creators of a plan, best market first."""
    lines = plan.lines.head(MAX_ROWS)
    table = lines.assign(
        market=short_names(lines),
        fees=[f"{number(low)}–{number(high)}" for low, high in zip(lines["fee_low"], lines["fee_high"], strict=True)],  # noqa: RUF001 - a range
        kind=lines["kind"].map({"creator": say("approach"), "recruit": say("recruit")}),
        worth_checking=lines["worth_checking"].map({"yes": say("yes"), "no": ""}),
    )
    column = st.column_config
    st.dataframe(
        table[[name for name in COLUMNS if table[name].notna().any()]],
        hide_index=True,
        height=TABLE_HEIGHT,
        column_config={
            "market": column.TextColumn(say("market"), pinned=True),
            "kind": say("what"),
            "handle": say("handle"),
            "platform": say("platform"),
            "niche": say("niche"),
            "tier": say("tier"),
            "creators": say("creators"),
            "price": column.NumberColumn(say("planned"), format="%.0f"),
            "fees": say("fee range"),
            "offer_mode": say("offer"),
            "worth_checking": say("worth checking"),
            "why": column.TextColumn(say("why"), width="large"),
        },
        alt=say("Creators to approach and to recruit"),
    )


def offer_files(analysis: Analysis, plan: Plan) -> None:
    """Offer plan and mail merge, made when clicked; both hold the same creators."""
    # files are made outside of the session, where its caches cannot be asked
    creators = queries.people(analysis)
    with st.container(horizontal=True):
        st.download_button(
            say("Plan (CSV)"), partial(plan_csv, plan), "plan.csv", "text/csv", type="primary", on_click="ignore"
        )
        st.download_button(
            say("Mail merge for this plan (CSV)"),
            partial(outreach_csv, analysis, creators, plan, visitor_language()),
            "outreach.csv",
            "text/csv",
            on_click="ignore",
            disabled=plan.creator_ids.empty,
            help=say("The creators to approach, with a first line to each"),
        )


def show_saved(lines: pd.DataFrame, plan: Plan) -> None:
    """Say how much of the plan a project was saved with is in the plan made now, and offer it as it was.

    Parameters
    ----------
    lines
        Lines of the saved plan, as `url_state.saved_plan` gives them; none where nothing was saved.
    """
    if lines.empty:
        return
    creators = lines[lines["kind"] == CREATOR]
    again = creators[WHO].apply(tuple, axis=1).isin(list(plan.lines[WHO].itertuples(index=False, name=None)))
    sentence = say(
        "The plan your project was saved with: {creators} creators, {again} of them in the plan above.",
        creators=number(len(creators)),
        again=number(int(again.sum())),
    )
    st.caption(sentence)
    st.download_button(say("Saved plan (CSV)"), csv_bytes(lines), "saved_plan.csv", "text/csv", on_click="ignore")


def plan_csv(plan: Plan) -> bytes:
    """Make the file `hinterland plan` writes."""
    return csv_bytes(plan.lines.round(2))


def outreach_csv(analysis: Analysis, creators: People, plan: Plan, language: Language) -> bytes:
    """Make the file `hinterland outreach` writes for a plan."""
    table, _ = outreach_table(analysis, creators, creator_ids=plan.creator_ids.tolist(), language=language)
    return csv_bytes(table)


def show_other_budgets(analysis: Analysis, scenario: Scenario) -> None:
    """Offer the reach curve, and ask what if the budget were another."""
    st.subheader(say("Other budgets"))
    if not st.toggle(say("Plan other budgets too (up to half a minute)"), key="curve"):
        return
    curve = wait_quietly(
        queries.curve(analysis, scenario),
        say("Planning six other budgets"),
        on_stop=partial(url_state.answer, "curve", value=False),
    )
    if len(curve) < 2:  # noqa: PLR2004 - a line has two ends
        st.info(say("No other budget allows a plan."))
        return
    chart, what_if = st.columns([3, 2], gap="large")
    budgets = curve["budget"].tolist()
    with what_if:
        budget = st.slider(
            say("Budget, {currency}", currency=scenario.currency),
            budgets[0],
            budgets[-1],
            min(max(scenario.budget, budgets[0]), budgets[-1]),
            step=max(budgets[-1] / 100, 1.0),
            format="%.0f",
            key=f"what if {budgets}",
        )
        say_what_if(curve, budget, scenario)
        ask_goal(curve, scenario.currency)
    with chart:
        description = say("People newly reached by budget")
        st.altair_chart(curve_chart(curve, budget, scenario.currency), alt=description)


def say_what_if(curve: pd.DataFrame, budget: float, scenario: Scenario) -> None:
    """Say what a budget between the planned ones would reach, and where more money reaches less.

    Parameters
    ----------
    curve
        The table of `other_budgets`: budget, people and knee.
    budget
        In the currency of `scenario`.
    scenario
        Its own budget is what `budget` is compared with.
    """
    budgets, reached = curve["budget"].to_numpy(float), curve["people"].to_numpy(float)
    then, now = (float(np.interp(amount, budgets, reached)) for amount in (budget, scenario.budget))
    more = then - now
    change = ("+" if more > 0 else "-") + people(abs(more)) if abs(more) > 1 else None
    st.metric(say("People newly reached, about"), people(then), change)
    st.caption(say("An estimate from the curve. For the exact figure change the budget above and make the plan."))
    knee = curve.loc[curve["knee"], "budget"]
    if len(knee):
        sentence = say(
            "Above about {budget} {currency} each extra sum reaches fewer people.",
            budget=number(knee.max()),
            currency=scenario.currency,
        )
        st.markdown(sentence)


def ask_goal(curve: pd.DataFrame, currency: str) -> None:
    """Ask how many people are to be reached, and say what budget the curve gives for it.

    Parameters
    ----------
    curve
        The table of `other_budgets`: budget (money, in `currency`) and people, the smallest budget first.
    """
    goal = st.number_input(say("Or: people to reach"), value=None, step=10_000, key="goal", placeholder=say("how many"))
    if goal is None:
        return
    least, most = float(curve["people"].iloc[0]), float(curve["people"].max())
    if goal > most:
        sentence = say("More than the largest budget of the curve reaches: {people}.", people=people(most))
    elif goal < least:
        sentence = say("Less than the smallest budget of the curve reaches: {people}.", people=people(least))
    else:
        rounded = number(to_two_digits(find_budget(curve, goal)))
        sentence = say("About {budget} {currency}, estimated from the curve.", budget=rounded, currency=currency)
    st.markdown(literal(sentence))
