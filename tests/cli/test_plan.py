"""`hinterland plan` and `twins` from a file to a file."""

import json

import pandas as pd
import pytest

from hinterland import Settings, analyze
from hinterland.cli import MISTAKE, main
from hinterland.errors import UnknownNameError
from hinterland.reference import load_markets
from paths import SAMPLE


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "creators.csv"
    pd.read_csv(SAMPLE, dtype=str).iloc[::10].to_csv(path, index=False)
    return path


def test_a_plan_keeps_its_scenario_and_names_creators_of_the_list(listed, tmp_path, capsys):
    scenario = tmp_path / "s.toml"
    scenario.write_text('tiers = ["nano", "micro"]\nmin_creators = 2\nrecruit = "nano"\n', encoding="utf-8")
    out = tmp_path / "plan.csv"
    asked = ["--budget", "2000", "--max-markets", "4", "--scenario", str(scenario), "--json", "--out", str(out)]
    assert main(["plan", str(listed), *asked]) == 0
    told, plan = json.loads(capsys.readouterr().out), pd.read_csv(out)
    assert told["markets"] == plan["market_id"].nunique() <= 4
    assert plan.groupby("market_id")["creators"].sum().min() >= 2
    assert set(plan["tier"]) <= {"nano", "micro"}
    assert told["cost"] == pytest.approx((plan["price"] * plan["creators"]).sum(), abs=len(plan))
    assert told["cost"] <= 2_000
    assert told["creators"] + told["recruits"] == plan["creators"].sum()
    assert 0 <= told["gap"] < 1
    known = plan.loc[plan["kind"] == "creator"]
    names = pd.read_csv(listed, dtype=str)["username"]
    assert list(known["handle"]) == [names[number - 1] for number in known["creator_id"].astype(int)]


def test_a_plan_holds_nobody_who_refuses_to_be_contacted(listed, tmp_path, capsys):
    people, path, out = pd.read_csv(listed, dtype=str), tmp_path / "list.csv", tmp_path / "plan.csv"
    people["do not contact"] = ["yes", "no"] * (len(people) // 2) + ["yes"] * (len(people) % 2)
    people.to_csv(path, index=False)
    assert main(["plan", str(path), "--budget", "3000", "--json", "--out", str(out)]) == 0
    handles = set(pd.read_csv(out)["handle"].dropna())
    assert handles
    assert handles <= set(people.loc[people["do not contact"] == "no", "username"])
    assert [notice["code"] for notice in json.loads(capsys.readouterr().out)["warnings"]] == ["contact_refused"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--must", "metro:atlantis"], "no market 'metro:atlantis' in this ranking"),
        (["--currency", "EUR"], "give the value of 1 USD in EUR, in rates.USD (--scenario)"),
        (["--scenario", "nowhere.toml"], "cannot read nowhere.toml"),
        (["--min-creators", "50", "--max-creators", "5"], "--max-creators is below --min-creators"),
        (["--budget", "0"], "budget: must be above 0"),
        (["--budget", "-5"], "budget: must be above 0"),
        (["--budget", "inf"], "budget: must be a finite number"),
        (["--budget", "nan"], "budget: must be a finite number"),
        (["--time-limit", "inf"], "--time-limit: must be a finite number"),
        (
            ["--must", "metro:1850147,metro:1816670", "--max-markets", "1"],
            "2 markets must be chosen, but at most 1 may be",
        ),
        (["--must", "metro:1850147", "--max-population", "900000"], "Tokyo must be chosen, but the countries or sizes"),
        (["--only-country", "Germny"], "did you mean Germany (DE)?"),
    ],
)
def test_mistakes_are_one_line(listed, tmp_path, capsys, more, told):
    assert main(["plan", str(listed), "--budget", "100", "--out", str(tmp_path / "p.csv"), *more]) == MISTAKE
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_twins_are_written_with_their_reasons(listed, tmp_path):
    out = tmp_path / "twins.csv"
    assert main(["twins", "metro:1850147", str(listed), "--count", "5", "--out", str(out)]) == 0
    twins = pd.read_csv(out)
    assert len(twins) == 5
    assert twins["distance"].is_monotonic_increasing
    assert (twins["saturation"] < 100).all()
    parts = [name for name in twins if name.startswith("distance_")]
    assert twins["distance"].to_numpy() == pytest.approx(twins[parts].sum(axis=1).to_numpy(), abs=0.01)
    first = twins.iloc[0]
    assert first["why"].startswith(f"{first['internet_users']:,.0f} internet users against ")


