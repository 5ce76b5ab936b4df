"""What is handed on with `share_safe` does not give away counts of one or two people, also not by subtraction."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland import analyze
from hinterland.analysis.comparison import compare_benchmarks
from hinterland.config import Settings
from hinterland.export.tables import detail, ranking
from hinterland.indices import location_quotient
from hinterland.pipeline.disclosure import SAFE_FROM, find_withheld, suppress_small_counts
from hinterland.self_check import HOLDS, Verdicts
from made_findings import make_findings

# what a market is and how its calls came out: the same for one creator as for two, as far as classes can be
STAYS = frozenset(
    (
        *("rank", "market_id", "market", "region", "country", "country_code", "level", "latitude", "longitude"),
        *("population", "internet_users", "population_error", "boundary_kind", "benchmark", "scope", "size_band"),
        *("expected_creators", "class", "evidence", "spot", "label", "class_if_exact"),
    )
)


def shared(findings):
    return replace(findings, settings=Settings(share_safe=True))


@pytest.fixture(scope="module")
def judged():
    cities = {"Lyon": 1, "Nantes": 2, "Paris": 40, "Marseille": 9, "Toulouse": 5, "Lille": 2, "Nice": 0}
    rows = [
        {"city": city, "country": "France", "followers": 5_000} for city, count in cities.items() for _ in range(count)
    ]
    return analyze(pd.DataFrame(rows), settings=Settings(level="metro", weights=(("opportunity", 1.0),))).findings


@pytest.mark.parametrize("table_of", [ranking, detail])
def test_nothing_that_hangs_on_a_count_of_one_or_two_is_left(judged, table_of):
    few = judged.rankings["national"]["creators"].between(0, SAFE_FROM, inclusive="neither")
    assert few.sum() >= 3
    safe = replace(judged, settings=judged.settings.model_copy(update={"share_safe": True}))
    table = table_of(safe)
    table = table[(table["benchmark"] == "national") & table["market_id"].isin(few.index[few])]
    assert len(table) == few.sum()
    filled = {name for name in table if table[name].notna().any()}
    assert filled <= STAYS


def test_how_sure_a_withheld_market_is_does_not_tell_one_creator_from_two():
    ranking = make_findings(300).rankings["national"]
    few = ranking["creators"].between(0, SAFE_FROM, inclusive="neither")
    judged_ones = few & ranking["evidence"].notna()
    assert len(set(ranking.loc[judged_ones, "evidence"])) > 1
    table = suppress_small_counts(ranking)
    assert set(table.loc[judged_ones, "evidence"]) == {"low"}
    assert (table["evidence"].isna() == ranking["evidence"].isna()).all()


def test_sums_of_size_bands_do_not_give_a_withheld_count_away():
    verdicts = Verdicts(
        pd.DataFrame(
            {"creators": [12.0], "expected_creators": [20.0], "ratio": [0.6], "verdict": [HOLDS]}, ["below 50,000"]
        ),
        {},
        (),
        pd.Series(dtype="str"),
    )
    (band,), (open_band,) = (verdicts.summary(share_safe=safe)["bands"] for safe in (True, False))
    assert set(open_band) - set(band) == {"creators", "ratio"}


def test_the_order_of_a_run_is_not_told_by_other_columns_of_a_composite():
    findings = make_findings(300)
    scores = {"composite": 1.0, "composite_rank": 2.0, "composite_p_top_tenth": 0.5, "mean_rank": 3.0}
    table = suppress_small_counts(findings.rankings["national"].assign(**scores))
    few = findings.rankings["national"]["creators"].between(0, SAFE_FROM, inclusive="neither")
    assert table.loc[few, list(scores)].isna().all(axis=None)
    assert table.loc[~few, "composite"].notna().sum() >= (~few).sum() - 1


@given(st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 7, 30]), min_size=1, max_size=9))
def test_withheld_counts_cannot_be_subtracted_from_their_sum(counts):
    withheld = find_withheld(pd.Series(counts, dtype=float)).to_numpy()
    few = np.array([0 < count < SAFE_FROM for count in counts])
    assert withheld[few].all()
    assert not withheld[np.array(counts) == 0].any()
    total, markets = sum(np.array(counts)[withheld]), int(withheld.sum())
    if not few.any() or max(counts) < SAFE_FROM:
        return
    # all that could stand there, for somebody who knows the sum and the rule
    ways = {way for way in product(range(1, 31), repeat=markets) if sum(way) == total} if markets < 4 else set()
    assert markets >= 2
    if ways:
        assert min(len({way[place] for way in ways}) for place in range(markets)) > 1


def test_the_quotients_of_other_markets_do_not_give_a_single_small_count_away():
    table = make_findings(60).rankings["national"].assign(**{"class": "under-served"})
    table["creators"] = [1.0, *np.arange(5.0, 64.0)]
    table["location_quotient"] = location_quotient(table)
    released = suppress_small_counts(table)
    visible = released["creators"].notna()
    share = released["location_quotient"] * released["population"] / released["population"].sum()
    total = (released.loc[visible, "creators"] / share[visible]).median()
    rest = total - released.loc[visible, "creators"].sum()
    assert rest == pytest.approx(1 + 5)
    assert (~visible).sum() == 2


def test_a_comparison_withholds_what_a_ranking_withholds():
    findings = shared(make_findings(120))
    changes = compare_benchmarks(SimpleNamespace(findings=findings)).changes
    counts = make_findings(120).rankings["national"]["creators"].reindex(changes.index)
    few = counts.between(0, SAFE_FROM, inclusive="neither")
    assert changes.loc[few.to_numpy()].filter(regex="saturation.*_before").isna().all(axis=None)
