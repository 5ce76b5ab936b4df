"""One market at a time: what is known of it, how sure that is, and the way to keep it."""

import altair as alt
import pandas as pd
import streamlit as st

from hinterland.ui import state
from hinterland.ui.text import literal, people

BOUNDARIES = {
    "official": "official boundary",
    "dissolved": "boundary joined from official units",
    "split": "boundary split from an official unit",
    "modelled": "estimated boundary",
}
ORANGE, BROWN, GREY = "#b35806", "#7f3b08", "#6b7280"
AXIS_END = 200.0


def show_card(market_id: str, row: pd.Series) -> None:
    """Show one market."""
    with st.container(border=True):
        st.subheader(literal(f"{row['market']}, {row['country']}"))
        boundary = BOUNDARIES.get(row["boundary_kind"], row["boundary_kind"])
        st.caption(literal(f"{row['class']} · evidence: {row['evidence']} · {boundary}"))
        keep(market_id)
        if pd.isna(row["rank"]):
            st.markdown(f"{row['creators']:,.0f} creators found. This list cannot tell more about this market.")
            return
        st.markdown(literal(row["why"]))
        st.altair_chart(interval_chart(row), alt=interval_told(row))
        show_numbers(row)


def show_numbers(row: pd.Series) -> None:
    """Show rank, creators, shortfall and size, each with what it is measured against."""
    rows = [
        ("Rank", f"{row['rank']:,.0f}", f"likely {row['rank_low']:,.0f} to {row['rank_high']:,.0f}"),
        ("Creators", f"{row['creators']:,.0f}", f"{row['expected_creators']:,.0f} expected"),
        ("Missing creators", f"{row['missing_creators']:,.0f}", ""),
        ("Unmet audience", people(row["unmet_audience"]), ""),
        ("Residents", people(row["population"]), f"{people(row['internet_users'])} online"),
    ]
    table = pd.DataFrame(rows, columns=["what", "number", "beside"]).set_index("what")
    st.table(table, border="horizontal", hide_header=True)


def keep(market_id: str) -> None:
    """Offer to put a market on the shortlist, or to take it off."""
    kept = state.shortlist()
    if market_id in kept:
        st.button("✓ On your shortlist · remove", on_click=kept.remove, args=(market_id,))
    else:
        st.button("Add to shortlist", type="primary", on_click=kept.append, args=(market_id,))


def interval_told(row: pd.Series) -> str:
    """Say what the chart shows."""
    low, mid, high = row["saturation_low"], row["saturation"], row["saturation_high"]
    return f"{mid:.0f} % of the creators expected; 90 % interval {low:.0f} to {high:.0f} %"


def interval_chart(row: pd.Series) -> alt.LayerChart | alt.FacetChart:
    """Draw saturation with its interval against 100, as expected."""
    data = pd.DataFrame([row[["saturation_low", "saturation", "saturation_high"]].astype(float)]).assign(expected=100)
    scale = alt.Scale(domain=[0, max(AXIS_END, float(row["saturation_high"]) * 1.1)])
    axis = alt.Axis(labelExpr="datum.value + ' %'", tickCount=5, grid=False)
    base = alt.Chart(data, height=116, title=alt.TitleParams(interval_told(row), fontSize=13, anchor="start"))
    line = base.mark_rule(size=6, color=ORANGE).encode(
        alt.X("saturation_low:Q", scale=scale, axis=axis, title=None), x2="saturation_high:Q"
    )
    dot = base.mark_point(filled=True, size=140, color=BROWN, opacity=1).encode(x="saturation:Q")
    norm = base.mark_rule(strokeDash=[4, 4], color=GREY).encode(x="expected:Q")
    return alt.layer(norm, line, dot)
