"""What is usual among like creators of the same file: mergeable histograms, and the middle and spread of each."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.config import Assumptions
from hinterland.schemas import PEERS, USUAL
from hinterland.vet.groups import ENGAGEMENT, Codes, Compared, Floats, compare

WIDE = ["measure", "platform", "tier", "basis"]
PEER = [*WIDE, "country"]
BINS_PER_UNIT = 32
QUARTILES_APART = 1.349
# where exports give rates per view as often as per follower
OFTEN_PER_VIEW = frozenset(("tiktok", "youtube"))


def measure_peers(creators: pd.DataFrame, *, tiers: str = "industry") -> pd.DataFrame:
    """Count creators by engagement, and by comments to likes, per platform, tier, basis and country: the PEERS table.

    Counts are whole, so that merging parts in any order gives the same table.
    """
    rate, talk = compare(creators, tiers=tiers)
    # in the order of their names
    return PEERS.check(pd.concat([_histogram(talk), _histogram(rate)]))


def _histogram(compared: Compared) -> pd.DataFrame:
    known = ~np.isnan(compared.value)
    bins = np.floor(compared.value[known] * BINS_PER_UNIT).astype("int64")
    lowest, highest = (int(bins.min()), int(bins.max())) if len(bins) else (0, 0)
    span = highest - lowest + 1
    seen, counts = _added_up(compared.group[known] * span + (bins - lowest))
    # the stubs of pandas want lists of text here
    levels: Any = [[compared.measure], *compared.names, range(lowest, lowest + span)]
    codes: Any = [np.zeros(len(seen), np.int64), *compared.groups[seen // span].T, seen % span]
    index = pd.MultiIndex(levels=levels, codes=codes, names=PEERS.key)
    return pd.DataFrame({"creators": counts}, index)


def _added_up(cells: Codes, counts: Codes | None = None) -> tuple[Codes, Codes]:
    """Give each cell that occurs once, in order, and how many are in it: the sum of its counts, or of its rows."""
    codes, seen = pd.factorize(cells)
    order = np.argsort(seen)
    return seen[order], np.bincount(codes, counts, minlength=len(seen))[order].astype(np.int64)


def merge_peers(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Add histograms of peers up."""
    every = pd.concat(tables)
    # to the stubs of pandas this might be any index
    old: Any = every.index
    levels = [level.sort_values() for level in old.levels]
    sizes = tuple(map(len, levels))
    keys = [order.get_indexer(level)[codes] for order, level, codes in zip(levels, old.levels, old.codes, strict=True)]
    cells, counts = _added_up(np.ravel_multi_index(keys, sizes), every["creators"].to_numpy())
    codes: Any = np.unravel_index(cells, sizes)
    return pd.DataFrame({"creators": counts}, pd.MultiIndex(levels=levels, codes=codes, names=PEERS.key))


def usual(peers: pd.DataFrame, *, assumptions: Assumptions | None = None) -> pd.DataFrame:
    """Find the middle and the spread of each group of peers, shrunk to the preset where there is one.

    A country with enough peers has a middle and a spread of its own, shrunk to those of the group in all countries.

    Returns
    -------
    USUAL table, on the scale of the measure, with the empty country for all; groups too small to be compared within,
    and without preset, are left out.
    """
    counts, assumed = PEERS.check(peers)["creators"], assumptions or Assumptions()
    if counts.empty:
        return USUAL.empty()
    everywhere = _over_preset(_own(counts.groupby(level=[*WIDE, "bin"]).sum(), WIDE), assumed)
    settled = everywhere.assign(country="").set_index("country", append=True)
    apart = _own(counts[counts.index.get_level_values("country") != ""], PEER)
    many = apart[apart["peers"] >= assumed.peers_alone]
    if many.empty:
        return USUAL.check(settled)
    towards = everywhere.reindex(many.reset_index("country").index).set_axis(many.index)
    return USUAL.check(pd.concat([settled, _drawn(many, towards, assumed)]))


def _over_preset(own: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Draw what is usual in a file to the preset; the fewer peers, the more."""
    presets = [_preset(tuple(map(str, key)), assumptions.usual_engagement) for key in own.index]
    preset = pd.Series(presets, own.index, dtype="float64")
    chosen = preset.notna() | (own["peers"] >= assumptions.peers_alone)
    enough = own[chosen]
    towards = pd.DataFrame({"middle": preset[chosen].fillna(enough["middle"])})
    return _drawn(enough, towards.assign(spread=assumptions.engagement_spread), assumptions)


def _drawn(own: pd.DataFrame, towards: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Draw middles and spreads to others; with `peers_shrinkage` peers both count half."""
    weight = own["peers"] / (own["peers"] + assumptions.peers_shrinkage)
    variance = own["spread"] ** 2 * weight + towards["spread"] ** 2 * (1 - weight)
    middle = weight * own["middle"] + (1 - weight) * towards["middle"]
    return pd.DataFrame({"middle": middle, "spread": np.sqrt(variance)})


def _own(counts: "pd.Series[int]", key: list[str]) -> pd.DataFrame:
    """Find peers, middle and spread of each histogram; rows stand in the order of the key, then of the bins."""
    places = counts.groupby(level=key, sort=True)
    group = places.ngroup().to_numpy()
    index = places.size().index
    low, middle, high = (_quantiles(counts, group, share) for share in (0.25, 0.5, 0.75))
    peers = np.bincount(group, counts, minlength=len(index))
    return pd.DataFrame({"peers": peers, "middle": middle, "spread": (high - low) / QUARTILES_APART}, index)


def _preset(key: tuple[str, ...], presets: Mapping[str, float]) -> float:
    """Find the usual engagement of a platform and tier; it is per follower, so it says nothing of rates per view."""
    measure, platform, tier, basis = key
    rate = presets.get(f"{platform} {tier}")
    doubtful = platform in OFTEN_PER_VIEW and "followers" not in basis
    if rate is None or measure != ENGAGEMENT or "view" in basis or doubtful:
        return np.nan
    return float(np.log(rate / (1 - rate)))


def _quantiles(counts: "pd.Series[int]", group: NDArray[np.integer], share: float) -> Floats:
    """Find a quantile of each histogram, evenly spread within its bin."""
    upto, sizes = np.cumsum(counts.to_numpy(np.int64)), np.bincount(group, counts)
    wanted = np.cumsum(sizes) - sizes + share * sizes
    at = np.searchsorted(upto, wanted)
    edges = counts.index.get_level_values("bin").to_numpy(float)[at] / BINS_PER_UNIT
    inside: Floats = edges + (1 - (upto[at] - wanted) / counts.to_numpy(float)[at]) / BINS_PER_UNIT
    return inside
