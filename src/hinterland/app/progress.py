"""Show how far a run is, with a way to stop it, and wait for it."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hinterland.analysis import Analysis, Progress, Stage
from hinterland.app.jobs import Run, Stopped
from hinterland.app.labels import later, number, say

Answer = TypeVar("Answer")
AT_ONCE, BETWEEN = 0.3, 0.2
STAGES: dict[Stage, str] = {
    "waiting": later("Waiting in line: other lists are being judged"),
    "opening": later("Reading the list"),
    "comparing": later("Comparing creators with one another"),
    "placing": later("Placing creators in their markets"),
    "judging": later("Judging every market"),
}
# how much of the whole is done when a stage begins; comparing and placing take most of it
BEGINS: dict[Stage, float] = {
    "waiting": 0.0,
    "opening": 0.02,
    "comparing": 0.05,
    "placing": 0.4,
    "judging": 0.8,
}
ROWS_TAKE = 0.35


def wait_for(run: Run, *, on_stop: Callable[[], None], key: str = "cancel") -> Analysis:
    """Wait for a run; one that takes its time shows how far it is and can be stopped by the button `key`.

    Raises
    ------
    HinterlandError
        When the list cannot be analysed.
    """
    if not run.done(AT_ONCE):
        place = st.empty()
        with place.container():
            _watch(run, on_stop, key)
        place.empty()
    try:
        return run.result()
    except Stopped:
        st.stop()


def wait_quietly(work: Future[Answer], sentence: str, *, on_stop: Callable[[], None]) -> Answer:
    """Wait for work that cannot say how far it is; one that takes its time can be given up."""
    place = st.empty()
    if not wait([work], timeout=AT_ONCE).done:
        with place.container():
            st.status(sentence)
            st.button(say("Cancel"), on_click=on_stop, key="cancel")
        while not wait([work], timeout=BETWEEN).done:
            _let_clicks_through()
    place.empty()
    return work.result()


def _watch(run: Run, on_stop: Callable[[], None], key: str) -> None:
    # nothing here moves by itself: on a small machine the browser would take the time from the run
    with st.container(border=True):
        text, bar = st.empty(), st.progress(0.0)
    st.button(say("Cancel"), on_click=on_stop, key=key)
    passed: list[Progress] = []
    while True:
        progress = run.progress
        if progress not in passed[-1:]:
            passed.append(progress)
            bar.progress(share(progress))
            _tell(text, list(dict.fromkeys(step.stage for step in passed)), progress)
        if run.done(BETWEEN):
            return
        _let_clicks_through()


def _let_clicks_through() -> None:
    """Ask for the button: whenever a session is asked for something, Streamlit looks for clicks."""
    st.session_state.get("cancel")


def share(progress: Progress) -> float:
    """Say how much of a run is done, from 0 to 1."""
    rows = progress.rows / progress.of if progress.of and progress.stage in ("comparing", "placing") else 0.0
    return BEGINS[progress.stage] + ROWS_TAKE * rows


def _tell(place: DeltaGenerator, passed: list[Stage], progress: Progress) -> None:
    *before, now = passed
    lines = [f"✓ {say(STAGES[stage])}" for stage in before if stage != "waiting"]
    rows = (
        say("{rows} of {of} rows", rows=number(progress.rows), of=number(progress.of))
        if progress.rows < progress.of
        else ""
    )
    place.markdown("  \n".join([*lines, " · ".join(filter(None, (f"**{say(STAGES[now])}**", rows)))]))
