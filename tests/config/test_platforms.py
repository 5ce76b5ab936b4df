import pandas as pd
import pytest

from hinterland import ingest
from hinterland.analysis import analyze
from hinterland.config import Assumptions, Settings, canonical_platform, list_platform_reach, platform_names
from hinterland.coverage import blocked_countries, platform_demand
from hinterland.errors import InputError, SettingsError
from hinterland.ingest.header_names import recognise_platform
from hinterland.ingest.parse import bundled_table
from hinterland.language import Country
from hinterland.reference import load_markets

RECORD = pd.DataFrame(
    [("AA", "youtube", 0.5), ("AA", "tiktok", 0.0), ("BB", "youtube", 0.0), ("BB", "instagram", 0.0)],
    columns=["country_code", "platform", "reach"],
)
MARKETS = pd.DataFrame(
    {
        "country_code": ["AA", "BB", "CC", "AA"],
        "country": ["Aland", "Bland", "Cland", "Aland"],
        "population": [5.0, 9.0, 7.0, 5.0],
    },
    index=pd.Index(["city:1", "city:2", "city:3", "city:4"], name="market_id"),
)


@pytest.mark.parametrize(
    ("creators", "reach", "unknown"),
    [
        ({"youtube": 10}, [0.5, 0, 1, 0.5], [0, 0, 1, 0]),
        ({"youtube": 1, "tiktok": 3}, [0.125, 0.75, 1, 0.125], [0, 0.75, 1, 0]),
        ({"youtube": 1, "instagram": 1}, [0.75, 0, 1, 0.75], [0.5, 0, 1, 0.5]),
        ({"mastodon": 4}, [1, 1, 1, 1], [1, 1, 1, 1]),
        ({"": 5}, [1, 1, 1, 1], [1, 1, 1, 1]),
        ({"": 3, "youtube": 1}, [0.875, 0.75, 1, 0.875], [0.75, 0.75, 1, 0.75]),
        ({}, [1, 1, 1, 1], [1, 1, 1, 1]),
    ],
)
def test_reach_is_weighted_by_the_creators_of_each_platform(creators, reach, unknown):
    demand = platform_demand(MARKETS, creators, RECORD)
    assert demand.index.equals(MARKETS.index)
    assert demand["reach"].tolist() == pytest.approx(reach)
    assert demand["unknown"].tolist() == pytest.approx(unknown)


def test_blocked_countries_are_named_the_most_populous_first():
    record = pd.concat([RECORD, pd.DataFrame({"country_code": ["CC"], "platform": ["youtube"], "reach": [0.0]})])
    blocked = blocked_countries(MARKETS, platform_demand(MARKETS, {"youtube": 1}, record))
    assert blocked == (Country("BB", "Bland"), Country("CC", "Cland"))


def test_every_number_of_the_table_has_a_country_a_year_and_a_source():
    table = list_platform_reach({})
    assert not table.duplicated(["country_code", "platform"]).any()
    assert table["reach"].between(0, 1).all()
    assert table["year"].between(2005, 2026).all()
    assert (table["source"].str.len() > 10).all()
    assert set(table["country_code"]) <= set(load_markets("country")["country_code"])
    assert (table["platform"] == table["platform"].str.lower()).all()


def test_nobody_is_an_audience_where_a_platform_is_blocked():
    table = list_platform_reach({}).set_index(["country_code", "platform"])["reach"]
    for code, platform in (
        ("CN", "youtube"),
        ("CN", "instagram"),
        ("CN", "tiktok"),
        ("RU", "instagram"),
        ("IN", "tiktok"),
    ):
        assert table[code, platform] == 0


def _list(platform, *, extra="", headers="handle,country,followers"):
    countries = {"China": 3, "India": 40, "United States": 60, "Brazil": 50, "Germany": 30, "France": 30, "Japan": 30}
    rows = [
        dict(zip(headers.split(","), (f"u{country}{number}", country, 5_432), strict=True))
        for country, count in countries.items()
        for number in range(count)
    ]
    table = pd.DataFrame(rows)
    if extra:
        table[extra] = 1
    return table.assign(platform=platform) if platform else table


@pytest.mark.parametrize(
    ("table", "uncovered"),
    [
        (_list("YouTube"), ["CN"]),
        (_list("tiktok"), ["CN", "IN"]),
        (_list(None, extra="uploads", headers="channel name,country,subscribers"), ["CN"]),
        (_list(None, headers="tiktok username,country,tiktok followers"), ["CN", "IN"]),
        (_list("Twitter"), ["CN"]),
        (_list("tt"), ["CN", "IN"]),
        (_list(None, headers="twitter username,country,twitter followers"), ["CN"]),
        (_list(None), []),
        (_list("mastodon"), []),
    ],
)
def test_markets_where_the_platform_is_blocked_are_not_covered(table, uncovered):
    ranking = analyze(table).ranking.set_index("country_code")
    present = ["CN", "IN", "US", "BR", "DE", "FR", "JP"]
    assert [code for code in present if ranking.loc[code, "class"] == "not covered"] == uncovered
    assert ranking.loc[uncovered, "rank"].isna().all()
    assert ranking.loc[uncovered, "creators"].gt(0).all()


