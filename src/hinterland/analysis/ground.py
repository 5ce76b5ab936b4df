"""The ground every analysis stands on: the bundled places, their names, and the polygons to find points in."""

from collections.abc import Set as AbstractSet
from functools import lru_cache

import pandas as pd

from hinterland import reference
from hinterland.config import LEVELS
from hinterland.geo import MarketIndex, PlaceIndex
from hinterland.geocode import Gazetteer
from hinterland.location import Geography, find_sole_markets
from hinterland.schemas import AUDIENCE_SPLITS, PLACE_TEXT


def load_geography(fields: AbstractSet[str]) -> Geography:
    """Load the bundled places, and what a list with these fields needs: names for text, polygons for points."""
    points, text = {"longitude", "latitude"} <= fields, not fields.isdisjoint((*PLACE_TEXT, *AUDIENCE_SPLITS))
    places = reference.load_places()
    return Geography(
        places,
        load_gazetteer() if text else None,
        PlaceIndex(places["longitude"].to_numpy(float), places["latitude"].to_numpy(float)) if points else None,
        MarketIndex(reference.load_boundaries("city")["geometry"]) if points else None,
        load_sole_markets() if text else None,
    )


@lru_cache(1)
def load_sole_markets() -> pd.DataFrame:
    """Find the markets that stand for a whole country or region once per process."""
    markets = {level: reference.load_markets(level) for level in LEVELS}
    return find_sole_markets(markets, reference.load_places())


@lru_cache(1)
def load_gazetteer() -> Gazetteer:
    """Load the resolver's names once per process."""
    return Gazetteer(
        reference.load_places(),
        reference.load_names().to_pandas(),
        reference.load_countries(),
        reference.load_regions(),
    )
