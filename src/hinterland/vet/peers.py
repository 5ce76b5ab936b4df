"""What is usual among like creators of the same file: mergeable histograms, and the middle and spread of each."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.assumptions import TIERS, Assumptions
from hinterland.tables import PEERS

Floats = NDArray[np.float64]

UNKNOWN_TIER = "unknown"
PEER = ["measure", "platform", "tier", "basis"]
BINS_PER_UNIT = 32
# none among many says more than none among few
HALF = 0.5
LEAST_RATE, MOST_RATE = 1e-5, 0.999
QUARTILES_APART = 1.349
ENGAGEMENT, TALK = "engagement", "comments to likes"
# what a rate is a share of, where the list does not say
COUNTED = "likes+comments/followers"


def number(creators: pd.DataFrame, name: str) -> "pd.Series[float]":
    """Give a column of numbers; one the list does not have is missing throughout."""
    if name not in creators:
        return pd.Series(np.nan, creators.index)
    return creators[name].astype("float64")


def text(creators: pd.DataFrame, name: str) -> "pd.Series[str]":
    """Give a column of texts, empty where missing."""
    if name not in creators:
        return pd.Series("", creators.index, dtype="str")
    return creators[name].fillna("").astype("str")


def tier_of(followers: "pd.Series[float]", tiers: str) -> "pd.Series[str]":
    """Name the tier of each count of followers in a preset of `assumptions.TIERS`; "unknown" without one."""
    preset = TIERS[tiers]
    tier = pd.cut(followers, [*preset.values(), float("inf")], right=False, labels=list(preset)).astype("str")
    return tier.where(followers.notna(), UNKNOWN_TIER).astype("str")


def engagement(creators: pd.DataFrame) -> tuple["pd.Series[float]", "pd.Series[str]"]:
    """Give engagement rates (fractions) and what each is a share of; from likes and comments where none is listed."""
    listed, basis = number(creators, "engagement_rate"), text(creators, "engagement_basis")
    likes, comments = number(creators, "likes"), number(creators, "comments")
    counted = (likes + comments) / creators["followers"].where(creators["followers"] > 0)
    own = listed.isna() & counted.notna()
    return listed.fillna(counted), basis.mask(own, COUNTED)


def logit(rate: "pd.Series[float]") -> "pd.Series[float]":
    """Stretch rates so that a doubling counts alike at both ends; 0 is drawn in to one in 100,000."""
    inside = rate.clip(LEAST_RATE, MOST_RATE)
    return pd.Series(np.log(inside / (1 - inside)), rate.index)


def measures(creators: pd.DataFrame, *, tiers: str) -> pd.DataFrame:
    """Lay out what is compared among peers, one row per creator and measure: PEER columns and `value`."""
    rate, basis = engagement(creators)
    likes, comments = number(creators, "likes"), number(creators, "comments")
    talk = np.log(((comments + HALF) / (likes + HALF)).where(likes > 0))
    group = {"platform": text(creators, "platform").str.casefold(), "tier": tier_of(creators["followers"], tiers)}
    rows = [
        pd.DataFrame({"measure": ENGAGEMENT, **group, "basis": basis, "value": logit(rate)}),
        pd.DataFrame({"measure": TALK, **group, "basis": "", "value": talk}),
    ]
    return pd.concat(rows).dropna(subset="value")


def measure_peers(creators: pd.DataFrame, *, tiers: str = "industry") -> pd.DataFrame:
    """Count creators by engagement, and by comments to likes, per platform, tier and basis: the PEERS table.

    Counts are whole, so that merging parts in any order gives the same table.
    """
    rows = measures(creators, tiers=tiers)
    bins = np.floor(rows["value"] * BINS_PER_UNIT).astype("int64")
    counts = rows.assign(bin=bins, creators=1).groupby(list(PEERS.key), sort=True)["creators"].sum()
    return PEERS.check(counts.to_frame().astype("int64"))


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
