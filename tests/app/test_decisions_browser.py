"""From a finding to a decision in a real browser: five questions, each answered within three clicks."""

import io
import json
import re

import pandas as pd

from paths import SAMPLE
from served import ROW_HEIGHT, settle, upload, visitor

ROWS = pd.read_csv(SAMPLE, dtype=str)


class Clicks:
    """Counts the clicks of one question; files chosen count as one."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def click(self, control):
        control.click()
        self.count += 1
        settle(self.page)

    def bring(self, name, content):
        self.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
        self.count += 1
        settle(self.page)


def page_link(page, name):
    return page.get_by_role("link", name=name, exact=True)


def listing(rows):
    return rows.to_csv(index=False).encode()


def check_project(saved):
    project = json.loads(saved)
    assert project["settings"]["home"] == ["US"]
    assert project["plan"]["budget"] == 20_000
    assert "neither the list nor a handle" in project["holds"]
    assert not any(handle in saved for handle in ROWS["username"])


def check_plan_saved(with_plan):
    project = json.loads(with_plan)
    assert "the plan with handles" in project["holds"]
    handles = {line["handle"] for line in project["plan_lines"] if line["kind"] == "creator"}
    assert handles
    assert handles <= set(ROWS["username"])


def download(page, name):
    with page.expect_download() as offered:
        page.get_by_role("button", name=name).click()
    return offered.value.path().read_bytes()


def plan_figures(page):
    """Read what a plan says it reaches and costs."""
    return page.get_by_test_id("stMetric").all_inner_texts()


def reopen_yesterday(chromium, served, saved, plan):
    with visitor(chromium, served) as page:
        settle(page)
        asked = Clicks(page)
        asked.bring("project.json", saved)
        page.get_by_text("Now upload the list it was made with (autumn.csv)").wait_for()
        asked.bring("autumn.csv", listing(ROWS.iloc[len(ROWS) // 8 :: 2]))
        page.get_by_text("Smaller cities at home", exact=True).wait_for()
        assert asked.count <= 3
        settle(page)
        assert page.get_by_text("This is not the file").count() == 0
        page_link(page, "Plan").click()
        page.get_by_role("heading", name="Whom to approach").wait_for()
        settle(page)
        # the same plan, and the form that made it
        figures, left_out = plan
        assert plan_figures(page) == figures
        barred = page.get_by_test_id("stMultiSelect").filter(has_text="What if you leave out a country?")
        assert left_out in barred.inner_text()
        assert page.get_by_text("You changed something above").count() == 0
        assert page.get_by_role("radio", name="Smaller markets abroad").is_checked()
        count, again = re.search(r"saved with: ([\d,]+) creators, ([\d,]+) of them", page.inner_text("body")).groups()
        assert count == again
        assert page.complaints == []


def test_five_decisions_are_each_three_clicks_away(chromium, served):
    with visitor(chromium, served) as page:
        upload(page, "autumn.csv", listing(ROWS.iloc[len(ROWS) // 8 :: 2]))
        settle(page)
        page.get_by_role("button", name="We sell in the United States").click()
        page.get_by_text("Smaller cities at home", exact=True).wait_for()
        settle(page)

        # what does 20,000 buy in smaller markets abroad
        asked = Clicks(page)
        asked.click(page_link(page, "Plan"))
        asked.click(page.get_by_role("radio", name="Smaller markets abroad"))
        asked.click(page.get_by_role("button", name="Make the plan"))
        page.get_by_role("heading", name="Whom to approach").wait_for()
        assert asked.count <= 3
        assert page.get_by_label("Budget", exact=True).input_value() == "20000"

        # what if we leave out one country
        asked = Clicks(page)
        asked.click(page.get_by_label("What if you leave out a country?"))
        # the first choice takes them all
        left_out = page.get_by_role("option").nth(1).inner_text()
        asked.click(page.get_by_role("option").nth(1))
        page.keyboard.press("Escape")
        asked.click(page.get_by_role("button", name="Make the plan"))
        page.get_by_role("heading", name="Whom to approach").wait_for()
        assert asked.count <= 3
        plan = plan_figures(page), left_out

        # what has changed since spring
        asked = Clicks(page)
        asked.click(page_link(page, "Compare"))
        asked.bring("spring.csv", listing(ROWS.iloc[: len(ROWS) * 3 // 4 : 2]))
        page.get_by_text("Matched by platform and handle").wait_for()
        assert asked.count <= 3

        # something for the client
        asked = Clicks(page)
        asked.click(page_link(page, "Report"))
        with page.expect_download() as brief:
            asked.click(page.get_by_role("button", name="One-page brief (web page)"))
        assert asked.count <= 3
        assert "<html" in brief.value.path().read_text(encoding="utf-8")
        page.get_by_role("radio", name="Your plan").click()
        settle(page)
        of_plan = download(page, "One-page brief (web page)").decode()
        assert "What 20,000 USD buys" in of_plan
        assert not any(f">{handle}<" in of_plan for handle in ROWS["username"])
        without_handles = download(page, "Project, to go on later (JSON)")
        page.get_by_text("Save the plan's creators with the project").click()
        page.get_by_text("the plan with the handles of its creators").wait_for()
        settle(page)
        saved = download(page, "Project, to go on later (JSON)")
        assert page.complaints == []
    check_project(without_handles.decode())
    check_plan_saved(saved.decode())

    reopen_yesterday(chromium, served, saved, plan)


def test_a_file_that_is_no_project_is_refused_in_words(chromium, served):
    with visitor(chromium, served) as page:
        settle(page)
        Clicks(page).bring("project.json", b'{"hinterland_project": 1, "settings": {"boundaries": "/etc/passwd"}}')
        page.get_by_text("This file is not a project saved by Hinterland.").wait_for()
        assert page.complaints == []


def test_the_mail_merge_holds_exactly_the_people_ticked(chromium, served):
    with visitor(chromium, served) as page:
        upload(page, "list.csv", listing(ROWS))
        settle(page)
        # where creators are missing there may be none to write to
        for entry in range(5):
            page.locator('[class*="st-key-short-list"] button').nth(entry).click()
            settle(page)
            page.get_by_role("button", name="Add to shortlist").click()
            settle(page)
        page.get_by_text("Whom to write to in these markets").click()
        button = page.get_by_role("button", name=re.compile("^Mail merge of"))
        button.wait_for()
        settle(page)
        everybody = pd.read_csv(io.BytesIO(download(page, re.compile("^Mail merge of"))))
        assert f"of {len(everybody)} creator" in button.inner_text()
        table = page.get_by_test_id("stDataFrame").last
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        page.mouse.click(box["x"] + 30, box["y"] + 1.5 * ROW_HEIGHT)
        settle(page)
        assert f"of {len(everybody) - 1} creator" in button.inner_text()
        ticked = pd.read_csv(io.BytesIO(download(page, re.compile("^Mail merge of"))))
        (unticked,) = set(everybody["creator_id"]) - set(ticked["creator_id"])
        assert len(ticked) == len(everybody) - 1
        # the smallest stands first
        followers = everybody.set_index("creator_id")["followers"]
        assert followers[unticked] == followers.min()
        assert page.complaints == []


def test_the_last_change_of_the_shortlist_is_taken_back(chromium, served):
    with visitor(chromium, served) as page:
        page.get_by_role("button", name="Open demo").click()
        page.frame_locator("iframe").locator("#hl-main").wait_for()
        settle(page)
        page.locator('[class*="st-key-short-list"] button').first.click()
        page.get_by_role("button", name="Add to shortlist").click()
        page.get_by_role("heading", name="Your shortlist").wait_for()
        settle(page)
        page.get_by_role("button", name="Undo the last change").click()
        page.get_by_role("heading", name="Your shortlist").wait_for(state="detached")
        assert page.complaints == []
