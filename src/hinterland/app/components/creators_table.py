"""The creators of one market, for those who ask: worth writing to or worth checking, and how to approach them."""

from typing import Any

import pandas as pd
import streamlit as st

from hinterland.analysis import Analysis, sales_notices
from hinterland.app import queries
from hinterland.app.labels import literal, number, percent, say, say_count

MAX_ROWS = 200
SALES, GROWTH = frozenset({"clicks", "orders", "revenue"}), frozenset({"growth", "history"})
EARLY = ["first_mover_saving", "first_mover_saving_low", "first_mover_saving_high"]
COLUMNS = (
    *("handle", "platform", "niche", "tier", "followers", "engagement_rate", "worth_checking", "reasons"),
    *("offer_mode", "fees", "early_saving", "opening_line"),
)


def show_creators(analysis: Analysis, market_id: str, market: str) -> None:
    """Offer to list the creators of a market; their names appear nowhere else."""
    if analysis.listing.aggregated:
        st.caption(say("Rows of this list are counts per place: it names no creators."))
        return
    if st.toggle(say("Show the creators there, and how to approach them"), key="creators"):
        creators = queries.people_there(analysis, market_id)
        if creators.empty:
            st.info(say("No creator of this list lives there. Plan can say how many to recruit."))
            return
        st.markdown(
            say_count(
                "**{count} creator** in {market}",
                "**{count} creators** in {market}",
                count=len(creators),
                market=literal(market),
            )
        )
        list_creators(creators.head(MAX_ROWS))


def list_creators(creators: pd.DataFrame) -> None:
    """Show creators as a table."""
    table = creators.assign(
        fees=[
            say("{low} to {high} {currency}", low=number(low), high=number(high), currency=currency)
            for low, high, currency in zip(creators["fee_low"], creators["fee_high"], creators["currency"], strict=True)
        ],
    )
    table["early_saving"] = [
        _saving(*shares) for shares in creators[EARLY].apply(pd.to_numeric, errors="coerce").itertuples(index=False)
    ]
    table["reasons"] = table["reasons"].str.removeprefix("worth checking, because ")
    columns = [name for name in COLUMNS if name in table and table[name].notna().any()]
    st.dataframe(table[columns], hide_index=True, column_config=_column_config(), alt=say("Creators of this market"))
    st.caption(say("Worth checking is a reason to look, never a verdict. A fee is a range for one post."))


def _saving(share: float, low: float, high: float) -> str | None:
    """Write the share of a year's fees that signing today saves, with its range; nothing without a history."""
    if pd.isna(share):
        return None
    return say("{share} ({low} to {high})", share=percent(share), low=percent(low), high=percent(high))


def show_sales_and_growth(analysis: Analysis) -> None:
    """Say what the list's own sales show of small creators against large ones, and who grows; or what is missing."""
    fields = analysis.listing.fields
    if SALES & fields and "followers" in fields:
        if st.toggle(say("Small creators against large: what this list's sales show"), key="sales"):
            notices = sales_notices(queries.people(analysis))
            for notice in notices:
                st.markdown("- " + literal(notice.sentence))
            if not notices:
                st.caption(say("Too few creators have sales to compare."))
    else:
        st.caption(
            say("Without clicks, orders or revenue this list cannot tell if small creators sell more than large.")
        )
    if not GROWTH & fields:
        st.caption(say("Without growth or past followers this list cannot tell whom to sign early."))


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
