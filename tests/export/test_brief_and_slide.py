"""The brief and the slide: one page, literal names, no overlaps, the numbers of the ranking."""

import json
import re
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland import analyze, reference
from hinterland.config import Settings
from hinterland.errors import OutputError, UnknownNameError
from hinterland.export import EXPORTERS, InputFile, check_suffixes, ending, export, render
from hinterland.export.brief import PAGE_MAP, avoid, brief_html, choose, notebook_html, slide_svg
from hinterland.export.excel import about_run
from hinterland.export.projection import Canvas, frame
from hinterland.export.static_map import (
    UNDECIDED_DOT,
    LabelAnchor,
    break_lines,
    draw_picture,
    place,
    read_ground,
    shorten,
    text_width,
)
from hinterland.export.tables import ranking
from hinterland.language import Language, Notice, Text
from hinterland.messages.brief import UNPRINTABLE
from hinterland.planning import Plan, Scenario
from made_findings import HOSTILE, make_context, make_findings
from paths import SAMPLE

PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")
SVG = "{http://www.w3.org/2000/svg}"
LONG = "This is a rather long warning of the kind that says what a list cannot tell, and what to do about it. "


def drawn(report):
    return ET.fromstring(slide_svg(report))  # noqa: S314 - our own


def judged(findings, classes):
    """Give every market of findings one of `classes`; only three of them can be ranked."""
    rankings = {}
    for benchmark, table in findings.rankings.items():
        changed = table.assign(**{"class": np.resize(np.array(classes, dtype=object), len(table))})
        told = changed["class"].isin(["under-served", "no clear difference", "over-saturated"])
        order = pd.Series(np.arange(1, len(table) + 1), index=table.index)
        rank = order.where(told).astype("Int64")
        rankings[benchmark] = changed.assign(rank=rank, rank_low=order.where(told), rank_high=order.where(told))
    return replace(findings, rankings=rankings)


def kinds():
    findings = make_findings(1_500)
    country = replace(findings, level="country", settings=Settings(level="country"))
    loud = tuple(Notice(f"note-{number}", LONG * 3) for number in range(12))
    one = judged(make_findings(1), ["under-served"])
    wordy = Settings(niche="x" * 500, covers=",".join(["US"] * 200), countries=("WL", "EL") * 40)
    return {
        "usual": make_context(findings),
        "hostile": make_context(
            make_findings(400, hostile=True), sources=[InputFile(name, "") for name in HOSTILE[:3]]
        ),
        "none under-served": make_context(judged(findings, ["no clear difference", "over-saturated"])),
        "nothing ranked": make_context(judged(findings, ["insufficient data", "not covered"])),
        "countries": make_context(country),
        "one market": make_context(one),
        "every market long": make_context(judged(make_findings(40, title_words="W" * 300), ["under-served"])),
        "many warnings": make_context(replace(findings, warnings=loud)),
        "wordy settings": make_context(
            replace(findings, settings=wordy), sources=[InputFile("y" * 400 + ".csv", "")] * 5
        ),
        "made in memory": make_context(findings, sources=[]),
        "shortlist": shortlisted(judged(make_findings(14), ["under-served", "insufficient data"])),
        "plan": replace(shortlisted(make_findings(14)), plan=planned(make_findings(14))),
    }


def shortlisted(findings):
    return make_context(findings.select(next(iter(findings.rankings.values())).index))


def planned(findings):
    """Take three creators and four recruits in each market."""
    market_ids = next(iter(findings.rankings.values())).index
    lines = pd.DataFrame(
        [(market, kind, count) for market in market_ids for kind, count in (("creator", 3), ("recruit", 4))],
        columns=["market_id", "kind", "creators"],
    ).assign(price=100.0, fee_low=50.0, fee_high=200.0)
    taken = {"creators": 7, "recruits": 4, "cost": 700.0, "people_won": 12_345.0}
    markets = pd.DataFrame(taken, index=market_ids)
    reason = Text("Town, first in the ranking, is not in the plan")
    return Plan(lines, markets, Scenario(budget=10_000), 14 * 12_345.0, 2e5, 0.01, reason)


