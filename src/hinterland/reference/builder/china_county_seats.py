"""Mend the figures of Chinese county-level cities: the gazetteer gives the seat's old town, or nothing."""

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, unit_vectors

COUNTRY = "CN"
CITY_UNIT = r"(?:City|Shi|市)$"
# the boundary set calls 347 units a city; together the raised seats stay far below the urban residents of China whom
# the gazetteer lists nowhere (195 million)
TIMES, MOST, UNKNOWN = 5.0, 400_000.0, 250_000.0
SOURCE = "modelled: seat of a county-level city"
# the seat holds half of a county; a row this near a city of this size means the city, or its prefecture
SEAT_OF_COUNTY, CITY_KM, CITY = 0.5, 15.0, 100_000.0
SEATS = ("PPLA2", "PPLA3")


def raise_county_seats(places: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Give the seat of each county-level city the residents of a city.

    The largest place of such a unit counts five times, but not beyond 400,000; where no place has a figure, the one
    named like the unit, else the one filed as its seat, gets 250,000. Larger figures stand.

    Parameters
    ----------
    places
        With place, feature_code, population, population_source, `unit`.
    units
        With country_code, unit_name.
    """
    cities = units.loc[units["country_code"].eq(COUNTRY) & units["unit_name"].str.contains(CITY_UNIT), "unit_name"]
    inside = places[places["unit"].isin(cities.index)]
    largest = _largest(inside)
    raised = largest.clip(lower=(TIMES * largest).clip(upper=MOST))
    unknown = inside[~inside["unit"].isin(places["unit"].reindex(largest.index))]
    figures = pd.concat([raised[raised.gt(largest)], pd.Series(UNKNOWN, index=_seats(unknown, cities))])
    mended = places.copy()
    mended.loc[figures.index, "population"] = figures
    mended.loc[figures.index, "population_source"] = SOURCE
    return mended


def add_county_seats(places: pd.DataFrame, figures: "pd.Series[float]") -> pd.DataFrame:
    """Give seats without a figure half of the residents the second source has for their county, up to 400,000.

    Parameters
    ----------
    places
        As for `raise_county_seats`.
    figures
        Residents of the second source by place_id.
    """
    home = places[places["country_code"].eq(COUNTRY)]
    seats = home[home["population"].isna() & home["feature_code"].isin(SEATS) & home.index.isin(figures.index)]
    distance, _ = KDTree(unit_vectors(home[home["population"].ge(CITY)])).query(unit_vectors(seats))
    seats = seats[np.asarray(distance) * EARTH_RADIUS_KM > CITY_KM]
    mended = places.copy()
    mended.loc[seats.index, "population"] = (SEAT_OF_COUNTY * figures.reindex(seats.index)).clip(upper=MOST)
    mended.loc[seats.index, "population_source"] = SOURCE
    return mended


def _largest(places: pd.DataFrame) -> pd.Series:
    ordered = places[places["population"].gt(0)].sort_values("population", ascending=False, kind="stable")
    result: pd.Series = ordered.drop_duplicates("unit")["population"]
    return result


def _seats(places: pd.DataFrame, cities: pd.Series) -> pd.Index:
    name = places["unit"].map(cities).astype("str").str.replace(CITY_UNIT, "", regex=True).str.strip().str.casefold()
    is_namesake = places["place"].str.casefold().eq(name)
    rank = is_namesake * 2 + places["feature_code"].eq("PPLA3")
    ordered = places.assign(rank=rank)[rank > 0].sort_values("rank", ascending=False, kind="stable")
    return ordered.drop_duplicates("unit").index
