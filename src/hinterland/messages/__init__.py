"""What a list and its ranking say to people, as texts to be rendered; see `hinterland.language` on how to add one."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from hinterland.language import Control, Country, Notice, Text, later, to_two_digits

COVERS = Control("--covers", "The list covers")
COVERS_LISTED = Control("--covers", "The list covers", "listed", "Only the places it names")
LEVEL = Control("--level", "Kind of market")
COUNTRY_LEVEL = Control("--level", "Kind of market", "country", "Countries")
ENCODING = Control("--encoding", "Encoding")
SHEET = Control("--sheet", "Sheet")
ALL_SHEETS = Control("--sheet", "Sheet", "all", "all sheets")
COLUMN_OF_COUNTRY = Control("--column", "Columns", "country=COLUMN", "country", "columns={'country': COLUMN}")
COUNTRY_OF_ALL = Control(
    "--set",
    "The same for the whole list, where no column says it",
    "country=NG",
    "Country",
    "constants={'country': 'NG'}",
)
COLUMN_OF_PLACE = Control(
    "--column", "Columns", "location=COLUMN", "place, any wording", "columns={'location': COLUMN}"
)
COLUMN_OF_HANDLE = Control("--column", "Columns", "handle=COLUMN", "handle", "columns={'handle': COLUMN}")
COLUMN_OF_DAY = Control("--column", "Columns", "added=COLUMN", "day the creator was added", "columns={'added': COLUMN}")
HOME = Control("--home", "Where do you sell today?")
ONLY_COUNTRY = Control("--only-country", "Only these countries", argument="countries")
MIN_POPULATION, MAX_POPULATION = (
    Control("--min-population", "Smallest market"),
    Control("--max-population", "Largest market"),
)
COVARIATES = Control("--covariates", "Traits of countries")
ARRIVALS_SINCE = Control("--arrivals-since", "An earlier list of the same source")
BOUNDARIES, POPULATION = (
    Control("--boundaries", "Own boundaries"),
    Control("--population", "Residents of own boundaries"),
)
LAYER = Control("--layer", "Layer")
BRAND, FORGET = Control("--brand", "Creators the brand works with"), Control("--forget", "People to forget")
ASSUMPTIONS = Control("--assumptions", "Assumptions")
MOST_NAMED = 5
SEVERAL = 2
LEVELS = {
    "city": (later("cities"), later("At city level")),
    "metro": (later("metro areas"), later("At metro level")),
    "region": (later("regions"), later("At region level")),
    "country": (later("countries"), later("At country level")),
}
EVIDENCE = (later("low"), later("medium"), later("high"))


def name_level(level: str) -> Text:
    """Name the markets of a level."""
    return Text(LEVELS[level][0])


def list_names(names: Sequence[object], most: int = MOST_NAMED) -> Text:
    """List the first names, and say how many more there are."""
    rest = len(names) - most
    if rest <= 0:
        return Text("{names}", names=list(names))
    return Text("{names} and {rest} more", names=list(names[:most]), rest=rest)


def name_place(market: str, country: Country | None) -> str | Country:
    """Give where a market is, for `{place:in}`: the country itself where the market is a whole one."""
    return country if country is not None and market == country.name else market


def join_faults(faults: Sequence[Text]) -> Text:
    """Join faults that are all reported at once."""
    return Text("{faults:;}", faults=list(faults))


def no_such_market(market_ids: Sequence[str]) -> Text:
    """Refuse markets that are not in the ranking."""
    return Text(
        "no market {ids!r} in this ranking: take its name, or its market_id, from there",
        ids=list(market_ids),
    )


def is_country(text: str) -> Text:
    """Refuse a country where one market is needed."""
    return Text("{name!r} is a country: name one of its markets, or give an id", name=text)


def which_market(text: str, candidates: Sequence[str], count: int) -> Text:
    """Ask back which of several markets of one name is meant."""
    return Text(
        "{name!r} could be any of {number} markets: {candidates:;}; give the full name of the one you mean, or its id",
        name=text,
        number=count,
        candidates=list(candidates),
    )


def listed_only(markets: int) -> Notice:
    """Word the notice that only named places are compared."""
    return Notice(
        "listed_only",
        "Only the {count} market this list names is looked at; the list says nothing about any other place.",
        "Only the {count} markets this list names are compared with one another; the list says nothing about any other "
        "place.",
        count=markets,
    )


def small_countries(countries: int) -> Notice:
    """Word the notice on countries with few creators."""
    return Notice(
        "small_countries",
        "One country has fewer than 30 creators in this list. We cannot tell whether the list looked there, and its "
        "markets may look fuller than they are. If you know what the list covers, set {covers}.",
        "{count} countries have fewer than 30 creators in this list. We cannot tell whether the list looked there, and "
        "their markets may look fuller than they are. If you know what the list covers, set {covers}.",
        count=countries,
        covers=COVERS,
    )


def steep(beta: float) -> Notice:
    """Word the warning on an implausible size curve."""
    return Notice(
        "steep",
        "This list favours big cities: creators grow with city size to the power {beta:.2f}, more than in any "
        "industry that was studied. The source probably finds creators in big cities more easily. If it names only "
        "chosen cities, set {covers}.",
        beta=beta,
        covers=COVERS_LISTED,
    )


def odd_slope(beta: float, usual: float) -> Notice:
    """Word the warning on a size curve unlike published ones."""
    return Notice(
        "odd_slope",
        "Creators grow with size to the power {beta:.2f} in this list; studies find about {usual:.2f}. The list may "
        "favour places of one size.",
        beta=beta,
        usual=usual,
    )


def chosen_cities(markets: int) -> Notice:
    """Word the notice that a list looks like one of chosen cities."""
    return Notice(
        "chosen_cities",
        "This list names {count} market, far fewer than its creators would spread over: it looks like a list of chosen "
        "cities, so only these are compared. If it looked everywhere, set {covers} to its countries.",
        "This list names {count} markets, far fewer than its creators would spread over: it looks like a list of "
        "chosen cities, so only these are compared. If it looked everywhere, set {covers} to its countries.",
        count=markets,
        covers=COVERS,
    )


def global_refused(reason: str) -> Notice:
    """Word why countries cannot be compared with one another: the list is "named", "capped" or "equal"."""
    code = f"global_refused_{reason}"
    if reason == "capped":
        return Notice(
            code,
            "Nothing is compared with the world: this list cannot show which countries have few creators, because it "
            "was cut at a fixed rank, row count or follower minimum.",
        )
    if reason == "equal":
        return Notice(
            code,
            "Nothing is compared with the world: this list cannot show which countries have few creators, because it "
            "holds equally many creators of most countries.",
        )
    return Notice(
        code,
        "Nothing is compared with the world: this list cannot show which countries have few creators, because it "
        "covers only the places it names. If it looked in whole countries, or everywhere, set {covers}.",
        covers=COVERS,
    )


def held_out(markets: int, coverage: float) -> Notice:
    """Word how well markets are predicted that were left out of the fit."""
    return Notice(
        "held_out",
        "Self-check: each of {count} markets was predicted from the others, and {coverage:%} of them fell into their "
        "90 % range. An error that all markets share cannot be seen this way.",
        count=markets,
        coverage=coverage,
    )


class Verdict(NamedTuple):
    """What the self-check found in a band of sizes: the end of its code, and the sentence."""

    code: str
    sentence: str


VERDICTS = {
    "not predicted": Verdict(
        "not_predicted",
        later("{places} are not ranked: what the other markets predict for them does not come true."),
    ),
    "crowded": Verdict(
        "crowded",
        later("{places} hold {ratio:%} of the creators expected from places of other sizes: they are crowded."),
    ),
    "too few": Verdict(
        "too_few",
        later(
            "{places} hold only {ratio:%} of the creators expected from places of other sizes. The size curve does not "
            "fit them, so they are not ranked."
        ),
    ),
    "too many": Verdict(
        "too_many",
        later(
            "{places} hold {ratio:%} of the creators expected from places of other sizes. The size curve does not fit "
            "them, so they are not ranked."
        ),
    ),
}


def band_failed(band: str, ratio: float, verdict: str) -> Notice:
    """Word what the self-check found in one band of sizes."""
    code, sentence = VERDICTS[verdict]
    return Notice(f"band_{code}", sentence, places=name_band(band), ratio=ratio)


def name_band(band: str) -> Text:
    """Name the places of a band of sizes, as the subject of a sentence; `band` as the self-check names it."""
    edges = [int(edge.replace(",", "")) for edge in re.findall(r"[\d,]+\d", band.replace("1 million", "1,000,000"))]
    if band.startswith("the largest"):
        if edges:
            return Text("The largest places, and all others above {low} people,", low=edges[0])
        return Text("The largest places")
    if len(edges) == SEVERAL:
        return Text("Places of {low} to {high} people", low=edges[0], high=edges[1])
    if band.startswith("below"):
        return Text("Places below {high} people", high=edges[0])
    return Text("Places above {low} people", low=edges[0]) if edges else Text("Places of all sizes")


def beyond_reach(countries: Sequence[Country]) -> Notice:
    """Word the notice that countries are not ranked for what the curve expects in one market."""
    return Notice(
        "beyond_reach",
        "Not judged, because this list holds fewer creators in the whole country than one of its markets should have: "
        "{countries}.",
        countries=list_names(countries),
    )


def boundaries_matter(level: str, beta: float, other_level: str, other_beta: float) -> Notice:
    """Word the warning that the ranking depends on how places are cut."""
    return Notice(
        "boundaries_matter",
        "The result depends on where markets end: creators grow with size to the power {beta:.2f} for {level}, but "
        "{other_beta:.2f} for {other_level}. Look at both before you rely on one.",
        level=name_level(level),
        beta=beta,
        other_level=name_level(other_level),
        other_beta=other_beta,
    )


def bends() -> Notice:
    """Word the warning that the curve bends at its upper end."""
    return Notice(
        "bends",
        "The largest places do not follow the size curve of the others: it was fitted without them, and they are "
        "judged against it.",
    )


def neighbours_alike(moran: float) -> Notice:
    """Word the warning that saturation gathers in regions."""
    return Notice(
        "neighbours_alike",
        "Neighbouring markets are alike (Moran's I {moran:.2f}): whole regions have more or fewer creators together. "
        "Markets are not independent evidence, and the intervals are too narrow.",
        moran=moran,
    )


def country_level_only() -> Notice:
    """Word the notice that only countries can be ranked."""
    return Notice(
        "country_level_only", "The list says nothing finer than a country, so countries are ranked, not cities."
    )


def nothing_finer(level: str) -> Text:
    """Word the refusal of a level the list cannot decide."""
    return Text(
        "the list says nothing finer than a country, so {level} cannot be ranked; set {countries}, or add a column of "
        "cities, locations or coordinates",
        level=name_level(level),
        countries=COUNTRY_LEVEL,
    )


def decidable(markets: float, people: float, level: str) -> Notice:
    """Word the share of markets the list can decide; none of no markets."""
    markets, people = (0.0 if pd.isna(value) else value for value in (markets, people))
    where = Text(LEVELS[level][1])
    if markets == 1:
        return Notice("decidable", "{where} this list can judge all covered markets.", where=where)
    return Notice(
        "decidable",
        "{where} this list can judge {markets:%} of the covered markets, home to {people:%} of their internet users; "
        "the others have too little data and are not ranked.",
        where=where,
        markets=markets,
        people=people,
    )


def nothing_fitted() -> Notice:
    """Word the notice that there were too few creators for any fit."""
    return Notice("nothing_fitted", "Fewer than ten creators could be placed: that is too few to judge any market.")


def same_beyond_chance() -> Notice:
    """Word the notice that k is at its cap."""
    return Notice("no_differences", "Markets differ by no more than chance once size and country are allowed for.")


def count_creators(number: float) -> Text:
    """Word a number of creators."""
    return Text("{count} creator", "{count} creators", count=number)


def count_markets(number: int) -> Text:
    """Word a number of markets."""
    return Text("{count} market", "{count} markets", count=number)


def explain(row: Mapping[Any, Any]) -> Text:
    """Explain one market, a row of a ranking with its `label`, in a sentence."""
    possible = row["possible_creators"]
    found = Text("{name}: {creators}", name=row["label"], creators=count_creators(row["creators"]))
    if pd.notna(possible) and possible >= 1:
        found = Text(
            "{found} ({possible} more may be here: the place they name may be another)", found=found, possible=possible
        )
    return Text(
        "{found}; {usual}; {unmet}; how sure: {evidence}",
        found=found,
        usual=_usual(row["expected_creators"]),
        unmet=_unmet(row["unmet_audience"]),
        evidence=Text(str(row["evidence"])),
    )


def _usual(expected: float) -> Text:
    if pd.isna(expected):
        return Text("how many would be normal is not known")
    return Text("{count} would be normal", count=expected)


def _unmet(people: float) -> Text:
    """Say how many people could newly be reached, in two digits; a fraction of a person is nobody."""
    if pd.isna(people):
        return Text("how many people could newly be reached is not known")
    if people < 1:
        return Text("nobody to be newly reached")
    return Text(
        "about {count} person could newly be reached",
        "about {count} people could newly be reached",
        count=round(to_two_digits(people)),
    )
