"""Made-up accounts: what a genuine one looks like, and five ways of looking larger than one is."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Planter = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]

PLANTED_SHARE = 0.05
USUAL_FOLLOWERS, FOLLOWERS_SPREAD, LEAST, MOST = 9.2, 1.25, 800, 6e6
USUAL_ENGAGEMENT, ENGAGEMENT_SLOPE, ENGAGEMENT_SPREAD = -3.3, -0.12, 0.55
USUAL_TALK, TALK_SPREAD = -3.6, 0.6
FEE_LISTED, FEE_LEVEL, FEE_SLOPE, FEE_SPREAD = 0.25, -3.6, 0.92, 0.4
# of ten genuine accounts one lives by following back
FOLLOWS_BACK = 0.1


def make_accounts(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw accounts: followers, following, engagement, likes, comments, growth per month, fee, and `kind`.

    `kind` is empty for the genuine ones, and names how the others were made to look larger.
    """
    genuine = _genuine(count, rng)
    planted = rng.random(count) < PLANTED_SHARE
    kind = np.where(planted, rng.choice(list(KINDS), count), "")
    made: list[pd.DataFrame] = [
        genuine.loc[kind == ""],
        *(plant(genuine.loc[kind == name], rng) for name, plant in KINDS.items()),
    ]
    accounts: pd.DataFrame = pd.concat(made).sort_index().assign(kind=kind)
    reactions = accounts["engagement"] * accounts["followers"]
    comments = reactions * accounts["talk"] / (1 + accounts["talk"])
    return accounts.assign(comments=comments.round(), likes=(reactions - comments).round())


def _genuine(count: int, rng: np.random.Generator) -> pd.DataFrame:
    followers = np.clip(np.exp(rng.normal(USUAL_FOLLOWERS, FOLLOWERS_SPREAD, count)), LEAST, MOST)
    middle = USUAL_ENGAGEMENT + ENGAGEMENT_SLOPE * (np.log(followers) - USUAL_FOLLOWERS)
    fee = np.exp(FEE_LEVEL + FEE_SLOPE * np.log(followers) + rng.normal(0, FEE_SPREAD, count))
    follows_back = rng.random(count) < FOLLOWS_BACK
    return pd.DataFrame(
        {
            "followers": followers,
            "following": np.exp(rng.normal(6.2, 0.7, count) + follows_back),
            "engagement": 1 / (1 + np.exp(-rng.normal(middle, ENGAGEMENT_SPREAD))),
            "talk": np.exp(rng.normal(USUAL_TALK, TALK_SPREAD, count)),
            "growth": rng.normal(0.02, 0.03, count),
            "fee": np.where(rng.random(count) < FEE_LISTED, fee.round(-1).clip(10), np.nan),
        }
    )


def _bought(own: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add bought followers, who never react: six to sixty times the real ones."""
    times = np.exp(rng.uniform(np.log(6), np.log(60), len(own)))
    return own.assign(followers=(own["followers"] * times).clip(upper=MOST), engagement=own["engagement"] / times)


def _bursts(own: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Buy followers right now: growth jumps, engagement is diluted a little."""
    growth = rng.uniform(0.25, 1.2, len(own))
    return own.assign(growth=growth, engagement=own["engagement"] / (1 + 2 * growth))


def _follow_for_follow(own: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Follow thousands, who follow back and do not look."""
    following = rng.uniform(2_000, 7_500, len(own))
    followers = following * rng.uniform(0.5, 1.1, len(own))
    return own.assign(following=following, followers=followers, engagement=own["engagement"] * 0.4)


def _pods(own: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Trade reactions in a group: too many of them, and too much talk."""
    times = rng.uniform(4, 10, len(own))
    talk = own["talk"] * rng.uniform(4, 15, len(own))
    return own.assign(engagement=(own["engagement"] * times).clip(upper=0.9), talk=talk)


def _bought_likes(own: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add bought followers and bought likes: engagement looks usual, but nobody says a word."""
    return own.assign(
        followers=(own["followers"] * 3).clip(upper=MOST), talk=own["talk"] / rng.uniform(8, 40, len(own))
    )


KINDS: Mapping[str, Planter] = MappingProxyType(
    {
        "bought followers": _bought,
        "burst of followers": _bursts,
        "follow for follow": _follow_for_follow,
        "engagement pod": _pods,
        "bought likes": _bought_likes,
    }
)
