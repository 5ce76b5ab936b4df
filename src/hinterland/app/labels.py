"""The language of a visitor and its words: values of tables marked for the catalogues, numbers as people write them."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import isnan

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from hinterland.messages import to_two_digits
from hinterland.pipeline import Results

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


def later(sentence: str) -> str:
    """Mark a sentence for the catalogues that `say` is given elsewhere."""
    return sentence


CLASSES = (
    later("under-served"),
    later("no clear difference"),
    later("over-saturated"),
    later("beyond the curve"),
    later("insufficient data"),
    later("not covered"),
)
EVIDENCE = (later("low"), later("medium"), later("high"))
TIERS = (later("nano"), later("micro"), later("mid"), later("macro"), later("mega"))
NOT_USED = "none"
FIELDS = {
    NOT_USED: later("(not used)"),
    "handle": later("handle"),
    "name": later("name"),
    "followers": later("followers"),
    "creators": later("creators per row"),
    "platform": later("platform"),
    "niche": later("niche"),
    "city": later("city"),
    "region": later("region"),
    "country": later("country"),
    "location": later("place, any wording"),
    "longitude": later("longitude"),
    "latitude": later("latitude"),
    "engagement_rate": later("engagement rate"),
    "engagements": later("engagements"),
    "engagement_basis": later("what engagement is a share of"),
    "likes": later("likes"),
    "comments": later("comments"),
    "views": later("views"),
    "following": later("following"),
    "posts": later("posts"),
    "growth": later("growth"),
    "history": later("followers over time"),
    "audience_cities": later("cities of the audience"),
    "audience_countries": later("countries of the audience"),
    "fee": later("fee"),
    "currency": later("currency"),
    "clicks": later("clicks"),
    "orders": later("orders"),
    "revenue": later("revenue"),
    "cost": later("cost"),
    "first_name": later("first name"),
    "last_name": later("last name"),
    "credible_share": later("share of real followers"),
    "fake_share": later("share of false followers"),
    "snapshot": later("date of the snapshot"),
    "added": later("day the creator was added"),
    "rank": later("rank"),
    "rank_group": later("group of the rank"),
    "synthetic": later("made up"),
    "brand": later("works with the brand"),
    "email": later("email"),
    "profile_url": later("address of the profile"),
    "consent": later("consent to be contacted"),
    "do_not_contact": later("not to be contacted"),
    "contact_status": later("notes on contact"),
}


# Streamlit makes pictures of :icon: and signs of ->, also where Markdown is told not to: nothing seen stands between
JOINER = "\u2060"
SPECIAL = re.compile(r"(?<=:)(?=[\w+/-]+:)|(?<=[<>=~-])(?=[<>=-])")
UNKNOWN = "–"  # noqa: RUF001 - the sign for nothing known
SHORT_FROM = 1_000
SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
# The sentences name options of the command line; here each has a control of its own.
CONTROLS = {
    "leave --level out": 'choose "Countries" as kind of market',
    "Say --covers": 'Say so under "The list covers"',
    "say --covers listed": 'choose "Only the places it names" under "The list covers"',
    "name one as in --column country=COLUMN": "choose what one of them holds in the table of columns",
    "and name it as in --column location=COLUMN": "and say so in the table of columns",
    "--column": "the table of columns",
    "--encoding": '"Encoding"',
    "--covers": '"The list covers"',
    "--level": '"Kind of market"',
}


def literal(text: object) -> str:
    """Write any text so that Markdown shows it as it is."""
    joined = SPECIAL.sub(JOINER, " ".join(str(text).split()))
    return SIGNS.sub(r"\\\1", joined)


def in_app(sentence: str) -> str:
    """Name the app's own controls where a sentence names options of the command line."""
    for option, control in CONTROLS.items():
        sentence = sentence.replace(option, control)
    return sentence


def say(sentence: str, /, **values: object) -> str:
    """Say an English sentence in the visitor's language, with values in place of its {names}."""
    text = catalogue(language()).get(sentence) or sentence
    return text.format(**values) if values else text


def say_count(singular: str, plural: str, /, count: float, **values: object) -> str:
    """Say how many there are: the sentence for one, or the one for any other {count}."""
    return say(singular if count == 1 else plural, count=number(count), **values)


def number(value: float, digits: int = 0) -> str:
    """Write a number as the visitor's region does; a dash where there is none."""
    return UNKNOWN if isnan(value) else format_decimal(round(value, digits), f"#,##0.{'#' * digits}", locale())


def percent(share: float, digits: int = 0) -> str:
    """Write a share (0-1) as the visitor's region writes percents."""
    babel_locale = locale()
    pattern = babel_locale.percent_formats[None].pattern.replace(
        "#,##0", f"#,##0.{'#' * digits}" if digits else "#,##0"
    )
    return UNKNOWN if isnan(share) else format_percent(share, pattern, babel_locale)


def people(count: float) -> str:
    """Write a number of people short, in two digits: 1.2M, 340K, 85."""
    if isnan(count):
        return UNKNOWN
    rounded = to_two_digits(count) if count >= SHORT_FROM else round(count)
    return format_compact_decimal(rounded, locale=locale(), fraction_digits=1)


def rows_in(findings: Results) -> str:
    """Say in one line what became of the rows of a list."""
    counts, located = findings.counts, findings.located
    return say(
        "{used} rows used: {placed} placed, {country_only} by country only, {nowhere} without a place · {merged} "
        "duplicates merged · {rejected} rejected",
        placed=number(findings.placed),
        **{name: number(counts[name]) for name in ("used", "merged", "rejected")},
        **{name: number(located[name]) for name in ("country_only", "nowhere")},
    )
