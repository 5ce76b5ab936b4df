import csv
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser

from browser import Watched, offline_page
from hinterland.export.tables import escape_formula
from hinterland.maps import draw_map, page
from hinterland.pipeline import Results
from made_findings import BASEMAP, HOSTILE, make_boundaries, make_findings

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def write(path: Path, findings: Results, *, boundaries: int = 40, **more: Any):
    drawn = draw_map(findings, make_boundaries(findings, boundaries), basemap=BASEMAP, **more)
    path.write_text(page(drawn), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def findings():
    return make_findings(5_000)


@pytest.fixture(scope="module")
def file(findings: Results, tmp_path_factory: pytest.TempPathFactory):
    return write(tmp_path_factory.mktemp("map") / "map.html", findings, title="Synthetic demo data")


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory):
    findings = make_findings(3_000, hostile=True)
    names = pd.Series(";".join(HOSTILE), findings.rankings["national"].index[:9])
    return write(tmp_path_factory.mktemp("map") / "hostile.html", findings, title=HOSTILE[1], names=names)


def assert_clean(watched: Watched):
    assert len(watched.requests) == 1, "only the file itself"
    assert watched.errors == []


def names(watched: Watched):
    return watched.page.locator(".hl-name").all_text_contents()


def test_opens_offline_with_title_summary_and_ranking(chromium: Browser, file: Path, findings: Results):
    with offline_page(chromium, file, **DESK) as watched:
        ranking = findings.rankings["national"]
        assert watched.page.title() == watched.page.text_content("h1") == "Synthetic demo data"
        assert names(watched) == ranking["market"].head(25).tolist()
        under = (ranking["class"] == "under-served").sum()
        finding = f"{under:,} of the {ranking['rank'].notna().sum():,} cities this list can judge"
        assert finding in watched.page.text_content("#hl-summary")
        assert "Trust: with care" in watched.page.text_content("#hl-trust-verdict")
        assert "may be the top of a longer one" in watched.page.text_content("#hl-about")
        assert_clean(watched)


def test_a_row_opens_the_card_with_its_numbers(chromium: Browser, file: Path, findings: Results):
    with offline_page(chromium, file, **DESK) as watched:
        watched.page.click(".hl-row >> nth=3")
        market = findings.rankings["national"].iloc[3]
        card = watched.page.text_content("#hl-card")
        assert watched.page.text_content("#hl-card-name") == market["market"]
        assert f"{market['creators']:,.0f}" in card
        assert f"{market['saturation']:.0f}% of normal" in card
        assert f"likely {market['rank_low']:.0f}\u2013{market['rank_high']:.0f}" in card
        assert f"#market={market.name}" in watched.page.url
        assert_clean(watched)


def test_the_page_opens_with_two_lists_whose_entries_say_why_and_how_sure(chromium, file, findings):
    with offline_page(chromium, file, viewport={"width": 1280, "height": 720}) as watched:
        lists, table = findings.highlights("national", 5), findings.rankings["national"]
        assert watched.page.locator("#hl-lists h2").all_text_contents() == list(lists)
        listed = [market_id for ids in lists.values() for market_id in ids]
        entries = watched.page.locator(".hl-entry")
        assert entries.locator("strong").all_text_contents() == table.loc[listed, "market"].tolist()
        for market, reason in zip(listed, entries.locator("small").all_text_contents(), strict=True):
            row = table.loc[market]
            assert f"likely {row['saturation_low']:.0f}" in reason
            assert f"how sure: {row['evidence']}" in reason
        box = entries.last.bounding_box()
        assert box["y"] + box["height"] <= 720, "without scrolling"
        entries.last.click()
        assert watched.page.text_content("#hl-card-name") == table.loc[listed[-1], "market"]
        assert_clean(watched)


