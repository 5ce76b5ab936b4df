import json

import pandas as pd
import pytest

from hinterland.analysis import analyze
from hinterland.bench import bench_lists, show_lists
from hinterland.bench.lists import SMALL_LISTS, measure_ranking, write_small_lists
from paths import SAMPLE


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared")
    (folder / "creators").mkdir()
    pd.read_csv(SAMPLE, dtype=str).iloc[::4].to_csv(folder / "creators" / "a list.csv", index=False)
    (folder / "creators" / "no list.csv").write_text("nothing\n1\n")
    return bench_lists(folder)[0]


def test_without_lists_the_bench_says_what_it_wants(tmp_path):
    for folder in (None, tmp_path):
        found, (sentence,) = bench_lists(folder)
        assert found == []
        assert "--lists" in sentence


def test_every_list_of_a_folder_is_ranked_and_the_small_ones_too(results):
    by_name = {result["list"]: result for result in results}
    assert set(by_name) == {"a list", "no list", *SMALL_LISTS}
    assert by_name["a list"]["ranked"] > 0
    assert len(by_name["a list"]["first_rows"]) == 10
    assert by_name["a list"]["first_rows"][0]["rank"] == 1
    assert "ranked" not in by_name["no list"]
    assert by_name["no list"]["refused"]


def test_lists_of_few_places_compare_none_and_lists_of_chosen_ones_only_these(results):
    by_name = {result["list"]: result for result in results}
    for name in ("one city", "five British cities", "one American city"):
        assert not by_name[name]["comparable"]
        assert by_name[name]["ranked"] == 0
    for name in ("29 Indian cities", "fourteen Asian cities"):
        assert by_name[name]["covered"] == len(SMALL_LISTS[name][1])


def test_results_are_json_and_a_table(results):
    json.dumps(results, allow_nan=False)
    text = show_lists(results)
    assert all(result["list"] in text for result in results)
    assert "not_comparable" in text


def test_laws_are_measured_as_they_are_broken():
    analysis = analyze(pd.read_csv(SAMPLE, dtype=str).iloc[::4])
    sound = measure_ranking(analysis)
    assert (sound["missing_above_expected"], sound["rank_outside_range"]) == (0, 0)
    broken = analysis.ranking
    first = broken.index[:3]
    broken.loc[first, "missing_creators"] = 2 * broken.loc[first, "expected_creators"]
    broken.loc[first[:2], "rank_low"] = 5_000
    broken.loc[first[0], ["saturation_low", "saturation_high"]] = [1, 1_000]
    measured = measure_ranking(analysis)
    assert measured["missing_above_expected"] == 3
    assert measured["rank_outside_range"] == 2
    assert measured["wide_intervals"] == sound["wide_intervals"] + 1


def test_small_lists_are_written_as_people_write_them(tmp_path):
    paths = {path.stem: pd.read_csv(path) for path in write_small_lists(tmp_path)}
    assert list(paths["one city"].columns) == ["handle", "city", "country", "followers"]
    assert paths["29 Indian cities"]["city"].value_counts()["Kolkata"] == 7
    assert (paths["one American city"]["location"] == "Austin, TX").sum() == 111
