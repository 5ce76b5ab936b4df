"""The language of a visitor: the one in the address, else the browser's, else English; and its catalogue."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "pt": "Português"}
ENGLISH = "en"
LANGUAGE_KEY = "lang"


def language() -> str:
    """Give the code of the language to speak."""
    code = st.query_params.get(LANGUAGE_KEY) or st.session_state.get(LANGUAGE_KEY, "")
    return code if code in LANGUAGES else of_browser()


def keep() -> None:
    """Keep to the language of the address on the pages that follow, whose addresses begin anew; and stand it there."""
    st.session_state[LANGUAGE_KEY] = spoken = language()
    # a link that is passed on speaks the language it was made in, and its filters are words of that language
    st.query_params[LANGUAGE_KEY] = spoken


def remember(code: str) -> None:
    """Speak this language from now on, and say so in the address; every question keeps its answer."""
    st.session_state[LANGUAGE_KEY] = st.query_params[LANGUAGE_KEY] = code
    # the browser sends an answer back in the words it was offered in, which are other words now
    for question, answer in st.session_state.to_dict().items():
        if question != LANGUAGE_KEY and _in_words(answer):
            st.session_state[question] = answer


def _in_words(answer: object) -> bool:
    return isinstance(answer, str) or (isinstance(answer, list) and bool(answer) and isinstance(answer[0], str))


def of_browser() -> str:
    """Give the language the browser asks for, English if it is none of ours."""
    spoken = (st.context.locale or ENGLISH)[:2].lower()
    return spoken if spoken in LANGUAGES else ENGLISH


def locale() -> Locale:
    """Give how to write numbers: as the browser's own region does, if the language is its own."""
    spoken = language()
    return _parse_locale(st.context.locale or spoken) or Locale(spoken) if of_browser() == spoken else Locale(spoken)


def _parse_locale(name: str) -> Locale | None:
    # what a browser calls its locale is text from outside
    try:
        candidate = Locale.parse(name, sep="-")
    except (ValueError, UnknownLocaleError, TypeError):
        return None
    return candidate if candidate.language in LANGUAGES else None


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Read the sentences of a language by their English ones; none for English."""
    if code == ENGLISH:
        return {}
    with files("hinterland.messages").joinpath("locale", f"{code}.po").open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream, code) if message.id}
