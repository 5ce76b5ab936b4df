"""Explore, Compare and Plan in a real browser: one selection, the address, the files, three clicks on any list."""

import csv
import re
from itertools import product
from urllib.parse import parse_qs, urlsplit

import pytest

from hinterland.cli import main
from served import pick_first_row, settle, upload, visitor

# fewer than eight places could not be compared
FRENCH = (
    *(("Paris", 300), ("Lyon", 60), ("Marseille", 5), ("Toulouse", 40), ("Nantes", 30), ("Lille", 2)),
    *(("Bordeaux", 45), ("Nice", 20), ("Grenoble", 16), ("Strasbourg", 18)),
)
PEOPLE = [(city, number) for city, count in FRENCH for number in range(count)]


def lines(*rows):
    return "\n".join(rows).encode()


def accounts():
    """Write a list as code hosts give it: a login, a location in the account's own words, followers."""
    words = ("{}", "{}, France", "{} 🇫🇷", "living in {}, FR", "{} / remote")
    rows = [f'made-up-{n}-{city},"{words[n % 5].format(city)}, France",{10 + n}' for city, n in PEOPLE]
    return lines("login,location,followers", *rows)


def vendor():
    """Write a list with the columns of an influencer database."""
    rows = [f"made.up.{city}.{n},instagram,{5_000 + n},0.0{1 + n % 8},{city},France,beauty" for city, n in PEOPLE]
    return lines("username,platform,followers,engagementRate,city,country,category_1", *rows)


def counts():
    """Write a directory's counts per city."""
    rows = [f"{city},France,{count}" for city, count in (*FRENCH, ("Rennes", 40), ("Dijon", 15), ("Brest", 9))]
    return lines("city,country,creators", *rows)


def open_demo(page):
    page.get_by_role("button", name="Open demo").click()
    page.frame_locator("iframe").locator("#hl-main").wait_for()
    settle(page)
    return map_frame(page)


def map_frame(page):
    page.frame_locator("iframe").locator("#hl-main").wait_for()
    frame = next(frame for frame in page.frames if "/maps/" in frame.url)
    # the map's policy forbids the eval that waiting for a function would need
    frame.wait_for_selector("html[data-hinterland=ready]", state="attached")
    return frame


def chosen_on(frame, market):
    until(frame.page, lambda: frame.evaluate("new URLSearchParams(location.hash.slice(1)).get('market')") == market)


def until(page, holds):
    for _ in range(80):
        if holds():
            return
        page.wait_for_timeout(250)
    pytest.fail("it never came to hold")


def named(page):
    """Give the market in the address."""
    return parse_qs(urlsplit(page.url).query).get("market", [None])[0]


def test_a_click_on_the_map_opens_the_card_and_a_row_moves_the_map(chromium, served):
    with visitor(chromium, served) as page:
        frame = open_demo(page)
        loads = []
        page.on("request", lambda request: loads.append(request.url) if "/maps/" in request.url else None)
        frame.evaluate("map_hinterland.setView([43.61, -116.2], 8, {animate: false})")
        page.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, 450)")
        page.wait_for_timeout(500)
        box = page.locator("iframe").bounding_box()
        assert box["y"] + box["height"] > page.viewport_size["height"]  # the browser would scroll all of it into sight
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.wait_for_timeout(500)
        assert page.locator("iframe").bounding_box() == box
        page.mouse.up()
        page.get_by_role("heading", name="Boise, United States").wait_for()
        page.wait_for_url(re.compile("market=metro"))
        assert frame.locator("#hl-card").is_hidden()
        settle(page)
        assert page.get_by_test_id("stDataFrame").count() == 0  # the card has taken the place of the ranking
        page.get_by_role("button", name="Back to the ranking").click()
        page.get_by_role("heading", name="Boise, United States").wait_for(state="detached")
        settle(page)
        pick_first_row(page)
        page.get_by_role("button", name="Back to the ranking").wait_for()
        settle(page)
        chosen_on(frame, named(page))
        assert loads == []
        assert page.complaints == []


