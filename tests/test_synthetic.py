from pathlib import Path

import pandas as pd
import pytest

from hinterland.assumptions import Assumptions
from hinterland.coverage import Coverage, FitShape, warn_about_fit
from hinterland.errors import UnknownNameError
from hinterland.reference import load_markets
from hinterland.saturation import fit_slope
from hinterland.synthetic import make_sample, plant_world
from hinterland.synthetic.accounts import KINDS
from hinterland.synthetic.sample import CROWDED, OPEN_METROS
from hinterland.validate import check_world

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


@pytest.fixture(scope="module")
def metros():
    return load_markets("metro", min_population=15_000)


def test_the_bundled_sample_is_what_its_generator_makes(metros):
    made, kept = make_sample(metros), pd.read_csv(SAMPLE / "creators.csv", dtype=str)
    assert list(made.creators.columns) == list(kept.columns)
    assert len(made.creators) == pytest.approx(len(kept), rel=0.02)
    planted = made.truth.index[made.truth["planted"] != "chance"]
    truth = pd.read_csv(SAMPLE / "truth.csv").set_index("market_id")
    assert (truth["planted"].reindex(planted) != "chance").mean() > 0.95


def test_the_sample_says_that_it_is_made_up_and_holds_no_double():
    creators = pd.read_csv(SAMPLE / "creators.csv", dtype=str)
    assert (creators["synthetic"] == "yes").all()
    assert creators["username"].is_unique
    assert 25_000 < len(creators) < 35_000


def test_planted_accounts_are_in_the_list_and_of_every_kind():
    creators, planted = (pd.read_csv(SAMPLE / name, dtype=str) for name in ("creators.csv", "planted_accounts.csv"))
    assert set(planted["username"]) <= set(creators["username"])
    assert set(planted["kind"]) == set(KINDS)
    assert 0.03 < len(planted) / len(creators) < 0.07


def test_crowded_and_open_metros_are_planted():
    truth = pd.read_csv(SAMPLE / "truth.csv").set_index("market_id")
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
    shape = FitShape(curve.beta, bends=False, likeness=0.0)
    notices = warn_about_fit(covered, cities, shape, assumptions=Assumptions())
    assert ("steep" in [notice.code for notice in notices]) == warned
