"""Signs that an account is worth checking: how clear each is, and what it leaves of the audience."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.assumptions import Assumptions
from hinterland.vet.peers import ENGAGEMENT, PEER, TALK, engagement, measures, number

Floats = NDArray[np.float64]

# one clear sign is enough to be worth checking, and so are two faint ones
FAINT, CLEAR = 1, 2


@dataclass(frozen=True)
class Signs:
    """What was seen of each creator: engagement against peers, signs by name (0, 1 or 2), and the audience they leave.

    `kept` holds, per sign, the share of the audience that would be usual if the sign means what it may mean;
    `quotes` what each reason quotes.
    """

    z: "pd.Series[float]"
    strength: pd.DataFrame
    kept: pd.DataFrame
    quotes: pd.DataFrame


def read_signs(creators: pd.DataFrame, usual: pd.DataFrame, *, tiers: str, assumptions: Assumptions) -> Signs:
    """Look for every sign; what the list does not tell is no sign.

    `usual` is what `peers.usual` found in the whole list. Audience is thought to be left where engagement is as low as
    the least usual, where more accounts are followed than follow, and where followers grow faster than is usual.
    """
    rate, talk = _against_peers(creators, usual, tiers)
    followers, following = creators["followers"].astype("float64"), number(creators, "following")
    growth, vendor = number(creators, "growth"), creators["credible_share"].astype("float64")
    strength = {
        "low": _beyond(-rate["z"], assumptions),
        "high": _beyond(rate["z"], assumptions),
        "talk": _beyond(talk["z"].abs(), assumptions),
        "following": _following(followers, following, assumptions),
        "growth": (growth > assumptions.growth_fast).astype(int) + (growth > 2 * assumptions.growth_fast),
        "vendor": CLEAR * (vendor < assumptions.credible_low),
    }
    least = rate["middle"] - assumptions.sign_from * rate["spread"]
    kept = {
        "low": np.exp(np.minimum(rate["value"] - least, 0)),
        "following": (followers / following.where(following > 0)).clip(upper=1),
        "growth": ((1 + assumptions.growth_fast) / (1 + growth)).clip(upper=1),
    }
    quotes = {"following": following, "followers": followers, "growth": growth, "vendor": vendor}
    compared = {
        "rate": engagement(creators)[0],
        "peers": _rate(rate["middle"]),
        "talk": np.exp(talk["value"]),
        "talk_peers": np.exp(talk["middle"]),
    }
    kept_of = pd.DataFrame(kept).fillna(1.0)
    return Signs(rate["z"], pd.DataFrame(strength), kept_of, pd.DataFrame(quotes | compared))


def _against_peers(creators: pd.DataFrame, usual: pd.DataFrame, tiers: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare engagement, and comments to likes, with what is usual: value, middle, spread and z of each creator."""
    compared = measures(creators, tiers=tiers).join(usual, on=PEER)
    compared["z"] = (compared["value"] - compared["middle"]) / compared["spread"]
    of = {name: compared.loc[compared["measure"] == name].reindex(creators.index) for name in (ENGAGEMENT, TALK)}
    return of[ENGAGEMENT], of[TALK]


def _beyond(z: "pd.Series[float]", assumptions: Assumptions) -> "pd.Series[int]":
    return (z > assumptions.sign_from).astype(int) + (z > assumptions.clear_sign_from)


def _following(
    followers: "pd.Series[float]", following: "pd.Series[float]", assumptions: Assumptions
) -> "pd.Series[int]":
    """Following back many is faint, whatever the size; it is clear of those who follow thousands and have fewer."""
    many, fewer = following > assumptions.following_many, followers < following
    return (many | fewer).astype(int) + (fewer & (following > 2 * assumptions.following_many))


def _rate(value: "pd.Series[float]") -> "pd.Series[float]":
    return pd.Series(1 / (1 + np.exp(-value)), value.index)
