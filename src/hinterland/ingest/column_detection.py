"""Which column holds what: by its name, then by its content, unless the user says so."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hinterland.errors import InputError, NoColumnError
from hinterland.ingest.content import (
    CONTENT,
    ENOUGH,
    LOOKED_AT,
    NUMBERS,
    are_names,
    filled_cells,
    is_amount,
    name_same_accounts,
    parse_sample,
    support,
    thin_out,
)
from hinterland.ingest.header_names import field_names, match_header, tokenize_header
from hinterland.ingest.infer_units import are_people
from hinterland.ingest.parse.audience import numbered
from hinterland.ingest.parse.coordinates import LONGITUDE_END, parse_degrees
from hinterland.ingest.parse.dates import month_of
from hinterland.ingest.parse.numbers import parse_count
from hinterland.ingest.part import SERIES

ENGAGEMENT = ("engagement_rate", "engagements")
ACCOUNTS = ("handle", "profile_url")
# an identifier tells accounts from each other, but nobody can be written to by it
NUMBERED_IDS = frozenset(("id", "uid", "userid", "key"))
FILLED_BY_SEVERAL = SERIES | {"country"}
MOST_NAMED = 40
AT_LEAST = 0.3
SERIES_CONFIDENCE = 0.9
# `list_country` is the list an account was found in, `audience_country` where its followers are.
NOT_ITS_OWN = frozenset(("list", "group", "query", "search", "source", "found", "rank", "audience", "top", "geo"))
NUMBERED_COLUMN = re.compile(r"column \d+")
# headers that name a person or a channel as often as an account: the values say which
NAME_OR_HANDLE = frozenset(
    (
        *("creator", "creator name", "influencer", "influencer name", "youtuber", "channel", "channel info", "user"),
        *("account", "account name", "profile name", "nickname", "instagram", "tiktok", "pseudo", "profile"),
    )
)


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
    by_name = series + [match for column, values in rest.items() for match in match_by_header(column, values)]
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


def _without_header(sample: Mapping[str, Sequence[str]], guesses: Sequence[ColumnMatch]) -> list[ColumnMatch]:
    """Tell the columns of a list without a header by what they hold: the largest counts, the place, the account."""
    fields, used = {guess.field for guess in guesses}, {guess.column for guess in guesses}
    rest = {name: [v.strip() for v in values if v.strip()] for name, values in sample.items() if name not in used}
    texts = {name: values for name, values in rest.items() if values and not any(map(is_amount, values[:LOOKED_AT]))}
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
    numbers = [count for value in thin_out(values) if (count := parse_count(value).value) is not None]
    steps = np.diff(numbers)
    are_row_numbers = len(numbers) > 1 and bool((steps == steps[0]).all()) and abs(steps[0]) == 1
    return [] if are_row_numbers or len(numbers) < ENOUGH * len(thin_out(values)) else numbers


def listed_names(columns: Iterable[str]) -> str:
    """List the names of columns on one line, the first forty of them."""
    names = [" ".join(column.split()) for column in columns]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _resolve_overrides(
    sample: Mapping[str, Sequence[str]], pairs: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    by_words = {tokenize_header(column): column for column in reversed(list(sample))} | {
        column: column for column in sample
    }
    faults = [
        f"no field {field!r}: choose from {', '.join(field_names())}"
        for field, _ in pairs
        if field not in field_names()
    ]
    lost = [column for _, column in pairs if column not in by_words and tokenize_header(column) not in by_words]
    faults += [f"no column {column!r}: choose from {listed_names(sample)}" for column in lost]
    if lost:
        raise NoColumnError("; ".join(faults), tuple(lost))
    if faults:
        raise InputError("; ".join(faults))
    return tuple((field, by_words.get(column) or by_words[tokenize_header(column)]) for field, column in pairs)


def match_by_header(column: str, values: Sequence[str]) -> Iterable[ColumnMatch]:
    """Match a column by its header, as far as its values bear it out."""
    meant = match_header(column)
    if not meant:
        return
    field, confidence = meant
    if field in ENGAGEMENT and any(value.strip() for value in values):
        field = ENGAGEMENT[are_people(values)]
    if field == "handle" and are_names(values, unclear=tokenize_header(column) in NAME_OR_HANDLE):
        field = "name"
    share = support(field, values)
    if tokenize_header(column) in ("x", "y") and not all(
        not value.strip() or abs(parse_degrees(value) or 0.0) <= LONGITUDE_END for value in values
    ):
        return
    if field not in {*NUMBERS, "profile_url"} or share >= AT_LEAST:
        yield _guess(column, field, confidence * (0.5 + 0.5 * share), values)


def is_identifying(column: str, values: Sequence[str]) -> bool:
    """Say whether a column names people, by its header or by what it holds."""
    guesses = (*match_by_header(column, values), *_match_by_content(column, values))
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
        and any(not name_same_accounts(sample[guess.column], sample[account.column]) for account in clear)
    }
    return [
        replace(guess, field="name", confidence=guess.confidence / 2) if guess.column in unclear else guess
        for guess in guesses
    ]


def _match_series(sample: Mapping[str, Sequence[str]]) -> list[ColumnMatch]:
    """Find the columns that tell something together: months of a history, places of an audience."""
    months = [c for c, values in sample.items() if month_of(c) is not None and support("followers", values) >= AT_LEAST]
    entries = [(column, match[0]) for column in sample if (match := numbered(column))]
    history = [(column, "history") for column in months] if len(months) > 1 else []
    return [_guess(column, field, SERIES_CONFIDENCE, sample[column]) for column, field in history + entries]


def _match_by_content(column: str, values: Sequence[str]) -> Iterable[ColumnMatch]:
    filled = filled_cells(values)
    if not filled or NOT_ITS_OWN & set(tokenize_header(column).split()):
        return
    for field, fits in CONTENT.items():
        share = float(np.mean([fits(value) for value in filled]))
        if share >= ENOUGH:
            yield _guess(column, field, 0.6 * share, values)
            return


def _guess(column: str, field: str, confidence: float, values: Sequence[str]) -> ColumnMatch:
    first = next((value for value in values if value.strip()), "")
    return ColumnMatch(column, field, round(confidence, 2), first, parse_sample(field, first))


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
