"""What to do about it: a plan for a budget, and the markets most like one that works."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from hinterland import reference
from hinterland.analysis.creators import find_people
from hinterland.analysis.inputs import geocode_table, load_geography, to_pipeline_input, with_custom_markets
from hinterland.config import DOMESTIC, INTERNATIONAL, SMALLER
from hinterland.errors import InputError, SettingsError, UnknownNameError
from hinterland.foreign_demand import count_effective, predict_draw, profile_countries, put_side_by_side
from hinterland.geocode.aliases import alpha_3_codes, country_keys
from hinterland.geocode.normalize import fold_names
from hinterland.language import IN_ENGLISH, Control, Language
from hinterland.messages import COVERS, HOME, ONLY_COUNTRY, no_such_market, which_market
from hinterland.messages import creators as creator_messages
from hinterland.messages import lists as list_messages
from hinterland.messages import model as model_messages
from hinterland.messages import plans as plan_messages
from hinterland.pipeline.creators import count_mix
from hinterland.pipeline.level_selection import judge_presence
from hinterland.pipeline.segment_counts import mark_brand
from hinterland.planning import Plan, Scenario, draw_curve, make_plan
from hinterland.ranking import is_shown
from hinterland.schemas import AUDIENCE_SPLITS
from hinterland.similar_markets import WEIGHTS, explain_twins, find_twins

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hinterland.analysis.result import Analysis
    from hinterland.config import Settings
    from hinterland.language import Notice
    from hinterland.pipeline.creators import People


COVARIATES = ["gdp_per_head_ppp", "languages", "continent"]
AS_EXPECTED = 100.0
WHO = ["market", "region", "country", "country_code", "population", "internet_users"]
HOW_FULL = [
    *("creators", "expected_creators", "saturation", "class", "missing_creators", "unmet_audience", "rank", "evidence"),
]


def plan_budget(
    analysis: Analysis,
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


def other_budgets(analysis: Analysis, scenario: Scenario, people: People) -> pd.DataFrame:
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


def choose_markets(analysis: Analysis, words: Sequence[str]) -> tuple[str, ...]:
    """List the markets that words stand for: `smaller`, `abroad` and `home`, alone or together, or ids and names.

    Raises
    ------
    SettingsError
        For `abroad` or `home` without home countries, and for words that leave no market.
    UnknownNameError
        For what no market is called, and for names of several.
    """
    ranking = analysis.ranking
    special = [word for word in words if word.casefold() in (SMALLER_WORD, *SCOPES)]
    named = find_markets(analysis, [word for word in words if word not in special])
    if not special:
        return named
    fits = ranking["rank"].notna()
    for word in map(str.casefold, special):
        if word == SMALLER_WORD:
            fits &= ranking["size_band"] == SMALLER
        elif not analysis.findings.settings.home:
            raise SettingsError(plan_messages.needs_home(word))
        else:
            fits &= ranking["scope"] == SCOPES[word]
    if not fits.any():
        raise SettingsError(plan_messages.no_markets_among(special))
    return tuple(dict.fromkeys((*ranking.index[fits], *named)))


def find_markets(analysis: Analysis, texts: Sequence[str]) -> tuple[str, ...]:
    """Find the markets of an analysis by id or by name; a name that was parted at its commas is put together.

    Raises
    ------
    UnknownNameError
        For what no market is called, and, with the candidates, for names of several.
    """
    texts = [text.strip() for text in texts if text.strip()]
    if all(text in analysis.ranking.index for text in texts):
        return tuple(dict.fromkeys(texts))
    names = _market_names(analysis.ranking)
    found: list[str] = []
    while texts:
        sizes = range(min(LONGEST, len(texts)), 0, -1)
        size = next((size for size in sizes if _ids(analysis, names, ", ".join(texts[:size]))), 1)
        text, texts = ", ".join(texts[:size]), texts[size:]
        candidates = _ids(analysis, names, text) or _gazetteer_ids(analysis, text)
        if not candidates:
            raise UnknownNameError(no_such_market([text]))
        if len(candidates) > 1:
            labels = analysis.ranking.loc[candidates].sort_values("population", ascending=False)
            places = labels["label"] + ", " + labels["country"]
            few = [f"{place} ({market})" for market, place in places.head(CANDIDATES).items()]
            raise UnknownNameError(which_market(text, few, len(candidates)))
        found.append(candidates[0])
    return tuple(dict.fromkeys(found))


def _market_names(ranking: pd.DataFrame) -> pd.Series[str]:
    """List what each market may be called, folded: its name, also with region, country or code; market_id by name."""
    market, label = ranking["market"], ranking["label"]
    forms = [market, label, *(market + ", " + ranking[name] for name in ("region", "country", "country_code"))]
    forms.append(label + ", " + ranking["country"])
    names = pd.concat(forms).dropna()
    return pd.Series(names.index, pd.Index(fold_names(names.tolist())), dtype="str")


def _ids(analysis: Analysis, names: pd.Series[str], text: str) -> list[str]:
    if text in analysis.ranking.index:
        return [text]
    return list(dict.fromkeys(names.loc[names.index == fold_names([text])[0]]))


def _gazetteer_ids(analysis: Analysis, text: str) -> list[str]:
    """Find the market of a place by any other name it has."""
    column = f"market_{analysis.findings.level}"
    if analysis.custom_markets or ":" in text or column not in ("market_city", "market_metro"):
        return []
    market = geocode_table(pd.DataFrame({"text": [text]}), "text")[column].iloc[0]
    return [str(market)] if market in analysis.ranking.index else []


def _name_markets(analysis: Analysis, scenario: Scenario) -> Scenario:
    """Turn names of markets in a scenario into ids."""
    ids = {name: find_markets(analysis, getattr(scenario, name)) for name in ("must", "never")}
    return Scenario(**scenario.model_dump() | ids | {"only": choose_markets(analysis, scenario.only)})


def _within_run(analysis: Analysis, scenario: Scenario) -> Scenario:
    """Take the reach rates of the run where the scenario has none, and leave out markets the run is not about."""
    outside = analysis.ranking.index[~is_shown(analysis.ranking, analysis.findings.settings)]
    if barred := [market for market in scenario.must if market in outside]:
        raise SettingsError(plan_messages.must_outside(analysis.ranking["label"].loc[barred].tolist()))
    reach = {**analysis.findings.assumptions.reach_rate, **scenario.reach}
    return scenario.model_copy(update={"reach": reach, "never": (*scenario.never, *outside)})


def list_abroad(analysis: Analysis) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    """Lay out what is known of each ranked market abroad, side by side: room, language, income, distance, audience.

    The audience there is is that of the brand's own creators where the run knows them (`brand`), else of all.

    Returns
    -------
    ABROAD table by market_id, in the order of the national ranking, and what to know of it.

    Raises
    ------
    SettingsError
        Without home countries.
    InputError
        When the list cannot compare markets.
    """
    findings = analysis.findings
    if findings.comparison_refusal:
        raise InputError(findings.comparison_refusal)
    assumptions, home = findings.assumptions, findings.settings.home
    profiles = profile_countries(
        reference.load_markets("metro"),
        reference.load_countries()["gdp_per_head_ppp"],
        reference.load_language_shares(),
        home=home,
        assumptions=assumptions,
    )
    national = findings.released_rankings["national"]
    ranking = national[national["rank"].notna() & (national["scope"] == INTERNATIONAL)]
    audience = _present_audience(analysis)
    if audience is None:
        return put_side_by_side(ranking, profiles, None, None), (list_messages.presence_unknown(),)
    present = count_effective(audience[~audience["country_code"].isin(home)])
    countries = reference.load_markets("country").set_index("country_code", drop=False).rename_axis("market_id")
    countries = countries.loc[countries.index.isin(profiles.index) & ~countries.index.isin(home)]
    weighed = countries.assign(
        internet_users=countries["internet_users"] * predict_draw(profiles, assumptions=assumptions)
    )
    presence = judge_presence(
        present["creators"], weighed[weighed["internet_users"] > 0], settings=findings.settings, assumptions=assumptions
    )
    creators = audience["creator_id"].nunique()
    notice = list_messages.presence_predicted(creators, own=findings.settings.brand is not None)
    return put_side_by_side(ranking, profiles, presence, present), (notice,)


def _present_audience(analysis: Analysis) -> pd.DataFrame | None:
    """List how many credible people of each country follow each creator whose audience is split; None without any."""
    if analysis.listing.aggregated or analysis.listing.fields.isdisjoint(AUDIENCE_SPLITS):
        return None
    people = find_people(analysis, level="country")
    creators = people.creators
    is_split = (
        creators.reindex(columns=list(AUDIENCE_SPLITS)).notna().any(axis="columns") & creators["followers"].notna()
    )
    if analysis.findings.settings.brand is not None:
        is_split &= mark_brand(creators, to_pipeline_input(analysis.listing, analysis.findings.settings).brand)
    reach = (creators["followers"] * creators["credible_share"])[is_split]
    shares = people.shares.reset_index()
    shares = shares[shares["creator_id"].isin(reach.index)]
    if shares.empty:
        return None
    return pd.DataFrame(
        {
            "creator_id": shares["creator_id"],
            "country_code": shares["market_id"].str.removeprefix("country:"),
            "people": shares["share"] * shares["creator_id"].map(reach),
        }
    )


def list_twins(
    analysis: Analysis, market_id: str, *, count: int = 25, everywhere: bool = False, language: Language = IN_ENGLISH
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
    geography = load_geography(analysis.listing.fields)
    mix = count_mix(
        to_pipeline_input(analysis.listing, findings.settings),
        with_custom_markets(geography, analysis.custom_markets) if analysis.custom_markets else geography,
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
    readings = list(_read([name.strip() for name in names if name.strip()]))
    if unknown := {name: _suggest(name) for name, code in readings if code is None}:
        raise SettingsError(model_messages.no_country(option, unknown))
    return list(dict.fromkeys(code for _, code in readings if code is not None))


def _read(names: list[str]) -> Iterator[tuple[str, str | None]]:
    """Read the longest run of names that is one country, again and again."""
    while names:
        sizes = range(min(LONGEST, len(names)), 0, -1)
        size = next((size for size in sizes if _code(", ".join(names[:size]))), 1)
        text, names = ", ".join(names[:size]), names[size:]
        yield text, _code(text)


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
