"""Findings of any size from a seed, with hostile names on request: what the map tests draw."""

import json
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hinterland.config import CLASSES, Assumptions, Settings
from hinterland.export import ExportContext, InputFile
from hinterland.language import Notice
from hinterland.pipeline import Results
from hinterland.schemas import RANKING

SOURCES = (InputFile("creators.csv", "0" * 64),)
HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "<img src=x onerror=window.pwned=1>",
    "<svg/onload=window.pwned=1>",
    "<svg><script>window.pwned=1</script></svg>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<a href='javascript:window.pwned=1'>x</a>",
    "<style>*{display:none}</style>",
    "<!--<script>window.pwned=1",
    "-->",
    "<![CDATA[x]]>",
    "</textarea><script>window.pwned=1</script>",
    "</title><script>window.pwned=1</script>",
    "<base href='https://example.invalid/'>",
    "<meta http-equiv=refresh content='0;url=https://example.invalid/'>",
    "<link rel=stylesheet href=https://example.invalid/x.css>",
    "${window.pwned=1}",
    "`${window.pwned=1}`",
    "`;window.pwned=1;`",
    "';window.pwned=1;//",
    '";window.pwned=1;//',
    "\\';window.pwned=1;//",
    "\\",
    "{{ 7 * 7 }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{# comment #}",
    "{{ this._parent }}",
    "#{7*7}",
    "<%= 7*7 %>",
    "a\u2028b\u2029c",
    "\u202egnp.exe",
    "\u0645\u062f\u064a\u0646\u0629",
    "\u05ea\u05dc \u05d0\u05d1\u05d9\u05d1",
    "nul\x00l",
    "tab\tand\nline\rend",
    "=HYPERLINK(1)",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "|calc",
    "\uff1dHYPERLINK(1)",
    "\uff20SUM(1)",
    "\u200b=1+1",
    "\u202e=1+1",
    "\u200d\u2060=1+1",
    "http://example.invalid/",
    "&lt;b&gt;&amp;&#x27;",
    "__proto__",
    "constructor",
    "\U0001f3d9\ufe0f city",
    "Z\u0351\u036b\u0343algo",
    "x" * 400,
)

BASEMAP = json.dumps(
    {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[0, 0], [0, 40]], [[0, 40], [-60, 0], [0, -40], [60, 0]], [[0, 40], [60, 0], [0, -40], [-60, 0]]],
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "Westland"}},
                    {"type": "MultiPolygon", "arcs": [[[-1, 2]]], "properties": {"name": "Eastland"}},
                    {"type": None, "properties": {"name": "Nowhere"}},
                ],
            }
        },
    }
)


def make_findings(size: int, *, seed: int = 0, hostile: bool = False, title_words: str = "Town") -> Results:
    chance = np.random.default_rng(seed)
    base = _places(size, chance, title_words)
    if hostile:
        names = pd.Series([HOSTILE[i % len(HOSTILE)] for i in range(size)], index=base.index)
        base = base.assign(market=names, region=names.to_numpy()[::-1], country=np.roll(names, 3))
    return Results(
        rankings={benchmark: _ranking(base, chance, benchmark) for benchmark in ("national", "global")},
        settings=Settings(level="city"),
        assumptions=Assumptions(),
        warnings=(
            Notice("capped", "The list stops at 1,000 creators: it may be the top of a longer one."),
            Notice("one-niche", "All creators are of one niche; other niches may look different."),
        ),
        counts={"rows_in": 60_120, "used": 60_000, "rejected": 100, "merged": 20},
        located={"columns": 60_000},
        model={"beta": 1.043, "beta_se": 0.012, "k": 3.1, "k_se": 0.3, "sigma": 0.8},
        level="city",
    )


def make_boundaries(findings: Results, count: int) -> gpd.GeoDataFrame:
    markets = findings.rankings["national"].nlargest(count, "population")
    points = shapely.points(markets["longitude"].to_numpy(), markets["latitude"].to_numpy())
    discs = shapely.buffer(points, 0.02 + np.sqrt(markets["population"].to_numpy()) / 20_000, quad_segs=6)
    credited = {"boundary_source": "Survey of Westland", "boundary_licence": "CC BY 4.0"}
    return gpd.GeoDataFrame(credited, index=markets.index, geometry=discs, crs="EPSG:4326")


