"""Map pages of the same markets: this program's, and what folium offers for circles and for outlines."""

import shutil
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import folium

from hinterland import reference
from hinterland.analysis import Analysis, analyze
from hinterland.config import Settings
from hinterland.layers import page
from hinterland.layers.parts import WorldMap

OUTLINED = 2_000
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
    drawn = {
        "hinterland": analysis.map,
        "folium CircleMarker": lambda: _circles(analysis),
        f"folium GeoJson, {OUTLINED:,} outlines": lambda: _outlines(analysis),
    }
    made = {name: _made(draw) for name, draw in drawn.items()}
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None or find_spec("playwright") is None:
        told = "maps: not opened, for want of a browser (chromium) and what drives it (playwright)\n"
        return [{"program": name} | cost for name, (cost, _) in made.items()], told
    return [{"program": name} | cost | _opened(text, browser) for name, (cost, text) in made.items()], ""


def _made(draw: Callable[[], folium.Map]) -> tuple[dict[str, Any], str]:
    start = time.process_time()
    text = page(draw())
    return {"seconds": time.process_time() - start, "megabytes": len(text.encode()) / 1e6}, text


def _circles(analysis: Analysis) -> folium.Map:
    drawn = WorldMap()
    for place in analysis.ranking[["latitude", "longitude"]].to_numpy().tolist():
        folium.CircleMarker(place, radius=3, fill=True).add_to(drawn)
    return drawn


def _outlines(analysis: Analysis) -> folium.Map:
    drawn = WorldMap()
    largest = analysis.ranking["population"].nlargest(OUTLINED).index
    areas = analysis.markets.loc[largest, ["market", "saturation", "geometry"]].dropna(subset="geometry")
    plain = areas.assign(geometry=areas.geometry.simplify(SIMPLIFIED))
    folium.GeoJson(plain, style_function=_style).add_to(drawn)
    return drawn


def _style(feature: dict[str, Any]) -> dict[str, str]:
    few = (feature["properties"]["saturation"] or 100) < 100  # noqa: PLR2004 - percent: as expected
    return {"fillColor": "#b35806" if few else "#542788"}


def _opened(text: str, browser: str) -> dict[str, float]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder, "map.html")
        file.write_text(text, encoding="utf-8")
        opened = playwright.chromium.launch(executable_path=browser, args=list(QUIET)).new_page()
        start = time.perf_counter()
        opened.goto(file.as_uri())
        if "hinterland-about" in text:
            opened.wait_for_selector("html[data-hinterland=ready]", state="attached")
        opened.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        ready = time.perf_counter() - start
        tools = opened.context.new_cdp_session(opened)
        tools.send("HeapProfiler.collectGarbage")
        heap = tools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        return {"drawn_after_seconds": ready, "heap_megabytes": heap, "pan_milliseconds": opened.evaluate(PANNED)}
