"""Page: what a budget buys: which creators, in which markets, and what another budget would do."""

from functools import partial

import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import queries, state, url_state
from hinterland.app.components.plan_form import ask_scenario
from hinterland.app.components.plan_view import show_other_budgets, show_plan, show_saved
from hinterland.app.components.questions import stop_without_comparison, stop_without_list, stop_without_world
from hinterland.app.components.settings_form import ask_benchmark
from hinterland.app.jobs import wait_quietly
from hinterland.app.labels import full_names, literal, say
from hinterland.errors import HinterlandError
from hinterland.planning import Scenario


def ask_plan(analysis: Analysis) -> Scenario | None:
    """Ask for budget and limits, and remember them when a plan is wanted; None while they make no sense."""
    ranking = analysis.ranking
    markets = ranking.loc[[market for market in state.shortlist() if market in ranking.index]]
    home = bool(analysis.findings.settings.home)
    scenario = ask_scenario(queries.people(analysis).offers, full_names(markets), ranking, home=home)
    if st.button(say("Make the plan"), type="primary", disabled=scenario is None) and scenario is not None:
        url_state.want_plan(scenario)
    return scenario


def show(analysis: Analysis, form_scenario: Scenario, plan_scenario: Scenario) -> None:
    """Show the last plan that was requested, or say which limit stands in its way."""
    try:
        plan = wait_quietly(
            queries.plan(analysis, plan_scenario),
            say("Choosing creators and markets; with many limits this can take half a minute"),
            on_stop=partial(url_state.answer, "plan", None),
        )
    except HinterlandError as mistake:
        st.warning(literal(say(mistake.text)))
        return
    if form_scenario != plan_scenario:
        st.info(say("You changed something above: make the plan again."))
    show_plan(analysis, plan)
    show_saved(url_state.saved_plan(), plan)
    show_other_budgets(analysis, plan_scenario)


with st.container():
    analysis = state.analysis()
if analysis is None:
    stop_without_list(say("Nothing to plan with yet"))
st.title(say("What a budget buys"))
st.write(
    say(
        "The creators and markets that reach the most new people for your budget. Uncertain numbers count with their "
        "expected value."
    )
)
benchmark = ask_benchmark()
analysis = queries.with_benchmark(analysis, benchmark)
stop_without_comparison(analysis)
stop_without_world(analysis, benchmark)
if analysis.listing.aggregated:
    st.info(say("Each row of this list counts the creators of a place. A plan needs a list with one row per creator."))
else:
    form_scenario, plan_scenario = ask_plan(analysis), url_state.wanted_plan()
    if form_scenario is not None and plan_scenario is not None:
        show(analysis, form_scenario, plan_scenario)
