"""Draw the boundary of every city market (a unit, several, a part of one, a disc), and find the places it holds."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree, Voronoi

from hinterland.geo import EARTH_RADIUS_KM, KM_PER_DEGREE, area_km2, chords_km, unit_vectors
from hinterland.reference.builder.boundaries import FINE_DEGREES, close_gaps
from hinterland.reference.builder.districts import NOT_A_DISTRICT, footprint_km, plausible_km2

OFFICIAL, DISSOLVED, SPLIT, MODELLED = "official", "dissolved", "split", "modelled"
CORNERS = 16
CELL_CORE, DISC_CORE, WARD_CORE = 7_000, 2_500, 5_000
SMALLEST_DISC_KM = 1.5
# a city so dense in its own unit has outgrown it
OUTGROWN_DENSITY = 8_000
# neighbouring outlines of the sources gap by up to this much
TEAR_DEGREES = 0.008


@dataclass(frozen=True)
class Plane:
    """A flat map around one parallel: degrees, with longitudes shortened so that circles are round."""

    shrink: float

    @classmethod
    def around(cls, latitudes: pd.Series) -> "Plane":
        """Choose the plane for points at these latitudes.

        Parameters
        ----------
        latitudes
            Degrees.

        Returns
        -------
        The plane whose circles are round at their mean.
        """
        return cls(float(np.cos(np.radians(latitudes.mean()))))

    def circles(self, places: pd.DataFrame, radius_km: np.ndarray, corners: int = CORNERS) -> np.ndarray:
        """Give the corners of a polygon around each place: an array (places, corners, 2) of degrees.

        Parameters
        ----------
        places
            longitude and latitude, degrees.
        radius_km
            One radius per place.

        Returns
        -------
        Longitude and latitude of each corner.
        """
        angles = np.arange(corners) * 2 * np.pi / corners
        ring = np.column_stack([np.cos(angles), np.sin(angles)])[None] * radius_km[:, None, None] / KM_PER_DEGREE
        centres = places[["longitude", "latitude"]].to_numpy()[:, None]
        result: np.ndarray = centres + ring / [self.shrink, 1.0]
        return result


def draw_catchments(cities: pd.DataFrame, units: gpd.GeoDataFrame, countries: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Draw one polygon per city.

    Parameters
    ----------
    cities
        The principal places of the city markets, by place_id: country_code, longitude, latitude, population, `unit`.
    units
        Official units with country_code, prefix, area_km2, `city`.
    countries
        Country outlines by code.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by place_id (EPSG:4326): geometry, boundary_kind, prefix (of the unit's set, -1 where modelled).
        Cities without any land in the outlines are missing.
    """
    housed = cities[cities["unit"].ge(0)]
    parts = [*_in_units(housed, units), *_in_countries(cities[cities["unit"].lt(0)], countries)]
    catchments = pd.concat(parts)
    joined = _join_wards(catchments, cities, units)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=4326).sort_index()


def discs(cities: pd.DataFrame, radius_km: np.ndarray) -> np.ndarray:
    """Draw a 32-gon around each city.

    Parameters
    ----------
    cities
        longitude and latitude, degrees.
    radius_km
        One radius per city.

    Returns
    -------
    Polygons in degrees, (cities,).
    """
    rings = np.empty(len(cities), dtype=object)
    for number, latitude in enumerate(cities["latitude"]):
        plane = Plane(max(0.05, float(np.cos(np.radians(latitude)))))
        rings[number] = shapely.polygons(plane.circles(cities.iloc[[number]], radius_km[[number]], 32)[0])
    return rings


def cells_of(cities: pd.DataFrame, land: shapely.Geometry) -> np.ndarray:
    """Share `land` among the cities: each point goes to the city whose dense core is nearest.

    Parameters
    ----------
    cities
        longitude and latitude in degrees, population.
    land
        A shape in degrees.

    Returns
    -------
    The part of `land` of each city, (cities,); all of it for a single one.
    """
    if len(cities) == 1:
        return np.array([land], dtype=object)
    # places with the same coordinates stand 200 m apart
    twin = cities.groupby([cities["longitude"].round(3), cities["latitude"].round(3)]).cumcount()
    cities = cities.assign(longitude=cities["longitude"] + 0.002 * twin)
    plane = Plane.around(cities["latitude"])
    # without its centre a circle's corners all share one degenerate vertex
    centres = cities[["longitude", "latitude"]].to_numpy()[:, None]
    corners = np.concatenate([plane.circles(cities, _core_km(cities)), centres], axis=1).reshape(-1, 2)
    owners = np.repeat(np.arange(len(cities)), CORNERS + 1)
    cells = _voronoi(corners * [plane.shrink, 1.0], land.bounds)
    cells = shapely.transform(cells, lambda xy: xy / [plane.shrink, 1.0])
    merged = [_union(cells[owners == city]) for city in range(len(cities))]
    result: np.ndarray = shapely.intersection(np.array(merged, dtype=object), land)
    return result


