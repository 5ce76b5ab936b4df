"""Killed at any moment, a run leaves every older result as it was, or the new one whole."""

import random
import subprocess
import sys
import time

import pytest

ROWS = "handle,followers,city,country\n" + "".join(f"a{n},{1000 + n},Berlin,DE\n" for n in range(200))
OUTS = ("r.csv", "r.html", "r.brief.html", "r.svg", "r.parquet", "r.gpkg", "r.geojson")
NAMES = (*OUTS, "r.csv.rejects.csv", *(f"{name}.run.toml" for name in OUTS))
# the program says when it starts to write
SCRIPT = """
import sys
from hinterland.cli import main
import hinterland.export.files, hinterland.analysis
export = hinterland.analysis.Analysis.export
def say(analysis, *paths, **options):
    print("writing", flush=True)
    export(analysis, *paths, **options)
hinterland.analysis.Analysis.export = say
sys.exit(main())
"""


def start(folder):
    arguments = [part for name in OUTS for part in ("--out", name)]
    command = [sys.executable, "-c", SCRIPT, "rank", "list.csv", "--level", "country", *arguments]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout.readline() == "writing\n"
    return process


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Run once to the end: what is written, and how long the writing takes."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "list.csv").write_text(ROWS, encoding="utf-8")
    (folder / "r.csv.rejects.csv").write_bytes(b"old")
    process = start(folder)
    started = time.perf_counter()
    process.communicate()
    assert process.returncode == 0
    return {path.name: path.read_bytes() for path in folder.iterdir()}, time.perf_counter() - started


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.long)])
def test_killed_while_it_writes_a_run_loses_nothing(tmp_path, whole, kills):
    texts, seconds = whole
    moments, stopped = random.Random(0), 0  # noqa: S311 - moments, no secrets
    for _ in range(kills):
        for name in NAMES:
            (tmp_path / name).write_bytes(b"old")
        (tmp_path / "list.csv").write_text(ROWS, encoding="utf-8")
        process = start(tmp_path)
        time.sleep(moments.uniform(0, seconds))
        process.kill()
        process.communicate()
        stopped += process.returncode != 0
        for name in NAMES:
            assert (tmp_path / name).read_bytes() in (b"old", texts.get(name)), name
        assert (tmp_path / "list.csv").read_text(encoding="utf-8") == ROWS
        # what is left has a hidden name, which no program takes for the result
        left = {path for path in tmp_path.iterdir() if path.name not in (*NAMES, "list.csv")}
        assert all(path.name.startswith(".") for path in left)
        for path in left:
            path.unlink()
    assert stopped


# any file of a result starts as a temporary one
TABLE_SCRIPT = """
import sys
from hinterland.cli import main
import hinterland.export.files as files
temporary_file = files._temporary_file
def say(path):
    print("writing", flush=True)
    return temporary_file(path)
files._temporary_file = say
sys.exit(main())
"""
# enough places, of different sizes, to compare markets
CITIES = [*["Berlin"] * 9, *["Hamburg"] * 5, *["Munich"] * 4, *["Cologne"] * 3, *["Frankfurt"] * 3, *["Stuttgart"] * 2]
CITIES += ["Leipzig", "Dresden", "Bremen", "Essen"]
PLACED = "handle,followers,city,country,fee\n" + "".join(
    f"a{n},{1000 + n},{CITIES[n % len(CITIES)]},DE,{50 + n}\n" for n in range(300)
)
TABLES = {
    "creators": ("list.csv", "--out", "r.csv"),
    "outreach": ("list.csv", "--out", "r.csv"),
    "geocode": ("list.csv", "--column", "city", "--out", "r.csv"),
    "markets": ("--out", "r.gpkg"),
    "plan": ("placed.csv", "--budget", "1000", "--covers", "DE", "--out", "r.csv"),
    "twins": ("Leipzig", "placed.csv", "--covers", "DE", "--out", "r.csv"),
    "compare": ("placed.csv", "list.csv", "--out", "r.html"),
}


def start_table(folder, command):
    arguments = [sys.executable, "-c", TABLE_SCRIPT, command, *TABLES[command]]
    process = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout.readline() == "writing\n"
    return process


@pytest.mark.parametrize("command", TABLES)
@pytest.mark.parametrize("kills", [2, pytest.param(200, marks=pytest.mark.long)])
def test_killed_while_it_writes_a_table_a_command_loses_nothing(tmp_path, command, kills):
    inputs = {"list.csv": ROWS, "placed.csv": PLACED}
    for name, text in inputs.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    process, started = start_table(tmp_path, command), time.perf_counter()
    process.communicate()
    assert process.returncode == 0
    seconds = time.perf_counter() - started
    results = {path: path.read_bytes() for path in tmp_path.iterdir() if path.name not in inputs}
    moments = random.Random(0)  # noqa: S311 - moments, no secrets
    for _ in range(kills):
        for result in results:
            result.write_bytes(b"old")
        process = start_table(tmp_path, command)
        time.sleep(moments.uniform(0, seconds))
        process.kill()
        process.communicate()
        assert all(result.read_bytes() in (b"old", whole) for result, whole in results.items())
        assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in inputs} == inputs
        left = [path for path in tmp_path.iterdir() if path.name not in inputs and path not in results]
        assert all(path.name.startswith(".") for path in left)
        for path in left:
            path.unlink()
