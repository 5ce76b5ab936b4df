"""The questions of a plan: what may be spent, on whom, and where."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from hinterland.app import url_state
from hinterland.app.labels import TIERS, country, number, say
from hinterland.language import later
from hinterland.planning import Scenario

CURRENCIES = ("USD", "EUR", "GBP", "INR", "BRL", "ZAR", "CAD", "AUD", "CHF", "JPY")
PRICES = {
    "middle": later("The middle of each fee"),
    "high": later("Cautious: the high end of each fee"),
    "low": later("Optimistic: the low end of each fee"),
}
NOBODY = later("nobody")
SECONDS = 15.0
USUAL, USUAL_MARKETS = 20_000.0, 10


class Bounds(NamedTuple):
    """A question that takes a number, and between what that makes sense."""

    question: str
    least: float
    most: float


BOUNDS: dict[str, Bounds] = {
    "budget": Bounds(later("Budget"), 1, 1e12),
    "max_markets": Bounds(later("Markets, at most"), 1, 1_000),
    "min_creators": Bounds(later("Creators per market, at least"), 0, 1_000),
    "max_creators": Bounds(later("Creators per market, at most"), 1, 10_000),
}
LEAST_RATE, MOST_RATE = 0.0001, 1e9


SHORTLIST, SMALLER_ABROAD, SMALLER, ABROAD, EVERYWHERE = "shortlist", "smaller abroad", "smaller", "abroad", "all"
AMONG = {
    SHORTLIST: later("Your shortlist"),
    SMALLER_ABROAD: later("Smaller markets abroad"),
    SMALLER: later("Smaller markets"),
    ABROAD: later("Markets abroad"),
    EVERYWHERE: later("All markets"),
}
# what stands in these is kept when the page is left, and in a project
QUESTIONS: dict[str, type] = {
    **dict.fromkeys(("budget",), float),
    **dict.fromkeys(("most markets", "fewest", "most creators"), int),
    **dict.fromkeys(("currency", "price", "recruit", "among"), str),
    **dict.fromkeys(("must", "never", "tiers", "countries left out"), list),
}
USUAL_ANSWERS = {"budget": USUAL, "most markets": USUAL_MARKETS, "fewest": 0}


def ask_among(shortlisted: Sequence[str], *, home: bool) -> tuple[str, ...]:
    """Ask which markets the plan may choose from: the shortlist, if there is one, unless another kind is wanted."""
    choices = [SHORTLIST] if shortlisted else []
    choices += [SMALLER_ABROAD, SMALLER, ABROAD, EVERYWHERE] if home else [SMALLER, EVERYWHERE]
    url_state.keep_offered("among", choices, SHORTLIST if shortlisted else EVERYWHERE)
    among = st.segmented_control(
        say("Choose from"), choices, format_func=lambda choice: say(AMONG[choice]), key="among", required=True
    )
    words = {SHORTLIST: tuple(shortlisted), EVERYWHERE: ()}
    return words.get(among or EVERYWHERE, tuple((among or "").split()))


def ask_countries(ranking: pd.DataFrame) -> tuple[str, ...]:
    """Ask which countries to leave out; give the ids of their markets.

    Parameters
    ----------
    ranking
        RANKING table by market_id. Countries with a ranked market can be chosen; that of the best one stands first.

    Returns
    -------
    The market_id of every market in the countries chosen, ranked or not.
    """
    ranked = ranking.loc[ranking["rank"].notna()].sort_values("rank").drop_duplicates("country_code")
    names = ranked.set_index("country_code")["country"]
    url_state.begin_with("countries left out", [], list(names.index))
    codes = st.multiselect(
        say("What if you leave out a country?"),
        list(names.index),
        format_func=lambda code: country(code, names[code]),
        key="countries left out",
        placeholder=say("none"),
    )
    return tuple(ranking.index[ranking["country_code"].isin(codes)])


def ask_scenario(
    offers: pd.DataFrame, names: "pd.Series[str]", ranking: pd.DataFrame, *, home: bool = False
) -> Scenario | None:
    """Ask for budget and limits; `names` are those of the markets on the shortlist, by market_id.

    `home` says whether it is known where the brand sells.

    None while an answer makes no sense, which the page then says: a box that only refuses a number would leave the
    answer before it in force.

    Parameters
    ----------
    offers
        OFFERS table: its tiers and currencies are asked about.
    ranking
        RANKING table by market_id; its countries can be left out.

    Returns
    -------
    The answers, with money in the currency chosen.
    """
    url_state.understand("price", PRICES, lambda price: say(PRICES[price]))
    url_state.recall(QUESTIONS, USUAL_ANSWERS)
    url_state.keep_offered("currency", CURRENCIES, CURRENCIES[0])
    url_state.keep_offered("price", list(PRICES), "middle")
    among, barred = st.columns([3, 2])
    with among:
        only = ask_among(list(names.index), home=home)
    with barred:
        without = ask_countries(ranking)
    boxes = st.columns([2, 1, 1, 2])
    answers: dict[str, Any] = {
        "budget": boxes[0].number_input(say("Budget"), step=1_000.0, format="%.0f", key="budget"),
        "currency": boxes[1].selectbox(say("Currency"), CURRENCIES, key="currency", bind="query-params"),
        "max_markets": boxes[2].number_input(say("Markets, at most"), step=1, key="most markets"),
        "price": boxes[3].selectbox(
            say("Plan with"),
            list(PRICES),
            format_func=lambda price: say(PRICES[price]),
            key="price",
            bind="query-params",
        ),
    }
    with st.expander(say("Limits: how many creators, which markets, whom")):
        answers |= ask_limits() | ask_which(names) | ask_whom(offers)
    answers["rates"] = ask_rates(offers, answers["currency"])
    url_state.retain(QUESTIONS)
    answers |= {"only": only, "never": tuple(dict.fromkeys((*answers["never"], *without)))}
    answers["must"] = tuple(market for market in answers["must"] if market not in answers["never"])
    wrong = list(impossible(answers))
    for sentence in wrong:
        st.error(sentence)
    return None if wrong else Scenario(**answers, time_limit=SECONDS)


def impossible(answers: Mapping[str, Any]) -> Iterator[str]:
    """Say which answers make no sense, and what would."""
    numbers = [(say(bounds.question), answers[field], bounds) for field, bounds in BOUNDS.items()]
    numbers += [
        (currency, rate, Bounds(currency, LEAST_RATE, MOST_RATE)) for currency, rate in answers["rates"].items()
    ]
    for question, answer, bounds in numbers:
        if answer is not None and not bounds.least <= answer <= bounds.most:
            yield say(
                "{question}: give a number from {least} to {most}.",
                question=question,
                least=number(bounds.least, 4),
                most=number(bounds.most),
            )
    fewest, most = answers["min_creators"], answers["max_creators"]
    if most is not None and most < fewest:
        yield say(
            "The maximum of {most} creators per market is below the minimum of {fewest}.",
            most=number(most),
            fewest=number(fewest),
        )


def ask_limits() -> dict[str, Any]:
    """Ask how many creators there may be in each market; empty is no limit."""
    boxes = st.columns(2)
    empty = say("no limit")
    return {
        "min_creators": boxes[0].number_input(say("Creators per market, at least"), step=1, key="fewest"),
        "max_creators": boxes[1].number_input(
            say("Creators per market, at most"), value=None, step=1, key="most creators", placeholder=empty
        ),
    }


def ask_which(names: "pd.Series[str]") -> dict[str, tuple[str, ...]]:
    """Ask which markets of the shortlist must be in the plan, and which must not.

    Parameters
    ----------
    names
        What each market is called, by market_id.

    Returns
    -------
    `must` and `never`: market ids.
    """
    boxes, empty = st.columns(2), say("from your shortlist")
    market_ids = list(names.index)
    for question in ("must", "never"):
        url_state.begin_with(question, [], market_ids)
    must = boxes[0].multiselect(
        say("Markets that must be in"), market_ids, format_func=names.__getitem__, key="must", placeholder=empty
    )
    others = [market for market in market_ids if market not in must]
    url_state.begin_with("never", [], others)
    never = boxes[1].multiselect(
        say("Markets to leave out"), others, format_func=names.__getitem__, key="never", placeholder=empty
    )
    return {"must": tuple(must), "never": tuple(never)}


def ask_whom(offers: pd.DataFrame) -> dict[str, Any]:
    """Ask for the tiers to choose from, and of which tier to recruit where creators are missing.

    Parameters
    ----------
    offers
        OFFERS table; only its tiers can be chosen.

    Returns
    -------
    `tiers`, empty for all of them, and `recruit`, a tier or None for nobody: fields of `Scenario`.
    """
    tiers_in_list = [tier for tier in TIERS if tier in set(offers["tier"])]
    boxes = st.columns(2)
    url_state.begin_with("tiers", [], tiers_in_list)
    tiers = boxes[0].multiselect(
        say("Size of creator"), tiers_in_list, format_func=say, key="tiers", placeholder=say("All")
    )
    choices = [*(tier for tier in tiers_in_list if not tiers or tier in tiers), NOBODY]
    # as on the command line; where the list has no such creators to price them by, the smallest it has
    url_state.keep_offered("recruit", choices, "micro" if "micro" in choices else choices[0])
    recruit = boxes[1].selectbox(say("Where creators are missing, recruit"), choices, format_func=say, key="recruit")
    return {"tiers": tuple(tiers), "recruit": None if recruit == NOBODY else recruit}


def ask_rates(offers: pd.DataFrame, currency: str) -> dict[str, float]:
    """Ask what other money in the list is worth; a list in the plan's money needs no rates.

    Parameters
    ----------
    offers
        OFFERS table.
    currency
        Code of the plan's money.

    Returns
    -------
    What one unit of each other currency is worth in `currency`, by its code.
    """
    codes = sorted(set(offers["currency"].dropna()) - {currency})
    if not codes:
        return {}
    st.caption(
        say(
            "Some fees in this list are in other currencies. Enter the exchange rates: they cannot be looked up "
            "offline."
        )
    )
    questions = {code: f"rate {code} {currency}" for code in codes}
    url_state.recall(dict.fromkeys(questions.values(), float), dict.fromkeys(questions.values(), 1.0))
    boxes = st.columns(max(len(codes), 4))
    rates = {
        code: box.number_input(f"1 {code} = … {currency}", format="%.4f", key=questions[code])
        for box, code in zip(boxes, codes, strict=False)
    }
    url_state.retain(questions.values())
    return rates
