"""A further pass over the parts: one row per creator, for those who ask for people instead of markets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TypeVar

import pandas as pd

from hinterland import parallel
from hinterland.config import Assumptions, Settings
from hinterland.errors import InputError
from hinterland.identity import identify_creators
from hinterland.language import IN_ENGLISH, Language, Notice
from hinterland.location import Geography, Locator
from hinterland.messages import creators as creator_messages
from hinterland.offers import make_offers, price_notices
from hinterland.pipeline.aggregate import CreatorInput, scan_duplicates_and_peers, segment
from hinterland.schemas import AUDIENCE_SHARES
from hinterland.similar_markets import count_kinds, lump_rare_kinds, merge_mixes
from hinterland.vetting import vet

Item = TypeVar("Item")

DEFAULT_LEVEL = "metro"


@dataclass(frozen=True)
class People:
    """The creators of a list, each once, in the order of the input; indexed by creator_id.

    `creators` holds the columns as parsed and vetted with `found_by`, `market_id` (where most of the audience is) and
    `country_code`; `offers` is the OFFERS table, `shares` the AUDIENCE_SHARES table of `level`.
    """

    creators: pd.DataFrame
    offers: pd.DataFrame
    shares: pd.DataFrame
    level: str
    notices: tuple[Notice, ...] = ()


def list_people(
    listing: CreatorInput,
    geography: Geography,
    settings: Settings,
    assumptions: Assumptions,
    *,
    level: str | None = None,
    language: Language = IN_ENGLISH,
) -> People:
    """Vet, locate and offer every creator of the segment asked for; later rows of one creator are left out.

    Parameters
    ----------
    settings
        Who counts (`tier`, `tiers`, `platform`, `niche`), and `level`.
    level
        Kind of market audiences are shared among; else that of the settings, else metro.
    language
        What reasons are worded in.

    Returns
    -------
    Each creator once, by creator_id, the number of its row in the list.

    Raises
    ------
    InputError
        When rows are counts, or none of them could be used.
    """
    if listing.aggregated:
        raise InputError(creator_messages.counted_rows())
    level = level or (settings.level if settings.level not in (None, "auto") else DEFAULT_LEVEL)
    prepass = scan_duplicates_and_peers(listing, settings, assumptions)
    locator = Locator(geography, assumptions)
    vet_rows = partial(vet, peers=prepass.peers, tiers=settings.tiers, language=language, assumptions=assumptions)

    def step(part: object) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
        rows = listing.open_part(part).creators
        return [_read_people(prepass.first_rows(rows), vet_rows, locator, settings)]

    parts = parallel.run(listing.parts, step, _join)
    # a column only some of the parts have is missing in the others
    creators = pd.concat([table for table, _ in parts if len(table)] or [pd.DataFrame()]).sort_index()
    if creators.empty:
        raise InputError("no row of the list could be used; the rejects of `hinterland rank` say why")
    located = pd.concat([table for _, table in parts], ignore_index=True)
    located = located.sort_values("creator_id", kind="stable", ignore_index=True)
    shares = AUDIENCE_SHARES.check(_share_out(located, level))
    profiles = creators.join(_home(located, shares))
    offers, prices = make_offers(profiles, profiles["country_code"], assumptions=assumptions, language=language)
    return People(profiles, offers, shares, level, tuple(price_notices(profiles, prices)))


def _join(lists: list[list[Item]]) -> list[Item]:
    return list(chain.from_iterable(lists))


def _read_people(
    creators: pd.DataFrame, vet_rows: Callable[[pd.DataFrame], pd.DataFrame], locator: Locator, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    vetted = vet_rows(segment(creators, settings))
    vetted = vetted if settings.tier is None else vetted.loc[vetted["tier"] == settings.tier]
    return vetted, locator.locate(vetted)


def _share_out(located: pd.DataFrame, level: str) -> pd.DataFrame:
    """Give the share of each creator in each market of a level; what is in none of them is left out."""
    totals = located.groupby("creator_id")["creators_millionths"].transform("sum")
    share = (located["creators_millionths"] / totals.where(totals > 0)).fillna(0.0)
    rows = located.assign(market_id=located[f"{level}_market"], share=share.astype(float)).dropna(subset="market_id")
    return rows.groupby(["creator_id", "market_id"], sort=True)["share"].sum().to_frame()


def _home(located: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Name how each creator was found, its country, and the market where most of its audience is."""
    first = located.drop_duplicates("creator_id").set_index("creator_id")
    largest = shares.reset_index().sort_values(["creator_id", "share", "market_id"], ascending=[True, False, True])
    home = largest.drop_duplicates("creator_id").set_index("creator_id")["market_id"]
    return pd.DataFrame(
        {
            "found_by": first["found_by"],
            "country_code": first["country_market"].str.removeprefix("country:"),
            "market_id": home.reindex(first.index).astype("str"),
        }
    )


def locate_identities(
    listing: CreatorInput, geography: Geography, level: str, *, settings: Settings, assumptions: Assumptions
) -> "pd.Series[str]":
    """Give the market of a level where most of the audience of each creator is, by identity; the first row counts.

    Identities are 64 bits of platform and handle; creators without a handle, or in no market, are left out. The tier
    of a run is not looked at: creators grow out of theirs.

    Parameters
    ----------
    level
        city, metro, region or country.
    settings
        Who counts (`platform`, `niche`).

    Returns
    -------
    market_id by identity.
    """
    locator = Locator(geography, assumptions)

    def step(part: object) -> list["pd.Series[str]"]:
        creators = segment(listing.open_part(part).creators, settings)
        located = locator.locate(vet(creators, tiers=settings.tiers, language=None))
        homes = _home(located, _share_out(located, level))["market_id"].dropna()
        return [homes.set_axis(identify_creators(creators)["who"].reindex(homes.index))]

    homes: pd.Series[str] = pd.concat(parallel.run(listing.parts, step, _join))
    return homes[homes.index.notna() & ~homes.index.duplicated()]


def count_mix(
    listing: CreatorInput, geography: Geography, level: str, *, settings: Settings, assumptions: Assumptions
) -> pd.DataFrame:
    """Count creators by market and niche, platform and tier (table MIX); all but the twelve largest kinds are "other".

    Counts are whole millionths of creators, so any split into parts gives the same table. Rows of one creator are
    not merged here: a mix is a share.

    Parameters
    ----------
    level
        city, metro, region or country.
    settings
        Only `tiers` matters here: creators of all segments are counted.

    Returns
    -------
    MIX table by market_id, family ("niche", "platform", "tier") and value, in lower case.
    """
    locator = Locator(geography, assumptions)

    def step(part: object) -> pd.DataFrame:
        vetted = vet(listing.open_part(part).creators, tiers=settings.tiers, language=None)
        return count_kinds(locator.locate(vetted), vetted, level)

    return lump_rare_kinds(parallel.run(listing.parts, step, merge_mixes))
