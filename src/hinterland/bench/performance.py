"""How fast made-up lists of any size are read and vetted, with polars for comparison; and maps are drawn."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from hinterland import reference
from hinterland.analysis import Analysis, analyze
from hinterland.config import Settings
from hinterland.maps import page
from hinterland.maps.elements import WorldMap
from hinterland.reference import load_markets

SCATTER_DEGREES = 0.05
SMALLEST_CITY = 15_000
BLOCK = 1_000_000
# the columns that say where a creator is, by kind of list
LOCATION_COLUMNS: Mapping[str, Sequence[str]] = {
    "scattered": ("longitude", "latitude"),
    "centres": ("longitude", "latitude"),
    "columns": ("city", "country"),
    "text": ("location",),
    "mixed": ("longitude", "latitude", "city", "country", "location"),
}
KINDS = tuple(LOCATION_COLUMNS)
HAS_POINTS_ONLY = ("scattered", "centres")


def write_dataset(path: Path, rows: int, *, kind: str, engagement: bool = False, seed: int = 0) -> Path:
    """Write a list of creators who live in cities in proportion to their residents; the suffix is the format.

    Parameters
    ----------
    path
        File to write, .csv or .parquet.
    rows
        Number of creators, each with a handle of its own.
    kind
        scattered: coordinates around cities; centres: coordinates of cities; columns: city and country; text: a
        location; mixed: each row in one of these forms.
    engagement
        Whether the list also has likes and comments.
    seed
        The same seed, size and kind give the same list.
    """
    blocks = _blocks(rows, kind, engagement=engagement, seed=seed)
    first = next(blocks)
    writer = pq.ParquetWriter if path.suffix == ".parquet" else pc.CSVWriter
    with writer(str(path), first.schema) as stream:
        stream.write_table(first)
        for block in blocks:
            stream.write_table(block)
    return path


def _blocks(rows: int, kind: str, *, engagement: bool, seed: int) -> Iterator[pa.Table]:
    """Make up the list a million rows at a time."""
    cities = load_markets("city", min_population=SMALLEST_CITY)
    weights = (cities["population"] / cities["population"].sum()).to_numpy()
    for start in range(0, max(rows, 1), BLOCK):
        rng = np.random.default_rng([seed, start])
        count = min(BLOCK, rows - start)
        home = cities.iloc[rng.choice(len(cities), count, p=weights)]
        block = pd.DataFrame({"username": [f"made.up.{number}" for number in range(start, start + count)]})
        block["followers"] = np.exp(rng.normal(9, 1.3, count)).astype(int)
        block = block.join(_locations(home, kind, rng))
        yield pa.Table.from_pandas(block.join(_engagement(block, rng)) if engagement else block, preserve_index=False)


def _locations(home: pd.DataFrame, kind: str, rng: np.random.Generator) -> pd.DataFrame:
    """Say where each creator is, in the columns of this kind of list."""
    spread = np.zeros((2, len(home))) if kind == "centres" else SCATTER_DEGREES * rng.standard_normal((2, len(home)))
    table = pd.DataFrame(
        {
            "longitude": (home["longitude"].to_numpy() + spread[0]).round(5),
            "latitude": (home["latitude"].to_numpy() + spread[1]).clip(-89, 89).round(5),
            "city": home["market"].to_numpy(),
            "country": home["country_code"].to_numpy(),
            "location": (home["market"] + ", " + home["country"]).to_numpy(),
        }
    )
    if kind == "mixed":
        form = rng.integers(0, 3, len(home))
        for number, single in enumerate(("scattered", "columns", "text")):
            table.loc[form != number, list(LOCATION_COLUMNS[single])] = None
    return table[list(LOCATION_COLUMNS[kind])]


def _engagement(block: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rate = np.clip(np.exp(rng.normal(-3.8, 0.7, len(block))), 0, 0.9)
    likes = (block["followers"] * rate).astype(int)
    comments = (likes * np.exp(rng.normal(-3.5, 0.6, len(block)))).astype(int)
    return pd.DataFrame({"likes": likes, "comments": comments})


REPEATS = 5
# each program is timed in a process of its own, its modules loaded and one round run to warm up: (wall, processor)
TIMED = """
import json, sys, time
def timed(*steps):
    marks, value = [], sys.argv[1]
    for step in steps:
        wall, used = time.perf_counter(), time.process_time()
        value = step(value)
        marks.append((time.perf_counter() - wall, time.process_time() - used))
    return marks
"""
POLARS = """
import polars
steps = [polars.read_csv]
"""
READING = """
from pathlib import Path
from hinterland.config import Settings
from hinterland.ingest import open_creators, read_part
from hinterland.vetting import estimate_peer_norms, measure_peers, merge_peers, vet
def open_list(path):
    return open_creators([Path(path)], settings=Settings())
def read_parts(listing):
    return [read_part(part).creators for part in listing.parts]
def vet_batches(batches):
    peers = estimate_peer_norms(merge_peers([measure_peers(batch) for batch in batches]))
    return [vet(batch, peers, language=None) for batch in batches]
steps = [open_list, read_parts, vet_batches]
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
        ours = _time_rounds(READING, path, repeats)
        theirs = _time_rounds(POLARS, path, repeats) if find_spec("polars") else None
    sentence = "" if theirs is not None else "reading creators: polars is not installed, so nothing to compare with\n"
    base = np.full(2, np.nan) if theirs is None else theirs.sum(axis=1).min(axis=0)
    polars = [] if theirs is None else [_row("polars reads", base, base)]
    return [*polars, *(_row(name, best, base) for name, best in _steps(ours))], sentence


