"""The descriptive indices: known answers, worlds counted by hand, laws."""

import inspect
import os
import subprocess
import sys
import warnings
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import libpysal
import numpy as np
import pandas as pd
import pytest
from esda.moran import Moran_Local
from esda.smoothing import Empirical_Bayes, assuncao_rate
from hypothesis import given
from hypothesis import strategies as st
from libpysal.graph import Graph, read_gal
from pandas.testing import assert_frame_equal, assert_series_equal
from pyogrio import read_dataframe

from hinterland import indices
from hinterland.indices import (
    DETAIL_INDICES,
    INDICES,
    QUADRANTS,
    SEGMENT_INDICES,
    brand_quadrant,
    effective_creators,
    empirical_bayes_rates,
    empirical_bayes_standardised,
    getis_ord_gi_star,
    gi_star,
    gini,
    global_moran,
    likeness,
    local_moran,
    moran,
    theil,
)
from hinterland.indices.permutations import conditional_p, draw, total_p
from hinterland.schemas import RANKING

SHARED = os.environ.get("HINTERLAND_SHARED")
needs_shared = pytest.mark.skipif(
    SHARED is None, reason="HINTERLAND_SHARED is unset: the known answers' data lie there"
)
HALF = 2**32
COUNTED = {**INDICES, **DETAIL_INDICES, **SEGMENT_INDICES}
DISTRICTS = [indices.getis_ord_gi_star, indices.local_moran]
TOLD = (indices.gini, indices.theil, indices.moran, indices.gi_star, brand_quadrant, *DISTRICTS)


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
    standardised = empirical_bayes_standardised(pd.Series([0.0, 4.0]), pd.Series([10.0, 10.0]))
    assert standardised.to_list() == pytest.approx([-1.0, 1.0])


def test_unevenness_counted_by_hand():
    # nine tenths of the creators are with half of the residents: the Lorenz curve goes through (.5, .1)
    two = table(creators=[9.0, 1.0], population=[50.0, 50.0])
    assert gini(two) == pytest.approx(0.4)
    assert theil(two) == pytest.approx(0.9 * np.log(1.8) + 0.1 * np.log(0.2))


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
    assert np.isnan(gini(nobody))
    assert np.isnan(theil(nobody))
    assert (COUNTED["empirical_bayes_per_100k"](nobody) == 0).all()
    assert empirical_bayes_standardised(nobody["creators"], nobody["population"]).isna().all()


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
def test_moran_of_north_carolina(sids):
    weights = read_gal(Path(SHARED) / "known_answers/eb_gi/sids2.gal")
    rates = empirical_bayes_standardised(sids["SID79"].astype(float), sids["BIR79"].astype(float))
    assert list(weights.unique_ids) == list(rates.index)
    found = moran(rates, weights)
    assert found.value == pytest.approx(0.16622343552567395, abs=1e-15)
    assert found.expected == pytest.approx(-1 / 99)
    assert found.z > 2.6
    assert found.p == pytest.approx(0.0079, abs=1e-4)


def toy():
    points = gpd.GeoSeries.from_xy([10, 20, 40, 15, 30, 30], [10, 10, 10, 20, 20, 30])
    return pd.Series([2, 3, 3.2, 5, 8, 7]), Graph.build_distance_band(points, 15.0, binary=True)


def test_gi_star_of_getis_and_ord():
    known = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert gi_star(*toy()).to_list() == pytest.approx(known, abs=5e-9)


def test_gi_star_keeps_its_sign_where_values_sum_to_less_than_nothing():
    values, weights = toy()
    assert gi_star(values - 10, weights).to_list() == pytest.approx(gi_star(values, weights).to_list())


@pytest.mark.parametrize(
    ("year", "known_gini", "known_theil"), [(1940, 0.35372371173452849, 0.20894344), (2000, 0.25811308, 0.10660832)]
)
def test_unevenness_of_mexico(year, known_gini, known_theil):
    incomes = pd.read_csv(libpysal.examples.get_path("mexico.csv"))[f"pcgdp{year}"].astype(float)
    states = pd.DataFrame({"creators": incomes, "population": 1.0})
    assert gini(states) == pytest.approx(known_gini, abs=1e-8)
    assert theil(states) == pytest.approx(known_theil, abs=1e-8)


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
    for measure in (gini, theil):
        assert measure(shuffled) == pytest.approx(measure(world), nan_ok=True, abs=1e-12)
    assert_frame_equal(world, before)


@given(worlds(), st.floats(0.1, 50))
def test_only_shares_count_in_quotients(world, factor):
    scaled = world.assign(creators=world["creators"] * factor, population=world["population"] / factor)
    scaled = scaled.assign(segment_creators=world["segment_creators"] * factor)
    for name in ("location_quotient", *SEGMENT_INDICES):
        assert_series_equal(COUNTED[name](scaled), COUNTED[name](world), obj=name)
    for measure in (gini, theil):
        assert measure(scaled) == pytest.approx(measure(world), nan_ok=True, abs=1e-12)


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
def test_unevenness_stays_in_its_bounds(world):
    if world["creators"].sum():
        smallest = world["population"].min() / world["population"].sum()
        assert -1e-12 <= gini(world) <= 1 - smallest + 1e-12
        assert -1e-12 <= theil(world) <= -np.log(smallest) + 1e-12


