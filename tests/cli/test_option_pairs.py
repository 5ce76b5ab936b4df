"""Every command that analyses, with every two values of its options: it keeps its laws, or says in one line why not."""

import re

import numpy as np
import pandas as pd
import pytest

from hinterland.cli import main
from lists import draw_people
from pairs import pairwise_runs

CITIES = {
    "France": ["Paris", "Lyon", "Marseille", "Toulouse", "Nice", "Nantes", "Lille", "Rennes"],
    "Germany": ["Berlin", "Hamburg", "Munich", "Cologne", "Leipzig", "Bremen", "Dresden"],
    "Malta": ["Valletta", "Sliema", "Birkirkara"],
}
PARIS, LYON = "metro:2988507", "metro:2996944"
# a market of France in each kind of run
MARKETS = {"city": "city:2996944", "region": "region:FR.84", "country": "country:FR"}
BUDGET, MOST_MARKETS, MOST_CREATORS, COUNT = 4_000, 3, 5, 4
ANALYSIS = {
    "list": ("columns", "text", "aggregated", "tiny"),
    "--level": (None, "city", "region", "country", "auto"),
    "--covers": (None, "worldwide", "listed", "JP"),
    "--benchmark": (None, "global"),
    "--home": (None, "FR", "France,Malta"),
    "--tier": (None, "micro"),
    "--platform": (None, "tiktok"),
    "--niche": (None, "food"),
    "--only-country": (None, "France"),
    "--min-population": (None, "400000"),
    "--max-population": (None, "900000"),
    "--spill-over": (None, "huff", "e2sfca"),
    "--covariates": (None, "income,age"),
    "--tiers": (None, "article", "hypeauditor"),
    "--distinct": (False, True),
    "--forget": (None, "forget.txt"),
    "--brand": (None, "forget.txt", "client"),
    "--boundaries": (None, "areas.geojson"),
    "--set": (None, "platform=tiktok", "country=FR"),
    "--column": (None, "followers=followers"),
    "--delimiter": (None, ","),
    "--encoding": (None, "cp1252"),
    "--header": (None, "1"),
}
OWN = {
    "creators": {"--conversions": (None, "rates.csv"), "--json": (False, True), "suffix": ("csv", "parquet")},
    "outreach": {"--market": (None, f"{PARIS},{LYON}", "Lyon"), "--json": (False, True), "suffix": ("csv",)},
    "plan": {
        "--must": (None, LYON),
        "--never": (None, PARIS),
        "--currency": (None, "EUR"),
        "--max-markets": (None, str(MOST_MARKETS)),
        "--min-creators": (None, "2"),
        "--max-creators": (None, str(MOST_CREATORS)),
        "--curve": (None, "curve.csv"),
        "--json": (False, True),
        "suffix": ("csv", "parquet"),
    },
    "twins": {
        "--count": (None, str(COUNT)),
        "--everywhere": (False, True),
        "suffix": ("csv", "parquet"),
    },
    "rank": {
        "--sort": (None, "confidence"),
        "--weights": (None, "opportunity=2"),
        "--share-safe": (False, True),
        "--json": (False, True),
        "--detail": (None, "detail.csv"),
        "--country-table": (None, "countries.csv"),
        "suffix": ("csv", "xlsx", "html", "brief.html", "svg", "parquet", "gpkg", "geojson"),
    },
    "compare": {"after": (None, "columns", "text"), "--changes": (None, "changes.csv"), "suffix": ("html",)},
}
ALWAYS = {"plan": ("--budget", str(BUDGET), "--time-limit", "5")}
NO_OPTIONS = frozenset(("list", "suffix", "after", "command"))


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    rng = np.random.default_rng(0)
    people = draw_people(rng, 300, CITIES).assign(
        niche=rng.choice(["food", "beauty"], 300),
        fee=rng.integers(20, 900, 300),
        email=[f"a{number}@example.org" for number in range(300)],
        client=rng.choice(["yes", "no"], 300),
        consent=rng.choice(["yes", "no"], 300, p=[0.9, 0.1]),
    )
    people.to_csv(folder / "columns.csv", index=False)
    few = people.loc[(people["platform"] == "tiktok") & people["followers"].between(10_000, 90_000)]
    few.query("niche == 'food' and country == 'France'").head(3).to_csv(folder / "tiny.csv", index=False)
    people.assign(location=people["city"] + ", " + people["country"]).drop(columns=["city", "country"]).to_csv(
        folder / "text.csv", index=False
    )
    counts = people.groupby(["city", "country", "niche", "client"]).size().rename("creators").reset_index()
    counts.assign(followers=20_000, platform="tiktok").to_csv(folder / "aggregated.csv", index=False)
    return folder


