"""Fit one level, judge its markets in both lenses, and lay everything known of them side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import pandas as pd

from hinterland import wording
from hinterland.assumptions import LEVELS, UNDECIDED, Assumptions, Settings
from hinterland.coverage import Coverage, FitShape, find_covered, warn_about_fit
from hinterland.errors import InputError
from hinterland.indices import INDICES, likeness
from hinterland.locate import MILLIONTHS
from hinterland.opportunity import Posterior, find_composite, find_opportunity, is_shown
from hinterland.pipeline.tally import FINER, Input, Tally
from hinterland.saturation import LensSaturation, Saturation, fit_saturation, fit_slope
from hinterland.supply import typical_audience
from hinterland.tables import MARKETS, RANKING
from hinterland.wording import Notice, choices

ENOUGH_DECIDED = 0.5
OTHER_LEVEL = {"city": "metro", "metro": "city"}
APART_AT = 2.0
# a country is compared with the others, not with itself: at this level both lenses are one
EVERYWHERE = "world"


class Asked(NamedTuple):
    """What a run asks for and what it assumes."""

    settings: Settings
    assumptions: Assumptions


@dataclass(frozen=True)
class Fitted:
    """One level, fitted: its markets, what the list covers of them, and their saturation."""

    markets: pd.DataFrame
    supply: pd.DataFrame
    coverage: Coverage
    saturation: Saturation

    def decidable(self, lens: str) -> tuple[float, float]:
        """Give the shares of covered markets, and of their internet users, that the list can decide."""
        named = self.saturation.lenses[lens].table["class"] != UNDECIDED
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
        share = wording.decidable(*self.decidable(settings.lens), level)
        shape = FitShape(curve.beta, self.saturation.fit.bends, self._likeness())
        found = warn_about_fit(self.coverage, self.markets, shape, assumptions=assumptions)
        if not curve.fitted:
            return (*found, wording.nothing_fitted())
        if settings.spill_over != "none" and level != "country":
            found = (*found, choices.spilled(settings.spill_over))
        if not curve.alone:
            effects = zip(settings.covariates, curve.effect_ranges(assumptions), strict=True)
            found = (*found, *(choices.covariate(name, effect) for name, effect in effects))
        same = (wording.same_beyond_chance(),) if curve.k > 0.99 * assumptions.sameness_cap else ()
        return (*found, *same, share)

    def _likeness(self) -> float:
        judged = self.saturation.lenses["home"].table
        return likeness(judged.loc[judged["class"] != UNDECIDED, "saturation"], self.markets)

    def rank(
        self, audience: "pd.Series[float]", settings: Settings, assumptions: Assumptions, lens: str
    ) -> pd.DataFrame:
        """Make the RANKING table of one lens; `audience` is what a creator of each market brings."""
        judged, markets = self.saturation.lenses[lens], self.markets.assign(audience_per_creator=audience)
        opportunity = find_opportunity(
            judged.table,
            markets,
            Posterior(judged.decided, judged.draws),
            settings=settings,
            assumptions=assumptions,
        )
        ranking = _ranking(markets, self.supply, judged, opportunity).assign(lens=lens).pipe(RANKING.check)
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
    markets: pd.DataFrame, supply: pd.DataFrame, judged: LensSaturation, opportunity: pd.DataFrame
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
        **{"class": known["class"].fillna("not covered").astype("str"), "evidence": known["evidence"].astype("str")},
        rank=known["rank"].astype("Int64"),
        lens="",
    )
    known = known.assign(**{name: index(known) for name, index in INDICES.items()})
    known["why"] = _explain(known)
    order = known.reset_index().sort_values(
        ["rank", "class", "unmet_audience", "market_id"], ascending=[True, False, False, True]
    )
    extra = ["why", "usual_low", "usual_high", "p_fewer", "mean_rank", "p_top_tenth"]
    return known.loc[order["market_id"], [*RANKING.columns, *extra]]


def _explain(known: pd.DataFrame) -> "pd.Series[str]":
    ranked = known.loc[known["rank"].notna()]
    told = ("market", "creators", "expected_creators", "usual_low", "usual_high", "unmet_audience", "evidence")
    columns = (ranked[name].to_list() for name in told)
    sentences = [
        wording.why(name, creators, expected, (low, high), (unmet, evidence))
        for name, creators, expected, low, high, unmet, evidence in zip(*columns, strict=True)
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
    return (choices.nothing_ranked(uncovered, len(classes) - uncovered),)


def _by_tier(tally: Tally, level: str, covered: pd.Index) -> pd.DataFrame:
    here = tally.supply.loc[tally.supply.index.get_level_values("level") == level]
    own = here.pivot_table("creators_millionths", "market_id", "tier", "sum", fill_value=0)
    return own.reindex(covered, fill_value=0) / MILLIONTHS


def check_covariates(level: str, settings: Settings) -> None:
    """Refuse traits of countries where countries themselves are compared."""
    if settings.covariates and level == "country":
        raise InputError(choices.covariates_need_cities())


def choose_level(
    tally: Tally,
    listing: Input,
    markets_of: Callable[[str], pd.DataFrame],
    settings: Settings,
    assumptions: Assumptions,
) -> tuple[str, Fitted, tuple[Notice, ...]]:
    """Fit the level asked for, else the default, else the finest the list can decide."""
    fit = partial(_fit_level, tally=tally, listing=listing, settings=settings, assumptions=assumptions)
    finer = tally.located[list(FINER)].sum() > 0
    if not finer and settings.level in ("city", "metro", "region"):
        raise InputError(wording.nothing_finer(str(settings.level)))
    if not finer:
        notices = () if settings.level == "country" else (wording.country_level_only(),)
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
        if fitted.decidable(settings.lens)[1] >= ENOUGH_DECIDED:
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
    coverage, _ = _cover(markets, tally, listing, asked.settings)
    if coverage.creators.empty:
        return ()
    here = fitted.saturation.curve
    there = fit_slope(coverage.creators, markets, assumptions=asked.assumptions, smallest=coverage.smallest)
    apart = abs(here.beta - there.beta) > APART_AT * (here.beta_se**2 + there.beta_se**2) ** 0.5
    return (wording.boundaries_matter(level, here.beta, OTHER_LEVEL[level], there.beta),) if apart else ()


def _cover(markets: pd.DataFrame, tally: Tally, listing: Input, settings: Settings) -> tuple[Coverage, pd.DataFrame]:
    """Find the covered markets of a level, and the supply in all of them."""
    level = str(markets["level"].iloc[0])
    supply = tally.supply.groupby(level=["level", "market_id"]).sum()
    own = supply.loc[supply.index.get_level_values("level") == level].droplevel("level")
    countries = supply.loc["country"].query("creators_millionths > 0").index.str.removeprefix("country:")
    seen = own["creators_millionths"] / MILLIONTHS
    return find_covered(seen, markets, countries, covers=settings.covers, aggregated=listing.aggregated), own


def _fit_level(
    markets: pd.DataFrame, *, tally: Tally, listing: Input, settings: Settings, assumptions: Assumptions
) -> Fitted:
    MARKETS.check(markets)
    level = str(markets["level"].iloc[0])
    coverage, own = _cover(markets, tally, listing, settings)
    if coverage.creators.empty:
        raise InputError(f"no {level} market of the bundled geography is covered by this list")
    check_covariates(level, settings)
    peers = markets if level != "country" else markets.assign(country_code=EVERYWHERE)
    alone = settings.spill_over == "none" or level == "country"
    creators = coverage.creators if alone else _by_tier(tally, level, coverage.creators.index)
    saturation = fit_saturation(
        creators,
        peers,
        settings=settings.model_copy(update={"spill_over": "none"}) if alone else settings,
        assumptions=assumptions,
        smallest=coverage.smallest,
    )
    return Fitted(markets, own, coverage, saturation)
