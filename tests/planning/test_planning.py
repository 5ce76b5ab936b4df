"""Plans: against every possible plan, against limits, and in sentences."""

import resource
import time
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from hinterland.errors import SettingsError, TimeLimitError, UnknownNameError
from hinterland.messages import plans as plan_messages
from hinterland.planning import (
    BudgetShare,
    Problem,
    Rules,
    Scenario,
    draw_curve,
    find_budget,
    find_knee,
    make_plan,
    milp,
    plan_greedily,
    solve,
)
from hinterland.planning.milp import find_relaxations
from hinterland.schemas import AUDIENCE_SHARES, OFFERS, RANKING

INSTANCES = 200
CREATORS = 12


def problem(rng, *, limits=True):
    """Make a small problem with audiences in several markets, recruits, and every kind of limit."""
    choices, markets = int(rng.integers(4, CREATORS + 1)), int(rng.integers(1, 5))
    price = np.round(rng.lognormal(4, 0.8, choices)) * (rng.random(choices) > 0.05)
    home = rng.integers(0, markets, choices)
    reach = np.zeros((choices, markets))
    reach[np.arange(choices), home] = np.round(rng.lognormal(8, 1, choices))
    spill = rng.random((choices, markets)) < 0.2
    reach += spill * np.round(rng.lognormal(6, 1, (choices, markets)))
    units = np.where((rng.random(choices) < 0.15) & (np.cumsum(rng.random(choices) < 0.15) < 3), 2, 1)
    steps = int(rng.integers(1, 4))
    widths = np.round(rng.lognormal(8.5, 1, (markets, steps)))
    worths = -np.sort(-rng.random((markets, steps)), axis=1) if steps > 1 else np.ones((markets, 1))
    budget = float(price.sum() * rng.uniform(0.1, 0.7))
    rules = Rules(budget, **_limits(rng, home, markets, budget)) if limits else Rules(budget)
    return Problem(price, units.astype(np.int64), home, sparse.csr_array(reach), widths, worths, rules)


def _limits(rng, home, markets, budget):
    return {
        "least": int(rng.choice([0, 0, 1, 2])),
        "most": int(rng.integers(2, 5)) if rng.random() < 0.4 else None,
        "markets": int(rng.integers(1, markets + 1)) if rng.random() < 0.5 else None,
        "must": (int(rng.integers(markets)),) if rng.random() < 0.3 else (),
        "shares": (BudgetShare("market_share", home, 0.6 * budget),) if rng.random() < 0.3 else (),
    }


def best_of_all(task):
    """Try every plan there is."""
    plans = (np.array(plan) for plan in product(*(range(units + 1) for units in task.units)))
    return max((task.value(plan) for plan in plans if task.allows(plan)), default=None)


