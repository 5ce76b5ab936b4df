"""The Data page in a real browser: each of its states, by mouse, by keyboard, and as a screen reader is told of it."""

import gzip
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from served import answer, made_up_list, settle, upload, visitor

HOSTILE = (
    "<img src=x onerror=window.hit=1>",
    "javascript:window.hit=1",
    "**bold** [a](http://example.invalid)",
    "`${window.hit=1}`",
    "{{7*7}}{%print(1)%}",
    ":red[x] :material/home: $x$",
    "=HYPERLINK(1)",
)


def put(page, *files):
    page.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": content} for name, content in files]
    )
    page.get_by_role("button", name="Find markets").wait_for()
    settle(page)


def violations(page):
    """Give what axe finds wrong with a page, apart from what is not ours to mend."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    return [
        (one["id"], one["impact"], node["html"][:120], node["failureSummary"][:160])
        for one in found.response["violations"]
        for node in one["nodes"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium, served, scheme):
    with visitor(chromium, served, color_scheme=scheme) as page:
        page.get_by_role("button", name="Open demo").wait_for()
        settle(page)
        assert violations(page) == []
        put(page, ("one.csv", made_up_list("Lyon", "France")))
        assert violations(page) == []
        page.get_by_text("Help", exact=True).first.click()
        page.get_by_role("heading", name="Every assumed number").wait_for()
        settle(page)
        assert violations(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious_on_the_first_screen_and_the_card(chromium, served, scheme, width):
    with visitor(chromium, served, color_scheme=scheme, viewport={"width": width, "height": 720}) as page:
        page.get_by_role("button", name="Open demo").wait_for()
        settle(page)
        page.get_by_role("button", name="Open demo").click()
        page.locator("iframe").wait_for(timeout=180_000)
        settle(page)
        assert violations(page) == []
        page.locator('[class*="st-key-short-list"] button').first.click()
        page.get_by_role("button", name="Back to the ranking").wait_for()
        settle(page)
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_result(chromium, served, scheme):
    with visitor(chromium, served, color_scheme=scheme) as page:
        upload(page, "one.csv", made_up_list("Lyon", "France"))
        for name in ("Explore", "Compare", "Plan", "Report"):
            page.get_by_role("link", name=name, exact=True).first.click()
            page.wait_for_url(re.compile(name.lower()))
            settle(page)
            assert violations(page) == [], name


def test_several_files_are_one_list(chromium, served):
    with visitor(chromium, served) as page:
        put(
            page,
            ("one.csv", made_up_list("Lyon", "France", 300)),
            ("two.csv.gz", gzip.compress(made_up_list("Paris", "France", 500))),
        )
        page.get_by_role("heading", name="one.csv and 1 more").wait_for()
        page.get_by_text("800 rows").wait_for()
        page.get_by_role("button", name="Find markets").click()
        page.locator("iframe").wait_for()
        page.get_by_text("Data", exact=True).first.click()
        page.get_by_text(re.compile("500 rows used.*300 duplicates merged")).wait_for()


def test_what_a_column_holds_can_be_changed_in_the_table(chromium, served):
    rows = "\n".join(f"x{n},{city},12.3K" for n, city in enumerate(["Bonn", "Lyon"] * 20))
    with visitor(chromium, served) as page:
        page.locator("input[type=file]").first.set_input_files(
            {"name": "l.csv", "mimeType": "text/csv", "buffer": f"who,wo_genau,zahl\n{rows}".encode()}
        )
        page.get_by_text("That did not work with this list.").wait_for()
        settle(page)
        table = page.get_by_test_id("stDataFrame").first
        box = table.bounding_box()
        # below the header: zahl, which was understood, then who and wo_genau
        page.mouse.dblclick(box["x"] + 0.35 * box["width"], box["y"] + 3.5 * 35)
        # the list of fields lies over the table once it is open
        page.locator("#portal input").wait_for()
        page.keyboard.type("place")
        page.locator("#portal [role=option]").first.wait_for()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Find markets").wait_for()
        settle(page)
        assert page.get_by_text("That did not work").count() == 0
        page.get_by_text("Not read right?").click()
        save = page.get_by_role("button", name="Save this mapping")
        save.wait_for()
        settle(page)
        with page.expect_download() as download:
            save.click()
        assert 'location = "wo_genau"' in download.value.path().read_text()


def test_a_saved_mapping_can_be_loaded(chromium, served, tmp_path):
    (tmp_path / "m.toml").write_text('delimiter = ";"\n[columns]\nlocation = "b"\n')
    content = "a;b\n" + "\n".join(["Paris;Lyon, France"] * 30)
    with visitor(chromium, served) as page:
        page.locator("input[type=file]").first.set_input_files(
            {"name": "l.csv", "mimeType": "text/csv", "buffer": content.encode()}
        )
        page.get_by_text("Not read right?").click()
        settle(page)
        page.locator("input[type=file]").nth(1).set_input_files(tmp_path / "m.toml")
        page.get_by_text("not used: a").wait_for()
        settle(page)
        page.wait_for_timeout(1_000)
        page.get_by_role("button", name="Find markets").click()
        page.locator("iframe").wait_for()


def test_a_file_that_is_no_mapping_is_told_so(chromium, served, tmp_path):
    (tmp_path / "m.toml").write_text("colour = 1\n")
    with visitor(chromium, served) as page:
        put(page, ("one.csv", made_up_list("Lyon", "France")))
        page.get_by_text("Not read right?").click()
        page.locator("input[type=file]").nth(1).set_input_files(tmp_path / "m.toml")
        page.get_by_text("unknown keys colour").wait_for()


def test_too_large_a_file_says_what_to_do(chromium, served, tmp_path):
    with (tmp_path / "large.csv").open("wb") as stream:
        stream.truncate(201 * 2**20)
    with visitor(chromium, served) as page:
        page.locator("input[type=file]").first.set_input_files(tmp_path / "large.csv")
        page.get_by_text("large.csv").first.wait_for()
        assert page.get_by_text("hinterland rank FILE").is_visible()
        assert page.get_by_role("heading", name="large.csv").count() == 0
        page.get_by_role("button", name="Open demo").click()
        page.locator("iframe").wait_for()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty: give a table"),
        (b"city,b\n", "has a header but no rows"),
        (b"%PDF-1.4", "is a PDF, not a table: save it as"),
        (b"PK\x03\x04rubbish", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(chromium, served, content, told):
    with visitor(chromium, served) as page:
        page.locator("input[type=file]").first.set_input_files(
            {"name": "l.csv", "mimeType": "text/csv", "buffer": content}
        )
        page.get_by_text(told).first.wait_for()
        settle(page)
        assert page.get_by_text("Traceback").count() == 0


def slow_list(rows=260_000):
    cities = ("Lyon, France", "Porto, Portugal", "Leeds, UK")
    lines = (f'made.up.{n},{1_000 + n % 9_999},2.1%,"{cities[n % 3]}"' for n in range(rows))
    return "\n".join(["username,followers,engagement_rate,location", *lines]).encode()


def test_a_run_under_way_can_be_cancelled_and_started_again(chromium, served):
    with visitor(chromium, served) as page:
        put(page, ("slow.csv", slow_list()))
        page.get_by_role("button", name="Find markets").click()
        page.get_by_role("progressbar").first.wait_for()
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Cancelled. Nothing was kept").wait_for(timeout=3_000)
        settle(page)
        assert page.get_by_role("progressbar").count() == 0
        page.get_by_text("Explore", exact=True).first.click()
        page.get_by_text("Nothing analysed yet").or_(page.get_by_role("button", name="Open demo")).first.wait_for()
        page.get_by_text("Data", exact=True).first.click()
        page.get_by_role("button", name="Find markets").click()
        page.locator("iframe").wait_for()


def test_the_keyboard_alone_does_the_three_clicks(chromium, served):
    with visitor(chromium, served) as page:
        page.get_by_role("button", name="Open demo").wait_for()
        settle(page)
        press(page, "Open demo")
        page.frame_locator("iframe").locator("#hl-main").wait_for()
        settle(page)
        tab_to(page, lambda: page.evaluate("document.activeElement.matches('[data-testid=stDataFrame] canvas')"))
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+Space")
        page.get_by_role("button", name="Add to shortlist").wait_for()
        settle(page)
        press(page, "Add to shortlist")
        page.get_by_text("On your shortlist").wait_for()


def tab_to(page, there):
    for _ in range(80):
        page.keyboard.press("Tab")
        if there():
            return
    pytest.fail("the keyboard does not get there")


def press(page, label):
    tab_to(page, lambda: label in page.evaluate("document.activeElement.closest('button')?.innerText ?? ''"))
    page.keyboard.press("Enter")


def test_hostile_text_changes_nothing_in_the_page(chromium, served):
    header = ",".join(f'"{text}"' for text in ("username", "location", "followers", *HOSTILE))
    cells = ",".join(f'"{text}"' for text in HOSTILE)
    rows = "\n".join(f'"{HOSTILE[n % 7]}{n}","Lyon, France",{n + 1_000},{cells}' for n in range(40))
    with visitor(chromium, served) as page:
        names = [name.replace("/", "_") + ".csv" for name in HOSTILE]
        put(page, *((name, f"{header}\n{rows}".encode()) for name in names))
        page.get_by_role("heading", name=f"{names[0]} and 6 more").wait_for()
        page.get_by_text("First five rows").click()
        captions = page.get_by_test_id("stCaptionContainer")
        captions.get_by_text(names[-1]).wait_for()
        assert set(names) <= {told.replace("\u2060", "") for told in captions.all_inner_texts()}
        page.get_by_role("button", name="Find markets").click()
        page.locator("iframe").wait_for()
        settle(page)
        assert page.evaluate("window.hit") is None
        assert page.locator("img[src=x]").count() == 0
        assert page.get_by_role("link", name="a", exact=True).count() == 0
        assert page.strangers == []


def test_downloads_belong_to_their_visitor(chromium, served):
    rows = made_up_list("Lyon", "France") + b'\nx,many followers,"Lyon, France",and,more\n'
    with visitor(chromium, served) as page:
        upload(page, "one.csv", rows)
        page.get_by_text("Data", exact=True).first.click()
        page.get_by_text("Result").wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name="Rejected rows").click()
        address = download.value.url
    assert re.search(r"/media/[0-9a-f]{32,}", address)
    for guess in ("0" * 56 + ".csv", "rejects.csv", "../media/rejects.csv"):
        assert answer(f"{served}/media/{guess}") in {400, 404}
