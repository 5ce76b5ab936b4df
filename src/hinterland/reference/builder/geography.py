"""Run the steps in order: sources in, the finished tables out."""

import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from hinterland.geo import area_km2
from hinterland.reference.builder import markets as market
from hinterland.reference.builder.boundaries import (
    clip_to,
    close_gaps,
    cut_strays,
    fill_pinholes,
    find_units,
    read_country_outlines,
    read_region_sheet,
    read_unit_sets,
    read_units,
    round_outlines,
    separate,
    simplify_together,
)
from hinterland.reference.builder.catchments import (
    containing,
    draw_catchments,
    find_hosts,
    find_owners,
    nearest_city,
    with_towns,
)
from hinterland.reference.builder.countries import assign_regions, read_census, read_countries, read_regions
from hinterland.reference.builder.districts import NOT_A_DISTRICT, SMALLEST_MARKET, find_parents
from hinterland.reference.builder.metros import (
    city_errors,
    merge_metros,
    reach_factors,
    second_figures,
    settle_populations,
    with_suburbs,
    with_unlisted,
)
from hinterland.reference.builder.overrides import ONE_CITY, add_county_seats, composed_units, raise_county_seats
from hinterland.reference.builder.places import (
    SECTION,
    make_names,
    read_agglomerations,
    read_alternate_names,
    read_named_places,
    read_places,
    read_urban_areas,
)

SMALLEST_DRAWN = 15_000
CITY_TOLERANCE, REGION_TOLERANCE, COUNTRY_TOLERANCE = 0.006, 0.02, 0.01
PINHOLE_DEGREES2 = 4e-4
GAP_DEGREES = 0.01


@dataclass(frozen=True)
class Sources:
    """What the packages hold, read and joined."""

    places: pd.DataFrame
    names: pd.Series
    countries: pd.DataFrame
    units: gpd.GeoDataFrame
    outlines: gpd.GeoSeries
    region_sheet: gpd.GeoDataFrame
    regions: pd.DataFrame


@dataclass(frozen=True)
class GeographyTables:
    """The finished tables, ready to be written."""

    places: pd.DataFrame
    names: pa.Table
    markets: pd.DataFrame
    boundaries: gpd.GeoDataFrame
    countries: pd.DataFrame
    regions: pd.DataFrame


@dataclass(frozen=True)
class Cities:
    """The city markets' principal places, the metro of each, the places that count in each, known urban areas."""

    places: pd.DataFrame
    metro: pd.Series
    owners: pd.Series
    figures: pd.Series
    urban_areas: pd.Series


def read_sources(cache: Path) -> Sources:
    """Read every package and find each place's unit, region and city."""
    _report("reading places, countries and boundary units")
    places, countries = read_places(cache), read_countries(cache)
    units = read_units(cache, countries)
    places["unit"] = find_units(places, units)
    names = read_alternate_names(cache)
    places = add_county_seats(raise_county_seats(places, units), read_named_places(cache, places, names))
    sheet = read_region_sheet(cache)
    sheet["region_id"] = assign_regions(sheet, places)
    units["city"] = composed_units(units, places, sheet).reindex(units.index).astype("Int64")
    _report("finding districts")
    places["part_of"] = find_parents(places, units, countries)
    outlines = read_country_outlines(cache, units, countries.index)
    return Sources(places, names, countries, units, outlines, sheet, read_regions(cache, places, sheet))


def make_geography(sources: Sources, cache: Path) -> GeographyTables:
    """Make markets, boundaries and names out of the sources."""
    principals = _select_principals(sources)
    catchments = _draw_cities(principals, sources)
    hosts = find_hosts(principals[~principals.index.isin(catchments.index)], catchments)
    cities = with_towns(principals, hosts)
    owners = find_owners(sources.places, cities.index, hosts)
    figures = read_agglomerations(cache, cities, sources.names, sources.countries)
    urban_areas = read_urban_areas(cache, sources.places.loc[owners.index].assign(city=owners), sources.names)
    reach = reach_factors(cities, sources.countries)
    metro = merge_metros(cities, reach, figures=figures, urban_areas=urban_areas)
    city_tables = Cities(cities, metro, owners, figures, urban_areas)
    markets = _list_markets(city_tables, catchments, sources)
    _report(f"drawing {metro.nunique()} metros, regions and countries")
    boundaries = _draw_levels(catchments, metro, markets, sources)
    markets["area_km2"] = area_km2(boundaries.set_index("market_id").geometry).reindex(markets.index)
    markets = market.complete(markets, sources.countries, sources.regions)
    _report("placing places and naming them")
    places = _place_markets(sources.places, city_tables, boundaries)
    names = make_names(sources.places, sources.names)
    return GeographyTables(places, names, markets, boundaries, sources.countries, sources.regions)


