"""The resolver's benchmark: its measures on rows counted by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bundled import NEEDS_DATA
from hinterland.bench.geocoder import ask_hinterland, bench_places, draw, recombine, score_distance, score_names


def test_a_country_of_the_same_id_is_no_distance_away():
    gold = pd.DataFrame({"lat": ["0", "0", "0"], "lon": ["0", "0", "0"], "geonameid": ["1", "2", "3"]})
    found = pd.DataFrame({"latitude": [50.0, 1.0, np.nan], "longitude": [0.0, 0.0, np.nan]})
    found["place_id"] = pd.array([1, 9, None], dtype="Int64")
    scores = score_distance(gold, found)
    assert scores == {"right_40km": pytest.approx(1 / 3), "right_161km": pytest.approx(2 / 3)}


@NEEDS_DATA
def test_an_answer_must_fit_every_name_given_in_any_language():
    wanted = {"name": "", "locality": "リヨン", "region": "", "country": "Frankreich", "country_a": ""}
    gold = pd.DataFrame([wanted, wanted | {"country_a": "FRA"}, wanted | {"country": "Italia"}])
    answers = ask_hinterland(["Lyon", "Lyon, France", "Lyon"])
    assert score_names(gold, answers) == {"right_by_names": pytest.approx(2 / 3)}


def test_recombined_texts_are_distinct_and_drawn_by_rank():
    rng = np.random.default_rng(0)
    texts = recombine(["São Paulo, Brasil", "Berlin / Germany", "Accra"], 40, rng)
    assert len(set(texts)) == len(texts) == 40
    assert texts[:3] == ["São Paulo, Brasil", "Berlin / Germany", "Accra"]
    drawn = pd.Series(draw(texts, 2_000, rng)).value_counts()
    assert drawn.index.isin(texts).all()
    assert drawn.iloc[0] > 10 * drawn.iloc[-1]


def test_place_text_is_left_out_with_a_reason(tmp_path: Path):
    results, reason = bench_places(tmp_path)
    assert results == {}
    assert "github_accounts.csv" in reason[0]
