"""What comes back from the files: nothing a spreadsheet would run, the analysis itself, and whole files or none."""

import csv
import io
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import zipfile
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geoseries_equal
from pandas.testing import assert_frame_equal

from hinterland.errors import OutputError
from hinterland.export import EXPORTERS, InputFile, export, render
from hinterland.export.tables import ranking
from hinterland.language import ENGLISH, IN_ENGLISH, LANGUAGES, Language
from hinterland.schemas import list_columns
from made_findings import make_context, make_findings
from paths import ROOT

RUNS = re.compile(r"^\s*[=+\-@|%]")
INPUTS = (InputFile("=cmd.csv", "0" * 64),)
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


HOSTILE = make_context(make_findings(300, hostile=True), sources=INPUTS)


def parts_of(workbook):
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def test_a_workbook_holds_no_formula_no_link_and_nothing_active():
    parts = parts_of(render(HOSTILE, ".xlsx"))
    assert not [name for name in parts if re.search(r"externalLink|vba|activeX|connections|calcChain", name)]
    for name, text in parts.items():
        assert not re.search(r"<f[ >]", text), name
        assert "<hyperlink" not in text, name
        assert "oleObject" not in text, name
    assert not re.search(r"<t[^>]*>\s*[=+@|%-]", parts["xl/sharedStrings.xml"])


def test_a_workbook_is_typed_filtered_and_frozen():
    parts = parts_of(render(HOSTILE, ".xlsx"))
    sheet, styles = parts["xl/worksheets/sheet1.xml"], parts["xl/styles.xml"]
    assert "<autoFilter" in sheet
    assert re.search(r'<pane xSplit="3" ySplit="1"', sheet)
    assert '0.0"%"' in styles.replace("&quot;", '"')
    assert "#,##0" in styles


def test_a_workbook_holds_the_ranking_and_what_it_rests_on():
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(render(HOSTILE, ".xlsx")))
    assert book.sheet_names == ["Ranking", "About"]
    heads, *rows = book.get_sheet_by_name("Ranking").to_python()
    table = ranking(HOSTILE.findings)
    assert heads == [list_columns()[name].label for name in table.columns]
    for name in ("rank", "population", "saturation", "p_underserved", "unmet_audience"):
        read = pd.Series([row[table.columns.get_loc(name)] for row in rows]).replace("", None).astype("float64")
        expected = table[name].astype("float64")
        assert ((read - expected).abs() < 1e-9).sum() == expected.notna().sum() == read.notna().sum()
    about = book.get_sheet_by_name("About").to_python()
    told = {(group, what): value for group, what, value in about}
    assert told[("rows", "rows read")] == "60120"
    assert told[("input", "'=cmd.csv")].startswith("SHA-256")
    assert ("warning", "capped") in told
    assert ("setting", "Kind of market") in told


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {ENGLISH}))
def test_a_workbook_is_headed_in_the_language_of_the_report(code):
    calamine = pytest.importorskip("python_calamine")
    books = [
        calamine.CalamineWorkbook.from_filelike(io.BytesIO(render(replace(HOSTILE, language=language), ".xlsx")))
        for language in (Language.of(code), IN_ENGLISH)
    ]
    assert set(books[0].sheet_names).isdisjoint(books[1].sheet_names)
    heads, english = (book.get_sheet_by_index(0).to_python()[0] for book in books)
    same = {head for head, word in zip(heads, english, strict=True) if head == word}
    assert same <= {"Region", "Longitude", "Latitude"}
    about, in_english = (book.get_sheet_by_index(1).to_python() for book in books)
    # names of files, codes and numbers are the same in every language, and no catalogue has these made-up warnings
    left = [
        told
        for line, told in zip(about, in_english, strict=True)
        if any(" " in word and word == said for said, word in zip(line, told, strict=True))
        and told[0] not in {"input", "warning"}
    ]
    assert left == []


