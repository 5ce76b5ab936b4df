"""Who is like whom: the tier and the group of peers of each creator, as numbers, and the measures compared in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.config import TIERS, Assumptions
from hinterland.geocode.aliases import alpha_3_codes, country_keys
from hinterland.geocode.normalize import fold_names
from hinterland.schemas import PEERS, USUAL

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

UNKNOWN_TIER = "unknown"
# none among many says more than none among few
HALF = 0.5
LEAST_RATE, MOST_RATE = 1e-5, 0.999
ENGAGEMENT, TALK = "engagement", "comments to likes"
# what a rate is a share of, where the list does not say
COMPUTED_BASIS = "likes+comments/followers"


class Coded(NamedTuple):
    """A column of few distinct texts: the place of each row's text in `names`."""

    codes: Codes
    names: Sequence[str]

    def as_text(self, index: pd.Index) -> "pd.Series[str]":
        """Write the texts out.

        Parameters
        ----------
        index
            The creators, by creator_id.

        Returns
        -------
        A text by creator_id.
        """
        return pd.Series(pd.array(self.names, dtype="str").take(self.codes), index)


@dataclass(frozen=True, eq=False)
class PeerMeasure:
    """A measure of every creator, and the group of peers each is compared with; NaN where unknown.

    `value` is `plain` stretched to a scale to compare on; `group` numbers the rows of `groups`, which hold platform,
    tier, basis and country (each a column of places in `names`), in the order of their names.
    """

    measure: str
    plain: Floats
    value: Floats
    group: Codes
    groups: Codes
    names: Sequence[Sequence[str]]


@dataclass(frozen=True, eq=False)
class PeerDeviation:
    """A measure of each creator, plain and stretched (`value`), and what is usual among its peers; NaN if unknown."""

    plain: Floats
    value: Floats
    middle: Floats
    spread: Floats
    z: Floats


def number(creators: pd.DataFrame, name: str) -> Floats:
    """Give a column of numbers; one the list does not have is missing throughout.

    Returns
    -------
    One number for each row, NaN where missing.
    """
    if name not in creators:
        return np.full(len(creators), np.nan)
    return creators[name].to_numpy("float64", na_value=np.nan)


def coded(creators: pd.DataFrame, name: str, *, fold: bool = False) -> Coded:
    """Give each distinct text of a column a number, with `fold` alike in any case; a missing one is the empty text.

    Returns
    -------
    The code of each row, and the texts in their order; all rows are the empty text if there is no such column.
    """
    if name not in creators:
        return Coded(np.zeros(len(creators), np.int64), [""])
    codes, values = pd.factorize(creators[name])
    texts = [str(text).casefold() if fold else str(text) for text in values]
    # a missing text has the code -1: the last
    names, places = np.unique(np.array([*texts, ""], object), return_inverse=True)
    return Coded(places[codes], names.tolist())


def countries(creators: pd.DataFrame) -> Coded:
    """Give each country a number, however it is written: by name in any language, or by either ISO 3166-1 code.

    Parameters
    ----------
    creators
        CREATORS table: country.

    Returns
    -------
    Names are ISO 3166-1 alpha-2 codes in lower case; what is no country stays as it is written, in lower case.
    """
    column = coded(creators, "country", fold=True)
    keys = zip(column.names, fold_names(column.names), strict=True)
    codes = country_keys() | alpha_3_codes()
    return _in_order(Coded(column.codes, [codes.get(folded, name).casefold() for name, folded in keys]))


def tier_of(followers: Floats, tiers: str) -> Coded:
    """Name the tier of each count of followers in a preset of `assumptions.TIERS`; "unknown" without one."""
    preset = TIERS[tiers]
    # how many edges are reached; none are where the count is missing
    reached = [(followers >= edge).astype(np.int64) for edge in preset.values()]
    return Coded(sum(reached[1:], start=reached[0]), [UNKNOWN_TIER, *preset])


def engagement(creators: pd.DataFrame) -> tuple[Floats, Coded]:
    """Give engagement rates (fractions) and what each is a share of; from likes and comments where none is listed.

    Parameters
    ----------
    creators
        CREATORS table, with engagement_rate (a fraction), engagement_basis, likes and comments as far as known.

    Returns
    -------
    A rate for each row, NaN where unknown, and its basis: COMPUTED_BASIS for those that are computed.
    """
    rates, basis = number(creators, "engagement_rate"), coded(creators, "engagement_basis")
    likes, comments, followers = (number(creators, name) for name in ("likes", "comments", "followers"))
    computed = (likes + comments) / np.where(followers > 0, followers, np.nan)
    is_computed = np.isnan(rates) & ~np.isnan(computed)
    names = [*basis.names, COMPUTED_BASIS]
    return np.where(is_computed, computed, rates), Coded(
        np.where(is_computed, names.index(COMPUTED_BASIS), basis.codes), names
    )


