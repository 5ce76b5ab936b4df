"""What this visitor asked for and chose, and the analyses of the list in hand; the list itself is with `uploads`."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from hinterland.analysis import Analysis, ProgressCallback, analyze
from hinterland.app.jobs import Desk, Key, Run, wait_for
from hinterland.app.labels import visitor_language
from hinterland.app.uploads import (
    USUAL,
    demo_files,
    demo_key,
    demo_run,
    digest,
    first_file,
    lists,
    open_lists,
    session,
)
from hinterland.config import Benchmark, Settings


def open_demo() -> None:
    """Open the bundled synthetic list, already judged."""
    open_lists(demo_files())
    ask(USUAL)


def ask(settings: Settings) -> None:
    """Remember what to analyse with.

    Parameters
    ----------
    settings
        For the list in hand; the benchmark in them counts for nothing. `undo` brings back those they replace.
    """
    if current_settings() not in (None, settings):
        remember()
    st.session_state["settings"] = settings


def current_settings() -> Settings | None:
    """Give the settings of the analysis in hand, apart from the benchmark; None before the first.

    Returns
    -------
    What `ask` was last given for this list; after a run was stopped, the settings of the last result.
    """
    settings: Settings | None = st.session_state.get("settings")
    return settings


def analysis(benchmark: Benchmark = "national") -> Analysis | None:
    """Give the analysis of the list in hand; while it is under way, show how far it is."""
    settings = current_settings()
    if first_file() is None or settings is None:
        return None
    key = _key(settings, benchmark)
    result = wait_for(_run(key), on_stop=partial(stop, key))
    st.session_state["judged"] = settings
    return result


def other_analysis(settings: Settings, *, on_stop: Callable[[], None]) -> Analysis:
    """Give the analysis of the list in hand with other settings; the result in hand stays what it is.

    Parameters
    ----------
    on_stop
        Called when the visitor stops the run.

    Raises
    ------
    HinterlandError
        When the list cannot be analysed with these settings.
    """
    key = _key(settings, settings.benchmark)

    def give_up() -> None:
        _desk().drop(key)
        on_stop()

    # a page that waits for both its own analysis and this one has two buttons
    return wait_for(_run(key), on_stop=give_up, key="cancel the other")


def stop(key: Key) -> None:
    """End a run the visitor does not want any more, and go back to the last result."""
    _desk().drop(key)
    st.session_state["settings"] = st.session_state.get("judged")
    st.session_state["stopped"] = True


def was_stopped() -> bool:
    """Say once whether the visitor has just ended a run."""
    return bool(st.session_state.pop("stopped", False))


def map_address(settings: Settings | None = None) -> str:
    """Give the address of the map of the analysis in hand, or of the same list with other settings.

    The analysis is started if it was not.

    Parameters
    ----------
    settings
        Those of the other analysis; without them, those in hand.

    Returns
    -------
    A path on the app's own server.
    """
    key = _key(settings or current_settings() or Settings(), "national")
    return _desk().map_address(key, _run(key), visitor_language())


def market() -> str | None:
    """Give the id of the market last looked at."""
    market_id: str | None = st.session_state.get("market")
    return market_id


def look_at(market_id: str | None) -> None:
    """Remember the market to look at."""
    st.session_state["market"] = market_id


def remember() -> None:
    """Keep settings, shortlist and plan as they are, before one of them is changed."""
    st.session_state["undo"] = (current_settings(), tuple(shortlist()), st.session_state.get("plan"))


def put_aside(market_id: str) -> None:
    """Put a market on the shortlist."""
    remember()
    shortlist().append(market_id)


def take_off(market_id: str) -> None:
    """Take a market off the shortlist."""
    remember()
    shortlist().remove(market_id)


def shortlist() -> list[str]:
    """Give the market ids a visitor has put aside."""
    market_ids: list[str] = st.session_state.setdefault("shortlist", [])
    return market_ids


def settle(question: str) -> None:
    """Remember that a question about the list in hand was answered."""
    st.session_state.setdefault("settled", set()).add((digest(), question))


def is_settled(question: str) -> bool:
    """Say whether a question about the list in hand was answered."""
    return (digest(), question) in st.session_state.get("settled", set())


def _key(settings: Settings, benchmark: Benchmark) -> Key:
    return digest(), settings.model_copy(update={"benchmark": benchmark}).model_dump_json()


def _run(key: Key) -> Run:
    if key == demo_key():
        return demo_run()
    files, before = lists(), _last_result()

    def judge(watch: ProgressCallback) -> Analysis:
        return analyze(files, settings=Settings.model_validate_json(key[1]), watch=watch, before=before)

    return _desk().run(key, lambda: Run(judge, owner=session()))


def _last_result() -> Analysis | None:
    """Give the last result of the list in hand: what it counted need not be counted again."""
    settings: Settings | None = st.session_state.get("judged")
    key = _key(settings or Settings(), "national")
    run = demo_run() if key == demo_key() else _desk().find(key)
    return run.result_or_none() if run else None


@st.cache_resource(scope="session", max_entries=1, show_spinner=False, on_release=Desk.clear)
def _desk() -> Desk:
    return Desk(session())