def test_the_benchmark_changes_the_ranking_and_the_card(chromium: Browser, file: Path, findings: Results):
    with offline_page(chromium, file, **DESK) as watched:
        watched.page.click(".hl-row >> nth=0")
        watched.page.check("input[value=global]", force=True)
        world = findings.rankings["global"]
        assert names(watched) == world["market"].head(25).tolist()
        chosen = world.loc[findings.rankings["national"].index[0]]
        assert f"{chosen['saturation']:.0f}% of normal" in watched.page.text_content("#hl-card")
        assert "benchmark=global" in watched.page.url


def test_the_size_band_keeps_only_smaller_cities(chromium: Browser, file: Path, findings: Results):
    with offline_page(chromium, file, **DESK) as watched:
        watched.page.check("input[value=smaller]", force=True)
        home = findings.rankings["national"]
        expected = home[home["population"].between(50_000, 1_000_000) & home["rank"].notna()]
        assert names(watched) == expected["market"].head(25).tolist()


def test_class_toggles_filter_and_can_be_cleared(chromium: Browser, file: Path, findings: Results):
    with offline_page(chromium, file, **DESK) as watched:
        for kind in ("no clear difference", "over-saturated"):
            watched.page.uncheck(f'input[value="{kind}"]', force=True)
        home = findings.rankings["national"]
        assert names(watched) == home.loc[home["class"] == "under-served", "market"].head(25).tolist()
        watched.page.uncheck('input[value="under-served"]', force=True)
        watched.page.click("#hl-clear")
        assert names(watched) == home["market"].head(25).tolist()


def test_search_by_keyboard_opens_a_market(chromium: Browser, file: Path):
    with offline_page(chromium, file, **DESK) as watched:
        watched.page.fill("#hl-find", "TÓWN 4321")
        watched.page.keyboard.press("Enter")
        watched.page.wait_for_selector("#hl-card")
        assert watched.page.text_content("#hl-card-name") == "Town 4321"
        watched.page.keyboard.press("Escape")
        assert watched.page.is_hidden("#hl-card")
        watched.page.fill("#hl-find", "no such place")
        watched.page.wait_for_selector("#hl-found-none")


def test_other_names_are_found(chromium: Browser, findings: Results, tmp_path: Path):
    home = findings.rankings["national"]
    names = pd.Series({home.index[7]: "bombaim;bombay;мумбаи"})
    file = write(tmp_path / "map.html", findings, names=names)
    with offline_page(chromium, file, **DESK) as watched:
        watched.page.fill("#hl-find", "bombay")
        watched.page.wait_for_selector("#hl-found li")
        assert "also called bombay" in watched.page.text_content("#hl-found li >> nth=0")
        watched.page.keyboard.press("Enter")
        assert watched.page.text_content("#hl-card-name") == home["market"].iloc[7]


def test_evidence_can_be_asked_for_and_stands_in_the_address(chromium: Browser, file: Path, findings: Results):
    home = findings.rankings["national"]
    strong = home[home["rank"].notna() & (home["evidence"] == "high")]
    with offline_page(chromium, file, **DESK) as watched:
        for kind in ("medium", "low"):
            watched.page.locator(f"#hl-evidence input[value={kind}]").press("Space")
        assert names(watched) == strong["market"].head(25).tolist()
        address = watched.page.evaluate("location.hash")
    with offline_page(chromium, file, fragment=address, **DESK) as watched:
        assert names(watched) == strong["market"].head(25).tolist()
        assert not watched.page.is_checked("#hl-evidence input[value=low]")
        watched.page.evaluate("location.hash = ''")
        watched.page.wait_for_selector("#hl-evidence input[value=low]:checked", state="attached")
        assert names(watched) == home["market"].head(25).tolist()