def _places(size: int, chance: np.random.Generator, words: str) -> pd.DataFrame:
    west = chance.random(size) < 0.5
    population = np.minimum(15_000 * chance.random(size) ** (-1 / 1.1), 3.7e7).round()
    return pd.DataFrame(
        {
            "market": [f"{words} {i}" for i in range(size)],
            "region": [f"Region {i % 40}" for i in range(size)],
            "country": np.where(west, "Westland", "Eastland"),
            "country_code": np.where(west, "WL", "EL"),
            "level": "city",
            "latitude": chance.uniform(2, 38, size),
            "longitude": np.where(west, chance.uniform(-58, -2, size), chance.uniform(2, 58, size)),
            "population": population,
            "internet_users": (0.7 * population).round(),
            "boundary_kind": chance.choice(["official", "modelled"], size),
        },
        index=pd.Index([f"c{i}" for i in range(size)], name="market_id"),
    )


def _ranking(base: pd.DataFrame, chance: np.random.Generator, benchmark: str) -> pd.DataFrame:
    size = len(base)
    expected = base["population"] / 60_000 * chance.lognormal(0, 0.3, size)
    theta = chance.gamma(3, 1 / 3, size)
    creators = pd.Series(np.random.default_rng(size).poisson(expected * theta), index=base.index)
    ranking = base.assign(creators=creators.astype("float64"), expected_creators=expected, benchmark=benchmark)
    return RANKING.check(_ranked(_judged(ranking))[list(RANKING.columns)])


def _judged(ranking: pd.DataFrame) -> pd.DataFrame:
    k, y, expected = 3.0, ranking["creators"], ranking["expected_creators"]
    middle, spread = 100 * (k + y) / (k + expected), np.exp(1.64 / np.sqrt(k + y))
    rules = [expected < 2.5, middle <= 80, middle >= 125]
    classes = np.select(rules, [CLASSES[3], CLASSES[0], CLASSES[2]], CLASSES[1])
    classes[:: max(11, len(classes) // 50)] = CLASSES[4]
    return ranking.assign(
        saturation=middle,
        saturation_low=middle / spread,
        saturation_high=middle * spread,
        p_underserved=np.clip(1.2 - middle / 100, 0.004, 0.996),
        missing_creators=np.maximum(expected - y, 0),
        unmet_audience=(np.maximum(expected - y, 0) * 21_000).round(),
        audience=y * 18_000,
        creators_per_100k=1e5 * y / ranking["population"],
        location_quotient=y / expected,
        possible_creators=np.where(y % 7 == 3, 4.0, 0.0),
        population_error=0.25,
        scope="",
        size_band=Assumptions().size_band(ranking["population"]),
        audience_hhi=np.minimum(1e4, 1e4 / np.maximum(y, 1)),
        evidence=np.select([expected < 5, expected < 20], ["low", "medium"], "high"),
        **{"class": classes},
    )


def _ranked(ranking: pd.DataFrame) -> pd.DataFrame:
    told = ~ranking["class"].isin(CLASSES[3:])
    rank = ranking["unmet_audience"].where(told).rank(ascending=False, method="first")
    ranking = ranking.assign(
        rank=rank.astype("Int64"),
        rank_low=np.maximum(1, (0.6 * rank).round()),
        rank_high=(1.5 * rank).round(),
        opportunity=100 * (1 - (rank - 1) / told.sum()),
    )
    return ranking.sort_values(["rank", "market"], na_position="last")


def make_context(findings: Results, *, sources: Sequence[InputFile] = SOURCES) -> ExportContext:
    """Put what an exporter asks for around findings, with outlines of thirty points."""
    return ExportContext(
        findings,
        lambda: make_boundaries(findings, 30),
        lambda: BASEMAP,
        sources,
        "Hinterland",
        lambda: pd.Series(dtype="str"),
    )
