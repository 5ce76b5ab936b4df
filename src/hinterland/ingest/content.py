"""What the cells of a column say: the field they can be of by their looks, and how its numbers are meant."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from babel import Locale
from babel.numbers import get_territory_currencies

from hinterland.config import platform_names
from hinterland.geocode.aliases import ALPHA_2, alpha_3_codes, country_ids, country_keys, sure_country_keys
from hinterland.geocode.normalize import fold
from hinterland.identity import fold_name
from hinterland.ingest.header_names import PERIOD, scale_of, tokenize_header
from hinterland.ingest.parse.addresses import COUNT_BESIDE, NOBODY, parse_account, parse_address
from hinterland.ingest.parse.audience import heaviest
from hinterland.ingest.parse.coordinates import LATITUDE_END, LONGITUDE_END, POINT, parse_degrees
from hinterland.ingest.parse.money import CURRENCY_CODES, amount_of, currency_of, is_of_several, parse_rate, typical
from hinterland.ingest.parse.numbers import MOST, parse_count

Columns = Mapping[str, Sequence[str]]
Sample = Mapping[str, Sequence[str]]

COUNT_FIELDS = ("likes", "comments", "views", "following", "posts", "engagements", "clicks", "orders")
RATES = ("credible_share", "fake_share", "engagement_rate", "growth")
MONEY = ("fee", "cost", "revenue")
AUDIENCES = ("audience_cities", "audience_countries")
MONTH_DAYS = 30.44
DAYS = {"d": 1.0, "w": 7.0, "m": MONTH_DAYS, "q": 91.3, "y": 365.25, "a": 365.25}
# typical engagement is 0.01-0.08 as a fraction, 1-8 in percent: the middle of the gap; a few fractions pass 1
PERCENT_FROM, PERCENT_SHARE = 0.25, 0.05
# no typical rate is so large: these are people
PEOPLE_FROM = 100.0
PERCENT, PEOPLE, NAMES = "percent", "people", "names"
LIKES, LIKES_COMMENTS, PER_VIEW, UNKNOWN = "likes/followers", "likes+comments/followers", "per view", "unknown"
INTEGER, DECIMAL = "integer", "decimal"
_PLAIN = {INTEGER: re.compile(r"\d{0,15}"), DECIMAL: re.compile(r"-?\d{1,15}(\.\d{1,18})?|")}
# more followers than any account can have; fewer numbers than that show nothing
LARGEST_AUDIENCE, FEWEST = 2e9, 3
# more followers than there are people, more creators than live in any country
MOST_OF = {"followers": 1e10, "creators": 1e9}
# people have no halves: if half of the numbers have decimals, and none is as large as this, a unit was left out
BROKEN_SHARE, MOST_SHORTENED, TOP_LIST = 0.5, 1_000.0, 100.0
_RANK = re.compile(r"(?i)#?\s*\d[\d,.]*(?:st|nd|rd|th|er|re|e|º|ª|°)?")
_DEGREES = re.compile(r"-?\d{1,3}\.\d+")
_DECIMAL_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?")
_AVERAGE = frozenset(("avg", "average", "mean", "median", "per", "avglikes", "avgcomments"))


def units_of(sample: Sample, columns: Columns) -> dict[str, str]:
    """Say how the recognised columns of a sheet are meant; what is not said is a fraction or unknown.

    Keys are fields with the value "percent" or "people", and `engagement_basis`, `derived` (what an engagement rate can
    be worked out from), `growth_days` and `currency`.
    """
    units = {
        field: PERCENT
        for field in ("credible_share", "fake_share")
        if any(
            (parse_count(text, integer=False).value or 0) > 1
            for text in _values(sample, columns, field)
            if "%" not in text
        )
    }
    units |= {
        field: PERCENT for field in AUDIENCES if any(heaviest(text) > 1 for text in _values(sample, columns, field))
    }
    if are_names(_values(sample, columns, "handle"), unclear=False):
        units["handle"] = NAMES
    if "engagement_rate" in columns:
        name = columns["engagement_rate"][0]
        units |= {"engagement_rate": PERCENT} if is_percent(name, sample[name]) else {}
        units["engagement_basis"] = basis_of(name)
    scales = {f"{field} scale": scale for field, scale in _scales(sample, columns).items()}
    return units | scales | _derivable_rate(columns) | _growth(sample, columns) | _currency(sample, columns)


def _scales(sample: Sample, columns: Columns) -> dict[str, str]:
    """Say by how much bare numbers are to be multiplied: as the header says, for followers else as the values show."""
    stated = {
        field: scale_of(columns[field][0]) for field in ("followers", "creators", *COUNT_FIELDS) if field in columns
    }
    # nobody has more followers than there are people
    scales = {
        field: scale
        for field, scale in stated.items()
        if scale > 1 and max(_bare_numbers(sample[columns[field][0]]), default=0.0) * scale <= LARGEST_AUDIENCE
    }
    if "followers" in columns and "followers" not in scales and (scale := _scale_of_values(sample, columns)):
        scales["followers"] = scale
    return {field: f"{scale:.0f}" for field, scale in scales.items()}


def _bare_numbers(values: Sequence[str]) -> list[float]:
    return [float(text) for text in map(str.strip, values) if _DECIMAL_NUMBER.fullmatch(text)]


def _scale_of_values(sample: Sample, columns: Columns) -> float | None:
    """Find that followers are written in thousands or millions: numbers with decimals, none of them large.

    In millions where the list is a top list, by a column of ranks, by its order or by its size; else in thousands.
    """
    values = [text.strip().replace(",", ".") for text in sample[columns["followers"][0]] if text.strip()]
    numbers = _bare_numbers(values)
    broken = sum(number != int(number) for number in numbers)
    if len(numbers) < FEWEST or len(numbers) < len(values) / 2 or broken < BROKEN_SHARE * len(numbers):
        return None
    if max(numbers) >= MOST_SHORTENED:
        return None
    falling = all(previous >= number for previous, number in pairwise(numbers))
    return 1e6 if "rank" in columns or falling or typical(numbers) >= TOP_LIST else 1e3


def plain_columns(sample: Sample, columns: Columns) -> dict[str, str]:
    """Name the columns that can be read as machine numbers at once, with the kind: the others need the parser."""
    kinds = dict.fromkeys(("followers", "creators", *COUNT_FIELDS), INTEGER) | dict.fromkeys((*RATES, *POINT), DECIMAL)
    fields = [(column, kinds[field]) for field, names in columns.items() if field in kinds for column in names]
    return {column: kind for column, kind in fields if all(_PLAIN[kind].fullmatch(text) for text in sample[column])}


def is_percent(column: str, values: Sequence[str]) -> bool:
    """Say whether unsigned engagement rates are percentages: by the name, else by their size."""
    if "%" in column or {"pct", "percent", "percentage"} & set(tokenize_header(column).split()):
        return True
    numbers = [number for number in _rates(values, signed=False) if number]
    above = sum(number > 1 for number in numbers)
    return bool(numbers) and (typical(numbers) >= PERCENT_FROM or above >= PERCENT_SHARE * len(numbers))


def are_people(values: Sequence[str]) -> bool:
    """Say whether a column holds counts of people, not rates."""
    return typical(_rates(values, signed=False)) >= PEOPLE_FROM


def basis_of(column: str) -> str:
    """Name what an engagement rate is a share of, as far as its column says."""
    words = set(tokenize_header(column).split())
    if words & {"view", "views", "plays"}:
        return PER_VIEW
    if words & {"comment", "comments"}:
        return LIKES_COMMENTS
    return LIKES if words & {"like", "likes"} else UNKNOWN


def _rates(values: Sequence[str], *, signed: bool) -> list[float]:
    read = (parse_rate(text) for text in values if signed or "%" not in text)
    return [value for value in read if value is not None]


def _values(sample: Sample, columns: Columns, field: str) -> list[str]:
    return [text for column in columns.get(field, ()) for text in sample[column]]


def _derivable_rate(columns: Columns) -> dict[str, str]:
    """Say what rate averages per post allow; totals allow none."""
    if "engagement_rate" in columns or "followers" not in columns:
        return {}
    averages = {
        field
        for field in ("likes", "comments")
        if _AVERAGE & set(tokenize_header(columns.get(field, ("",))[0]).split())
    }
    if "engagements" in columns:
        return {"derived": "engagements"}
    return {"derived": "likes+comments" if "comments" in averages else "likes"} if "likes" in averages else {}


def _growth(sample: Sample, columns: Columns) -> dict[str, str]:
    if "growth" not in columns:
        return {}
    column = columns["growth"][0]
    days = {"growth_days": str(days_of(column))}
    if are_people(sample[column]):
        return {"growth": PEOPLE, **days}
    sizes = _rates(sample[column], signed=False)
    # monthly growth is seldom 50 %: a typical size above that is percent
    large = "%" in column or "pct" in tokenize_header(column).split() or typical(sizes) > 0.5  # noqa: PLR2004
    return {"growth": PERCENT, **days} if large else days


def days_of(column: str) -> float:
    """Give the days over which a column says growth was measured; a month if it says nothing."""
    match = PERIOD.search(tokenize_header(column))
    if not match:
        return MONTH_DAYS
    if match["number"]:
        return float(match["number"]) * DAYS[match["unit"][0]]
    word = match["word"] or match["recent"]
    return DAYS["w" if word == "wow" else "m" if word == "mom" else word[0]]


def _currency(sample: Sample, columns: Columns) -> dict[str, str]:
    """Name the currency a header says, else the one most amounts are written in."""
    for column in (columns[field][0] for field in MONEY if field in columns):
        coded = CURRENCY_CODES & set(tokenize_header(column).split())
        header_code = min(coded).upper() if coded else currency_of(column)
        codes = [code for text in sample[column] if (code := currency_of(text))]
        if header_code or codes:
            return {"currency": header_code or max(sorted(set(codes)), key=codes.count)}
        if any(map(is_of_several, sample[column])) and (local := _local_currency(_values(sample, columns, "country"))):
            return {"currency": local}
    return {}


def _local_currency(countries: Sequence[str]) -> str:
    """Name the money of the country that most rows are of; "" where none is named."""
    codes = Counter(code for country in countries if (code := country_keys().get(fold(country))))
    return get_territory_currencies(codes.most_common(1)[0][0])[0] if codes else ""


NUMBERS: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(("followers", "creators", *COUNT_FIELDS), lambda text: parse_count(text).value is not None),
    **dict.fromkeys(RATES, lambda text: parse_rate(text) is not None),
    **dict.fromkeys(MONEY, lambda text: amount_of(text) is not None),
    "longitude": lambda text: parse_degrees(text) is not None,
    "latitude": lambda text: parse_degrees(text) is not None,
    "rank": lambda text: bool(_RANK.fullmatch(text)),
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
    """List English names and codes of countries and of the parts of the United Kingdom, in small letters."""
    spelled = [name for code, name in Locale("en").territories.items() if len(code) == ALPHA_2]
    words = (*spelled, *country_ids(), *alpha_3_codes(), "england", "scotland", "wales", "northern ireland")
    return sure_country_keys().union(word.casefold().replace("\u2019", "'") for word in words)


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


def coordinate_columns(columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Find two columns side by side of degrees with decimals: latitude first, unless only the second can be it."""
    decimals = [
        name
        for name, values in columns.items()
        if values and all(map(_DEGREES.fullmatch, values)) and np.mean([len(v.split(".")[1]) for v in values]) > 1
    ]
    if len(decimals) != 2:  # noqa: PLR2004 - a pair
        return {}
    first, second = ([abs(float(value)) for value in columns[name]] for name in decimals)
    fields = ("longitude", "latitude") if max(first) > LATITUDE_END >= max(second) else ("latitude", "longitude")
    is_pair = max(*first, *second) <= LONGITUDE_END and min(max(first), max(second)) <= LATITUDE_END
    return dict(zip(fields, decimals, strict=True)) if is_pair else {}


def are_names(values: Sequence[str], *, unclear: bool) -> bool:
    """Say whether a column that can mean accounts holds names of people or channels: words, signs, spaces.

    Parameters
    ----------
    unclear
        Its header names a person or a channel as often as an account.
    """
    filled = filled_cells(values)
    texts = [value for value in filled if parse_address(value) is None and not COUNT_BESIDE.fullmatch(value)]
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
