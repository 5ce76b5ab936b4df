"""One pass over the parts: what each adds to supply, and every row left out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import pandas as pd

from hinterland import engines
from hinterland.assumptions import Assumptions, Settings
from hinterland.errors import InputError
from hinterland.locate import WAYS, Geography, locate
from hinterland.supply import count_audiences, count_supply, merge_audiences, merge_supply
from hinterland.vet import vet

FINER = ("coordinates", "columns", "text")


class Batch(Protocol):
    """What an opened part holds: checked creators, and the rows that could not be read."""

    @property
    def creators(self) -> pd.DataFrame:
        """CREATORS table."""

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
class Input:
    """A list of creators: its parts, how one is opened, whether rows are counts, and whether any has a handle."""

    parts: Sequence[object]
    open_part: Callable[[Any], Batch]
    aggregated: bool = False
    named: bool = True


@dataclass(frozen=True)
class Tally:
    """What one part adds: sums per market, counts of rows, and the rows left out."""

    supply: pd.DataFrame
    audiences: pd.DataFrame
    rejects: pd.DataFrame
    located: "pd.Series[int]"
    counts: "pd.Series[float]"
    smallest: float
    niches: frozenset[str]
    tops: "pd.Series[float]"
    mended: Counter[str]

    def __add__(self, other: "Tally") -> "Tally":
        """Merge exactly: any split and order of parts gives the same sums."""
        return Tally(
            merge_supply([self.supply, other.supply]),
            merge_audiences([self.audiences, other.audiences]),
            pd.concat([self.rejects, other.rejects], ignore_index=True),
            self.located + other.located,
            self.counts + other.counts,
            float(np.fmin(self.smallest, other.smallest)),
            self.niches | other.niches,
            pd.concat([self.tops, other.tops]).groupby(level=0).max(),
            self.mended + other.mended,
        )


def tally_list(listing: Input, geography: Geography, settings: Settings, assumptions: Assumptions) -> Tally:
    """Count supply over all parts, each creator once: the first of several rows with one handle is used.

    Raises
    ------
    InputError
        When not one row could be used.
    """
    merged = _later_rows(listing) if listing.named else pd.Index([], dtype="int64")
    step = partial(_count_part, geography=geography, settings=settings, assumptions=assumptions)
    tally: Tally = engines.run(
        listing.parts, lambda part: step(listing.open_part(part), merged=merged), lambda left, right: left + right
    )
    if tally.counts["used"] == 0:
        raise InputError("no row of the list could be used; the rejects say why")
    if tally.located.drop("nowhere").sum() == 0:
        raise InputError(
            "not one creator could be placed; check which column holds the place, "
            "and name it as in --map location=COLUMN"
        )
    return tally


def _identities(batch: Batch) -> "pd.Series[int]":
    """Hash platform and handle of each row that has a handle, to 64 bits."""
    named = batch.creators.loc[batch.creators["handle"].notna()]
    handle = named["handle"].str.strip().str.lstrip("@").str.casefold()
    who = named["platform"].fillna("").str.casefold() + "\n" + handle
    return pd.Series(pd.util.hash_array(who.to_numpy(object)), index=named.index)


def _later_rows(listing: Input) -> pd.Index:
    """List the rows whose creator stood in an earlier row; a pass over the parts of its own."""
    identities = engines.run(listing.parts, lambda part: [_identities(listing.open_part(part))], list.__add__)
    everyone = pd.concat(identities)
    return everyone.index[everyone.duplicated()]


def _count_part(
    batch: Batch, *, merged: pd.Index, geography: Geography, settings: Settings, assumptions: Assumptions
) -> Tally:
    own = batch.creators.loc[~batch.creators.index.isin(merged)]
    segment = _segment(own, settings)
    located = locate(vet(segment, tiers=settings.tiers), geography, assumptions=assumptions)
    located = located if settings.tier is None else located.loc[located["tier"] == settings.tier]
    rows = located.drop_duplicates("creator_id")["found_by"].value_counts().reindex(list(WAYS), fill_value=0)
    return Tally(
        supply=count_supply(located),
        audiences=count_audiences(located),
        rejects=batch.rejects,
        located=rows,
        counts=_counts(batch, own, int(rows.sum())),
        smallest=float(own["followers"].min()),
        niches=frozenset(own["niche"].dropna().unique()[:2]),
        tops=_rank_tops(own),
        mended=Counter(batch.imputed) + Counter(batch.faults["reason"]),
    )


def _segment(creators: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Keep the platform and the niche this run asks for."""
    for column, wanted in (("platform", settings.platform), ("niche", settings.niche)):
        if wanted is not None:
            creators = creators.loc[creators[column].str.casefold() == wanted.casefold()]
    return creators


def _counts(batch: Batch, own: pd.DataFrame, analysed: int) -> "pd.Series[float]":
    return pd.Series(
        {
            "rows_in": batch.rows_in,
            "used": len(own),
            "rejected": batch.rows_in - len(batch.creators),
            "merged": len(batch.creators) - len(own),
            "creators_in": own["creators"].sum(),
            "outside_segment": len(own) - analysed,
            "with_followers": own["followers"].notna().sum(),
            "with_handles": own["handle"].notna().sum(),
            "synthetic": own["synthetic"].notna().sum() if "synthetic" in own else 0,
        }
    )


def _rank_tops(creators: pd.DataFrame) -> "pd.Series[float]":
    """Find the largest rank of each group of a list that carries ranks."""
    if "rank" not in creators:
        return pd.Series(dtype="float64")
    group = creators["rank_group"] if "rank_group" in creators else pd.Series("", creators.index)
    return creators["rank"].astype(float).groupby(group.fillna("").astype(str)).max()
