"""Page: markets side by side, the markets most like one, and the same list under other settings."""

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import queries, state, url_state
from hinterland.app.components.charts import intervals_chart, parts_chart
from hinterland.app.components.questions import say_global_refusal, stop_without_comparison, stop_without_list
from hinterland.app.components.settings_comparison import compare_settings
from hinterland.app.components.settings_form import ask_benchmark
from hinterland.app.components.tables import columns, in_short
from hinterland.app.jobs import wait_quietly
from hinterland.app.labels import describe_overlaps, distinct_names, full_names, literal, number, people, percent, say
from hinterland.arrivals import FASTER, FEW_ARRIVALS, SLOWER
from hinterland.config import Benchmark
from hinterland.errors import HinterlandError
from hinterland.ingest import FileContent

MOST, LEAST = 4, 2
MOST_ROWS = 100
PACES = ("pace", "new_creators_pace")
TIME = ("market", "creators", "came", "left", "pace", "new_creators", "expected_new_creators", "new_creators_pace")
ABROAD = (
    *("rank", "market", "country", "unmet_audience", "unmet_audience_low", "unmet_audience_high", "language_share"),
    *("income_per_head", "distance_km", "presence"),
)


def ask_markets(ranking: pd.DataFrame) -> list[str]:
    """Ask for two to four markets; the shortlist comes first.

    Parameters
    ----------
    ranking
        RANKING table by market_id. Of markets neither on the shortlist nor looked at, only ranked ones can be chosen.

    Returns
    -------
    The market_id of each market chosen, four at most; there may be fewer than two.
    """
    preferred = [market for market in (*state.shortlist(), state.market()) if market in ranking.index]
    ranked = ranking.index[ranking["rank"].notna()]
    offered = list(dict.fromkeys([*preferred, *ranked]))
    markets = ranking.loc[offered]
    # by rows: where nothing is ranked the column is empty, and adds to no text
    ranks = ["" if pd.isna(rank) else f" · {say('rank {rank}', rank=number(rank))}" for rank in markets["rank"]]
    names = {market: name + rank for market, name, rank in zip(offered, full_names(markets), ranks, strict=True)}
    url_state.begin_with("compared", offered[: max(LEAST, min(len(set(preferred)), MOST))], offered)
    return st.multiselect(
        say("Markets to compare, from your shortlist or by name"),
        offered,
        format_func=names.__getitem__,
        max_selections=MOST,
        placeholder=say("Type a name"),
        key="compared",
    )


def show_markets(markets: pd.DataFrame, interval: float) -> None:
    """Show markets with their intervals, say which can be told apart, and put their facts side by side.

    Parameters
    ----------
    markets
        RANKING rows by market_id.
    interval
        The probability of their intervals, as a fraction.
    """
    rows = markets.assign(name=distinct_names(markets), series="")
    caption = say("Creators vs. normal, with {interval} intervals: 100 % is normal", interval=percent(interval))
    st.altair_chart(intervals_chart(rows), alt=caption)
    st.caption(caption)
    for sentence in describe_overlaps(rows):
        st.markdown("- " + literal(sentence))
    facts = pd.DataFrame(
        {literal(name): facts_of(row) for name, (_, row) in zip(rows["name"], rows.iterrows(), strict=True)}
    )
    st.table(facts)


def facts_of(row: pd.Series) -> dict[str, str]:
    """Give what is compared, in words.

    Parameters
    ----------
    row
        One market of a ranking.

    Returns
    -------
    Values in words, by what they are called.
    """
    low, high = percent(row["saturation_low"] / 100), percent(row["saturation_high"] / 100)
    of_all = say("{count}, {expected} normal", count=number(row["creators"]), expected=number(row["expected_creators"]))
    ranks = say(
        "{rank}, likely {low} to {high}",
        rank=number(row["rank"]),
        low=number(row["rank_low"]),
        high=number(row["rank_high"]),
    )
    return {
        say("Rank"): say("not ranked") if pd.isna(row["rank"]) else ranks,
        say("Verdict"): say(row["class"]),
        say("Creators"): of_all,
        say("Creators vs. normal"): say(
            "{share}, likely {low} to {high}", share=percent(row["saturation"] / 100), low=low, high=high
        ),
        say("Missing creators"): number(row["missing_creators"]),
        say("People you could newly reach"): people(row["unmet_audience"]),
        say("How sure"): say(row["evidence"]),
        say("Residents"): people(row["population"]),
    }


