"""Damaged files, by chance: whatever the bytes, a reader gives rows that add up, or one line that says why not."""

import io
import json
import os
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinterland import ingest, reference
from hinterland.config import Settings
from hinterland.errors import HinterlandError
from hinterland.ingest import FileContent

ROWS = pd.DataFrame(
    {
        "username": ["anna", "bob.b", "çelik", "dmitri"],
        "platform": ["instagram", "tiktok", "youtube", "x"],
        "followers": ["12.3K", "1,200", "45万", "10k-50k"],
        "engagement_rate": ["2.1%", "0.03", "", "n/a"],
        "location": ["Lyon, France", "São Paulo - SP", "40.7, -74.0", "İzmir"],
        "joined": ["2024-01-02", "2024-02", "03/04/2024", ""],
        "price": ["£250 per post", "Rs. 25,000/-", "1.200,50 €", "-"],
        "consent": ["yes", "no", "", "unknown"],
    }
)
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": name, "people": 1_000_000},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[west, 44], [west + 4, 44], [west + 4, 49], [west, 49], [west, 44]]],
            },
        }
        for name, west in (("West", 0), ("Ost", 4))
    ],
}


def workbook():
    stream = io.BytesIO()
    ROWS.to_excel(stream, index=False)
    return stream.getvalue()


def zipped(content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("list.csv", content)
    return stream.getvalue()


CSV = ROWS.to_csv(index=False).encode()
SEEDS = {
    "list.csv": CSV,
    "semicolons.csv": ROWS.to_csv(index=False, sep=";").encode("cp1252", errors="replace"),
    "utf16.csv": ROWS.to_csv(index=False, sep="\t").encode("utf-16"),
    "list.json": ROWS.to_json(orient="records").encode(),
    "columns.json": ROWS.to_json().encode(),
    "list.jsonl": ROWS.to_json(orient="records", lines=True).encode(),
    "points.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": row, "geometry": {"type": "Point", "coordinates": [4.8, 45.7]}}
                for row in ROWS.to_dict("records")
            ],
        }
    ).encode(),
    "list.parquet": ROWS.to_parquet(),
    "list.xlsx": workbook(),
    "list.csv.zip": zipped(CSV),
}
# what has broken readers before: marks, ends, deep nesting, numbers beyond reason, texts that are none
TOKENS = [
    *(
        b"",
        b"\0",
        b'"',
        b'""',
        b"'",
        b"\r",
        b"\n",
        b"\r\n\r\n",
        b",",
        b";;;;",
        b"\t",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x80",
    ),
    *(b"\xed\xa0\x80", b"[" * 200, b"{" * 200, b"}", b"]", b"null", b"NaN", b"1e999", b"-0", b"9" * 40, b"\\ud800"),
    *(
        b"=1+1",
        b"<!DOCTYPE",
        b"PK\x03\x04",
        b"PAR1",
        b"\x1f\x8b",
        "\u202e".encode(),
        "\u2028".encode(),
        b"\x0c",
        b"\x1a",
    ),
    *(b"username", b"followers", b"a" * 5_000, b"," * 300, b"\n" * 300),
]


@st.composite
def damaged(draw, seed):
    """Change a few places of a file: bytes put in, taken out, turned over, repeated, or the rest cut off."""
    content = bytearray(seed)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        length = draw(st.integers(0, 40))
        match draw(st.integers(0, 4)):
            case 0:
                content[at:at] = draw(st.sampled_from(TOKENS))
            case 1:
                content[at : at + length] = draw(st.sampled_from(TOKENS))
            case 2 if content:
                content[at] ^= 1 << draw(st.integers(0, 7))
            case 3:
                content[at:at] = content[at : at + length] * draw(st.integers(1, 4))
            case _:
                del content[at + length * draw(st.integers(1, 9)) :]
    return bytes(content)


def read_list(name, content):
    try:
        listing = ingest.open_creators([FileContent(name, None, content)], settings=Settings())
        batches = [ingest.read_part(part) for part in listing.parts]
    except HinterlandError as refused:
        return str(refused)
    read = sum(len(batch.creators) + len(batch.rejects) for batch in batches)
    assert listing.rows == read == sum(batch.rows_in for batch in batches)
    return ""


def fuzz(name, examples):
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=examples < 500)
    @given(damaged(SEEDS[name]))
    def damage(content):
        assert "\n" not in read_list(name, content)

    damage()


# workbooks are read by a process of their own each
@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_list_is_read_or_refused(name):
    fuzz(name, 3 if name.endswith("xlsx") else 40)


@pytest.mark.long
@pytest.mark.parametrize("name", SEEDS)
def test_many_damaged_lists_are_read_or_refused(name):
    """A minute each, or as long as the environment says."""
    end = time.monotonic() + float(os.environ.get("HINTERLAND_FUZZ_SECONDS", "60"))
    rounds = 0
    while time.monotonic() < end:
        fuzz(name, 20 if name.endswith("xlsx") else 500)
        rounds += 1
    assert rounds


@pytest.mark.parametrize("examples", [8, pytest.param(120, marks=pytest.mark.long)])
def test_damaged_polygons_are_read_or_refused(examples, tmp_path_factory):
    bundled = ingest.ReferenceData(reference.load_places(), reference.load_countries())
    path = Path(tmp_path_factory.mktemp("areas")) / "areas.geojson"

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=examples < 50)
    @given(damaged(json.dumps(AREAS).encode()))
    def damage(content):
        path.write_bytes(content)
        try:
            own = ingest.read_boundaries(path, population=None, reference=bundled)
        except HinterlandError:
            return
        assert own.markets.index.equals(own.boundaries.index)

    damage()
