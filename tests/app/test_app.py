import hashlib
import json
import shlex
import sys
import tomllib

import pytest
from streamlit.testing.v1 import AppTest

from hinterland.analysis import analyze
from hinterland.app import MAIN, server
from hinterland.app.labels import literal
from hinterland.app.server import SIGN_IN, is_welcome
from hinterland.app.url_state import command_line
from hinterland.cli import main
from hinterland.config import Settings
from hinterland.export import EXPORTERS, ending, missing_extra, render
from hinterland.ingest import FileContent
from hinterland.language import Language
from hinterland.messages import global_refused, nothing_finer, small_countries, steep
from paths import ROOT

HOSTILE = 'handle,location,followers\n"<img src=x onerror=alert(1)>","**Lyon**, France",1K\n`${x}`,"Paris, France",2K\n'
HIDDEN_PLACE = "who,wo_genau,zahl\n" + "".join(f"made.up.{n},{city},12.3K\n" for n, city in enumerate(["Köln", "Bonn"]))


@pytest.fixture
def app():
    return AppTest.from_file(str(MAIN), default_timeout=120).run()


def with_list(app, content, name="list.csv"):
    app.session_state["list"] = FileContent(name, None, content.encode())
    app.session_state["digest"] = hashlib.sha256(content.encode()).hexdigest()
    return app.run()


def press(app, label):
    return next(button for button in app.button if button.label.startswith(label)).click().run()


def ask(app, label):
    return next(box for box in app.selectbox if box.label == label)


def hold(app, **columns):
    """Say which field each column holds, as the table of columns does."""
    app.session_state["said"] = columns
    return app.run()


def columns(app):
    """Give the table of columns: what each is taken for, and how its first value is read."""
    return app.dataframe[0].value.set_index("column")


def shown(app):
    return " ".join(element.value for kind in (app.title, app.header, app.markdown, app.text) for element in kind)


@pytest.fixture(scope="module")
def explored():
    """The demo, analysed; its tests leave Explore as they found it."""
    app = AppTest.from_file(str(MAIN), default_timeout=120).run()
    return press(app, "Open demo").switch_page("views/explore.py").run()


def test_help_needs_no_list_and_names_every_assumption(app):
    app.switch_page("views/help.py").run()
    assert not app.exception
    assert "plain words" in app.title[0].value
    told = app.dataframe[0].value
    assert {"interval", "market_minimum", "moran_warning"} <= set(told["assumption"])
    assert (told["source"].str.len() > 5).all()


def test_the_first_page_says_what_to_do_and_offers_a_demo(app):
    assert not app.exception
    assert "Where is there still room?" in app.title[0].value
    assert "Bring a list" in shown(app)
    assert "Open demo (synthetic" in app.button[0].label


@pytest.mark.parametrize("count", ["1e26", "9" * 30, "1e15", "1e308", "-7"])
@pytest.mark.parametrize("field", ["followers", "creators", "likes", "fee"])
def test_a_number_beyond_reason_is_shown_as_not_read(app, field, count):
    with_list(app, f"handle,city,country,{field}\nx,Lyon,France,{count}\ny,Paris,France,20\n")
    assert not app.exception
    assert columns(app)["read"][field] in ("", "1,000,000,000,000,000")


@pytest.mark.parametrize("page", ["explore", "report"])
def test_pages_without_a_list_lead_back_to_data(app, page):
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception
    assert "Data page" in shown(app)


def test_demo_to_ranking(explored):
    assert not explored.exception
    assert "synthetic" in explored.header[0].value
    assert len(explored.metric) == 4
    ranking = explored.dataframe[0].value
    assert len(ranking) > 100
    assert ranking["rank"].is_monotonic_increasing
    assert any("rows used" in caption.value for caption in explored.caption)


def choose(app, key, value):
    box = next(box for kind in (app.multiselect, app.selectbox) for box in kind if box.key == key)
    return box.set_value(value).run()


def test_filters_and_order_answer_without_a_new_analysis(explored):
    everything = len(choose(explored, "class", []).dataframe[0].value)
    judged = ("under-served", "no clear difference", "over-saturated")
    assert sum(len(choose(explored, "class", [name]).dataframe[0].value) for name in judged) == everything
    assert {"New York, US", "Los Angeles, US"} <= set(explored.dataframe[0].value["market"])
    choose(explored, "sort", "saturation")
    assert explored.dataframe[0].value["saturation"].is_monotonic_increasing
    choose(explored, "sort", "rank")
    choose(explored, "class", ["under-served"])


