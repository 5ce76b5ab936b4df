"""The questions that come before the first result, one at a time, and the way out wherever a list cannot say."""

from typing import NamedTuple, NoReturn

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import state, url_state
from hinterland.app.components.tables import ENTRIES
from hinterland.app.labels import country, literal, number, say, say_count
from hinterland.config import NOT_COVERED, RANKED, Benchmark
from hinterland.coverage import FEW_IN_COUNTRY, LISTED_ONLY, PRESENT
from hinterland.language import Country, Notice
from hinterland.ranking import decided_shares
from hinterland.self_check import MOST_JUDGED


def stop_without_list(title: str) -> NoReturn:
    """Say that a list is missing, show the way to the Data page, and end the page."""
    st.title(title)
    st.write(say("Bring a list on the Data page, or open the demo there."))
    st.page_link("views/data.py", label=say("Go to Data"))
    st.stop()


def stop_without_comparison(analysis: Analysis) -> None:
    """Say that a list cannot compare markets, and end the page, if it cannot."""
    if analysis.findings.comparable:
        return
    say_not_comparable(analysis)
    st.stop()


def stop_without_world(analysis: Analysis, benchmark: Benchmark) -> None:
    """Say why nothing is compared with the world, and end the page, where that was asked for and the list cannot."""
    if benchmark == "global" and analysis.findings.global_refusal:
        say_global_refusal(analysis, benchmark)
        st.stop()


def say_global_refusal(analysis: Analysis, benchmark: Benchmark) -> None:
    """Say why nothing is compared with the world, where that was asked for and the list cannot; and what it can."""
    if benchmark == "global" and analysis.findings.global_refusal:
        say_refusal(analysis)
        st.button(say("Compare within each country"), on_click=url_state.answer, args=("benchmark", "national"))


def say_refusal(analysis: Analysis) -> None:
    """Say why nothing is compared with the world, if the list cannot."""
    if refusal := analysis.findings.global_refusal:
        st.info(literal(say(refusal)))


def say_not_comparable(analysis: Analysis) -> None:
    """Say why markets cannot be compared, and what would help."""
    refusal = analysis.findings.comparison_refusal
    if refusal:
        st.info(literal(say(refusal)))
        if refusal.code == "not_comparable":
            offer_countries(analysis)


# what a list cannot judge
DISTRUST = ("chosen_cities", "band_too_few", "band_too_many", "band_not_predicted", "beyond_reach")
# only the places the list names are compared
ONLY_NAMED = frozenset({"chosen_cities", "listed_only"})
EXAMPLES = 3


class Answer(NamedTuple):
    """One answer as a button: its words, and the settings it stands for; none settle the question as it is."""

    words: str
    settings: dict[str, object]


def ask_first(analysis: Analysis, benchmark: Benchmark) -> None:
    """Ask where the brand sells, and whether a thin list looked everywhere: one at a time, each answered by default.

    Nothing is asked where no market can be judged. What the list looked at comes first where a market that is put first
    is in a country of few creators: it may be there for that alone.
    """
    findings, ranking = analysis.findings, analysis.findings.rankings[benchmark]
    covered = ranking.loc[ranking["class"] != NOT_COVERED, ["class", "country_code", "country", "creators"]]
    if not covered["class"].isin(RANKED).any():
        return
    creators = covered.groupby(["country_code", "country"])["creators"].sum().sort_values(ascending=False)
    thin = creators[creators < FEW_IN_COUNTRY]
    doubtful = findings.settings.covers == PRESENT and 0 < len(thin) < len(creators) and not state.is_settled("covers")
    homeless = len(creators) > 1 and not findings.settings.home and not state.is_settled("home")
    put_first = [market for ids in findings.highlights(benchmark, ENTRIES).values() for market in ids]
    may_mislead = ranking.loc[put_first, "country_code"].isin(thin.index.get_level_values("country_code")).any()
    if doubtful and (may_mislead or not homeless):
        _ask_coverage(creators, thin)
    elif homeless:
        _ask_home(creators)


