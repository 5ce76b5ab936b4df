"""The only cache and the only session state: what this visitor opened, asked for and chose."""

import hashlib
import os
from pathlib import Path

import streamlit as st

from hinterland.analysis import Analysis, analyze
from hinterland.assumptions import Settings
from hinterland.layers import page
from hinterland.reference import sample_list
from hinterland.sources import Listing, Stored, open_creators
from hinterland.ui import maps
from hinterland.ui.launch import FILE

KEPT = 3


def open_list(name: str, content: bytes) -> None:
    """Remember the list a visitor brought, and forget what was asked of the last one."""
    st.session_state["list"] = Stored(name, None, content)
    st.session_state["digest"] = hashlib.sha256(content).hexdigest()
    st.session_state["settings"] = None


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


def listing(settings: Settings) -> Listing:
    """Recognise the columns of the list in hand."""
    return _listing(st.session_state["digest"], settings.model_dump_json())


def ask(settings: Settings) -> None:
    """Remember what to analyse with."""
    st.session_state["settings"] = settings


def asked() -> Settings | None:
    """Give the settings of the analysis in hand; None before the first."""
    found: Settings | None = st.session_state.get("settings")
    return found


def analysis() -> Analysis | None:
    """Give the analysis of the list in hand, from this session's cache if it is there."""
    settings = asked()
    if opened() is None or settings is None:
        return None
    return _analysis(st.session_state["digest"], settings.model_dump_json())


def map_address() -> str:
    """Give the address of the map of the analysis in hand."""
    settings = asked() or Settings()
    return _map_address(st.session_state["digest"], settings.model_dump_json())


def shortlist() -> list[str]:
    """Give the market ids a visitor has put aside."""
    kept: list[str] = st.session_state.setdefault("shortlist", [])
    return kept


@st.cache_resource(scope="session", max_entries=KEPT, show_spinner=False)
def _listing(digest: str, settings: str) -> Listing:  # noqa: ARG001 - the digest is the key
    return open_creators([st.session_state["list"]], settings=Settings.model_validate_json(settings))


@st.cache_resource(scope="session", max_entries=KEPT, show_spinner="Judging every market …")
def _analysis(digest: str, settings: str) -> Analysis:  # noqa: ARG001 - the digest is the key
    return analyze(st.session_state["list"], settings=Settings.model_validate_json(settings))


@st.cache_resource(scope="session", max_entries=KEPT, show_spinner="Drawing the map …", on_release=maps.withdraw)
def _map_address(digest: str, settings: str) -> str:
    return maps.publish(page(_analysis(digest, settings).map()))
