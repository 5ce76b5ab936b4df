import numpy as np
import pandas as pd

from hinterland.conversions import find_conversions

TIERS, PLATFORMS = ("nano", "micro", "mid"), ("instagram", "tiktok")


def sold(seed, count, ratio=None):
    rng = np.random.default_rng(seed)
    cells = [(tier, platform) for tier in TIERS for platform in PLATFORMS]
    rates = dict(zip(cells, 0.03 * np.exp(rng.normal(0, 0.5, len(cells))), strict=True))
    if ratio:
        rates = {cell: 0.02 * (ratio if cell[0] == "nano" else 1) for cell in cells}
    rows = pd.DataFrame(
        {
            "tier": rng.choice(TIERS, count, p=(0.5, 0.3, 0.2)),
            "platform": rng.choice(PLATFORMS, count),
            "followers": np.exp(rng.normal(9, 1, count)),
            "clicks": rng.poisson(rng.gamma(4, 10, count)).astype(float),
        }
    )
    mean = np.array([rates[cell] for cell in zip(rows["tier"], rows["platform"], strict=True)])
    chance = rng.beta(5, 5 * (1 - mean) / mean)
    return rows.assign(orders=rng.binomial(rows["clicks"].astype(int), chance).astype(float)), rates


def test_intervals_cover_planted_rates():
    inside = []
    for seed in range(25):
        rows, rates = sold(seed, 150)
        table = find_conversions(rows).table.query("measure == 'orders per click'")
        inside += [
            row.rate_low <= rates[row.tier, row.platform] <= row.rate_high for row in table.itertuples(index=False)
        ]
    assert 0.83 <= np.mean(inside) <= 0.96


def test_a_planted_difference_is_said_and_none_is_not_invented():
    rows, _ = sold(1, 2_000, ratio=2.1)
    told = next(notice.sentence for notice in find_conversions(rows).notices if "orders per click" in notice.sentence)
    assert told.startswith("In your data, nano creators bring 2.")
    false = 0
    for seed in range(12):
        rows, _ = sold(seed, 200, ratio=1.0)
        false += find_conversions(rows).notices[0].sentence.startswith("In your data")
    assert false <= 3


def sold_at_cost(seed, count, ratio=None):
    """Plant what a unit of cost brings: few sales of uneven size, from creators who differ."""
    rng = np.random.default_rng(seed)
    cells = [(tier, platform) for tier in TIERS for platform in PLATFORMS]
    returns = dict(zip(cells, 2.0 * np.exp(rng.normal(0, 0.5, len(cells))), strict=True))
    if ratio:
        returns = {cell: 1.5 * (ratio if cell[0] == "nano" else 1) for cell in cells}
    tier, platform = rng.choice(TIERS, count, p=(0.5, 0.3, 0.2)), rng.choice(PLATFORMS, count)
    cost = np.exp(rng.normal(6, 0.8, count))
    mean = cost * np.array([returns[cell] for cell in zip(tier, platform, strict=True)]) * rng.gamma(2, 0.5, count)
    sales = rng.poisson(mean / 40)
    revenue = np.array([rng.gamma(4, 10, one).sum() for one in sales])
    rows = pd.DataFrame(
        {"tier": tier, "platform": platform, "followers": np.exp(rng.normal(9, 1, count)), "cost": cost}
    )
    return rows.assign(revenue=revenue), returns


def test_what_a_unit_of_cost_brings_is_covered_by_its_interval():
    inside = []
    for seed in range(25):
        rows, returns = sold_at_cost(seed, 150)
        table = find_conversions(rows).table.query("measure == 'revenue per unit of cost'")
        assert len(table) == len(returns)
        inside += [
            row.rate_low <= returns[row.tier, row.platform] <= row.rate_high for row in table.itertuples(index=False)
        ]
    assert 0.83 <= np.mean(inside) <= 0.97


def test_a_planted_difference_in_what_cost_brings_is_said():
    rows, _ = sold_at_cost(1, 2_000, ratio=2.0)
    told = [one.sentence for one in find_conversions(rows).notices if "revenue per unit of cost" in one.sentence]
    assert told[0].startswith(("In your data, nano creators bring 2.", "In your data, nano creators bring 1.9"))


def test_cells_that_know_little_borrow_from_the_others():
    rows, _ = sold(3, 400, ratio=1.0)
    lone = pd.DataFrame([{"tier": "mega", "platform": "tiktok", "followers": 2e6, "clicks": 3.0, "orders": 3.0}])
    table = find_conversions(pd.concat([rows, lone], ignore_index=True)).table
    mega = table.query("measure == 'orders per click' and tier == 'mega'")
    assert mega["rate"].iloc[0] < 0.6


def test_lists_without_sales_say_nothing():
    found = find_conversions(pd.DataFrame({"tier": ["nano"], "platform": ["tiktok"], "followers": [1e3]}))
    assert found.table.empty
    assert found.notices == ()


def test_the_same_rows_in_any_order_give_the_same_table():
    rows, _ = sold(5, 150)
    mixed = rows.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(find_conversions(rows).table, find_conversions(mixed).table, rtol=1e-9)


def test_no_sentence_is_about_cities():
    rows, _ = sold(1, 2_000, ratio=2.1)
    assert not any(word in notice.sentence for notice in find_conversions(rows).notices for word in ("cit", "market"))
