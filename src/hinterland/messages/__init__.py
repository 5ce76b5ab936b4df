"""Every sentence people read, in one place."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

# creators below this may be counted in tenths
FEW = 10
UNKNOWN = "unknown"


class Notice(NamedTuple):
    """A warning: a stable code for scripts, a sentence for people."""

    code: str
    sentence: str


def to_two_digits(value: float) -> float:
    """Round to two significant digits: more would promise what an estimate cannot keep."""
    return float(f"{value:.2g}")


def no_such_market(market_ids: Sequence[str]) -> str:
    """Refuse markets that are not in the ranking."""
    names = ", ".join(map(repr, market_ids))
    return f"no market {names} in this ranking: take a market_id from the second column of `hinterland rank`"


def which_market(text: str, candidates: Mapping[str, str]) -> str:
    """Ask back which of several markets of one name is meant; labels by market_id."""
    names = "; ".join(f"{label} ({market_id})" for market_id, label in candidates.items())
    return f"{text!r} may be any of {len(candidates):,} markets: {names}; write the one you mean, or its id"


def population_summed() -> Notice:
    """Word the warning that own polygons have no population of their own."""
    return Notice(
        "population_summed",
        "The polygons' populations are sums of the known places inside them, which miss villages and count a town "
        "on the edge whole: name a column or a CSV with --population if you have better.",
    )


def shapes_repaired(features: str) -> Notice:
    """Word the count of invalid polygons that were repaired."""
    return Notice("shapes_repaired", f"Invalid shapes were repaired, please check them on the map: feature {features}.")


def overlaps_parted(count: int) -> Notice:
    """Word the count of small overlaps that were given to one of two areas."""
    return Notice("overlaps_parted", f"{count:,} small overlaps of areas were given to the larger of the two.")


def areas_left_out(count: int, why: str) -> Notice:
    """Word the count of areas that cannot be markets."""
    return Notice("areas_left_out", f"{count:,} features of the file have {why} and are no markets here.")


def areas_unranked(count: int) -> Notice:
    """Word the count of areas without people: they stay in the table, but nothing can be expected of them."""
    return Notice(
        "areas_unranked", f"{count:,} areas of the file have no population: they are in the table, but not ranked."
    )


def outside_areas(outside: int, placed: int) -> Notice:
    """Word the count of creators who are in none of the user's own areas."""
    return Notice(
        "outside_areas",
        f"{outside:,} of {placed:,} creators whose place is known are in none of the areas of the file, or name no "
        "place finer than a region: no area counts them.",
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
        f"{name} has columns for {', '.join(platforms)} side by side: each account is one row, "
        "numbered on from platform to platform.",
    )


def sheets_left(name: str, used: str, left: Sequence[str]) -> Notice:
    """Word the notice that a workbook holds other lists."""
    others = ", ".join(map(repr, left[:10]))
    return Notice(
        "sheets_left",
        f"{name}: only the sheet {used!r} was read, not {others}: "
        "name another with --sheet, or read all with --sheet all.",
    )


def layers_left(name: str, used: str, left: Sequence[str]) -> Notice:
    """Word the notice that a file of areas holds other layers."""
    others = ", ".join(map(repr, left[:10]))
    return Notice("layers_left", f"{name}: only the layer {used!r} was read, not {others}: name another with --layer.")


def numbers_scaled(column: str, factor: str) -> Notice:
    """Word the notice that bare numbers of a column were read in thousands or millions."""
    unit = {"1000": "thousands", "1000000": "millions"}.get(factor, f"units of {int(factor):,}")
    return Notice("numbers_scaled", f"The numbers of column {column!r} were read as {unit}: check a few of them.")


def encoding_doubtful(name: str, used: str, others: str) -> Notice:
    """Word the notice that a text may be in one of several encodings."""
    return Notice(
        "encoding_doubtful",
        f"{name} is not UTF-8 and was read as {used}; it may be {others}: "
        "if names look wrong, name the encoding with --encoding.",
    )


def synthetic() -> Notice:
    """Word the label of made-up lists."""
    return Notice("synthetic", "This list is synthetic: made-up creators that show how the program works.")


def mended(kinds: Mapping[str, int]) -> Notice:
    """Word the count of values that were mended or left out of used rows."""
    summary = "; ".join(f"{kind}: {count:,}" for kind, count in sorted(kinds.items()))
    return Notice("mended", f"Values that were mended, estimated or left empty in rows that were used: {summary}.")


def capped_list() -> Notice:
    """Word the warning that a list was cut."""
    return Notice(
        "capped_list",
        "This looks like a top list that was cut at a fixed rank, row count or follower minimum: large markets "
        "are cut most, so their saturation is understated and small markets look better supplied than they are.",
    )


