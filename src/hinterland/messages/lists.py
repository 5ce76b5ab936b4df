"""What a list, and a file of areas, say of themselves when they are read: how they were understood, what they lack."""

from collections.abc import Mapping, Sequence

from hinterland.language import Notice, Text
from hinterland.messages import ALL_SHEETS, ENCODING, SHEET


def population_summed() -> Notice:
    """Word the warning that own polygons have no population of their own."""
    return Notice(
        "population_summed",
        "The areas' populations are sums of the towns inside them: villages are missing, and a town on the edge counts "
        "whole. If you have better numbers, name a column or a CSV with --population.",
    )


def shapes_repaired(features: str) -> Notice:
    """Word the count of invalid polygons that were repaired."""
    return Notice(
        "shapes_repaired",
        "Invalid shapes were repaired, please check them on the map: feature {features}.",
        features=features,
    )


def overlaps_parted(count: int) -> Notice:
    """Word the count of small overlaps that were given to one of two areas."""
    return Notice(
        "overlaps_parted",
        "{count} small overlap of two areas was given to the larger of the two.",
        "{count} small overlaps of areas were given to the larger of the two.",
        count=count,
    )


def areas_left_out(count: int) -> Notice:
    """Word the count of features that cannot be markets."""
    return Notice(
        "areas_left_out",
        "{count} feature of the file has no area and is no market here.",
        "{count} features of the file have no area and are no markets here.",
        count=count,
    )


def areas_unranked(count: int) -> Notice:
    """Word the count of areas without people: they stay in the table, but nothing can be expected of them."""
    return Notice(
        "areas_unranked",
        "{count} area of the file has no population: it is in the table, but not ranked.",
        "{count} areas of the file have no population: they are in the table, but not ranked.",
        count=count,
    )


def outside_areas(outside: int, placed: int) -> Notice:
    """Word the count of creators who are in none of the user's own areas."""
    return Notice(
        "outside_areas",
        "{outside} of {placed} creators whose place is known count in none of the areas of the file: they are outside, "
        "or name no place finer than a region.",
        outside=outside,
        placed=placed,
    )


def degrees_assumed() -> Notice:
    """Word the notice that a file without a reference system was read as degrees."""
    return Notice(
        "degrees_assumed", "The polygon file names no reference system: its numbers were read as longitude, latitude."
    )


def platforms_side_by_side(name: str, platforms: Sequence[str]) -> Notice:
    """Word the notice that a list has columns for each of several platforms."""
    return Notice(
        "platforms_side_by_side",
        "{file} has columns for {platforms} side by side: each account was read as one row.",
        file=name,
        platforms=list(platforms),
    )


def sheets_left(name: str, used: str, left: Sequence[str]) -> Notice:
    """Word the notice that a workbook holds other lists."""
    return Notice(
        "sheets_left",
        "{file}: only the sheet {used!r} was read, not {left!r}. To read another, set {sheet}; to read all, set {all}.",
        file=name,
        used=used,
        left=list(left[:10]),
        sheet=SHEET,
        all=ALL_SHEETS,
    )


def layers_left(name: str, used: str, left: Sequence[str]) -> Notice:
    """Word the notice that a file of areas holds other layers."""
    return Notice(
        "layers_left",
        "{file}: only the layer {used!r} was read, not {left!r}. To read another, name it with --layer.",
        file=name,
        used=used,
        left=list(left[:10]),
    )


def numbers_scaled(column: str, factor: str) -> Notice:
    """Word the notice that bare numbers of a column were read in thousands or millions."""
    return Notice(
        "numbers_scaled",
        "Each number of column {column!r} was multiplied by {factor}: check a few of them.",
        column=column,
        factor=int(factor),
    )


def encoding_doubtful(name: str, used: str, others: Sequence[str]) -> Notice:
    """Word the notice that a text may be in one of several encodings."""
    return Notice(
        "encoding_doubtful",
        "{file} is not UTF-8 and was read as {used}; it may be {others:or}. If names look wrong, set {encoding}.",
        file=name,
        used=used,
        others=list(others),
        encoding=ENCODING,
    )


def synthetic() -> Notice:
    """Word the label of made-up lists."""
    return Notice("synthetic", "This list is synthetic: made-up creators that show how the program works.")


def mended(kinds: Mapping[str, int]) -> Notice:
    """Word the count of values that were mended or left out of used rows."""
    return Notice(
        "mended",
        "Some values were mended, estimated or left empty, and their rows used: {kinds}.",
        kinds=[Text("{kind} ({rows})", kind=Text(kind), rows=count) for kind, count in sorted(kinds.items())],
    )


def capped_list() -> Notice:
    """Word the warning that a list was cut."""
    return Notice(
        "capped_list",
        "This looks like a top list that was cut at a fixed rank, row count or follower minimum. That removes most "
        "creators in large markets: they look emptier than they are, and small markets look fuller.",
    )


def one_niche() -> Notice:
    """Word the warning that there is one niche only."""
    return Notice("one_niche", "All creators are in one niche: the ranking is about that niche, not about creators.")


def unusable_locations(share: float) -> Notice:
    """Word the warning that many rows name no place."""
    return Notice(
        "unusable_locations",
        "{share:%} of the rows name no place finer than a country: markets whose people hide their city look emptier "
        "than they are.",
        share=share,
    )


def country_centres(rows: int) -> Notice:
    """Word the notice that coordinates were country centres."""
    return Notice(
        "country_centres",
        "{count} row has the coordinates of its country's centre, not of a place: only the country was used.",
        "{count} rows have the coordinates of their country's centre, not of a place: only the country was used.",
        count=rows,
    )


def no_followers(assumed: float) -> Notice:
    """Word the notice that audiences are assumed."""
    return Notice(
        "no_followers",
        "The list gives no audience sizes: {people} people per creator are assumed for the audience still to be won.",
        people=assumed,
    )


def audience_split(creators: int, usable: int) -> Notice:
    """Word the notice that the list itself says where audiences are."""
    return Notice(
        "audience_split",
        "{creators} of {usable} rows say where the audience is: those creators count where their audience is, all "
        "others where they live.",
        creators=creators,
        usable=usable,
    )


def no_handles() -> Notice:
    """Word the notice that nothing can be merged."""
    return Notice("no_handles", "The list has no handles: a creator who is listed twice is counted twice.")
