import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from browser import offline_page
from hinterland.maps import Side, comparison_page, draw_map, page
from hinterland.ranking import compare
from made_findings import BASEMAP, HOSTILE, make_boundaries, make_findings

DESK = {"viewport": {"width": 1440, "height": 900}}
CLASSES = ("under-served", "no clear difference", "over-saturated", "insufficient data", "not covered")


def ranking(rows: dict[str, tuple[str, float, float, float]]) -> pd.DataFrame:
    bounds = pd.DataFrame.from_dict(
        rows, orient="index", columns=["class", "saturation", "saturation_low", "saturation_high"]
    )
    known = {"market": bounds.index, "region": "", "country": "Westland", "country_code": "WL", "population": 1e5}
    return bounds.assign(**known).rename_axis("market_id")


def test_only_intervals_without_a_common_point_are_apart():
    before = ranking(
        {
            "a": ("under-served", 40, 20, 60),
            "b": ("under-served", 40, 20, 60),
            "c": ("no clear difference", 90, 50, 150),
        }
    )
    after = ranking(
        {
            "a": ("no clear difference", 90, 60, 140),
            "b": ("no clear difference", 90, 61, 140),
            "c": ("no clear difference", 95, 50, 150),
        }
    )
    found = compare(before, after)
    assert found["apart"].to_dict() == {"a": False, "b": True, "c": False}
    assert found["changed"].to_dict() == {"a": True, "b": True, "c": False}
    assert found.index[0] == "b"


def test_what_a_side_cannot_judge_is_never_apart_and_what_neither_can_is_left_out():
    before = ranking(
        {"a": ("insufficient data", 10, 1, 20), "b": ("not covered", 1, 1, 1), "d": ("no clear difference", 90, 80, 99)}
    )
    after = ranking({"a": ("over-saturated", 300, 200, 400), "b": ("insufficient data", 5, 4, 6)})
    found = compare(before, after)
    assert sorted(found.index) == ["a", "d"]
    assert not found[["apart", "changed"]].to_numpy().any()
    assert np.isnan(found.loc["a", "saturation_before"])
    assert pd.isna(found.loc["d", "class_after"])


SIDES = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.floats(0, 500), st.floats(0, 500), st.floats(0, 500)), min_size=6, max_size=6
)


def _row(kind: str, *numbers: float) -> tuple[str, float, float, float]:
    low, mid, high = sorted(numbers)
    return kind, mid, low, high


@given(SIDES, SIDES)
def test_the_sides_can_be_exchanged(one: list, other: list):
    tables = [ranking({name: _row(*row) for name, row in zip("abcdef", side, strict=True)}) for side in (one, other)]
    there, back = compare(*tables), compare(*tables[::-1])
    pd.testing.assert_frame_equal(there[["changed", "apart"]].sort_index(), back[["changed", "apart"]].sort_index())
    assert there["saturation_before"].sort_index().equals(back["saturation_after"].sort_index())
    assert not there.loc[there["class_before"] == there["class_after"], "changed"].any()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    findings = make_findings(2_000, hostile=True)
    drawn = page(draw_map(findings, make_boundaries(findings, 20), basemap=BASEMAP))
    changes = compare(findings.rankings["national"], findings.rankings["global"])
    sides = [Side(HOSTILE[0], drawn, "national"), Side(HOSTILE[2], drawn, "global")]
    path = tmp_path_factory.mktemp("comparison") / "comparison.html"
    path.write_text(comparison_page(*sides, changes, title=HOSTILE[1]), encoding="utf-8")
    return path


def test_a_page_both_sides_share_is_kept_once_and_the_same_bytes_come_back():
    findings = make_findings(200)
    drawn = page(draw_map(findings, None, basemap=BASEMAP))
    changes = compare(findings.rankings["national"], findings.rankings["global"])
    texts = [
        comparison_page(Side("a", drawn, "national"), Side("b", drawn, "global"), changes, title="t") for _ in range(2)
    ]
    assert texts[0] == texts[1]
    assert len(texts[0]) < 2 * len(drawn)


def test_both_maps_show_their_benchmark_and_move_together(chromium: Browser, file: Path):
    with offline_page(chromium, file, **DESK) as watched:
        left, right = (frame for frame in watched.page.frames if frame != watched.page.main_frame)
        benchmark = "document.querySelector('#hl-benchmark input:checked').value"
        assert [left.evaluate(benchmark), right.evaluate(benchmark)] == ["national", "global"]
        left.evaluate("map_hinterland.setView([12, 34], 6, {animate: false})")
        right.wait_for_selector("html")
        watched.page.wait_for_timeout(400)
        assert right.evaluate("[map_hinterland.getCenter().lat, map_hinterland.getCenter().lng]") == pytest.approx(
            [12, 34], abs=0.01
        )
        watched.page.uncheck("#hc-together")
        right.evaluate("map_hinterland.setView([-5, 7], 4, {animate: false})")
        watched.page.wait_for_timeout(400)
        assert left.evaluate("map_hinterland.getZoom()") == 6
        assert watched.errors == []
        assert [url for url in watched.requests if not url.startswith("data:")] == [file.as_uri()]


def test_a_row_chooses_its_market_on_both_maps_and_hostile_text_stays_text(chromium: Browser, file: Path):
    with offline_page(chromium, file, **DESK) as watched:
        assert watched.page.text_content("h1") == watched.page.title() == HOSTILE[1]
        assert watched.page.locator("figcaption").all_text_contents() == [HOSTILE[0], HOSTILE[2]]
        watched.page.click("#hc-rows button >> nth=3")
        watched.page.wait_for_timeout(1500)
        chosen = watched.page.get_attribute("#hc-rows tr[aria-selected=true]", "data-market")
        assert chosen
        centres = [
            frame.evaluate("[map_hinterland.getCenter().lat.toFixed(2), map_hinterland.getZoom()]")
            for frame in watched.page.frames
            if frame != watched.page.main_frame
        ]
        assert centres[0] == centres[1]
        watched.page.fill("#hc-find", "<")
        for frame in watched.page.frames:
            assert frame.evaluate("typeof window.pwned") == "undefined"
        assert watched.page.locator("#hc img, #hc script, #hc style").count() == 0
        assert watched.errors == []


def test_only_what_lies_apart_can_be_asked_for(chromium: Browser, file: Path):
    with offline_page(chromium, file, **DESK) as watched:
        watched.page.check("#hc-apart")
        verdicts = set(watched.page.locator("#hc-rows td:last-child").all_text_contents())
        assert verdicts <= {"apart"}
        said = json.loads(watched.page.text_content("#hinterland-comparison"))
        assert "the difference may be chance" in said["summary"]
