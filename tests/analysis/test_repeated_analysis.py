"""One analysis after another of the same list: what was counted is not counted again, and nothing else changes."""

import pandas as pd
import pytest

from hinterland.analysis import analyze
from hinterland.config import Assumptions, Settings
from hinterland.config.settings import Model, Ranking
from hinterland.export import render
from hinterland.ingest import FileContent

CITIES = ("Lyon, France", "Nantes, France", "Porto, Portugal", "Leeds, UK", "Austin, Texas", "Turin, Italy")
ROWS = [
    f"made.up.{n},{CITIES[n * n % 7 % 6]},{900 * n + 40},{n % 7 + 1}%,{('art', 'food')[n % 3 > 0]}" for n in range(300)
]
LIST = (FileContent("list.csv", None, "\n".join(["username,location,followers,engagement,niche", *ROWS]).encode()),)
ASKED = Settings(level="metro", draws=200)
CHANGED = {
    "level": "city",
    "benchmark": "global",
    "covers": "FR,PT,GB,US,IT",
    "home": ("FR",),
    "countries": ("FR", "IT"),
    "min_population": 100_000,
    "max_population": 900_000,
    "sort": "confidence",
    "seed": 5,
    "draws": 300,
    "spill_over": "huff",
    "covariates": ("income",),
    "share_safe": True,
    "weights": (("size", 1.0), ("opportunity", 2.0)),
}


@pytest.fixture(scope="module")
def before():
    return analyze(LIST, settings=ASKED)


def stages(before, settings, files=LIST, assumptions=None):
    seen = []
    found = analyze(
        files, settings=settings, assumptions=assumptions, watch=lambda at: seen.append(at.stage), before=before
    )
    return found, set(seen)


def test_every_setting_of_model_and_ranking_is_changed_here():
    # arrivals need a second list
    assert {*CHANGED, "arrivals_since"} == {*Model.model_fields, *Ranking.model_fields}


@pytest.mark.parametrize("name", [*CHANGED])
def test_what_is_asked_of_a_counted_list_is_answered_as_if_it_were_counted_anew(before, name):
    settings = ASKED.model_copy(update={name: CHANGED[name]})
    again, seen = stages(before, settings)
    assert seen == {"opening", "judging"}
    anew = analyze(LIST, settings=settings)
    assert render(again.report(), ".csv") == render(anew.report(), ".csv")
    assert again.findings.warnings == anew.findings.warnings
    assert (again.findings.counts, again.findings.located) == (anew.findings.counts, anew.findings.located)
    pd.testing.assert_frame_equal(again.findings.rejects, anew.findings.rejects)


@pytest.mark.parametrize(
    "changed",
    [
        {"tier": "nano"},
        {"niche": "food"},
        {"tiers": "article"},
        {"distinct": True},
        {"columns": (("niche", "username"),)},
    ],
)
def test_what_changes_the_count_is_counted(before, changed):
    settings = ASKED.model_copy(update=changed)
    again, seen = stages(before, settings)
    assert "placing" in seen
    assert render(again.report(), ".csv") == render(analyze(LIST, settings=settings).report(), ".csv")


def test_another_list_or_other_assumptions_are_counted(before):
    other = (FileContent("list.csv", None, LIST[0].content.replace(b"Lyon", b"Braga")),)
    assert "placing" in stages(before, ASKED, other)[1]
    assert "placing" in stages(before, ASKED, assumptions=Assumptions(snap_km=5))[1]
