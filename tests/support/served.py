"""The app as a server of its own, and visitors who come to it with a browser."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from hinterland.app import server

BASE = "http://127.0.0.1:{}"
ROW_HEIGHT = 35


@contextmanager
def serving(file=None, **environment):
    """Run the app on a port of its own; give its address and its process."""
    port = free_port()
    command = [*server.command(port), "--server.headless=true"]
    with running(command, port, env=server.environment(file) | environment) as served:
        yield served


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command, port, **options):
    """Start a program that serves on `port`; give its address, once it answers, and its process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    address = BASE.format(port)
    for _ in range(120):
        try:
            answer(address + "/_stcore/health")
            break
        except OSError:
            time.sleep(0.5)
    yield address, process
    process.terminate()
    process.wait(10)


def answer(address):
    """Ask without a browser; give the status of the answer."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answered:
            return answered.status
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@contextmanager
def visitor(chromium, address, **options):
    context = chromium.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.strangers, page.complaints = [], []
    page.on("request", lambda request: None if is_local(request.url) else page.strangers.append(request.url))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()


def is_local(url):
    return url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))


def made_up_list(city, country, count=400):
    rows = [f'made.up.{number},{1_000 + number},"{city}, {country}"' for number in range(count)]
    return "\n".join(["username,followers,location", *rows]).encode()


def upload(page, name, content):
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Find markets").click()
    page.locator("iframe").wait_for()
    return page.locator("iframe").get_attribute("src")


def rest(page):
    """Wait until nothing is being drawn."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def settle(page):
    """Wait until the page has been drawn to its end, also what was just asked for: a click in mid-drawing can miss."""
    for _ in range(2):
        rest(page)
        page.wait_for_timeout(250)


def pick_first_row(page):
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 15, box["y"] + 1.5 * ROW_HEIGHT)
