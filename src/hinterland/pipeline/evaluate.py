"""Fit one level, judge its markets in both benchmarks, and lay everything known of them side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from hinterland import messages
from hinterland.config import (
    CLASSES,
    LEVELS,
    OVER_SATURATED,
    RANKED,
    UNDECIDED,
    UNDER_SERVED,
    Assumptions,
    Settings,
    list_platform_reach,
)
from hinterland.coverage import (
    Coverage,
    FitShape,
    covers_listed,
    find_covered,
    names_few_cities,
    refuse_global,
    warn_about_fit,
)
from hinterland.errors import InputError, SettingsError
from hinterland.indices import INDICES, likeness
from hinterland.messages import Notice
from hinterland.messages import model as notices
from hinterland.pipeline.aggregate import FINER, Input, Tally
from hinterland.platform_reach import blocked_countries, platform_demand
from hinterland.ranking import Posterior, find_composite, find_opportunity, find_scope, is_shown
from hinterland.saturation import (
    BenchmarkSaturation,
    Saturation,
    fit_model,
    fit_slope,
    judge_markets,
    population_errors,
)
from hinterland.schemas import MARKETS, MILLIONTHS, RANKING
from hinterland.self_check import HOLDS, Verdicts, band_sizes, check_fit
from hinterland.supply import typical_audience

ENOUGH_DECIDED = 0.5
OTHER_LEVEL = {"city": "metro", "metro": "city"}
APART_AT = 2.0
# what a list that cannot compare markets cannot say of any
NEEDS_COMPARISON = (
    *("expected_creators", "saturation", "saturation_low", "saturation_high", "p_underserved", "missing_creators"),
    *("unmet_audience", "usual_low", "usual_high", "p_fewer"),
)
# where nearly all name only their region, something must be expected of its markets all the same
MOST_COARSE = 0.999
# a country is compared with the others, not with itself: at this level both benchmarks are one
EVERYWHERE = "world"


class Asked(NamedTuple):
    """What a run asks for and what it assumes."""

    settings: Settings
    assumptions: Assumptions


@dataclass(frozen=True)
class Fitted:
    """One level, fitted: its markets, what the list covers of them, and their saturation.

    `reach` is that of the list's platforms in each market, as `platform_demand` gives it; `platforms` their creators.
    """

    markets: pd.DataFrame
    supply: pd.DataFrame
    coverage: Coverage
    saturation: Saturation
    verdicts: Verdicts
    global_refusal: Notice | None
    reach: pd.DataFrame | None = None
    platforms: Mapping[str, float] = field(default_factory=dict)

    def decidable(self, benchmark: str) -> tuple[float, float]:
        """Give the shares of covered markets, and of their internet users, that the list can decide."""
        named = self.saturation.benchmarks[benchmark].table["class"].isin(RANKED)
        people = self.markets["internet_users"].reindex(named.index)
        return float(named.mean()), float(people[named].sum() / people.sum())

    def model(self) -> dict[str, float]:
        """Report the parameters of the size curve."""
        curve = self.saturation.curve
        return {
            "beta": curve.beta,
            "beta_se": curve.beta_se,
            "k": curve.k,
            "k_se": curve.k * curve.ln_k_se,
            "sigma": 0.0 if curve.alone else curve.sigma,
            "beta_check": self.saturation.fit.beta_check,
        }

    def notices(self, settings: Settings, assumptions: Assumptions) -> tuple[Notice, ...]:
        """Say what this fit cannot tell."""
        curve, level = self.saturation.curve, str(self.markets["level"].iloc[0])
        share = messages.decidable(*self.decidable(settings.benchmark), level)
        shape = FitShape(*curve.data_slope(assumptions), self.saturation.fit.bends, self._likeness())
        found = (*warn_about_fit(self.coverage, self.markets, shape, assumptions=assumptions), *self._reach_notice())
        if not self.coverage.comparable:
            return (*found, messages.not_comparable(len(self.coverage.creators)))
        if not curve.fitted:
            return (*found, messages.nothing_fitted())
        refused = (self.global_refusal,) if self.global_refusal and settings.benchmark == "global" else ()
        found = (*found, *refused, *self._broken_laws(), *self._price())
        if settings.spill_over != "none" and level != "country":
            found = (*found, notices.spilled(settings.spill_over))
        if not curve.alone:
            effects = zip(settings.covariates, curve.effect_ranges(assumptions), strict=True)
            found = (*found, *(notices.covariate(name, effect) for name, effect in effects))
        same = (messages.same_beyond_chance(),) if curve.k > 0.99 * assumptions.sameness_cap else ()
        return (*found, *same, share)

    def _price(self) -> tuple[Notice, ...]:
        """Say how many calls there would be if populations were exact."""
        classes = self.saturation.benchmarks["national"].table[["class", "class_if_exact"]]
        calls, exact = (int((classes[name].isin((UNDER_SERVED, OVER_SATURATED))).sum()) for name in classes)
        return (messages.calls_that_hold(calls, exact),) if calls < exact else ()

    def _broken_laws(self) -> tuple[Notice, ...]:
        """Say which sizes and countries are not ranked, and why."""
        bands = (
            messages.band_failed(str(band), row["ratio"], row["coverage"], row["verdict"])
            for band, row in self.verdicts.bands.iterrows()
            if row["verdict"] != HOLDS
        )
        checked = self.verdicts.held_out
        shown = (messages.held_out(int(checked["markets"]), checked["coverage"]),) if checked else ()
        names = self.markets.drop_duplicates("country_code").set_index("country_code")["country"]
        beyond = tuple(names.get(code, code) for code in self.verdicts.countries)
        return (*shown, *bands, *((messages.beyond_reach(beyond),) if beyond else ()))

    def _reach_notice(self) -> tuple[Notice, ...]:
        """Say how many people the list's platforms reach, and where none."""
        platforms = sorted(filter(None, self.platforms), key=lambda name: (-self.platforms[name], name))
        if self.reach is None or not platforms:
            return ()
        on_record = self.markets.loc[(self.reach["unknown"] < 1) & (self.reach["reach"] > 0), "country_code"].nunique()
        return (notices.platform_reach(platforms, on_record, blocked_countries(self.markets, self.reach)),)

    def _likeness(self) -> float:
        judged = self.saturation.benchmarks["national"].table
        return likeness(judged.loc[judged["class"].isin(RANKED), "saturation"], self.markets)

    def rank(
        self, audience: "pd.Series[float]", settings: Settings, assumptions: Assumptions, benchmark: str
    ) -> pd.DataFrame:
        """Make the RANKING table of one benchmark; `audience` is what a creator of each market brings."""
        judged, markets = self.saturation.benchmarks[benchmark], self.markets.assign(audience_per_creator=audience)
        opportunity = find_opportunity(
            judged.table,
            markets if self.reach is None else _online(markets, self.reach),
            Posterior(judged.decided, judged.draws),
            settings=settings,
            assumptions=assumptions,
        )
        ranking = _ranking(markets, self.supply, judged, opportunity, assumptions)
        ranking = ranking.assign(benchmark=benchmark, scope=find_scope(ranking["country_code"], settings.home))
        if not self.coverage.comparable:
            ranking[list(NEEDS_COMPARISON)] = np.nan
            ranking["evidence"] = pd.Series(index=ranking.index, dtype="str")
        RANKING.check(ranking)
        if not settings.weights:
            return ranking
        return ranking.join(find_composite(ranking, dict(settings.weights), settings=settings, assumptions=assumptions))


