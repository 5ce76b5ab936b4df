"""One pass over the parts: what each adds to supply, and every row left out."""

import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial, reduce
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from hinterland import parallel
from hinterland.config import Assumptions, Settings
from hinterland.errors import InputError, SettingsError
from hinterland.identity import find_repeats, identify_creators, split_identities
from hinterland.language import later
from hinterland.location import WAYS, Geography, Locator
from hinterland.messages import COLUMN_OF_PLACE
from hinterland.messages import creators as creator_messages
from hinterland.pipeline.segment_counts import PartCreators, SegmentCounts, count_segments
from hinterland.schemas import AUDIENCE_SPLITS, SUPPLY, USUAL
from hinterland.supply import (
    count_audiences,
    count_doubt,
    list_sites,
    merge_audiences,
    merge_site_sums,
    merge_sites,
    merge_supply,
    roll_up,
    sum_sites,
)
from hinterland.vetting import estimate_peer_norms, measure_peers, merge_peers, vet

PLACED_LATER = later("creators whose place is only in a later row, which is not used")
NEAR_NAME = later("place names with one wrong letter, read as the place")
DOUBTFUL_PLACE = later("creators whose place may be one of several, counted in each by its probability")
SEGMENTS = ("tier", "platform", "niche")
FINER = ("coordinates", "columns", "text")
# identities are compared bucket by bucket, each of so many parts' worth of them
PARTS_PER_BUCKET, MOST_BUCKETS = 8, 64


class Batch(Protocol):
    """What an opened part holds: checked creators, and the rows that could not be read."""

    @property
    def creators(self) -> pd.DataFrame:
        """CREATORS table.

        Returns
        -------
        By creator_id, the number of the row in the list.
        """

    @property
    def rejects(self) -> pd.DataFrame:
        """Rows left out.

        Returns
        -------
        row, field, value, reason, hint.
        """

    @property
    def faults(self) -> pd.DataFrame:
        """Values left out of rows that are used.

        Returns
        -------
        The columns of `rejects`.
        """

    @property
    def rows_in(self) -> int:
        """Rows of the input, used and rejected."""

    @property
    def imputed(self) -> Mapping[str, int]:
        """Values that were mended or estimated, by kind."""


@dataclass(frozen=True)
class CreatorInput:
    """A list of creators: its parts, how one is opened, whether rows are counts, and whether any has a handle.

    `workers` processes, or a cluster, open and count parts, and `watch` is called before each part in each pass.
    `engaged` says that it tells how people engage, so that creators can be compared with their peers; `brand` holds
    the handles of creators a brand already works with; `previous_tally` is what an earlier run counted of the same
    list; `chosen_cities` says that it names so few cities that it can only have looked in these, `capped` that it was
    cut; `platform` is that of creators whose row names none.
    """

    parts: Sequence[object]
    open_part: Callable[[Any], Batch]
    aggregated: bool = False
    has_handles: bool = True
    engaged: bool = False
    brand: frozenset[str] = frozenset()
    previous_tally: "Aggregates | None" = None
    chosen_cities: bool = False
    capped: bool = False
    platform: str = ""
    workers: int | parallel.Cluster = 1
    watch: Callable[[], None] = parallel.look_away

    def for_workers(self) -> "CreatorInput":
        """Give what a worker needs to know: not the parts, which it gets one by one, nor who works and watches."""
        return replace(self, parts=(), workers=1, watch=parallel.look_away)


class Prepass(NamedTuple):
    """What only the whole list shows: rows whose creator stood in an earlier row, and the USUAL table of peers.

    `placed` are those of them that say where a creator is whose first row does not: the first row counts all the same.
    """

    merged: pd.Index
    peers: pd.DataFrame
    placed: pd.Index = pd.Index([], dtype="int64")

    def first_rows(self, creators: pd.DataFrame) -> pd.DataFrame:
        """Leave out, of a part, the later rows of creators; rows of other parts are not looked at."""
        rows = creators.index
        here = slice(*self.merged.searchsorted([rows.min(), rows.max() + 1])) if len(rows) else slice(0)
        return creators.loc[~rows.isin(self.merged[here])]


@dataclass(frozen=True)
class PassContext:
    """What every part is counted with: the list, its prepass, what locates it, settings and assumptions."""

    listing: CreatorInput
    prepass: Prepass
    locator: Locator
    settings: Settings
    assumptions: Assumptions


@dataclass(frozen=True)
class Aggregates:
    """What one part adds: sums per site, counts of rows, and the rows left out.

    `sites` holds the markets of each site, `doubt_sums` the SUPPLY table of creators who may live elsewhere.
    """

    site_sums: pd.DataFrame
    sites: pd.DataFrame
    doubt_sums: pd.DataFrame
    audiences: pd.DataFrame
    rejects: pd.DataFrame
    located: "pd.Series[int]"
    counts: "pd.Series[float]"
    smallest: float
    niches: frozenset[str]
    tops: "pd.Series[float]"
    mended: Counter[str]
    segment_counts: SegmentCounts = field(default_factory=SegmentCounts)
    platforms: Counter[str] = field(default_factory=Counter)

    @cached_property
    def supply(self) -> pd.DataFrame:
        """The sums of every market: the SUPPLY table.

        Returns
        -------
        By level, market_id and tier.
        """
        return SUPPLY.check(merge_supply([roll_up(self.site_sums, self.sites), self.doubt_sums]))