@pytest.mark.parametrize("part", range(4))
def test_the_solver_finds_the_best_of_all_plans(part):
    for seed in range(part * INSTANCES // 4, (part + 1) * INSTANCES // 4):
        task = problem(np.random.default_rng(seed))
        best, found = best_of_all(task), solve(task, seconds=10, gap=0.0)
        if best is None:
            assert found is None
            continue
        assert task.allows(found.counts)
        assert found.value == pytest.approx(best, rel=1e-6)
        assert found.bound >= best * (1 - 1e-6)


def test_ten_of_many_markets_are_chosen_within_half_a_hundredth():
    rng, markets, choices = np.random.default_rng(5), 8_000, 12_000
    home = rng.integers(0, markets, choices)
    price, people = rng.lognormal(5, 0.8, choices), rng.lognormal(8, 1, choices)
    reach = sparse.csr_array((people, (np.arange(choices), home)), shape=(choices, markets))
    widths = rng.lognormal(9, 1.5, (markets, 8))
    worths = np.tile(np.linspace(0.9, 0.1, 8), (markets, 1))
    rules = Rules(20_000.0, markets=10)
    task = Problem(price, rng.integers(1, 30, choices), home, reach, widths, worths, rules)
    found = solve(task, seconds=120, gap=0.005)
    assert task.allows(found.counts)
    assert found.gap <= 0.005
    assert found.value > 1.1 * task.value(plan_greedily(task))


def test_greedy_keeps_its_guarantee():
    tasks = [problem(np.random.default_rng(seed), limits=False) for seed in range(INSTANCES)]
    ratios = [task.value(plan_greedily(task)) / best for task in tasks if (best := best_of_all(task)) > 0]
    assert min(ratios) >= 1 - np.exp(-0.5)
    assert np.mean(ratios) > 0.95
    print(f"greedy: mean {np.mean(ratios):.4f}, worst {min(ratios):.4f}, of {len(ratios)}")  # noqa: T201


def test_greedy_keeps_every_rule():
    for seed in range(INSTANCES):
        task = problem(np.random.default_rng(seed))
        plan = plan_greedily(task)
        assert plan is None or task.allows(plan)


def ranking(unmet=(10_000.0, 50_000.0, 2_000.0), **changes):
    ids = pd.Index([f"metro:{number + 1}" for number in range(len(unmet))], name="market_id")
    frame = pd.DataFrame(index=ids)
    for name, kind in RANKING.columns.items():
        frame[name] = "x" if kind == "text" else 1.0 if kind == "number" else 1
    frame["market"] = [f"Town {number + 1}" for number in range(len(unmet))]
    frame["country_code"] = ["AA", "AA", "BB", "BB"][: len(unmet)]
    return frame.assign(unmet_audience=list(unmet), **changes)


def offers(**changes):
    columns = {
        "handle": ["ann", "ben", "cat", "dan"],
        "platform": "instagram",
        "niche": "food",
        "tier": ["micro", "micro", "mid", "nano"],
        "reasons": "",
        "offer_mode": "fee",
        "currency": "USD",
        "followers": [20_000.0, 20_000.0, 100_000.0, 4_000.0],
        "credible_share": 1.0,
        "engagement_rate": 0.02,
        "engagement_z": 0.0,
        "fee_low": [100.0, 110.0, 400.0, 20.0],
        "fee_high": [100.0, 110.0, 400.0, 20.0],
        "first_mover_saving": np.nan,
    }
    frame = pd.DataFrame(columns | changes, index=pd.Index([1, 2, 3, 4], name="creator_id"))
    return OFFERS.check(frame)


def shares(**homes):
    homes = {1: "metro:1", 2: "metro:1", 3: "metro:2", 4: "metro:2"} | homes
    index = pd.MultiIndex.from_tuples(list(homes.items()), names=["creator_id", "market_id"])
    return AUDIENCE_SHARES.check(pd.DataFrame({"share": 1.0}, index=index))


REACH = {"nano": 0.25, "micro": 0.2, "mid": 0.15}


def plan(scenario=None, **changes):
    asked = Scenario(**({"budget": 500.0, "reach": REACH, "recruit": None} | (scenario or {})))
    return make_plan(offers(**changes), shares(), ranking(), scenario=asked)


def test_a_plan_counted_by_hand():
    # ann and ben reach 4,000 each of 10,000; cat 15,000 and dan 1,000 of 50,000
    made = plan()
    assert made.people == 4_000 + 15_000
    assert list(made.lines["creator_id"]) == [3, 1]
    assert made.cost == 500
    assert list(made.markets.index) == ["metro:2", "metro:1"]
    assert list(made.markets["people_won"]) == [15_000, 4_000]
    assert made.gap <= 0.01


def test_inputs_stay_as_they_are():
    given = offers(), shares(), ranking()
    copies = [frame.copy() for frame in given]
    make_plan(*given, scenario=Scenario(budget=500))
    for frame, copy in zip(given, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_order_of_rows_does_not_matter():
    asked = Scenario(budget=500, recruit=None)
    straight = make_plan(offers(), shares(), ranking(), scenario=asked)
    turned = make_plan(offers()[::-1], shares()[::-1], ranking()[::-1], scenario=asked)
    assert straight.people == turned.people
    assert set(straight.lines["creator_id"]) == set(turned.lines["creator_id"])


def test_limits_are_kept():
    assert list(plan({"max_markets": 1}).markets.index) == ["metro:2"]
    assert set(plan({"tiers": ["micro"]}).lines["tier"]) == {"micro"}
    assert "metro:2" not in plan({"never": ["metro:2"]}).markets.index
    assert set(plan({"must": ["metro:1"], "min_creators": 2}).lines["creator_id"]) == {1, 2, 4} - {4}
    assert plan({"country_share": 0.5}).cost <= 250
    assert plan({"max_creators": 1}).markets["creators"].max() == 1


def recruits_of(missing, **asked):
    scenario = Scenario(**({"budget": 2_000.0, "reach": REACH, "recruit": "nano"} | asked))
    table = ranking(missing_creators=missing)
    made = make_plan(offers(), shares(), table, scenario=scenario)
    return made.lines.loc[made.lines["kind"] == "recruit"].set_index("market_id")


def test_recruits_are_offered_wherever_creators_are_missing_up_to_their_number():
    # the list's nano creators cost 20 and reach 1,000; ann and ben leave 2,000 of Town 1, cat and dan 34,000 of Town 2
    recruits = recruits_of([9.0, 7.2, 2.0])
    assert recruits["creators"][["metro:2", "metro:3"]].tolist() == [8, 2]
    assert 2 <= recruits["creators"]["metro:1"] <= 9
    assert recruits["creator_id"].isna().all()
    assert recruits["why"]["metro:2"] == (
        "recruit 8 creators in Town 2: creators are missing there; the price is the one usual in this list"
    )


def test_nobody_is_recruited_where_nobody_is_missing_but_for_a_market_that_must_open():
    assert set(recruits_of([0.0, 103.0, np.nan]).index) == {"metro:2"}
    needed = recruits_of([0.0, 103.0, 0.0], must=("metro:3",), min_creators=3)
    assert needed["creators"]["metro:3"] == 3


@given(st.lists(st.floats(0, 60), min_size=3, max_size=3), st.floats(1, 5_000))
@settings(max_examples=30)
def test_no_more_are_recruited_than_are_missing(missing, budget):
    recruits = recruits_of(missing, budget=budget)
    limit = pd.Series(np.ceil(missing), ["metro:1", "metro:2", "metro:3"])
    assert (recruits["creators"] <= limit.reindex(recruits.index)).all()


def test_other_currencies_need_a_rate():
    with pytest.raises(SettingsError, match=r"give the value of 1 EUR in USD, in rates="):
        plan(currency="EUR")
    assert plan({"rates": {"EUR": 2.0}, "budget": 1_000.0}, currency="EUR").people == plan().people


def test_fees_are_a_range():
    made = plan({"price": "low", "cost_per_creator": 5.0}, fee_high=[200.0, 220.0, 800.0, 40.0])
    assert made.cost == made.cost_range[0]
    assert made.cost_range[1] == 2 * (made.cost - 5 * len(made.lines)) + 5 * len(made.lines)


def test_all_faults_of_a_scenario_at_once():
    with pytest.raises(SettingsError, match=r"tiers giga.*in rates=") as caught:
        plan({"tiers": ["giga", "micro"]}, currency=["EUR", "USD", "USD", "USD"])
    assert "\n" not in str(caught.value)


def test_markets_that_are_not_in_the_ranking_are_named_together():
    with pytest.raises(UnknownNameError, match="no market 'metro:8', 'metro:9' in this ranking"):
        plan({"must": ["metro:8"], "never": ["metro:9"]})


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        ({"must": ["metro:1", "metro:2"], "budget": 100.0}, "raise the budget from 100 to 120 USD"),
        ({"must": ["metro:1", "metro:2"], "max_markets": 1}, "raise max_markets to 2"),
        ({"must": ["metro:1"], "market_share": 0.1}, r"20% instead of 10% \(market_share\)"),
    ],
)
def test_what_cannot_be_names_the_limit_to_loosen(asked, way):
    with pytest.raises(SettingsError, match=way):
        plan(asked)


