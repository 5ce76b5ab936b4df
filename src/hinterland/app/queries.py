"""Cached queries of an analysis: its creators, twins and plans; cached for this session alone."""

from concurrent.futures import Future
from dataclasses import replace

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis, creators_table, find_people, first_lines
from hinterland.analysis.comparison import follow_creators, list_abroad
from hinterland.analysis.questions import list_twins, other_budgets, plan_budget
from hinterland.app import uploads
from hinterland.app.jobs import PLANS
from hinterland.app.labels import language, visitor_language
from hinterland.app.uploads import fingerprint
from hinterland.config import Benchmark
from hinterland.ingest import FileContent
from hinterland.language import Text
from hinterland.pipeline.creators import People
from hinterland.planning import Plan, Scenario

MAX_ENTRIES = 6
TWINS = 10
# which list, with which settings, in which language
Key = tuple[str, str, str]


def with_benchmark(analysis: Analysis, benchmark: Benchmark) -> Analysis:
    """Look at an analysis through one benchmark: both are always computed."""
    settings = analysis.findings.settings.model_copy(update={"benchmark": benchmark})
    return replace(analysis, findings=replace(analysis.findings, settings=settings))


def people(analysis: Analysis) -> People:
    """Give the creators of an analysis, each with how to approach it."""
    return _people(_key(with_benchmark(analysis, "national")), analysis)


def people_there(analysis: Analysis, *market_ids: str) -> pd.DataFrame:
    """List the creators of markets, the smallest audience first, each with a first line to write.

    Returns
    -------
    The columns of `creators_table` and `opening_line`, by creator_id. A creator belongs to the market where most of its
    audience is.

    Raises
    ------
    InputError
        When rows of the list are counts, or none of them could be used.
    """
    return _people_there(_key(analysis), market_ids, analysis)


def reachable(creators: pd.DataFrame) -> pd.DataFrame:
    """Keep those of `people_there` who have a handle or an address, and do not refuse to be contacted.

    Returns
    -------
    Rows of `creators`.
    """
    contact = creators.reindex(columns=["handle", "email", "do_not_contact"])
    return creators[contact[["handle", "email"]].notna().any(axis="columns") & (contact["do_not_contact"] != "yes")]


def twins(analysis: Analysis, market_id: str, *, everywhere: bool) -> pd.DataFrame:
    """List the markets most like one.

    Parameters
    ----------
    everywhere
        Also markets that are not ranked, or have as many creators as expected or more.

    Returns
    -------
    The table of `list_twins` by market_id, the ten most alike at most.

    Raises
    ------
    UnknownNameError
        When the market is not among the analysed ones.
    """
    return _twins(_key(analysis), market_id, everywhere, analysis)


def plan(analysis: Analysis, scenario: Scenario) -> Future[Plan]:
    """Plan a budget on an analysis; another thread works on it."""
    return _plan(_key(analysis), scenario.model_dump_json(), analysis)


def curve(analysis: Analysis, scenario: Scenario) -> Future[pd.DataFrame]:
    """Say what other budgets would reach; another thread works on it.

    Returns
    -------
    A future of the table of `other_budgets`: budget and cost (money, in the currency of `scenario`), people, knee.

    Raises
    ------
    InputError
        When rows of the list are counts, or none of them could be used.
    """
    return _curve(_key(analysis), scenario.model_dump_json(), analysis)


Changes = tuple[pd.DataFrame, tuple[Text, ...]]


def changes(analysis: Analysis, earlier: FileContent) -> Future[Changes]:
    """Say what has changed since an earlier list; another thread works on it."""
    return _changes(_key(analysis), fingerprint([earlier]), analysis, earlier)


def abroad(analysis: Analysis) -> Changes:
    """Lay out what is known of each ranked market abroad, side by side."""
    return _abroad(_key(analysis), analysis)


def _key(analysis: Analysis) -> Key:
    return uploads.digest(), analysis.findings.settings.model_dump_json(), language()


@st.cache_resource(scope="session", max_entries=1, show_spinner="Looking at every creator …")
def _people(key: Key, _analysis: Analysis) -> People:  # noqa: ARG001 - names the analysis
    return find_people(_analysis, language=visitor_language())


@st.cache_data(scope="session", max_entries=MAX_ENTRIES, show_spinner=False)
def _people_there(key: Key, market_ids: tuple[str, ...], _analysis: Analysis) -> pd.DataFrame:  # noqa: ARG001 - the same
    all_creators = people(_analysis)
    creator_ids = all_creators.creators.index[all_creators.creators["market_id"].isin(market_ids).to_numpy()]
    market_creators = replace(
        all_creators, creators=all_creators.creators.loc[creator_ids], offers=all_creators.offers.loc[creator_ids]
    )
    table = (
        creators_table(_analysis, market_creators)
        .set_index("creator_id")
        .assign(opening_line=first_lines(_analysis, market_creators, visitor_language()))
    )
    return table.sort_values("followers", kind="stable") if "followers" in table else table


@st.cache_data(scope="session", max_entries=MAX_ENTRIES, show_spinner="Looking for markets like it …")
def _twins(key: Key, market_id: str, everywhere: bool, _analysis: Analysis) -> pd.DataFrame:  # noqa: ARG001, FBT001 - a key
    return list_twins(_analysis, market_id, count=TWINS, everywhere=everywhere, language=visitor_language())


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _changes(key: Key, earlier: str, _analysis: Analysis, _file: FileContent) -> Future[Changes]:  # noqa: ARG001 - keys
    return PLANS.submit(uploads.session(), lambda: follow_creators(_analysis, _file))


@st.cache_resource(scope="session", max_entries=2, show_spinner="Looking at the audiences abroad …")
def _abroad(key: Key, _analysis: Analysis) -> Changes:  # noqa: ARG001 - the same
    return list_abroad(_analysis)


@st.cache_resource(scope="session", max_entries=MAX_ENTRIES, show_spinner=False)
def _plan(key: Key, scenario: str, _analysis: Analysis) -> Future[Plan]:  # noqa: ARG001 - the same
    asked, creators, spoken = Scenario.model_validate_json(scenario), people(_analysis), visitor_language()
    return PLANS.submit(uploads.session(), lambda: plan_budget(_analysis, asked, people=creators, language=spoken)[0])


@st.cache_resource(scope="session", max_entries=MAX_ENTRIES, show_spinner=False)
def _curve(key: Key, scenario: str, _analysis: Analysis) -> Future[pd.DataFrame]:  # noqa: ARG001 - the same
    asked, creators = Scenario.model_validate_json(scenario), people(_analysis)
    return PLANS.submit(uploads.session(), lambda: other_budgets(_analysis, asked, creators))