def test_a_csv_holds_nothing_a_spreadsheet_would_run():
    text = render(HOSTILE, ".csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert len(cells) > 1_000
    assert [cell for cell in cells if RUNS.match(cell) and not NUMBER.fullmatch(cell)] == []


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg", ".geojson"])
def test_files_with_polygons_read_back_equal_to_the_analysis(suffix, tmp_path):
    path = tmp_path / f"ranking{suffix}"
    export(HOSTILE, path)
    read = gpd.read_parquet(path).reset_index() if suffix == ".parquet" else gpd.read_file(path)
    expected = ranking(HOSTILE.findings)
    assert read.crs.equals("OGC:CRS84") or read.crs.to_epsg() == 4326
    areas = HOSTILE.boundaries().geometry.reindex(expected["market_id"])
    read_areas = gpd.GeoSeries(read.geometry.to_numpy(), crs=4326)
    assert_geoseries_equal(read_areas, gpd.GeoSeries(areas.to_numpy(), crs=4326), check_less_precise=True)
    columns = [name for name in expected.columns if expected[name].dtype != object]
    numbers = [name for name in columns if pd.api.types.is_numeric_dtype(expected[name])]
    assert_frame_equal(read[numbers].astype("float64"), expected[numbers].astype("float64"), check_dtype=False)
    for name in ("market_id", "class", "evidence", "country_code"):
        assert read[name].astype(object).tolist() == expected[name].astype(object).tolist()
    if suffix == ".parquet":
        assert read["market"].tolist() == expected["market"].tolist()


DIES_HALFWAY = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, sys.argv[2])
    import hinterland.export as exporters
    from made_findings import make_context, make_findings

    hostile = make_context(make_findings(300, hostile=True))

    class Half:
        # writes half of the first piece, and is killed as by kill -9 before the rest
        def __init__(self, stream):
            self.stream = stream

        def write(self, data):
            self.stream.write(data[: max(1, len(data) // 2)])
            self.stream.flush()
            os.kill(os.getpid(), signal.SIGKILL)

        def __getattr__(self, name):
            return getattr(self.stream, name)

    def die(write, report, stream):
        write(report, Half(stream))
        stream.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    for suffix, write in sorted(exporters.EXPORTERS.items()):
        exporters.EXPORTERS[suffix] = lambda report, stream: die(write, report, stream)
        for name in ("old", "new"):
            if os.fork() == 0:
                exporters.export(hostile, Path(sys.argv[1], name + suffix))
                os._exit(0)
            print(suffix, os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
    """
)


def test_a_writer_killed_in_the_middle_leaves_the_old_file_whole(tmp_path):
    written = sorted(set(EXPORTERS) - missing_extras())
    for suffix in written:
        (tmp_path / f"old{suffix}").write_bytes(b"old")
    arguments = [sys.executable, "-W", "ignore", "-c", DIES_HALFWAY, str(tmp_path), str(ROOT / "tests" / "support")]
    said = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.split()
    died = {suffix for suffix, code in zip(said[::2], said[1::2], strict=True) if code == f"-{signal.SIGKILL:d}"}
    assert died >= set(written)
    for suffix in written:
        assert (tmp_path / f"old{suffix}").read_bytes() == b"old"
        assert not (tmp_path / f"new{suffix}").exists()
    # what is left has a hidden name of its own, which no program takes for the result
    left = {path.name for path in tmp_path.iterdir()} - {f"old{suffix}" for suffix in written}
    assert left
    assert all(name.startswith(".") for name in left)


def missing_extras():
    missing = set()
    for suffix in (".png", ".pdf", ".xlsx"):
        try:
            render(HOSTILE, suffix)
        except OutputError:
            missing.add(suffix)
    return missing


def test_office_opens_the_files_without_a_live_formula(tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    for suffix in (".xlsx", ".csv"):
        export(HOSTILE, tmp_path / f"ranking{suffix}")
        path = str(tmp_path / f"ranking{suffix}")
        subprocess.run([office, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), path], check=True)
        text = (tmp_path / "ranking.fods").read_text(encoding="utf-8")
        assert "table:formula" not in text
        assert text.count("<table:table-row") >= 300
