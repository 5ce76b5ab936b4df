"""From a file to creators and audience per city market: this program, its first version, and what others would use."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from hinterland.bench.performance import HAS_POINTS_ONLY, KINDS, LOCATION_COLUMNS, write_dataset
from hinterland.errors import InputError
from hinterland.export.context import bring

if TYPE_CHECKING:
    import altair as alt

OURS, EXACT, BASELINE, SEDONA = "hinterland", "hinterland, not snapped", "pandas and geopandas", "sedonadb"
POLARS, FIRST = "polars reads and groups", "first version"
ROUNDS = 2
# each program is a process: it reads argv[1], writes market_id, creators, audience to argv[2], reports its peak memory
COUNTING = """
import sys
from hinterland.analysis import count
supply = count(sys.argv[1]{assumptions}).loc["city"].groupby("market_id")[["creators_millionths", "audience"]].sum()
supply.assign(creators=supply["creators_millionths"] // 1_000_000)[["creators", "audience"]].to_csv(sys.argv[2])
"""
PROGRAMS = {
    OURS: COUNTING.format(assumptions=""),
    # the others do not look for the nearest market of a point in none
    EXACT: "from hinterland.config import Assumptions"
    + COUNTING.format(assumptions=", assumptions=Assumptions(snap_km=0.0)"),
    FIRST: COUNTING.format(assumptions=""),
    BASELINE: """
import sys
import geopandas as gpd, pandas as pd
from hinterland.reference import load_boundaries
path, columns = sys.argv[1], ["username", "followers", "longitude", "latitude"]
is_parquet = path.endswith("parquet")
rows = pd.read_parquet(path, columns=columns) if is_parquet else pd.read_csv(path, usecols=columns)
rows = rows.dropna(subset=columns).drop_duplicates("username")
points = gpd.GeoDataFrame(rows[["followers"]], geometry=gpd.points_from_xy(rows.longitude, rows.latitude), crs=4326)
areas = load_boundaries("city").sort_index().rename_axis("market_id").reset_index()
inside = points.sjoin(areas[["geometry"]], predicate="intersects")[["followers", "index_right"]]
inside = inside.sort_values("index_right")
inside = inside[~inside.index.duplicated()]
supply = inside.groupby("index_right")["followers"].agg(creators="size", audience="sum")
supply.set_axis(areas["market_id"].loc[supply.index]).to_csv(sys.argv[2])
""",
    SEDONA: """
import sys
import pyarrow as pa, sedonadb
from hinterland.reference import load_boundaries
path = sys.argv[1]
areas = load_boundaries("city").rename_axis("market_id").reset_index()
context = sedonadb.connect()
context.create_data_frame(areas).to_view("areas")
(context.read_parquet(path) if path.endswith("parquet") else context.read.csv(path)).to_view("creators")
supply = context.sql('''
    SELECT market_id, count(*) AS creators, sum(followers) AS audience FROM (
        SELECT username, min(market_id) AS market_id, min(followers) AS followers FROM creators JOIN areas
        ON ST_Intersects(geometry, ST_SetSRID(ST_Point(longitude, latitude), 4326)) GROUP BY username
    ) GROUP BY market_id
''')
pa.table(supply).to_pandas().to_csv(sys.argv[2], index=False)
""",
    POLARS: """
import sys
import polars as pl
path = sys.argv[1]
rows = pl.scan_parquet(path) if path.endswith("parquet") else pl.scan_csv(path)
groups = rows.group_by(sys.argv[3].split(",")).agg(creators=pl.len(), audience=pl.col("followers").sum())
groups.collect(engine="streaming")
""",
}
REPORT = """
import json, re, resource
try:
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1_024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps(peak))
"""


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds until it ended, seconds of the processors, and megabytes at the most."""

    wall: float
    processor: float
    megabytes: float


