"""A view and a run as text: what the address of a page asks for, and the run as a command and as Python."""

import json
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

import pandas as pd
import streamlit as st

from hinterland.app import state, uploads
from hinterland.app.labels import Option, in_every_language, say
from hinterland.config import FILE_SETTINGS, Setting, Settings, list_settings
from hinterland.errors import HinterlandError, InputError
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


def understand(
    question: str, options: Iterable[Option], label: Callable[[Option], str], *, several: bool = False
) -> None:
    """Answer a question as its address does, which may hold values or the words of another language.

    The visitor's own words are left to Streamlit, which alone writes the addresses of bound questions.

    Parameters
    ----------
    question
        The key of the question, and its name in the address.
    options, label
        The values it can have, and how each is worded.
    several
        Whether several values can be chosen.
    """
    address = st.query_params.get_all(question)
    if question in st.session_state or not address:
        return
    offered = list(options)
    words = {word: option for option in offered for word in (*in_every_language(label, option), option)}
    answers = [words[text] for text in address if text in words]
    if answers and not set(address) <= {label(option) for option in offered}:
        answer(question, answers if several else answers[0])


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


def recall(kinds: Mapping[str, type], usual: Mapping[str, object]) -> None:
    """Answer the questions of a form as they were answered when its page was left, else as usual.

    Parameters
    ----------
    kinds
        What an answer to each question is; anything else, such as a changed project file may hold, counts for nothing.
    usual
        The answers to begin with.
    """
    kept = st.session_state.get("form answers", {})
    for question, kind in kinds.items():
        answers = [answers[question] for answers in (kept, usual) if isinstance(answers.get(question), kind)]
        if question not in st.session_state and answers:
            st.session_state[question] = answers[0]


def keep_offered(question: str, options: Sequence[str], usual: str) -> None:
    """Answer a question as usual where its answer is not among those offered."""
    if st.session_state.get(question) not in options:
        st.session_state[question] = usual


def retain(questions: Iterable[str]) -> None:
    """Keep the answers of a form: Streamlit forgets those of a page that is left."""
    answers = {question: st.session_state[question] for question in questions if question in st.session_state}
    st.session_state["form answers"] = st.session_state.get("form answers", {}) | answers


def want_plan(scenario: Scenario) -> None:
    """Remember the plan to show."""
    if wanted_plan() not in (None, scenario):
        state.remember()
    st.session_state["plan"] = scenario


def wanted_plan() -> Scenario | None:
    """Give the scenario of the plan to show; None before the first."""
    scenario: Scenario | None = st.session_state.get("plan")
    return scenario


def can_undo() -> bool:
    """Say whether there is a change to take back."""
    return "undo" in st.session_state


def undo() -> None:
    """Take back the last change of settings, shortlist or plan."""
    settings, markets, plan = st.session_state["undo"]
    current = state.current_settings()
    if settings is not None and current is not None and settings != current:
        change({name: value for name, value in settings if value != getattr(current, name)})
    st.session_state["shortlist"], st.session_state["plan"] = list(markets), plan
    del st.session_state["undo"]


PROJECT, MOST_BYTES = "hinterland_project", 5_000_000
# the only columns of a plan that a project may hold
PLAN_COLUMNS = (
    *("market_id", "market", "country", "kind", "creator_id", "handle", "platform", "niche", "tier", "creators"),
    *("price", "fee_low", "fee_high", "currency", "offer_mode", "people_reached", "worth_checking", "why"),
)


def project(plan_lines: pd.DataFrame | None = None) -> str:
    """Write what was chosen as a project file: settings, shortlist, plan and the client; never the list.

    Parameters
    ----------
    plan_lines
        Lines of the plan (`Plan.lines`), with the handles of its creators, where these are to be saved too.
    """
    settings, plan = state.current_settings() or Settings(), wanted_plan()
    settings = settings.model_copy(update={"benchmark": st.session_state.get("benchmark") or settings.benchmark})
    holds = "settings, shortlist, plan and client; neither the list nor a handle"
    saved = {
        PROJECT: 1,
        "holds": holds
        if plan_lines is None
        else "settings, shortlist, client, and the plan with handles; not the list",
        "list": {"names": [file.name for file in uploads.lists()], "sha256": uploads.digest()},
        "settings": settings.model_dump(mode="json", exclude_defaults=True, exclude=set(FILE_SETTINGS)),
        "shortlist": state.shortlist(),
        "plan": None if plan is None else plan.model_dump(mode="json", exclude_defaults=True),
        "plan_form": st.session_state.get("form answers", {}),
        "client": st.session_state.get("client", {}),
    }
    if plan_lines is not None:
        lines = plan_lines.reindex(columns=list(PLAN_COLUMNS)).round(2)
        saved["plan_lines"] = json.loads(lines.to_json(orient="records"))
    return json.dumps(saved, ensure_ascii=False, indent=1)