def _report(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201 - progress


def _select_principals(sources: Sources) -> pd.DataFrame:
    places = sources.places
    large = places["population"].ge(SMALLEST_MARKET) & places["part_of"].eq(NOT_A_DISTRICT)
    # a section whose city is not in the gazetteer stands for it
    is_city = places["feature_code"].ne(SECTION) | places["population"].ge(SMALLEST_DRAWN)
    cities = places[large & is_city].copy()
    return _scale_to_country(cities, sources.countries)


def _scale_to_country(cities: pd.DataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """Scale a country's cities down where they still sum to more than the country."""
    share = cities.groupby("country_code")["population"].sum() / countries["population"]
    excess = cities["country_code"].map(share.clip(lower=1.0))
    for code, times in share[share.gt(1.0)].items():
        _report(f"cities of {code} sum to {times:.2f} of its population: scaled down")
    source = cities["population_source"].mask(excess.gt(1.0), "GeoNames, scaled to the country")
    return cities.assign(population=cities["population"] / excess, population_source=source)


def _draw_cities(cities: pd.DataFrame, sources: Sources) -> gpd.GeoDataFrame:
    cities = cities[cities["population"].ge(SMALLEST_DRAWN)]
    _report(f"drawing {len(cities)} city catchments")
    is_city_state = cities["country_code"].isin(ONE_CITY)
    catchments = draw_catchments(cities[~is_city_state], sources.units, sources.outlines)
    states = sources.outlines.reindex(cities.loc[is_city_state, "country_code"]).set_axis(cities.index[is_city_state])
    official = gpd.GeoDataFrame({"boundary_kind": "official", "prefix": -2}, geometry=states, index=states.index)
    catchments = pd.concat([catchments, official]).sort_index()
    codes = cities["country_code"].reindex(catchments.index)
    catchments = catchments.set_geometry(clip_to(catchments.geometry, sources.outlines.reindex(codes)))
    catchments = catchments[~catchments.geometry.is_empty]
    codes = codes.reindex(catchments.index)
    simple = simplify_together(catchments.geometry, codes, CITY_TOLERANCE)
    simple = simple[~simple.is_empty]
    homes = _home_points(cities)
    # the first pass can push an outline off its own place where two towns touch
    outlines = separate(separate(simple, homes), homes)
    lands = sources.outlines.reindex(codes.reindex(outlines.index))
    return catchments.loc[outlines.index].set_geometry(cut_strays(outlines, lands, homes))


def _home_points(places: pd.DataFrame) -> gpd.GeoSeries:
    points = gpd.points_from_xy(places["longitude"], places["latitude"])
    return gpd.GeoSeries(points, index=places.index, crs=4326)


def _draw_metros(catchments: gpd.GeoDataFrame, metro: pd.Series, sources: Sources) -> gpd.GeoSeries:
    homes = _home_points(sources.places)
    member = metro.reindex(catchments.index)
    joined = catchments.geometry.groupby(member).agg(
        lambda shapes: shapely.union_all(shapes.to_numpy(), grid_size=1e-4)
    )
    joined = joined[joined.index.isin(catchments.index)]
    closed = gpd.GeoSeries(close_gaps(joined.to_numpy(), GAP_DEGREES), index=joined.index, crs=4326)
    filled = fill_pinholes(round_outlines(closed), PINHOLE_DEGREES2)
    outlines = separate(gpd.GeoSeries(filled, crs=4326), homes)
    lands = sources.outlines.reindex(sources.places["country_code"].reindex(outlines.index))
    return cut_strays(outlines, lands, homes)


def _list_markets(cities: Cities, catchments: gpd.GeoDataFrame, sources: Sources) -> pd.DataFrame:
    sets = read_unit_sets()[["licence", "source"]]
    sets.loc[-2] = ["public domain", market.NATURAL_EARTH]
    city = market.city_markets(cities.places, cities.owners, catchments, sets)
    census = read_census()
    people = market.region_populations(_places_in_regions(sources.places), sources.countries, census)
    metro = with_suburbs(market.metro_markets(cities.places, cities.metro, city), sources.countries)
    metro = with_unlisted(market.with_figures(metro, cities.figures, sources.countries), sources.countries)
    error = city_errors(cities.places, cities.metro, metro["population"], cities.urban_areas)
    second = second_figures(cities.places, cities.metro, cities.urban_areas)
    levels = [
        city.assign(population_error=error.to_numpy()),
        settle_populations(metro, second.set_axis(metro.index), sources.countries),
        market.region_markets(sources.regions, people, census),
        market.country_markets(sources.countries, sources.outlines),
    ]
    return pd.concat(levels)


def _places_in_regions(places: pd.DataFrame) -> pd.DataFrame:
    # a city that is a country lies in no region; its districts do
    is_separate = places["part_of"].eq(NOT_A_DISTRICT) | places["country_code"].isin(ONE_CITY)
    places = places[is_separate & places["region_id"].notna()]
    return places.assign(population=places["population"].fillna(0.0))


def _draw_levels(
    catchments: gpd.GeoDataFrame, metro: pd.Series, markets: pd.DataFrame, sources: Sources
) -> gpd.GeoDataFrame:
    metros = _draw_metros(catchments, metro, sources)
    regions = sources.region_sheet.dropna(subset="region_id").dissolve("region_id").geometry
    levels = {
        "country": _simplify_level("country:" + sources.outlines.index, sources.outlines, COUNTRY_TOLERANCE),
        "region": _simplify_level("region:" + regions.index, regions, REGION_TOLERANCE),
        "metro": _label_outlines("metro", metros),
        "city": _label_outlines("city", catchments.geometry),
    }
    parts = [
        pd.DataFrame({"market_id": shapes.index, "level": level, "geometry": shapes.to_numpy()})
        for level, shapes in levels.items()
    ]
    table = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=4326)
    return table[table["market_id"].isin(markets.index) & ~table.geometry.is_empty].reset_index(drop=True)


def _label_outlines(level: str, shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    return shapes.set_axis([f"{level}:{place}" for place in shapes.index])


def _simplify_level(ids: pd.Index, shapes: gpd.GeoSeries, tolerance: float) -> gpd.GeoSeries:
    shapes = shapes.set_axis(ids).sort_index()
    return simplify_together(shapes, pd.Series(0, index=shapes.index), tolerance)


def _place_markets(places: pd.DataFrame, cities: Cities, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    owner = cities.owners.reindex(places.index).astype("Int64").fillna(_containing_market(places, boundaries, "city"))
    metro = owner.map(cities.metro).astype("Int64").fillna(_containing_market(places, boundaries, "metro"))
    near = nearest_city(places[metro.isna()], cities.places).map(cities.metro).reindex(places.index).astype("Int64")
    part_of = places["part_of"].where(places["part_of"].ne(NOT_A_DISTRICT)).astype("Int64")
    return places.drop(columns=["unit", "population_source"]).assign(
        part_of=part_of, city_market=_market_ids("city", owner), metro_market=_market_ids("metro", metro.fillna(near))
    )


def _containing_market(places: pd.DataFrame, boundaries: gpd.GeoDataFrame, level: str) -> pd.Series:
    shapes = boundaries[boundaries["level"].eq(level)]
    ids = shapes["market_id"].str.split(":").str[1].astype("int64")
    return containing(places, shapes.geometry.set_axis(ids))


def _market_ids(level: str, owner: pd.Series) -> pd.Series:
    return (f"{level}:" + owner.astype("str")).where(owner.notna()).astype("str")
