import json
import re
import zlib
from base64 import b64decode
from dataclasses import replace

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hinterland.config import Settings
from hinterland.errors import OutputError
from hinterland.maps import LAYERS, draw_map, page
from hinterland.maps.encode import outline_columns, pack
from made_findings import BASEMAP, HOSTILE, make_boundaries, make_findings


def block(text: str, key: str) -> dict:
    kind, found = re.search(rf'<script type="([a-z/]+)" id="hinterland-{key}">(.*?)</script>', text, re.DOTALL).groups()
    return json.loads(zlib.decompress(b64decode(found)) if kind == "text/plain" else found)


def unpack(stream: str) -> list[int]:
    values, value, shift = [], 0, 0
    for character in stream:
        chunk = ord(character) - 63
        value |= (chunk & 31) << shift
        shift += 5
        if chunk < 32:
            values.append((value >> 1) ^ -(value & 1))
            value, shift = 0, 0
    return values


@given(st.lists(st.integers(-3_600_000, 3_600_000), max_size=50))
def test_packed_numbers_come_back(values: list[int]):
    assert unpack(pack(np.array(values, dtype=np.int64))) == values


def test_outlines_say_whose_ring_and_where():
    square = shapely.box(10, 20, 11, 21)
    holed = shapely.Polygon([(0, 0), (0, 3), (3, 3), (3, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    pair = shapely.MultiPolygon([shapely.box(-5, -5, -4, -4), shapely.box(-3, -3, -2, -2)])
    stray = shapely.box(50, 50, 51, 51)
    areas = gpd.GeoDataFrame(geometry=[square, holed, pair, stray], index=["b", "c", "a", "z"], crs="EPSG:4326")
    columns = outline_columns(areas, pd.Index(["a", "b", "c"]))
    assert columns["market"] == [1, 2, 2, 0, 0]
    assert columns["size"] == [4, 4, 4, 4, 4]
    vertices = np.cumsum(np.reshape(unpack(columns["stream"]), (-1, 2)), axis=0) / 10_000
    assert set(map(tuple, vertices[:4])) == {(10, 20), (11, 20), (11, 21), (10, 21)}
    assert set(map(tuple, vertices[8:12])) == {(1, 1), (2, 1), (2, 2), (1, 2)}


@pytest.mark.parametrize("boundaries", [None, gpd.GeoDataFrame(geometry=[], crs="EPSG:4326")])
def test_no_boundaries_are_no_fault(boundaries: gpd.GeoDataFrame | None):
    text = page(draw_map(make_findings(60), boundaries, basemap=BASEMAP))
    assert block(text, "boundaries") == {"market": [], "size": [], "stream": ""}


def test_every_market_is_there_once_with_what_each_benchmark_says():
    findings = make_findings(300)
    columns = block(page(draw_map(findings, None, basemap=BASEMAP)), "markets")
    assert columns["market_id"] == findings.rankings["national"].index.tolist()
    for benchmark, ranking in findings.rankings.items():
        said = columns["benchmarks"][benchmark]
        aligned = ranking.loc[columns["market_id"]]
        assert said["rank"] == [None if rank is pd.NA else rank for rank in aligned["rank"]]
        assert said["saturation"] == pytest.approx(aligned["saturation"].tolist(), abs=0.05)
        assert [said["class"]["values"][code] for code in said["class"]["codes"]] == aligned["class"].tolist()


def test_the_map_names_markets_by_their_labels():
    findings = make_findings(30)
    rankings = {lens: table.assign(label=table["market"] + ", North") for lens, table in findings.rankings.items()}
    columns = block(page(draw_map(replace(findings, rankings=rankings), None, basemap=BASEMAP)), "markets")
    assert columns["market"] == next(iter(rankings.values()))["label"].tolist()


def test_same_findings_give_the_same_bytes_and_are_not_changed():
    findings = make_findings(200)
    before = {benchmark: ranking.copy() for benchmark, ranking in findings.rankings.items()}
    first = page(draw_map(findings, make_boundaries(findings, 20), basemap=BASEMAP))
    assert first == page(draw_map(findings, make_boundaries(findings, 20), basemap=BASEMAP))
    for benchmark, ranking in findings.rankings.items():
        pd.testing.assert_frame_equal(ranking, before[benchmark])


def test_a_page_twice_from_one_map_is_the_same():
    drawn = draw_map(make_findings(50), None, basemap=BASEMAP)
    assert page(drawn) == page(drawn)


def test_the_page_asks_the_network_for_nothing():
    text = page(draw_map(make_findings(50), None, basemap=BASEMAP))
    assert not re.findall(
        r"(?:src|href)=[\"']?(?:https?:)?//", re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    )
    assert "url(images/" not in text
    assert "sourceMappingURL" not in text
    assert "'unsafe" not in text.split("</head>")[0]


def test_names_never_become_markup_or_templates():
    for name in HOSTILE:
        text = page(draw_map(make_findings(60, hostile=True), None, basemap=BASEMAP, title=name))
        assert block(text, "about")["title"] == name
    assert text.count("<script") == 4 + len(LAYERS) + 1  # leaflet, folium's switches, page.js, start; data; about
    assert set(HOSTILE) <= set(block(text, "markets")["market"])


def test_a_lone_surrogate_does_not_break_the_file():
    assert page(draw_map(make_findings(10), None, basemap=BASEMAP, title="a\ud800b")).encode()


def test_missing_numbers_are_null_not_nan():
    findings = make_findings(50)
    home = findings.rankings["national"].assign(audience_hhi=np.nan, location_quotient=np.inf)
    text = page(draw_map(replace(findings, rankings={"national": home}), None, basemap=BASEMAP))
    columns = block(text, "markets")
    assert set(columns["audience_hhi"]) == set(columns["location_quotient"]) == {None}
    assert list(columns["benchmarks"]) == ["national"]


def test_a_page_to_be_shared_withholds_one_or_two_people():
    findings = make_findings(300)
    shared = replace(findings, settings=Settings(share_safe=True))
    columns = block(page(draw_map(shared, None, basemap=BASEMAP)), "markets")
    order = findings.rankings["national"].index
    for benchmark, said in columns["benchmarks"].items():
        found = findings.rankings[benchmark].loc[order, "creators"]
        few = np.flatnonzero(found.between(0, 3, inclusive="neither"))
        assert len(few)
        assert all(said[name][at] is None for at in few for name in ("saturation", "missing_creators"))
        assert sum(value is not None for value in said["saturation"]) == len(order) - len(few)
        if benchmark == "national":
            assert all(columns[name][at] is None for at in few for name in ("creators", "audience"))


def test_an_empty_result_still_gives_a_page():
    findings = make_findings(50)
    nothing = {benchmark: ranking.iloc[:0] for benchmark, ranking in findings.rankings.items()}
    text = page(draw_map(replace(findings, rankings=nothing), None, basemap=BASEMAP))
    assert block(text, "markets")["market_id"] == []


def test_a_folium_user_can_add_to_the_map():
    drawn = draw_map(make_findings(50), None, basemap=BASEMAP)
    assert isinstance(drawn, folium.Map)
    folium.Circle((10, 10), radius=50_000).add_to(drawn)
    assert "L.circle(" in page(drawn)


def test_what_the_page_cannot_carry_is_refused_by_name():
    drawn = draw_map(make_findings(50), None, basemap=BASEMAP)
    drawn.get_root().header.add_child(folium.JavascriptLink("https://example.invalid/x.js"), name="heat")
    folium.Marker((1, 2), icon=folium.Icon()).add_to(drawn)
    with pytest.raises(OutputError, match="heat, awesome_markers"):
        page(drawn)


def test_boundary_sources_are_credited_once():
    findings = make_findings(50)
    credited = block(page(draw_map(findings, make_boundaries(findings, 9), basemap=BASEMAP)), "about")["credits"]
    assert [credit["source"] for credit in credited] == [
        "Natural Earth",
        "GeoNames, SimpleMaps",
        "Survey of Westland",
        "Leaflet",
    ]


def test_every_market_of_the_world_fits_in_six_megabytes():
    findings = make_findings(34_000)
    text = page(draw_map(findings, make_boundaries(findings, 2_000), basemap=BASEMAP))
    # the countries of the bundled basemap take another 0.3, other names 2.6
    assert len(text.encode()) < 3_100_000


def test_the_page_carries_the_chance_of_fewer_creators_and_hides_it_with_the_rest():
    findings = make_findings(300)
    rankings = {
        benchmark: table.assign(p_fewer=np.linspace(0, 1, 300)) for benchmark, table in findings.rankings.items()
    }
    for share_safe in (False, True):
        settings = Settings(share_safe=share_safe)
        text = page(draw_map(replace(findings, rankings=rankings, settings=settings), None, basemap=BASEMAP))
        columns = block(text, "markets")
        for benchmark, table in rankings.items():
            few = table["creators"].between(0, 3, inclusive="neither") & share_safe
            chances = table["p_fewer"].mask(few).loc[columns["market_id"]].to_numpy()
            in_page = np.array(columns["benchmarks"][benchmark]["p_fewer"], dtype=float)
            np.testing.assert_allclose(in_page, chances, atol=0.0006)
