"""Which column holds what: by its name, then by its content, unless the user says so."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pycountry

from hinterland.errors import InputError, NoColumnError
from hinterland.identity import fold_name
from hinterland.ingest.header_names import FIELDS, match_header, tokenize_header
from hinterland.ingest.infer_units import COUNT_FIELDS, MONEY, RATES, are_people
from hinterland.ingest.parse.addresses import NOBODY, parse_account, parse_address
from hinterland.ingest.parse.audience import numbered
from hinterland.ingest.parse.coordinates import LONGITUDE_END, parse_degrees
from hinterland.ingest.parse.dates import month_of
from hinterland.ingest.parse.money import amount_of, parse_rate
from hinterland.ingest.parse.numbers import MOST, MOST_OF, parse_count
from hinterland.ingest.part import SERIES
from hinterland.ingest.wide_lists import PER_PLATFORM, split_platform

_PLATFORMS = (
    "instagram ig insta tiktok tt youtube yt twitter x facebook fb twitch snapchat pinterest linkedin github threads"
    " bluesky weibo douyin kwai telegram vk"
)
PLATFORMS = frozenset(_PLATFORMS.split())
NUMBERS: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(("followers", "creators", *COUNT_FIELDS), lambda text: parse_count(text).value is not None),
    **dict.fromkeys(RATES, lambda text: parse_rate(text) is not None),
    **dict.fromkeys(MONEY, lambda text: amount_of(text) is not None),
    "longitude": lambda text: parse_degrees(text) is not None,
    "latitude": lambda text: parse_degrees(text) is not None,
    "rank": lambda text: parse_count(text.lstrip("#")).value is not None,
}
ENGAGEMENT = ("engagement_rate", "engagements")
PLACES = frozenset(("city", "region", "country", "location"))
ACCOUNTS = ("handle", "profile_url")
# an identifier tells accounts from each other, but nobody can be written to by it
NUMBERED_IDS = frozenset(("id", "uid", "userid", "key"))
FILLED_BY_SEVERAL = SERIES | {"country"}
LOOKED_AT = 200
MOST_NAMED = 40
ENOUGH, AT_LEAST, MOSTLY = 0.6, 0.3, 0.8
FEWEST_ROWS = 3
ANSWERS = frozenset(("yes", "no", "y", "n", "true", "false", "x", "ja", "nein", "oui", "non", "si", "sí", "0", "1"))
SERIES_CONFIDENCE = 0.9
# `list_country` is the list an account was found in, `audience_country` where its followers are.
NOT_ITS_OWN = frozenset(("list", "group", "query", "search", "source", "found", "rank", "audience", "top", "geo"))
NUMBERED_COLUMN = re.compile(r"column \d+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
# headers that name a person or a channel as often as an account: the values say which
NAME_OR_HANDLE = frozenset(
    (
        *("creator", "creator name", "influencer", "influencer name", "youtuber", "channel", "channel info", "user"),
        *("account", "account name", "profile name", "nickname", "instagram", "tiktok", "pseudo", "profile"),
    )
)
# of so many values with spaces or signs, a column of this kind holds names; under a clear header, of so many
NAME_SHARE, CLEAR_NAME_SHARE = 0.1, 0.5
_HANDLE, _ONE_WORD = re.compile(r"@?[\w.\-]+"), re.compile(r"\S+")
_SHORTENED = re.compile(r"\d+([.,]\d+)?\s?[KkMm]")


@dataclass(frozen=True)
class ColumnMatch:
    """One used column: what it is taken for, how sure (0-1), and a sample before and after reading."""

    column: str
    field: str
    confidence: float
    sample: str
    parsed: str


def detect_columns(
    sample: Mapping[str, Sequence[str]], overrides: Iterable[tuple[str, str]], *, guess: bool = True
) -> tuple[ColumnMatch, ...]:
    """Match columns to fields; `overrides` (field, column) pairs win, and are all there is without `guess`.

    `sample` holds the first values of each column as text. A field takes one column, the surest; `country` may be
    filled by several, the fullest first.

    Raises
    ------
    InputError
        If `overrides` names a field or a column that is not there: the message names those that are.
    """
    fixed = _resolve_overrides(sample, tuple(overrides))
    sure = [_guess(column, field, 1.0, sample[column]) for field, column in fixed]
    if not guess:
        return tuple(sure)
    taken = {column for _, column in fixed}
    series = [match for match in _match_series(sample) if match.column not in taken]
    taken |= {match.column for match in series}
    rest = {column: values for column, values in sample.items() if column not in taken}
    by_name = series + [match for column, values in rest.items() for match in _match_by_header(column, values)]
    settled = _resolve_conflicts(_names_beside_handles(by_name, sample), {field for field, _ in fixed})
    used, fields = {match.column for match in settled} | taken, {match.field for match in (*sure, *settled)}
    rest = {column: values for column, values in sample.items() if column not in used}
    by_content = [
        match
        for column, values in rest.items()
        for match in _match_by_content(column, values)
        if match.field not in fields
    ]
    matches = (*sure, *_resolve_conflicts([*settled, *by_content], set()))
    if not all(NUMBERED_COLUMN.fullmatch(column) for column in sample):
        return matches
    return (*matches, *_without_header(sample, matches))


def header_score(header: Sequence[str]) -> int:
    """Count the fields whose names stand in a row: the header is the row with most."""
    return len({meant[0] for cell in header if (meant := match_header(cell))})


def is_data(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row holds values like those below it: numbers over numbers, countries over countries."""
    if len(rows) < FEWEST_ROWS:
        return False
    columns = zip(*(row for row in rows if len(row) == len(rows[0])), strict=False)
    alike = [_first_like_others([cell.strip() for cell in cells]) for cells in columns]
    return any(alike)


