import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.stats import gamma, nbinom

from fitted import fit_saturation
from hinterland.config import Assumptions, Settings
from hinterland.saturation import SaturationBounds, classify, fit_model, judge_markets
from hinterland.saturation.likelihood import log_likelihood, slope, truncated_moments, usual_range
from hinterland.saturation.posterior import Chances, Odds
from hinterland.saturation.size_model import fit_curve
from hinterland.saturation.space import find_neighbours
from maximum_likelihood import nb_ml

COUNTRIES = 25


def somewhere(count):
    """Spread city markets over the sphere: who lies beside whom says nothing."""
    rng = np.random.default_rng(count)
    latitude = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    return {"level": "city", "longitude": rng.uniform(-180, 180, count), "latitude": latitude}


def planted(markets=4_000, creators=30_000, beta=1.1, seed=1):
    rng = np.random.default_rng(seed)
    people = np.minimum(15_000 * (1 + rng.pareto(1.1, markets)), 2e7)
    country = rng.integers(COUNTRIES, size=markets)
    expected = np.exp(rng.normal(0, 0.7, COUNTRIES))[country] * people**beta
    expected *= creators / expected.sum()
    theta = rng.gamma(3, 1 / 3, markets)
    index = pd.Index([f"city:{number:06d}" for number in range(markets)], name="market_id")
    table = pd.DataFrame(
        {"country_code": [f"C{code:02d}" for code in country], "internet_users": people, **somewhere(markets)},
        index=index,
    )
    truth = pd.DataFrame({"theta": theta, "expected": expected}, index=index)
    return table, pd.Series(rng.poisson(expected * theta).astype(float), index), truth


@pytest.mark.parametrize("smallest", [0, 1, 4])
@pytest.mark.parametrize(("expected", "k"), [(0.3, 0.8), (4.0, 3.0), (60.0, 12.0)])
def test_moments_are_those_of_the_listed_counts(expected, k, smallest):
    counts = np.arange(smallest, 5_000)
    mass = nbinom.pmf(counts, k, k / (k + expected))
    mass /= mass.sum()
    mean, variance = truncated_moments(np.array([expected]), k, smallest)
    assert mean[0] == pytest.approx(mass @ counts, rel=1e-9)
    assert variance[0] == pytest.approx(mass @ counts**2 - (mass @ counts) ** 2, rel=1e-6)


@settings(max_examples=60)
@given(
    count=st.integers(0, 60),
    ln_expected=st.floats(-3, 5),
    k=st.floats(0.3, 60),
    smallest=st.integers(0, 3),
)
def test_score_is_the_derivative_of_the_likelihood(count, ln_expected, k, smallest):
    seen, step = np.array([float(max(count, smallest))]), 1e-5
    at = [log_likelihood(seen, np.exp(np.array([ln_expected + shift])), k, smallest)[0] for shift in (-step, step)]
    score = slope(seen, np.exp(np.array([ln_expected])), k, smallest).score[0]
    assert score == pytest.approx((at[1] - at[0]) / (2 * step), rel=1e-3, abs=1e-3)


def test_planted_parameters_are_found_within_their_errors():
    misses = []
    for seed in range(4):
        table, seen, truth = planted(seed=seed)
        fitted = fit_saturation(seen, table, settings=Settings(seed=seed, draws=200), assumptions=Assumptions())
        curve = fitted.curve
        assert curve.converged
        misses.append((curve.beta - 1.1) / curve.beta_se)
        home = fitted.benchmarks["national"].table
        held = (100 * truth["theta"]).between(home["saturation_low"], home["saturation_high"])
        assert 0.84 <= held.mean() <= 0.95
        assert curve.k == pytest.approx(3, rel=0.2)
    assert np.abs(misses).max() < 3.5


def test_a_list_of_named_places_only_is_not_mistaken_for_a_flat_curve():
    table, seen, _ = planted(creators=6_000)
    named = seen[seen > 0]
    plain = fit_saturation(named, table, settings=Settings(draws=100), assumptions=Assumptions())
    cut = fit_saturation(named, table, settings=Settings(draws=100), assumptions=Assumptions(), smallest=1)
    assert plain.curve.beta < 0.9
    assert abs(cut.curve.beta - 1.1) < 3.5 * cut.curve.beta_se


