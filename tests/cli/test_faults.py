"""Whatever a machine or a file does, a run ends in one line that says what to do, and leaves no half file."""

import gzip
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from hinterland import Settings, analyze
from hinterland.cli import main
from hinterland.ingest import FileContent
from hinterland.ingest.formats import storage
from hinterland.ingest.formats.sheet import unique_names

BASH = shutil.which("bash") or "bash"
PROGRAM = [sys.executable, "-m", "hinterland"]
ROWS = "handle,followers,city,country\n" + "".join(f"ä{n},{1000 + n},Berlin,DE\n" for n in range(20))
COUNTRIES = ("--level", "country")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def run(*arguments, redirect="", **more):
    """Run the program; `redirect` redirects its streams."""
    if redirect:
        command = " ".join([*PROGRAM, *map(str, arguments), redirect])
        return subprocess.run([BASH, "-c", command], capture_output=True, text=True, check=False, **more)
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, check=False, **more)


def assert_one_line(done, code=2):
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1


@pytest.mark.parametrize("shell", [">&-", "2>&1 >/dev/full", ">/dev/full", "<&- >&-"])
def test_a_summary_that_cannot_be_written_is_said_and_the_result_is_whole(here, shell):
    done = run("rank", "list.csv", *COUNTRIES, "--out", "r.csv", redirect=shell)
    assert_one_line(done)
    assert (here / "r.csv").read_text(encoding="utf-8-sig").startswith("rank,")


@pytest.mark.parametrize(("shell", "code"), [(">&-", 2), (">/dev/full", 2), ("| head -c 9; exit ${PIPESTATUS[0]}", 1)])
def test_a_table_that_cannot_be_written_to_standard_output(here, shell, code):
    rows = "".join(f"a{n},{1000 + n},Berlin,DE\n" for n in range(3_000))
    (here / "long.csv").write_text("handle,followers,city,country\n" + rows, encoding="utf-8")
    assert_one_line(run("geocode", "long.csv", "--column", "city", "--out", "-", redirect=shell), code)


@pytest.mark.usefixtures("here")
def test_a_closed_standard_input_is_said():
    done = run("rank", "-", "--out", "r.csv", redirect="<&-")
    assert_one_line(done)
    assert "standard input is closed" in done.stderr


@pytest.mark.usefixtures("here")
def test_a_terminal_without_the_letters_shows_question_marks():
    done = run("rank", "list.csv", "--out", "r.csv", env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr
    assert "size exponent" in done.stdout


def test_a_pipe_with_a_name_is_read_as_it_comes(here):
    os.mkfifo(here / "pipe.csv")
    writer = threading.Thread(target=lambda: (here / "pipe.csv").write_text(ROWS, encoding="utf-8"))
    writer.start()
    assert main(["rank", "pipe.csv", *COUNTRIES, "--out", "r.csv"]) == 0
    writer.join()
    assert (here / "r.csv").exists()


def test_names_of_files_that_are_no_text(here, capsys):
    name = os.fsdecode(b"n\xff.csv")
    (here / name).write_text(ROWS, encoding="utf-8")
    outs = [os.fsdecode(b"o\xfe" + suffix) for suffix in (b".csv", b".html", b".brief.html", b".svg", b".gpkg")]
    assert main(["rank", name, *COUNTRIES, *(part for out in outs for part in ("--out", out))]) == 0
    assert all((here / out).exists() for out in outs)
    assert capsys.readouterr().out


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.4, 1.2])
def test_ctrl_c_ends_quietly_also_while_the_program_loads(seconds):
    start = "import sys; print('on', flush=True); import hinterland.__main__ as m; sys.exit(m.main())"
    command = [sys.executable, "-c", start, "rank", "list.csv", "--out", "r.csv"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    time.sleep(0.1 + seconds)
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=20)
    assert process.returncode in (0, 130), complaints
    assert "Traceback" not in complaints


