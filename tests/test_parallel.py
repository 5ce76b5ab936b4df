"""Parts on several processes: the same results in the same order, whatever ends in between."""

import operator
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import steps
from hinterland import parallel
from hinterland.analysis import analyze, inputs
from hinterland.bench.performance import write_dataset
from hinterland.errors import InputError


def test_results_are_merged_in_part_order_however_many_work():
    expected = [number * number for number in range(7)]
    assert parallel.run(range(7), steps.square, operator.add, workers=3) == expected
    assert parallel.run(range(7), steps.square, operator.add) == expected


def test_a_process_that_is_killed_changes_nothing(tmp_path):
    step = partial(steps.end_once, tmp_path)
    assert parallel.run(range(7), step, operator.add, workers=2) == list(range(7))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "3", "6"]


def test_a_part_that_ends_every_process_ends_the_run():
    with pytest.raises(MemoryError, match="3 times"):
        parallel.run(range(2), steps.end_always, operator.add, workers=2)


def test_an_error_of_a_part_arrives_as_it_was_raised():
    with pytest.raises(InputError, match="row 0 cannot be read"):
        parallel.run(range(4), steps.refuse, operator.add, workers=2)


@pytest.mark.parametrize("workers", [1, 2])
def test_whoever_watches_can_end_a_run(workers):
    calls = []

    def stop_at_the_third():
        calls.append(len(calls))
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        parallel.run(range(9), steps.square, operator.add, workers=workers, watch=stop_at_the_third)
    assert len(calls) == 3


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A list in more parts than are kept in memory, with handles that repeat across them and some that are nobody's."""
    folder = tmp_path_factory.mktemp("parts")
    whole = pd.read_csv(write_dataset(folder / "whole.csv", 1_500, kind="mixed", engagement=True))
    whole.loc[::50, "username"] = "made.up.1"
    whole["followers"] = whole["followers"].astype(object)
    whole.loc[::70, "followers"] = "many"
    paths = [folder / f"part{number}.csv" for number in range(inputs.CACHED_PARTS + 2)]
    for number, path in enumerate(paths):
        whole.iloc[number :: len(paths)].to_csv(path, index=False)
    return paths


def test_two_processes_count_as_one_does(files: list[Path], monkeypatch):
    one = analyze(files)
    monkeypatch.setattr(inputs, "ROWS_FOR_WORKERS", 0)
    monkeypatch.setattr(inputs.os, "cpu_count", lambda: 2)
    seen = []
    two = analyze(files, watch=seen.append)
    assert [progress.stage for progress in seen[1:]].count("placing") == len(files)
    assert two.findings.counts == one.findings.counts
    assert two.findings.counts["merged"] > 0
    pd.testing.assert_frame_equal(two.findings.tally.supply, one.findings.tally.supply)
    pd.testing.assert_frame_equal(two.findings.rejects, one.findings.rejects)
    pd.testing.assert_frame_equal(two.ranking, one.ranking)
    assert two.findings.warnings == one.findings.warnings