def merge_aggregates(parts: Sequence[Aggregates]) -> Aggregates:
    """Merge exactly: any split and order of parts gives the same sums.

    Raises
    ------
    ValueError
        For no part at all.
    """
    return Aggregates(
        site_sums=merge_site_sums([part.site_sums for part in parts]),
        sites=merge_sites([part.sites for part in parts]),
        doubt_sums=merge_supply([part.doubt_sums for part in parts]),
        audiences=merge_audiences([part.audiences for part in parts]),
        rejects=pd.concat([part.rejects for part in parts], ignore_index=True),
        located=reduce(operator.add, [part.located for part in parts]),
        counts=reduce(operator.add, [part.counts for part in parts]),
        smallest=float(np.fmin.reduce([part.smallest for part in parts])),
        niches=frozenset().union(*(part.niches for part in parts)),
        tops=pd.concat([part.tops for part in parts]).groupby(level=0).max(),
        mended=reduce(operator.add, [part.mended for part in parts]),
        segment_counts=reduce(operator.add, [part.segment_counts for part in parts]),
        platforms=reduce(operator.add, [part.platforms for part in parts]),
    )


def aggregate_creators(
    listing: CreatorInput, geography: Geography, settings: Settings, assumptions: Assumptions
) -> Aggregates:
    """Count supply over all parts, each creator once: the first of several rows with one handle is used.

    What was counted before is not counted again.

    Parameters
    ----------
    settings
        Who counts (`tier`, `tiers`, `platform`, `niche`), and whether `brand` is counted beside.

    Raises
    ------
    InputError
        When not one row could be used, or not one creator placed.
    SettingsError
        When nobody is of the tier, platform or niche asked for.
    """
    if listing.previous_tally is not None:
        return listing.previous_tally
    locator = Locator(geography, assumptions)
    prepass = scan_duplicates_and_peers(listing, settings, assumptions)
    context = PassContext(listing.for_workers(), prepass, locator, settings, assumptions)
    tally: Aggregates = parallel.run(
        listing.parts,
        partial(aggregate_part, context=context),
        merge_aggregates,
        workers=listing.workers,
        watch=listing.watch,
    )
    if tally.counts["used"] == 0:
        raise InputError("no row of the list could be used; the rejects say why")
    if tally.counts["outside_segment"] == tally.counts["used"]:
        filters = {name: value for name in SEGMENTS if (value := getattr(settings, name)) is not None}
        raise SettingsError(creator_messages.nobody_in_segment(filters, _count_segments(context, listing.parts)))
    if tally.located.drop("nowhere").sum() == 0:
        raise InputError(
            "no creator could be located; check which column holds the place, and set {column}",
            column=COLUMN_OF_PLACE,
        )
    return tally


def _count_segments(context: PassContext, parts: Sequence[object]) -> dict[str, Counter[str]]:
    """Count the creators of each tier, platform and niche of the list: what a segment can be chosen from."""

    def step(part: object) -> dict[str, Counter[str]]:
        rows = context.listing.open_part(part).creators
        creators = context.prepass.first_rows(rows)
        vetted = vet(
            creators,
            context.prepass.peers,
            tiers=context.settings.tiers,
            language=None,
            assumptions=context.assumptions,
        )
        return {name: Counter(vetted[name].dropna()) for name in SEGMENTS}

    def merge(counts: list[dict[str, Counter[str]]]) -> dict[str, Counter[str]]:
        return {name: reduce(operator.add, [count[name] for count in counts]) for name in SEGMENTS}

    return parallel.run(parts, step, merge)


def _scan_part(listing: CreatorInput, settings: Settings, buckets: int, part: object) -> list[pd.DataFrame]:
    """Identify the creators of a part, in buckets, and measure its peers, if the list has either."""
    creators = listing.open_part(part).creators
    identities = split_identities(identify_creators(creators), buckets) if buckets else []
    return [*identities, *([measure_peers(creators, tiers=settings.tiers)] if listing.engaged else [])]