def audience_per_creator(markets: pd.DataFrame, tally: Tally, assumptions: Assumptions) -> "pd.Series[float]":
    """Give the typical audience of a creator in the country of each market."""
    means = typical_audience(
        tally.audiences,
        winsor=assumptions.audience_winsor,
        shrinkage=assumptions.audience_shrinkage,
        unknown=assumptions.audience_unknown,
    )
    return markets["country_code"].map(means).astype(float).fillna(means[""])


def _ranking(
    markets: pd.DataFrame,
    supply: pd.DataFrame,
    judged: BenchmarkSaturation,
    opportunity: pd.DataFrame,
    assumptions: Assumptions,
) -> pd.DataFrame:
    """Join everything known of each market; ranked ones first, the others by what they lack."""
    known = markets.join(judged.table.drop(columns="creators")).join(opportunity)
    sums = supply.reindex(known.index, fill_value=0)
    known = known.assign(
        # of covered markets, creators as they were judged: where their audience is, if it spills over
        creators=judged.table["creators"].reindex(known.index).fillna(sums["creators_millionths"] / MILLIONTHS),
        audience=sums["audience"].astype(float),
        audience_squares_high=sums["audience_squares_high"],
        audience_squares_low=sums["audience_squares_low"],
        possible_creators=known["possible_creators"].fillna(sums["possible_millionths"] / MILLIONTHS),
        **{"class": known["class"].fillna("not covered").astype("str"), "evidence": known["evidence"].astype("str")},
        rank=known["rank"].astype("Int64"),
        benchmark="",
        scope="",
        size_band=assumptions.size_band(known["population"]),
        population_error=population_errors(known, assumptions),
    )
    known = known.assign(**{name: index(known) for name, index in INDICES.items()})
    # areas of the user's own are called what the file calls them
    known["label"] = known["label"].fillna(known["market"]) if "label" in known else known["market"]
    known["why"] = _explain(known)
    order = (
        known.assign(place=known["class"].map(CLASSES.index))
        .reset_index()
        .sort_values(
            ["rank", "place", "unmet_audience", "creators", "market_id"], ascending=[True, True, False, False, True]
        )
    )
    extra = ["label", "why", "usual_low", "usual_high", "p_fewer", "mean_rank", "p_top_tenth"]
    return known.loc[order["market_id"], [*RANKING.columns, *extra]]


