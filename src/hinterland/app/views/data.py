"""Page: bring a list, see what was understood, and have it analysed."""

from functools import partial

import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import state, uploads, url_state
from hinterland.app.components.column_editor import keep_mapping, settle, show_columns
from hinterland.app.components.settings_form import DELIMITERS, ask_constants, ask_reading, ask_settings
from hinterland.app.labels import literal, number, percent, rows_in, say, visitor_language
from hinterland.app.server import ALL_FULL, MOST_FILES, MOST_MB, VISITOR_FULL, VISITOR_MB
from hinterland.config import Settings
from hinterland.errors import HinterlandError, InputError
from hinterland.ingest import READERS, CreatorList, FileFormat
from hinterland.language import later

KINDS = [*(ending.removeprefix(".") for ending in READERS), "gz", "zip"]
STEPS = (
    (
        later("1 · Bring a list"),
        later(
            "A spreadsheet or export with one row per creator. A place in any wording is enough: a city, a profile "
            "location, coordinates. Followers, handle and platform help."
        ),
    ),
    (
        later("2 · Check what was understood"),
        later(
            "You see each column, how it was read and how sure that is, before anything is computed. What cannot be "
            "used is listed with the reason."
        ),
    ),
    (
        later("3 · Choose your markets"),
        later(
            "A map and a ranking of markets with fewer creators than places like them, each with its uncertainty. Put "
            "the best on a shortlist and take it along."
        ),
    ),
)
NO_ROOM = {
    VISITOR_FULL: later(
        "That file was not taken: you can bring {files} files, {size} MB in all. Take one out of the box first; "
        "`hinterland rank FILE --out ranking.csv` reads lists of any size."
    ),
    ALL_FULL: later(
        "That file was not taken: the lists that visitors have open now leave no room for it. Try again in a few "
        "minutes."
    ),
}


def bring() -> None:
    """Ask for a list, or offer the demo."""
    st.title(say("Where is there still room?"))
    st.write(
        say(
            "Bring a list of creators: Hinterland finds where they are, compares every market with what a place of its "
            "size should have, and says how sure it is. Your list stays on this machine."
        )
    )
    upload, demo = st.columns([3, 1], vertical_alignment="bottom")
    upload.file_uploader(
        say("Lists of creators, with a place for each; several files are read as one list"),
        type=KINDS,
        accept_multiple_files=True,
        key="upload",
        on_change=take,
    )
    if reason := uploads.refusal():
        upload.error(say(NO_ROOM[reason], files=number(MOST_FILES), size=number(VISITOR_MB)))
    upload.caption(
        say(
            "Up to {size} MB each. Larger lists: `hinterland app FILE` opens one from disk, `hinterland rank FILE "
            "--out ranking.csv` needs no browser at all.",
            size=number(MOST_MB),
        )
    )
    upload.caption(say("A project you saved goes into the same box."))
    demo.caption(say("No list at hand?"))
    if demo.button(say("Open demo (synthetic list)"), width="stretch"):
        state.open_demo()
        url_state.go("views/explore.py")


def take() -> None:
    """Take the files as they lie in the upload box: lists, or a project that was saved."""
    files = st.session_state["upload"]
    projects = [file for file in files if url_state.is_project(file.name, file.getvalue())]
    taken = st.session_state.get("taken projects", set())
    st.session_state["taken projects"] = {file.file_id for file in projects}
    uploads.take_uploads(files, but_for=projects)
    for file in projects:
        if file.file_id not in taken:
            try:
                url_state.open_project(file.getvalue())
            except HinterlandError as mistake:
                uploads.complain(str(mistake))


