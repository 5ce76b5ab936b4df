"""Countries as people write them in the options of a run: names in any language and codes become ISO codes."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

import pycountry

from hinterland import reference
from hinterland.config import Settings
from hinterland.errors import SettingsError
from hinterland.geocode.country_names import country_keys
from hinterland.geocode.normalize import fold_names
from hinterland.messages import model as wording

MODES = frozenset(("auto", "worldwide", "listed"))
# names with commas of their own: "Saint Helena, Ascension and Tristan da Cunha"
LONGEST = 3
SUGGESTIONS, ALIKE = 3, 0.75


def settle_countries(settings: Settings) -> Settings:
    """Write the countries a run ranks, and those its list covers, as ISO codes.

    Raises
    ------
    SettingsError
        For what no country is called, with the countries called nearly so.
    """
    mode = settings.covers.strip().casefold()
    covers = mode if mode in MODES else ",".join(find_codes(settings.covers.split(","), option="--covers"))
    countries = tuple(find_codes(settings.countries, option="--country"))
    return settings.model_copy(update={"countries": countries, "covers": covers})


def find_codes(names: Sequence[str], *, option: str) -> list[str]:
    """Find the code of each country, once each; a name that was parted at its commas is put together.

    Raises
    ------
    SettingsError
        For names of no country, all at once.
    """
    readings = list(_read([name.strip() for name in names if name.strip()]))
    if unknown := {name: _suggest(name) for name, code in readings if code is None}:
        raise SettingsError(wording.no_country(option, unknown))
    return list(dict.fromkeys(code for _, code in readings if code is not None))


def _read(names: list[str]) -> Iterator[tuple[str, str | None]]:
    """Read the longest run of names that is one country, again and again."""
    while names:
        sizes = range(min(LONGEST, len(names)), 0, -1)
        size = next((size for size in sizes if _code(", ".join(names[:size]))), 1)
        text, names = ", ".join(names[:size]), names[size:]
        yield text, _code(text)


def _code(text: str) -> str | None:
    """Find the country of a code or a name; those of ISO 3166-1 are understood, too."""
    bundled = reference.load_countries().index
    code = text.upper() if text.upper() in bundled else country_keys().get(fold_names([text])[0]) or _iso_code(text)
    return code if code in bundled else None


def _iso_code(text: str) -> str | None:
    try:
        return str(pycountry.countries.lookup(text).alpha_2)
    except LookupError:
        return None


def _suggest(text: str) -> list[str]:
    """Name the countries called nearly like a text: name and code."""
    keys, names = country_keys(), reference.load_countries()["country"]
    near = [keys[key] for key in get_close_matches(fold_names([text])[0], keys, 2 * SUGGESTIONS, ALIKE)]
    return [f"{names[code]} ({code})" for code in dict.fromkeys(near) if code in names.index][:SUGGESTIONS]
