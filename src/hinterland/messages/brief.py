"""What the one-page brief and the slide say: never more than the data shows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from hinterland.config import Assumptions, Settings
from hinterland.language import FEW, to_two_digits

UNKNOWN = "unknown"

BANDS = (
    *("less than a third", "a third to half", "half to three quarters", "about as expected"),
    *("1.3 to 2 times", "2 to 3 times", "more than 3 times"),
)
LEGEND = "Creators found, compared with what a place like it should have"
FAINTER = "Fainter: less evidence"
DOTS = "Grey dots: too little data to say"
NOUNS = {
    "city": ("city", "cities"),
    "metro": ("metro area", "metro areas"),
    "region": ("region", "regions"),
    "country": ("country", "countries"),
}
CUSTOM_NOUNS = ("area", "areas")
MOST_ROOM, MISSING = "Most room for new creators", "Where creators are missing"
NONE_CLEARLY = "None is clearly under-served in this list."
COVERED = {"auto": "the countries it names", "worldwide": "the whole world", "listed": "only the places it names"}
# what a user named may be of any length
LONGEST = 60
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]+")
METHOD = (
    "A curve fitted to every covered market says how many creators a place of its size should have (a Gamma-Poisson "
    "model, the one of disease maps). Each market's interval says how far the list can be trusted there. Unmet "
    "audience: the missing creators times the people a creator reaches there."
)
SOURCES = "Places: GeoNames and SimpleMaps, CC BY 4.0. Countries: Natural Earth, public domain."
SHIFTED = "Followers are not residents: a creator counts where the list says the creator, or the audience, lives."


Row = Mapping[Any, Any]


class MarketCounts(NamedTuple):
    """How many markets were ranked, called under-served, and called so among smaller cities."""

    ranked: int
    under: int
    smaller: int


def readable(text: str) -> str:
    """Put a space where a text holds what cannot be printed."""
    return UNPRINTABLE.sub(" ", text)


def nouns(level: str, settings: Settings) -> tuple[str, str]:
    """Name one market and many, of a level or of the user's own polygons."""
    return CUSTOM_NOUNS if settings.boundaries else NOUNS[level]


def describe_run(
    files: Sequence[str], settings: Settings, plural: str, counts: tuple[int, int]
) -> list[tuple[str, str]]:
    """Describe a run: list, markets, benchmark, coverage and segment; `counts` are rows used and rows placed."""
    compared = "places of the same country" if settings.benchmark == "national" else "the world"
    parts = {"tier": settings.tier, "platform": settings.platform, "niche": settings.niche}
    segment = ", ".join(f"{name} {_cut(value)}" for name, value in parts.items() if value)
    only = _cut(", ".join(settings.countries))
    lines = [
        ("List", f"{_files(files)}: {counts[0]:,} rows used, {counts[1]:,} placed"),
        ("Markets", f"{plural}{f', of {only} only' if only else ''}"),
        ("Compared with", compared),
        ("The list covers", COVERED.get(settings.covers, _cut(settings.covers))),
    ]
    return [*lines, ("Creators", segment)] if segment else lines


def _cut(text: str) -> str:
    plain = readable(text)
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"


def _files(files: Sequence[str]) -> str:
    names = [_cut(name) for name in files[:2]]
    more = f" and {len(files) - 2:,} more" if len(files) > len(names) else ""
    return ", ".join(names) + more if names else "a table in memory"


def finding(numbers: MarketCounts, plural: str, settings: Settings, assumptions: Assumptions) -> str:
    """Word in one sentence how many markets are under-served, and how sure that is."""
    if not numbers.ranked:
        return (
            f"This list cannot decide any of the {plural} it covers: it names too few creators for their size, or does "
            "not pass its self-check."
        )
    by_country = settings.benchmark == "national" and plural != "countries"
    basis = "their size and country lead" if by_country else "their size leads"
    if not numbers.under:
        return (
            f"None of the {numbers.ranked:,} {plural} this list can decide has clearly fewer creators than {basis} one "
            "to expect."
        )
    band = f"{assumptions.smaller_from:,.0f} to {assumptions.smaller_to:,.0f} residents"
    smaller = f", {numbers.smaller:,} of them smaller cities of {band}" if numbers.smaller else ""
    return (
        f"In {numbers.under:,} of the {numbers.ranked:,} {plural} it can decide, this list holds fewer creators "
        f"than {basis} one to expect{smaller}; about {assumptions.class_false_share:.0%} of such calls "
        "may be wrong, if sizes and places are right."
    )


