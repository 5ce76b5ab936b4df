"""The mix of creators per market: counted by hand, and the same however the list is cut."""

from dataclasses import dataclass, field

import pandas as pd
from world import geography

from hinterland.config import Assumptions, Settings
from hinterland.pipeline import CreatorInput
from hinterland.pipeline.creators import KINDS_KEPT, count_mix
from hinterland.schemas import CREATORS


@dataclass(frozen=True)
class Cut:
    creators: pd.DataFrame
    rejects: pd.DataFrame = field(default_factory=pd.DataFrame)
    faults: pd.DataFrame = field(default_factory=pd.DataFrame)
    rows_in: int = 0
    imputed: dict = field(default_factory=dict)


def creators(niches):
    blank = {"text": None, "number": float("nan")}
    columns = {name: blank[kind] for name, kind in CREATORS.columns.items()}
    known = {"city": ["Abbeville", "Brookton"] * len(niches), "niche": [n for n in niches for _ in range(2)]}
    frame = pd.DataFrame(columns | known | {"platform": "TikTok", "followers": 5_000.0, "creators": 1.0})
    text = [name for name, kind in CREATORS.columns.items() if kind == "text"]
    return frame.astype(dict.fromkeys(text, "str")).set_index(pd.RangeIndex(1, len(frame) + 1, name="creator_id"))


def count(*parts):
    listing = CreatorInput(parts, Cut)
    return count_mix(listing, geography(), "city", settings=Settings(), assumptions=Assumptions())


def test_kinds_are_counted_by_hand():
    mix = count(creators(["Food", "food ", "travel", None]))["creators_millionths"]
    assert mix["city:1", "niche", "food"] == 2_000_000
    assert mix["city:1", "niche", "travel"] == 1_000_000
    assert mix["city:2", "platform", "tiktok"] == 4_000_000
    assert mix["city:2", "tier", "nano"] == 4_000_000


def test_cutting_the_list_changes_nothing():
    whole = creators(["food", "travel", "sport", "food"])
    pd.testing.assert_frame_equal(count(whole), count(whole.iloc[:3], whole.iloc[3:]))


def test_rare_kinds_are_lumped():
    mix = count(creators([f"niche {number:02}" for number in range(20)]))
    niches = mix.xs("niche", level="family").loc["city:1", "creators_millionths"]
    assert len(niches) == KINDS_KEPT + 1
    assert niches["other"] == 8_000_000