def test_filters_nothing_fits_say_so(explored):
    choose(explored, "country", ["Iceland"])
    choose(explored, "size", "large")
    assert "No market fits these filters" in explored.info[0].value
    choose(explored, "size", "all")
    choose(explored, "country", [])
    assert not explored.info


def test_a_market_is_looked_at_and_put_aside(explored):
    first = explored.dataframe[0].value
    explored.session_state["market"] = first.index[0]
    press(explored.run(), "Add to shortlist")
    assert not explored.exception
    assert "would be normal" in shown(explored)
    # the card has taken the place of the ranking
    assert [list(table.value["market"]) for table in explored.dataframe] == [[first["market"].iloc[0]]]
    press(explored, "✓ On your shortlist")
    assert len(explored.dataframe) == 0
    press(explored, "← Back to the ranking")
    assert explored.dataframe[0].value.equals(first)


def test_a_market_the_list_cannot_decide_is_shown_without_numbers(explored):
    explored.session_state["market"] = "metro:0"
    assert not explored.run().exception
    assert not any("shortlist" in button.label for button in explored.button)


def test_micro_creators_stand_beside_all_in_both_presets(explored):
    everybody = choose(explored, "class", []).dataframe[0].value
    for preset, bounds in (("article", "up to 5,000"), ("industry", "10,000 to 50,000")):
        explored.session_state["micro"] = preset
        explored.run()
        assert not explored.exception
        assert any(bounds in option for group in explored.button_group for option in group.options)
        assert "Micro creators only" in shown(explored)
        beside = explored.dataframe[0].value
        assert len(beside) < len(everybody)
        # the same market as it is for all creators
        common = beside.index.intersection(everybody.index)
        assert beside.loc[common, "all_creators"].equals(everybody.loc[common, "saturation"].rename("all_creators"))
    explored.session_state["micro"] = None
    choose(explored, "class", ["under-served"])
    assert "Micro creators only" not in shown(explored)


def test_what_a_list_cannot_say_of_sales_and_growth_is_a_sentence(explored):
    words = [caption.value for caption in explored.caption]
    assert any("cannot tell if small creators sell more" in text for text in words)
    assert not any(toggle.key == "sales" for toggle in explored.toggle)


def test_another_tier_is_a_new_analysis(explored):
    before = len(explored.dataframe[0].value)
    ask(explored, "Size of creator").set_value("nano").run()
    assert len(explored.dataframe[0].value) == before
    press(explored, "Analyse again")
    assert not explored.exception
    assert explored.session_state["settings"].tier == "nano"
    assert len(explored.dataframe[0].value) < before


def test_the_report_repeats_the_run(app):
    with_list(app, HIDDEN_PLACE)
    hold(app, wo_genau="location")
    press(app, "Find markets")
    app.switch_page("views/report.py").run()
    assert not app.exception
    assert "--column=location=wo_genau" in shlex.split(app.code[0].value)
    assert "('location', 'wo_genau')" in app.code[1].value
    assert len(app.get("download_button")) == 14
    assert not [
        button.label for button in app.get("download_button") if button.disabled and "Shortlist" not in button.label
    ]


