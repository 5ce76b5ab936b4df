"""The only cache and the only session state: what this visitor opened, asked for and chose."""

import hashlib
import os
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hinterland.analysis import Analysis, analyze
from hinterland.assumptions import Lens, Settings
from hinterland.layers import page
from hinterland.reference import sample_list
from hinterland.sources import Listing, Stored, open_creators, read_part, read_preview
from hinterland.ui import maps
from hinterland.ui.launch import FILE

KEPT = 3
PLATFORMS_SHOWN = 30


def open_list(name: str, content: bytes) -> None:
    """Remember the list a visitor brought, and forget what was asked of the last one."""
    st.session_state["list"] = Stored(name, None, content)
    st.session_state["digest"] = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
    for question in ("settings", "reading", "market"):
        st.session_state.pop(question, None)


def open_demo() -> None:
    """Open the bundled synthetic list."""
    sample = sample_list()
    open_list(sample.name, sample.read_bytes())


def opened() -> Stored | None:
    """Give the list in hand: the visitor's, or the one the app was started with."""
    if "list" not in st.session_state and os.environ.get(FILE):
        path = Path(os.environ[FILE])
        open_list(path.name, path.read_bytes())
    found: Stored | None = st.session_state.get("list")
    return found


def digest() -> str:
    """Give the fingerprint of the list in hand."""
    return str(st.session_state["digest"])


def read_as(settings: Settings) -> None:
    """Remember how the list in hand is to be read."""
    st.session_state["reading"] = settings


def reading() -> Settings:
    """Give how the list in hand is to be read."""
    found: Settings = st.session_state.get("reading", Settings())
    return found


def listing(settings: Settings) -> Listing:
    """Recognise the columns of the list in hand."""
    return _listing(digest(), settings.model_dump_json())


def preview(settings: Settings) -> pd.DataFrame:
    """Give the first rows of the list in hand, as text."""
    return _preview(digest(), settings.model_dump_json())


def platforms() -> list[str]:
    """Give the platforms the list in hand names first."""
    return _platforms(digest(), reading().model_dump_json())


def ask(settings: Settings) -> None:
    """Remember what to analyse with."""
    st.session_state["settings"] = settings


def asked() -> Settings | None:
    """Give the settings of the analysis in hand, apart from the lens; None before the first."""
    found: Settings | None = st.session_state.get("settings")
    return found


def analysis(lens: Lens = "home") -> Analysis | None:
    """Give the analysis of the list in hand, from this session's cache if it is there."""
    settings = asked()
    if opened() is None or settings is None:
        return None
    return _analysis(digest(), settings.model_copy(update={"lens": lens}).model_dump_json())


def map_address() -> str:
    """Give the address of the map of the analysis in hand."""
    settings = asked() or Settings()
    return _map_address(digest(), settings.model_dump_json())


def market() -> str | None:
    """Give the id of the market last looked at."""
    found: str | None = st.session_state.get("market")
    return found


def look_at(market_id: str | None) -> None:
    """Remember the market to look at."""
    st.session_state["market"] = market_id


def shortlist() -> list[str]:
    """Give the market ids a visitor has put aside."""
    kept: list[str] = st.session_state.setdefault("shortlist", [])
    return kept


@st.cache_resource(scope="session", max_entries=KEPT, show_spinner="Reading the list …")
def _listing(digest: str, settings: str) -> Listing:  # noqa: ARG001 - the digest is the key
    return open_creators([st.session_state["list"]], settings=Settings.model_validate_json(settings))


@st.cache_data(scope="session", max_entries=KEPT, show_spinner=False)
def _preview(digest: str, settings: str) -> pd.DataFrame:  # noqa: ARG001 - the digest is the key
    return read_preview(st.session_state["list"], settings=Settings.model_validate_json(settings))


@st.cache_data(scope="session", max_entries=KEPT, show_spinner=False)
def _platforms(digest: str, settings: str) -> list[str]:
    part = _listing(digest, settings).parts[0]
    if "platform" not in part.fields:
        return []
    counted = read_part(part).creators["platform"].str.casefold().value_counts()
    return sorted(map(str, counted.index[:PLATFORMS_SHOWN]))


@st.cache_resource(scope="session", max_entries=KEPT, show_spinner="Judging every market …")
def _analysis(digest: str, settings: str) -> Analysis:  # noqa: ARG001 - the digest is the key
    return analyze(st.session_state["list"], settings=Settings.model_validate_json(settings))


@st.cache_resource(scope="session", max_entries=KEPT, show_spinner="Drawing the map …", on_release=maps.withdraw)
def _map_address(digest: str, settings: str) -> str:
    context = get_script_run_ctx()
    return maps.publish(page(_analysis(digest, settings).map()), context.session_id if context else "")
