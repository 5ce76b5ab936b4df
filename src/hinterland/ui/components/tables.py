"""Markets as short tables: the same columns, names and digits on every page."""

from typing import Any

import pandas as pd
import streamlit as st

from hinterland.ui.words.text import say


def columns() -> dict[str, Any]:
    """Name the columns of a short ranking."""
    as_number = st.column_config.NumberColumn
    return {
        "rank": as_number(say("rank"), width=45),
        "market": st.column_config.TextColumn(say("market"), width=150),
        "saturation": as_number(say("of expected"), format="%d%%", width=85),
        "unmet_audience": as_number(say("people short"), format="compact", width=90),
        "class": say("class"),
        "evidence": say("evidence"),
    }


def in_short(markets: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Give the columns worth a glance, in the digits they deserve."""
    known = markets.assign(market=short_names(markets), saturation=markets["saturation"].round())
    told = {name: known[name].map(say) for name in ("class", "evidence") if name in more}
    return known.assign(**told)[["rank", "market", "saturation", "unmet_audience", *more]]


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
    told = [", ".join(dict.fromkeys(str(part) for part in row if pd.notna(part) and part)) for row in rows]
    return pd.Series(told, markets.index, dtype="str")
