"""Every two values of every two options of `rank` meet in a run: it ends well, or in one line that says what to do."""

import re

import numpy as np
import pytest

from hinterland.cli import main
from lists import draw_people
from pairs import pairwise_runs

CITIES = {
    "France": ["Paris", "Lyon", "Marseille", "Toulouse", "Nice", "Nantes", "Lille", "Rennes"],
    "Germany": ["Berlin", "Hamburg", "Munich", "Cologne", "Leipzig", "Bremen", "Dresden"],
    "Malta": ["Valletta", "Sliema", "Birkirkara"],
    "Singapore": ["Singapore"],
}
OPTIONS = {
    "list": ("tiny", "columns", "aggregated"),
    "--out": ("csv", "html", "brief.html", "svg"),
    "--level": (None, "city", "region", "country", "auto"),
    "--covers": (None, "worldwide", "listed", "JP"),
    "--benchmark": (None, "global"),
    "--tier": (None, "micro"),
    "--platform": (None, "tiktok"),
    "--only-country": (None, "France", "DE,MT"),
    "--sort": (None, "confidence"),
    "--spill-over": (None, "huff", "e2sfca"),
    "--min-population": (None, "50000", "400000"),
    "--max-population": (None, "900000"),
    "--covariates": (None, "income,age"),
    "--weights": (None, "opportunity=2"),
    "--share-safe": (False, True),
    "--json": (False, True),
    "--detail": (None, "detail.csv"),
    "--country-table": (None, "countries.csv"),
}
RUNS = pairwise_runs(OPTIONS)
# "None of the 11 markets" is English
NO_NUMBER = re.compile(r"\b(?:nan|inf|none)\b(?! of the \d)", re.IGNORECASE)


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    people = draw_people(np.random.default_rng(0), 400, CITIES)
    people.to_csv(folder / "columns.csv", index=False)
    few = people.loc[(people["platform"] == "tiktok") & people["followers"].between(10_000, 90_000)]
    few.head(3).to_csv(folder / "tiny.csv", index=False)
    counts = people.groupby(["city", "country"]).size().rename("creators").reset_index()
    counts.assign(followers=20_000, platform="tiktok").to_csv(folder / "aggregated.csv", index=False)
    return folder


def name_run(run):
    return " ".join(f"{name} {value}" for name, value in run.items() if value)


@pytest.mark.parametrize("run", RUNS, ids=name_run)
def test_every_two_values_of_every_two_options_meet(run, lists, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    options = {name: value for name, value in run.items() if name not in {"list", "--out"} and value}
    arguments = [part for name, value in options.items() for part in ([name] if value is True else [name, value])]
    out = tmp_path / f"out.{run['--out']}"
    code = main(["rank", str(lists / f"{run['list']}.csv"), "--out", str(out), "--draws", "100", *arguments])
    printed = capsys.readouterr()
    assert code in {0, 2}
    if code == 2:
        assert re.fullmatch(r"hinterland: [^\n]+\n", printed.err)
        assert not out.exists()
        return
    assert out.stat().st_size > 0
    if "--json" not in options:
        assert not NO_NUMBER.search(printed.out)