def test_too_few_creators_are_named():
    with pytest.raises(SettingsError, match="Town 3 must be chosen, but 0 creators can be had there and 1 needed"):
        plan({"must": ["metro:3"]})


def test_more_markets_that_must_be_than_may_be_are_the_conflict():
    with pytest.raises(SettingsError, match=r"3 markets must be chosen, but at most 2 may be: raise max_markets to 3"):
        plan({"must": ["metro:1", "metro:2", "metro:3"], "max_markets": 2, "recruit": "nano"})


def out_of_time(*_, **__):
    return SimpleNamespace(x=None, status=1)


def test_time_running_out_is_never_no_help(monkeypatch):
    task = next(task for seed in range(400) if best_of_all(task := problem(np.random.default_rng(seed))) is None)
    assert None not in find_relaxations(task).values()
    monkeypatch.setattr(milp, "minimise", out_of_time)
    limits = find_relaxations(task)
    assert set(limits.values()) == {None}
    told = str(plan_messages.no_plan(limits, {"budget": 5.0}, "USD"))
    assert "could not be found in time" in told
    assert "no single one" not in told


def test_time_running_out_before_any_plan_is_not_no_plan(monkeypatch):
    for name in ("_relax", "minimise"):
        monkeypatch.setattr(milp, name, out_of_time)
    for name in ("plan_greedily", "round_up"):
        monkeypatch.setattr(milp, name, lambda *_: None)
    with pytest.raises(TimeLimitError, match=r"no plan was found within 30 seconds, but there may be one"):
        plan()
    assert draw_curve(offers(), shares(), ranking(), scenario=Scenario(budget=500)).empty


