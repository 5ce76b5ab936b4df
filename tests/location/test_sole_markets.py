"""Everybody is counted where they are: city-states, names of several places, audiences however they are shared out."""

import json

import numpy as np
import pandas as pd
import pytest

from hinterland import Assumptions, Settings, analyze, reference
from hinterland.analysis import geocode_table, load_geography
from hinterland.analysis.inputs import open_creators, to_pipeline_input
from hinterland.location import find_sole_markets, find_sole_own_markets
from hinterland.pipeline.aggregate import aggregate_creators
from hinterland.supply import typical_audience

FOLLOWERS = 100_000.0


def texts(**counts):
    """One row per creator, as free text."""
    return pd.DataFrame({"location": [text for text, count in counts.items() for _ in range(count)]})


def ranking(table, **settings):
    return analyze(table, settings=Settings(draws=100, **settings)).ranking


@pytest.mark.parametrize("level", ["city", "metro", "country"])
def test_city_states_are_counted_in_their_city(level):
    table = texts(Singapore=200, Paris=50, **{"Hong Kong": 100})
    by_name = ranking(table, level=level).groupby("market")["creators"].max()
    assert by_name["Singapore"] == 200
    assert by_name["Hong Kong"] == 100


def test_a_list_of_city_states_alone_ranks_countries_unless_a_finer_level_is_asked_for():
    table = texts(Singapore=200, **{"Hong Kong": 100})
    found = ranking(table)
    assert set(found["level"]) == {"country"}
    assert found.groupby("country_code")["creators"].max()[["SG", "HK"]].tolist() == [200, 100]
    assert ranking(table, level="metro").groupby("market")["creators"].max()["Singapore"] == 200


@pytest.mark.parametrize(
    ("unit", "level", "market"),
    [
        ("country:SG", "city", "Singapore"),
        ("country:MC", "city", "Monaco"),
        ("region:DE.16", "city", "Berlin"),
        ("region:DE.04", "city", "Hamburg"),
        ("region:BE.BRU", "metro", "Brussels"),
        ("region:MX.09", "metro", "Mexico City"),
    ],
)
def test_units_that_are_nearly_one_market_are_known(unit, level, market):
    sole = load_geography({"location"}).sole_markets
    assert reference.load_markets(level)["market"][sole.loc[unit, f"{level}_market"]] == market


@pytest.mark.parametrize("unit", ["country:FR", "country:LA", "country:TD", "region:US.TX", "region:DE.02"])
def test_a_rural_unit_with_one_town_is_not_that_town(unit):
    sole = load_geography({"location"}).sole_markets
    assert unit not in sole.index or sole.loc[unit, ["city_market", "metro_market"]].isna().all()


def test_sole_markets_by_hand():
    """Ninety percent of the market population and sixty of the whole; a region by its principal place."""
    frame = pd.DataFrame
    cities = frame(
        {"country_code": ["AA", "AA", "BB", "CC"], "population": [95.0, 5.0, 50.0, 70.0]},
        index=["city:1", "city:2", "city:3", "city:4"],
    )
    metros = cities.set_axis(cities.index.str.replace("city", "metro"))
    regions = frame({"country_code": ["AA"], "population": [160.0]}, index=["region:AA.1"])
    countries = frame({"population": [150.0, 100.0, 110.0]}, index=["country:AA", "country:BB", "country:CC"])
    places = frame({"region_id": ["AA.1", "AA.1", None, None]}, index=[1, 2, 3, 4])
    levels = {"city": cities, "metro": metros, "region": regions, "country": countries}
    sole = find_sole_markets(levels, places)
    # of BB the city is half; of region AA.1 the largest city is 59 %
    assert sole["city_market"].dropna().to_dict() == {"country:AA": "city:1", "country:CC": "city:4"}


def test_an_own_area_stands_for_a_country_only_if_it_is_nearly_all_of_it():
    own = pd.DataFrame(
        {"country_code": ["AA", "BB", "BB"], "population": [95.0, 60.0, 40.0]}, index=["own:1", "own:2", "own:3"]
    )
    countries = pd.DataFrame({"population": [100.0, 100.0]}, index=["country:AA", "country:BB"])
    assert find_sole_own_markets(own, countries)["city_market"].to_dict() == {"country:AA": "own:1"}


def test_geocode_places_a_city_state_in_its_market():
    found = geocode_table(pd.DataFrame({"where": ["Singapore", "France"]}), "where")
    assert found["market_city"].tolist()[0] == "city:1880252"
    assert found["market_city"].isna().tolist() == [False, True]


