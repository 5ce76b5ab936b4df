"""A brand's own creators and a segment's share: counted in the pass that counts supply, shown in the detail table."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import world
from hinterland.cli import main
from hinterland.config import Assumptions, Settings
from hinterland.errors import InputError
from hinterland.export.tables import COLUMNS, detail
from hinterland.indices import DETAIL_INDICES
from hinterland.indices.hotspots import COLUMNS as SPOT_COLUMNS
from hinterland.pipeline.aggregate import aggregate_creators
from hinterland.pipeline.disclosure import add_indices
from hinterland.pipeline.run import run_stages
from lists import creator_input, creators
from paths import SAMPLE

HOSTILE = (
    "=cmd|'/c calc'!A1",
    "<img src=x onerror=alert(1)>",
    "${7*7}",
    "\u202egnp.exe",
    "'; drop table",
    "nobody.here",
)
ROWS = (
    *({"location": "Abbeville", "handle": f"a{n}", "niche": "food" if n < 3 else "art"} for n in range(6)),
    *({"location": "Brookton", "handle": f"b{n}", "niche": "food"} for n in range(3)),
    *({"location": "Caverley", "handle": f"c{n}", "niche": "art"} for n in range(3)),
)
GEOGRAPHY = world.geography()
OWN = frozenset(("a0", "a1", "b0", "zed"))


def listing(*parts, handles=frozenset()):
    return creator_input(*parts, brand=frozenset(handles))


def asked(**more):
    return Settings(**{"draws": 100, "min_population": 0, "level": "city", "brand": "own"} | more)


def run(*parts, handles=frozenset(), **more):
    return run_stages(
        listing(*parts, handles=handles), GEOGRAPHY, world.markets, settings=asked(**more), assumptions=Assumptions()
    )


def tally(*parts, handles=OWN, **more):
    return aggregate_creators(listing(*parts, handles=handles), GEOGRAPHY, asked(**more), Assumptions()).segment_counts


def shown(findings):
    table = detail(findings)
    return table.loc[table["benchmark"] == "national"].set_index("market_id").sort_index()


def test_a_brand_in_three_cities_counted_by_hand():
    findings = run(creators(*ROWS), handles=OWN)
    table = shown(findings)
    # 1,290,000 residents, 12 creators, 3 of the brand; only covered markets are compared
    residents, category, brand = np.array([900, 90, 300]), np.array([6, 3, 3]), np.array([2, 1, 0])
    bdi = 100 * (brand / 3) / (residents / 1290)
    cdi = 100 * (category / 12) / (residents / 1290)
    assert table["brand_creators"].to_list() == [2, 1, 0]
    assert table["brand_development_index"].to_list() == pytest.approx(bdi, abs=0.051)
    assert table["category_development_index"].to_list() == pytest.approx(cdi, abs=0.051)
    assert table["brand_opportunity_index"].to_list()[:2] == pytest.approx((100 * cdi / bdi.clip(1))[:2], abs=0.051)
    assert np.isnan(table["brand_opportunity_index"].iloc[2])
    assert table["brand_quadrant"].to_list() == ["leave", "defend", "develop"]
    said = {notice.code: notice.sentence for notice in findings.warnings}
    assert "with the brand: 3. Of these, 3 are placed in cities and counted in the ranking." in said["brand_found"]
    assert "1 of the 4 handles" in said["brand_nobody"]


def test_the_indices_of_all_creators_stand_at_the_end():
    findings = run(creators(*ROWS), brand=None)
    table = detail(findings)
    assert list(table.columns[-len(DETAIL_INDICES) - 3 :]) == [*DETAIL_INDICES, *SPOT_COLUMNS]
    assert list(table.columns[: len(COLUMNS)]) == list(COLUMNS)
    home = findings.rankings["national"]
    assert add_indices(home, findings.segment_counts)["sami"].loc["city:1"] == pytest.approx(
        np.log(6 / home.loc["city:1", "expected_creators"])
    )


def test_a_niche_is_set_against_everybody():
    table = shown(run(creators(*ROWS), niche="Food", brand=None, covers="worldwide"))
    assert table["creators"].to_list() == [3, 3, 0]
    assert table["all_creators"].to_list() == [6, 3, 3]
    assert table["niche_location_quotient"].to_list() == [1, 2, 0]
    assert "brand_creators" not in table


def test_a_market_the_list_does_not_cover_has_no_index():
    table = shown(run(creators(*ROWS[:9]), handles=OWN))
    assert table.loc["city:3", "class"] == "not covered"
    assert table.loc["city:3", [*DETAIL_INDICES, "brand_development_index", "brand_quadrant"]].isna().all()
    # so the brand's average is that of the two others: (2 / 3) / (900 / 990)
    assert table.loc["city:1", "brand_development_index"] == pytest.approx(73.3)


def test_only_the_brands_creators_within_the_segment_count():
    counted = {niche: tally(creators(*ROWS), niche=niche) for niche in ("food", "art")}
    assert {niche: found.creators for niche, found in counted.items()} == {"food": 3, "art": 3}
    brand = {niche: found.at("city", asked(niche=niche))["brand"].to_dict() for niche, found in counted.items()}
    assert brand["food"] == {"city:1": 2, "city:2": 1, "city:3": 0}
    assert set(brand["art"].values()) == {0}


def test_a_brand_nobody_works_with_still_has_its_columns():
    table = shown(run(creators(*ROWS), handles={"zed"}))
    assert table["brand_creators"].to_list() == [0, 0, 0]
    assert table[["brand_development_index", "brand_quadrant"]].isna().all(axis=None)


def marked(*answers):
    table = creators(*ROWS[: len(answers)])
    return table.assign(brand=pd.Series(answers, table.index, dtype="str"))


def test_a_column_of_yes_and_no_marks_the_brands_own():
    found = tally(marked("Yes", "no", "1", None, " true ", "X"), handles=())
    assert found.at("city", asked())["brand"].to_dict() == {"city:1": 4}
    with pytest.raises(InputError, match="2 cells of that column are neither yes nor no"):
        run(marked("yes", "perhaps", "5"), brand="ours")


def test_a_mark_in_a_later_row_of_a_creator_is_said_not_to_count():
    twice = creators(ROWS[0], ROWS[1], ROWS[0])
    findings = run(twice.assign(brand=pd.Series(["no", "yes", "yes"], twice.index, dtype="str")))
    said = {notice.code: notice.sentence for notice in findings.warnings}
    assert "brand: 1. Of these" in said["brand_found"]
    assert "1 mark of the brand is in a later row" in said["brand_later"]


def test_a_creator_in_two_places_is_half_the_brands_in_each():
    found = tally(creators({"location": "Abbeville / Caverley", "handle": "@A0"}))
    assert found.at("city", asked())["brand"].to_dict() == {"city:1": 0.5, "city:3": 0.5}


def test_small_counts_of_the_brand_are_hidden_when_shared():
    table = shown(run(creators(*ROWS), handles=OWN, share_safe=True))
    assert table.loc[["city:1", "city:2"], ["brand_creators", "brand_quadrant"]].isna().all(axis=None)
    few = shown(run(creators(*ROWS[:2]), brand=None, share_safe=True))
    assert few.loc["city:1", ["creators", *DETAIL_INDICES]].isna().all()


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(range(len(ROWS))), st.integers(1, len(ROWS) - 1))
def test_neither_order_nor_split_changes_a_count(order, cut):
    whole = tally(creators(*ROWS), niche="food")
    mixed = [ROWS[n] for n in order]
    parts = creators(*mixed[:cut]), creators(*mixed[cut:], first=cut + 1)
    split = tally(*parts, niche="food")
    pd.testing.assert_frame_equal(split.markets, whole.markets)
    assert whole.markets["creators_millionths"].dtype == "int64"
    assert (split.matched_handles, split.creators) == (whole.matched_handles, whole.creators)


def ask(*arguments):
    command = [sys.executable, "-c", "import sys; from hinterland.cli import main; sys.exit(main())", "rank"]
    return subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, check=True)


def test_no_handle_of_a_hostile_brand_file_is_in_any_output(tmp_path):
    sample = pd.read_csv(SAMPLE, nrows=600)
    sample.to_csv(tmp_path / "list.csv", index=False)
    ours = sample["username"].dropna().unique()[:40]
    own = tmp_path / "own.txt"
    own.write_text("\n".join([*(f"@{name.upper()}" for name in ours), "", *HOSTILE]), encoding="utf-8-sig")
    outs = [tmp_path / name for name in ("r.csv", "map.html", "d.csv")]
    done = ask(tmp_path / "list.csv", "--out", outs[0], "--out", outs[1], "--detail", outs[2], "--brand", own, "--json")
    told = {one["code"]: one["sentence"] for one in json.loads(done.stdout)["warnings"]}
    assert told["brand_found"].startswith("Creators of the list who work with the brand: 40.")
    assert told["brand_nobody"].startswith(f"{len(HOSTILE)} of the {40 + len(HOSTILE)} handles")
    written = [
        done.stdout,
        done.stderr,
        *(path.read_text("utf-8") for path in tmp_path.iterdir() if path.suffix != ".txt" and path.name != "list.csv"),
    ]
    for text in written:
        assert not [name for name in (*ours, *HOSTILE) if name.casefold() in text.casefold()]
    assert pd.read_csv(outs[2])["brand_creators"].sum() > 0


def test_what_is_neither_a_file_nor_a_column_is_refused_in_one_sentence(tmp_path, capsys):
    given = ["rank", str(SAMPLE), "--out", str(tmp_path / "r.csv"), "--brand"]
    assert main([*given, "nowhere.txt"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--brand nowhere.txt: no file of that name, and no column 'nowhere.txt'" in said
    assert main([*given, "x" * 5_000]) == 2
    assert main([*given, "niche"]) == 2
    assert "neither yes nor no" in capsys.readouterr().err
    (tmp_path / "empty.txt").write_text("\n\n")
    assert main([*given, str(tmp_path / "empty.txt")]) == 2
    assert "contains no handles" in capsys.readouterr().err
