import pandas as pd
import pytest

from hinterland.config import Assumptions
from hinterland.coverage import Coverage, Evidence, FitShape, find_covered, warn_about_fit, warn_about_list
from hinterland.errors import SettingsError

IDS = pd.Index(["city:1", "city:2", "city:3"], name="market_id")
MARKETS = pd.DataFrame({"country_code": ["AA", "AA", "BB"], "internet_users": 9e4}, index=IDS)
SUPPLY = pd.Series({"city:1": 4.0}).rename_axis("market_id")


def covered(covers, *, aggregated=False, supply=SUPPLY):
    found = find_covered(supply, MARKETS, pd.Index(["AA"]), covers=covers, aggregated=aggregated)
    return list(found.creators.index), found.smallest


@pytest.mark.parametrize(
    ("covers", "aggregated", "expected"),
    [
        ("auto", False, ["city:1", "city:2"]),
        ("worldwide", False, ["city:1", "city:2", "city:3"]),
        ("bb", False, ["city:3"]),
        ("listed", False, ["city:1"]),
        ("auto", True, ["city:1"]),
    ],
)
def test_what_a_list_covers(covers, aggregated, expected):
    assert covered(covers, aggregated=aggregated)[0] == expected


def test_a_listing_is_cut_at_its_smallest_count_unless_it_has_zeros():
    assert covered("listed", aggregated=True)[1] == 4
    # in a list of creators a single one is enough for a place to be named
    assert covered("listed")[1] == 1
    assert covered("listed", aggregated=True, supply=pd.Series({"city:1": 4.0, "city:2": 0.0}))[1] == 0


def test_unknown_country_names_the_remedy():
    with pytest.raises(SettingsError, match=r"in QQ; choose auto, worldwide, listed"):
        covered("AA,QQ")


QUIET = Evidence(
    rows_in=4_321,
    usable=4_321,
    located=4_000,
    aggregated=False,
    with_followers=4_321,
    with_handles=True,
    with_audiences=0,
    mended={},
    synthetic=False,
    smallest_followers=1_037,
    niches=2,
    rank_tops=(180, 730, 40),
)


def test_a_plain_list_raises_no_warning():
    assert warn_about_list(QUIET, assumptions=Assumptions()) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rank_tops": (995, 990, 40)}, "capped_list"),
        ({"rank_tops": (1_000,)}, "capped_list"),
        ({"rows_in": 1_000}, "capped_list"),
        ({"smallest_followers": 5_000}, "capped_list"),
        ({"niches": 1}, "one_niche"),
        ({"located": 2_000}, "unusable_locations"),
        ({"mended": {"coordinates of a country's centre": 900}}, "country_centres"),
        ({"mended": {"not a number of followers": 3}}, "mended"),
        ({"synthetic": True}, "synthetic"),
        ({"with_followers": 0, "smallest_followers": float("nan")}, "no_followers"),
        ({"with_handles": False}, "no_handles"),
        ({"with_audiences": 12}, "audience_split"),
    ],
)
def test_each_warning_fires_on_its_own_cause(change, code):
    evidence = Evidence(**{**QUIET.__dict__, **change})
    assert [notice.code for notice in warn_about_list(evidence, assumptions=Assumptions())] == [code]


def test_warnings_about_the_fit():
    many = Coverage(pd.Series({"city:1": 40.0, "city:3": 50.0}), 0, "auto")
    few = Coverage(pd.Series({"city:1": 40.0, "city:3": 2.0}), 0, "auto")
    listed = Coverage(many.creators, 4, "listed")

    def codes(coverage, slope, likeness, *, bends=False):
        shape = FitShape(slope, 0.01, bends, likeness)
        return [notice.code for notice in warn_about_fit(coverage, MARKETS, shape, assumptions=Assumptions())]

    assert codes(many, 1.1, 0.05) == []
    assert codes(many, 1.1, float("nan")) == []
    assert codes(few, 1.1, 0.05) == ["small_countries"]
    assert codes(many, 0.75, 0.05) == ["odd_slope"]
    assert codes(many, 1.45, 0.05) == ["steep"]
    assert codes(listed, 1.7, 0.2, bends=True) == ["listed_only", "steep", "bends", "neighbours_alike"]


@pytest.mark.parametrize("covers", ["auto", "worldwide", "listed", "aa"])
def test_markets_without_internet_users_are_never_covered(covers):
    online = MARKETS.assign(internet_users=[0.0, 9e4, float("nan")])
    supply = pd.Series({"city:1": 4.0, "city:2": 3.0}).rename_axis("market_id")
    found = find_covered(supply, online, pd.Index(["AA"]), covers=covers, aggregated=False)
    assert list(found.creators.index) == ["city:2"]