KINDS = kinds()


def test_briefs_and_slides_name_markets_by_their_labels():
    findings = judged(make_findings(40), ["under-served"])
    rankings = {lens: table.assign(label="Springfield, Oregon") for lens, table in findings.rankings.items()}
    report = make_context(replace(findings, rankings=rankings))
    assert set(choose(report.findings, 5).first["market"]) == {"Springfield, Oregon"}
    assert "Springfield, Oregon" in brief_html(report)
    assert "Springfield, Oregon" in slide_svg(report)


@pytest.mark.parametrize("code", ["en", "de", "es", "pt"])
def test_pages_of_a_plan_say_what_it_takes_and_costs_and_name_nobody(code):
    language = Language.of(code)
    report = replace(KINDS["plan"], language=language)
    for page in (brief_html(report), slide_svg(report)):
        assert "3 + 4" in page
        assert language.number(12_000) in page  # in two digits
        assert language.number(170_000) in page
        assert language.render(Text("What {budget} {currency} buys", budget=10_000, currency="USD")) in page
    assert brief_html(report).count("3 + 4") == 10
    assert language.number(700) in brief_html(report)
    assert language.render(KINDS["plan"].plan.first_market) in brief_html(report)
    assert "4" in language.say("{count} more markets have no room here: the workbook lists them.", count=4)
    assert language.say("{count} more markets have no room here: the workbook lists them.", count=4) in unescape(
        brief_html(report)
    )


def test_pages_of_a_shortlist_speak_of_it_and_list_what_could_not_be_ranked():
    page = unescape(brief_html(KINDS["shortlist"]))
    assert "7 of 7 ranked markets chosen" in page
    assert "this list can judge" not in page
    assert "look elsewhere first" not in page
    assert len(re.findall(r'<td class="place">', page)) == 10
    assert len(re.findall(r'<tr><td class="number">–</td>', page)) == 3  # noqa: RUF001 - the sign for nothing known
    drawn(KINDS["shortlist"])


def test_a_market_of_a_shortlist_with_too_little_data_is_grey_in_the_list():
    page = brief_html(KINDS["shortlist"])
    assert page.count(f'fill="{UNDECIDED_DOT}" stroke') == 3
    assert f'fill="{UNDECIDED_DOT}"' in slide_svg(KINDS["shortlist"])


def test_a_workbook_of_a_plan_names_markets_and_limits_in_the_language_of_the_report():
    market, *_ = make_findings(14).rankings["national"].index
    report = replace(KINDS["plan"], language=Language.of("de"))
    scenario = report.plan.scenario.model_copy(update={"only": (market,), "max_markets": 3})
    about = set(about_run(replace(report, plan=replace(report.plan, scenario=scenario))))
    name = report.findings.rankings["national"].loc[market, "market"]
    say = report.language.say
    assert {(say("Plan"), say("Markets, at most"), "3"), (say("Plan"), say("Choose from"), name)} <= about


def test_circles_at_the_edge_of_a_picture_are_whole():
    report = shortlisted(judged(make_findings(7), ["under-served"]))
    picture = draw_picture(ranking(report.findings), ranking(report.findings), report.basemap(), PAGE_MAP)
    for circle in picture.circles:
        assert circle.radius <= circle.x <= PAGE_MAP.canvas.width - circle.radius
        assert circle.radius <= circle.y <= PAGE_MAP.canvas.height - circle.radius


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.brief.html", ".brief.html"),
        ("a.html", ".html"),
        ("brief.html", ".html"),
        ("A.Brief.HTML", ".brief.html"),
        ("x.y.csv", ".csv"),
        ("map.SVG", ".svg"),
    ],
)
def test_the_longest_registered_ending_names_the_format(name, found):
    assert ending(Path("some.csv") / name) == found


def test_an_ending_nobody_writes_is_refused_before_any_work():
    with pytest.raises(UnknownNameError, match=r"'.docx'.*\.brief\.html"):
        check_suffixes([Path("a.csv"), Path("b.docx")])
    with pytest.raises(UnknownNameError):
        ending(Path("csv"))


