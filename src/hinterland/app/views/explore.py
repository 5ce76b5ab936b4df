"""Page: the map, the ranking, and one market at a time."""

from functools import partial
from typing import NamedTuple

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hinterland.analysis import Analysis, sales_notices
from hinterland.app import queries, state, uploads, url_state
from hinterland.app.components.map_view import Filter, Slot, ask_filter, offer_everything, show_map
from hinterland.app.components.questions import ask_first, say_global_refusal, say_not_comparable, show_trust
from hinterland.app.components.settings_form import ask_benchmark, ask_micro, ask_settings
from hinterland.app.components.tables import (
    columns,
    in_short,
    show_card,
    show_creators,
    show_people,
    show_short_lists,
)
from hinterland.app.labels import literal, number, percent, rows_in, say, say_count
from hinterland.app.queries import with_benchmark
from hinterland.config import RANKED, Benchmark, Settings, TierPreset
from hinterland.errors import HinterlandError
from hinterland.pipeline import Results

# the state of a page's widgets goes when the page is left: without this one the visitor arrives
MAP = "map"
MAP_HEIGHT, TABLE_HEIGHT = 620, 570


def show_nothing() -> None:
    """Say what is missing, and offer the demo in its place."""
    url_state.keep_link()
    st.title(say("Nothing analysed yet"))
    st.write(say("Bring a list on the Data page, or open the demo there."))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say("See the demo here (synthetic list)"), type="primary"):
            state.open_demo()
            st.rerun()
        st.page_link("views/data.py", label=say("Go to Data"))


def show_head(analysis: Analysis) -> TierPreset | None:
    """Head the page, with micro creators, what to keep in mind, and the settings behind buttons.

    Returns
    -------
    The preset of tiers whose micro creators are asked for; none for everybody.
    """
    findings = analysis.findings
    made_up = any(notice.code == "synthetic" for notice in findings.warnings)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        title = say("Where there is room · synthetic demo") if made_up else say("Where there is room")
        st.header(title, width="content")
        buttons = st.container(horizontal=True, vertical_alignment="center", width="content")
    with buttons:
        preset = ask_micro(analysis)
    if findings.warnings:
        with buttons.popover(say_count("{count} note", "{count} notes", count=len(findings.warnings))):
            st.caption(say("Things to keep in mind about this list"))
            for notice in findings.warnings:
                st.markdown("- " + literal(say(notice)))
    with buttons.popover(say("Settings")):
        st.caption(say("These need a new analysis; it takes a few seconds."))
        new_settings = ask_settings(analysis.listing)
        if st.button(say("Analyse again"), type="primary", disabled=new_settings == state.current_settings()):
            state.ask(new_settings)
            st.rerun()
    return preset


class View(NamedTuple):
    """What is looked at: the analysis in hand, or that of micro creators with the settings it was asked for with."""

    analysis: Analysis
    settings: Settings | None = None


def choose_view(analysis: Analysis, preset: TierPreset | None) -> View:
    """Say what was found, of everybody or of the micro creators of a preset of tiers alone."""
    with st.container():
        view = View(analysis) if preset is None else see_micro(analysis, preset)
    results = view.analysis.findings
    sentence = say(results.finding(results.settings.benchmark)) if results.comparable else ""
    if view.settings:
        placed = [number(each.findings.counts["creators_placed"]) for each in (view.analysis, analysis)]
        sentence = f"{say('Micro creators only: {count} of {all}.', count=placed[0], all=placed[1])} {sentence}"
    if sentence:
        with st.container(key="finding"):
            st.markdown(literal(sentence))
    return view


def see_micro(analysis: Analysis, preset: TierPreset) -> View:
    """Give the analysis of micro creators alone; that of everybody where there are too few of them."""
    settings = (state.current_settings() or Settings()).model_copy(update={"tier": "micro", "tiers": preset})
    try:
        return View(state.other_analysis(settings, on_stop=partial(url_state.answer, "micro", None)), settings)
    except HinterlandError as mistake:
        st.warning(literal(say(mistake.text)))
        return View(analysis)


