import pytest

from hinterland.bench import bench_creators, bench_maps, bench_supply, show


def test_both_programs_count_the_same_people_side_by_side():
    results = bench_supply(2_000)
    assert [row["format"] for row in results] == [".csv", ".parquet"]
    for row in results:
        # every creator stands in up to four levels here, in cities alone there
        assert 4 * 2_000 >= row["creators"] >= row["baseline_creators"] > 1_000
        assert row["times_faster"] > 0
    assert "times_faster" in show(results)


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
