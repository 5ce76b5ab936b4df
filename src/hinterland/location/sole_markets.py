"""City-states and sole cities: countries and regions whose people nearly all live in one market."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

MARKET_SHARE, UNIT_SHARE = 0.9, 0.6
OWN_UNIT_SHARE = 0.9
UNITS = ("region", "country")


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


def stand_in(units: pd.DataFrame, sole: pd.DataFrame) -> pd.DataFrame:
    """Give the markets that stand for places known no finer than a region or country; missing where none does.

    Parameters
    ----------
    units
        Market ids of the region and the country of each place: region_market, country_market.
    sole
        Table of `find_sole_markets`.

    Returns
    -------
    The columns of `sole` for each row of `units`: of its region, else of its country.
    """
    of_country, of_region = (
        sole.reindex(units[f"{unit}_market"]).set_axis(units.index) for unit in ("country", "region")
    )
    return of_region.fillna(of_country)