def entries(page, title):
    """Give the buttons of one of the two lists."""
    return page.locator(f'[class*="st-key-short-list-{title.replace(" ", "-")}"] button')


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_an_entry_of_a_list_brings_map_and_card_on_one_screen(chromium, served, size):
    with visitor(chromium, served, viewport=dict(zip(("width", "height"), size, strict=True))) as page:
        frame = open_demo(page)
        if size[0] > size[1]:
            box = entries(page, "Countries with room").last.bounding_box()
            assert box["y"] + box["height"] <= size[1], "both lists without scrolling"
        entries(page, "Smaller cities").first.click()
        heading = page.get_by_role("button", name="Back to the ranking")
        heading.wait_for()
        chosen_on(frame, named(page))
        until(page, lambda: 0 <= page.locator("iframe").bounding_box()["y"] < size[1] / 3)
        assert heading.bounding_box()["y"] < size[1]
        button = page.get_by_role("button", name="Add to shortlist")
        assert button.bounding_box()["y"] < size[1]


def test_a_result_is_shown_from_its_top_however_far_down_its_button_was(chromium, served):
    with visitor(chromium, served, viewport={"width": 1280, "height": 500}) as page:
        upload(page, "list.csv", vendor())
        settle(page)
        assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0
        assert page.get_by_role("heading", name="Where there is room").bounding_box()["y"] > 0


def test_a_filter_moves_and_frames_the_map(chromium, served):
    with visitor(chromium, served) as page:
        frame = open_demo(page)
        whole = frame.evaluate("map_hinterland.getZoom()")
        choose_in(page, "Country", "Brazil")
        until(page, lambda: frame.evaluate("map_hinterland.getZoom()") > whole + 1)
        longitude, latitude = frame.evaluate("[map_hinterland.getCenter().lng, map_hinterland.getCenter().lat]")
        assert -74 < longitude < -34
        assert -34 < latitude < 6


def test_on_a_phone_the_filters_stand_behind_one_switch(chromium, served):
    with visitor(chromium, served, viewport={"width": 390, "height": 844}) as page:
        open_demo(page)
        country = page.get_by_label("Country", exact=True)
        assert not country.is_visible()
        page.get_by_text("Filters", exact=True).click()
        settle(page)
        assert country.is_visible()


def listed(page):
    return int(page.get_by_text(re.compile(r"^[\d,]+ markets?$")).first.inner_text().split()[0].replace(",", ""))


def on_map(frame):
    """Count the markets the map shows in a colour, as its legend says."""
    told = frame.locator("#hl-legend .hl-shown").all_text_contents()
    return sum(int(re.sub(r"\D", "", count) or 0) for count in told)


def choose_in(page, name, option):
    # only some options of a long list are on the page
    page.get_by_label(name, exact=True).fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")


