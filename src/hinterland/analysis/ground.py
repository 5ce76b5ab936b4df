"""The ground every analysis stands on: the bundled places, their names, and the polygons to find points in."""

from functools import lru_cache

from hinterland import reference
from hinterland.geo import MarketIndex, PlaceIndex
from hinterland.geocode import Gazetteer
from hinterland.locate import Geography


def load_geography(*, points: bool) -> Geography:
    """Load the bundled places and names, and the polygons if there are points to find in them."""
    places = reference.load_places()
    return Geography(
        places,
        load_gazetteer(),
        PlaceIndex(places["longitude"].to_numpy(float), places["latitude"].to_numpy(float)) if points else None,
        MarketIndex(reference.load_boundaries("city")["geometry"]) if points else None,
    )


@lru_cache(1)
def load_gazetteer() -> Gazetteer:
    """Load the resolver's names once per process."""
    return Gazetteer(
        reference.load_places(),
        reference.load_names().to_pandas(),
        reference.load_countries(),
        reference.load_regions(),
    )
