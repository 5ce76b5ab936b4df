"""Names that are code elsewhere (formulas, markup, paths, marks of direction) stay names in every file and command."""

import csv
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
import zlib
from contextlib import suppress
from itertools import cycle

import pandas as pd
import pyogrio
import pytest

from hinterland.cli import main

NAMES = (
    *(
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\uff1d1+1",
        "\u200b=1+1",
        "\u202e=1+1",
        "|calc",
        "%0A=1",
        "a;=1+1",
    ),
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</script><b>",
        "]]><x/>",
        "&amp;lt;",
        "`${alert(1)}`",
    ),
    *("../../etc/passwd", "C:\\con", "a\0b", "'; DROP TABLE x;--", "{{7*7}}", "{0}", "%s%n", "javascript:alert(1)"),
    *("http://evil.example/", "\ufeffann", "\u2028\u2029", "\U0001d49cnn🦊", "x" * 3_000, "nan", "null"),
)
FORMULA = re.compile(r"^[\s\u200b-\u200f\u202a-\u202e\ufeff]*[=+@\uff1d\uff0b\uff20]|^-[^\d]")
SUFFIXES = ("csv", "xlsx", "parquet", "gpkg", "geojson", "svg", "png", "html", "brief.html", "pdf")
MARKUP = ("<script>alert", "<img src=x", "onerror=alert(1)>")
GUARD = """
import os, socket
def refuse(self, address, *rest):
    if self.family != socket.AF_UNIX:
        with open(os.environ["OUTSIDE"], "a") as log:
            log.write(f"{address}\\n")
        raise OSError("refused")
socket.socket.connect = socket.socket.connect_ex = refuse
ask = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    with open(os.environ["OUTSIDE"], "a") as log:
        log.write(f"{host}\\n")
    raise OSError("refused")
socket.getaddrinfo = getaddrinfo
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("=cmd & <b>")
    names = cycle(NAMES)
    places = ("Lyon", "Paris", "Lille", "Nantes", "Nice", "Rennes", "Toulouse", "Bordeaux", "Marseille")
    rows = [
        {
            "handle": next(names), "name": next(names), "niche": next(names), "platform": "instagram",
            "followers": 1_000 + n, "city": place, "country": "France", "email": f"a{n}@example.org",
            "fee": 100 + n, '=HYPERLINK("http://evil.example")': next(names), "<b onclick=alert(1)>": "x",
        }
        for n in range(60) for place in places[: 1 + n % 9]
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(folder / "=1+1.csv", index=False)
    squares = [
        {
            "type": "Feature",
            "properties": {"name": f"{name}{at}", "people": 1_000_000 + at},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, 42], [w + 1, 42], [w + 1, 51], [w, 51], [w, 42]]],
            },
        }
        for at, (name, w) in enumerate(zip(NAMES, range(-5, 9), strict=False))
    ]
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": squares}), "utf-8")
    return folder


def check_csv(path):
    csv.field_size_limit(10**7)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    # where the list separator is a semicolon, a cell begins after each of them
    assert [part for cell in cells for part in cell.split(";") if FORMULA.match(part)] == []


def check_xlsx(path):
    with zipfile.ZipFile(path) as book:
        sheets = [
            book.read(name).decode() for name in book.namelist() if "worksheets/" in name and name.endswith(".xml")
        ]
        assert not any("evil.example" in book.read(name).decode() for name in book.namelist() if name.endswith(".rels"))
    assert not any("<f>" in sheet for sheet in sheets)


def check_page(path):
    text = path.read_text(encoding="utf-8").lower()
    assert [mark for mark in MARKUP if mark in text] == []
    assert 'href="http://evil' not in text
    assert "href=javascript" not in text.replace('"', "")


def check_pdf(path):
    """Nothing in it acts or leads anywhere but to the sources of the program."""
    data = path.read_bytes()
    parts = [data]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(stream))
    whole = b"\n".join(parts)
    assert b"/Type /Page" in whole
    assert [
        action for action in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/EmbeddedFile") if action in whole
    ] == []
    assert [link for link in re.findall(rb"/URI \((.*?)\)", whole) if b"evil" in link or b"javascript" in link] == []


CHECKS = {
    "csv": check_csv,
    "xlsx": check_xlsx,
    "parquet": pd.read_parquet,
    "gpkg": pyogrio.read_dataframe,
    "geojson": lambda path: json.loads(path.read_text(encoding="utf-8")),
    "svg": lambda path: (ET.parse(path), check_page(path)),  # noqa: S314 - our own
    "png": lambda path: path.read_bytes().startswith(b"\x89PNG"),
    "pdf": check_pdf,
    "html": check_page,
    "brief.html": check_page,
}
COMMANDS = {
    "rank": [("rank", suffix) for suffix in SUFFIXES],
    "rank areas": [("rank", suffix) for suffix in SUFFIXES],
    "rank, people named": [("rank", suffix) for suffix in ("pdf", "brief.html", "png", "svg", "html")],
    "creators": [("creators", "csv"), ("creators", "parquet")],
    "outreach": [("outreach", "csv")],
    "plan": [("plan", "csv")],
    "compare": [("compare", "html")],
    "geocode": [("geocode", "csv")],
}
MORE = {
    "rank areas": ("--boundaries", "areas.geojson", "--population", "people", "--draws", "100"),
    "rank, people named": ("--client", NAMES[11] + NAMES[0], "--date", NAMES[12], "--shortlist", "Lyon,Lille"),
    "plan": ("--budget", "3000", "--time-limit", "5"),
    "geocode": ("--column", "name"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_hostile_names_stay_names(command, here, monkeypatch, capsys):
    monkeypatch.chdir(here)
    outs = [f"'=o {command}.{suffix}" for _, suffix in COMMANDS[command]]
    options = [part for out in outs for part in ("--out", out)] if command.startswith("rank") else []
    for out in [outs] if options else [[one] for one in outs]:
        arguments = options or ["--out", out[0]]
        code = main([re.split("[ ,]", command)[0], "=1+1.csv", *arguments, *MORE.get(command, ())])
        assert code == 0, capsys.readouterr().err
    for out, (_, suffix) in zip(outs, COMMANDS[command], strict=True):
        CHECKS[suffix](here / out)


def test_no_ranking_asks_for_any_address(here, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    (tmp_path / "outside.txt").touch()
    paths = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    outs = [part for suffix in SUFFIXES for part in ("--out", str(tmp_path / f"r.{suffix}"))]
    command = [sys.executable, "-m", "hinterland", "rank", "=1+1.csv", *outs]
    environment = os.environ | {"PYTHONPATH": paths, "OUTSIDE": str(tmp_path / "outside.txt")}
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "outside.txt").read_text(encoding="utf-8") == ""
