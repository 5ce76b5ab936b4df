"""Rankings to columns of JSON: one row per market, texts that repeat as codes, numbers with the digits they deserve."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from hinterland.geocode.aliases import country_numbers
from hinterland.reference import load_countries
from hinterland.schemas import DIGITS, RANKING

CODED = ("region", "country", "country_code", "level", "boundary_kind")
PER_BENCHMARK_NAMES = (
    *("rank", "expected_creators", "saturation", "saturation_low", "saturation_high", "p_underserved"),
    *("missing_creators", "unmet_audience", "opportunity", "rank_low", "rank_high"),
)
# the page keeps one decimal more of the rates than the files do
PAGE_DIGITS = {**DIGITS, "rank": 0, "creators_per_100k": 3}
PER_BENCHMARK = {name: PAGE_DIGITS[name] for name in PER_BENCHMARK_NAMES}
SHARED = {name: PAGE_DIGITS[name] for name in RANKING.columns if name in PAGE_DIGITS and name not in PER_BENCHMARK}
# the chance of fewer creators than normal: shown where the ranking carries it
CHANCES = {"p_fewer": 3}
EXACT = 2.0**53  # whole numbers beyond it are none in JSON either
LEVEL = ("level", "level_low", "level_high")
CODED_PER_BENCHMARK = ("class", "evidence")


def market_columns(rankings: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Say every market once, and what each benchmark makes of it, in the order of the first ranking.

    Parameters
    ----------
    rankings
        Table RANKING of each benchmark, by its name.

    Returns
    -------
    Columns as JSON holds them: one entry per market.
    """
    first = next(iter(rankings.values()))
    return {
        "market_id": first.index.astype(str).tolist(),
        "market": texts(first.get("label", first["market"])),
        **{name: _codes(first[name]) for name in CODED},
        **{name: numbers(first[name], digits) for name, digits in SHARED.items()},
        "benchmarks": {
            benchmark: _benchmark_columns(ranking.reindex(first.index)) for benchmark, ranking in rankings.items()
        },
    }


def other_names(markets: pd.Index, names: "pd.Series[str] | None") -> list[str]:
    """Say what else each market is called, in the order of the markets.

    Parameters
    ----------
    markets
        Market ids, in their order on the page.
    names
        Names joined by ";" by market_id, if there are any.

    Returns
    -------
    One text per market, empty where there is none.
    """
    return [""] * len(markets) if names is None else texts(names.reindex(markets))


def level_columns(countries: pd.DataFrame) -> dict[str, Any]:
    """Say the level of each country and its interval, by the number maps know a country by.

    Parameters
    ----------
    countries
        Level and interval in percent of the typical country, by country code.

    Returns
    -------
    Columns as JSON holds them; `id` is the ISO 3166-1 number.
    """
    ids = country_numbers()
    numbered = countries[countries.index.isin(ids)]
    return {
        "id": [ids[code] for code in numbered.index],
        "name": load_countries()["country"].reindex(numbered.index).tolist(),
        **{name: numbers(numbered[name], 1) if len(numbered) else [] for name in LEVEL},
    }


def _benchmark_columns(ranking: pd.DataFrame) -> dict[str, Any]:
    rounded = {
        name: numbers(ranking[name], digits) for name, digits in (PER_BENCHMARK | CHANCES).items() if name in ranking
    }
    return rounded | {name: _codes(ranking[name]) for name in CODED_PER_BENCHMARK}


def texts(column: pd.Series) -> list[str]:
    """Give texts as JSON holds them, missing ones empty.

    Parameters
    ----------
    column
        Any column.

    Returns
    -------
    One text per row.
    """
    return list(column.astype("str").fillna("").to_numpy(object))


def _codes(column: pd.Series) -> dict[str, Any]:
    codes, values = pd.factorize(pd.Series(texts(column), dtype=object), sort=True)
    return {"codes": codes.tolist(), "values": values.tolist()}


def numbers(column: pd.Series, digits: int) -> list[float | int | None]:
    """Give numbers as JSON holds them: rounded, whole ones without a point, missing ones as nothing.

    Parameters
    ----------
    column
        Numbers.
    digits
        Decimals kept.

    Returns
    -------
    One number per row, None where it is missing.
    """
    values = column.to_numpy("float64", na_value=np.nan).round(digits)
    finite, cells = np.isfinite(values), values.astype(object)
    integral = finite & (values == np.trunc(values)) & (np.abs(values) < EXACT)
    cells[integral] = values[integral].astype("int64")
    cells[~finite] = None
    return list(cells)


PER_DEGREE = 10_000  # 11 m, far below a pixel at the closest zoom
TOLERANCES = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032)  # degrees: 110 m is a pixel at zoom 10
VERTICES = 400_000  # about 1.7 MB
CHUNKS = 7  # of five bits: 35, more than the largest delta needs

Integers = npt.NDArray[np.int64]


def outline_columns(boundaries: gpd.GeoDataFrame | None, markets: pd.Index) -> dict[str, Any]:
    """Encode the rings of the markets that have a boundary.

    Returns
    -------
    dict
        `market` (position in `markets`) and `size` (vertices) per ring, outer rings and holes alike; `stream`, the
        vertices as longitude and latitude in 1/10,000 degree, each minus the one before (the first minus 0), in
        Google's polyline characters. The last vertex of a ring, which repeats the first, is left out.
    """
    if boundaries is None or boundaries.empty:
        return {"market": [], "size": [], "stream": ""}
    outlines = boundaries[boundaries.index.isin(markets)]
    rings, row = _rings(outlines.geometry.to_numpy())
    vertices, ring = _vertices(rings)
    return {
        "market": markets.get_indexer(outlines.index)[row].tolist(),
        "size": np.bincount(ring, minlength=len(rings)).tolist(),
        "stream": pack(np.diff(vertices, axis=0, prepend=0).ravel()),
    }


def pack(values: Integers) -> str:
    """Write whole numbers as polyline characters: zigzag, five bits each, lowest first, plus 63."""
    zigzag = (values << 1) ^ (values >> 63)
    shifted = zigzag[:, None] >> (5 * np.arange(CHUNKS))
    more = shifted >> 5 > 0
    mask = np.column_stack([np.ones(len(values), bool), more[:, :-1]])
    return bytes((63 + (shifted & 31) + 32 * more)[mask].astype(np.uint8)).decode("ascii")


def _rings(shapes: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], Integers]:
    parts, shape = shapely.get_parts(_simplify(shapes), return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    return rings, shape[areal][part]


def _simplify(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    for tolerance in TOLERANCES:
        shapes = shapely.simplify(shapes, tolerance)
        if shapely.get_num_coordinates(shapes).sum() <= VERTICES:
            break
    return shapes


def _vertices(rings: npt.NDArray[np.object_]) -> tuple[Integers, Integers]:
    points, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.diff(ring, append=-1) != 0
    return np.rint(points[~last] * PER_DEGREE).astype(np.int64), ring[~last]