def _ask_home(creators: "pd.Series[float]") -> None:
    code, name = creators.index[0]
    home = Country(code, name)
    sentence = say(
        "Where do you sell today? Most creators of this list are {country:in}. Other countries are in Settings.",
        country=home,
    )
    sell_there = Answer(say("We sell {country:in}", country=home), {"home": (code,)})
    _ask("home", sentence, (sell_there, Answer(say("Nowhere yet"), {})))


def _ask_coverage(creators: "pd.Series[float]", thin: "pd.Series[float]") -> None:
    names = ", ".join(country(*pair) for pair in thin.index[:EXAMPLES]) + ("", " …")[len(thin) > EXAMPLES]
    sentence = say_count(
        "This list has fewer than {few} creators in {count} country ({names}): did it look there?",
        "This list has fewer than {few} creators in {count} countries ({names}): did it look there?",
        count=len(thin),
        few=number(FEW_IN_COUNTRY),
        names=names,
    )
    others = creators.index.difference(thin.index).get_level_values("country_code")
    leave_out = Answer(say("Leave them out"), {"covers": ",".join(others)})
    _ask("covers", sentence, (leave_out, Answer(say("Yes, it looked there"), {})))


def show_trust(analysis: Analysis, ranking: pd.DataFrame) -> None:
    """Say how far the list can be relied on, with the reasons behind a button, and what would help.

    Parameters
    ----------
    ranking
        RANKING table of the analysis.
    """
    trust, notices = analysis.findings.trust, analysis.findings.warnings
    if trust is None:
        return
    doubts = [notice for notice in notices if notice.code in DISTRUST]
    answer = _way_out(analysis, ranking, doubts)
    # what is compared is said at once and in short, why so behind the button
    first = [
        say_count(
            "Only the {count} market it names is judged.",
            "Only the {count} markets it names are compared.",
            count=len(ranking) - int((ranking["class"] == NOT_COVERED).sum()),
        )
        for notice in notices
        if notice.code in ONLY_NAMED
    ]
    reasons = [say(text) for text in (trust.check, *doubts) if str(text)]
    with st.container(horizontal=True, vertical_alignment="center", key=f"trust {trust.level}"):
        st.markdown(literal(" ".join([say(trust.verdict), *first])), width="stretch")
        if reasons:
            with st.popover(say("Why?")):
                for reason in reasons:
                    st.markdown(literal(reason))
        if answer:
            _show_button(*answer)


def _way_out(analysis: Analysis, ranking: pd.DataFrame, doubts: list[Notice]) -> tuple[str, Answer] | None:
    """Give what would help a list that cannot judge much: the question it settles, and the answer to it."""
    covered = ranking.loc[ranking["class"] != NOT_COVERED, ["class", "internet_users"]]
    if not ranking["class"].isin(RANKED).any():
        whole = Answer(say("Compare whole countries"), {"level": "country"})
        return None if analysis.findings.level == "country" else ("level", whole)
    if not doubts:
        return None
    if any(notice.code in ONLY_NAMED for notice in analysis.findings.warnings):
        return "everywhere", _everywhere(analysis)
    # a few sizes or countries that cannot be judged are no reason to change what the whole list covers
    if decided_shares(covered["class"], covered["internet_users"])[1] > MOST_JUDGED:
        return None
    return "listed", Answer(say("Compare only the places the list names"), {"covers": LISTED_ONLY})


def offer_countries(analysis: Analysis) -> None:
    """Offer to compare a list of a few places as one that looked everywhere in their countries."""
    _show_button("countries", _everywhere(analysis))


def _everywhere(analysis: Analysis) -> Answer:
    held = analysis.ranking[analysis.ranking["creators"] > 0]
    codes = ",".join(sorted(held["country_code"].dropna().unique()))
    return Answer(say("It looked everywhere in its countries: compare them"), {"covers": codes})


def _ask(question: str, sentence: str, answers: tuple[Answer, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"question {question}"):
        st.markdown(f"**{literal(sentence)}**", width="stretch")
        for answer in answers:
            _show_button(question, answer)


def _show_button(question: str, answer: Answer) -> None:
    def give() -> None:
        state.settle(question)
        if answer.settings:
            url_state.change(answer.settings)

    st.button(literal(answer.words), key=f"{question} {answer.words}", on_click=give)
