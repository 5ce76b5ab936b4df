"""One pass over the parts: what each adds to supply, and every row left out."""

import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
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
    merge_audiences,
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
        """Rows left out: row, field, value, reason, hint."""

    @property
    def faults(self) -> pd.DataFrame:
        """The same columns, for values left out of rows that are used."""

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

    `market_sums` is the SUPPLY table of what is summed by market: creators who may live elsewhere, and whatever another
    process counted, whose sites bear other numbers; `sites` the markets of each site, of all parts.
    """

    site_sums: pd.DataFrame
    market_sums: pd.DataFrame
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
    sites: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def supply(self) -> pd.DataFrame:
        """The sums of every market: the SUPPLY table.

        Returns
        -------
        By level, market_id and tier.
        """
        return SUPPLY.check(merge_supply([roll_up(self.site_sums, self.sites), self.market_sums]))

    def __add__(self, other: "Aggregates") -> "Aggregates":
        """Merge exactly: any split and order of parts gives the same sums."""
        return Aggregates(
            merge_sites([self.site_sums, other.site_sums]),
            merge_supply([self.market_sums, other.market_sums]),
            merge_audiences([self.audiences, other.audiences]),
            pd.concat([self.rejects, other.rejects], ignore_index=True),
            self.located + other.located,
            self.counts + other.counts,
            float(np.fmin(self.smallest, other.smallest)),
            self.niches | other.niches,
            pd.concat([self.tops, other.tops]).groupby(level=0).max(),
            self.mended + other.mended,
            self.segment_counts + other.segment_counts,
            self.platforms + other.platforms,
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
    totals: Aggregates = parallel.run(
        listing.parts,
        partial(_count_part if listing.workers == 1 else _count_part_apart, context),
        operator.add,
        workers=listing.workers,
        watch=listing.watch,
    )
    tally = replace(totals, sites=locator.sites)
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


def _count_part(context: PassContext, part: object) -> Aggregates:
    return aggregate_part(context.listing.open_part(part), context)


def _count_part_apart(context: PassContext, part: object) -> Aggregates:
    """Count a part in a process of its own: sums by market, as the numbers of its sites mean nothing elsewhere."""
    counted = _count_part(context, part)
    supply = merge_supply([roll_up(counted.site_sums, context.locator.sites), counted.market_sums])
    return replace(counted, site_sums=counted.site_sums.iloc[:0], market_sums=supply)


def _count_segments(context: PassContext, parts: Sequence[object]) -> dict[str, Counter[str]]:
    """Count the creators of each tier, platform and niche of the list: what a segment can be chosen from."""

    def step(part: object) -> list[Counter[str]]:
        rows = context.listing.open_part(part).creators
        creators = context.prepass.first_rows(rows)
        vetted = vet(
            creators,
            context.prepass.peers,
            tiers=context.settings.tiers,
            language=None,
            assumptions=context.assumptions,
        )
        return [Counter(vetted[name].dropna()) for name in SEGMENTS]

    counts = parallel.run(parts, step, lambda left, right: [a + b for a, b in zip(left, right, strict=True)])
    return dict(zip(SEGMENTS, counts, strict=True))


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


def aggregate_part(batch: Batch, context: PassContext) -> Aggregates:
    """Vet, locate and sum one part; rows that the prepass merged are left out."""
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
        market_sums=count_doubt(located),
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