def test_giants_do_not_bend_the_curve_that_judges_them():
    table, seen, truth = planted(markets=6_000, creators=60_000)
    giants = table["internet_users"].nlargest(30).index
    rng = np.random.default_rng(5)
    seen[giants] = rng.poisson(truth.loc[giants].prod(axis=1) * 2.5)
    fitted = fit_saturation(seen, table, settings=Settings(draws=100), assumptions=Assumptions())
    assert abs(fitted.curve.beta - 1.1) < 3 * fitted.curve.beta_se
    called = fitted.benchmarks["national"].table.loc[giants, "saturation"]
    assert called.median() == pytest.approx(250 * truth.loc[giants, "theta"].median(), rel=0.4)


def test_saturation_is_the_posterior_mean_and_monotone_in_creators():
    table, seen, _ = planted(markets=400, creators=2_000)
    exact, doubtful = (
        fit_saturation(
            seen,
            table,
            settings=Settings(draws=100),
            assumptions=Assumptions(population_error=error, dispersion_tilt_sd=0),
        )
        for error in (0, 0.25)
    )
    home, wary = (fitted.benchmarks["national"].table for fitted in (exact, doubtful))
    k = exact.curve.k
    by_formula = 100 * (k + home["creators"]) / (k + home["expected_creators"])
    np.testing.assert_allclose(home["saturation"], by_formula, rtol=1e-9)
    assert (home["saturation_low"] < home["saturation_high"]).all()
    # an odd market may be odd for its population: what is far from 100 comes closer, and is less sure
    far = home["saturation"].sub(100).abs() > 50
    assert (wary["saturation"].sub(100).abs() < home["saturation"].sub(100).abs())[far].all()
    large = home["expected_creators"] > 10
    width = [np.log(one["saturation_high"] / one["saturation_low"])[large].median() for one in (home, wary)]
    assert 1.1 * width[0] < width[1]
    assert exact.benchmarks["national"].table["class_if_exact"].equals(home["class"])


def test_row_order_does_not_matter_and_inputs_survive():
    table, seen, _ = planted(markets=500, creators=3_000)
    before = seen.copy(), table.copy()
    shuffled = seen.sample(frac=1, random_state=1)
    runs = [
        fit_saturation(counts, markets, settings=Settings(draws=100), assumptions=Assumptions())
        for counts, markets in ((seen, table), (shuffled, table.sample(frac=1, random_state=2)))
    ]
    for benchmark in ("national", "global"):
        pd.testing.assert_frame_equal(runs[0].benchmarks[benchmark].table, runs[1].benchmarks[benchmark].table)
        assert (runs[0].benchmarks[benchmark].draws == runs[1].benchmarks[benchmark].draws).all()
    pd.testing.assert_series_equal(seen, before[0])
    pd.testing.assert_frame_equal(table, before[1])


def test_a_list_without_signal_calls_nobody_and_says_so():
    table, _, _ = planted(markets=600)
    few = pd.Series(0.0, table.index)
    few.iloc[:4] = 1
    fitted = fit_saturation(few, table, settings=Settings(draws=100), assumptions=Assumptions())
    assert not fitted.curve.fitted
    assert set(fitted.benchmarks["national"].table["class"]) == {"insufficient data"}


def test_one_country_has_one_benchmark():
    table, seen, _ = planted(markets=300, creators=3_000)
    alone = table.assign(country_code="C0")
    fitted = fit_saturation(seen, alone, settings=Settings(draws=100), assumptions=Assumptions())
    home, world = (fitted.benchmarks[benchmark].table["saturation"] for benchmark in ("national", "global"))
    np.testing.assert_allclose(home, world)


@pytest.mark.parametrize("creators", [[1.0], [1.0, 1.0, 1.0], [40.0, 0.0], [1e-6, 1e-6], [0.5, 30.0, 2.0]])
@pytest.mark.parametrize("smallest", [0, 1])
def test_a_handful_of_creators_gives_finite_numbers(creators, smallest):
    index = pd.Index([f"city:{number}" for number in range(len(creators))], name="market_id")
    people = np.linspace(20_000, 9e6, len(creators))
    smallest = min(smallest, int(min(creators)))
    for codes in (["AA"] * len(creators), [f"C{number}" for number in range(len(creators))]):
        table = pd.DataFrame({"country_code": codes, "internet_users": people, **somewhere(len(people))}, index=index)
        seen = pd.Series(creators, index)
        fitted = fit_saturation(seen, table, settings=Settings(draws=100), assumptions=Assumptions(), smallest=smallest)
        for benchmark in fitted.benchmarks.values():
            assert np.isfinite(benchmark.table[["expected_creators", "saturation", "saturation_high"]]).all(axis=None)


