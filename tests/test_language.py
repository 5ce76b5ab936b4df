"""Sentences with values, written in a language: numbers, lists, countries, counts, and what a reader can set."""

import math
import pickle

import pandas as pd
import pytest

from hinterland.errors import InputError
from hinterland.language import (
    LANGUAGES,
    Control,
    Country,
    Language,
    Notice,
    SpokenLanguage,
    Text,
    later,
    phrases_of_place,
)
from hinterland.reference import load_countries

GERMAN, SPANISH = Language.of("de"), Language.of("es")
COVERS = Control("--covers", "The list covers", "listed", "Only the places it names")


def plain(text):
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("environment", "code", "number"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de", "1.234,5"),
        ({"LANG": "de_CH.UTF-8"}, "de", "1’234.5"),  # noqa: RUF001 - how the Swiss write it
        ({"LANG": "de_XX"}, "de", "1.234,5"),
        ({"LANG": "pt_BR", "LC_MESSAGES": "es_ES@euro"}, "es", "1.234,5"),
        ({"LANG": "pt_BR", "LC_MESSAGES": "es_ES", "LC_ALL": "C.UTF-8"}, "en", "1,234.5"),
        ({"LANG": "fr_FR.UTF-8"}, "en", "1,234.5"),
        ({"LANG": "../../etc"}, "en", "1,234.5"),
        ({"LANG": "en_IN"}, "en", "1,234.5"),
        ({}, "en", "1,234.5"),
    ],
)
def test_the_system_chooses_the_language_and_its_numbers(monkeypatch, environment, code, number):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    language = Language.of_system()
    assert (language.code, language.number(1_234.5, 1)) == (code, number)


def test_numbers_are_grouped_as_in_the_region():
    assert Language.of("en_IN").number(12_345_678) == "1,23,45,678"
    assert Language.of("de_DE").number(12_345_678) == "12.345.678"
    assert Language.of("de").number(-1_234) == "-1.234"


@pytest.mark.parametrize(
    ("template", "value", "written"),
    [
        ("{x}", 12_345, "12.345"),
        ("{x}", 2.5, "2,5"),
        ("{x}", 9.0, "9"),
        ("{x}", 10.4, "10"),
        ("{x}", pd.Series([1_200]).iloc[0], "1.200"),
        ("{x:.2f}", 1.5, "1,50"),
        ("{x:%}", 0.123, "12 %"),
        ("{x:.1%}", 0.123, "12,3 %"),
        ("{x:~%}", 0.00123, "0,12 %"),
        ("{x:~%}", 0.5, "50 %"),
        ("{x}", math.nan, "unbekannt"),
        ("{x:%}", None, "unbekannt"),
        ("{x}", pd.NA, "unbekannt"),
        ("{x!r}", "it's", "„it's“"),
        ("{x!r}", "a\x1bb", "„a\\x1bb“"),
        ("{x}", ["a", "b"], "a, b"),
        ("{x:or}", ["a", "b", "c"], "a, b oder c"),
        ("{x:and}", ["a", "b"], "a und b"),
        ("{x:;}", ["a", "b"], "a; b"),
        ("{x!r}", ["a", "b"], "„a“, „b“"),
        ("{x}", [Country("CZ", "Czechia"), Country("XX", "Nowhere")], "Tschechien, Nowhere"),
        ("{x}", SpokenLanguage("fr"), "Französisch"),
        ("{x}", Text("{count} creator", "{count} creators", count=3), "3 Creators"),
        ("{x}", COVERS, "--covers listed"),
        ("{x}", "{not} a name", "{not} a name"),
    ],
)
def test_each_value_is_written_by_its_kind(template, value, written):
    assert plain(GERMAN.render(Text(template, x=value))) == written


UNITED_STATES = Country("US", "United States")


@pytest.mark.parametrize(
    ("code", "place", "where"),
    [
        ("en", UNITED_STATES, "in the United States"),
        ("en", Country("NL", "The Netherlands"), "in the Netherlands"),
        ("en", Country("FR", "France"), "in France"),
        ("en", "Lyon, {France}", "in Lyon, {France}"),
        ("de", UNITED_STATES, "in den Vereinigten Staaten"),
        ("de", Country("CH", "Switzerland"), "in der Schweiz"),
        ("de", Country("IR", "Iran"), "im Iran"),
        ("de", Country("PH", "Philippines"), "auf den Philippinen"),
        ("de", "Lyon", "in Lyon"),
        ("es", Country("GB", "United Kingdom"), "en el Reino Unido"),
        ("es", UNITED_STATES, "en Estados Unidos"),
        ("pt", UNITED_STATES, "nos Estados Unidos"),
        ("pt", Country("BR", "Brazil"), "no Brasil"),
        ("pt", Country("PT", "Portugal"), "em Portugal"),
        ("pt", "Lyon", "em Lyon"),
    ],
)
def test_where_something_is_has_the_preposition_and_the_article_of_its_language(code, place, where):
    assert Language.of(code).say("{place:in}", place=place) == where


def test_every_phrase_of_a_country_is_of_a_bundled_one():
    countries = set(load_countries().index)
    for code in LANGUAGES:
        assert set(phrases_of_place(code)) - {""} <= countries


def test_what_a_reader_can_set_is_named_as_where_the_reader_is():
    text = Text("{covers}", covers=COVERS)
    assert Language.of("en", "app").render(text) == '"The list covers": "Only the places it names"'
    assert str(text) == "covers='listed'"
    assert str(Text("{x}", x=Control("--only-country", argument="countries"))) == "countries"
    assert Language.of("de", "app").render(text) == '"Die Liste umfasst": "Nur die Orte, die sie nennt"'


def test_a_count_decides_between_one_and_many():
    one, many, unknown = (Text("{count} market", "{count} markets", count=count) for count in (1, 1_000, math.nan))
    assert [GERMAN.render(text) for text in (one, many, unknown)] == ["1 Markt", "1.000 Märkte", "unbekannt Märkte"]
    assert [str(text) for text in (one, many, unknown)] == ["1 market", "1,000 markets", "unknown markets"]


def test_notices_have_a_stable_code_and_a_sentence_in_every_language():
    notice = Notice("no_handles", later("The list has no handles: a creator who is listed twice is counted twice."))
    assert GERMAN.describe(notice)["code"] == SPANISH.describe(notice)["code"] == "no_handles"
    assert len({GERMAN.render(notice), SPANISH.render(notice), notice.sentence}) == 3
    assert pickle.loads(pickle.dumps(notice)) == notice  # noqa: S301 - our own


def test_errors_are_english_by_themselves_and_rendered_where_they_are_printed():
    error = InputError("{file} is empty: give a table with a header and at least one row", file="a.csv")
    assert str(error).startswith("a.csv is empty")
    assert GERMAN.render(error.text).startswith("a.csv ist leer")
    sent = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert GERMAN.render(sent.text) == GERMAN.render(error.text)
