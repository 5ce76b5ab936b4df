"""How a sheet is read: once, or, of a wide list with columns per platform, once for each platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hinterland.config import ALL_SHEETS, Settings
from hinterland.errors import InputError
from hinterland.geocode.aliases import country_keys
from hinterland.geocode.normalize import fold
from hinterland.ingest.column_detection import ColumnMatch, detect_columns, listed_names, match_by_header
from hinterland.ingest.content import ENOUGH, PLACES, are_names, filled_cells, is_number, linked_share
from hinterland.ingest.formats.sheet import Sheet
from hinterland.ingest.header_names import split_platform
from hinterland.ingest.part import POINT

# what differs from platform to platform; all else is told once per person
PER_PLATFORM = frozenset(
    (
        *("handle", "profile_url", "followers", "engagement_rate", "engagements", "likes", "comments", "views"),
        *("posts", "following", "growth", "fee", "credible_share", "fake_share"),
    )
)
ACCOUNTS = frozenset(("handle", "profile_url", "followers"))
ANSWERS = frozenset(("yes", "no", "y", "n", "true", "false", "x", "ja", "nein", "oui", "non", "si", "sí", "0", "1"))


@dataclass(frozen=True)
class View:
    """One way a sheet is read: its columns, what holds for all its rows, and, of a wide sheet, what names accounts."""

    sheet: Sheet
    guesses: tuple[ColumnMatch, ...]
    constants: tuple[tuple[str, str], ...] = ()
    accounts: tuple[str, ...] = ()


def views_of(sheet: Sheet, settings: Settings, everywhere: Sequence[str]) -> list[View]:
    """Say how a sheet is read: once, or once for each platform that has columns of its own."""
    # of several files each needs to hold some of the columns named, not all
    elsewhere = set(everywhere) - set(sheet.columns)
    overrides = [pair for pair in settings.columns if pair[1] not in elsewhere]
    groups = {} if settings.only_columns else platform_groups(sheet.sample)
    plain = detect_columns(sheet.sample, overrides, guess=not settings.only_columns)
    is_wide = sum(not ACCOUNTS.isdisjoint(fields) for fields in groups.values()) > 1
    has_followers = any("followers" in fields for fields in groups.values())
    # each row names its platform, and no platform has followers of its own
    is_platform_per_row = not has_followers and any(match.field == "platform" for match in plain)
    fixed_fields = {"platform", *ACCOUNTS} & {field for field, _ in (*overrides, *settings.constants)}
    if fixed_fields or not is_wide or is_platform_per_row:
        stated = (*_platform_of_headers(plain, settings), *_country_of_sheet(sheet, plain, settings))
        return [_check_view(View(sheet, plain, (*stated, *settings.constants)))]
    return [_check_view(_of_platform(sheet, overrides, settings, platform, groups)) for platform in groups]


def _country_of_sheet(sheet: Sheet, guesses: Sequence[ColumnMatch], settings: Settings) -> tuple[tuple[str, str], ...]:
    """Take the country from the name of a sheet, where all sheets are read and no column says it."""
    name = sheet.file_format.sheet.strip()
    placed = {"country", "location"} & {guess.field for guess in guesses}
    is_country = settings.sheet == ALL_SHEETS and not placed and fold(name) in country_keys()
    return (("country", name),) if is_country else ()


def _platform_of_headers(guesses: Sequence[ColumnMatch], settings: Settings) -> tuple[tuple[str, str], ...]:
    """Take the platform from the header of the handles, where no column says it."""
    fields = {guess.field for guess in guesses} | {field for field, _ in settings.constants}
    platforms = {split_platform(guess.column)[0] for guess in guesses if guess.field in ACCOUNTS} - {""}
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
    accounts = tuple(field for field in columns if field in ACCOUNTS)
    return View(sheet, platform_guesses, (("platform", platform), *settings.constants), accounts)


def _check_view(view: View) -> View:
    fields = {*(guess.field for guess in view.guesses), *(field for field, _ in view.constants)}
    if fields.isdisjoint(PLACES) and not fields.issuperset(POINT):
        raise InputError(
            f"{view.sheet.name} says nowhere where creators are: it needs a city, region, country, location, or"
            f" longitude and latitude; its columns are {listed_names(view.sheet.columns)}; name one as in"
            " --map country=COLUMN, or give a place for all as in --set country=NG"
        )
    return view


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
    filled = filled_cells(values)
    if not filled or all(value.lower() in ANSWERS for value in filled):
        return None
    if rest:
        return next((guess.field for guess in match_by_header(rest, values)), None)
    if np.mean([is_number(value) for value in filled]) >= ENOUGH:
        return "followers"
    if linked_share(filled) >= ENOUGH:
        return "profile_url"
    return None if are_names(filled, unclear=True) else "handle"