def test_markets_go_by_name_and_namesakes_are_asked_back(listed, tmp_path, capsys):
    out = ["--out", str(tmp_path / "out.csv")]
    assert main(["twins", "München", str(listed), *out]) == 0
    assert main(["twins", "Springfield", str(listed), *out]) == MISTAKE
    asked = capsys.readouterr().err
    assert "Springfield, Missouri, United States (metro:" in asked
    assert "of the one you mean" in asked
    by_name = ["--among", "Springfield, Missouri,Lyon,metro:1850147", "--must", "Lyon", "--json"]
    assert main(["plan", str(listed), "--budget", "3000", *by_name, *out]) == 0
    plan, summary = pd.read_csv(tmp_path / "out.csv"), json.loads(capsys.readouterr().out)
    assert {"metro:2996944"} <= set(plan["market_id"]) <= set(summary["scenario"]["only"])
    assert len(summary["scenario"]["only"]) == 3


def test_a_plan_is_reported_to_a_client_without_a_handle(listed, tmp_path, capsys):
    out, logo = tmp_path / "plan.csv", tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    pages = [tmp_path / name for name in ("plan.brief.html", "plan.xlsx", "plan.svg", "map.html")]
    asked = ["plan", str(listed), "--budget", "20000", "--max-markets", "4", "--out", str(out)]
    heading = ["--client", "Acme & Sons", "--date", "May 2026", "--logo", str(logo)]
    assert main([*asked, *(part for page in pages for part in ("--report", str(page))), *heading]) == 0
    assert all(f"wrote {page}" in capsys.readouterr().out or page.exists() for page in pages)
    plan = pd.read_csv(out)
    handles = set(plan["handle"].dropna())
    assert handles
    brief, slide = (pages[at].read_text(encoding="utf-8") for at in (0, 2))
    for page in (brief, slide, pages[3].read_text(encoding="utf-8")):
        assert not any(f"@{handle}" in page or f">{handle}<" in page for handle in handles)
        assert "Acme &amp; Sons · May 2026" in page or "Acme \\u0026 Sons" in page or "Acme & Sons" in page
    assert "data:image/png;base64," in brief
    for market in plan["market"].unique():
        assert market.split(",")[0] in brief
    sheets = pd.read_excel(pages[1], sheet_name=None, engine="calamine")
    assert sheets["Plan"]["creators + recruits"].sum() == plan["creators"].sum()
    assert sheets["Plan"]["cost, USD"].sum() == pytest.approx((plan["price"] * plan["creators"]).sum(), rel=0.01)
    assert len(sheets["Ranking"]) == len(sheets["Plan"]) == plan["market_id"].nunique()
    assert not any(sheet.isin(handles).any(axis=None) for sheet in sheets.values())


def test_a_file_that_is_no_picture_is_refused_as_a_logo_before_any_work(listed, tmp_path, capsys):
    asked = ["plan", str(listed), "--budget", "20000", "--out", str(tmp_path / "plan.csv"), "--logo", str(listed)]
    assert main(asked) == MISTAKE
    assert "cannot be the logo" in capsys.readouterr().err
    assert not (tmp_path / "plan.csv").exists()


def test_a_ranking_is_reported_of_a_shortlist_by_name(listed, tmp_path):
    out, brief = tmp_path / "short.csv", tmp_path / "short.brief.html"
    asked = ["rank", str(listed), "--shortlist", "Lyon,Toulouse", "--client", "Acme", "--lang", "de"]
    assert main([*asked, "--out", str(out), "--out", str(brief)]) == 0
    assert set(pd.read_csv(out)["market_id"]) == {"metro:2996944", "metro:2972315"}
    page = brief.read_text(encoding="utf-8")
    assert "Acme" in page
    assert "Ihre Auswahl" in page
    analysis = analyze(listed)
    analysis.export(tmp_path / "again.brief.html", markets=["Lyon", "Toulouse"], client="Acme", language="de")
    assert (tmp_path / "again.brief.html").read_text(encoding="utf-8") == page


