"""The two questions people come with: smaller cities at home, and markets abroad."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland import Settings, analyze
from hinterland.cli import main
from hinterland.config import Assumptions
from hinterland.errors import SettingsError
from hinterland.ranking import find_scope, short_lists

CODES = st.lists(st.sampled_from(["US", "CA", "DE", "NG"]), min_size=1, max_size=30)


@given(CODES, st.sets(st.sampled_from(["US", "CA", "FR"])))
def test_scope_is_domestic_exactly_in_the_home_countries(codes, home):
    scope = find_scope(pd.Series(codes), home)
    if not home:
        assert (scope == "").all()
    else:
        assert [value == "domestic" for value in scope] == [code in home for code in codes]
        assert set(scope) <= {"domestic", "international"}


def test_size_bands_end_where_the_assumptions_say():
    residents = pd.Series([49_999.0, 50_000.0, 1_000_000.0, 1_000_001.0, float("nan")])
    assert Assumptions().size_band(residents).tolist() == ["small town", "smaller", "smaller", "larger", ""]
    assert Assumptions(smaller_from=10_000).size_band(residents)[0] == "smaller"


def table(**columns):
    rows = {
        "market_id": ["a", "b", "c", "d", "e", "f"],
        "level": "metro",
        "country_code": ["US", "US", "DE", "DE", "NG", "US"],
        "class": ["under-served"] * 5 + ["no clear difference"],
        "rank": [1, 2, 3, 4, pd.NA, 6],
        "saturation_high": [60.0, 70.0, 80.0, 90.0, 50.0, 140.0],
        "size_band": ["larger", "smaller", "smaller", "larger", "smaller", "smaller"],
        "scope": ["domestic", "domestic", "international", "international", "international", "domestic"],
    }
    return pd.DataFrame(rows | columns).astype({"rank": "Int64"})


def test_with_home_countries_smaller_cities_are_at_home_and_the_rest_is_abroad():
    smaller, abroad = short_lists(table(), count=5)
    assert smaller["market_id"].tolist() == ["b"]
    # one market of each country, the best; unranked and well-served markets are on no list
    assert abroad["market_id"].tolist() == ["c"]


def test_without_home_countries_smaller_cities_are_anywhere_and_each_country_shows_one_more():
    smaller, countries = short_lists(table(scope=""), count=5)
    assert smaller["market_id"].tolist() == ["b", "c"]
    assert countries["market_id"].tolist() == ["a", "d"]


def test_a_market_whose_range_passes_what_is_expected_comes_after_those_that_are_clear():
    unclear = table(scope="", size_band="smaller", saturation_high=[130.0, 70.0, float("nan"), 90.0, 50.0, 140.0])
    assert short_lists(unclear, count=4).home["market_id"].tolist() == ["b", "d", "a", "c"]


def test_lists_are_cut_and_follow_the_ranking():
    shuffled = table(scope="").sample(frac=1, random_state=1)
    assert short_lists(shuffled, count=1).home["market_id"].tolist() == ["b"]


@pytest.fixture(scope="module")
def creators():
    french = {"Lyon": 90, "Paris": 400, "Marseille": 60, "Nantes": 20, "Lille": 30, "Nice": 25}
    german = {"Berlin": 300, "Hamburg": 120, "Munich": 90, "Cologne": 3, "Stuttgart": 40, "Leipzig": 30, "Dresden": 28}
    rows = [
        (f"{city}{number}", city, country, 20_000)
        for country, cities in {"France": french, "Germany": german}.items()
        for city, count in cities.items()
        for number in range(count)
    ]
    return pd.DataFrame(rows, columns=["handle", "city", "country", "followers"])


def test_home_countries_are_names_or_codes_and_stand_in_every_row(creators):
    analysis = analyze(creators, settings=Settings(home=("Deutschland", "AT"), draws=100))
    assert analysis.findings.settings.home == ("DE", "AT")
    ranking = analysis.ranking
    assert (ranking.loc[ranking["country_code"] == "DE", "scope"] == "domestic").all()
    assert (ranking.loc[ranking["country_code"] == "FR", "scope"] == "international").all()
    before = analyze(creators, settings=Settings(draws=100)).ranking
    # where a brand sells changes no estimate
    assert ranking["saturation"].equals(before["saturation"].reindex(ranking.index))
    assert (before["scope"] == "").all()


def test_a_home_country_nobody_knows_is_refused_by_name(creators):
    with pytest.raises(SettingsError, match="home: no country is called 'Narnia'"):
        analyze(creators, settings=Settings(home=("Narnia",), draws=100))


def test_the_finding_of_a_list_that_cannot_compare_is_empty(creators):
    analysis = analyze(creators.query("city == 'Lyon'"), settings=Settings(draws=100))
    assert analysis.finding() == {"sentence": "", "lists": []}


def test_rank_ends_with_the_finding_and_its_lists(creators, tmp_path, capsys):
    creators.to_csv(tmp_path / "list.csv", index=False)
    assert (
        main(["rank", str(tmp_path / "list.csv"), "--home", "DE", "--draws", "100", "--out", str(tmp_path / "r.csv")])
        == 0
    )
    ending = capsys.readouterr().out.split("wrote ")[-1].splitlines()
    assert "this list can judge" in ending[2]
    assert ending[4] == "Smaller cities at home:"
    assert "Abroad:" in ending
