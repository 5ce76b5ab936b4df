"""What the cells of a column can be by their looks: numbers of a field, addresses, platforms, countries, names."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import pycountry

from hinterland.config import platform_names
from hinterland.identity import fold_name
from hinterland.ingest.infer_units import COUNT_FIELDS, MONEY, RATES
from hinterland.ingest.parse.addresses import NOBODY, parse_account, parse_address
from hinterland.ingest.parse.coordinates import parse_degrees
from hinterland.ingest.parse.money import amount_of, parse_rate
from hinterland.ingest.parse.numbers import MOST, MOST_OF, parse_count

NUMBERS: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(("followers", "creators", *COUNT_FIELDS), lambda text: parse_count(text).value is not None),
    **dict.fromkeys(RATES, lambda text: parse_rate(text) is not None),
    **dict.fromkeys(MONEY, lambda text: amount_of(text) is not None),
    "longitude": lambda text: parse_degrees(text) is not None,
    "latitude": lambda text: parse_degrees(text) is not None,
    "rank": lambda text: parse_count(text.lstrip("#")).value is not None,
}
PLACES = frozenset(("city", "region", "country", "location"))
LOOKED_AT = 200
# a share of cells that is enough to show what a column holds
ENOUGH = 0.6
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_SHORTENED = re.compile(r"\d+([.,]\d+)?\s?[KkMm]")
_HANDLE, _ONE_WORD = re.compile(r"@?[\w.\-]+"), re.compile(r"\S+")
# of so many values with spaces or signs, a column that may be of names or handles holds names; of a handle, of so many
NAME_SHARE, CLEAR_NAME_SHARE = 0.1, 0.5


@cache
def countries() -> frozenset[str]:
    """Load names and capital-letter codes; short codes in small letters are words (`in`, `no`, `us`)."""
    names = [(c.name, getattr(c, "common_name", ""), c.alpha_2, c.alpha_3) for c in pycountry.countries]
    usual = ("usa", "uk", "russia", "south korea", "turkey", "vietnam", "iran", "taiwan", "england", "scotland", "uae")
    return frozenset(name.casefold() for group in names for name in group if name) | frozenset(usual)


CONTENT: Mapping[str, Callable[[str], bool]] = {
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "handle": lambda text: text.startswith("@") and " " not in text,
    "profile_url": lambda text: bool((parse_address(text) or NOBODY).handle),
    "platform": lambda text: text.lower() in platform_names("cell"),
    "country": lambda text: text.casefold() in countries(),
    "followers": lambda text: bool(_SHORTENED.fullmatch(text)),
    "location": lambda text: text.rpartition(",")[2].strip().casefold() in countries() and "," in text,
}


def filled_cells(values: Sequence[str]) -> list[str]:
    """Take some two hundred values, spread evenly, without those that are empty."""
    return [value.strip() for value in thin_out(values) if value.strip()]


def thin_out(values: Sequence[str]) -> Sequence[str]:
    """Take some two hundred values, spread evenly."""
    return values[:: len(values) // LOOKED_AT or 1]


def is_number(text: str) -> bool:
    """Say whether a cell is a number of people."""
    return parse_count(text).value is not None


def is_amount(text: str) -> bool:
    """Say whether a cell is a number of anything: people or degrees."""
    return any(char.isdigit() for char in text) and (is_number(text) or parse_degrees(text) is not None)


def support(field: str, values: Sequence[str]) -> float:
    """Compute the share of cells that can be of a field; a column without any value is doubted by half."""
    counts = [(value, parse_count(value)) for value in filled_cells(values)]
    filled = [value for value, count in counts if count.value is not None or count.faulty]
    if not filled:
        return ENOUGH
    if field in NUMBERS:
        return float(np.mean([NUMBERS[field](value) for value in filled]))
    if field == "profile_url":
        return linked_share(filled)
    if field in PLACES:
        return 1.0 - float(np.mean([is_number(value) for value in filled]))
    return 1.0


def linked_share(cells: Sequence[str]) -> float:
    """Compute the share of cells that are addresses of a platform."""
    return float(np.mean([bool((parse_address(cell) or NOBODY).platform) for cell in cells]))


def are_names(values: Sequence[str], *, unclear: bool) -> bool:
    """Say whether a column that can mean accounts holds names of people or channels: words, signs, spaces.

    Parameters
    ----------
    unclear
        Its header names a person or a channel as often as an account.
    """
    filled = filled_cells(values)
    texts = [value for value in filled if parse_address(value) is None]
    handle, limit = (_HANDLE, NAME_SHARE) if unclear else (_ONE_WORD, CLEAR_NAME_SHARE)
    odd = sum(not handle.fullmatch(value) for value in texts if parse_account(value).handle)
    return odd >= max(limit * len(filled), 1)


def name_same_accounts(names: Sequence[str], accounts: Sequence[str]) -> bool:
    """Say whether two columns mostly name the same accounts."""
    pairs = [(name, parse_account(text).handle) for name, text in zip(names, accounts, strict=True) if text.strip()]
    alike = sum(fold_name(parse_account(name).handle) == fold_name(handle) for name, handle in pairs[:LOOKED_AT])
    return 2 * alike >= len(pairs[:LOOKED_AT])


def parse_sample(field: str, text: str) -> str:
    """Show how a cell is read as a value of a field."""
    if field in ("longitude", "latitude"):
        return str(parse_degrees(text) if text else "")
    if field in NUMBERS:
        value = parse_rate(text) if field in RATES else amount_of(text.strip("#% "))
        return "" if value is None or value > MOST_OF.get(field, MOST) else f"{value:.15g}"
    return text.strip()
