"""A further pass over the parts: who the creators of each market are, by niche, platform and tier."""

from functools import partial

import numpy as np
import pandas as pd

from hinterland import parallel
from hinterland.config import Assumptions, Settings
from hinterland.location import Geography, locate
from hinterland.pipeline.tally import Batch, Input
from hinterland.schemas import MIX
from hinterland.vetting import vet

FAMILIES = ("niche", "platform", "tier")
# beyond the most frequent ones, niches typed by hand are too rare to compare
KINDS_KEPT, OTHERS = 12, "other"


def count_mix(
    listing: Input, geography: Geography, level: str, *, settings: Settings, assumptions: Assumptions
) -> pd.DataFrame:
    """Count creators by market and niche, platform and tier (table MIX); all but the twelve largest kinds are "other".

    Counts are whole millionths of creators, so any split into parts gives the same table. Rows of one creator are
    not merged here: a mix is a share.
    """
    step = partial(_count_part, geography=geography, level=level, settings=settings, assumptions=assumptions)
    counted = parallel.run(listing.parts, lambda part: step(listing.open_part(part)), _merge)
    return MIX.check(_lump(counted))


def _count_part(
    batch: Batch, *, geography: Geography, level: str, settings: Settings, assumptions: Assumptions
) -> pd.DataFrame:
    vetted = vet(batch.creators, tiers=settings.tiers, worded=False)
    located = locate(vetted, geography, assumptions=assumptions)
    placed = located.loc[located[f"{level}_market"].notna()]
    return _merge(*(_count_family(placed, vetted, family, f"{level}_market") for family in FAMILIES))


def _count_family(placed: pd.DataFrame, vetted: pd.DataFrame, family: str, market: str) -> pd.DataFrame:
    kinds = vetted[family].str.strip().str.casefold().loc[placed["creator_id"]].to_numpy(object)
    cells = pd.DataFrame(
        {
            "market_id": placed[market].to_numpy(object),
            "family": family,
            "value": kinds,
            "creators_millionths": placed["creators_millionths"].to_numpy(np.int64),
        }
    ).dropna(subset="value")
    return cells.astype({"value": "str"}).groupby(list(MIX.key), sort=True).sum()


def _merge(*counted: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(counted).groupby(level=list(MIX.key), sort=True).sum()


def _lump(counted: pd.DataFrame) -> pd.DataFrame:
    """Lump the rare kinds of each family together."""
    totals = counted.groupby(level=["family", "value"])["creators_millionths"].sum().reset_index()
    ordered = totals.sort_values(["creators_millionths", "value"], ascending=[False, True])
    kept = ordered.groupby("family").head(KINDS_KEPT)
    flat = counted.reset_index()
    known = pd.MultiIndex.from_frame(flat[["family", "value"]]).isin(
        pd.MultiIndex.from_frame(kept[["family", "value"]])
    )
    return flat.assign(value=flat["value"].where(known, OTHERS)).groupby(list(MIX.key), sort=True).sum()
