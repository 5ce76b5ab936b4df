"""Every page of the app in another language, as a browser shows it: not one English sentence."""

import pytest

from catalogues import english_in
from hinterland.config import CLASSES
from hinterland.language import catalogue
from served import settle, visitor

LOCALES = {"de": "de-DE", "es": "es-ES", "pt": "pt-BR"}
PAGES = ("Data", "Compare", "Plan", "Report", "Help")


@pytest.mark.parametrize("code", sorted(LOCALES))
def test_no_page_shows_an_english_sentence(chromium, served, code):
    words = catalogue(code)
    with visitor(chromium, served, locale=LOCALES[code]) as page:
        page.get_by_role("button", name=words["Open demo (synthetic list)"]).click()
        page.locator("iframe").wait_for()
        shown = {"Explore": read(page)}
        for name in PAGES:
            page.get_by_role("link", name=words[name], exact=True).first.click()
            shown[name] = read(page)
        # Help explains the words of the column `class`
        left = {name: [said for said in english_in(text, code) if said not in CLASSES] for name, text in shown.items()}
        assert [entry for entry in left.items() if entry[1]] == []
        assert page.complaints == []


def read(page):
    settle(page)
    return " ".join(page.locator("body").inner_text().split())
