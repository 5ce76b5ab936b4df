"""What is usual among like creators of the same file: mergeable histograms, and the middle and spread of each."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.assumptions import Assumptions
from hinterland.tables import PEERS
from hinterland.vet.groups import ENGAGEMENT, Compared, Floats, compare

PEER = ["measure", "platform", "tier", "basis"]
BINS_PER_UNIT = 32
QUARTILES_APART = 1.349


def measure_peers(creators: pd.DataFrame, *, tiers: str = "industry") -> pd.DataFrame:
    """Count creators by engagement, and by comments to likes, per platform, tier and basis: the PEERS table.

    Counts are whole, so that merging parts in any order gives the same table.
    """
    counts = pd.concat([_histogram(measure) for measure in compare(creators, tiers=tiers)])
    return PEERS.check(counts.groupby(list(PEERS.key), sort=True)["creators"].sum().to_frame())


def _histogram(compared: Compared) -> pd.DataFrame:
    known = ~np.isnan(compared.value)
    bins = np.floor(compared.value[known] * BINS_PER_UNIT).astype("int64")
    lowest, span = bins.min(initial=0), np.ptp(bins) + 1 if len(bins) else 1
    cells, seen = pd.factorize(compared.group[known] * span + (bins - lowest))
    names = [compared.groups[group] for group in (seen // span).tolist()]
    table = pd.DataFrame(names, columns=PEER[1:], dtype="str")
    table.insert(0, PEER[0], pd.Series(compared.measure, table.index, dtype="str"))
    return table.assign(bin=seen % span + lowest, creators=np.bincount(cells, minlength=len(seen)))


def merge_peers(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Add histograms of peers up."""
    return pd.concat(tables).groupby(level=list(PEERS.key), sort=True).sum()


def usual(peers: pd.DataFrame, *, assumptions: Assumptions) -> pd.DataFrame:
    """Find the middle and the spread of each group of peers, shrunk to the preset where there is one.

    Returns
    -------
    `middle` and `spread` by measure, platform, tier and basis, on the scale of the measure; groups too small to be
    compared within, and without preset, are left out.
    """
    rows = []
    for key, own in peers["creators"].groupby(level=PEER):
        group = tuple(map(str, key)) if isinstance(key, tuple) else ()
        middle, spread = _usual(group, own, assumptions)
        rows.append((*group, middle, spread))
    table = pd.DataFrame(rows, columns=[*PEER, "middle", "spread"]).dropna()
    return table.astype({"middle": float, "spread": float}).set_index(PEER)


def _usual(key: tuple[str, ...], histogram: "pd.Series[int]", assumptions: Assumptions) -> tuple[float, float]:
    counts, preset = np.asarray(histogram, np.int64), _preset(key, assumptions.usual_engagement)
    peers = int(counts.sum())
    if preset is None and peers < assumptions.peers_alone:
        return np.nan, np.nan
    edges = histogram.index.get_level_values("bin").to_numpy(float) / BINS_PER_UNIT
    low, middle, high = (_quantile(edges, counts, share) for share in (0.25, 0.5, 0.75))
    own = peers / (peers + assumptions.peers_shrinkage)
    spread = ((high - low) / QUARTILES_APART) ** 2 * own + assumptions.engagement_spread**2 * (1 - own)
    return (middle if preset is None else own * middle + (1 - own) * preset), float(np.sqrt(spread))


def _preset(key: tuple[str, ...], presets: Mapping[str, float]) -> float | None:
    """Find the usual engagement of a platform and tier; it is per follower, so it says nothing of rates per view."""
    measure, platform, tier, basis = key
    rate = presets.get(f"{platform} {tier}")
    if rate is None or measure != ENGAGEMENT or "view" in basis:
        return None
    return float(np.log(rate / (1 - rate)))


def _quantile(edges: Floats, counts: NDArray[np.int64], share: float) -> float:
    """Find a quantile of a histogram, evenly spread within its bin."""
    upto = np.cumsum(counts)
    wanted = share * upto[-1]
    at = int(np.searchsorted(upto, wanted))
    return float(edges[at] + (1 - (upto[at] - wanted) / counts[at]) / BINS_PER_UNIT)
