"""Maps on their own route: each under an id nobody can guess, in a sandbox that cannot see the app."""

import secrets
from asyncio import to_thread
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit import runtime

ID_BYTES = 16
HEADERS = {
    "Content-Security-Policy": "sandbox allow-scripts allow-downloads allow-modals",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_pages: dict[str, tuple[str, Callable[[], str]]] = {}


def publish(draw: Callable[[], str], session: str) -> str:
    """Remember how a visitor's page is drawn, and return its address."""
    identity = secrets.token_urlsafe(ID_BYTES)
    _pages[identity] = (session, draw)
    return f"/maps/{identity}"


def withdraw(address: str) -> None:
    """Forget the page of an address."""
    _pages.pop(address.rpartition("/")[2], None)


async def serve(request: Request) -> Response:
    """Answer with the page of an id while its visitor is here, else with nothing at all."""
    session, draw = _pages.get(request.path_params["identity"], ("", None))
    # Streamlit lets go of a closed session only when the next one closes: until then its maps stay in memory
    if draw is None or not runtime.get_instance().is_active_session(session):
        return PlainTextResponse("no such map", 404)
    return HTMLResponse(await to_thread(draw), headers=HEADERS)


ROUTES = (Route("/maps/{identity}", serve),)
