"""People who asked to be forgotten leave the list before anything is computed; those of a brand are marked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.errors import InputError
from hinterland.identity import fold_name, fold_names
from hinterland.ingest.formats.csv_dialect import guess_encoding
from hinterland.ingest.parse.addresses import parse_account, read_accounts
from hinterland.ingest.part import IDENTIFYING, Part, clean_text, columns_of, load_fields

ACCOUNTS = frozenset(("handle", "profile_url"))
FULL_NAME = ("first_name", "last_name")


@dataclass(frozen=True)
class ForgetReceipt:
    """Which lines of the file of `--forget` are people of the list, and which are not: for the screen only."""

    matched: tuple[str, ...]
    unmatched: tuple[str, ...]


def read_forgotten(path: str | None, fields: Iterable[str]) -> dict[str, frozenset[str]]:
    """Read the people of a file, one a line: by handle, address of the profile, name or e-mail address.

    Returns
    -------
    dict
        For each line the normal forms by which the person is looked for; without a path none.

    Raises
    ------
    InputError
        If the file cannot be read or names nobody, or no column of the list names people.
    """
    if path is None:
        return {}
    if set(fields).isdisjoint(IDENTIFYING):
        raise InputError("the list has no handles, so --forget can find nobody: name their column, --map handle=COLUMN")
    people = {line: _keys(line) for line in _lines(path, "--forget") if line}
    if not any(people.values()):
        raise InputError(f"{path} names nobody: write one handle a line")
    return {line: keys for line, keys in people.items() if keys}


def read_handles(path: str, fields: Iterable[str], *, option: str) -> frozenset[str]:
    """Read the handles of a file, one a line, by which `option` finds people in a list with these fields.

    Raises
    ------
    InputError
        If the file cannot be read or names nobody, or the list has no handles by which to find anyone.
    """
    if ACCOUNTS.isdisjoint(fields):
        raise InputError(
            f"the list has no handles, so {option} can find nobody: name their column, --map handle=COLUMN"
        )
    handles = frozenset(fold_name(parse_account(line).handle) for line in _lines(path, option)) - {""}
    if not handles:
        raise InputError(f"{path} names nobody: write one handle a line")
    return handles


def find_forgotten(table: pa.Table, people: frozenset[str]) -> NDArray[np.bool_]:
    """Say row by row whether any of its identifying columns names somebody to be forgotten."""
    gone, keys = np.zeros(table.num_rows, bool), pa.array(sorted(people), pa.string())
    for column in _identifying(table):
        gone |= pc.is_in(column, keys).to_numpy()
    return gone


def forget_receipt(parts: Sequence[Part], people: Mapping[str, frozenset[str]]) -> ForgetReceipt:
    """Look once more through the identifying columns for each person who is to be forgotten."""
    all_keys = pa.array(sorted(frozenset().union(*people.values())), pa.string())
    present: set[str] = set()
    for part in parts if people else ():
        for column in _identifying(load_fields(part, IDENTIFYING)):
            present.update(column.filter(pc.is_in(column, all_keys)).unique().to_pylist())
    matched = {line: bool(keys & present) for line, keys in people.items()}
    return ForgetReceipt(
        tuple(line for line, is_present in matched.items() if is_present),
        tuple(line for line, is_present in matched.items() if not is_present),
    )


def _identifying(table: pa.Table) -> Iterator[pa.ChunkedArray]:
    """Give each identifying column in normal form, as written and as the account it names."""
    plain = {name: clean_text(table.column(name)) for name in IDENTIFYING if name in table.column_names}
    texts = {**plain, **{column: clean_text(text) for column, text in columns_of(table, "alias").items()}}
    if all(name in plain for name in FULL_NAME):
        texts["full name"] = pc.binary_join_element_wise(*(plain[name] for name in FULL_NAME), " ")
    for name, text in texts.items():
        if name not in FULL_NAME:
            yield fold_names(text)
            yield fold_names(read_accounts(text).handles)


def _keys(line: str) -> frozenset[str]:
    return frozenset((fold_name(line), fold_name(parse_account(line).handle))) - {""}


def _lines(path: str, option: str) -> list[str]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}; {option} wants a file of handles, one a line"
        ) from None
    lines = data.decode(guess_encoding(data), errors="replace").lstrip("\ufeff").splitlines()
    return [line.strip(" ,;\t\"'") for line in lines]
