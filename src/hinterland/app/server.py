"""The app's server: how it starts, what it serves, whom it lets in."""

import asyncio
import ctypes
import ctypes.util
import gc
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pyarrow as pa
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from hinterland.app.labels import say

FILE, ADDRESS, HOSTS = "HINTERLAND_FILE", "HINTERLAND_ADDRESS", "HINTERLAND_HOSTS"
OWN_HOSTS = ("localhost", "127.0.0.1", "::1")
# what one file may hold, all the files of one visitor, and those of all visitors together
MOST_MB, VISITOR_MB, TOTAL_MB = 200, 400, 1_000
MOST_FILES, MOST_SESSIONS = 50, 200
MEGABYTE = 2**20
UPLOADS = "/_stcore/upload_file/"
SETTINGS = {
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.maxUploadSize": str(MOST_MB),
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": "false",
    "theme.primaryColor": "#8a4a10",
    "theme.baseRadius": "medium",
    "theme.metricValueFontSize": "1.75rem",
    "theme.headingFontSizes": '["2.25rem", "1.75rem", "1.25rem"]',
    "theme.light.codeTextColor": "#0b5f45",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f4f6f8",
    "theme.light.textColor": "#1d2530",
    "theme.dark.codeTextColor": "#8fd6bb",
    "theme.dark.primaryColor": "#b35c14",
    "theme.dark.backgroundColor": "#12171e",
    "theme.dark.secondaryBackgroundColor": "#1b222c",
    "theme.dark.textColor": "#e8ecf1",
}
# each thread that ever worked would keep what it freed; two such stores give it back
LEAN = {"MALLOC_ARENA_MAX": "2"}


def start(port: int, file: Path | None) -> int:
    """Become the app's server, so that whatever ends this process ends the server; give how it ended, if it returns."""
    arguments, variables = command(port), environment(file)
    if os.name == "posix":
        os.execve(arguments[0], arguments, variables)  # noqa: S606 - our own program
    # on Windows a process cannot become another one; Ctrl-C reaches both
    return subprocess.call(arguments, env=variables)  # noqa: S603 - our own program


def command(port: int) -> list[str]:
    """Give the command that runs the app on `port`, for this machine only unless the environment says otherwise."""
    address = os.environ.get(ADDRESS, "127.0.0.1")
    flags = [f"--{name}={value}" for name, value in {"server.address": address, **SETTINGS}.items()]
    entry = Path(__file__).with_name("entry.py")
    return [sys.executable, "-m", "streamlit", "run", str(entry), f"--server.port={port}", *flags]


def environment(file: Path | None) -> dict[str, str]:
    """Give the environment of the app: this one, and the list to open first."""
    return LEAN | dict(os.environ) | ({FILE: str(file.resolve())} if file else {})


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
    return HTMLResponse(await asyncio.to_thread(draw), headers=HEADERS)


ROUTES = (Route("/maps/{identity}", serve),)


VISITOR_FULL, ALL_FULL = "visitor", "all"
_admitted: set[str] = set()
_refusals: dict[str, str] = {}


def admit(session: str) -> None:
    """Let a visitor bring files: one whom the pages are shown to."""
    _admitted.add(session)


def dismiss(session: str) -> None:
    """Forget a visitor who left."""
    _admitted.discard(session)
    _refusals.pop(session, None)


def refusal(session: str) -> str:
    """Give the reason why a visitor's last file was not taken, once; "" if it was."""
    return _refusals.pop(session, "")


def keep_files(session: str, file_ids: Collection[str]) -> None:
    """Let go of all files a visitor brought but these."""
    for file_id in _files(session).keys() - set(file_ids):
        _upload_manager().remove_file(session, file_id)


def _files(session: str) -> dict[str, UploadedFileRec]:
    return dict(_upload_manager().file_storage.get(session, {}))


def _upload_manager() -> MemoryUploadedFileManager:
    return cast("MemoryUploadedFileManager", runtime.get_instance().uploaded_file_mgr)


