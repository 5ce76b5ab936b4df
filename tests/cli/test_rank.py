import csv
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

from hinterland.cli import main
from hinterland.export.tables import COLUMNS
from paths import SAMPLE

# of no use to a table
HEAVY = ("folium", "geopandas", "jinja2", "pyogrio", "pyproj", "scipy.stats")
CONTRACT = [
    "rank",
    "market_id",
    "market",
    "region",
    "country",
    "country_code",
    "level",
    "latitude",
    "longitude",
    "population",
    "internet_users",
    "creators",
    "audience",
    "expected_creators",
    "saturation",
    "saturation_low",
    "saturation_high",
    "p_underserved",
    "class",
    "missing_creators",
    "unmet_audience",
    "opportunity",
    "rank_low",
    "rank_high",
    "evidence",
    "creators_per_100k",
    "location_quotient",
    "audience_hhi",
    "boundary_kind",
    "benchmark",
    "possible_creators",
    "population_error",
    "scope",
    "size_band",
]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ranked")
    outs = [folder / name for name in ("r.csv", "map.html", "r.parquet", "r.gpkg", "r.geojson", "r.xlsx")]
    arguments = [part for out in outs for part in ("--out", str(out))]
    command = [sys.executable, "-c", "import sys; from hinterland.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [*command, "rank", str(SAMPLE), *arguments, "--json"], capture_output=True, text=True, check=True
    )
    return folder, json.loads(done.stdout)


def test_the_summary_keeps_the_contract(ranked):
    _, summary = ranked
    assert summary["rows_in"] == summary["used"] + summary["rejected"] + summary["merged"]
    assert sum(summary["located"].values()) == summary["used"]
    assert set(summary["located"]) == {"coordinates", "columns", "text", "country_only", "nowhere"}
    assert {"beta", "beta_se", "k", "k_se", "sigma"} <= set(summary["model"])
    assert {"code", "sentence"} == set(summary["warnings"][0])
    assert {"settings", "seconds", "outputs", "creators_in"} <= set(summary)
    assert "synthetic" in [notice["code"] for notice in summary["warnings"]]


