"""One market at a time: what is known of it, how sure that is, and the way to keep it."""

import pandas as pd
import streamlit as st

from hinterland.config import Assumptions
from hinterland.ui import state
from hinterland.ui.components.charts import interval_chart, interval_told
from hinterland.ui.words.terms import later
from hinterland.ui.words.text import literal, number, people, percent, say

BOUNDARIES = {
    "official": later("official boundary"),
    "dissolved": later("boundary joined from official units"),
    "split": later("boundary split from an official unit"),
    "modelled": later("estimated boundary"),
}


def show_card(market_id: str, row: pd.Series, assumed: Assumptions) -> None:
    """Show one market."""
    with st.container(border=True):
        st.subheader(literal(named(row)))
        boundary = say(BOUNDARIES.get(row["boundary_kind"], str(row["boundary_kind"])))
        facts = [say(row["class"]), say("evidence: {evidence}", evidence=say(row["evidence"])), boundary]
        st.caption(literal(" · ".join(facts)))
        keep(market_id)
        if pd.isna(row["rank"]):
            found = say("{count} creators found.", count=number(row["creators"], 1))
            st.markdown(literal(f"{found} {say('This list cannot tell more about this market.')}"))
            return
        st.markdown(literal(row["why"]))
        st.altair_chart(interval_chart(row, assumed.interval), alt=interval_told(row, assumed.interval))
        show_numbers(row, assumed)


def named(row: pd.Series) -> str:
    """Name a market and its country; a country only once."""
    return ", ".join(dict.fromkeys(str(row[name]) for name in ("label", "country") if pd.notna(row[name])))


def show_numbers(row: pd.Series, assumed: Assumptions) -> None:
    """Show rank, creators, shortfall and size, each with what it is measured against."""
    sure = say("Chance of less than {share}", share=percent(assumed.underserved_below))
    rows = [
        (say("Rank"), number(row["rank"]), said_range(row["rank_low"], row["rank_high"])),
        (say("Creators"), number(row["creators"], 1), said_expected(row)),
        (say("Missing creators"), number(row["missing_creators"]), ""),
        (say("Unmet audience"), people(row["unmet_audience"]), say("people")),
        (sure, percent(row["p_underserved"]), say("of the creators expected")),
        (say("Residents"), people(row["population"]), say("{people} online", people=people(row["internet_users"]))),
    ]
    table = pd.DataFrame(rows, columns=["what", "number", "beside"]).set_index("what")
    st.table(table, border="horizontal", hide_header=True)


def said_range(low: float, high: float) -> str:
    """Say between which ranks the true one likely lies."""
    return say("likely {low} to {high}", low=number(low), high=number(high))


def said_expected(row: pd.Series) -> str:
    """Say how many creators a place like it should have, and how many may be there besides."""
    expected = say("{count} expected", count=number(row["expected_creators"]))
    if not row["possible_creators"] >= 1:
        return expected
    return f"{expected} · {say('{count} more may be here', count=number(row['possible_creators']))}"


def keep(market_id: str) -> None:
    """Offer to put a market on the shortlist, or to take it off."""
    kept = state.shortlist()
    if market_id in kept:
        st.button(say("✓ On your shortlist · remove"), on_click=kept.remove, args=(market_id,))
    else:
        st.button(say("Add to shortlist"), type="primary", on_click=kept.append, args=(market_id,))
