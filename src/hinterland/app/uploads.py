"""The list in hand: its files, how they are read, and what its columns hold. Session state and caches only."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from hinterland.analysis import analyze
from hinterland.app import server
from hinterland.app.jobs import Run
from hinterland.app.server import FILE
from hinterland.config import Settings
from hinterland.ingest import CreatorList, FileContent, open_creators, read_part, read_preview, sheet_names
from hinterland.reference import sample_list

MAX_ENTRIES = 3
PIECE = 2**20
NAMES_SHOWN = 30
OF_THE_LIST = (
    "settings",
    "judged",
    "reading",
    "market",
    "plan",
    "said",
    "stopped",
    "complaint",
    "undo",
    "saved plan",
    "expected list",
)


def open_lists(files: Sequence[FileContent]) -> None:
    """Remember the files a visitor brought, as one list, and forget what was asked of the last one."""
    close_list()
    if files:
        st.session_state["list"] = tuple(files)
        st.session_state["digest"] = fingerprint(files)


def take_uploads(files: Sequence[UploadedFile], *, but_for: Sequence[UploadedFile] = ()) -> None:
    """Open the files as they lie in the upload box, and let go of those that lie there no more.

    `but_for` are files in the box that are no lists.
    """
    open_lists([FileContent(file.name, None, file.getvalue()) for file in files if file not in but_for])
    server.keep_files(session(), [file.file_id for file in files])


def refusal() -> str:
    """Give the reason why the last file was not taken, once."""
    return server.refusal(session())


def session() -> str:
    """Give the id of this visit; "" where there is none."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def close_list() -> None:
    """Forget the list in hand."""
    for key in ("list", "digest", *OF_THE_LIST):
        st.session_state.pop(key, None)


def fingerprint(files: Sequence[FileContent]) -> str:
    """Hash the names and bytes of files."""
    sha256 = hashlib.sha256()
    for file in files:
        sha256.update(file.name.encode() + b"\0")
        with file.open() as stream:
            while piece := stream.read(PIECE):
                sha256.update(piece)
    return sha256.hexdigest()


def lists() -> tuple[FileContent, ...]:
    """Give the files in hand: the visitor's, or the one the app was started with."""
    if "list" not in st.session_state and os.environ.get(FILE):
        path = Path(os.environ[FILE])
        open_lists([FileContent(path.name, path)])
    files: FileContent | tuple[FileContent, ...] = st.session_state.get("list", ())
    return (files,) if isinstance(files, FileContent) else files


def first_file() -> FileContent | None:
    """Give the list in hand, or the first of several."""
    return next(iter(lists()), None)


def digest() -> str:
    """Give the fingerprint of the list in hand."""
    return str(st.session_state["digest"])


def read_as(settings: Settings) -> None:
    """Remember how the list in hand is to be read.

    Parameters
    ----------
    settings
        How the files are written, and what their columns hold.
    """
    st.session_state["reading"] = settings


def reading() -> Settings:
    """Give how the list in hand is to be read.

    Returns
    -------
    What `read_as` was last given for this list; the usual settings before that.
    """
    settings: Settings = st.session_state.get("reading", Settings())
    return settings


def column_fields() -> dict[str, str]:
    """Give the field of each column the visitor chose one for; "none" for a column not to be used."""
    columns: dict[str, str] = st.session_state.setdefault("said", {})
    return columns


def say_columns(columns: Mapping[str, str]) -> None:
    """Remember the field the visitor chose for each column."""
    st.session_state["said"] = dict(columns)


def written_key(name: str) -> str:
    """Give the key of the question how the list in hand is written: a new list is a new question."""
    return f"{name} {digest()}"


def say_written(how: Mapping[str, Any]) -> None:
    """Answer those questions."""
    for name, value in how.items():
        st.session_state[written_key(name)] = value


def complain(sentence: str) -> None:
    """Remember a mistake to be told on the next page."""
    st.session_state["complaint"] = sentence


def complaint() -> str:
    """Give the mistake to be told, once."""
    return str(st.session_state.pop("complaint", ""))


def listing(settings: Settings) -> CreatorList:
    """Recognise the columns of the list in hand.

    Parameters
    ----------
    settings
        How the list is read; the result is kept for this session.

    Raises
    ------
    InputError
        As `open_creators`.
    """
    return _listing(digest(), settings.model_dump_json())


def preview(settings: Settings, place: int = 0) -> pd.DataFrame:
    """Give the first rows of one of the files in hand, as text.

    Parameters
    ----------
    settings
        How the file is written.
    place
        Of the file among those in hand, from 0.

    Returns
    -------
    Five rows at most, with the columns as the file names them.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    return _preview(digest(), settings.model_dump_json(), place)


def sheets() -> list[str]:
    """Name the sheets of the workbooks in hand."""
    return _sheets(digest())


def platforms() -> list[str]:
    """Give the platforms the list in hand names first."""
    return _frequent_values(digest(), reading().model_dump_json(), "platform")


def niches() -> list[str]:
    """Give the niches the list in hand names first."""
    return _frequent_values(digest(), reading().model_dump_json(), "niche")


@st.cache_resource(scope="session", max_entries=MAX_ENTRIES, show_spinner="Reading the list …")
def _listing(digest: str, settings: str) -> CreatorList:  # noqa: ARG001 - the digest is the key
    return open_creators(lists(), settings=Settings.model_validate_json(settings))


@st.cache_data(scope="session", max_entries=MAX_ENTRIES, show_spinner=False)
def _preview(digest: str, settings: str, place: int) -> pd.DataFrame:  # noqa: ARG001 - the digest is the key
    return read_preview(lists()[place], settings=Settings.model_validate_json(settings))


@st.cache_data(scope="session", max_entries=MAX_ENTRIES, show_spinner=False)
def _sheets(digest: str) -> list[str]:  # noqa: ARG001 - the digest is the key
    return list(dict.fromkeys(name for file in lists() for name in sheet_names(file)))


@st.cache_data(scope="session", max_entries=2 * MAX_ENTRIES, show_spinner=False)
def _frequent_values(digest: str, settings: str, column: str) -> list[str]:
    part = _listing(digest, settings).parts[0]
    if column not in part.fields:
        return []
    counts = read_part(part).creators[column].str.casefold().value_counts()
    return sorted(map(str, counts.index[:NAMES_SHOWN]))


# what the controls ask for before anybody touches them
USUAL = Settings(level="metro")


@cache
def demo_files() -> tuple[FileContent, ...]:
    """Give the bundled synthetic list: it is nobody's data, and nothing may change it."""
    sample = sample_list()
    return (FileContent(sample.name, None, sample.read_bytes()),)


@cache
def demo_key() -> tuple[str, str]:
    """Say which list the demo is, asked for what."""
    return fingerprint(demo_files()), USUAL.model_dump_json()


@cache
def demo_run() -> Run:
    """Give the analysis of the demo, judged once for everybody, begun by whoever asks first."""
    return Run(lambda watch: analyze(demo_files(), settings=USUAL, watch=watch))