def show_twins(analysis: Analysis, markets: pd.DataFrame) -> None:
    """Show the markets most like one of those compared, and what their distance is made of.

    Parameters
    ----------
    markets
        RANKING rows by market_id of the markets compared; the visitor chooses one of them.
    """
    st.subheader(say("Find look-alikes of a market"))
    names = full_names(markets)
    which, wide = st.columns([2, 1], vertical_alignment="bottom")
    market_id = which.selectbox(
        say("Like which market?"), list(markets.index), format_func=names.__getitem__, key="twin of"
    )
    everywhere = wide.toggle(say("Include well-served ones"), key="twins everywhere")
    twins = queries.twins(analysis, market_id, everywhere=everywhere)
    if twins.empty:
        st.info(say("No other market of this list has room. Show those without room too."))
        return
    st.altair_chart(
        parts_chart(twins.assign(name=distinct_names(twins))), alt=say("Distance of each twin, by what it is made of")
    )
    st.caption(
        say("Shorter bars are more alike: by people online, income, languages, place, and who the creators are.")
    )
    column_config = columns() | {
        "distance": st.column_config.NumberColumn(say("distance"), format="localized"),
        "why": say("alike and not alike"),
    }
    st.dataframe(
        in_short(twins.assign(distance=twins["distance"].round(1)), "class", "distance", "why"),
        hide_index=True,
        column_config=column_config,
        alt=say("Look-alikes of this market"),
    )


def show_time(analysis: Analysis) -> None:
    """Ask for an earlier list, and show who came and left since, and where few creators are new."""
    st.subheader(say("What has changed since an earlier list?"))
    file = st.file_uploader(say("An earlier list of the same source"), key="earlier list")
    if file is None:
        st.caption(say("Creators are matched by platform and handle. The earlier list is read with the same settings."))
        return
    work = queries.changes(analysis, FileContent(file.name, None, file.getvalue()))
    try:
        table, sentences = wait_quietly(work, say("Following creators from list to list"), on_stop=stop_time)
    except HinterlandError as mistake:
        st.warning(literal(say(mistake.text)))
        return
    for sentence in sentences:
        st.markdown("- " + literal(say(sentence)))
    if "pace" not in table:
        return
    few = table["new_creators_pace"].eq(FEW_ARRIVALS) if "new_creators_pace" in table else False
    changed = table[table["pace"].isin((FASTER, SLOWER)) | few]
    moved = table[(table["came"] + table["left"]) > 0].sort_values("came", ascending=False, kind="stable")
    shown = pd.concat([changed, moved[~moved.index.isin(changed.index)]]).head(MOST_ROWS)
    words = {name: shown[name].map(say, na_action="ignore") for name in PACES if name in shown}
    shown = shown.assign(market=shown["label"] + ", " + shown["country_code"], **words)
    st.dataframe(
        shown[[name for name in TIME if name in shown]],
        hide_index=True,
        column_config={
            "market": say("market"),
            "creators": st.column_config.NumberColumn(say("creators"), format="localized"),
            "came": say("came"),
            "left": say("left"),
            "pace": say("since then"),
            "new_creators_pace": say("new creators"),
            "expected_new_creators": st.column_config.NumberColumn(say("new, normal"), format="%.1f"),
        },
        alt=say("What has changed, market by market"),
    )


def stop_time() -> None:
    """Give up following creators."""
    st.session_state["earlier list"] = None


def show_abroad(analysis: Analysis) -> None:
    """Show what is known of markets abroad, side by side; nothing is made one score."""
    st.subheader(say("Markets abroad, side by side"))
    if not analysis.findings.settings.home:
        st.caption(
            say("First say on Data or Explore where you sell today: markets abroad are compared with those countries.")
        )
        return
    if not st.toggle(say("Show language, income, distance and audience"), key="abroad"):
        return
    table, sentences = queries.abroad(analysis)
    for sentence in sentences:
        st.caption(literal(say(sentence)))
    number_column = st.column_config.NumberColumn
    st.dataframe(
        table.assign(presence=table["presence"] / 100).head(MOST_ROWS)[list(ABROAD)],
        hide_index=True,
        column_config={
            "rank": say("rank"),
            "market": say("market"),
            "country": say("country"),
            "unmet_audience": number_column(say("people short"), format="compact"),
            "unmet_audience_low": number_column(say("from"), format="compact"),
            "unmet_audience_high": number_column(say("to"), format="compact"),
            "language_share": number_column(say("speak a home language"), format="percent"),
            "income_per_head": number_column(say("income per head, $"), format="localized"),
            "distance_km": number_column(say("distance, km"), format="localized"),
            "presence": number_column(say("audience there, of predicted"), format="percent"),
        },
        alt=say("Markets abroad, side by side"),
    )


def show(analysis: Analysis, benchmark: Benchmark) -> None:
    """Show the comparisons."""
    if not analysis.listing.aggregated:
        show_time(analysis)
    show_abroad(analysis)
    st.subheader(say("Markets side by side"))
    ranking = analysis.ranking
    market_ids = ask_markets(ranking)
    markets = ranking.loc[market_ids]
    if len(market_ids) < LEAST:
        st.info(say("Choose two markets or more."))
    else:
        show_markets(markets, analysis.findings.assumptions.interval)
    if market_ids:
        show_twins(analysis, markets)
    compare_settings(analysis, benchmark, market_ids)


with st.container():
    analysis = state.analysis()
if analysis is None:
    stop_without_list(say("Nothing to compare yet"))
st.title(say("Side by side"))
stop_without_comparison(analysis)
st.write(
    say("Every number comes with its interval: where two overlap, this list cannot tell which market has more room.")
)
benchmark = ask_benchmark()
say_global_refusal(analysis, benchmark)
show(queries.with_benchmark(analysis, benchmark), benchmark)