def logit(rate: Floats) -> Floats:
    """Stretch rates so that a doubling counts alike at both ends; 0 is drawn in to one in 100,000."""
    inside = np.clip(rate, LEAST_RATE, MOST_RATE)
    stretched: Floats = np.log(inside / (1 - inside))
    return stretched


def compare(creators: pd.DataFrame, *, tiers: str) -> tuple[PeerMeasure, PeerMeasure]:
    """Measure what is compared among peers: engagement, and comments to likes.

    Parameters
    ----------
    creators
        As in `engagement`; platform, followers and country say who are peers.
    tiers
        A preset of `assumptions.TIERS`.

    Returns
    -------
    Engagement on the scale of `logit`; comments to likes as a logarithm, a half added to each, without basis.
    """
    rate, basis = engagement(creators)
    likes, comments = number(creators, "likes"), number(creators, "comments")
    talk = (comments + HALF) / np.where(likes > 0, likes + HALF, np.nan)
    tier, country = tier_of(number(creators, "followers"), tiers), countries(creators)
    platform_tier = (coded(creators, "platform", fold=True), _in_order(tier))
    no_basis = Coded(np.zeros(len(creators), np.int64), [""])
    return (
        PeerMeasure(ENGAGEMENT, rate, logit(rate), *_grouped(*platform_tier, _in_order(basis), country)),
        PeerMeasure(TALK, talk, np.log(talk), *_grouped(*platform_tier, no_basis, country)),
    )


def _in_order(column: Coded) -> Coded:
    names, places = np.unique(np.array(column.names, object), return_inverse=True)
    return Coded(places[column.codes], names.tolist())


def _grouped(*columns: Coded) -> tuple[Codes, Codes, list[Sequence[str]]]:
    """Give each combination that occurs a number."""
    sizes = tuple(len(column.names) for column in columns)
    together = columns[0].codes
    for column in columns[1:]:
        together = together * len(column.names) + column.codes
    codes, combinations = pd.factorize(together)
    order = np.argsort(combinations)
    places = np.column_stack(np.unravel_index(combinations[order], sizes))
    return np.argsort(order)[codes], places, [column.names for column in columns]


WIDE = ["measure", "platform", "tier", "basis"]
PEER = [*WIDE, "country"]
BINS_PER_UNIT = 32
QUARTILES_APART = 1.349
# where exports give rates per view as often as per follower
OFTEN_PER_VIEW = frozenset(("tiktok", "youtube"))


def measure_peers(creators: pd.DataFrame, *, tiers: str = "industry") -> pd.DataFrame:
    """Count creators by engagement, and by comments to likes, per platform, tier, basis and country: the PEERS table.

    Counts are whole, so that merging parts in any order gives the same table.

    Parameters
    ----------
    creators
        CREATORS table, of any part of a list.
    tiers
        A preset of `assumptions.TIERS`.

    Returns
    -------
    PEERS table by measure, platform, tier, basis, country and bin, a 32nd of a unit of the stretched scale.
    """
    rate, talk = compare(creators, tiers=tiers)
    # in the order of their names
    return PEERS.check(pd.concat([_histogram(talk), _histogram(rate)]))


