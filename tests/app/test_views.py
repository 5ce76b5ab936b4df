"""Explore, Compare and Plan as a script runs them: what is asked, what is shown, and every state without a result."""

import hashlib
import json
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from hinterland.app import MAIN, url_state
from hinterland.app.components.settings_comparison import changed
from hinterland.app.labels import describe_overlaps
from hinterland.errors import InputError
from hinterland.ingest import FileContent

COUNTS = "city,country,creators\n" + "".join(
    f"{city},France,{count}\n"
    for city, count in (
        *(("Paris", 900), ("Lyon", 40), ("Nantes", 20), ("Toulouse", 30), ("Lille", 12), ("Rennes", 9)),
        *(("Bordeaux", 31), ("Marseille", 44), ("Nice", 17)),
    )
)
PLACES = (
    *(("Paris", 300), ("Lyon", 60), ("Marseille", 5), ("Toulouse", 40), ("Nantes", 30), ("Lille", 2)),
    *(("Bordeaux", 45), ("Rennes", 22), ("Strasbourg", 18), ("Nice", 20), ("Grenoble", 16)),
)
FRENCH = "handle,location,followers\n" + "".join(
    f'made.up.{city}.{number},"{city}, France",{3_000 + 37 * number}\n'
    for city, count in PLACES
    for number in range(count)
)


def opened(content=None, page="explore"):
    """Open a page on a list, analysed; on the demo without one."""
    app = AppTest.from_file(str(MAIN), default_timeout=180)
    if content is None:
        app.run()
        press(app, "Open demo")
    else:
        app.session_state["list"] = FileContent("list.csv", None, content.encode())
        app.session_state["digest"] = hashlib.sha256(content.encode()).hexdigest()
        press(app.run(), "Find markets")
    return app.switch_page(f"views/{page}.py").run()


def press(app, label):
    return next(button for button in app.button if button.label.startswith(label)).click().run()


def box(app, label, kind="selectbox"):
    return next(box for box in getattr(app, kind) if box.label == label)


def told(app):
    kinds = (app.title, app.header, app.subheader, app.markdown, app.info, app.warning, app.caption)
    return " ".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize("page", ["explore", "compare", "plan"])
def test_a_page_without_a_list_says_so_and_leads_on(page):
    app = AppTest.from_file(str(MAIN), default_timeout=60).run().switch_page(f"views/{page}.py").run()
    assert not app.exception
    assert "Data page" in told(app)


def test_explore_without_a_list_shows_the_demo_on_a_click():
    app = AppTest.from_file(str(MAIN), default_timeout=180).run().switch_page("views/explore.py").run()
    press(app, "See the demo here")
    assert not app.exception
    assert len(app.metric) == 4


def test_filters_that_nothing_fits_are_cleared_with_a_click():
    app = opened()
    box(app, "Country", "multiselect").set_value(["Iceland"]).run()
    box(app, "Size").set_value("large").run()
    assert "No market fits" in told(app)
    press(app, "Clear filters")
    assert not app.exception
    everything = app.dataframe[0].value
    assert "No market fits" not in told(app)
    box(app, "How sure", "multiselect").set_value(["high"]).run()
    sure = app.dataframe[0].value
    assert 0 < len(sure) < len(everything)
    assert set(sure.index) <= set(everything.index)


def test_the_market_looked_at_stands_in_the_address_and_the_address_is_followed():
    app = opened()
    first, second = app.dataframe[0].value.index[:2]
    app.session_state["market"] = first
    app.run()
    assert app.query_params["market"] == first
    app.query_params["market"] = second
    app.run()
    assert app.session_state["market"] == second
    del app.query_params["market"]
    app.run()
    assert app.session_state["market"] is None
    app.query_params["market"] = "<script>"
    app.run()
    assert not app.exception
    assert not any("shortlist" in button.label for button in app.button)


def test_creators_are_named_on_request_only_and_only_those_of_the_market():
    app = opened(FRENCH)
    box(app, "Verdict", "multiselect").set_value([]).run()
    lyon = next(index for index, row in app.dataframe[0].value.iterrows() if row["market"] == "Lyon, FR")
    app.session_state["market"] = lyon
    app.run()
    assert not any("handle" in table.value for table in app.dataframe)
    app.toggle(key="creators").set_value(True).run()
    assert not app.exception
    there = next(table.value for table in app.dataframe if "handle" in table.value)
    assert len(there) == 60
    assert there["handle"].str.contains("Lyon").all()
    assert there["followers"].is_monotonic_increasing
    assert there["opening_line"].str.startswith("Hi @made.up.Lyon").all()
    assert there["fees"].str.endswith("USD").all()