def test_export_and_render_write_the_brief_under_its_own_ending(tmp_path):
    export(KINDS["usual"], tmp_path / "x.brief.html")
    assert (tmp_path / "x.brief.html").read_bytes() == render(KINDS["usual"], ".brief.html")
    assert (tmp_path / "x.brief.html.run.toml").exists()
    assert b"<script" not in (tmp_path / "x.brief.html").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_the_brief_prints_to_one_page(kind, chromium, tmp_path):
    file = tmp_path / "x.brief.html"
    file.write_bytes(render(KINDS[kind], ".brief.html"))
    context = chromium.new_context(offline=True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    assert [len(PAGES.findall(page.pdf(format=paper))) for paper in ("A4", "Letter")] == [1, 1]
    assert page.evaluate("window.pwned === undefined && document.scripts.length === 0")
    assert page.evaluate("document.body.scrollWidth <= document.documentElement.clientWidth + 1")
    assert said == []
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_brief_is_one_page_of_pdf_with_the_same_bytes(kind):
    try:
        import weasyprint  # noqa: PLC0415 - an extra
    except (ImportError, OSError) as missing:
        pytest.skip(f"no PDF here: {missing}")
    document = weasyprint.HTML(string=brief_html(KINDS[kind])).render()
    assert len(document.pages) == 1
    if kind == "usual":
        assert render(KINDS[kind], ".pdf") == render(KINDS[kind], ".pdf")


def test_hostile_names_stand_in_the_brief_as_they_are(chromium, tmp_path):
    report = make_context(judged(make_findings(60, hostile=True), ["under-served"]))
    file = tmp_path / "x.brief.html"
    file.write_bytes(render(report, ".brief.html"))
    page = chromium.new_page()
    page.goto(file.as_uri())
    shown = page.eval_on_selector_all("td.place > bdi", "cells => cells.map(cell => cell.textContent)")
    assert page.evaluate("window.pwned") is None
    names = listed(choose(report.findings, 5))["market"].tolist()
    assert len(shown) == len(names) > 2
    for name, told in zip(names, shown, strict=True):
        plain = UNPRINTABLE.sub(" ", name)
        assert told == plain or plain.startswith(told.removesuffix("…"))
    page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_slide_is_well_formed_and_holds_text_as_text(kind):
    root = drawn(KINDS[kind])
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not tags & {"script", "image", "foreignObject", "a", "iframe", "style"}
    assert not any(key.startswith("on") or "href" in key for element in root.iter() for key in element.attrib)


def listed(choice):
    return pd.concat(list(choice.lists.values()))


@pytest.mark.parametrize("home", [(), ("WL",)])
def test_brief_and_slide_show_both_lists_with_the_numbers_of_the_ranking(home):
    findings = KINDS["usual"].findings
    scope = {"WL": "domestic", "EL": "international"} if home else {}
    rankings = {
        benchmark: table.assign(scope=[scope.get(code, "") for code in table["country_code"]])
        for benchmark, table in findings.rankings.items()
    }
    settings = findings.settings.model_copy(update={"home": home})
    report = make_context(replace(findings, rankings=rankings, settings=settings))
    choice = choose(report.findings, 5)
    assert list(map(str, choice.lists)) == (
        ["Smaller cities at home", "Abroad"] if home else ["Smaller cities", "Countries with room"]
    )
    smaller, abroad = choice.lists.values()
    assert smaller["size_band"].unique().tolist() == ["smaller"]
    if home:
        assert (smaller["country_code"].unique().tolist(), abroad["country_code"].tolist()) == (["WL"], ["EL"])
    slide, brief = " ".join(drawn(report).itertext()), brief_html(report)
    for title, table in choice.lists.items():
        assert len(table) > 0
        assert str(title) in slide
        assert str(title) in brief
        for row in table.itertuples():
            assert row.market in slide
            likely = f"{row.saturation_low:,.0f} to {row.saturation_high:,.0f}%"
            assert likely in slide
            assert likely in brief


def test_a_list_without_a_market_says_so():
    findings = judged(make_findings(60), ["under-served"])
    large = {name: table.assign(size_band="larger") for name, table in findings.rankings.items()}
    report = make_context(replace(findings, rankings=large))
    assert "None is clearly under-served in this list." in brief_html(report)
    assert "None is clearly under-served in this list." in slide_svg(report)


def test_the_brief_says_no_more_than_the_ranking_does():
    report = KINDS["usual"]
    table = report.findings.rankings["national"]
    under = table[table["class"] == "under-served"]
    smaller = under["population"].between(50_000, 1_000_000)
    text = brief_html(report)
    assert f"{len(under):,} of the {table['rank'].notna().sum():,} cities" in text
    assert f"{smaller.sum():,} of them smaller cities" in text
    assert "clearly under-served" not in text
    calm = brief_html(KINDS["none under-served"])
    assert "clearly has fewer creators" in calm
    assert "none of these cities is clearly under-served" in calm
    assert "cannot judge any" in brief_html(KINDS["nothing ranked"])


def test_over_saturated_markets_to_avoid_are_those_with_the_most_creators_too_many():
    choice = choose(KINDS["usual"].findings, 5)
    chosen = avoid(choice, 3)
    over = choice.table[choice.table["class"] == "over-saturated"]
    surplus = (over["saturation"] / 100 - 1) * over["expected_creators"]
    assert set(chosen["class"]) == {"over-saturated"}
    assert sorted(surplus.nlargest(3).index) == sorted(chosen.index)


def test_warnings_without_room_are_counted_not_dropped():
    text = brief_html(KINDS["many warnings"])
    shown = text.count("This is a rather long warning")
    left = re.search(r"(\d+) further notes?: in the run manifest", text)
    assert left is not None
    kept = len(re.findall(r"<li>This is a rather", text))
    assert kept + int(left[1]) == 12, shown


def test_few_creators_stay_hidden_where_a_run_is_to_be_shared():
    findings = judged(make_findings(200), ["under-served"])
    shared = replace(findings, settings=Settings(level="city", share_safe=True))
    first = choose(shared, 200).first
    assert first["creators"].isna().any()
    assert not first["creators"].between(1, 2).any()
    for text in (brief_html(make_context(shared)), slide_svg(make_context(shared))):
        assert "&lt; 3 of" in text
        assert "nan" not in text.replace("nano", "")
    assert "few creators: hidden" in brief_html(make_context(shared))


SIZES = st.floats(1, 60)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 600), st.floats(1, 25)), max_size=25))
def test_names_never_overlap_unless_there_is_no_room_at_all(circles):
    canvas = Canvas(1000, 600)
    marks = [
        LabelAnchor(x, y, radius, (f"{number} Somewhere", str(number))) for number, (x, y, radius) in enumerate(circles)
    ]
    spots = place(marks, 15, canvas)
    assert [spot.text.split()[0] for spot in spots] == [str(number) for number in range(len(marks))]
    named = [spot for spot in spots if " " in spot.text]
    boxes = [shapely.box(spot.x, spot.y - 11, spot.x + text_width(spot.text, 15), spot.y + 3) for spot in named]
    assert all(
        box.bounds[0] >= 0 and box.bounds[2] <= 1000 and box.bounds[1] >= 0 and box.bounds[3] <= 600 for box in boxes
    )
    pairs = [(one, other) for position, one in enumerate(boxes) for other in boxes[position + 1 :]]
    assert not any(one.intersects(other) for one, other in pairs)


