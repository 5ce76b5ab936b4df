"""Sentences about markets and plans: grammatical for none, one, many and unknown, with the table's numbers."""

import math
import re

import pytest

from hinterland import messages
from hinterland.language import Country
from hinterland.messages import plans


def explain(creators, expected, *, unmet, evidence, possible=0.0):
    row = {"label": "Recife", "creators": creators, "expected_creators": expected, "possible_creators": possible}
    return str(messages.explain(row | {"unmet_audience": unmet, "evidence": evidence}))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            (38.0, 96.0, (410_300.0, "medium")),
            ("38 creators; 96 would be normal; about 410,000 people could newly be reached; how sure: medium"),
        ),
        (
            (1.0, 2.4, (1.0, "low")),
            "1 creator; 2.4 would be normal; about 1 person could newly be reached; how sure: low",
        ),
        (
            (0.0, 12.0, (0.3, "medium")),
            "0 creators; 12 would be normal; nobody to be newly reached; how sure: medium",
        ),
        (
            (2.5, 1_234.0, (math.nan, "high")),
            (
                "2.5 creators; 1,234 would be normal; "
                "how many people could newly be reached is not known; how sure: high"
            ),
        ),
    ],
)
def test_why_a_market(facts, sentence):
    creators, expected, (unmet, evidence) = facts
    assert explain(creators, expected, unmet=unmet, evidence=evidence) == f"Recife: {sentence}"


def test_creators_who_may_be_in_a_market_are_said():
    words = explain(5, 100.0, unmet=9_000, evidence="high", possible=177.4)
    assert words.startswith(
        "Recife: 5 creators (177 more may be here: the place they name may be another); 100 would be normal"
    )


@pytest.mark.parametrize("creators", [0, 1, 2, 3_000])
def test_recruits_in_words(creators):
    said = str(plans.plan_line("recruit", creators, "Recife", Country("BR", "Brazil")))
    assert said.startswith("recruit ")
    assert ("1 creator in" in said) == (creators == 1)


def test_a_whole_country_is_named_as_a_sentence_needs_it():
    united_states = Country("US", "United States")
    assert str(plans.plan_line("creator", 1, "United States", united_states)).endswith("in the United States")
    assert str(plans.plan_line("creator", 1, "Mobile", united_states)).endswith("in Mobile")


def made(**changes):
    plan = {"creators": 3, "recruits": 0, "markets": 2, "people": 123_456.0, "cost": 900.0, "cost_low": 500.0}
    plan |= {
        "cost_high": 1_600.0,
        "gap": 0.004,
        "knee": None,
        "scenario": {"currency": "EUR", "budget": 1_000.0},
    }
    return [str(line) for line in plans.plan_made(plan | changes)]


def test_a_plan_in_words():
    assert made() == [
        "3 creators in 2 markets for 900 EUR (fees at their low end 500, at their high end 1,600)",
        (
            "about 120,000 people newly reached, if audiences overlap only by chance; "
            "this is within 0.4% of the best possible plan"
        ),
    ]
    assert made(creators=1, recruits=1, markets=1)[0].startswith("1 creator and 1 recruit in 1 market for")
    assert made(knee=750.0)[-1] == "above 750 EUR each extra sum reaches fewer people"
    assert made(markets=0) == ["no creator or recruit fits into 1,000 EUR and the other limits: the plan is empty"]


def test_limits_to_loosen_are_rounded_so_that_they_suffice():
    asked = {"budget": 1_000.0, "max_markets": 2, "market_share": 0.25}
    said = str(plans.no_plan({"budget": 0.2, "max_markets": 1.0, "market_share": 50.5}, asked, "USD"))
    assert re.findall(r"to 1,001 USD|raise max_markets from 2 to 3|30\.1%|31%", said) == [
        "to 1,001 USD",
        "raise max_markets from 2 to 3",
        "31%",
    ]
    assert str(plans.no_plan({}, asked, "USD")).endswith(
        "loosen several limits at once, because no single one is enough"
    )


@pytest.mark.parametrize("kinds", [{"creator": 1}, {"recruit": 2}, {"creator": 1, "recruit": 2}])
def test_a_plan_of_either_kind_of_people_is_worded(kinds):
    sentence = str(plans.plan_finding(kinds, 1, 12_300.0, fees=(10.0, 20.0), currency="USD"))
    assert ("1 creator" in sentence, "2 recruits" in sentence) == ("creator" in kinds, "recruit" in kinds)
