"""Markets and creators as tables: the same columns, names and digits on every page."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis, outreach_table
from hinterland.app import queries, state
from hinterland.app.components.charts import describe_interval, interval_chart
from hinterland.app.labels import (
    literal,
    local_names,
    name_with_country,
    number,
    people,
    percent,
    say,
    say_count,
    short_names,
    visitor_language,
)
from hinterland.config import INTERNATIONAL, NOT_COVERED, SMALLER, Assumptions, Benchmark
from hinterland.export.tables import csv_bytes
from hinterland.language import Country, later
from hinterland.messages import explain, name_place
from hinterland.messages.brief import creators_found


def columns() -> dict[str, Any]:
    """Name the columns of a short ranking."""
    as_number = st.column_config.NumberColumn
    return {
        "rank": as_number(say("rank"), width=42),
        "market": st.column_config.TextColumn(say("market"), width=125),
        "saturation": as_number(say("vs. normal"), format="%d%%", width=78, help=say("Creators vs. normal")),
        "all_creators": as_number(say("all creators"), format="%d%%", width=85),
        "unmet_audience": as_number(
            say("to reach"), format="compact", width=82, help=say("People you could newly reach")
        ),
        "class": say("verdict"),
        "evidence": say("how sure"),
    }


def in_short(markets: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Give the columns worth a glance, in the digits they deserve.

    Parameters
    ----------
    markets
        RANKING rows.
    more
        Further columns of `markets`; class and evidence are given in the visitor's language.

    Returns
    -------
    With the index of `markets`: rank, market (its short name), saturation (whole percent of normal), unmet_audience
    (people), then `more`.
    """
    table = markets.assign(market=short_names(markets), saturation=markets["saturation"].round())
    labels = {name: table[name].map(say) for name in ("class", "evidence") if name in more}
    return table.assign(**labels)[["rank", "market", "saturation", "unmet_audience", *more]]


BOUNDARIES = {
    "official": later("official boundary"),
    "dissolved": later("boundary joined from official units"),
    "split": later("boundary split from an official unit"),
    "modelled": later("estimated boundary"),
}


def show_card(row: pd.Series, assumed: Assumptions, everybody: pd.Series | None = None) -> None:
    """Show one market, by its row of a ranking, beside the map; with `everybody` also its row of all creators.

    Parameters
    ----------
    row
        Row of a RANKING table with `label`; its name is the market_id.
    everybody
        The row of the same market in the ranking of creators of any size.
    """
    market_id = str(row.name)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(say("← Back to the ranking"), type="tertiary", on_click=state.look_at, args=(None,))
        keep(market_id)
    with st.container(border=True, gap="xsmall"):
        st.subheader(literal(name_with_country(row)))
        boundary = say(BOUNDARIES.get(row["boundary_kind"], str(row["boundary_kind"])))
        facts = [say(row["class"]), say("how sure: {level}", level=say(row["evidence"])), boundary]
        st.caption(literal(" · ".join(facts)))
        if pd.isna(row["rank"]):
            sentence = say("{count} creators found.", count=number(row["creators"], 1))
            st.markdown(literal(f"{sentence} {say('This list cannot tell more about this market.')}"))
            return
        st.markdown(literal(say(explain(row.to_dict()))))
        interval = describe_interval(row, assumed.interval)
        st.caption(f"**{interval}**")
        st.altair_chart(interval_chart(row), alt=interval)
        if everybody is not None:
            st.caption(f"**{describe_everybody(everybody)}**")
        show_numbers(row, assumed)


def describe_everybody(row: pd.Series) -> str:
    """Say how full a market is of creators of any size."""
    if pd.isna(row["rank"]):
        return say("All creators: this list cannot tell.")
    low, high = percent(row["saturation_low"] / 100), percent(row["saturation_high"] / 100)
    return say(
        "All creators: {creators}, {expected} normal, likely {low} to {high} of normal",
        creators=number(row["creators"]),
        expected=number(row["expected_creators"]),
        low=low,
        high=high,
    )


def show_numbers(row: pd.Series, assumed: Assumptions) -> None:
    """Show rank, creators, shortfall and size, each with what it is measured against.

    Parameters
    ----------
    row
        Row of a RANKING table.
    assumed
        Its `underserved_below` is the share that the chance is of.
    """
    sure = say("Chance of less than {share}", share=percent(assumed.underserved_below))
    rows = [
        (say("Rank"), number(row["rank"]), describe_rank_range(row["rank_low"], row["rank_high"])),
        (say("Creators"), number(row["creators"], 1), describe_expected(row)),
        (say("Missing creators"), number(row["missing_creators"]), ""),
        (say("People you could newly reach"), people(row["unmet_audience"]), say("people")),
        (sure, percent(row["p_underserved"]), say("of normal")),
        (say("Residents"), people(row["population"]), say("{people} online", people=people(row["internet_users"]))),
    ]
    table = pd.DataFrame(rows, columns=["what", "number", "beside"]).set_index("what")
    st.table(table, border="horizontal", hide_header=True)


