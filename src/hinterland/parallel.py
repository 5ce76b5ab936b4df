"""Run a step over parts and merge what it gives, in part order, here or in processes of their own; knows no stage."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import reduce
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any, Self, TypeVar, cast

Part = TypeVar("Part")
Result = TypeVar("Result")

# how often a part is given to a process before it is given up
ATTEMPTS = 3
SERVE = "from hinterland.parallel import serve; serve()"
# the processes share the processors: a thread each
SINGLE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"), "1")


def look_away() -> None:
    """Do nothing before a part."""


def run(
    parts: Sequence[Part],
    step: Callable[[Part], Result],
    merge: Callable[[Result, Result], Result],
    *,
    workers: int = 1,
    watch: Callable[[], None] = look_away,
) -> Result:
    """Map `step` over the parts and merge the results in part order: the same however many processes work.

    Parameters
    ----------
    step
        With several workers it must be picklable, and each process keeps a copy of its own.
    workers
        Processes; 1 is this one.
    watch
        Is called before each part; what it raises ends the run.

    Raises
    ------
    MemoryError
        When the processes that are to work on a part end again and again.
    """
    if workers == 1:
        return reduce(merge, (step(part) for part in _watched(parts, watch)))
    with _Crew(step, min(workers, len(parts))) as crew:
        results: Iterator[Result] = crew.map(parts)
        return reduce(merge, (next(results) for _ in _watched(parts, watch)))


def side_by_side(step: Callable[[Part], Result], items: Iterable[Part]) -> list[Result]:
    """Run a numerical step on several items at once, one thread a processor; results in the order of the items."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(step, items))


def _watched(parts: Sequence[Part], watch: Callable[[], None]) -> Iterator[Part]:
    for part in parts:
        watch()
        yield part


class _Crew:
    """Processes that run one step on parts, and a thread for each that hands it the next part."""

    def __init__(self, step: Callable[[Any], Any], workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers)
        self._idle = SimpleQueue[_Worker]()
        pickled = pickle.dumps(step, protocol=pickle.HIGHEST_PROTOCOL)
        self._workers = [_Worker(pickled) for _ in range(workers)]
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._end_workers()
        self._threads.shutdown()
        # one may have been started again in the meantime
        self._end_workers()

    def _end_workers(self) -> None:
        for worker in self._workers:
            worker.end(for_good=True)

    def map(self, parts: Iterable[Any]) -> Iterator[Any]:
        return self._threads.map(self._ask, parts)

    def _ask(self, part: object) -> object:
        worker = self._idle.get()
        try:
            return worker.ask(part)
        finally:
            self._idle.put(worker)


class _Worker:
    """A process that is started again, and given its part again, when it ends too early.

    It imports nothing but this package: a script that calls the program is not run again in it, as it would be by
    `multiprocessing`.
    """

    def __init__(self, step: bytes) -> None:
        self._step, self._ended = step, False
        self._start()

    def _start(self) -> None:
        environment = {**os.environ, **SINGLE, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self._is_ready = False

    def ask(self, part: object) -> object:
        for _ in range(ATTEMPTS):
            try:
                result, error = self._exchange(part)
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):
                self.end()
                if self._ended:
                    break
                self._start()
                continue
            if error is not None:
                raise error
            return result
        raise MemoryError(f"a process that counts creators ended {ATTEMPTS} times on the same part of the list")

    def _exchange(self, part: object) -> tuple[object, BaseException | None]:
        stdin, stdout = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        if not self._is_ready:
            stdin.write(self._step)
            self._is_ready = True
        pickle.dump(part, stdin, protocol=pickle.HIGHEST_PROTOCOL)
        stdin.flush()
        answer: tuple[object, BaseException | None] = pickle.load(stdout)  # noqa: S301 - our own process
        return answer

    def end(self, *, for_good: bool = False) -> None:
        self._ended = self._ended or for_good
        self._process.kill()
        for stream in filter(None, (self._process.stdin, self._process.stdout)):
            # what is left in a buffer has no reader any more
            with suppress(OSError):
                stream.close()
        self._process.wait()


def serve() -> None:
    """Run the step read from standard input on each part read after it, and write each result to standard output."""
    # the process that started this one decides when it ends
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    results = os.fdopen(os.dup(1), "wb")
    # what a library prints is no result
    os.dup2(2, 1)
    try:
        step = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
        while True:
            part = pickle.load(sys.stdin.buffer)  # noqa: S301 - the same
            results.write(_answer(step, part))
            results.flush()
    except EOFError:
        return


def _answer(step: Callable[[Any], Any], part: object) -> bytes:
    try:
        return pickle.dumps((step(part), None), protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - raised where the result is awaited
        return pickle.dumps((None, error))