def test_the_legend_counts_what_each_colour_stands_for(chromium: Browser, file: Path, findings: Results):
    home = findings.rankings["national"]
    told = home.loc[home["rank"].notna(), "saturation"].round(1) / 100
    edges = [0, 1 / 3, 1 / 2, 3 / 4, 4 / 3, 2, 3, np.inf]
    expected = np.histogram(told, edges)[0]
    with offline_page(chromium, file, **DESK) as watched:
        shown = watched.page.locator("#hl-legend [data-band]").all_text_contents()
        assert [int(text.replace(",", "")) for text in shown if "K" not in text] == [n for n in expected if n < 1000]
        assert len(shown) == 7


def test_creators_are_drawn_as_sums_and_never_one_by_one(chromium: Browser, file: Path):
    with offline_page(chromium, file, **DESK) as watched:
        before = watched.page.evaluate(PICTURE)
        watched.page.click("#hl-layers summary")
        watched.page.check("#hl-layer-list input[value=creators]")
        watched.page.wait_for_timeout(300)
        assert watched.page.evaluate(PICTURE) != before
        watched.page.uncheck("#hl-layer-list input[value=creators]")
        watched.page.wait_for_timeout(300)
        assert watched.page.evaluate(PICTURE) == before
        assert_clean(watched)


PICTURE = "document.querySelector('#hl-main canvas').toDataURL()"


def test_levels_of_countries_stand_on_the_map_and_in_a_table(chromium: Browser, findings: Results, tmp_path: Path):
    levels = pd.DataFrame(
        {"level": [40.0, 260.0], "level_low": [20.0, 150.0], "level_high": [70.0, 400.0]}, ["FR", "GB"]
    )
    file = write(tmp_path / "map.html", replace(findings, countries=levels))
    with offline_page(chromium, file, **DESK) as watched:
        assert watched.page.is_hidden("#hl-countries")
        watched.page.check("#hl-benchmark input[value=global]", force=True)
        watched.page.click("#hl-countries summary")
        rows = watched.page.locator("#hl-levels tbody tr").all_text_contents()
        assert [row.replace("\u2013", "-") for row in rows] == ["France40%20-70%", "United Kingdom260%150-400%"]
        assert_clean(watched)


def test_arrow_keys_walk_the_ranking(chromium: Browser, file: Path):
    with offline_page(chromium, file, **DESK) as watched:
        watched.page.focus(".hl-row >> nth=0")
        watched.page.keyboard.press("ArrowDown")
        watched.page.keyboard.press("ArrowDown")
        watched.page.keyboard.press("Enter")
        assert watched.page.text_content("#hl-card-name") == names(watched)[2]


def test_a_link_opens_its_market(chromium: Browser, file: Path, findings: Results):
    chosen = findings.rankings["global"].iloc[5]
    with offline_page(chromium, file, fragment=f"#market={chosen.name}&benchmark=global", **DESK) as watched:
        assert watched.page.text_content("#hl-card-name") == chosen["market"]
        assert watched.page.is_checked("input[value=global]")
        assert_clean(watched)


def test_a_click_on_the_map_opens_the_market_under_it(chromium: Browser, file: Path, findings: Results):
    with offline_page(chromium, file, **DESK) as watched:
        market = findings.rankings["national"].iloc[0]
        where = [float(market["latitude"]), float(market["longitude"])]
        watched.page.evaluate("place => map_hinterland.setView(place, 11, {animate: false})", where)
        box = watched.page.locator("#map_hinterland").bounding_box()
        watched.page.wait_for_timeout(200)
        watched.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert watched.page.text_content("#hl-tip strong") == market["market"]
        watched.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert watched.page.text_content("#hl-card-name") == market["market"]


def crowd(findings: Results) -> tuple[Results, pd.Series]:
    """Put small markets upon the first of the ranking, the largest there is: its label is drawn, theirs are not."""
    ranking = findings.rankings["national"].copy()
    first, small = ranking.index[0], ranking[ranking["rank"].notna()].nsmallest(40, "population").index
    ranking.loc[first, "population"] = 2 * ranking["population"].max()
    ranking.loc[small, ["latitude", "longitude"]] = ranking.loc[first, ["latitude", "longitude"]].to_numpy()
    return replace(findings, rankings=dict.fromkeys(findings.rankings, ranking)), ranking.loc[first]