def one_niche() -> Notice:
    """Word the warning that there is one niche only."""
    return Notice("one_niche", "All creators are in one niche: the ranking is about that niche, not about creators.")


def unusable_locations(share: float) -> Notice:
    """Word the warning that many rows name no place."""
    return Notice(
        "unusable_locations",
        f"{share:.0%} of the rows name no place finer than a country: "
        "markets whose people hide their city look emptier than they are.",
    )


def country_centres(rows: int) -> Notice:
    """Word the notice that coordinates were country centres."""
    return Notice(
        "country_centres",
        f"{rows:,} rows carry one and the same pair of coordinates per country: that is the country's centre, "
        "not a place, and was used as the country only.",
    )


def no_followers(assumed: float) -> Notice:
    """Word the notice that audiences are assumed."""
    return Notice(
        "no_followers",
        f"The list gives no audience sizes: unmet audience assumes {assumed:,.0f} people per creator.",
    )


def audience_split(creators: int, usable: int) -> Notice:
    """Word the notice that the list itself says where audiences are."""
    return Notice(
        "audience_split",
        f"For {creators:,} of {usable:,} rows the list itself says where the audience is: those creators count there, "
        "and what the list leaves open stays where the creator lives. The others count where they live.",
    )


def no_handles() -> Notice:
    """Word the notice that nothing can be merged."""
    return Notice("no_handles", "The list has no handles: the same creator listed twice is counted twice.")


def listed_only(markets: int) -> Notice:
    """Word the notice that only named places are compared."""
    return Notice(
        "listed_only",
        f"Only the {markets:,} markets this list names are compared with one another; "
        "it says nothing about any other place.",
    )


def small_countries(countries: int) -> Notice:
    """Word the notice on countries with few creators."""
    subject = "One country has" if countries == 1 else f"{countries:,} countries have"
    return Notice(
        "small_countries",
        f"{subject} fewer than 30 creators here, covered only for having any: "
        "such levels are biased upwards. Say --covers if you know what the list covers.",
    )


def steep(beta: float) -> Notice:
    """Word the warning on an implausible size curve."""
    return Notice(
        "steep",
        f"Creators grow with size to the power {beta:.2f}, more than any known trade: "
        "whoever made this list probably finds creators in big cities more easily. "
        "If it names only chosen cities, say --covers listed.",
    )


def odd_slope(beta: float, usual: float) -> Notice:
    """Word the warning on a size curve unlike published ones."""
    return Notice(
        "odd_slope",
        f"Creators grow with size to the power {beta:.2f} here, unlike the {usual:.2f} or so that is published: the "
        "list may favour places of one size.",
    )


def chosen_cities(markets: int) -> Notice:
    """Word the notice that a list looks like one of chosen cities."""
    return Notice(
        "chosen_cities",
        f"This list names {format_count(markets, 'market')}, far fewer than its creators would spread over, as a "
        "list of chosen cities does: only these are compared. If it looked everywhere, say which countries it covers.",
    )


REFUSALS = {
    "named": "it covers only the places it names; say which countries it looked in, or that it looked everywhere",
    "capped": "it was cut at a fixed rank, row count or follower minimum",
    "equal": "it holds equally many creators of most countries",
}


def global_refused(reason: str) -> Notice:
    """Word why countries cannot be compared with one another."""
    return Notice(
        f"global_refused_{reason}",
        f"This list cannot say which countries have few creators, so nothing is compared with the world: "
        f"{REFUSALS[reason]}.",
    )


def held_out(markets: int, coverage: float) -> Notice:
    """Word how well markets are predicted that were left out of the fit."""
    return Notice(
        "held_out",
        f"Self-check: {format_count(markets, 'market')} were predicted from the others in turn, and {coverage:.0%} of "
        "them fell into their 90 % range. An error that all markets share cannot be seen this way.",
    )


def band_failed(band: str, ratio: float, verdict: str) -> Notice:
    """Word what the self-check found in one band of sizes."""
    largest = "the largest"
    places = f"places of {band} people".replace("places of all sizes people", "places of all sizes")
    if band.startswith(largest):
        places = f"{largest} places{band.removeprefix(largest)}{' people' * (band != largest)}"
    if verdict == "not predicted":
        return Notice(
            "band_not_predicted",
            f"{places[0].upper()}{places[1:]} are not ranked: what the other markets predict of them does not hold.",
        )
    fault = "the size curve does not fit them, so they are not ranked"
    outcome = "they are crowded, and judged as such" if verdict == "crowded" else fault
    return Notice(
        f"band_{verdict.replace(' ', '_')}",
        f"{places[0].upper()}{places[1:]} hold {ratio:.0%} of the creators that places of other sizes lead one to "
        f"expect: {outcome}.",
    )