def show_way() -> None:
    """Say what comes next."""
    for column, (title, text) in zip(st.columns(3), STEPS, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{say(title)}**")
            st.caption(say(text))


def understand() -> CreatorList:
    """Show what each column was taken for, and let the visitor say otherwise."""
    facts, table, correction = st.container(), st.container(), st.expander(say("Not read right?"))
    with correction:
        as_text = ask_reading(detect_format())
        settings = settle(as_text.model_copy(update={"constants": ask_constants()}))
        keep_mapping(settings)
    with table:
        show_columns(settings)
    with st.expander(say("First five rows, as they stand in the list")):
        show_rows(as_text)
    uploads.read_as(settings)
    listing = uploads.listing(settings)
    facts.caption(literal(described(listing)))
    return listing


def detect_format() -> FileFormat:
    """Detect how the list is written, without any answer of the visitor."""
    try:
        return uploads.listing(Settings()).file_formats[0]
    except InputError:
        return FileFormat(header_row=0)


def described(listing: CreatorList) -> str:
    """Say how large a list is and how it was read."""
    marks = [say("separated by: {mark}", mark=say(DELIMITERS.get(mark, mark))) for mark in listing.delimiter]
    unused = say("not used: {columns}", columns=", ".join(listing.unused)) if listing.unused else ""
    facts = [say("{count} rows", count=number(listing.rows)), listing.encoding, *marks, unused]
    return " · ".join(fact for fact in facts if fact)


def show_rows(as_text: Settings) -> None:
    """Show the first rows of each file.

    Parameters
    ----------
    as_text
        How the files are written.

    Raises
    ------
    InputError
        When a file cannot be read.
    """
    for place, file in enumerate(uploads.lists()):
        st.caption(literal(file.name))
        st.dataframe(uploads.preview(as_text, place), hide_index=True, alt=say("First rows of the list"))


def analyse(settings: Settings) -> None:
    """Run the analysis in sight, then go and look at it.

    Parameters
    ----------
    settings
        For the list in hand.

    Raises
    ------
    HinterlandError
        When the list cannot be analysed.
    """
    state.ask(settings)
    if state.analysis() is not None:
        url_state.go("views/explore.py")


def show_result(analysis: Analysis) -> None:
    """Say what became of the rows, and what to keep in mind."""
    counts, located = analysis.findings.counts, analysis.findings.located
    st.subheader(say("Result"))
    st.success(literal(rows_in(analysis.findings)))
    lost = counts["rejected"] + located["nowhere"]
    with st.container(horizontal=True):
        st.page_link("views/explore.py", label=say("Explore the markets →"))
        if not analysis.findings.rejects.empty:
            st.download_button(
                say("Rejected rows, with reasons (CSV)"),
                partial(analysis.rejects_csv, visitor_language()),
                "rejects.csv",
                "text/csv",
                on_click="ignore",
            )
    if lost:
        st.warning(
            say(
                "{lost} of {rows} rows say nothing about any market ({share}): they were rejected, or name no place "
                "that was found.",
                lost=number(lost),
                rows=number(counts["rows_in"]),
                share=percent(lost / counts["rows_in"], 1),
            )
        )
    notices = analysis.findings.warnings
    with st.expander(say("Things to keep in mind about this list: {count}", count=number(len(notices)))):
        for notice in notices:
            st.markdown("- " + literal(say(notice)))


def name() -> str:
    """Name the list in hand."""
    first, *more = uploads.lists()
    return say("{first} and {count} more", first=first.name, count=number(len(more))) if more else first.name


bring()
if complaint := uploads.complaint():
    st.error(literal(complaint))
if (saved := url_state.waiting_project()) is not None and not uploads.lists():
    names = ", ".join(saved["names"])
    st.info(
        say(
            "Now upload the list it was made with ({names}): a project does not contain the list.", names=literal(names)
        )
    )
if url_state.resume() and state.analysis() is not None:
    url_state.go("views/explore.py")
if not uploads.lists():
    show_way()
else:
    if state.was_stopped():
        st.info(say("Cancelled. Nothing was kept. Change the settings if you like, and start again."))
    st.subheader(literal(name()))
    settings = ask_settings(understand())
    if st.button(say("Find markets"), type="primary"):
        analyse(settings)
    result = state.analysis()
    if result is not None:
        show_result(result)
