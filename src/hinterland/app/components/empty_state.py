"""What a page says that has no analysis to show yet."""

from typing import NoReturn

import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import url_state
from hinterland.app.components.questions import offer_countries
from hinterland.app.labels import in_app, literal, say
from hinterland.config import Benchmark


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
        st.info(literal(in_app(refusal.sentence)))


def say_not_comparable(analysis: Analysis) -> None:
    """Say why markets cannot be compared, and what would help."""
    refusal = analysis.findings.comparison_refusal
    if refusal:
        st.info(literal(in_app(refusal.sentence)))
        if refusal.code == "not_comparable":
            offer_countries(analysis)
