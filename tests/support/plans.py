"""Planted worlds with prices: what a plan can buy, and how many people there truly are to win."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hinterland.config import TIERS
from hinterland.planning import REACH
from hinterland.schemas import AUDIENCE_SHARES, OFFERS
from hinterland.synthetic.simulate import Floats, SimulatedMarkets

# followers are log-normal about 15,000; a thousand people seen cost 20 USD, half as much or twice as much
LN_FOLLOWERS, LN_FOLLOWERS_SD, FEWEST, MOST = 9.6, 1.2, 1_000, 5_000_000
PER_PERSON, LN_PRICE_SD = 0.02, 0.5
TAIL = 0.1


@dataclass(frozen=True)
class SimulatedOffers:
    """Creators of a planted world with their prices (OFFERS), where they are (AUDIENCE_SHARES), and the truth.

    `audience` is a creator's mean followers, both tails drawn in; `unmet` the people truly to win per market.
    """

    offers: pd.DataFrame
    shares: pd.DataFrame
    audience: float
    unmet: "pd.Series[float]"


def plant_offers(world: SimulatedMarkets, markets: pd.DataFrame, *, seed: int) -> SimulatedOffers:
    """Give each creator of a planted world followers and a price, and count the people truly to win."""
    rng = np.random.default_rng([seed, 1])
    home = np.repeat(world.creators.index.to_numpy(), world.creators.astype(int))
    followers = np.exp(rng.normal(LN_FOLLOWERS, LN_FOLLOWERS_SD, len(home))).clip(FEWEST, MOST).round()
    people_reached = followers * _tiers(followers).map(REACH).to_numpy(float)
    fee = people_reached * PER_PERSON * rng.lognormal(0, LN_PRICE_SD, len(home))
    ids = pd.Index(np.arange(1, len(home) + 1), name="creator_id")
    index = pd.MultiIndex.from_arrays([ids, home], names=AUDIENCE_SHARES.key)
    audience = float(followers.clip(*np.quantile(followers, (TAIL, 1 - TAIL))).mean())
    people = markets["internet_users"].loc[world.expected.index]
    missing = world.expected * (1 - world.saturation)
    return SimulatedOffers(
        _offers(followers, fee, ids),
        pd.DataFrame({"share": 1.0}, index=index),
        audience,
        find_unmet(missing, people, audience),
    )


def find_unmet(missing: "pd.Series[float]", people: "pd.Series[float]", audience: float) -> "pd.Series[float]":
    """Turn missing creators into people: N (1 - exp(-D A / N)); none are missing where there are too many."""
    return people * -np.expm1(-missing.clip(lower=0) * audience / people)


def _tiers(followers: Floats) -> "pd.Series[str]":
    preset = TIERS["industry"]
    tiers = pd.cut(followers, [*preset.values(), np.inf], right=False, labels=list(preset))
    return pd.Series(tiers).astype("str")


def _offers(
    followers: Floats,
    fee: Floats,
    ids: "pd.Index[int]",
) -> pd.DataFrame:
    values = {
        "tier": _tiers(followers).to_numpy(),
        "offer_mode": "fee",
        "currency": "USD",
        "followers": followers,
        "credible_share": 1.0,
        "fee_low": fee,
        "fee_high": fee,
    }
    columns = {name: values.get(name, "" if kind == "text" else np.nan) for name, kind in OFFERS.columns.items()}
    return OFFERS.check(pd.DataFrame(columns, index=ids))
