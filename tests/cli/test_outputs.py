"""No result takes the place of what a run was given, or of another result, by whatever name."""

import base64
import json
import os
import stat
import subprocess
import sys

import pytest

from hinterland import Settings, analyze
from hinterland.cli import main
from hinterland.errors import OutputError

ROWS = "handle,followers,city,country\n" + "".join(f"a{n},{1000 + n},Berlin,DE\n" for n in range(20))
LOGO = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC")
COMMANDS = {
    "rank": ("rank", "{list}", "--out", "{target}"),
    "rank, beside another": ("rank", "{list}", "--out", "r.html", "--out", "{target}"),
    "detail": ("rank", "{list}", "--out", "r.csv", "--detail", "{target}"),
    "countries": ("rank", "{list}", "--out", "r.csv", "--country-table", "{target}"),
    "rejects": ("rank", "{list}", "--out", "r.csv", "--rejects", "{target}"),
    "creators": ("creators", "{list}", "--out", "{target}"),
    "conversions": ("creators", "{list}", "--out", "c.csv", "--conversions", "{target}"),
    "outreach": ("outreach", "{list}", "--out", "{target}"),
    "plan": ("plan", "{list}", "--budget", "100", "--out", "{target}"),
    "curve": ("plan", "{list}", "--budget", "100", "--out", "p.csv", "--curve", "{target}"),
    "twins": ("twins", "metro:2950159", "{list}", "--out", "{target}"),
    "changes": ("compare", "{list}", "--out", "c.html", "--changes", "{target}"),
    "geocode": ("geocode", "{list}", "--column", "city", "--out", "{target}"),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("list.csv")
    os.link("list.csv", "second.csv")
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize("target", ["list.csv", "link.csv", "second.csv", "folder/../list.csv"])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_list_is_never_overwritten_by_its_own_result(here, capsys, command, target):
    assert main([part.format(list="list.csv", target=target) for part in command]) == 2
    assert f"cannot write {target}: it is list.csv, which this run reads" in capsys.readouterr().err
    assert (here / "list.csv").read_text(encoding="utf-8") == ROWS
    assert {path.name for path in here.iterdir()} == {"list.csv", "link.csv", "second.csv", "folder"}


@pytest.mark.parametrize("command", ["rank", "creators", "outreach", "geocode"])
def test_nor_is_a_list_that_comes_through_standard_input(here, command):
    more = ("--column", "city") if command == "geocode" else ()
    arguments = [sys.executable, "-m", "hinterland", command, "-", *more, "--out", "second.csv"]
    with (here / "list.csv").open("rb") as stream:
        done = subprocess.run(arguments, stdin=stream, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 2
    assert "cannot write second.csv: it is -, which this run reads" in done.stderr
    assert (here / "list.csv").read_text(encoding="utf-8") == ROWS


def test_nor_is_the_logo(here, capsys):
    (here / "logo.png").write_bytes(LOGO)
    for command in (("rank", "--detail"), ("rank", "--rejects"), ("plan", "--curve")):
        budget = ("--budget", "100") if command[0] == "plan" else ()
        out = [command[0], "list.csv", *budget, "--out", "r.csv", "--logo", "logo.png", command[1], "logo.png"]
        assert main(out) == 2
        assert "it is logo.png, which this run reads" in capsys.readouterr().err
    assert (here / "logo.png").read_bytes() == LOGO


@pytest.mark.usefixtures("here")
def test_two_tables_do_not_share_standard_output(capsys):
    assert main(["creators", "list.csv", "--out", "-", "--conversions", "-"]) == 2
    assert "they are one file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--forget", "a1\n"),
        ("--brand", "a1\n"),
        ("--assumptions", ""),
        ("--mapping", ""),
        ("--population", "id,population\n"),
        ("--boundaries", "{}"),
    ],
)
def test_nor_are_the_other_files_of_a_run(here, option, text):
    (here / "given.csv").write_text(text, encoding="utf-8")
    assert main(["rank", "list.csv", option, "given.csv", "--out", "given.csv"]) == 2
    assert (here / "given.csv").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "named",
    [
        ("--out", "r.csv", "--out", "r.csv"),
        ("--out", "r.csv", "--out", "folder/../r.csv"),
        ("--out", "r.csv", "--out", "R.CSV"),
        ("--out", "r.csv", "--rejects", "r.csv"),
        ("--out", "r.csv", "--rejects", "r.csv.run.toml"),
        ("--out", "r.csv", "--detail", "r.csv.rejects.csv"),
        ("--out", "r.csv", "--country-table", "r.csv"),
        ("--out", "r.csv", "--mapping", "r.csv"),
    ],
)
def test_two_results_never_share_a_name(here, capsys, named):
    assert main(["rank", "list.csv", *named]) == 2
    assert "they are one file" in capsys.readouterr().err
    assert not list(here.glob("r*"))


