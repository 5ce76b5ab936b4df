"""The ranked markets in sight: the filters, whose answers stand in the address, and the map that shadows the rest."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hinterland.app import state
from hinterland.app.labels import countries, country, say
from hinterland.app.url_state import understand
from hinterland.config import RANKED, Assumptions, Benchmark, Settings
from hinterland.language import later

SIZES = {
    "all": later("All sizes"),
    "smaller": later("Smaller cities, 50K to 1M"),
    "large": later("Large, above 1M"),
}
SORTS = {
    "rank": (later("Rank"), True),
    "unmet_audience": (later("Most people you could newly reach"), False),
    "p_underserved": (later("Most likely under-served"), False),
    "saturation": (later("Emptiest"), True),
    "population": (later("Largest place"), False),
}
EVIDENCE = ("high", "medium", "low")
EVERYTHING = {"class": [], "evidence": [], "size": "all", "country": []}
FRAME = '<iframe sandbox="allow-scripts allow-downloads allow-modals" referrerpolicy="no-referrer"></iframe>'
STYLE = """
iframe { border: 0; width: 100%; scroll-margin-top: 4.5rem; display: block; border-radius: .5rem;
  background: var(--st-secondary-background-color); }
"""
SCRIPT = Path(__file__).with_name("selection.js").read_text(encoding="utf-8")
_frame = st.components.v2.component("hinterland.map", html=FRAME, css=STYLE, js=SCRIPT)


class Filter(NamedTuple):
    """Which markets to show, of any class, evidence or country where none is named; and in which order.

    With `markets` only these, by market_id.
    """

    classes: list[str]
    evidence: list[str]
    countries: list[str]
    size: str
    sort: str
    markets: list[str] | None = None

    def apply(self, ranking: pd.DataFrame, assumed: Assumptions) -> pd.DataFrame:
        """Keep the ranked markets that fit, in the order asked for.

        Parameters
        ----------
        ranking
            RANKING table by market_id.
        assumed
            Says which populations are those of smaller and of large places.

        Returns
        -------
        Rows of `ranking` with all its columns.
        """
        markets = ranking[ranking["rank"].notna()]
        for column, values in (("class", self.classes), ("evidence", self.evidence), ("country", self.countries)):
            markets = markets[markets[column].isin(values)] if values else markets
        markets = markets if self.markets is None else markets[markets.index.isin(self.markets)]
        ascending = SORTS[self.sort][1]
        return _of_size(markets, self.size, assumed).sort_values(self.sort, ascending=ascending, kind="stable")

    def criteria(self) -> dict[str, list[str] | str | None]:
        """Give what the map filters by: everything but the order."""
        return {name: value for name, value in self._asdict().items() if name != "sort"}


def ask_filter(ranking: pd.DataFrame, boxes: list[DeltaGenerator]) -> Filter:
    """Ask in five boxes which of the ranked markets to show, and in which order.

    Parameters
    ----------
    ranking
        RANKING table; every country in it can be chosen.

    Returns
    -------
    The answers; an empty list is no limit.
    """
    understand("class", RANKED, say, several=True)
    understand("evidence", EVIDENCE, say, several=True)
    understand("size", SIZES, lambda band: say(SIZES[band]))
    understand("sort", SORTS, lambda column: say(SORTS[column][0]))
    classes = boxes[0].multiselect(
        say("Verdict"),
        RANKED,
        default=["under-served"] if ranking["class"].eq("under-served").any() else [],
        format_func=say,
        placeholder=say("All"),
        key="class",
        bind="query-params",
    )
    evidence = boxes[1].multiselect(
        say("How sure"), EVIDENCE, format_func=say, placeholder=say("All"), key="evidence", bind="query-params"
    )
    size = boxes[2].selectbox(
        say("Size"), list(SIZES), format_func=lambda band: say(SIZES[band]), key="size", bind="query-params"
    )
    names = countries(ranking)
    codes = ranking.drop_duplicates("country").set_index("country")["country_code"]
    understand("country", names, lambda name: country(codes[name], name), several=True)
    lands = boxes[3].multiselect(
        say("Country"),
        list(names),
        format_func=names.__getitem__,
        placeholder=say("All"),
        key="country",
        bind="query-params",
    )
    sort = boxes[4].selectbox(
        say("Sort by"), list(SORTS), format_func=lambda column: say(SORTS[column][0]), key="sort", bind="query-params"
    )
    return Filter(classes, evidence, lands, size, sort)


def offer_everything() -> None:
    """Say that nothing fits the filters, and offer to clear them."""
    st.info(say("No market fits these filters."))
    st.button(say("Clear filters"), on_click=st.session_state.update, args=(EVERYTHING,), type="primary")


def _of_size(markets: pd.DataFrame, band: str, assumed: Assumptions) -> pd.DataFrame:
    if band == "smaller":
        return markets[assumed.smaller(markets["population"])]
    return markets[markets["population"] > assumed.smaller_to] if band == "large" else markets


class Slot(NamedTuple):
    """Where a map stands: its widget's key, its height in pixels if the screen has room, and settings not in hand.

    With `from_top` the page is shown from its top when the map comes, wherever the page before it was scrolled to.
    """

    key: str
    height: int
    settings: Settings | None = None
    from_top: bool = False


def show_map(benchmark: Benchmark, market_ids: pd.Index, sifted: Filter, slot: Slot) -> None:
    """Show the map on the market looked at; a market chosen there is looked at if it is one of `market_ids`.

    Markets that do not pass `sifted` are shadows.
    """

    def select_market() -> None:
        market_id = (st.session_state[slot.key].chosen or {}).get("market")
        if market_id is None or market_id in market_ids:
            state.look_at(market_id)

    title = say("Map of markets; every fact on it is in the table beside it")
    view = {"market": state.market(), "benchmark": benchmark, "filter": sifted.criteria(), "top": slot.from_top}
    payload = {"address": state.map_address(slot.settings), "title": title, "height": slot.height, **view}
    _frame(key=slot.key, data=payload, on_chosen_change=select_market)
