"""Page: the map, the ranking, and one market at a time."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hinterland.analysis import Analysis
from hinterland.assumptions import CLASSES, UNDECIDED, Assumptions
from hinterland.ui import state
from hinterland.ui.ask import ask_lens, ask_settings
from hinterland.ui.card import show_card
from hinterland.ui.selection import show_map
from hinterland.ui.text import in_app, literal, rows_in

SIZES = {"all": "All sizes", "smaller": "Smaller cities, 50K to 1M", "large": "Large, above 1M"}
SORTS = {
    "rank": ("Rank", True),
    "unmet_audience": ("Largest unmet audience", False),
    "p_underserved": ("Surest to be under-served", False),
    "saturation": ("Emptiest", True),
    "population": ("Largest place", False),
}
NAMED = {
    "rank": st.column_config.NumberColumn("rank", width=45),
    "market": st.column_config.TextColumn("market", width=150),
    "saturation": st.column_config.NumberColumn("of expected", format="%d%%", width=85),
    "unmet_audience": st.column_config.NumberColumn("people short", format="compact", width=90),
}
MAP_HEIGHT, TABLE_ALONE, TABLE_HEIGHT = 620, 570, 290


def show_head(analysis: Analysis) -> None:
    """Say what is looked at, from what list, and what to keep in mind."""
    findings = analysis.findings
    made_up = any(notice.code == "synthetic" for notice in findings.warnings)
    title, settings = st.columns([4, 1], vertical_alignment="bottom")
    title.header("Where there is room" + (" · synthetic demo" if made_up else ""))
    with settings.popover("Settings", width="stretch"):
        st.caption("These need a new analysis; it takes a few seconds.")
        wanted = ask_settings(analysis.listing)
        if st.button("Analyse again", type="primary", disabled=wanted == state.asked()):
            state.ask(wanted)
            st.rerun()
    stored = state.opened()
    st.caption(literal(f"{stored.name if stored else ''} · {rows_in(findings)}"))
    with st.expander(f"{len(findings.warnings)} things to keep in mind about this list"):
        for notice in findings.warnings:
            st.markdown("- " + literal(in_app(notice.sentence)))


def show_tiles(analysis: Analysis, ranking: pd.DataFrame) -> None:
    """Say in four numbers what the list can tell."""
    located, assumed = analysis.findings.located, analysis.findings.assumptions
    covered = ranking[ranking["class"] != "not covered"]
    decided = covered[covered["class"] != UNDECIDED]
    small = smaller(decided, assumed) & (decided["class"] == "under-served")
    share = decided["internet_users"].sum() / max(covered["internet_users"].sum(), 1)
    placed = sum(located[way] for way in ("coordinates", "columns", "text"))
    with st.container(horizontal=True):
        st.metric("Under-served smaller cities", f"{int(small.sum()):,}", help="50,000 to 1,000,000 residents")
        st.metric("Creators placed", f"{placed:,}")
        st.metric("Markets decided", f"{len(decided):,} of {len(covered):,}", help="The others have too few creators")
        st.metric("Share of people in them", f"{share:.0%}", help="Internet users, of all markets the list covers")


def smaller(markets: pd.DataFrame, assumed: Assumptions) -> "pd.Series[bool]":
    """Say which markets are smaller cities."""
    within: pd.Series[bool] = markets["population"].between(assumed.smaller_from, assumed.smaller_to)
    return within


def choose(ranking: pd.DataFrame, assumed: Assumptions, boxes: list[DeltaGenerator]) -> pd.DataFrame:
    """Ask which of the ranked markets to show, and in which order; answers at once."""
    classes = boxes[0].multiselect("Class", CLASSES[:3], default=["under-served"], key="class", bind="query-params")
    band = boxes[1].selectbox("Size", list(SIZES), format_func=SIZES.__getitem__, key="size", bind="query-params")
    known = sorted(ranking["country"].dropna().unique())
    countries = boxes[2].multiselect("Country", known, placeholder="All", key="country", bind="query-params")
    by = boxes[3].selectbox(
        "Order", list(SORTS), format_func=lambda name: SORTS[name][0], key="sort", bind="query-params"
    )
    shown = ranking[ranking["rank"].notna()]
    if band != "all":
        fits = smaller(shown, assumed) if band == "smaller" else shown["population"] > assumed.smaller_to
        shown = shown[fits]
    shown = shown[shown["class"].isin(classes)] if classes else shown
    shown = shown[shown["country"].isin(countries)] if countries else shown
    return shown.sort_values(by, ascending=SORTS[by][1], kind="stable")


def in_short(markets: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Give the columns worth a glance, in the digits they deserve."""
    named = markets["market"] + ", " + markets["country_code"].fillna("")
    return markets.assign(market=named, saturation=markets["saturation"].round())[[*NAMED, *more]]


def pick(shown: pd.DataFrame) -> None:
    """Show the ranking; a click on a row looks at its market."""
    # rows are chosen by number: another table must not inherit the choice
    table = f"ranking {pd.util.hash_pandas_object(shown.index).to_numpy().sum()}"

    def chosen() -> None:
        rows = st.session_state[table]["selection"]["rows"]
        state.look_at(str(shown.index[rows[0]]) if rows else None)

    st.markdown(f"**{len(shown):,} markets** · choose a row to look closer")
    st.dataframe(
        in_short(shown),
        hide_index=True,
        height=TABLE_HEIGHT if state.market() else TABLE_ALONE,
        on_select=chosen,
        selection_mode="single-row",
        key=table,
        column_config=NAMED,
        alt="Ranking of markets",
    )


def show_shortlist(ranking: pd.DataFrame) -> None:
    """Show the markets put aside."""
    kept = ranking.loc[[market for market in state.shortlist() if market in ranking.index]]
    if kept.empty:
        return
    st.subheader("Your shortlist")
    st.dataframe(
        in_short(kept, "class", "evidence"), hide_index=True, column_config=NAMED, alt="Markets on your shortlist"
    )
    st.page_link("views/report.py", label="Take it along →")


analysis = state.analysis()
if analysis is None:
    st.title("Nothing analysed yet")
    st.write("Bring a list on the Data page, or open the demo there.")
    st.page_link("views/data.py", label="Go to Data")
    st.stop()
show_head(analysis)
tiles, (first, *boxes) = st.container(), st.columns([3, 3, 2, 3, 2])
with first:
    lens = ask_lens()
ranking = analysis.findings.rankings[lens]
with tiles:
    show_tiles(analysis, ranking)
shown = choose(ranking, analysis.findings.assumptions, boxes)
drawing, side = st.columns([2, 1])
with side:
    if shown.empty:
        st.info("No market fits these filters. Take some of them away.")
    else:
        pick(shown)
    looked_at = state.market() if state.market() in ranking.index else None
    if looked_at:
        show_card(looked_at, ranking.loc[[looked_at]].iloc[0])
with drawing:
    show_map(lens, ranking.index, height=MAP_HEIGHT)
show_shortlist(ranking)