@pytest.mark.parametrize("aside", [0, 12])
def test_a_click_on_a_labelled_circle_takes_it_and_no_hidden_neighbour(
    chromium: Browser, findings: Results, tmp_path: Path, aside: int
):
    crowded, first = crowd(findings)
    with offline_page(chromium, write(tmp_path / "map.html", crowded), **DESK) as watched:
        where = [float(first["latitude"]), float(first["longitude"])]
        watched.page.evaluate("place => map_hinterland.setView(place, 5, {animate: false})", where)
        box = watched.page.locator("#map_hinterland").bounding_box()
        watched.page.wait_for_timeout(200)
        # its middle, and its label: to the right of the circle
        watched.page.mouse.click(box["x"] + box["width"] / 2 + aside, box["y"] + box["height"] / 2)
        assert watched.page.text_content("#hl-card-name") == first["market"]


@pytest.mark.parametrize("width", [390, 500, 1280])
def test_no_label_is_cut_at_the_edge_of_the_map(chromium, file, width):
    with offline_page(chromium, file, fragment="#panel=off", viewport={"width": width, "height": 620}) as watched:
        # a label that would be cut is drawn on the other side of its circle, or not at all
        boxes = watched.page.evaluate(
            """() => { const seen = [], stroke = CanvasRenderingContext2D.prototype.strokeText, map = map_hinterland;
            CanvasRenderingContext2D.prototype.strokeText = function (text, x, y) {
              seen.push([x, x + this.measureText(text).width]); return stroke.call(this, text, x, y); };
            map.setView([20, -20], 4, { animate: false }); map.panBy([37, 0], { animate: false });
            seen.length = 0; map.panBy([50, 0], { animate: false });
            const canvas = document.querySelector("#hl-main canvas").getBoundingClientRect().left;
            return seen.map((ends) => ends.map((end) => end + canvas)); }"""
        )
        assert len(boxes) > 3
        assert [box for box in boxes if any(box[0] < edge < box[1] for edge in (0, width))] == []


def test_hostile_text_is_shown_and_never_run(chromium: Browser, hostile_file: Path):
    with offline_page(chromium, hostile_file, **DESK) as watched:
        assert watched.page.text_content("h1") == HOSTILE[1]
        for place in range(len(HOSTILE)):
            watched.page.evaluate("id => hinterland.page.choose(id)", f"c{place}")
            shown = watched.page.evaluate("document.getElementById('hl-card-name').textContent")
            assert shown == HOSTILE[place], "shown literally"
        for typed in ("<", "{{", "$", "onerror"):
            watched.page.fill("#hl-find", typed)
            watched.page.wait_for_selector("#hl-found li")
        box = watched.page.locator("#map_hinterland").bounding_box()
        for step in range(40):
            watched.page.mouse.move(box["x"] + 20 * step, box["y"] + box["height"] / 2)
        watched.page.emulate_media(media="print")
        watched.page.emulate_media(media="screen")
        assert watched.page.evaluate("typeof window.pwned") == "undefined"
        assert watched.page.locator("#hl img, #hl iframe, #hl script, #hl style, #hl base").count() == 0
        assert_clean(watched)


def test_what_a_folium_user_adds_is_drawn_offline(chromium: Browser, findings: Results, tmp_path: Path):
    drawn = draw_map(findings, None, basemap=BASEMAP)
    folium.Marker((20, 10), tooltip="here").add_to(drawn)
    folium.Circle((10, 10), radius=500_000).add_to(drawn)
    file = tmp_path / "map.html"
    file.write_text(page(drawn), encoding="utf-8")
    with offline_page(chromium, file, **DESK) as watched:
        assert watched.page.locator("img.leaflet-marker-icon").evaluate("image => image.naturalWidth") == 25
        assert watched.page.locator("path.leaflet-interactive").count() == 1
        assert [url for url in watched.requests if not url.startswith("data:")] == [file.as_uri()]
        assert watched.errors == []


