"""The site tells the method in the app's words, and its pictures show what they say."""

import pandas as pd
import pytest
from scipy.stats import gamma

from hinterland.messages import model
from hinterland.synthetic import even_towns, half_of_expected
from paths import ROOT

METHOD = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [model.STEPS, model.LIMITS])
def test_the_site_and_the_help_page_tell_the_same(text):
    assert text in METHOD


def test_even_towns_differ_by_chance_most_where_they_are_small():
    towns = even_towns()
    spread = towns.groupby(pd.qcut(towns["residents"], 4))["creators_per_100k"].std()
    assert spread.is_monotonic_decreasing
    assert spread.iloc[0] > 5 * spread.iloc[-1]
    assert towns["creators"].sum() / towns["residents"].sum() == pytest.approx(1 / 4_000, rel=0.05)
    pd.testing.assert_frame_equal(towns, even_towns())


def test_the_same_share_is_surer_where_more_are_expected():
    markets = half_of_expected()
    width = markets["saturation_high"] - markets["saturation_low"]
    assert width.is_monotonic_decreasing
    row = markets.iloc[1]
    held = gamma.cdf([row["saturation_low"] / 100, row["saturation_high"] / 100], 8, scale=1 / 13)
    assert held == pytest.approx([0.05, 0.95])
