"""Which column holds what: the table of a list's columns, in which a visitor can say otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from hinterland.app import uploads
from hinterland.app.labels import FIELDS, NOT_USED, number, say
from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest import ColumnMatch, detect_columns, mapping_toml, read_mapping
from hinterland.ingest.formats.storage import FileContent

NUMERIC_FIELDS = frozenset(
    ("followers", "creators", "engagements", "likes", "comments", "views", "following", "posts", "fee", "revenue")
)
FIELD = "field"
COLUMNS = ["column", FIELD, "sure", "first", "read"]
ROW, MOST = 35, 10
Samples = Mapping[str, Sequence[str]]


def settle(as_text: Settings) -> Settings:
    """Add the columns the visitor chose to the settings a list is read with.

    Parameters
    ----------
    as_text
        How the files are written.

    Returns
    -------
    `as_text` with `columns`; with `only_columns` too if the visitor said that a column is not to be used.

    Raises
    ------
    InputError
        When a file cannot be read.
    """
    fields = uploads.column_fields()
    pairs = tuple((field, column) for column, field in fields.items() if field != NOT_USED)
    settings = as_text.model_copy(update={"columns": pairs})
    unused = {column for column, field in fields.items() if field == NOT_USED}
    if not unused:
        return settings
    used = tuple((match.field, match.column) for match in guesses(settings) if match.column not in unused)
    return settings.model_copy(update={"columns": used, "only_columns": True})


def guesses(settings: Settings) -> tuple[ColumnMatch, ...]:
    """Give what each column is taken for, also where that is not enough to place anybody.

    Parameters
    ----------
    settings
        How the list is read, with the columns chosen.

    Returns
    -------
    Matches of the columns in use; a column without one is not used.

    Raises
    ------
    InputError
        When a file cannot be read.
    """
    try:
        return uploads.listing(settings).mapping
    except InputError:
        samples = _samples(settings)
        pairs = [(field, column) for field, column in settings.columns if column in samples]
        return detect_columns(samples, pairs, guess=not settings.only_columns)


def show_columns(settings: Settings) -> None:
    """Show every column, what it is taken for and how its first value is read; what it is taken for can be changed.

    Parameters
    ----------
    settings
        How the list is read, with the columns chosen.

    Raises
    ------
    InputError
        When a file cannot be read.
    """
    samples = _samples(settings)
    table = _table(samples, {match.column: match for match in guesses(settings)})
    # each answer is another question: the table is drawn afresh with what follows from it
    key = f"columns {uploads.digest()} {sorted(uploads.column_fields().items())}"
    st.data_editor(
        table,
        key=key,
        hide_index=True,
        height=ROW * (min(len(table), MOST) + 1) + 3,
        disabled=[name for name in COLUMNS if name != FIELD],
        column_config=_column_config(),
        on_change=_answer,
        args=(key, list(table["column"])),
    )


def _column_config() -> dict[str, Any]:
    taken_for = st.column_config.SelectboxColumn(
        say("understood as · click to change"),
        options=list(FIELDS),
        format_func=lambda field: say(FIELDS[str(field)]),
        required=True,
    )
    return {
        "column": say("your column"),
        FIELD: taken_for,
        "sure": st.column_config.ProgressColumn(say("confidence"), format="percent", width="small", min_value=0),
        "first": say("first value"),
        "read": say("read as"),
    }


def _samples(settings: Settings) -> Samples:
    plain = settings.model_copy(update={"columns": (), "only_columns": False})
    samples: dict[str, list[str]] = {}
    for place in range(len(uploads.lists())):
        samples |= {
            str(name): list(values) for name, values in uploads.preview(plain, place).items() if name not in samples
        }
    return samples


def _table(samples: Samples, guessed: Mapping[str, ColumnMatch]) -> pd.DataFrame:
    rows = [[column, *_reading(values, guessed.get(column))] for column, values in samples.items()]
    table = pd.DataFrame(rows, columns=COLUMNS)
    # what is used stands first, in the order of the list
    return table.sort_values(FIELD, key=lambda fields: fields == NOT_USED, kind="stable", ignore_index=True)


def _reading(values: Sequence[str], guess: ColumnMatch | None) -> list[object]:
    """Give field, confidence, first value and how it is read."""
    if guess is None:
        return [NOT_USED, None, next((value for value in values if value.strip()), ""), ""]
    # "12.3K" is read as 12,300
    is_number = guess.field in NUMERIC_FIELDS and guess.parsed
    read = number(float(guess.parsed), 2) if is_number else guess.parsed
    return [guess.field, guess.confidence, guess.sample, read]


def _answer(key: str, columns: Sequence[str]) -> None:
    fields = dict(uploads.column_fields())
    for place, edited in st.session_state[key]["edited_rows"].items():
        if FIELD in edited:
            fields[columns[int(place)]] = edited[FIELD]
    uploads.say_columns(fields)


def keep_mapping(settings: Settings) -> None:
    """Offer to save how a list is read, and to load what was saved.

    Parameters
    ----------
    settings
        How the list is read, with the columns chosen; where it cannot be opened with them, nothing can be saved.
    """
    save, load = st.columns(2, vertical_alignment="bottom")
    try:
        mapping = mapping_toml(uploads.listing(settings)).encode()
    except InputError:
        mapping = b""
    save.download_button(
        say("Save this mapping (TOML)"),
        mapping,
        "mapping.toml",
        "application/toml",
        on_click="ignore",
        disabled=not mapping,
        help=say("For the next list of this kind: here, or with --mapping on the command line."),
    )
    load.file_uploader(say("Load a saved mapping"), type="toml", key="mapping", on_change=_load)


def _load() -> None:
    file = st.session_state["mapping"]
    if file is None:
        return
    try:
        mapping = read_mapping(FileContent(file.name, None, file.getvalue()))
    except InputError as mistake:
        uploads.complain(say(mistake.text))
        return
    pairs = mapping.pop("columns")
    if unknown := sorted({field for field, _ in pairs} - set(FIELDS)):
        uploads.complain(say("{file} has unknown fields: {fields}", file=file.name, fields=", ".join(unknown)))
        return
    unused = dict.fromkeys(_samples(Settings()), NOT_USED) if pairs else {}
    uploads.say_columns({**unused, **{column: field for field, column in pairs}})
    uploads.say_written({name: value for name, value in mapping.items() if name != "only_columns"})
