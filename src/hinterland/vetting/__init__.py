"""Stage 1, creators to vetted creators: the tier of each, red flags, and the share of the audience judged real."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.config import Assumptions
from hinterland.language import IN_ENGLISH, Language
from hinterland.messages import creators as creator_messages
from hinterland.schemas import CREATORS, USUAL, VETTED
from hinterland.vetting.peers import (
    UNKNOWN_TIER,
    Floats,
    compare,
    compare_with_peers,
    estimate_peer_norms,
    measure_peers,
    merge_peers,
    number,
    tier_of,
)

Strength = NDArray[np.int8]

# one clear sign is enough to be worth checking, and so are two faint ones
FAINT, CLEAR = 1, 2


@dataclass(frozen=True, eq=False)
class RedFlags:
    """What was seen of each creator: engagement against peers, signs by name (0, 1 or 2), and the audience they leave.

    `remaining` holds, per sign, the share of the audience that would be usual if the sign means what it may mean;
    `quotes` what each reason quotes.
    """

    z: Floats
    strength: Mapping[str, Strength]
    remaining: Mapping[str, Floats]
    quotes: Mapping[str, Floats]

    @property
    def worth_checking(self) -> NDArray[np.bool_]:
        """One clear sign, or two faint ones."""
        return _sum(*self.strength.values()) >= CLEAR

    def audience_left(self, least: float) -> Floats:
        """Give the share of the audience that all signs together leave, at least `least`."""
        shares = [np.where(self.strength[name] > 0, share, 1.0) for name, share in self.remaining.items()]
        return np.maximum(math.prod(shares, start=np.ones(1)), least)


def read_signs(creators: pd.DataFrame, usual: pd.DataFrame, *, tiers: str, assumptions: Assumptions) -> RedFlags:
    """Look for every sign; what the list does not tell is no sign.

    Audience is thought to be left where engagement is as low as the least usual, where more accounts are followed than
    follow, and where followers grow faster than is usual.

    Parameters
    ----------
    creators
        CREATORS table, with those of OPTIONAL_COLUMNS that the list has (likes, comments, following, growth).
    usual
        USUAL table of the whole list: what `estimate_peer_norms` gives.
    tiers
        A preset of `assumptions.TIERS`.
    assumptions
        flag_z, clear_flag_z, following_many, growth_fast and credible_low say where a sign begins.

    Returns
    -------
    Flags with one entry for each row of `creators`.
    """
    rate, talk = (compare_with_peers(measure, usual) for measure in compare(creators, tiers=tiers))
    followers, following = number(creators, "followers"), number(creators, "following")
    growth, vendor = number(creators, "growth"), number(creators, "credible_share")
    # following back many is faint, whatever the size; it is clear of those who follow thousands and have fewer
    many, fewer = following > assumptions.following_many, followers < following
    strength = {
        "low": _beyond(-rate.z, assumptions),
        "high": _beyond(rate.z, assumptions),
        "talk": _beyond(np.abs(talk.z), assumptions),
        "following": _steps(many | fewer, fewer & (following > 2 * assumptions.following_many)),
        "growth": _steps(growth > assumptions.growth_fast, growth > 2 * assumptions.growth_fast),
        "vendor": CLEAR * _steps(vendor < assumptions.credible_low),
    }
    remaining = {
        "low": np.exp(np.minimum(rate.value - (rate.middle - assumptions.flag_z * rate.spread), 0)),
        "following": np.minimum(followers / np.where(following > 0, following, np.nan), 1),
        "growth": np.minimum((1 + assumptions.growth_fast) / (1 + growth), 1),
    }
    reported = {"following": following, "followers": followers, "growth": growth, "vendor": vendor}
    compared = {"rate": rate.plain, "peers": rate.middle, "talk": talk.plain, "talk_peers": talk.middle}
    return RedFlags(rate.z, strength, remaining, reported | compared)


def _steps(*conditions: NDArray[np.bool_]) -> Strength:
    return _sum(*(condition.view(np.int8) for condition in conditions))


def _sum(*strengths: Strength) -> Strength:
    return sum(strengths[1:], start=strengths[0])


def _beyond(z: Floats, assumptions: Assumptions) -> Strength:
    return _steps(z > assumptions.flag_z, z > assumptions.clear_flag_z)


def back_transform(name: str, values: Floats) -> Floats:
    """Turn what is usual among peers back from its stretched scale; all else is quoted as it is."""
    if name == "peers":
        rate: Floats = 1 / (1 + np.exp(-values))
        return rate
    return np.exp(values) if name == "talk_peers" else values


__all__ = ["UNKNOWN_TIER", "estimate_peer_norms", "measure_peers", "merge_peers", "vet"]

NO_PEERS = USUAL.empty()


def vet(
    creators: pd.DataFrame,
    peers: pd.DataFrame = NO_PEERS,
    *,
    tiers: str = "industry",
    language: Language | None = IN_ENGLISH,
    assumptions: Assumptions | None = None,
) -> pd.DataFrame:
    """Give every creator a tier by followers, its engagement against its peers, and a credible share with reasons.

    Parameters
    ----------
    peers
        What `estimate_peer_norms` gives for the whole list; without it engagement is compared with nothing.
    tiers
        A preset of `assumptions.TIERS`; creators without follower counts are in tier "unknown".
    language
        In which to give the reasons, which takes longer than all else; with None they are missing.

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
            reasons=pd.Series(_reasons(signs, language) if language else None, creators.index, dtype="str"),
        )
    )


def _reasons(signs: RedFlags, language: Language) -> list[str]:
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
        text = creator_messages.worth_checking(names[pattern], dict(zip(signs.quotes, values, strict=True)), sure=clear)
        reasons[row] = language.render(text)
    return reasons