def show_tiles(analysis: Analysis, ranking: pd.DataFrame) -> None:
    """Say in four numbers what the list can tell, and what was read.

    Parameters
    ----------
    ranking
        RANKING table of `analysis`; markets that the list does not cover are left out.
    """
    findings = analysis.findings
    covered = ranking.loc[ranking["class"] != "not covered", ["class", "internet_users", "population"]]
    decided = covered[covered["class"].isin(RANKED)]
    share = decided["internet_users"].sum() / max(covered["internet_users"].sum(), 1)
    of_all = say("{count} of {all}", count=number(len(decided)), all=number(len(covered)))
    with st.container(horizontal=True):
        show_room(findings, decided[decided["class"] == "under-served"])
        st.metric(say("Creators placed"), number(findings.counts["creators_placed"]))
        st.metric(say("Markets we can judge"), of_all, help=say("The others have too few creators"))
        help_text = say("Internet users, of all markets the list covers")
        st.metric(say("Share of internet users in them"), percent(share), help=help_text)
    stored = uploads.first_file()
    st.caption(literal(f"{stored.name if stored else ''} · {rows_in(findings)}"))


def show_room(findings: Results, under: pd.DataFrame) -> None:
    """Say how many under-served markets there are, or smaller cities where markets are cities.

    Parameters
    ----------
    under
        RANKING rows of the under-served markets.
    """
    if findings.level in {"city", "metro"}:
        smaller = int(findings.assumptions.smaller(under["population"]).sum())
        st.metric(say("Under-served smaller cities"), number(smaller), help=say("50,000 to 1,000,000 residents"))
    else:
        st.metric(say("Under-served markets"), number(len(under)))


def pick(markets: pd.DataFrame) -> None:
    """Show the ranking; a click on a row looks at its market.

    Parameters
    ----------
    markets
        RANKING rows by market_id in the order to show them; `all_creators`, if there, is the saturation of creators of
        any size, in percent of expected.
    """
    # rows are chosen by number: another table must not inherit the choice
    table = f"ranking {pd.util.hash_pandas_object(markets.index).to_numpy().sum()}"

    def select_market() -> None:
        rows = st.session_state[table]["selection"]["rows"]
        state.look_at(str(markets.index[rows[0]]) if rows else None)

    url_state.mark_rows(table, [])
    heading = say_count("**{count} market**", "**{count} markets**", count=len(markets))
    st.markdown(f"{heading} · {say('select a row for details')}")
    st.dataframe(
        in_short(markets, *({"all_creators"} & set(markets.columns))),
        hide_index=True,
        height=TABLE_HEIGHT,
        on_select=select_market,
        selection_mode="single-row",
        key=table,
        column_config=columns(),
        alt=say("Ranking of markets"),
    )


def show_shortlist(ranking: pd.DataFrame) -> None:
    """Show the markets put aside.

    Parameters
    ----------
    ranking
        RANKING table by market_id; markets it lacks are left out.
    """
    markets = ranking.loc[[market for market in state.shortlist() if market in ranking.index]]
    if markets.empty:
        return
    st.subheader(say("Your shortlist"))
    st.dataframe(
        in_short(markets, "class", "evidence"),
        hide_index=True,
        column_config=columns(),
        alt=say("Markets on your shortlist"),
    )
    with st.container(horizontal=True):
        st.page_link("views/compare.py", label=say("Compare them →"))
        st.page_link("views/plan.py", label=say("Plan a budget →"))
        st.page_link("views/report.py", label=say("Downloads →"))


def show_holdings(analysis: Analysis, ranking: pd.DataFrame) -> None:
    """Show what a list holds that cannot judge any market.

    Parameters
    ----------
    ranking
        RANKING table; markets with creators are listed, those with most first.
    """
    say_not_comparable(analysis)
    held = ranking.loc[ranking["creators"] > 0].sort_values("creators", ascending=False, kind="stable")
    counts = {"creators": st.column_config.NumberColumn(say("creators"), format="localized")}
    st.dataframe(
        in_short(held, "creators"),
        hide_index=True,
        column_config=columns() | counts,
        column_order=["market", "creators"],
        alt=say("Markets this list holds creators in"),
    )


SALES, GROWTH = frozenset({"clicks", "orders", "revenue"}), frozenset({"growth", "history"})


