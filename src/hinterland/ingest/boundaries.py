"""Read the user's own market polygons: their names, residents, countries and internet users."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import shapely

from hinterland import geo
from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.formats.polygons import read_polygons, refuse, swapped_axes_error
from hinterland.ingest.open import open_sheet
from hinterland.ingest.parse import as_text
from hinterland.ingest.parse.numbers import parse_counts
from hinterland.language import Notice, Text
from hinterland.messages import POPULATION
from hinterland.messages import lists as list_messages
from hinterland.schemas import MARKETS

if TYPE_CHECKING:
    import geopandas as gpd

NAMES = ("name", "market", "city", "metro", "title", "label", "nom", "nombre")
# what columns of names are called in public files: STATE_NAME, LAD21NM, NAME_1, nom_dept, GEN, NAMELSAD
_NAME = re.compile(
    r"(?i)name|nam$|nm[a-z]?$|\bnom|^nom|nome|nombre|navn|namn|naam|^gen$|label|title|^dma|bezeichnung|név|nazw|ad[i\u0131]$"
)
_NO_NAME = re.compile(
    r"(?i)shape_?(?:area|le)|wkt|geom|code|_?id$|fips|geoid|gid|type|varname|nl_name|level|source|url|date|iso|style|desc"
)
_MEASURED = re.compile(r"(?i)shape[_.]?(?:st)?_?(?:area|leng|len)|^(?:area|perimeter|length)|population|^pop")
_PEOPLE = re.compile(r"pop|people|residents|inhabitants|einwohner|habitant|abitanti|mieszka|населен|人口|인구")
KEYS = ("id", "market_id", "market", "code", "geoid", "gid", "fips", "name")
MOSTLY = 0.8


@dataclass(frozen=True)
class ReferenceData:
    """What the bundled geography lends to own polygons: PLACES, and countries with country and internet_share."""

    places: pd.DataFrame
    countries: pd.DataFrame


@dataclass(frozen=True)
class OwnMarkets:
    """Markets of the user's own: a MARKETS table of level city, its polygons (EPSG:4326), what was repaired."""

    markets: pd.DataFrame
    boundaries: "gpd.GeoDataFrame"
    notices: tuple[Notice, ...]


def read_boundaries(
    path: Path, *, population: str | None, reference: ReferenceData, layer: str | None = None
) -> OwnMarkets:
    """Read own polygons as markets.

    Parameters
    ----------
    path
        A file of polygons: GeoPackage, Shapefile, GeoJSON, GeoParquet, KML, in any reference system.
    population
        A column of the file, or a CSV of id,population; None sums the bundled places inside.
    layer
        The layer to read, of a file with several; None is the first.
    reference
        Places and countries, for populations, countries and internet users.

    Raises
    ------
    InputError
        For a file that holds no areas, says no reference system, has its axes swapped, or whose areas overlap by much:
        each named by its number, from 1.
    """
    polygons = read_polygons(path, layer)
    features = polygons.features
    ids = _ids(features)
    boundaries = polygons.shapes.to_frame("geometry").set_axis(ids)
    inside = places_inside(reference.places, boundaries["geometry"])
    people, estimated = _population(
        features, population, _residents(reference.places).groupby(inside).sum().reindex(ids)
    )
    has_people = (people > 0).to_numpy()
    if not has_people.any():
        _refuse_swapped(path, boundaries["geometry"], reference)
        refuse(path, ~has_people, Text("no population: set {population} to a column or a CSV", population=POPULATION))
    empty = () if has_people.all() else (list_messages.areas_unranked(int((~has_people).sum())),)
    countries = _countries(boundaries["geometry"], inside, reference)
    markets = _markets(features, boundaries["geometry"], people.where(has_people, 0.0), countries)
    summed = (list_messages.population_summed(),) if estimated else ()
    return OwnMarkets(MARKETS.check(_with_users(markets, reference)), boundaries, (*polygons.notices, *empty, *summed))


def places_inside(places: pd.DataFrame, polygons: "gpd.GeoSeries") -> "pd.Series[str]":
    """Find the polygon each place lies in: its label, missing where there is none.

    Parameters
    ----------
    places
        longitude and latitude, degrees.
    polygons
        By label, EPSG:4326.

    Returns
    -------
    Labels as text, indexed like `places`.
    """
    index = geo.MarketIndex(polygons)
    labels = index.find(places["longitude"].to_numpy(float), places["latitude"].to_numpy(float), snap_km=0.0)
    return labels.set_axis(places.index)


def _refuse_swapped(path: Path, polygons: "gpd.GeoSeries", reference: ReferenceData) -> None:
    """Refuse areas that hold places only with their axes swapped."""
    turned = polygons.map(lambda shape: shapely.transform(shape, lambda points: points[:, ::-1]))
    if (turned.total_bounds[[1, 3]] ** 2 <= 90**2).all() and places_inside(reference.places, turned).notna().any():
        raise swapped_axes_error(path)


def _ids(read: "gpd.GeoDataFrame") -> pd.Index:
    columns = read.drop(columns=read.geometry.name)
    settled = (column for column in columns if columns[column].notna().all() and columns[column].is_unique)
    unique = next((column for column in settled if not _MEASURED.search(str(column))), None)
    values = read.index + 1 if unique is None else columns[unique]
    return pd.Index([f"own:{value}" for value in values], name="market_id", dtype="str")


