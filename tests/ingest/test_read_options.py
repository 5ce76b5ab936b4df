"""What people say about the reading: a saved mapping, handles to forget, how the file is written."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from hinterland import ingest
from hinterland.cli import main
from hinterland.config import Settings
from hinterland.errors import InputError
from xls import xls

LIST = "user;lieu;abonnés\n@Ann;Paris;1.2K\nhttps://www.instagram.com/Bob/;Rome;5\nCy;Oslo;7\n"


def write(folder: Path, text: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path, **asked: object) -> ingest.Batch:
    return ingest.read_part(ingest.open_creators([path], settings=Settings(**asked)).parts[0])


# mapping


def test_a_mapping_is_read_back_as_it_was_guessed(tmp_path: Path):
    path = write(tmp_path, LIST)
    listing = ingest.open_creators([path], settings=Settings())
    saved = write(tmp_path, ingest.mapping_toml(listing), "m.toml")
    again = ingest.open_creators([path], settings=Settings(**ingest.read_mapping(saved)))
    assert [(g.field, g.column) for g in again.mapping] == [(g.field, g.column) for g in listing.mapping]
    assert again.file_formats == listing.file_formats
    pd.testing.assert_frame_equal(*(ingest.read_part(one.parts[0]).creators for one in (listing, again)))


def test_what_is_taken_out_of_a_mapping_is_not_guessed_again(tmp_path: Path):
    saved = write(tmp_path, '[columns]\nlocation = "lieu"\n', "m.toml")
    listing = ingest.open_creators([write(tmp_path, LIST)], settings=Settings(**ingest.read_mapping(saved)))
    assert listing.fields == {"location"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "has unknown keys x"),
        ("columns = 3", "FIELD = COLUMN"),
        ("[columns]\ncity = 3", "FIELD"),
        ("=", "cannot read"),
    ],
)
def test_a_wrong_mapping_is_said(tmp_path: Path, text: str, words: str):
    with pytest.raises(InputError, match=words):
        ingest.read_mapping(write(tmp_path, text, "m.toml"))


def test_several_files_share_a_mapping(tmp_path: Path):
    paths = [write(tmp_path, "wo\nBonn\n", "a.csv"), write(tmp_path, "donde\nLima\n", "b.csv")]
    asked = Settings(columns=(("city", "wo"), ("city", "donde")))
    assert ingest.open_creators(paths, settings=asked).rows == 2


def test_the_command_writes_a_mapping_and_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path, out, saved = write(tmp_path, LIST), tmp_path / "r.csv", tmp_path / "m.toml"
    command = ["rank", str(path), "--out", str(out), "--mapping", str(saved), "--json"]
    assert main(command) == 0
    assert str(saved) in json.loads(capsys.readouterr().out)["outputs"]
    saved.write_text(saved.read_text(encoding="utf-8").replace("followers =", "following ="), encoding="utf-8")
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["mapping"]["following"] == "abonnés"


# how the file is written


def test_delimiter_and_header_can_be_said(tmp_path: Path):
    path = write(tmp_path, "city,city\nhandle;city\nPa,x;Paris\n")
    batch = read(path, delimiter=";", header_row=2)
    assert batch.creators[["handle", "city"]].to_numpy().tolist() == [["Pa,x", "Paris"]]
    with pytest.raises(InputError, match="no row 9"):
        read(path, header_row=9)


@pytest.mark.parametrize("said", ["|", "pipe"])
def test_the_command_line_can_say_how_a_text_is_written(tmp_path: Path, said: str, capsys: pytest.CaptureFixture[str]):
    path = write(tmp_path, "city,city|country\nhandle|city\nPa,x|Paris\nb,c|Lyon\n")
    command = ["rank", str(path), "--out", str(tmp_path / "r.csv"), "--delimiter", said, "--header", "2", "--json"]
    assert main(command) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["rows_in"], summary["mapping"]) == (2, {"city": "city", "handle": "handle"})
    assert summary["reading"][0]["delimiter"] == "|"
    assert summary["reading"][0]["header_row"] == 2


def test_options_win_over_the_mapping_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = write(tmp_path, "handle;city\nPa,x;Paris\n")
    saved = tmp_path / "m.toml"
    saved.write_text('delimiter = ","\nheader_row = 2\n[columns]\ncity = "city"\n', encoding="utf-8")
    command = ["rank", str(path), "--out", str(tmp_path / "r.csv"), "--mapping", str(saved), "--json"]
    assert main([*command, "--delimiter", "semicolon", "--header", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["rows_in"] == 1


@pytest.mark.parametrize(("option", "said"), [("--delimiter", "ab"), ("--delimiter", '"'), ("--header", "-1")])
def test_an_impossible_way_of_writing_is_one_line(
    tmp_path: Path, option: str, said: str, capsys: pytest.CaptureFixture[str]
):
    path = write(tmp_path, LIST)
    assert main(["rank", str(path), "--out", str(tmp_path / "r.csv"), option, said]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert option.strip("-") in told


@pytest.mark.parametrize("command", ["rank", "creators", "outreach", "plan", "twins"])
def test_every_analysing_command_lists_the_options_of_reading(command: str, capsys: pytest.CaptureFixture[str]):
    assert main([command, "--help"]) == 0
    told = capsys.readouterr().out
    assert all(option in told for option in ("--encoding", "--delimiter", "--header", "--sheet", "--mapping"))


def test_the_command_line_can_name_a_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, place in {"Creators": "Paris", "Old": "Lyon"}.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Handle", "City", "Followers"])
            sheet.write_row(1, 0, ["a", place, 5])
    command = ["creators", str(path), "--out", str(tmp_path / "c.csv")]
    assert main([*command, "--sheet", "Old"]) == 0
    assert "Lyon" in (tmp_path / "c.csv").read_text(encoding="utf-8-sig")
    assert main([*command, "--sheet", "Older"]) == 2
    assert "choose from 'Creators', 'Old'" in capsys.readouterr().err


def test_an_old_excel_workbook_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    people = [["Export of 3 May"], ["Handle", "Ville", "Followers", "ER"], ["anna", "München", 12_345.0, "2,4 %"]]
    path = tmp_path / "list.xls"
    path.write_bytes(xls({"About": [["made by hand"]], "Créateurs": [*people, ["ben", "Kraków", None, 0.013]]}))
    batch = read(path)
    assert batch.creators[["handle", "city"]].to_numpy().tolist() == [["anna", "München"], ["ben", "Kraków"]]
    assert batch.creators["followers"].iloc[0] == 12_345
    assert batch.creators["followers"].isna().iloc[1]
    assert main(["rank", str(path), "--out", str(tmp_path / "r.csv"), "--sheet", "About"]) == 2
    assert "no sheet with a header" in capsys.readouterr().err


def test_a_sheet_asked_of_a_file_without_sheets_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "list.csv"
    path.write_text("handle,city,followers\na,Lyon,5\n", encoding="utf-8")
    assert main(["rank", str(path), "--out", str(tmp_path / "r.csv"), "--sheet", "Old"]) == 2
    assert "list.csv has no sheets: leave out --sheet" in capsys.readouterr().err


def test_the_sheet_that_looks_most_like_a_list_is_read(tmp_path: Path):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for name, rows in {
        "Cover": [["Platform", "x"], ["a", "b"]],
        "Creators": [["Handle", "City", "Followers"], ["a", "Paris", 5]],
        "Other": [["City", "Country"], ["Bonn", "DE"]],
    }.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    path = tmp_path / "list.xlsx"
    path.write_bytes(buffer.getvalue())
    listing = ingest.open_creators([path], settings=Settings())
    assert listing.file_formats[0].sheet == "Creators"
    assert read(path, sheet="Other").creators["city"].tolist() == ["Bonn"]
    with pytest.raises(InputError, match="choose from 'Cover', 'Creators', 'Other'"):
        read(path, sheet="None")


# people who asked to be forgotten


def test_the_forgotten_are_gone_and_counted(tmp_path: Path):
    gone = write(tmp_path, "ANN\n\n@bob\n", "gone.txt")
    batch = read(write(tmp_path, LIST + "ann;a;b;c;d\n"), forget=str(gone))
    assert batch.creators["handle"].tolist() == ["Cy"]
    assert batch.rejects["reason"].tolist()[:2] == ["asked to be forgotten"] * 2
    assert not batch.rejects["value"].str.contains("(?i)ann|bob").any()
    assert batch.rows_in == len(batch.creators) + len(batch.rejects)


def test_forgetting_needs_handles(tmp_path: Path):
    gone = write(tmp_path, "ann\n", "gone.txt")
    with pytest.raises(InputError, match="no handles"):
        read(write(tmp_path, "city\nParis\n"), forget=str(gone))
    with pytest.raises(InputError, match="contains no handles"):
        read(write(tmp_path, LIST), forget=str(write(tmp_path, "\n", "none.txt")))
    with pytest.raises(InputError, match="cannot read"):
        read(write(tmp_path, LIST), forget=str(tmp_path / "lost.txt"))


def test_distinct_merges_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = write(tmp_path, LIST + "CY;Oslo;7\n")
    for more, merged in ([], 1), (["--distinct"], 0):
        assert main(["rank", str(path), "--out", str(tmp_path / "r.csv"), "--json", *more]) == 0
        assert json.loads(capsys.readouterr().out)["merged"] == merged


def test_a_place_that_only_a_later_row_names_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = (
        "handle,city,country\nann,,France\nann,Paris,France\nann,Lyon,France\nbob,Rome,Italy\nbob,,Italy\ncyd,Oslo,\n"
    )
    assert main(["rank", str(write(tmp_path, text)), "--out", str(tmp_path / "r.csv"), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["merged"], summary["located"]["country_only"]) == (3, 1)
    told = next(notice["sentence"] for notice in summary["warnings"] if notice["code"] == "mended")
    assert "only in a later row, which is not used (1)" in told


def test_names_that_were_read_a_letter_off_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    near = ("Hambrug, Germany", "Casablnca, Morocco", "Argentna")
    exact = ("Hamburg, Germany", "Nice", "Lyon, France", "", "Casablanca")
    rows = "".join(f'p{n},"{text}"\n' for n, text in enumerate(near + exact))
    given = write(tmp_path, f"handle,location\n{rows}p0,elsewhere\n")
    assert main(["rank", str(given), "--out", str(tmp_path / "r.csv"), "--json"]) == 0
    told = [notice["sentence"] for notice in json.loads(capsys.readouterr().out)["warnings"]]
    assert "place names with one wrong letter, read as the place (3)" in " ".join(told)


PEOPLE = (
    "Handle,Name,Email,Link,City\nann,Ann A,ann@example.org,,Paris\n"
    "straße,Bob,,,Bonn\ncyd,Cyd C,,instagram.com/cyd.c,Nice\n"
)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("STRASSE", ["ann", "cyd"]),
        ("Ann A", ["straße", "cyd"]),
        ("ANN@example.org", ["straße", "cyd"]),
        ("https://www.instagram.com/CYD.C/", ["ann", "straße"]),
        ("@cyd", ["ann", "straße"]),
    ],
)
def test_whoever_is_to_be_forgotten_is_looked_for_in_every_column(tmp_path: Path, line: str, left: list[str]):
    gone = write(tmp_path, f"{line}\nnobody.at.all\n", "gone.txt")
    path = write(tmp_path, PEOPLE)
    batch = read(path, forget=str(gone))
    assert batch.creators["handle"].tolist() == left
    listing = ingest.open_creators([path], settings=Settings(forget=str(gone)))
    assert ingest.forget_receipt(listing.parts, listing.forgotten) == ingest.ForgetReceipt((line,), ("nobody.at.all",))


def test_people_are_named_on_standard_error_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    gone = write(tmp_path, "cyd\nzoe.z\n", "gone.txt")
    path = write(tmp_path, PEOPLE + "Ann,Ann A,,,Paris\n,Cover Songs,,,Rome\n,Cover Songs,,,Lyon\ncyd,Cyd C,,,Nice\n")
    out = tmp_path / "r.csv"
    assert main(["rank", str(path), "--out", str(out), "--forget", str(gone), "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [
        "same name: ann: 2 rows, merged",
        "same name: Cover Songs: 2 rows, not merged",
        "forgotten: cyd",
        "to be forgotten, but not in the list: zoe.z",
    ]
    written = printed.out + "".join(path.read_text(encoding="utf-8-sig") for path in tmp_path.glob("r.csv*"))
    assert not any(name in written for name in ("Cover Songs", "zoe.z", "cyd"))


def test_a_constant_that_cannot_be_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = write(tmp_path, "handle,followers\nann,5\n")
    for given, words in [
        ("followers=5", "followers cannot be set"),
        ("country=", "country=NG"),
        ("country", "FIELD=VALUE"),
    ]:
        assert main(["rank", str(path), "--out", str(tmp_path / "r.csv"), "--set", given]) == 2
        assert words in capsys.readouterr().err
    assert main(["rank", str(path), "--out", str(tmp_path / "r.csv"), "--set", "country=NG", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["located"]["country_only"] == 1