class Door:
    """Let in only who asks for this app by its own name and from its own pages, and say so in every answer.

    Another page may otherwise lead a browser here under its own name, or open a session from elsewhere; to judge where
    a visitor comes from, Streamlit itself would ask an outside address. Files are taken only from visitors whom the
    pages are shown to, within the room there is for them.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app
        self._sessions = 0
        self._arriving: dict[str, tuple[str, int]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            send = partial(_send_guarded, send)
        headers = Headers(scope=scope)
        if not is_own(headers.get("host", ""), headers.get("origin")):
            await PlainTextResponse("not open under this name: see HINTERLAND_HOSTS", 403)(scope, receive, send)
        elif scope["path"].rstrip("/").endswith("/_stcore/metrics"):
            await PlainTextResponse("not open", 404)(scope, receive, send)
        elif UPLOADS in scope["path"] and scope["method"] != "OPTIONS":
            await self._take_file(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._open_session(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _open_session(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._sessions >= MOST_SESSIONS:
            await PlainTextResponse("too many visitors: try again in a few minutes", 503)(scope, receive, send)
            return
        self._sessions += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._sessions -= 1

    async def _take_file(self, scope: Scope, receive: Receive, send: Send) -> None:
        session, _, file_id = scope["path"].partition(UPLOADS)[2].partition("/")
        length = Headers(scope=scope).get("content-length", "")
        if session not in _admitted:
            await PlainTextResponse("files are taken only from visitors who were let in", 403)(scope, receive, send)
        elif scope["method"] != "PUT":
            await self._app(scope, receive, send)
        elif not length.isdecimal():
            await PlainTextResponse("say how long the file is", 411)(scope, receive, send)
        elif reason := self._lack_of_room(session, file_id, int(length)):
            await PlainTextResponse(reason, 413)(scope, receive, send)
            _say_refusal(session, reason)
        else:
            self._arriving[file_id] = session, int(length)
            try:
                await self._app(scope, receive, send)
            finally:
                self._arriving.pop(file_id, None)

    def _lack_of_room(self, session: str, file_id: str, size: int) -> str:
        """Say which bound a file of this size would break; "" if none."""
        arriving = {one: length for one, (visitor, length) in self._arriving.items() if visitor == session}
        here = {one: len(file.data) for one, file in _files(session).items()} | arriving | {file_id: size}
        everywhere = sum(len(file.data) for visitor in _admitted for file in _files(visitor).values())
        everywhere += sum(length for _, length in self._arriving.values()) + size
        if len(here) > MOST_FILES or sum(here.values()) > VISITOR_MB * MEGABYTE:
            return VISITOR_FULL
        return ALL_FULL if everywhere > TOTAL_MB * MEGABYTE else ""


def _say_refusal(session: str, reason: str) -> None:
    """Have the page of a visitor say why a file was not taken: the upload box shows no more than a number."""
    _refusals[session] = reason
    if visit := runtime.get_instance().get_app_session(session):
        visit.request_rerun(None)


async def _send_guarded(send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        # a map has a policy of its own, and an address that only its visitor knows
        headers.setdefault("Content-Security-Policy", "frame-ancestors 'self'")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
    await send(message)


def is_own(host: str, origin: str | None) -> bool:
    """Say whether a request names this app, and comes from one of its pages or from no page at all."""
    hosts = {*OWN_HOSTS, *filter(None, (name.strip().casefold() for name in os.environ.get(HOSTS, "").split(",")))}
    try:
        name = urlsplit(f"//{host}").hostname
        comes_from = host if origin is None else urlsplit(origin).netloc
    except ValueError:
        return False
    return name in hosts and comes_from.casefold() == host.casefold()


MIDDLEWARE = (Middleware(Door),)


def give_back() -> None:
    """Return freed memory to the machine."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # musl has none
            trim(0)


SIGN_IN, ANYBODY = "HINTERLAND_SIGN_IN", "*"


def ask_in() -> None:
    """Let a visitor pass, or ask them to sign in and show nothing else.

    Who may pass is a list of mail domains, as in "example.com,example.org"; * is everybody the provider knows.
    """
    welcome = os.environ.get(SIGN_IN)
    if welcome is None or is_welcome(st.user.to_dict(), welcome):
        return
    st.title("Hinterland")
    if st.user.get("is_logged_in"):
        st.error(say("This app is not open to your account."))
        st.button(say("Sign out"), on_click=st.logout)
    else:
        st.button(say("Sign in"), on_click=st.login, type="primary")
    st.stop()


def is_welcome(user: Mapping[str, object], welcome: str) -> bool:
    """Say whether a visitor who is signed in has a mail address of one of the domains, verified by the provider."""
    if not user.get("is_logged_in"):
        return False
    domain = str(user.get("email") or "").rpartition("@")[2].casefold()
    domains = {part.strip().casefold() for part in welcome.split(",") if part.strip()}
    return ANYBODY in domains or (domain in domains and user.get("email_verified") is True)