def test_a_list_of_counts_names_nobody_and_cannot_be_planned():
    app = opened(COUNTS)
    box(app, "Verdict", "multiselect").set_value([]).run()
    app.session_state["market"] = app.dataframe[0].value.index[0]
    app.run()
    assert "creators" not in [toggle.key for toggle in app.toggle]
    assert "counts the creators of a place" in told(app)
    app.switch_page("views/plan.py").run()
    assert not app.exception
    assert "one row per creator" in told(app)


@pytest.mark.parametrize("page", ["explore", "compare", "plan"])
def test_a_list_that_cannot_compare_markets_says_so_and_shows_what_it_holds(page):
    few = "handle,location,followers\n" + "".join(f'made.up.{n},"Lyon, France",{2_000 + n}\n' for n in range(40))
    app = opened(few, page)
    assert not app.exception
    assert any(info.value.startswith("This list cannot compare markets") for info in app.info)
    if page == "explore":
        assert app.dataframe[0].value["creators"].tolist() == [40]


def test_a_list_of_which_nothing_is_ranked_has_nothing_to_compare_and_no_error():
    """As many creators in every city: the largest do not follow the curve of the others."""
    cities = ("Paris", "Lyon", "Lille", "Nantes", "Toulouse", "Nice", "Rennes", "Bordeaux", "Grenoble", "Strasbourg")
    rows = "".join(f'made.up.{n},"{cities[n % 10]}, France",{2_000 + n}\n' for n in range(400))
    for page in ("explore", "compare", "plan"):
        assert not opened("handle,location,followers\n" + rows, page).exception, page


def test_countries_can_be_explored_like_cities():
    app = opened()
    box(app, "Kind of market").set_value("country").run()
    press(app, "Analyse again")
    box(app, "Verdict", "multiselect").set_value([]).run()
    assert not app.exception
    assert "Germany" in set(app.dataframe[0].value["market"])


def test_a_niche_is_a_setting_where_the_list_names_niches():
    assert not [box for box in opened(FRENCH).selectbox if box.label == "Creators of niche"]
    app = opened()
    niches = box(app, "Creators of niche")
    before = app.metric[1].value
    niches.set_value(niches.options[1]).run()
    press(app, "Analyse again")
    assert not app.exception
    assert app.metric[1].value != before


def test_compare_begins_with_the_shortlist_and_says_what_can_be_describe_overlaps():
    app = opened()
    kept = list(app.dataframe[0].value.index[2:5])
    app.session_state["shortlist"] = kept
    app.switch_page("views/compare.py").run()
    assert not app.exception
    assert box(app, "Markets to compare, from your shortlist or by name", "multiselect").value == kept
    assert len(app.table[0].value.columns) == 3
    assert "intervals" in told(app)
    twins = app.dataframe[0].value
    assert twins["distance"].is_monotonic_increasing
    assert not set(twins.index) & set(kept[:1])
    box(app, "Markets to compare, from your shortlist or by name", "multiselect").set_value(kept[:1]).run()
    assert "Choose two markets" in told(app)


def test_a_list_that_cannot_compare_countries_says_so_and_another_tier_is_compared_on_request():
    app = opened(page="compare")
    # the demo's list covers only the countries it names
    assert "Nothing is compared with the world" in told(app)
    box(app, "Change").set_value("tier").run()
    assert "Nothing is compared with the world" not in told(app)
    box(app, "To").set_value("nano").run()
    assert not app.exception
    assert "ranked markets change verdict" in told(app)
    box(app, "Change").set_value("platform").run()
    assert not app.exception


def test_a_plan_keeps_its_budget_and_its_limits():
    app = opened(page="plan")
    app.number_input[0].set_value(5_000.0).run()
    box(app, "Markets, at most", "number_input").set_value(3).run()
    press(app, "Make the plan")
    assert not app.exception
    lines = app.dataframe[0].value
    assert (lines["price"] * lines["creators"]).sum() <= 5_000
    assert 0 < lines["market"].nunique() <= 3
    assert next(metric.value for metric in app.metric if metric.label == "Markets") in {"1", "2", "3"}
    box(app, "Markets, at most", "number_input").set_value(2).run()
    assert "make the plan again" in told(app)


