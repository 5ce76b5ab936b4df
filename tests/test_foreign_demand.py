"""Markets abroad: what language, income and distance say, and an audience against what they predict."""

import numpy as np
import pandas as pd
import pytest

from hinterland import analyze, reference
from hinterland.analysis.comparison import list_abroad
from hinterland.config import Assumptions, Settings
from hinterland.errors import SettingsError
from hinterland.foreign_demand import count_effective, predict_draw, profile_countries
from hinterland.pipeline.level_selection import judge_presence

ASSUMPTIONS = Assumptions()


def profiles_from(*home, assumptions=ASSUMPTIONS):
    return profile_countries(
        reference.load_markets("metro"),
        reference.load_countries()["gdp_per_head_ppp"],
        reference.load_language_shares(),
        home=home,
        assumptions=assumptions,
    )


def test_a_country_is_seen_from_the_nearest_home_country():
    seen = profiles_from("DE", "US")
    assert seen.loc["AT", "shared_language"] == "de"
    assert seen.loc["AT", "language_share"] > 0.9
    assert seen.loc["GB", "shared_language"] == "en"
    assert 300 < seen.loc["AT", "distance_km"] < 900
    assert 700 < seen.loc["CA", "distance_km"] < 2_500
    assert seen.loc["JP", "distance_km"] == pytest.approx(profiles_from("DE").loc["JP", "distance_km"], rel=0.3)
    assert seen.loc["US", "income_per_head"] > seen.loc["IN", "income_per_head"]


def test_each_effect_is_the_assumed_one_and_can_be_replaced():
    seen = profiles_from("DE")
    plain = predict_draw(seen, assumptions=ASSUMPTIONS)
    deaf = predict_draw(seen, assumptions=ASSUMPTIONS.model_copy(update={"language_effect": 0.0}))
    ratio = np.log(plain / deaf)
    assert ratio.to_numpy() == pytest.approx(0.49 * seen["language_share"].to_numpy())
    far = predict_draw(seen.assign(distance_km=2 * seen["distance_km"]), assumptions=ASSUMPTIONS)
    assert far.loc["JP"] == pytest.approx(plain.loc["JP"])  # twice as far from everybody is no farther than others


def test_without_home_countries_nothing_is_abroad():
    with pytest.raises(SettingsError, match="where the brand sells"):
        profiles_from("ZZ")


def test_an_audience_is_worth_as_many_creators_as_would_give_it():
    audience = pd.DataFrame(
        {
            "creator_id": [1, 1, 2, 3],
            "country_code": ["FR", "IT", "FR", "IT"],
            "people": [500.0, 500.0, 1_000.0, 1_000.0],
        }
    )
    assert count_effective(audience)["creators"].to_dict() == {"FR": 1.5, "IT": 1.5}
    star = audience.assign(people=[500_000.0, 500_000.0, 1_000.0, 1_000.0])
    assert count_effective(star)["creators"].sum() == pytest.approx(1.0, rel=0.01)


def test_planted_presence_is_recovered_within_its_intervals():
    """phi ~ Gamma(2, 2) about what language, income and distance predict: 90 % intervals hold 86 to 95 % of it."""
    held = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        seen = profiles_from("DE")
        countries = reference.load_markets("country").set_index("country_code", drop=False).rename_axis("market_id")
        countries = countries.loc[countries.index.isin(seen.index) & (countries.index != "DE")]
        draw = predict_draw(seen, assumptions=ASSUMPTIONS).reindex(countries.index)
        weighed = countries["internet_users"] * draw
        phi = rng.gamma(2.0, 0.5, len(countries))
        creators = pd.Series(rng.poisson(3_000 * weighed / weighed.sum() * phi).astype(float), countries.index)
        table = judge_presence(
            creators,
            countries.assign(internet_users=weighed)[weighed > 0],
            settings=Settings(seed=seed),
            assumptions=ASSUMPTIONS,
        )
        low, high = table["saturation_low"] / 100, table["saturation_high"] / 100
        held.append(pd.Series(phi, countries.index).reindex(table.index).between(low, high).mean())
    assert 0.86 <= np.mean(held) <= 0.95


def made_up_list(with_splits):
    rng = np.random.default_rng(1)
    markets = reference.load_markets("metro", min_population=15_000)
    markets = markets[markets["country_code"].isin(["DE", "AT", "FR", "IT", "ES", "PL"])]
    counts = rng.poisson(60 * (markets["population"] / 1e6) ** 1.1 * rng.gamma(3, 1 / 3, len(markets)))
    rows = markets.loc[markets.index.repeat(counts)].reset_index()
    table = pd.DataFrame(
        {
            "handle": [f"made.up.{number}" for number in range(len(rows))],
            "followers": rng.lognormal(9, 1, len(rows)).round(),
            "city": rows["market"],
            "country": rows["country"],
        }
    )
    if with_splits:
        homes = rows["country_code"]
        table["audience_countries"] = [
            f'[{{"code": "{home}", "weight": 0.7}}, {{"code": "AT", "weight": 0.2}}]' for home in homes
        ]
    return table


def test_markets_abroad_stand_side_by_side_in_the_order_of_the_ranking():
    abroad = analyze(made_up_list(with_splits=True), settings=Settings(home=("DE",))).abroad()
    assert len(abroad)
    assert "DE" not in set(abroad["country_code"])
    assert abroad["rank"].is_monotonic_increasing
    assert (abroad["unmet_audience_low"] <= abroad["unmet_audience_high"]).all()
    austria = abroad[abroad["country_code"] == "AT"]
    assert (austria["presence"] > 100).all()
    assert (austria["shared_language"] == "de").all()
    assert "score" not in " ".join(abroad.columns)


def test_without_splits_of_audiences_presence_is_unknown_and_said_to_be():
    table, notices = list_abroad(analyze(made_up_list(with_splits=False), settings=Settings(home=("DE",))))
    assert table["presence"].isna().all()
    assert table["language_share"].notna().all()
    assert [notice.code for notice in notices] == ["presence_unknown"]
