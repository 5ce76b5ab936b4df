"""Laws of every run: what a list cannot know is not ranked."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland import Assumptions, Settings, analyze, reference
from hinterland.coverage import find_covered, names_few_cities
from hinterland.pipeline.evaluate import band_sizes
from hinterland.saturation import fit_model, predict_held_out
from hinterland.saturation.fit import FOLDS, assign_folds
from hinterland.self_check import CROWDED, HOLDS, LARGEST, TOO_FEW, TOO_MANY, UNPREDICTED, check_fit
from hinterland.synthetic import plant_world

SMALL, TOWNS, CITIES, GREAT = "below 50,000", "50,000 to 250,000", "250,000 to 1 million", "above 1 million"


def markets(people, country="AA"):
    index = pd.Index([f"city:{number:04d}" for number in range(len(people))], name="market_id")
    people = np.asarray(people, dtype=float)
    return pd.DataFrame(
        {"population": people, "internet_users": people / 2, "country_code": country, "level": "city"}, index=index
    )


CITY_MARKETS = reference.load_markets("city", min_population=15_000)
PREDICTIONS = ["below", "upto", "log_score", "rival_log_score"]


def verdicts(found, expected, bands, *, country="AA", k=5.0, predicted=None):
    table = pd.DataFrame({"creators": found, "expected_creators": expected, "band": bands}, dtype="object")
    table = table.astype({"creators": float, "expected_creators": float, "band": "str"})
    table.index = markets(found).index
    table[PREDICTIONS] = np.nan if predicted is None else predicted
    sums = table.groupby("band")["expected_creators"].sum()
    draws = pd.DataFrame(dict.fromkeys(range(3), sums))
    return check_fit(table, markets(found, country), draws, k=k, assumptions=Assumptions())


def test_bands_by_hand():
    people = [20_000] * 40 + [50_000] * 40 + [250_000] * 40 + [1_000_000] * 40 + [9_000_000] * 20
    table = markets(people)
    bands = band_sizes(table, pd.Series(5.0, table.index), largest_share=0.1)
    assert bands.groupby(bands).size().to_dict() == {SMALL: 40, TOWNS: 40, CITIES: 40, GREAT: 42, LARGEST: 18}


def test_a_band_that_tells_too_little_joins_the_next_smaller_one():
    table = markets([20_000] * 40 + [300_000] * 40 + [9_000_000] * 5)
    expected = pd.Series([1.0] * 40 + [20.0] * 40 + [100.0, 1, 1, 1, 1], table.index)
    bands = band_sizes(table, expected, largest_share=0.01)
    assert bands.groupby(bands).size().to_dict() == {SMALL: 40, "the largest and others above 250,000": 45}
    few = markets([1e6 + number for number in range(20)])
    assert set(band_sizes(few, pd.Series(5.0, few.index), largest_share=0.01)) == {"all sizes"}


def test_a_band_far_below_the_curve_is_not_ranked():
    found, expected = [20.0] * 30 + [5.0] * 30 + [1.0] * 12, [20.0] * 30 + [5.0] * 30 + [100.0] * 12
    outcome = verdicts(found, expected, [CITIES] * 30 + [SMALL] * 30 + [LARGEST] * 12)
    assert outcome.bands["verdict"].to_dict() == {SMALL: HOLDS, CITIES: HOLDS, LARGEST: TOO_FEW}
    assert set(outcome.classes) == {"beyond the curve"}
    assert len(outcome.classes) == 12


def test_crowded_giants_are_judged_and_too_many_in_small_places_are_not():
    high = [60.0] * 30
    assert verdicts(high, [20.0] * 30, [LARGEST] * 30).bands["verdict"].tolist() == [CROWDED]
    small = verdicts(high, [20.0] * 30, [SMALL] * 30)
    assert small.bands["verdict"].tolist() == [TOO_MANY]
    assert set(small.classes) == {"insufficient data"}


@pytest.mark.parametrize("expected", [0.2, 1.0])
def test_few_creators_fail_no_band_by_chance(expected):
    assert verdicts([0.0], [expected], [SMALL]).bands["verdict"].tolist() == [HOLDS]


def test_a_sound_list_seldom_fails():
    """Counts drawn from the model itself: a band fails in at most one of twenty lists."""
    rng, failures, count = np.random.default_rng(1), 0, 300
    for _ in range(count):
        expected = rng.gamma(1, 5, 60)
        found = rng.poisson(expected * rng.gamma(3, 1 / 3, 60)).astype(float)
        failures += verdicts(found, expected, [TOWNS] * 60, k=3.0).bands["verdict"].iloc[0] != HOLDS
    assert failures / count <= 0.05


def uniform(low, high, count=100):
    below = np.linspace(low, high, count)
    return np.column_stack([below, below + 0.01, np.full(count, -1.0), np.full(count, -2.0)])


@pytest.mark.parametrize(
    ("low", "high", "band", "verdict"),
    [
        (0.0, 0.99, TOWNS, HOLDS),
        (0.3, 0.99, TOWNS, UNPREDICTED),  # most have more creators than predicted
        (0.0, 0.7, TOWNS, UNPREDICTED),
        (0.3, 0.7, TOWNS, UNPREDICTED),  # ranges far too wide
        (0.3, 0.99, LARGEST, HOLDS),  # crowded: what the list is asked about
        (0.0, 0.7, LARGEST, UNPREDICTED),
    ],
)
def test_a_band_the_other_markets_do_not_predict_is_not_ranked(low, high, band, verdict):
    outcome = verdicts([5.0] * 100, [5.0] * 100, [band] * 100, predicted=uniform(low, high))
    assert outcome.bands["verdict"].tolist() == [verdict]
    assert len(outcome.classes) == (0 if verdict == HOLDS else 100)
    few = verdicts([5.0] * 40, [5.0] * 40, [band] * 40, predicted=uniform(low, high, 40))
    assert few.bands["verdict"].tolist() == [HOLDS]  # too few to tell


def test_folds_share_out_every_country_and_do_not_depend_on_the_order():
    country = np.repeat([0, 1, 2], [50, 11, 3])
    ids = pd.Index([f"city:{number}" for number in range(len(country))])
    fold = pd.Series(assign_folds(ids, country), ids)
    sizes = pd.crosstab(country, fold).reindex(columns=range(FOLDS), fill_value=0)
    assert (sizes.max(axis=1) - sizes.min(axis=1) <= 1).all()
    order = np.random.default_rng(0).permutation(len(ids))
    assert fold.equals(pd.Series(assign_folds(ids[order], country[order]), ids[order]).reindex(ids))


def test_a_planted_world_is_predicted_where_it_was_left_out():
    world = plant_world(CITY_MARKETS, "plain", seed=3)
    model = fit_model(world.creators, CITY_MARKETS, settings=Settings(draws=100), assumptions=Assumptions())
    table = predict_held_out(model, seed=0, assumptions=Assumptions())
    again = predict_held_out(model, seed=0, assumptions=Assumptions())
    pd.testing.assert_frame_equal(table, again)
    # what is expected of a market without its own count is close to what was planted
    ratio = np.log(table["expected_creators"] / world.expected.reindex(table.index))
    assert abs(ratio[world.expected.reindex(table.index) > 3].median()) < 0.1
    band = pd.Series("all", table.index)
    known = table.assign(creators=model.counts, expected_creators=model.expected, band=band)
    outcome = check_fit(
        known, CITY_MARKETS.loc[table.index], model.draw_sums(band), k=model.fit.curve.k, assumptions=Assumptions()
    )
    assert outcome.held_out["coverage"] == pytest.approx(0.9, abs=0.03)
    assert outcome.held_out["log_score"] > outcome.held_out["rival_log_score"]
    assert outcome.failed == ()


def test_a_market_expected_to_hold_more_than_the_list_leaves_its_country_unranked():
    outcome = verdicts([0.0, 30.0, 9.0], [60.0, 10.0, 9.0], [SMALL, SMALL, TOWNS], country=["AA", "AA", "BB"])
    assert outcome.countries == ("AA",)
    assert outcome.classes.to_dict() == {"city:0000": "insufficient data", "city:0001": "insufficient data"}


@given(st.integers(0, 10_000))
def test_every_market_is_in_one_band_and_the_largest_are_the_largest(seed):
    rng = np.random.default_rng(seed)
    table = markets(np.exp(rng.normal(11, 1.5, rng.integers(1, 80))).round())
    bands = band_sizes(table, pd.Series(rng.gamma(1, 5, len(table)), table.index), largest_share=0.05)
    assert bands.notna().all()
    alone = bands == LARGEST
    assert not alone.any() or table.loc[alone, "internet_users"].min() >= table.loc[~alone, "internet_users"].max()


@pytest.mark.parametrize(("spread", "chosen"), [("by size", False), ("few cities", True)])
def test_lists_of_chosen_cities_are_recognised(spread, chosen):
    here = CITY_MARKETS.query("country_code == 'IN'")
    rng = np.random.default_rng(2)
    size = here["internet_users"] ** 1.1
    theta = rng.gamma(3, 1 / 3, len(here))
    if spread == "few cities":
        size = size.where(size.rank(ascending=False) <= 29, 0.0)
    counts = pd.Series(rng.multinomial(349, size * theta / (size * theta).sum()).astype(float), here.index)
    assert names_few_cities(counts, CITY_MARKETS) is chosen


def test_too_few_creators_are_no_reason_to_think_cities_were_chosen():
    assert not names_few_cities(pd.Series({CITY_MARKETS.index[0]: 29.0}), CITY_MARKETS)


@pytest.mark.parametrize(("covers", "named"), [("auto", 3), ("worldwide", 10)])
def test_chosen_cities_are_compared_with_each_other_only(covers, named):
    table = markets([100_000.0] * 10)
    supply = pd.Series({"city:0001": 4.0, "city:0005": 2.0, "city:0007": 9.0})
    covered = find_covered(supply, table, pd.Index(["AA"]), covers=covers, aggregated=False, chosen_cities=True)
    assert len(covered.creators) == named
    # a single creator is enough to be named in a list of creators
    assert covered.smallest == (1 if named == 3 else 0)


LISTS_OF_CHOSEN_CITIES = {
    "one city": {"Lyon, France": 40},
    "another": {"Austin, TX": 111},
    "five cities": {
        f"{city}, United Kingdom": count
        for city, count in {"Manchester": 80, "Leeds": 20, "Bristol": 12, "Cardiff": 10, "Bath": 15}.items()
    },
}


@pytest.mark.parametrize("name", LISTS_OF_CHOSEN_CITIES)
def test_a_list_of_a_few_chosen_cities_says_that_it_cannot_compare(name):
    texts = [text for text, count in LISTS_OF_CHOSEN_CITIES[name].items() for _ in range(count)]
    analysis = analyze(pd.DataFrame({"location": texts}), settings=Settings(draws=100))
    ranking = analysis.ranking
    assert analysis.self_check["comparable"] is False
    assert ranking["rank"].isna().all()
    assert ranking["expected_creators"].isna().all()
    assert set(ranking["class"]) == {"insufficient data", "not covered"}
    held = ranking.loc[ranking["creators"] > 0]
    assert held["creators"].sum() == len(texts)
    assert list(ranking.index[: len(held)]) == list(held.index)
    assert "not_comparable" in [notice.code for notice in analysis.findings.warnings]


COUNTRIES = reference.load_markets("country").nlargest(60, "population")
IN_PROPORTION = (COUNTRIES["internet_users"] / 50_000 * np.random.default_rng(1).gamma(3, 1 / 3, 60)).astype(int) + 1


@pytest.mark.parametrize(
    ("counts", "compared"),
    [(IN_PROPORTION, True), (IN_PROPORTION.clip(upper=300), False), (IN_PROPORTION * 0 + 100, False)],
    ids=["in proportion", "cut at 300 of each", "100 of each"],
)
def test_a_list_with_as_many_creators_of_each_country_cannot_compare_countries(counts, compared):
    rows = pd.DataFrame({"country": COUNTRIES["country_code"].repeat(counts)})
    analysis = analyze(rows, settings=Settings(draws=100, level="country"))
    assert analysis.findings.comparable is compared
    assert analysis.ranking["rank"].notna().any() == compared
    said = [notice.code for notice in analysis.findings.warnings]
    assert ("listed_by_quota" in said) is not compared
    assert analysis.ranking["creators"].sum() == counts.sum()


def test_a_list_with_as_many_creators_of_each_city_cannot_compare_cities():
    names = ["New York", "Los Angeles", "Chicago", "Houston", "Dallas", "Austin", "Tulsa", "Toledo", "Reno", "Boise"]
    rows = pd.DataFrame({"city": np.repeat(names, 100), "country": "US"})
    findings = analyze(rows, settings=Settings(draws=100)).findings
    assert findings.comparison_refusal.code == "listed_by_quota"


def test_a_list_of_many_chosen_cities_compares_only_these():
    cities = {
        "Mumbai": 90,
        "Delhi": 70,
        "Bengaluru": 60,
        "Hyderabad": 20,
        "Pune": 18,
        "Ahmedabad": 12,
        "Jaipur": 10,
        "Lucknow": 8,
        "Kolkata": 7,
        "Chennai": 6,
        "Indore": 3,
        "Bhopal": 3,
        "Nagpur": 3,
        "Patna": 3,
        "Surat": 3,
    }
    table = pd.DataFrame({"city": [city for city, count in cities.items() for _ in range(count)], "country": "India"})
    ranking = analyze(table, settings=Settings(draws=200)).ranking
    covered = ranking.loc[ranking["class"] != "not covered"]
    assert len(covered) == len(cities)
    assert covered["expected_creators"].max() < len(table)
    saturation = covered.set_index("market")["saturation"]
    assert saturation[["Kolkata", "Chennai"]].max() < 60
    assert saturation["Mumbai"] > 100
