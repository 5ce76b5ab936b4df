"""Choose each metro's population between the two sources, and tell how far it may be wrong.

The rule was fitted on 462 urban agglomerations of the United Nations (2020) and checked on 453 others. It knows
countries only; no city has a rule of its own.
"""

import numpy as np
import pandas as pd

from hinterland.reference.builder.agglomerations import SOURCE as AGGLOMERATION
from hinterland.reference.builder.china_county_seats import SEAT_OF_COUNTY
from hinterland.reference.builder.china_county_seats import SOURCE as COUNTY_SEAT

SECOND = "SimpleMaps"
# where the second source has the urban areas the United Nations draw: of eight agglomerations or more at least one in
# ten comes out better than with the mean, its median error is at most two thirds of the mean's, and at the median it
# holds at least .7 of the residents of our cities
SECOND_ALONE = ("JP", "US")
# it counts municipalities where, over metros from 300,000 residents on, it has this much of ours at the median
MUNICIPAL, LARGE, ENOUGH = 0.55, 300_000.0, 5
# elsewhere the geometric mean of both, where the second is neither much smaller (a municipality) nor far larger
SMALLEST, LARGEST = 0.45, 4.5
# in China it counts whole prefectures or whole county-level cities. A figure up to twice ours is of the city; of a
# larger one a fifth is, and of a county-level city's half
PREFECTURES = "CN"
CITY_FIGURE, CITY_OF_PREFECTURE = 2.0, 0.2
# cities with residents the gazetteer lists in no place: figures of 2011, of small communes, of a core
INCOMPLETE = ("FR", "IN", "TH")
# sd of ln population: what agreeing sources share, and a part of what they disagree by, up to a factor of e
COMMON_ERROR, ERROR_OF_GAP, WIDEST_GAP = 0.07, 0.45, 1.0
# in China agreement proves nothing: both may count a prefecture
PREFECTURES_ERROR = 0.4


def with_unlisted(metros: pd.DataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """Share a country's urban residents whom the gazetteer lists nowhere among the metros without a known figure.

    Parameters
    ----------
    metros
        country_code, population, population_source.
    countries
        population, urban_share.
    """
    code = metros["country_code"]
    open_to = code.isin(INCOMPLETE) & ~metros["population_source"].eq(AGGLOMERATION)
    urban = (countries["population"] * countries["urban_share"]).reindex(code.unique())
    left = urban - metros["population"].mask(open_to, 0.0).groupby(code).sum()
    times = (left / metros["population"].where(open_to, 0.0).groupby(code).sum()).clip(lower=1.0)
    factor = code.map(times).where(open_to, 1.0).fillna(1.0)
    source = metros["population_source"].mask(factor.gt(1.0), metros["population_source"] + ", with unlisted residents")
    return metros.assign(population=metros["population"] * factor, population_source=source)


def second_figures(cities: pd.DataFrame, metro: pd.Series, urban_areas: pd.Series) -> "pd.Series[float]":
    """Find each metro's figure in the second source: the largest of its principal's and of cities half as large.

    Parameters
    ----------
    cities
        population, by place_id.
    metro
        place_id of the metro's principal, by place_id.
    urban_areas
        Residents of the second source, by place_id.
    """
    largest = cities["population"].groupby(metro).transform("max")
    weighty = cities["population"].ge(0.5 * largest) | (metro == metro.index)
    result: pd.Series = urban_areas.reindex(cities.index).where(weighty).groupby(metro).max()
    return result


def settle_populations(metros: pd.DataFrame, second: "pd.Series[float]", countries: pd.DataFrame) -> pd.DataFrame:
    """Settle each metro's population between the gazetteer's and the second source's.

    Parameters
    ----------
    metros
        country_code, population, population_source.
    second
        Residents in the second source, indexed like `metros`; NA where it has none.
    countries
        population: the metros of a country together never have more.

    Returns
    -------
    pandas.DataFrame
        Also gazetteer_population, second_population, population_error (sd of ln population, NA without a second
        figure).
    """
    first, code = metros["population"], metros["country_code"]
    ratio = second / first
    alone = code.isin(SECOND_ALONE) & second.notna()
    between = ~alone & _is_between(metros, ratio)
    prefecture = code.eq(PREFECTURES) & ratio.gt(CITY_FIGURE)
    seat = metros["population_source"].eq(COUNTY_SEAT) & second.notna()
    population = first.mask(between, np.sqrt(first * second))
    population = population.mask(prefecture, np.sqrt(first * CITY_OF_PREFECTURE * second))
    population = population.mask(seat, SEAT_OF_COUNTY * second).mask(alone, second)
    source = metros["population_source"]
    mixed = (between | prefecture) & ~seat
    source = source.mask(mixed, "mean of " + source + " and " + SECOND)
    source = source.mask(alone, SECOND).mask(seat, SECOND + ", half of a county-level city")
    total = population.groupby(code).sum() / countries["population"].reindex(code.unique())
    return metros.assign(
        population=population / code.map(total.clip(lower=1.0)).fillna(1.0),
        population_source=source,
        gazetteer_population=first.round(),
        second_population=second,
        population_error=error_of(ratio, code),
    )


def city_errors(
    cities: pd.DataFrame, metro: pd.Series, residents: pd.Series, urban_areas: pd.Series
) -> "pd.Series[float]":
    """Give the standard deviation of ln population of each city.

    The second source's figure of a large city is its urban area's: it is compared with the city and with the metro,
    and the nearer of the two counts.

    Parameters
    ----------
    cities
        country_code, population, by place_id.
    metro
        place_id of the metro's principal, by place_id.
    residents
        Population of the metros, in the order of their principals.
    urban_areas
        Residents of the second source, by place_id.
    """
    area = urban_areas.reindex(cities.index)
    total = metro.map(dict(zip(np.unique(metro), residents, strict=True)))
    of_city, of_metro = area / cities["population"], area / total
    nearer = np.abs(np.log(of_city)) <= np.abs(np.log(of_metro))
    return error_of(of_city.where(nearer, of_metro), cities["country_code"])


def error_of(ratio: "pd.Series[float]", country: pd.Series) -> "pd.Series[float]":
    """Give the standard deviation of ln population from what two sources disagree by.

    Parameters
    ----------
    ratio
        The second source's figure over the first's; NA where one is missing.
    country
        Country codes.
    """
    gap = pd.Series(np.log(ratio), index=country.index).abs().clip(upper=WIDEST_GAP)
    error = (COMMON_ERROR**2 + (ERROR_OF_GAP * gap) ** 2) ** 0.5
    result: pd.Series = error.mask(country.eq(PREFECTURES) & gap.notna(), PREFECTURES_ERROR).round(3)
    return result


def _is_between(metros: pd.DataFrame, ratio: "pd.Series[float]") -> "pd.Series[bool]":
    code = metros["country_code"]
    large = ratio[metros["population"].ge(LARGE) & ratio.notna()]
    typical = large.groupby(code.reindex(large.index)).agg(["median", "size"])
    municipal = typical.index[typical["median"].lt(MUNICIPAL) & typical["size"].ge(ENOUGH)]
    highest = code.eq(PREFECTURES).map({True: CITY_FIGURE, False: LARGEST})
    result: pd.Series = ratio.ge(SMALLEST) & ratio.le(highest) & ~code.isin(municipal)
    return result