def test_an_injected_script_would_be_stopped_by_the_policy(chromium: Browser, file: Path):
    with offline_page(chromium, file, **DESK) as watched:
        watched.page.evaluate(
            """document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.pwned=1'}));
            document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.pwned=1">')"""
        )
        watched.page.wait_for_timeout(200)
        assert watched.page.evaluate("typeof window.pwned") == "undefined"
        assert any("Content Security Policy" in error for error in watched.errors)


def test_downloaded_rows_are_a_csv_without_formulas(chromium: Browser, hostile_file: Path, tmp_path: Path):
    with offline_page(chromium, hostile_file, **DESK) as watched:
        for _ in range(6):
            if watched.page.is_visible("#hl-more"):
                watched.page.click("#hl-more")
        with watched.page.expect_download() as download:
            watched.page.click("#hl-download")
        download.value.save_as(tmp_path / "rows.csv")
        with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == len(names(watched))
        assert [int(row["rank"]) for row in rows] == sorted(int(row["rank"]) for row in rows)
        texts = [row[name] for row in rows for name in ("market", "region", "country")]
        assert [text for text in texts if re.match(r"'[=+\-@|]", text)]
        assert not [text for text in texts if re.match(r"[\s\x00-\x1f]*[=+\-@|]", text)]
        # one rule for pages and files
        names_in_list = make_findings(3_000, hostile=True).rankings["national"]["market"]
        assert {row["market"] for row in rows} <= set(map(escape_formula, names_in_list))


def test_on_a_phone_nothing_overlaps_and_the_sheet_opens(chromium: Browser, file: Path):
    with offline_page(chromium, file, **PHONE) as watched:
        sheet, legend, zoom = (
            watched.page.locator(part).bounding_box() for part in ("#hl-panel", "#hl-legend", ".leaflet-control-zoom")
        )
        assert legend["y"] + legend["height"] < zoom["y"]
        assert zoom["y"] + zoom["height"] < sheet["y"]
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 390
        watched.page.click("#hl-handle")
        watched.page.wait_for_timeout(400)
        watched.page.click(".hl-row >> nth=0")
        assert watched.page.is_visible("#hl-card")
        assert_clean(watched)


def test_a_shortlist_around_the_world_is_seen_whole_on_a_phone(chromium: Browser, tmp_path: Path):
    findings = make_findings(8)
    ends = np.linspace(-106, 129, 8)
    rankings = {lens: table.assign(longitude=ends) for lens, table in findings.rankings.items()}
    file = write(tmp_path / "shortlist.html", replace(findings, rankings=rankings), boundaries=0)
    with offline_page(chromium, file, **PHONE) as watched:
        west, east = watched.page.evaluate(
            """() => {
                const map = Object.values(window).find((value) => value && value.getBounds && value.fitBounds);
                return [map.getBounds().getWest(), map.getBounds().getEast()];
            }"""
        )
        assert west <= ends.min()
        assert east >= ends.max()
        assert_clean(watched)


