"""One fitted level: its notices, and the RANKING table of each benchmark."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hinterland import messages
from hinterland.config import (
    CLASSES,
    OVER_SATURATED,
    RANKED,
    UNDER_SERVED,
    Assumptions,
    Settings,
)
from hinterland.coverage import (
    Coverage,
    FitShape,
    blocked_countries,
    warn_about_fit,
)
from hinterland.indices import INDICES, spatial_autocorrelation
from hinterland.language import Country, Notice
from hinterland.messages import model as model_messages
from hinterland.pipeline.aggregate import Aggregates
from hinterland.ranking import Posterior, decided_shares, find_composite, find_opportunity, find_scope, is_shown
from hinterland.saturation import (
    BenchmarkSaturation,
    Saturation,
    population_errors,
)
from hinterland.schemas import MILLIONTHS, RANKING
from hinterland.self_check import HOLDS, LARGEST, Verdicts
from hinterland.supply import typical_audience

# what a list that cannot compare markets cannot say of any
NEEDS_COMPARISON = (
    *("expected_creators", "saturation", "saturation_low", "saturation_high", "p_underserved", "missing_creators"),
    *("unmet_audience", "unmet_low", "unmet_high", "usual_low", "usual_high", "p_fewer"),
)


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
        classes = self.saturation.benchmarks[benchmark].table["class"]
        return decided_shares(classes, self.markets["internet_users"].reindex(classes.index))

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
        """Say what this fit cannot tell.

        Parameters
        ----------
        settings
            `benchmark`, `spill_over` and `covariates` say which notices there can be.
        assumptions
            steep_warning, moran_warning and misplaced_warning say from where on to warn.
        """
        curve, level = self.saturation.curve, str(self.markets["level"].iloc[0])
        share = messages.decidable(*self.decidable(settings.benchmark), level)
        table = self.saturation.benchmarks["national"].table
        autocorrelation = spatial_autocorrelation(table.loc[table["class"].isin(RANKED), "saturation"], self.markets)
        shape = FitShape(*curve.data_slope(assumptions), self.saturation.fit.bends, autocorrelation)
        notices = (*warn_about_fit(self.coverage, self.markets, shape, assumptions=assumptions), *self._reach_notice())
        if self.coverage.refusal:
            return (*notices, self.coverage.refusal)
        if not curve.fitted:
            return (*notices, messages.nothing_fitted())
        refused = (self.global_refusal,) if self.global_refusal and settings.benchmark == "global" else ()
        notices = (*notices, *refused, *self._misplaced(assumptions), *self._broken_laws(), *self._price())
        if settings.spill_over != "none" and level != "country":
            notices = (*notices, model_messages.spilled(settings.spill_over))
        if not curve.alone:
            effects = zip(settings.covariates, curve.effect_ranges(assumptions), strict=True)
            notices = (*notices, *(model_messages.covariate(name, effect) for name, effect in effects))
        same = (messages.same_beyond_chance(),) if curve.k > 0.99 * assumptions.dispersion_cap else ()
        return (*notices, *same, share)

    def _misplaced(self, assumptions: Assumptions) -> tuple[Notice, ...]:
        """Say how many creators may live elsewhere than they are counted, if many may."""
        table = self.saturation.benchmarks["national"].table
        share = float(table["possible_creators"].sum() / max(table["creators"].sum(), 1))
        return (model_messages.misplaced(share),) if share > assumptions.misplaced_warning else ()

    def _price(self) -> tuple[Notice, ...]:
        """Say how many calls there would be if populations were exact."""
        classes = self.saturation.benchmarks["national"].table[["class", "class_if_exact"]]
        calls, exact = (int((classes[name].isin((UNDER_SERVED, OVER_SATURATED))).sum()) for name in classes)
        return (model_messages.calls_that_hold(calls, exact),) if calls < exact else ()

    def _broken_laws(self) -> tuple[Notice, ...]:
        """Say which sizes and countries are not ranked, and why."""
        bands = (
            messages.band_failed(str(band), row["ratio"], row["verdict"])
            for band, row in self.verdicts.bands.iterrows()
            if row["verdict"] != HOLDS
        )
        checked = self.verdicts.held_out
        accuracy = (messages.held_out(int(checked["markets"]), checked["coverage"]),) if checked else ()
        names = self.markets.drop_duplicates("country_code").set_index("country_code")["country"]
        beyond = tuple(Country(code, str(names.get(code, code))) for code in self.verdicts.countries)
        return (*accuracy, *bands, *((messages.beyond_reach(beyond),) if beyond else ()))

    def _reach_notice(self) -> tuple[Notice, ...]:
        """Say how many people the list's platforms reach, and where none."""
        platforms = sorted(filter(None, self.platforms), key=lambda name: (-self.platforms[name], name))
        if self.reach is None or not platforms:
            return ()
        on_record = self.markets.loc[(self.reach["unknown"] < 1) & (self.reach["reach"] > 0), "country_code"].nunique()
        return (model_messages.platform_reach(platforms, on_record, blocked_countries(self.markets, self.reach)),)

    def rank(
        self, audience: "pd.Series[float]", settings: Settings, assumptions: Assumptions, benchmark: str
    ) -> pd.DataFrame:
        """Make the RANKING table of one benchmark; `audience` is what a creator of each market brings.

        Parameters
        ----------
        audience
            People a creator brings, by market_id: what `audience_per_creator` gives.
        settings
            `sort`, `weights`, `home`; which markets are ranked (`countries`, `min_population`, `max_population`).
        benchmark
            "national" or "global".

        Returns
        -------
        RANKING table by market_id, ranked markets first, with label, usual_low, usual_high, unmet_low, unmet_high,
        p_fewer, mean_rank, p_top_tenth, and with `weights` the columns of `find_composite`.

        Raises
        ------
        SettingsError
            For a field that cannot be weighed, or a weight that is not above 0.
        """
        saturation, markets = self.saturation.benchmarks[benchmark], self.markets.assign(audience_per_creator=audience)
        opportunity = find_opportunity(
            saturation.table,
            markets if self.reach is None else online_markets(markets, self.reach),
            Posterior(saturation.decided, saturation.draws),
            settings=settings,
            assumptions=assumptions,
        )
        ranking = _ranking(markets, self.supply, saturation, opportunity, assumptions)
        ranking = ranking.assign(benchmark=benchmark, scope=find_scope(ranking["country_code"], settings.home))
        if self.coverage.refusal:
            ranking[list(NEEDS_COMPARISON)] = np.nan
            ranking["evidence"] = pd.Series(index=ranking.index, dtype="str")
        RANKING.check(ranking)
        if not settings.weights:
            return ranking
        return ranking.join(find_composite(ranking, dict(settings.weights), settings=settings, assumptions=assumptions))