def _explain(known: pd.DataFrame) -> "pd.Series[str]":
    ranked = known.loc[known["rank"].notna()]
    columns = ["label", "creators", "expected_creators", "usual_low", "usual_high", "unmet_audience", "evidence"]
    sentences = [
        messages.why(name, creators, expected, usual=(low, high), unmet=unmet, evidence=evidence, possible=possible)
        for name, creators, expected, low, high, unmet, evidence, possible in ranked[
            [*columns, "possible_creators"]
        ].itertuples(index=False)
    ]
    return pd.Series(sentences, index=ranked.index, dtype="str").reindex(known.index)


def explain_unranked(ranking: pd.DataFrame, settings: Settings) -> tuple[Notice, ...]:
    """Say why no market of the countries and sizes of a run is ranked, if that is so."""
    usual = Settings()
    limits = (settings.countries, settings.min_population, settings.max_population)
    if ranking["rank"].notna().any() or limits == (usual.countries, usual.min_population, usual.max_population):
        return ()
    classes = ranking.loc[is_shown(ranking, settings), "class"]
    uncovered = int((classes == "not covered").sum())
    return (notices.nothing_ranked(uncovered, len(classes) - uncovered),)


def _by_tier(tally: Tally, level: str, covered: pd.Index) -> pd.DataFrame:
    here = tally.supply.loc[tally.supply.index.get_level_values("level") == level]
    own = here.pivot_table("creators_millionths", "market_id", "tier", "sum", fill_value=0)
    return own.reindex(covered, fill_value=0) / MILLIONTHS


def check_covariates(level: str, settings: Settings) -> None:
    """Refuse traits of countries where countries themselves are compared."""
    if settings.covariates and level == "country":
        raise InputError(notices.covariates_need_cities())


def choose_level(
    tally: Tally,
    listing: Input,
    markets_of: Callable[[str], pd.DataFrame],
    regions: Callable[[pd.DataFrame], "pd.Series[str]"],
    *,
    settings: Settings,
    assumptions: Assumptions,
) -> tuple[str, Fitted, tuple[Notice, ...]]:
    """Fit the level asked for, else the default, else the finest the list can decide.

    `regions` gives the region each market of a level is in. City-states alone do not make a list one of cities: they
    can be ranked as such, if the level is asked for.
    """
    fit = partial(_fit_level, tally=tally, listing=listing, regions=regions, settings=settings, assumptions=assumptions)
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
    fitted: Fitted, tally: Tally, listing: Input, markets_of: Callable[[str], pd.DataFrame], asked: Asked
) -> tuple[Notice, ...]:
    """Fit the size curve on cities instead of metros, or the reverse, and say so if it comes out otherwise."""
    level = str(fitted.markets["level"].iloc[0])
    if level not in OTHER_LEVEL or not fitted.saturation.curve.fitted:
        return ()
    markets = markets_of(OTHER_LEVEL[level])
    if markets["level"].iloc[0] == level:  # own polygons are the only markets there are
        return ()
    markets = _online(markets, _reach(markets, tally, asked.assumptions))
    coverage, _ = _cover(markets, tally, listing, asked.settings)
    if coverage.creators.empty:
        return ()
    here = fitted.saturation.curve
    there = fit_slope(coverage.creators, markets, assumptions=asked.assumptions, smallest=coverage.smallest)
    apart = abs(here.beta - there.beta) > APART_AT * (here.beta_se**2 + there.beta_se**2) ** 0.5
    return (messages.boundaries_matter(level, here.beta, OTHER_LEVEL[level], there.beta),) if apart else ()


def _reach(markets: pd.DataFrame, tally: Tally, assumptions: Assumptions) -> pd.DataFrame:
    """Find what share of the people online the list's platforms reach in each market."""
    return platform_demand(markets, tally.platforms, list_platform_reach(assumptions.platform_reach))


def _online(markets: pd.DataFrame, reach: pd.DataFrame) -> pd.DataFrame:
    """Count only those online whom the list's platforms reach; where they are blocked, that is nobody."""
    return markets.assign(internet_users=markets["internet_users"] * reach["reach"])


