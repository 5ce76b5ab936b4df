"""A setting is declared once: the command line, the app's form, and the run manifest have it from there."""

import tomllib
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import hinterland
from hinterland import Settings, analyze
from hinterland.app import MAIN
from hinterland.app.components.settings_form import ASKED_ELSEWHERE, NOT_IN_APP
from hinterland.cli import main
from hinterland.config import list_settings
from hinterland.errors import SettingsError
from hinterland.export import render_manifest
from hinterland.language import IN_ENGLISH
from made_findings import make_findings

SETTINGS = list_settings()
VALUES = {
    "header_row": 2,
    "columns": {"followers": "Abonnés"},
    "constants": {"country": "NG"},
    "boundaries": "areas.gpkg",
    "delimiter": ";",
    "weights": {"opportunity": 2},
    "covers": ["US", "GB"],
    "home": "US, Canada",
}
KINDS = {"flag": True, "number": 20_000, "text": "x", "names": ["FR"]}


def value_of(setting):
    return (
        VALUES.get(setting.name)
        or (setting.choices[-1:] if setting.kind == "choices" else None)
        or (setting.choices[-1] if setting.choices else KINDS[setting.kind])
    )


def test_every_setting_is_declared_with_a_label_and_a_sentence():
    assert set(SETTINGS) == set(Settings.model_fields)
    assert [
        name for name, setting in SETTINGS.items() if not (setting.label and setting.description.endswith("."))
    ] == []


@pytest.mark.parametrize("command", ["rank", "plan", "twins", "compare", "creators", "outreach"])
def test_every_setting_is_an_option_of_every_command_that_analyses(command, capsys):
    assert main([command, "--help"]) == 0
    words = capsys.readouterr().out.split()
    assert [setting.option for setting in SETTINGS.values() if setting.option and setting.option not in words] == []


def test_every_setting_stands_in_the_manifest():
    asked = Settings(**{name: value_of(setting) for name, setting in SETTINGS.items()})
    manifest = tomllib.loads(render_manifest(replace(make_findings(3), settings=asked), (), IN_ENGLISH))
    assert set(manifest["settings"]) == set(SETTINGS)


def test_every_setting_a_browser_may_choose_is_a_question_of_the_form():
    app = AppTest.from_file(str(MAIN), default_timeout=120).run()
    next(button for button in app.button if button.label.startswith("Open demo")).click().run()
    app.switch_page("views/data.py").run()
    assert not app.exception
    boxes = (*app.selectbox, *app.multiselect, *app.number_input, *app.text_input, *app.toggle)
    asked = {box.label: box.help for box in boxes}
    for name in set(SETTINGS) - ASKED_ELSEWHERE - NOT_IN_APP:
        assert asked[SETTINGS[name].label] == SETTINGS[name].description


def test_an_answer_of_the_form_is_a_setting_of_the_run():
    app = AppTest.from_file(str(MAIN), default_timeout=120).run()
    next(button for button in app.button if button.label.startswith("Open demo")).click().run()
    app.switch_page("views/data.py").run()
    app.number_input(key="set_max_population").set_value(10).run()
    assert "the largest market" in app.error[0].value
    app.number_input(key="set_max_population").set_value(900_000)
    app.multiselect(key="set_covariates").set_value(["income"])
    app.toggle(key="set_share_safe").set_value(True).run()
    assert not app.exception
    assert not app.error
    next(button for button in app.button if button.label.startswith("Find markets")).click().run()
    settings = app.session_state["settings"]
    assert (settings.max_population, settings.covariates, settings.share_safe) == (900_000, ("income",), True)


@pytest.mark.parametrize(
    ("written", "settings"),
    [
        ({"home": "US, Canada"}, {"home": ("US", "Canada")}),
        ({"home": ["US"]}, {"home": ("US",)}),
        ({"covers": ["US", "GB"]}, {"covers": "US,GB"}),
        ({"columns": {"followers": "Abonnés"}}, {"columns": (("followers", "Abonnés"),)}),
        ({"weights": {"size": 2}}, {"weights": (("size", 2.0),)}),
    ],
)
def test_values_are_taken_as_people_write_them(written, settings):
    assert Settings(**written) == Settings(**settings)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"lvel": "city"}, "there is no setting 'lvel': did you mean 'level'?"),
        ({"frobnicate": 1}, "there is no setting 'frobnicate'"),
        ({"only_country": "DE"}, "there is no setting 'only_country': did you mean 'countries'?"),
        (
            {"covariates": ["wealth"]},
            "covariates: 'wealth' is not one of 'income', 'urban_share', 'age' or 'language_reach'",
        ),
        ({"weights": {"size": "big"}}, "weights: 'big' is not a number: a weight is one, for example size=2"),
        ({"draws": 1}, "draws: must be at least 100, not 1"),
    ],
)
def test_a_fault_names_the_setting(written, sentence):
    with pytest.raises(SettingsError) as caught:
        Settings(**written)
    assert str(caught.value) == sentence


def test_settings_show_what_was_set():
    assert repr(Settings(level="city", home="US")) == "Settings(level='city', home=('US',))"
    assert repr(Settings()) == "Settings()"
    assert "min_population\n    Residents of the smallest market ranked." in Settings.__doc__


def test_settings_are_keywords_of_analyze_and_win_over_settings():
    people = pd.DataFrame({"city": ["Lyon"] * 30 + ["Porto"] * 30, "country": ["FR"] * 30 + ["PT"] * 30})
    analysis = analyze(people, settings=Settings(level="metro", draws=100), level="country", home=["FR"])
    assert (analysis.findings.level, analysis.findings.settings.home) == ("country", ("FR",))
    assert analysis.findings.settings.draws == 100
    with pytest.raises(SettingsError, match="there is no setting 'levl': did you mean 'level'"):
        analyze(people, levl="city")


def test_the_package_lists_what_is_public():
    assert set(dir(hinterland)) == {"Analysis", "Assumptions", "HinterlandError", "Settings", "analyze"}
