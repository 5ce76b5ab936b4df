"""Handles and the addresses of profiles: which account a text names, and on which platform."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.identity import fold_name
from hinterland.ingest.parse import Reason, bundled_table, over_distinct

_SCHEME = re.compile(r"(?i:https?:)?//")
_EMBEDDED = re.compile(r"(?i)https?://[^\s\"'<>\])},;|]+")
_ADDRESS = re.compile(r"(?P<host>(?:[\w-]+\.)+[a-z]{2,24})(?::\d+)?(?P<path>[/?#].*)?", re.IGNORECASE)
_ACCOUNT_PREFIX = re.compile(r"(?i)^(?:www|m|mobile|web|mbasic|touch|old|new|en|l|[a-z]{2}(?:-[a-z]{2})?)\.")
# Excel shows a long number as 1.78414E+16 and saves what it shows: which account it was is lost
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+\d{1,3}|[+-]?\d+[.,]\d+[eE]-?\d{1,3}")
# what is a plain handle at once: no address, no sign of nothing, no number Excel cut
_PLAIN_HANDLE = r"^[A-Za-z0-9_.-]*[A-Za-z0-9_][A-Za-z0-9_.-]*$"
_DOUBTFUL = r"(?i)^[0-9]+[.,][0-9]+e[+-]?[0-9]+$|^www\.|\.(?:com|tv|me|net|app|ee)$"
# a handle and its followers in one cell: "@mia (12.3K)", "mia - 12,300 followers"
_SHORT = r"[~≈]?\d[\d.,]*\s?[kmKM]\+?"
_PEOPLE = r"\s*(?:followers?|subscribers?|subs|fans|abonn[ée]s|abonnenten|seguidores|подписчик\w*|フォロワー)"
COUNT_BESIDE = re.compile(
    rf"(?P<account>@?[^\W\d][\w.-]*|@[\w.-]+)\s*(?:[(\[]\s*(?P<inside>{_SHORT}|\d[\d.,' ]{{2,}})(?:{_PEOPLE})?\s*[)\]]"
    rf"|\s[|:·–—-]?\s*(?P<after>{_SHORT}|\d[\d.,' ]*)(?:{_PEOPLE})|\s[|·–—-]\s(?P<short>{_SHORT}))",
    re.IGNORECASE,
)
SCIENTIFIC = Reason(
    "a number that Excel shortened, not a handle", "format the column as text and export the list again"
)
PLACEHOLDER = Reason("a placeholder, not a handle", "leave it empty, or give the handle")
SPACED = Reason("several words, not a handle", "give the handle, without spaces")
NO_ACCOUNT = Reason("an address without an account", "give the address of the profile")


class Account(NamedTuple):
    """What a text says of an account: its handle ("" is none), its platform ("" is unknown), what is wrong with it."""

    handle: str
    platform: str = ""
    fault: tuple[str, str] | None = None


NOBODY = Account("")


@dataclass(frozen=True, eq=False)
class Accounts:
    """A column of accounts, row by row; `faults` holds the rows of each fault."""

    handles: pa.ChunkedArray
    platforms: pa.ChunkedArray
    faults: Mapping[tuple[str, str], NDArray[np.bool_]]


def parse_account(text: str) -> Account:
    """Read one handle or address of a profile; never raise."""
    # spreadsheets mark text by an apostrophe, and so do our own tables what looks like a formula
    plain = text.strip().removeprefix("'").strip()
    address = parse_address(plain)
    if address is not None:
        return address
    if not plain:
        return NOBODY
    if _SCIENTIFIC.fullmatch(plain):
        return Account("", fault=SCIENTIFIC)
    if fold_name(plain.strip("()[]{}<>")) in placeholders() or not any(char.isalnum() or char == "_" for char in plain):
        return Account("", fault=PLACEHOLDER)
    beside = COUNT_BESIDE.fullmatch(plain)
    return Account((beside["account"] if beside else plain).lstrip("@＠").strip())


def parse_address(text: str) -> Account | None:
    """Read an address: the account it names, if its form is one we know; None if the text is no address."""
    embedded = _EMBEDDED.search(text)
    bare = _SCHEME.sub("", embedded[0] if embedded else text.strip(), count=1)
    match = _ADDRESS.fullmatch(bare.partition(" ")[0].strip(",;")) if "." in bare else None
    if not match:
        return Account("", fault=NO_ACCOUNT) if embedded else None
    forms = _forms_of(match["host"].lower())
    path = match["path"] or ""
    stated = bool(embedded) or bare != text.strip() or match["host"].lower().startswith("www.")
    # a bare host may as well be a handle with dots
    is_site = match["host"].lower().endswith((".com", ".tv"))
    if not (stated or (forms and (path or is_site))):
        return None
    handle = next((account for _, form in forms if (account := _handle_in(form, path))), "")
    platform = forms[0][0] if forms else ""
    if not forms and (elsewhere := re.fullmatch(r"/@([^/?#]+)/?", path)):
        handle = f"{elsewhere[1]}@{match['host'].lower()}"
    if not handle or fold_name(handle) in placeholders():
        return Account("", platform, NO_ACCOUNT)
    return Account(handle, platform)


def _handle_in(form: re.Pattern[str], path: str) -> str:
    """Find the handle in the path of an address; what follows a question mark counts only where the form says so."""
    plain = path.partition("#")[0]
    match = form.fullmatch(plain.rstrip("/")) or form.fullmatch(plain.partition("?")[0].rstrip("/"))
    return unquote(match["handle"]).lstrip("@").strip() if match else ""


@lru_cache(1_024)
def _forms_of(host: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    bare = _ACCOUNT_PREFIX.sub("", host)
    return tuple((name, path) for name, pattern, path in _forms() if pattern.fullmatch(bare) or pattern.fullmatch(host))


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (row["platform"], re.compile(row["host"]), re.compile(row["path"], re.IGNORECASE))
        for row in bundled_table("address_forms")
    )


@cache
def placeholders() -> frozenset[str]:
    """Give the words people write where there is no account, in normal form."""
    return frozenset(fold_name(row["word"]) for row in bundled_table("placeholders"))


def read_accounts(column: pa.ChunkedArray, *, are_names: bool = False) -> Accounts:
    """Read a column of handles and addresses; each distinct odd text is read once.

    Parameters
    ----------
    column
        Clean text, nothing being null.
    are_names
        Several words are a handle, too: somebody chose a column of names for the handles.
    """
    text = pc.utf8_ltrim(column, "@")
    plain = pc.and_(pc.match_substring_regex(text, _PLAIN_HANDLE), pc.invert(pc.match_substring_regex(text, _DOUBTFUL)))
    plain = pc.and_(plain, pc.invert(pc.is_in(pc.ascii_lower(text), pa.array(sorted(placeholders())))))
    odd = np.flatnonzero(~plain.fill_null(True).to_numpy())  # noqa: FBT003 - arrow's own signature
    if not odd.size:
        return Accounts(text, pa.chunked_array([pa.nulls(len(text), pa.string())]), {})
    read = over_distinct(column.take(pa.array(odd)), parse_account)
    if not are_names:
        read = [Account("", account.platform, SPACED) if " " in account.handle else account for account in read]
    mask = np.zeros(len(text), bool)
    mask[odd] = True
    handles = _fill_rows(text, mask, [account.handle for account in read])
    platforms = _fill_rows(pa.nulls(len(text), pa.string()), mask, [account.platform for account in read])
    faults = {
        fault: np.zeros(len(text), bool) for fault in dict.fromkeys(account.fault for account in read if account.fault)
    }
    for fault, rows in faults.items():
        rows[odd] = [account.fault == fault for account in read]
    return Accounts(handles, platforms, faults)


def _fill_rows(column: pa.ChunkedArray | pa.Array, mask: NDArray[np.bool_], values: list[str]) -> pa.ChunkedArray:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    filled = pa.array([value or None for value in values], pa.string())
    return pa.chunked_array([pc.replace_with_mask(array, pa.array(mask), filled)])
