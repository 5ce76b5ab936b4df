"""Page: bring a list, see what was understood, and have it analysed."""

import pandas as pd
import streamlit as st

from hinterland.assumptions import Level, Settings
from hinterland.sources import Listing, Stored, read_preview
from hinterland.ui import state
from hinterland.ui.text import literal

KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "ods", "parquet", "json", "jsonl", "geojson", "gz", "zip"]
LEVEL_NAMES = {
    "metro": "Metro areas",
    "city": "Cities",
    "region": "Regions",
    "country": "Countries",
    "auto": "The finest the list can decide",
}
TIERS = [None, "nano", "micro", "mid", "macro", "mega"]


def bring() -> None:
    """Ask for a list, or offer the demo."""
    st.title("Where is there still room?")
    st.write(
        "Bring a list of creators. Hinterland finds where they are, compares every market with what a place of its "
        "size should have, and says how sure it is. Your list stays on this machine."
    )
    upload, demo = st.columns([3, 1], vertical_alignment="bottom")
    file = upload.file_uploader("A list of creators", type=KINDS, key="upload")
    if file is not None and st.session_state.get("upload_id") != file.file_id:
        st.session_state["upload_id"] = file.file_id
        state.open_list(file.name, file.getvalue())
    demo.button("Open demo (synthetic list)", on_click=state.open_demo, width="stretch")


def choose(listing: Listing) -> Settings:
    """Ask for what needs a new fit."""
    level, tier, platform = st.columns(3)
    finer = bool({"city", "location", "longitude", "region"} & listing.fields)
    levels: list[Level] = ["metro", "city", "region", "country", "auto"] if finer else ["country"]
    return Settings(
        level=level.selectbox("Kind of market", levels, format_func=LEVEL_NAMES.__getitem__),
        tier=tier.selectbox("Creators of tier", TIERS, format_func=lambda name: name or "all"),
        platform=platform.text_input("Creators on platform", placeholder="all").strip() or None,
    )


def show_understood(stored: Stored, listing: Listing) -> None:
    """Show the first rows and what each column was taken for."""
    st.subheader(literal(stored.name))
    facts = [
        f"{listing.rows:,} rows",
        listing.encoding,
        {",": "commas", ";": "semicolons", "\t": "tabs"}.get(listing.delimiter, ""),
    ]
    st.caption(literal(" · ".join(fact for fact in facts if fact)))
    mapping = pd.DataFrame(
        [(g.column, g.field, g.confidence, g.sample, g.parsed) for g in listing.mapping],
        columns=["your column", "taken for", "confidence", "first value", "read as"],
    )
    st.dataframe(
        mapping, hide_index=True, column_config={"confidence": st.column_config.ProgressColumn(format="percent")}
    )
    with st.expander("First rows"):
        st.dataframe(read_preview(stored, settings=Settings()), hide_index=True)


def show_result() -> None:
    """Say what became of the rows."""
    analysis = state.analysis()
    if analysis is None:
        return
    counts, located = analysis.findings.counts, analysis.findings.located
    placed = located["coordinates"] + located["columns"] + located["text"]
    strip = (
        f"{counts['used']:,} rows used · {counts['rejected']:,} rejected · {counts['merged']:,} merged · "
        f"{placed:,} placed · {located['country_only']:,} by country only · {located['nowhere']:,} nowhere"
    )
    st.success(strip)
    for notice in analysis.findings.warnings:
        st.warning(literal(notice.sentence))
    if not analysis.findings.rejects.empty:
        st.download_button("Rejected rows, with reasons (CSV)", analysis.rejects_csv, "rejects.csv", "text/csv")
    st.page_link("views/explore.py", label="Explore the markets")


bring()
stored = state.opened()
if stored is not None:
    listing = state.listing(Settings())
    show_understood(stored, listing)
    wanted = choose(listing)
    if st.button("Looks right: analyse", type="primary"):
        state.ask(wanted)
        with st.status("Reading, placing, counting, judging …"):
            state.analysis()
            state.map_address()
        st.switch_page("views/explore.py")
    show_result()
