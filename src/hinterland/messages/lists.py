"""What lists and files of areas show when they are read: how they were understood, what they lack, who is new."""

from collections.abc import Mapping, Sequence

from hinterland.language import Notice, Text
from hinterland.messages import (
    ALL_SHEETS,
    ARRIVALS_SINCE,
    BRAND,
    COLUMN_OF_DAY,
    ENCODING,
    LAYER,
    POPULATION,
    SHEET,
    list_names,
)


def population_summed() -> Notice:
    """Word the warning that own polygons have no population of their own."""
    return Notice(
        "population_summed",
        "The areas' populations are sums of the towns inside them: villages are missing, and a town on the edge counts "
        "whole. If you have better numbers, name a column or a CSV: {population}.",
        population=POPULATION,
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
        "{file}: only the layer {used!r} was read, not {left!r}. To read another, set {layer}.",
        layer=LAYER,
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


def encoding_unsure(name: str, used: str) -> Notice:
    """Word the notice that a text was read in an encoding that hardly fits."""
    return Notice(
        "encoding_unsure",
        "{file} is not UTF-8, and read as {used} it has signs within words: save it as UTF-8, or set {encoding}.",
        file=name,
        used=used,
        encoding=ENCODING,
    )


def synthetic() -> Notice:
    """Word the label of made-up lists."""
    return Notice("synthetic", "This list is synthetic: made-up creators that show how the program works.")


def mended(kinds: Mapping[str, int]) -> Notice:
    """Word the count of values that were mended or left out of used rows."""
    return Notice(
        "mended",
        "Some values were corrected, estimated or left empty; their rows still count: {kinds}.",
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


def turnover(counts: Mapping[str, int], faster: Sequence[str], slower: Sequence[str]) -> Notice:
    """Word what two lists that name the same people show: where more, or fewer, came than in the list as a whole."""
    paces = []
    if faster:
        paces.append(
            Text(
                "{count} market grows faster than the list as a whole: {names}.",
                "{count} markets grow faster than the list as a whole: {names}.",
                count=len(faster),
                names=list_names(faster),
            )
        )
    if slower:
        paces.append(
            Text(
                "{count} market grows more slowly than the list as a whole: {names}.",
                "{count} markets grow more slowly than the list as a whole: {names}.",
                count=len(slower),
                names=list_names(slower),
            )
        )
    pace, *more = paces or [Text("No market clearly grows faster or more slowly than the others.")]
    return Notice(
        "turnover",
        "Matched by platform and handle: {stayed} creators are in both lists, {came} are new, {left} are gone. "
        "{paces: }",
        stayed=counts["stayed"],
        came=counts["came"],
        left=counts["left"],
        paces=[pace, *more],
    )


def not_paired(shared: float | None) -> Notice:
    """Word that two lists do not name the same people; `shared` is the part of the smaller one in both."""
    if shared is None:
        return Notice(
            "not_paired",
            "The two lists do not both name people by handle, so nobody can be followed from one to the other. Only "
            "markets whose two intervals do not overlap can be said to differ; if only the verdict changed, that may "
            "be chance.",
        )
    return Notice(
        "not_paired",
        "The two lists share only {shared:%} of their creators, so nobody can be followed from one to the other. Only "
        "markets whose two intervals do not overlap can be said to differ; if only the verdict changed, that may be "
        "chance.",
        shared=shared,
    )


def presence_unknown() -> Notice:
    """Word that nobody can say how large the brand's audience abroad is."""
    return Notice(
        "presence_unknown",
        "The list has no column of audience countries. Whether the brand has more or less of an audience abroad than "
        "language, income and distance predict is unknown.",
    )


def presence_predicted(creators: int, *, own: bool) -> Notice:
    """Word whose audience is compared with what is predicted, and what is not seen."""
    if own:
        return Notice(
            "presence_predicted",
            "Audiences abroad are those of the {creators} creators of the brand whose audience is split by country. "
            "Such splits name only the largest countries: where a country is not named, a small audience looks like "
            "none.",
            creators=creators,
        )
    return Notice(
        "presence_predicted",
        "Audiences abroad are those of the {creators} creators in the list whose audience is split by country; to use "
        "only those of the brand, set {brand}. Such splits name only the largest countries: where a country is not "
        "named, a small audience looks like none.",
        creators=creators,
        brand=BRAND,
    )


def few_newcomers(since: str, newcomers: int, judged: int, names: Sequence[str]) -> Notice:
    """Word where fewer new creators appear than expected, the largest gap first."""
    values = {"newcomers": newcomers, "since": since, "judged": judged}
    if not names:
        return Notice(
            "few_newcomers",
            "{newcomers} creators are new since {since}. None of the {judged} markets that can be judged by newcomers "
            "has fewer than a place of its size should.",
            **values,
        )
    return Notice(
        "few_newcomers",
        "{newcomers} creators are new since {since}. Of the {judged} markets that can be judged by newcomers, {few} "
        "have fewer than a place of their size should: {names}.",
        few=len(names),
        names=list_names(names),
        **values,
    )


def another_source(shared: float, since: str) -> Notice:
    """Word the doubt that an earlier list is of another source, so that creators are new to it by chance."""
    return Notice(
        "another_source",
        "Only {shared:%} of the creators of {since} are in this list. If the two lists were not collected in the same "
        "way, creators may be new to the list without being new.",
        shared=shared,
        since=since,
    )


def no_newcomers(since: str) -> Text:
    """Refuse a list without newcomers."""
    return Text(
        "No creator of this list is new since {since}. Is this list the earlier of the two? ({control})",
        since=since,
        control=ARRIVALS_SINCE,
    )


def no_handles_to_pair(since: str) -> Text:
    """Refuse an earlier list when either list names nobody."""
    return Text(
        "Creators cannot be followed from {since} to this list: both lists need a column of handles or profile "
        "addresses ({control})",
        since=since,
        control=ARRIVALS_SINCE,
    )


def no_day_added(since: str) -> Text:
    """Refuse a date when the list does not say when creators were added."""
    return Text(
        "{control} {since}: there is no such file, and for a date the list needs a column with the day each creator "
        "was added: set {column}",
        since=since,
        control=ARRIVALS_SINCE,
        column=COLUMN_OF_DAY,
    )
