"""What an analysis stands on: the list, the bundled geography, also as tables of its own, and the user's own areas."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pandas as pd

from hinterland import ingest, parallel, reference
from hinterland.config import FILE_SETTINGS, LEVELS, Assumptions, Settings
from hinterland.errors import InputError, NoColumnError
from hinterland.export import InputFile
from hinterland.geo import MarketIndex, PlaceIndex
from hinterland.geocode import Gazetteer, resolve
from hinterland.location import Geography, find_sole_markets, find_sole_own_markets, stand_in
from hinterland.messages import BRAND
from hinterland.messages import creators as creator_messages
from hinterland.messages import lists as list_messages
from hinterland.pipeline.aggregate import CreatorInput
from hinterland.schemas import AUDIENCE_SPLITS, MILLIONTHS, PLACE_TEXT

if TYPE_CHECKING:
    from hinterland.ingest import Part
    from hinterland.language import Notice
    from hinterland.pipeline import Results


def load_geography(fields: AbstractSet[str]) -> Geography:
    """Load the bundled places, and what a list with these fields needs: names for text, polygons for points."""
    points, text = {"longitude", "latitude"} <= fields, not fields.isdisjoint((*PLACE_TEXT, *AUDIENCE_SPLITS))
    places = reference.load_places()
    return Geography(
        places,
        load_gazetteer() if text else None,
        PlaceIndex(places["longitude"].to_numpy(float), places["latitude"].to_numpy(float)) if points else None,
        load_market_index() if points else None,
        load_sole_markets() if text else None,
    )


@lru_cache(1)
def load_market_index() -> MarketIndex:
    """Index the bundled outlines of cities once per process: what many points made of it serves later runs."""
    return MarketIndex(reference.load_shapes("city"))


@lru_cache(1)
def load_sole_markets() -> pd.DataFrame:
    """Find the markets that stand for a whole country or region once per process.

    Returns
    -------
    As `find_sole_markets`: city_market, metro_market, region_market by the market_id of the country or region.
    """
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


# parts of a list kept in memory between the passes: some two million rows
CACHED_PARTS = 8
# from so many rows on several processes count a list; each takes about half a gigabyte
ROWS_FOR_WORKERS, MOST_WORKERS = 3_000_000, 4
# any of these tells how people engage: creators can be compared with their peers
ENGAGEMENT = frozenset(("engagement_rate", "engagements", "likes", "comments"))

Creators = str | Path | ingest.FileContent | Sequence[str | Path | ingest.FileContent] | pd.DataFrame


def open_creators(creators: Creators, settings: Settings) -> tuple[ingest.CreatorList, tuple[InputFile, ...]]:
    """Open paths, bytes in memory or a DataFrame as one list, with the hash of each file.

    Returns
    -------
    The list, and of each file its name without the folder and its SHA-256; no files for a DataFrame.

    Raises
    ------
    InputError
        When a file cannot be read, holds no rows, or has no column by which a creator could be placed.
    """
    if isinstance(creators, pd.DataFrame):
        return _open_list(partial(ingest.frame_parts, creators), settings), ()
    sources = [creators] if isinstance(creators, str | Path | ingest.FileContent) else creators
    files = [source if isinstance(source, ingest.FileContent) else Path(source) for source in sources]
    listing = _open_list(partial(ingest.open_creators, files), settings)
    hashes = []
    for file in files:
        if isinstance(file, ingest.FileContent) or file.is_file():
            with file.open("rb") if isinstance(file, Path) else file.open() as stream:
                hashes.append(InputFile.of(Path(file.name).name, stream))
    return listing, tuple(hashes)


def list_inputs(creators: Creators, settings: Settings) -> tuple[str | Path, ...]:
    """List the files an analysis reads: those of the list, and those its settings name.

    Returns
    -------
    Paths as they were given, without bytes in memory; of the settings the values of FILE_SETTINGS, which may also
    name a column or a day.
    """
    sources = [creators] if isinstance(creators, str | Path | ingest.FileContent | pd.DataFrame) else creators
    named = (getattr(settings, name) for name in FILE_SETTINGS)
    return (*(source for source in sources if isinstance(source, str | Path)), *filter(None, named))


def _open_list(read: Callable[..., ingest.CreatorList], settings: Settings) -> ingest.CreatorList:
    """Open a list; a brand that is no file is the column that marks the brand's own creators."""
    if settings.brand is None or _is_file(settings.brand):
        return read(settings=settings)
    marked = settings.model_copy(update={"columns": (*settings.columns, ("brand", settings.brand))})
    try:
        return read(settings=marked)
    except NoColumnError as error:
        if settings.brand not in error.columns:
            raise
        raise InputError(creator_messages.brand_unknown(settings.brand, error.text)) from None