def first_of(row: Row, name: str, settings: Settings, assumptions: Assumptions) -> str:
    """Word the market that stands first, with its intervals."""
    stands = f"The {'largest gap' if settings.sort == 'opportunity' else 'likeliest shortfall'} among those below is"
    unmet = "" if _unknown(row["unmet_audience"]) else f", about {short(row['unmet_audience'])} people not reached"
    return (
        f"{stands} {name}: {_share(row, assumptions, ' of expected')}{unmet}; it ranks {_integer(row['rank'])}, and "
        f"likely between {_integer(row['rank_low'])} and {_integer(row['rank_high'])}."
    )


def list_titles(*, home: bool, cities: bool) -> tuple[str, ...]:
    """Return the titles of the short lists; one alone where markets are neither cities nor at home or abroad."""
    if not cities:
        return ("At home", "Abroad") if home else (MOST_ROOM,)
    return ("Smaller cities at home", "Abroad") if home else ("Smaller cities", "Countries with room")


def entry(row: Row, assumptions: Assumptions) -> str:
    """Word one market of a short list: its rank, its creators beside what is expected, and how sure that is."""
    country = "" if row["level"] == "country" else f", {readable(str(row['country']))}"
    reason = f"{_share(row, assumptions, ' of expected')}; evidence: {row['evidence']}"
    return f"{_integer(row['rank'])}. {readable(str(row['market']))}{country}: {reason}"


def surplus(row: Row, name: str, assumptions: Assumptions) -> str:
    """Word a market that has more creators than expected."""
    return f"{name}: {_share(row, assumptions, '')}."


def _share(row: Row, assumptions: Assumptions, of: str) -> str:
    comparison = f"{creators_found(row)} where {format_count(row['expected_creators'], 'is', 'are')} expected"
    if _unknown(row["saturation"]):
        return comparison
    interval = f"{_integer(row['saturation_low'])} to {_integer(row['saturation_high'])}%"
    return f"{comparison}, {_integer(row['saturation'])}%{of} ({assumptions.interval:.0%} interval {interval})"


def _integer(number: float | None) -> str:
    return UNKNOWN if number is None or _unknown(number) else f"{number:,.0f}"


def _unknown(value: float | None) -> bool:
    return bool(pd.isna(value))


def creators_found(row: Row) -> str:
    """Word the creators of a market; few are hidden where a run is to be shared."""
    return "fewer than 3 creators" if _unknown(row["creators"]) else format_count(round(row["creators"], 1), "creator")


def short(people: float) -> str:
    """Write a number of people in two digits: 220,000."""
    if _unknown(people):
        return UNKNOWN
    return f"{to_two_digits(people):,.0f}" if people >= 1 else "0"


def heading(numbers: MarketCounts, plural: str) -> str:
    """Head the markets put first with what they have in common."""
    if not numbers.ranked:
        return "No market could be ranked"
    return MISSING if numbers.under else f"First in the ranking: none of these {plural} is clearly under-served"


def uncovered(markets: int, plural: str) -> str:
    """Word the markets the list does not look at."""
    return f"{markets:,} {plural} are not covered by it at all." if markets else ""


def more_notes(count: int) -> str:
    """Say that notes were left out for room, and where they stand."""
    return f"{format_count(count, 'further note')}: in the run manifest beside this file." if count else ""


def outside(ranks: Sequence[int]) -> str:
    """Say which chosen markets lie outside the picture."""
    return f"Outside this window, by rank: {', '.join(map(str, ranks))}." if ranks else ""


def line(row: Row) -> dict[str, str]:
    """Write the cells of one market in a table."""
    percent, interval = share(row)
    return {
        "rank": _integer(row["rank"]),
        "ranks": f"{_integer(row['rank_low'])} to {_integer(row['rank_high'])}",
        "market": readable(str(row["market"])),
        "country": "" if row["level"] == "country" else readable(str(row["country"])),
        "found": few(row),
        "share": percent,
        "interval": interval,
        "unmet": unmet(row),
        "evidence": str(row["evidence"]),
    }


def share(row: Row) -> tuple[str, str]:
    """Write a saturation and its interval in table cells; a run to be shared hides them where few were found."""
    if _unknown(row["saturation"]):
        return "hidden", "few creators: hidden"
    return (
        f"{_integer(row['saturation'])}%",
        f"{_integer(row['saturation_low'])} to {_integer(row['saturation_high'])}%",
    )


def unmet(row: Row) -> str:
    """Write an unmet audience in a table cell."""
    return "–" if _unknown(row["unmet_audience"]) else short(row["unmet_audience"])  # noqa: RUF001 - nothing known


def few(row: Row) -> str:
    """Write creators against expected in a table cell."""
    return f"{'< 3' if _unknown(row['creators']) else amount(row['creators'])} of {amount(row['expected_creators'])}"


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
