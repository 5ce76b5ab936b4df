"""Run a step over parts and merge what it gives, in part order: here, in processes, or on Dask; knows no stage."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache, partial
from operator import itemgetter
from queue import SimpleQueue
from tempfile import SpooledTemporaryFile
from threading import Lock
from types import TracebackType
from typing import IO, Any, Self, TypeVar, cast

from hinterland.errors import SettingsError
from hinterland.language import Control

Part = TypeVar("Part")
Result = TypeVar("Result")
Step = Callable[[Any], Any]
Watch = Callable[[], None]

# how often a part is given to a process before it is given up
ATTEMPTS = 3
# results that wait to be merged, at most
MERGED_AT_ONCE = 8
# bytes that wait in memory to be exchanged, before they wait in files
MOST_WAITING = 64 * 2**20
SERVE = "from hinterland.parallel import serve; serve()"
# the processes share the processors: a thread each
SINGLE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"), "1")


def look_away() -> None:
    """Do nothing before a part."""


def run(
    parts: Sequence[Part],
    step: Callable[[Part], Result],
    merge: Callable[[list[Result]], Result],
    *,
    workers: "int | Cluster" = 1,
    watch: Watch = look_away,
) -> Result:
    """Map `step` over the parts and merge the results in part order: the same however many processes work.

    Parameters
    ----------
    step
        With several workers it must be picklable, and each process keeps a copy of its own.
    merge
        Makes one result of a few; it is given its own results, too, so that few wait in memory.
    workers
        Processes, of which 1 is this one, or a cluster.
    watch
        Is called before each part, on a cluster after it; what it raises ends the run.

    Raises
    ------
    MemoryError
        When the processes that are to work on a part end again and again.
    """
    if isinstance(workers, Cluster):
        return cast("Result", workers.run(parts, step, merge, watch))
    results: list[Result] = []
    for result in _map(parts, step, workers, watch):
        results = [*results, result] if len(results) < MERGED_AT_ONCE else [merge([*results, result])]
    return merge(results)


def exchange(
    parts: Sequence[Part],
    step: Callable[[Part], Sequence[Any]],
    settlers: Sequence[Callable[[list[Any]], Any]],
    *,
    workers: "int | Cluster" = 1,
    watch: Watch = look_away,
) -> list[Any]:
    """Let `step` deal each part out in pieces, and each settler make one thing of its pieces, in part order.

    What the pieces of all parts together would take is never in memory at once: on this machine they wait in temporary
    files without a name.

    Parameters
    ----------
    step
        Gives one piece for each settler.
    workers, watch
        As for `run`.

    Returns
    -------
    What each settler makes of the list of its pieces.

    Raises
    ------
    MemoryError
        As `run`.
    """
    if isinstance(workers, Cluster):
        return workers.exchange(parts, step, settlers, watch)
    with ExitStack() as opened:
        piles = [opened.enter_context(SpooledTemporaryFile(MOST_WAITING // len(settlers))) for _ in settlers]
        for pieces in _map(parts, step, workers, watch):
            for pile, piece in zip(piles, pieces, strict=True):
                pickle.dump(piece, pile, protocol=pickle.HIGHEST_PROTOCOL)
        return [settle(_load_all(pile)) for settle, pile in zip(settlers, piles, strict=True)]


def _map(parts: Sequence[Part], step: Callable[[Part], Result], workers: int, watch: Watch) -> Iterator[Result]:
    if workers == 1:
        for part in parts:
            watch()
            yield step(part)
        return
    with _Crew(step, min(workers, len(parts))) as crew:
        results: Iterator[Result] = crew.map(parts)
        for _ in parts:
            watch()
            yield next(results)


def _load_all(pile: IO[bytes]) -> list[Any]:
    """Read what was put on a pile, in its order."""
    end = pile.tell()
    pile.seek(0)
    pieces = []
    while pile.tell() < end:
        pieces.append(pickle.load(pile))  # noqa: S301 - our own file
    return pieces


def side_by_side(step: Callable[[Part], Result], items: Iterable[Part]) -> list[Result]:
    """Run a numerical step on several items at once, one thread a processor; results in the order of the items."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(step, items))


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


CLUSTER = Control("--cluster")
LOCAL = "local"
SECONDS_TO_CONNECT = 20
# parts that a worker counts before it sends sums, at most; each worker gets several such blocks, so that none idles
LARGEST_BLOCK, BLOCKS_PER_WORKER = 8, 4
_ONE_AT_A_TIME = Lock()


