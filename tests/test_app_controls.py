"""Every control of every page, moved once in a real browser: whatever is changed, no page ends in an error."""

import re

import pytest
from controls import controls, faults, move
from served import serving, settle, visitor

CITIES = ("Lyon", "Paris", "Lille", "Nantes", "Toulouse")


@pytest.fixture(scope="module")
def served():
    with serving() as (address, _):
        yield address


def creators(count=400):
    """Write a list with every kind of column that brings a control along."""
    rows = [
        f'made.up.{n},{1_000 + n * 37},instagram,{"beauty" if n % 2 else "food"},"{CITIES[n % 5]}, France"'
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
    assert sum(there for there, _ in ended.values()) >= len(ended) - 2  # a delimiter, or a tier, may leave nobody


def test_a_link_with_settings_in_it_is_followed_after_an_upload(chromium, served):
    with visitor(chromium, served + "/explore?level=Cities&lens=The+world") as page:
        page.get_by_role("link", name="Data", exact=True).first.click()
        bring(page, creators())
        analyse(page)
        assert faults(page) == []
        assert page.get_by_role("radio", name="The world").is_checked()
