"""How to approach a creator: trade or fee, what range of fee, what locking in now saves, and what to write."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hinterland.config import Assumptions
from hinterland.messages import Notice
from hinterland.messages import creators as wording
from hinterland.offers.fees import Prices, fee_range, learn_prices, preset_fee
from hinterland.schemas import OFFERS, VETTED

__all__ = ["Prices", "make_offers", "opening_lines", "told_of_prices"]

TRADE, BOTH, FEE = "trade", "trade + fee", "fee"
MODES = {"nano": TRADE, "micro": TRADE, "mid": BOTH, "macro": FEE, "mega": FEE}


SAVING_RANGE = ("first_mover_saving_low", "first_mover_saving_high")


def make_offers(
    vetted: pd.DataFrame, country: "pd.Series[str]", *, assumptions: Assumptions
) -> tuple[pd.DataFrame, Prices]:
    """Say how to approach each creator of a whole list, and what its fees were learnt from.

    `country` is the country code of each creator, where known. Trade or gifting comes first for small creators without
    a listed fee; `first_mover_saving` is a fraction, missing without a believable history.

    Returns
    -------
    OFFERS table with the further columns `offer_why`, `worth_checking` and the range of `first_mover_saving`, by
    creator_id.
    """
    VETTED.check(vetted)
    known = vetted.assign(fee=_numbers(vetted, "fee"), currency=_currency(vetted))
    preset = preset_fee(known, country, assumptions=assumptions)
    prices = learn_prices(known, preset, assumptions=assumptions)
    listed = known["fee"] > 0
    mode = known["tier"].map(MODES).fillna(TRADE).mask(listed & known["tier"].isin(["nano", "micro"]), BOTH)
    offers = known.assign(
        **fee_range(known, preset, prices, assumptions=assumptions),
        offer_mode=mode.astype("str"),
        offer_why=_why(mode, known["tier"], listed),
        **_savings(known, prices, assumptions),
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


def _why(mode: "pd.Series[str]", tier: "pd.Series[str]", listed: "pd.Series[bool]") -> "pd.Series[str]":
    rows = zip(mode, tier, listed, strict=True)
    return pd.Series(
        [wording.approach(way, size, listed=bool(fee)) for way, size, fee in rows], mode.index, dtype="str"
    )


def _savings(creators: pd.DataFrame, prices: Prices, assumptions: Assumptions) -> "dict[str, pd.Series[float]]":
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


def told_of_prices(creators: pd.DataFrame, prices: Prices) -> Iterator[Notice]:
    """Say where fee ranges come from."""
    if prices.creators:
        yield wording.fees_of_the_list(prices.creators, prices.currency, 1 + prices.slope)
    else:
        yield wording.fees_assumed(prices.currency)
    if "fee" in creators and ("currency" not in creators or creators["currency"][creators["fee"] > 0].isna().any()):
        yield wording.currency_assumed(prices.currency)


def opening_lines(offers: pd.DataFrame, market: "pd.Series[str]", names: "pd.Series[str]") -> "pd.Series[str]":
    """Write the first line to each creator: to collaborate or trade, never for a rate card."""
    handles = "@" + offers["handle"].astype("str").str.lstrip("@")
    who = names.where(names.notna(), handles.where(offers["handle"].notna(), "there"))
    columns = (who, offers["niche"], market, offers["offer_mode"])
    rows = zip(*(column.astype(object).where(column.notna(), None) for column in columns), strict=True)
    return pd.Series([wording.opening(*row) for row in rows], offers.index, dtype="str")