def is_project(name: str, content: bytes) -> bool:
    """Say whether a file that was brought is a project, and no list."""
    return name.lower().endswith(".json") and PROJECT.encode() in content[:200]


def open_project(content: bytes) -> None:
    """Take a project file: it goes on as soon as its list is there.

    Raises
    ------
    InputError
        For anything else.
    """
    refusal = InputError(say("This file is not a project saved by Hinterland."))
    try:
        saved = json.loads(content) if len(content) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        raise refusal from None
    if not isinstance(saved, dict) or PROJECT not in saved:
        raise refusal
    if saved[PROJECT] != 1:
        raise InputError(say("This project was saved by a version of Hinterland whose projects this one cannot open."))
    try:
        # a file from elsewhere may not make the app read files of this machine
        settings = {name: value for name, value in saved["settings"].items() if name not in FILE_SETTINGS}
        lines = [{name: _plain(line.get(name)) for name in PLAN_COLUMNS} for line in saved.get("plan_lines", [])]
        st.session_state["project"] = {
            "names": [str(name) for name in saved["list"]["names"]],
            "sha256": saved["list"]["sha256"],
            "settings": Settings(**settings),
            "shortlist": [str(market) for market in saved["shortlist"]],
            "plan": Scenario(**saved["plan"]) if saved["plan"] else None,
            "plan_form": {str(question): _plain(answer) for question, answer in saved["plan_form"].items()},
            "plan_lines": pd.DataFrame(lines, columns=list(PLAN_COLUMNS)),
            "client": {str(name): str(value) for name, value in saved["client"].items()},
        }
    except (KeyError, TypeError, AttributeError, HinterlandError):
        raise refusal from None


def _plain(answer: object) -> object:
    """Keep texts, numbers and lists of texts; anything else becomes a text."""
    if isinstance(answer, list):
        return [str(entry) for entry in answer]
    return answer if answer is None or isinstance(answer, str | int | float) else str(answer)


def waiting_project() -> dict[str, Any] | None:
    """Give the project that was opened and waits for its list."""
    saved: dict[str, Any] | None = st.session_state.get("project")
    return saved


def resume() -> bool:
    """Go on with the project that was opened, on the list in hand; False where none waits."""
    saved = waiting_project()
    if saved is None or not uploads.lists():
        return False
    del st.session_state["project"]
    st.session_state["expected list"] = "" if saved["sha256"] == uploads.digest() else ", ".join(saved["names"])
    settings: Settings = saved["settings"]
    uploads.read_as(settings)
    uploads.say_columns({column: field for field, column in settings.columns})
    for name in settings.model_fields_set:
        if (value := getattr(settings, name)) is not None:
            question = name if name in (*SETTINGS, "benchmark") else f"{SETTING_PREFIX}{name}"
            answer(question, list(value) if isinstance(value, tuple) else value)
    state.ask(settings.model_copy(update={"benchmark": Settings().benchmark}))
    for part in ("shortlist", "plan", "client"):
        st.session_state[part] = saved[part]
    st.session_state["form answers"], st.session_state["saved plan"] = saved["plan_form"], saved["plan_lines"]
    st.session_state.pop("undo", None)
    return True


def saved_plan() -> pd.DataFrame:
    """Give the lines of the plan that the project in hand was saved with; none without one.

    Returns
    -------
    One row per creator and recruit, columns PLAN_COLUMNS, money in `currency`.
    """
    lines: pd.DataFrame | None = st.session_state.get("saved plan")
    return pd.DataFrame(columns=list(PLAN_COLUMNS)) if lines is None else lines


# no shell lets people type it
TAB = "\t"


def command_line(settings: Settings) -> str:
    """Write the command that repeats this run.

    Parameters
    ----------
    settings
        Only what differs from the usual settings becomes an option.

    Returns
    -------
    A line for a shell; YOUR_LIST stands for the file. With `only_columns` the columns are left to a mapping file,
    reading.toml.
    """
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
    """Write the Python that repeats this run.

    Parameters
    ----------
    settings
        Only what differs from the usual settings is written.

    Returns
    -------
    Lines of Python; YOUR_LIST stands for the file.
    """
    changed = ", ".join(f"{name}={value!r}" for name, value in settings.model_dump(exclude_defaults=True).items())
    return (
        "from hinterland import Settings, analyze\n\n"
        f'analysis = analyze("YOUR_LIST", settings=Settings({changed}))\n'
        'analysis.export("ranking.csv", "map.html")'
    )
