"""Which column holds what, by name and content unless the user says so; and, of a wide list, on which platform."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hinterland.config import ALL_SHEETS, Settings
from hinterland.errors import InputError, NoColumnError
from hinterland.geocode.aliases import country_keys
from hinterland.geocode.normalize import fold
from hinterland.ingest.content import (
    CONTENT,
    ENOUGH,
    LOOKED_AT,
    NUMBERS,
    PLACES,
    are_names,
    are_people,
    coordinate_columns,
    filled_cells,
    is_amount,
    is_number,
    linked_share,
    name_same_accounts,
    parse_sample,
    support,
    thin_out,
)
from hinterland.ingest.formats.sheet import Sheet
from hinterland.ingest.header_names import field_names, match_contact, match_header, split_platform, tokenize_header
from hinterland.ingest.identity import is_answer
from hinterland.ingest.parse.addresses import COUNT_BESIDE
from hinterland.ingest.parse.audience import numbered
from hinterland.ingest.parse.coordinates import LONGITUDE_END, POINT, parse_degrees
from hinterland.ingest.parse.dates import month_of
from hinterland.ingest.parse.numbers import parse_count
from hinterland.ingest.part import CONTACT_STATUS, SERIES
from hinterland.language import Text
from hinterland.messages import COLUMN_OF_COUNTRY, COUNTRY_OF_ALL, join_faults, list_names

ENGAGEMENT = ("engagement_rate", "engagements")
ACCOUNTS = ("handle", "profile_url")
# an identifier tells accounts from each other, but nobody can be written to by it
NUMBERED_IDS = frozenset(("id", "uid", "userid", "key"))
FILLED_BY_SEVERAL = SERIES | CONTACT_STATUS | {"country"}
MOST_NAMED, AT_LEAST, SERIES_CONFIDENCE = 40, 0.3, 0.9
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
    matches = (*_counts_beside(sample, (*sure, *settled)), *sure, *_resolve_conflicts([*settled, *by_content], set()))
    is_numbered = all(NUMBERED_COLUMN.fullmatch(column) for column in sample)
    return (*matches, *_without_header(sample, matches)) if is_numbered else matches


def _without_header(sample: Mapping[str, Sequence[str]], guesses: Sequence[ColumnMatch]) -> list[ColumnMatch]:
    """Tell the columns of a list without a header by what they hold: the largest counts, the place, the account."""
    fields, used = {guess.field for guess in guesses}, {guess.column for guess in guesses}
    rest = {name: [v.strip() for v in values if v.strip()] for name, values in sample.items() if name not in used}
    texts = {name: values for name, values in rest.items() if values and not any(map(is_amount, values[:LOOKED_AT]))}
    points = coordinate_columns(rest) if "location" not in fields else {}
    counts = {name: _whole_numbers(values) for name, values in rest.items() if name not in {*texts, *points.values()}}
    sizes = {name: float(np.median(values)) for name, values in counts.items() if values}
    columns = {"followers": max(sizes, key=lambda name: sizes[name], default="")} if "followers" not in fields else {}
    if not fields & {"handle", "profile_url"} and (len(texts) > 1 or points or (texts and "location" in fields)):
        columns["handle"] = max(texts, key=lambda name: len(set(texts[name])) / len(texts[name]))
    columns |= points
    places = [name for name in texts if name not in columns.values()]
    if "location" not in fields and places and not points:
        columns["location"] = max(places, key=lambda name: len(set(texts[name])))
    return [_guess(column, field, AT_LEAST, sample[column]) for field, column in columns.items() if column]


def _counts_beside(sample: Mapping[str, Sequence[str]], matches: Sequence[ColumnMatch]) -> list[ColumnMatch]:
    """Find the followers in the cells of the handles, as in "@mia (12.3K)", where no column has them."""
    handles = [match.column for match in matches if match.field == "handle"]
    if not handles or any(match.field == "followers" for match in matches):
        return []
    counted = [bool(COUNT_BESIDE.fullmatch(value)) for value in filled_cells(sample[handles[0]])]
    is_counted = sum(counted) > ENOUGH * len(counted)
    return [_guess(handles[0], "followers", AT_LEAST, sample[handles[0]])] if is_counted else []


def _whole_numbers(values: Sequence[str]) -> list[float]:
    """Give the counts of a column, but not row numbers."""
    numbers = [count for value in thin_out(values) if (count := parse_count(value).value) is not None]
    steps = np.diff(numbers)
    are_row_numbers = len(numbers) > 1 and bool((steps == steps[0]).all()) and abs(steps[0]) == 1
    return [] if are_row_numbers or len(numbers) < ENOUGH * len(thin_out(values)) else numbers


def listed_names(columns: Iterable[str]) -> Text:
    """List the names of columns on one line, the first forty of them."""
    return list_names([" ".join(column.split()) for column in columns], MOST_NAMED)


def _resolve_overrides(
    sample: Mapping[str, Sequence[str]], pairs: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    by_words = {tokenize_header(column): column for column in reversed(list(sample))} | {
        column: column for column in sample
    }
    faults = [
        Text("no field {field!r}: choose from {fields}", field=field, fields=list(field_names()))
        for field, _ in pairs
        if field not in field_names()
    ]
    lost = [column for _, column in pairs if column not in by_words and tokenize_header(column) not in by_words]
    faults += [
        Text("no column {column!r}: choose from {columns}", column=column, columns=listed_names(sample))
        for column in lost
    ]
    if lost:
        raise NoColumnError(join_faults(faults), tuple(lost))
    if faults:
        raise InputError(join_faults(faults))
    return tuple((field, by_words.get(column) or by_words[tokenize_header(column)]) for field, column in pairs)


def match_by_header(column: str, values: Sequence[str]) -> Iterable[ColumnMatch]:
    """Match a column by its header, as far as its values bear it out."""
    filled = filled_cells(values)
    meant = match_header(column) or match_contact(column, is_answered=bool(filled) and all(map(is_answer, filled)))
    if not meant or (meant[0] == "fee" and any("%" in value for value in filled)):
        return
    field, confidence = meant
    if field in ENGAGEMENT and filled:
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


# what differs from platform to platform; all else is told once per person
PER_PLATFORM = frozenset(
    (
        *("handle", "profile_url", "followers", "engagement_rate", "engagements", "likes", "comments", "views"),
        *("posts", "following", "growth", "fee", "credible_share", "fake_share"),
    )
)
_REPEATED = re.compile(r"(.*) \(\d+\)")
ACCOUNT_FIELDS = frozenset(("handle", "profile_url", "followers"))


@dataclass(frozen=True)
class View:
    """One way a sheet is read: its columns, what holds for all its rows, and, of a wide sheet, what names accounts."""

    sheet: Sheet
    guesses: tuple[ColumnMatch, ...]
    constants: tuple[tuple[str, str], ...] = ()
    accounts: tuple[str, ...] = ()


def views_of(sheet: Sheet, settings: Settings, everywhere: Sequence[str]) -> list[View]:
    """Say how a sheet is read: once, or once for each platform that has columns of its own.

    Parameters
    ----------
    everywhere
        The columns of all sheets that are read together: a column that is named needs to be in one of them.

    Returns
    -------
    One view, or one per platform.

    Raises
    ------
    InputError
        When no column tells the place of creators, or a column that is named is not there.
    """
    # of several files each needs to hold some of the columns named, not all
    elsewhere = set(everywhere) - set(sheet.columns)
    overrides = [pair for pair in settings.columns if pair[1] not in elsewhere]
    groups = {} if settings.only_columns else platform_groups(sheet.sample)
    plain = detect_columns(sheet.sample, overrides, guess=not settings.only_columns)
    is_wide = sum(not ACCOUNT_FIELDS.isdisjoint(fields) for fields in groups.values()) > 1
    has_followers = any("followers" in fields for fields in groups.values())
    # each row names its platform, and no platform has followers of its own
    is_platform_per_row = not has_followers and any(match.field == "platform" for match in plain)
    fixed_fields = {"platform", *ACCOUNT_FIELDS} & {field for field, _ in (*overrides, *settings.constants)}
    if fixed_fields or not is_wide or is_platform_per_row:
        stated = (*_stated_platform(sheet, plain, settings), *_country_of_sheet(sheet, plain, settings))
        return [_check_view(View(sheet, plain, (*stated, *settings.constants)))]
    return [_check_view(_of_platform(sheet, overrides, settings, platform, groups)) for platform in groups]


def _country_of_sheet(sheet: Sheet, guesses: Sequence[ColumnMatch], settings: Settings) -> tuple[tuple[str, str], ...]:
    """Take the country from the name of a sheet, where all sheets are read and no column says it."""
    name = sheet.file_format.sheet.strip()
    placed = {"country", "location"} & {guess.field for guess in guesses}
    is_country = settings.sheet == ALL_SHEETS and not placed and fold(name) in country_keys()
    return (("country", name),) if is_country else ()


def _stated_platform(sheet: Sheet, guesses: Sequence[ColumnMatch], settings: Settings) -> tuple[tuple[str, str], ...]:
    """Take the platform from the header of the handles, else from the name of the sheet, where no column says it."""
    fields = {guess.field for guess in guesses} | {field for field, _ in settings.constants}
    platforms = {split_platform(guess.column)[0] for guess in guesses if guess.field in ACCOUNT_FIELDS} - {""}
    platforms = platforms or {split_platform(sheet.file_format.sheet)[0]} - {""}
    return (("platform", platforms.pop()),) if len(platforms) == 1 and "platform" not in fields else ()


def _of_platform(
    sheet: Sheet,
    overrides: Sequence[tuple[str, str]],
    settings: Settings,
    platform: str,
    groups: Mapping[str, Mapping[str, str]],
) -> View:
    """Read a wide sheet for one platform: its own columns, and those of no platform."""
    columns = groups[platform]
    others = {column for fields in groups.values() for column in fields.values()} - set(columns.values())
    # a total over all platforms counts nobody's followers here
    totals = {"followers"} if any("followers" in fields for fields in groups.values()) else set()
    sample = {column: values for column, values in sheet.sample.items() if column not in others}
    guesses = detect_columns(sample, [*overrides, *columns.items()])
    platform_guesses = tuple(
        guess
        for guess in guesses
        if guess.field != "platform" and (guess.field not in totals or guess.column in columns.values())
    )
    accounts = tuple(field for field in columns if field in ACCOUNT_FIELDS)
    return View(sheet, platform_guesses, (("platform", platform), *settings.constants), accounts)


def _check_view(view: View) -> View:
    fields = {*(guess.field for guess in view.guesses), *(field for field, _ in view.constants)}
    if fields.isdisjoint(PLACES) and not fields.issuperset(POINT):
        raise InputError(
            "{file} has no column with the place of creators: it needs a city, region, country, location, or longitude "
            "and latitude; its columns are {columns}. If one of them holds the place, set {column}; if all creators "
            "are in one place, set {everywhere}",
            file=view.sheet.name,
            columns=listed_names(view.sheet.columns),
            column=COLUMN_OF_COUNTRY,
            everywhere=COUNTRY_OF_ALL,
        )
    return view


def platform_groups(sample: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """Group the columns of platforms: by platform, the column of each field.

    Columns bear the name of their platform, or stand to the right of one that does where their own header is repeated.
    """
    groups: dict[str, dict[str, str]] = {}
    headers = {column: _REPEATED.sub(r"\1", column) for column in sample}
    repeated = {match_header(header) for column, header in headers.items() if header != column and header in sample}
    fields = {match[0] for match in repeated if match}
    left = ""
    for column, values in sample.items():
        platform, rest = split_platform(column)
        left = platform or left
        is_beside = left and not platform and (match_header(headers[column]) or ("",))[0] in fields
        field = _field_of(headers[column] if is_beside else rest, values) if platform or is_beside else None
        if field in PER_PLATFORM:
            groups.setdefault(left, {}).setdefault(field, column)
    return groups


def _field_of(rest: str, values: Sequence[str]) -> str | None:
    """Say what a column of a platform holds: by what its header says beside the platform, else by its values."""
    filled = filled_cells(values)
    if not filled or all(map(is_answer, filled)):
        return None
    if rest:
        return next((guess.field for guess in match_by_header(rest, values)), None)
    if np.mean([is_number(value) for value in filled]) >= ENOUGH:
        return "followers"
    if linked_share(filled) >= ENOUGH:
        return "profile_url"
    return None if are_names(filled, unclear=True) else "handle"
