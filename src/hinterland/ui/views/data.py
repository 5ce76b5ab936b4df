"""Page: bring a list, see what was understood, and have it analysed."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hinterland.analysis import Analysis
from hinterland.assumptions import Settings
from hinterland.errors import InputError
from hinterland.sources import Listing
from hinterland.ui import state
from hinterland.ui.ask import ask_columns, ask_encoding, ask_settings
from hinterland.ui.text import in_app, literal, rows_in

KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "ods", "parquet", "json", "jsonl", "geojson", "gz", "zip"]
DELIMITERS = {",": "separated by commas", ";": "separated by semicolons", "\t": "separated by tabs"}
STEPS = (
    (
        "1 · Bring a list",
        (
            "A spreadsheet or export with one row per creator. A place in any wording is enough: a city, a "
            "profile location, coordinates. Followers, handle and platform help."
        ),
    ),
    (
        "2 · Check what was understood",
        (
            "You see each column, how it was read and how sure that is, before anything is "
            "computed. What cannot be used is listed with the reason."
        ),
    ),
    (
        "3 · Choose your markets",
        (
            "A map and a ranking of markets with fewer creators than places like them, each with "
            "its uncertainty. Put the best on a shortlist and take it along."
        ),
    ),
)
MAPPED = ["your column", "understood as", "how sure", "first value", "read as"]


def bring() -> None:
    """Ask for a list, or offer the demo."""
    st.title("Where is there still room?")
    st.write(
        "Bring a list of creators: Hinterland finds where they are, compares every market with what a place of its "
        "size should have, and says how sure it is. Your list stays on this machine."
    )
    upload, demo = st.columns([3, 1], vertical_alignment="bottom")
    file = upload.file_uploader("A list of creators, with a place for each", type=KINDS, key="upload")
    if file is not None and st.session_state.get("upload_id") != file.file_id:
        st.session_state["upload_id"] = file.file_id
        state.open_list(file.name, file.getvalue())
    demo.caption("No list at hand?")
    demo.button("Open demo (synthetic list)", on_click=state.open_demo, width="stretch")


def show_way() -> None:
    """Say what comes next."""
    for column, (title, text) in zip(st.columns(3), STEPS, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            st.caption(text)


def understand() -> Listing:
    """Show what each column was taken for, and let the visitor say otherwise."""
    table, correction = st.container(), st.expander("Not read right? Say which column is which")
    with correction:
        as_text = ask_encoding()
        columns = tuple(state.preview(as_text).columns)
        settings = as_text.model_copy(update={"columns": ask_columns(columns, guess(as_text))})
    state.read_as(settings)
    with st.expander("First five rows, as they stand in the list"):
        st.dataframe(state.preview(settings), hide_index=True, alt="First rows of the list")
    listing = state.listing(settings)
    with table:
        show_mapping(listing)
    return listing


def guess(as_text: Settings) -> dict[str, str]:
    """Give the column each field was found in; none if no column was taken for a place."""
    try:
        return {guess.field: guess.column for guess in state.listing(as_text).mapping}
    except InputError:
        return {}


def show_mapping(listing: Listing) -> None:
    """Show rows, encoding and delimiter, and each column with what it was taken for."""
    facts = [f"{listing.rows:,} rows", listing.encoding, DELIMITERS.get(listing.delimiter, "")]
    unused = f"not used: {', '.join(listing.unused)}" if listing.unused else ""
    st.caption(literal(" · ".join(fact for fact in (*facts, unused) if fact)))
    rows = [(g.column, g.field, g.confidence, g.sample, g.parsed) for g in listing.mapping]
    sure = st.column_config.ProgressColumn(format="percent", width="small")
    st.dataframe(
        pd.DataFrame(rows, columns=MAPPED),
        hide_index=True,
        column_config={"how sure": sure},
        alt="Columns of the list and what each was understood as",
    )


def analyse(wanted: Settings, place: DeltaGenerator) -> None:
    """Run the analysis in sight, then go and look at it."""
    state.ask(wanted)
    with place.status("Reading the list, placing creators, judging every market …", expanded=True) as status:
        found = state.analysis()
        if found is not None:
            st.write(rows_in(found.findings))
        status.update(label="Drawing the map …")
        state.map_address()
        status.update(label="Done", state="complete")
    st.switch_page("views/explore.py")


def show_result(analysis: Analysis) -> None:
    """Say what became of the rows, and what to keep in mind."""
    st.subheader("Result")
    st.success(rows_in(analysis.findings))
    for notice in analysis.findings.warnings:
        st.warning(literal(in_app(notice.sentence)))
    with st.container(horizontal=True):
        st.page_link("views/explore.py", label="Explore the markets →")
        if not analysis.findings.rejects.empty:
            st.download_button("Rejected rows, with reasons (CSV)", analysis.rejects_csv, "rejects.csv", "text/csv")


bring()
stored = state.opened()
if stored is None:
    show_way()
else:
    st.subheader(literal(stored.name))
    listing, progress = understand(), st.empty()
    wanted = ask_settings(listing)
    if st.button("Looks right: analyse", type="primary"):
        analyse(wanted, progress)
    found = state.analysis()
    if found is not None:
        show_result(found)
