"""Countries and segments in the options: understood as people write them, or refused with what there is."""

import pandas as pd
import pytest

from hinterland.analysis import analyze
from hinterland.analysis.questions import find_codes, settle_countries
from hinterland.cli import main
from hinterland.config import Settings
from hinterland.errors import SettingsError
from hinterland.messages import ONLY_COUNTRY


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    places = [("Paris", "FR"), ("Lyon", "FR"), ("Berlin", "DE"), ("Hamburg", "DE"), ("Leipzig", "DE"), ("Lima", "PE")]
    rows = [
        {"handle": f"a{number}", "city": city, "country": country, "followers": 20_000, "platform": "TikTok"}
        for number, (city, country) in enumerate(places * 8)
    ]
    path = tmp_path_factory.mktemp("lists") / "creators.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("Germany", ["DE"]),
        ("deutschland", ["DE"]),
        (" de ", ["DE"]),
        ("DEU", ["DE"]),
        ("Brésil,Côte d'Ivoire", ["BR", "CI"]),
        ("日本", ["JP"]),
        ("UK,United Kingdom,gb", ["GB"]),
        ("Bonaire, Sint Eustatius and Saba,FR", ["BQ", "FR"]),
    ],
)
def test_countries_are_understood_as_people_write_them(written, codes):
    assert find_codes(written.split(","), option=ONLY_COUNTRY) == codes
    settled = settle_countries(Settings(countries=tuple(written.split(",")), covers=written))
    assert (settled.countries, settled.covers) == (tuple(codes), ",".join(codes))


@pytest.mark.parametrize("covers", ["auto", "worldwide", "listed"])
def test_what_a_list_covers_stays_as_it_is(covers):
    assert settle_countries(Settings(covers=covers.upper())) == Settings(covers=covers)


def test_unknown_countries_are_refused_together_with_what_was_meant():
    with pytest.raises(SettingsError, match=r"'Germny' \(did you mean Germany \(DE\)") as error:
        find_codes(["Germny", "FR", "ZZ"], option=ONLY_COUNTRY)
    assert "'ZZ'" in str(error.value)


def rank(table, folder, *options):
    return main(["rank", str(table), "--out", str(folder / "r.csv"), "--draws", "100", *options])


@pytest.mark.parametrize("options", [("--only-country", "ZZ"), ("--only-country", "Germny"), ("--covers", "Atlantis")])
def test_an_unknown_country_is_one_line_and_no_file(table, tmp_path, capsys, options):
    assert rank(table, tmp_path, *options) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"{options[0]}: no country is called {options[1]!r}" in told
    assert not list(tmp_path.iterdir())


def test_one_country_is_ranked_and_stands_alone_in_the_country_table(table, tmp_path):
    levels = tmp_path / "levels.csv"
    assert (
        rank(table, tmp_path, "--only-country", "Germany", "--country-table", str(levels), "--covers", "France,de") == 0
    )
    ranking = pd.read_csv(tmp_path / "r.csv", low_memory=False)
    ranked = ranking.loc[ranking["rank"].notna()]
    assert set(ranked["country_code"]) == {"DE"}
    assert set(ranking.loc[ranking["class"] != "not covered", "country_code"]) == {"DE", "FR"}
    assert pd.read_csv(levels)["country_code"].tolist() == ["DE"]


def test_a_country_the_list_does_not_cover_is_no_silent_success(table):
    codes = [
        notice.code for notice in analyze(table, settings=Settings(countries=("Japan",), draws=100)).findings.warnings
    ]
    assert "nothing_ranked" in codes


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--tier", "tiny"], "tier 'tiny': no creator of this list is of that tier; it has micro (48)"),
        (["--platform", "vine"], "platform 'vine': no creator of this list is of that platform; it has tiktok (48)"),
        (["--niche", "food"], "niche 'food': this list names no niche"),
        (
            ["--tier", "mega", "--niche", "x"],
            "tier 'mega': no creator of this list is of that tier; it has micro (48); niche",
        ),
    ],
)
def test_a_segment_of_nobody_says_which_there_are(table, tmp_path, capsys, options, told):
    assert rank(table, tmp_path, *options) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_a_segment_is_understood_in_any_case(table, tmp_path):
    assert rank(table, tmp_path, "--tier", "Micro", "--platform", "TIKTOK") == 0
