"""Nobody is written to who asked not to be, or whose consent a list does not hold."""

import json
from pathlib import Path

import pandas as pd
import pytest

from hinterland.cli import main
from hinterland.ingest.identity import email_in, is_marked, lacks_consent, refuses


@pytest.mark.parametrize(
    ("column", "cells", "written_to"),
    [
        ("Contact", ["don't contact", "ann@example.org", "Please do not e-mail"], ["bob"]),
        ("consent", ["yes", "no", ""], ["ann"]),
        ("GDPR consent", ["granted", "?", "Ja"], ["ann", "cyd"]),
        ("Do not contact", ["", "x", "no"], ["ann", "cyd"]),
        ("Opted out", ["TRUE", "FALSE", "2026-01-02"], ["bob"]),
        ("Status", ["active", "opted out", "unsubscribed"], ["ann"]),
        ("unsubscribed_at", ["2024-05-01 10:00", "", ""], ["bob", "cyd"]),
        ("HasOptedOutOfEmail", ["true", "false", "false"], ["bob", "cyd"]),
        ("Subscribed", ["N", "Y", "yes"], ["bob", "cyd"]),
        ("marketing_opt_in", ["0", "1", ""], ["bob"]),
        ("Werbesperre", ["", "ja", "nein"], ["ann", "cyd"]),
        ("Désinscrit", ["oui", "non", ""], ["bob", "cyd"]),
        ("Do not contact,blocked,Notes", [",1,", ",,no e-mails please", "no,,nice"], ["cyd"]),
        ("consent,newsletter opt in", ["yes,no", "yes,yes", "no,yes"], ["bob"]),
        ("Notes", ["nice", "bitte nicht kontaktieren", "ne pas contacter"], ["ann"]),
    ],
)
def test_outreach_leaves_out_whoever_is_not_to_be_written_to(
    tmp_path: Path, column: str, cells: list[str], written_to: list[str], capsys: pytest.CaptureFixture[str]
):
    path, out = tmp_path / "list.csv", tmp_path / "mail.csv"
    rows = zip(["ann", "bob", "cyd"], ["Paris", "Lyon", "Rome"], cells, strict=True)
    path.write_text(f"handle,city,{column}\n" + "".join(f"{','.join(row)}\n" for row in rows), encoding="utf-8")
    assert main(["outreach", str(path), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(pd.read_csv(out)["handle"]) == written_to
    assert "contact_refused" in {notice["code"] for notice in told["warnings"]}


def test_what_is_no_address_is_none(tmp_path: Path):
    path, out = tmp_path / "list.csv", tmp_path / "mail.csv"
    path.write_text("handle,city,email\nann,Paris,ask my agent\n,Lyon,n.a.\nbob,Rome,Bob <b@example.org>\n", "utf-8")
    assert main(["outreach", str(path), "--out", str(out)]) == 0
    mail = pd.read_csv(out).set_index("handle")["email"]
    assert mail.fillna("").to_dict() == {"ann": "", "bob": "b@example.org"}


def test_words_of_wishes():
    assert [refuses(text) for text in ("DO NOT CONTACT", "don’t email", "contact me", "notes")] == [  # noqa: RUF001 - as typed
        *(True, True, False, False),
    ]
    assert [lacks_consent(text) for text in ("Yes", "", "no", "maybe")] == [False, True, True, True]
    assert [is_marked(text) for text in ("Yes", "", "no", "maybe")] == [True, False, False, True]
    assert [email_in(text) for text in ("mailto:a@b.org", "a@b", "x")] == ["a@b.org", None, None]
