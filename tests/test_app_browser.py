"""The app in a real browser: three clicks, and two visitors who never meet."""

import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from hinterland.cli import main
from hinterland.ui import launch

BASE = "http://127.0.0.1:{}"
ROW_HEIGHT = 35


@pytest.fixture(scope="module")
def served():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*launch.command(port), "--server.headless=true"],
        env=launch.environment(None),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = BASE.format(port)
    for _ in range(120):
        try:
            urllib.request.urlopen(address + "/_stcore/health", timeout=1)
            break
        except OSError:
            time.sleep(0.5)
    yield address
    process.terminate()
    process.wait(10)


@contextmanager
def visitor(chromium, address, **options):
    context = chromium.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
    page = context.new_page()
    page.set_default_timeout(90_000)
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
    page.get_by_role("button", name="Looks right").click()
    page.locator("iframe").wait_for()
    return page.locator("iframe").get_attribute("src")


def settle(page):
    """Wait until the page has been drawn to its end: a click in mid-drawing can miss."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def pick_first_row(page):
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 15, box["y"] + 1.5 * ROW_HEIGHT)


def test_three_clicks_from_demo_to_shortlist(chromium, served):
    with visitor(chromium, served) as page:
        page.get_by_role("button", name="Open demo").click()
        inside = page.frame_locator("iframe")
        inside.locator("#hl-main").wait_for()
        pick_first_row(page)
        page.get_by_role("button", name="Add to shortlist").click()
        page.get_by_text("On your shortlist").wait_for()
        page.get_by_role("heading", name="Your shortlist").wait_for()
        assert inside.locator("#hl-card").is_hidden()  # one market, one card: the page's own
        assert page.strangers == []
        assert page.complaints == []


def test_a_list_of_locations_only_reaches_a_ranking(chromium, served):
    with visitor(chromium, served) as page:
        upload(page, "accounts.csv", made_up_list("Lyon", "France"))
        page.get_by_text("Markets decided").wait_for()


def test_the_map_cannot_reach_the_app(chromium, served):
    with visitor(chromium, served) as page:
        upload(page, "one.csv", made_up_list("Lyon", "France"))
        page.frame_locator("iframe").locator("#hl-main").wait_for()
        frame = next(frame for frame in page.frames if "/maps/" in frame.url)
        assert frame.evaluate("self.origin") == "null"


def test_two_visitors_never_meet(chromium, served):
    with visitor(chromium, served) as first, visitor(chromium, served) as second:
        one = upload(first, "one.csv", made_up_list("Lyon", "France"))
        two = upload(second, "two.csv", made_up_list("Osaka", "Japan"))
        assert one.split("#")[0] != two.split("#")[0]
        assert re.fullmatch(r"/maps/[\w-]{22,}", one.split("#")[0])
        first.get_by_text("Data", exact=True).first.click()
        first.get_by_text("one.csv").first.wait_for()
        assert first.get_by_text("two.csv").count() == 0
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(served + "/maps/" + "A" * 22, timeout=5)


def test_a_map_is_gone_with_its_visitor(chromium, served):
    with visitor(chromium, served) as page:
        address = served + upload(page, "one.csv", made_up_list("Lyon", "France")).split("#")[0]
        with urllib.request.urlopen(address, timeout=5) as answer:
            assert answer.headers["Content-Security-Policy"] == "sandbox allow-scripts allow-downloads allow-modals"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and answers(address):
        time.sleep(0.25)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address, timeout=5)


def answers(address):
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError:
        return False
    return True


def test_filters_stand_in_the_address_and_outlast_a_change_of_page(chromium, served):
    with visitor(chromium, served) as page:
        upload(page, "one.csv", made_up_list("Lyon", "France"))
        page.get_by_role("radio", name="The world").click()
        page.wait_for_url(re.compile(r"/explore\?lens=The\+world"))
        settle(page)
        page.get_by_text("Report", exact=True).first.click()
        page.get_by_text("--lens=world").wait_for()
        assert "Lyon" not in page.url


def test_the_downloaded_ranking_is_the_command_lines(chromium, served, tmp_path):
    content = made_up_list("Lyon", "France")
    (tmp_path / "list.csv").write_bytes(content)
    assert main(["rank", str(tmp_path / "list.csv"), "--level", "metro", "--out", str(tmp_path / "r.csv")]) == 0
    with visitor(chromium, served) as page:
        upload(page, "list.csv", content)
        page.get_by_text("Report", exact=True).first.click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Ranking (CSV)").click()
        assert download.value.path().read_bytes() == (tmp_path / "r.csv").read_bytes()


def test_hostile_names_show_literally(chromium, served):
    hostile = b'username,location,<img src=x onerror="window.hit=1">\n"<script>window.hit=1</script>",Lyon,x\n'
    with visitor(chromium, served) as page:
        name = "<img src=x onerror=window.hit=1>.csv"
        page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": hostile})
        page.get_by_role("button", name="Looks right").click()
        page.locator("iframe").wait_for()
        page.get_by_text(name).first.wait_for()
        page.get_by_text("Data", exact=True).first.click()
        page.get_by_role("heading", name=name).wait_for()
        assert page.evaluate("window.hit") is None


def test_a_phone_shows_the_ranking(chromium, served):
    with visitor(chromium, served, viewport={"width": 390, "height": 844}) as page:
        page.get_by_role("button", name="Open demo").click()
        page.locator("iframe").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
