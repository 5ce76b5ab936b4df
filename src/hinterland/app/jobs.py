"""What a session works with: its runs and the maps they made. It is cleared away when the visitor leaves."""

import os
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import BoundedSemaphore, Event, Lock, Thread

from hinterland.analysis import Analysis, Progress, ProgressCallback
from hinterland.app import server

# of many visitors' lists as many are judged at once as there are processors; the others wait in line
TURNS = BoundedSemaphore(os.cpu_count() or 1)
IN_LINE = 0.2


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The visitor does not want the result any more."""


Work = Callable[[ProgressCallback], Analysis]


class Run:
    """An analysis that has been started; its map is drawn when it is looked at."""

    def __init__(self, work: Work) -> None:
        """Start it."""
        self.progress = Progress("waiting")
        self._unwanted = Event()
        self._done: Future[Analysis] = Future()
        self._drawing, self._page = Lock(), ""
        Thread(target=self._work, args=(work,), daemon=True).start()

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

    def page(self) -> str:
        """Give the page of its map, drawn once.

        Raises
        ------
        HinterlandError
            When the list cannot be analysed, or its map is too large.
        """
        with self._drawing:
            self._page = self._page or self.result().report().page()
        return self._page

    def result_or_none(self) -> Analysis | None:
        """Give its result; None if it is not done, or failed."""
        return self._done.result() if self._done.done() and not self._done.exception() else None

    def _watch(self, progress: Progress) -> None:
        if self._unwanted.is_set():
            raise Stopped
        self.progress = progress

    def _work(self, work: Work) -> None:
        try:
            while not TURNS.acquire(timeout=IN_LINE):
                self._watch(self.progress)
            try:
                self._done.set_result(work(self._watch))
            finally:
                TURNS.release()
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            self._done.set_exception(error)


MAX_RUNS = 3
Key = tuple[str, str]


class Desk:
    """The last few runs of one session, by list and settings."""

    def __init__(self, session: str) -> None:
        """Start with nothing."""
        self._session = session
        self._runs: dict[Key, Run] = {}
        self._maps: dict[Key, str] = {}

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

    def map_address(self, key: Key, run: Run) -> str:
        """Give the address of the map a run makes."""
        if key not in self._maps:
            self._maps[key] = server.publish(run.page, self._session)
        return self._maps[key]

    def drop(self, key: Key) -> None:
        """Stop and forget a run and its map."""
        run = self._runs.pop(key, None)
        if run:
            run.stop()
        if key in self._maps:
            server.withdraw(self._maps.pop(key))

    def clear(self) -> None:
        """Forget everything."""
        for key in list(self._runs):
            self.drop(key)
        # the server answers others meanwhile
        Thread(target=server.give_back, daemon=True).start()