@given(worlds())
def test_cutting_a_market_in_equal_halves_changes_no_unevenness(world):
    halves = pd.concat([world / 2, world.rename(index=str.upper) / 2])
    for measure in (gini, theil):
        assert measure(halves) == pytest.approx(measure(world), nan_ok=True, abs=1e-9)


@given(worlds())
def test_one_more_creator_where_there_are_fewest_per_head_evens_out(world):
    per_head = world["creators"] / world["population"]
    poorest, richest = per_head.idxmin(), per_head.idxmax()
    if per_head[richest] * world.loc[poorest, "population"] >= world.loc[poorest, "creators"] + 2:
        moved = world.copy()
        moved.loc[[poorest, richest], "creators"] += [1e-3, -1e-3]
        assert theil(moved) < theil(world)
        assert gini(moved) <= gini(world) + 1e-12


@given(worlds())
def test_smoothed_rates_lie_between_the_rate_and_the_mean(world):
    rate, mean = world["creators"] / world["population"], world["creators"].sum() / world["population"].sum()
    smoothed = empirical_bayes_rates(world["creators"], world["population"])
    assert (smoothed <= np.maximum(rate, mean) + 1e-15).all()
    assert (smoothed >= np.minimum(rate, mean) - 1e-15).all()


@given(worlds())
def test_empirical_bayes_is_esdas_where_rates_differ_beyond_chance(world):
    events, population = world["creators"], world["population"]
    smoothed = empirical_bayes_rates(events, population)
    # elsewhere esda goes on with a negative variance
    if smoothed.std() > 1e-9 * smoothed.mean():
        assert smoothed.to_list() == pytest.approx(Empirical_Bayes(events, population).r.ravel())
        ours = empirical_bayes_standardised(events, population)
        assert ours.to_list() == pytest.approx(assuncao_rate(events, population).to_list())


# ---- neighbours


