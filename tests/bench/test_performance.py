import sys
from pathlib import Path

import pandas as pd
import pytest

from hinterland.bench import KINDS, bench_creators, bench_maps, bench_supply, show_supply, write_chart
from hinterland.bench.performance import LOCATION_COLUMNS, write_dataset
from hinterland.errors import InputError


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_made_up_list_is_the_same_again_and_says_where_creators_are(tmp_path, kind, suffix):
    paths = [write_dataset(tmp_path / f"{n}{suffix}", 500, kind=kind, engagement=True, seed=7) for n in "ab"]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    table = pd.read_csv(paths[0]) if suffix == ".csv" else pd.read_parquet(paths[0])
    assert table["username"].is_unique
    assert list(table.columns) == ["username", "followers", *LOCATION_COLUMNS[kind], "likes", "comments"]
    assert table[list(LOCATION_COLUMNS[kind])].notna().any(axis=1).all()


def test_lists_longer_than_a_block_go_on_where_the_block_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("hinterland.bench.performance.BLOCK", 300)
    table = pd.read_csv(write_dataset(tmp_path / "long.csv", 1_000, kind="columns"))
    assert list(table["username"]) == [f"made.up.{number}" for number in range(1_000)]


def test_programs_that_join_points_to_polygons_agree_market_by_market():
    results = bench_supply(2_000, kinds=["scattered"], formats=[".csv"], rounds=1)
    by_program = {row["program"]: row for row in results}
    assert by_program["pandas and geopandas"]["disagreements"] == 0
    assert by_program["sedonadb"].get("disagreements", 0) == 0
    assert by_program["first version"]["note"] == "not run"
    assert by_program["hinterland"]["times_wall"] == 1
    assert all(row["megabytes"] > 50 and row["processor_seconds"] > 0 for row in results if "note" not in row)
    text = show_supply(results)
    assert "2,000 creators" in text
    assert "not run" in text


def test_the_chart_draws_each_list_by_itself(tmp_path):
    path = tmp_path / "speed.svg"
    timed = [{"kind": kind, "format": ".csv", "program": "this", "wall_seconds": 3.21} for kind in ("text", "columns")]
    write_chart([*timed, {"kind": "text", "format": ".csv", "program": "other", "note": "not installed"}], path)
    # bars of both lists on top of each other would be twice as long, and labelled twice in each panel
    assert path.read_text().count(">3.2<") == 2
    assert "other" not in path.read_text()


def test_lists_of_several_sizes_are_drawn_as_curves(tmp_path):
    path = tmp_path / "curve.svg"
    list_read = {"kind": "text", "format": ".csv", "program": "this", "wall_seconds": 1.0}
    sizes = (1_000, 20_000, 300_000)
    write_chart([list_read | {"rows": rows, "processor_seconds": rows / 1_000} for rows in sizes], path)
    text = path.read_text()
    # one line through all, a mark at each
    assert text.count('aria-roledescription="line mark"') == 1
    assert text.count('aria-roledescription="point"') == len(sizes)
    assert ">300k<" in text


def test_an_environment_of_the_first_version_is_run_and_compared(tmp_path):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    # this version stands for the first one
    source = Path(__file__).parents[1] / "src"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    results = bench_supply(1_000, kinds=["centres"], formats=[".csv"], rounds=1, baseline_env=tmp_path)
    first = next(row for row in results if row["program"] == "first version")
    assert first["disagreements"] == 0


def test_what_cannot_be_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="BASELINE_ENV"):
        bench_supply(10, kinds=["text"], baseline_env=tmp_path)
    with pytest.raises(InputError, match="dots"):
        bench_supply(10, kinds=["dots"])


def test_reading_and_vetting_are_timed_step_by_step():
    steps, told = bench_creators(2_000, repeats=1)
    named = {row["step"]: row for row in steps}
    assert named["open"]["wall_seconds"] < named["all until parsed"]["wall_seconds"]
    assert named["all until parsed"]["processor_seconds"] < named["all until vetted"]["processor_seconds"]
    assert ("polars reads" in named) == (told == "")


@pytest.mark.long
def test_a_map_of_every_city_is_smaller_than_circles_of_folium_and_lighter_to_move():
    rows, _ = bench_maps()
    ours, circles, outlines = rows
    assert ours["megabytes"] < 6 < circles["megabytes"]
    assert outlines["seconds"] > 0
    if "pan_milliseconds" in ours:
        assert ours["pan_milliseconds"] < circles["pan_milliseconds"]