def test_the_ranking_keeps_the_contract(ranked):
    folder, _ = ranked
    text = (folder / "r.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert list(rows[0]) == CONTRACT == list(COLUMNS)
    ranks = [row["rank"] for row in rows]
    n = sum(rank != "" for rank in ranks)
    assert ranks == [str(rank) for rank in range(1, n + 1)] + [""] * (len(rows) - n)
    for row in rows:
        unranked = row["class"] in {"insufficient data", "not covered"}
        assert unranked == (row["rank"] == "")
        if row["saturation"]:
            assert float(row["saturation_low"]) <= float(row["saturation_high"])
            assert 0 <= float(row["p_underserved"]) <= 1


def test_planted_markets_are_found(ranked):
    folder, summary = ranked
    assert {band["verdict"] for band in summary["self_check"]["bands"]} <= {"holds", "crowded"}
    ranking = pd.read_csv(folder / "r.csv", low_memory=False).set_index("market_id")
    truth = pd.read_csv(SAMPLE.with_name("truth.csv")).set_index("market_id")
    planted = truth.index[truth["planted"] == "under-served"]
    # where a name has several meanings, or the population is hardly known, no list could tell
    planted = ranking.loc[planted].query("possible_creators < 1 and population_error < 0.3").index
    assert len(planted) > 10
    assert (ranking["class"].reindex(planted) == "under-served").mean() > 0.85
    crowded = truth.index[truth["planted"] == "over-saturated"]
    assert (ranking["class"].reindex(crowded) == "over-saturated").all()


def test_every_format_holds_the_same_ranking(ranked):
    geopandas = pytest.importorskip("geopandas")
    folder, _ = ranked
    ranking = pd.read_csv(folder / "r.csv", low_memory=False)
    areas = geopandas.read_parquet(folder / "r.parquet")
    assert list(areas.index) == list(ranking["market_id"])
    assert areas.geometry.notna().sum() > 1_000
    packed = geopandas.read_file(folder / "r.gpkg")
    assert packed["market_id"].tolist() == areas.index.tolist()
    assert packed["saturation"].to_numpy() == pytest.approx(areas["saturation"].to_numpy(), nan_ok=True)
    assert packed.geometry.notna().sum() == areas.geometry.notna().sum()
    assert len(json.loads((folder / "r.geojson").read_text())["features"]) == len(ranking)


def test_each_output_has_its_manifest_and_no_handle_travels(ranked):
    folder, summary = ranked
    for out in summary["outputs"]:
        manifest = Path(out + ".run.toml").read_text()
        assert "sha256" in manifest
        assert "rows_in" in manifest
    handle = pd.read_csv(SAMPLE)["username"].iloc[0]
    assert not any(handle.encode() in path.read_bytes() for path in folder.iterdir())


def test_the_same_run_gives_the_same_bytes(ranked, tmp_path):
    folder, _ = ranked
    arguments = [
        part
        for name in ("r.csv", "map.html", "r.parquet", "r.gpkg", "r.xlsx")
        for part in ("--out", str(tmp_path / name))
    ]
    assert main(["rank", str(SAMPLE), *arguments]) == 0
    for name in ("r.csv", "map.html", "r.parquet", "r.gpkg", "r.xlsx", "r.csv.run.toml"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rank"], "files"),
        (["rank", "missing.csv", "--out", "r.csv"], "no file missing.csv"),
        (["rank", "missing.csv", "--out", "r.docx"], "choose from .brief.html, .csv"),
        (["rank", str(SAMPLE), "--out", "nowhere/r.csv"], "cannot write nowhere/r.csv"),
        (["rank", str(SAMPLE), "--out", "r.csv", "--column", "followers"], "FIELD=COLUMN"),
        (["rank", str(SAMPLE), "--out", "r.csv", "--column", "followers=Abonnés"], "Abonnés"),
        (["rank", str(SAMPLE), "--out", "r.csv", "--covers", "XX"], "two-letter"),
        (["rank", str(SAMPLE), "--out", "r.csv", "--draws", "3"], "--draws: must be at least 100"),
        (["rank", str(SAMPLE), "--out", "r.csv", "--benchmark", "moon"], "national"),
        (["geocode", str(SAMPLE), "--column", "place", "--out", "g.csv"], "no column 'place'"),
        (["validate", "--scenario", "flatland"], "choose from"),
        (["app", "missing.csv"], "no file missing.csv"),
        (["app", "."], ". is a folder"),
        (["app", "/dev/null"], "/dev/null is not a file"),
        (["app", "a" * 300], "File name too long"),
        (["app", "--port", "99999"], "at most 65,535"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(arguments, sentence, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.err.startswith("hinterland: ")
    assert said.err.count("\n") == 1
    assert sentence in said.err
    assert not list(tmp_path.iterdir())


def test_rejects_are_listed_with_reason_and_hint(tmp_path):
    listing = tmp_path / "list.csv"
    listing.write_text(
        "handle,city,country,followers\na,Lyon,France,1K\nb,Lyon,France,2K,extra\n,,,\nc,Paris,France,9\n"
    )
    assert main(["rank", str(listing), "--out", str(tmp_path / "r.csv")]) == 0
    rejects = list(csv.DictReader((tmp_path / "r.csv.rejects.csv").read_text("utf-8-sig").splitlines()))
    assert [row["row"] for row in rejects] == ["2", "3"]
    assert all(row["reason"] and row["hint"] for row in rejects)


def test_geocode_answers_every_row_in_order(tmp_path):
    people = tmp_path / "people.csv"
    people.write_text('id,where\n1,"Lyon, France"\n2,she/her\n3,Japan\n4,\n5,Berlin & Lisbon\n')
    out = tmp_path / "g.csv"
    assert main(["geocode", str(people), "--column", "where", "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [row["id"] for row in rows] == list("12345")
    assert [row["kind"] for row in rows] == ["city", "none", "country", "none", "multi"]
    assert rows[0]["market_metro"].startswith("metro:")
    assert len(rows[4]["alternatives"].split(";")) == 2


def test_geocode_adds_its_columns_at_the_end_and_renames_those_of_the_input(tmp_path):
    people, out = tmp_path / "people.csv", tmp_path / "g.csv"
    people.write_text('place,kind,place_input\n"Washington, United States",a,x\n"Hambrug, Germany",b,y\n')
    assert main(["geocode", str(people), "--column", "place", "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert list(rows[0]) == [
        "place_input_input", "kind_input", "place_input", "kind", "place_id", "place", "admin1", "country_code",
        "latitude", "longitude", "confidence", "alternatives", "market_city", "market_metro", "near_name", "candidates",
    ]  # fmt: skip
    assert [row["kind_input"] for row in rows] == ["a", "b"]
    assert rows[0]["candidates"].startswith("US.WA:")
    assert [row["near_name"] for row in rows] == ["False", "True"]


def test_geocode_keeps_a_row_of_too_many_fields_and_reports_it(tmp_path, capsys):
    people, out = tmp_path / "people.csv", tmp_path / "g.csv"
    people.write_text("who,where,followers\nana,Berlin,5\nbob,Lyon, France,7\neve,San Jose, CA, USA,9\n")
    assert main(["geocode", str(people), "--column", "where", "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [(row["who"], row["where"], row["followers"]) for row in rows] == [
        ("ana", "Berlin", "5"), ("bob", "Lyon, France", "7"), ("eve", "San Jose, CA, USA", "9")
    ]  # fmt: skip
    assert [row["place_id"] for row in rows] == ["2950159", "2996944", "5392171"]
    said = capsys.readouterr().err
    assert "2 (row 2, 3)" in said
    assert "'where'" in said


def test_markets_are_listed_with_their_licence(tmp_path):
    out = tmp_path / "m.csv"
    assert main(["markets", "--level", "city", "--min-population", "1000000", "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert 300 < len(rows) < 1_000
    assert all(row["boundary_licence"] for row in rows)


@pytest.mark.parametrize("suffix", ["gpkg", "parquet", "geojson"])
def test_markets_keep_their_polygons_in_every_format_that_has_them(tmp_path, suffix):
    geopandas = pytest.importorskip("geopandas")
    out = tmp_path / f"m.{suffix}"
    assert main(["markets", "--level", "metro", "--min-population", "9000000", "--out", str(out)]) == 0
    read = geopandas.read_parquet(out) if suffix == "parquet" else geopandas.read_file(out)
    assert len(read) > 20
    assert read.geometry.notna().all()
    assert {"market_id", "population_source"} <= set(read.columns)


def test_version_is_that_of_the_package(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"hinterland {version('hinterland')}\n"


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("rank", "geocode", "markets", "app", "validate", "reference"))


def test_detail_holds_both_lenses_and_countries_their_levels(tmp_path):
    paths = {name: tmp_path / f"{name}.csv" for name in ("r", "detail", "countries")}
    arguments = ["--detail", str(paths["detail"]), "--country-table", str(paths["countries"])]
    assert main(["rank", str(SAMPLE), "--out", str(paths["r"]), *arguments]) == 0
    detail = pd.read_csv(paths["detail"])
    assert set(detail["benchmark"]) == {"national", "global"}
    ranked = detail.dropna(subset="rank")
    assert ranked["p_top_tenth"].between(0, 1).all()
    means = ranked.groupby("benchmark")[["mean_rank", "rank"]].mean()
    assert means["mean_rank"].to_numpy() == pytest.approx(means["rank"].to_numpy(), rel=1e-3)
    levels = pd.read_csv(paths["countries"])
    assert (levels["level_low"] <= levels["level_high"]).all()
    assert len(levels) > 40


def test_two_lists_and_two_lenses_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rows = pd.read_csv(SAMPLE, dtype=str)
    before, after = tmp_path / "before.csv", tmp_path / "after.csv"
    rows.iloc[::12].to_csv(before, index=False)
    rows.iloc[1::12].to_csv(after, index=False)
    out, changes = tmp_path / "c.html", tmp_path / "c.csv"
    assert main(["compare", str(before), str(after), "--out", str(out), "--changes", str(changes)]) == 0
    assert capsys.readouterr().out.count("wrote") == 4
    assert {"c.html", "c.html.run.toml", "c.html.other.run.toml", "c.csv"} <= {path.name for path in tmp_path.iterdir()}
    table = pd.read_csv(changes)
    assert not (table["apart"] & table["saturation_before"].isna()).any()
    # two halves of one list: what lies apart is chance alone
    assert table["apart"].mean() < 0.05
    assert main(["compare", str(before), str(after), "--out", str(tmp_path / "d.csv")]) == 0
    assert (tmp_path / "d.csv").read_bytes() == changes.read_bytes()
    assert main(["compare", str(before), "--out", str(tmp_path / "c.pdf")]) == 2


def test_geocode_takes_what_is_said_of_the_file(tmp_path):
    people, out = tmp_path / "people.csv", tmp_path / "placed.csv"
    people.write_bytes("who|where\nana|Málaga\nbo|Lyon\n".encode("cp1252"))
    said = ["--encoding", "cp1252", "--delimiter", "|", "--header", "1"]
    assert main(["geocode", str(people), "--column", "where", *said, "--out", str(out)]) == 0
    assert list(pd.read_csv(out)["where"]) == ["Málaga", "Lyon"]
    assert main(["geocode", str(people), "--column", "where", "--delimiter", ";", "--out", str(out)]) != 0


def test_a_ranking_as_csv_loads_nothing_that_only_maps_and_pages_need(tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("handle,followers,longitude,latitude\nmade.up.1,500,2.3522,48.8566\n", encoding="utf-8")
    program = "import sys; from hinterland.cli import main; main(sys.argv[1:]); "
    loaded = f"print([name for name in {HEAVY!r} if name in sys.modules])"
    command = [sys.executable, "-c", program + loaded, "rank", str(people), "--out", str(tmp_path / "ranking.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_newcomers_and_turnover_of_two_lists_of_the_same_people(tmp_path, capsys):
    rows = pd.read_csv(SAMPLE, dtype=str)
    earlier, later, ranking = tmp_path / "spring.csv", tmp_path / "autumn.csv", tmp_path / "ranking.csv"
    rows.iloc[: len(rows) * 3 // 4].to_csv(earlier, index=False)
    rows.iloc[len(rows) // 8 :].to_csv(later, index=False)
    assert main(["rank", str(later), "--out", str(ranking), "--arrivals-since", str(earlier)]) == 0
    said = capsys.readouterr().out
    assert "creators are new since spring.csv" in said
    table = pd.read_csv(ranking, low_memory=False)
    assert 0 < table["new_creators"].sum() <= len(rows) / 4 + 1
    assert table["new_creators_pace"].isin(["few newcomers"]).sum() < len(table) / 2
    assert main(["compare", str(earlier), str(later), "--out", str(tmp_path / "c.html")]) == 0
    assert "Matched by platform and handle" in capsys.readouterr().out
    dated = tmp_path / "dated.csv"
    days = ["2025-11-02"] * (len(rows) * 3 // 4) + ["2026-04-05"] * (len(rows) - len(rows) * 3 // 4)
    rows.assign(date_added=days).to_csv(dated, index=False)
    assert main(["rank", str(dated), "--out", str(ranking), "--arrivals-since", "2026-03-01"]) == 0
    assert "creators are new since 2026-03-01" in capsys.readouterr().out
    assert main(["rank", str(later), "--out", str(ranking), "--arrivals-since", "2026-03-01"]) == 2
    assert "the day each creator was added" in capsys.readouterr().err


def test_lists_that_do_not_share_their_people_are_not_paired(tmp_path, capsys):
    rows = pd.read_csv(SAMPLE, dtype=str)
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    rows.iloc[::3].to_csv(first, index=False)
    rows.iloc[1::3].to_csv(second, index=False)
    assert main(["compare", str(first), str(second), "--out", str(tmp_path / "c.html")]) == 0
    assert "share only 0% of their creators" in capsys.readouterr().out


def test_markets_abroad_are_seen_from_the_home_countries(tmp_path, capsys):
    abroad, out = tmp_path / "abroad.csv", ["--out", str(tmp_path / "ranking.csv")]
    assert main(["rank", str(SAMPLE), *out, "--international", str(abroad)]) == 2
    assert "where the brand sells" in capsys.readouterr().err
    assert main(["rank", str(SAMPLE), *out, "--home", "US", "--international", str(abroad), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert str(abroad) in summary["outputs"]
    assert {"presence_predicted", "presence_unknown"} & {warning["code"] for warning in summary["warnings"]}
    table = pd.read_csv(abroad)
    assert not table["country_code"].isin(["US"]).any()
    assert table["distance_km"].between(100, 20_100).all()
