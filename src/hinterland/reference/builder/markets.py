"""Assemble the markets of all four levels from places, catchments, metros, regions and countries."""

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from hinterland.geo import unit_vectors
from hinterland.reference.builder.overrides import NAMES
from hinterland.reference.builder.places import AGGLOMERATION

COLUMNS = (
    "market", "region", "country", "country_code", "level", "latitude", "longitude", "population", "internet_users",
    "internet_share_known", "boundary_kind", "area_km2", "boundary_licence", "boundary_source", "population_source",
    "members", "label", "gazetteer_population", "second_population", "population_error",
)  # fmt: skip
LEVELS = ("country", "region", "metro", "city")
MODEL = "disc by population around a GeoNames place"
NATURAL_EARTH = "Natural Earth"
MODELLED_REGION = "GeoNames, scaled to the country"
# sd of ln population of a region with a census: units of a country have grown apart since
CENSUS_ERROR = 0.05
# a place of this size tells two others of one name and region apart
LANDMARK = 50_000.0


def city_markets(
    cities: pd.DataFrame, owners: pd.Series, catchments: gpd.GeoDataFrame, sets: pd.DataFrame
) -> pd.DataFrame:
    """Make one market per principal place; members are the place, its districts and its towns.

    Parameters
    ----------
    cities
        Principal places by place_id: place, country_code, region_id, latitude, longitude, population,
        population_source.
    owners
        place_id of the city by that of each place that counts in it (see `catchments.find_owners`).
    catchments
        boundary_kind and prefix by place_id; cities without an outline are absent.
    sets
        licence and source by prefix.

    Returns
    -------
    By market_id ("city:" and the place_id), in the order of `cities`: what is known without its country and region,
    which `complete` adds; members are GeoNames ids joined by ;.
    """
    markets = _at_places(cities, "city")
    # the principal place first
    dependents = owners[owners.index != owners]
    parts = pd.concat([pd.Series(cities.index, index=cities.index), pd.Series(dependents.index, index=dependents)])
    markets["members"] = parts.astype("str").groupby(level=0).agg(";".join).reindex(cities.index).to_numpy()
    kind = catchments["boundary_kind"].reindex(cities.index).fillna("modelled")
    prefix = catchments["prefix"].reindex(cities.index)
    markets["boundary_kind"] = kind.to_numpy()
    markets["boundary_licence"] = prefix.map(sets["licence"]).fillna("CC BY 4.0").to_numpy()
    markets["boundary_source"] = prefix.map(sets["source"]).fillna(MODEL).to_numpy()
    return markets


def metro_markets(cities: pd.DataFrame, metro: pd.Series, city: pd.DataFrame) -> pd.DataFrame:
    """Make one market per metro: population summed once over its cities, members all theirs.

    Parameters
    ----------
    cities
        As for `city_markets`.
    metro
        place_id of the principal city of its metro, by that of each city.
    city
        Table of `city_markets`, in the order of `cities`.

    Returns
    -------
    By market_id ("metro:" and the place_id of the principal city): the columns of `city`; boundary_kind is
    that of the principal city, "dissolved" where several cities are joined to one whose outline is not modelled.
    """
    population = cities["population"].groupby(metro).sum()
    principals = cities.loc[population.index].assign(population=population)
    markets = _at_places(principals, "metro")
    by_place = city.set_index(cities.index)
    members = by_place["members"].groupby(metro).agg(";".join)
    several = metro.value_counts().reindex(population.index).gt(1)
    markets["members"] = members.reindex(population.index).to_numpy()
    kind = by_place["boundary_kind"].reindex(population.index)
    markets["boundary_kind"] = kind.mask(several & kind.ne("modelled"), "dissolved").to_numpy()
    for column in ("boundary_licence", "boundary_source"):
        markets[column] = by_place[column].reindex(population.index).to_numpy()
    return markets