def test_world_benchmark_multiplies_by_the_country_level():
    table, seen, _ = planted(markets=1_500, creators=20_000)
    fitted = fit_saturation(seen, table, settings=Settings(draws=100), assumptions=Assumptions(country_slope_sd=0))
    home, world = (fitted.benchmarks[benchmark].table for benchmark in ("national", "global"))
    ratio = world["saturation"] / home["saturation"]
    by_country = fitted.countries["level"].reindex(table["country_code"]) / 100
    np.testing.assert_allclose(ratio, by_country, rtol=1e-9)


def rich_and_poor(seed, strength):
    """Plant levels that follow income; a rich country is no typical country."""
    rng = np.random.default_rng(seed)
    markets, _, _ = planted(seed=seed)
    income = pd.Series(rng.normal(9, 1, COUNTRIES), [f"C{code:02d}" for code in range(COUNTRIES)])
    scores = (income - income.mean()) / income.std(ddof=0)
    own = pd.Series(rng.normal(0, 0.3, COUNTRIES), income.index)
    levels = markets["country_code"].map(np.exp(strength * scores + own))
    expected = levels * markets["internet_users"] ** 1.1
    expected *= 60_000 / expected.sum()
    counts = pd.Series(rng.poisson(expected * rng.gamma(3, 1 / 3, len(markets))).astype(float), markets.index)
    return markets.assign(income=markets["country_code"].map(income)), counts, own


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_planted_effect_of_income_is_found_and_taken_out_of_the_world_benchmark(seed):
    markets, counts, own = rich_and_poor(seed, 0.8)
    plain = fit_saturation(counts, markets, settings=Settings(), assumptions=Assumptions())
    told = fit_saturation(counts, markets, settings=Settings(covariates=("income",)), assumptions=Assumptions())
    times, low, high = told.curve.effect_ranges(Assumptions())[0]
    assert low < np.exp(0.8) < high
    assert low < times < high
    assert told.curve.sigma < 0.6 * plain.curve.sigma
    within = (100 * np.exp(own)).between(told.countries["level_low"], told.countries["level_high"])
    assert within.mean() >= 0.75
    home = told.benchmarks["national"].table["saturation"] / plain.benchmarks["national"].table["saturation"]
    assert np.log(home).abs().median() < 0.02


def test_income_that_says_nothing_changes_little():
    markets, counts, _ = rich_and_poor(5, 0.0)
    plain = fit_saturation(counts, markets, settings=Settings(), assumptions=Assumptions())
    told = fit_saturation(counts, markets, settings=Settings(covariates=("income",)), assumptions=Assumptions())
    _, low, high = told.curve.effect_ranges(Assumptions())[0]
    assert low < 1 < high
    assert np.allclose(plain.countries["level"], told.countries["level"], rtol=0.35)


def test_an_unknown_trait_counts_as_average():
    markets, counts, _ = rich_and_poor(5, 0.8)
    some = markets.assign(income=markets["income"].mask(markets["country_code"] == "C03"))
    told = fit_saturation(counts, some, settings=Settings(covariates=("income",)), assumptions=Assumptions())
    assert np.isfinite(told.countries).all(axis=None)


def test_as_many_traits_as_countries_leave_a_spread_of_levels_that_can_be_believed():
    markets, counts, _ = rich_and_poor(5, 0.8)
    three = markets[markets["country_code"].isin(("C00", "C01", "C02"))]
    traits = pd.DataFrame({"income": [9.0, 8.0, 10.5], "age": [30.0, 41.0, 35.0]}, ["C00", "C01", "C02"])
    three = three.assign(**{name: three["country_code"].map(traits[name]) for name in traits})
    assumptions, settings = Assumptions(), Settings(covariates=("income", "age"))
    model = fit_model(counts.reindex(three.index), three, settings=settings, assumptions=assumptions)
    without_last = fit_curve(model.sample.where(model.sample.country != 2), assumptions)
    assert without_last.sigma < 10
    assert np.isfinite(without_last.levels).all()


