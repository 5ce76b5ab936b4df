from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import world
from hinterland.config import Assumptions, Settings
from hinterland.errors import InputError
from hinterland.location import Locator
from hinterland.pipeline.aggregate import CreatorInput
from hinterland.pipeline.run import run_stages
from hinterland.schemas import MILLIONTHS
from hinterland.vetting import vet
from lists import Part, creator_input, creators
from supplies import count_supply

GEOGRAPHY = world.geography()


def run(*parts, aggregated=False, markets_of=world.markets, **asked):
    asked = {"draws": 100, "min_population": 0, "level": "city"} | asked
    listing = creator_input(*parts, aggregated=aggregated)
    return run_stages(listing, GEOGRAPHY, markets_of, settings=Settings(**asked), assumptions=Assumptions())


def located(*rows):
    return Locator(GEOGRAPHY, Assumptions()).locate(vet(creators(*rows)))


def test_every_way_of_saying_where():
    found = located(
        {"longitude": 0.4, "latitude": 0.6},
        {"city": "brookton", "country": "AA"},
        {"location": "Caverley, Borduria"},
        {"country": "Borduria"},
        {"location": "???"},
        {"longitude": 2.98, "latitude": 0.5},
        {"region": "Southshire", "country": "Aland Republic"},
    )
    ways = ["coordinates", "columns", "text", "country_only", "nowhere", "coordinates", "columns"]
    assert list(found["found_by"]) == ways
    assert list(found["city_market"].fillna("-")) == ["city:1", "city:2", "city:3", "-", "-", "-", "-"]
    assert list(found["country_market"].fillna("-")) == [
        *("country:AA", "country:AA", "country:BB", "country:BB", "-", "country:AA", "country:AA")
    ]
    assert list(found["region_market"].fillna("-"))[5:] == ["region:AA.1", "region:AA.2"]


def test_a_creator_in_two_places_is_split_and_nothing_is_lost():
    found = located({"location": "Abbeville / Caverley", "followers": 1_000.0})
    assert sorted(found["city_market"]) == ["city:1", "city:3"]
    assert found["creators_millionths"].sum() == MILLIONTHS
    assert list(found["audience"]) == [500.0, 500.0]


def test_sea_and_far_away_points_are_nowhere():
    assert list(located({"longitude": -120.0, "latitude": 40.0})["found_by"]) == ["nowhere"]


def test_three_cities_counted_by_hand():
    findings = run(
        creators(
            {"location": "Abbeville", "followers": 1_000.0, "handle": "a"},
            {"location": "Abbeville", "followers": 3_000.0, "handle": "b"},
            {"location": "Caverley", "followers": 5_000.0, "handle": "c"},
            {"location": "Abbeville", "followers": 9_000.0, "handle": "@A"},
            {"location": "Dunmarrow", "followers": 10.0, "handle": "d"},
        )
    )
    assert findings.counts["rows_in"] == 5
    assert findings.counts["merged"] == 1
    assert findings.counts["used"] == 4
    table = findings.rankings["national"]
    assert table.loc["city:1", ["creators", "audience"]].to_list() == [2, 4_000]
    assert table.loc["city:2", "creators"] == 0
    assert table.loc["city:1", "creators_per_100k"] == pytest.approx(2 / 9)
    assert table.loc["city:1", "audience_hhi"] == pytest.approx(10_000 * (1 + 9) / 16)
    assert set(table["class"]) == {"insufficient data"}
    assert table["rank"].isna().all()


def test_every_market_keeps_its_label_and_areas_without_one_their_name():
    people = creators({"location": "Abbeville", "followers": 1_000.0, "handle": "a"})
    plain = next(iter(run(people).rankings.values()))
    assert plain["label"].tolist() == plain["market"].tolist()
    labelled = run(
        people, markets_of=lambda level: world.markets(level).assign(label=lambda table: table["market"] + ", North")
    )
    assert all((table["label"] == table["market"] + ", North").all() for table in labelled.rankings.values())


