"""Killed at any moment, a run leaves every older result as it was, or the new one whole."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

ROWS = "handle,followers,city,country\n" + "".join(f"a{n},{1000 + n},Berlin,DE\n" for n in range(200))
SUFFIXES = ("csv", "xlsx", "html", "brief.html", "pdf", "svg", "png", "parquet", "gpkg", "geojson")
OUTS = tuple(f"r.{suffix}" for suffix in SUFFIXES)
MORE = {"--detail": "d.csv", "--country-table": "c.csv", "--international": "i.csv"}
NAMES = (*OUTS, "r.csv.rejects.csv", *(f"{name}.run.toml" for name in OUTS), *MORE.values())
# the program stops where it starts to write; for each line it gets, a copy of it writes, which may be killed
SCRIPT = """
import os, sys
from hinterland.cli import main
import hinterland.analysis, hinterland.export.files as files
def stop():
    while sys.stdin.readline():
        copy = os.fork()
        if not copy:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return
        print(copy, flush=True)
        print(os.waitpid(copy, 0)[1], flush=True)
    os._exit(0)
def stopping(write):
    def write_later(*values, **options):
        owner.{0} = write
        stop()
        return write(*values, **options)
    return write_later
owner = {1}
owner.{0} = stopping(owner.{0})
code = main()
sys.stdout.flush()
os._exit(code)
"""
# what is written first: all files of a ranking, or any file of a table
EXPORT, TABLE = SCRIPT.format("export", "hinterland.analysis.Analysis"), SCRIPT.format("_temporary_file", "files")


class Copies:
    """A program that waits before it writes."""

    def __init__(self, process):
        self._process = process

    def write(self, seconds=None):
        """Have a copy write; kill it after so many seconds, if any are said; give how it ended; it may end before."""
        self._process.stdin.write(b"\n")
        copy = int(self._process.stdout.readline())
        ended, *_ = select.select([self._process.stdout], [], [], seconds)
        if not ended:
            os.kill(copy, signal.SIGKILL)
        return int(self._process.stdout.readline())


@contextmanager
def waiting(folder, script, *arguments):
    command = [sys.executable, "-c", script, *arguments]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=folder, bufsize=0, **streams) as process:
        try:
            yield Copies(process)
        finally:
            process.kill()


def lose_nothing(folder, copies, results, inputs, kills):
    """Kill copies at random moments of their writing: each file is the old one or the new one, and inputs stay."""
    for name in results:
        (folder / name).write_bytes(b"old")
    started = time.perf_counter()
    assert copies.write() == 0
    seconds = time.perf_counter() - started
    whole = {name: (folder / name).read_bytes() for name in results}
    moments, stopped = random.Random(0), 0  # noqa: S311 - moments, no secrets
    for _ in range(kills):
        for name in results:
            (folder / name).write_bytes(b"old")
        started = time.perf_counter()
        if copies.write(moments.uniform(0, seconds)) == signal.SIGKILL:
            stopped += 1
        else:
            seconds = min(seconds, time.perf_counter() - started)
        assert [name for name in results if (folder / name).read_bytes() not in (b"old", whole[name])] == []
        assert {name: (folder / name).read_text(encoding="utf-8") for name in inputs} == inputs
        # what is left has a hidden name, which no program takes for the result
        left = [path for path in folder.iterdir() if path.name not in (*results, *inputs)]
        assert [path.name for path in left if not path.name.startswith(".")] == []
        for path in left:
            path.unlink()
    print(f"{kills} copies, {stopped} killed while they wrote, in up to {seconds:.1f} s")  # noqa: T201 - measured
    assert stopped or kills < 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that copies processes")
@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.long)])
def test_killed_while_it_writes_a_run_loses_nothing(tmp_path, kills):
    (tmp_path / "list.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "r.csv.rejects.csv").write_bytes(b"old")
    arguments = ["rank", "list.csv", "--level", "country", "--home", "DE"]
    arguments += [part for name in OUTS for part in ("--out", name)] + [part for pair in MORE.items() for part in pair]
    with waiting(tmp_path, EXPORT, *arguments) as copies:
        lose_nothing(tmp_path, copies, NAMES, {"list.csv": ROWS}, kills)


# enough places, of different sizes, to compare markets
CITIES = [*["Berlin"] * 9, *["Hamburg"] * 5, *["Munich"] * 4, *["Cologne"] * 3, *["Frankfurt"] * 3, *["Stuttgart"] * 2]
CITIES += ["Leipzig", "Dresden", "Bremen", "Essen"]
PLACED = "handle,followers,city,country,fee\n" + "".join(
    f"a{n},{1000 + n},{CITIES[n % len(CITIES)]},DE,{50 + n}\n" for n in range(300)
)
TABLES = {
    "creators": ("placed.csv", "--out", "r.csv", "--conversions", "c.csv"),
    "outreach": ("list.csv", "--out", "r.csv"),
    "geocode": ("list.csv", "--column", "city", "--out", "r.csv"),
    "markets": ("--out", "r.gpkg"),
    "plan": (
        *("placed.csv", "--budget", "1000", "--covers", "DE", "--out", "r.csv"),
        *("--curve", "c.csv", "--report", "r.pdf"),
    ),
    "twins": ("Leipzig", "placed.csv", "--covers", "DE", "--out", "r.csv"),
    "compare": ("placed.csv", "list.csv", "--out", "r.html", "--changes", "c.csv"),
}


RESULTS = {"plan": ("r.csv", "c.csv", "r.pdf", "r.pdf.run.toml"), "markets": ("r.gpkg",)}
RESULTS |= {"creators": ("r.csv", "c.csv"), "compare": ("r.html", "c.csv", "r.html.run.toml", "r.html.other.run.toml")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that copies processes")
@pytest.mark.parametrize("command", TABLES)
@pytest.mark.parametrize("kills", [2, pytest.param(30, marks=pytest.mark.long)])
def test_killed_while_it_writes_a_table_a_command_loses_nothing(tmp_path, command, kills):
    inputs = {"list.csv": ROWS, "placed.csv": PLACED}
    for name, text in inputs.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with waiting(tmp_path, TABLE, command, *TABLES[command]) as copies:
        lose_nothing(tmp_path, copies, RESULTS.get(command, ("r.csv",)), inputs, kills)
