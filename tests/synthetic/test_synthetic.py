import json
import re

import numpy as np
import pandas as pd
import pytest

from hinterland.config import Assumptions
from hinterland.coverage import Coverage, FitShape, warn_about_fit
from hinterland.errors import UnknownNameError
from hinterland.geo import on_sphere
from hinterland.reference import load_markets
from hinterland.saturation import fit_slope
from hinterland.simulation_study import check_world, check_worlds, show, show_worlds
from hinterland.synthetic import make_sample, plant_world
from hinterland.synthetic.sample import CROWDED, KINDS, OPEN_METROS
from paths import SAMPLE


@pytest.fixture(scope="module")
def metros():
    return load_markets("metro", min_population=15_000)


def test_the_bundled_sample_is_what_its_generator_makes(metros):
    made, kept = make_sample(metros), pd.read_csv(SAMPLE, dtype=str)
    assert list(made.creators.columns) == list(kept.columns)
    assert len(made.creators) == pytest.approx(len(kept), rel=0.02)
    planted = made.truth.index[made.truth["planted"] != "chance"]
    truth = pd.read_csv(SAMPLE.with_name("truth.csv")).set_index("market_id")
    assert (truth["planted"].reindex(planted) != "chance").mean() > 0.95


def test_the_sample_says_that_it_is_made_up_and_holds_no_double():
    creators = pd.read_csv(SAMPLE, dtype=str)
    assert (creators["synthetic"] == "yes").all()
    assert creators["username"].is_unique
    assert 25_000 < len(creators) < 35_000


def test_planted_accounts_are_in_the_list_and_of_every_kind():
    creators, planted = (
        pd.read_csv(SAMPLE.with_name(name), dtype=str) for name in ("creators.csv", "planted_accounts.csv")
    )
    assert set(planted["username"]) <= set(creators["username"])
    assert set(planted["kind"]) == set(KINDS)
    assert 0.03 < len(planted) / len(creators) < 0.07


def test_crowded_and_open_metros_are_planted():
    truth = pd.read_csv(SAMPLE.with_name("truth.csv")).set_index("market_id")
    assert truth["planted"].value_counts()["under-served"] == OPEN_METROS
    assert (truth.loc[list(CROWDED), "saturation"] == 3).all()


