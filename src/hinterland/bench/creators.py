"""How fast a list of creators is read and vetted: a made-up export of twelve columns, beside polars reading it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from hinterland.reference import load_markets

REPEATS = 5
# each program is timed in a process of its own, its modules loaded and one round run to warm up: (wall, processor)
TIMED = """
import json, sys, time
def timed(*steps):
    marks, given = [], sys.argv[1]
    for step in steps:
        wall, used = time.perf_counter(), time.process_time()
        given = step(given)
        marks.append((time.perf_counter() - wall, time.process_time() - used))
    return marks
"""
POLARS = """
import polars
steps = [polars.read_csv]
"""
OURS = """
from pathlib import Path
from hinterland.config import Settings
from hinterland.ingest import open_creators, read_part
from hinterland.vetting import measure_peers, merge_peers, usual, vet
def opened(path):
    return open_creators([Path(path)], settings=Settings())
def read(listing):
    return [read_part(part).creators for part in listing.parts]
def vetted(batches):
    peers = usual(merge_peers([measure_peers(batch) for batch in batches]))
    return [vet(batch, peers, worded=False) for batch in batches]
steps = [opened, read, vetted]
"""
REPORT = """
timed(*steps)
print(json.dumps([timed(*steps) for _ in range(int(sys.argv[2]))]))
"""
STEPS = ("open", "read and parse", "vet")


def bench_creators(rows: int, *, seed: int = 0, repeats: int = REPEATS) -> tuple[list[dict[str, float | str]], str]:
    """Read a made-up export of `rows` creators with polars, and read, parse and vet it with this program.

    Returns
    -------
    One row per step: the best wall and processor seconds of `repeats` rounds, also as multiples of what polars takes
    for reading alone; and a sentence where polars is not installed: then there is nothing to compare with.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        made_up_export(rows, seed).to_csv(path, index=False)
        ours = _rounds(OURS, path, repeats)
        theirs = _rounds(POLARS, path, repeats) if find_spec("polars") else None
    told = "" if theirs is not None else "reading creators: polars is not installed, so nothing to compare with\n"
    base = np.full(2, np.nan) if theirs is None else theirs.sum(axis=1).min(axis=0)
    polars = [] if theirs is None else [_row("polars reads", base, base)]
    return [*polars, *(_row(name, best, base) for name, best in _steps(ours))], told


def made_up_export(rows: int, seed: int) -> pd.DataFrame:
    """Make up a list as influencer tools export it: shortened counts, percentages, places as text."""
    rng = np.random.default_rng(seed)
    cities = load_markets("city", min_population=15_000)
    home = cities.iloc[rng.choice(len(cities), rows, p=cities["population"] / cities["population"].sum())]
    followers = np.exp(rng.normal(9.5, 1.4, rows)).astype(int)
    rate = np.clip(np.exp(rng.normal(-3.8, 0.7, rows)), 0, 0.9)
    likes = (followers * rate).astype(int)
    return pd.DataFrame(
        {
            "Username": [f"made.up_{number}" for number in range(rows)],
            "Full name": [f"Made Up {number}" for number in rng.integers(0, rows, rows)],
            "Platform": rng.choice(["Instagram", "TikTok", "YouTube"], rows, p=[0.6, 0.25, 0.15]),
            "Location": (home["market"] + ", " + home["country"]).to_numpy(),
            "Country": home["country_code"].to_numpy(),
            "Followers": _shortened(followers),
            "Engagement rate": [f"{value:.2f}%" for value in 100 * rate],
            "Avg likes": likes,
            "Avg comments": (likes * np.exp(rng.normal(-3.5, 0.6, rows))).astype(int),
            "Following": np.exp(rng.normal(6.2, 0.9, rows)).astype(int),
            "Posts": np.exp(rng.normal(5.5, 1.0, rows)).astype(int),
            "Category": rng.choice(["Beauty", "Fitness & Yoga", "Food", "Travel", "Games", "Fashion, Style"], rows),
        }
    )


def _shortened(counts: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[str]:
    """Write counts as exports do: whole below ten thousand, then `12.3K` and `1.2M`."""
    return [
        str(n) if n < 10_000 else f"{n / 1e3:.1f}K" if n < 1_000_000 else f"{n / 1e6:.1f}M"  # noqa: PLR2004 - as exports do
        for n in counts.tolist()
    ]


def _rounds(program: str, path: Path, repeats: int) -> "np.ndarray[tuple[int, int, int], np.dtype[np.float64]]":
    """Time a program round by round: (round, step, wall or processor seconds)."""
    command = [sys.executable, "-c", TIMED + program + REPORT, str(path), str(repeats)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return np.array(json.loads(said.stdout))


def _steps(rounds: "np.ndarray[tuple[int, int, int], np.dtype[np.float64]]") -> Iterator[tuple[str, np.ndarray]]:
    for place, name in enumerate(STEPS):
        yield name, rounds[:, place].min(axis=0)
    yield "all until parsed", rounds[:, :-1].sum(axis=1).min(axis=0)
    yield "all until vetted", rounds.sum(axis=1).min(axis=0)


def _row(step: str, best: np.ndarray, base: np.ndarray) -> dict[str, float | str]:
    names = ("wall_seconds", "processor_seconds", "times_polars_wall", "times_polars_processor")
    return {"step": step, **dict(zip(names, [*best.tolist(), *(best / base).tolist()], strict=True))}
