"""The app in a real browser: three clicks, and two visitors who never meet."""

import re
import time
import urllib.request

from hinterland.cli import main
from served import answer, made_up_list, pick_first_row, settle, upload, visitor


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
        page.get_by_text("Markets we can judge").wait_for()


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
    assert answer(served + "/maps/" + "A" * 22) == 404


def test_a_map_is_gone_with_its_visitor(chromium, served):
    with visitor(chromium, served) as page:
        address = served + upload(page, "one.csv", made_up_list("Lyon", "France")).split("#")[0]
        with urllib.request.urlopen(address, timeout=5) as opened:
            assert opened.headers["Content-Security-Policy"] == "sandbox allow-scripts allow-downloads allow-modals"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and answer(address) == 200:
        time.sleep(0.25)
    assert answer(address) == 404


def test_filters_stand_in_the_address_and_outlast_a_change_of_page(chromium, served):
    with visitor(chromium, served) as page:
        upload(page, "one.csv", made_up_list("Lyon", "France"))
        page.get_by_role("radio", name="Worldwide").click()
        page.wait_for_url(re.compile(r"/explore\?.*benchmark=Worldwide"))
        settle(page)
        page.get_by_text("Report", exact=True).first.click()
        page.get_by_text("--benchmark=global").wait_for()
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
        page.get_by_role("button", name="Find markets").click()
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