def test_a_looser_limit_helps():
    for seed in range(40):
        task = problem(np.random.default_rng(seed))
        if best_of_all(task) is None and (looser := find_relaxations(task)).get("budget"):
            rules = Rules(**(vars(task.rules) | {"budget": task.rules.budget + looser["budget"] + 1e-6}))
            assert solve(Problem(**(fields(task) | {"rules": rules})), seconds=5, gap=0.0) is not None


def fields(task):
    return {name: getattr(task, name) for name in task.__dataclass_fields__}


def test_the_curve_never_falls_and_bends_somewhere():
    curve = draw_curve(offers(), shares(), ranking(), scenario=Scenario(budget=1_000))
    assert (np.diff(curve["people"]) >= 0).all()
    assert curve["knee"].sum() == 1


def test_the_knee_of_a_bent_line():
    curve = pd.DataFrame({"budget": [1.0, 2.0, 3.0, 4.0], "people": [10.0, 20.0, 22.0, 24.0]})
    assert find_knee(curve) == 2.0


def test_time_running_out_still_gives_a_plan():
    rng = np.random.default_rng(0)
    choices, markets = 3_000, 300
    home = rng.integers(0, markets, choices)
    reach = sparse.csr_array((rng.lognormal(8, 1, choices), (np.arange(choices), home)), shape=(choices, markets))
    widths = rng.lognormal(10, 1, (markets, 1))
    price = rng.lognormal(5, 1, choices)
    rules = Rules(0.05 * price.sum(), least=3, markets=30)
    task = Problem(price, np.ones(choices, dtype=np.int64), home, reach, widths, np.ones_like(widths), rules)
    found = solve(task, seconds=0.02, gap=0.0)
    assert task.allows(found.counts)
    assert 0 < found.value <= found.bound < np.inf


def large(choices, markets, limits):
    """Make a problem of real size: prices and audiences log-normal, one in ten with audience elsewhere too."""
    rng = np.random.default_rng(0)
    price = np.round(rng.lognormal(5, 1, choices))
    home, other = rng.integers(0, markets, (2, choices))
    people = price * rng.lognormal(4, 0.6, choices)
    away = rng.random(choices) < 0.1
    at = (np.tile(np.arange(choices), 2), np.r_[home, other])
    reach = sparse.csr_array((np.r_[people * (1 - 0.4 * away), 0.3 * people * away], at), shape=(choices, markets))
    unmet = rng.lognormal(np.log(people.mean() * choices / markets / 2), 1, markets)
    widths = np.repeat(unmet[:, None] / 8, 8, axis=1)
    worths = np.tile(np.linspace(1, 0.2, 8), (markets, 1))
    units = np.ones(choices, dtype=np.int64)
    return Problem(price, units, home, reach, widths, worths, Rules(0.05 * price.sum(), **limits))


LIMITS = [{}, {"markets": 0.1}, {"markets": 0.1, "least": 3, "most": 8}]


@pytest.mark.long
@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize(("choices", "markets", "seconds"), [(5_000, 500, 20), (50_000, 5_000, 60)])
def test_large_plans_come_in_time(limits, choices, markets, seconds):
    whole = {name: int(limit * markets) if limit < 1 else limit for name, limit in limits.items()}
    task = large(choices, markets, whole)
    started = time.perf_counter()
    found = solve(task, seconds=seconds * 0.8, gap=0.01)
    taken = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{choices} x {markets} {whole}: gap {found.gap:.4f}, {taken:.1f} s, {memory:.2f} GB")  # noqa: T201
    assert task.allows(found.counts)
    assert taken <= seconds
    assert found.gap <= (0.01 if choices == 5_000 else 0.05)
    assert memory <= 2


