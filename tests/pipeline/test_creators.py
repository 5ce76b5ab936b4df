import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import world
from hinterland.config import Assumptions, Settings
from hinterland.errors import InputError
from hinterland.pipeline.creators import list_people
from hinterland.pipeline.run import run_stages
from hinterland.schemas import AUDIENCE_SHARES, OFFERS
from lists import creator_input, creators

GEOGRAPHY = world.geography()
PLACES = ("Abbeville", "Brookton", "Caverley", "Borduria", "???", "Abbeville / Caverley")


def listing(*tables, **more):
    return creator_input(*tables, **({"engaged": True} | more))


def people(*tables, level="city", **asked):
    return list_people(listing(*tables), GEOGRAPHY, Settings(**asked), Assumptions(), level=level)


def made(count, seed=0):
    rng = np.random.default_rng(seed)
    return creators(
        *(
            {
                "handle": f"h{rng.integers(count)}",
                "platform": "instagram",
                "location": str(rng.choice(PLACES)),
                "followers": float(rng.integers(500, 90_000)),
                "engagement_rate": float(np.exp(rng.normal(-3.5, 0.9))),
                "following": float(rng.integers(10, 5_000)),
                "fee": float(rng.integers(20, 900)) if rng.random() < 0.4 else None,
            }
            for _ in range(count)
        )
    )


def test_everyone_is_listed_once_with_an_offer_and_a_home():
    rows = [
        {"handle": "@Luna", "location": "Abbeville", "followers": 5e3},
        {"handle": "luna", "location": "Caverley", "followers": 6e3},
        {"handle": "kai", "location": "Abbeville / Caverley", "followers": 9e5},
        {"handle": "zoe", "location": "???"},
    ]
    found = people(creators(*rows))
    assert list(found.creators.index) == [1, 3, 4]
    assert found.creators["market_id"].fillna("-").to_list() == ["city:1", "city:1", "-"]
    assert found.shares["share"].to_dict() == {(1, "city:1"): 1, (3, "city:1"): 0.5, (3, "city:3"): 0.5}
    assert found.offers["offer_mode"].to_list() == ["trade", "fee", "trade"]
    OFFERS.check(found.offers)
    AUDIENCE_SHARES.check(found.shares)


def test_the_lists_own_split_of_an_audience_is_used_and_the_rest_stays_at_home():
    split = [
        {"name": "Brookton", "weight": 0.3},
        {"name": "Caverley", "weight": 0.2},
        {"name": "Atlantis", "weight": 0.4},
    ]
    rows = [{"location": "Abbeville", "audience_cities": json.dumps(split)}, {"location": "Abbeville"}]
    found = people(creators(*rows))
    split = {(1, "city:1"): 0.5, (1, "city:2"): 0.3, (1, "city:3"): 0.2, (2, "city:1"): 1}
    assert found.shares["share"].to_dict() == pytest.approx(split)
    countries = {(1, "country:AA"): 0.8, (1, "country:BB"): 0.2, (2, "country:AA"): 1}
    assert people(creators(*rows), level="country").shares["share"].to_dict() == pytest.approx(countries)


def test_counts_are_not_people():
    with pytest.raises(InputError, match="names none"):
        list_people(listing(made(3), aggregated=True), GEOGRAPHY, Settings(), Assumptions())


def test_only_the_segment_asked_for_is_listed():
    table = made(60)
    found = people(table, tier="micro")
    assert set(found.offers["tier"]) == {"micro"}
    with pytest.raises(InputError, match="no row"):
        people(table, platform="myspace")


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 59), max_size=3))
def test_any_split_into_parts_gives_the_same_people(seed, cuts):
    table = made(60, seed)
    edges = [0, *sorted(set(cuts)), len(table)]
    whole, parts = people(table), people(*(table.iloc[low:high] for low, high in pairwise(edges)))
    pd.testing.assert_frame_equal(whole.offers, parts.offers)
    pd.testing.assert_frame_equal(whole.shares, parts.shares)
    pd.testing.assert_frame_equal(whole.creators, parts.creators)


def ranked(table, **more):
    asked = Settings(level="city", draws=100, min_population=0)
    return run_stages(listing(table, **more), GEOGRAPHY, world.markets, settings=asked, assumptions=Assumptions())


def test_peers_discount_audiences_in_the_ranking_and_leave_creators_alone():
    table = made(400).assign(location="Abbeville", handle=[f"u{number}" for number in range(400)])
    table.loc[1, ["engagement_rate", "followers"]] = [1e-5, 80_000.0]
    with_peers, without = (ranked(table, engaged=engaged).rankings["national"] for engaged in (True, False))
    assert with_peers.loc["city:1", "audience"] < without.loc["city:1", "audience"]
    columns = ["creators", "expected_creators", "saturation"]
    pd.testing.assert_frame_equal(with_peers[columns], without[columns])


def test_a_list_without_signs_is_ranked_as_before():
    table = made(80).drop(columns=["engagement_rate", "following", "fee"])
    first, again = (ranked(table, engaged=engaged).rankings["national"] for engaged in (True, False))
    pd.testing.assert_frame_equal(first, again)
    assert first["audience"].sum() > 0