def test_an_ambiguous_name_is_split_and_said():
    table = texts(**{"Washington, United States": 200, "New York, NY": 300, "Chicago, IL": 100, "Seattle, WA": 60})
    analysis = analyze(table, settings=Settings(draws=100))
    washington = analysis.ranking.loc["metro:4140963"]
    assert 20 < washington["creators"] < 180
    assert washington["creators"] + washington["possible_creators"] == pytest.approx(200, abs=0.01)
    assert any("may be one of several" in notice.sentence for notice in analysis.findings.warnings)
    assert washington["class"] != "under-served" or washington["possible_creators"] == 0


def test_rows_of_many_creators_are_in_doubt_with_all_of_them():
    table = pd.DataFrame({"location": ["Washington, United States", "New York, NY"], "creators": [200, 30]})
    sentences = [notice.sentence for notice in analyze(table, settings=Settings(draws=100)).findings.warnings]
    assert any("may be one of several, counted in each by its probability (200)" in one for one in sentences)


def test_doubt_within_one_market_is_no_doubt():
    """Both meanings of "Georgia" cannot be one market, but a country holds every candidate in it."""
    table = texts(**{"Washington, United States": 50, "New York, NY": 20})
    assert ranking(table, level="country").loc["country:US", "possible_creators"] == 0


AUDIENCE_CASES = {
    "whole": {"location": "Lyon, France"},
    "two places": {"location": "Lyon / Paris"},
    "ten cities": {
        "location": "Lyon, France",
        "audience_cities": json.dumps(
            [
                {"name": f"{city}, France", "weight": 0.1}
                for city in "Lyon Paris Lille Nantes Nice Toulouse Bordeaux Rennes Reims Dijon".split()  # noqa: SIM905
            ]
        ),
    },
    "in doubt": {"location": "Washington, United States"},
}


@pytest.mark.parametrize("case", AUDIENCE_CASES)
def test_the_audience_of_a_creator_does_not_depend_on_how_it_is_shared_out(case):
    table = pd.DataFrame([{**AUDIENCE_CASES[case], "followers": FOLLOWERS}] * 40)
    assert _audience(table) == pytest.approx([FOLLOWERS] * 2, rel=1e-6)


def test_the_audience_of_counted_rows_is_that_of_one_creator():
    table = pd.DataFrame(
        {"city": ["Lyon", "Paris"], "country": "France", "creators": [300, 90], "followers": FOLLOWERS}
    )
    assert _audience(table) == pytest.approx([FOLLOWERS] * 2, rel=1e-6)


def _audience(table):
    settings, assumptions = Settings(), Assumptions()
    listing, _ = open_creators(table, settings)
    tally = aggregate_creators(
        to_pipeline_input(listing, settings), load_geography(listing.fields), settings, assumptions
    )
    means = typical_audience(tally.audiences, winsor=0.1, shrinkage=30, unknown=7)
    return [means[""], means.drop("").iloc[0]]


def test_those_who_name_only_their_region_lower_what_is_expected_in_it():
    """Half of California's creators name no city: its cities are not half empty for that."""
    rng = np.random.default_rng(5)
    markets = reference.load_markets("metro", min_population=15_000).query("country_code == 'US'")
    counts = rng.poisson(markets["internet_users"] / 20_000)
    named = np.repeat((markets["market"] + ", " + markets["region"]).to_numpy(), counts)
    coarse = (np.char.endswith(named.astype(str), ", California")) & (rng.random(len(named)) < 0.5)
    table = pd.DataFrame({"location": np.where(coarse, "California, USA", named)})
    judged = ranking(table).query("expected_creators > 20")
    here = judged["region"] == "California"
    assert judged.loc[here, "saturation"].median() == pytest.approx(judged.loc[~here, "saturation"].median(), abs=20)
    assert judged.loc[here, "saturation"].median() > 80


def test_an_audience_in_england_is_in_the_united_kingdom():
    audience = json.dumps([{"name": "England", "weight": 0.4}, {"name": "Brésil", "weight": 0.2}])
    table = pd.DataFrame([{"location": "Lyon, France", "audience_countries": audience}] * 10)
    held = ranking(table, level="country").groupby("country_code")["creators"].max()
    assert held[["FR", "GB", "BR"]].round(6).tolist() == [4.0, 4.0, 2.0]
