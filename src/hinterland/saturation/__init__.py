"""Stage 4, supply and markets to saturation: expected creators, and how sure the difference is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hinterland import parallel
from hinterland.config import (
    BENCHMARKS,
    NO_CLEAR_DIFFERENCE,
    OVER_SATURATED,
    UNDECIDED,
    UNDER_SERVED,
    UNRANKED,
    Assumptions,
    Settings,
)
from hinterland.saturation.draws import (
    Draws,
    ParameterDraws,
    draw_parameters,
    draw_saturations,
)
from hinterland.saturation.held_out import COLUMNS as PREDICTIONS
from hinterland.saturation.held_out import predict_held_out
from hinterland.saturation.likelihood import Floats, usual_range
from hinterland.saturation.market_data import MarketData, Placing
from hinterland.saturation.neighbours import Neighbours, find_neighbours, fit_neighbours
from hinterland.saturation.population_error import mean_saturation, population_variance
from hinterland.saturation.posterior import summarise_posterior
from hinterland.saturation.robust import (
    RobustFit,
    SaturationBounds,
    classify,
    classify_once,
    fit_slope_only,
    fit_without_giants,
    grade_evidence,
    sure_calls,
)
from hinterland.saturation.size_model import Curve
from hinterland.saturation.spillover import spread
from hinterland.schemas import SATURATION

__all__ = [
    "BenchmarkSaturation",
    "Model",
    "Saturation",
    "fit_model",
    "fit_saturation",
    "fit_slope",
    "judge_markets",
    "population_errors",
]

MARKETS_AT_ONCE = 1_024
# draws of the parameters that sums over many markets are taken from
SUM_DRAWS = 200
# the interval of a market that is not ranked needs fewer draws than the ranks of the others
UNRANKED_DRAWS = 250
PLACING = ("exposure", "doubtful", "possible")
# levels whose population is counted whole
WIDE_LEVELS = ("region", "country")


@dataclass(frozen=True)
class BenchmarkSaturation:
    """One benchmark: the SATURATION table, and draws of its decided markets.

    `draws` are of theta, the saturation as a fraction.
    """

    table: pd.DataFrame
    decided: pd.Index
    draws: Draws


@dataclass(frozen=True)
class Model:
    """A fitted size curve with the markets it is to judge, and draws of its parameters."""

    markets: pd.Index
    codes: pd.Index
    sample: MarketData
    fit: RobustFit
    parameters: ParameterDraws
    neighbours: Neighbours | None = None

    @property
    def expected(self) -> "pd.Series[float]":
        """Creators each market should have at home."""
        return pd.Series(self.fit.curve.expected(self.sample), self.markets)

    @property
    def counts(self) -> "pd.Series[float]":
        """Creators of each market, where their audience is."""
        return pd.Series(self.sample.counts, self.markets)

    @property
    def dispersion(self) -> "pd.Series[float]":
        """Dispersion k of each market."""
        return pd.Series(self.fit.curve.k_of(self.sample), self.markets)

    def predict_held_out(self, *, seed: int, assumptions: Assumptions) -> pd.DataFrame:
        """Predict each market from a curve fitted without it, as `held_out.predict_held_out` says.

        Where audiences spill over no market can be left out of the others: nothing is predicted.
        """
        if self.sample.homes is not None or not self.fit.curve.fitted:
            return pd.DataFrame(index=self.markets, columns=PREDICTIONS, dtype=float)
        return predict_held_out(
            self.fit, self.sample, self.markets, neighbours=self.neighbours, seed=seed, assumptions=assumptions
        )

    def draw_sums(self, groups: "pd.Series[str]") -> pd.DataFrame:
        """Draw the creators expected in each group of markets together: one row per group, one column per draw."""
        few = self.parameters.first(SUM_DRAWS)
        return pd.DataFrame(few.expected(self.sample), self.markets).groupby(groups).sum()


@dataclass(frozen=True)
class Saturation:
    """The fit and what it says of every covered market, in both benchmarks; `countries` holds 100 exp(a_c - a)."""

    benchmarks: Mapping[str, BenchmarkSaturation]
    countries: pd.DataFrame
    fit: RobustFit

    @property
    def curve(self) -> Curve:
        """The size curve in use."""
        return self.fit.curve


def fit_model(
    creators: "pd.Series[float] | pd.DataFrame",
    markets: pd.DataFrame,
    *,
    settings: Settings,
    assumptions: Assumptions,
    smallest: int = 0,
    placing: pd.DataFrame | None = None,
) -> Model:
    """Fit the size curve to every covered market, zeros included.

    Parameters
    ----------
    creators
        Creators per covered market, indexed by market_id; fractions allowed. Where audiences are to spill over, one
        column per tier.
    markets
        MARKETS table, with a column for each of `settings.covariates`; rows outside the index of `creators` are
        ignored.
    smallest
        0, or the smallest count with which a market could have been listed at all.
    placing
        How well creators could be placed, for the same markets: `exposure`, the share of the creators around whose
        place is told finer than a region; `doubtful`, those of a market who may live elsewhere; `possible`, those
        counted elsewhere who may live there. Without it every place is sure.
    """
    by_tier = creators.sort_index().to_frame() if isinstance(creators, pd.Series) else creators.sort_index()
    creators, covered = by_tier.sum(axis="columns"), markets.loc[by_tier.index]
    sample, codes = _sample(creators, covered, smallest, settings.covariates)
    errors = population_errors(covered, assumptions)
    sample = replace(sample, population_error=errors if errors.any() else None)
    if placing is not None:
        aligned = placing.loc[creators.index].astype(float)
        sample = replace(sample, placing=Placing(*(aligned[name].to_numpy() for name in PLACING)))
    fit = fit_without_giants(sample, assumptions)
    if settings.spill_over != "none":
        arrived, inflow = spread(by_tier, covered, settings.spill_over, assumptions)
        sample = replace(sample, counts=arrived, inflow=inflow, homes=sample, placing=_spread_doubt(sample, inflow))
    neighbours = None
    if sample.homes is None and fit.curve.fitted and not covered["level"].isin(WIDE_LEVELS).any():
        spots = covered["longitude"].to_numpy(float), covered["latitude"].to_numpy(float)
        neighbours = fit_neighbours(find_neighbours(*spots, sample.country), sample, fit.curve, fit.in_slope)
    if neighbours is not None:
        sample = replace(sample, surroundings=neighbours.around(sample, fit.curve, fit.in_slope))
    rng = np.random.default_rng(settings.seed)
    parameters = draw_parameters(fit.curve, settings.draws, assumptions, rng)
    return Model(creators.index, codes, sample, fit, parameters, neighbours)


def judge_markets(
    model: Model,
    *,
    settings: Settings,
    assumptions: Assumptions,
    classes: "pd.Series[str] | None" = None,
    against_world: bool = True,
) -> Saturation:
    """Judge each market of a model against its curve, in both benchmarks.

    `classes` names the class of markets that may not be called, by market_id; `against_world` says whether the list
    can compare countries: otherwise no market is judged in the global benchmark.
    """
    fixed = pd.Series(dtype="str") if classes is None else classes
    calls = {"national": True, "global": against_world}
    judge = partial(_judge, model, fixed.reindex(model.markets), assumptions, calls)
    tables = dict(zip(BENCHMARKS, parallel.side_by_side(judge, BENCHMARKS), strict=True))
    tables = _countries_first(tables, model, assumptions, against_world=against_world)
    # a stream of its own: judging twice gives the same draws
    rng = np.random.default_rng((settings.seed, 1))
    benchmarks = _with_draws(tables, model, assumptions, rng)
    countries = _country_table(model.codes, model.fit.curve, model.parameters, assumptions)
    return Saturation(benchmarks, countries, model.fit)


def fit_saturation(
    creators: "pd.Series[float] | pd.DataFrame",
    markets: pd.DataFrame,
    *,
    settings: Settings,
    assumptions: Assumptions,
    smallest: int = 0,
    placing: pd.DataFrame | None = None,
) -> Saturation:
    """Fit the size curve and judge every market against it, as `fit_model` and `judge_markets` do."""
    model = fit_model(creators, markets, settings=settings, assumptions=assumptions, smallest=smallest, placing=placing)
    return judge_markets(model, settings=settings, assumptions=assumptions)


def population_errors(markets: pd.DataFrame, assumptions: Assumptions) -> Floats:
    """Give the standard deviation of ln population of each market: its own, else the one assumed for its level."""
    assumed = (
        markets["level"]
        .isin(WIDE_LEVELS)
        .map({True: assumptions.population_error_wide, False: assumptions.population_error})
    )
    if "population_error" in markets:
        assumed = markets["population_error"].fillna(assumed)
    # a run may take all populations to be exact
    return np.asarray(assumed, dtype=np.float64) * (assumptions.population_error > 0)


def _spread_doubt(sample: MarketData, inflow: csr_array) -> Placing | None:
    """Let creators in doubt reach the markets around them as all others do."""
    placing = sample.placing
    return placing and replace(placing, doubtful=inflow @ placing.doubtful, possible=inflow @ placing.possible)


def fit_slope(
    creators: "pd.Series[float]", markets: pd.DataFrame, *, assumptions: Assumptions, smallest: int = 0
) -> Curve:
    """Fit the size curve alone, as `fit_saturation` does, without judging any market."""
    ordered = creators.sort_index()
    return fit_slope_only(_sample(ordered, markets.loc[ordered.index], smallest, ())[0], assumptions)


def _sample(
    creators: "pd.Series[float]", covered: pd.DataFrame, smallest: int, covariates: tuple[str, ...]
) -> tuple[MarketData, pd.Index]:
    size = np.log(covered["internet_users"].to_numpy(float))
    country, codes = pd.factorize(covered["country_code"], sort=True)
    traits = _traits(covered, pd.Index(codes), covariates)
    counts = np.asarray(creators, dtype=np.float64)
    # in the middle of the creators: there a country's level and its slope have little to do with one another
    sample = MarketData(counts, size, country, len(codes), smallest, traits)
    return replace(sample, size=size - sample.middle_size), pd.Index(codes, name="country_code")


def _traits(covered: pd.DataFrame, codes: pd.Index, covariates: tuple[str, ...]) -> Floats:
    """Standardise the covariates of the covered countries; one that is unknown counts as average."""
    countries = covered.drop_duplicates("country_code").set_index("country_code").reindex(codes)
    values = countries[list(covariates)].astype(float)
    scores = ((values - values.mean()) / values.std(ddof=0).replace(0, np.nan)).fillna(0.0)
    return np.column_stack([np.ones(len(codes)), scores.to_numpy(float)])


def _judge(
    model: Model, fixed: "pd.Series[str]", assumptions: Assumptions, calls: Mapping[str, bool], benchmark: str
) -> pd.DataFrame:
    """Compute what needs no draws of theta."""
    sample, curve = model.sample, model.fit.curve
    odds = summarise_posterior(sample, model.parameters, benchmark, assumptions, calls=calls[benchmark])
    home = curve.expected(sample)
    shift = np.exp(curve.above_typical(sample)) if benchmark == "global" else 1.0
    expected, k = home / shift, curve.k_of(sample)
    usual = usual_range(expected, k, assumptions.tails)

    def saturation(more: Floats | float) -> Floats:
        shifted = replace(sample, counts=sample.counts + more)
        return np.asarray(100 * shift * mean_saturation(shifted, home, k=k, beta=curve.beta))

    possible = np.zeros(len(home)) if sample.placing is None else sample.placing.possible
    doubtful = np.zeros(len(home)) if sample.placing is None else sample.placing.doubtful
    bounds = SaturationBounds(saturation(possible), saturation(-doubtful))
    free = fixed.isna().to_numpy()
    decidable = free & ~odds.wide & curve.fitted
    separable = population_variance(sample, curve.beta)[:, 0] < 1 / k
    called = np.where(decidable & ~separable, NO_CLEAR_DIFFERENCE, classify(bounds, odds, decidable, assumptions))
    classes, exact = (
        np.where(free, labels, fixed)
        for labels in (called, classify_once(bounds, odds.exact, odds.alone, decidable, assumptions))
    )
    return pd.DataFrame(
        {
            "creators": sample.counts,
            "expected_creators": expected,
            "saturation": saturation(0.0),
            "p_underserved": odds.p_underserved,
            "p_fewer": odds.chances.fewer,
            "missing_creators": expected * odds.gap,
            "usual_low": usual[0],
            "usual_high": usual[1],
            "possible_creators": possible,
            "class": classes,
            "class_if_exact": exact,
        },
        index=model.markets,
    )


def _countries_first(
    tables: dict[str, pd.DataFrame], model: Model, assumptions: Assumptions, *, against_world: bool
) -> dict[str, pd.DataFrame]:
    """Call a market against the world only if its country is called the same way and the market is judged at home.

    Most of what sets a market apart from the world is its country: that is the call to make first, and the one to be
    sure of (false discoveries are controlled over countries).
    """
    home = tables["national"]["class"]
    if not against_world:
        return tables | {"global": tables["global"].assign(**{"class": home.where(home.isin(UNRANKED), UNDECIDED)})}
    if model.fit.curve.alone:
        return tables
    below = (model.parameters.levels < model.parameters.typical).mean(axis=1)
    under, _ = sure_calls(below, assumptions)
    over, _ = sure_calls(1 - below, assumptions)
    world, country = tables["global"]["class"], model.sample.country
    agrees = ((world == UNDER_SERVED) & under[country]) | ((world == OVER_SATURATED) & over[country])
    classes = home.where(home.isin(UNRANKED), world.where(agrees, NO_CLEAR_DIFFERENCE))
    return tables | {"global": tables["global"].assign(**{"class": classes})}


class _Room(NamedTuple):
    """Where draws of one benchmark are kept: bounds (2, markets), which markets are decided, their draws."""

    bounds: Floats
    decided: NDArray[np.bool_]
    draws: Draws


def _with_draws(
    tables: dict[str, pd.DataFrame], model: Model, assumptions: Assumptions, rng: np.random.Generator
) -> dict[str, BenchmarkSaturation]:
    """Add the intervals, and keep the draws of decided markets; a slice of markets at a time."""
    starts = range(0, len(model.markets), MARKETS_AT_ONCE)
    parts = list(zip(starts, rng.spawn(len(starts)), strict=True))
    rooms = {benchmark: _room(table, len(model.parameters.beta)) for benchmark, table in tables.items()}
    parallel.side_by_side(partial(_draw_slice, rooms, model, assumptions), parts)
    return {benchmark: _collect(tables[benchmark], rooms[benchmark], assumptions) for benchmark in BENCHMARKS}


def _room(table: pd.DataFrame, draws: int) -> _Room:
    decided = (~table["class"].isin(UNRANKED)).to_numpy()
    return _Room(np.empty((2, len(table))), decided, np.empty((int(decided.sum()), draws), dtype=np.float32))


def _draw_slice(
    rooms: Mapping[str, _Room], model: Model, assumptions: Assumptions, part: tuple[int, np.random.Generator]
) -> None:
    """Draw a slice of the markets, and put what is kept where it belongs."""
    start, rng = part
    rows = np.arange(start, min(start + MARKETS_AT_ONCE, len(model.markets)))
    ranked = np.any([room.decided[rows] for room in rooms.values()], axis=0)
    few = model.parameters.first(UNRANKED_DRAWS)
    for markets, parameters in ((rows[ranked], model.parameters), (rows[~ranked], few)):
        sample = model.sample.where(markets)
        theta = draw_saturations(sample, parameters, assumptions.place_certainty, rng)
        for benchmark, room in rooms.items():
            draws = theta * parameters.factor(sample, benchmark).astype(np.float32)
            decided = np.flatnonzero(room.decided[markets])
            if len(decided):
                room.draws[np.cumsum(room.decided)[markets[decided]] - 1] = draws[decided]
            # sorted first, the quantiles take a third of the time
            ordered = np.sort(draws, axis=1)
            room.bounds[:, markets] = 100 * np.quantile(ordered, assumptions.tails, axis=1, overwrite_input=True)


def _collect(table: pd.DataFrame, room: _Room, assumptions: Assumptions) -> BenchmarkSaturation:
    low, high = room.bounds
    # with the doubt about places the draws may reach farther than the odds the class was decided by
    wide = (low < 100 / assumptions.widest) & (high > 100 * assumptions.widest)
    ranked = room.decided & ~wide
    judgements = table.assign(
        saturation_low=low,
        saturation_high=high,
        evidence=grade_evidence(low, high, assumptions),
        **{"class": table["class"].mask(room.decided & wide, UNDECIDED)},
    )
    return BenchmarkSaturation(SATURATION.check(judgements), judgements.index[ranked], room.draws[ranked[room.decided]])


def _country_table(codes: pd.Index, curve: Curve, parameters: ParameterDraws, assumptions: Assumptions) -> pd.DataFrame:
    """Tabulate each country's level against the typical country, with its interval."""
    ratio = 100 * np.exp(parameters.levels - parameters.typical)
    low, high = np.quantile(ratio, assumptions.tails, axis=1)
    level = 100 * np.exp(curve.levels - curve.typical)
    return pd.DataFrame({"level": level, "level_low": low, "level_high": high}, index=codes)
