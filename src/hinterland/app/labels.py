"""The language a visitor reads, and words of tables marked for the catalogues."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

import pandas as pd
import streamlit as st

from hinterland.language import ENGLISH, LANGUAGES, Door, Language, Text, later
from hinterland.pipeline import Results

APP: Door = "app"
LANGUAGE_KEY = "lang"
Option = TypeVar("Option", bound=str)
# a language to speak for a moment in place of the visitor's
_SPOKEN: ContextVar[str] = ContextVar("spoken", default="")


def language() -> str:
    """Give the code of the language to speak."""
    return _SPOKEN.get() or _of_choice() or of_browser()


def _of_choice() -> str:
    code = st.query_params.get(LANGUAGE_KEY) or st.session_state.get(LANGUAGE_KEY, "")
    return code if code in LANGUAGES else ""


def keep() -> None:
    """Keep to a language that was chosen on the pages that follow, whose addresses begin anew.

    An address without one speaks the language of whoever opens it.
    """
    if code := _of_choice():
        st.session_state[LANGUAGE_KEY] = st.query_params[LANGUAGE_KEY] = code


def in_every_language(label: Callable[[Option], str], option: Option) -> set[str]:
    """Word an option as every language does."""
    words = set()
    for code in LANGUAGES:
        spoken = _SPOKEN.set(code)
        words.add(label(option))
        _SPOKEN.reset(spoken)
    return words


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


def visitor_language() -> Language:
    """Give the visitor's language; numbers as in the browser's own region, if the language is its own."""
    spoken = language()
    region = st.context.locale if of_browser() == spoken else None
    return Language.of(region if region and Language.of(region, APP).code == spoken else spoken, APP)


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
SIGNS = re.compile(r"([!-/:-@\[-`{-~])")


def literal(text: object) -> str:
    """Write any text so that Markdown shows it as it is."""
    joined = SPECIAL.sub(JOINER, " ".join(str(text).split()))
    return SIGNS.sub(r"\\\1", joined)


def say(sentence: str | Text, /, **values: object) -> str:
    """Say an English sentence in the visitor's language, with values in place of its {names}; or any text."""
    spoken = visitor_language()
    return spoken.say(sentence, **values) if isinstance(sentence, str) else spoken.render(sentence)


def say_count(singular: str, plural: str, /, count: float, **values: object) -> str:
    """Say how many there are: the sentence for one, or the one for any other {count}."""
    return say(singular if count == 1 else plural, count=number(count), **values)


def country(code: object, name: object) -> str:
    """Name a country in the visitor's language, by its code and the name that tables have."""
    return visitor_language().country(str(code), str(name))


def countries(table: pd.DataFrame) -> dict[str, str]:
    """Name the countries of a table in the visitor's language.

    Parameters
    ----------
    table
        Has the columns country and country_code.

    Returns
    -------
    Names by those in the table, in alphabetical order.
    """
    pairs = table[["country_code", "country"]].dropna().drop_duplicates("country")
    names = {str(name): country(code, name) for code, name in pairs.itertuples(index=False)}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def short_names(markets: pd.DataFrame) -> "pd.Series[str]":
    """Name each market as its country tells it from others, with the country's code; a country by its name alone.

    Parameters
    ----------
    markets
        One row per name: market, country, country_code, and label if there is one.

    Returns
    -------
    Names with the index of `markets`.
    """
    code = markets["country_code"].where(markets["country"] != markets["market"])
    label = markets["label"] if "label" in markets else markets["market"]
    label = label.where(code.notna(), markets["country"].map(countries(markets)))
    return label.where(code.isna(), label + ", " + code.fillna(""))


def distinct_names(markets: pd.DataFrame) -> "pd.Series[str]":
    """Name each market as short as tells it from the others.

    Returns
    -------
    Short names with the index of `markets`; full names for all if two of the short ones are alike.
    """
    short = short_names(markets)
    return full_names(markets) if short.duplicated().any() else short


def full_names(markets: pd.DataFrame) -> "pd.Series[str]":
    """Name each market with its region and country, each once.

    Parameters
    ----------
    markets
        One row per name: market, region, country and country_code.

    Returns
    -------
    Names with the index of `markets`.
    """
    local = countries(markets)
    rows = markets[["market", "region", "country"]].astype(object).to_numpy()
    names = [
        ", ".join(dict.fromkeys(local.get(part, str(part)) for part in row if pd.notna(part) and part)) for row in rows
    ]
    return pd.Series(names, markets.index, dtype="str")


def name_with_country(row: pd.Series) -> str:
    """Name a market and its country; a country only once."""
    return ", ".join(dict.fromkeys(local_names(row)))


def local_names(row: pd.Series) -> tuple[str, str]:
    """Give the name of a market and that of its country, countries in the visitor's language."""
    land = country(row["country_code"], row["country"])
    return land if row["label"] == row["country"] else str(row["label"]), land


def number(value: float, digits: int = 0) -> str:
    """Write a number as the visitor's region does; a dash where there is none."""
    return visitor_language().number(value, digits)


def percent(share: float, digits: int = 0) -> str:
    """Write a share (0-1) as the visitor's region writes percents."""
    return visitor_language().percent(share, digits)


def people(count: float) -> str:
    """Write a number of people short, in two digits: 1.2M, 340K, 85."""
    return visitor_language().people(count)


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


def describe_overlaps(rows: pd.DataFrame) -> list[str]:
    """Say of each market and the next fuller one whether this list can tell them apart.

    Parameters
    ----------
    rows
        RANKING rows with `name`; those without a saturation are left out.

    Returns
    -------
    One sentence per pair, the emptiest market first.
    """
    markets = rows[rows["saturation"].notna()].sort_values("saturation")
    names, lows, highs = (markets[name].tolist() for name in ("name", "saturation_low", "saturation_high"))
    return [
        say(
            "{one} has fewer creators for its size than {other}: their intervals do not overlap.",
            one=emptier,
            other=fuller,
        )
        if high < low
        else say("{one} and {other} cannot be told apart: their intervals overlap.", one=emptier, other=fuller)
        for emptier, fuller, high, low in zip(names[:-1], names[1:], highs[:-1], lows[1:], strict=True)
    ]
