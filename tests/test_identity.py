"""One normal form for whoever is named: the same for one text and for a column, and nobody is missed for it."""

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from hinterland.cli import main
from hinterland.identity import find_repeats, fold_name, fold_names, split_identities

CHANNEL = "UCabcdefghijklmnopqrstuV"
CHARACTERS = st.sampled_from(
    [*"aBß@ \t\n\x0b\x0c\x1c\x1f\x85\xa0", "é", "\u0301", "\u200b", "\ufeff", "\uff20", "İ", "\u2028"]
)


@given(st.one_of(st.text(), st.text(CHARACTERS)))
@example("ann\x0cb")
@example("ann@")
@example("@ @ann")
@example(CHANNEL)
@example(f" {CHANNEL} ")
def test_a_text_and_a_column_have_one_rule(text):
    for alone in (text, f"a{text}", f"{text} b"):
        assert fold_names(pa.chunked_array([[alone, None, "plain"]])).to_pylist() == [fold_name(alone), None, "plain"]


@given(st.text(CHARACTERS))
def test_the_normal_form_of_a_normal_form_is_the_same(text):
    assert fold_name(fold_name(text)) == fold_name(text)


def test_a_channel_is_forgotten_by_its_identifier(tmp_path, capsys):
    (tmp_path / "list.csv").write_text(f"handle,platform,country\n{CHANNEL},youtube,FR\nann,youtube,FR\n", "utf-8")
    (tmp_path / "forget.txt").write_text(f"https://www.youtube.com/channel/{CHANNEL}\n", "utf-8")
    out = tmp_path / "out.csv"
    assert (
        main(["creators", str(tmp_path / "list.csv"), "--forget", str(tmp_path / "forget.txt"), "--out", str(out)]) == 0
    )
    assert CHANNEL not in out.read_text("utf-8-sig")
    assert "forgotten: https" in capsys.readouterr().err


ROWS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=40)


@given(ROWS, st.integers(1, 9), st.integers(1, 7))
def test_later_rows_of_a_creator_are_found_in_any_parts_and_buckets(rows, rows_of_a_part, buckets):
    who = np.array([number for number, _ in rows], "uint64")
    identities = pd.DataFrame({"who": who, "placed": [placed for _, placed in rows]}, range(1, len(rows) + 1))
    identities = identities.astype({"placed": bool})
    starts = range(0, max(len(rows), 1), rows_of_a_part)
    parts = [split_identities(identities.iloc[start : start + rows_of_a_part], buckets) for start in starts]
    found = pd.concat([find_repeats(list(pieces)) for pieces in zip(*parts, strict=True)]).sort_index()
    expected, first, placed_since = {}, {}, set()
    for row, (number, placed) in enumerate(rows, start=1):
        if number in first:
            expected[row] = placed and not first[number] and number not in placed_since
            placed_since |= {number} if placed else set()
        first.setdefault(number, placed)
    assert found["placed"].to_dict() == expected