def show_sales_and_growth(analysis: Analysis) -> None:
    """Say what the list's own sales show of small creators against large ones, and who grows; or what is missing."""
    fields = analysis.listing.fields
    if SALES & fields and "followers" in fields:
        if st.toggle(say("Small creators against large: what this list's sales show"), key="sales"):
            notices = sales_notices(queries.people(analysis))
            for notice in notices:
                st.markdown("- " + literal(say(notice)))
            if not notices:
                st.caption(say("Too few creators have sales to compare."))
    else:
        st.caption(
            say("Without clicks, orders or revenue this list cannot tell if small creators sell more than large.")
        )
    if "followers" not in fields:
        st.caption(say("This list gives no followers: it cannot tell micro creators from others."))
    if not GROWTH & fields:
        st.caption(say("Without growth or past followers this list cannot tell whom to sign early."))


def show(analysis: Analysis) -> None:
    """Show the finding, the two lists, and map and ranking with one selection."""
    view, settings = choose_view(analysis, show_head(analysis))
    lists, benchmark, boxes = st.container(), *ask_view()
    ranking = view.findings.rankings[benchmark]
    with lists:
        show_trust(view, ranking)
        ask_first(analysis, benchmark)
        if ranking["rank"].notna().any():
            show_short_lists(view, benchmark)
    sifted = ask_filter(ranking, boxes)
    say_global_refusal(view, benchmark)
    st.caption(say("Orange: fewer creators than normal. White: about as many. Violet: more. Fainter: less sure."))
    looked_at = state.market() if state.market() in ranking.index else None
    drawing, side = st.columns([2, 1])
    with drawing:
        show_map(benchmark, ranking.index, sifted, Slot(MAP, MAP_HEIGHT, settings, from_top=True))
    with side:
        everybody = None if settings is None else analysis.findings.rankings[benchmark]
        show_side(view, ranking, Beside(sifted, looked_at, everybody))
    if looked_at:
        show_creators(with_benchmark(view, benchmark), ranking.loc[[looked_at]].iloc[0])
    show_sales_and_growth(analysis)
    show_shortlist(ranking)
    show_people(view, [market for market in state.shortlist() if market in ranking.index])
    show_tiles(view, ranking)


def ask_view() -> tuple[Benchmark, list[DeltaGenerator]]:
    """Ask what to compare with, and give the boxes of the filters; on a phone they open at a switch."""
    with st.container(key="filter switch"):
        st.toggle(say("Filters"), key="filters")
    with st.container(key="filter boxes"):
        first, *boxes = st.columns([3.4, 2.6, 1.7, 2, 2, 2])
        with first:
            return ask_benchmark(), boxes


class Beside(NamedTuple):
    """What stands beside the map: markets that pass a filter or one of them, and the ranking of all creators."""

    sifted: Filter
    market: str | None
    everybody: pd.DataFrame | None


def show_side(analysis: Analysis, ranking: pd.DataFrame, beside: Beside) -> None:
    """Show the card of the market looked at, else the ranking.

    Parameters
    ----------
    ranking
        RANKING table of `analysis` by market_id; the market looked at, if any, is one of its rows.
    """
    assumed, everybody = analysis.findings.assumptions, beside.everybody
    if beside.market:
        row = ranking.loc[[beside.market]].iloc[0]
        show_card(row, assumed, None if everybody is None else everybody.loc[[beside.market]].iloc[0])
        return
    markets = beside.sifted.apply(ranking, assumed)
    if not ranking["rank"].notna().any():
        show_holdings(analysis, ranking)
    elif markets.empty:
        offer_everything()
    elif everybody is None:
        pick(markets)
    else:
        pick(markets.assign(all_creators=everybody["saturation"].reindex(markets.index).round()))


# what is shown while waiting must not move what comes after it: the map would be loaded anew
with st.container():
    analysis = state.analysis()
if analysis is None:
    show_nothing()
else:
    arriving = MAP not in st.session_state
    if arriving and (link := url_state.kept_link()):
        url_state.go("views/explore.py", link)
    url_state.follow_address(arriving=arriving)
    if names := st.session_state.get("expected list"):
        st.info(say("This is not the file the project was saved with ({names}).", names=literal(names)))
    show(analysis)