def test_a_world_is_decided_by_its_seed(metros):
    first, again, other = (plant_world(metros, "plain", seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_series_equal(first.creators, again.creators)
    assert not first.creators.equals(other.creators)


def test_unknown_worlds_are_named(metros):
    with pytest.raises(UnknownNameError, match="plain"):
        plant_world(metros, "flatland", seed=1)


def test_the_ranking_finds_what_was_planted():
    result = check_world("plain", seed=1)
    assert result["precision_model"] >= 0.9 * result["precision_oracle"]
    assert result["precision_model"] >= 2 * result["precision_per_head"]
    assert 0.86 <= result["coverage"] <= 0.95
    assert 0.86 <= result["coverage_decided"] <= 0.95
    assert abs(result["beta"] - result["beta_planted"]) < 3 * result["beta_se"]


@pytest.mark.parametrize(("scenario", "warned"), [("plain", False), ("big_cities", True)])
def test_a_list_that_finds_creators_in_big_cities_only_is_recognised(scenario, warned):
    cities = load_markets("city", min_population=15_000)
    world = plant_world(cities, scenario, seed=1)
    curve = fit_slope(world.creators, cities, assumptions=Assumptions())
    covered = Coverage(world.creators, 0, "worldwide")
    shape = FitShape(*curve.data_slope(Assumptions()), bends=False, likeness=0.0)
    notices = warn_about_fit(covered, cities, shape, assumptions=Assumptions())
    assert ("steep" in [notice.code for notice in notices]) == warned


@pytest.fixture(scope="module")
def cities():
    return load_markets("city", min_population=15_000)


@pytest.fixture(scope="module")
def few_cities(cities):
    return cities.loc[cities["country_code"].isin(["ES", "DE", "IT", "PL"])]


def test_regional_saturations_are_alike_nearby_and_unlike_far_away(cities):
    # a few hundred regions, so a single world may well be off
    worlds = [plant_world(cities, "regional", seed=seed) for seed in range(6)]
    theta, k = worlds[0].saturation, worlds[0].scenario.k
    assert np.mean([world.saturation.mean() for world in worlds]) == pytest.approx(1, abs=0.1)
    assert np.mean([world.saturation.var() for world in worlds]) == pytest.approx(1 / k, rel=0.3)
    spots = on_sphere(cities.loc[theta.index, "longitude"].to_numpy(), cities.loc[theta.index, "latitude"].to_numpy())
    level = np.log(theta.to_numpy())
    pairs = np.random.default_rng(0).integers(len(theta), size=(2, 1_000_000))
    distance = 6_371 * np.linalg.norm(spots[pairs[0]] - spots[pairs[1]], axis=1)
    for low, high, correlation in ((100, 150, 0.78), (240, 260, 0.37), (900, 1_100, 0.0)):
        near = (distance > low) & (distance < high)
        assert np.corrcoef(level[pairs[0][near]], level[pairs[1][near]])[0, 1] == pytest.approx(correlation, abs=0.12)


def test_lognormal_saturations_have_the_mean_and_variance_of_the_models_own_law(cities):
    theta = plant_world(cities, "lognormal", seed=1).saturation
    assert (theta.mean(), theta.var()) == pytest.approx((1, 1 / 3), rel=0.05)


def test_in_worlds_with_population_errors_the_list_follows_the_true_sizes(cities):
    world = plant_world(cities, "population_error", seed=1)
    error = np.log(world.markets["internet_users"] / cities["internet_users"])
    assert error.std() == pytest.approx(0.25, rel=0.03)
    residual = np.log(world.expected / world.country_factor) - 1.1 * np.log(cities["internet_users"])
    assert residual.std() == pytest.approx(0, abs=1e-9)
    assert (
        plant_world(cities, "plain", seed=1).markets["internet_users"] == cities["internet_users"].sort_index()
    ).all()


def test_country_slopes_spread_around_the_common_one(cities):
    world = plant_world(cities, "country_slopes", seed=1)
    size, level = np.log(cities["internet_users"].sort_index()), np.log(world.expected)
    slopes = [
        np.polyfit(size[rows], level[rows], 1)[0]
        for rows in size.groupby(cities["country_code"]).groups.values()
        if len(rows) > 2
    ]
    assert (np.mean(slopes), np.std(slopes)) == pytest.approx((1.1, 0.2), abs=0.05)


@pytest.mark.parametrize(("scenario", "markets", "prefix"), [("one_country", 200, "city:"), ("own_areas", 40, "own:")])
def test_worlds_of_few_markets(cities, scenario, markets, prefix):
    world = plant_world(cities, scenario, seed=1)
    assert len(world.markets) == markets
    assert world.markets.index.str.startswith(prefix).all()
    assert world.expected.sum() == pytest.approx(1_000)
    if scenario == "own_areas":
        assert world.markets["population"].sum() == cities.loc[cities["country_code"] == "ES", "population"].sum()


def test_a_detection_step_leaves_large_cities_as_they_are(cities):
    plain, step = (plant_world(cities, scenario, seed=1) for scenario in ("plain", "detection_step"))
    large = plain.markets["population"] >= 100_000
    assert (step.creators[large] == plain.creators[large]).all()
    assert step.creators[~large].sum() == pytest.approx(plain.creators[~large].sum() / 4, rel=0.1)


@pytest.mark.parametrize(("scenario", "share"), [("misplaced_10", 0.1), ("misplaced", 0.3)])
def test_misplaced_creators_stay_in_their_country(cities, scenario, share):
    plain, moved = (plant_world(cities, name, seed=1) for name in ("plain", scenario))
    country = plain.markets["country_code"]
    pd.testing.assert_series_equal(plain.creators.groupby(country).sum(), moved.creators.groupby(country).sum())
    gone = (plain.creators - moved.creators).clip(lower=0).sum() / plain.creators.sum()
    assert 0.4 * share < gone <= share, gone
    assert moved.placing["possible"].sum() == moved.placing["doubtful"].sum()
    assert moved.placing["possible"].sum() / plain.creators.sum() == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(("scenario", "named"), [("plain", False), ("misplaced_10", True), ("misplaced", True)])
def test_misplaced_creators_are_named_as_the_cause(cities, scenario, named):
    result = check_world(scenario, seed=1, markets=cities)
    assert ("misplaced" in [warning["code"] for warning in result["warnings"]]) is named
    assert result["called_wrongly"] <= 0.12


def test_a_world_of_chosen_cities_is_recognised_and_only_these_are_judged(cities):
    result = check_world("listed", seed=1, markets=cities)
    assert "chosen_cities" in [warning["code"] for warning in result["warnings"]]
    assert 100 < result["markets"] <= 400


def test_a_step_in_detection_is_named(cities):
    result = check_world("detection_step", seed=1, markets=cities)
    assert any(warning["code"].startswith("band_") for warning in result["warnings"])


def test_crowded_giants_are_counted(cities):
    result = check_world("giants", seed=1, markets=cities)
    assert result["giants_judged"] >= 0.9
    assert 0.5 < result["giants_called"] <= 1


def test_assumptions_reach_the_model(few_cities):
    narrow = check_world("creators_3000", markets=few_cities, assumptions=Assumptions(interval=0.5))
    assert narrow["coverage"] < 0.7 < check_world("creators_3000", markets=few_cities)["coverage"]


def test_several_seeds_give_the_mean_and_the_spread_of_single_ones(few_cities):
    result = check_worlds("creators_3000", seeds=range(2, 4), markets=few_cities)
    single = [check_world("creators_3000", seed=seed, markets=few_cities) for seed in (2, 3)]
    assert result["runs"] == single
    assert result["seeds"] == [2, 3]
    both = [run["coverage"] for run in single]
    assert (result["mean"]["coverage"], result["sd"]["coverage"]) == pytest.approx(
        (np.mean(both), np.std(both, ddof=1))
    )
    assert re.search(r"^seeds +2, 3$", show_worlds(result), re.MULTILINE)
    assert result["warnings"]["decidable"] == 2
    assert "warning in 2 of 2 worlds" in show_worlds(result)


def test_what_cannot_be_measured_is_missing_not_nan(few_cities):
    result = check_world("creators_500", markets=few_cities.iloc[-60:])
    assert result["cov30"] is None
    json.dumps(result, allow_nan=False)
    assert re.search(r"where 30 or more creators are expected +-$", show(result), re.MULTILINE)