def test_on_a_phone_the_menu_closes_after_choosing_a_page(chromium, served):
    with visitor(chromium, served, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        settle(page)
        menu = page.get_by_test_id("stSidebar")
        for name in ("Plan", "Explore"):
            page.get_by_test_id("stExpandSidebarButton").click()
            menu.get_by_role("link", name=name).click()
            until(page, lambda: menu.bounding_box()["x"] < 0)
            page.wait_for_url(f"**/{name.lower()}**")
        assert page.complaints == []


def test_the_map_shows_what_the_ranking_lists(chromium, served):
    with visitor(chromium, served) as page:
        frame = open_demo(page)
        seen = [listed(page)]
        for name, option in (("Country", "Brazil"), ("Size", "Large, above 1M"), ("Size", "All sizes")):
            choose_in(page, name, option)
            # each of them changes how many are listed; that the page is at rest may be said of before
            until(page, lambda: listed(page) != seen[-1])
            until(page, lambda: on_map(frame) == listed(page))
            seen.append(listed(page))
        assert seen[0] > seen[1] > seen[2] > 0
        assert seen[3] == seen[1]
        assert page.complaints == []


def test_only_the_frame_of_the_map_is_heard(chromium, served):
    with visitor(chromium, served) as page:
        frame = open_demo(page)
        page.evaluate("window.postMessage({type: 'hinterland:select', market: 'metro:4553433'}, '*')")
        page.evaluate(
            """() => { const other = document.createElement('iframe'); other.setAttribute('sandbox', 'allow-scripts');
            const said = "{type: 'hinterland:select', market: 'metro:4553433'}";
            other.srcdoc = '<script>parent.postMessage(' + said + ', "*")</' + 'script>';
            document.body.append(other); }"""
        )
        frame.evaluate("parent.postMessage({type: 'hinterland:select', market: '<img src=x>'}, '*')")
        frame.evaluate("parent.postMessage({type: 'hinterland:select', market: {toString: 1}}, '*')")
        page.wait_for_timeout(1_500)
        settle(page)
        assert named(page) is None
        assert page.get_by_role("button", name="Add to shortlist").count() == 0


def test_a_deep_link_restores_the_view_on_the_demo_and_after_an_upload(chromium, served):
    view = "/explore?benchmark=Worldwide&class=no+clear+difference&sort=Largest+place&market=metro%3A2996944"
    with visitor(chromium, served + view) as page:
        page.get_by_role("button", name="See the demo here").click()
        page.get_by_role("heading", name="Lyon, France").wait_for()
        settle(page)
        assert page.get_by_role("radio", name="Worldwide").is_checked()
        chosen_on(map_frame(page), "metro:2996944")
    with visitor(chromium, served + view) as page:
        page.get_by_role("heading", name="Nothing analysed yet").wait_for()
        settle(page)
        page.get_by_role("link", name="Data", exact=True).first.click()
        upload(page, "list.csv", vendor())
        page.get_by_role("heading", name="Lyon, France").wait_for()
        settle(page)
        assert page.get_by_role("radio", name="Worldwide").is_checked()
        assert {"class=no+clear+difference", "sort=Largest+place"} <= set(urlsplit(page.url).query.split("&"))


def test_the_back_button_goes_back_to_the_market_before(chromium, served):
    with visitor(chromium, served) as page:
        frame = open_demo(page)
        for market, name in (("metro:964420", "Gqeberha"), ("metro:4553433", "Tulsa")):
            frame.evaluate("id => hinterland.page.choose(id)", market)
            page.get_by_role("heading", name=re.compile(f"^{name},")).wait_for()
            settle(page)
        page.go_back()
        page.get_by_role("heading", name=re.compile("^Gqeberha,")).wait_for()
        chosen_on(frame, "metro:964420")
        settle(page)
        page.go_back()
        page.get_by_role("heading", name=re.compile("^Gqeberha,")).wait_for(state="detached")
        page.go_forward()
        page.get_by_role("heading", name=re.compile("^Gqeberha,")).wait_for()


def put_first_aside(page, content):
    """Bring a list, in two clicks, and put its first market on the shortlist with the third."""
    upload(page, "list.csv", content)
    settle(page)
    if page.get_by_role("button", name="Clear filters").count():
        page.get_by_role("button", name="Clear filters").click()
        settle(page)
    pick_first_row(page)
    # the card of the chosen market is moved into view
    settle(page)
    page.get_by_role("button", name="Add to shortlist").click()
    page.get_by_role("heading", name="Your shortlist").wait_for()


def test_the_shortlist_file_holds_the_shortlist(chromium, served):
    with visitor(chromium, served) as page:
        put_first_aside(page, vendor())
        put_aside = named(page)
        page.get_by_role("link", name="Report", exact=True).first.click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Shortlist (CSV)").click()
        rows = rows_of(download.value.path())
        assert [row["market_id"] for row in rows] == [put_aside]


@pytest.mark.parametrize("content", [accounts, vendor, counts])
def test_three_clicks_from_any_list_to_a_shortlist(chromium, served, content):
    with visitor(chromium, served) as page:
        put_first_aside(page, content())
        assert page.complaints == []


def test_the_keyboard_alone_gets_from_the_ranking_to_the_shortlist(chromium, served):
    with visitor(chromium, served) as page:
        open_demo(page)
        page.get_by_test_id("stDataFrame").first.locator("canvas").first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Shift+Space")
        page.get_by_role("button", name="Add to shortlist").wait_for()
        settle(page)
        page.get_by_role("button", name="Add to shortlist").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Your shortlist").wait_for()


def rows_of(file):
    return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


def make_plan(page):
    page.get_by_role("link", name="Plan", exact=True).first.click()
    page.get_by_role("button", name="Make the plan").wait_for()
    settle(page)
    page.get_by_role("button", name="Make the plan").click()
    page.get_by_role("heading", name="Whom to approach").wait_for()
    settle(page)


def test_the_plan_is_the_command_lines_and_the_mail_merge_holds_its_creators_alone(chromium, served, tmp_path):
    (tmp_path / "list.csv").write_bytes(vendor())
    asked = [str(tmp_path / "list.csv"), "--level", "metro"]
    plan, mail = tmp_path / "plan.csv", tmp_path / "mail.csv"
    scenario = tmp_path / "scenario.toml"
    scenario.write_text('recruit = "nano"\n')
    limits = ["--budget", "20000", "--max-markets", "10", "--scenario", str(scenario)]
    assert main(["plan", *asked, *limits, "--out", str(plan)]) == 0
    assert main(["outreach", *asked, "--out", str(mail)]) == 0
    planned = {line["handle"] for line in rows_of(plan) if line["kind"] == "creator"}
    with visitor(chromium, served) as page:
        upload(page, "list.csv", vendor())
        settle(page)
        make_plan(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Plan (CSV)", exact=True).click()
        assert download.value.path().read_bytes() == plan.read_bytes()
        with page.expect_download() as download:
            page.get_by_role("button", name="Mail merge").click()
        assert rows_of(download.value.path()) == [row for row in rows_of(mail) if row["handle"] in planned]
    assert 0 < len(planned) < len(rows_of(mail))


def test_a_plan_stands_on_the_map_and_a_market_there_says_what_it_costs(chromium, served):
    with visitor(chromium, served) as page:
        open_demo(page)
        make_plan(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Plan (CSV)", exact=True).click()
        markets = {line["market_id"]: line["market"] for line in rows_of(download.value.path())}
        frame = map_frame(page)
        until(page, lambda: on_map(frame) == len(markets))
        assert "metro:4553433" not in markets
        market_id, name = next(iter(markets.items()))
        frame.evaluate("id => hinterland.page.choose(id)", market_id)
        page.get_by_text(
            re.compile(
                rf"{re.escape(name)}.*: [\d,]+ (?:creators?|recruits?) .*for [\d,]+ USD, .* people newly reached"
            )
        ).wait_for()
        frame.evaluate("id => hinterland.page.choose(id)", "metro:4553433")
        settle(page)
        assert page.get_by_text("Tulsa").count() == 0  # is not in the plan
        assert page.complaints == []


@pytest.mark.parametrize(("name", "size"), list(product(["Explore", "Compare", "Plan"], [(1440, 900), (390, 844)])))
def test_pages_fit_a_desk_and_a_phone(chromium, served, name, size):
    with visitor(chromium, served, viewport={"width": 1440, "height": 900}) as page:
        open_demo(page)
        page.get_by_role("link", name=name, exact=True).first.click()
        settle(page)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.strangers == []
        assert page.complaints == []


def test_hostile_names_are_text_on_every_page(chromium, served):
    name = '<img src=x onerror="window.hit=1"> **bold** ${x}'.replace('"', "'")
    rows = [f'"{name} {city} {n}","{city}, France",{4_000 + n},"<b>{n % 2}</b>"' for city, n in PEOPLE]
    with visitor(chromium, served) as page:
        upload(page, "list.csv", lines("username,location,followers,niche", *rows))
        settle(page)
        make_plan(page)
        assert page.evaluate("window.hit") is None
        assert page.locator("img[src=x]").count() == 0


def test_a_view_filter_answers_within_half_a_second(chromium, served):
    with visitor(chromium, served) as page:
        open_demo(page)
        page.evaluate(
            """() => { const app = document.querySelector('[data-testid="stApp"]'); window.spans = []; let start = null;
            new MutationObserver(() => { const running = app.dataset.testScriptState === 'running';
              if (running && start === null) start = performance.now();
              if (!running && start !== null) { spans.push(performance.now() - start); start = null; } })
            .observe(app, {attributes: true}); }"""
        )
        # a run may begin and end between two looks of the observer: it is then not measured
        for benchmark in ("Worldwide", "For its country") * 4:
            page.get_by_role("radio", name=benchmark).click()
            page.wait_for_timeout(1_200)
            settle(page)
            spans = page.evaluate("spans")
            if len(spans) >= 3:
                break
        assert len(spans) >= 3
        assert sorted(spans)[len(spans) // 2] < 1_000  # on a busy machine; alone it is below 500


def test_home_countries_are_offered_and_change_the_two_lists(chromium, served):
    with visitor(chromium, served) as page:
        open_demo(page)
        page.get_by_role("button", name="We sell in the United States").click()
        page.get_by_text("Smaller cities at home", exact=True).wait_for()
        settle(page)
        assert all("United States" in text for text in entries(page, "Smaller cities at home").all_inner_texts())
        assert not any("United States" in text for text in entries(page, "Abroad").all_inner_texts())
        assert entries(page, "Abroad").count() > 0
        # the next question: countries with so few creators that nobody knows whether the list looked there
        decided = page.get_by_test_id("stMetric").filter(has_text="Markets we can judge")
        same = decided.filter(has_text=decided.inner_text().splitlines()[-1])
        page.get_by_role("button", name="Leave them out").click()
        same.wait_for(state="detached")
        decided.wait_for()
        settle(page)
        assert page.get_by_role("button", name="Leave them out").count() == 0
        assert page.get_by_text("Smaller cities at home", exact=True).count() == 1
        assert page.complaints == []


def test_wherever_the_list_cannot_say_a_button_leads_out(chromium, served):
    with visitor(chromium, served) as page:
        upload(page, "list.csv", counts())
        settle(page)
        page.get_by_role("radio", name="Worldwide").click()
        page.get_by_role("button", name="Compare within each country").click()
        settle(page)
        assert page.get_by_role("radio", name="For its country").is_checked()
    with visitor(chromium, served) as page:
        upload(page, "list.csv", lines("city,country,creators", "Paris,France,300", "Lyon,France,60", "Nice,France,5"))
        page.get_by_text("This list cannot compare markets").wait_for()
        settle(page)
        page.get_by_role("button", name="It looked everywhere in its countries").click()
        page.get_by_text("This list cannot compare markets").wait_for(state="detached")
        settle(page)
        assert page.complaints == []


def test_five_questions_are_answered_within_three_clicks_of_the_first_result(chromium, served):
    with visitor(chromium, served, viewport={"width": 1280, "height": 720}) as page:
        open_demo(page)
        page.get_by_role("button", name="We sell in the United States").click()
        page.get_by_text("Smaller cities at home", exact=True).wait_for()
        settle(page)
        at_home, abroad = entries(page, "Smaller cities at home"), entries(page, "Abroad")
        # which small cities at home, and where abroad: without a click
        assert at_home.count() == abroad.count() == 5
        assert all("United States" in text for text in at_home.all_inner_texts())
        assert not any("United States" in text for text in abroad.all_inner_texts())
        # why, and how sure: in each entry, and at one click on the card
        assert all(re.search(r"creators?, [\d,]+ normal · likely .+%", text) for text in at_home.all_inner_texts())
        with_creators = next(entry for entry in at_home.all() if "no creators" not in entry.inner_text())
        with_creators.click()
        page.get_by_text(re.compile("would be normal")).wait_for()
        page.get_by_text(re.compile("of normal; likely")).first.wait_for()
        settle(page)
        # whom to write to there: at the second click, micro first
        page.get_by_text("Show the creators there", exact=False).click()
        page.get_by_text(re.compile(r"\d+ creators? in")).wait_for()
        page.get_by_text("Micro: up to 5,000").wait_for()
        assert page.complaints == []
