"""What people write for a country, a region or a city instead of its name in the gazetteer; the tables are data files.

Every table of `data/geocode` has a column that says where a name comes from; names of places and adjectives are folded.
"""

import re
from collections import defaultdict
from functools import cache

import pandas as pd
from babel import Locale

from hinterland.geocode.normalize import fold_names
from hinterland.resources import read_rows

# who writes a name of a country: in English and ISO 3166-1, in the languages of most profiles, of states, in others
ENGLISH, COMMON, OFFICIAL, OTHER = USES = ("english", "common", "official", "other")
# what an area has to do with another country: it belongs to it, or is claimed or administered by it
TERRITORY, CLAIMED = "territory", "claimed"
# countries whose first-level regions people write by code (ISO 3166-2)
CODED_REGIONS = ("US", "CA", "AU", "BR", "IN", "DE", "CH")
ALPHA_2 = 2
_BREAKS = re.compile(r"[,(&]| (?:and|und|et|y|e) ")
_JOINTS = re.compile(r"\b(?:and|und|et|y|e|the)\b ?")


@cache
def country_keys() -> dict[str, str]:
    """List every name of every country and territory: folded name to country code; our own win over CLDR's."""
    return {name: code for code, name, _ in _cldr_names()} | _country_aliases()


@cache
def sure_country_keys() -> frozenset[str]:
    """List the English and our own names: those in other languages may be a city's ("Granada" for Grenada)."""
    return frozenset([*_names_used_in(ENGLISH), *_country_aliases()])


@cache
def common_country_keys() -> frozenset[str]:
    """List the names in the languages of most profiles too."""
    return sure_country_keys().union(_names_used_in(COMMON))


@cache
def official_country_keys() -> frozenset[str]:
    """List the names in languages of states too: in others a name is as likely a place's ("Kanata")."""
    return common_country_keys().union(_names_used_in(OFFICIAL))


@cache
def joined_names() -> tuple[str, ...]:
    """List English names of two parts ("Trinidad & Tobago"): they must not be split at the "and"."""
    territories = Locale.parse("en").territories
    return tuple(name for code, name in territories.items() if "&" in name and len(code) == ALPHA_2)


@cache
def inverted_names() -> tuple[str, ...]:
    """List names with a comma, brackets or "and" ("Congo, Dem. Rep."), the longest first: not to be split there."""
    broken = [name for _, name, _ in read_rows("geocode/country_aliases.csv") if _BREAKS.search(name)]
    return tuple(sorted(broken, key=len, reverse=True))


@cache
def _country_aliases() -> dict[str, str]:
    codes, names, _ = zip(*read_rows("geocode/country_aliases.csv"), strict=True)
    keys = dict(zip(fold_names(names), codes, strict=True))
    # as they are when texts are read ("Philippines (the)", "West Bank and Gaza")
    return {_JOINTS.sub("", key).strip(): code for key, code in keys.items()} | keys


def _names_used_in(use: str) -> list[str]:
    return [name for _, name, used in _cldr_names() if used == use]


@cache
def _cldr_names() -> list[tuple[str, ...]]:
    return read_rows("geocode/country_names.csv")


@cache
def country_ids() -> dict[str, int]:
    """List the GeoNames ids of countries, by code."""
    return {code: int(place_id) for code, _, _, place_id, _ in read_rows("geocode/country_ids.csv")}


@cache
def alpha_3_codes() -> dict[str, str]:
    """List the three letters of ISO 3166-1 for countries, in small letters: to their two letters."""
    return {letters.casefold(): code for code, letters, *_ in read_rows("geocode/country_ids.csv") if letters}


@cache
def country_numbers() -> dict[str, str]:
    """List the three digits of ISO 3166-1 for countries, by their two letters: maps of the world know them by these."""
    return {code: number for code, _, number, *_ in read_rows("geocode/country_ids.csv") if number}


@cache
def other_countries(relation: str) -> dict[str, str]:
    """List countries and regions that people write under another country too, by code: the code of that country.

    Parameters
    ----------
    relation
        TERRITORY or CLAIMED.
    """
    rows = read_rows("geocode/claims.csv")
    return {area: country for area, area_relation, country, _ in rows if area_relation == relation}


@cache
def demonyms() -> dict[str, str]:
    """List adjectives of countries in English and the languages of the largest: folded adjective to country code."""
    return {demonym: code for code, demonym, _ in read_rows("geocode/demonyms.csv")}


@cache
def place_aliases() -> list[tuple[str, ...]]:
    """List short and other names of cities, their airports and universities: alias, country code, name of the city.

    Aliases in capitals are codes, read only where they are written so.
    """
    return [(alias, code, place) for alias, code, place, _ in read_rows("geocode/place_aliases.csv")]


def region_keys(regions: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """List the regions every folded name can mean.

    Parameters
    ----------
    regions
        By region_id: region, and where there are any `alternate_names`, folded and joined by ";".

    Returns
    -------
    Ids of regions by folded name.
    """
    gathered: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for key, region in zip(fold_names(regions["region"]), regions.index, strict=True):
        gathered[key][region] = None
    if "alternate_names" in regions:
        alternates = regions["alternate_names"].dropna()
        for region, names in zip(alternates.index, alternates, strict=True):
            for key in names.split(";"):
                gathered[key][region] = None
    for region, alias, _ in read_rows("geocode/region_aliases.csv"):
        if region in regions.index:
            gathered[alias][region] = None
    gathered.pop("", None)
    return {key: tuple(ids) for key, ids in gathered.items()}


def region_codes(regions: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """List the regions every code can mean, in countries where people write codes (ISO 3166-2).

    Parameters
    ----------
    regions
        By region_id: country_code and iso_code, with or without the country ("US-TX", "TX").

    Returns
    -------
    Ids of regions by the part of the code behind the country.
    """
    coded = regions[regions["country_code"].isin(CODED_REGIONS) & regions["iso_code"].notna()]
    codes = coded["iso_code"].str.split("-").str[-1]
    return {str(code): tuple(ids) for code, ids in codes.index.to_series().groupby(codes.to_numpy()).agg(list).items()}
