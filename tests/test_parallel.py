"""Parts on several processes or a cluster: the same results in the same order, whatever ends in between."""

import multiprocessing
import sys
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import steps
from hinterland import parallel
from hinterland.analysis import analyze, inputs
from hinterland.bench.performance import write_dataset
from hinterland.errors import InputError, SettingsError

CLUSTER = "a cluster"


@pytest.fixture(scope="module")
def scheduler():
    """The address of a Dask scheduler with two workers."""
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with distributed.LocalCluster(**options) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(params=[1, 3, CLUSTER])
def workers(request):
    if request.param != CLUSTER:
        yield request.param
        return
    with parallel.connect(request.getfixturevalue("scheduler")) as cluster:
        yield cluster


@pytest.fixture
def several(workers):
    return pytest.skip("this process is not to be killed") if workers == 1 else workers


@pytest.mark.parametrize("parts", [1, 7, 150])
def test_results_are_merged_in_part_order_whoever_works(workers, parts):
    expected = [number * number for number in range(parts)]
    assert parallel.run(range(parts), steps.square, steps.join, workers=workers) == expected


@pytest.mark.parametrize("waiting", [0, parallel.MOST_WAITING])
def test_each_settler_gets_its_pieces_in_part_order(workers, waiting, monkeypatch):
    monkeypatch.setattr(parallel, "MOST_WAITING", waiting)
    settled = parallel.exchange(range(30), steps.deal, [list, sum, len], workers=workers)
    assert settled == [list(range(30)), sum(number * number for number in range(30)), 30]


def test_a_process_that_is_killed_changes_nothing(several, tmp_path):
    step = partial(steps.end_once, tmp_path)
    assert parallel.run(range(7), step, steps.join, workers=several) == list(range(7))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "3", "6"]


def test_a_part_that_ends_every_process_ends_the_run():
    with pytest.raises(MemoryError, match="3 times"):
        parallel.run(range(2), steps.end_always, steps.join, workers=2)


def test_a_part_that_ends_every_worker_ends_the_run(monkeypatch):
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with parallel.connect("local") as cluster, pytest.raises(MemoryError, match="worker"):
        monkeypatch.setattr(parallel, "SECONDS_TO_CONNECT", 1)
        parallel.run(range(2), steps.end_always, steps.join, workers=cluster)


def test_an_error_of_a_part_arrives_as_it_was_raised(workers):
    with pytest.raises(InputError, match=r"row \d cannot be read"):
        parallel.run(range(4), steps.refuse, steps.join, workers=workers)


def test_whoever_watches_can_end_a_run(workers):
    calls = []

    def stop_at_the_third():
        calls.append(len(calls))
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        parallel.run(range(9), steps.square, steps.join, workers=workers, watch=stop_at_the_third)
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


@pytest.fixture(scope="module")
def one(files):
    """The analysis of the list by this process alone."""
    return analyze(files)


def test_two_processes_count_as_one_does(files: list[Path], one, monkeypatch):
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


def test_a_cluster_that_loses_a_worker_writes_the_same_bytes(files: list[Path], one, scheduler, tmp_path, monkeypatch):
    one.export(tmp_path / "one.csv")
    ended = []

    def end_one(progress):
        if progress.stage == "placing" and not ended:
            ended.append(multiprocessing.active_children()[0])
            ended[0].kill()

    # a worker's folder is not this process's
    monkeypatch.chdir(files[0].parent)
    names = [path.name for path in files]
    analyze(names, cluster=scheduler, watch=end_one).export(tmp_path / "two.csv")
    assert not ended[0].is_alive()
    assert (tmp_path / "two.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()


def test_no_cluster_is_one_sentence(monkeypatch):
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    monkeypatch.setattr(parallel, "SECONDS_TO_CONNECT", 1)
    with pytest.raises(SettingsError, match="no scheduler with a worker"), parallel.connect("tcp://127.0.0.1:9"):
        pass


def test_without_dask_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"pip install 'hinterland\[cluster\]'"), parallel.connect("local"):
        pass