def test_the_frame_tells_its_parent_what_was_chosen_and_listens(
    chromium: Browser, file: Path, findings: Results, tmp_path: Path
):
    outside = tmp_path / "outside.html"
    outside.write_text(
        f"""<script>window.said = [];
        onmessage = event => event.data.type === "hinterland:select" && said.push(event.data);
        document.documentElement.dataset.hinterland = 'ready'</script>
        <iframe width=1200 height=800 sandbox="allow-scripts allow-downloads" src="{file.as_uri()}"></iframe>""",
        encoding="utf-8",
    )
    first, second = findings.rankings["national"].index[:2]
    with offline_page(chromium, outside, **DESK) as watched:
        inside = watched.page.frame_locator("iframe")
        inside.locator(".hl-row >> nth=0").click()
        watched.page.wait_for_function("said.length === 1")
        assert watched.page.evaluate("said") == [{"type": "hinterland:select", "market": first}]
        watched.page.evaluate("id => frames[0].postMessage({type: 'hinterland:select', market: id}, '*')", second)
        shown = inside.locator("#hl-card-name")
        shown.get_by_text(findings.rankings["national"].loc[second, "market"], exact=True).wait_for(timeout=3_000)
        watched.page.evaluate("frames[0].postMessage({type: 'hinterland:select', market: 'nobody'}, '*')")
        watched.page.evaluate("frames[0].postMessage('noise', '*')")
        assert watched.errors == []


def test_a_printed_page_holds_the_ranking(chromium: Browser, file: Path):
    with offline_page(chromium, file, **DESK) as watched:
        before = watched.page.evaluate("map_hinterland.getCenter()")
        watched.page.emulate_media(media="print")
        assert watched.page.is_visible("#hl-rows")
        assert watched.page.is_visible("#hl-legend-body")
        assert watched.page.is_hidden(".hl-filters")
        watched.page.emulate_media(media="screen")
        watched.page.wait_for_selector(".hl-filters", state="visible")
        assert watched.page.evaluate("map_hinterland.getCenter()") == pytest.approx(before, abs=0.5)
        assert_clean(watched)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(chromium: Browser, file: Path, scheme: str):
    with offline_page(chromium, file, color_scheme=scheme, **DESK) as watched:
        for ink, paper in (("ink", "paper"), ("soft", "paper"), ("caution-ink", "caution"), ("soft", "raised")):
            assert watched.page.evaluate(CONTRAST, [ink, paper]) >= 4.5


CONTRAST = """names => {
    const shade = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim().slice(1);
    const light = hex => [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16) / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
    const [one, two] = names.map(name => light(shade(name))).sort((a, b) => b - a);
    return (one + 0.05) / (two + 0.05);
}"""


def test_all_markets_of_the_world_are_light_in_the_browser(chromium: Browser, tmp_path: Path):
    file = write(tmp_path / "world.html", make_findings(34_000), boundaries=4_000)
    with offline_page(chromium, file, **DESK) as watched:
        tools = watched.page.context.new_cdp_session(watched.page)
        tools.send("HeapProfiler.collectGarbage")
        assert tools.send("Runtime.getHeapUsage")["usedSize"] < 60e6
        assert watched.page.locator("#hl-main canvas").count() == 1
        assert watched.page.locator("#hl-main *").count() < 400, "no element per market"
        assert_clean(watched)


def test_a_verdict_is_as_certain_as_the_chance_it_shows(chromium: Browser):
    script = (files("hinterland.maps") / "assets/page/words.js").read_text(encoding="utf-8")
    ask = """([kind, fewer, low, high]) => verdict({ data: { underserved_below: 0.5 }, benchmark: { saturation: [60],
        saturation_low: [low], saturation_high: [high], p_underserved: [0.41], p_fewer: [fewer] } }, 0, kind)"""
    tab = chromium.new_page()
    tab.add_script_tag(content=script)
    for percent in range(50, 100):
        word = "very likely " if percent >= 95 else "probably " if percent >= 80 else ""
        fewer = tab.evaluate(ask, ["under-served", percent / 100, 20, 130])
        assert f"That is {word}fewer than normal (chance {percent}%); the true level is likely 20–130%" in fewer  # noqa: RUF001 - a dash
        more = tab.evaluate(ask, ["over-saturated", 1 - percent / 100, 90, 300])
        assert f"That is {word}more than normal (chance {percent}%)" in more
        assert "surely" not in fewer + more
    assert "That is fewer than normal; the true level" in tab.evaluate(ask, ["under-served", None, 20, 130])
    tab.close()