def _voronoi(points: np.ndarray, bounds: tuple[float, float, float, float]) -> np.ndarray:
    """Draw the cell of each point; guards far outside `bounds` keep every cell finite."""
    middle = points.mean(axis=0)
    far = 20.0 * max(1.0, bounds[2] - bounds[0], bounds[3] - bounds[1])
    guards = middle + far * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
    diagram = Voronoi(np.concatenate([points, guards]))
    regions = [diagram.regions[region] for region in diagram.point_region[: len(points)]]
    return np.array([shapely.convex_hull(shapely.multipoints(diagram.vertices[region])) for region in regions])


def _union(cells: np.ndarray) -> shapely.Geometry:
    try:
        return shapely.union_all(cells)
    except shapely.errors.GEOSException:
        # cells of nearly coincident places can cross by a rounding error
        return shapely.union_all(shapely.make_valid(shapely.set_precision(cells, 1e-6)))


def _core_km(cities: pd.DataFrame) -> np.ndarray:
    """Give the core's radius, shortened so that no two cores touch."""
    core = footprint_km(cities["population"], CELL_CORE).to_numpy()
    vectors = unit_vectors(cities)
    distance_km = np.linalg.norm(vectors[:, None] - vectors[None], axis=2) * EARTH_RADIUS_KM
    np.fill_diagonal(distance_km, np.inf)
    share = core[:, None] / (core[:, None] + core[None])
    result: np.ndarray = np.clip(np.minimum(core, 0.9 * (distance_km * share).min(axis=1)), 0.01, None)
    return result


def _in_units(cities: pd.DataFrame, units: gpd.GeoDataFrame) -> list[pd.DataFrame]:
    crowd = cities.groupby("unit")["unit"].transform("size")
    alone = _frame(cities[crowd.eq(1)], units.geometry.reindex(cities.loc[crowd.eq(1), "unit"]).to_numpy())
    shared = [
        _frame(group, cells_of(group, units.geometry[unit])) for unit, group in cities[crowd.gt(1)].groupby("unit")
    ]
    catchments = pd.concat(
        [alone.assign(boundary_kind=OFFICIAL), *(part.assign(boundary_kind=SPLIT) for part in shared)]
    )
    catchments = catchments.assign(prefix=cities["unit"].map(units["prefix"]).reindex(catchments.index))
    return [_trim_giants(catchments, cities)]


def _in_countries(cities: pd.DataFrame, countries: gpd.GeoSeries) -> list[pd.DataFrame]:
    parts = []
    for code, group in cities.groupby("country_code"):
        land = countries.get(code)
        if land is None:
            continue
        radius = footprint_km(group["population"], DISC_CORE).clip(lower=SMALLEST_DISC_KM).to_numpy()
        shape = shapely.intersection(cells_of(group, land), discs(group, radius))
        parts.append(_frame(group, shape).assign(boundary_kind=MODELLED, prefix=-1))
    return parts


def _frame(cities: pd.DataFrame, shapes: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"geometry": shapes}, index=cities.index)


