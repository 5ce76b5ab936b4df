"""The catalogues against every sentence of the source: none missing, none stale, names and marks the same."""

import ast
import re
from string import Formatter

import pytest

from catalogues import SAID, SOURCE, calls, said_in, sentences
from hinterland.config import list_settings
from hinterland.language import ENGLISH, LANGUAGES, catalogue

# what a stage finds wrong in a table of another stage is a bug, and nobody else reads it
FOR_DEVELOPERS = {"TableError"}
TRANSLATED = sorted(set(LANGUAGES) - {ENGLISH})


def names_in(sentence):
    """Give each name with how it is written: {share:%}, {name!r}."""
    return {(name, form, conversion) for _, name, form, conversion in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("code", TRANSLATED)
def test_catalogues_hold_every_sentence_of_the_source_and_nothing_else(code):
    translations, said = catalogue(code), sentences()
    assert sorted(said - set(translations)) == [], "not translated"
    assert sorted(set(translations) - said) == [], "no longer said"
    assert [sentence for sentence, text in translations.items() if not text.strip()] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_fill_the_same_names_in_the_same_way(code):
    translations = catalogue(code)
    assert {text: names_in(text) for text in translations} == {
        text: names_in(translations[text]) for text in translations
    }


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_keep_the_marks_of_markdown(code):
    for sentence, text in catalogue(code).items():
        assert [sentence.count(mark) for mark in ("**", "`")] == [text.count(mark) for mark in ("**", "`")], sentence


def test_no_sentence_is_put_together_before_it_is_translated():
    built = [
        f"{file.relative_to(SOURCE)}:{argument.lineno}"
        for file in sorted(SOURCE.rglob("*.py"))
        for name, node in calls(file)
        for place in SAID[name]
        for argument in node.args[place : place + 1]
        if isinstance(argument, ast.JoinedStr | ast.BinOp) and name not in FOR_DEVELOPERS
    ]
    assert built == []


def test_only_the_command_line_names_its_options():
    said = {text for file in sorted(SOURCE.rglob("*.py")) if "cli" not in file.parts for text in said_in(file)}
    said |= {setting.description for setting in list_settings().values()}
    named = {text for text in said if re.search(r"(?<![\w-])--[a-z]", text)}
    assert [text for text in named if "hinterland rank" not in text and "on the command line" not in text] == []
