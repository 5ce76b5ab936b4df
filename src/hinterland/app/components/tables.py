"""Markets as short tables: the same columns, names and digits on every page."""

from typing import Any

import pandas as pd
import streamlit as st

from hinterland.app import state
from hinterland.app.components.charts import describe_interval, interval_chart
from hinterland.app.labels import later, literal, number, people, percent, say
from hinterland.config import Assumptions


def columns() -> dict[str, Any]:
    """Name the columns of a short ranking."""
    as_number = st.column_config.NumberColumn
    return {
        "rank": as_number(say("rank"), width=42),
        "market": st.column_config.TextColumn(say("market"), width=125),
        "saturation": as_number(say("of expected"), format="%d%%", width=78),
        "all_creators": as_number(say("all creators"), format="%d%%", width=85),
        "unmet_audience": as_number(say("people short"), format="compact", width=82),
        "class": say("class"),
        "evidence": say("evidence"),
    }


def in_short(markets: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Give the columns worth a glance, in the digits they deserve."""
    table = markets.assign(market=short_names(markets), saturation=markets["saturation"].round())
    labels = {name: table[name].map(say) for name in ("class", "evidence") if name in more}
    return table.assign(**labels)[["rank", "market", "saturation", "unmet_audience", *more]]


def short_names(markets: pd.DataFrame) -> "pd.Series[str]":
    """Name each market as its country tells it from others, with the country's code; a country by its name alone."""
    code = markets["country_code"].where(markets["country"] != markets["market"])
    label = markets["label"] if "label" in markets else markets["market"]
    return label.where(code.isna(), label + ", " + code.fillna(""))


def distinct_names(markets: pd.DataFrame) -> "pd.Series[str]":
    """Name each market as short as tells it from the others."""
    short = short_names(markets)
    return full_names(markets) if short.duplicated().any() else short


def full_names(markets: pd.DataFrame) -> "pd.Series[str]":
    """Name each market with its region and country, each once."""
    rows = markets[["market", "region", "country"]].astype(object).to_numpy()
    names = [", ".join(dict.fromkeys(str(part) for part in row if pd.notna(part) and part)) for row in rows]
    return pd.Series(names, markets.index, dtype="str")


BOUNDARIES = {
    "official": later("official boundary"),
    "dissolved": later("boundary joined from official units"),
    "split": later("boundary split from an official unit"),
    "modelled": later("estimated boundary"),
}


def show_card(row: pd.Series, assumed: Assumptions, everybody: pd.Series | None = None) -> None:
    """Show one market, by its row of a ranking, beside the map; with `everybody` also its row of all creators."""
    market_id = str(row.name)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(say("← Back to the ranking"), type="tertiary", on_click=state.look_at, args=(None,))
        keep(market_id)
    with st.container(border=True, gap="xsmall"):
        st.subheader(literal(name_with_country(row)))
        boundary = say(BOUNDARIES.get(row["boundary_kind"], str(row["boundary_kind"])))
        facts = [say(row["class"]), say("evidence: {evidence}", evidence=say(row["evidence"])), boundary]
        st.caption(literal(" · ".join(facts)))
        if pd.isna(row["rank"]):
            sentence = say("{count} creators found.", count=number(row["creators"], 1))
            st.markdown(literal(f"{sentence} {say('This list cannot tell more about this market.')}"))
            return
        st.markdown(literal(row["why"]))
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
        "All creators: {creators} of {expected}, likely {low} to {high} of normal",
        creators=number(row["creators"]),
        expected=number(row["expected_creators"]),
        low=low,
        high=high,
    )


def name_with_country(row: pd.Series) -> str:
    """Name a market and its country; a country only once."""
    return ", ".join(dict.fromkeys(str(row[name]) for name in ("label", "country") if pd.notna(row[name])))


def show_numbers(row: pd.Series, assumed: Assumptions) -> None:
    """Show rank, creators, shortfall and size, each with what it is measured against."""
    sure = say("Chance of less than {share}", share=percent(assumed.underserved_below))
    rows = [
        (say("Rank"), number(row["rank"]), describe_rank_range(row["rank_low"], row["rank_high"])),
        (say("Creators"), number(row["creators"], 1), describe_expected(row)),
        (say("Missing creators"), number(row["missing_creators"]), ""),
        (say("Unmet audience"), people(row["unmet_audience"]), say("people")),
        (sure, percent(row["p_underserved"]), say("of the creators expected")),
        (say("Residents"), people(row["population"]), say("{people} online", people=people(row["internet_users"]))),
    ]
    table = pd.DataFrame(rows, columns=["what", "number", "beside"]).set_index("what")
    st.table(table, border="horizontal", hide_header=True)


def describe_rank_range(low: float, high: float) -> str:
    """Say between which ranks the true one likely lies."""
    return say("likely {low} to {high}", low=number(low), high=number(high))


def describe_expected(row: pd.Series) -> str:
    """Say how many creators a place like it should have, and how many may be there besides."""
    expected = say("{count} expected", count=number(row["expected_creators"]))
    if not row["possible_creators"] >= 1:
        return expected
    return f"{expected} · {say('{count} more may be here', count=number(row['possible_creators']))}"


def keep(market_id: str) -> None:
    """Offer to put a market on the shortlist, or to take it off."""
    shortlist = state.shortlist()
    if market_id in shortlist:
        st.button(say("✓ On your shortlist · remove"), on_click=shortlist.remove, args=(market_id,))
    else:
        st.button(say("Add to shortlist"), type="primary", on_click=shortlist.append, args=(market_id,))
