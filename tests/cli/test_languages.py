"""A command in another language: not one English sentence, the same table, the same codes."""

import json

import pytest

from catalogues import english_in
from hinterland.cli import main
from hinterland.config import CLASSES
from paths import ROOT

SAMPLE = ROOT / "data" / "sample" / "creators.csv"
COMMANDS = ("rank", "plan", "twins", "compare", "creators", "outreach", "geocode", "markets", "validate", "bench")
SYSTEMS = {"de": "de_DE.UTF-8", "es": "es_ES.UTF-8", "pt": "pt_BR.UTF-8"}


def speak(monkeypatch, code):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", SYSTEMS.get(code, "C.UTF-8"))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Rank the sample once in English."""
    path = tmp_path_factory.mktemp("english") / "ranking.csv"
    assert main(["rank", str(SAMPLE), "--out", str(path), "--home", "US", "--draws", "100", "--lang", "en"]) == 0
    return path.read_bytes()


@pytest.mark.parametrize("code", sorted(SYSTEMS))
def test_no_english_sentence_is_left_and_the_table_is_the_same(tmp_path, monkeypatch, capsys, table, code):
    speak(monkeypatch, code)
    out = tmp_path / "ranking.csv"
    assert main(["rank", str(SAMPLE), "--out", str(out), "--home", "US", "--draws", "100"]) == 0
    printed = capsys.readouterr()
    assert list(english_in(printed.out + printed.err, code)) == []
    assert list(english_in("note: Prices without a currency were read as EUR.", code))
    assert out.read_bytes() == table


def test_the_option_wins_over_the_system_and_codes_stay(tmp_path, monkeypatch, capsys):
    speak(monkeypatch, "de")
    told = {}
    for language in ("es", "en"):
        arguments = ["rank", str(SAMPLE), "--out", str(tmp_path / "r.csv"), "--draws", "100", "--json"]
        assert main([*arguments, "--lang", language]) == 0
        told[language] = json.loads(capsys.readouterr().out)["warnings"]
    assert [notice["code"] for notice in told["es"]] == [notice["code"] for notice in told["en"]]
    pairs = zip(told["es"], told["en"], strict=True)
    assert [spanish["code"] for spanish, english in pairs if spanish["sentence"] == english["sentence"]] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nofile.csv"], "es gibt keine Datei nofile.csv: prüfen Sie Name und Ordner"),
        ([str(SAMPLE), "--draws", "3"], "--draws: muss mindestens 100 sein, nicht 3"),
        ([str(SAMPLE), "--only-country", "Germny"], "--only-country: kein Land heißt „Germny“"),
        ([str(SAMPLE), "--levl", "city"], "es gibt keine Option „--levl“: meinten Sie „--level“?"),
        ([str(SAMPLE), "--level", "town"], "--level: wählen Sie city, metro, region, country oder auto"),
        ([str(SAMPLE), "--seed", "x"], "--seed: muss eine Zahl sein, nicht „x“"),
        ([str(SAMPLE), "--seed"], "--seed hat keinen Wert"),
        ([], "files... fehlt"),
    ],
)
def test_mistakes_are_in_the_language_too(tmp_path, monkeypatch, capsys, arguments, sentence):
    speak(monkeypatch, "de")
    assert main(["rank", "--out", str(tmp_path / "r.csv"), *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"hinterland: {sentence}")


def test_commands_there_are_none_of_are_refused_in_the_language(capsys):
    assert main(["rnk", "--lang", "es"]) == 2
    assert capsys.readouterr().err.startswith("hinterland: no existe el comando «rnk»: elija rank, plan, ")
    assert main(["--lang=pt"]) == 2
    assert capsys.readouterr().err.startswith("hinterland: informe um comando: rank, plan, ")
    assert main(["reference", "info", "more", "--lang", "de"]) == 2
    assert capsys.readouterr().err.startswith("hinterland: hinterland reference info nimmt kein Argument „more“")


@pytest.mark.parametrize("code", sorted(SYSTEMS))
@pytest.mark.parametrize(
    "command", [[], ["reference"], ["reference", "build"], *([name] for name in (*COMMANDS, "app"))], ids=" ".join
)
def test_help_is_in_the_language(capsys, code, command):
    assert main([*command, "--help"]) == 0
    english = capsys.readouterr().out
    assert main([*command, "--lang", code, "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert list(english_in(said, code)) == []
    assert list(english_in(" ".join(english.split()), code))


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    """A fifth of the sample."""
    header, *rows = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path_factory.mktemp("some") / "list.csv"
    path.write_text(header + "".join(rows[::5]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("code", "command", "options"),
    [
        ("de", "plan", ("--budget", "20000")),
        ("es", "creators", ()),
        ("pt", "outreach", ()),
        ("de", "twins", ()),
        ("es", "compare", ("--changes",)),
    ],
)
def test_what_a_command_prints_and_writes_is_in_the_language(tmp_path, capsys, some, code, command, options):
    table, page = tmp_path / "table.csv", tmp_path / "page.html"
    lists = ["metro:2643743", str(some)] if command == "twins" else [str(some)]
    outs = ["--out", str(page), *options, str(table)] if command == "compare" else [*options, "--out", str(table)]
    assert main([command, *lists, *outs, "--draws", "100", "--lang", code]) == 0
    printed = capsys.readouterr()
    said = printed.out + printed.err + table.read_text(encoding="utf-8-sig")
    # the words of columns such as `class` are for programs
    assert set(english_in(said, code)) <= set(CLASSES)