def _population(read: "gpd.GeoDataFrame", source: str | None, summed: pd.Series) -> tuple[pd.Series, bool]:
    if source is None:
        return summed.fillna(0.0), True
    if source in read:
        return _counts(read[source]).set_axis(summed.index), False
    path = Path(source)
    if not os.path.isfile(path):  # noqa: PTH113 - a column's name may be longer than any file's
        raise InputError(
            "{control} {source}: neither a file nor a column; the columns are {columns!r}",
            control=POPULATION,
            source=source,
            columns=list(read.columns.drop(read.geometry.name)),
        )
    return _from_csv(path).reindex(summed.index), False


def _counts(column: pd.Series) -> pd.Series:
    """Read residents as people write them: 9000000, "9,000,000", 9 000 000."""
    texts = pa.chunked_array([as_text(column.astype("object").where(column.notna(), None))], pa.string())
    return pd.Series(parse_counts(texts).numbers, column.index)


def _from_csv(path: Path) -> pd.Series:
    sheet = open_sheet(path, Settings())
    names = {str(name).strip().casefold(): name for name in sheet.columns}
    key = next((names[name] for name in KEYS if name in names), None)
    people = next((original for name, original in names.items() if _PEOPLE.search(name)), None)
    if key is None or people is None or key == people:
        raise InputError("{file}: needs the columns id and population", file=path)
    tables = [piece.read(dict.fromkeys((key, people), pa.string())).table for piece in sheet.chunks]
    table = pa.concat_tables(tables).to_pandas() if tables else pd.DataFrame({key: [], people: []})
    ids = pd.Index(table[key].astype("str").str.strip())
    if not ids.is_unique:
        raise InputError("{file}: id {value!r} appears twice", file=path, value=ids[ids.duplicated()][0])
    return _counts(table[people]).set_axis("own:" + ids)


def _residents(places: pd.DataFrame) -> pd.Series:
    """Give each place's residents; those of a district are counted with its city."""
    residents: pd.Series = places["population"]
    return residents.where(places["part_of"].isna()) if "part_of" in places else residents


def _countries(polygons: "gpd.GeoSeries", inside: "pd.Series[str]", reference: ReferenceData) -> pd.Series:
    """Find the country of each polygon: of most residents inside, else of the nearest place."""
    places = reference.places[["country_code"]].assign(market=inside, people=_residents(reference.places).fillna(0.0))
    people = places.groupby(["market", "country_code"])["people"].sum().sort_values(kind="stable").reset_index()
    countries = (
        people.drop_duplicates("market", keep="last").set_index("market")["country_code"].reindex(polygons.index)
    )
    centres = polygons.representative_point()
    index = geo.PlaceIndex(reference.places["longitude"].to_numpy(float), reference.places["latitude"].to_numpy(float))
    near = index.nearest(centres.x.to_numpy(), centres.y.to_numpy(), within_km=geo.EARTH_RADIUS_KM)
    result: pd.Series = countries.fillna(
        pd.Series(reference.places["country_code"].to_numpy()[near], index=polygons.index)
    )
    return result


def _markets(
    read: "gpd.GeoDataFrame", polygons: "gpd.GeoSeries", people: pd.Series, countries: pd.Series
) -> pd.DataFrame:
    centres = polygons.representative_point()
    return pd.DataFrame(
        {
            "market": _names(read, polygons.index),
            "region": pd.Series(None, index=polygons.index, dtype="str"),
            "country_code": countries.astype("str"),
            "level": "city",
            "boundary_kind": "own",
            "boundary_licence": "your own",
            "boundary_source": "your own file",
            "latitude": centres.y,
            "longitude": centres.x,
            "population": people,
            "area_km2": geo.area_km2(polygons),
        },
        index=polygons.index,
    )


def _names(read: "gpd.GeoDataFrame", ids: pd.Index) -> pd.Series:
    column = name_column(read.drop(columns=read.geometry.name))
    plain = pd.Series(ids.str.removeprefix("own:"), index=ids, dtype="str")
    return plain if column is None else read[column].astype("str").set_axis(ids).fillna(plain)


def name_column(table: pd.DataFrame) -> str | None:
    """Find the column that names areas: by its header, of several the one that tells most of them apart.

    Parameters
    ----------
    table
        One row per area, without the shapes.

    Returns
    -------
    The header as text; None where no column reads as names.
    """
    texts = {str(column): table[column].dropna().astype("str") for column in table if not _NO_NAME.search(str(column))}
    texts = {column: values for column, values in texts.items() if len(values) and _are_words(values)}
    matches_name = {column: _NAME.search(str(column)) is not None for column in texts}
    is_usual = {column: str(column).casefold() in NAMES for column in texts}
    order = list(texts)
    return max(
        (column for column in texts if matches_name[column] or is_usual[column] or not any(matches_name.values())),
        key=lambda column: (round(texts[column].nunique() / len(table), 1), is_usual[column], -order.index(column)),
        default=None,
    )


def _are_words(values: pd.Series) -> bool:
    """Say whether texts read as names: letters, more than a code has."""
    lettered = values.str.contains(r"[^\W\d_]{2}", regex=True).mean()
    coded = values.str.fullmatch(r"[A-Z0-9._-]{1,6}|\d.*").mean()
    return bool(lettered > MOSTLY and coded < MOSTLY / 2)


def _with_users(markets: pd.DataFrame, reference: ReferenceData) -> pd.DataFrame:
    country = reference.countries.reindex(markets["country_code"]).set_axis(markets.index)
    share = country["internet_share"].astype("float64")
    users = (markets["population"] * share.fillna(1.0)).round()
    return markets.assign(country=country["country"], internet_users=users, internet_share_known=share.notna())
