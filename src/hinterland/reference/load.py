"""Load the tables of the bundled geography, each once per process; callers must not change them in place."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland.errors import UnknownNameError
from hinterland.reference.store import find_file, read_table
from hinterland.schemas import MARKETS, PLACES

if TYPE_CHECKING:
    import geopandas as gpd

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
    """Load what else each of these places is called, in every script, normalised, joined by ";"; by place_id."""
    names = load_names()
    asked = pc.and_(pc.is_in(names["place_id"], pa.array(places, pa.int64())), pc.not_equal(names["kind"], "main"))
    found = names.filter(asked).group_by("place_id", use_threads=False).aggregate([("key", "list")])
    joined = pc.binary_join(found["key_list"], ";")
    return pd.Series(
        joined.to_pandas().to_numpy(), pd.Index(found["place_id"].to_numpy(), name="place_id"), dtype="str"
    )


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
    wanted = [("level", "==", _known(level)), ("population", ">=", float(min_population))]
    result: pd.DataFrame = MARKETS.check(
        read_table("markets.parquet", filters=wanted).to_pandas().set_index("market_id")
    )
    return result


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
    outlines = _level_boundaries(_known(level))
    if market_ids is None:
        return outlines
    return outlines.loc[[market_id for market_id in market_ids if market_id in outlines.index]]


@cache
def load_countries() -> pd.DataFrame:
    """Load one row per country code: population, internet share, wealth, languages; NA where no source knows."""
    result: pd.DataFrame = read_table("countries.parquet").to_pandas().set_index("country_code")
    return result


@cache
def load_regions() -> pd.DataFrame:
    """Load one row per first-level region: names, ISO code, the point of its largest place."""
    result: pd.DataFrame = read_table("regions.parquet").to_pandas().set_index("region_id")
    return result


@cache
def load_basemap() -> str:
    """Load the outline of the world's countries for the map page, as TopoJSON text."""
    return find_file("basemap.json").read_text(encoding="utf-8")


@cache
def _level_boundaries(level: str) -> "gpd.GeoDataFrame":
    import geopandas as gpd  # noqa: PLC0415 - heavy, and most commands draw nothing

    table = read_table("boundaries.parquet", columns=["market_id", "geometry"], filters=[("level", "==", level)])
    shapes = gpd.GeoSeries.from_wkb(table["geometry"].to_pandas(), crs=4326)
    return gpd.GeoDataFrame(geometry=shapes.to_numpy(), index=pd.Index(table["market_id"].to_pandas()), crs=4326)


def _known(level: str) -> str:
    if level not in LEVELS:
        raise UnknownNameError(f"no level {level!r}: choose from {', '.join(LEVELS)}")
    return level