def test_a_listing_says_nothing_of_places_it_does_not_name():
    findings = run(
        creators({"location": "Abbeville", "creators": 90.0}, {"location": "Caverley", "creators": 50.0}),
        aggregated=True,
    )
    assert findings.rankings["national"].loc["city:2", "class"] == "not covered"
    assert findings.counts["creators_in"] == 140
    assert "listed_only" in [notice.code for notice in findings.warnings]


def test_rows_that_count_creators_are_not_taken_for_creators():
    rows = [
        {"location": "Abbeville", "creators": 90.0, "handle": "a", "brand": "yes"},
        {"location": "Caverley / Brookton", "creators": 50.0, "handle": "b", "brand": "no"},
        {"country": "Borduria", "creators": 7.0, "handle": "c", "brand": "no"},
        {"location": "???", "creators": 3.0, "handle": "d", "brand": "no"},
        {"handle": "e", "creators": 2.0, "brand": "no"},
        {"location": "Abbeville", "handle": "E", "creators": 6.0, "brand": "no"},
    ]
    part = creators(*rows).assign(brand=[row["brand"] for row in rows])
    listing = creator_input(part, aggregated=True, has_handles=True)
    asked = Settings(draws=100, min_population=0, level="city", brand="brand")
    findings = run_stages(listing, GEOGRAPHY, world.markets, settings=asked, assumptions=Assumptions())
    assert (findings.counts["used"], findings.placed) == (5, 2)
    assert (findings.counts["creators_in"], findings.counts["creators_placed"]) == (152, 140)
    told = {notice.code: notice.sentence for notice in findings.warnings}
    assert "with the brand: 90. Of these, 90 are placed in cities and counted in the ranking." in told["brand_found"]
    assert "later row, which is not used (6)" in told["mended"]


def test_a_country_without_creators_is_not_covered_unless_the_list_claims_the_world():
    rows = [{"location": "Abbeville", "handle": str(number)} for number in range(30)]
    assert run(creators(*rows)).rankings["national"].loc["city:3", "class"] == "not covered"
    assert run(creators(*rows), covers="worldwide").rankings["national"].loc["city:3", "class"] != "not covered"


def test_countries_only():
    rows = [{"country": "Borduria", "handle": str(number)} for number in range(12)]
    findings = run(creators(*rows), level=None)
    assert findings.level == "country"
    assert "country_level_only" in [notice.code for notice in findings.warnings]
    with pytest.raises(InputError, match="nothing finer than a country"):
        run(creators(*rows), level="city")


def test_segments_keep_only_what_is_asked_for():
    rows = [
        {"location": "Abbeville", "handle": f"{platform}{number}", "platform": platform, "followers": followers}
        for number, (platform, followers) in enumerate([("tiktok", 100.0), ("youtube", 2e6), ("tiktok", 2e6)])
    ]
    counted = {
        name: run(creators(*rows), **asked).rankings["national"].loc["city:1", "creators"]
        for name, asked in {"all": {}, "tiktok": {"platform": "TikTok"}, "mega": {"tier": "mega"}}.items()
    }
    assert counted == {"all": 3, "tiktok": 2, "mega": 2}


WHERE = st.sampled_from(
    [
        {"location": "Abbeville"},
        {"location": "brookton, aland republic"},
        {"location": "Caverley/Abbeville/Brookton"},
        {"longitude": 5.4, "latitude": 0.3},
        {"country": "BB"},
        {"location": "nowhere at all"},
        {"city": "Dunmarrow"},
    ]
)
PEOPLE = st.lists(
    st.tuples(WHERE, st.one_of(st.none(), st.floats(0, 1e8)), st.one_of(st.none(), st.sampled_from("abcdef"))),
    min_size=1,
    max_size=25,
)
RARELY = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


SOMEBODY = {"country": "AA"}


def rows_of(people):
    return [where | {"followers": followers, "handle": handle} for where, followers, handle in people]


@RARELY
@given(PEOPLE)
def test_everyone_is_used_rejected_or_merged_and_stands_in_one_way(people):
    findings = run(creators(SOMEBODY, *rows_of(people)), level="country", covers="worldwide")
    counts = findings.counts
    assert counts["rows_in"] == counts["used"] + counts["rejected"] + counts["merged"] == 1 + len(people)
    assert sum(findings.located.values()) == counts["used"]
    handles = [handle for _, _, handle in people if handle]
    assert counts["merged"] == len(handles) - len(set(handles))