def _first_like_others(cells: Sequence[str]) -> bool:
    first, *others = cells
    filled = [cell for cell in others if cell]
    if not first or not filled or month_of(first) is not None or match_header(first):
        return False
    tests = (_is_amount, *(fits for field, fits in CONTENT.items() if field != "followers"))
    return any(fits(first) and np.mean([fits(cell) for cell in filled]) >= MOSTLY for fits in tests)


def _is_amount(text: str) -> bool:
    return any(char.isdigit() for char in text) and (_is_number(text) or parse_degrees(text) is not None)


def _without_header(sample: Mapping[str, Sequence[str]], guesses: Sequence[ColumnMatch]) -> list[ColumnMatch]:
    """Tell the columns of a list without a header by what they hold: the largest counts, the place, the account."""
    fields, used = {guess.field for guess in guesses}, {guess.column for guess in guesses}
    rest = {name: [v.strip() for v in values if v.strip()] for name, values in sample.items() if name not in used}
    texts = {name: values for name, values in rest.items() if values and not any(map(_is_amount, values[:LOOKED_AT]))}
    counts = {name: _whole_numbers(values) for name, values in rest.items() if name not in texts}
    sizes = {name: float(np.median(values)) for name, values in counts.items() if values}
    columns = {"followers": max(sizes, key=lambda name: sizes[name], default="")} if "followers" not in fields else {}
    if not fields & {"handle", "profile_url"} and len(texts) > 1:
        columns["handle"] = max(texts, key=lambda name: len(set(texts[name])) / len(texts[name]))
    places = [name for name in texts if name not in columns.values()]
    if "location" not in fields and places:
        columns["location"] = max(places, key=lambda name: len(set(texts[name])))
    return [_guess(column, field, AT_LEAST, sample[column]) for field, column in columns.items() if column]


def _whole_numbers(values: Sequence[str]) -> list[float]:
    """Give the counts of a column, but not row numbers."""
    numbers = [count for value in thinned(values) if (count := parse_count(value).value) is not None]
    steps = np.diff(numbers)
    are_row_numbers = len(numbers) > 1 and bool((steps == steps[0]).all()) and abs(steps[0]) == 1
    return [] if are_row_numbers or len(numbers) < ENOUGH * len(thinned(values)) else numbers


