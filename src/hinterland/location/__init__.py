"""Stage 2, vetted creators to located creators: the market of each level a creator's audience is in."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.config import Assumptions
from hinterland.location.sites import Geography, find_sites, read_locations, stand_in
from hinterland.schemas import LOCATED, MARKET_COLUMNS, MILLIONTHS, SITE, VETTED

__all__ = [
    "WAYS",
    "Geography",
    "Locator",
    "find_sole_markets",
    "find_sole_own_markets",
    "regions_of",
    "stand_in",
]

# city-states and sole cities: shares of residents from which a market is nearly all there is
MARKET_SHARE, UNIT_SHARE = 0.9, 0.6
OWN_UNIT_SHARE = 0.9
UNITS = ("region", "country")
WAYS = ("coordinates", "columns", "text", "country_only", "nowhere")
# beyond this many distinct locations the memory of earlier ones is dropped: they are then resolved anew
MOST_LOCATIONS = 2_000_000
# an odd number of 64 bits, by which the hashes of columns are joined
HASH_FACTOR = np.uint64(0x9E3779B97F4A7C15)
Codes = NDArray[np.int64]


class Locator:
    """Locates tables of creators of one list: a location is resolved once, however many rows and parts name it."""

    def __init__(self, geography: Geography, assumptions: Assumptions) -> None:
        """Begin with no location."""
        self._geography, self._assumptions = geography, assumptions
        self._locations = _Numbering()
        self._shares = pd.DataFrame()
        self._first = np.zeros(1, np.int64)

    def locate(self, vetted: pd.DataFrame) -> pd.DataFrame:
        """Give every creator the city, metro, region and country it is in, by the best evidence it has.

        Coordinates first, then city and region columns, then free text, then a country column. A creator in
        several places is split evenly among them; one whose text may mean several places, by their probabilities; one
        found nowhere keeps its row, without markets. Where the list says itself where the audience is, that part goes
        there, and the rest stays where the creator is.

        Parameters
        ----------
        vetted
            VETTED table, of one part of the list.

        Returns
        -------
        LOCATED table, one row per creator and place; the shares of a creator add up to its `creators` exactly.
        """
        VETTED.check(vetted)
        location = self._number_locations(read_locations(vetted, self._geography, self._assumptions))
        start, count = self._first[location], np.diff(self._first)[location]
        row = np.repeat(np.arange(len(vetted)), count)
        share = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(start, count)
        return LOCATED.check(_share_out(vetted.iloc[row], self._shares.iloc[share]))

    def _number_locations(self, locations: pd.DataFrame) -> Codes:
        """Give each row the number of its location, and resolve those that are new."""
        if len(self._locations) > MOST_LOCATIONS:
            self._locations, self._shares, self._first = _Numbering(), pd.DataFrame(), np.zeros(1, np.int64)
        numbers, first = self._locations.number(locations)
        if len(first) or self._shares.empty:
            self._add(locations.iloc[first].set_axis(pd.Index(numbers[first], name="creator_id")))
        return numbers

    def _add(self, locations: pd.DataFrame) -> None:
        shares = find_sites(locations, self._geography)
        shares = shares.assign(site=_hash_rows(shares[list(SITE)]).view("int64"))
        weight = shares["weight"].groupby(level=0)
        shares = shares.assign(total=weight.transform("sum"), upto=weight.cumsum())
        self._shares = pd.concat([self._shares, shares]) if len(self._shares) else shares
        count = np.bincount(self._shares.index.to_numpy(), minlength=len(self._locations))
        self._first = np.append(0, np.cumsum(count))


class _Numbering:
    """Numbers the distinct rows of tables in the order they come, by a hash of 64 bits."""

    def __init__(self) -> None:
        self._keys: pd.Index = pd.Index([], dtype="uint64")

    def __len__(self) -> int:
        return len(self._keys)

    def number(self, rows: pd.DataFrame) -> tuple[Codes, Codes]:
        """Give each row its number, and the positions of the rows that are the first with theirs.

        Parameters
        ----------
        rows
            Table with the same columns each time; its index does not matter.
        """
        codes, keys = pd.factorize(_hash_rows(rows))
        numbers = self._keys.get_indexer(pd.Index(keys))
        new = np.flatnonzero(numbers < 0)
        numbers[new] = len(self._keys) + np.arange(len(new))
        self._keys = self._keys.append(pd.Index(keys[new]))
        return numbers[codes], np.unique(codes, return_index=True)[1][new]


def _hash_rows(rows: pd.DataFrame) -> NDArray[np.uint64]:
    """Hash each row to 64 bits, the same in every part and process; columns in which all is missing cost nothing."""
    hashes: NDArray[np.uint64] = np.zeros(len(rows), np.uint64)
    for name in rows:
        values = rows[name] if rows[name].notna().any() else rows[name].iloc[:1]
        hashes = hashes * HASH_FACTOR + np.asarray(pd.util.hash_pandas_object(values, index=False), np.uint64)
    return hashes


def _share_out(vetted: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Share out creators (exactly, in millionths) and audience of each row among its places."""
    creators = vetted["creators"].to_numpy(float)
    weight, total, upto = (shares[name].to_numpy() for name in ("weight", "total", "upto"))
    # a rest of the division by itself: weights times millionths would pass 64 bits for large counts
    share, rest = np.divmod(np.rint(creators * MILLIONTHS).astype("int64"), total)
    upto = np.stack([upto - weight, upto])
    millionths = np.diff(upto * share + upto * rest // total, axis=0)[0]
    reach = (vetted["followers"] * vetted["credible_share"]).to_numpy(float)
    creator_id = vetted.index.to_numpy("int64")
    index = pd.RangeIndex(len(vetted), name="share_id")
    return pd.DataFrame(
        {
            "creator_id": creator_id,
            "found_by": shares["found_by"].array,
            "near_name": shares["near_name"].to_numpy(),
            "placed": shares["placed"].to_numpy(),
            "sole_market": shares["sole_market"].to_numpy(),
            "tier": vetted["tier"].array,
            "creators_millionths": millionths,
            "doubtful_millionths": _in_doubt(creator_id, millionths, is_doubtful=shares["doubtful"].to_numpy()),
            "audience": reach * creators * weight / total,
            "reach": reach,
            **{name: shares[name].array for name in MARKET_COLUMNS},
            "site": shares["site"].to_numpy("int64"),
        },
        index=index,
        copy=False,
    )


def _in_doubt(creator_id: Codes, millionths: Codes, *, is_doubtful: NDArray[np.bool_]) -> Codes:
    """Add up, for each share that is a candidate, all candidates of its creator."""
    doubtful = pd.Series(millionths[is_doubtful])
    sums = np.zeros(len(millionths), np.int64)
    sums[is_doubtful] = doubtful.groupby(creator_id[is_doubtful]).transform("sum")
    return sums


def find_sole_markets(markets: Mapping[str, pd.DataFrame], places: pd.DataFrame) -> pd.DataFrame:
    """Find the market that stands for each country or region where one market is nearly all there is.

    Who names Singapore or Berlin names a city as much as a country or a region. A market stands for a unit if it holds
    at least 90 % of the residents of all the unit's markets and 60 % of all its residents, so that a rural country
    with one town does not become that town.

    Parameters
    ----------
    markets
        MARKETS tables of the levels city, metro, region and country, by level.
    places
        PLACES table: the region of each market's principal place.

    Returns
    -------
    Table by the market_id of the unit ("region:DE.16", "country:SG"): city_market, metro_market, region_market,
    missing where no market of that level stands for it.
    """
    columns = {
        f"{level}_market": pd.concat([_sole(markets, places, level, unit) for unit in UNITS])
        for level in ("city", "metro", "region")
    }
    return pd.DataFrame(columns).rename_axis("market_id").astype("str")


def find_sole_own_markets(areas: pd.DataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """Find the countries of which one of the user's own areas holds at least 90 % of the residents.

    Parameters
    ----------
    areas
        MARKETS table of the user's areas.
    countries
        MARKETS table of the level country.

    Returns
    -------
    As `find_sole_markets`; an area stands in the place of a city.
    """
    unit = "country:" + areas["country_code"]
    share = areas["population"] / countries["population"].reindex(unit).to_numpy()
    largest = share.loc[share >= OWN_UNIT_SHARE].sort_values(ascending=False, kind="stable")
    sole = pd.Series(largest.index, unit.loc[largest.index].to_numpy())
    table = pd.DataFrame({"city_market": sole.loc[~sole.index.duplicated()]})
    return table.assign(metro_market=None, region_market=None).rename_axis("market_id").astype("str")


def _sole(markets: Mapping[str, pd.DataFrame], places: pd.DataFrame, level: str, unit: str) -> "pd.Series[str]":
    if level == unit:
        return pd.Series(markets[unit].index, markets[unit].index)
    parts = markets[level]
    inside = regions_of(parts, places) if unit == "region" else "country:" + parts["country_code"]
    residents = markets[unit]["population"].reindex(inside).to_numpy(float)
    share = parts["population"] / parts["population"].groupby(inside.to_numpy()).transform("sum")
    stands = (share >= MARKET_SHARE) & (parts["population"] >= UNIT_SHARE * np.nan_to_num(residents, nan=np.inf))
    return pd.Series(parts.index[stands], inside.loc[stands].to_numpy())


def regions_of(markets: pd.DataFrame, places: pd.DataFrame) -> "pd.Series[str]":
    """Give the market_id of the region each city or metro market is in: that of its principal place, else missing.

    Parameters
    ----------
    markets
        MARKETS table of cities or metros; areas of the user's own are in no region.
    places
        PLACES table: region_id.

    Returns
    -------
    "region:DE.16" and the like, by market_id.
    """
    ids = markets.index.to_series().astype("str")
    place_ids = ids.str.removeprefix("city:").str.removeprefix("metro:")
    principal = pd.to_numeric(place_ids.where(place_ids != ids), errors="coerce")
    region = places["region_id"].reindex(principal)
    return "region:" + pd.Series(region.to_numpy(), markets.index, dtype="str")