def _refuse_blocked(covers: str, markets: pd.DataFrame, reach: pd.DataFrame) -> None:
    """Refuse countries that are said to be covered, but where the list's platforms are blocked."""
    codes = {code.strip() for code in covers.upper().split(",")}
    blocked = blocked_countries(markets.loc[markets["country_code"].isin(codes)], reach)
    if blocked:
        raise SettingsError(notices.covers_blocked(covers, blocked))


def _cover(markets: pd.DataFrame, tally: Tally, listing: Input, settings: Settings) -> tuple[Coverage, pd.DataFrame]:
    """Find the covered markets of a level, and the supply in all of them."""
    level = str(markets["level"].iloc[0])
    supply = tally.supply.groupby(level=["level", "market_id"]).sum()
    own = supply.loc[supply.index.get_level_values("level") == level].droplevel("level")
    # a place that names may mean, but more likely do not, is not one the list names
    named = supply.loc[
        (supply["creators_millionths"] > supply["doubtful_millionths"])
        | (supply["doubtful_millionths"] > supply["possible_millionths"])
    ]
    countries = named.index[named.index.get_level_values("level") == "country"].get_level_values("market_id")
    countries = countries.str.removeprefix("country:")
    seen = own["creators_millionths"] / MILLIONTHS
    chosen = listing.chosen_cities and level != "country"
    if covers_listed(settings.covers, only_named=listing.aggregated or chosen):
        seen = seen.loc[[(level, market_id) in named.index for market_id in seen.index]]
    coverage = find_covered(
        seen, markets, countries, covers=settings.covers, aggregated=listing.aggregated, chosen_cities=chosen
    )
    return coverage, own


def has_chosen_cities(tally: Tally, cities: pd.DataFrame) -> bool:
    """Say whether a list can only have looked in the cities it names; never of a user's own areas."""
    if not cities.index.str.startswith("city:").all():
        return False
    supply = tally.supply.loc[tally.supply.index.get_level_values("level") == "city"]
    sure = (supply["creators_millionths"] - supply["doubtful_millionths"]).groupby(level="market_id").sum()
    return names_few_cities(sure / MILLIONTHS, cities)


def _fit_level(
    markets: pd.DataFrame,
    *,
    tally: Tally,
    listing: Input,
    regions: Callable[[pd.DataFrame], "pd.Series[str]"],
    settings: Settings,
    assumptions: Assumptions,
) -> Fitted:
    MARKETS.check(markets)
    level = str(markets["level"].iloc[0])
    reach = _reach(markets, tally, assumptions)
    _refuse_blocked(settings.covers, markets, reach)
    online = _online(markets, reach)
    coverage, own = _cover(online, tally, listing, settings)
    if coverage.creators.empty:
        blocked = blocked_countries(markets, reach)
        raise InputError(notices.nothing_covered(level, list(filter(None, tally.platforms)), blocked))
    check_covariates(level, settings)
    alone = settings.spill_over == "none" or level == "country"
    creators = coverage.creators if alone else _by_tier(tally, level, coverage.creators.index)
    covered = markets.loc[coverage.creators.sort_index().index]
    asked = settings.model_copy(update={"spill_over": "none"}) if alone else settings
    placing = _placing(covered, own, tally, regions, assumptions)
    fitted = fit_covered(
        coverage,
        online,
        own,
        creators=creators,
        placing=placing,
        capped=listing.capped,
        settings=asked,
        assumptions=assumptions,
    )
    return replace(fitted, markets=markets, reach=reach, platforms=tally.platforms)


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
    bands = band_sizes(covered, model.expected, largest_share=assumptions.giant_share)
    predicted = model.predict_held_out(seed=settings.seed, assumptions=assumptions).drop(columns="expected_creators")
    table = predicted.assign(creators=model.counts, expected_creators=model.expected, band=bands)
    verdicts = check_fit(
        table, peers.loc[covered.index], model.draw_sums(bands), k=model.dispersion, assumptions=assumptions
    )
    comparable = coverage.comparable
    classes = verdicts.classes if comparable else pd.Series(UNDECIDED, covered.index)
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
    tally: Tally,
    regions: Callable[[pd.DataFrame], "pd.Series[str]"],
    assumptions: Assumptions,
) -> pd.DataFrame:
    """Say how well creators could be placed: those in doubt, and the share told finer than the market's region."""
    doubt = supply[["doubtful_millionths", "possible_millionths"]].reindex(covered.index, fill_value=0) / MILLIONTHS
    coarse = _coarse_shares(tally, assumptions) if covered["level"].iloc[0] in OTHER_LEVEL else pd.Series(dtype=float)
    share = regions(covered).map(coarse).astype(float).fillna(0.0)
    return doubt.set_axis(["doubtful", "possible"], axis="columns").assign(exposure=1 - share)


def _coarse_shares(tally: Tally, assumptions: Assumptions) -> "pd.Series[float]":
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