@pytest.mark.parametrize(
    ("people", "budget"), [(10, 100), (20, 150), (30, 200), (35, 600), (40, 800), (9, np.nan), (41, np.nan)]
)
def test_a_goal_in_people_is_the_least_budget_of_the_curve(people, budget):
    curve = pd.DataFrame({"budget": [100.0, 200.0, 400.0, 800.0], "people": [10.0, 30.0, 28.0, 40.0]})
    assert find_budget(curve, people) == pytest.approx(budget, nan_ok=True)


def without(task, limit):
    """Lift one limit of a problem altogether."""
    lifted = {
        "budget": {"budget": np.inf},
        "max_markets": {"markets": None},
        "min_creators": {"least": 0},
        "max_creators": {"most": None},
        "must": {"must": ()},
        "market_share": {"shares": ()},
    }
    return replace(task, rules=replace(task.rules, **lifted[limit]))


def test_what_stands_in_the_way_is_named_rightly_in_fifty_cases_without_a_plan():
    cases, several = 0, 0
    for seed in range(4_000):
        task = problem(np.random.default_rng(seed))
        if best_of_all(task) is not None:
            continue
        limits = ("budget", "max_markets", "min_creators", "max_creators", "must", "market_share")
        helpful = {limit for limit in limits if best_of_all(without(task, limit)) is not None}
        assert set(find_relaxations(task)) == helpful, seed
        cases, several = cases + 1, several + (len(helpful) > 1)
        if cases == 50:
            break
    assert cases == 50
    assert several


def test_a_plan_of_chosen_markets_never_leaves_them():
    for only in (["metro:2"], ["metro:1"], ["metro:1", "metro:3"]):
        made = plan({"only": only, "recruit": "nano", "budget": 5_000.0})
        assert set(made.lines["market_id"]) <= set(only)
        assert set(made.markets.index) <= set(only)
    assert "metro:3" in plan({"only": ["metro:1"], "must": ["metro:3"], "recruit": "nano"}).markets.index


def test_recruits_go_where_most_creators_are_missing_however_many_are_known():
    missing = {"creators": [2.0, 2.0, 0.0], "expected_creators": [6.0, 32.0, 12.0], "saturation": [33.0, 6.0, 1.0]}
    people = {"missing_creators": [4.0, 30.0, 12.0], "internet_users": 1e6}
    table = ranking([4_000.0, 30_000.0, 12_000.0], **missing, **people)
    asked = Scenario(budget=150.0, reach=REACH, recruit="nano", tiers=["nano"])
    known = offers(tier="nano", followers=4_000.0, fee_low=20.0, fee_high=20.0)
    made = make_plan(known, shares(), table, scenario=asked, dispersion=3.0)
    recruits = made.lines[made.lines["kind"] == "recruit"].groupby("market_id")["creators"].sum()
    assert recruits.idxmax() == "metro:2"


def test_recruits_are_priced_like_the_nearest_tier_the_list_has():
    made = plan({"recruit": "macro", "budget": 5_000.0})
    recruits = made.lines[made.lines["kind"] == "recruit"]
    assert len(recruits)
    assert (recruits["price"] == 400.0).all()


def test_a_plan_says_why_the_first_market_is_not_in_it():
    first = ranking(rank=pd.array([1, 2, 3], dtype="Int64"))
    dear = offers(fee_low=[5_000.0, 5_000.0, 400.0, 20.0], fee_high=[5_000.0, 5_000.0, 400.0, 20.0])
    asked = Scenario(budget=500.0, reach=REACH, recruit=None)
    reason = str(make_plan(dear, shares(), first, scenario=asked).first_market)
    assert reason.startswith(
        "Town 1, first in the ranking, is not in the plan: a person newly reached costs at least 1."
    )
    nobody = make_plan(offers(), shares(), first, scenario=asked.model_copy(update={"only": ("metro:3", "metro:2")}))
    assert nobody.first_market is None
    empty = ranking(rank=pd.array([2, 3, 1], dtype="Int64"))
    assert "nobody there to choose" in str(make_plan(offers(), shares(), empty, scenario=asked).first_market)


def test_those_worth_checking_are_marked():
    marked = offers().assign(worth_checking=[True, False, False, False])
    made = make_plan(marked, shares(), ranking(), scenario=Scenario(budget=500.0, reach=REACH, recruit=None))
    assert made.lines.set_index("creator_id")["worth_checking"].to_dict() == {3: "no", 1: "yes"}


def test_a_plan_of_markets_without_anybody_is_empty():
    assert plan({"never": ["metro:1", "metro:2", "metro:3"], "max_markets": 2}).lines.empty
