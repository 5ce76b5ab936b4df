"""Twenty seeds of every planted world: minutes, so only `make check-long` runs them."""

import numpy as np
import pandas as pd
import pytest

from hinterland.config import Assumptions, Settings
from hinterland.reference import load_markets
from hinterland.saturation import fit_saturation
from hinterland.simulation_study import check_world
from hinterland.synthetic import plant_world

SEEDS = range(20)
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def cities():
    return load_markets("city", min_population=15_000)


@pytest.mark.parametrize("scenario", ["plain", "flat", "steep", "sparse", "giants"])
def test_twenty_worlds(cities, scenario):
    runs = pd.DataFrame([check_world(scenario, seed=seed, markets=cities) for seed in SEEDS])
    means = runs.mean(numeric_only=True)
    within = (runs["beta"] - runs["beta_planted"]).abs() <= 3 * runs["beta_se"]
    print(scenario, means.round(3).to_dict(), "beta within 3 se", within.mean())  # noqa: T201 - the figures are the point
    assert means["precision_model"] >= 0.95 * means["precision_oracle"]
    assert within.mean() >= 0.95
    assert 0.86 <= means["coverage"] <= 0.95
    assert 0.86 <= means["coverage_decided"] <= 0.95
    assert 0.84 <= means["coverage_world"] <= 0.95
    assert 0.03 <= means["called_wrongly"] <= 0.12
    if scenario == "plain":
        assert means["precision_model"] >= 3 * means["precision_per_head"]


def test_no_signal_calls_next_to_nobody(cities):
    called = [check_world("nothing", seed=seed, markets=cities)["called"] for seed in SEEDS]
    assert np.mean(called) < 5


def test_lists_of_named_places_only(cities):
    errors = []
    for seed in range(5):
        world = plant_world(cities, "plain", seed=seed)
        named = world.creators[world.creators > 0]
        settings = Settings(seed=seed, draws=100)
        fitted = fit_saturation(named, cities, settings=settings, assumptions=Assumptions(), smallest=1)
        errors.append(fitted.curve.beta - world.scenario.beta)
    print("beta of listed-only worlds, errors:", np.round(errors, 3))  # noqa: T201 - the same
    assert np.abs(errors).max() < 0.1
