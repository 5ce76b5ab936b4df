"""The questions more than one page asks; their answers stand in the address."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hinterland import reference
from hinterland.analysis import Analysis
from hinterland.app import uploads
from hinterland.app.labels import country as country_name
from hinterland.app.labels import literal, number, say
from hinterland.app.url_state import SETTING_PREFIX, understand
from hinterland.config import (
    ALL_SHEETS,
    FILE_SETTINGS,
    Benchmark,
    Level,
    Setting,
    Settings,
    TierPreset,
    assumptions,
    list_settings,
    platform_names,
)
from hinterland.errors import SettingsError
from hinterland.ingest import CreatorList, FileFormat
from hinterland.language import later
from hinterland.messages.model import BENCHMARK_NAMES

LEVELS: dict[Level, str] = {
    "metro": later("Metro areas"),
    "city": later("Cities"),
    "region": later("Regions"),
    "country": later("Countries"),
    "auto": later("Finest the list can decide"),
}
FINER = {"city", "location", "longitude", "region"}
COVERS = {
    "auto": later("The countries it names"),
    "worldwide": later("The whole world"),
    "listed": later("Only the places it names"),
}
AUTOMATIC = ""
ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1", "utf-16", "cp1251", "shift_jis", "gb18030")
DELIMITERS = {
    ",": later("comma"),
    ";": later("semicolon"),
    "\t": later("tab"),
    "|": later("vertical bar"),
    "^": "^",
    "~": "~",
    ":": later("colon"),
}
HEADER_ROWS = {0: later("none: the columns have no names"), **{row: str(row) for row in range(1, 21)}}
ALL = later("all")
# the article's micro creators first
MICRO: tuple[TierPreset, ...] = ("article", "industry")
TIERS = (ALL, "nano", "micro", "mid", "macro", "mega")
# settings with a question of their own: beside this form, at the list, in the filters of Explore
ASKED_ELSEWHERE = frozenset(
    (
        *("level", "home", "covers", "tier", "platform", "niche", "benchmark", "sort", "countries"),
        *("encoding", "delimiter", "header_row", "sheet", "columns", "only_columns", "constants"),
    )
)
# a visitor names no files of this machine; weights stand in the file of --detail alone
NOT_IN_APP = frozenset((*FILE_SETTINGS, "layer", "weights"))
CHOICES = {
    "none": later("stay in the creator's market"),
    "huff": later("spread over nearby markets, larger ones more (Huff)"),
    "e2sfca": later("spread over nearby markets by distance (E2SFCA)"),
    "income": later("income"),
    "urban_share": later("share of people in cities"),
    "age": later("age"),
    "language_reach": later("reach of its languages"),
}


def ask_settings(listing: CreatorList) -> Settings:
    """Ask for what needs a new fit; how to read the list stays as it is.

    The page ends where the answers make no sense.

    Parameters
    ----------
    listing
        If it names no place within a country, countries are the only kind of market to choose.

    Returns
    -------
    The answers, with how the list in hand is read; the benchmark is not asked for.
    """
    boxes = st.columns(4)
    levels: list[Level] = list(LEVELS) if FINER & listing.fields else ["country"]
    understand("level", levels, lambda name: say(LEVELS[name]))
    level = boxes[0].selectbox(
        say("Kind of market"), levels, format_func=lambda name: say(LEVELS[name]), key="level", bind="query-params"
    )
    countries = _country_names()
    understand("home", countries, _country_name, several=True)
    home = st.multiselect(
        say("Where do you sell today?"),
        list(countries),
        format_func=countries.__getitem__,
        placeholder=say("Nowhere yet"),
        help=say("Your home countries: markets there are domestic, all others international."),
        key="home",
        bind="query-params",
    )
    understand("covers", COVERS, _covers_label)
    covers = boxes[1].selectbox(
        say("The list covers"),
        list(COVERS),
        format_func=_covers_label,
        help=say(
            "Where no creator is listed: is there none, or does the list not look there? Country codes such as US,GB "
            "can be typed too."
        ),
        accept_new_options=True,
        key="covers",
        bind="query-params",
    )
    understand("tier", TIERS, say)
    tier = boxes[2].selectbox(
        say("Size of creator"),
        TIERS,
        format_func=say,
        help=say("By followers: nano to 10K, micro to 50K, mid to 500K, macro to 1M, mega above."),
        key="tier",
        bind="query-params",
    )
    segment = ask_segment(boxes[3])
    # the usual kind of market is not insisted on: a list may name nothing finer than countries
    usual = None if level == "metro" else level
    asked = {"level": usual, "home": home, "covers": covers, "tier": _none_if_all(tier), **segment, **ask_more()}
    try:
        return Settings(**{**uploads.reading().model_dump(), **asked})
    except SettingsError as mistake:
        st.error(literal(say(mistake.text)))
        st.stop()


def ask_more() -> dict[str, Any]:
    """Ask for every setting that has no question of its own, as it is declared."""
    settings = [
        setting for name, setting in list_settings().items() if name not in ASKED_ELSEWHERE and name not in NOT_IN_APP
    ]
    with st.expander(say("More settings")):
        boxes = st.columns(3)
        return {setting.name: _ask_declared(boxes[at % 3], setting) for at, setting in enumerate(settings)}


def _ask_declared(box: DeltaGenerator, setting: Setting) -> Any:  # noqa: ANN401 - of any kind
    question: dict[str, Any] = {
        "label": say(setting.label),
        "help": say(setting.description),
        "key": f"{SETTING_PREFIX}{setting.name}",
        "bind": "query-params",
    }
    if setting.kind == "flag":
        return box.toggle(**question)
    if setting.kind == "number":
        question |= {"min_value": setting.minimum, "max_value": setting.maximum, "step": 1}
        return box.number_input(value=setting.default, **question)
    if setting.choices:
        understand(question["key"], setting.choices, _choice_label, several=setting.kind == "choices")
    if setting.kind == "choice":
        return box.selectbox(options=setting.choices, format_func=_choice_label, **question)
    if setting.kind == "choices":
        return box.multiselect(options=setting.choices, format_func=_choice_label, placeholder=say("None"), **question)
    return box.text_input(value=setting.default, **question) or setting.default


def _choice_label(choice: str) -> str:
    return micro_bounds(choice) if choice in assumptions.TIERS else say(CHOICES.get(choice, choice))


def ask_segment(box: DeltaGenerator) -> dict[str, str | None]:
    """Ask for one platform, and for one niche if the list names any."""
    platforms, niches = (ALL, *uploads.platforms()), uploads.niches()
    understand("platform", platforms, _or_all)
    platform = box.selectbox(
        say("Creators on platform"), platforms, format_func=_or_all, key="platform", bind="query-params"
    )
    niche = ALL
    if niches:
        understand("niche", (ALL, *niches), _or_all)
        niche = st.selectbox(
            say("Creators of niche"), (ALL, *niches), format_func=_or_all, key="niche", bind="query-params"
        )
    return {"platform": _none_if_all(platform), "niche": _none_if_all(niche)}


def ask_benchmark() -> Benchmark:
    """Ask what each market is compared with."""
    understand("benchmark", BENCHMARK_NAMES, lambda name: say(BENCHMARK_NAMES[name]))
    benchmark: Benchmark | None = st.segmented_control(
        say("What counts as normal"),
        list(BENCHMARK_NAMES),
        format_func=lambda name: say(BENCHMARK_NAMES[name]),
        default="national",
        required=True,
        key="benchmark",
        bind="query-params",
    )
    return benchmark or "national"


def ask_micro(analysis: Analysis) -> TierPreset | None:
    """Ask whether to look at micro creators alone, as either preset of tiers bounds them; None is everybody."""
    settings = analysis.findings.settings
    if settings.tier is not None or "followers" not in analysis.listing.fields:
        return None
    understand("micro", MICRO, micro_bounds)
    choice: TierPreset | None = st.segmented_control(
        say("Size of creator"),
        MICRO,
        format_func=micro_bounds,
        default=None,
        label_visibility="collapsed",
        key="micro",
        bind="query-params",
    )
    return choice


def micro_bounds(preset: str) -> str:
    """Say who is a micro creator in a preset of tiers."""
    edges = assumptions.TIERS[preset]
    low, high = number(edges["micro"]), number(edges["mid"])
    return (
        say("Micro: {low} to {high} followers", low=low, high=high)
        if edges["micro"]
        else say("Micro: up to {high} followers", high=high)
    )


class _Question(NamedTuple):
    name: str
    label: str
    options: Mapping[Any, str]
    detected: str | int


def ask_reading(detected: FileFormat) -> Settings:
    """Ask how the files are written, where the `detected` format is wrong.

    Returns
    -------
    Settings with what the visitor answered; the rest is left to be detected.

    Raises
    ------
    InputError
        When a workbook cannot be read.
    """
    sheets = {name: name for name in uploads.sheets()}
    if len(sheets) > 1:
        sheets[ALL_SHEETS] = later("all sheets")
    questions = [
        _Question("encoding", say("Encoding"), {name: name for name in ENCODINGS}, detected.encoding),
        _Question("delimiter", say("Columns are separated by"), DELIMITERS, detected.delimiter),
        _Question("header_row", say("Row of the column names"), HEADER_ROWS, detected.header_row),
        _Question("sheet", say("Sheet"), sheets, detected.sheet),
    ]
    answerable = [question for question in questions if question.options]
    answers = {
        question.name: _ask_written(box, question)
        for box, question in zip(st.columns(len(answerable)), answerable, strict=True)
    }
    return Settings.model_validate({name: value for name, value in answers.items() if value != AUTOMATIC})


def ask_constants() -> tuple[tuple[str, str], ...]:
    """Ask for what holds for the whole list, where no column says it."""
    st.caption(say("The same for the whole list, where no column says it"))
    countries = _country_names()
    country, platform, niche, currency = st.columns(4)
    answers = {
        "country": country.selectbox(
            say("Country"),
            (AUTOMATIC, *countries),
            format_func=lambda code: countries.get(code, say("as the list says")),
            key=uploads.written_key("country"),
        ),
        "platform": platform.selectbox(
            say("Platform"),
            (AUTOMATIC, *sorted(set(platform_names("cell").values()))),
            format_func=lambda name: name or say("as the list says"),
            key=uploads.written_key("platform"),
        ),
        "niche": niche.text_input(say("Niche"), key=uploads.written_key("niche")),
        "currency": currency.text_input(say("Currency"), key=uploads.written_key("currency"), max_chars=3),
    }
    return tuple((field, answer.strip()) for field, answer in answers.items() if answer.strip())


def _country_names() -> dict[str, str]:
    """Name every country in the visitor's language, by code, in alphabetical order."""
    names = {str(code): _country_name(str(code)) for code in reference.load_countries().index}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def _country_name(code: str) -> str:
    return country_name(code, reference.load_countries()["country"][code])


def _ask_written(box: DeltaGenerator, question: _Question) -> str | int:
    detected, options = question.detected, (AUTOMATIC, *question.options)

    def format_option(option: str | int) -> str:
        if option != AUTOMATIC:
            return say(question.options[option])
        label = say(question.options.get(detected, str(detected)))
        return say("as found: {found}", found=label) if detected else say("detected automatically")

    key = uploads.written_key(question.name)
    # what a saved mapping says may not be there
    if st.session_state.get(key, AUTOMATIC) not in options:
        del st.session_state[key]
    answer: str | int = box.selectbox(question.label, options, format_func=format_option, key=key)
    return answer


def _covers_label(code: str) -> str:
    return say(COVERS[code]) if code in COVERS else code


def _or_all(name: str) -> str:
    return say(ALL) if name == ALL else name


def _none_if_all(choice: str) -> str | None:
    return None if choice == ALL else choice