SQUARES = {"West": (-5, 42, 6, 51), "Centre": (6, 47, 15, 55), "South": (10, 34, 16, 40)}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "forget.txt").write_text("a1\n@a2\nnobody\n", encoding="utf-8")
    features = [
        f'{{"type":"Feature","properties":{{"name":"{name}","people":{people}}},"geometry":{{"type":"Polygon",'
        f'"coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}}}'
        for people, (name, (w, s, e, n)) in enumerate(SQUARES.items(), 1_000_000)
    ]
    text = f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'
    (tmp_path / "areas.geojson").write_text(text, encoding="utf-8")
    return tmp_path


def read(path):
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def keep_creators(table, run):
    assert table["creator_id"].is_unique
    assert not {"a1", "a2"} & set(table.get("handle", ())) or not run["--forget"]


def keep_outreach(table, run):
    keep_creators(table, run)
    assert table["email"].notna().all() or table["handle"].notna().all()
    assert run["--market"] is None or table["market"].nunique() <= 2


def keep_plan(table, run):
    assert table["price"].sum() <= BUDGET * 1.001
    assert run["--never"] is None or run["--never"] not in set(table["market_id"])
    assert run["--must"] is None or run["--must"] in set(table["market_id"])
    assert run["--max-markets"] is None or table["market_id"].nunique() <= MOST_MARKETS
    per_market = table.groupby("market_id")["creators"].sum()
    assert run["--max-creators"] is None or (per_market <= MOST_CREATORS).all()
    assert run["--min-creators"] is None or (per_market >= 2).all()


def market_of(run):
    return "own:West" if run["--boundaries"] else MARKETS.get(run["--level"], LYON)


def keep_twins(table, run):
    assert table["distance"].is_monotonic_increasing
    assert market_of(run) not in set(table["market_id"])
    assert len(table) <= (COUNT if run["--count"] else 25)
    assert run["--everywhere"] or (table["saturation"] < 100).all()


LAWS = {"creators": keep_creators, "outreach": keep_outreach, "plan": keep_plan, "twins": keep_twins}


def arguments_of(run, command, lists):
    lead = [market_of(run)] if command == "twins" else []
    after = [str(lists / f"{run['after']}.csv")] if run.get("after") else []
    options = {name: value for name, value in run.items() if name not in NO_OPTIONS and value}
    given = [part for name, value in options.items() for part in ([name] if value is True else [name, value])]
    out = f"out.{run['suffix']}"
    return [
        command,
        *lead,
        str(lists / f"{run['list']}.csv"),
        *after,
        "--out",
        out,
        "--draws",
        "100",
        *ALWAYS.get(command, ()),
        *given,
    ]


def assert_kept(run, command, lists, here, capsys):
    code = main(arguments_of(run, command, lists))
    printed, out = capsys.readouterr(), here / f"out.{run['suffix']}"
    assert code in {0, 2}
    if code == 2:
        assert re.fullmatch(r"hinterland: [^\n]+", printed.err.splitlines()[-1])
        assert printed.err.count("\n") == 1 or run["--forget"]
        assert {path.name for path in here.iterdir()} == {"forget.txt", "areas.geojson"}
        return False
    assert out.stat().st_size > 0
    if command in LAWS:
        LAWS[command](read(out), run)
    return True


def name_run(run):
    return " ".join(f"{name} {value}" for name, value in run.items() if value)


@pytest.mark.parametrize("command", OWN)
@pytest.mark.parametrize("runs", [2, pytest.param(None, marks=pytest.mark.long)], ids=["few", "all"])
def test_every_two_values_of_every_two_options_of_a_command(command, runs, lists, here, capsys):
    """The first few runs hold the most pairs; all of them hold every pair."""
    broken, ended, inputs = {}, 0, {path.name for path in here.iterdir()}
    planned = pairwise_runs(ANALYSIS | OWN[command])[:runs]
    for run in planned:
        for result in here.iterdir():
            if result.name not in inputs:
                result.unlink()
        try:
            ended += assert_kept(run, command, lists, here, capsys)
        except Exception as error:  # noqa: BLE001 - all that is broken is said at once
            broken[name_run(run)] = f"{type(error).__name__}: {error}"[:600]
    assert broken == {}
    assert runs or ended > len(planned) / 4


def test_traits_of_countries_go_with_own_polygons(lists, here):
    traits = "income,urban_share,age,language_reach"
    arguments = ["--boundaries", "areas.geojson", "--covariates", traits, "--covers", "worldwide", "--draws", "100"]
    assert main(["rank", str(lists / "columns.csv"), "--out", "out.csv", *arguments]) == 0
    assert len(read(here / "out.csv")) == len(SQUARES)
