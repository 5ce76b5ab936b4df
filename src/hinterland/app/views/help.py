"""Page: the method in plain words, what the columns mean, and every number that is assumed."""

import altair as alt
import pandas as pd
import streamlit as st

from hinterland.app.labels import number, say
from hinterland.config import Assumptions, list_numbers
from hinterland.export.tables import COLUMNS
from hinterland.language import later
from hinterland.messages import model
from hinterland.reference import describe
from hinterland.schemas import list_columns
from hinterland.synthetic import even_towns, half_of_expected

ORANGE, BROWN, GREY = "#b35806", "#7f3b08", "#6b7280"
USUAL = 25


def even_chart() -> alt.LayerChart | alt.FacetChart:
    """Draw creators per head against size where all towns are alike."""
    towns = alt.Chart(even_towns(), height=260).mark_circle(color=ORANGE, opacity=0.55)
    dots = towns.encode(
        alt.X(
            "residents:Q", scale=alt.Scale(type="log"), title=say("residents"), axis=alt.Axis(format="~s", grid=False)
        ),
        alt.Y("creators_per_100k:Q", title=say("creators per {count}", count=number(100_000))),
    )
    truth = alt.Chart(pd.DataFrame({"truth": [USUAL]})).mark_rule(color=GREY, strokeDash=[4, 4]).encode(y="truth:Q")
    return alt.layer(dots, truth)


def half_chart() -> alt.LayerChart | alt.FacetChart:
    """Draw the same share with little and with much evidence."""
    markets = half_of_expected()
    labels = [
        say("{count}, {expected} normal", count=number(creators), expected=number(expected))
        for creators, expected in zip(markets["creators"], markets["expected"], strict=True)
    ]
    base = alt.Chart(markets.assign(market=labels, normal=100.0), height=260)
    rows = alt.Y("market:N", sort=labels, title=None, axis=alt.Axis(labelLimit=200))
    bars = base.mark_bar(size=10, color=ORANGE).encode(
        alt.X("saturation_low:Q", title=say("% of normal"), axis=alt.Axis(grid=False)),
        rows,
        x2="saturation_high:Q",
    )
    dots = base.mark_point(filled=True, size=120, color=BROWN, opacity=1).encode(alt.X("saturation:Q"), rows)
    normal = base.mark_rule(color=GREY, strokeDash=[4, 4]).encode(x="normal:Q")
    return alt.layer(bars, dots, normal)


ASSUMED = (later("assumption"), later("value"), later("unit"), later("source"))
FILES = (later("file"), later("rows"), later("bytes"), later("source"), later("date"), later("licence"))


def assumed() -> pd.DataFrame:
    """List every assumed number with its unit and source.

    Returns
    -------
    One row per number: its key, its value (as text), unit and source, in the visitor's language.
    """
    defaults = Assumptions()
    rows = [
        (name, number(getattr(defaults, name), 4), say(unit), say(source))
        for name, (unit, source) in list_numbers().items()
    ]
    return pd.DataFrame(rows, columns=[say(name) for name in ASSUMED])


def column_table() -> str:
    """Lay the columns of a ranking out as a Markdown table, in the visitor's language."""
    columns = ((name, list_columns()[name]) for name in COLUMNS)
    rows = [f"| `{name}` | {say(column.unit)} | {say(column.meaning)} |" for name, column in columns]
    return "\n".join([f"| {say('column')} | {say('unit')} | {say('meaning')} |", "|---|---|---|", *rows])


st.title(say("How it works, in plain words"))
st.markdown(say(model.STEPS))
left, right = st.columns(2, gap="large")
with left:
    st.subheader(say("Why not creators per head"))
    st.altair_chart(even_chart(), alt=say(model.EVEN_TOWNS))
    st.caption(say(model.EVEN_TOWNS))
with right:
    st.subheader(say("Why every number has an interval"))
    st.altair_chart(half_chart(), alt=say(model.SAME_SHARE))
    st.caption(say(model.SAME_SHARE))
st.markdown(say(model.LIMITS))
st.header(say("How to read a ranking"))
st.markdown(column_table())
st.header(say("Every assumed number"))
st.write(say("Each can be replaced for a run with a TOML file: `--assumptions A.toml` on the command line."))
st.dataframe(assumed(), hide_index=True, width="stretch")
st.header(say("The bundled geography"))
st.dataframe(
    describe().reset_index().rename(columns={name: say(name) for name in FILES}), hide_index=True, width="stretch"
)
