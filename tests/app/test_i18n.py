"""The app in the visitor's language: what is asked for, how sentences and numbers are said."""

import pandas as pd
import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from hinterland import analyze
from hinterland.app import MAIN, labels
from hinterland.app.jobs import Run
from hinterland.language import LANGUAGES, UNKNOWN, Language


@pytest.fixture
def speak(monkeypatch):
    def speak(address=None, browser=None):
        monkeypatch.setattr(st, "query_params", {"lang": address} if address else {})
        monkeypatch.setattr(ContextProxy, "locale", browser)

    speak()
    return speak


@pytest.mark.parametrize(
    ("address", "browser", "spoken"),
    [
        (None, None, "en"),
        (None, "de-CH", "de"),
        (None, "fr-FR", "en"),
        ("pt", "de-DE", "pt"),
        ("xx", "es-MX", "es"),
        ("../../etc", "?", "en"),
    ],
)
def test_the_address_asks_first_then_the_browser(speak, address, browser, spoken):
    speak(address, browser)
    assert labels.language() == spoken


@pytest.mark.parametrize(
    ("address", "browser", "written"),
    [
        (None, "en-US", "1,234,567.8"),
        (None, "de-CH", "1’234’567.8"),  # noqa: RUF001 - how the Swiss write it
        ("de", "en-US", "1.234.567,8"),
        ("de", "zz<script>", "1.234.567,8"),
        (None, "de-<script>", "1.234.567,8"),
    ],
)
def test_numbers_are_written_as_in_the_visitors_region(speak, address, browser, written):
    speak(address, browser)
    assert labels.number(1_234_567.84, 1) == written


def test_shares_people_and_unknowns(speak):
    speak()
    assert [labels.percent(0.123), labels.percent(0.123, 1), labels.percent(float("nan"))] == ["12%", "12.3%", "–"]  # noqa: RUF001 - a dash
    assert [labels.people(count) for count in (85.4, 3_400, 97_400, 1_250_000)] == ["85", "3.4K", "97K", "1.2M"]
    assert labels.number(float("nan")) == labels.people(float("nan")) == UNKNOWN
    assert [labels.number(12), labels.number(1.5, 2), labels.number(2, 2)] == ["12", "1.5", "2"]
    speak("de")
    assert labels.people(1_250_000).replace("\xa0", " ") == "1,2 Mio."
    assert labels.percent(0.5).replace("\xa0", " ") == "50 %"


def test_a_sentence_no_catalogue_knows_is_said_in_english(speak):
    speak("de")
    assert labels.say("Nobody translated {what}.", what="{this}") == "Nobody translated {this}."
    assert labels.say("A brace { stays") == "A brace { stays"
    assert labels.say_count("{count} moon", "{count} moons", 1) == "1 moon"
    assert labels.say_count("{count} moon", "{count} moons", 1_200) == "1.200 moons"


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_page_opens_in_every_language(code):
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.query_params["lang"] = code
    app.run()
    for page in ("data", "explore", "compare", "plan", "report", "help"):
        app.switch_page(f"views/{page}.py").run()
        assert not app.exception, page
    assert app.selectbox(key="language").value == code


def test_the_map_of_a_run_is_in_the_language_of_who_looks():
    people = pd.DataFrame({"city": ["Lyon"] * 30 + ["Porto"] * 30, "country": ["FR"] * 30 + ["PT"] * 30})
    run = Run(lambda watch: analyze(people, draws=100, watch=watch))
    german, english = (run.page(Language.of(code, "app")) for code in ("de", "en"))
    assert "Zur Rangliste springen" in german
    assert "Skip to the ranking" not in german
    assert "Skip to the ranking" in english
    assert run.page(Language.of("de", "app")) is german


def test_a_language_is_kept_on_the_pages_that_follow():
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.query_params["lang"] = "de"
    app.run()
    del app.query_params["lang"]
    app.switch_page("views/help.py").run()
    assert app.title[0].value == "Wie es geht, in einfachen Worten"
    assert app.query_params["lang"] == "de"
    app.selectbox(key="language").set_value("en").run()
    assert app.title[0].value == "How it works, in plain words"
    assert app.query_params["lang"] == "en"


def test_an_address_says_no_language_that_nobody_chose():
    app = AppTest.from_file(str(MAIN), default_timeout=120).run()
    assert "lang" not in app.query_params
