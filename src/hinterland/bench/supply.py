"""The program beside what a careful pandas and geopandas user would write, in one run: file to supply per market."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pandas as pd

from hinterland.reference import load_markets

SCATTER_DEGREES = 0.05

OURS = """
import sys
from hinterland.analysis import count
print(int(count(sys.argv[1])["creators_millionths"].sum()) // 1_000_000)
"""
BASELINE = """
import sys
import geopandas as gpd, pandas as pd
from hinterland.reference import load_boundaries
path = sys.argv[1]
columns = ["longitude", "latitude", "followers"]
read = pd.read_parquet if path.endswith("parquet") else lambda *a, columns: pd.read_csv(*a, usecols=columns)
rows = read(path, columns=columns)
points = gpd.GeoDataFrame(rows[["followers"]], geometry=gpd.points_from_xy(rows.longitude, rows.latitude), crs=4326)
areas = load_boundaries("city")[["geometry"]]
inside = points.sjoin(areas, predicate="intersects")
inside = inside[~inside.index.duplicated()]
supply = inside.groupby("market_id")["followers"].agg(["size", "sum"])
print(int(supply["size"].sum()))
"""


def bench_supply(rows: int, *, seed: int = 0) -> list[dict[str, float | str]]:
    """Count `rows` creators scattered around real cities, from CSV and from Parquet, with both programs.

    Returns
    -------
    One row per format: seconds and peak memory (MB) of each program, as whole processes, and the ratios.
    """
    with tempfile.TemporaryDirectory() as folder:
        return [_compare(path) for path in _write_lists(Path(folder), rows, seed)]


def _write_lists(folder: Path, rows: int, seed: int) -> list[Path]:
    rng = np.random.default_rng(seed)
    cities = load_markets("city", min_population=15_000)
    home = rng.choice(len(cities), rows, p=cities["population"] / cities["population"].sum())
    spread = SCATTER_DEGREES * rng.standard_normal((2, rows))
    creators = pd.DataFrame(
        {
            "username": [f"made.up.{number}" for number in range(rows)],
            "followers": np.exp(rng.normal(9, 1.3, rows)).astype(int),
            "longitude": (cities["longitude"].to_numpy()[home] + spread[0]).round(5),
            "latitude": (cities["latitude"].to_numpy()[home] + spread[1]).clip(-89, 89).round(5),
        }
    )
    paths = [folder / "creators.csv", folder / "creators.parquet"]
    creators.to_csv(paths[0], index=False)
    creators.to_parquet(paths[1])
    return paths


def _compare(path: Path) -> dict[str, float | str]:
    ours, theirs = _run(OURS, path), _run(BASELINE, path)
    return {
        "format": path.suffix,
        "seconds": ours["seconds"],
        "baseline_seconds": theirs["seconds"],
        "times_faster": theirs["seconds"] / ours["seconds"],
        "megabytes": ours["megabytes"],
        "baseline_megabytes": theirs["megabytes"],
        "share_of_memory": ours["megabytes"] / theirs["megabytes"],
        "creators": ours["creators"],
        "baseline_creators": theirs["creators"],
    }


def _run(program: str, path: Path) -> dict[str, float]:
    """Run a program as a process of its own, and read what the system says it took."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)  # noqa: S603 - our own
    with cast("IO[bytes]", process.stdout) as stream:
        said = stream.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "seconds": time.perf_counter() - started,
        "megabytes": usage.ru_maxrss / 1_024,
        "creators": float(said.split()[-1]),
    }


def show(results: Sequence[Mapping[Any, Any]], key: str = "format") -> str:
    """Lay a comparison out as a table, a column per value of `key`."""
    return pd.DataFrame(results).set_index(key).T.to_string(float_format="{:,.2f}".format) + "\n"
