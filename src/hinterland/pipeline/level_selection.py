"""The level a run settles on: what the list covers of it, its supply, and the fit of its size curve."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd

from hinterland import messages
from hinterland.config import (
    LEVELS,
    UNDECIDED,
    Assumptions,
    Settings,
    list_platform_reach,
)
from hinterland.coverage import (
    Coverage,
    blocked_countries,
    covers_listed,
    find_covered,
    names_few_cities,
    platform_demand,
    refuse_global,
)
from hinterland.errors import InputError, SettingsError
from hinterland.language import Notice
from hinterland.messages import model as model_messages
from hinterland.pipeline.aggregate import FINER, Aggregates, CreatorInput
from hinterland.pipeline.evaluate import Fitted, band_sizes, online_markets
from hinterland.saturation import (
    fit_model,
    fit_slope,
    judge_markets,
    predict_held_out,
)
from hinterland.schemas import MARKETS, MILLIONTHS
from hinterland.self_check import check_fit

ENOUGH_DECIDED = 0.5
OTHER_LEVEL = {"city": "metro", "metro": "city"}
APART_AT = 2.0
# where nearly all name only their region, something must be expected of its markets all the same
MOST_COARSE = 0.999
# a country is compared with the others, not with itself: at this level both benchmarks are one
EVERYWHERE = "world"
# so sure that a slope is 1 that no list could tell otherwise
PROPORTIONAL_SD = 1e-3


def _by_tier(tally: Aggregates, level: str, covered: pd.Index) -> pd.DataFrame:
    supply = tally.supply.loc[tally.supply.index.get_level_values("level") == level]
    counts = supply.pivot_table("creators_millionths", "market_id", "tier", "sum", fill_value=0)
    return counts.reindex(covered, fill_value=0) / MILLIONTHS


def check_covariates(level: str, settings: Settings) -> None:
    """Refuse traits of countries where countries themselves are compared."""
    if settings.covariates and level == "country":
        raise InputError(model_messages.covariates_need_cities())


def select_level(
    tally: Aggregates,
    listing: CreatorInput,
    markets_of: Callable[[str], pd.DataFrame],
    regions: Callable[[pd.DataFrame], "pd.Series[str]"],
    *,
    settings: Settings,
    assumptions: Assumptions,
) -> tuple[str, Fitted, tuple[Notice, ...]]:
    """Fit the level asked for, else the default, else the finest the list can decide.

    City-states alone do not make a list one of cities: they can be ranked as such, if the level is asked for.

    Parameters
    ----------
    markets_of
        Gives the MARKETS table of a level.
    regions
        Gives the region each market of a level is in.

    Returns
    -------
    The level, its fit, and a notice where countries were chosen for want of finer places.

    Raises
    ------
    InputError
        When a finer level than countries was asked for, and no row names a place of one; otherwise as `fit_level`.
    """
    fit = partial(fit_level, tally=tally, listing=listing, regions=regions, settings=settings, assumptions=assumptions)
    placed = int(tally.located[list(FINER)].sum())
    if not placed and settings.level in ("city", "metro", "region"):
        raise InputError(messages.nothing_finer(str(settings.level)))
    if settings.level in (None, "auto", "country") and placed <= tally.counts["sole_market"]:
        notices = () if settings.level == "country" else (messages.country_level_only(),)
        return "country", fit(markets_of("country")), notices
    if settings.level == "auto":
        return (*_finest_decidable(fit, markets_of, settings), ())
    level = settings.level or "metro"
    return level, fit(markets_of(level)), ()


def _finest_decidable(
    fit: Callable[[pd.DataFrame], Fitted], markets_of: Callable[[str], pd.DataFrame], settings: Settings
) -> tuple[str, Fitted]:
    for level in LEVELS:
        fitted = fit(markets_of(level))
        if fitted.decidable(settings.benchmark)[1] >= ENOUGH_DECIDED:
            break
    return level, fitted


def compare_levels(
    fitted: Fitted,
    tally: Aggregates,
    listing: CreatorInput,
    markets_of: Callable[[str], pd.DataFrame],
    *,
    settings: Settings,
    assumptions: Assumptions,
) -> tuple[Notice, ...]:
    """Fit the size curve on cities instead of metros, or the reverse, and say so if it comes out otherwise."""
    level = str(fitted.markets["level"].iloc[0])
    if level not in OTHER_LEVEL or not fitted.saturation.curve.fitted:
        return ()
    markets = markets_of(OTHER_LEVEL[level])
    if markets["level"].iloc[0] == level:  # own polygons are the only markets there are
        return ()
    markets = online_markets(markets, _reach(markets, tally, assumptions))
    coverage, _ = covered_supply(markets, tally, listing, settings)
    if coverage.creators.empty:
        return ()
    curve = fitted.saturation.curve
    other_curve = fit_slope(coverage.creators, markets, assumptions=assumptions, smallest=coverage.smallest)
    differs = abs(curve.beta - other_curve.beta) > APART_AT * (curve.beta_se**2 + other_curve.beta_se**2) ** 0.5
    return (messages.boundaries_matter(level, curve.beta, OTHER_LEVEL[level], other_curve.beta),) if differs else ()


def _reach(markets: pd.DataFrame, tally: Aggregates, assumptions: Assumptions) -> pd.DataFrame:
    """Find what share of the people online the list's platforms reach in each market."""
    return platform_demand(markets, tally.platforms, list_platform_reach(assumptions.platform_reach))


