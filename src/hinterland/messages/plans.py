"""What plans and twin markets say to people."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, isnan
from typing import Any

from hinterland.messages import format_count, to_two_digits


def plan_line(kind: str, creators: int, market: str) -> str:
    """Say in a line of a plan what to do."""
    if kind == "creator":
        return f"approach this creator in {market}"
    return (
        f"recruit {format_count(creators, 'creator')} in {market}: creators are missing there; "
        "priced like this list's others"
    )


def too_few_creators(market: str, available: int, needed: int) -> str:
    """Say that a market that must be chosen has too few creators."""
    return (
        f"{market} must be chosen, but {format_count(available, 'creator')} can be had there and {needed:,} needed: "
        "allow more tiers, name a tier to recruit, lower min_creators, or take it out of must"
    )


def must_outside(markets: Sequence[str]) -> str:
    """Refuse markets that must be chosen and that the countries or sizes of the run leave out."""
    return (
        f"{', '.join(markets)} must be chosen, but the countries or sizes of this run leave it out: "
        "change --only-country, --min-population or --max-population, or take it out of must"
    )


def too_many_musts(musts: int, markets: int) -> str:
    """Say that more markets must be chosen than may be."""
    return (
        f"{musts:,} markets must be chosen, but at most {markets:,} may be: allow {musts:,} markets instead of "
        f"{markets:,} (max_markets), or name fewer markets in must"
    )


def needs_home(word: str) -> str:
    """Refuse to choose markets at home or abroad without home countries."""
    return f"{word}: say where the brand sells first, such as --home US,Canada (home in Python)"


def no_markets_among(words: Sequence[str]) -> str:
    """Say that no ranked market is what was asked for."""
    return f"no ranked market is {' and '.join(words)}: choose from others, or leave it out"


def nobody_to_choose(market: str) -> str:
    """Say that a plan has nobody to take in the first market of the ranking."""
    return (
        f"{market}, first in the ranking, is not in the plan: the list has nobody there to choose, and nobody is to be "
        "recruited"
    )


def dearer_elsewhere(market: str, there: float, average: float, currency: str) -> str:
    """Say that people in the first market of the ranking cost more to reach, or that a limit stands against it."""
    if there > average:
        return (
            f"{market}, first in the ranking, is not in the plan: a person newly reached costs at least "
            f"{to_two_digits(there):g} {currency} there, {to_two_digits(average):g} in the plan on average"
        )
    return (
        f"{market}, first in the ranking, is not in the plan: the money, or a limit on markets or creators, went "
        "where it reaches more people; name it as a market that must be in to see what that costs"
    )


def out_of_time(seconds: float) -> str:
    """Say that no plan was found in the time allowed, which does not mean that there is none."""
    return (
        f"no plan was found within {seconds:g} seconds, and none was ruled out: allow more time (time_limit), "
        "or loosen a limit"
    )


LOOSER: Mapping[str, str] = {
    "budget": "raise the budget from {limit:,.0f} to {needed:,.0f} {currency}",
    "max_markets": "allow {needed:,.0f} markets instead of {limit:,.0f} (max_markets)",
    "min_creators": "lower min_creators from {limit:,.0f} to {lower:,.0f}",
    "max_creators": "raise max_creators from {limit:,.0f} to {needed:,.0f}",
    "must": "name fewer markets in must",
    "market_share": "let one market take more of the budget (market_share above {limit:.0%}): {needed_share:.0%}",
    "country_share": "let one country take more of the budget (country_share above {limit:.0%}): {needed_share:.0%}",
}


def no_plan(looser: Mapping[str, float | None], limits: Mapping[str, object], currency: str) -> str:
    """Say which limit to loosen, and how far, when no plan keeps them all; None where time ran out before that."""
    ways = [_loosen(name, excess, limits, currency) for name, excess in looser.items() if excess is not None]
    undecided = [name for name, excess in looser.items() if excess is None]
    if undecided and not ways:
        return f"no plan keeps every limit; which to loosen could not be found in time, try {' or '.join(undecided)}"
    either = ", or ".join(ways) or "loosen several limits at once: no single one is enough"
    return f"no plan keeps every limit: {either}"


def _loosen(name: str, excess: float, limits: Mapping[str, object], currency: str) -> str:
    limit, budget = limits[name], limits["budget"]
    if not isinstance(limit, int | float) or not isinstance(budget, int | float):
        return LOOSER[name]
    needed, is_integer = limit + excess, name in {"max_markets", "min_creators", "max_creators", "budget"}
    return LOOSER[name].format(
        limit=limit,
        needed=ceil(needed - 1e-6) if is_integer else needed,
        lower=floor(limit - excess + 1e-6),
        needed_share=ceil(100 * (limit + excess / budget) - 1e-6) / 100,
        currency=currency,
    )


CREATOR_TRAITS: Mapping[str, str] = {
    "niche": "niches of creators",
    "platform": "platforms of creators",
    "tier": "sizes of creators",
}
ALIKE_BELOW, UNLIKE_FROM = 0.5, 1.0


def twin(market: Mapping[str, object], candidate: Mapping[str, object], parts: Mapping[str, float]) -> str:
    """Explain how alike a market and a candidate are; `parts` of their distance decide what is called alike."""
    ground = [
        _compare_size(market, candidate),
        _compare_income(market, candidate),
        _compare_language(market, candidate, parts["language"]),
    ]
    creators = []
    for name, kind in CREATOR_TRAITS.items():
        part = parts[name]
        degree = "similar" if part < ALIKE_BELOW else "somewhat different" if part < UNLIKE_FROM else "different"
        creators.append(f"{degree} {kind}")
    return "; ".join([*ground, _compare_region(market, candidate), *creators])


def _compare_size(market: Mapping[str, object], candidate: Mapping[str, object]) -> str:
    people, against = float(str(candidate["internet_users"])), float(str(market["internet_users"]))
    if not (people > 0 and against > 0):
        return "internet users unknown"
    return f"{people:,.0f} internet users against {against:,.0f} ({_more_or_less(people / against)})"


def _compare_income(market: Mapping[str, object], candidate: Mapping[str, object]) -> str:
    if market["country_code"] == candidate["country_code"]:
        return "income of the same country"
    ratio = float(str(candidate["gdp_per_head_ppp"])) / float(str(market["gdp_per_head_ppp"]))
    return "income unknown" if isnan(ratio) else f"income per head {_more_or_less(ratio)}"


def _compare_language(market: Mapping[str, object], candidate: Mapping[str, object], part: float) -> str:
    from babel import Locale  # noqa: PLC0415 - a ranking is worded without it

    names, theirs = Locale("en").languages, str(candidate["languages"]).split(";")
    common = [str(names.get(code, code)) for code in str(market["languages"]).split(";") if code in theirs]
    if not common:
        return "no language in common"
    return f"{'same languages' if part == 0 else 'languages in common'}: {', '.join(common[:3])}"


def _compare_region(market: Mapping[str, object], candidate: Mapping[str, object]) -> str:
    if market["country_code"] == candidate["country_code"]:
        return "same country"
    return "same continent" if market["continent"] == candidate["continent"] else "another continent"


def _more_or_less(ratio: float) -> str:
    percent = round(100 * (ratio - 1))
    return "the same" if percent == 0 else f"{abs(percent):,} % {'more' if percent > 0 else 'less'}"


def plan_made(plan: Mapping[str, Any]) -> list[str]:
    """Say what a plan buys, what it costs, how good it is, and where more money buys less."""
    currency, budget = plan["scenario"]["currency"], plan["scenario"]["budget"]
    if not plan["markets"]:
        return [f"no creator or recruit fits into {budget:,.0f} {currency} and the other limits: the plan is empty"]
    hired = [format_count(plan["creators"], "creator"), format_count(plan["recruits"], "recruit")]
    knee, reached = plan["knee"], plan["people"]
    people = "an unknown number of" if isnan(reached) else f"{to_two_digits(reached):,.0f}"
    return [
        (
            f"{' and '.join(part for part in hired if not part.startswith('no '))} in "
            f"{format_count(plan['markets'], 'market')} for {plan['cost']:,.0f} {currency} "
            f"(fees at their low end {plan['cost_low']:,.0f}, at their high end {plan['cost_high']:,.0f})"
        ),
        (
            f"about {people} people newly reached, if audiences overlap only by chance; "
            f"the best plan there is reaches at most {max(plan['gap'], 0.001):.1%} more"
        ),
        *filter(None, [plan["first_market"]]),
        *([f"beyond about {knee:,.0f} {currency} more money reaches fewer people than on average"] if knee else []),
    ]
