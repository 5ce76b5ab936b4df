"""The example plug-in, installed beside the program: each of its four files is used where a user would look."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "plugin"
RECORDS = "handle: ann\ncity: Lyon\ncountry: France\n\nhandle: bob\ncity: Turin\ncountry: Italy\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"),
            *("--no-deps", "--no-build-isolation", "--target", str(folder), str(EXAMPLE)),
        ],
        check=True,
        timeout=300,
    )
    return folder


def run(folder, *arguments, cwd):
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "hinterland", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": path},
        timeout=300,
    )


def test_each_file_of_the_example_is_used(installed, tmp_path):
    (tmp_path / "list.rec").write_text(RECORDS, encoding="utf-8")
    outputs = ["--out", "r.md", "--out", "map.html", "--detail", "detail.csv"]
    done = run(installed, "rank", "list.rec", "--covers", "worldwide", *outputs, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r.md").read_text(encoding="utf-8").startswith("| rank | market |")
    assert "Equator (metro)" in (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "residents_per_creator" in (tmp_path / "detail.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_package_that_cannot_be_loaded_is_named(tmp_path):
    package = tmp_path / "broken"
    (package / "broken-1.0.dist-info").mkdir(parents=True)
    (package / "broken.py").write_text("import no_such_module\n", encoding="utf-8")
    (package / "broken-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (package / "broken-1.0.dist-info" / "entry_points.txt").write_text("[hinterland.indices]\nbroken = broken\n")
    done = run(package, "markets", "--out", "m.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "the installed package broken extends hinterland" in done.stderr