def with_figures(metros: pd.DataFrame, figures: pd.Series, countries: pd.DataFrame) -> pd.DataFrame:
    """Take the known residents of an urban area where the cities listed in it hold fewer.

    A figure belongs to the metro it names; one for a city inside another's metro is left aside. The metros of a
    country together are raised by no more than the residents its cities leave.

    Parameters
    ----------
    metros
        Table of `metro_markets`.
    figures
        Residents of urban areas by the place_id of the city they name.
    countries
        population by country_code.

    Returns
    -------
    The same rows; population and population_source may differ where a figure is larger.
    """
    metro_figures = figures.set_axis([f"metro:{place}" for place in figures.index]).reindex(metros.index)
    lacking = (metro_figures - metros["population"]).clip(lower=0.0).fillna(0.0)
    code = metros["country_code"]
    room = countries["population"] - metros.groupby("country_code")["population"].sum()
    share = (room.clip(lower=0.0) / lacking.groupby(code).sum()).clip(upper=1.0)
    raised = lacking * code.map(share).fillna(0.0)
    return metros.assign(
        population=metros["population"] + raised,
        population_source=metros["population_source"].mask(raised.gt(0), AGGLOMERATION),
    )


def region_markets(regions: pd.DataFrame, population: pd.Series, census: pd.DataFrame) -> pd.DataFrame:
    """Make one market per region; `census` has the year of those with a census.

    Parameters
    ----------
    regions
        Table of `countries.read_regions`.
    population
        Residents by region_id (see `region_populations`).
    census
        Table of `countries.read_census`.

    Returns
    -------
    By market_id ("region:" and the region_id); population_error (sd of ln population) is known for regions with a
    census only.
    """
    year = census["year"].reindex(regions.index)
    source = "census " + year.astype("Int64").astype("str") + ", scaled to the country"
    markets = regions.rename(columns={"region": "market"}).assign(
        region_id=regions.index, level="region", population=population.reindex(regions.index).fillna(0.0),
        population_source=source.where(year.notna(), MODELLED_REGION),
        population_error=year.notna().map({True: CENSUS_ERROR, False: np.nan}),
        boundary_kind="official", boundary_licence="public domain", boundary_source=NATURAL_EARTH,
    )  # fmt: skip
    return markets.set_index(("region:" + regions.index).rename("market_id"))


def country_markets(countries: pd.DataFrame, outlines: gpd.GeoSeries) -> pd.DataFrame:
    """Make one market per country.

    Parameters
    ----------
    countries
        Table of `countries.read_countries`.
    outlines
        By country code, EPSG:4326.

    Returns
    -------
    By market_id ("country:" and the code), for countries with an outline and residents; the point lies inside the
    outline.
    """
    inner = outlines.representative_point()
    countries = countries.loc[countries.index.isin(outlines.index) & countries["population"].gt(0)]
    markets = countries[["population", "population_source", "population_error"]].assign(
        market=countries["country"], country_code=countries.index, level="country",
        longitude=inner.x.reindex(countries.index), latitude=inner.y.reindex(countries.index),
        boundary_kind="official", boundary_licence="public domain", boundary_source=NATURAL_EARTH,
    )  # fmt: skip
    return markets.set_index(("country:" + countries.index).rename("market_id"))


def region_populations(places: pd.DataFrame, countries: pd.DataFrame, census: pd.DataFrame) -> pd.Series:
    """Share each country's population among its regions, by a census where there is one.

    A region holds its places' residents, and of the country's residents outside all places a share like the
    geometric mean of its number of places and their residents; the sum is scaled to the country's population.

    Parameters
    ----------
    places
        De-duplicated places with country_code, region_id, population (0 where unknown).
    countries
        With population.
    census
        Residents counted in regions, by region_id.
    """
    grouped = places.groupby("region_id")
    residents, code = grouped["population"].sum(), grouped["country_code"].first()
    total = code.map(countries["population"])
    rest = (total - residents.groupby(code).transform("sum")).clip(lower=0)
    room = (grouped.size() * residents.clip(lower=1.0)) ** 0.5
    people = residents + rest * room / room.groupby(code).transform("sum")
    people = census["population"].reindex(people.index).fillna(people)
    result: pd.Series = people * total / people.groupby(code).transform("sum")
    return result


