"""One selection for the map and what stands beside it: the map's frame, and what passes between the two."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import streamlit as st

from hinterland.app import state
from hinterland.app.components.filters import Filter
from hinterland.app.labels import say
from hinterland.config import Benchmark, Settings

FRAME = '<iframe sandbox="allow-scripts allow-downloads allow-modals" referrerpolicy="no-referrer"></iframe>'
STYLE = """
iframe { border: 0; width: 100%; scroll-margin-top: 4.5rem; display: block; border-radius: .5rem;
  background: var(--st-secondary-background-color); }
"""
SCRIPT = Path(__file__).with_name("selection.js").read_text(encoding="utf-8")
_frame = st.components.v2.component("hinterland.map", html=FRAME, css=STYLE, js=SCRIPT)


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
