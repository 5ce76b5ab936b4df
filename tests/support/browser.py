"""Chromium for tests: one browser a session, pages that may not touch the network and keep what they complain of."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Watched:
    """A page with every request it made and every error it reported."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def offline_page(browser: Browser, file: Path, *, fragment: str = "", **options: Any) -> Iterator[Watched]:
    """Open a file of this disk in a fresh, offline context."""
    context = browser.new_context(offline=True, **options)
    watched = Watched(context.new_page())
    watched.page.on("request", lambda request: watched.requests.append(request.url))
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
    watched.page.on(
        "console", lambda said: watched.errors.append(said.text) if said.type in {"error", "warning"} else None
    )
    watched.page.goto(file.as_uri() + fragment)
    # a page's policy forbids the eval that waiting for a function would need
    watched.page.wait_for_selector("html[data-hinterland=ready]", state="attached")
    yield watched
    context.close()