def _trim_giants(catchments: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Cut what is too large for its city to a disc; a cell stays a cell."""
    area = area_km2(gpd.GeoSeries(catchments["geometry"], crs=4326))
    largest_km2 = plausible_km2(cities["population"]).reindex(catchments.index)
    giant = area.gt(largest_km2)
    radius = np.sqrt(largest_km2[giant] / np.pi).to_numpy()
    trimmed = catchments.copy()
    trimmed.loc[giant, "geometry"] = shapely.intersection(
        catchments.loc[giant, "geometry"].to_numpy(), discs(cities.loc[catchments.index[giant]], radius)
    )
    return trimmed.assign(
        boundary_kind=trimmed["boundary_kind"].mask(giant & trimmed["boundary_kind"].eq(OFFICIAL), DISSOLVED)
    )


def _join_wards(catchments: pd.DataFrame, cities: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Add to each city the units without a city of their own that are its wards."""
    owner = _ward_owner(cities, units)
    wards = units.loc[owner.index].assign(place_id=owner)
    ward_shapes = wards.groupby("place_id")["geometry"].agg(
        lambda shapes: shapely.union_all(shapes.to_numpy(), grid_size=FINE_DEGREES)
    )
    ward_shapes = ward_shapes[ward_shapes.index.isin(catchments.index)]
    joined = catchments.copy()
    unions = shapely.union(
        catchments.loc[ward_shapes.index, "geometry"].to_numpy(), ward_shapes.to_numpy(), grid_size=FINE_DEGREES
    )
    joined.loc[ward_shapes.index, "geometry"] = close_gaps(unions, TEAR_DEGREES)
    joined.loc[ward_shapes.index, "boundary_kind"] = DISSOLVED
    return joined


def _ward_owner(cities: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.Series:
    """Find the city each empty unit is a ward of: the one it is listed under, or whose core it lies in."""
    overrides = units["city"].dropna().astype("int64")
    overrides = overrides[overrides.index != overrides.map(cities["unit"])]
    empty = units[~units.index.isin(cities["unit"]) & units["city"].isna()]
    outgrown = cities[
        cities["unit"].map(units["area_km2"]).lt(cities["population"] / OUTGROWN_DENSITY)
        & cities["unit"].map(units["city"]).isna()
    ]
    centres = empty.geometry.representative_point()
    core = gpd.GeoDataFrame(
        outgrown[["country_code"]], geometry=discs(outgrown, footprint_km(outgrown["population"], WARD_CORE).to_numpy())
    )
    ward, city = core.sindex.query(centres, predicate="within")
    same = empty["country_code"].to_numpy()[ward] == outgrown["country_code"].to_numpy()[city]
    pairs = pd.DataFrame({"unit": empty.index[ward[same]], "place_id": outgrown.index[city[same]]})
    pairs["pull"] = _pull(centres.loc[pairs["unit"]], outgrown.loc[pairs["place_id"]])
    nearest = pairs.sort_values(["unit", "pull", "place_id"]).drop_duplicates("unit").set_index("unit")["place_id"]
    result: pd.Series = pd.concat([overrides, nearest]).sort_index()
    return result


def _pull(centres: gpd.GeoSeries, cities: pd.DataFrame) -> np.ndarray:
    points = pd.DataFrame({"longitude": centres.x.to_numpy(), "latitude": centres.y.to_numpy()})
    result: np.ndarray = (
        chords_km(unit_vectors(points), unit_vectors(cities)) / footprint_km(cities["population"], WARD_CORE).to_numpy()
    )
    return result


# a village farther from every town lives by itself
NEAREST_KM = 30.0


def find_hosts(towns: pd.DataFrame, catchments: gpd.GeoDataFrame) -> pd.Series:
    """Find the city in whose official or dissolved outline each small town lies.

    Parameters
    ----------
    towns
        Places without an outline of their own, by place_id.
    catchments
        Outlines of cities with boundary_kind, by place_id.

    Returns
    -------
    pandas.Series
        place_id of the city by that of the town, for those towns only.
    """
    outlines = catchments.loc[catchments["boundary_kind"].isin([OFFICIAL, DISSOLVED]), "geometry"]
    result: pd.Series = containing(towns, outlines).dropna().astype("int64")
    return result


def containing(places: pd.DataFrame, outlines: gpd.GeoSeries) -> pd.Series:
    """Find the outline each place lies in: its label, NA for places in none.

    Parameters
    ----------
    places
        longitude and latitude, degrees.
    outlines
        EPSG:4326, by whole-number labels.

    Returns
    -------
    Int64, indexed like `places`; the smallest label where outlines overlap.
    """
    points = gpd.points_from_xy(places["longitude"], places["latitude"])
    point, shape = outlines.sindex.query(points, predicate="within")
    hits = pd.Series(outlines.index.to_numpy()[shape], index=places.index[point])
    return hits.groupby(level=0).min().reindex(places.index).astype("Int64")


def with_towns(cities: pd.DataFrame, hosts: pd.Series) -> pd.DataFrame:
    """Count the residents of towns with their cities, and drop the towns.

    Parameters
    ----------
    cities
        Cities and towns by place_id, with population.
    hosts
        place_id of the city by that of each town (see `find_hosts`).

    Returns
    -------
    The rows of the cities; population in residents, those of their towns included.
    """
    town_residents = cities["population"].reindex(hosts.index).groupby(hosts).sum()
    remaining = cities.drop(index=hosts.index)
    return remaining.assign(
        population=remaining["population"].add(town_residents, fill_value=0.0).reindex(remaining.index)
    )


def find_owners(places: pd.DataFrame, cities: pd.Index, hosts: pd.Series) -> pd.Series:
    """Find the city each place counts in: cities, their districts, their towns and the districts of those.

    Returns
    -------
    pandas.Series
        place_id of the city by place_id, for those places only.
    """
    root = places["part_of"].where(places["part_of"].ne(NOT_A_DISTRICT), places.index.to_series())
    owner = root.map(hosts).fillna(root).astype("int64")
    result: pd.Series = owner[owner.isin(cities)]
    return result


def nearest_city(places: pd.DataFrame, cities: pd.DataFrame) -> pd.Series:
    """Find the nearest city of its own country within 30 km of each place: its place_id, NA where there is none.

    Parameters
    ----------
    places, cities
        country_code, longitude, latitude (degrees), by place_id.

    Returns
    -------
    Int64, indexed like `places`.
    """
    cities_by_country = dict(list(cities.groupby("country_code")))
    parts = [
        _nearest(group, cities_by_country[code])
        for code, group in places.groupby("country_code", sort=True)
        if code in cities_by_country
    ]
    result: pd.Series = pd.concat(parts).reindex(places.index).astype("Int64")
    return result


def _nearest(places: pd.DataFrame, cities: pd.DataFrame) -> pd.Series:
    reach = NEAREST_KM / EARTH_RADIUS_KM
    _, row = KDTree(unit_vectors(cities)).query(unit_vectors(places), distance_upper_bound=reach)
    ids = np.append(cities.index.to_numpy(dtype="float64"), np.nan)
    return pd.Series(ids[row], index=places.index)