@contextmanager
def connect(address: str) -> "Iterator[Cluster]":
    """Connect to a Dask scheduler; for "local" start one, with a worker for each processor of this machine.

    Raises
    ------
    SettingsError
        When Dask is not installed, or no scheduler with a worker answers.
    """
    try:
        import distributed  # noqa: PLC0415 - an extra, and few ask for it
    except ImportError as missing:
        raise SettingsError(
            "{control} needs Dask ({missing}): pip install 'hinterland[cluster]', here and for every worker",
            control=CLUSTER,
            missing=missing,
        ) from None
    with ExitStack() as opened:
        try:
            if address == LOCAL:
                scheduler = distributed.LocalCluster(threads_per_worker=1, processes=True, dashboard_address=":0")
                address = opened.enter_context(scheduler).scheduler_address
            client = opened.enter_context(distributed.Client(address, timeout=SECONDS_TO_CONNECT))
            client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
        except (OSError, ValueError) as error:
            raise SettingsError(
                "{control} {address}: no scheduler with a worker answers ({error}); start both, or use {local}",
                control=CLUSTER,
                local=Control("--cluster", value="local"),
                address=address,
                error=" ".join(str(error).split()),
            ) from None
        yield Cluster(client)


class Cluster:
    """The workers of a Dask cluster: they count blocks of parts and merge the sums, and only the total comes back.

    A worker that ends is replaced by another, which counts its blocks again.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - Dask is an extra
        """Work through a `distributed.Client`."""
        self._client = client

    def run(self, parts: Sequence[Any], step: Step, merge: Callable[[list[Any]], Any], watch: Watch) -> object:
        """Run a step as the function `run` does."""
        blocks = self._start(partial(_count_block, merge=merge), parts, step)
        merged = list(blocks)
        while len(merged) > 1:
            merged = self._client.map(merge, _cut(merged, MERGED_AT_ONCE), pure=False)
        return self._finish(blocks, merged, watch)[0]

    def exchange(self, parts: Sequence[Any], step: Step, settlers: Sequence[Step], watch: Watch) -> list[Any]:
        """Exchange pieces as the function `exchange` does, from worker to worker."""
        blocks = self._start(_deal_block, parts, step)
        settled = [
            self._client.submit(_settle, settle, self._client.map(itemgetter(at), list(blocks), pure=False), pure=False)
            for at, settle in enumerate(settlers)
        ]
        return self._finish(blocks, settled, watch)

    def _start(self, work: Callable[..., Any], parts: Sequence[Any], step: Step) -> dict[Any, int]:
        """Give blocks of parts to the workers: the future of each, with how many parts it has."""
        import dask  # noqa: PLC0415 - an extra, and few ask for it

        size = len(parts) // (BLOCKS_PER_WORKER * max(len(self._client.nthreads()), 1))
        blocks = _cut(parts, min(max(size, 1), LARGEST_BLOCK))
        pickled = pickle.dumps(step, protocol=pickle.HIGHEST_PROTOCOL)
        # the step holds the reference tables: it is sent once to each worker, and is meant to be large
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
            sent = self._client.submit(bytes, pickled, pure=False)
            futures = self._client.map(work, blocks, pickled=sent, pure=False)
        return dict(zip(futures, map(len, blocks), strict=True))

    def _finish(self, blocks: dict[Any, int], last: list[Any], watch: Watch) -> list[Any]:
        """Wait for the last results; a block that nobody refers to any more leaves the memory of its worker."""
        from distributed import KilledWorker  # noqa: PLC0415 - an extra, and few ask for it

        pending = dict.fromkeys(last, 0) | blocks
        blocks.clear()
        try:
            while pending and self._follow(pending, watch):
                pass
            results: list[Any] = self._client.gather(last)
        except KilledWorker:
            raise MemoryError("the workers that count creators ended again and again on one part of the list") from None
        finally:
            self._client.cancel(list({*last, *pending}))
        return results

    def _follow(self, sizes: dict[Any, int], watch: Watch) -> bool:
        """Call `watch` for each part counted, and drop its block, for some seconds; False when a block has failed."""
        from distributed import as_completed  # noqa: PLC0415 - an extra, and few ask for it

        try:
            for future in as_completed(list(sizes), timeout=SECONDS_TO_CONNECT):
                if future.status != "finished":
                    return False
                for _ in range(sizes.pop(future)):
                    watch()
        except TimeoutError:
            if not self._client.nthreads():
                raise MemoryError("no worker of the cluster is left, and none has come back") from None
        return True


def _cut(items: Sequence[Part], size: int) -> list[Sequence[Part]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


@lru_cache(1)
def _load_step(pickled: bytes) -> Step:
    """Load a step once in each worker: a copy of one at work, which Dask would send on, may be half changed."""
    step: Step = pickle.loads(pickled)  # noqa: S301 - from the process that started this one
    return step


def _count_block(parts: Sequence[Any], *, pickled: bytes, merge: Callable[[list[Any]], Any]) -> object:
    """Count parts one after the other; a worker with several threads counts one block at a time."""
    with _ONE_AT_A_TIME:
        return merge(list(map(_load_step(pickled), parts)))


def _deal_block(parts: Sequence[Any], *, pickled: bytes) -> list[tuple[Any, ...]]:
    """Deal parts out: for each settler its pieces, in part order."""
    with _ONE_AT_A_TIME:
        return list(zip(*map(_load_step(pickled), parts), strict=True))


def _settle(settle: Step, blocks: Sequence[Sequence[Any]]) -> object:
    return settle([piece for block in blocks for piece in block])
