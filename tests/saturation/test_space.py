"""Audiences that spill over: nobody is lost, nobody crosses a border, and the nearer and larger get more."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitted import fit_saturation
from hinterland.config import Assumptions, Settings
from hinterland.saturation.space import spread

WAYS = ["huff", "e2sfca"]
ASSUMED = Assumptions()


def on_a_line(kilometres, people, countries):
    """Markets along the equator."""
    index = pd.Index([f"city:{number:02d}" for number in range(len(kilometres))], name="market_id")
    degrees = np.array(kilometres) / (6371.0088 * np.pi / 180)
    return pd.DataFrame(
        {"longitude": degrees, "latitude": 0.0, "internet_users": people, "country_code": countries, "level": "city"},
        index=index,
    )


def test_huff_counted_by_hand():
    markets = on_a_line([0, 10, 20, 500], [100.0, 300.0, 100.0, 900.0], ["AA"] * 4)
    nano = pd.DataFrame({"nano": [8.0, 0, 0, 0]}, index=markets.index)
    arrived, inflow = spread(nano, markets, "huff", ASSUMED)
    # pulls at 0, 10 and 20 km are 1, 1/4 and 1/9; 500 km is too far
    pull = np.array([100, 300 / 4, 100 / 9, 0])
    assert arrived == pytest.approx(8 * pull / pull.sum())
    assert inflow.toarray()[:, 0] == pytest.approx(pull / pull.sum())


def test_bands_counted_by_hand():
    markets = on_a_line([0, 15, 25, 31], [100.0, 100.0, 100.0, 100.0], ["AA"] * 4)
    nano = pd.DataFrame({"nano": [10.0, 0, 0, 0]}, index=markets.index)
    arrived, _ = spread(nano, markets, "e2sfca", ASSUMED)
    # a catchment of 30 km in three bands
    assert arrived == pytest.approx(10 * np.array([1, 0.68, 0.22, 0]) / 1.9)


worlds = st.lists(
    st.tuples(
        st.floats(0, 400), st.floats(1e3, 1e7), st.sampled_from(["AA", "BB"]), st.integers(0, 40), st.integers(0, 9)
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60)
@given(worlds, st.sampled_from(WAYS))
def test_nobody_is_lost_and_nobody_crosses_a_border(cells, how):
    kilometres, people, countries, nano, mega = zip(*cells, strict=True)
    markets = on_a_line(kilometres, people, countries)
    by_tier = pd.DataFrame({"nano": nano, "mega": mega}, index=markets.index).astype(float)
    if not by_tier.to_numpy().sum():
        by_tier.iloc[0, 0] = 1.0
    arrived, inflow = spread(by_tier, markets, how, ASSUMED)
    home = by_tier.sum(axis="columns").groupby(markets["country_code"]).sum()
    there = pd.Series(arrived, markets.index).groupby(markets["country_code"]).sum()
    assert there.to_numpy() == pytest.approx(home.to_numpy())
    assert inflow.sum(axis=0) == pytest.approx(np.ones(len(markets)))
    assert (arrived >= 0).all()


@pytest.mark.parametrize("how", WAYS)
def test_the_larger_a_creator_the_farther_the_audience(how):
    markets = on_a_line([0, 25], [100.0, 100.0], ["AA", "AA"])
    away = [
        spread(pd.DataFrame({tier: [1.0, 0.0]}, index=markets.index), markets, how, ASSUMED)[0][1]
        for tier in ("nano", "micro", "mid", "macro", "mega")
    ]
    assert away == sorted(away)
    assert away[0] < away[-1]


def planted(seed, markets=3_000):
    rng = np.random.default_rng(seed)
    index = pd.Index([f"city:{number:05d}" for number in range(markets)], name="market_id")
    people = np.minimum(15_000 * (1 + rng.pareto(1.1, markets)), 2e7)
    places = pd.DataFrame(
        {
            "longitude": rng.uniform(0, 10, markets),
            "latitude": rng.uniform(40, 50, markets),
            "internet_users": people,
            "level": "city",
            "country_code": rng.choice(["AA", "BB", "CC", "DD"], markets),
        },
        index=index,
    )
    expected = people**1.1 * 20_000 / (people**1.1).sum()
    theta = rng.gamma(3, 1 / 3, markets)
    seen = pd.DataFrame({"micro": rng.poisson(expected * theta).astype(float)}, index=index)
    return places, expected, theta, seen


@pytest.mark.parametrize("how", WAYS)
def test_intervals_hold_the_truth_of_what_arrives(how):
    held = []
    for seed in range(3):
        places, expected, theta, seen = planted(seed)
        fitted = fit_saturation(seen, places, settings=Settings(spill_over=how, draws=300), assumptions=ASSUMED)
        table = fitted.benchmarks["national"].table
        _, inflow = spread(seen, places, how, ASSUMED)
        truth = 100 * (inflow @ (expected * theta)) / (inflow @ expected)
        held.append(np.mean((table["saturation_low"] <= truth) & (truth <= table["saturation_high"])))
        assert table["creators"].sum() == pytest.approx(seen.to_numpy().sum())
        assert table["expected_creators"].sum() == pytest.approx(fitted.curve.expected(_homes(places, seen)).sum())
    assert np.mean(held) >= 0.86


def _homes(places, seen):
    from hinterland.saturation.fit import _sample  # noqa: PLC0415 - the sample the curve was fitted on

    return _sample(seen.sum(axis="columns"), places, 0, ())[0]


def test_without_spill_over_tiers_do_not_matter():
    places, _, _, seen = planted(1, 600)
    one = fit_saturation(seen["micro"], places, settings=Settings(draws=100), assumptions=ASSUMED)
    halves = pd.DataFrame({"nano": seen["micro"] / 2, "mega": seen["micro"] / 2})
    two = fit_saturation(halves, places, settings=Settings(draws=100), assumptions=ASSUMED)
    pd.testing.assert_frame_equal(one.benchmarks["national"].table, two.benchmarks["national"].table)


@pytest.mark.parametrize("how", WAYS)
def test_with_no_creator_at_all_what_is_expected_stays_at_home(how):
    markets = on_a_line([0, 10], [100.0, 300.0], ["AA", "AA"])
    arrived, inflow = spread(pd.DataFrame({"nano": [0.0, 0.0]}, index=markets.index), markets, how, ASSUMED)
    assert arrived.tolist() == [0, 0]
    assert inflow.toarray().tolist() == [[1, 0], [0, 1]]