def test_a_plan_that_cannot_be_names_the_limit_to_loosen():
    app = opened(FRENCH)
    box(app, "Verdict", "multiselect").set_value([]).run()
    lille = next(index for index, row in app.dataframe[0].value.iterrows() if row["market"] == "Lille, FR")
    app.session_state["shortlist"] = [lille]
    app.switch_page("views/plan.py").run()
    box(app, "Markets that must be in", "multiselect").set_value([lille]).run()
    box(app, "Creators per market, at least", "number_input").set_value(20).run()
    app.number_input[0].set_value(10.0).run()
    press(app, "Make the plan")
    assert not app.exception
    assert "raise the budget" in told(app) or "Creators per market, at least" in told(app)
    assert "min_creators" not in told(app)
    assert not app.dataframe


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"Budget": 0.0}, "Budget: give a number from 1 to 1,000,000,000,000."),
        ({"Budget": -5.0}, "Budget: give a number from 1"),
        ({"Budget": 1e15}, "Budget: give a number from 1"),
        ({"Markets, at most": 0}, "Markets, at most: give a number from 1 to 1,000."),
        ({"Creators per market, at least": -1}, "Creators per market, at least: give a number from 0"),
        ({"Creators per market, at most": 0}, "Creators per market, at most: give a number from 1"),
        (
            {"Creators per market, at least": 50, "Creators per market, at most": 5},
            "The maximum of 5 creators per market is below the minimum of 50.",
        ),
    ],
)
def test_an_impossible_answer_is_said_in_words_and_no_old_plan_stands_beneath_it(answers, sentence):
    app = opened(FRENCH, "plan")
    press(app, "Make the plan")
    assert app.dataframe
    for label, answer in answers.items():
        box(app, label, "number_input").set_value(answer).run()
    assert not app.exception
    assert any(error.value.startswith(sentence) for error in app.error)
    assert not app.dataframe
    assert next(button for button in app.button if button.label == "Make the plan").disabled


def test_another_budget_is_read_off_the_curve():
    app = opened(FRENCH, "plan")
    app.number_input[0].set_value(2_000.0).run()
    press(app, "Make the plan")
    app.toggle[0].set_value(True).run()
    assert not app.exception
    reached = [metric for metric in app.metric if metric.label.startswith("People newly reached, about")]
    slider = app.slider[0]
    slider.set_value(slider.max).run()
    assert not app.exception
    more = next(metric for metric in app.metric if metric.label.startswith("People newly reached, about"))
    assert more.value >= reached[0].value or len(more.value) > len(reached[0].value)
    for people, said in ((1, "Less than the smallest budget"), (10**9, "More than the largest budget")):
        box(app, "Or: people to reach", "number_input").set_value(people).run()
        assert said in told(app)


BOUNDS = st.tuples(*[st.floats(0, 300)] * 3).map(sorted)


@given(st.lists(BOUNDS, min_size=2, max_size=4))
def test_markets_are_told_apart_where_intervals_do_not_meet(bounds):
    columns = ["saturation_low", "saturation", "saturation_high"]
    rows = pd.DataFrame(bounds, columns=columns).assign(name=[f"m{number}" for number in range(len(bounds))])
    sentences = describe_overlaps(rows)
    assert len(sentences) == len(bounds) - 1
    ordered = sorted(bounds, key=lambda bound: bound[1])
    apart = sum(one[2] < other[0] for one, other in pairwise(ordered))
    assert sum("do not overlap" in sentence for sentence in sentences) == apart or len({b[1] for b in bounds}) < len(
        bounds
    )


def test_a_changed_class_is_listed_with_whether_the_intervals_overlap():
    def ranking(*rows):
        columns = ["rank", "class", "saturation", "saturation_low", "saturation_high"]
        table = pd.DataFrame(list(rows), columns=columns, index=["same", "overlaps", "apart", "unranked"])
        return table.assign(market=table.index, region="", country="France", country_code="FR", population=1e5)

    now = ranking(
        (1, "no clear difference", 90, 50, 150),
        (2, "no clear difference", 80, 40, 120),
        (3, "under-served", 20, 10, 30),
        (None, "insufficient data", 50, 1, 200),
    )
    other = ranking(
        (2, "no clear difference", 95, 55, 155),
        (1, "under-served", 50, 20, 70),
        (3, "no clear difference", 90, 60, 130),
        (4, "no clear difference", 90, 60, 130),
    )
    differ = changed(now, other)
    assert differ["apart"].to_dict() == {"apart": True, "overlaps": False}


def test_a_plan_starts_from_the_shortlist_and_keeps_its_form():
    app = opened(FRENCH)
    ranking = app.dataframe[0].value
    chosen = list(ranking.index[:2])
    app.session_state["shortlist"] = chosen
    app.switch_page("views/plan.py").run()
    app.number_input[0].set_value(4_000.0).run()
    press(app, "Make the plan")
    assert not app.exception
    kept = app.session_state["plan"]
    assert kept.only == tuple(chosen)
    names = {name.split(",")[0] for name in ranking["market"][:2]}
    assert {name.split(",")[0] for name in app.dataframe[0].value["market"]} <= names
    app.switch_page("views/explore.py").run()
    app.switch_page("views/plan.py").run()
    assert not app.exception
    assert app.number_input[0].value == 4_000.0
    assert app.dataframe
    box(app, "What if you leave out a country?", "multiselect").set_value(["FR"]).run()
    assert "make the plan again" in told(app)


