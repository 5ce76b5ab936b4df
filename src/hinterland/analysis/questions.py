"""What to do about it: a plan for a budget, the markets most like one that works, and what names stand for."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from hinterland import reference
from hinterland.analysis.creators import find_people
from hinterland.analysis.inputs import geocode_table
from hinterland.config import DOMESTIC, INTERNATIONAL, SMALLER
from hinterland.errors import InputError, SettingsError, UnknownNameError
from hinterland.geocode.aliases import alpha_3_codes, country_keys
from hinterland.geocode.normalize import fold_names
from hinterland.language import IN_ENGLISH, Control, Language
from hinterland.messages import COVERS, HOME, ONLY_COUNTRY, is_country, no_such_market, which_market
from hinterland.messages import creators as creator_messages
from hinterland.messages import model as model_messages
from hinterland.messages import plans as plan_messages
from hinterland.pipeline.creators import count_mix
from hinterland.planning import Plan, Scenario, draw_curve, make_plan
from hinterland.ranking import is_shown
from hinterland.similar_markets import WEIGHTS, explain_twins, find_twins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hinterland.analysis.inputs import AnalyzedList
    from hinterland.config import Settings
    from hinterland.language import Notice
    from hinterland.pipeline.creators import People


Found = TypeVar("Found")
COVARIATES = ["gdp_per_head_ppp", "languages", "continent"]
AS_EXPECTED = 100.0
WHO = ["market", "region", "country", "country_code", "population", "internet_users"]
HOW_FULL = [
    *("creators", "expected_creators", "saturation", "class", "missing_creators", "unmet_audience", "rank", "evidence"),
]


def plan_budget(
    analysis: AnalyzedList,
    scenario: Scenario,
    *,
    curve: bool = False,
    people: People | None = None,
    language: Language = IN_ENGLISH,
) -> tuple[Plan, pd.DataFrame | None]:
    """Plan a budget on an analysed list; with `curve`, also what other budgets would reach.

    `people` are those `find_people` finds, if they are known already; lines say why in `language`. The plan counts on
    what is likely to be there: the doubt about each market is part of it. Reach rates are those of the assumptions,
    unless the scenario has others.

    Returns
    -------
    The plan, money in the currency of the scenario; and with `curve` the table of `other_budgets`, else None.

    Raises
    ------
    HinterlandError
        When the list has no creators to choose from, or no plan keeps every limit.
    """
    if analysis.findings.comparison_refusal:
        raise InputError(analysis.findings.comparison_refusal)
    people = people or find_people(analysis)
    scenario = _name_markets(analysis, scenario)
    run_scenario, dispersion = _within_run(analysis, scenario), analysis.findings.model["k"]
    offers, shares = _willing(people)
    ranking = analysis.ranking.assign(market=analysis.ranking["label"])
    plan = make_plan(offers, shares, ranking, scenario=run_scenario, dispersion=dispersion, language=language)
    # the scenario as it was given: markets outside the run are no wish of the user's
    result = replace(plan, scenario=run_scenario.model_copy(update={"never": scenario.never}))
    return result, other_budgets(analysis, scenario, people) if curve else None


def other_budgets(analysis: AnalyzedList, scenario: Scenario, people: People) -> pd.DataFrame:
    """Say what other budgets, up to twice the one asked for, would reach: budget, cost, people, knee.

    Returns
    -------
    One row per budget that allows a plan: budget and cost in the currency of the scenario, people newly reached, knee
    (see `planning.find_knee`).

    Raises
    ------
    HinterlandError
        For markets nobody knows, or several do, and for tiers and currencies the list does not know.
    """
    scenario = _name_markets(analysis, scenario)
    run_scenario, dispersion = _within_run(analysis, scenario), analysis.findings.model["k"]
    offers, shares = _willing(people)
    return draw_curve(offers, shares, analysis.ranking, scenario=run_scenario, dispersion=dispersion)


def contact_notices(people: People) -> tuple[Notice, ...]:
    """Say how many creators no plan counts on, because they refuse to be contacted."""
    refused = len(people.offers) - len(_willing(people)[0])
    return (creator_messages.contact_refused(refused),) if refused else ()


def _willing(people: People) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the offers and the audience shares of those who may be contacted."""
    if "do_not_contact" not in people.creators:
        return people.offers, people.shares
    refused = people.creators.index[people.creators["do_not_contact"] == "yes"]
    in_shares = people.shares.index.get_level_values("creator_id").isin(refused)
    return people.offers.drop(refused), people.shares.loc[~in_shares]


# what a plan can choose from, beside markets by name
SMALLER_WORD, ABROAD_WORD, HOME_WORD = "smaller", "abroad", "home"
SCOPES = {ABROAD_WORD: INTERNATIONAL, HOME_WORD: DOMESTIC}