def _own_handles(listing: ingest.CreatorList, settings: Settings) -> frozenset[str]:
    if settings.brand is None or not _is_file(settings.brand):
        return frozenset()
    return ingest.read_handles(settings.brand, listing.fields, option=BRAND)


def _is_file(name: str) -> bool:
    # a column's name may be longer than any file's: pathlib fails there
    return os.path.isfile(name)  # noqa: PTH113 - see above


def to_pipeline_input(listing: ingest.CreatorList, settings: Settings) -> CreatorInput:
    """Hand a list to the pipeline, with what its columns allow.

    Returns
    -------
    The parts and how to open them; whether rows are counts, may be of one creator, and tell engagement; the handles of
    a brand that is a file.

    Raises
    ------
    InputError
        When the file of the brand cannot be read or holds no handles, or the list has none to compare with.
    """
    return CreatorInput(
        listing.parts,
        _opener(listing),
        aggregated=listing.aggregated,
        # rows can be of the same creator if they have handles, and are not said to be distinct
        has_handles=not listing.fields.isdisjoint(("handle", "profile_url")) and not settings.distinct,
        engaged=not ENGAGEMENT.isdisjoint(listing.fields),
        brand=_own_handles(listing, settings),
        platform=listing.platform,
        workers=_count_workers(listing),
    )


def _count_workers(listing: ingest.CreatorList) -> int:
    """Give a long list a process for each processor, a few at most; starting them takes longer than a short list."""
    is_long = listing.rows >= ROWS_FOR_WORKERS and len(listing.parts) > CACHED_PARTS
    return min(len(listing.parts), os.cpu_count() or 1, MOST_WORKERS) if is_long else 1


def on_cluster(listing: CreatorInput, workers: parallel.Cluster | None) -> CreatorInput:
    """Have a list counted by the workers of a cluster, if there is one; each opens its own parts."""
    return replace(listing, workers=workers, open_part=ingest.read_part) if workers else listing


def _opener(listing: ingest.CreatorList) -> Callable[[Any], ingest.Batch]:
    """Keep the parts of a short list in memory between the passes."""
    if len(listing.parts) > CACHED_PARTS:
        return ingest.read_part
    by_row = {part.first_row: part for part in listing.parts}
    read = lru_cache(CACHED_PARTS)(lambda first_row: ingest.read_part(by_row[first_row]))
    return lambda part: read(part.first_row)


def open_custom_markets(settings: Settings) -> ingest.OwnMarkets | None:
    """Read the user's own polygons, if any are asked for.

    Returns
    -------
    MARKETS table of level city with its polygons (EPSG:4326), or None.

    Raises
    ------
    InputError
        As `ingest.read_boundaries`.
    """
    if settings.boundaries is None:
        return None
    bundled = ingest.ReferenceData(reference.load_places(), reference.load_countries())
    return ingest.read_boundaries(
        Path(settings.boundaries), population=settings.population, reference=bundled, layer=settings.layer
    )


def with_custom_markets(geography: Geography, custom_markets: ingest.OwnMarkets | None) -> Geography:
    """Put the user's polygons, if there are any, in the place of the bundled city markets."""
    if custom_markets is None:
        return geography
    polygons = custom_markets.boundaries["geometry"]
    places = geography.places.assign(city_market=ingest.places_inside(geography.places, polygons))
    sole = find_sole_own_markets(custom_markets.markets, reference.load_markets("country"))
    index = geography.market_index and MarketIndex(polygons)
    return replace(geography, places=places, market_index=index, sole_markets=sole)