def _refuse_blocked(covers: str, markets: pd.DataFrame, reach: pd.DataFrame) -> None:
    """Refuse countries that are said to be covered, but where the list's platforms are blocked."""
    codes = {code.strip() for code in covers.upper().split(",")}
    blocked = blocked_countries(markets.loc[markets["country_code"].isin(codes)], reach)
    if blocked:
        raise SettingsError(model_messages.covers_blocked(covers, blocked))


def covered_supply(
    markets: pd.DataFrame, tally: Aggregates, listing: CreatorInput, settings: Settings
) -> tuple[Coverage, pd.DataFrame]:
    """Find the covered markets of a level, and the supply in all of them.

    Returns
    -------
    What is covered, and the SUPPLY sums of the level by market_id, tiers together, covered or not.
    """
    level = str(markets["level"].iloc[0])
    supply = tally.supply.groupby(level=["level", "market_id"]).sum()
    level_supply = supply.loc[supply.index.get_level_values("level") == level].droplevel("level")
    # a place that names may mean, but more likely do not, is not one the list names
    likely_supply = supply.loc[
        (supply["creators_millionths"] > supply["doubtful_millionths"])
        | (supply["doubtful_millionths"] > supply["possible_millionths"])
    ]
    countries = likely_supply.index[likely_supply.index.get_level_values("level") == "country"].get_level_values(
        "market_id"
    )
    countries = countries.str.removeprefix("country:")
    creators = level_supply["creators_millionths"] / MILLIONTHS
    only_chosen = listing.chosen_cities and level != "country"
    if covers_listed(settings.covers, only_named=listing.aggregated or only_chosen):
        creators = creators.loc[[(level, market_id) in likely_supply.index for market_id in creators.index]]
    coverage = find_covered(
        creators, markets, countries, covers=settings.covers, aggregated=listing.aggregated, chosen_cities=only_chosen
    )
    return coverage, level_supply


def has_chosen_cities(tally: Aggregates, cities: pd.DataFrame) -> bool:
    """Say whether a list can only have looked in the cities it names; never of a user's own areas.

    Parameters
    ----------
    cities
        MARKETS table of cities, or of own areas.
    """
    if not cities.index.str.startswith("city:").all():
        return False
    supply = tally.supply.loc[tally.supply.index.get_level_values("level") == "city"]
    sure = (supply["creators_millionths"] - supply["doubtful_millionths"]).groupby(level="market_id").sum()
    return names_few_cities(sure / MILLIONTHS, cities)


