"""How to approach a creator: trade or fee, what range of fee, what locking in now saves, and what to write."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from hinterland.config import Assumptions
from hinterland.language import IN_ENGLISH, Language, Notice
from hinterland.messages import creators as creator_messages
from hinterland.schemas import OFFERS, VETTED

Floats = NDArray[np.float64]

USD = "USD"
THOUSAND = 1_000
# an exchange rate apart from the preset's dollars, nothing is known of the level of other money
OTHER_MONEY_SD = 5.0
UNSIZED_TIER = "nano"


@dataclass(frozen=True)
class FeeModel:
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

    Parameters
    ----------
    creators
        VETTED table: followers, tier, platform.
    country
        Country code of each creator, by creator_id; missing where unknown.
    assumptions
        reach_rate, cpm, cpm_country and audience_unknown.

    Returns
    -------
    Dollars, by creator_id.
    """
    followers = creators["followers"].fillna(assumptions.audience_unknown).clip(lower=1)
    tier = creators["tier"].astype("str")
    platform_tier = creators["platform"].fillna("").str.casefold() + " " + tier
    plain = tier.map(assumptions.cpm).fillna(assumptions.cpm[UNSIZED_TIER])
    reach = tier.map(assumptions.reach_rate).fillna(assumptions.reach_rate[UNSIZED_TIER])
    cpm = platform_tier.map(assumptions.cpm).fillna(plain) * country.map(assumptions.cpm_country).fillna(1.0)
    return (followers * reach * cpm.astype(float) / THOUSAND).astype("float64")


def learn_prices(creators: pd.DataFrame, preset: "pd.Series[float]", *, assumptions: Assumptions) -> FeeModel:
    """Fit the prices of a list, in its commonest currency, against followers; drawn to the preset where they are few.

    A Bayesian line on logarithms: the prior is the preset's level and an exponent of 1, each give or take; the
    spread of like creators is the list's own, drawn to `fee_ratio`.

    Parameters
    ----------
    creators
        VETTED table with fee and currency, which may be missing; a fee without currency is in dollars.
    preset
        What `preset_fee` gives for them.
    assumptions
        fee_level_sd, fee_slope_sd, fee_ratio, fee_interval and min_peers.

    Returns
    -------
    What fees follow; without a listed price, the preset in dollars.
    """
    fee, followers = creators["fee"], creators["followers"]
    is_priced = (fee > 0) & (followers > 0)
    currencies = creators["currency"].fillna(USD).where(is_priced).dropna()
    currency = str(currencies.mode().iloc[0]) if len(currencies) else USD
    rows = currencies.index[currencies == currency]
    centre = float(np.log(followers[rows]).mean()) if len(rows) else 0.0
    x = np.log(followers[rows].to_numpy(float)) - centre
    above = np.log(fee[rows].to_numpy(float)) - np.log(preset[rows].to_numpy(float))
    level_sd = assumptions.fee_level_sd if currency == USD else OTHER_MONEY_SD
    prior = np.diag([1 / level_sd**2, 1 / assumptions.fee_slope_sd**2])
    spread = _usual_spread(assumptions)
    # the spread decides how much a price weighs, and the line what the spread is: three rounds settle both
    for _ in range(3):
        gram = np.array([[len(x), x.sum()], [x.sum(), (x * x).sum()]], float)
        precision = prior + gram / spread**2
        covariance: Floats = np.linalg.inv(precision).astype(float)
        level, tilt = covariance @ (np.array([above.sum(), (above * x).sum()]) / spread**2)
        spread = _spread(above - level - tilt * x, assumptions)
    return FeeModel(currency, len(rows), centre, float(level), float(tilt), covariance, spread)


def _usual_spread(assumptions: Assumptions) -> float:
    """Turn the published ratio of highest to lowest fee into a standard deviation of ln fee."""
    return float(np.log(assumptions.fee_ratio) / 2 / _tail(assumptions))


def _tail(assumptions: Assumptions) -> float:
    return float(ndtri((1 + assumptions.fee_interval) / 2))


def _spread(residuals: Floats, assumptions: Assumptions) -> float:
    weight = assumptions.min_peers
    squares = (residuals**2).sum() + weight * _usual_spread(assumptions) ** 2
    return float(np.sqrt(squares / (len(residuals) + weight)))


def fee_range(
    creators: pd.DataFrame, preset: "pd.Series[float]", prices: FeeModel, *, assumptions: Assumptions
) -> pd.DataFrame:
    """Give `fee_low`, `fee_high` and `currency` of each creator: around its listed fee, else around like creators'.

    Parameters
    ----------
    creators
        As in `learn_prices`.
    preset
        What `preset_fee` gives for them.
    prices
        What `learn_prices` gives for the whole list.
    assumptions
        listed_ratio, fee_interval, fee_ratio, least_fee and audience_unknown.

    Returns
    -------
    Table by creator_id; fees in units of `currency`.
    """
    followers = creators["followers"].fillna(assumptions.audience_unknown).clip(lower=1)
    x = np.log(followers.to_numpy(float)) - prices.centre if prices.creators else np.zeros(len(creators))
    unsure = prices.covariance[0, 0] + 2 * prices.covariance[0, 1] * x + prices.covariance[1, 1] * x * x
    reach = _tail(assumptions) * np.sqrt(prices.spread**2 + (unsure if prices.creators else 0.0))
    middle = np.log(preset.to_numpy(float)) + prices.level + prices.slope * x
    fees = creators["fee"].where(creators["fee"] > 0).to_numpy(float)
    has_fee, ratio, least = ~np.isnan(fees), assumptions.listed_ratio, assumptions.least_fee
    return pd.DataFrame(
        {
            "fee_low": np.where(has_fee, fees / ratio, np.maximum(np.exp(middle - reach), least)),
            "fee_high": np.where(
                has_fee, fees * ratio, np.maximum(np.exp(middle + reach), least * assumptions.fee_ratio)
            ),
            "currency": creators["currency"].where(has_fee).fillna(prices.currency).astype("str"),
        },
        index=creators.index,
    )


