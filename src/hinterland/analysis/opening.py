"""What is given becomes a list and its ground: files opened, hashed and handed on; own polygons as markets."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from hinterland import ingest, reference
from hinterland.config import Assumptions, Settings
from hinterland.errors import InputError, NoColumnError
from hinterland.exporters import Source
from hinterland.geo import MarketIndex
from hinterland.location import Geography, find_sole_own_markets
from hinterland.messages import brand as wording
from hinterland.pipeline import Input

# parts of a list kept in memory between the passes: some two million rows
KEPT_OPEN = 8
# any of these tells how people engage: creators can be compared with their peers
ENGAGEMENT = frozenset(("engagement_rate", "engagements", "likes", "comments"))

Creators = str | Path | ingest.Stored | Sequence[str | Path | ingest.Stored] | pd.DataFrame


def open_list(creators: Creators, settings: Settings) -> tuple[ingest.Listing, tuple[Source, ...]]:
    """Open paths, bytes in memory or a DataFrame as one list, with the hash of each file."""
    if isinstance(creators, pd.DataFrame):
        return _opened(partial(ingest.frame_parts, creators), settings), ()
    several = [creators] if isinstance(creators, str | Path | ingest.Stored) else creators
    files = [one if isinstance(one, ingest.Stored) else Path(one) for one in several]
    listing = _opened(partial(ingest.open_creators, files), settings)
    return listing, tuple(_hashed(file) for file in files if isinstance(file, ingest.Stored) or file.is_file())


def _opened(read: Callable[..., ingest.Listing], settings: Settings) -> ingest.Listing:
    """Open a list; a brand that is no file is the column that marks the brand's own creators."""
    if settings.brand is None or _is_file(settings.brand):
        return read(settings=settings)
    marked = settings.model_copy(update={"columns": (*settings.columns, ("brand", settings.brand))})
    try:
        return read(settings=marked)
    except NoColumnError as error:
        if settings.brand not in error.columns:
            raise
        raise InputError(wording.brand_unknown(settings.brand, f"no file of that name, and {error}")) from None


def _own_handles(listing: ingest.Listing, settings: Settings) -> frozenset[str]:
    if settings.brand is None or not _is_file(settings.brand):
        return frozenset()
    return ingest.read_handles(settings.brand, listing.fields, option="--brand")


def _is_file(name: str) -> bool:
    # a column's name may be longer than any file's: pathlib fails there
    return os.path.isfile(name)  # noqa: PTH113 - see above


def as_input(listing: ingest.Listing, settings: Settings) -> Input:
    """Hand a list to the pipeline, with what its columns allow."""
    return Input(
        listing.parts,
        _opener(listing),
        aggregated=listing.aggregated,
        # rows can be of the same creator if they have handles, and are not said to be distinct
        named=not listing.fields.isdisjoint(("handle", "profile_url")) and not settings.distinct,
        engaged=not ENGAGEMENT.isdisjoint(listing.fields),
        brand=_own_handles(listing, settings),
        platform=listing.platform,
    )


def _hashed(file: Path | ingest.Stored) -> Source:
    with file.open("rb") if isinstance(file, Path) else file.open() as stream:
        return Source.of(Path(file.name).name, stream)


def _opener(listing: ingest.Listing) -> Callable[[Any], ingest.Batch]:
    """Keep the parts of a short list in memory between the passes."""
    if len(listing.parts) > KEPT_OPEN:
        return ingest.read_part
    by_row = {part.first_row: part for part in listing.parts}
    read = lru_cache(KEPT_OPEN)(lambda first_row: ingest.read_part(by_row[first_row]))
    return lambda part: read(part.first_row)


def open_own_markets(settings: Settings) -> ingest.OwnMarkets | None:
    """Read the user's own polygons, if any are asked for."""
    if settings.boundaries is None:
        return None
    world = ingest.World(reference.load_places(), reference.load_countries())
    return ingest.read_boundaries(
        Path(settings.boundaries), population=settings.population, world=world, layer=settings.layer
    )


def on_own_ground(geography: Geography, own: ingest.OwnMarkets) -> Geography:
    """Put the user's polygons in the place of the bundled city markets."""
    polygons = own.boundaries["geometry"]
    places = geography.places.assign(city_market=ingest.places_inside(geography.places, polygons))
    sole = find_sole_own_markets(own.markets, reference.load_markets("country"))
    index = geography.market_index and MarketIndex(polygons)
    return replace(geography, places=places, market_index=index, sole_markets=sole)


def load_markets(level: str, settings: Settings, assumptions: Assumptions) -> pd.DataFrame:
    """Load every market of the usual size, even if only larger ones are to be shown."""
    smallest = 0 if level in {"region", "country"} else min(settings.min_population, assumptions.market_minimum)
    markets = reference.load_markets(level, min_population=smallest)
    if not settings.covariates:
        return markets
    return markets.join(reference.load_covariates()[list(settings.covariates)], on="country_code")
