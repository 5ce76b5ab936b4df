"""Page: take the result along, in every format, with what is needed to repeat it."""

import shlex
from functools import partial
from io import BytesIO

import streamlit as st

from hinterland.analysis import Analysis
from hinterland.assumptions import Settings
from hinterland.exporters import manifest, render
from hinterland.exporters.spreadsheets import ranking, write_csv
from hinterland.ui import state
from hinterland.ui.ask import ask_lens

FILES = {
    "map.html": ("Map (web page)", "text/html", "One file; opens in any browser, without a network."),
    "ranking.csv": ("Ranking (CSV)", "text/csv", "Every market with its interval, as the command line writes it."),
    "ranking.xlsx": (
        "Ranking (Excel)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "The same table as a workbook, without formulas.",
    ),
    "ranking.parquet": ("Boundaries (GeoParquet)", "application/octet-stream", "Ranking and polygons, for analysts."),
    "ranking.gpkg": ("Boundaries (GeoPackage)", "application/geopackage+sqlite3", "The same for QGIS and ArcGIS."),
    "ranking.geojson": ("Boundaries (GeoJSON)", "application/geo+json", "The same for web maps and GIS."),
}
FLAGS = {"countries": "country"}


def command_line(settings: Settings) -> str:
    """Write the command that repeats this run."""
    changed = settings.model_dump(exclude_defaults=True, exclude_none=True)
    columns = changed.pop("columns", ())
    options = [f"--{FLAGS.get(name, name).replace('_', '-')}={value}" for name, value in changed.items()]
    options += [f"--map={field}={column}" for field, column in columns]
    return shlex.join(["hinterland", "rank", "YOUR_LIST", *options, "--out", "ranking.csv", "--out", "map.html"])


def script(settings: Settings) -> str:
    """Write the Python that repeats this run."""
    changed = ", ".join(f"{name}={value!r}" for name, value in settings.model_dump(exclude_defaults=True).items())
    return (
        "from hinterland import Settings, analyze\n\n"
        f'analysis = analyze("YOUR_LIST", settings=Settings({changed}))\n'
        'analysis.export("ranking.csv", "map.html")'
    )


def shortlisted(analysis: Analysis) -> bytes:
    """Make the ranking of the shortlisted markets alone."""
    table, stream = ranking(analysis.findings), BytesIO()
    write_csv(table[table["market_id"].isin(state.shortlist())], stream)
    return stream.getvalue()


def offer(analysis: Analysis) -> None:
    """Offer each file; it is made when clicked."""
    report = analysis.report()
    for name, (label, kind, note) in FILES.items():
        button, told = st.columns([2, 3], vertical_alignment="center")
        made = partial(render, report, f".{name.rpartition('.')[2]}")
        button.download_button(label, made, name, kind, key=name, width="stretch", on_click="ignore")
        told.caption(note)
    button, told = st.columns([2, 3], vertical_alignment="center")
    repeat = partial(manifest, analysis.findings, analysis.files)
    button.download_button(
        "Run manifest (TOML)", repeat, "ranking.csv.run.toml", "application/toml", width="stretch", on_click="ignore"
    )
    told.caption("Inputs, settings, versions, counts and warnings: what the result rests on.")


def offer_shortlist(analysis: Analysis) -> None:
    """Offer the shortlist, or say how to start one."""
    count, (button, told) = len(state.shortlist()), st.columns([2, 3], vertical_alignment="center")
    made = partial(shortlisted, analysis)
    button.download_button(
        "Shortlist (CSV)",
        made,
        "shortlist.csv",
        "text/csv",
        type="primary",
        width="stretch",
        on_click="ignore",
        disabled=not count,
    )
    markets = f"The {count:,} {'market' if count == 1 else 'markets'} you put aside."
    told.caption(markets if count else "Still empty: choose a market under Explore and add it.")


if state.analysis() is None:
    st.title("Nothing to report yet")
    st.write("Bring a list on the Data page, or open the demo there.")
    st.page_link("views/data.py", label="Go to Data")
    st.stop()
st.title("Take it along")
st.write("Every file is made when you click. None of them holds a creator's name.")
analysis = state.analysis(ask_lens())
if analysis is not None:
    files, again = st.columns([3, 2], gap="large")
    with files:
        st.subheader("Files")
        offer_shortlist(analysis)
        offer(analysis)
    with again:
        st.subheader("The same run elsewhere")
        st.caption("On the command line")
        st.code(command_line(analysis.findings.settings), language="bash", wrap_lines=True)
        st.caption("In Python")
        st.code(script(analysis.findings.settings), language="python", wrap_lines=True)
