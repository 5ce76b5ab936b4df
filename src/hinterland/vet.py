"""Stage 1, creators to vetted creators: the tier of each, and the share of the audience judged real."""

import pandas as pd

from hinterland.assumptions import TIERS
from hinterland.tables import CREATORS, VETTED

UNKNOWN_TIER = "unknown"


def vet(creators: pd.DataFrame, *, tiers: str = "industry") -> pd.DataFrame:
    """Give every creator a tier by followers, and a credible share: the vendor's, else 1.

    `tiers` names a preset of `assumptions.TIERS`; creators without follower counts are in tier "unknown".
    """
    CREATORS.check(creators)
    preset = TIERS[tiers]
    edges = [*preset.values(), float("inf")]
    tier = pd.cut(creators["followers"], edges, right=False, labels=list(preset)).astype("str")
    return VETTED.check(
        creators.assign(
            tier=tier.where(creators["followers"].notna(), UNKNOWN_TIER).astype("str"),
            credible_share=creators["credible_share"].fillna(1.0),
        )
    )