def bench_supply(
    rows: int,
    *,
    kinds: Sequence[str] = KINDS,
    formats: Sequence[str] = (".csv", ".parquet"),
    engagement: bool = False,
    baseline_env: Path | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Sum made-up lists per city market with every program, in turns, as whole processes.

    Parameters
    ----------
    baseline_env
        A virtual environment that holds the first version.
    rounds
        How often each program runs; the best counts.

    Returns
    -------
    One row per kind of list, format and program: wall_seconds, processor_seconds, megabytes; the same as multiples of
    this program's (times_wall, times_processor, times_memory); disagreements, the number of markets whose creators or
    audience differ from ours (of the first version: as users get them; of the others: with points in no market left
    out, as they do); note, why a program did not run.

    Raises
    ------
    InputError
        When `baseline_env` holds no Python, or there is no such kind of list.
    """
    if unknown := set(kinds) - set(KINDS):
        raise InputError("no kind of list {names}: choose from {kinds}", names=sorted(unknown), kinds=list(KINDS))
    with tempfile.TemporaryDirectory() as folder:
        return [
            row | {"rows": rows}
            for kind in kinds
            for suffix in formats
            for row in _compare(
                write_dataset(Path(folder, f"{kind}{suffix}"), rows, kind=kind, engagement=engagement, seed=seed),
                kind,
                _interpreters(kind, baseline_env),
                rounds,
            )
        ]


def _interpreters(kind: str, baseline_env: Path | None) -> dict[str, str]:
    """Name the Python each program runs with; "" and the reason where it does not run."""
    first = baseline_env and baseline_env / "bin" / "python"
    if first and not first.exists():
        raise InputError(
            "BASELINE_ENV: no {path}; give a virtual environment in which the first version is installed", path=first
        )
    ours = {OURS: sys.executable}
    if kind in HAS_POINTS_ONLY:
        ours |= {EXACT: sys.executable, BASELINE: sys.executable}
        ours |= {SEDONA: sys.executable if find_spec("sedonadb") else ""}
    return ours | {POLARS: sys.executable if find_spec("polars") else "", FIRST: str(first or "")}


def _compare(path: Path, kind: str, interpreters: Mapping[str, str], rounds: int) -> Iterator[dict[str, Any]]:
    costs: dict[str, Cost] = {}
    for _ in range(rounds):
        for program in filter(interpreters.get, interpreters):
            cost = _run(program, interpreters[program], path, kind)
            best = costs.get(program, cost)
            costs[program] = Cost(*np.minimum([*vars(cost).values()], [*vars(best).values()]).tolist())
    for program, interpreter in interpreters.items():
        row = {"kind": kind, "format": path.suffix, "program": program}
        if not interpreter:
            yield row | {"note": "not run" if program == FIRST else "not installed"}
        elif program != EXACT:
            yield row | _describe(costs[program], costs[OURS]) | _disagreements(program, path)


def _describe(cost: Cost, ours: Cost) -> dict[str, float]:
    times = np.divide([*vars(cost).values()], [*vars(ours).values()]).tolist()
    names = ("times_wall", "times_processor", "times_memory")
    return {
        "wall_seconds": cost.wall,
        "processor_seconds": cost.processor,
        "megabytes": cost.megabytes,
        **dict(zip(names, times, strict=True)),
    }


def _disagreements(program: str, path: Path) -> dict[str, int]:
    if program in {OURS, POLARS}:
        return {}
    theirs, ours = (
        pd.read_csv(_table(path, name), index_col="market_id")
        for name in (program, OURS if program == FIRST else EXACT)
    )
    return {"disagreements": int((theirs.sub(ours, fill_value=0) != 0).any(axis=1).sum())}


def _table(path: Path, program: str) -> Path:
    return path.with_name(f"{path.name}.{program}.csv")


def _run(program: str, python: str, path: Path, kind: str) -> Cost:
    """Run a program as a process, and read what the system says it took."""
    arguments = [python, "-c", PROGRAMS[program] + REPORT, str(path), str(_table(path, program))]
    arguments.append(",".join(LOCATION_COLUMNS[kind]))
    # another version is not to be shadowed by this one
    environment = {name: value for name, value in os.environ.items() if program != FIRST or name != "PYTHONPATH"}
    started = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment)  # noqa: S603 - our own
    with cast("IO[bytes]", process.stdout) as stream:
        output = stream.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return Cost(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, json.loads(output.splitlines()[-1]))


def show_supply(results: Sequence[Mapping[str, Any]]) -> str:
    """Lay the comparison out as a table, a row per list and program."""
    table = pd.DataFrame(results).set_index(["kind", "format", "program"])
    counts = table.reindex(columns=["disagreements", "note"]).astype(object)
    table = table.drop(columns=["rows", *counts], errors="ignore").join(counts.where(counts.notna(), ""))
    return f"{results[0]['rows']:,} creators\n{table.to_string(float_format='{:,.2f}'.format, na_rep='-')}\n"


def write_chart(results: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw the seconds of each program by kind of list, as SVG or PNG: bars, or curves over lists of several sizes.

    Raises
    ------
    OutputError
        When the extra that draws is not installed.
    """
    draw = bring(".png")
    table = pd.DataFrame(results).dropna(subset="wall_seconds")
    table["list"] = table["kind"] + table["format"].str.replace(".", ", ")
    chart = (_bars(table) if len({row.get("rows") for row in results}) == 1 else _curves(table)).to_json()
    is_png = path.suffix == ".png"
    path.write_bytes(draw.vegalite_to_png(chart, scale=2) if is_png else draw.vegalite_to_svg(chart).encode())


def _bars(table: pd.DataFrame) -> "alt.FacetChart":
    import altair as alt  # noqa: PLC0415 - slow to import, and most runs draw nothing

    bars = alt.Chart().mark_bar().encode(x=alt.X("wall_seconds:Q", title="seconds, file to supply per market"))
    labels = (
        alt.Chart()
        .mark_text(align="left", dx=4)
        .encode(x="wall_seconds:Q", text=alt.Text("wall_seconds:Q", format=".1f"))
    )
    layers = alt.layer(bars, labels).encode(y=alt.Y("program:N", title=None, sort="x"))
    faceted = layers.properties(width=420).facet(row=alt.Row("list:N", title=None), data=table)
    chart: alt.FacetChart = faceted.resolve_scale(y="independent", x="independent")
    return chart


def _curves(table: pd.DataFrame) -> "alt.FacetChart":
    import altair as alt  # noqa: PLC0415 - slow to import, and most runs draw nothing

    log = alt.Scale(type="log")
    lines = alt.Chart(table).mark_line(point=True)
    encoded = lines.encode(
        x=alt.X(
            "rows:Q", title="creators", scale=log, axis=alt.Axis(format="~s", values=table["rows"].unique().tolist())
        ),
        y=alt.Y("processor_seconds:Q", title="processor seconds", scale=log),
        color=alt.Color("program:N", title=None, legend=alt.Legend(orient="bottom", columns=3)),
    )
    faceted = encoded.properties(width=260, height=200)
    chart: alt.FacetChart = faceted.facet(alt.Facet("list:N", title=None), columns=2)
    return chart
