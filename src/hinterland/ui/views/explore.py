"""Page: the map, the ranking, and one market at a time."""

from typing import Any
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis
from hinterland.assumptions import CLASSES
from hinterland.ui import state
from hinterland.ui.text import literal, people

LENSES = {"home": "Cities of the same country", "world": "The world"}
SIZES = {"all": "All sizes", "smaller": "Smaller: 50K to 1M"}
COLUMNS = ["rank", "market", "country", "saturation", "class", "unmet_audience", "evidence"]
MAP_HEIGHT, TABLE_HEIGHT = 640, 290


def choose(ranking: pd.DataFrame) -> pd.DataFrame:
    """Ask which of the ranked markets to show; answers at once."""
    size, kinds, where = st.columns([1, 2, 2])
    band = size.selectbox("Size", list(SIZES), format_func=SIZES.__getitem__, key="size", bind="query-params")
    classes = kinds.multiselect("Class", CLASSES[:3], default=["under-served"], key="class", bind="query-params")
    countries = where.multiselect(
        "Country", sorted(ranking["country"].dropna().unique()), key="country", bind="query-params"
    )
    shown = ranking[ranking["rank"].notna()]
    if band == "smaller":
        assumed = analysis.findings.assumptions
        shown = shown[shown["population"].between(assumed.smaller_from, assumed.smaller_to)]
    shown = shown[shown["class"].isin(classes)] if classes else shown
    return shown[shown["country"].isin(countries)] if countries else shown


def show_tiles(analysis: Analysis, ranking: pd.DataFrame) -> None:
    """Say in four numbers what the list can tell."""
    located = analysis.findings.located
    covered = ranking[ranking["class"] != "not covered"]
    decided = covered[covered["class"] != "insufficient data"]
    small = decided["population"].between(
        analysis.findings.assumptions.smaller_from, analysis.findings.assumptions.smaller_to
    )
    tiles = st.columns(4)
    tiles[0].metric(
        "Creators placed in a market", f"{sum(located[way] for way in ('coordinates', 'columns', 'text')):,}"
    )
    tiles[1].metric("Markets the list can judge", f"{len(decided):,} of {len(covered):,}")
    share = decided["internet_users"].sum() / max(covered["internet_users"].sum(), 1)
    tiles[2].metric("People living in them", f"{share:.0%}")
    tiles[3].metric("Under-served smaller cities", f"{int((small & (decided['class'] == 'under-served')).sum()):,}")


def pick(shown: pd.DataFrame) -> str | None:
    """Show the ranking; give the market selected in it."""
    st.markdown(
        f"**{len(shown):,} markets**, largest unmet audience first"
        if analysis.findings.settings.sort == "prize"
        else f"**{len(shown):,} markets**, surest first"
    )
    event = st.dataframe(
        shown[COLUMNS].assign(saturation=shown["saturation"].round(), unmet_audience=shown["unmet_audience"].round()),
        hide_index=True,
        height=TABLE_HEIGHT,
        on_select="rerun",
        selection_mode="single-row",
        key="ranking",
        column_config={
            "saturation": st.column_config.NumberColumn("% of expected", format="%d"),
            "unmet_audience": st.column_config.NumberColumn("unmet audience", format="compact"),
        },
    )
    rows = [row for row in event["selection"]["rows"] if row < len(shown)]
    return str(shown.index[rows[0]]) if rows else None


def show_card(market_id: str, row: pd.Series) -> None:
    """Show one market: what is known, how sure it is, and the way to keep it."""
    with st.container(border=True):
        st.subheader(literal(f"{row['market']}, {row['country']}"))
        keep(market_id)
        st.caption(literal(f"{row['class']} · evidence {row['evidence']} · boundary {row['boundary_kind']}"))
        st.markdown(literal(row["why"]))
        st.altair_chart(interval_chart(row), width="stretch")
        left, right = st.columns(2)
        left.metric(
            "Rank", f"{row['rank']:,.0f}", **beside(f"likely {row['rank_low']:,.0f} to {row['rank_high']:,.0f}")
        )
        right.metric("Creators", f"{row['creators']:,.0f}", **beside(f"{row['expected_creators']:,.0f} expected"))
        left.metric("Missing creators", f"{row['missing_creators']:,.0f}")
        right.metric("Unmet audience", people(row["unmet_audience"]))


def beside(note: str) -> dict[str, Any]:
    """Write a note under a number, without an arrow or a colour."""
    return {"delta": note, "delta_color": "off", "delta_arrow": "off"}


def keep(market_id: str) -> None:
    """Offer to put a market on the shortlist."""
    if market_id in state.shortlist():
        st.markdown("✓ On your shortlist")
    elif st.button("Add to shortlist", type="primary"):
        state.shortlist().append(market_id)
        st.rerun()


def interval_chart(row: pd.Series) -> alt.LayerChart | alt.FacetChart:
    """Draw saturation with its interval against 100, as expected."""
    data = pd.DataFrame(
        {
            "low": [row["saturation_low"]],
            "mid": [row["saturation"]],
            "high": [row["saturation_high"]],
            "as expected": [100],
        }
    )
    scale = alt.Scale(domain=[0, max(200, float(row["saturation_high"]) * 1.1)])
    base = alt.Chart(data, height=110, title="Creators in % of expected, 90 % interval")
    line = base.mark_rule(size=6, color="#b35806").encode(alt.X("low:Q", scale=scale, title=None), x2="high:Q")
    dot = base.mark_point(filled=True, size=140, color="#7f3b08", opacity=1).encode(x="mid:Q")
    norm = base.mark_rule(strokeDash=[4, 4]).encode(x="as expected:Q")
    low, mid, high = row["saturation_low"], row["saturation"], row["saturation_high"]
    described = f"{mid:.0f} % of expected, 90 % interval {low:.0f} to {high:.0f} %"
    return alt.layer(norm, line, dot).properties(description=described)


found = state.analysis()
if found is None:
    st.title("Nothing analysed yet")
    st.write("Bring a list on the Data page, or open the demo there.")
    st.page_link("views/data.py", label="Go to Data")
    st.stop()
analysis = found
made_up = any(notice.code == "synthetic" for notice in analysis.findings.warnings)
st.header("Where there is room" + (" · synthetic demo" if made_up else ""))
with st.expander(f"{len(analysis.findings.warnings)} cautions about this list", icon="⚠️"):
    for notice in analysis.findings.warnings:
        st.markdown(literal(notice.sentence))
lens = st.segmented_control(
    "Compared with",
    list(LENSES),
    format_func=LENSES.__getitem__,
    default="home",
    required=True,
    key="lens",
    bind="query-params",
)
ranking = analysis.findings.rankings[lens or "home"]
show_tiles(analysis, ranking)
shown = choose(ranking)
drawing, side = st.columns([2, 1])
with side:
    chosen = pick(shown) if len(shown) else None
    if shown.empty:
        st.info("No market fits these filters. Take some of them away.")
    if chosen:
        show_card(chosen, shown.loc[[chosen]].iloc[0])
with drawing:
    anchor = urlencode({"panel": "off", "lens": lens or "home", **({"market": chosen} if chosen else {})})
    told = "Map of markets; every fact on it is in the table beside it"
    st.iframe(f"{state.map_address()}#{anchor}", height=MAP_HEIGHT, alt=told)
if state.shortlist():
    st.subheader("Shortlist")
    kept = ranking.loc[ranking.index.intersection(state.shortlist()), COLUMNS]
    st.dataframe(kept, hide_index=True)
