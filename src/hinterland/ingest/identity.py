"""Who a row is about: its account, whether and where the person may be written to, and rows that bear one name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland.config import platform_names
from hinterland.identity import fold_series
from hinterland.ingest.content import NAMES
from hinterland.ingest.exclusions import find_forgotten
from hinterland.ingest.fields import TEXT, CellIssues, ParsedColumns, faults_of
from hinterland.ingest.parse import Reason, bundled_table, over_distinct
from hinterland.ingest.parse.addresses import Accounts, read_accounts
from hinterland.ingest.part import CONTACT_STATUS, IDENTIFYING, Part, clean_text, load_fields
from hinterland.language import Text


def read_identity(table: pa.Table, part: Part) -> ParsedColumns:
    """Read handles and platforms: of the columns that bear them, else out of addresses of profiles.

    Words for nobody, numbers Excel has cut and addresses that name no account are no handles: nobody is merged by them.
    """
    read = {
        name: read_accounts(clean_text(table.column(name)), are_names=part.units.get("handle") == NAMES)
        for name in ("handle", "profile_url")
        if name in part.fields
    }
    nulls = pa.chunked_array([pa.nulls(table.num_rows, pa.string())])
    handles = pc.coalesce(*(accounts.handles for accounts in read.values())) if read else nulls
    stated = clean_text(table.column("platform")) if "platform" in part.fields else nulls
    platforms = pc.utf8_lower(pc.coalesce(stated, *(accounts.platforms for accounts in read.values())))
    names = platform_names("cell")
    places = pc.index_in(platforms, value_set=pa.array(names))
    platforms = pc.coalesce(pa.array(names.values()).take(places), platforms)
    return ParsedColumns(
        {"handle": pd.array(handles, dtype=TEXT), "platform": pd.array(platforms, dtype=TEXT)},
        tuple(fault for name, accounts in read.items() for fault in _faults(table, name, accounts, handles)),
    )


def _faults(table: pa.Table, name: str, accounts: Accounts, handles: pa.ChunkedArray) -> list[CellIssues]:
    """List what is no handle, in rows that name no account otherwise."""
    nobody = handles.is_null().to_numpy()
    wrong = ((rows & nobody, fault) for fault, rows in accounts.faults.items())
    return [faults_of(table, (name,), rows, fault) for rows, fault in wrong if np.any(rows)]


EXAMPLES = 3
# examples need not come from all of a long list
PARTS_SEARCHED = 4
NAMING = ("handle", "profile_url", "name")
FIELDS = (*NAMING, "platform", "country")


@dataclass(frozen=True)
class Namesake:
    """Rows of one handle, which are merged, or of one display name, which are not."""

    name: str
    rows: int
    countries: int
    merged: bool

    @property
    def text(self) -> Text:
        """The example in words."""
        outcome = Text("merged") if self.merged else Text("not merged")
        if self.countries > 1:
            return Text(
                "same name: {name}: {rows} rows of {countries} countries, {outcome}",
                name=self.name,
                rows=self.rows,
                countries=self.countries,
                outcome=outcome,
            )
        return Text("same name: {name}: {rows} rows, {outcome}", name=self.name, rows=self.rows, outcome=outcome)


def find_namesakes(parts: Sequence[Part], *, distinct: bool = False) -> tuple[Namesake, ...]:
    """Find the handles and the names that most rows share, three of each at most.

    Parameters
    ----------
    distinct
        No creator stands in the list twice, so no row is merged.
    """
    parts_with_names = [part for part in parts[:PARTS_SEARCHED] if not part.fields.isdisjoint(NAMING)]
    if not parts_with_names:
        return ()
    rows = pd.concat([_names(part) for part in parts_with_names])
    accounts = rows.assign(key=rows["platform"].fillna("") + "\n" + fold_series(rows["handle"]), label=rows["handle"])
    others = rows[rows["handle"].isna()]
    names = others.assign(key=fold_series(others["name"]), label=others["name"])
    return (*([] if distinct else _examples(accounts, merged=True)), *_examples(names, merged=False))


def _names(part: Part) -> pd.DataFrame:
    table = load_fields(part, (*FIELDS, *IDENTIFYING) if part.forgotten else FIELDS)
    table = table.filter(pa.array(~find_forgotten(table, part.forgotten))) if part.forgotten else table
    texts = {
        name: pd.array(clean_text(table.column(name)), dtype=TEXT) for name in FIELDS if name in table.column_names
    }
    return pd.DataFrame({**texts, **read_identity(table, part).columns}, columns=[*FIELDS], dtype=TEXT)


def _examples(rows: pd.DataFrame, *, merged: bool) -> list[Namesake]:
    groups = rows.dropna(subset="key").groupby("key", sort=True)
    several = groups.agg(label=("label", "first"), rows=("label", "size"), countries=("country", "nunique"))
    largest = several[several["rows"] > 1].sort_values("rows", ascending=False, kind="stable").head(EXAMPLES)
    labels, counts = largest["label"].tolist(), largest[["rows", "countries"]].to_numpy(int).tolist()
    return [Namesake(name, count, countries, merged) for name, (count, countries) in zip(labels, counts, strict=True)]


NO_EMAIL = Reason("not an e-mail address", "give an address such as ann@example.org")
REFUSED = "yes"
STATUS_FIELDS = (*sorted(CONTACT_STATUS), "email")
_EMAIL = re.compile(r"[^@\s<>,;:\"'()]+@[\w-]+(?:\.[\w-]+)+")
_REFUSAL = re.compile(
    r"(?i)(?:\bdo\s*n.?t|\bdo\s+not|\bnever|\bno|\bnot\s+to|\bnot)\s+(?:be\s+)?(?:contact|e-?mail|write|message|call|reach|dm)"
    r"|\bopt(?:ed|s)?[\s_-]*out\b|\bunsubscribed?\b|\bdnc\b|\bblack-?list|\bdeclined\b|\bwithdr[ae]wn?\b|\brefused\b"
    r"|\brevoked\b|\b(?:remove|delete|erase|take)\s+(?:me|him|her|them|my|this person)\b"
    r"|\b(?:removed?|deleted?|taken)\s+(?:off|from)\s+(?:the\s+|our\s+|your\s+)?(?:\w+\s+)?(?:list|data|crm|file|mailing)"
    r"|\basked\s+(?:us\s+)?(?:not\s+to|to\s+be\s+(?:removed|deleted|forgotten|left))|\bstop\s+(?:e-?mail|contact|writ|messag)"
    r"|\bnot\s+interested|\bleave\s+(?:me|him|her|them)\s+alone|\bno,?\s+thank|\bgdpr\s+(?:request|delet|eras|object)"
    r"|möchte\s+(?:nicht\s+(?:kontaktiert|angeschrieben)|keine\s+(?:e-?mails?|nachrichten))|kein\s+interesse|pas\s+intéressée?|no\s+interesad[oa]|sem\s+interesse|nicht\s+(?:kontaktieren|anschreiben)|kein(?:en)?\s+kontakt|abgemeldet|widerrufen|ne\s+pas\s+contacter"
    r"|désabonné|no\s+contactar|no\s+escribir|não\s+conta(?:c?tar)|non\s+contattare|niet\s+contacteren|nie\s+kontaktować"
    r"|не\s+(?:связываться|писать|беспокоить)|отписал|iletişime\s+geçme|jangan\s+hubungi|đừng\s+liên\s+hệ"
    r"|連絡不要|連絡しない|勿联系|勿联络|不要联系|연락\s*금지"
)


@cache
def _answers(meaning: str) -> frozenset[str]:
    """Load the words that mean "consent", or "no" where a mark is expected; some mean both."""
    return frozenset(row["word"] for row in bundled_table("contact_answers") if row["means"] == meaning)


def read_contact(table: pa.Table, part: Part) -> ParsedColumns:
    """Read e-mail addresses, and who does not want to be written to, or has not said that they do."""
    if part.fields.isdisjoint(STATUS_FIELDS):
        return ParsedColumns({})
    fields = {name: name.partition("\n")[0] for name in table.column_names}
    texts = {name: clean_text(table.column(name)) for name, field in fields.items() if field in STATUS_FIELDS}
    refused = np.zeros(table.num_rows, bool)
    for name, column in texts.items():
        refused |= np.array(over_distinct(column, _TESTS.get(fields[name], refuses)), bool)
    has_status = refused.any() or len(texts) > ("email" in texts)
    answers = pc.if_else(pa.array(refused), REFUSED, "no")
    columns = {"do_not_contact": pd.array(answers, dtype=TEXT)} if has_status else {}
    if "email" not in texts:
        return ParsedColumns(columns)
    addresses = over_distinct(texts["email"], email_in)
    lacking = np.array([address is None for address in addresses], bool)
    wrong = lacking & texts["email"].is_valid().to_numpy() & ~refused
    return ParsedColumns(
        {**columns, "email": pd.array(pa.array(addresses, pa.string()), dtype=TEXT)},
        (faults_of(table, ("email",), wrong, NO_EMAIL),) if wrong.any() else (),
    )


def email_in(text: str) -> str | None:
    """Find the one e-mail address in a text; None if there is none."""
    match = _EMAIL.search(text.replace("mailto:", " "))
    return match[0].rstrip(".") if match else None


def refuses(text: str) -> bool:
    """Say whether a text asks not to be contacted."""
    return bool(_REFUSAL.search(text))


def lacks_consent(text: str) -> bool:
    """Say whether a cell of a column of consent does not clearly give it: nobody is written to on a doubt."""
    return refuses(text) or text.strip().casefold() not in _answers("consent")


def is_marked(text: str) -> bool:
    """Say whether a cell of a do-not-contact column marks its row: anything but a no does."""
    plain = text.strip().casefold()
    return bool(plain) and plain not in _answers("no")


def is_answer(text: str) -> bool:
    """Say whether a cell is a yes or a no."""
    return text.strip().casefold() in _answers("consent") | _answers("no")


_TESTS = {"do_not_contact": is_marked, "consent": lacks_consent}
