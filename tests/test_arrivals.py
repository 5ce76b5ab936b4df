"""Time: who came and left between two lists, and where newcomers are fewer than a place should have."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hinterland.arrivals import FASTER, FEW_ARRIVALS, SLOWER, count_turnover, judge_turnover, rate_arrivals
from hinterland.config import NO_CLEAR_DIFFERENCE, Assumptions, Settings
from hinterland.reference import load_markets
from hinterland.simulation_study import _fit
from hinterland.synthetic import plant_world

ASSUMPTIONS = Assumptions()
LEFT, CAME = 0.1, 0.12
SEEDS = range(10)


@pytest.fixture(scope="module")
def cities():
    return load_markets("city", min_population=ASSUMPTIONS.market_minimum)


def change(world, rng, pace):
    """Let a tenth of the creators leave, and others come at a pace of each market's own."""
    before = world.creators.to_numpy().astype(int)
    left, came = rng.binomial(before, LEFT), rng.poisson(CAME * before * pace)
    table = pd.DataFrame({"stayed": before - left, "came": came, "left": left}, world.creators.index)
    return table[table.sum(axis=1) > 0]


def test_creators_are_followed_from_one_list_to_the_other():
    before = pd.Series({1: "a", 2: "a", 3: "b", 4: "b"})
    after = pd.Series({1: "a", 3: "a", 5: "c"})
    table = count_turnover(before, after)
    assert table.to_dict("index") == {
        "a": {"stayed": 2, "came": 0, "left": 1},
        "b": {"stayed": 0, "came": 0, "left": 1},
        "c": {"stayed": 0, "came": 1, "left": 0},
    }


def test_no_market_is_called_where_nothing_changed(cities):
    for seed in SEEDS:
        world, rng = plant_world(cities, "plain", seed=seed), np.random.default_rng(seed + 100)
        judged = judge_turnover(change(world, rng, 1.0), assumptions=ASSUMPTIONS)
        assert (judged["pace"] == NO_CLEAR_DIFFERENCE).all()


def test_where_every_market_has_its_own_pace_few_are_called_and_none_wrongly(cities):
    calls, wrong = 0, 0
    for seed in SEEDS:
        world, rng = plant_world(cities, "plain", seed=seed), np.random.default_rng(seed + 100)
        pace = np.exp(rng.normal(0, 0.5, len(cities)))
        judged = judge_turnover(change(world, rng, pace), assumptions=ASSUMPTIONS)
        truth = pd.Series(pace, world.creators.index).reindex(judged.index)
        calls += int((judged["pace"] != NO_CLEAR_DIFFERENCE).sum())
        wrong += int(
            ((judged["pace"] == FASTER) & (truth < 1)).sum() + ((judged["pace"] == SLOWER) & (truth > 1)).sum()
        )
    assert calls <= 5 * len(SEEDS)
    assert wrong == 0


def test_pairs_find_more_than_twice_the_true_changes_that_intervals_do(cities):
    paired, apart, wrong = 0, 0, 0
    for seed in (0, 1):
        world, rng = plant_world(cities, "plain", seed=seed), np.random.default_rng(seed + 100)
        is_fast = rng.random(len(cities)) < 0.1
        turnover = change(world, rng, np.where(is_fast, 4.0, 1.0))
        judged = judge_turnover(turnover, assumptions=ASSUMPTIONS)
        fast = pd.Series(is_fast, world.creators.index).reindex(judged.index)
        paired += int(((judged["pace"] == FASTER) & fast).sum())
        wrong += int(((judged["pace"] == FASTER) & ~fast).sum() + (judged["pace"] == SLOWER).sum())
        after = (turnover["stayed"] + turnover["came"]).reindex(world.creators.index, fill_value=0).astype(float)
        tables = [
            _fit(replace(world, creators=creators), Settings(seed=seed), ASSUMPTIONS).saturation
            for creators in (world.creators, after)
        ]
        first, second = (saturation.benchmarks["national"].table for saturation in tables)
        risen = second["saturation_low"] > first["saturation_high"]
        apart += int((risen & pd.Series(is_fast, world.creators.index).reindex(risen.index)).sum())
    assert paired >= 2 * max(apart, 10)
    assert wrong <= 0.15 * paired


def test_slow_markets_are_found_where_raw_growth_finds_half(cities):
    worlds = [plant_world(cities, "plain", seed=seed) for seed in (0, 1)]
    engine, raw = [], []
    for seed, world in enumerate(worlds):
        rng = np.random.default_rng(seed + 100)
        pace = pd.Series(rng.gamma(3.0, 1 / 3.0, len(cities)), world.expected.index)
        came = pd.Series(rng.poisson(world.expected * pace).astype(float), world.expected.index)
        fitted = _fit(replace(world, creators=came), Settings(seed=seed), ASSUMPTIONS)
        saturation = fitted.saturation.benchmarks["national"].table
        table = rate_arrivals(saturation)
        slow = table[table["new_creators_pace"] == FEW_ARRIVALS].index
        surest = saturation.loc[slow, "p_underserved"].sort_values(ascending=False, kind="stable").index[:200]
        engine.append((pace[surest] < 0.5).mean())
        known = world.creators[world.creators >= 5].index
        growth = (came[known] / world.creators[known]).sample(frac=1, random_state=seed).sort_values(kind="stable")
        raw.append((pace[growth.index[:200]] < 0.5).mean())
    assert np.mean(engine) >= 0.75
    assert np.mean(raw) <= 0.6
