"""The app: pages that ask and show, one module that remembers, one route that serves maps; and the server's upkeep."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

from starlette.formparsers import MultiPartParser
from streamlit import runtime

from hinterland.app import server
from hinterland.app.server import MIDDLEWARE, ROUTES
from hinterland.language import IN_ENGLISH

__all__ = ["MAIN", "MIDDLEWARE", "ROUTES", "lifespan"]

MAIN = Path(__file__).with_name("main.py")
EVERY_SECONDS, BACK_SECONDS = 15.0, 60.0

_here: dict[str, float] = {}


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Begin the demo's analysis as the server starts, and keep house while it runs."""
    # what visitors bring stays in memory: else a file above a megabyte would go through the disk
    MultiPartParser.spool_max_size = 2 * server.MOST_MB * server.MEGABYTE
    # a thread that the end of the server need not wait for
    Thread(target=prepare, daemon=True).start()
    housekeeping = asyncio.create_task(keep_house())
    yield
    housekeeping.cancel()


def prepare() -> None:
    """Judge the demo and draw it; what it loaded stays for good, so nobody needs to look through it for rubbish."""
    from hinterland.app.uploads import demo_run  # noqa: PLC0415 - it declares caches, which need a server that runs

    demo_run().page(IN_ENGLISH)
    gc.collect()
    gc.freeze()


async def keep_house() -> None:
    """Let go of visitors who left, and of what they held; one who is back within a minute finds all as it was."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        # Streamlit forgets a closed session only when another one closes
        if close_left(runtime.get_instance(), time.monotonic()):
            await asyncio.to_thread(server.give_back)


def greet(session: str) -> None:
    """Remember that a visitor is here."""
    _here[session] = time.monotonic()


def close_left(visits: runtime.Runtime, now: float) -> bool:
    """Close the sessions of visitors who left and did not come back; say whether there were any."""
    _here.update({session: now for session in _here if visits.is_active_session(session)})
    left = [session for session, last in _here.items() if now - last > BACK_SECONDS]
    for session in left:
        del _here[session]
        visits.close_session(session)
        server.dismiss(session)
    return bool(left)
