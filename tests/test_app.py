import hashlib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hinterland.sources import Stored
from hinterland.ui import MAIN, maps
from hinterland.ui.text import literal, people

HOSTILE = 'handle,location,followers\n"<img src=x onerror=alert(1)>","**Lyon**, France",1K\n`${x}`,"Paris, France",2K\n'


@pytest.fixture
def app():
    return AppTest.from_file(str(MAIN), default_timeout=120).run()


def with_list(app, content, name="list.csv"):
    app.session_state["list"] = Stored(name, None, content.encode())
    app.session_state["digest"] = hashlib.sha256(content.encode()).hexdigest()
    return app.run()


def analyse(app):
    button = next(button for button in app.button if button.label.startswith("Looks right"))
    return button.click().run()


def shown(app):
    return " ".join(element.value for kind in (app.title, app.header, app.markdown, app.text) for element in kind)


def test_the_first_page_says_what_to_do_and_offers_a_demo(app):
    assert not app.exception
    assert "Where is there still room?" in app.title[0].value
    assert "Open demo" in app.button[0].label


@pytest.mark.parametrize("page", ["explore", "report"])
def test_pages_without_a_list_lead_back_to_data(app, page):
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception
    assert "Data page" in shown(app)


def test_demo_to_ranking_and_report(app):
    app.button[0].click().run()
    analyse(app)
    assert not app.exception
    app.switch_page("views/explore.py").run()
    assert not app.exception
    assert "synthetic" in app.header[0].value
    assert len(app.metric) == 4
    ranking = app.dataframe[0].value
    assert len(ranking) > 100
    assert set(ranking["class"]) == {"under-served"}
    app.multiselect(key="class").set_value(["over-saturated"]).run()
    assert {"New York", "Los Angeles", "San Francisco"} <= set(app.dataframe[0].value["market"])
    app.switch_page("views/report.py").run()
    assert not app.exception
    assert any("hinterland rank" in block.value for block in app.code)


def test_a_list_that_cannot_be_used_is_one_sentence(app):
    with_list(app, "a,b\n1,2\n")
    assert not app.exception
    assert "cannot be used" in app.error[0].value
    assert "--map" in app.text[0].value


def test_what_was_understood_is_shown_before_the_analysis(app):
    with_list(app, "user,Standort,Abonnenten\nx,Köln,12.3K\n")
    mapping = app.dataframe[0].value.set_index("taken for")
    assert mapping.loc["followers", "read as"] == "12300"
    assert mapping.loc["location", "your column"] == "Standort"


def test_hostile_names_stay_text(app):
    with_list(app, HOSTILE, "<script>*x*.csv")
    assert not app.exception
    assert r"\<script\>\*x\*\.csv" in app.subheader[0].value


def test_an_empty_file_is_a_mistake_not_a_bug(app):
    with_list(app, "")
    assert not app.exception
    assert app.error


def test_maps_are_gone_when_withdrawn():
    address = maps.publish("<p>secret</p>")
    identity = address.rpartition("/")[2]
    assert len(identity) >= 22
    assert identity in maps._pages  # noqa: SLF001 - what is served, and nothing else
    maps.withdraw(address)
    assert identity not in maps._pages  # noqa: SLF001 - the same


def test_literal_text_and_short_numbers():
    assert literal("*a* <b> [c](d) :red[e] $f$\n# g") == r"\*a\* \<b\> \[c\]\(d\) \:red\[e\] \$f\$ \# g"
    assert literal("São Paulo · 東京") == "São Paulo · 東京"
    assert [people(count) for count in (85.4, 3_400, 1_250_000)] == ["85", "3.4K", "1.2M"]


def test_the_entry_of_the_package_is_the_entry_of_the_checkout():
    checkout = (Path(__file__).parents[1] / "app.py").read_text()
    package = MAIN.with_name("entry.py").read_text()
    assert checkout.split('"""')[2] == package.split('"""')[2]
