"""Maps on their own route: each under an id nobody can guess, in a sandbox that cannot see the app."""

import secrets

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

ID_BYTES = 16
HEADERS = {
    "Content-Security-Policy": "sandbox allow-scripts allow-downloads allow-modals",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_pages: dict[str, str] = {}


def publish(page: str) -> str:
    """Keep a page in memory and return its address."""
    identity = secrets.token_urlsafe(ID_BYTES)
    _pages[identity] = page
    return f"/maps/{identity}"


def withdraw(address: str) -> None:
    """Forget the page of an address."""
    _pages.pop(address.rpartition("/")[2], None)


async def serve(request: Request) -> Response:
    """Answer with the page of an id, or with nothing at all."""
    page = _pages.get(request.path_params["identity"])
    return PlainTextResponse("no such map", 404) if page is None else HTMLResponse(page, headers=HEADERS)


ROUTES = (Route("/maps/{identity}", serve),)
