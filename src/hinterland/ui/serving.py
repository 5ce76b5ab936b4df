"""What the server does besides pages: make the demo ready, and clear away what visitors left."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit import runtime

from hinterland.ui import demo, memory

EVERY_SECONDS = 15.0


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Begin the demo's analysis as the server starts, and keep house while it runs."""
    tasks = [asyncio.create_task(asyncio.to_thread(prepare)), asyncio.create_task(keep_house())]
    yield
    for task in tasks:
        task.cancel()


def prepare() -> None:
    """Judge the demo; what it loaded stays for good, so nobody needs to look through it for rubbish."""
    demo.run().result()
    gc.collect()
    gc.freeze()


async def keep_house() -> None:
    """Let go of visitors who left, and of what they held."""
    known = 0
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        now = sessions()
        if now < known:
            await asyncio.to_thread(memory.give_back)
        known = now


def sessions() -> int:
    """Count the sessions that are kept, of which those gone for long are dropped."""
    # Streamlit keeps a closed session two minutes for its visitor to come back, but drops it only when it is counted
    return len(runtime.get_instance()._session_mgr.list_sessions())  # noqa: SLF001 - nothing public drops them