def audience_per_creator(markets: pd.DataFrame, tally: Aggregates, assumptions: Assumptions) -> "pd.Series[float]":
    """Give the typical audience of a creator in the country of each market.

    Parameters
    ----------
    markets
        MARKETS table: country_code.
    tally
        Its `audiences` are what the list shows.
    assumptions
        audience_winsor, audience_shrinkage and audience_unknown.

    Returns
    -------
    People by market_id.
    """
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
    saturation: BenchmarkSaturation,
    opportunity: pd.DataFrame,
    assumptions: Assumptions,
) -> pd.DataFrame:
    """Join everything known of each market; ranked ones first, the others by what they lack."""
    ranking = markets.join(saturation.table.drop(columns="creators")).join(opportunity)
    sums = supply.reindex(ranking.index, fill_value=0)
    ranking = ranking.assign(
        # of covered markets, creators as they were judged: where their audience is, if it spills over
        creators=saturation.table["creators"].reindex(ranking.index).fillna(sums["creators_millionths"] / MILLIONTHS),
        audience=sums["audience"].astype(float),
        audience_squares_high=sums["audience_squares_high"],
        audience_squares_low=sums["audience_squares_low"],
        possible_creators=ranking["possible_creators"].fillna(sums["possible_millionths"] / MILLIONTHS),
        **{
            "class": ranking["class"].fillna("not covered").astype("str"),
            "evidence": ranking["evidence"].astype("str"),
        },
        rank=ranking["rank"].astype("Int64"),
        benchmark="",
        scope="",
        size_band=assumptions.size_band(ranking["population"]),
        population_error=population_errors(ranking, assumptions),
    )
    ranking = ranking.assign(**{name: index(ranking) for name, index in INDICES.items()})
    # areas of the user's own are called what the file calls them
    ranking["label"] = ranking["label"].fillna(ranking["market"]) if "label" in ranking else ranking["market"]
    order = (
        ranking.assign(place=ranking["class"].map(CLASSES.index))
        .reset_index()
        .sort_values(
            ["rank", "place", "unmet_audience", "creators", "market_id"], ascending=[True, True, False, False, True]
        )
    )
    extra = [
        "label",
        "usual_low",
        "usual_high",
        "unmet_low",
        "unmet_high",
        "p_fewer",
        "mean_rank",
        "p_top_tenth",
    ]
    return ranking.loc[order["market_id"], [*RANKING.columns, *extra]]