def choose_markets(analysis: AnalyzedList, words: Sequence[str], *, ranked: bool = False) -> tuple[str, ...]:
    """List the markets that words stand for: ids and names, and those of countries, `smaller`, `abroad` and `home`.

    Countries and the three words narrow each other: `smaller` and `Germany` are the smaller markets of Germany. With
    `ranked` only ranked markets, and those named.

    Raises
    ------
    SettingsError
        For `abroad` or `home` without home countries, and for words that leave no market.
    UnknownNameError
        For what no market or country is called, and for names of several markets.
    """
    ranking = analysis.ranking
    if all(word in ranking.index for word in words):
        return tuple(dict.fromkeys(words))
    kinds = [word for word in words if word.casefold() in (SMALLER_WORD, *SCOPES)]
    countries, named = {}, []
    for text, ids in _read_markets(analysis, [word for word in words if word not in kinds]):
        if code := _country_in(ranking, text):
            countries[text] = code
        else:
            named.append(_one_market(analysis, text, ids))
    if kinds or countries:
        codes = ranking["country_code"]
        fits = codes.isin(list(countries.values()) or codes) & (ranking["rank"].notna() | (not ranked))
        fits &= _mark_kinds(analysis, kinds)
        if not fits.any():
            raise SettingsError(plan_messages.no_markets_among([*kinds, *countries]))
        named = [*ranking.index[fits], *named]
    return tuple(dict.fromkeys(named))


def _mark_kinds(analysis: AnalyzedList, kinds: Sequence[str]) -> pd.Series[bool]:
    """Mark the markets that are of all kinds."""
    ranking = analysis.ranking
    fits = pd.Series(data=True, index=ranking.index)
    for kind in map(str.casefold, kinds):
        if kind == SMALLER_WORD:
            fits &= ranking["size_band"] == SMALLER
        elif not analysis.findings.settings.home:
            raise SettingsError(plan_messages.needs_home(kind))
        else:
            fits &= ranking["scope"] == SCOPES[kind]
    return fits


def find_markets(analysis: AnalyzedList, texts: Sequence[str]) -> tuple[str, ...]:
    """Find the markets of an analysis by id or by name; a name that was parted at its commas is put together.

    Raises
    ------
    UnknownNameError
        For what no market is called, for countries, and, with the candidates, for names of several.
    """
    ranking = analysis.ranking
    if all(text in ranking.index for text in texts):
        return tuple(dict.fromkeys(texts))
    found: list[str] = []
    for text, ids in _read_markets(analysis, texts):
        code = _country_in(ranking, text)
        if code and not ranking["country_code"].loc[ids].eq(code).any():
            raise UnknownNameError(is_country(text))
        found.append(_one_market(analysis, text, ids))
    return tuple(dict.fromkeys(found))