__all__ = ["FeeModel", "make_offers", "opening_lines", "price_notices"]

TRADE, BOTH, FEE = "trade", "trade + fee", "fee"
MODES = {"nano": TRADE, "micro": TRADE, "mid": BOTH, "macro": FEE, "mega": FEE}


SAVING_RANGE = ("first_mover_saving_low", "first_mover_saving_high")


def make_offers(
    vetted: pd.DataFrame, country: "pd.Series[str]", *, assumptions: Assumptions, language: Language = IN_ENGLISH
) -> tuple[pd.DataFrame, FeeModel]:
    """Say how to approach each creator of a whole list, and what its fees were learnt from.

    `country` is the country code of each creator, where known. Trade or gifting comes first for small creators without
    a listed fee; `first_mover_saving` is a fraction, missing without a believable history.

    Returns
    -------
    OFFERS table with the further columns `offer_why`, `worth_checking` and the range of `first_mover_saving`, by
    creator_id.
    """
    VETTED.check(vetted)
    creators = vetted.assign(fee=_numbers(vetted, "fee"), currency=_currency(vetted))
    preset = preset_fee(creators, country, assumptions=assumptions)
    prices = learn_prices(creators, preset, assumptions=assumptions)
    has_fee = creators["fee"] > 0
    mode = creators["tier"].map(MODES).fillna(TRADE).mask(has_fee & creators["tier"].isin(["nano", "micro"]), BOTH)
    offers = creators.assign(
        **fee_range(creators, preset, prices, assumptions=assumptions),
        offer_mode=mode.astype("str"),
        offer_why=_why(mode, creators["tier"], has_fee, language),
        **_savings(creators, prices, assumptions),
    )
    return OFFERS.check(offers[[*OFFERS.columns, "offer_why", "worth_checking", *SAVING_RANGE]]), prices


def _numbers(creators: pd.DataFrame, name: str) -> "pd.Series[float]":
    if name not in creators:
        return pd.Series(np.nan, creators.index)
    return creators[name].astype("float64")


def _currency(creators: pd.DataFrame) -> "pd.Series[str]":
    if "currency" not in creators:
        return pd.Series(index=creators.index, dtype="str")
    return creators["currency"].astype("str")


def _why(
    mode: "pd.Series[str]", tier: "pd.Series[str]", has_fee: "pd.Series[bool]", language: Language
) -> "pd.Series[str]":
    rows = list(zip(mode, tier, has_fee, strict=True))
    sentences = {
        row: language.render(creator_messages.approach(*row[:2], has_fee=bool(row[2]))) for row in dict.fromkeys(rows)
    }
    return pd.Series([sentences[row] for row in rows], mode.index, dtype="str")


def _savings(creators: pd.DataFrame, prices: FeeModel, assumptions: Assumptions) -> "dict[str, pd.Series[float]]":
    """Estimate what today's price saves by the end of the months it is kept; growth too fast to last tells nothing.

    One month's growth seldom lasts a year: it is drawn towards the list's, and the range is from what all grow by to
    the creator's own.
    """
    growth = _numbers(creators, "growth")
    lasting = growth.where(growth <= assumptions.growth_fast)
    usual = lasting.median()
    paths = {
        "first_mover_saving": usual + assumptions.growth_reliability * (lasting - usual),
        "first_mover_saving_low": lasting.clip(upper=usual),
        "first_mover_saving_high": lasting.clip(lower=usual),
    }
    months = (1 + prices.slope) * assumptions.lock_in_months
    return {
        name: pd.Series(np.expm1(months * path), creators.index).clip(upper=assumptions.first_mover_most)
        for name, path in paths.items()
    }


def price_notices(creators: pd.DataFrame, prices: FeeModel) -> Iterator[Notice]:
    """Say where fee ranges come from.

    Parameters
    ----------
    creators
        VETTED table, with fee and currency if the list has them.
    """
    if prices.creators:
        yield creator_messages.fees_of_the_list(prices.creators, prices.currency, 1 + prices.slope)
    else:
        yield creator_messages.fees_assumed(prices.currency)
    if "fee" in creators and ("currency" not in creators or creators["currency"][creators["fee"] > 0].isna().any()):
        yield creator_messages.currency_assumed(prices.currency)


def opening_lines(
    offers: pd.DataFrame, market: "pd.Series[str]", names: "pd.Series[str]", language: Language = IN_ENGLISH
) -> "pd.Series[str]":
    """Write the first line to each creator: to collaborate or trade, never for a rate card.

    Parameters
    ----------
    offers
        OFFERS table.
    market
        Name of the market of each creator, in the order of `offers`.
    names
        Name of each creator, by creator_id, in the order of `offers`; where missing, the handle is taken.

    Returns
    -------
    A sentence in `language` for each creator, by creator_id.
    """
    handles = "@" + offers["handle"].astype("str").str.lstrip("@")
    who = names.where(names.notna(), handles.where(offers["handle"].notna(), language.say("there")))
    columns = (who, offers["niche"], market, offers["offer_mode"])
    rows = zip(*(column.astype(object).where(column.notna(), None) for column in columns), strict=True)
    return pd.Series([language.render(creator_messages.opening(*row)) for row in rows], offers.index, dtype="str")