def test_every_table_calls_a_platform_by_its_one_name():
    presets = {
        name.rpartition(" ")[0] for table in ("usual_engagement", "cpm") for name in getattr(Assumptions(), table)
    }
    tables = {
        "reach": set(list_platform_reach({})["platform"]),
        "presets": presets - {""},
        "addresses": {row["platform"] for row in bundled_table("address_forms")},
        **{where: set(platform_names(where).values()) for where in ("cell", "header", "list", "decoration")},
    }
    for table, names in tables.items():
        assert {name: canonical_platform(name) for name in names} == {name: name for name in names}, table


def test_platforms_of_a_wide_list_and_of_addresses_go_by_the_name_their_reach_is_on_record_by():
    wide = pd.DataFrame({"City": ["Lyon"], "Instagram Followers": [9_000], "Twitter Followers": [4_000]})
    addresses = pd.DataFrame({"city": ["Lyon"] * 2, "profile url": ["https://twitter.com/ann", "https://x.com/bea"]})
    columns = pd.DataFrame({"city": ["Lyon"] * 2, "handle": ["ann", "bea"], "platform": ["Twitter", "X.com"]})
    for table, platforms in ((wide, ["instagram", "x"]), (addresses, ["x", "x"]), (columns, ["x", "x"])):
        batches = [ingest.read_part(part) for part in ingest.frame_parts(table, settings=Settings()).parts]
        assert pd.concat([batch.creators for batch in batches])["platform"].tolist() == platforms


def test_settings_and_assumptions_take_any_name_of_a_platform():
    assumptions = Assumptions(platform_reach={"TT twitter": 0.3}, usual_engagement={"IG nano": 0.5}, cpm={"mega": 1})
    assert assumptions.platform_reach == {"TT x": 0.3}
    assert (assumptions.usual_engagement["instagram nano"], assumptions.cpm["mega"]) == (0.5, 1)
    assert Settings(platform="Twitter").platform == "x"


def test_internet_users_of_the_output_stay_as_they_are():
    users = load_markets("country")["internet_users"]
    ranking = analyze(_list("youtube")).ranking
    pd.testing.assert_series_equal(ranking["internet_users"].sort_index(), users.sort_index())


def test_expected_creators_follow_the_reach():
    whole, reached = (analyze(_list(name)).ranking["expected_creators"] for name in ("mastodon", "youtube"))
    ratio = reached / whole
    # youtube reaches 0.58 of the people online in India, 0.86 in Germany
    assert ratio["country:IN"] / ratio["country:DE"] == pytest.approx((0.58 / 0.86) ** 1.0, abs=0.15)


def test_a_run_says_whom_its_platforms_reach():
    notices = {notice.code: notice.sentence for notice in analyze(_list("youtube")).findings.warnings}
    assert "whom youtube reach" in notices["platform_reach"]
    assert "China" in notices["platform_reach"]
    unknown = {notice.code: notice.sentence for notice in analyze(_list("mastodon")).findings.warnings}
    assert "mastodon reach is not on record" in unknown["platform_reach"]
    assert "platform_reach" not in {notice.code for notice in analyze(_list(None)).findings.warnings}


def test_a_list_of_blocked_countries_only_is_refused_with_the_reason():
    table = _list("youtube").query("country == 'China'")
    with pytest.raises(InputError, match="youtube is blocked or not offered in China"):
        analyze(table)


def test_the_reach_can_be_replaced_for_a_run(tmp_path):
    numbers = tmp_path / "a.toml"
    numbers.write_text("platform_reach = { 'CN youtube' = 0.1, 'DE mastodon' = 0.2 }")
    assumptions = Assumptions.read(numbers)
    table = list_platform_reach(assumptions.platform_reach).set_index(["country_code", "platform"])["reach"]
    assert (table["CN", "youtube"], table["DE", "mastodon"], table["IR", "youtube"]) == (0.1, 0.2, 0)
    ranking = analyze(_list("youtube"), assumptions=assumptions).ranking
    assert ranking.loc["country:CN", "class"] != "not covered"


@pytest.mark.parametrize("key", ["china youtube", "CN", "CNyoutube"])
def test_a_reach_of_no_country_is_refused(key):
    with pytest.raises(SettingsError, match="RU instagram"):
        Assumptions(platform_reach={key: 0.1})


def test_a_country_cannot_be_covered_where_the_platform_is_blocked():
    with pytest.raises(SettingsError, match="blocked or not offered in China"):
        analyze(_list("youtube"), settings=Settings(covers="us,cn"))


@pytest.mark.parametrize(
    ("file", "columns", "people", "platform"),
    [
        ("youtube_global_2023.csv", "rank subscribers country", "subscribers", "youtube"),
        ("channels.csv", "rank;subscribers;video views;country", "subscribers", "youtube"),
        ("top 1000 tiktokers.csv", "name;country", "name", "tiktok"),
        ("list.csv", "IG username;followers;country", "IG username;followers", "instagram"),
        ("list.csv", "handle;followers;YouTube link", "handle;followers", ""),
        ("list.csv", "handle;subscribers", "handle;subscribers", ""),
        ("ig_yt_tiktok_youtube.csv", "handle;followers", "handle;followers", ""),
        ("list.csv", "TikTok followers;Instagram followers", "TikTok followers;Instagram followers", ""),
        ("right fb.csv", "handle", "handle", ""),
        ("youtube.csv", "TikTok username;followers", "TikTok username;followers", "tiktok"),
    ],
)
def test_the_platform_of_a_list_without_a_column_for_it(file, columns, people, platform):
    assert recognise_platform(file, columns.split(";"), people.split(";")) == platform