def describe_rank_range(low: float, high: float) -> str:
    """Say between which ranks the true one likely lies."""
    return say("likely {low} to {high}", low=number(low), high=number(high))


def describe_expected(row: pd.Series) -> str:
    """Say how many creators a place like it should have, and how many may be there besides."""
    expected = say("{count} would be normal", count=number(row["expected_creators"]))
    if not row["possible_creators"] >= 1:
        return expected
    return f"{expected} · {say('{count} more may be here', count=number(row['possible_creators']))}"


def keep(market_id: str) -> None:
    """Offer to put a market on the shortlist, or to take it off."""
    shortlist = state.shortlist()
    if market_id in shortlist:
        st.button(say("✓ On your shortlist · remove"), on_click=state.take_off, args=(market_id,))
    else:
        st.button(say("Add to shortlist"), type="primary", on_click=state.put_aside, args=(market_id,))


ENTRIES = 5
OF_SMALLER = (later("Smaller cities at home"), later("Smaller cities"))
ABROAD, BY_COUNTRY = later("Abroad"), later("Countries with room")
OF_ANY_SIZE = (later("At home"), later("Most room for new creators"))


def show_short_lists(analysis: Analysis, benchmark: Benchmark) -> None:
    """Show the first under-served markets of both questions side by side; a click looks at the market."""
    results = analysis.findings
    if not results.comparable:
        return
    lists, ranking = results.highlights(benchmark, ENTRIES), results.rankings[benchmark]
    for box, (title, market_ids) in zip(st.columns(len(lists)), lists.items(), strict=True):
        with box, st.container(key=f"short list {title}", gap=None, border=True, height="stretch"):
            st.markdown(f"**{say(title)}**")
            for _, row in ranking.loc[market_ids].reset_index().iterrows():
                _show_entry(title, row)
            if market_ids.empty:
                st.caption(_why_empty(title, ranking))


def _show_entry(title: str, row: pd.Series) -> None:
    *market, country = dict.fromkeys(local_names(row))
    name = ", ".join([*market, country])
    if title == BY_COUNTRY and market:
        name = say("{country}, above all {market}", country=country, market=", ".join(market))
    st.button(
        f"**{literal(name)}** {_reason(row)}",
        key=f"{title} {row['market_id']}",
        type="tertiary",
        on_click=state.look_at,
        args=(row["market_id"],),
    )


def _why_empty(title: str, ranking: pd.DataFrame) -> str:
    """Say why a list has no entry, of how many markets that holds, and what would help."""
    markets = ranking[ranking["class"] != NOT_COVERED]
    if title in OF_SMALLER:
        markets = markets[(markets["size_band"] == SMALLER) & (markets["scope"] != INTERNATIONAL)]
    elif title == ABROAD:
        markets = markets[markets["scope"] == INTERNATIONAL]
    if markets.empty:
        return say(
            "This list looks at none. Creators there, or another answer to what it covers in Settings, would help."
        )
    judged = int(markets["rank"].notna().sum())
    if not judged:
        return say_count(
            "This list cannot judge the {count} market it looks at: more creators there would help.",
            "This list cannot judge any of the {count} markets it looks at: more creators there would help.",
            count=len(markets),
        )
    return say_count(
        "The {count} market it can judge is not clearly under-served: more creators would show smaller gaps.",
        "None of the {count} markets it can judge is clearly under-served: more creators would show smaller gaps.",
        count=judged,
    )


def _reason(row: pd.Series) -> str:
    return say(
        "{creators}, {normal} normal · likely {low} to {high} of normal · how sure: {level}",
        creators=say(creators_found(row.to_dict())),
        normal=number(row["expected_creators"]),
        low=percent(row["saturation_low"] / 100),
        high=percent(row["saturation_high"] / 100),
        level=say(row["evidence"]),
    )


MAX_ROWS = 200
EARLY = ["first_mover_saving", "first_mover_saving_low", "first_mover_saving_high"]
COLUMNS = (
    *("handle", "platform", "niche", "tier", "followers", "engagement_rate", "worth_checking", "reasons"),
    *("offer_mode", "fees", "early_saving", "opening_line"),
)
PEOPLE = ("handle", "platform", "niche", "tier", "followers", "worth_checking", "reasons", "offer_mode", "opening_line")