def explain_unranked(ranking: pd.DataFrame, settings: Settings) -> tuple[Notice, ...]:
    """Say why no market of the countries and sizes of a run is ranked, if that is so.

    Parameters
    ----------
    ranking
        RANKING table: rank, class, population, country_code.
    settings
        `countries`, `min_population` and `max_population`.

    Returns
    -------
    One notice; none if a market is ranked, or if countries and sizes are the usual ones.
    """
    usual = Settings()
    limits = (settings.countries, settings.min_population, settings.max_population)
    if ranking["rank"].notna().any() or limits == (usual.countries, usual.min_population, usual.max_population):
        return ()
    classes = ranking.loc[is_shown(ranking, settings), "class"]
    uncovered = int((classes == "not covered").sum())
    return (model_messages.nothing_ranked(uncovered, len(classes) - uncovered),)


def online_markets(markets: pd.DataFrame, reach: pd.DataFrame) -> pd.DataFrame:
    """Count only those online whom the list's platforms reach; where they are blocked, that is nobody.

    Parameters
    ----------
    markets
        MARKETS table.
    reach
        What `platform_demand` gives for it.

    Returns
    -------
    MARKETS table with internet_users times reach.
    """
    return markets.assign(internet_users=markets["internet_users"] * reach["reach"])


SIZE_BANDS = {
    "below 50,000": 50_000.0,
    "50,000 to 250,000": 250_000.0,
    "250,000 to 1 million": 1_000_000.0,
    "above 1 million": np.inf,
}
ALL_SIZES = "all sizes"
EDGES = ("50,000", "250,000", "1 million")
FEWEST_LARGEST = 5
# a band in which fewer markets' worth of creators is expected says nothing by itself
EFFECTIVE_MARKETS = 10.0


def band_sizes(markets: pd.DataFrame, expected: "pd.Series[float]", *, largest_share: float) -> "pd.Series[str]":
    """Name the size band of each market; bands with too little to tell join the next smaller one.

    Parameters
    ----------
    markets
        MARKETS table: population (residents) and internet_users.
    expected
        Expected creators by market_id.
    largest_share
        Share of markets that make the band of the largest, five at the least.
    """
    edges = list(SIZE_BANDS.values())
    code = np.searchsorted(edges, markets["population"].to_numpy(float), side="right").clip(max=len(edges) - 1)
    count = min(max(FEWEST_LARGEST, int(np.ceil(largest_share * len(markets)))), len(markets))
    order = np.lexsort((markets.index.to_numpy(str), -markets["internet_users"].to_numpy(float)))
    code[order[:count]] = len(edges)
    values, present = expected.to_numpy(float), [int(band) for band in np.unique(code)]
    together = [[band] for band in present]
    for at in range(len(together) - 1, 0, -1):
        expected_creators = values[np.isin(code, together[at])]
        if expected_creators.sum() ** 2 < EFFECTIVE_MARKETS * (expected_creators**2).sum():
            together[at - 1 : at + 1] = [together[at - 1] + together[at]]
    names = {band: _name_band(bands, present) for bands in together for band in bands}
    return pd.Series(code, markets.index).map(names).astype("str")


def _name_band(bands: list[int], present: list[int]) -> str:
    """Name sizes that stand together; `present` are all there are."""
    names = list(SIZE_BANDS)
    if bands == present:
        return ALL_SIZES
    if len(bands) == 1:
        return [*names, LARGEST][bands[0]]
    if bands[-1] == len(names):
        return f"{LARGEST} and others above {EDGES[bands[0] - 1]}"
    if bands[-1] == len(EDGES):
        return f"above {EDGES[bands[0] - 1]}"
    return f"{EDGES[bands[0] - 1]} to {EDGES[bands[-1]]}" if bands[0] else f"below {EDGES[bands[-1]]}"
