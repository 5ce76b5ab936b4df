"""The two lists people come for: smaller cities at home and markets abroad, each with its reason and evidence."""

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import state
from hinterland.app.components.tables import name_with_country
from hinterland.app.labels import later, literal, number, percent, say
from hinterland.config import Benchmark

ENTRIES = 5
# below this a tenth of a creator is worth showing
WHOLE_FROM = 10
TITLES = (
    later("Smaller cities at home"),
    later("Abroad"),
    later("Smaller cities"),
    later("Countries with room"),
    later("At home"),
    later("Most room for new creators"),
)


def show_short_lists(analysis: Analysis, benchmark: Benchmark) -> None:
    """Show the first under-served markets of both questions side by side; a click looks at the market."""
    results = analysis.findings
    if not results.comparable:
        return
    lists = results.highlights(benchmark, ENTRIES)
    for box, (title, market_ids) in zip(st.columns(len(lists)), lists.items(), strict=True):
        with box, st.container(key=f"short list {title}", gap=None):
            _show_list(title, results.rankings[benchmark].loc[market_ids].reset_index())


def _show_list(title: str, markets: pd.DataFrame) -> None:
    st.markdown(f"**{say(title)}**")
    if markets.empty:
        st.caption(say("None is clearly under-served in this list."))
    for _, row in markets.iterrows():
        st.button(
            f"**{literal(name_with_country(row))}** · {_reason(row)}",
            key=f"{title} {row['market_id']}",
            type="tertiary",
            on_click=state.look_at,
            args=(row["market_id"],),
        )


def _reason(row: pd.Series) -> str:
    return say(
        "{creators} of {expected} creators · likely {low} to {high} of normal · evidence {evidence}",
        creators=number(row["creators"], row["creators"] < WHOLE_FROM),
        expected=number(row["expected_creators"]),
        low=percent(row["saturation_low"] / 100),
        high=percent(row["saturation_high"] / 100),
        evidence=say(row["evidence"]),
    )
