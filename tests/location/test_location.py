"""Where creators and their audiences are, in a world of three cities."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import world
from hinterland.config import Assumptions
from hinterland.location import Locator
from hinterland.schemas import MILLIONTHS
from hinterland.vetting import vet
from lists import creators

GEOGRAPHY = world.geography()
NAMES = ["Abbeville", "Brookton", "Caverley", "Nowhereville"]
COUNTRIES = ["Aland Republic", "Borduria", "Atlantis"]


def split(**weights):
    return json.dumps([{"name": name.replace("_", " "), "weight": weight} for name, weight in weights.items()])


def shares(frame, level="city_market"):
    located = Locator(GEOGRAPHY, Assumptions()).locate(vet(frame))
    return located.groupby(level, dropna=False)["creators_millionths"].sum() / MILLIONTHS


def test_an_audience_goes_where_the_list_says_and_the_rest_stays_at_home():
    row = {"city": "Abbeville", "audience_cities": split(Brookton=0.2, Caverley=0.3)}
    assert shares(creators(row)).to_dict() == {"city:1": 0.5, "city:2": 0.2, "city:3": 0.3}


def test_a_country_keeps_what_its_cities_leave():
    row = {
        "city": "Abbeville",
        "audience_cities": split(Caverley=0.3),
        "audience_countries": split(Borduria=0.5, Aland_Republic=0.4),
    }
    by_country = shares(creators(row), "country_market")
    assert by_country.to_dict() == {"country:AA": 0.5, "country:BB": 0.5}
    assert shares(creators(row))["city:3"] == 0.3


def test_a_home_by_coordinates_and_a_home_in_two_places_split_the_rest():
    spot = {"longitude": 0.5, "latitude": 0.5, "audience_cities": split(Caverley=0.4)}
    assert shares(creators(spot)).to_dict() == {"city:1": 0.6, "city:3": 0.4}
    two = {"location": "Abbeville / Brookton", "audience_cities": split(Caverley=0.4)}
    assert shares(creators(two)).to_dict() == {"city:1": 0.3, "city:2": 0.3, "city:3": 0.4}


def test_nobody_is_nowhere_whose_audience_is_somewhere():
    row = {"location": "the internet", "audience_cities": split(Caverley=0.4)}
    located = Locator(GEOGRAPHY, Assumptions()).locate(vet(creators(row)))
    assert set(located["found_by"]) == {"columns"}
    assert located.loc[located["city_market"] == "city:3", "creators_millionths"].tolist() == [400_000]


weights = st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1), max_size=4)
homes = st.sampled_from([{"city": "Brookton"}, {"country": "Borduria"}, {"location": "Abbeville / Caverley"}, {}])


@settings(max_examples=60)
@given(st.lists(st.tuples(homes, weights, st.sampled_from([1.0, 3.0]), st.integers(0, 10**9)), min_size=1, max_size=6))
def test_shares_add_up_to_the_creators_exactly(cells):
    rows = [
        {**home, "audience_cities": split(**parts) if parts else None, "creators": number, "followers": float(audience)}
        for home, parts, number, audience in cells
    ]
    located = Locator(GEOGRAPHY, Assumptions()).locate(vet(creators(*rows)))
    summed = located.groupby("creator_id")[["creators_millionths", "audience"]].sum()
    assert summed["creators_millionths"].tolist() == [int(row["creators"] * MILLIONTHS) for row in rows]
    assert summed["audience"].to_numpy() == pytest.approx([row["followers"] * row["creators"] for row in rows])
    assert located.groupby("creator_id")["found_by"].nunique().eq(1).all()
