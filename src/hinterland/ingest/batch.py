"""One part of the input as a checked batch of creators, with all that was left out or could not be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.identity import fold_name
from hinterland.ingest.exclusions import find_forgotten, not_creators
from hinterland.ingest.fields import MEASURES, TEXT, CellIssues, faults_of
from hinterland.ingest.formats.sheet import Loaded
from hinterland.ingest.identity import read_contact, read_identity
from hinterland.ingest.parse import Reason
from hinterland.ingest.parse.dates import older
from hinterland.ingest.parse.text import LOST, REPAIRED, repair_column
from hinterland.ingest.part import Part, by_field, clean_text, column_types
from hinterland.language import later
from hinterland.schemas import CREATORS

TEXT_FIELDS = ("niche", "city", "region", "country", "location")
ACCOUNT_TEXT = ("handle", "platform", "profile_url")
EXTRA_TEXT = ("name", "snapshot", "added", "rank_group", "synthetic", "brand")
# texts that are repaired, and what the entries of a list in one of their cells are joined by
REPAIRABLE = {"name": " ", "location": ", ", **dict.fromkeys(("city", "region", "country", "niche"), " / ")}
FAULT_KINDS = {"row": "int64", "field": "str", "value": "str", "reason": "str", "hint": "str"}
OLDER = Reason("older snapshot", "only the latest snapshot of each platform is used; give one file per date to compare")
# who is forgotten is not named again in the rejects
EMPTY = Reason("an empty row", "remove it")
FORGOTTEN = Reason("asked to be forgotten", "named in the file of people to forget")
NO_ACCOUNTS = pa.array(["0", "0.0", "no", "No", "none", "None", "x", "NA", "na"])
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Batch:
    """One part, read: rows in = creators + rejects (one line per rejected row).

    `faults` has the columns of `rejects`, but its rows are used: one value of theirs could not be, and is missing.
    `imputed` counts values that were made up or mended, by kind.
    """

    creators: pd.DataFrame
    rejects: pd.DataFrame
    faults: pd.DataFrame
    rows_in: int
    imputed: Mapping[str, int] = field(default_factory=dict)


def read_part(part: Part) -> Batch:
    """Read one part into a checked batch.

    Raises
    ------
    InputError
        If the input is gone or has changed since it was opened.
    """
    loaded = with_account(part.chunk.read(column_types(part)), part)
    table = _trim_texts(by_field(loaded.table, part))
    table, repairs = _repair_texts(table)
    rows = loaded.places + part.first_row
    texts = {name: _text(table, name) for name in (*TEXT_FIELDS, *(part.fields & {*EXTRA_TEXT}))}
    results = [measure(table, part) for measure in (read_identity, read_contact, *MEASURES)]
    columns = {name: column for result in results for name, column in result.columns.items()}
    frame = pd.DataFrame({**texts, **columns}, index=pd.Index(rows, name="creator_id", dtype="int64"), copy=False)
    faults = [fault for result in results for fault in result.faults]
    fatal = [*_find_rejects(table, part), *(fault for fault in faults if fault.field == "creators")]
    is_used = np.ones(len(rows), bool)
    is_used[np.concatenate([fault.places for fault in fatal])] = False
    issues = tabulate_issues([fault for fault in faults if fault.field != "creators"], rows)
    imputed = [*(pair for result in results for pair in result.imputed.items()), *repairs.items()]
    counts = {later("padded rows"): loaded.padded, **{name: int(made[is_used].sum()) for name, made in imputed}}
    return Batch(
        CREATORS.check(frame if is_used.all() else frame[is_used]),
        pd.concat([_tabulate_ragged(loaded, part), tabulate_issues(fatal, rows)])
        .sort_values("row")
        .drop_duplicates("row"),
        issues[issues["row"].isin(rows[is_used])],
        len(rows) + len(loaded.bad_rows),
        {name: count for name, count in counts.items() if count},
    )


def with_account(loaded: Loaded, part: Part) -> Loaded:
    """Of a wide list, keep the rows that have an account on the platform of this part; others are no rows of it."""
    if not part.accounts:
        return loaded
    columns = [column for name, columns in part.columns if name in part.accounts for column in columns]
    present = np.zeros(loaded.table.num_rows, bool)
    for column in columns:
        text = clean_text(loaded.table.column(column))
        present |= pc.and_(pc.is_valid(text), pc.invert(pc.is_in(text, NO_ACCOUNTS))).to_numpy()
    return Loaded(loaded.table.filter(pa.array(present)), loaded.places[present], (), loaded.padded)


def _trim_texts(table: pa.Table) -> pa.Table:
    """Trim the texts; numbers stay as written, for the faults to show."""
    texts = {*ACCOUNT_TEXT, *TEXT_FIELDS, *EXTRA_TEXT}
    columns = zip(table.column_names, table.columns, strict=True)
    return pa.table({name: clean_text(column) if name in texts else column for name, column in columns})


def _repair_texts(table: pa.Table) -> tuple[pa.Table, dict[str, NDArray[np.bool_]]]:
    """Repair damaged texts; also say in which rows, and where letters are lost for good."""
    marks = {kind: np.zeros(table.num_rows, bool) for kind in (REPAIRED, LOST)}
    for place, name in enumerate(table.column_names):
        if name in REPAIRABLE:
            column, repaired, lost = repair_column(table.column(name), joint=REPAIRABLE[name])
            marks[REPAIRED] |= repaired
            marks[LOST] |= lost
            table = table.set_column(place, name, column) if repaired.any() else table
    return table, marks


def _text(table: pa.Table, name: str) -> Any:  # noqa: ANN401 - pandas does not type its arrays of text
    if name not in table.column_names:
        return pd.array(pa.nulls(table.num_rows, pa.string()), dtype=TEXT)
    return pd.array(table.column(name), dtype=TEXT)


def _find_rejects(table: pa.Table, part: Part) -> Iterator[CellIssues]:
    empty = _empty_rows(table)
    yield CellIssues(np.flatnonzero(empty), "", [""] * int(empty.sum()), *EMPTY)
    yield from not_creators(table, part)
    if part.forgotten:
        gone = np.flatnonzero(find_forgotten(table, part.forgotten))
        yield CellIssues(gone, "handle", [""] * len(gone), *FORGOTTEN)
    if part.latest is not None:
        platforms = table.column("platform") if "platform" in part.fields else None
        late = older(table.column("snapshot"), platforms, part.latest)
        yield faults_of(table, ("snapshot",), late & ~empty, OLDER)


def _empty_rows(table: pa.Table) -> NDArray[np.bool_]:
    empty = np.ones(table.num_rows, bool)
    for column in table.columns:
        if not empty.any():
            break
        text = column if pa.types.is_floating(column.type) or pa.types.is_integer(column.type) else clean_text(column)
        empty &= text.is_null(nan_is_null=True).to_numpy()
    return empty


def tabulate_issues(faults: Sequence[CellIssues], rows: Places) -> pd.DataFrame:
    """List faults row by row, with the numbers of the rows.

    Parameters
    ----------
    faults
        Each of one field, with the places of its rows in the table as loaded, from 0.
    rows
        The number of the row at each of these places.

    Returns
    -------
    One line per fault: row, field, value, reason, hint; sorted by row.
    """
    frames = [
        pd.DataFrame({"row": rows[f.places], "field": f.field, "value": f.texts, "reason": f.reason, "hint": f.hint})
        for f in faults
        if len(f.places)
    ]
    none = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in FAULT_KINDS.items()})
    return pd.concat([none, *frames]).astype(FAULT_KINDS).sort_values("row", kind="stable", ignore_index=True)


def _tabulate_ragged(loaded: Loaded, part: Part) -> pd.DataFrame:
    lines = [(r.place + part.first_row, "", r.text, r.reason, r.hint) for r in loaded.bad_rows]
    ragged = pd.DataFrame(lines, columns=list(FAULT_KINDS)).astype(FAULT_KINDS)
    if not part.forgotten:
        return ragged
    names_forgotten = [
        any(person.casefold() in fold_name(row.text) for person in part.forgotten) for row in loaded.bad_rows
    ]
    return ragged.assign(value=ragged["value"].mask(pd.Series(names_forgotten, dtype=bool), ""))
