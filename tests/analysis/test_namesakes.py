"""Places of one name are told apart in every result that shows no region, not in a letter to somebody there."""

import pandas as pd
import pytest

from hinterland import Settings, analyze
from hinterland.analysis.creators import creators_table, find_people, outreach_table
from hinterland.analysis.questions import plan_budget
from hinterland.planning import Scenario

CREATORS = {"Springfield, Massachusetts": 9, "Springfield, Missouri": 30, "Chicago, Illinois": 90, "Boston": 60}
NAMES = {"Springfield, Massachusetts", "Springfield, Missouri", "Chicago", "Boston"}


@pytest.fixture(scope="module")
def analysis():
    places = [f"{place}, United States" for place, count in CREATORS.items() for _ in range(count)]
    handles = [f"creator_{number}" for number in range(len(places))]
    table = pd.DataFrame({"handle": handles, "location": places, "followers": 20_000})
    return analyze(table, settings=Settings(draws=100, covers="US"))


@pytest.fixture(scope="module")
def people(analysis):
    return find_people(analysis)


def test_creators_are_in_markets_told_apart(analysis, people):
    assert set(creators_table(analysis, people)["market"]) == NAMES


def test_a_mail_merge_tells_markets_apart_and_its_letters_speak_as_people_there_do(analysis, people):
    mail, _ = outreach_table(analysis, people)
    assert set(mail["market"]) == NAMES
    springfield = mail.loc[mail["market"].str.startswith("Springfield")]
    assert springfield["reason"].str.contains("Springfield, M").all()
    assert not springfield["opening_line"].str.contains("Springfield,").any()


def test_a_plan_tells_markets_apart(analysis, people):
    market_id = analysis.ranking.index[analysis.ranking["label"] == "Springfield, Missouri"][0]
    plan, _ = plan_budget(analysis, Scenario(budget=2_000, must=(market_id,), max_markets=1), people=people)
    assert set(plan.lines["market"]) == {"Springfield, Missouri"}
