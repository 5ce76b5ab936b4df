"""Hot and cold spots: none in worlds without clusters, found where one was planted."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from hinterland.config import Assumptions, Settings
from hinterland.indices import model_spots
from hinterland.reference import load_markets
from hinterland.saturation import fit_saturation
from hinterland.synthetic import plant_world

SAMENESS = 3.0
SIDE = 30


def grid(found, expected=4.0):
    """Lay markets out a degree apart."""
    east, north = (axis.ravel().astype(float) for axis in np.meshgrid(np.arange(SIDE), np.arange(SIDE)))
    names = pd.Index([f"m{number:03}" for number in range(SIDE**2)], name="market_id")
    return pd.DataFrame(
        {"longitude": east, "latitude": north - SIDE / 2, "creators": found, "expected_creators": expected}, names
    )


def chance(seed, factor=1.0):
    rng = np.random.default_rng(seed)
    return rng.poisson(4.0 * factor * rng.gamma(SAMENESS, 1 / SAMENESS, SIDE**2)).astype(float)


def block():
    inside = np.zeros((SIDE, SIDE), bool)
    inside[10:16, 10:16] = True
    return inside.ravel()


@pytest.mark.parametrize(("factor", "name"), [(3.0, "hot"), (0.1, "cold")])
def test_a_planted_cluster_is_found_and_little_else(factor, name):
    inside = block()
    spots = model_spots(grid(chance(1, np.where(inside, factor, 1.0))), SAMENESS)["spot"]
    assert (spots[inside] == name).mean() > 0.5
    around = model_spots(grid(np.where(inside, 100.0, 0.0) + chance(1)), SAMENESS)["spot"] == "hot"
    assert (spots[~inside & ~around.to_numpy()] != "").sum() <= 3


def test_worlds_without_clusters_hold_the_promised_share():
    called = [(model_spots(grid(chance(seed)), SAMENESS)["spot"] != "").any() for seed in range(60)]
    # without any cluster every call is false: one world in ten may hold one, give or take three deviations
    assert sum(called) <= 6 + 3 * (60 * 0.1 * 0.9) ** 0.5


@pytest.mark.parametrize("total", [12_000, 60_000])
def test_fitted_worlds_over_the_bundled_metros_hold_hardly_any(total):
    markets = load_markets("metro", min_population=15_000).sort_index()
    found = []
    for seed in (1, 2):
        world = plant_world(markets, "plain", seed=seed)
        rng, expected = np.random.default_rng(seed), world.expected.loc[markets.index]
        theta = rng.gamma(world.scenario.k, 1 / world.scenario.k, len(markets))
        creators = pd.Series(rng.poisson(theta * expected * total / expected.sum()).astype(float), markets.index)
        fitted = fit_saturation(creators, markets, settings=Settings(seed=seed, draws=100), assumptions=Assumptions())
        judged = fitted.benchmarks["national"].table[["creators", "expected_creators"]]
        spots = model_spots(markets.join(judged), fitted.curve.k)["spot"]
        found.append(spots.value_counts().reindex(["hot", "cold"], fill_value=0))
    assert sum(found)["cold"] == 0
    assert sum(found)["hot"] <= 20


def test_the_p_is_that_of_equal_markets():
    found = chance(3)
    spots = model_spots(grid(found), SAMENESS, false_share=1.0)
    low = spots["neighbourhood_saturation"].idxmin()
    total, mean = spots.loc[low, "neighbourhood_saturation"] * 36 / 100, 36.0
    # a sum of nine equal negative binomials is one of nine times their size
    size = 9 * SAMENESS
    p = 2 * nbinom.cdf(round(total), size, size / (size + mean))
    assert spots.loc[low, "spot_q"] == pytest.approx(min(1, p * SIDE**2), rel=0.5)


def test_order_does_not_matter_and_inputs_stay():
    markets = grid(chance(4))
    before = markets.copy()
    mixed = markets.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(model_spots(mixed, SAMENESS), model_spots(markets, SAMENESS).loc[mixed.index])
    pd.testing.assert_frame_equal(markets, before)


def test_nothing_is_said_of_lists_without_zeros_or_of_few_markets():
    for markets in (grid(chance(5) + 1), grid(chance(5)).head(9)):
        spots = model_spots(markets, SAMENESS)
        assert set(spots["spot"]) == {""}
        assert spots["spot_q"].isna().all()


def test_where_nobody_is_expected_there_is_no_spot():
    assert (model_spots(grid(0.0, expected=0.0), SAMENESS)["spot"] == "").all()
    inside = block()
    few = grid(np.where(inside, 0.0, chance(1, 1.0)), expected=np.where(inside, 1e-200, 4.0))
    spots = model_spots(few, SAMENESS)
    assert (spots["spot"][inside] == "").all()
    assert spots["spot_q"][~inside].notna().all()
