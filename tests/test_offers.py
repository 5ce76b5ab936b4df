import numpy as np
import pandas as pd
import pytest

from hinterland.config import Assumptions
from hinterland.offers import make_offers, opening_lines, price_notices
from hinterland.vetting import vet
from lists import creators

ASSUMED = Assumptions()


def offered(rows, assumptions=ASSUMED, country="US"):
    table = vet(creators(*rows))
    return make_offers(table, pd.Series(country, table.index), assumptions=assumptions)


def test_small_ones_are_offered_a_trade_first_and_large_ones_a_fee():
    sizes = (5e3, 2e4, 1e5, 7e5, 2e6, None)
    offers, _ = offered([{"followers": size} for size in sizes])
    assert list(offers["offer_mode"]) == ["trade", "trade", "trade + fee", "fee", "fee", "trade"]
    assert offers["offer_why"].str.len().min() > 10
    assert (offers["fee_low"] < offers["fee_high"]).all()


def test_a_listed_fee_is_kept_as_a_range_around_it():
    offers, _ = offered([{"followers": 5e3, "fee": 100.0, "currency": "EUR"}])
    assert offers["offer_mode"].iloc[0] == "trade + fee"
    assert offers["fee_low"].iloc[0] < 100 < offers["fee_high"].iloc[0]
    assert offers["currency"].iloc[0] == "EUR"


def test_the_preset_is_reach_times_price_per_thousand_over_a_ratio():
    offers, _ = offered([{"followers": 30_000.0, "platform": "tiktok"}])
    low, high = offers[["fee_low", "fee_high"]].iloc[0]
    assert high / low == pytest.approx(ASSUMED.fee_ratio)
    assert (low * high) ** 0.5 == pytest.approx(30_000 * 0.229 * 12 / 1_000)


def test_presets_can_be_replaced_one_by_one():
    dear = Assumptions(cpm={"tiktok micro": 120.0}, cpm_country={"US": 2.0})
    assert dear.cpm["nano"] == ASSUMED.cpm["nano"]
    rows = [{"followers": 30_000.0, "platform": "tiktok"}]
    assert offered(rows, dear)[0]["fee_low"].iloc[0] == pytest.approx(20 * offered(rows)[0]["fee_low"].iloc[0])


def test_prices_of_the_list_are_learnt():
    rng = np.random.default_rng(3)
    followers = np.exp(rng.normal(10, 1.2, 600))
    fees = np.exp(-2 + 0.8 * np.log(followers) + rng.normal(0, 0.4, 600))
    rows = [
        {"followers": size, "fee": fee if at < 400 else None, "currency": "GBP" if at < 400 else None}
        for at, (size, fee) in enumerate(zip(followers, fees, strict=True))
    ]
    offers, prices = offered(rows)
    unseen = offers.iloc[400:]
    inside = (unseen["fee_low"] < fees[400:]) & (fees[400:] < unseen["fee_high"])
    assert 0.72 <= inside.mean() <= 0.88
    assert set(unseen["currency"]) == {"GBP"}
    assert prices.creators == 400
    assert prices.spread == pytest.approx(0.4, abs=0.05)


def test_locking_in_saves_what_growth_would_cost_and_no_history_is_unknown():
    offers, _ = offered([{"followers": 5e3, "growth": 0.025}, {"followers": 5e3}, {"followers": 5e3, "growth": 0.9}])
    assert offers["first_mover_saving"].iloc[0] == pytest.approx(np.exp(0.3) - 1)
    assert offers["first_mover_saving"].iloc[1:].isna().all()


def test_one_months_growth_is_drawn_towards_the_lists_and_shown_with_its_range():
    offers, _ = offered([{"followers": 5e3, "growth": growth} for growth in (0.0, 0.01, 0.01, 0.05, 0.19)])
    low, middle, high = (offers[f"first_mover_saving{end}"].to_numpy() for end in ("_low", "", "_high"))
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert middle[3] == pytest.approx(np.exp(12 * 0.03) - 1)
    assert (low[3], high[3]) == pytest.approx((np.exp(12 * 0.01) - 1, np.exp(12 * 0.05) - 1))
    assert high[4] == 1.0  # no more than double is shown


def test_prices_without_currency_are_told():
    rows = [{"followers": 5e3, "fee": 100.0}]
    _, prices = offered(rows)
    assert {"own_fees", "currency_assumed"} == {notice.code for notice in price_notices(creators(*rows), prices)}


def test_the_first_line_asks_to_work_together_never_for_prices():
    offers, _ = offered([{"handle": "@luna", "followers": size, "niche": "food"} for size in (5e3, 1e5, 2e6)])
    lines = opening_lines(offers, pd.Series("Lyon", offers.index), pd.Series(None, offers.index, dtype="str"))
    for line in lines:
        assert line.startswith("Hi @luna, ")
        assert "collaborate" in line
        assert not any(word in line.casefold() for word in ("rate card", "rates", "price", "how much"))
    assert "trade" in lines.iloc[0]


def test_nobody_is_offered_fractions_of_a_coin():
    offers, _ = offered([{"followers": 3.0}])
    assert offers["fee_low"].iloc[0] == ASSUMED.least_fee
    assert offers["fee_high"].iloc[0] == ASSUMED.least_fee * ASSUMED.fee_ratio


@pytest.mark.parametrize(
    ("followers", "least", "most"),
    [(3_000, 10, 100), (25_000, 100, 500), (150_000, 500, 5_000), (700_000, 5_000, 10_000)],
)
def test_preset_fees_of_each_size_stand_within_what_is_published(followers: int, least: float, most: float):
    offers, _ = offered([{"followers": float(followers), "platform": "instagram"}])
    low, high = offers[["fee_low", "fee_high"]].iloc[0]
    assert least < (low * high) ** 0.5 < most