def test_a_plan_can_be_asked_of_smaller_markets_abroad(listed, tmp_path, capsys):
    out = tmp_path / "plan.csv"
    asked = ["plan", str(listed), "--budget", "20000", "--among", "smaller,abroad", "--out", str(out)]
    assert main(asked) == MISTAKE
    assert "where the brand sells" in capsys.readouterr().err
    assert main([*asked, "--home", "US", "--json"]) == 0
    chosen = load_markets("metro").loc[pd.read_csv(out)["market_id"].unique()]
    assert chosen["population"].between(50_000, 1_000_000).all()
    assert not chosen["country_code"].eq("US").any()
    assert "first_market" in json.loads(capsys.readouterr().out)


def test_countries_stand_for_their_markets_and_are_refused_where_one_market_is_needed(listed, tmp_path, capsys):
    out, markets = tmp_path / "plan.csv", load_markets("metro")
    asked = ["plan", str(listed), "--home", "US", "--budget", "20000", "--out", str(out)]
    assert main([*asked, "--among", "smaller,Germany,Brazil"]) == 0
    chosen = markets.loc[pd.read_csv(out)["market_id"].unique()]
    assert set(chosen["country_code"]) <= {"DE", "BR"}
    assert chosen["population"].between(50_000, 1_000_000).all()
    assert main([*asked, "--never", "abroad"]) == 0
    assert markets.loc[pd.read_csv(out)["market_id"], "country_code"].eq("US").all()
    # there is a Brazil in Indiana
    assert main([*asked, "--must", "Brazil"]) == MISTAKE
    assert "'Brazil' is a country" in capsys.readouterr().err
    assert main(["outreach", str(listed), "--market", "Portugal", "--out", str(out)]) == 0
    assert set(pd.read_csv(out)["country_code"]) == {"PT"}


def test_python_plans_and_finds_look_alikes_by_name(listed):
    analysis = analyze(listed, settings=Settings(home=("US",)))
    plan = analysis.plan(budget=3_000, among=("smaller", "abroad"), max_markets=3)
    assert 0 < len(plan.markets) <= 3
    assert repr(plan).startswith("<Plan for 3,000 USD: ")
    assert f"in {len(plan.markets)} markets" in repr(plan)
    with pytest.raises(UnknownNameError, match="take its name"):
        analysis.similar(5)
    one_text = analysis.plan(budget=3_000, must="Lyon", never="Springfield, Missouri, Porto", max_markets=3)
    assert "metro:2996944" in one_text.markets.index
    assert len(one_text.scenario.never) == 2
    assert set(analysis.outreach(plan=plan)["creator_id"]) <= set(plan.creator_ids)
    assert len(analysis.similar("Lyon", count=3)) == 3
    assert len(analysis.creators()) == analysis.findings.counts["used"]
    assert repr(analysis).startswith("<Analysis of creators.csv: ")
    with pytest.raises(UnknownNameError, match="could be any of"):
        analysis.similar("Springfield")


def test_twins_of_nowhere(listed, tmp_path, capsys):
    assert main(["twins", "metro:0", str(listed), "--out", str(tmp_path / "t.csv")]) == MISTAKE
    assert "no market 'metro:0' in this ranking" in capsys.readouterr().err


def test_weights_are_shown_in_the_detail(listed, tmp_path):
    detail = tmp_path / "d.csv"
    asked = ["--weights", "opportunity=2", "--weights", "confidence=1", "--detail", str(detail)]
    assert main(["rank", str(listed), "--out", str(tmp_path / "r.csv"), *asked]) == 0
    table = pd.read_csv(detail)
    ranked = table.loc[table["rank"].notna()]
    assert ranked["composite"].between(0, 100).all()
    assert "composite" not in pd.read_csv(tmp_path / "r.csv", low_memory=False)
    assert main(["rank", str(listed), "--out", str(tmp_path / "r.csv"), "--weights", "opportunity"]) == MISTAKE


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        (["--max-population", "900000"], lambda market: market["population"] <= 900_000),
        (["--min-population", "2000000"], lambda market: market["population"] >= 2_000_000),
        (["--only-country", "Brazil,IN"], lambda market: market["country_code"] in {"BR", "IN"}),
    ],
)
def test_a_plan_stays_within_the_sizes_and_countries_of_its_run(listed, tmp_path, capsys, options, allowed):
    out = tmp_path / "plan.csv"
    arguments = ["--budget", "3000", "--max-markets", "6", "--json", "--out", str(out), *options]
    assert main(["plan", str(listed), *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["scenario"]["never"] == []
    markets = load_markets("metro")
    plan = pd.read_csv(out)
    assert len(plan)
    assert all(allowed(markets.loc[market]) for market in plan["market_id"].unique())