def scan_duplicates_and_peers(listing: CreatorInput, settings: Settings, assumptions: Assumptions) -> Prepass:
    """Find later rows of one creator, and what is usual among peers, in one pass; none where neither can be.

    Peers are counted row by row, before rows of one creator are merged.

    Parameters
    ----------
    settings
        Only `tiers` matters here.
    """
    nobody = Prepass(pd.Index([], dtype="int64"), USUAL.empty())
    if not (listing.has_handles or listing.engaged):
        return nobody
    buckets = min(1 + len(listing.parts) // PARTS_PER_BUCKET, MOST_BUCKETS) if listing.has_handles else 0
    settlers: list[Callable[[list[pd.DataFrame]], pd.DataFrame]] = [find_repeats] * buckets
    settled = parallel.exchange(
        listing.parts,
        partial(_scan_part, listing.for_workers(), settings, buckets),
        [*settlers, merge_peers] if listing.engaged else settlers,
        workers=listing.workers,
        watch=listing.watch,
    )
    peers = estimate_peer_norms(settled.pop(), assumptions=assumptions) if listing.engaged else nobody.peers
    if not settled:
        return Prepass(nobody.merged, peers)
    repeats = pd.concat(settled).sort_index()
    return Prepass(repeats.index, peers, repeats.index[repeats["placed"]])


def aggregate_part(part: object, context: PassContext) -> Aggregates:
    """Open, vet, locate and sum one part; rows that the prepass merged are left out."""
    batch = context.listing.open_part(part)
    prepass, settings, assumptions = context.prepass, context.settings, context.assumptions
    creators = prepass.first_rows(batch.creators)
    vetted = vet(creators, prepass.peers, tiers=settings.tiers, language=None, assumptions=assumptions)
    all_located = context.locator.locate(vetted)
    located = _segment_of(all_located, creators, settings)
    ways = located.drop_duplicates("creator_id").set_index("creator_id")["found_by"]
    ranked = segment(creators, settings)
    platforms = ranked["creators"].groupby(ranked["platform"].str.casefold().fillna(context.listing.platform)).sum()
    return Aggregates(
        site_sums=sum_sites(located),
        sites=list_sites(located),
        doubt_sums=count_doubt(located),
        audiences=count_audiences(located),
        rejects=batch.rejects,
        located=ways.value_counts().reindex(list(WAYS), fill_value=0),
        counts=_counts(batch, creators, located, ways),
        smallest=float(creators["followers"].min()),
        niches=frozenset(creators["niche"].dropna().unique()[:2]),
        tops=_rank_tops(creators),
        mended=Counter(batch.imputed) + Counter(batch.faults["reason"]) + _doubtful(batch, prepass, located),
        segment_counts=count_segments(
            PartCreators(batch.creators, creators, all_located, located), context.listing.brand, settings
        ),
        platforms=Counter({str(name): int(count) for name, count in platforms.items()}),
    )


def _segment_of(located: pd.DataFrame, creators: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    if settings.platform is not None or settings.niche is not None:
        located = located.loc[located["creator_id"].isin(segment(creators, settings).index)]
    return located if settings.tier is None else located.loc[located["tier"] == settings.tier]


def _doubtful(batch: Batch, prepass: Prepass, located: pd.DataFrame) -> Counter[str]:
    """Count the creators who may not be where they were placed, or could have been placed; a row may count many."""
    creators = batch.creators["creators"]
    near = located.loc[located["near_name"], "creator_id"].nunique()
    doubtful = located.loc[located["doubtful_millionths"] > 0, "creator_id"].unique()
    placed_later = creators.loc[creators.index.isin(prepass.placed)]
    return Counter(
        {
            PLACED_LATER: int(placed_later.sum()),
            NEAR_NAME: near,
            DOUBTFUL_PLACE: int(creators.loc[doubtful].sum()),
        }
    )


def segment(creators: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Keep the platform and the niche this run asks for.

    Parameters
    ----------
    creators
        CREATORS table: platform, niche; upper and lower case are alike.
    """
    for column, value in (("platform", settings.platform), ("niche", settings.niche)):
        if value is not None:
            creators = creators.loc[creators[column].str.casefold() == value.casefold()]
    return creators


def _counts(batch: Batch, creators: pd.DataFrame, located: pd.DataFrame, ways: "pd.Series[str]") -> "pd.Series[float]":
    return pd.Series(
        {
            "rows_in": batch.rows_in,
            "used": len(creators),
            "rejected": batch.rows_in - len(batch.creators),
            "merged": len(batch.creators) - len(creators),
            "creators_in": creators["creators"].sum(),
            "creators_placed": creators.loc[ways.index[ways.isin(FINER)], "creators"].sum(),
            "outside_segment": len(creators) - len(ways),
            "sole_market": located.loc[located["sole_market"], "creator_id"].nunique(),
            "with_followers": creators["followers"].notna().sum(),
            "with_handles": creators["handle"].notna().sum(),
            "with_audiences": creators.reindex(columns=list(AUDIENCE_SPLITS)).notna().any(axis="columns").sum(),
            "synthetic": creators["synthetic"].notna().sum() if "synthetic" in creators else 0,
        }
    )


def _rank_tops(creators: pd.DataFrame) -> "pd.Series[float]":
    """Find the largest rank of each group of a list that carries ranks."""
    if "rank" not in creators:
        return pd.Series(dtype="float64")
    group = creators["rank_group"] if "rank_group" in creators else pd.Series("", creators.index)
    return creators["rank"].astype(float).groupby(group.fillna("").astype(str)).max()
