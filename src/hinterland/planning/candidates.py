"""What can be bought, creators at their price and recruits where creators are missing, written as a problem."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.config import TIERS
from hinterland.errors import SettingsError, UnknownNameError
from hinterland.language import Control, Text
from hinterland.messages import join_faults, no_such_market
from hinterland.planning.problem import REACH, Scenario
from hinterland.schemas import AUDIENCE_SHARES, OFFERS, RANKING

CREATOR, RECRUIT = "creator", "recruit"
COLUMNS = [
    *("creator_id", "market_id", "kind", "handle", "platform", "niche", "tier", "offer_mode", "currency"),
    "worth_checking",
]
PRICES = ["fee_low", "fee_high", "price"]


class Candidates(NamedTuple):
    """What can be bought, one row each, and whom a unit reaches.

    `table`, by choice from 0: creator_id (empty for recruits), market_id (where most of the audience is), kind, price
    and fees in the plan's currency, units. `reach`: choice, market_id, people.
    """

    table: pd.DataFrame
    reach: pd.DataFrame


def find_candidates(
    offers: pd.DataFrame, shares: pd.DataFrame, ranking: pd.DataFrame, scenario: Scenario
) -> Candidates:
    """List the creators a plan may take, and recruits for the markets where creators are missing.

    Parameters
    ----------
    offers
        OFFERS table.
    shares
        AUDIENCE_SHARES table: a creator is offered in the market where most of its audience is.
    ranking
        RANKING table: recruits are offered where people are unreached (unmet_audience) and creators missing, or where
        one of `must` has too few.
    scenario
        Which tiers and markets, at what price, in which currency, and of which tier recruits are.

    Raises
    ------
    UnknownNameError
        For markets that are not in the ranking.
    SettingsError
        For a tier or a currency that the list or the scenario does not know; all faults at once.
    """
    OFFERS.check(offers)
    AUDIENCE_SHARES.check(shares)
    RANKING.check(ranking)
    asked = (*scenario.must, *scenario.never, *scenario.only)
    if unknown := [market_id for market_id in asked if market_id not in ranking.index]:
        raise UnknownNameError(no_such_market(unknown))
    if faults := [*_unknown_tiers(offers, scenario), *_without_rate(_allowed(offers, scenario), scenario)]:
        raise SettingsError(join_faults(faults))
    priced = _priced(_allowed(offers, scenario), scenario)
    reach = _reach(priced, shares, ranking)
    home = reach.sort_values(["people", "market_id"], ascending=[False, True]).drop_duplicates("creator_id")
    creators = priced.join(home.set_index("creator_id")["market_id"], how="inner")
    creators = creators.loc[creators["market_id"].isin(ranking.index[is_open(ranking, scenario)])].sort_index()
    recruits = _recruits(priced, creators, ranking, scenario)
    table = pd.concat([creators.reset_index().assign(kind=CREATOR, units=1), recruits], ignore_index=True)
    table["creator_id"] = table["creator_id"].astype("Int64")
    marks = table["worth_checking"] if "worth_checking" in table else pd.Series(index=table.index, dtype="object")
    table["worth_checking"] = marks.map({True: "yes", False: "no"}).astype("str")
    return Candidates(table[[*COLUMNS, *PRICES, "units", "people"]], _by_choice(table, reach))


def is_open(ranking: pd.DataFrame, scenario: Scenario) -> NDArray[np.bool_]:
    """Mark the markets a plan may choose from.

    Parameters
    ----------
    ranking
        Table by market_id.
    scenario
        `only`, beside which those of `must` are open too, and `never`.

    Returns
    -------
    A mark for each row of `ranking`.
    """
    among = ranking.index.isin([*scenario.only, *scenario.must]) if scenario.only else np.ones(len(ranking), dtype=bool)
    return np.asarray(among & ~ranking.index.isin(scenario.never))


def _allowed(offers: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    return offers.loc[offers["tier"].isin(scenario.tiers)] if scenario.tiers else offers


def _unknown_tiers(offers: pd.DataFrame, scenario: Scenario) -> Iterator[Text]:
    tiers = set(offers["tier"])
    if odd := [tier for tier in scenario.tiers if tier not in tiers]:
        yield Text(
            "tiers {odd}: nobody in this list is in that tier; choose from {tiers}", odd=odd, tiers=sorted(tiers)
        )


def _without_rate(offers: pd.DataFrame, scenario: Scenario) -> Iterator[Text]:
    currencies = set(offers["currency"].dropna()) - {scenario.currency} - set(scenario.rates)
    for currency in sorted(currencies):
        yield Text(
            "some fees are in {currency}: give the value of 1 {currency} in {wanted}, in {rates}",
            currency=currency,
            wanted=scenario.currency,
            rates=Control(f"rates.{currency} (--scenario)", argument=f"rates={{{currency!r}: ...}}"),
        )


def _priced(offers: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Turn fees into the plan's currency; the price planned with lies at the low end, the high end or between."""
    rate = offers["currency"].map({**scenario.rates, scenario.currency: 1.0}).astype(float).fillna(1.0)
    low = offers["fee_low"] * rate + scenario.cost_per_creator
    high = offers["fee_high"] * rate + scenario.cost_per_creator
    price: pd.Series[float] = {"low": low, "high": high, "middle": (low * high) ** 0.5}[scenario.price]
    priced = offers.assign(fee_low=low, fee_high=high, price=price, currency=scenario.currency)
    # real people that see a creator's post
    seen_by = priced["tier"].map({**REACH, **scenario.reach}).astype(float).fillna(min(REACH.values()))
    return priced.assign(people=(priced["followers"] * priced["credible_share"] * seen_by).fillna(0.0))


