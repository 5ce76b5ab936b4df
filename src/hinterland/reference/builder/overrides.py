"""What the sources lack: which regions and units make up a great city, and figures of Chinese county-level cities."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, chords_km, unit_vectors

NEW_YORK, LONDON, TOKYO = 5128581, 2643743, 1850147
# the name people expect where GeoNames has another
NAMES = {NEW_YORK: "New York"}
# countries and territories that are one city
ONE_CITY = ("HK", "SG", "MO", "MC")
# first-level regions that are one city, with the city
CITY_REGIONS = {
    "AR.07": 3435910,  # Buenos Aires
    "AT.09": 2761369,  # Vienna
    "AU.01": 2172517,  # Canberra
    "BE.BRU": 2800866,  # Brussels
    "BY.04": 625144,  # Minsk
    "CN.22": 1816670,  # Beijing
    "CN.23": 1796236,  # Shanghai
    "CN.28": 1792947,  # Tianjin
    "CO.34": 3688689,  # Bogota
    "CZ.52": 3067696,  # Prague
    "DE.04": 2911298,  # Hamburg
    "DE.16": 2950159,  # Berlin
    "HU.05": 3054643,  # Budapest
    "ID.04": 1642911,  # Jakarta
    "IN.07": 1273294,  # Delhi
    "KR.10": 1838524,  # Busan
    "KR.11": 1835848,  # Seoul
    "KZ.02": 1526384,  # Almaty
    "MX.09": 3530597,  # Mexico City
    "NO.12": 3143244,  # Oslo
    "RU.48": 524901,  # Moscow
    "RU.66": 498817,  # Saint Petersburg
    "TH.40": 1609350,  # Bangkok
    "TR.34": 745044,  # Istanbul
    "UA.12": 703448,  # Kyiv
    "US.DC": 4140963,  # Washington
    "UZ.13": 1512569,  # Tashkent
}
# districts the gazetteer puts elsewhere on the map
MISPLACED = {11836117: TOKYO}  # Suginami, mapped 70 km north-east
LONDON_BOROUGHS = """
    Barking and Dagenham, Barnet, Bexley, Brent, Bromley, Camden, City of London, Croydon, Ealing, Enfield, Greenwich,
    Hackney, Hammersmith and Fulham, Haringey, Harrow, Havering, Hillingdon, Hounslow, Islington,
    Kensington and Chelsea, Kingston upon Thames, Lambeth, Lewisham, Merton, Newham, Redbridge, Richmond upon Thames,
    Southwark, Sutton, Tower Hamlets, Waltham Forest, Wandsworth, Westminster
"""
TOKYO_WARDS = """
    Adachi, Arakawa, Bunkyo, Chiyoda, Chuo, Edogawa, Itabashi, Katsushika, Kita, Koto, Meguro, Minato, Nakano, Nerima,
    Ota, Setagaya, Shibuya, Shinagawa, Shinjuku, Suginami, Sumida, Taito, Toshima
"""
# cities made of several official units, by the units' names
UNITS_OF = {
    NEW_YORK: ("New York", "Kings", "Queens", "Bronx", "Richmond"),
    LONDON: tuple(re.split(r",\s+", LONDON_BOROUGHS.strip())),
    TOKYO: tuple(re.split(r",\s+", TOKYO_WARDS.strip())),
}
REACH_OF_UNITS_KM = 45.0


def composed_units(units: gpd.GeoDataFrame, places: pd.DataFrame, sheet: gpd.GeoDataFrame) -> pd.Series:
    """Find the units that make up a great city: place_id of the city by unit, for those units only.

    A unit is part of a city that is a region by the places in it, or, where it has none, by the region's outline.

    Parameters
    ----------
    units
        Of `boundaries.read_units`.
    places
        By place_id: `unit` (row label of `units`, -1 for none), region_id, country_code, longitude, latitude.
    sheet
        Outlines of regions with region_id and country_code.

    Returns
    -------
    place_id by row label of `units`.
    """
    inhabited = places[places["unit"].ge(0) & places["region_id"].notna()]
    region = inhabited.groupby("unit")["region_id"].agg(lambda ids: ids.value_counts(sort=True).index[0])
    by_region = region.map(CITY_REGIONS).dropna().astype("int64")
    by_name = [
        _named_units(units, names, places.loc[[city]]) for city, names in UNITS_OF.items() if city in places.index
    ]
    empty = units[~units.index.isin(inhabited["unit"])]
    result: pd.Series = pd.concat([by_region, *by_name, _units_inside(empty, sheet)]).groupby(level=0).first()
    return result


def _units_inside(units: gpd.GeoDataFrame, sheet: gpd.GeoDataFrame) -> pd.Series:
    regions = sheet[sheet["region_id"].isin(CITY_REGIONS)]
    unit, region = regions.sindex.query(units.geometry.representative_point(), predicate="within")
    cities = regions["region_id"].map(CITY_REGIONS).to_numpy()[region]
    same = units["country_code"].to_numpy()[unit] == regions["country_code"].to_numpy()[region]
    return pd.Series(cities[same], index=units.index[unit[same]], dtype="int64")


def _named_units(units: gpd.GeoDataFrame, names: tuple[str, ...], city: pd.DataFrame) -> pd.Series:
    matches = units[units["unit_name"].isin(names) & units["country_code"].eq(city["country_code"].iloc[0])]
    centres = matches.geometry.representative_point()
    points = pd.DataFrame({"longitude": centres.x, "latitude": centres.y})
    distance_km = chords_km(unit_vectors(points), unit_vectors(city))
    return pd.Series(city.index[0], index=matches.index[distance_km <= REACH_OF_UNITS_KM], dtype="int64")


CHINA = "CN"
CITY_UNIT = r"(?:City|Shi|市)$"
# the boundary set calls 347 units a city; together the raised seats stay far below the urban residents of China whom
# the gazetteer lists nowhere (195 million)
TIMES, MOST, UNKNOWN = 5.0, 400_000.0, 250_000.0
COUNTY_SEAT = "modelled: seat of a county-level city"
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
    cities = units.loc[units["country_code"].eq(CHINA) & units["unit_name"].str.contains(CITY_UNIT), "unit_name"]
    inside = places[places["unit"].isin(cities.index)]
    largest = _largest(inside)
    raised = largest.clip(lower=(TIMES * largest).clip(upper=MOST))
    unknown = inside[~inside["unit"].isin(places["unit"].reindex(largest.index))]
    figures = pd.concat([raised[raised.gt(largest)], pd.Series(UNKNOWN, index=_seats(unknown, cities))])
    mended = places.copy()
    mended.loc[figures.index, "population"] = figures
    mended.loc[figures.index, "population_source"] = COUNTY_SEAT
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
    home = places[places["country_code"].eq(CHINA)]
    seats = home[home["population"].isna() & home["feature_code"].isin(SEATS) & home.index.isin(figures.index)]
    distance, _ = KDTree(unit_vectors(home[home["population"].ge(CITY)])).query(unit_vectors(seats))
    seats = seats[np.asarray(distance) * EARTH_RADIUS_KM > CITY_KM]
    mended = places.copy()
    mended.loc[seats.index, "population"] = (SEAT_OF_COUNTY * figures.reindex(seats.index)).clip(upper=MOST)
    mended.loc[seats.index, "population_source"] = COUNTY_SEAT
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
