import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hinterland.config import Assumptions, Settings
from hinterland.errors import SettingsError
from hinterland.ranking import Posterior, _ranks, find_composite, find_opportunity
from hinterland.saturation import fit_saturation
from hinterland.schemas import RANKING

IDS = pd.Index(["city:1", "city:2", "city:3", "city:4"], name="market_id")


def markets(**changes):
    columns = {
        "market": list("abcd"),
        "region": "r",
        "country": "Aland",
        "country_code": ["AA", "AA", "BB", "BB"],
        "level": "city",
        "boundary_kind": "official",
        "latitude": 0.0,
        "longitude": 0.0,
        "population": [100_000.0, 200_000.0, 300_000.0, 40_000.0],
        "internet_users": [50_000.0, 100_000.0, 200_000.0, 40_000.0],
        "audience_per_creator": 1_000.0,
    }
    return pd.DataFrame(columns | changes, index=IDS)


def saturation(**changes):
    columns = {
        "creators": 0.0,
        "expected_creators": 10.0,
        "saturation": 50.0,
        "saturation_low": 10.0,
        "saturation_high": 90.0,
        "p_underserved": [0.9, 0.8, 0.1, 0.5],
        "p_fewer": 0.9,
        "missing_creators": [5.0, 8.0, 0.1, 3.0],
        "usual_low": 1.0,
        "usual_high": 30.0,
        "possible_creators": 0.0,
        "class": ["under-served", "under-served", "no clear difference", "insufficient data"],
        "class_if_exact": "no clear difference",
        "evidence": "medium",
    }
    return pd.DataFrame(columns | changes, index=IDS)


def posterior(draws):
    return Posterior(IDS[:3], np.array(draws, dtype=np.float32))


def test_opportunity_counted_by_hand():
    # theta in three draws; each is 10 expected creators of 1,000 people
    found = find_opportunity(
        saturation(creators=[0.0, 2.0, 0.0, 0.0]),
        markets(),
        posterior([[0.5, 0.5, 0.1], [0.2, 0.2, 0.2], [1, 0.9, 1]]),
        settings=Settings(),
        assumptions=Assumptions(),
    )
    # 8 missing creators, and the list's own two already reach some of the 100,000
    already = np.exp(-0.02)
    assert found.loc["city:2", "unmet_audience"] == pytest.approx(100_000 * already * (1 - np.exp(-0.08)), rel=1e-4)
    # more than expected leave nobody unmet, fewer in one draw of three a third of theirs
    assert found.loc["city:3", "unmet_audience"] == pytest.approx(200_000 * (1 - np.exp(-0.005)) / 3, rel=1e-3)
    # too little data to rank: at the mean of the missing creators
    assert found.loc["city:4", "unmet_audience"] == pytest.approx(40_000 * (1 - np.exp(-0.075)))
    assert list(found["rank"].dropna().astype(int)) == [2, 1, 3]
    assert pd.isna(found.loc["city:4", "rank"])
    assert found.loc["city:1", "mean_rank"] == pytest.approx(5 / 3)
    assert list(found.loc["city:3", ["rank_low", "rank_high"]]) == [3, 3]
    assert found.loc["city:2", "opportunity"] == 100


def test_under_served_markets_stand_first_and_are_ranked_among_themselves():
    table = saturation(**{"class": ["under-served", "no clear difference", "no clear difference", "insufficient data"]})
    # the second misses far more in every draw
    found = find_opportunity(
        table.assign(expected_creators=[10.0, 1_000.0, 10.0, 10.0]),
        markets(),
        posterior([[0.5, 0.5], [0.1, 0.1], [1, 1]]),
        settings=Settings(),
        assumptions=Assumptions(),
    )
    assert list(found["rank"].dropna().astype(int)) == [1, 2, 3]
    assert list(found.loc["city:1", ["rank_low", "rank_high"]]) == [1, 1]


@given(st.integers(0, 1_000), st.sampled_from(["opportunity", "confidence"]))
@hypothesis_settings(max_examples=30)
def test_no_rank_lies_outside_its_range(seed, sort):
    rng = np.random.default_rng(seed)
    table = saturation(**{"class": rng.choice(["under-served", "no clear difference"], 4)})
    found = find_opportunity(
        table.assign(expected_creators=rng.gamma(1, 50, 4), p_underserved=rng.random(4)),
        markets(),
        Posterior(IDS, rng.gamma(2, 0.5, (4, 9)).astype(np.float32)),
        settings=Settings(sort=sort),
        assumptions=Assumptions(),
    )
    assert found["rank"].between(found["rank_low"], found["rank_high"]).all()
    assert sorted(found["rank"]) == [1, 2, 3, 4]


def test_confidence_sorts_by_certainty():
    found = find_opportunity(
        saturation(missing_creators=[1.0, 99.0, 5.0, 1.0]),
        markets(),
        posterior([[5, 5], [8, 8], [0, 1]]),
        settings=Settings(sort="confidence"),
        assumptions=Assumptions(),
    )
    assert found["rank"].idxmin() == "city:1"


