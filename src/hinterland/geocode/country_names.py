"""What countries are called: in nearly thirty languages, by code, by short and former names."""

from functools import cache

from babel import Locale

from hinterland.geocode.codes import COUNTRY_ALIASES
from hinterland.geocode.normalise import fold_names

# the languages of most profiles; a country whose language is not here has its own name among the aliases
LANGUAGES = (
    "en", "es", "pt", "fr", "de", "it", "nl", "sv", "fi", "pl", "cs", "hu", "ro", "tr", "el", "ru", "uk", "ar", "fa",
    "he", "hi", "th", "vi", "id", "zh", "zh_Hant", "ja", "ko",
)  # fmt: skip
ALPHA_2 = 2


@cache
def country_keys() -> dict[str, str]:
    """List every name of every country and territory: folded name to country code.

    Source: Unicode CLDR by way of Babel, and short forms of our own. English and our own win over other languages.
    """
    listed = [(name, code) for language in reversed(LANGUAGES) for code, name in _territories(language)]
    keys = dict(zip(fold_names([name for name, _ in listed]), [code for _, code in listed], strict=True))
    keys |= _aliases()
    keys.pop("", None)
    return keys


@cache
def sure_country_keys() -> frozenset[str]:
    """List the English and our own names: those in other languages may be a city's ("Granada" for Grenada)."""
    return frozenset([*fold_names([name for _, name in _territories("en")]), *_aliases()])


@cache
def joined_names() -> tuple[str, ...]:
    """List English names of two parts ("Trinidad & Tobago"): they must not be split at the "and"."""
    return tuple(name for _, name in _territories("en") if "&" in name)


def _aliases() -> dict[str, str]:
    listed = [(name, line[:2]) for line in COUNTRY_ALIASES.strip().splitlines() for name in line[3:].split("|")]
    return dict(zip(fold_names([name for name, _ in listed]), [code for _, code in listed], strict=True))


def _territories(language: str) -> list[tuple[str, str]]:
    territories = Locale.parse(language).territories
    return [(code, name) for code, name in territories.items() if len(code) == ALPHA_2 and code.isalpha()]
