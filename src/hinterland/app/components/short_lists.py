"""The two lists people come for: smaller cities at home and markets abroad, each with its reason and evidence."""

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import state
from hinterland.app.components.tables import name_with_country
from hinterland.app.labels import later, literal, number, percent, say, say_count
from hinterland.config import INTERNATIONAL, SMALLER, Benchmark

ENTRIES = 5
# below this a tenth of a creator is worth showing
WHOLE_FROM = 10
OF_SMALLER = (later("Smaller cities at home"), later("Smaller cities"))
ABROAD, BY_COUNTRY = later("Abroad"), later("Countries with room")
OF_ANY_SIZE = (later("At home"), later("Most room for new creators"))


def show_short_lists(analysis: Analysis, benchmark: Benchmark) -> None:
    """Show the first under-served markets of both questions side by side; a click looks at the market."""
    results = analysis.findings
    if not results.comparable:
        return
    lists, ranking = results.highlights(benchmark, ENTRIES), results.rankings[benchmark]
    for box, (title, market_ids) in zip(st.columns(len(lists)), lists.items(), strict=True):
        with box, st.container(key=f"short list {title}", gap=None):
            st.markdown(f"**{say(title)}**")
            for _, row in ranking.loc[market_ids].reset_index().iterrows():
                _show_entry(title, row)
            if market_ids.empty:
                st.caption(_why_empty(title, ranking))


def _show_entry(title: str, row: pd.Series) -> None:
    names = (row["country"], row["label"]) if title == BY_COUNTRY else (name_with_country(row),)
    st.button(
        f"**{literal(': '.join(dict.fromkeys(names)))}** · {_reason(row)}",
        key=f"{title} {row['market_id']}",
        type="tertiary",
        on_click=state.look_at,
        args=(row["market_id"],),
    )


def _why_empty(title: str, ranking: pd.DataFrame) -> str:
    """Say how many markets were judged where none is under-served: that there is none, or that none can be judged."""
    judged = ranking[ranking["rank"].notna()]
    if title in OF_SMALLER:
        judged = judged[(judged["size_band"] == SMALLER) & (judged["scope"] != INTERNATIONAL)]
    elif title == ABROAD:
        judged = judged[judged["scope"] == INTERNATIONAL]
    if judged.empty:
        return say("This list can judge none: it names none, has too few creators there, or fails its self-check.")
    return say_count(
        "The {count} market it can judge is not clearly under-served.",
        "None of the {count} markets it can judge is clearly under-served.",
        count=len(judged),
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