def _read_markets(analysis: AnalyzedList, texts: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Put names together that were parted at their commas; give each with the markets that bear it."""
    names = _market_names(analysis.ranking)
    return _read([text.strip() for text in texts if text.strip()], lambda text: _ids(analysis, names, text))


def _country_in(ranking: pd.DataFrame, text: str) -> str | None:
    """Find the country of a name if the ranking has markets there."""
    code = None if text in ranking.index else _code(text)
    return code if code in set(ranking["country_code"]) else None


def _one_market(analysis: AnalyzedList, text: str, ids: list[str]) -> str:
    candidates = ids or _gazetteer_ids(analysis, text)
    if not candidates:
        raise UnknownNameError(no_such_market([text]))
    if len(candidates) > 1:
        labels = analysis.ranking.loc[candidates].sort_values("population", ascending=False)
        places = labels["label"] + ", " + labels["country"]
        few = [f"{place} ({market})" for market, place in places.head(CANDIDATES).items()]
        raise UnknownNameError(which_market(text, few, len(candidates)))
    return candidates[0]


def _market_names(ranking: pd.DataFrame) -> pd.Series[str]:
    """List what each market may be called, folded: its name, also with region, country or code; market_id by name."""
    market, label = ranking["market"], ranking["label"]
    forms = [market, label, *(market + ", " + ranking[name] for name in ("region", "country", "country_code"))]
    forms.append(label + ", " + ranking["country"])
    names = pd.concat(forms).dropna()
    return pd.Series(names.index, pd.Index(fold_names(names.tolist())), dtype="str")


def _ids(analysis: AnalyzedList, names: pd.Series[str], text: str) -> list[str]:
    if text in analysis.ranking.index:
        return [text]
    return list(dict.fromkeys(names.loc[names.index == fold_names([text])[0]]))


def _gazetteer_ids(analysis: AnalyzedList, text: str) -> list[str]:
    """Find the market of a place by any other name it has."""
    column = f"market_{analysis.findings.level}"
    if analysis.custom_markets or ":" in text or column not in ("market_city", "market_metro"):
        return []
    market = geocode_table(pd.DataFrame({"text": [text]}), "text")[column].iloc[0]
    return [str(market)] if market in analysis.ranking.index else []


def _name_markets(analysis: AnalyzedList, scenario: Scenario) -> Scenario:
    """Turn names of markets in a scenario into ids."""
    ids = {
        "must": find_markets(analysis, scenario.must),
        "never": choose_markets(analysis, scenario.never),
        "only": choose_markets(analysis, scenario.only, ranked=True),
    }
    return Scenario(**scenario.model_dump() | ids)


def _within_run(analysis: AnalyzedList, scenario: Scenario) -> Scenario:
    """Take the reach rates of the run where the scenario has none, and leave out markets the run is not about."""
    outside = analysis.ranking.index[~is_shown(analysis.ranking, analysis.findings.settings)]
    if barred := [market for market in scenario.must if market in outside]:
        raise SettingsError(plan_messages.must_outside(analysis.ranking["label"].loc[barred].tolist()))
    reach = {**analysis.findings.assumptions.reach_rate, **scenario.reach}
    return scenario.model_copy(update={"reach": reach, "never": (*scenario.never, *outside)})


def list_twins(
    analysis: AnalyzedList,
    market_id: str,
    *,
    count: int = 25,
    everywhere: bool = False,
    language: Language = IN_ENGLISH,
) -> pd.DataFrame:
    """List the markets most like one, by id or name, with distance, its parts, and a sentence on each.

    Only ranked markets with fewer creators than expected are listed, unless `everywhere`.

    Returns
    -------
    By market_id, the most alike first: market, region, country, country_code, population, internet_users; distance and
    its parts (distance_size, ...); creators, expected_creators, saturation (percent of expected), class,
    missing_creators, unmet_audience (people), rank, evidence; why.

    Raises
    ------
    UnknownNameError
        When the market is not among the analysed ones.
    """
    findings, ranking = analysis.findings, analysis.ranking
    (market_id,) = find_markets(analysis, str(market_id).split(","))
    mix = count_mix(
        analysis.creator_input,
        analysis.geography,
        findings.level,
        settings=findings.settings,
        assumptions=findings.assumptions,
    )
    markets = ranking.join(reference.load_countries()[COVARIATES], on="country_code")
    twins = find_twins(market_id, markets, mix)
    open_ones = ranking.index[ranking["rank"].notna() & (ranking["saturation"] < AS_EXPECTED)]
    candidates = twins if everywhere else twins.loc[twins.index.isin(open_ones)]
    first = candidates.head(count)
    distances = first.rename(columns={name: f"distance_{name}" for name in WEIGHTS})
    why = explain_twins(market_id, first, markets, language)
    return ranking[WHO].join(distances, how="right").join(ranking[HOW_FULL]).assign(why=why)


MODES = frozenset(("auto", "worldwide", "listed"))
# markets of one name that a sentence lists
CANDIDATES = 6
# names with commas of their own: "Saint Helena, Ascension and Tristan da Cunha"
LONGEST = 3
SUGGESTIONS, ALIKE = 3, 0.75


def settle_countries(settings: Settings) -> Settings:
    """Write the countries a run ranks, where its brand sells, and those its list covers, as ISO codes.

    Returns
    -------
    The settings with countries, home and covers in two-letter codes; covers may be auto, worldwide or listed.

    Raises
    ------
    SettingsError
        For what no country is called, with the countries called nearly so.
    """
    mode = settings.covers.strip().casefold()
    covers = mode if mode in MODES else ",".join(find_codes(settings.covers.split(","), option=COVERS))
    countries = tuple(find_codes(settings.countries, option=ONLY_COUNTRY))
    home = tuple(find_codes(settings.home, option=HOME))
    return settings.model_copy(update={"countries": countries, "home": home, "covers": covers})


def find_codes(names: Sequence[str], *, option: Control) -> list[str]:
    """Find the code of each country, once each; a name that was parted at its commas is put together.

    Raises
    ------
    SettingsError
        For names of no country, all at once.
    """
    readings = list(_read([name.strip() for name in names if name.strip()], _code))
    if unknown := {name: _suggest(name) for name, code in readings if code is None}:
        raise SettingsError(model_messages.no_country(option, unknown))
    return list(dict.fromkeys(code for _, code in readings if code is not None))


def _read(names: list[str], find: Callable[[str], Found]) -> Iterator[tuple[str, Found]]:
    """Read the longest run of names that is one name, again and again, each with what is found of it."""
    while names:
        sizes = range(min(LONGEST, len(names)), 0, -1)
        size = next((size for size in sizes if find(", ".join(names[:size]))), 1)
        text, names = ", ".join(names[:size]), names[size:]
        yield text, find(text)


def _code(text: str) -> str | None:
    """Find the country of a code of two or three letters, or of a name."""
    bundled = reference.load_countries().index
    names = alpha_3_codes() | country_keys()
    code = text.upper() if text.upper() in bundled else names.get(fold_names([text])[0])
    return code if code in bundled else None


def _suggest(text: str) -> list[str]:
    """Name the countries called nearly like a text: name and code."""
    keys, names = country_keys(), reference.load_countries()["country"]
    near = [keys[key] for key in get_close_matches(fold_names([text])[0], keys, 2 * SUGGESTIONS, ALIKE)]
    return [f"{names[code]} ({code})" for code in dict.fromkeys(near) if code in names.index][:SUGGESTIONS]