def test_python_refuses_it_too(here):
    analysis = analyze("list.csv", settings=Settings(level="country"))
    with pytest.raises(OutputError, match="which this run reads"):
        analysis.export("r.csv", "second.csv")
    with pytest.raises(OutputError, match="which this run reads"):
        analysis.export_detail(here / "link.csv")
    assert not (here / "r.csv").exists()


def test_a_link_stays_a_link_and_permissions_stay_as_they_were(here):
    (here / "folder" / "r.csv").write_text("old", encoding="utf-8")
    (here / "folder" / "r.csv").chmod(0o640)
    (here / "r.csv").symlink_to("folder/r.csv")
    assert main(["rank", "list.csv", "--level", "country", "--out", "r.csv"]) == 0
    assert (here / "r.csv").is_symlink()
    assert "market_id" in (here / "folder" / "r.csv").read_text(encoding="utf-8")
    assert stat.S_IMODE((here / "folder" / "r.csv").stat().st_mode) == 0o640


def test_rejects_of_an_earlier_run_do_not_stay_beside_a_new_result(here):
    (here / "r.csv.rejects.csv").write_text("row,field\n7,followers\n", encoding="utf-8")
    assert main(["rank", "list.csv", "--level", "country", "--out", "r.csv"]) == 0
    assert (here / "r.csv.rejects.csv").read_text(encoding="utf-8-sig") == "row,field,value,reason,hint\n"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_no_pipe_or_folder_is_replaced(here, capsys, make):
    make(here / "r.csv")
    before = (here / "r.csv").stat()
    assert main(["rank", "list.csv", "--out", "r.csv"]) == 2
    assert "cannot write r.csv: it is" in capsys.readouterr().err
    assert (here / "r.csv").stat().st_mode == before.st_mode


def test_results_name_files_without_their_folders(here):
    (here / "folder" / "forget.txt").write_text("a1\n", encoding="utf-8")
    (here / "folder" / "brand.txt").write_text("a2\n", encoding="utf-8")
    folder = str(here / "folder")
    named = ["--forget", f"{folder}/forget.txt", "--brand", f"{folder}/brand.txt"]
    outs = [str(here / name) for name in ("r.csv", "r.html", "r.brief.html", "r.svg", "r.geojson")]
    assert main(["rank", str(here / "list.csv"), *named, *(part for out in outs for part in ("--out", out))]) == 0
    for path in here.glob("r.*"):
        assert str(here) not in path.read_text(encoding="utf-8"), path.name
    assert 'forget = "forget.txt"' in (here / "r.csv.run.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "target"),
    [
        (("rank", "list.csv"), "r.csv"),
        (("compare", "list.csv"), "c.csv"),
        (("twins", "Berlin", "list.csv"), "t.csv"),
        (("creators", "list.csv"), "v.csv"),
    ],
)
def test_a_table_goes_to_standard_output_and_what_is_said_of_it_elsewhere(here, capfdbinary, command, target):
    assert main([*command, "--out", target]) == 0
    capfdbinary.readouterr()
    before = {path.name for path in here.iterdir()}
    assert main([*command, "--out", "-"]) == 0
    out, err = capfdbinary.readouterr()
    assert out == (here / target).read_bytes()
    assert b"wrote" not in err
    assert {path.name for path in here.iterdir()} == before


@pytest.mark.usefixtures("here")
def test_with_the_ranking_on_standard_output_the_summary_is_elsewhere(capfd):
    assert main(["rank", "list.csv", "--out", "-", "--out", "map.html", "--json"]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("\ufeffrank,market_id,")
    assert json.loads(err)["outputs"] == ["-", "map.html"]
