"""What the choices of a run do to its model, and what the model says of the list it was fitted to."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hinterland.config import Benchmark
from hinterland.language import Control, Country, Notice, Text, later
from hinterland.messages import ASSUMPTIONS, COVARIATES, COVERS, list_names, name_level

BENCHMARK_NAMES: dict[Benchmark, str] = {"national": later("For its country"), "global": later("Worldwide")}
TRAITS = {
    "income": later("income"),
    "urban_share": later("share of townspeople"),
    "age": later("median age"),
    "language_reach": later("reach of its language"),
}


TRUST = {
    "passed": later(
        "Trust: good. The list passes its self-check. It can judge places that are home to {judged:%} of the internet "
        "users where it looked."
    ),
    "part": later(
        "Trust: with care. The list passes its self-check, but the places it can judge are home to only {judged:%} of "
        "the internet users where it looked."
    ),
    "ranges": later(
        "Trust: with care. In the self-check more or fewer markets than meant lie outside their range: do not rely on "
        "close calls."
    ),
    "short": later("Trust: with care. The list has too few creators to check itself."),
    "sizes": later("Trust: with care. Places of some sizes fail the self-check and are left out of the ranking."),
    "unjudged": later("Trust: none. The list cannot judge any market."),
}


class Trust(NamedTuple):
    """How far a list can be relied on: good, care or none; the verdict in a sentence, and the self-check behind it."""

    level: str
    verdict: Text
    check: Text


def trust(reason: str, judged: float, check: Text) -> Trust:
    """Word how far a list can be relied on, by the reason the self-check gives; `judged` is a share of people."""
    level = {"passed": "good", "unjudged": "none"}.get(reason, "care")
    return Trust(level, Text(TRUST[reason], judged=judged), check)


def spilled(how: str) -> Notice:
    """Word what spill-over does."""
    return Notice(
        "spill_over",
        "Audiences spill over ({how}): creators count where their audiences are likely to live, the smaller the "
        "creator the closer to home. Distances are assumed, and neighbours share creators, so their results are not "
        "independent. Intervals are too wide if audiences do spill over, and too narrow if they do not.",
        how=how,
    )


def covariate(name: str, effect: tuple[float, float, float]) -> Notice:
    """Word what a trait of countries does; `effect` is a factor per standard deviation, and its interval."""
    times, low, high = effect
    return Notice(
        f"covariate_{name}",
        "The global benchmark compares each country with countries like it in {trait}: one standard deviation more "
        "goes with {times:.2f} times the creators ({low:.2f} to {high:.2f}); an association, not a cause.",
        trait=Text(TRAITS[name]),
        times=times,
        low=low,
        high=high,
    )


def covariates_need_cities() -> Text:
    """Word the refusal of covariates at the country level."""
    return Text(
        "covariates say what is typical of a country, for cities, metro areas and regions compared with the world; "
        "countries are compared as they are: leave {covariates} out",
        covariates=COVARIATES,
    )


def no_country(option: Control, unknown: Mapping[str, Sequence[str]]) -> Text:
    """Refuse what no country is called; each with the countries called nearly so."""
    names = [
        Text("{name!r} (did you mean {near:or}?)", name=name, near=list(near)) if near else Text("{name!r}", name=name)
        for name, near in unknown.items()
    ]
    return Text(
        "{option}: no country is called {names}; write names or two-letter codes, such as Germany or DE",
        option=option,
        names=names,
    )


def nothing_ranked(uncovered: int, undecided: int) -> Notice:
    """Word that no market of the countries and sizes of a run could be ranked, and why."""
    if not uncovered + undecided:
        return Notice("nothing_ranked", "Nothing is ranked: there is no market of these countries and sizes.")
    return Notice(
        "nothing_ranked",
        "Nothing is ranked: of the {count} market of these countries and sizes, this list does not cover {uncovered}, "
        "and {undecided} have too few creators to say.",
        "Nothing is ranked: of the {count} markets of these countries and sizes, this list does not cover {uncovered}, "
        "and {undecided} have too few creators to say.",
        count=uncovered + undecided,
        uncovered=uncovered,
        undecided=undecided,
    )


def platform_reach(platforms: Sequence[str], countries: int, blocked: Sequence[Country]) -> Notice:
    """Word whom the platforms of a list, most frequent first, reach: for `countries` their reach is on record."""
    names = list_names(platforms)
    reach = Text(
        "Only people online whom {platforms} reach count as an audience. The reach is on record for one country; "
        "elsewhere all people online count.",
        "Only people online whom {platforms} reach count as an audience. The reach is on record for {count} countries; "
        "elsewhere all people online count.",
        platforms=names,
        count=countries,
    )
    if not countries:
        reach = Text(
            "How many people {platforms} reach is not on record: all people online count as an audience.",
            platforms=names,
        )
    if not blocked:
        return Notice("platform_reach", "{reach}", reach=reach)
    return Notice(
        "platform_reach",
        "{reach} Not covered, because it is blocked or not offered there: {countries}.",
        reach=reach,
        countries=list_names(blocked),
    )


def nothing_covered(level: str, platforms: Sequence[str], blocked: Sequence[Country]) -> Text:
    """Word the refusal of a list that covers no market."""
    if not blocked:
        return Text("this list covers none of the {level} of the bundled geography", level=name_level(level))
    return Text(
        "this list covers none of the {level} of the bundled geography; {platforms} is blocked or not offered in "
        "{countries}",
        level=name_level(level),
        platforms=list_names(platforms),
        countries=list_names(blocked),
    )


def covers_blocked(covers: str, blocked: Sequence[Country]) -> Text:
    """Word the refusal of countries where the list's platforms reach nobody."""
    return Text(
        "{control} {covers}: the platforms of this list are blocked or not offered in {countries}; leave it out, or "
        "write in {assumptions} whom they reach there, as in {example}",
        assumptions=ASSUMPTIONS,
        control=COVERS,
        covers=covers,
        countries=list_names(blocked),
        example="platform_reach = { 'RU instagram' = 0.3 }",
    )


