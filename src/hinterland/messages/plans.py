"""What shortlists, plans and twin markets say to people."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, isnan
from typing import Any

from hinterland.language import Control, Country, SpokenLanguage, Text, later, to_two_digits
from hinterland.messages import (
    HOME,
    MAX_POPULATION,
    MIN_POPULATION,
    ONLY_COUNTRY,
    count_creators,
    count_markets,
    join_faults,
    name_place,
)

MAX_MARKETS = Control("--max-markets", "Markets, at most")
MIN_CREATORS = Control("--min-creators", "Creators per market, at least")
MAX_CREATORS = Control("--max-creators", "Creators per market, at most")
MUST, NEVER = Control("--must", "Markets that must be in"), Control("--never", "Markets to leave out")
TIME_LIMIT = Control("--time-limit")
MARKET_SHARE, COUNTRY_SHARE = Control("market_share"), Control("country_share")


def plan_line(kind: str, creators: int, name: str, country: Country) -> Text:
    """Say in a line of a plan what to do, in a market of a name and a country."""
    market = name_place(name, country)
    if kind == "creator":
        return Text("approach this creator {market:in}", market=market)
    return Text(
        "recruit {count} creator {market:in}: creators are missing there; the price is the one usual in this list",
        "recruit {count} creators {market:in}: creators are missing there; the price is the one usual in this list",
        count=creators,
        market=market,
    )


def too_few_creators(market: str, available: int, needed: int) -> Text:
    """Say that a market that must be chosen has too few creators."""
    return Text(
        "{market} must be chosen, but {count} creator can be had there and {needed} needed: allow more tiers, name a "
        "tier to recruit, lower {min_creators}, or take it out of {must}",
        "{market} must be chosen, but {count} creators can be had there and {needed} needed: allow more tiers, name a "
        "tier to recruit, lower {min_creators}, or take it out of {must}",
        market=market,
        count=available,
        needed=needed,
        min_creators=MIN_CREATORS,
        must=MUST,
    )


def must_outside(markets: Sequence[str]) -> Text:
    """Refuse markets that must be chosen and that the countries or sizes of the run leave out."""
    return Text(
        "{markets} must be chosen, but the countries or sizes of this run leave it out: change {limits:or}, or take it "
        "out of {must}",
        markets=list(markets),
        limits=[ONLY_COUNTRY, MIN_POPULATION, MAX_POPULATION],
        must=MUST,
    )


def too_many_musts(musts: int, markets: int) -> Text:
    """Say that more markets must be chosen than may be."""
    return Text(
        "{musts} markets must be chosen, but at most {markets} may be: raise {max_markets} to {musts}, or name fewer "
        "markets in {must}",
        musts=musts,
        markets=markets,
        max_markets=MAX_MARKETS,
        must=MUST,
    )


def needs_home(word: str) -> Text:
    """Refuse to choose markets at home or abroad without home countries."""
    return Text("{word}: say first where the brand sells: {home}", word=word, home=HOME)


def no_markets_among(words: Sequence[str]) -> Text:
    """Say that no ranked market is what was asked for."""
    return Text("no ranked market fits {words:and}: choose from others", words=list(words))


def nobody_to_choose(market: str) -> Text:
    """Say that a plan has nobody to take in the first market of the ranking."""
    return Text(
        "{market}, first in the ranking, is not in the plan: the list has nobody there to choose, and nobody is to be "
        "recruited",
        market=market,
    )


def dearer_elsewhere(market: str, there: float, average: float, currency: str) -> Text:
    """Say that people in the first market of the ranking cost more to reach, or that a limit stands against it."""
    if there > average:
        return Text(
            "{market}, first in the ranking, is not in the plan: a person newly reached costs at least {there} "
            "{currency} there, and {average} {currency} in the plan on average",
            market=market,
            there=f"{to_two_digits(there):g}",
            average=f"{to_two_digits(average):g}",
            currency=currency,
        )
    return Text(
        "{market}, first in the ranking, is not in the plan: the money, or a limit on markets or creators, went where "
        "it reaches more people; make it a market that must be in to see what that costs",
        market=market,
    )


def out_of_time(seconds: float) -> Text:
    """Say that no plan was found in the time allowed, which does not mean that there is none."""
    return Text(
        "no plan was found within {seconds} seconds, but there may be one: allow more time ({time_limit}), or loosen a "
        "limit",
        seconds=seconds,
        time_limit=TIME_LIMIT,
    )


CONTROLS: Mapping[str, Control] = {
    "budget": Control("--budget", "Budget"),
    "max_markets": MAX_MARKETS,
    "min_creators": MIN_CREATORS,
    "max_creators": MAX_CREATORS,
    "must": MUST,
    "market_share": MARKET_SHARE,
    "country_share": COUNTRY_SHARE,
    "time_limit": TIME_LIMIT,
}
LOOSER: Mapping[str, str] = {
    "budget": later("raise the budget from {limit} to {needed} {currency}"),
    "max_markets": later("raise {control} from {limit} to {needed}"),
    "min_creators": later("lower {control} from {limit} to {lower}"),
    "max_creators": later("raise {control} from {limit} to {needed}"),
    "must": later("name fewer markets in {control}"),
    "market_share": later("let one market take more of the budget, {needed_share:%} instead of {limit:%} ({control})"),
    "country_share": later(
        "let one country take more of the budget, {needed_share:%} instead of {limit:%} ({control})"
    ),
}


def no_plan(looser: Mapping[str, float | None], limits: Mapping[str, object], currency: str) -> Text:
    """Say which limit to loosen, and how far, when no plan keeps them all; None where time ran out before that."""
    ways = [_loosen(name, excess, limits, currency) for name, excess in looser.items() if excess is not None]
    undecided = [CONTROLS[name] for name, excess in looser.items() if excess is None]
    if ways:
        return Text("no plan keeps every limit: {ways:or}", ways=ways)
    if undecided:
        return Text(
            "no plan keeps every limit; which to loosen could not be found in time, try {limits:or}", limits=undecided
        )
    return Text("no plan keeps every limit: loosen several limits at once, because no single one is enough")


def _loosen(name: str, excess: float, limits: Mapping[str, object], currency: str) -> Text:
    limit, budget = limits[name], limits["budget"]
    if not isinstance(limit, int | float) or not isinstance(budget, int | float):
        return Text(LOOSER[name], control=CONTROLS[name])
    needed, is_integer = limit + excess, name in {"max_markets", "min_creators", "max_creators", "budget"}
    return Text(
        LOOSER[name],
        control=CONTROLS[name],
        limit=limit,
        needed=ceil(needed - 1e-6) if is_integer else needed,
        lower=floor(limit - excess + 1e-6),
        needed_share=ceil(100 * (limit + excess / budget) - 1e-6) / 100,
        currency=currency,
    )


CREATOR_TRAITS: Mapping[str, tuple[str, str, str]] = {
    "niche": (
        later("similar niches of creators"),
        later("somewhat different niches of creators"),
        later("different niches of creators"),
    ),
    "platform": (
        later("similar platforms of creators"),
        later("somewhat different platforms of creators"),
        later("different platforms of creators"),
    ),
    "tier": (
        later("similar sizes of creators"),
        later("somewhat different sizes of creators"),
        later("different sizes of creators"),
    ),
}
ALIKE_BELOW, UNLIKE_FROM = 0.5, 1.0
MOST_LANGUAGES = 3


def twin(market: Mapping[str, object], candidate: Mapping[str, object], parts: Mapping[str, float]) -> Text:
    """Explain how alike a market and a candidate are; `parts` of their distance decide what is called alike."""
    creators = [
        Text(degrees[(parts[name] >= ALIKE_BELOW) + (parts[name] >= UNLIKE_FROM)])
        for name, degrees in CREATOR_TRAITS.items()
    ]
    return join_faults(
        [
            _compare_size(market, candidate),
            _compare_income(market, candidate),
            _compare_language(market, candidate, parts["language"]),
            _compare_region(market, candidate),
            *creators,
        ]
    )


def _compare_size(market: Mapping[str, object], candidate: Mapping[str, object]) -> Text:
    people, against = float(str(candidate["internet_users"])), float(str(market["internet_users"]))
    if not (people > 0 and against > 0):
        return Text("internet users unknown")
    return Text(
        "{people} internet users against {against} ({difference})",
        people=round(people),
        against=round(against),
        difference=_more_or_less(people / against),
    )


def _compare_income(market: Mapping[str, object], candidate: Mapping[str, object]) -> Text:
    if market["country_code"] == candidate["country_code"]:
        return Text("income of the same country")
    ratio = float(str(candidate["gdp_per_head_ppp"])) / float(str(market["gdp_per_head_ppp"]))
    if isnan(ratio):
        return Text("income unknown")
    return Text("income per head {difference}", difference=_more_or_less(ratio))


def _compare_language(market: Mapping[str, object], candidate: Mapping[str, object], part: float) -> Text:
    theirs = str(candidate["languages"]).split(";")
    common = [SpokenLanguage(code) for code in str(market["languages"]).split(";") if code in theirs]
    if not common:
        return Text("no language in common")
    if part == 0:
        return Text("same languages: {names}", names=common[:MOST_LANGUAGES])
    return Text("languages in common: {names}", names=common[:MOST_LANGUAGES])


def _compare_region(market: Mapping[str, object], candidate: Mapping[str, object]) -> Text:
    if market["country_code"] == candidate["country_code"]:
        return Text("same country")
    return Text("same continent") if market["continent"] == candidate["continent"] else Text("another continent")


def _more_or_less(ratio: float) -> Text:
    share = round(ratio - 1, 2)
    if share == 0:
        return Text("the same")
    return Text("{share:%} more", share=share) if share > 0 else Text("{share:%} less", share=-share)


def selection_finding(under: int, ranked: int, wrong: float) -> Text:
    """Word how many markets of a selection are under-served, of those that could be ranked, and how sure that is."""
    if not ranked:
        return Text("None of the markets chosen has enough creators to be ranked.")
    if not under:
        return Text("None of the markets chosen clearly has fewer creators than is normal for a place like it.")
    return Text(
        "{under} of {count} ranked market chosen has fewer creators than is normal for a place like it. Such a call is "
        "a false alarm in about {wrong:%} of cases, more if populations or places are wrong.",
        "{under} of {count} ranked markets chosen have fewer creators than is normal for places like them. About "
        "{wrong:%} of such calls may be false alarms, more if populations or places are wrong.",
        under=under,
        count=ranked,
        wrong=wrong,
    )


def plan_heading(budget: float, currency: str) -> Text:
    """Head the pages of a plan."""
    return Text("What {budget} {currency} buys", budget=round(budget), currency=currency)


def plan_finding(
    kinds: Mapping[str, int], markets: int, people: float, *, fees: tuple[float, float], currency: str
) -> Text:
    """Word in a sentence or two what a plan buys, and how sure that is.

    Parameters
    ----------
    kinds
        How many creators there are to approach ("creator"), and how many to find ("recruit").
    people
        People newly reached.
    fees
        What it costs if every fee is at its low end, and at its high end.
    """
    recruits = Text("{count} recruit", "{count} recruits", count=kinds.get("recruit", 0))
    creators = count_creators(kinds.get("creator", 0))
    people = people if isnan(people) else round(to_two_digits(people))
    return Text(
        "{hired:and} in {markets} newly reach about {people} people, for fees between {low} and {high} {currency}. "
        "People reached are an expectation over what may be true, not a promise.",
        hired=[creators] * ("creator" in kinds) + [recruits] * ("recruit" in kinds),
        markets=count_markets(markets),
        people=people,
        low=round(to_two_digits(fees[0])),
        high=round(to_two_digits(fees[1])),
        currency=currency,
    )


def more_of_plan(count: int) -> Text:
    """Say how many markets of a plan or a shortlist a page has no room for."""
    return Text(
        "{count} more market has no room here: the workbook lists it.",
        "{count} more markets have no room here: the workbook lists them.",
        count=count,
    )


def plan_made(plan: Mapping[str, Any]) -> list[Text]:
    """Say what a plan buys, what it costs, how good it is, and where more money buys less."""
    currency, budget = plan["scenario"]["currency"], round(plan["scenario"]["budget"])
    if not plan["markets"]:
        return [
            Text(
                "no creator or recruit fits into {budget} {currency} and the other limits: the plan is empty",
                budget=budget,
                currency=currency,
            )
        ]
    knee, recruits = plan["knee"], Text("{count} recruit", "{count} recruits", count=plan["recruits"])
    people = plan["people"] if isnan(plan["people"]) else round(to_two_digits(plan["people"]))
    lines = [
        Text(
            "{hired:and} in {markets} for {cost} {currency} (fees at their low end {low}, at their high end {high})",
            hired=[count_creators(plan["creators"])] * (plan["creators"] > 0) + [recruits] * (plan["recruits"] > 0),
            markets=count_markets(plan["markets"]),
            cost=round(plan["cost"]),
            currency=currency,
            low=round(plan["cost_low"]),
            high=round(plan["cost_high"]),
        ),
        Text(
            "about {people} people newly reached, if audiences overlap only by chance; this is within {gap:.1%} of the "
            "best possible plan",
            people=people,
            gap=max(plan["gap"], 0.001),
        ),
    ]
    if knee:
        lines.append(
            Text("above {knee} {currency} each extra sum reaches fewer people", knee=round(knee), currency=currency)
        )
    return lines