def test_unmet_audience_never_exceeds_the_people():
    found = find_opportunity(
        saturation(missing_creators=1e9),
        markets(),
        posterior([[5], [8], [0]]),
        settings=Settings(),
        assumptions=Assumptions(),
    )
    assert (found["unmet_audience"] <= markets()["internet_users"]).all()


@pytest.mark.parametrize(
    ("asked", "ranked"),
    [
        ({"countries": ("BB",)}, ["city:3"]),
        ({"min_population": 150_000}, ["city:2", "city:3"]),
        ({"max_population": 150_000}, ["city:1"]),
    ],
)
def test_only_what_is_asked_for_is_ranked(asked, ranked):
    found = find_opportunity(
        saturation(),
        markets(),
        posterior([[5, 5], [8, 8], [0, 1]]),
        settings=Settings(**asked),
        assumptions=Assumptions(),
    )
    assert list(found.index[found["rank"].notna()]) == ranked


def test_missing_creators_are_the_mean_shortfall_of_the_draws():
    rng = np.random.default_rng(3)
    people = np.exp(rng.normal(12, 1, 300))
    index = pd.Index([f"city:{number:04d}" for number in range(300)], name="market_id")
    country, spots = rng.choice(["AA", "BB", "CC"], 300), rng.uniform(-60, 60, (2, 300))
    columns = {"country_code": country, "internet_users": people, "longitude": spots[0], "latitude": spots[1]}
    table = pd.DataFrame(columns | {"level": "city"}, index=index)
    seen = pd.Series(rng.poisson(people / people.sum() * 9_000 * rng.gamma(3, 1 / 3, 300)).astype(float), index)
    fitted = fit_saturation(seen, table, settings=Settings(draws=4_000), assumptions=Assumptions())
    for benchmark in fitted.benchmarks.values():
        known = benchmark.table.loc[benchmark.decided]
        drawn = known["expected_creators"] * np.maximum(1 - benchmark.draws, 0).mean(axis=1)
        exact = known["missing_creators"]
        assert (exact <= known["expected_creators"]).all()
        np.testing.assert_allclose(drawn.sum(), exact.sum(), rtol=0.04)


def test_ranks_are_those_of_a_stable_sort():
    rng = np.random.default_rng(1)
    values = rng.normal(0, 1, (300, 50)).round(1).astype(np.float32) * np.float32(1e4)
    values[0] = -0.0
    order = np.argsort(values + np.float32(0), axis=0, kind="stable")
    expected = np.empty_like(values)
    np.put_along_axis(expected, order, np.arange(1, 301, dtype=np.float32)[:, None], axis=0)
    np.testing.assert_array_equal(_ranks(values + np.float32(0)), expected)


def ranked(**changes):
    blank = {"text": "x", "number": 1.0, "count": 1}
    frame = pd.DataFrame({name: blank[kind] for name, kind in RANKING.columns.items()}, index=IDS)
    return frame.assign(rank=pd.array([1, 2, 3, None], dtype="Int64"), **changes)


def composite(weights, **changes):
    return find_composite(ranked(**changes), weights, settings=Settings(), assumptions=Assumptions())


def test_a_composite_counted_by_hand():
    found = composite(
        {"opportunity": 3, "saturation": 1},
        unmet_audience=[300.0, 200.0, 100.0, 900.0],
        saturation=[90.0, 50.0, 20.0, 1.0],
    )
    # percentiles 5/6, 3/6, 1/6 for the opportunity, and the reverse for saturation
    assert found.loc["city:1", "composite"] == pytest.approx(100 * (5 / 6) ** 0.75 * (1 / 6) ** 0.25)
    assert list(found["composite_rank"]) == [1, 2, 3]
    assert list(found.index) == list(IDS[:3])
    assert (found["composite_rank_low"] <= found["composite_rank"]).all()
    assert (found["composite_rank_high"] >= found["composite_rank"]).all()


def test_what_leads_by_every_weight_survives_them_all():
    found = composite(
        {"opportunity": 1, "size": 1}, unmet_audience=[3.0, 2.0, 1.0, 0.0], internet_users=[9.0, 5.0, 1.0, 0.0]
    )
    assert found.loc["city:1", "composite_p_top_tenth"] == 1
    assert found.loc["city:1", "composite_rank_high"] == 1


def test_only_proportions_of_weights_matter():
    columns = {"unmet_audience": [3.0, 2.0, 9.0, 0.0], "p_underserved": [0.9, 0.95, 0.1, 0.5]}
    pd.testing.assert_frame_equal(
        composite({"opportunity": 1, "confidence": 2}, **columns),
        composite({"opportunity": 10, "confidence": 20}, **columns),
    )


def test_faulty_weights_are_all_named():
    with pytest.raises(SettingsError, match=r"charm: choose from opportunity.*size=0: a weight is above 0"):
        composite({"charm": 1, "size": 0})
