"""What a creator may ask for one post: a range, from the list's own prices or from a preset."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from hinterland.config import Assumptions

Floats = NDArray[np.float64]

USD = "USD"
THOUSAND = 1_000
# an exchange rate apart from the preset's dollars, nothing is known of the level of other money
OTHER_MONEY_SD = 5.0
UNSIZED_TIER = "nano"


@dataclass(frozen=True)
class Prices:
    """What fees follow: ln fee = level + slope (ln followers - centre) + preset, with what is not known of it.

    `creators` is how many prices of the list it rests on; `spread` how far like creators' fees lie apart (ln).
    """

    currency: str
    creators: int
    centre: float
    level: float
    slope: float
    covariance: Floats
    spread: float


def preset_fee(creators: pd.DataFrame, country: "pd.Series[str]", *, assumptions: Assumptions) -> "pd.Series[float]":
    """Price one post in dollars as people reached x cost per thousand: by tier, platform and country.

    Creators without follower counts are taken for `audience_unknown` followers.
    """
    followers = creators["followers"].fillna(assumptions.audience_unknown).clip(lower=1)
    tier = creators["tier"].astype("str")
    named = creators["platform"].fillna("").str.casefold() + " " + tier
    plain = tier.map(assumptions.cpm).fillna(assumptions.cpm[UNSIZED_TIER])
    reach = tier.map(assumptions.reach_rate).fillna(assumptions.reach_rate[UNSIZED_TIER])
    cpm = named.map(assumptions.cpm).fillna(plain) * country.map(assumptions.cpm_country).fillna(1.0)
    return (followers * reach * cpm.astype(float) / THOUSAND).astype("float64")


def learn_prices(creators: pd.DataFrame, preset: "pd.Series[float]", *, assumptions: Assumptions) -> Prices:
    """Fit the prices of a list, in its commonest currency, against followers; drawn to the preset where they are few.

    A Bayesian line on logarithms: the prior is the preset's level and an exponent of 1, each give or take; the
    spread of like creators is the list's own, drawn to `fee_ratio`.
    """
    fee, followers = creators["fee"], creators["followers"]
    known = (fee > 0) & (followers > 0)
    currencies = creators["currency"].fillna(USD).where(known).dropna()
    currency = str(currencies.mode().iloc[0]) if len(currencies) else USD
    mine = currencies.index[currencies == currency]
    centre = float(np.log(followers[mine]).mean()) if len(mine) else 0.0
    x = np.log(followers[mine].to_numpy(float)) - centre
    above = np.log(fee[mine].to_numpy(float)) - np.log(preset[mine].to_numpy(float))
    level_sd = assumptions.fee_level_sd if currency == USD else OTHER_MONEY_SD
    prior = np.diag([1 / level_sd**2, 1 / assumptions.fee_slope_sd**2])
    spread = _usual_spread(assumptions)
    # the spread decides how much a price weighs, and the line what the spread is: three rounds settle both
    for _ in range(3):
        precision = prior + _gram(x) / spread**2
        covariance: Floats = np.linalg.inv(precision).astype(float)
        level, tilt = covariance @ (np.array([above.sum(), (above * x).sum()]) / spread**2)
        spread = _spread(above - level - tilt * x, assumptions)
    return Prices(currency, len(mine), centre, float(level), float(tilt), covariance, spread)


def _gram(x: Floats) -> Floats:
    return np.array([[len(x), x.sum()], [x.sum(), (x * x).sum()]], float)


def _usual_spread(assumptions: Assumptions) -> float:
    """Turn the published ratio of highest to lowest fee into a standard deviation of ln fee."""
    return float(np.log(assumptions.fee_ratio) / 2 / _tail(assumptions))


def _tail(assumptions: Assumptions) -> float:
    return float(norm.ppf((1 + assumptions.fee_interval) / 2))


def _spread(residuals: Floats, assumptions: Assumptions) -> float:
    weight = assumptions.peers_alone
    squares = (residuals**2).sum() + weight * _usual_spread(assumptions) ** 2
    return float(np.sqrt(squares / (len(residuals) + weight)))


def fee_range(
    creators: pd.DataFrame, preset: "pd.Series[float]", prices: Prices, *, assumptions: Assumptions
) -> pd.DataFrame:
    """Give `fee_low`, `fee_high` and `currency` of each creator: around its listed fee, else around like creators'."""
    followers = creators["followers"].fillna(assumptions.audience_unknown).clip(lower=1)
    x = np.log(followers.to_numpy(float)) - prices.centre if prices.creators else np.zeros(len(creators))
    unsure = prices.covariance[0, 0] + 2 * prices.covariance[0, 1] * x + prices.covariance[1, 1] * x * x
    reach = _tail(assumptions) * np.sqrt(prices.spread**2 + (unsure if prices.creators else 0.0))
    middle = np.log(preset.to_numpy(float)) + prices.level + prices.slope * x
    listed = creators["fee"].where(creators["fee"] > 0).to_numpy(float)
    own, ratio, least = ~np.isnan(listed), assumptions.listed_ratio, assumptions.least_fee
    return pd.DataFrame(
        {
            "fee_low": np.where(own, listed / ratio, np.maximum(np.exp(middle - reach), least)),
            "fee_high": np.where(
                own, listed * ratio, np.maximum(np.exp(middle + reach), least * assumptions.fee_ratio)
            ),
            "currency": creators["currency"].where(own).fillna(prices.currency).astype("str"),
        },
        index=creators.index,
    )
