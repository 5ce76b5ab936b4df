"""A view and a run as text: what the address of a page asks for, and the run as a command and as Python."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import streamlit as st

from hinterland.app import state
from hinterland.config import Setting, Settings, list_settings
from hinterland.ingest import MAPPING_KEYS
from hinterland.planning import Scenario

# these stand in the address of more than one page, where they are the visitor's answers and not a link's
SETTINGS = ("level", "home", "covers", "tier", "platform", "niche")
# and those of the form's second part, which bear this before their name
SETTING_PREFIX = "set_"


def go(page: str, view: Mapping[str, list[str]] | None = None) -> NoReturn:
    """Go to a page, on a view of it; Streamlit would not clear an address in which answers of a page stand."""
    st.switch_page(page, query_params={} if view is None else dict(view))


def follow_address(*, arriving: bool) -> None:
    """Look at the market the address names if the visitor changed it (a link, the back button); else name it there."""
    address_market, last_market = st.query_params.get("market"), st.session_state.get("written")
    # a page that is arrived at has no market in its address: that is no wish to look at none
    if address_market != last_market and not (arriving and address_market is None):
        state.look_at(address_market)
    market_id = state.market()
    if market_id is None:
        st.query_params.pop("market", None)
    elif market_id != address_market:
        st.query_params["market"] = market_id
    st.session_state["written"] = market_id


def keep_link() -> None:
    """Remember the view a link asks for until there is an analysis to show it on.

    What needs an analysis of its own is left to the questions of the Data page.
    """
    of_view = (name for name in st.query_params if name not in SETTINGS and not name.startswith(SETTING_PREFIX))
    if view := {name: st.query_params.get_all(name) for name in of_view}:
        st.session_state["link"] = view


def kept_link() -> dict[str, list[str]]:
    """Give the view a link asked for, once."""
    view: dict[str, list[str]] = st.session_state.pop("link", {})
    return view


def mark_rows(table: str, rows: list[int]) -> None:
    """Mark rows of a table that is about to be shown, where others are marked."""
    marked = st.session_state.get(table, {}).get("selection", {}).get("rows", [])
    if list(marked) != rows:
        st.session_state[table] = {"selection": {"rows": rows}}


def begin_with(question: str, answer: list[str], offered: list[str]) -> None:
    """Answer a question that was not asked yet, and take away what is no longer offered."""
    answers: list[str] = st.session_state.get(question, answer)
    st.session_state[question] = [option for option in answers if option in set(offered)]


def answer(question: str, value: object) -> None:
    """Answer a question in the visitor's place."""
    st.session_state[question] = value


def change(settings: Mapping[str, object]) -> None:
    """Ask for an analysis with other settings, and answer the questions of the pages alike."""
    for name, value in settings.items():
        answer(name, list(value) if isinstance(value, tuple) else value)
    state.ask((state.current_settings() or Settings()).model_copy(update=settings))


def recall(questions: Sequence[str], usual: Mapping[str, object]) -> None:
    """Answer the questions of a form as they were answered when its page was left, else as usual."""
    kept = st.session_state.get("form answers", {})
    for question in questions:
        if question not in st.session_state and (question in kept or question in usual):
            st.session_state[question] = kept.get(question, usual.get(question))


def retain(questions: Sequence[str]) -> None:
    """Keep the answers of a form: Streamlit forgets those of a page that is left."""
    answers = {question: st.session_state[question] for question in questions if question in st.session_state}
    st.session_state["form answers"] = st.session_state.get("form answers", {}) | answers


def want_plan(scenario: Scenario) -> None:
    """Remember the plan to show."""
    st.session_state["plan"] = scenario


def wanted_plan() -> Scenario | None:
    """Give the scenario of the plan to show; None before the first."""
    scenario: Scenario | None = st.session_state.get("plan")
    return scenario


# no shell lets people type it
TAB = "\t"


def command_line(settings: Settings) -> str:
    """Write the command that repeats this run."""
    changed = settings.model_dump(exclude_defaults=True, exclude_none=True)
    options = [option for name, value in changed.items() for option in _option(list_settings()[name], value)]
    if settings.only_columns:
        # the file of --mapping alone can say that no column is to be guessed
        saved = tuple(list_settings()[name].option for name in MAPPING_KEYS)
        options = [option for option in options if not option.startswith(saved)] + ["--mapping=reading.toml"]
    return shlex.join(["hinterland", "rank", "YOUR_LIST", *options, "--out", "ranking.csv", "--out", "map.html"])


def _option(setting: Setting, value: Any) -> list[str]:  # noqa: ANN401 - a setting of any kind
    if not setting.option:
        return []
    if setting.kind == "flag":
        return [setting.option]
    if setting.kind == "pairs":
        return [
            f"{setting.option}={name}={part:g}" if isinstance(part, float) else f"{setting.option}={name}={part}"
            for name, part in value
        ]
    return [f"{setting.option}={','.join(value) if isinstance(value, tuple) else 'tab' if value == TAB else value}"]


def script(settings: Settings) -> str:
    """Write the Python that repeats this run."""
    changed = ", ".join(f"{name}={value!r}" for name, value in settings.model_dump(exclude_defaults=True).items())
    return (
        "from hinterland import Settings, analyze\n\n"
        f'analysis = analyze("YOUR_LIST", settings=Settings({changed}))\n'
        'analysis.export("ranking.csv", "map.html")'
    )