@RARELY
@given(PEOPLE)
def test_every_located_creator_is_counted_once_in_its_country(people):
    whole = creators(*rows_of(people))
    before = whole.copy()
    found = Locator(GEOGRAPHY, Assumptions()).locate(vet(whole))
    supply = count_supply(found)["creators_millionths"].groupby(level="level").sum()
    placed = found.loc[found["found_by"] != "nowhere", "creator_id"].nunique()
    assert supply.get("country", 0) == placed * MILLIONTHS
    pd.testing.assert_frame_equal(whole, before)


@RARELY
@given(PEOPLE, st.integers(0, 25))
def test_parts_and_order_do_not_matter(people, cut):
    unique = [SOMEBODY, *(row | {"handle": None} for row in rows_of(people))]
    whole = creators(*unique)
    parts = [part for part in (whole.iloc[:cut], whole.iloc[cut:]) if len(part)]
    shuffled = whole.sample(frac=1, random_state=cut)
    runs = [run(*pieces, level="country", covers="worldwide") for pieces in ([whole], parts, [shuffled])]
    for other in runs[1:]:
        assert dict(other.counts) == dict(runs[0].counts)
        for benchmark in ("national", "global"):
            pd.testing.assert_frame_equal(other.rankings[benchmark], runs[0].rankings[benchmark])


@RARELY
@given(PEOPLE, st.integers(2, 50))
def test_followers_scale_the_audience_only(people, times):
    rows = [
        row | {"followers": None if row["followers"] is None else float(int(row["followers"]))}
        for row in rows_of(people)
    ]
    larger = [row | {"followers": None if row["followers"] is None else row["followers"] * times} for row in rows]
    found, scaled = located(*rows), located(*larger)
    assert (found["creators_millionths"] == scaled["creators_millionths"]).all()
    np.testing.assert_allclose(scaled["audience"], found["audience"] * times)


def test_the_seed_decides_the_draws_and_nothing_else():
    rows = creators(*({"location": "Abbeville", "handle": str(number)} for number in range(40)))
    first, again, other = (run(rows, seed=seed).rankings["national"] for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_series_equal(first["expected_creators"], other["expected_creators"])


def test_nobody_placed_is_the_users_mistake():
    with pytest.raises(InputError, match=r"no creator could be located.*columns="):
        run(creators({"location": "???"}))


def test_nothing_usable_is_the_users_mistake():
    empty = Part(creators({"location": "x"}).iloc[:0], 3)
    listing = CreatorInput([empty], lambda part: part)
    with pytest.raises(InputError, match="no row of the list could be used"):
        run_stages(listing, GEOGRAPHY, world.markets, settings=Settings(), assumptions=Assumptions())


def test_a_part_without_followers_does_not_hide_the_smallest_of_another():
    rows = [{"location": "Abbeville", "followers": 5_000.0, "handle": "a"}, {"location": "Abbeville", "handle": "b"}]
    parts = [creators(row, first=number) for number, row in enumerate(rows, start=1)]
    for order in (parts, parts[::-1]):
        assert "capped_list" in [notice.code for notice in run(*order).warnings]


def test_a_list_of_points_needs_no_names():
    nameless = replace(GEOGRAPHY, gazetteer=None)
    found = Locator(nameless, Assumptions()).locate(vet(creators({"longitude": 0.4, "latitude": 0.6})))
    assert list(found["city_market"]) == ["city:1"]


def test_a_list_without_handles_is_read_once():
    opened = []
    part = Part(creators({"location": "Abbeville"}), 1)
    listing = CreatorInput([part], lambda part: opened.append(part) or part, has_handles=False)
    asked = Settings(draws=100, min_population=0, level="city")
    run_stages(listing, GEOGRAPHY, world.markets, settings=asked, assumptions=Assumptions())
    assert len(opened) == 1