@dataclass(frozen=True, repr=False)
class AnalyzedList:
    """A list of creators, opened, and what a run found out from it."""

    findings: Results
    listing: ingest.CreatorList
    files: tuple[InputFile, ...]
    custom_markets: ingest.OwnMarkets | None = None
    inputs: tuple[str | Path, ...] = field(default=(), repr=False)

    @property
    def ranking(self) -> pd.DataFrame:
        """The markets of the benchmark asked for, best opportunity first, by market_id.

        Returns
        -------
        RANKING table with further columns, unrounded; saturation in percent of expected, unmet_audience in people.
        Markets that are not ranked follow the ranked.
        """
        return self.findings.rankings[self.findings.settings.benchmark]

    @property
    def creator_input(self) -> CreatorInput:
        """The list as the pipeline passes over it."""
        return to_pipeline_input(self.listing, self.findings.settings)

    @property
    def geography(self) -> Geography:
        """The bundled places; where the run had markets of the user's own, in these."""
        return with_custom_markets(load_geography(self.listing.fields), self.custom_markets)


def outside_notices(findings: Results) -> tuple[Notice, ...]:
    """Count the creators who have a place, but are in none of the user's own areas."""
    if findings.tally is None:
        return ()
    supply = findings.tally.supply
    in_areas = supply.loc[supply.index.get_level_values("level") == "city", "creators_millionths"].sum() / MILLIONTHS
    placed = int(findings.counts["creators_placed"])
    outside = round(placed - in_areas)
    return (list_messages.outside_areas(outside, placed),) if outside > 0 else ()


def load_markets(level: str, settings: Settings, assumptions: Assumptions) -> pd.DataFrame:
    """Load every market of the usual size, even if only larger ones are to be shown.

    Returns
    -------
    MARKETS table by market_id, largest first: all regions or countries; cities and metros from `min_population` of the
    settings or `market_minimum` of the assumptions, whichever is smaller.

    Raises
    ------
    UnknownNameError
        For another level than city, metro, region and country.
    """
    smallest = 0 if level in {"region", "country"} else min(settings.min_population, assumptions.market_minimum)
    return reference.load_markets(level, min_population=smallest)


def join_covariates(markets: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add the traits of each market's country that this run asks for.

    Parameters
    ----------
    markets
        MARKETS table.

    Returns
    -------
    The same rows, with a column for each name in `settings.covariates`, NA where no source knows (see
    `reference.load_covariates`).
    """
    if not settings.covariates:
        return markets
    return markets.join(reference.load_covariates()[list(settings.covariates)], on="country_code")


Stage = Literal["waiting", "opening", "comparing", "placing", "judging"]


class Progress(NamedTuple):
    """What a run is at; of `of` rows, `rows` have gone through this stage."""

    stage: Stage
    rows: int = 0
    of: int = 0


ProgressCallback = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Look away."""


def with_progress(listing: CreatorInput, parts: tuple[Part, ...], watch: ProgressCallback) -> CreatorInput:
    """Tell `watch` of each part before it is opened; a list is passed over once or, to compare its rows, twice."""
    *starts, every_row = accumulate((part.rows for part in parts), initial=0)
    stages: list[Stage] = ["comparing", "placing"] if listing.has_handles or listing.engaged else ["placing"]
    done = Progress("placing", every_row, every_row)
    upcoming = iter([Progress(stage, start, every_row) for stage in stages for start in starts])
    return replace(listing, watch=lambda: watch(next(upcoming, done)))


GEOCODED = (
    *("kind", "place_id", "place", "admin1", "country_code", "latitude", "longitude", "confidence", "alternatives"),
)
AFTER_MARKETS = ("near_name", "candidates")
INPUT_SUFFIX = "_input"


def geocode_table(table: pd.DataFrame, column: str, country_column: str | None = None) -> pd.DataFrame:
    """Add to every row, in order, the place its text means: kind, place, confidence, alternatives, markets, candidates.

    Columns of the table that bear a name of these get the suffix "_input".

    Parameters
    ----------
    column
        Name of the column of free text.
    country_column
        Name of a column with the country, by name or code: evidence, not an order.

    Returns
    -------
    The table with its index, then kind, place_id, place, admin1, country_code, latitude, longitude, confidence (0-1),
    alternatives, market_city and market_metro (market ids), near_name, candidates.

    Raises
    ------
    InputError
        For a column that is not there.
    """
    for name in filter(None, (column, country_column)):
        if name not in table:
            raise InputError("no column {name!r}: choose from {columns!r}", name=name, columns=list(table.columns))
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
