"""The geography by itself: text placed row by row, and the bundled markets as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from hinterland import reference
from hinterland.analysis.inputs import load_gazetteer, load_sole_markets
from hinterland.errors import InputError
from hinterland.geocode import resolve
from hinterland.location import stand_in

if TYPE_CHECKING:
    import geopandas as gpd

    from hinterland.config import Level

GEOCODED = (
    *("kind", "place_id", "place", "admin1", "country_code", "latitude", "longitude", "confidence", "alternatives"),
)
AFTER_MARKETS = ("near_name", "candidates")
INPUT_SUFFIX = "_input"
MARKET_COLUMNS = (
    *("market_id", "market", "region", "country", "country_code", "level", "latitude", "longitude", "population"),
    *("internet_users", "area_km2", "boundary_kind", "boundary_licence", "boundary_source", "members"),
    *("population_source", "label", "gazetteer_population", "second_population", "population_error"),
)


def geocode_table(table: pd.DataFrame, column: str, country_column: str | None = None) -> pd.DataFrame:
    """Add to every row, in order, the place its text means: kind, place, confidence, alternatives, markets, candidates.

    Columns of the table that bear a name of these get the suffix "_input".

    Raises
    ------
    InputError
        For a column that is not there.
    """
    for name in filter(None, (column, country_column)):
        if name not in table:
            raise InputError(f"no column {name!r}: choose from {', '.join(map(repr, table.columns))}")
    countries = table[country_column] if country_column else None
    resolutions = resolve(table[column], load_gazetteer(), countries=countries).set_axis(table.index)
    places = reference.load_places().reindex(resolutions["place_id"]).set_axis(table.index)
    areas = pd.DataFrame(
        {
            "region_market": "region:" + resolutions["region_id"],
            "country_market": "country:" + resolutions["country_code"],
        }
    )
    sole = stand_in(areas.where(resolutions["kind"].isin(("region", "country"))), load_sole_markets())
    markets = {
        f"market_{level}": places[f"{level}_market"].fillna(sole[f"{level}_market"]).to_numpy()
        for level in ("city", "metro")
    }
    added = pd.concat([resolutions[list(GEOCODED)].assign(**markets), resolutions[list(AFTER_MARKETS)]], axis="columns")
    return pd.concat([_without_names_of(added, table), added], axis="columns")


def _without_names_of(added: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Rename columns of the input that bear a name of what is added."""
    names = list(table.columns)
    for at in range(len(names)):
        while names[at] in added or names.count(names[at]) > 1:
            names[at] += INPUT_SUFFIX
    return table.set_axis(names, axis="columns")


def list_markets(level: Level, min_population: int) -> gpd.GeoDataFrame:
    """List the bundled markets of a level with their polygons, largest first."""
    import geopandas as gpd  # noqa: PLC0415 - heavy, and few ask for it

    smallest = 0 if level in {"region", "country"} else min_population
    table = reference.load_markets(level, min_population=smallest).reset_index()[list(MARKET_COLUMNS)]
    areas = reference.load_boundaries(level)["geometry"].reindex(table["market_id"])
    return gpd.GeoDataFrame(table, geometry=areas.to_numpy(), crs="EPSG:4326")
