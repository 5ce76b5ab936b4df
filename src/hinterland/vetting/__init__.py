"""Stage 1, creators to vetted creators: the tier of each, and the share of the audience judged real, with reasons."""

import numpy as np
import pandas as pd

from hinterland.config import Assumptions
from hinterland.messages import creators as creator_messages
from hinterland.schemas import CREATORS, USUAL, VETTED
from hinterland.vetting.peers import UNKNOWN_TIER, estimate_peer_norms, measure_peers, merge_peers, number, tier_of
from hinterland.vetting.red_flags import RedFlags, back_transform, read_signs

__all__ = ["UNKNOWN_TIER", "estimate_peer_norms", "measure_peers", "merge_peers", "vet"]

NO_PEERS = USUAL.empty()


def vet(
    creators: pd.DataFrame,
    peers: pd.DataFrame = NO_PEERS,
    *,
    tiers: str = "industry",
    worded: bool = True,
    assumptions: Assumptions | None = None,
) -> pd.DataFrame:
    """Give every creator a tier by followers, its engagement against its peers, and a credible share with reasons.

    Parameters
    ----------
    peers
        What `estimate_peer_norms` gives for the whole list; without it engagement is compared with nothing.
    tiers
        A preset of `assumptions.TIERS`; creators without follower counts are in tier "unknown".
    worded
        Whether to give the reasons in words, which takes longer than all else; without they are missing.

    Returns
    -------
    VETTED table. `credible_share` is the vendor's; else 1, unless one clear sign or two faint ones make the account
    `worth_checking`: then what these leave of the audience. `reasons` says so in words; a lone faint sign is only told.
    """
    CREATORS.check(creators)
    assumed = assumptions or Assumptions()
    signs = read_signs(creators, USUAL.check(peers), tiers=tiers, assumptions=assumed)
    worth_checking, vendor_share = signs.worth_checking, number(creators, "credible_share")
    audience_left = np.where(worth_checking, signs.audience_left(assumed.credible_least), 1.0)
    return VETTED.check(
        creators.assign(
            tier=tier_of(number(creators, "followers"), tiers).as_text(creators.index),
            credible_share=np.where(np.isnan(vendor_share), audience_left, vendor_share),
            engagement_rate=signs.quotes["rate"],
            engagement_z=signs.z,
            worth_checking=worth_checking,
            reasons=pd.Series(_reasons(signs) if worded else None, creators.index, dtype="str"),
        )
    )


def _reasons(signs: RedFlags) -> list[str]:
    """Word the signs of the creators that have any."""
    strength = np.column_stack(list(signs.strength.values()))
    flagged = np.flatnonzero(strength.any(axis=1))
    patterns, pattern_of = np.unique(strength[flagged] > 0, axis=0, return_inverse=True)
    names = [[name for name, is_present in zip(signs.strength, row, strict=True) if is_present] for row in patterns]
    quotes = zip(
        *(back_transform(name, values[flagged]).tolist() for name, values in signs.quotes.items()), strict=True
    )
    sure = signs.worth_checking[flagged].tolist()
    reasons = [""] * len(strength)
    for row, pattern, values, clear in zip(flagged.tolist(), pattern_of.ravel().tolist(), quotes, sure, strict=True):
        reasons[row] = creator_messages.worth_checking(
            names[pattern], dict(zip(signs.quotes, values, strict=True)), sure=clear
        )
    return reasons