@pytest.mark.parametrize("kilobytes", [450_000, 550_000, 1_700_000, 1_900_000, 2_600_000])
def test_too_little_memory_is_said(here, kilobytes):
    command = f"ulimit -v {kilobytes}; exec {' '.join(PROGRAM)} rank list.csv --out r.csv"
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [BASH, "-c", command], capture_output=True, text=True, check=False, env=environment, timeout=300
    )
    assert done.returncode in (0, 2), done.stderr
    if done.returncode:
        assert "memory ran out" in done.stderr.splitlines()[-1]
        assert not list(here.glob("*r.csv*"))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "encoding", ["rot13", "hex", "base64", "zlib", "punycode", "idna", "undefined", "unicode_escape"]
)
def test_what_is_no_encoding_of_texts_is_refused(capsys, encoding):
    assert main(["rank", "list.csv", "--out", "r.csv", "--encoding", encoding]) == 2
    assert "choose for example utf-8" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "option", ["", "--forget", "--brand", "--mapping", "--assumptions", "--boundaries", "--rejects"]
)
def test_a_name_longer_than_any_file_is_the_users_mistake(capsys, option):
    name = "x" * 300 + ".csv"
    arguments = ["rank", "list.csv", option, name] if option else ["rank", name]
    assert main([*arguments, *COUNTRIES, "--out", "r.csv"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_equal_headers_take_no_time():
    started = time.perf_counter()
    names = unique_names(["x"] * 20_000 + ["x (2)"] * 20_000)
    assert len(set(names)) == 40_000
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("kind", [pa.timestamp("us"), pa.timestamp("s"), pa.date64(), pa.timestamp("us", tz="UTC")])
def test_days_beyond_the_calendar_are_text(here, kind):
    table = pa.Table.from_pandas(pd.read_csv("list.csv"))
    per_second = {"us": 10**6, "s": 1}.get(getattr(kind, "unit", ""), 1_000)
    days = pa.array(np.full(len(table), 400_000_000_000 // 86_400 * 86_400 * per_second)).cast(kind)
    parquet.write_table(table.append_column("joined", days), here / "list.parquet")
    assert main(["rank", "list.parquet", *COUNTRIES, "--out", "r.csv"]) == 0


def test_equal_names_in_parquet_are_refused(here, capsys):
    column = pa.array(["Berlin"])
    parquet.write_table(pa.Table.from_arrays([column, column], names=["city", "city"]), here / "list.parquet")
    assert main(["rank", "list.parquet", "--out", "r.csv"]) == 2
    assert "several columns named 'city'" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_parquet_file_written_anew_is_read_anew():
    settings, found = Settings(level="country"), []
    for country in ("DE", "FR"):
        pd.DataFrame({"handle": ["a", "b"], "followers": [1, 2], "country": [country] * 2}).to_parquet("list.parquet")
        ranking = analyze("list.parquet", settings=settings).ranking
        found.append(ranking.loc[ranking["creators"] > 0, "country_code"].tolist())
    assert found == [["DE"], ["FR"]]


def test_what_comes_out_of_an_archive_has_no_name_on_disk(here, monkeypatch):
    monkeypatch.setattr(storage, "IN_MEMORY", 64)
    monkeypatch.setenv("TMPDIR", str(here / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", str(here / "temporary"))
    (here / "temporary").mkdir()
    (here / "list.csv.gz").write_bytes(gzip.compress(ROWS.encode()))
    stored = storage.store(here / "list.csv.gz")
    assert stored.head() == ROWS.encode()
    assert not list((here / "temporary").iterdir())
    path = stored.path
    assert pickle.loads(pickle.dumps(stored)).head() == ROWS.encode()  # noqa: S301 - our own
    del stored
    assert not path.exists()
    assert analyze(FileContent("list.csv.gz", None, gzip.compress(ROWS.encode()))).findings.counts["used"] == 20
