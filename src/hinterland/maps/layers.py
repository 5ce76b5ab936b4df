"""What one map shows, its layers by name, and the map that stacks them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import folium
import geopandas as gpd
from branca.element import Element

from hinterland.config import CLASSES
from hinterland.geocode.aliases import country_numbers
from hinterland.language import IN_ENGLISH, Language, later
from hinterland.maps.elements import LayerData, PageChrome, WorldMap
from hinterland.maps.encode import level_columns, market_columns, other_names, outline_columns
from hinterland.pipeline import Results
from hinterland.registry import Registry

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MapContext:
    """What the layers are made from: the findings, the boundaries worth drawing, the countries beneath."""

    findings: Results
    boundaries: gpd.GeoDataFrame | None
    basemap: str
    names: "pd.Series[str] | None" = None


Layer = Callable[[MapContext], Element]

# markets in each of the two lists the page opens with
LISTED_MARKETS = 5
LAYERS: Registry[Layer] = Registry(later("map layer"))


@LAYERS.add("countries")
def countries_layer(scene: MapContext) -> Element:
    """Lay the land and its borders beneath everything (TopoJSON, decoded in the page)."""
    return LayerData("countries", json.loads(scene.basemap))


@LAYERS.add("boundaries")
def boundaries_layer(scene: MapContext) -> Element:
    """Outline markets, shown from zoom 7."""
    first = next(iter(scene.findings.rankings.values()))
    return LayerData("boundaries", outline_columns(scene.boundaries, first.index))


@LAYERS.add("markets")
def markets_layer(scene: MapContext) -> Element:
    """Draw one circle per market: area is population, colour is saturation, faintness is lack of evidence."""
    return LayerData("markets", market_columns(scene.findings.released_rankings))


@LAYERS.add("names")
def names_layer(scene: MapContext) -> Element:
    """Let the search find markets by every other name."""
    return LayerData("names", other_names(next(iter(scene.findings.rankings.values())).index, scene.names))


@LAYERS.add("spots")
def spots_layer(scene: MapContext) -> Element:
    """Ring the markets whose whole neighbourhood has more or fewer creators than size and chance explain."""
    spot = scene.findings.hot_spots["spot"]
    first = next(iter(scene.findings.rankings.values())).index
    return LayerData("spots", {side: first.get_indexer(spot.index[spot == side]).tolist() for side in ("hot", "cold")})


@LAYERS.add("levels")
def levels_layer(scene: MapContext) -> Element:
    """Tint countries by their level against the typical one, in the global benchmark."""
    return LayerData("levels", level_columns(scene.findings.countries))


def draw_map(
    findings: Results,
    boundaries: gpd.GeoDataFrame | None,
    *,
    basemap: str,
    title: str = "Hinterland",
    names: "pd.Series[str] | None" = None,
    language: Language = IN_ENGLISH,
) -> folium.Map:
    """Stack every registered layer on one map, with panel, card, legend and footer.

    Parameters
    ----------
    findings : Results
        What one run found; the column `p_fewer` of its rankings is shown when present. The
        sentence that explains a market is made in the page from its numbers: 34,000 sentences would weigh 9 MB.
    boundaries : GeoDataFrame, optional
        Polygons (EPSG:4326) of the markets worth drawing, by market_id; boundaries of other markets are not drawn.
        LayerData `boundary_source` and `boundary_licence` are credited in the footer.
    basemap : str
        Countries as TopoJSON text (object "countries", property "name", id the ISO 3166-1 number).
    title : str
        The page's heading.
    names : Series of str, optional
        What else markets are called, joined by ";", by market_id: the search finds them by these too.

    Returns
    -------
    folium.Map
        To show in a notebook, to add to, or to hand to `page`.
    """
    world_map = WorldMap()
    scene = MapContext(findings, boundaries, basemap, names)
    for layer in LAYERS.values():
        layer(scene).add_to(world_map)
    PageChrome(about(findings, title, boundaries, language=language), world_map.get_name(), language).add_to(world_map)
    return world_map


def about(
    findings: Results, title: str, boundaries: gpd.GeoDataFrame | None = None, *, language: Language = IN_ENGLISH
) -> dict[str, Any]:
    """Gather what the page says of the run: settings, warnings, counts, credits.

    Parameters
    ----------
    findings
        The results of one run.
    title
        The page's heading.
    boundaries
        Polygons that are drawn: their sources are credited.
    language
        In which warnings and list titles are written.

    Returns
    -------
    What the page's program reads as `about`.
    """
    settings = findings.settings.disclosed()
    assumed = settings.model_dump_json() + findings.assumptions.model_dump_json()
    return {
        "title": title,
        "level": findings.level,
        "sort": findings.settings.sort,
        "benchmark": findings.settings.benchmark,
        "classes": CLASSES,
        "findings": {
            benchmark: language.render(findings.comparison_refusal or findings.finding(benchmark))
            for benchmark in findings.rankings
        },
        "trust": findings.trust and {name: language.render(text) for name, text in findings.trust._asdict().items()},
        "home": _home(settings.home),
        "band": [findings.assumptions.smaller_from, findings.assumptions.smaller_to],
        "lists": {benchmark: _lists(findings, benchmark, language) for benchmark in findings.rankings},
        "interval": findings.assumptions.interval,
        "underserved_below": findings.assumptions.underserved_below,
        "warnings": [language.for_pages().describe(notice) for notice in findings.warnings],
        "counts": {name: int(count) for name, count in findings.counts.items()},
        "located": {name: int(count) for name, count in findings.located.items()},
        "model": {name: round(float(value), 4) for name, value in findings.model.items() if value == value},  # noqa: PLR0124 - NaN
        "settings": settings.model_dump(mode="json"),
        "settings_hash": sha256(assumed.encode()).hexdigest()[:12],
        "version": version("hinterland"),
        "credits": list(_credits(boundaries)),
    }


def _home(codes: Sequence[str]) -> dict[str, list[str]]:
    """Give the countries where the brand sells by their two letters, and by the number maps know them by."""
    numbers = country_numbers()
    return {"codes": list(codes), "ids": [numbers[code] for code in codes if code in numbers]}


def _lists(findings: Results, benchmark: str, language: Language) -> list[dict[str, Any]]:
    lists = findings.highlights(benchmark, LISTED_MARKETS) if findings.comparable else {}
    # of markets that somebody chose, none may be at home, or abroad
    return [
        {"title": language.say(title), "markets": ids.astype(str).tolist()}
        for title, ids in lists.items()
        if len(ids) or findings.complete_results is None
    ]


def _credits(boundaries: gpd.GeoDataFrame | None) -> Iterator[dict[str, str]]:
    yield {"what": "Countries", "source": "Natural Earth", "licence": "public domain"}
    yield {"what": "Places", "source": "GeoNames, SimpleMaps", "licence": "CC BY 4.0"}
    if boundaries is not None and "boundary_source" in boundaries:
        licences = boundaries.get("boundary_licence", boundaries["boundary_source"].map(lambda _: ""))
        sources = boundaries.assign(licence=licences)[["boundary_source", "licence"]].dropna().drop_duplicates()
        for source, licence in sorted(sources.astype(str).itertuples(index=False)):
            yield {"what": "Boundaries", "source": source, "licence": licence}
    yield {"what": "Map program", "source": "Leaflet", "licence": "BSD-2-Clause"}
