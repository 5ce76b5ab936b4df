"""Stage 1, creators to vetted creators: the tier of each, and the share of the audience judged real, with reasons."""

import numpy as np
import pandas as pd

from hinterland.assumptions import Assumptions
from hinterland.tables import CREATORS, PEERS, VETTED
from hinterland.vet.peers import UNKNOWN_TIER, engagement, measure_peers, merge_peers, tier_of, usual
from hinterland.vet.signs import CLEAR, Signs, read_signs
from hinterland.wording import creators as wording

__all__ = ["UNKNOWN_TIER", "measure_peers", "merge_peers", "vet"]

NO_PEERS = PEERS.empty()


def vet(
    creators: pd.DataFrame,
    peers: pd.DataFrame = NO_PEERS,
    *,
    tiers: str = "industry",
    assumptions: Assumptions | None = None,
) -> pd.DataFrame:
    """Give every creator a tier by followers, its engagement against its peers, and a credible share with reasons.

    Parameters
    ----------
    peers
        PEERS table of the whole list, from `measure_peers`; without it engagement is compared with nothing.
    tiers
        A preset of `assumptions.TIERS`; creators without follower counts are in tier "unknown".

    Returns
    -------
    VETTED table. `credible_share` is the vendor's; else 1, unless one clear sign or two faint ones make the account
    `worth_checking`: then what these leave of the audience. `reasons` says so in words; a lone faint sign is only told.
    """
    CREATORS.check(creators)
    assumed = assumptions or Assumptions()
    tier = tier_of(creators["followers"], tiers)
    signs = read_signs(creators, usual(PEERS.check(peers), assumptions=assumed), tiers=tiers, assumptions=assumed)
    worth = signs.strength.sum(axis="columns") >= CLEAR
    kept = (
        signs.kept.where(signs.strength[signs.kept.columns] > 0, 1.0).prod(axis="columns").clip(assumed.credible_least)
    )
    return VETTED.check(
        creators.assign(
            tier=tier,
            credible_share=creators["credible_share"].fillna(kept.where(worth, 1.0)),
            engagement_rate=engagement(creators)[0],
            engagement_z=signs.z,
            worth_checking=worth,
            reasons=_reasons(signs, worth),
        )
    )


def _reasons(signs: Signs, worth: "pd.Series[bool]") -> "pd.Series[str]":
    """Word the signs of the creators that have any."""
    some = np.flatnonzero(signs.strength.to_numpy().any(axis=1))
    patterns, pattern_of = np.unique(signs.strength.to_numpy()[some] > 0, axis=0, return_inverse=True)
    names = [[name for name, seen in zip(signs.strength.columns, row, strict=True) if seen] for row in patterns]
    quoted = list(signs.quotes.columns)
    quotes = zip(*(signs.quotes[name].to_numpy(float)[some].tolist() for name in quoted), strict=True)
    told = [
        wording.worth_checking(names[pattern], dict(zip(quoted, values, strict=True)), sure=sure)
        for pattern, values, sure in zip(pattern_of.ravel(), quotes, worth.to_numpy()[some].tolist(), strict=True)
    ]
    return pd.Series(told, signs.z.index[some], dtype="str").reindex(signs.z.index, fill_value="")
