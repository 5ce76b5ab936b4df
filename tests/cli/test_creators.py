import csv
import json

import pytest

from hinterland.cli import main
from paths import SAMPLE

COLUMNS = [
    *("tier", "engagement_rate", "engagement_z", "credible_share", "reasons", "market_id", "market", "saturation"),
    *("offer_mode", "fee_low", "fee_high", "currency", "first_mover_saving", "offer_why", "worth_checking"),
    *("first_mover_saving_low", "first_mover_saving_high"),
]
ROWS = [
    "handle,platform,niche,city,country,followers,engagement rate,orders,clicks",
    "@luna,instagram,food,Lyon,France,4.2K,3.1%,4,100",
    "=cmd,instagram,art,Paris,France,120K,2.0%,9,300",
    "kai,tiktok,,Lyon,France,2.1M,4%,20,900",
    ",tiktok,pets,Paris,France,900,5%,1,30",
    "mia,instagram,food,Lyon,France,30K,2%,5,200",
    "zed,instagram,food,Nowhereville,,30K,,,",
]


@pytest.fixture
def listing(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("\n".join(ROWS) + "\n")
    return path


def read(path):
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_creators_keep_the_contract(listing, tmp_path, capsys):
    out, sales = tmp_path / "c.csv", tmp_path / "sales.csv"
    assert main(["creators", str(listing), "--out", str(out), "--conversions", str(sales), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    rows = read(out)
    assert said["creators"] == len(rows) == 6
    assert list(rows[0])[-len(COLUMNS) :] == COLUMNS
    assert next(iter(rows[0])) == "creator_id"
    assert [row["offer_mode"] for row in rows] == ["trade", "trade + fee", "fee", "trade", "trade", "trade"]
    assert {row["first_mover_saving"] for row in rows} == {"unknown"}
    assert rows[0]["market"] == "Lyon"
    assert rows[1]["handle"] == "'=cmd"
    assert {row["measure"] for row in read(sales)} >= {"orders per click"}


def test_outreach_writes_to_those_who_can_be_reached(listing, tmp_path, capsys):
    out = tmp_path / "mail.csv"
    assert main(["outreach", str(listing), "--out", str(out)]) == 0
    rows = read(out)
    assert {row["handle"] for row in rows} == {"luna", "'=cmd", "kai", "mia", "zed"}
    assert all(row["opening_line"].startswith("Hi @") and row["reason"] for row in rows)
    assert "1 creator has neither handle" in capsys.readouterr().out
    assert next(row["reason"] for row in rows if row["handle"] == "zed") == "micro creator; the list does not say where"
    lyon = next(row["market_id"] for row in rows if row["market"] == "Lyon")
    assert main(["outreach", str(listing), "--market", lyon, "--out", str(out)]) == 0
    assert {row["handle"] for row in read(out)} == {"luna", "kai", "mia"}


def test_a_table_on_standard_output_stands_alone(listing, capsysbinary):
    assert main(["creators", str(listing), "--out", "-"]) == 0
    out = capsysbinary.readouterr().out
    assert len(out.decode("utf-8-sig").strip().splitlines()) == 7


def test_the_same_run_gives_the_same_bytes(listing, tmp_path):
    outs = [tmp_path / f"{number}.csv" for number in range(2)]
    for out in outs:
        assert main(["creators", str(listing), "--out", str(out), "--seed", "3"]) == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_forgotten_people_are_not_listed_and_a_receipt_is_given(listing, tmp_path, capsys):
    names, out = tmp_path / "forget.txt", tmp_path / "c.csv"
    names.write_text("luna\nnobody.at.all\n")
    for command in (["creators"], ["outreach"], ["plan", "--budget", "500"]):
        assert main([*command, str(listing), "--forget", str(names), "--out", str(out)]) == 0
        assert "luna" not in out.read_text("utf-8-sig")
        printed = capsys.readouterr()
        assert "forgotten: luna\n" in printed.err
        assert "to be forgotten, but not in the list: nobody.at.all\n" in printed.err
        assert "luna" not in printed.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["outreach", "{list}", "--market", "metro:0", "--out", "m.csv"], "no market 'metro:0'"),
        (["creators", "{list}", "--column", "followers", "--out", "c.csv"], "FIELD=COLUMN"),
        (["creators", "{counts}", "--out", "c.csv"], "names none"),
        (["creators", "{list}", "--out", "c.docx"], "choose from"),
    ],
)
def test_a_users_mistake_is_one_line(arguments, sentence, listing, capsys, monkeypatch):
    counts, folder = listing.with_name("counts.csv"), listing.with_name("empty")
    counts.write_text("city,country,creators\nLyon,France,30\nParis,France,90\n")
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert main([part.format(list=listing, counts=counts) for part in arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert not list(folder.iterdir())


def test_accounts_planted_in_the_sample_are_found(tmp_path):
    sample, out = SAMPLE.parent, tmp_path / "c.csv"
    assert main(["creators", str(sample / "creators.csv"), "--draws", "100", "--out", str(out)]) == 0
    planted = {row["username"] for row in read(sample / "planted_accounts.csv")}
    flagged = {row["handle"] for row in read(out) if row["worth_checking"] == "yes"}
    assert len(flagged & planted) / len(flagged) >= 0.8
    assert len(flagged & planted) / len(planted) >= 0.8


def test_the_mail_merge_of_a_plan_holds_exactly_its_people(listing, tmp_path, capsys):
    plan, mail = tmp_path / "plan.csv", tmp_path / "mail.csv"
    assert main(["plan", str(listing), "--budget", "300", "--out", str(plan)]) == 0
    assert main(["outreach", str(listing), "--plan", str(plan), "--out", str(mail)]) == 0
    planned = [row["creator_id"] for row in read(plan) if row["kind"] == "creator"]
    everybody = tmp_path / "all.csv"
    assert main(["outreach", str(listing), "--out", str(everybody)]) == 0
    reachable = {row["creator_id"] for row in read(everybody)}
    assert 0 < len(planned) < 6
    assert {row["creator_id"] for row in read(mail)} == reachable & set(planned)
    capsys.readouterr()
    plan.write_text("kind,creator_id\ncreator,77\n", encoding="utf-8")
    assert main(["outreach", str(listing), "--plan", str(plan), "--out", str(mail)]) == 2
    assert "creator_id 77 is not in this list" in capsys.readouterr().err
    for text in ("a,b\n1,2\n", "", "kind,creator_id\ncreator,x\n"):
        plan.write_text(text, encoding="utf-8")
        assert main(["outreach", str(listing), "--plan", str(plan), "--out", str(mail)]) == 2
        told = capsys.readouterr().err
        assert "as a plan" in told
        assert told.count("\n") == 1
