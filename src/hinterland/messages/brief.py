"""What the one-page brief and the slide say: never more than the data shows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from hinterland.config import Assumptions, Settings
from hinterland.language import UNKNOWN, Country, Language, Text, later, to_two_digits
from hinterland.messages import count_creators

BANDS = (
    later("less than a third"),
    later("a third to half"),
    later("half to three quarters"),
    later("about normal"),
    later("1.3 to 2 times"),
    later("2 to 3 times"),
    later("more than 3 times"),
)
# how many markets of a level are called
NOUNS = {
    "city": later("cities"),
    "metro": later("metro areas"),
    "region": later("regions"),
    "country": later("countries"),
}
CUSTOM_NOUN = later("areas")
MOST_ROOM, MISSING = later("Most room for new creators"), later("Where creators are missing")
NONE_CLEARLY = later("None is clearly under-served in this list.")
COVERED = {
    "auto": later("the countries it names"),
    "worldwide": later("the whole world"),
    "listed": later("only the places it names"),
}
# what a user named may be of any length
LONGEST = 60
HARDLY_A_PART = 0.05
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]+")
METHOD = later(
    "A curve fitted to every covered market says how many creators a place of its size should have (a Gamma-Poisson "
    "model, the one of disease maps). Each market's interval says how far the list can be trusted there. People you "
    "could newly reach: the missing creators times the people a creator reaches there."
)
SOURCES = later("Places: GeoNames and SimpleMaps, CC BY 4.0. Countries: Natural Earth, public domain.")


Row = Mapping[Any, Any]


class MarketCounts(NamedTuple):
    """How many markets were ranked, called under-served, and called so among smaller cities."""

    ranked: int
    under: int
    smaller: int


def readable(text: str) -> str:
    """Put a space where a text holds what cannot be printed."""
    return UNPRINTABLE.sub(" ", text)


def noun(level: str, settings: Settings) -> str:
    """Name the markets of a level or of the user's own polygons, in English.

    Parameters
    ----------
    level
        City, metro, region or country.
    settings
        With `boundaries` markets are areas.

    Returns
    -------
    A plural, for `Language.say`.
    """
    return CUSTOM_NOUN if settings.boundaries else NOUNS[level]


def describe_run(
    files: Sequence[str], settings: Settings, plural: str, counts: tuple[int, int]
) -> list[tuple[Text, Text]]:
    """Describe a run: list, markets, benchmark, coverage and segment.

    Parameters
    ----------
    files
        Names of the files that were read.
    settings
        What the run asked for.
    plural
        What markets are called, in English.
    counts
        Rows used, and rows with a place finer than a country.

    Returns
    -------
    What is described, and its description.
    """
    markets = Text(plural)
    if settings.countries:
        markets = Text("{markets}, of {countries} only", markets=markets, countries=_cut(", ".join(settings.countries)))
    national = settings.benchmark == "national"
    parts = [
        Text("tier {tier}", tier=Text(settings.tier)) if settings.tier else None,
        Text("platform {platform}", platform=_cut(settings.platform)) if settings.platform else None,
        Text("niche {niche}", niche=_cut(settings.niche)) if settings.niche else None,
    ]
    segment = [part for part in parts if part is not None]
    lines = [
        (
            Text("List"),
            Text("{files}: {used} rows used, {placed} placed", files=_files(files), used=counts[0], placed=counts[1]),
        ),
        (Text("Markets"), markets),
        (Text("What counts as normal"), Text("places of the same country" if national else "the world")),
        (
            Text("The list covers"),
            Text(COVERED[settings.covers]) if settings.covers in COVERED else _cut(settings.covers),
        ),
    ]
    return [*lines, (Text("Creators"), Text("{parts}", parts=segment))] if segment else lines


def _cut(text: str) -> Text:
    plain = readable(text)
    return Text("{text}", text=plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…")


def _files(files: Sequence[str]) -> Text:
    if not files:
        return Text("a table in memory")
    names = [_cut(name) for name in files[:2]]
    more = len(files) - len(names)
    return Text("{names} and {rest} more", names=names, rest=more) if more else Text("{names}", names=names)


def finding(numbers: MarketCounts, plural: str, settings: Settings, assumptions: Assumptions) -> Text:
    """Word in one sentence how many markets are under-served, and how sure that is.

    Parameters
    ----------
    numbers
        Markets ranked and under-served.
    plural
        What markets are called, in English.
    settings
        The benchmark of the run.
    assumptions
        Sizes of smaller cities, and the share of calls that may be wrong.

    Returns
    -------
    A text.
    """
    markets = Text(plural)
    if not numbers.ranked:
        return Text(
            "This list cannot judge any of the {markets} it covers: it names too few creators for their size, or does "
            "not pass its self-check.",
            markets=markets,
        )
    by_country = settings.benchmark == "national" and plural != NOUNS["country"]
    if numbers.under == 1:
        basis = Text("its size and country" if by_country else "its size")
    else:
        basis = Text("their size and country" if by_country else "their size")
    if not numbers.under:
        return Text(
            "None of the {ranked} {markets} this list can judge clearly has fewer creators than is normal for {basis}.",
            ranked=numbers.ranked,
            markets=markets,
            basis=basis,
        )
    smaller: Text | str = ""
    if numbers.smaller:
        smaller = Text(
            ", {smaller} of them smaller cities ({low:.0f} to {high:.0f} residents)",
            smaller=numbers.smaller,
            low=assumptions.smaller_from,
            high=assumptions.smaller_to,
        )
    return Text(
        "{count} of the {ranked} {markets} this list can judge has fewer creators than is normal for {basis}. Such a "
        "call is a false alarm in about {wrong:%} of cases, more if populations or places are wrong.",
        "{count} of the {ranked} {markets} this list can judge have fewer creators than is normal for "
        "{basis}{smaller}. About {wrong:%} of them may be false alarms, more if populations or places are wrong.",
        count=numbers.under,
        ranked=numbers.ranked,
        markets=markets,
        basis=basis,
        smaller=smaller,
        wrong=assumptions.class_false_share,
    )


def first_of(row: Row, name: str, settings: Settings) -> Text:
    """Word the market that stands first, with its ranges.

    Parameters
    ----------
    row
        The first market of a ranking.
    name
        What it is called.
    settings
        The order of the ranking.

    Returns
    -------
    A text.
    """
    by_size = settings.sort == "opportunity"
    unmet: Text | str = ""
    if not _is_missing(row["unmet_audience"]):
        unmet = Text("; about {people} people you could newly reach", people=short(row["unmet_audience"]))
    return Text(
        "{stands} {name}: {share}{unmet}. It ranks {rank:.0f}, likely {low:.0f} to {high:.0f}.",
        stands=Text(
            "The largest gap among those below is" if by_size else "The likeliest shortfall among those below is"
        ),
        name=name,
        share=_share(row),
        unmet=unmet,
        rank=row["rank"],
        low=row["rank_low"],
        high=row["rank_high"],
    )


def list_titles(*, home: bool, cities: bool) -> tuple[str, ...]:
    """Return the titles of the short lists; one alone where markets are neither cities nor at home or abroad."""
    if not cities:
        return (later("At home"), later("Abroad")) if home else (MOST_ROOM,)
    if home:
        return later("Smaller cities at home"), later("Abroad")
    return later("Smaller cities"), later("Countries with room")


def entry(row: Row) -> Text:
    """Word one market of a short list: its rank, its creators beside what is normal, and how sure that is.

    Parameters
    ----------
    row
        One market of a ranking.

    Returns
    -------
    A text.
    """
    market, values = readable(str(row["market"])), {"rank": row["rank"], "share": _share(row)}
    evidence = Text(str(row["evidence"]))
    if row["level"] == "country":
        country = Country(str(row["country_code"]), market)
        return Text(
            "{rank:.0f}. {country}: {share}; how sure: {evidence}", country=country, evidence=evidence, **values
        )
    return Text(
        "{rank:.0f}. {market}, {country}: {share}; how sure: {evidence}",
        market=market,
        country=Country(str(row["country_code"]), readable(str(row["country"]))),
        evidence=evidence,
        **values,
    )


def surplus(row: Row, name: str) -> Text:
    """Word a market that has more creators than normal.

    Parameters
    ----------
    row
        One market of a ranking.
    name
        What it is called.

    Returns
    -------
    A text.
    """
    return Text("{name}: {share}.", name=name, share=_share(row))


def _share(row: Row) -> Text:
    comparison = Text(
        "{creators} where {count} is normal",
        "{creators} where {count} are normal",
        creators=creators_found(row),
        count=row["expected_creators"],
    )
    if _is_missing(row["saturation"]):
        return comparison
    return Text(
        "{comparison}, likely {low:.0f} to {high:.0f}% of normal",
        comparison=comparison,
        low=row["saturation_low"],
        high=row["saturation_high"],
    )


def _is_missing(value: float | None) -> bool:
    return bool(pd.isna(value))


def creators_found(row: Row) -> Text:
    """Word the creators of a market in whole ones; few are hidden where a run is to be shared."""
    creators = row["creators"]
    if _is_missing(creators):
        return Text("fewer than 3 creators")
    if not creators:
        return Text("no creators")
    if is_whole(creators):
        return count_creators(round(creators))
    if creators < 1:
        return Text("hardly any creators")
    return Text("about {creators}", creators=count_creators(round(creators)))


def short(people: float) -> Text:
    """Write a number of people in two digits: 220,000."""
    return Text("{people}", people=people if _is_missing(people) else int(to_two_digits(people) if people >= 1 else 0))


def heading(numbers: MarketCounts, plural: str) -> Text:
    """Head the markets put first with what they have in common."""
    if not numbers.ranked:
        return Text("No market could be ranked")
    if numbers.under:
        return Text(MISSING)
    return Text("First in the ranking: none of these {markets} is clearly under-served", markets=Text(plural))


def uncovered(markets: int, plural: str) -> Text:
    """Word the markets the list does not look at."""
    return Text("{markets} {plural} are not covered by it at all.", markets=markets, plural=Text(plural))


def more_notes(count: int) -> Text:
    """Say that notes were left out for room, and where they stand."""
    return Text(
        "{count} further note: in the run manifest (.run.toml).",
        "{count} further notes: in the run manifest (.run.toml).",
        count=count,
    )


def outside(ranks: Sequence[int]) -> Text:
    """Say which chosen markets lie outside the picture."""
    return Text("Outside this window, by rank: {ranks}.", ranks=list(ranks))


def line(row: Row, language: Language) -> dict[str, str]:
    """Write the cells of one market in a table."""
    (percent, interval), low, high = share(row, language), row["rank_low"], row["rank_high"]
    is_country = row["level"] == "country"
    market, country = readable(str(row["market"])), readable(str(row["country"]))
    return {
        "rank": language.fixed(row["rank"], 0),
        "ranks": UNKNOWN if _is_missing(row["rank"]) else language.say("{low:.0f} to {high:.0f}", low=low, high=high),
        "market": language.country(str(row["country_code"]), market) if is_country else market,
        "country": "" if is_country else language.country(str(row["country_code"]), country),
        "found": few(row, language),
        "share": percent,
        "interval": interval,
        "unmet": UNKNOWN if _is_missing(row["unmet_audience"]) else language.render(short(row["unmet_audience"])),
        "evidence": language.say(str(row["evidence"])),
    }


def share(row: Row, language: Language) -> tuple[str, str]:
    """Write a saturation and its interval in table cells; a run to be shared hides them where few were found."""
    if _is_missing(row["saturation"]):
        hidden = language.say("hidden"), language.say("few creators: hidden")
        return hidden if _is_missing(row["creators"]) else (UNKNOWN, UNKNOWN)
    return (
        language.percent(row["saturation"] / 100),
        language.say("{low:.0f} to {high:.0f}%", low=row["saturation_low"], high=row["saturation_high"]),
    )


def few(row: Row, language: Language) -> str:
    """Write creators against what is normal in a table cell."""
    creators = row["creators"]
    if _is_missing(creators):
        found = "< 3"
    elif 0 < creators < 1:
        found = "< 1"
    else:
        found = f"{'' if is_whole(creators) else '≈'}{language.number(round(creators))}"
    expected = row["expected_creators"]
    return found if _is_missing(expected) else language.say("{found} of {expected}", found=found, expected=expected)


def is_whole(creators: float) -> bool:
    """Say whether a count holds no noticeable part of a creator: one who is in two places, or may be."""
    return abs(creators - round(creators)) < HARDLY_A_PART
