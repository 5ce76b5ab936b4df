import csv
import errno
import io
import os
import signal
import subprocess
import sys
import textwrap
import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland.errors import OutputError
from hinterland.export.excel import write_xlsx
from hinterland.export.files import writing
from hinterland.export.tables import escape_formula, write_csv

FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "%0", "|x", " =1", "\x00=cmd"]
# wide, small and raised signs, and marks nobody sees before a sign
FORMULAS += ["\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "\ufe661", "\u22121", "\u3000=1", "\xa0=1"]
FORMULAS += [f"{mark}=1" for mark in "\xad\u061c\u180e\u200b\u200c\u200d\u200e\u202a\u202e\u2060\u2066\ufeff\ufe0f"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_read_as_a_formula(text):
    assert escape_formula(text).startswith("'")


@given(st.text())
def test_defused_text_is_harmless_and_otherwise_itself(text):
    safe = escape_formula(text)
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "|", "%"))
    assert not any(ord(sign) < 32 or sign in "\u202a\u202e\u2066\u200b" for sign in safe)
    if text.isalnum():
        assert safe == text


def test_csv_has_a_bom_and_no_thousands_separators_and_empty_for_missing():
    table = pd.DataFrame(
        {
            "rank": pd.array([1, None], dtype="Int64"),
            "market": ['Nantes, "fr"', None],
            "saturation": [1_234_567.5, float("nan")],
            "=column": ["é", "x"],
        }
    )
    stream = io.BytesIO()
    write_csv(table, stream)
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))
    assert rows == [
        ["rank", "market", "saturation", "'=column"],
        ["1", 'Nantes, "fr"', "1234567.5", "é"],
        ["", "", "", "x"],
    ]


def test_xlsx_repeats_its_bytes_and_holds_text_as_text():
    calamine = pytest.importorskip("python_calamine")
    table = pd.DataFrame({"market": ["=1+1", "http://x.example"], "n": [1.5, float("nan")]})
    streams = [io.BytesIO(), io.BytesIO()]
    for stream in streams:
        write_xlsx(table, stream)
        time.sleep(1.1)
    assert streams[0].getvalue() == streams[1].getvalue()
    streams[0].seek(0)
    rows = calamine.CalamineWorkbook.from_filelike(streams[0]).get_sheet_by_index(0).to_python()
    assert rows == [["Market", "n"], ["'=1+1", 1.5], ["http://x.example", ""]]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    target = tmp_path / "ranking.csv"
    target.write_text("old")
    with pytest.raises(RuntimeError), writing(target) as stream:
        stream.write(b"half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_no_folder_is_the_users_mistake(tmp_path):
    with pytest.raises(OutputError, match=r"cannot write .*nowhere"), writing(tmp_path / "nowhere" / "x.csv") as stream:
        stream.write(b"x")


def test_a_disk_that_fills_up_is_the_users_mistake_and_leaves_nothing(tmp_path):
    with pytest.raises(OutputError, match="No space left"), writing(tmp_path / "x.csv") as stream:
        stream.write(b"x")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert not list(tmp_path.iterdir())


def test_killed_while_writing_the_old_file_is_whole(tmp_path):
    target = tmp_path / "ranking.csv"
    target.write_text("old")
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from hinterland.export.files import writing
        with writing(Path(sys.argv[1])) as stream:
            stream.write(b"half a file" * 100_000)
            stream.flush()
            print("half", flush=True)
            time.sleep(60)
        """
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(target)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child:
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    assert target.read_text() == "old"