def fit_level(
    markets: pd.DataFrame,
    *,
    tally: Aggregates,
    listing: CreatorInput,
    regions: Callable[[pd.DataFrame], "pd.Series[str]"],
    settings: Settings,
    assumptions: Assumptions,
) -> Fitted:
    """Find what the list covers of a level, and fit it.

    Parameters
    ----------
    markets
        MARKETS table of one level.
    regions
        Gives the region of each market, by market_id.

    Raises
    ------
    InputError
        When nothing of the level is covered, or covariates of countries are used at country level.
    SettingsError
        When a country is said to be covered where the list's platforms are blocked.
    """
    MARKETS.check(markets)
    level = str(markets["level"].iloc[0])
    reach = _reach(markets, tally, assumptions)
    _refuse_blocked(settings.covers, markets, reach)
    online = online_markets(markets, reach)
    coverage, level_supply = covered_supply(online, tally, listing, settings)
    if coverage.creators.empty:
        blocked = blocked_countries(markets, reach)
        raise InputError(model_messages.nothing_covered(level, list(filter(None, tally.platforms)), blocked))
    check_covariates(level, settings)
    alone = settings.spill_over == "none" or level == "country"
    creators = coverage.creators if alone else _by_tier(tally, level, coverage.creators.index)
    covered = markets.loc[coverage.creators.sort_index().index]
    fit_settings = settings.model_copy(update={"spill_over": "none"}) if alone else settings
    placing = _placing(covered, level_supply, tally, regions, assumptions)
    fitted = fit_covered(
        coverage,
        online,
        level_supply,
        creators=creators,
        placing=placing,
        capped=listing.capped,
        settings=fit_settings,
        assumptions=assumptions,
    )
    return replace(fitted, markets=markets, reach=reach, platforms=tally.platforms)


def fit_arrivals(
    newcomers: Aggregates,
    earlier: Aggregates,
    listing: CreatorInput,
    markets: pd.DataFrame,
    regions: Callable[[pd.DataFrame], "pd.Series[str]"],
    *,
    settings: Settings,
    assumptions: Assumptions,
) -> Fitted:
    """Fit the newcomers of a list as creators are fitted, over the markets that the earlier list covers.

    Parameters
    ----------
    newcomers, earlier
        What was counted of those who came since, and of those who stood in the list before.
    listing
        The earlier list.
    regions
        Gives the region of each market.
    """
    online = online_markets(markets, _reach(markets, newcomers, assumptions))
    coverage, _ = covered_supply(online, earlier, listing, settings)
    level = str(markets["level"].iloc[0])
    supply = newcomers.supply.groupby(level=["level", "market_id"]).sum()
    arrived = supply.loc[supply.index.get_level_values("level") == level].droplevel("level")
    # a market in which nobody is new is one that the list looked at
    creators = (arrived["creators_millionths"] / MILLIONTHS).reindex(coverage.creators.index, fill_value=0.0)
    return fit_covered(
        replace(coverage, creators=creators, smallest=0),
        online,
        arrived,
        creators=creators,
        placing=_placing(markets.loc[creators.sort_index().index], arrived, newcomers, regions, assumptions),
        settings=settings.model_copy(update={"spill_over": "none"}),
        assumptions=assumptions,
    )


def judge_presence(
    creators: "pd.Series[float]", countries: pd.DataFrame, *, settings: Settings, assumptions: Assumptions
) -> pd.DataFrame:
    """Judge the audience of each country against what is predicted there, by the engine that judges markets.

    Parameters
    ----------
    creators
        The audience there is, in audiences of one creator, by market_id; missing countries have none.
    countries
        MARKETS table of countries whose internet_users are weighed by what draws them to the brand.

    Returns
    -------
    SATURATION table by market_id: its expected creators are what is predicted, its saturation is presence.
    """
    # the prediction says how much each country should have: it is proportional, and the same everywhere
    proportional = assumptions.model_copy(
        update={"slope_prior": 1.0, "slope_prior_sd": PROPORTIONAL_SD, "dispersion_tilt_sd": 0.0}
    )
    counts = creators.reindex(countries.index, fill_value=0.0).astype(float)
    model = fit_model(counts, countries.assign(country_code=EVERYWHERE), settings=settings, assumptions=proportional)
    return judge_markets(model, settings=settings, assumptions=proportional).benchmarks["national"].table