def made_up_export(rows: int, seed: int) -> pd.DataFrame:
    """Make up a list as influencer tools export it: shortened counts, percentages, places as text.

    Returns
    -------
    One row per creator, columns named as tools name them; the same for the same `seed`.
    """
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
            "Followers": _shorten_counts(followers),
            "Engagement rate": [f"{value:.2f}%" for value in 100 * rate],
            "Avg likes": likes,
            "Avg comments": (likes * np.exp(rng.normal(-3.5, 0.6, rows))).astype(int),
            "Following": np.exp(rng.normal(6.2, 0.9, rows)).astype(int),
            "Posts": np.exp(rng.normal(5.5, 1.0, rows)).astype(int),
            "Category": rng.choice(["Beauty", "Fitness & Yoga", "Food", "Travel", "Games", "Fashion, Style"], rows),
        }
    )


def _shorten_counts(counts: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[str]:
    """Write counts as exports do: whole below ten thousand, then `12.3K` and `1.2M`."""
    return [
        str(n) if n < 10_000 else f"{n / 1e3:.1f}K" if n < 1_000_000 else f"{n / 1e6:.1f}M"  # noqa: PLR2004 - as exports do
        for n in counts.tolist()
    ]


def _time_rounds(program: str, path: Path, repeats: int) -> "np.ndarray[tuple[int, int, int], np.dtype[np.float64]]":
    """Time a program round by round: (round, step, wall or processor seconds)."""
    command = [sys.executable, "-c", TIMED + program + REPORT, str(path), str(repeats)]
    process = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return np.array(json.loads(process.stdout))


def _steps(rounds: "np.ndarray[tuple[int, int, int], np.dtype[np.float64]]") -> Iterator[tuple[str, np.ndarray]]:
    for place, name in enumerate(STEPS):
        yield name, rounds[:, place].min(axis=0)
    yield "all until parsed", rounds[:, :-1].sum(axis=1).min(axis=0)
    yield "all until vetted", rounds.sum(axis=1).min(axis=0)


def _row(step: str, best: np.ndarray, base: np.ndarray) -> dict[str, float | str]:
    names = ("wall_seconds", "processor_seconds", "times_polars_wall", "times_polars_processor")
    return {"step": step, **dict(zip(names, [*best.tolist(), *(best / base).tolist()], strict=True))}


OUTLINED = 2_000
FEW, MANY, AS_EXPECTED = "#b35806", "#542788", 100  # percent
SIMPLIFIED = 0.005  # degrees
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PANNED = """new Promise((done) => {
  const times = []; let last = performance.now();
  const step = () => {
    map_hinterland.panBy([12, 4], { animate: false });
    const now = performance.now(); times.push(now - last); last = now;
    if (times.length > 40) done(times.sort((a, b) => a - b)[20]); else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def bench_maps() -> tuple[list[dict[str, Any]], str]:
    """Draw the sample's city markets three ways, and open each page in a browser if there is one.

    Returns
    -------
    A row per program: processor seconds, megabytes, and in the browser seconds until drawn, heap in megabytes and
    the median milliseconds of a frame while panning; and why the browser's are missing, if they are.
    """
    analysis = analyze(reference.sample_list(), settings=Settings(level="city"))
    map_makers = {
        "hinterland": analysis.map,
        "folium CircleMarker": lambda: _circles(analysis),
        f"folium GeoJson, {OUTLINED:,} outlines": lambda: _outlines(analysis),
    }
    pages = {name: _render_map(draw) for name, draw in map_makers.items()}
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None or find_spec("playwright") is None:
        sentence = "maps: not opened, for want of a browser (chromium) and what drives it (playwright)\n"
        return [{"program": name} | cost for name, (cost, _) in pages.items()], sentence
    return [{"program": name} | cost | _measure_page(text, browser) for name, (cost, text) in pages.items()], ""


def _render_map(draw: Callable[[], folium.Map]) -> tuple[dict[str, Any], str]:
    start = time.process_time()
    text = page(draw())
    return {"seconds": time.process_time() - start, "megabytes": len(text.encode()) / 1e6}, text


def _circles(analysis: Analysis) -> folium.Map:
    world_map = WorldMap()
    for place in analysis.ranking[["latitude", "longitude"]].to_numpy().tolist():
        folium.CircleMarker(place, radius=3, fill=True).add_to(world_map)
    return world_map


def _outlines(analysis: Analysis) -> folium.Map:
    world_map = WorldMap()
    largest = analysis.ranking["population"].nlargest(OUTLINED).index
    areas = analysis.markets.loc[largest, ["market", "saturation", "geometry"]].dropna(subset="geometry")
    plain = areas.assign(geometry=areas.geometry.simplify(SIMPLIFIED))
    folium.GeoJson(
        plain,
        style_function=lambda area: {
            "fillColor": FEW if (area["properties"]["saturation"] or AS_EXPECTED) < AS_EXPECTED else MANY
        },
    ).add_to(world_map)
    return world_map


def _measure_page(text: str, browser: str) -> dict[str, float]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder, "map.html")
        file.write_text(text, encoding="utf-8")
        tab = playwright.chromium.launch(executable_path=browser, args=list(QUIET)).new_page()
        start = time.perf_counter()
        tab.goto(file.as_uri())
        if "hinterland-about" in text:
            tab.wait_for_selector("html[data-hinterland=ready]", state="attached")
        tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        ready = time.perf_counter() - start
        tools = tab.context.new_cdp_session(tab)
        tools.send("HeapProfiler.collectGarbage")
        heap = tools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        return {"drawn_after_seconds": ready, "heap_megabytes": heap, "pan_milliseconds": tab.evaluate(PANNED)}


def show(results: Sequence[Mapping[Any, Any]], key: str = "format") -> str:
    """Lay a comparison out as a table, a column per value of `key`."""
    return pd.DataFrame(results).set_index(key).T.to_string(float_format="{:,.2f}".format) + "\n"
