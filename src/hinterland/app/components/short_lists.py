"""The two lists people come for: smaller cities at home and markets abroad, each with its reason and evidence."""

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import state
from hinterland.app.components.tables import name_with_country
from hinterland.app.labels import later, literal, number, percent, say
from hinterland.config import Benchmark
from hinterland.ranking import CITY_LEVELS, short_lists

ENTRIES = 5
# below this a tenth of a creator is worth showing
WHOLE_FROM = 10
TITLES = {
    True: (later("Smaller cities at home"), later("Abroad")),
    False: (later("Smaller cities"), later("Countries with room")),
}


def show_short_lists(analysis: Analysis, benchmark: Benchmark) -> None:
    """Show the first under-served markets of both questions side by side; a click looks at the market."""
    results = analysis.findings
    if not results.comparable:
        return
    has_cities = results.level in CITY_LEVELS and analysis.custom_markets is None
    lists = short_lists(results.rankings[benchmark].reset_index(), count=ENTRIES)
    titled = list(zip(TITLES[bool(results.settings.home)], lists, strict=True))
    for box, (title, markets) in zip(st.columns(1 + has_cities), titled if has_cities else titled[1:], strict=True):
        with box, st.container(key=f"short list {title}", gap=None):
            _show_list(title, markets)


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
        "{creators} of {expected} creators, {share} of normal ({low} to {high}) · evidence {evidence}",
        creators=number(row["creators"], row["creators"] < WHOLE_FROM),
        expected=number(row["expected_creators"]),
        share=percent(row["saturation"] / 100),
        low=percent(row["saturation_low"] / 100),
        high=percent(row["saturation_high"] / 100),
        evidence=say(row["evidence"]),
    )