def test_the_report_says_what_is_not_installed(app, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    missing_extra.cache_clear()
    with_list(app, HIDDEN_PLACE)
    hold(app, wo_genau="location")
    press(app, "Find markets")
    app.switch_page("views/report.py").run()
    missing_extra.cache_clear()
    disabled = [button.label for button in app.get("download_button") if button.disabled]
    assert disabled == ["Shortlist (CSV)", "Map for slides (PNG)"]
    assert any("hinterland[slides]" in caption.value for caption in app.caption)


def test_the_reports_files_are_those_of_the_command_it_shows(app, tmp_path):
    with_list(app, HIDDEN_PLACE)
    hold(app, wo_genau="location")
    press(app, "Find markets")
    app.switch_page("views/report.py").run()
    command = shlex.split(app.code[0].value)
    options = command[command.index("YOUR_LIST") + 1 : command.index("--out")]
    listed = tmp_path / "list.csv"
    listed.write_text(HIDDEN_PLACE, encoding="utf-8")
    written = [tmp_path / f"x{suffix}" for suffix in (".brief.html", ".svg", ".csv", ".xlsx", ".html")]
    outs = [part for path in written for part in ("--out", str(path))]
    assert main(["rank", str(listed), *options, *outs]) == 0
    report = analyze(app.session_state["list"], settings=app.session_state["settings"]).report()
    for path in written:
        assert render(report, ending(path)) == path.read_bytes(), path.name


@pytest.mark.parametrize(
    "changed",
    [
        {"countries": ("FR", "DE"), "share_safe": True, "covariates": ("income", "age")},
        {"weights": (("opportunity", 2.0), ("size", 1.0)), "covers": "US,GB", "spill_over": "huff"},
        {"delimiter": "\t", "header_row": 3, "sheet": "List = 1"},
        {"constants": (("country", "NG"), ("niche", "food and drink")), "header_row": 0, "sheet": "all"},
        {"columns": (("location", "=a b'c"),), "encoding": "utf-16", "max_population": 10**6, "distinct": True},
    ],
)
def test_the_command_shown_asks_for_the_same_settings(changed, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "hinterland.analysis.analyze", lambda *_, settings, **__: asked.update(settings=settings) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        main(shlex.split(command_line(Settings(**changed)))[1:])
    assert asked["settings"] == Settings(**changed)


def test_what_holds_for_the_whole_list_is_asked_on_the_data_page(app):
    with_list(app, "town\n" + "Cartagena\n" * 30)
    next(box for box in app.selectbox if box.label == "Country").select("ES")
    next(box for box in app.text_input if box.label == "Niche").input("food").run()
    assert not app.exception
    assert app.session_state["reading"].constants == (("country", "ES"), ("niche", "food"))


def test_a_list_without_a_header_can_be_told_so(app):
    with_list(app, "\n".join(["Cartagena, Spain;4000"] * 30))
    next(box for box in app.selectbox if box.label == "Row of the column names").select(0).run()
    assert not app.exception
    assert app.session_state["reading"].header_row == 0
    assert any("30 rows" in caption.value for caption in app.caption)


def test_an_exporter_added_elsewhere_stands_on_the_report_page(app, monkeypatch):
    monkeypatch.setitem(EXPORTERS, ".md", lambda _, stream: stream.write(b"# Ranking"))
    press(app, "Open demo")
    app.switch_page("views/report.py").run()
    assert not app.exception
    assert "Ranking (.md)" in [button.proto.label for button in app.get("download_button")]


def test_a_list_that_cannot_be_used_is_one_sentence(app):
    with_list(app, "a,b\n1,2\n")
    assert not app.exception
    assert "did not work" in app.error[0].value
    assert '"Columns"' in app.error[0].value.replace("\\", "")
    assert r"\-\-" not in app.error[0].value


def test_a_column_can_be_named_where_none_was_recognised(app):
    with_list(app, HIDDEN_PLACE)
    assert app.error
    hold(app, wo_genau="location")
    assert not app.error
    assert columns(app)["field"].to_dict() == {"wo_genau": "location", "who": "none", "zahl": "followers"}


def test_a_column_can_be_left_out(app):
    with_list(app, "a;b\n" + "Paris;Lyon, France\n" * 30)
    hold(app, a="none", b="location")
    assert not app.error
    assert columns(app)["field"].to_dict() == {"b": "location", "a": "none"}
    assert app.session_state["reading"] == Settings(columns=(("location", "b"),), only_columns=True)


def test_a_wrong_encoding_can_be_taken_back(app):
    with_list(app, "user,Standort\nx,Köln\ny,Bonn\n")
    ask(app, "Encoding").set_value("utf-16").run()
    assert not app.exception
    assert app.error
    ask(app, "Encoding").set_value("utf-8").run()
    assert not app.error
    assert columns(app).loc["Standort", ["field", "first"]].to_list() == ["location", "Köln"]


def test_settings_without_any_creator_are_a_sentence_and_a_way_back(app):
    with_list(app, "user,city,followers\nx,Lyon,100\ny,Paris,200\n")
    ask(app, "Size of creator").set_value("mega").run()
    press(app, "Find markets")
    assert not app.exception
    assert app.error or app.warning


def test_what_was_understood_is_shown_before_the_analysis(app):
    with_list(app, "user,Standort,Abonnenten\nx,Köln,12.3K\n")
    assert columns(app).loc["Abonnenten", ["field", "first", "read"]].to_list() == ["followers", "12.3K", "12,300"]
    assert columns(app).loc["Standort", "field"] == "location"


def test_rows_and_rejects_are_counted(app):
    rows = "".join(f"made.up.{n},Lyon,France,5\n" for n in range(20))
    with_list(app, f"handle,city,country,creators\n{rows}made.up.x,Lyon,France,many\n")
    press(app, "Find markets")
    app.switch_page("views/data.py").run()
    assert not app.exception
    assert "1 rejected" in app.success[0].value
    assert "20 rows used" in app.success[0].value
    assert "1 of 21 rows" in app.warning[0].value
    assert "4.8%" in app.warning[0].value
    assert any("Rejected rows" in button.proto.label for button in app.get("download_button"))


def test_creators_are_not_the_rows_that_count_them(app):
    rows = "".join(f"{city},{30 * (n + 1)}\n" for n, city in enumerate(["Lyon", "Paris", "Nice", "Lille"]))
    with_list(app, f"location,creators\n{rows}nowhere at all,50\n")
    press(app, "Find markets")
    assert not app.exception
    assert next(metric for metric in app.metric if metric.label == "Creators placed").value == "300"


def test_hostile_names_stay_text(app):
    with_list(app, HOSTILE, "<script>*x*.csv")
    assert not app.exception
    assert r"\<script\>\*x\*\.csv" in app.subheader[0].value


def test_an_empty_file_is_a_mistake_not_a_bug(app):
    with_list(app, "")
    assert not app.exception
    assert app.error


def test_maps_are_gone_when_withdrawn():
    address = server.publish(lambda: "<p>secret</p>", "somebody")
    identity = address.rpartition("/")[2]
    assert len(identity) >= 22
    assert identity in server._pages  # noqa: SLF001 - what is served, and nothing else
    server.withdraw(address)
    assert identity not in server._pages  # noqa: SLF001 - the same


def test_no_setting_is_read_into_the_app_that_the_command_line_does_not_know(app):
    with_list(app, "user,city,followers\nx,Lyon,100\ny,Paris,200\n")
    ask(app, "Kind of market").set_value("city").run()
    press(app, "Find markets")
    assert app.session_state["settings"] == Settings(level="city")


@pytest.mark.parametrize("notice", [small_countries(3), steep(1.5), nothing_finer("city"), global_refused("named")])
def test_remedies_name_the_controls_of_the_app(notice):
    assert "--" in Language.of("en").render(notice)
    assert "--" not in str(notice)
    assert "--" not in Language.of("en", "app").render(notice)


def test_a_control_is_named_with_what_to_choose_there():
    assert Language.of("en", "app").render(steep(1.5)).endswith('set "The list covers": "Only the places it names".')
    assert Language.of("en").render(steep(1.5)).endswith("set --covers listed.")
    assert str(steep(1.5)).endswith("set covers='listed'.")


def test_literal_text_and_short_numbers():
    assert literal("*a* <b> [c](d) :red[e] $f$\n# g") == r"\*a\* \<b\> \[c\]\(d\) \:red\[e\] \$f\$ \# g"
    assert literal("São Paulo · 東京") == "São Paulo · 東京"
    assert literal(":material/home: -> 12:30").replace("\u2060", "|") == r"\:|material\/home\: \-|\> 12\:30"


def test_the_entry_of_the_package_is_the_entry_of_the_checkout():
    checkout = (ROOT / "app.py").read_text()
    package = MAIN.with_name("entry.py").read_text()
    assert checkout.split('"""')[2] == package.split('"""')[2]


@pytest.mark.parametrize(
    ("user", "welcome", "enters"),
    [
        ({}, "*", False),
        ({"is_logged_in": True, "email": "a@example.com"}, "*", True),
        ({"is_logged_in": True, "email": "a@Example.com", "email_verified": True}, "example.org, example.com", True),
        ({"is_logged_in": True, "email": "a@example.com"}, "example.com", False),
        ({"is_logged_in": True, "email": "a@example.com", "email_verified": "false"}, "example.com", False),
        ({"is_logged_in": True, "email": "a@example.com.evil"}, "example.com", False),
        ({"is_logged_in": True, "email": "a@example.com", "email_verified": False}, "example.com", False),
        ({"is_logged_in": True}, "example.com", False),
        ({"is_logged_in": True, "email": "a@example.com"}, "", False),
    ],
)
def test_who_may_enter_a_shared_app(user, welcome, enters):
    assert is_welcome(user, welcome) is enters


def test_a_shared_app_shows_strangers_nothing_but_a_button(monkeypatch):
    monkeypatch.setenv(SIGN_IN, "example.com")
    app = AppTest.from_file(str(MAIN), default_timeout=120).run()
    assert not app.exception
    assert [button.label for button in app.button] == ["Sign in"]


def test_the_app_looks_the_same_however_it_is_started():
    """An installed package has no .streamlit folder: the command says all of it."""
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    flags = dict(flag[2:].split("=", 1) for flag in server.command(1) if flag.startswith("--"))
    assert flags.pop("server.port") == "1"
    assert json.loads(flags.pop("theme.headingFontSizes")) == written["theme"].pop("headingFontSizes")
    assert flags == dict(flat(written))


def flat(table, *path):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, *path, name)
        else:
            yield ".".join((*path, name)), str(value).lower() if isinstance(value, bool) else str(value)