def _histogram(compared: PeerMeasure) -> pd.DataFrame:
    has_value = ~np.isnan(compared.value)
    bins = np.floor(compared.value[has_value] * BINS_PER_UNIT).astype("int64")
    lowest, highest = (int(bins.min()), int(bins.max())) if len(bins) else (0, 0)
    span = highest - lowest + 1
    cells, counts = _added_up(compared.group[has_value] * span + (bins - lowest))
    # the stubs of pandas want lists of text here
    levels: Any = [[compared.measure], *compared.names, range(lowest, lowest + span)]
    codes: Any = [np.zeros(len(cells), np.int64), *compared.groups[cells // span].T, cells % span]
    index = pd.MultiIndex(levels=levels, codes=codes, names=PEERS.key)
    return pd.DataFrame({"creators": counts}, index)


def _added_up(cells: Codes, counts: Codes | None = None) -> tuple[Codes, Codes]:
    """Give each cell that occurs once, in order, and how many are in it: the sum of its counts, or of its rows."""
    codes, distinct = pd.factorize(cells)
    order = np.argsort(distinct)
    return distinct[order], np.bincount(codes, counts, minlength=len(distinct))[order].astype(np.int64)


def merge_peers(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Add histograms of peers up.

    Parameters
    ----------
    tables
        PEERS tables of the parts of a list, at least one.

    Returns
    -------
    PEERS table, in the order of its key.
    """
    joined = pd.concat(tables)
    # to the stubs of pandas this might be any index
    index: Any = joined.index
    levels = [level.sort_values() for level in index.levels]
    sizes = tuple(map(len, levels))
    keys = [
        order.get_indexer(level)[codes] for order, level, codes in zip(levels, index.levels, index.codes, strict=True)
    ]
    cells, counts = _added_up(np.ravel_multi_index(keys, sizes), joined["creators"].to_numpy())
    codes: Any = np.unravel_index(cells, sizes)
    return pd.DataFrame({"creators": counts}, pd.MultiIndex(levels=levels, codes=codes, names=PEERS.key))


def estimate_peer_norms(peers: pd.DataFrame, *, assumptions: Assumptions | None = None) -> pd.DataFrame:
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
    everywhere = _shrink_to_preset(_summarise_histograms(counts.groupby(level=[*WIDE, "bin"]).sum(), WIDE), assumed)
    settled = everywhere.assign(country="").set_index("country", append=True)
    by_country = _summarise_histograms(counts[counts.index.get_level_values("country") != ""], PEER)
    large = by_country[by_country["peers"] >= assumed.min_peers]
    if large.empty:
        return USUAL.check(settled)
    towards = everywhere.reindex(large.reset_index("country").index).set_axis(large.index)
    return USUAL.check(pd.concat([settled, _shrink(large, towards, assumed)]))


def compare_with_peers(compared: PeerMeasure, usual: pd.DataFrame) -> PeerDeviation:
    """Compare a measure with what is usual in the group of each creator: in its country, else everywhere.

    Parameters
    ----------
    compared
        Of each creator.
    usual
        USUAL table of the whole list.
    """
    if usual.empty:
        return PeerDeviation(compared.plain, compared.value, *np.full((3, len(compared.value)), np.nan))
    columns = [np.array(names, object)[at] for names, at in zip(compared.names, compared.groups.T, strict=True)]
    measure, no_country = ([text] * len(compared.groups) for text in (compared.measure, ""))
    keys = ([measure, *columns], [measure, *columns[:-1], no_country])
    national, everywhere = (
        usual.reindex(pd.MultiIndex.from_arrays(key, names=PEER))[["middle", "spread"]].to_numpy(float) for key in keys
    )
    middle, spread = np.where(np.isnan(national), everywhere, national)[compared.group].T
    return PeerDeviation(compared.plain, compared.value, middle, spread, (compared.value - middle) / spread)


def _shrink_to_preset(groups: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Draw what is usual in a file to the preset; the fewer peers, the more."""
    presets = [_preset(tuple(map(str, key)), assumptions.usual_engagement) for key in groups.index]
    preset = pd.Series(presets, groups.index, dtype="float64")
    is_usable = preset.notna() | (groups["peers"] >= assumptions.min_peers)
    enough = groups[is_usable]
    towards = pd.DataFrame({"middle": preset[is_usable].fillna(enough["middle"])})
    return _shrink(enough, towards.assign(spread=assumptions.engagement_spread), assumptions)


def _shrink(groups: pd.DataFrame, towards: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Draw middles and spreads to others; with `peers_shrinkage` peers both count half."""
    weight = groups["peers"] / (groups["peers"] + assumptions.peers_shrinkage)
    variance = groups["spread"] ** 2 * weight + towards["spread"] ** 2 * (1 - weight)
    middle = weight * groups["middle"] + (1 - weight) * towards["middle"]
    return pd.DataFrame({"middle": middle, "spread": np.sqrt(variance)})


def _summarise_histograms(counts: "pd.Series[int]", key: list[str]) -> pd.DataFrame:
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
    positions = np.cumsum(sizes) - sizes + share * sizes
    at = np.searchsorted(upto, positions)
    edges = counts.index.get_level_values("bin").to_numpy(float)[at] / BINS_PER_UNIT
    inside: Floats = edges + (1 - (upto[at] - positions) / counts.to_numpy(float)[at]) / BINS_PER_UNIT
    return inside