def show_creators(analysis: Analysis, row: pd.Series) -> None:
    """Offer to list the creators of a market, by its row of a ranking; their names appear nowhere else."""
    if analysis.listing.aggregated:
        st.caption(say("Each row of this list counts the creators of a place: it names nobody."))
        return
    if st.toggle(say("Show the creators there, and how to approach them"), key="creators"):
        creators = queries.people_there(analysis, str(row.name))
        if creators.empty:
            st.info(say("No creator of this list lives there. Plan can say how many to recruit."))
            return
        country = Country(row["country_code"], row["country"])
        st.markdown(
            say_count(
                "**{count} creator** {market:in}",
                "**{count} creators** {market:in}",
                count=len(creators),
                market=country if name_place(row["label"], country) == country else literal(name_with_country(row)),
            )
        )
        list_creators(creators.head(MAX_ROWS))


def list_creators(creators: pd.DataFrame) -> None:
    """Show creators as a table.

    Parameters
    ----------
    creators
        The table of `people_there`, one row per creator, with fees in `currency`; columns without any value are not
        shown.
    """
    table = creators.assign(
        fees=[
            say("{low} to {high} {currency}", low=number(low), high=number(high), currency=currency)
            for low, high, currency in zip(creators["fee_low"], creators["fee_high"], creators["currency"], strict=True)
        ],
    )
    table["early_saving"] = [
        _saving(*shares) for shares in creators[EARLY].apply(pd.to_numeric, errors="coerce").itertuples(index=False)
    ]
    columns = [name for name in COLUMNS if name in table and table[name].notna().any()]
    st.dataframe(table[columns], hide_index=True, column_config=_column_config(), alt=say("Creators of this market"))
    st.caption(say("Worth checking is a reason to look, never a verdict. A fee is a range for one post."))


def show_people(analysis: Analysis, market_ids: Sequence[str]) -> None:
    """Offer to list the creators of all markets put aside, smallest first, and a mail merge of those ticked."""
    if analysis.listing.aggregated or not market_ids:
        return
    if not st.toggle(say("Whom to write to in these markets"), key="people"):
        return
    creators = queries.people_there(analysis, *market_ids)
    if creators.empty:
        st.info(say("No creator of this list lives there. Plan can say how many to recruit."))
        return
    table = (reachable := queries.reachable(creators)).head(MAX_ROWS).assign(write=True)
    columns = ["write", "market", *(name for name in PEOPLE if name in table and table[name].notna().any())]
    config = _column_config() | {
        "write": st.column_config.CheckboxColumn(say("write"), pinned=True),
        "market": say("market"),
    }
    edited = st.data_editor(
        table[columns],
        hide_index=True,
        column_config=config,
        disabled=[name for name in columns if name != "write"],
        key=f"ticks {' '.join(market_ids)}",
    )
    ticked = edited.index[edited["write"]].tolist()
    # files are made outside of the session, where its caches cannot be asked
    people_of_list, language = queries.people(analysis), visitor_language()
    st.download_button(
        say_count("Mail merge of {count} creator (CSV)", "Mail merge of {count} creators (CSV)", len(ticked)),
        lambda: csv_bytes(outreach_table(analysis, people_of_list, creator_ids=ticked, language=language)[0]),
        "outreach.csv",
        "text/csv",
        on_click="ignore",
        disabled=not ticked,
    )
    if len(creators) > len(table):
        text = later("Not listed: {larger} with larger audiences (in `hinterland outreach`), {silent} without contact.")
        larger, silent = len(reachable) - len(table), len(creators) - len(reachable)
        st.caption(say(text, larger=number(larger), silent=number(silent)))


def _saving(share: float, low: float, high: float) -> str | None:
    """Write the share of a year's fees that signing today saves, with its range; nothing without a history."""
    if pd.isna(share):
        return None
    return say("{share} ({low} to {high})", share=percent(share), low=percent(low), high=percent(high))


def _column_config() -> dict[str, Any]:
    column = st.column_config
    return {
        "handle": column.TextColumn(say("handle"), pinned=True),
        "platform": say("platform"),
        "niche": say("niche"),
        "tier": say("tier"),
        "followers": column.NumberColumn(say("followers"), format="compact"),
        "engagement_rate": column.NumberColumn(say("engagement"), format="percent"),
        "worth_checking": say("worth checking"),
        "reasons": column.TextColumn(say("because"), width="medium"),
        "offer_mode": say("offer"),
        "fees": say("fee for a post"),
        "early_saving": say("saved by signing early"),
        "opening_line": column.TextColumn(say("first line"), width="large"),
    }
