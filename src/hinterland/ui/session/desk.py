"""What a session works with: its runs and the maps they made. It is cleared away when the visitor leaves."""

from collections.abc import Callable
from threading import Thread

from hinterland.ui.server import maps, memory
from hinterland.ui.session.runs import Run

KEPT = 3
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
            for old in list(self._runs)[: 1 - KEPT]:
                self.drop(old)
            self._runs[key] = start()
        # what was used last is dropped last
        self._runs[key] = self._runs.pop(key)
        return self._runs[key]

    def map_address(self, key: Key, run: Run) -> str:
        """Give the address of the map a run makes."""
        if key not in self._maps:
            self._maps[key] = maps.publish(run.page, self._session)
        return self._maps[key]

    def drop(self, key: Key) -> None:
        """Stop and forget a run and its map."""
        run = self._runs.pop(key, None)
        if run:
            run.stop()
        if key in self._maps:
            maps.withdraw(self._maps.pop(key))

    def clear(self) -> None:
        """Forget everything."""
        for key in list(self._runs):
            self.drop(key)
        # the server answers others meanwhile
        Thread(target=memory.give_back, daemon=True).start()
