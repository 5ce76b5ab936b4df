"""The same list under other settings: which markets change class, and whether the evidence changed with the label."""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis
from hinterland.analysis.comparison import compare_benchmarks
from hinterland.app import state, uploads, url_state
from hinterland.app.components.charts import intervals_chart
from hinterland.app.components.questions import say_refusal
from hinterland.app.components.settings_form import ALL, COVERS, TIERS
from hinterland.app.labels import distinct_names, literal, number, percent, say, short_names, visitor_language
from hinterland.config import Benchmark, Settings
from hinterland.errors import HinterlandError
from hinterland.language import later
from hinterland.messages.model import BENCHMARK_NAMES
from hinterland.ranking import BOUNDS, compare

CHANGES = {
    "benchmark": later("What each market is compared with"),
    "covers": later("What the list covers"),
    "tier": later("Creators of one tier"),
    "platform": later("Creators on one platform"),
}
MAX_ROWS = 200


class Change(NamedTuple):
    """One setting, another value of it, and what people call that value."""

    setting: str
    value: str
    label: str


def compare_settings(analysis: Analysis, benchmark: Benchmark, market_ids: list[str]) -> None:
    """Ask for one other setting, and show what it changes: in the markets compared, and in all."""
    st.subheader(say("What if?"))
    st.caption(say("One setting is changed, all others stay. A new analysis takes a few seconds."))
    change = ask_change(benchmark)
    if change is None:
        return
    if change.setting == "benchmark" and analysis.findings.global_refusal:
        say_refusal(analysis)
        return
    try:
        alternative = _ranking(analysis, change, benchmark)
    except HinterlandError as mistake:
        st.warning(literal(say(mistake.text)))
        return
    current, names = analysis.findings.rankings[benchmark], (say("as it is"), change.label)
    show_both(current, alternative, market_ids, names)
    show_changes(changed(current, alternative), names)
    if change.setting == "benchmark":
        offer_maps(analysis)


def ask_change(benchmark: Benchmark) -> Change | None:
    """Ask for one setting and another value of it; none before one is chosen."""
    boxes = st.columns(2)
    setting = boxes[0].selectbox(
        say("Change"), list(CHANGES), format_func=lambda name: say(CHANGES[name]), key="change"
    )
    settings = state.current_settings() or Settings()
    current = benchmark if setting == "benchmark" else str(getattr(settings, setting) or ALL)
    values = {name: label for name, label in _values(setting).items() if name != current}
    if not values:
        st.info(say("This list names no platforms."))
        return None
    value = boxes[1].selectbox(
        say("To"),
        list(values),
        format_func=values.__getitem__,
        key=f"change {setting}",
        # the other benchmark is computed already
        index=0 if setting == "benchmark" else None,
        placeholder=say("Choose"),
    )
    return None if value is None else Change(setting, value, values[value])


def offer_maps(analysis: Analysis) -> None:
    """Offer both benchmarks as one page."""
    language = visitor_language()
    st.download_button(
        say("Both benchmarks on maps (web page)"),
        lambda: compare_benchmarks(analysis).draw(language),
        "comparison.html",
        "text/html",
        on_click="ignore",
        help=say("Two maps that move together; the markets that are judged differently are listed below."),
    )


def changed(current: pd.DataFrame, alternative: pd.DataFrame) -> pd.DataFrame:
    """List the markets judged in both that change class, those whose intervals lie apart first (table of `compare`).

    Parameters
    ----------
    current, alternative
        RANKING tables by market_id.

    Returns
    -------
    Rows by market_id; columns end in `_before` for `current` and in `_after` for `alternative`.
    """
    comparison = compare(current, alternative)
    return comparison[comparison["changed"]]


def show_both(current: pd.DataFrame, alternative: pd.DataFrame, market_ids: list[str], names: tuple[str, str]) -> None:
    """Draw the markets compared under both settings.

    Parameters
    ----------
    current, alternative
        RANKING tables by market_id.
    market_ids
        Markets of `current`; those that `alternative` lacks are left out.
    names
        What to call `current` and `alternative`.
    """
    common_ids = [market for market in market_ids if market in alternative.index]
    if not common_ids:
        return
    tables = (
        table.loc[common_ids].assign(series=name) for table, name in zip((current, alternative), names, strict=True)
    )
    rows = pd.concat([table.assign(name=distinct_names(table)) for table in tables])
    description = say("Creators vs. normal in each market under both settings, with intervals")
    st.altair_chart(intervals_chart(rows), alt=description)


def show_changes(differ: pd.DataFrame, names: tuple[str, str]) -> None:
    """Say how many markets change class and how many of them only in name, and list them.

    Parameters
    ----------
    differ
        The table of `changed`; its first 200 rows are listed.
    names
        What to call the settings before and after.
    """
    count, overlapping = len(differ), int((~differ["apart"]).sum())
    if not count:
        st.success(say("No ranked market changes verdict."))
        return
    st.markdown(
        say(
            "**{count} ranked markets change verdict.** In {overlapping} of them the two intervals overlap: there the "
            "difference may be chance.",
            count=number(count),
            overlapping=number(overlapping),
        )
    )
    st.dataframe(
        _in_words(differ.head(MAX_ROWS), names),
        hide_index=True,
        alt=say("Markets that change verdict"),
    )


def _in_words(differ: pd.DataFrame, names: tuple[str, str]) -> pd.DataFrame:
    columns = {say("market"): short_names(differ)}
    for name, end in zip(names, ("before", "after"), strict=True):
        columns[say("verdict, {name}", name=name)] = differ[f"class_{end}"].map(say)
        columns[say("vs. normal, {name}", name=name)] = pd.Series(
            [_range(row) for row in differ[[f"{bound}_{end}" for bound in BOUNDS]].itertuples(index=False)],
            differ.index,
        )
    return pd.DataFrame(columns | {say("intervals"): differ["apart"].map({False: say("overlap"), True: say("apart")})})


def _range(row: tuple[float, float, float]) -> str:
    mid, low, high = (percent(value / 100) for value in row)
    return say("{mid} ({low} to {high})", mid=mid, low=low, high=high)


def _values(change: str) -> Mapping[str, str]:
    if change == "benchmark":
        return {name: say(label) for name, label in BENCHMARK_NAMES.items()}
    if change == "covers":
        return {name: say(label) for name, label in COVERS.items()}
    names = TIERS if change == "tier" else (ALL, *uploads.platforms()) if uploads.platforms() else ()
    return {name: say(name) if change == "tier" or name == ALL else name for name in names}


def _ranking(analysis: Analysis, change: Change, benchmark: Benchmark) -> pd.DataFrame:
    if change.setting == "benchmark":
        return analysis.findings.rankings[change.value]
    value = None if change.value == ALL else change.value
    settings = (state.current_settings() or Settings()).model_copy(
        update={"benchmark": "national", change.setting: value}
    )
    forget = partial(url_state.answer, f"change {change.setting}", None)
    return state.other_analysis(settings, on_stop=forget).findings.rankings[benchmark]
