"""Page: what a budget buys: which creators, in which markets, and what another budget would do."""

from functools import partial

import streamlit as st

from hinterland.analysis import Analysis
from hinterland.errors import HinterlandError
from hinterland.planning import Scenario
from hinterland.ui import further, state, visit
from hinterland.ui.components.ask import ask_benchmark
from hinterland.ui.components.nothing import stop_without_comparison, stop_without_list, stop_without_world
from hinterland.ui.components.planned import show_other_budgets, show_plan
from hinterland.ui.components.scenario import ask_scenario
from hinterland.ui.components.tables import full_names
from hinterland.ui.session.progress import wait_quietly
from hinterland.ui.words.terms import later
from hinterland.ui.words.text import in_app, literal, say

LIMITS = {
    "(max_markets)": later('("Most markets")'),
    "lower min_creators": later('lower "Fewest creators per market"'),
    "raise max_creators": later('raise "Most creators per market"'),
    "name fewer markets in must": later('name fewer markets under "Markets that must be in"'),
    "allow more time (time_limit), or loosen a limit": later("loosen a limit"),
    "take it out of must": later('take it out of "Markets that must be in"'),
}


def ask_plan(analysis: Analysis) -> Scenario | None:
    """Ask for budget and limits, and remember them when a plan is wanted; None while they make no sense."""
    ranking = analysis.ranking
    kept = ranking.loc[[market for market in state.shortlist() if market in ranking.index]]
    scenario = ask_scenario(further.people(analysis).offers, full_names(kept))
    if st.button(say("Make the plan"), type="primary", disabled=scenario is None) and scenario is not None:
        visit.want_plan(scenario)
    return scenario


def show(analysis: Analysis, asked: Scenario, wanted: Scenario) -> None:
    """Show the plan wanted last, or say which limit stands in its way."""
    try:
        made = wait_quietly(
            further.plan(analysis, wanted),
            say("Weighing creators and markets; many limits can take half a minute"),
            on_stop=partial(visit.answer, "plan", None),
        )
    except HinterlandError as mistake:
        st.warning(literal(in_words(str(mistake))))
        return
    if asked != wanted:
        st.info(say("Something above was changed since: make the plan again."))
    show_plan(analysis, made)
    show_other_budgets(analysis, wanted)


def in_words(mistake: str) -> str:
    """Name the controls of this page where a sentence names fields of a scenario."""
    for field, control in LIMITS.items():
        mistake = mistake.replace(field, say(control))
    return in_app(mistake)


with st.container():
    analysis = state.analysis()
if analysis is None:
    stop_without_list(say("Nothing to plan with yet"))
st.title(say("What a budget buys"))
st.write(
    say(
        "The creators, and the markets, that newly reach most people for your money. What is not sure counts for what "
        "it is likely worth."
    )
)
benchmark = ask_benchmark()
analysis = further.with_benchmark(analysis, benchmark)
stop_without_comparison(analysis)
stop_without_world(analysis, benchmark)
if analysis.listing.aggregated:
    st.info(say("Rows of this list are counts per place: a plan needs a list with one row per creator."))
else:
    asked, wanted = ask_plan(analysis), visit.wanted_plan()
    if asked is not None and wanted is not None:
        show(analysis, asked, wanted)