STEPS = """\
1. **Demand.** A market's people who use the internet: residents times the country's share of internet users.
2. **Supply.** Your creators, placed in markets. A creator in two places counts half in each, one whose place may be one
   of several (Washington, the state or the city) in each by its probability; where the list itself says where an
   audience lives, the creator counts there.
3. **What is normal.** Creators grow with size, not in proportion to it. The program fits that curve on all covered
   markets, including those with no creator at all, lets every country have its own level and slope, and keeps the
   largest cities out of the curve that judges them. Where whole regions hold more or fewer creators, the markets around
   a market count too. A list that names only a few chosen cities is compared among these, or not at all.
4. **How unusual.** A town with one creator where two are normal tells nothing; a city with 40 where 100 are normal
   does. Every market gets an interval that says which it is (a Gamma-Poisson model, the one used for disease maps).
   Populations are not known exactly either: a market is called only if that could not be the whole reason.
   **Self-check.** Every run leaves markets out, predicts them from the others and counts how many fall into their
   range. Sizes and countries the list does not predict are not ranked.
5. **Room.** The people the missing creators would reach whom the list's own creators do not reach already, limited by
   the people there."""

EVEN_TOWNS = """\
All of these made-up towns truly have the same creators per head. The small ones look empty or crowded by chance alone:
whoever sorts by creators per head finds them first."""

SAME_SHARE = """\
Each of these markets has half of the creators expected. What that proves depends on how many are expected: the bar
holds the truth nine times in ten."""

LIMITS = """\
**Limits.** Followers are not residents. A vendor's list that finds creators more easily in big cities makes small ones
look empty. City populations are estimates of different years, and some boundaries are modelled (`boundary_kind`
says which). Results are where to look first, not a verdict about any creator or place."""


def misplaced(share: float) -> Notice:
    """Word the warning that many creators may live elsewhere than they are counted."""
    return Notice(
        "misplaced",
        "About {share:%} of the creators may live elsewhere than they are counted, because several places bear the "
        "name they give. Markets look more alike than they are, and fewer than nine of ten 90 % ranges hold the truth.",
        share=share,
    )


def not_comparable(markets: int) -> Notice:
    """Word the result that markets cannot be compared."""
    return Notice(
        "not_comparable",
        "This list cannot compare markets: it names only {count} place and says nothing about others. It can show what "
        "it holds. To rank markets, it must have looked in at least eight places, or in whole countries.",
        "This list cannot compare markets: it names only {count} places and says nothing about others. It can show "
        "what it holds. To rank markets, it must have looked in at least eight places, or in whole countries.",
        count=markets,
    )


def listed_by_quota() -> Notice:
    """Word the result that a list holds as many creators of small places as of large ones."""
    return Notice(
        "listed_by_quota",
        "This list cannot compare markets: it holds nearly as many creators of small places as of large ones, as if it "
        "had been cut at the same number for each place. It can show what it holds. A list without such a limit can be "
        "ranked; if only its countries were cut, its cities may be.",
    )


def calls_that_hold(calls: int, exact: int) -> Notice:
    """Word the price of populations that may be wrong."""
    return Notice(
        "population_error",
        "{count} market is called under-served or over-saturated. If every population were known exactly, it would be "
        "{exact}: the others may differ only because populations are estimates.",
        "{count} markets are called under-served or over-saturated. If every population were known exactly, it would "
        "be {exact}: the others may differ only because populations are estimates.",
        count=calls,
        exact=exact,
    )


def summarise_changes(one_side: int, both: int, changed: int, disjoint: int) -> Text:
    """Sum up how far two rankings differ, and how much of that the intervals bear out."""
    return Text(
        "{both} markets can be judged on both sides. In {changed} of them the verdict differs, and in {disjoint} the "
        "two intervals do not overlap. Where they overlap, the difference may be chance. {one_side} more markets can "
        "be judged on one side only.",
        both=both,
        changed=changed,
        disjoint=disjoint,
        one_side=one_side,
    )


# what a run counts and fits, as its manifest and --json name it
FIGURES = {
    "rows_in": later("rows read"),
    "used": later("rows used"),
    "rejected": later("rows rejected"),
    "merged": later("duplicates merged"),
    "creators_in": later("creators read"),
    "creators_placed": later("creators placed"),
    "outside_segment": later("creators outside the chosen segment"),
    "coordinates": later("located by coordinates"),
    "columns": later("located by columns"),
    "text": later("located by text"),
    "country_only": later("located by country only"),
    "nowhere": later("not located"),
    "beta": later("size exponent"),
    "beta_se": later("size exponent, standard error"),
    "beta_check": later("size exponent, by another method"),
    "k": later("dispersion k"),
    "k_se": later("dispersion k, standard error"),
    "sigma": later("spread between countries"),
}
