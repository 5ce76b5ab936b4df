"""Fit one level, judge its markets in both lenses, and lay everything known of them side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from hinterland import wording
from hinterland.assumptions import CLASSES, LEVELS, RANKED, UNDECIDED, Assumptions, Settings
from hinterland.coverage import Coverage, FitShape, covers_listed, find_covered, names_few_cities, warn_about_fit
from hinterland.errors import InputError
from hinterland.indices import INDICES, likeness
from hinterland.opportunity import Posterior, find_composite, find_opportunity, is_shown
from hinterland.pipeline.tally import FINER, Input, Tally
from hinterland.saturation import LensSaturation, Saturation, fit_model, fit_slope, judge_markets
from hinterland.self_check import HOLDS, Verdicts, band_sizes, check_fit
from hinterland.supply import typical_audience
from hinterland.tables import MARKETS, MILLIONTHS, RANKING
from hinterland.wording import Notice, choices

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
    verdicts: Verdicts

    def decidable(self, lens: str) -> tuple[float, float]:
        """Give the shares of covered markets, and of their internet users, that the list can decide."""
        named = self.saturation.lenses[lens].table["class"].isin(RANKED)
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
        if not self.coverage.comparable:
            return (*found, wording.not_comparable(len(self.coverage.creators)))
        if not curve.fitted:
            return (*found, wording.nothing_fitted())
        found = (*found, *self._broken_laws())
        if settings.spill_over != "none" and level != "country":
            found = (*found, choices.spilled(settings.spill_over))
        if not curve.alone:
            effects = zip(settings.covariates, curve.effect_ranges(assumptions), strict=True)
            found = (*found, *(choices.covariate(name, effect) for name, effect in effects))
        same = (wording.same_beyond_chance(),) if curve.k > 0.99 * assumptions.sameness_cap else ()
        return (*found, *same, share)

    def _broken_laws(self) -> tuple[Notice, ...]:
        """Say which sizes and countries are not ranked, and why."""
        bands = (
            wording.band_failed(str(band), row["ratio"], row["verdict"])
            for band, row in self.verdicts.bands.iterrows()
            if row["verdict"] != HOLDS
        )
        names = self.markets.drop_duplicates("country_code").set_index("country_code")["country"]
        beyond = tuple(names.get(code, code) for code in self.verdicts.countries)
        return (*bands, *((wording.beyond_reach(beyond),) if beyond else ()))

    def _likeness(self) -> float:
        judged = self.saturation.lenses["home"].table
        return likeness(judged.loc[judged["class"].isin(RANKED), "saturation"], self.markets)

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
        ranking = _ranking(markets, self.supply, judged, opportunity).assign(lens=lens)
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
        possible_creators=known["possible_creators"].fillna(sums["possible_millionths"] / MILLIONTHS),
        **{"class": known["class"].fillna("not covered").astype("str"), "evidence": known["evidence"].astype("str")},
        rank=known["rank"].astype("Int64"),
        lens="",
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
        wording.why(name, creators, expected, usual=(low, high), unmet=unmet, evidence=evidence, possible=possible)
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
        raise InputError(wording.nothing_finer(str(settings.level)))
    if settings.level in (None, "auto", "country") and placed <= tally.counts["sole_market"]:
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
    coverage, own = _cover(markets, tally, listing, settings)
    if coverage.creators.empty:
        raise InputError(f"no {level} market of the bundled geography is covered by this list")
    check_covariates(level, settings)
    peers = markets if level != "country" else markets.assign(country_code=EVERYWHERE)
    alone = settings.spill_over == "none" or level == "country"
    creators = coverage.creators if alone else _by_tier(tally, level, coverage.creators.index)
    covered = markets.loc[coverage.creators.sort_index().index]
    asked = settings.model_copy(update={"spill_over": "none"}) if alone else settings
    model = fit_model(
        creators,
        peers,
        settings=asked,
        assumptions=assumptions,
        smallest=coverage.smallest,
        placing=_placing(covered, own, tally, regions, assumptions),
    )
    bands = band_sizes(covered, model.expected, largest_share=assumptions.giant_share)
    table = pd.DataFrame({"creators": model.counts, "expected_creators": model.expected, "band": bands})
    verdicts = check_fit(
        table, peers.loc[covered.index], model.draw_sums(bands), k=model.fit.curve.k, assumptions=assumptions
    )
    comparable = coverage.comparable
    classes = verdicts.classes if comparable else pd.Series(UNDECIDED, covered.index)
    saturation = judge_markets(model, settings=asked, assumptions=assumptions, classes=classes)
    return Fitted(markets, own, coverage, saturation, verdicts)


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
