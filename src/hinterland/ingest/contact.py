"""Whether a person may be written to, and where: consent, wishes not to be contacted, and e-mail addresses."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland.ingest.fields import TEXT, ParsedColumns, faults_of
from hinterland.ingest.parse.numbers import over_distinct
from hinterland.ingest.part import Part, clean_text

NO_EMAIL = ("no e-mail address", "give an address such as ann@example.org")
REFUSED = "yes"
STATUS_FIELDS = ("do_not_contact", "contact_status", "consent", "email")
_EMAIL = re.compile(r"[^@\s<>,;:\"'()]+@[\w-]+(?:\.[\w-]+)+")
_REFUSAL = re.compile(
    r"(?i)(?:\bdo\s*n.?t|\bdo\s+not|\bnever|\bno|\bnot\s+to|\bnot)\s+(?:be\s+)?(?:contact|e-?mail|write|message|call|reach|dm)"
    r"|\bopt(?:ed|s)?[\s_-]*out\b|\bunsubscribed?\b|\bdnc\b|\bblack-?list|\bdeclined\b|\bwithdr[ae]wn?\b|\brefused\b"
    r"|\brevoked\b|nicht\s+(?:kontaktieren|anschreiben)|kein(?:en)?\s+kontakt|abgemeldet|widerrufen|ne\s+pas\s+contacter"
    r"|désabonné|no\s+contactar|no\s+escribir|não\s+conta(?:c?tar)|non\s+contattare|niet\s+contacteren|nie\s+kontaktować"
    r"|не\s+(?:связываться|писать|беспокоить)|отписал|iletişime\s+geçme|jangan\s+hubungi|đừng\s+liên\s+hệ"
    r"|連絡不要|連絡しない|勿联系|勿联络|不要联系|연락\s*금지"
)
_YES = frozenset(
    (
        *("yes", "y", "true", "t", "1", "1.0", "x", "✓", "✔", "ok", "okay", "granted", "given", "agreed", "accepted"),
        *(
            "allowed",
            "opted in",
            "opt-in",
            "opt in",
            "optin",
            "subscribed",
            "confirmed",
            "active",
            "consented",
            "signed",
        ),
        *("ja", "oui", "si", "sí", "sì", "sim", "tak", "ano", "igen", "evet", "ya", "có", "да", "так", "ναι", "نعم"),
        *("はい", "有", "是", "同意", "예", "네", "동의"),
    )
)
_NO = frozenset(
    (
        *("no", "n", "false", "f", "0", "0.0", "-", "none", "ok", "okay", "allowed", "contact", "can contact"),
        *("nein", "non", "não", "nao", "nie", "ne", "nee", "nem", "hayır", "tidak", "không", "нет", "ні", "όχι", "لا"),
        *("いいえ", "无", "否", "아니오", "아니요"),
    )
)


def read_contact(table: pa.Table, part: Part) -> ParsedColumns:
    """Read e-mail addresses, and who does not want to be written to, or has not said that they do."""
    texts = {name: clean_text(table.column(name)) for name in STATUS_FIELDS if name in part.fields}
    if not texts:
        return ParsedColumns({})
    refused = np.zeros(table.num_rows, bool)
    for name, column in texts.items():
        refused |= np.array(over_distinct(column, _TESTS.get(name, refuses)), bool)
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
    return refuses(text) or text.strip().casefold() not in _YES


def is_marked(text: str) -> bool:
    """Say whether a cell of a do-not-contact column marks its row: anything but a no does."""
    plain = text.strip().casefold()
    return bool(plain) and plain not in _NO


_TESTS = {"do_not_contact": is_marked, "consent": lacks_consent}