def classes_of(fewer, if_none, saturation, *, with_possible=None, without_doubtful=None, strict=None):
    middle, nothing = np.array(fewer), np.zeros(len(fewer))
    chances = Chances(
        fewer=middle,
        if_none=np.array(if_none),
        with_possible=middle if with_possible is None else np.array(with_possible[0]),
        without_doubtful=middle if without_doubtful is None else np.array(without_doubtful[0]),
    )
    wary = chances if strict is None else Chances(*(np.array(strict) for _ in chances))
    odds = Odds(nothing, nothing, np.zeros(len(fewer), dtype=bool), chances, chances, wary, chances)
    bounds = SaturationBounds(
        np.array(saturation if with_possible is None else with_possible[1], dtype=float),
        np.array(saturation if without_doubtful is None else without_doubtful[1], dtype=float),
    )
    return list(classify(bounds, odds, np.ones(len(fewer), dtype=bool), Assumptions()))


def test_a_call_that_creators_in_doubt_could_overturn_is_not_made():
    # both are called by the middle count; the first falls with all who may live there, the last without the doubtful
    fewer, saturation = [0.99, 0.99, 0.01, 0.01], [20, 20, 300, 300]
    called = classes_of(
        fewer,
        [0.99] * 4,
        saturation,
        with_possible=([0.5, 0.99, 0.01, 0.01], [95, 30, 300, 300]),
        without_doubtful=([0.99, 0.99, 0.02, 0.6], [20, 20, 200, 90]),
    )
    assert called == ["no clear difference", "under-served", "over-saturated", "no clear difference"]


def test_a_call_must_hold_with_and_without_errors_of_population():
    called = classes_of([0.99, 0.99, 0.01], [0.99] * 3, [20, 20, 300], strict=[0.99, 0.6, 0.01])
    assert called == ["under-served", "insufficient data", "over-saturated"]


def test_classes_counted_by_hand():
    # 1 - p: .01 .05 .15 .19 -> means .01 .03 .07 .10; the fifth (.30) is less than .80 sure
    fewer = [0.99, 0.95, 0.85, 0.81, 0.70, 0.02]
    saturation = [20, 40, 60, 90, 70, 300]
    expected = [
        "under-served",
        "under-served",
        "under-served",
        "no clear difference",
        "no clear difference",
        "over-saturated",
    ]
    assert classes_of(fewer, [0.99] * 6, saturation) == expected


def test_a_market_no_zero_could_condemn_is_undecided_unless_it_overflows():
    assert classes_of([0.6, 0.001], [0.7, 0.7], [80, 400]) == ["insufficient data", "over-saturated"]


@pytest.mark.parametrize(("k", "edge"), [(1, 2.00), (2, 2.74), (4, 3.75), (8, 5.15)])
def test_published_edges_of_evidence(k, edge):
    assert gamma.cdf(1, k, scale=1 / (k + edge)) == pytest.approx(0.95, abs=2e-3)


def known(name):
    folder = os.environ.get("HINTERLAND_SHARED")
    if folder is None:
        pytest.skip("HINTERLAND_SHARED does not say where the published data lie")
    return pd.read_csv(Path(folder) / "known_answers" / name)


def test_scottish_lip_cancer():
    areas = known("scottish_lip_cancer.csv")
    curve = nb_ml(areas["observed"], areas["expected"], slope=1.0)
    mean = np.exp(curve.levels[0])
    first = (curve.k + areas["observed"][0]) / (curve.k / mean + areas["expected"][0])
    assert [round(value, 4) for value in (curve.k, mean, first)] == [1.8795, 1.4221, 3.9974]


def test_patents_of_oecd_metros():
    metros = known("scaling_city_pop_y.csv").query("tag == 'oecd_patents'")
    curve = nb_ml(metros["y"].round(), metros["population"])
    assert [round(curve.beta, 4), round(curve.k, 4)] == [1.1604, 0.7705]


def test_where_nobody_is_expected_nobody_is_usual():
    low, high = usual_range(np.array([0.0, 1e-300, 1e-17, 1e-3, 50.0]), 3.0, (0.05, 0.95))
    np.testing.assert_array_equal(low, [0, 0, 0, 0, nbinom.ppf(0.05, 3, 3 / 53)])
    np.testing.assert_array_equal(high, [0, 0, 0, 0, nbinom.ppf(0.95, 3, 3 / 53)])