def grid(side=12, centre=0.0, rate=lambda east, north: 0 * east, seed=0):  # noqa: ARG005 - flat unless said
    """A square of cities one degree apart; `rate` is the logarithm of creators per expected one."""
    rng = np.random.default_rng(seed)
    east, north = (axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    population = rng.uniform(50_000, 500_000, side**2)
    jitter = rng.uniform(-0.1, 0.1, (2, side**2))
    return table(
        creators=rng.poisson(population / 10_000 * np.exp(rate(east, north))).astype(float),
        population=population,
        longitude=(east + centre + jitter[0] + 180) % 360 - 180,
        latitude=north - side / 2 + jitter[1],
    )


def corner(east, north):
    return np.where((east < 4) & (north < 4), -1.5, 0.0)


def test_a_planted_cold_corner_is_found_and_nothing_else():
    world = grid(rate=corner)
    inside = np.tile(np.arange(12) < 4, 12) & np.repeat(np.arange(12) < 4, 12)
    spots, alike = getis_ord_gi_star(world), local_moran(world)
    assert (spots.loc[inside, "spot"] == "cold").mean() > 0.7
    assert (alike.loc[inside, "cluster"] == "low among low").mean() > 0.6
    far = np.tile(np.arange(12) > 5, 12) | np.repeat(np.arange(12) > 5, 12)
    assert (spots.loc[far, "spot"] != "").mean() < 0.03
    assert (alike.loc[far, "cluster"] != "").mean() < 0.03


def test_a_gap_in_a_rich_region_is_told_from_a_poor_region():
    world = grid(rate=lambda east, north: np.where((east < 4) & (north < 4), 1.5, 0.0))
    world.iloc[13, world.columns.get_loc("creators")] = 0.0
    judged = local_moran(world).iloc[13]
    assert judged["cluster"] == "low among high"
    assert judged["local_moran"] < 0


def test_without_clusters_hardly_any_run_names_one():
    named = [(getis_ord_gi_star(grid(seed=seed))["spot"] != "").any() for seed in range(30)]
    assert np.mean(named) <= 0.2


def test_adjusted_p_is_never_below_p_and_grows_with_it():
    judged = local_moran(grid(rate=corner)).sort_values("local_moran_p")
    assert (judged["local_moran_q"] >= judged["local_moran_p"]).all()
    assert judged["local_moran_q"].is_monotonic_increasing
    assert judged["local_moran_p"].between(1e-5, 1).all()


@pytest.mark.parametrize("find", DISTRICTS)
def test_row_order_and_repetition_change_no_byte(find):
    world = grid(rate=corner)
    before = world.copy()
    found = find(world)
    assert_frame_equal(find(world), found, check_exact=True)
    assert_frame_equal(find(world.sample(frac=1, random_state=3)).loc[world.index], found, check_exact=True)
    assert_frame_equal(world, before)


@pytest.mark.parametrize("find", DISTRICTS)
def test_the_process_is_left_as_it_was(find):
    state, filters = np.random.get_state()[1].copy(), list(warnings.filters)  # noqa: NPY002 - the state to keep
    find(grid(side=6))
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    assert warnings.filters == filters


@pytest.mark.parametrize("find", DISTRICTS)
def test_neighbours_are_found_across_the_date_line(find):
    assert_frame_equal(find(grid(rate=corner, centre=175.0)), find(grid(rate=corner)), rtol=1e-6)


@pytest.mark.parametrize("find", DISTRICTS)
def test_markets_on_one_spot_are_neighbours_of_each_other(find):
    world = grid(side=6)
    world.loc[world.index[:12], ["longitude", "latitude"]] = 0.0
    assert find(world).notna().all(axis=None)


@pytest.mark.parametrize("find", DISTRICTS)
@pytest.mark.parametrize("world", [grid(side=3), grid(side=6).assign(creators=0.0)], ids=["nine markets", "no creator"])
def test_too_little_to_tell_is_told_as_nothing(find, world):
    judged = find(world)
    assert judged.index.equals(world.index)
    assert judged.iloc[:, :3].isna().all(axis=None)
    assert (judged.iloc[:, 3] == "").all()
    rates = empirical_bayes_standardised(world["creators"], world["population"])
    assert np.isnan(global_moran(rates, world)).all()


def test_global_moran_knows_a_gradient_from_noise():
    world = grid()
    slope = pd.Series(world["longitude"] + world["latitude"])
    assert global_moran(slope, world).value > 0.8
    assert likeness(slope, world) == pytest.approx(global_moran(slope, world).value)
    noise = pd.Series(np.random.default_rng(1).normal(size=len(world)), world.index)
    assert abs(global_moran(noise, world).z) < 3
    assert likeness(noise, world) == pytest.approx(global_moran(noise, world).value)
    assert global_moran(noise.sample(frac=1, random_state=2), world) == global_moran(noise, world)
    assert global_moran(slope * 3 + 5, world) == pytest.approx(global_moran(slope, world))
    some = slope.where(world["latitude"] > -3)
    kept = some.dropna()
    assert global_moran(some, world) == global_moran(kept, world.loc[kept.index])


# ---- p-values


def test_draws_hold_different_rows_and_every_choice_is_as_likely():
    drawn = draw(5, 3, seed=1, draws=60_000)
    assert len({tuple(row) for row in drawn.tolist()}) == 60
    _, times = np.unique(drawn @ [25, 5, 1], return_counts=True)
    assert np.abs(times - 1_000).max() < 5 * np.sqrt(1_000)


def test_p_is_that_of_counting_every_choice():
    values = np.array([0.1, -1.3, 2.4, 0.7, -0.2, 3.1, -0.9])
    drawn = draw(7, 3, seed=2)
    for row, value in enumerate(values):
        others = np.delete(values, row)
        sums = np.array([sum(pair) for pair in combinations(others, 2)])
        observed = np.full(7, sums.max() - 0.8)
        exact = min(1.0, 2 * min((sums <= observed[0]).mean(), (sums >= observed[0]).mean()))
        assert conditional_p(values, observed, drawn)[row] == pytest.approx(exact, abs=0.01), value
    sums = np.array([sum(three) for three in combinations(values, 3)])
    exact = 2 * np.array([(sums >= 5.0).mean(), (sums <= -1.0).mean()])
    assert total_p(values, np.array([5.0, -1.0]), drawn) == pytest.approx(exact, abs=0.01)


def test_ties_count_on_both_sides():
    values = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 7.3])
    assert total_p(values, np.array([0.1 + 0.1 + 0.1]), draw(7, 3, seed=0))[0] == pytest.approx(1.0)


def test_p_of_local_moran_is_esdas():
    world = grid(rate=corner).sort_index()
    values = empirical_bayes_standardised(world["creators"], world["population"]).to_numpy()
    near = np.argsort(np.abs(values[:, None] - np.roll(values, 5)), axis=1)
    near = np.array([row[row != place][:8] for place, row in enumerate(near)])
    weights = Graph.from_arrays(np.repeat(np.arange(len(near)), 8), near.ravel(), np.ones(near.size))
    state = np.random.get_state()  # noqa: NPY002 - esda draws from it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = Moran_Local(values, weights, permutations=9_999, seed=1).p_sim * 2
    np.random.set_state(state)  # noqa: NPY002
    ours = conditional_p(values, values[near].sum(axis=1), draw(len(values), 9, seed=0))
    assert ours == pytest.approx(np.minimum(1, theirs), abs=0.03)


# ---- the family


def test_the_ranking_holds_the_indices_it_promises():
    assert set(INDICES) <= set(RANKING.columns)
    assert not set(DETAIL_INDICES) & set(RANKING.columns)


@pytest.mark.parametrize("index", [*COUNTED.values(), *TOLD], ids=lambda index: index.__name__)
def test_every_index_says_formula_unit_direction_and_source(index):
    for word in ("Formula:", "Unit:", "High:", "Source:"):
        assert f"\n{word} " in inspect.getdoc(index), word


def test_importing_the_indices_imports_nothing_heavy():
    heavy = "esda", "libpysal", "scipy", "sklearn", "geopandas", "matplotlib"
    asked = f"import sys, hinterland.indices; print([name for name in {heavy!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
