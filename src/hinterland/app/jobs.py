"""Runs that go on in the background: what a session holds of them, how far each is, and a way to stop it."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from functools import partial
from threading import Condition, Event, Lock, Thread
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hinterland.analysis import Analysis, Progress, ProgressCallback, Stage
from hinterland.app import server
from hinterland.app.labels import number, say, say_count
from hinterland.errors import InputError
from hinterland.language import Language, later

Answer = TypeVar("Answer")
IN_LINE, MOST_WAITING = 0.2, 60


class Queue:
    """Gives turns to the work of many visitors: so much at once, and each visitor as often as the others.

    Work is served in the order of its round, as in start-time fair queueing (Goyal, Vin and Cheng 1997,
    doi:10.1109/90.649569): a visitor's second list belongs to a later round than anybody's first.
    """

    def __init__(self, places: int) -> None:
        """Start with `places` places to work at."""
        self.free, self._round = places, 0
        self._change = Condition()
        self._waiting: dict[object, int] = {}
        self._last_round: dict[str, int] = {}

    def __len__(self) -> int:
        """Count what is waiting."""
        return len(self._waiting)

    def submit(
        self, owner: str, work: Callable[[], Answer], wait: Callable[[int], None] = lambda _: None
    ) -> Future[Answer]:
        """Do some work in a thread of its own when it is its turn; `wait` as for `turn`."""
        done: Future[Answer] = Future()

        def do() -> None:
            try:
                with self.turn(owner, wait):
                    done.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
                done.set_exception(error)

        Thread(target=do, daemon=True).start()
        return done

    @contextmanager
    def turn(self, owner: str, wait: Callable[[int], None] = lambda _: None) -> Iterator[None]:
        """Hold a place while the block runs; until then `wait` is told how much work goes before, and may raise.

        Raises
        ------
        InputError
            When too much is waiting already.
        """
        ticket = self._enter(owner)
        try:
            while not self._take_place(ticket):
                wait(self._before(ticket))
        except BaseException:
            with self._change:
                del self._waiting[ticket]
            raise
        try:
            yield
        finally:
            with self._change:
                self.free += 1
                self._change.notify_all()

    def _enter(self, owner: str) -> object:
        with self._change:
            if len(self) >= MOST_WAITING:
                raise InputError("too many lists are waiting to be analysed: try again in a few minutes")
            ticket = object()
            self._last_round = {one: last for one, last in self._last_round.items() if last > self._round}
            self._waiting[ticket] = self._last_round[owner] = max(self._round, self._last_round.get(owner, 0)) + 1
            return ticket

    def _take_place(self, ticket: object) -> bool:
        with self._change:
            if not self.free or min(self._waiting, key=self._waiting.__getitem__) is not ticket:
                self._change.wait(IN_LINE)
                return False
            self.free -= 1
            self._round = max(self._round, self._waiting.pop(ticket) - 1)
            return True

    def _before(self, ticket: object) -> int:
        with self._change:
            order = sorted(self._waiting, key=self._waiting.__getitem__)
            return order.index(ticket)


# as many lists are judged at once as there are processors, and as many plans made
LISTS, PLANS = Queue(os.cpu_count() or 1), Queue(os.cpu_count() or 1)


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The visitor does not want the result any more."""


Work = Callable[[ProgressCallback], Analysis]


class Run:
    """An analysis that has been started; its map is drawn when it is looked at."""

    def __init__(self, work: Work, *, owner: str = "") -> None:
        """Start it, for the session `owner`."""
        self.progress = Progress("waiting")
        self._unwanted = Event()
        self._drawing, self._pages = Lock(), dict[str, str]()
        self._done = LISTS.submit(
            owner, lambda: work(self._watch), lambda before: self._watch(Progress("waiting", 0, before))
        )

    def stop(self) -> None:
        """Let it end at the next part or stage."""
        self._unwanted.set()

    def done(self, seconds: float = 0.0) -> bool:
        """Wait up to so many seconds, and say whether the analysis has ended."""
        return bool(wait([self._done], timeout=seconds).done)

    def result(self) -> Analysis:
        """Give its result, waiting for it.

        Raises
        ------
        HinterlandError
            When the list cannot be analysed.
        Stopped
            When it was stopped.
        """
        return self._done.result()

    def page(self, language: Language) -> str:
        """Give the page of its map in a language, drawn once.

        Raises
        ------
        HinterlandError
            When the list cannot be analysed, or its map is too large.
        """
        with self._drawing:
            if str(language.locale) not in self._pages:
                self._pages[str(language.locale)] = self.result().report(language).page()
        return self._pages[str(language.locale)]

    def result_or_none(self) -> Analysis | None:
        """Give its result; None if it is not done, or failed."""
        return self._done.result() if self._done.done() and not self._done.exception() else None

    def _watch(self, progress: Progress) -> None:
        if self._unwanted.is_set():
            raise Stopped
        self.progress = progress


MAX_RUNS = 3
Key = tuple[str, str]


class Desk:
    """The last few runs of one session, by list and settings."""

    def __init__(self, session: str) -> None:
        """Start with nothing."""
        self._session = session
        self._runs: dict[Key, Run] = {}
        self._maps: dict[tuple[Key, str], str] = {}

    def find(self, key: Key) -> Run | None:
        """Give the run of a list and its settings, if there is one."""
        return self._runs.get(key)

    def run(self, key: Key, start: Callable[[], Run]) -> Run:
        """Give the run of a list and its settings, started if there is none."""
        if key not in self._runs:
            for old in list(self._runs)[: 1 - MAX_RUNS]:
                self.drop(old)
            self._runs[key] = start()
        # what was used last is dropped last
        self._runs[key] = self._runs.pop(key)
        return self._runs[key]

    def map_address(self, key: Key, run: Run, language: Language) -> str:
        """Give the address of the map a run makes, in a language."""
        place = (key, str(language.locale))
        if place not in self._maps:
            self._maps[place] = server.publish(partial(run.page, language), self._session)
        return self._maps[place]

    def drop(self, key: Key) -> None:
        """Stop and forget a run and its map."""
        run = self._runs.pop(key, None)
        if run:
            run.stop()
        for place in [place for place in self._maps if place[0] == key]:
            server.withdraw(self._maps.pop(place))

    def clear(self) -> None:
        """Forget everything."""
        for key in list(self._runs):
            self.drop(key)
        # the server answers others meanwhile
        Thread(target=server.give_back, daemon=True).start()


AT_ONCE, BETWEEN = 0.3, 0.2
STAGES: dict[Stage, str] = {
    "waiting": later("Waiting: other lists are being analysed"),
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
    place.markdown("  \n".join([*lines, " · ".join(filter(None, (f"**{say(STAGES[now])}**", _count(progress))))]))


def _count(progress: Progress) -> str:
    if progress.rows >= progress.of:
        return ""
    if progress.stage == "waiting":
        return say_count("{count} list before yours", "{count} lists before yours", progress.of)
    return say("{rows} of {of} rows", rows=number(progress.rows), of=number(progress.of))
