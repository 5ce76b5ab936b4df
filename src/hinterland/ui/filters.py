"""Which ranked markets to show, and in which order: answers at once, and stands in the address."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hinterland.assumptions import CLASSES, Assumptions
from hinterland.ui.terms import later
from hinterland.ui.text import say

SIZES = {
    "all": later("All sizes"),
    "smaller": later("Smaller cities, 50K to 1M"),
    "large": later("Large, above 1M"),
}
SORTS = {
    "rank": (later("Rank"), True),
    "unmet_audience": (later("Largest unmet audience"), False),
    "p_underserved": (later("Surest to be under-served"), False),
    "saturation": (later("Emptiest"), True),
    "population": (later("Largest place"), False),
}
EVIDENCE = ("high", "medium", "low")
EVERYTHING = {"class": [], "evidence": [], "size": "all", "country": []}


def choose(ranking: pd.DataFrame, assumed: Assumptions, boxes: list[DeltaGenerator]) -> pd.DataFrame:
    """Ask in five boxes which of the ranked markets to show, and in which order."""
    shown = ranking[ranking["rank"].notna()]
    classes = boxes[0].multiselect(
        say("Class"),
        CLASSES[:3],
        default=["under-served"],
        format_func=say,
        placeholder=say("All"),
        key="class",
        bind="query-params",
    )
    evidence = boxes[1].multiselect(
        say("Evidence"), EVIDENCE, format_func=say, placeholder=say("All"), key="evidence", bind="query-params"
    )
    band = boxes[2].selectbox(say("Size"), list(SIZES), format_func=_size, key="size", bind="query-params")
    countries = boxes[3].multiselect(
        say("Country"),
        sorted(ranking["country"].dropna().unique()),
        placeholder=say("All"),
        key="country",
        bind="query-params",
    )
    by = boxes[4].selectbox(say("Order"), list(SORTS), format_func=_order, key="sort", bind="query-params")
    for column, wanted in (("class", classes), ("evidence", evidence), ("country", countries)):
        shown = shown[shown[column].isin(wanted)] if wanted else shown
    return _of_size(shown, band, assumed).sort_values(by, ascending=SORTS[by][1], kind="stable")


def offer_everything() -> None:
    """Say that nothing fits the filters, and offer to clear them."""
    st.info(say("No market fits these filters."))
    st.button(say("Clear filters"), on_click=_clear, type="primary")


def _clear() -> None:
    st.session_state.update(EVERYTHING)


def _of_size(markets: pd.DataFrame, band: str, assumed: Assumptions) -> pd.DataFrame:
    if band == "smaller":
        return markets[assumed.smaller(markets["population"])]
    return markets[markets["population"] > assumed.smaller_to] if band == "large" else markets


def _size(band: str) -> str:
    return say(SIZES[band])


def _order(by: str) -> str:
    return say(SORTS[by][0])