def platform_groups(sample: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """Group the columns that bear a platform's name: by platform, the column of each field."""
    groups: dict[str, dict[str, str]] = {}
    for column, values in sample.items():
        platform, rest = split_platform(column)
        field = _field_of(rest, values) if platform else None
        if field in PER_PLATFORM:
            groups.setdefault(platform, {}).setdefault(field, column)
    return groups


def _field_of(rest: str, values: Sequence[str]) -> str | None:
    """Say what a column of a platform holds: by what its header says beside the platform, else by its values."""
    filled = [value.strip() for value in thinned(values) if value.strip()]
    if not filled or all(value.lower() in ANSWERS for value in filled):
        return None
    if rest:
        return next((guess.field for guess in _match_by_header(rest, values)), None)
    if np.mean([_is_number(value) for value in filled]) >= ENOUGH:
        return "followers"
    linked = np.mean([bool((parse_address(value) or NOBODY).platform) for value in filled])
    return "profile_url" if linked >= ENOUGH else None if are_names("instagram", filled) else "handle"


def listed_names(columns: Iterable[str]) -> str:
    """List the names of columns on one line, the first forty of them."""
    names = [" ".join(column.split()) for column in columns]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def usable(fields: Iterable[str]) -> bool:
    """Say whether a creator can be placed by these fields."""
    names = set(fields)
    return bool(names & PLACES) or {"longitude", "latitude"} <= names


def _resolve_overrides(
    sample: Mapping[str, Sequence[str]], pairs: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    by_words = {tokenize_header(column): column for column in reversed(list(sample))} | {
        column: column for column in sample
    }
    faults = [f"no field {field!r}: choose from {', '.join(FIELDS)}" for field, _ in pairs if field not in FIELDS]
    lost = [column for _, column in pairs if column not in by_words and tokenize_header(column) not in by_words]
    faults += [f"no column {column!r}: choose from {listed_names(sample)}" for column in lost]
    if lost:
        raise NoColumnError("; ".join(faults), tuple(lost))
    if faults:
        raise InputError("; ".join(faults))
    return tuple((field, by_words.get(column) or by_words[tokenize_header(column)]) for field, column in pairs)


def _match_by_header(column: str, values: Sequence[str]) -> Iterable[ColumnMatch]:
    meant = match_header(column)
    if not meant:
        return
    field, confidence = meant
    if field in ENGAGEMENT and any(value.strip() for value in values):
        field = ENGAGEMENT[are_people(values)]
    field = "name" if field == "handle" and are_names(column, values) else field
    support = _support(field, values)
    if tokenize_header(column) in ("x", "y") and not all(_in_degrees(value) for value in values):
        return
    if field not in {*NUMBERS, "profile_url"} or support >= AT_LEAST:
        yield _guess(column, field, confidence * (0.5 + 0.5 * support), values)


def are_names(column: str, values: Sequence[str]) -> bool:
    """Say whether a column whose header can mean accounts holds names of people or channels: words, signs, spaces."""
    filled = [value.strip() for value in thinned(values) if value.strip()]
    texts = [value for value in filled if parse_address(value) is None]
    unclear = tokenize_header(column) in NAME_OR_HANDLE
    handle, limit = (_HANDLE, NAME_SHARE) if unclear else (_ONE_WORD, CLEAR_NAME_SHARE)
    odd = sum(not handle.fullmatch(value) for value in texts if parse_account(value).handle)
    return odd >= max(limit * len(filled), 1)


def is_identifying(column: str, values: Sequence[str]) -> bool:
    """Say whether a column names people, by its header or by what it holds."""
    guesses = (*_match_by_header(column, values), *_match_by_content(column, values))
    return any(guess.field in {*ACCOUNTS, "name", "email"} for guess in guesses)


def _names_beside_handles(guesses: list[ColumnMatch], sample: Mapping[str, Sequence[str]]) -> list[ColumnMatch]:
    """Take a column that can hold names for names where a clear column of other accounts stands beside it."""
    accounts = [
        guess for guess in guesses if guess.field in ACCOUNTS and tokenize_header(guess.column) not in NAME_OR_HANDLE
    ]
    clear = [
        guess
        for guess in accounts
        if guess.field == "profile_url" or not NUMBERED_IDS & set(tokenize_header(guess.column).split())
    ]
    unclear = {
        guess.column
        for guess in guesses
        if guess.field == "handle"
        and tokenize_header(guess.column) in NAME_OR_HANDLE
        and any(not _agree(sample[guess.column], sample[account.column]) for account in clear)
    }
    return [
        replace(guess, field="name", confidence=guess.confidence / 2) if guess.column in unclear else guess
        for guess in guesses
    ]


def _agree(names: Sequence[str], accounts: Sequence[str]) -> bool:
    """Say whether two columns mostly name the same accounts."""
    pairs = [(name, parse_account(text).handle) for name, text in zip(names, accounts, strict=True) if text.strip()]
    alike = sum(fold_name(parse_account(name).handle) == fold_name(handle) for name, handle in pairs[:LOOKED_AT])
    return 2 * alike >= len(pairs[:LOOKED_AT])


def _match_series(sample: Mapping[str, Sequence[str]]) -> list[ColumnMatch]:
    """Find the columns that tell something together: months of a history, places of an audience."""
    months = [
        c for c, values in sample.items() if month_of(c) is not None and _support("followers", values) >= AT_LEAST
    ]
    entries = [(column, match[0]) for column in sample if (match := numbered(column))]
    history = [(column, "history") for column in months] if len(months) > 1 else []
    return [_guess(column, field, SERIES_CONFIDENCE, sample[column]) for column, field in history + entries]


def _support(field: str, values: Sequence[str]) -> float:
    """Share of the filled sample that can be what the name says; a column without any value is doubted by half."""
    filled = [value for value in thinned(values) if value.strip() and not _is_missing(value)]
    if not filled:
        return ENOUGH
    if field in NUMBERS:
        return float(np.mean([NUMBERS[field](value) for value in filled]))
    if field == "profile_url":
        return float(np.mean([bool((parse_address(value) or NOBODY).platform) for value in filled]))
    if field in PLACES:
        return 1.0 - float(np.mean([_is_number(value) for value in filled]))
    return 1.0


def thinned(values: Sequence[str]) -> Sequence[str]:
    """Take some two hundred values, spread evenly."""
    return values[:: len(values) // LOOKED_AT or 1]


def _in_degrees(text: str) -> bool:
    return not text.strip() or abs(parse_degrees(text) or 0.0) <= LONGITUDE_END


def _is_missing(text: str) -> bool:
    count = parse_count(text)
    return count.value is None and not count.faulty


def _is_number(text: str) -> bool:
    return parse_count(text).value is not None


def _match_by_content(column: str, values: Sequence[str]) -> Iterable[ColumnMatch]:
    filled = [value.strip() for value in thinned(values) if value.strip()]
    if not filled or NOT_ITS_OWN & set(tokenize_header(column).split()):
        return
    for field, fits in CONTENT.items():
        share = float(np.mean([fits(value) for value in filled]))
        if share >= ENOUGH:
            yield _guess(column, field, 0.6 * share, values)
            return


@cache
def _countries() -> frozenset[str]:
    """Names and capital-letter codes; short codes in small letters are words (`in`, `no`, `us`)."""
    names = [(c.name, getattr(c, "common_name", ""), c.alpha_2, c.alpha_3) for c in pycountry.countries]
    usual = ("usa", "uk", "russia", "south korea", "turkey", "vietnam", "iran", "taiwan", "england", "scotland", "uae")
    return frozenset(name.casefold() for group in names for name in group if name) | frozenset(usual)


CONTENT: Mapping[str, Callable[[str], bool]] = {
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "handle": lambda text: text.startswith("@") and " " not in text,
    "profile_url": lambda text: bool((parse_address(text) or NOBODY).handle),
    "platform": lambda text: text.lower() in PLATFORMS,
    "country": lambda text: text.casefold() in _countries(),
    "followers": lambda text: bool(_SHORTENED.fullmatch(text)),
    "location": lambda text: text.rpartition(",")[2].strip().casefold() in _countries() and "," in text,
}


def _guess(column: str, field: str, confidence: float, values: Sequence[str]) -> ColumnMatch:
    first = next((value for value in values if value.strip()), "")
    return ColumnMatch(column, field, round(confidence, 2), first, _parse_sample(field, first))


def _parse_sample(field: str, text: str) -> str:
    if field in ("longitude", "latitude"):
        return str(parse_degrees(text) if text else "")
    if field in NUMBERS:
        value = parse_rate(text) if field in RATES else amount_of(text.strip("#% "))
        return "" if value is None or value > MOST_OF.get(field, MOST) else f"{value:.15g}"
    return text.strip()


def _resolve_conflicts(guesses: list[ColumnMatch], fixed: set[str]) -> tuple[ColumnMatch, ...]:
    """Keep per field that is not fixed the surest column (`country`: all of them), in order of certainty."""
    groups: dict[str, list[ColumnMatch]] = {}
    for guess in sorted(guesses, key=lambda guess: -guess.confidence):
        group = groups.setdefault(guess.field, [])
        if guess.field not in fixed and (not group or _may_fill(guess)):
            group.append(guess)
    return tuple(guess for group in groups.values() for guess in group)


def _may_fill(guess: ColumnMatch) -> bool:
    if guess.field in SERIES:
        return guess.confidence == SERIES_CONFIDENCE
    return guess.field in FILLED_BY_SEVERAL and not NOT_ITS_OWN & set(tokenize_header(guess.column).split())
