"""The mix of creators per market: counted by hand, and the same however the list is cut."""

import pandas as pd

from hinterland.config import Assumptions, Settings
from hinterland.pipeline.creators import count_mix
from hinterland.similar_markets import KINDS_KEPT
from lists import creator_input, creators
from world import geography


def niches(*names):
    return creators(
        *(
            {"city": city, "niche": name, "platform": "TikTok", "followers": 5_000.0}
            for name in names
            for city in ("Abbeville", "Brookton")
        )
    )


def count(*parts):
    return count_mix(creator_input(*parts), geography(), "city", settings=Settings(), assumptions=Assumptions())


def test_kinds_are_counted_by_hand():
    mix = count(niches("Food", "food ", "travel", None))["creators_millionths"]
    assert mix["city:1", "niche", "food"] == 2_000_000
    assert mix["city:1", "niche", "travel"] == 1_000_000
    assert mix["city:2", "platform", "tiktok"] == 4_000_000
    assert mix["city:2", "tier", "nano"] == 4_000_000


def test_cutting_the_list_changes_nothing():
    whole = niches("food", "travel", "sport", "food")
    pd.testing.assert_frame_equal(count(whole), count(whole.iloc[:3], whole.iloc[3:]))


def test_rare_kinds_are_lumped():
    mix = count(niches(*(f"niche {number:02}" for number in range(20))))
    counted = mix.xs("niche", level="family").loc["city:1", "creators_millionths"]
    assert len(counted) == KINDS_KEPT + 1
    assert counted["other"] == 8_000_000