def test_a_report_is_of_the_shortlist_or_of_the_plan_where_there_is_one():
    app = opened(FRENCH)
    ranked = list(app.dataframe[0].value.index)
    app.switch_page("views/report.py").run()
    assert not app.exception
    assert "report on" not in app.session_state
    app.session_state["shortlist"] = ranked[:2]
    app.switch_page("views/plan.py").run()
    press(app, "Make the plan")
    app.switch_page("views/report.py").run()
    assert not app.exception
    assert app.session_state["report on"] == "Your shortlist"
    app.session_state["report on"] = "Your plan"
    app.run()
    assert not app.exception
    assert any("Project" in button.label for button in app.get("download_button"))


OTHERS_PROJECT = {
    "hinterland_project": 1,
    "list": {"names": ["spring.csv"], "sha256": "0"},
    "settings": {},
    "shortlist": [],
    "plan": None,
    "plan_form": {},
    "client": {},
}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"hinterland_project": 1, ', "is not a project"),
        (b'{"hinterland_project": 1, "x": ' + b"[" * 100_000, "is not a project"),
        (b'{"hinterland_project": 1, "x": "' + b"x" * 6_000_000 + b'"}', "is not a project"),
        (json.dumps(OTHERS_PROJECT | {"plan": {"budget": -1}}).encode(), "is not a project"),
        (json.dumps(OTHERS_PROJECT | {"hinterland_project": 2}).encode(), "by a version of Hinterland"),
    ],
)
def test_a_damaged_project_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(InputError, match=sentence):
        url_state.open_project(content)


def test_a_project_resumed_on_another_list_says_so():
    url_state.open_project(json.dumps(OTHERS_PROJECT).encode())
    app = AppTest.from_file(str(MAIN), default_timeout=180)
    app.session_state["list"] = FileContent("autumn.csv", None, FRENCH.encode())
    app.session_state["digest"] = hashlib.sha256(FRENCH.encode()).hexdigest()
    app.session_state["project"] = url_state.waiting_project()
    app.run()
    assert not app.exception
    assert "not the file the project was saved with (spring\\.csv)" in told(app)


def test_answers_of_a_changed_project_that_no_form_offers_count_for_nothing():
    app = opened(FRENCH)
    app.session_state["form answers"] = {
        "budget": "much",
        "most markets": [3],
        "currency": "XXX",
        "price": "free",
        "among": "nowhere",
        "tiers": ["giant"],
        "recruit": 7,
        "countries left out": ["ZZ"],
        "must": "metro:1",
    }
    app.switch_page("views/plan.py").run()
    assert not app.exception
    assert app.number_input[0].value == 20_000.0
    press(app, "Make the plan")
    assert not app.exception
    assert app.dataframe


def test_people_of_the_shortlist_stand_smallest_first_with_a_tick_each():
    app = opened(FRENCH)
    app.session_state["shortlist"] = list(app.dataframe[0].value.index[:2])
    app.run()
    box(app, "Whom to write to in these markets", "toggle").set_value(True).run()
    assert not app.exception
    people = next(table.value for table in app.dataframe if "write" in table.value)
    assert people["followers"].is_monotonic_increasing
    assert people["market"].nunique() == 2
    assert people["write"].all()


@pytest.mark.parametrize(
    "link",
    [
        {"benchmark": "Weltweit", "class": "kein klarer Unterschied", "sort": "Größter Ort", "country": "Frankreich"},
        {"benchmark": "global", "class": "no clear difference", "sort": "population", "country": "France"},
    ],
    ids=["in German", "in values"],
)
def test_a_link_opens_in_the_language_of_whoever_opens_it(link):
    app = AppTest.from_file(str(MAIN), default_timeout=180)
    app.session_state["list"] = FileContent("list.csv", None, FRENCH.encode())
    app.session_state["digest"] = hashlib.sha256(FRENCH.encode()).hexdigest()
    app.run().switch_page("views/explore.py")
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    for name in link:
        del app.query_params[name]
    press(app.switch_page("views/data.py").run(), "Find markets")
    assert app.button_group(key="benchmark").value == "global"
    assert box(app, "Verdict", "multiselect").value == ["no clear difference"]
    assert box(app, "Sort by").value == "population"
    assert box(app, "Country", "multiselect").value == ["France"]
