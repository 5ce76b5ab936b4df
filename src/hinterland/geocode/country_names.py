"""What countries are called: in every language of CLDR, in ISO 3166-1, at the World Bank, and in everyday use."""

import csv
import re
from functools import cache
from pathlib import Path

from babel import Locale

from hinterland.geocode.codes import COUNTRY_ALIASES
from hinterland.geocode.normalize import fold_names

# names by language, folded (Unicode CLDR and ISO 3166-1, by way of Babel and pycountry): see reference.build
CLDR_NAMES = Path(__file__).with_name("country_names.csv")
# what these lack: names that other bodies and people write, each with its source
EXTRA_NAMES = Path(__file__).with_name("country_names_further.csv")
# who writes a name: in English and ISO 3166-1, in the languages of most profiles, of states, in others; see there too
ENGLISH, COMMON, OFFICIAL, OTHER = USES = ("english", "common", "official", "other")
ALPHA_2 = 2
_BREAKS = re.compile(r"[,(&]| (?:and|und|et|y|e) ")
_JOINTS = re.compile(r"\b(?:and|und|et|y|e|the)\b ?")


@cache
def country_keys() -> dict[str, str]:
    """List every name of every country and territory: folded name to country code; our own win over CLDR's."""
    return {name: code for code, name, _ in _cldr_names()} | _aliases()


@cache
def sure_country_keys() -> frozenset[str]:
    """List the English and our own names: those in other languages may be a city's ("Granada" for Grenada)."""
    return frozenset([*_names_in(ENGLISH), *_aliases()])


@cache
def common_country_keys() -> frozenset[str]:
    """List the names in the languages of most profiles too."""
    return sure_country_keys().union(_names_in(COMMON))


@cache
def official_country_keys() -> frozenset[str]:
    """List the names in languages of states too: in others a name is as likely a place's ("Kanata")."""
    return common_country_keys().union(_names_in(OFFICIAL))


@cache
def joined_names() -> tuple[str, ...]:
    """List English names of two parts ("Trinidad & Tobago"): they must not be split at the "and"."""
    territories = Locale.parse("en").territories
    return tuple(name for code, name in territories.items() if "&" in name and len(code) == ALPHA_2)


@cache
def inverted_names() -> tuple[str, ...]:
    """List names with a comma, brackets or "and" ("Congo, Dem. Rep."), the longest first: not to be split there."""
    broken = [name for _, name in _extra_names() if _BREAKS.search(name)]
    return tuple(sorted(broken, key=len, reverse=True))


@cache
def _aliases() -> dict[str, str]:
    pairs = [(line[:2], name) for line in COUNTRY_ALIASES.strip().splitlines() for name in line[3:].split("|")]
    codes, names = zip(*_extra_names(), *pairs, strict=True)
    keys = dict(zip(fold_names(names), codes, strict=True))
    # as they are when texts are read ("Philippines (the)", "West Bank and Gaza")
    return {_JOINTS.sub("", key).strip(): code for key, code in keys.items()} | keys


def _names_in(use: str) -> list[str]:
    return [name for _, name, used in _cldr_names() if used == use]


@cache
def _cldr_names() -> tuple[list[str], ...]:
    with CLDR_NAMES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.reader(file))[1:]


@cache
def _extra_names() -> tuple[tuple[str, str], ...]:
    with EXTRA_NAMES.open(encoding="utf-8", newline="") as file:
        return tuple((row["code"], row["name"]) for row in csv.DictReader(file))
