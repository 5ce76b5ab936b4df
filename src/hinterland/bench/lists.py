"""The ranking on real lists and on small made-up ones: what no list may do to it, and the first rows to read."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hinterland.analysis import Analysis, analyze
from hinterland.config import UNDER_SERVED
from hinterland.errors import HinterlandError

CREATORS = "creators"
FIRST_ROWS, TOP = 10, 50
LARGEST_SHARE = 0.01
WIDE_LOW, WIDE_HIGH = 100 / 3, 300.0
COLUMNS = [
    *("rank", "market", "country", "population", "creators", "expected_creators", "saturation_low", "saturation_high"),
    *("class", "unmet_audience"),
]
FOLLOWERS = 1_000
# creators by city; with a country they are written as columns, without as free text
SMALL_LISTS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "one city": ("France", {"Lyon": 40}),
    "five British cities": (
        "United Kingdom",
        {"Manchester": 80, "Leeds": 20, "Bristol": 12, "Cardiff": 10, "Bath": 15},
    ),
    "fourteen Asian cities": ("", {
        "Singapore": 60, "Hong Kong": 40, "Kuala Lumpur": 50, "Jakarta": 80, "Bangkok": 70, "Manila": 90,
        "Cebu City": 9, "Surabaya": 12, "Ho Chi Minh City": 40, "Hanoi": 30, "Penang": 6, "Chiang Mai": 8,
        "Davao": 4, "Bandung": 11,
    }),
    "one American city": ("", {"Austin, TX": 111}),
    "29 Indian cities": ("India", {
        "Mumbai": 90, "Delhi": 70, "Bengaluru": 60, "Hyderabad": 20, "Pune": 18, "Ahmedabad": 12, "Jaipur": 10,
        "Lucknow": 8, "Kolkata": 7, "Chennai": 6, "Indore": 3, "Bhopal": 3, "Nagpur": 3, "Patna": 3, "Surat": 3,
        "Kochi": 3, "Chandigarh": 3, "Goa": 3, "Guwahati": 3, "Dehradun": 3, "Varanasi": 2, "Agra": 2, "Udaipur": 2,
        "Ranchi": 2, "Kanpur": 2, "Vadodara": 2, "Nashik": 2, "Mysuru": 2, "Amritsar": 2,
    }),
}  # fmt: skip


def bench_lists(shared: Path | None) -> tuple[list[dict[str, Any]], list[str]]:
    """Rank every list of the folder `creators`, and small lists of a few cities.

    Returns
    -------
    One result per list, as `measure_ranking` makes it with the list's name, seconds and the codes of its warnings, or
    with the sentence that refuses it; and why there is none, if there is none.
    """
    paths = sorted((shared / CREATORS).glob("*.csv")) if shared else []
    if not paths:
        return [], [f"lists: not ranked; --lists wants a folder that holds {CREATORS}/*.csv\n"]
    with tempfile.TemporaryDirectory() as folder:
        return [_rank_list(path) for path in (*paths, *write_small_lists(Path(folder)))], []


def write_small_lists(folder: Path) -> Iterator[Path]:
    """Write the small made-up lists, one file each."""
    for name, (country, cities) in SMALL_LISTS.items():
        path = folder / f"{name}.csv"
        place = pd.Series(cities.keys()).repeat(list(cities.values())).reset_index(drop=True)
        table = pd.DataFrame({"handle": [f"u{number}" for number in range(len(place))]})
        table = table.assign(city=place, country=country) if country else table.assign(location=place)
        table.assign(followers=FOLLOWERS).to_csv(path, index=False)
        yield path


def _rank_list(path: Path) -> dict[str, Any]:
    start = time.process_time()
    try:
        analysis = analyze(path)
    except HinterlandError as error:
        return {"list": path.stem, "refused": str(error)}
    seconds = time.process_time() - start
    codes = [notice.code for notice in analysis.findings.warnings]
    return {"list": path.stem, **measure_ranking(analysis), "seconds": seconds, "warnings": codes}


def measure_ranking(analysis: Analysis) -> dict[str, Any]:
    """Hold a ranking against the laws that no list may break.

    Returns
    -------
    level, comparable, covered, ranked and under_served: numbers of markets; expected_per_creator: sum of expected
    creators of covered markets over the sum of those they have; largest_expected: most creators expected of one
    market, over those placed; missing_above_expected, rank_outside_range, wide_intervals: ranked markets that break a
    law; top_50_largest, ranked_largest: share of the first 50 under-served markets that are among the largest 1 % of
    the covered ones, and the same share of all ranked markets; held_out, bands: how markets left out of the fit are
    predicted, of all sizes and by size, and what the self-check says of each size; first_rows: the first ten.
    """
    ranking = analysis.ranking
    covered = ranking.loc[ranking["class"] != "not covered"]
    ranked = covered.loc[covered["rank"].notna()]
    under_served = ranked.loc[ranked["class"] == UNDER_SERVED]
    largest = covered["internet_users"].nlargest(int(np.ceil(LARGEST_SHARE * len(covered)))).index
    outside = (ranked["rank"] < ranked["rank_low"]) | (ranked["rank"] > ranked["rank_high"])
    wide = (ranked["saturation_low"] < WIDE_LOW) & (ranked["saturation_high"] > WIDE_HIGH)
    return {
        "level": analysis.findings.level,
        "comparable": analysis.findings.comparable,
        "covered": len(covered),
        "ranked": len(ranked),
        "under_served": len(under_served),
        "expected_per_creator": _share(covered["expected_creators"].sum(), covered["creators"].sum()),
        "largest_expected": _share(covered["expected_creators"].max(), covered["creators"].sum()),
        "missing_above_expected": int((ranked["missing_creators"] > ranked["expected_creators"]).sum()),
        "rank_outside_range": int(outside.sum()),
        "wide_intervals": int(wide.sum()),
        "top_50_largest": _share(under_served.index[:TOP].isin(largest).sum(), len(under_served.index[:TOP])),
        "ranked_largest": _share(ranked.index.isin(largest).sum(), len(ranked)),
        **{name: analysis.self_check[name] for name in ("held_out", "bands")},
        "first_rows": ranked[COLUMNS].head(FIRST_ROWS).reset_index().to_dict("records"),
    }


def _share(part: float, total: float) -> float | None:
    """Divide, or give none where either is missing or nothing is there to divide by."""
    return None if pd.isna(part) or not total else float(part / total)


def show_lists(results: list[dict[str, Any]]) -> str:
    """Lay the results out: a column of measures per list, then the first rows of each."""
    tables = ("first_rows", "warnings", "held_out", "bands")
    measures = pd.DataFrame([{name: value for name, value in row.items() if name not in tables} for row in results])
    table = measures.set_index("list").T.map(_format_value).to_string()
    return "\n\n".join([table, *map(_show_rows, results), ""])


def _show_rows(result: Mapping[str, Any]) -> str:
    """Show the warnings, the bands of sizes and the first rows of one list."""
    head = f"{result['list']}: {', '.join(result.get('warnings', ())) or result.get('refused', 'no warning')}"
    held_out = f"markets left out of the fit: {result.get('held_out') or '-'}"
    tables = (pd.DataFrame(result.get(name, ())) for name in ("bands", "first_rows"))
    return "\n".join(
        [
            head,
            held_out,
            *(table.to_string(index=False, float_format="{:,.2f}".format) for table in tables if len(table)),
        ]
    )


def _format_value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "-" if value is None else str(value)
    return "-" if pd.isna(value) else f"{value:,.0f}" if value == int(value) else f"{value:,.3f}"