def test_neighbours_are_the_nearest_others_of_the_country():
    rng = np.random.default_rng(4)
    longitude, latitude, country = (
        rng.uniform(-180, 180, 300),
        rng.uniform(-80, 80, 300),
        np.repeat([0, 1, 2], [250, 49, 1]),
    )
    near = find_neighbours(longitude, latitude, country)
    for row in (0, 77, 260):
        others = np.flatnonzero((country == country[row]) & (np.arange(300) != row))
        start = (np.full(len(others), values[row]) for values in (longitude, latitude))
        km = Geod(ellps="sphere").inv(*start, longitude[others], latitude[others])[2] / 1_000
        order = np.argsort(km)[:40]
        assert set(near.rows[row][np.isfinite(near.km[row])]) == set(others[order])
        np.testing.assert_allclose(np.sort(near.km[row][np.isfinite(near.km[row])]), km[order], rtol=0.003)
    assert np.isinf(near.km[299]).all()  # alone in its country


def test_regional_structure_is_used_where_there_is_some_and_only_there():
    """Where half of each country is short of creators, its small markets are found that no count of theirs shows."""
    table, seen, truth = planted(markets=3_000, creators=20_000)
    rng = np.random.default_rng(3)
    east = pd.Series(rng.uniform(-4, 4, len(table)), table.index)
    # each country on a spot of its own, its western half short of creators
    table = table.assign(
        longitude=12.0 * pd.factorize(table["country_code"])[0] + east, latitude=rng.uniform(-4, 4, len(table))
    )
    due = truth["expected"] * truth["theta"] * np.where(east < 0, 0.35, 1.65)
    found, thin = pd.Series(rng.poisson(due).astype(float), table.index), east < 0
    plain, regional = (
        fit_model(counts, table, settings=Settings(draws=100), assumptions=Assumptions(population_error=0))
        for counts in (seen, found)
    )
    assert plain.neighbours is None
    assert regional.neighbours is not None
    judged = judge_markets(regional, settings=Settings(draws=100), assumptions=Assumptions(population_error=0))
    home = judged.benchmarks["national"].table
    k = regional.dispersion
    without = 100 * (k + home["creators"]) / (k + home["expected_creators"])
    small = thin & (home["expected_creators"] < 5)
    assert home.loc[small, "saturation"].median() < without[small].median() - 10
    # however thin its surroundings, a market too small to be called by its own count is not
    lone = home["expected_creators"] < 0.5
    assert not home.loc[lone, "class"].eq("under-served").any()


def test_countries_with_slopes_of_their_own_are_judged_by_them():
    table, _, truth = planted(markets=4_000, creators=60_000)
    own = pd.Series(np.random.default_rng(5).normal(0, 0.25, COUNTRIES), sorted(table["country_code"].unique()))
    tilt = np.exp(table["country_code"].map(own) * np.log(table["internet_users"] / 200_000))
    expected = truth["expected"] * tilt
    seen = pd.Series(np.random.default_rng(6).poisson(expected * truth["theta"]).astype(float), table.index)
    each, one = (
        fit_model(seen, table, settings=Settings(draws=100), assumptions=Assumptions(country_slope_sd=sd))
        for sd in (0.1, 0)
    )
    large = expected > 30
    error = [np.log(fitted.expected / expected)[large].abs().median() for fitted in (each, one)]
    assert error[0] < 0.6 * error[1]
    assert each.fit.curve.tilt_sd == pytest.approx(0.25, abs=0.1)
    assert np.corrcoef(each.fit.curve.tilts, own)[0, 1] > 0.8
    assert each.fit.curve.converged


def test_a_dispersion_that_grows_with_size_is_found():
    table, _, truth = planted(markets=6_000, creators=80_000)
    k = 2.0 * (table["internet_users"] / 100_000) ** 0.4
    theta = np.random.default_rng(7).gamma(k, 1 / k)
    seen = pd.Series(np.random.default_rng(8).poisson(truth["expected"] * theta).astype(float), table.index)
    model = fit_model(seen, table, settings=Settings(draws=100), assumptions=Assumptions(population_error=0))
    assert model.fit.curve.k_tilt == pytest.approx(0.4, abs=0.12)
    ratio = np.log(model.dispersion / k)[truth["expected"] > 5]
    assert ratio.abs().median() < 0.25