def fit_covered(
    coverage: Coverage,
    markets: pd.DataFrame,
    supply: pd.DataFrame,
    *,
    creators: "pd.Series[float] | pd.DataFrame",
    placing: pd.DataFrame | None = None,
    capped: bool = False,
    settings: Settings,
    assumptions: Assumptions,
) -> Fitted:
    """Fit the covered markets of one level, hold the fit against its laws, and judge each market.

    Parameters
    ----------
    coverage
        What the list covers.
    markets
        MARKETS table of the level, covered or not.
    supply
        Sums per market of the level.
    creators, placing
        As in `fit_model`.
    capped
        Whether the list was cut at some rank or size.
    """
    level = str(markets["level"].iloc[0])
    peers = markets if level != "country" else markets.assign(country_code=EVERYWHERE)
    covered = markets.loc[coverage.creators.sort_index().index]
    model = fit_model(
        creators, peers, settings=settings, assumptions=assumptions, smallest=coverage.smallest, placing=placing
    )
    if model.fit.curve.fitted:
        coverage = replace(coverage, slope=model.fit.curve.data_slope(assumptions))
    bands = band_sizes(covered, model.expected, largest_share=assumptions.trim_share)
    predicted = predict_held_out(model, seed=settings.seed, assumptions=assumptions).drop(columns="expected_creators")
    table = predicted.assign(creators=model.counts, expected_creators=model.expected, band=bands)
    verdicts = check_fit(
        table, peers.loc[covered.index], model.draw_sums(bands), k=model.dispersion, assumptions=assumptions
    )
    classes = pd.Series(UNDECIDED, covered.index) if coverage.refusal else verdicts.classes
    refusal = None
    if level != "country":
        country = markets["country_code"].reindex(coverage.creators.index)
        refusal = refuse_global(coverage.creators, country, mode=coverage.mode, capped=capped)
    saturation = judge_markets(
        model, settings=settings, assumptions=assumptions, classes=classes, against_world=refusal is None
    )
    return Fitted(markets, supply, coverage, saturation, verdicts, refusal)


def _placing(
    covered: pd.DataFrame,
    supply: pd.DataFrame,
    tally: Aggregates,
    regions: Callable[[pd.DataFrame], "pd.Series[str]"],
    assumptions: Assumptions,
) -> pd.DataFrame:
    """Say how well creators could be placed: those in doubt, and the share told finer than the market's region."""
    doubt = supply[["doubtful_millionths", "possible_millionths"]].reindex(covered.index, fill_value=0) / MILLIONTHS
    coarse = _coarse_shares(tally, assumptions) if covered["level"].iloc[0] in OTHER_LEVEL else pd.Series(dtype=float)
    share = regions(covered).map(coarse).astype(float).fillna(0.0)
    return doubt.set_axis(["doubtful", "possible"], axis="columns").assign(exposure=1 - share)


def _coarse_shares(tally: Aggregates, assumptions: Assumptions) -> "pd.Series[float]":
    """Give, per region, the share of its creators who name no place in it, shrunk to the share of the country.

    As those who name only their country lower what is expected everywhere in it, these do in their region.
    """
    at_regions = tally.supply.index.get_level_values("level") == "region"
    counts = tally.supply.loc[at_regions].groupby(level="market_id").sum() / MILLIONTHS
    country = counts.index.str.removeprefix("region:").str.split(".").str[0]
    sums = counts.groupby(country)[["coarse_millionths", "creators_millionths"]].transform("sum")
    pulled = assumptions.coarse_shrinkage * sums["coarse_millionths"] / sums["creators_millionths"]
    shares = (counts["coarse_millionths"] + pulled) / (counts["creators_millionths"] + assumptions.coarse_shrinkage)
    return shares.clip(upper=MOST_COARSE)
