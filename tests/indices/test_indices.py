"""The descriptive indices: known answers, worlds counted by hand, laws."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal
from pyogrio import read_dataframe
from scipy.sparse import csr_array

from hinterland.indices import (
    DETAIL_INDICES,
    INDICES,
    QUADRANTS,
    SEGMENT_INDICES,
    brand_quadrant,
    effective_creators,
    empirical_bayes_rates,
    model_spots,
    morans_i,
    spatial_autocorrelation,
)
from hinterland.indices.hotspots import nearest_neighbours
from hinterland.schemas import RANKING

SHARED = os.environ.get("HINTERLAND_SHARED")
needs_shared = pytest.mark.skipif(
    SHARED is None, reason="HINTERLAND_SHARED is unset: the known answers' data lie there"
)
HALF = 2**32
COUNTED = {**INDICES, **DETAIL_INDICES, **SEGMENT_INDICES}
UNREGISTERED = (morans_i, spatial_autocorrelation, model_spots, brand_quadrant)


@pytest.fixture
def sids():
    return read_dataframe(Path(SHARED) / "known_answers/eb_gi/sids2.dbf", read_geometry=False).set_index("FIPSNO")


def table(**columns):
    size = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.Index([f"city:{row}" for row in range(size)], name="market_id"))


def by_hand():
    """Four markets: 10 creators among 1,000,000 residents; the first market's 300 followers are split 200 and 100."""
    return table(
        creators=[2.0, 3.0, 5.0, 0.0],
        segment_creators=[1.0, 0.0, 3.0, 0.0],
        population=[400_000.0, 300_000.0, 200_000.0, 100_000.0],
        internet_users=[300_000.0, 150_000.0, 200_000.0, 50_000.0],
        audience=[300.0, 900.0, 500_000.0, 0.0],
        audience_squares_high=[0, 0, 50_000_000_000 // HALF, 0],
        audience_squares_low=[50_000, 270_000, 50_000_000_000 % HALF, 0],
        audience_hhi=[50_000 / 9, 10_000 / 3, 2_000.0, np.nan],
        expected_creators=[4.0, 3.0, 2.0, 1.0],
    )


COUNTED_BY_HAND = {
    "creators_per_100k": [0.5, 1.0, 2.5, 0.0],
    "location_quotient": [0.5, 1.0, 2.5, 0.0],
    "audience_hhi": [50_000 / 9, 10_000 / 3, 2_000.0, np.nan],
    "effective_creators": [1.8, 3.0, 5.0, np.nan],
    "audience_per_resident": [0.00075, 0.003, 2.5, 0.0],
    "retail_saturation": [1_000.0, 500 / 3, 0.4, np.nan],
    "sami": [-np.log(2), 0.0, np.log(2.5), np.nan],
    "niche_location_quotient": [1.25, 0.0, 1.5, np.nan],
    "brand_development_index": [62.5, 0.0, 375.0, 0.0],
    "category_development_index": [50.0, 100.0, 250.0, 0.0],
    "brand_opportunity_index": [80.0, np.nan, 200 / 3, np.nan],
}


@pytest.mark.parametrize("name", COUNTED_BY_HAND)
def test_an_index_counted_by_hand(name):
    assert COUNTED[name](by_hand()).to_list() == pytest.approx(COUNTED_BY_HAND[name], nan_ok=True)


def test_empirical_bayes_counted_by_hand():
    # one creator in 10 and three in 10: mean .2, variance .01, chance explains .02, so nothing but chance is left
    chance = empirical_bayes_rates(pd.Series([1.0, 3.0]), pd.Series([10.0, 10.0]))
    assert chance.to_list() == pytest.approx([0.2, 0.2])
    # none and four: variance .04, chance .02, so half of each difference is kept
    kept = empirical_bayes_rates(pd.Series([0.0, 4.0]), pd.Series([10.0, 10.0]))
    assert kept.to_list() == pytest.approx([0.1, 0.3])


def test_the_quadrants_of_brand_and_category():
    four = table(creators=[40.0, 40.0, 10.0, 10.0], segment_creators=[4.0, 1.0, 4.0, 1.0], population=[25.0] * 4)
    assert tuple(brand_quadrant(four)) == QUADRANTS
    assert tuple(brand_quadrant(four.assign(segment_creators=0.0)).isna()) == (True,) * 4
    even = table(creators=[1.0, 1.0], segment_creators=[1.0, 1.0], population=[5.0, 5.0])
    assert set(brand_quadrant(even)) == {"defend"}


def test_without_any_creator_nothing_is_claimed():
    nobody = by_hand().assign(creators=0.0, segment_creators=0.0)
    for name in ("location_quotient", "niche_location_quotient", "brand_development_index", "sami"):
        assert COUNTED[name](nobody).isna().all(), name
    assert (COUNTED["empirical_bayes_per_100k"](nobody) == 0).all()


# ---- known answers


def test_toledo():
    share = table(population=[0.387, 99.613], segment_creators=[1.17, 98.83], creators=[0.72, 99.28])
    assert round(COUNTED["brand_development_index"](share).iloc[0]) == 302
    assert round(COUNTED["category_development_index"](share).iloc[0]) == 186


def test_hhi_of_four_firms():
    squares = 30**2 + 30**2 + 20**2 + 20**2
    firms = table(audience=[100.0], audience_squares_high=[0], audience_squares_low=[squares])
    assert INDICES["audience_hhi"](firms).iloc[0] == pytest.approx(2_600)
    assert effective_creators(firms.assign(audience_hhi=2_600.0)).iloc[0] == pytest.approx(10_000 / 2_600)


@needs_shared
def test_empirical_bayes_of_north_carolina(sids):
    rates = empirical_bayes_rates(sids["SID74"].astype(float), sids["BIR74"].astype(float))
    assert [f"{rate:.7f}" for rate in rates.head()] == ["0.0016973", "0.0017054", "0.0017731", "0.0020129", "0.0035349"]


@needs_shared
def test_morans_i_of_north_carolina(sids):
    lines = (Path(SHARED) / "known_answers/eb_gi/sids2.gal").read_text().splitlines()[1:]
    row = {int(line.split()[0]): number for number, line in enumerate(lines[::2])}
    assert list(row) == list(sids.index)
    neighbours = [[row[int(name)] for name in line.split()] for line in lines[1::2]]
    weights = csr_array((len(row), len(row))).tolil()
    for number, others in enumerate(neighbours):
        weights[number, others] = 1 / len(others)
    # standardised as Assuncao & Reis 1999, the rates whose I is published
    events, births = sids["SID79"].astype(float), sids["BIR79"].astype(float)
    mean = events.sum() / births.sum()
    between = (births * (events / births - mean) ** 2).sum() / births.sum() - mean / births.mean()
    rates = (events / births - mean) / np.sqrt(between + mean / births)
    assert morans_i(rates.to_numpy(), csr_array(weights)) == pytest.approx(0.16622343552567395, abs=1e-14)


def test_morans_i_of_a_chessboard_and_of_two_halves():
    ring = csr_array(np.roll(np.eye(8), 1, axis=0) + np.roll(np.eye(8), -1, axis=0))
    assert morans_i(np.tile([1.0, -1.0], 4), ring) == pytest.approx(-1)
    assert morans_i(np.repeat([1.0, -1.0], 4), ring) == pytest.approx(0.5)


# ---- laws

counts = st.integers(0, 500).map(float)
sizes = st.integers(1_000, 10_000_000).map(float)


@st.composite
def worlds(draw_from, least=2):
    size = draw_from(st.integers(least, 12))
    columns = {
        name: draw_from(st.lists(kind, min_size=size, max_size=size))
        for name, kind in {
            "creators": counts,
            "segment_creators": counts,
            "population": sizes,
            "internet_users": sizes,
            "audience": counts,
            "audience_hhi": st.floats(1, 10_000),
            "expected_creators": st.floats(0.01, 500),
        }.items()
    }
    world = table(**columns)
    squares = (world["audience"] ** 2).astype("int64")
    return world.assign(audience_squares_high=squares // HALF, audience_squares_low=squares % HALF)


@given(worlds(), st.randoms(use_true_random=False))
def test_row_order_never_matters_and_nothing_is_changed(world, random):
    before = world.copy()
    shuffled = world.loc[random.sample(list(world.index), len(world))]
    for name, index in COUNTED.items():
        found = index(world)
        assert_series_equal(index(shuffled).loc[world.index], found, obj=name)
        assert found.index.equals(world.index)
    assert_frame_equal(world, before)


@given(worlds(), st.floats(0.1, 50))
def test_only_shares_count_in_quotients(world, factor):
    scaled = world.assign(creators=world["creators"] * factor, population=world["population"] / factor)
    scaled = scaled.assign(segment_creators=world["segment_creators"] * factor)
    for name in ("location_quotient", *SEGMENT_INDICES):
        assert_series_equal(COUNTED[name](scaled), COUNTED[name](world), obj=name)


@given(worlds())
def test_quotients_average_to_one(world):
    quotient = COUNTED["location_quotient"](world)
    if world["creators"].sum():
        assert np.average(quotient, weights=world["population"]) == pytest.approx(1)


@given(worlds())
def test_the_segment_indices_are_one_another_in_other_words(world):
    brand, category, niche, chance = (
        COUNTED[name](world)
        for name in (
            "brand_development_index",
            "category_development_index",
            "niche_location_quotient",
            "brand_opportunity_index",
        )
    )
    assert not np.isinf(pd.concat([brand, category, niche, chance])).any()
    both = brand.gt(0) & category.gt(0)
    assert_series_equal(niche[both], (brand / category)[both], check_names=False)
    assert_series_equal(chance[both], 100 / niche[both], check_names=False)


@given(worlds())
def test_smoothed_rates_lie_between_the_rate_and_the_mean(world):
    rate, mean = world["creators"] / world["population"], world["creators"].sum() / world["population"].sum()
    smoothed = empirical_bayes_rates(world["creators"], world["population"])
    assert (smoothed <= np.maximum(rate, mean) + 1e-15).all()
    assert (smoothed >= np.minimum(rate, mean) - 1e-15).all()


# ---- neighbours


def grid(side=12, centre=0.0, seed=0):
    """A square of cities one degree apart."""
    rng = np.random.default_rng(seed)
    east, north = (axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    population = rng.uniform(50_000, 500_000, side**2)
    jitter = rng.uniform(-0.1, 0.1, (2, side**2))
    return table(
        creators=rng.poisson(population / 10_000).astype(float),
        population=population,
        longitude=(east + centre + jitter[0] + 180) % 360 - 180,
        latitude=north - side / 2 + jitter[1],
    )


def test_neighbours_are_the_same_across_the_date_line():
    np.testing.assert_array_equal(nearest_neighbours(grid(centre=175.0), 8), nearest_neighbours(grid(), 8))


def test_markets_on_one_spot_are_neighbours_of_each_other_and_none_of_itself():
    world = grid(side=6)
    world.loc[world.index[:12], ["longitude", "latitude"]] = 0.0
    near = nearest_neighbours(world, 8)
    assert near.shape == (36, 8)
    assert (near != np.arange(36)[:, None]).all()
    assert (near[:12] < 12).all()


@pytest.mark.parametrize("side", [3, 6], ids=["nine markets", "equal values"])
def test_too_little_to_tell_has_no_autocorrelation(side):
    world = grid(side=side)
    values = pd.Series(1.0, world.index) if side > 3 else world["creators"]
    assert np.isnan(spatial_autocorrelation(values, world))


def test_autocorrelation_tells_a_gradient_from_noise():
    world = grid()
    slope = pd.Series(world["longitude"] + world["latitude"])
    assert spatial_autocorrelation(slope, world) > 0.8
    assert spatial_autocorrelation(slope * 3 + 5, world) == pytest.approx(spatial_autocorrelation(slope, world))
    noise = pd.Series(np.random.default_rng(1).normal(size=len(world)), world.index)
    assert abs(spatial_autocorrelation(noise, world)) < 0.1
    shuffled = noise.sample(frac=1, random_state=2)
    assert spatial_autocorrelation(shuffled, world) == spatial_autocorrelation(noise, world)
    some = slope.where(world["latitude"] > -3)
    kept = some.dropna()
    assert spatial_autocorrelation(some, world) == spatial_autocorrelation(kept, world.loc[kept.index])


# ---- the family


def test_the_ranking_holds_the_indices_it_promises():
    assert set(INDICES) <= set(RANKING.columns)
    assert not set(DETAIL_INDICES) & set(RANKING.columns)


@pytest.mark.parametrize("index", [*COUNTED.values(), *UNREGISTERED], ids=lambda index: index.__name__)
def test_every_index_says_formula_unit_direction_and_source(index):
    for word in ("Formula:", "Unit:", "High:", "Source:"):
        assert f"\n{word} " in inspect.getdoc(index), word


def test_importing_the_indices_imports_nothing_heavy():
    heavy = "scipy", "geopandas", "matplotlib"
    asked = f"import sys, hinterland.indices; print([name for name in {heavy!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