def complete(markets: pd.DataFrame, countries: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Add what follows from country and region: names, internet users; round; sort by level and size.

    Parameters
    ----------
    markets
        Markets of all levels by market_id, with country_code, region_id and population.
    countries
        Table of `countries.read_countries`.
    regions
        Table of `countries.read_regions`.

    Returns
    -------
    By market_id, in COLUMNS. Where no source knows the share of internet users, all residents count as such and
    internet_share_known is False.
    """
    country = countries.reindex(markets["country_code"])
    share = country["internet_share"].to_numpy(dtype="float64")
    population = markets["population"].round()
    full = markets.assign(
        population=population,
        country=country["country"].str.strip().to_numpy(),
        region=markets["region_id"].map(regions["region"]),
        internet_share_known=~pd.isna(share),
        internet_users=(population * pd.Series(share, index=markets.index).fillna(1.0)).round(),
    )
    full["label"] = labels(full)
    full["level"] = pd.Categorical(full["level"], LEVELS, ordered=True)
    full = full.assign(key=full.index).sort_values(["level", "population", "key"], ascending=[True, False, True])
    return full[list(COLUMNS)].round({"latitude": 5, "longitude": 5, "area_km2": 1})


def labels(markets: pd.DataFrame) -> "pd.Series[str]":
    """Give each market a name that distinguishes it from others of its level and country with the same name.

    Of several each gets its region behind it, and the smaller ones of one region a larger place near them.

    Parameters
    ----------
    markets
        market, region, country, country_code, level, latitude, longitude, population, by market_id.
    """
    parts = [_labels_of_level(group) for _, group in markets.groupby("level", sort=False)]
    result: pd.Series = pd.concat(parts).reindex(markets.index)
    return result


def _labels_of_level(markets: pd.DataFrame) -> pd.Series:
    name, code = markets["market"], markets["country_code"]
    region = markets["region"].fillna(markets["country"])
    several = _is_shared([code, name]) & region.ne(name)
    label = name.mask(several, name + ", " + region)
    rank = markets["population"].groupby([code, label]).rank(method="first", ascending=False)
    smaller = _is_shared([code, label]) & rank.gt(1)
    near = _landmarks(markets[smaller], markets).reindex(label.index)
    return label.mask(near.notna(), name + " near " + near + ", " + region)


def _is_shared(keys: list[pd.Series]) -> "pd.Series[bool]":
    result: pd.Series = keys[-1].groupby(keys).transform("size").gt(1)
    return result


def _landmarks(namesakes: pd.DataFrame, markets: pd.DataFrame) -> "pd.Series[str]":
    """Find the nearest large market of the same country and another name; markets without one near are missing."""
    large = markets[markets["population"].ge(LANDMARK)]
    if namesakes.empty or large.empty:
        return pd.Series(dtype="str")
    _, number = KDTree(unit_vectors(large)).query(unit_vectors(namesakes), k=min(8, len(large)))
    near = np.asarray(number).reshape(len(namesakes), -1)
    fits = large["country_code"].to_numpy()[near] == namesakes["country_code"].to_numpy()[:, None]
    fits &= large["market"].to_numpy()[near] != namesakes["market"].to_numpy()[:, None]
    first = near[np.arange(len(namesakes)), fits.argmax(axis=1)]
    result: pd.Series = pd.Series(large["market"].to_numpy()[first], index=namesakes.index)[fits.any(axis=1)]
    return result


def _at_places(places: pd.DataFrame, level: str) -> pd.DataFrame:
    columns = ["country_code", "region_id", "latitude", "longitude", "population", "population_source"]
    names = pd.Series(NAMES).reindex(places.index).fillna(places["place"])
    ids = pd.Index([f"{level}:{place}" for place in places.index], name="market_id")
    return places[columns].assign(market=names, level=level).set_index(ids)
