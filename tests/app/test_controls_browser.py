"""Every control of every page, moved once in a real browser: whatever is changed, no page ends in an error."""

import re

import pytest

from controls import controls, faults, move
from served import pick_first_row, settle, visitor

# after these the list may not be readable any more, or every label is another one
# what leaves less to move comes last: this list cannot be compared with the world
# a largest market of one resident leaves no market, and nothing to move
LAST = (
    *("What counts as normal", "Largest market", "Encoding", "Columns are separated by", "Row of the column names"),
    "Language",
)
# fewer than eight could not be compared, and none would be ranked if the largest had no more than the others
SHARES = {"Paris": 20, "Lyon": 6, "Lille": 4, "Nantes": 3, "Toulouse": 3, "Bordeaux": 3, "Nice": 2, "Rennes": 2}
CITIES = [city for city, share in SHARES.items() for _ in range(share)]


def creators(count=400):
    """Write a list with every kind of column that brings a control along."""
    rows = [
        f'made.up.{n},{1_000 + n * 37},instagram,{"beauty" if n % 2 else "food"},"{CITIES[n % len(CITIES)]}, France"'
        for n in range(count)
    ]
    return "\n".join(["username,followers,platform,niche,location", *rows]).encode()


def bring(page, content):
    page.locator("input[type=file]").first.set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_test_id("stBaseButton-primary").wait_for()
    settle(page)


def analyse(page):
    """Press the button, if the list can still be read, and wait for the map or for a sentence why there is none."""
    button = page.get_by_test_id("stBaseButton-primary")
    if button.count():
        button.click()
        page.locator("iframe").or_(page.get_by_test_id("stAlert")).or_(
            page.get_by_test_id("stException")
        ).first.wait_for()
        settle(page)


def test_whatever_is_changed_before_the_analysis_it_ends_on_explore_or_in_a_sentence(chromium, served):
    with visitor(chromium, served) as page:
        bring(page, creators())
        questions = controls(page)
    assert len(questions) >= 9
    ended = {}
    for question in questions:
        with visitor(chromium, served) as page:
            bring(page, creators())
            assert move(page, question), question
            seen = faults(page)
            analyse(page)
            ended[question.label] = bool(re.search("/explore", page.url)), [*seen, *faults(page)]
    assert {label: seen for label, (_, seen) in ended.items() if seen} == {}
    # a delimiter, a tier or a largest market of one resident may leave nobody
    assert sum(there for there, _ in ended.values()) >= len(ended) - 3


def test_a_link_with_settings_in_it_is_followed_after_an_upload(chromium, served):
    with visitor(chromium, served + "/explore?level=Cities&benchmark=Worldwide") as page:
        page.get_by_role("heading", name="Nothing analysed yet").wait_for()
        settle(page)
        page.get_by_role("link", name="Data", exact=True).first.click()
        bring(page, creators())
        analyse(page)
        assert faults(page) == []
        assert page.get_by_role("radio", name="Worldwide").is_checked()


def turn_to(page, name):
    page.get_by_role("link", name=name, exact=True).first.click()
    page.get_by_role("heading", level=1).or_(page.get_by_role("heading", level=2)).first.wait_for()
    page.get_by_label("Language", exact=True).wait_for()
    settle(page)


def _turn(control):
    return LAST.index(control.label) if control.label in LAST else -1, *control


def move_all(page):
    """Move every control of a page once, those that come up meanwhile too."""
    moved, seen = [], {}
    while waiting := sorted(set(controls(page)) - set(moved), key=_turn):
        moved.append(waiting[0])
        move(page, waiting[0])
        if found := faults(page):
            seen[waiting[0].label] = found
        if waiting[0].label == "Language":
            break
    assert seen == {}
    return {one.label for one in moved}


@pytest.mark.parametrize("name", ["Explore", "Compare", "Plan", "Report", "Help"])
def test_no_control_of_a_page_ends_in_an_error_before_the_first_analysis(chromium, served, name):
    with visitor(chromium, served) as page:
        turn_to(page, name)
        assert move_all(page) >= {"Language"}


AFTERWARDS = {
    "Data": {"Kind of market", "Encoding", "Creators of niche"},
    "Explore": {
        "What counts as normal",
        "Verdict",
        "Sort by",
        "Kind of market",
        "Show the creators there, and how to approach them",
    },
    "Compare": {"What counts as normal", "Like which market?", "Change", "To"},
    "Plan": {"Budget", "Creators per market, at most", "Plan other budgets too (up to half a minute)", "Budget, USD"},
    "Report": {"What counts as normal"},
    "Help": {"Language"},
}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_no_control_of_a_page_ends_in_an_error_after_it(chromium, served, name):
    with visitor(chromium, served) as page:
        bring(page, creators())
        analyse(page)
        if name == "Explore":
            page.get_by_role("button", name="Clear filters").or_(page.get_by_test_id("stDataFrame")).first.wait_for()
            if page.get_by_role("button", name="Clear filters").count():
                page.get_by_role("button", name="Clear filters").click()
                settle(page)
            pick_first_row(page)
            page.get_by_role("button", name="Add to shortlist").click()
            settle(page)
        turn_to(page, name)
        if name == "Plan":
            page.get_by_role("button", name="Make the plan").click()
            page.get_by_role("heading", name="Whom to approach").wait_for()
            settle(page)
        assert move_all(page) >= AFTERWARDS[name]