@given(st.text(max_size=80), SIZES, st.floats(20, 400))
def test_shortened_text_fits_and_is_a_beginning(text, size, room):
    told = shorten(text, size, room)
    assert told == text or (told.endswith("…") and text.startswith(told[:-1]))
    assert text_width(told, size) <= room or told == "…"


@given(st.text(alphabet="ab c", max_size=200), st.floats(30, 300))
def test_lines_lose_no_word(text, room):
    assert " ".join(break_lines(text, 10, room)).split() == text.split()


@pytest.mark.parametrize(
    ("code", "least_px_per_km"),
    [("FR", 0.55), ("NZ", 0.4), ("US", 0.2), ("FJ", 0.8), ("RU", 0.1), ("CL", 0.15), ("SG", 1.0)],
)
def test_a_list_of_one_country_zooms_to_it(code, least_px_per_km):
    markets = reference.load_markets("metro", min_population=15_000)
    own = markets[markets["country_code"] == code]
    view = frame(own, Canvas(1400, 742))
    at = view.pixels(own["longitude"].to_numpy(float), own["latitude"].to_numpy(float))
    inside = view.holds(at)
    assert view.px_per_km >= least_px_per_km
    assert own["population"][inside].sum() >= 0.9 * own["population"].sum()


def test_a_list_of_the_world_shows_the_world():
    markets = reference.load_markets("metro", min_population=15_000)
    view = frame(markets, Canvas(1400, 742))
    at = view.pixels(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
    assert view.centre is None
    assert view.holds(at).mean() > 0.97


def test_circles_have_the_area_of_their_people():
    root = drawn(KINDS["usual"])
    radii = sorted({float(circle.get("r")) for circle in root.iter(f"{SVG}circle")}, reverse=True)
    assert radii[0] <= 30.01
    text = [element.text for element in root.iter(f"{SVG}text")]
    assert any(told and re.fullmatch(r"1,?0[0,]*", told) for told in text)


def test_land_is_where_people_live():
    """Every large city lies on the land drawn: nothing is inside out, however the map is turned."""
    ground_of = read_ground(reference.load_basemap())
    markets = reference.load_markets("metro", min_population=2_000_000)
    for code in (None, "US", "RU", "FJ", "NZ", "FR"):
        every = reference.load_markets("metro", min_population=15_000)
        view = frame(every if code is None else every[every["country_code"] == code], Canvas(1400, 742))
        land = shapely.union_all(shapely.make_valid(view.project(ground_of.land)))
        at = view.pixels(markets["longitude"].to_numpy(float), markets["latitude"].to_numpy(float))
        seen = at[view.holds(at)]
        dry = shapely.distance(shapely.points(seen), land) < 3
        assert len(seen) == 0 or dry.mean() > 0.97, code
        assert land.area < 0.75 * 1400 * 742 or code in {"RU", "FR"}, code


def test_the_png_is_a_slide_with_the_same_bytes_twice():
    pytest.importorskip("vl_convert")
    picture = render(KINDS["usual"], ".png")
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (1920, 1080)
    assert picture == render(KINDS["usual"], ".png")


def test_names_in_other_scripts_are_drawn_where_the_machine_has_a_font():
    vl_convert = pytest.importorskip("vl_convert")
    listing = shutil.which("fc-list")
    if listing is None or not subprocess.run([listing, ":lang=ja"], capture_output=True, check=True).stdout:
        pytest.skip("no Japanese font is installed")
    pictures = []
    for name in ("東京都", "大阪府", "São", "Sao"):
        findings = judged(make_findings(1, title_words=name), ["under-served"])
        pictures.append(vl_convert.svg_to_png(slide_svg(make_context(findings))))
    # a missing letter is a box, and all boxes are alike
    assert len(set(pictures)) == len(pictures)


@pytest.mark.parametrize(
    ("module", "suffix", "extra"), [("vl_convert", ".png", "slides"), ("weasyprint", ".pdf", "pdf")]
)
def test_what_is_not_installed_names_the_extra(module, suffix, extra, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OutputError, match=rf'hinterland\[{extra}\]"'):
        export(KINDS["usual"], tmp_path / f"x{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", sorted(set(EXPORTERS) - {".png", ".pdf", ".html"}))
def test_every_export_repeats_its_bytes_with_hostile_names(suffix):
    stream = BytesIO()
    EXPORTERS[suffix](KINDS["hostile"], stream)
    assert stream.getvalue() == render(KINDS["hostile"], suffix)


def test_a_notebook_shows_a_sentence_a_table_and_a_map_that_cannot_see_out(chromium, tmp_path):
    report = make_context(judged(make_findings(60, hostile=True), ["under-served"]))
    file = tmp_path / "cell.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{notebook_html(report)}", encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    frame_element = page.frame_locator("iframe")
    frame_element.locator("#hl-rows li").first.wait_for()
    rows = page.eval_on_selector_all("tbody tr:has(td)", "rows => rows.map(row => row.cells[2].textContent)")
    names = listed(choose(report.findings, 5))["market"]
    assert rows == [UNPRINTABLE.sub(" ", name) for name in names]
    assert page.get_attribute("iframe", "sandbox") == "allow-scripts"
    assert page.evaluate("window.pwned") is None
    assert page.frames[1].evaluate("self.origin") == "null"
    assert "60 of the 60 cities" in page.inner_text("p >> nth=0")
    context.close()


def test_the_line_of_the_brief_stands_at_100_percent_of_the_scale_of_the_bars():
    report = make_context(make_findings(400))
    rows = listed(choose(report.findings, 5))
    pages = re.findall(r'<svg class="bar".*?</svg>', brief_html(report))
    assert len(pages) == len(rows) > 0
    for picture, (_, row) in zip(pages, rows.iterrows(), strict=True):
        expected, reach, middle = ET.fromstring(picture).findall("line")  # noqa: S314 - our own
        ends = ((reach, "x1", "saturation_low"), (middle, "x1", "saturation"), (reach, "x2", "saturation_high"))
        inside = [(float(mark.get(end)), row[name]) for mark, end, name in ends if row[name] < 150]
        assert inside
        for at, share in inside:
            assert float(expected.get("x1")) == pytest.approx(100 * at / share, abs=0.3 * 100 / share)
        assert expected.get("x1") == expected.get("x2")


def test_no_word_of_a_brief_is_surer_than_its_numbers():
    for sort in ("opportunity", "confidence"):
        findings = make_findings(400)
        report = make_context(replace(findings, settings=Settings(level="city", sort=sort)))
        assert not re.search(r"\bsure(?:ly|st)\b", brief_html(report) + slide_svg(report))


def test_a_report_of_a_shortlist_lists_its_markets_alone_for_the_client():
    analysis = analyze(SAMPLE, settings=Settings(level="metro", home=("US",)))
    chosen = analysis.ranking[analysis.ranking["rank"].notna()].index[[0, 3, 5]]
    report = analysis.report(title="Made-up Client · May 2026", logo="data:image/png;base64,AAAA", markets=chosen)
    page = brief_html(report)
    assert "Made-up Client · May 2026" in page
    assert 'src="data:image/png;base64,AAAA"' in page
    assert page.count('<td class="place">') == len(chosen)
    assert all(str(analysis.ranking.loc[market, "market"]) in page for market in chosen)
    assert set(ranking(report.findings)["market_id"]) == set(chosen)


@pytest.mark.parametrize(
    ("code", "heading", "share"),
    [
        ("de", "Wo Creators fehlen", "des Normalen"),
        ("es", "Dónde faltan", "de lo normal"),
        ("pt", "Onde faltam", "do normal"),
    ],
)
def test_brief_slide_and_map_speak_the_readers_language(code, heading, share):
    report = replace(KINDS["usual"], language=Language.of(code))
    brief, slide, map_page = brief_html(report), slide_svg(report), report.page()
    assert f'<html lang="{code}">' in brief
    assert heading in brief
    assert heading in slide
    assert share in brief
    for english in ("creators found, of normal", "people you could", "about normal", "Circle area", "What this list"):
        assert english not in brief
        assert english not in slide
    for english in (">Find a market<", ">Clear filters<", ">Legend<", 'placeholder="Find'):
        assert english not in map_page
    words = json.loads(re.search(r'id="hinterland-about">(.*?)</script>', map_page)[1])["speech"]
    assert words["lang"] == code
    assert words["words"]["Show the ranking"] != "Show the ranking"