def beyond_reach(countries: tuple[str, ...]) -> Notice:
    """Word the notice that countries are not ranked for what the curve expects in one market."""
    names = ", ".join(countries[:5]) + (f" and {len(countries) - 5} more" if len(countries) > 5 else "")  # noqa: PLR2004
    return Notice(
        "beyond_reach",
        f"Not judged, because this list holds fewer creators in the whole country than one of its markets should have: "
        f"{names}.",
    )


def boundaries_matter(level: str, beta: float, other_level: str, other_beta: float) -> Notice:
    """Word the warning that the ranking depends on how places are cut."""
    return Notice(
        "boundaries_matter",
        f"The size curve depends on how places are cut: exponent {beta:.2f} for {level} markets, {other_beta:.2f} for "
        f"{other_level} markets. Look at both levels before you rely on one.",
    )


def bends() -> Notice:
    """Word the warning that the curve bends at its upper end."""
    return Notice(
        "bends", "The size curve bends among the largest places: they were left out of it and judged against it."
    )


def neighbours_alike(moran: float) -> Notice:
    """Word the warning that saturation gathers in regions."""
    return Notice(
        "neighbours_alike",
        f"Neighbouring markets are alike (Moran's I {moran:.2f}): whole regions are over- or under-supplied together, "
        "so markets are not independent evidence and the intervals are too narrow.",
    )


def country_level_only() -> Notice:
    """Word the notice that only countries can be ranked."""
    return Notice(
        "country_level_only", "The list says nothing finer than a country, so countries are ranked, not cities."
    )


def nothing_finer(level: str) -> str:
    """Word the refusal of a level the list cannot decide."""
    return (
        f"the list says nothing finer than a country, so {level} markets cannot be ranked; "
        "leave --level out, or add a city, location or coordinate column"
    )


def decidable(markets: float, people: float, level: str) -> Notice:
    """Word the share of markets the list can decide; none of no markets."""
    markets, people = (0.0 if pd.isna(value) else value for value in (markets, people))
    share = f"At {level} level this list can decide {markets:.0%} of the covered markets, home to {people:.0%} of "
    others = "" if markets == 1 else "; the others are marked 'insufficient data' and not ranked"
    return Notice("decidable", f"{share}their internet users{others}.")


def nothing_fitted() -> Notice:
    """Word the notice that there were too few creators for any fit."""
    return Notice("nothing_fitted", "Fewer than ten creators could be placed: no market can be judged by them.")


def same_beyond_chance() -> Notice:
    """Word the notice that k is at its cap."""
    return Notice("no_differences", "Markets differ by no more than chance once size and country are allowed for.")


def format_count(number: float, singular: str, plural: str | None = None) -> str:
    """Word a number of things: "no creators", "1 creator", "2.5 creators", "1,200 creators", or an unknown number."""
    if pd.isna(number):
        return f"an unknown number of {plural or singular + 's'}"
    if number == 1:
        return f"1 {singular}"
    return f"{amount(number) if number else 'no'} {plural or singular + 's'}"


def amount(number: float) -> str:
    """Write a number of creators: a fraction only where there are few; a missing number is unknown."""
    if pd.isna(number):
        return UNKNOWN
    return f"{number:,.0f}" if number >= FEW or number == round(number) else f"{number:,.1f}"


def explain(
    name: str,
    creators: float,
    expected: float,
    *,
    usual: tuple[float, float],
    unmet: float,
    evidence: str,
    possible: float = 0.0,
) -> str:
    """Explain one market in a sentence.

    `usual` is what places like it have, `unmet` the audience in people, `possible` the creators counted elsewhere who
    may be here, because the place they name may be one of several.
    """
    doubtful = pd.notna(possible) and possible >= 1
    more = f" ({amount(possible)} more may be here: their place has several meanings)" if doubtful else ""
    return (
        f"{name}: {format_count(creators, 'creator')}{more}; {_usual(expected, usual)}; {_short(unmet)}; "
        f"evidence: {evidence}"
    )


def _usual(expected: float, usual: tuple[float, float]) -> str:
    if pd.isna(expected):
        return "how many places like it have is not known"
    have = f"places like it have {amount(expected)}"
    return have if any(map(pd.isna, usual)) else f"{have}, usually {amount(usual[0])} to {amount(usual[1])}"


def _short(unmet: float) -> str:
    """Say how many people are short, in two digits; a fraction of a person is nobody."""
    if pd.isna(unmet):
        return "how many people are short is not known"
    people = to_two_digits(unmet) if unmet >= 1 else 0.0
    return f"about {format_count(people, 'person', 'people')} short" if people else "no people short"
