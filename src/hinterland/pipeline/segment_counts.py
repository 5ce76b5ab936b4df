"""Who is counted beside supply in the same pass: the brand's own creators, and everybody where only some are ranked."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hinterland.config import LEVELS, Settings
from hinterland.errors import InputError
from hinterland.identity import fold_series
from hinterland.language import Notice
from hinterland.messages import creators as creator_messages
from hinterland.schemas import MILLIONTHS, SEGMENT_COUNTS

BRAND, ALL_CREATORS = "brand", "everybody"
YES = frozenset(("yes", "y", "true", "t", "1", "1.0", "x", "✓", "ja", "oui", "si", "sí", "sim"))
NO = frozenset(("no", "n", "false", "f", "0", "0.0", "-", "nein", "non", "não", "nao"))


@dataclass(frozen=True)
class SegmentCounts:
    """What one part adds: creators by market and whose they are, and how the brand's own were found.

    `matched_handles` are the handles of the brand's file met so far, `creators` the brand's own, `later` its marks in
    later rows of one creator, which are not used, `unclear` the marks that are neither yes nor no.
    """

    markets: pd.DataFrame = field(default_factory=SEGMENT_COUNTS.empty)
    matched_handles: frozenset[str] = frozenset()
    creators: int = 0
    later: int = 0
    unclear: int = 0

    def __add__(self, other: "SegmentCounts") -> "SegmentCounts":
        """Merge exactly: any split and order of parts gives the same sums."""
        return SegmentCounts(
            _sum([self.markets, other.markets]),
            self.matched_handles | other.matched_handles,
            self.creators + other.creators,
            self.later + other.later,
            self.unclear + other.unclear,
        )

    def at(self, level: str, settings: Settings) -> pd.DataFrame:
        """Give the creators of each market of a level, one column for each of whose they are, if this was asked for.

        Returns
        -------
        Table by market_id: "brand" and "everybody", as far as asked for; creators, with fractions.
        """
        groups = [BRAND] * (settings.brand is not None) + [ALL_CREATORS] * has_segment_filter(settings)
        counts = self.markets["creators_millionths"].reset_index()
        counts = counts.loc[counts["level"] == level].set_index("market_id")
        columns = {whose: group["creators_millionths"] / MILLIONTHS for whose, group in counts.groupby("whose")}
        return pd.DataFrame(columns, index=counts.index.unique(), columns=groups, dtype="float64").fillna(0.0)

    def notices(self, level: str, handles: frozenset[str], settings: Settings) -> tuple[Notice, ...]:
        """Say how many of the brand's creators were found, and how many handles are nobody's.

        Parameters
        ----------
        handles
            All handles of the brand's file, folded; empty if a column marks them.

        Raises
        ------
        InputError
            When the column that should mark them holds something else.
        """
        if settings.brand is None:
            return ()
        if self.unclear:
            raise InputError(creator_messages.brand_unclear(settings.brand, self.unclear))
        placed = float(self.at(level, settings)[BRAND].sum())
        notice = creator_messages.brand_found(self.creators, placed, level)
        unmatched = handles - self.matched_handles
        unmatched_notice = (creator_messages.brand_nobody(len(unmatched), len(handles)),) if unmatched else ()
        return (notice, *unmatched_notice, *((creator_messages.brand_later(self.later),) if self.later else ()))


@dataclass(frozen=True)
class PartCreators:
    """The creators of one part: all rows, the first row of each, their places, and those of the segment ranked."""

    rows: pd.DataFrame
    first_rows: pd.DataFrame
    all_located: pd.DataFrame
    segment: pd.DataFrame


def count_segments(part: PartCreators, handles: frozenset[str], settings: Settings) -> SegmentCounts:
    """Count the brand's own creators within the segment ranked, and everybody if that is only some.

    Parameters
    ----------
    handles
        Handles of the brand's file, folded; empty if a column marks its creators.
    settings
        `brand`, and `tier`, `platform` and `niche`, by which only some are ranked.
    """
    totals = [_markets(part.all_located, ALL_CREATORS)] if has_segment_filter(settings) else []
    if settings.brand is None:
        return SegmentCounts(_sum(totals))
    names, answers = fold_series(part.rows["handle"]), _answers(part.rows)
    is_brand = mark_brand(part.rows, handles)
    brand_rows = part.rows.index[is_brand]
    brand_located = part.segment.loc[part.segment["creator_id"].isin(brand_rows)]
    used = brand_rows.intersection(part.first_rows.index)
    return SegmentCounts(
        _sum([*totals, _markets(brand_located, BRAND)]),
        frozenset(names[is_brand]) if handles else frozenset(),
        int(part.first_rows.loc[used, "creators"].sum()),
        0 if handles else len(brand_rows) - len(used),
        0 if handles else int((~answers.isin(YES | NO | {""})).sum()),
    )


def mark_brand(creators: pd.DataFrame, handles: frozenset[str]) -> "pd.Series[bool]":
    """Mark the brand's own creators: those of its file of handles, else those its column says yes to.

    Parameters
    ----------
    creators
        CREATORS table, with a column `brand` if the list has one.
    handles
        Folded as by `fold_series`.

    Returns
    -------
    A mark for each row, by creator_id.
    """
    return fold_series(creators["handle"]).isin(handles) if handles else _answers(creators).isin(YES)


def has_segment_filter(settings: Settings) -> bool:
    """Say whether only creators of one tier, platform or niche are ranked.

    Parameters
    ----------
    settings
        `tier`, `platform` and `niche`.
    """
    return any((settings.tier, settings.platform, settings.niche))


def _answers(creators: pd.DataFrame) -> "pd.Series[str]":
    if BRAND not in creators:
        return pd.Series("", creators.index, dtype="str")
    return creators[BRAND].fillna("").str.strip().str.lower()


def _markets(located: pd.DataFrame, whose: str) -> pd.DataFrame:
    return _sum([_level(located, whose, level) for level in LEVELS])


def _level(located: pd.DataFrame, whose: str, level: str) -> pd.DataFrame:
    cells = pd.DataFrame(
        {
            "whose": whose,
            "level": level,
            "market_id": located[f"{level}_market"].to_numpy(object),
            "creators_millionths": located["creators_millionths"].to_numpy(np.int64),
        }
    ).dropna(subset="market_id")
    return cells.astype({"market_id": "str"}).set_index(list(SEGMENT_COUNTS.key))


def _sum(counts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in counts if len(table)]
    return (
        pd.concat(filled).groupby(level=list(SEGMENT_COUNTS.key), sort=True).sum() if filled else SEGMENT_COUNTS.empty()
    )