def _reach(priced: pd.DataFrame, shares: pd.DataFrame, ranking: pd.DataFrame) -> pd.DataFrame:
    """Spread each creator's people over the markets of the ranking."""
    spread = shares.reset_index()
    spread = spread.loc[spread["creator_id"].isin(priced.index) & spread["market_id"].isin(ranking.index)]
    people = priced["people"].loc[spread["creator_id"]].to_numpy(float) * spread["share"].to_numpy(float)
    return spread.assign(people=people)[["creator_id", "market_id", "people"]]


def _recruits(priced: pd.DataFrame, creators: pd.DataFrame, ranking: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Offer creators still to be found, like the list's typical one of a tier, up to the number that is missing.

    Where the list has fewer than a chosen market needs, as many are offered as it needs.
    """
    peers = _peers(priced, scenario.recruit)
    targets = ranking.loc[(ranking["unmet_audience"] > 0) & is_open(ranking, scenario)]
    counts = creators["market_id"].value_counts().reindex(targets.index, fill_value=0).to_numpy(float)
    if peers.empty or not (people := float(peers["people"].median())) > 0:
        return pd.DataFrame()
    middle = {name: float(peers[name].median()) for name in PRICES}
    room = np.ceil(targets["unmet_audience"].to_numpy(float) / people)
    missing = np.ceil(targets["missing_creators"].fillna(0).to_numpy(float))
    affordable = np.floor(scenario.budget / max(middle["price"], 1e-9))
    is_wanted = (missing > 0) | targets.index.isin(scenario.must)
    needed = np.where(is_wanted, np.maximum(max(scenario.min_creators, 1) - counts, 0), 0)
    units = np.maximum(np.minimum(np.minimum(room, missing), affordable), needed)
    traits = {"kind": RECRUIT, "tier": scenario.recruit, "currency": scenario.currency, "people": people}
    recruits = pd.DataFrame({"market_id": targets.index, "units": units.astype(np.int64), **traits, **middle})
    return recruits.loc[recruits["units"] > 0]


def _peers(priced: pd.DataFrame, tier: str | None) -> pd.DataFrame:
    """Take the creators of a tier; where the list has none, those of the tier nearest in size that it has."""
    sizes = list(TIERS["industry"])
    here = [name for name in sizes if (priced["tier"] == name).any()]
    if tier in sizes and here and tier not in here:
        tier = min(here, key=lambda name: abs(sizes.index(name) - sizes.index(str(tier))))
    return priced.loc[priced["tier"] == (tier or "")]


def _by_choice(table: pd.DataFrame, reach: pd.DataFrame) -> pd.DataFrame:
    """Say whom each choice reaches, creators and recruits alike."""
    number = pd.Series(table.index, pd.Index(table["creator_id"])).loc[(table["kind"] == CREATOR).to_numpy()]
    creator_reach = reach.loc[reach["creator_id"].isin(number.index)]
    creators = creator_reach.assign(choice=number.loc[creator_reach["creator_id"]].to_numpy())[
        ["choice", "market_id", "people"]
    ]
    recruits = table.loc[table["kind"] == RECRUIT, ["market_id", "people"]].rename_axis("choice").reset_index()
    return pd.concat([creators, recruits], ignore_index=True)
