import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.indices import INDICES
from hinterland.supply import count_audiences, merge_audiences, merge_supply, typical_audience
from supplies import count_supply

CITIES = ["city:1", "city:2", None]
rows = st.lists(
    st.tuples(
        st.sampled_from(CITIES),
        st.sampled_from(["nano", "micro"]),
        st.integers(1, 3_000_000),
        st.one_of(st.none(), st.floats(0, 3e8)),
    ),
    min_size=1,
    max_size=40,
)


def located(cells):
    city, tier, millionths, audience = zip(*cells, strict=True)
    table = pd.DataFrame(
        {
            "creator_id": range(1, len(cells) + 1),
            "found_by": "text",
            "near_name": False,
            "placed": True,
            "sole_market": False,
            "tier": tier,
            "creators_millionths": millionths,
            "doubtful_millionths": 0,
            "audience": np.array(audience, dtype=float),
            "reach": np.array(audience, dtype=float) * 1e6 / np.array(millionths),
            "city_market": pd.Series(city, dtype="str"),
            "site": [CITIES.index(name) for name in city],
        },
        index=pd.RangeIndex(len(cells), name="share_id"),
    )
    table["metro_market"] = table["city_market"].str.replace("city", "metro")
    table["region_market"] = "region:AA.1"
    table["country_market"] = "country:AA"
    return table.astype({"found_by": "str", "tier": "str", "region_market": "str", "country_market": "str"})


@settings(max_examples=80)
@given(rows, st.integers(0, 40), st.randoms())
def test_any_split_and_order_gives_the_same_supply(cells, cut, random):
    whole = located(cells)
    order = list(range(len(cells)))
    random.shuffle(order)
    shuffled = whole.iloc[order].set_axis(whole.index)
    parts = [part for part in (shuffled.iloc[:cut], shuffled.iloc[cut:]) if len(part)]
    supplies = [count_supply(part.set_axis(pd.RangeIndex(len(part), name="share_id"))) for part in parts]
    pd.testing.assert_frame_equal(merge_supply(supplies), count_supply(whole))
    pd.testing.assert_frame_equal(merge_audiences([count_audiences(part) for part in parts]), count_audiences(whole))


@settings(max_examples=40)
@given(rows)
def test_nobody_who_is_somewhere_is_lost(cells):
    supply = count_supply(located(cells))["creators_millionths"].groupby(level="level").sum()
    assert supply["country"] == sum(cell[2] for cell in cells)
    assert supply.get("city", 0) == sum(cell[2] for cell in cells if cell[0])


@settings(max_examples=40)
@given(rows, st.integers(2, 9))
def test_more_followers_move_the_audience_only(cells, times):
    whole = [(city, tier, share, audience and float(int(audience))) for city, tier, share, audience in cells]
    larger = [(city, tier, share, audience and audience * times) for city, tier, share, audience in whole]
    before, after = count_supply(located(whole)), count_supply(located(larger))
    assert (after["creators_millionths"] == before["creators_millionths"]).all()
    assert (after["audience"] == before["audience"] * times).all()


def test_squares_in_halves_give_the_concentration():
    cells = [("city:1", "nano", 1_000_000, share * 10_000_000.0) for share in (30, 30, 20, 20)]
    supply = count_supply(located(cells)).groupby(level=["level", "market_id"]).sum().loc["city"]
    assert INDICES["audience_hhi"](supply)["city:1"] == pytest.approx(2_600)


def test_typical_audience_is_winsorised_and_shrunk():
    cells = [("city:1", "nano", 1_000_000, 1_000.0)] * 99 + [("city:1", "nano", 1_000_000, 1e8)]
    means = typical_audience(count_audiences(located(cells)), winsor=0.1, shrinkage=30, unknown=7)
    assert means["AA"] == pytest.approx(1_000, rel=0.03)
    nothing = count_audiences(located([("city:1", "nano", 1_000_000, None)]))
    assert typical_audience(nothing, winsor=0.1, shrinkage=30, unknown=7)[""] == 7
