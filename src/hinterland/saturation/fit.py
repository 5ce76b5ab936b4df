"""The fit of the size curve to a list: the markets it is fitted on, without giants, and what it expects of each."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.config import Assumptions, Settings
from hinterland.saturation.likelihood import Floats
from hinterland.saturation.market_data import MarketData, Placing
from hinterland.saturation.neighbours import Neighbours, find_neighbours, fit_neighbours
from hinterland.saturation.posterior import ParameterDraws, draw_parameters
from hinterland.saturation.size_model import Curve, fit_curve, flat_curve, refine_levels
from hinterland.saturation.spillover import spread

# draws of the parameters that sums over many markets are taken from
SUM_DRAWS = 200
PLACING = ("exposure", "doubtful", "possible")
# levels whose population is counted whole
WIDE_LEVELS = ("region", "country")
BENDS_AT = 2.0
FEWEST_CREATORS = 10.0


@dataclass(frozen=True)
class RobustFit:
    """The curve in use, its slope without the larger share of giants, and whether the two disagree.

    `in_slope` and `in_levels` are the markets that slope and k, and country levels, were fitted on.
    """

    curve: Curve
    beta_check: float
    bends: bool
    in_slope: NDArray[np.bool_]
    in_levels: NDArray[np.bool_]


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

    def draw_sums(self, groups: "pd.Series[str]") -> pd.DataFrame:
        """Draw the creators expected in each group of markets together: one row per group, one column per draw."""
        few = self.parameters.first(SUM_DRAWS)
        return pd.DataFrame(few.expected(self.sample), self.markets).groupby(groups).sum()


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
        placed = sample.placing
        # creators in doubt reach the markets around them as all others do
        arrived_doubt = placed and replace(placed, doubtful=inflow @ placed.doubtful, possible=inflow @ placed.possible)
        sample = replace(sample, counts=arrived, inflow=inflow, homes=sample, placing=arrived_doubt)
    neighbours = None
    if sample.homes is None and fit.curve.fitted and not covered["level"].isin(WIDE_LEVELS).any():
        spots = covered["longitude"].to_numpy(float), covered["latitude"].to_numpy(float)
        neighbours = fit_neighbours(find_neighbours(*spots, sample.country), sample, fit.curve, fit.in_slope)
    if neighbours is not None:
        sample = replace(sample, surroundings=neighbours.around(sample, fit.curve, fit.in_slope))
    rng = np.random.default_rng(settings.seed)
    parameters = draw_parameters(fit.curve, settings.draws, assumptions, rng)
    return Model(creators.index, codes, sample, fit, parameters, neighbours)


def fit_slope(
    creators: "pd.Series[float]", markets: pd.DataFrame, *, assumptions: Assumptions, smallest: int = 0
) -> Curve:
    """Fit the size curve alone, as `fit_model` does, and nothing else."""
    ordered = creators.sort_index()
    sample, _ = _sample(ordered, markets.loc[ordered.index], smallest, ())
    usual = _not_giant(sample.size, assumptions.trim_share, assumptions.trim_minimum)
    return fit_curve(_informative(sample, usual), assumptions)


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


def fit_without_giants(sample: MarketData, assumptions: Assumptions) -> RobustFit:
    """Fit the size curve without the largest markets, test it without more of them, and set every country's level.

    With fewer than ten creators nothing can be fitted: slope and k stay at their priors, and `curve.fitted` is False.
    """
    if sample.counts.sum() < FEWEST_CREATORS:
        level = float(np.log(max(sample.counts.sum(), 0.5) / np.exp(sample.size).sum()))
        flat = replace(flat_curve(sample, assumptions, level), fitted=False)
        everywhere = np.ones(len(sample.counts), dtype=bool)
        curve = refine_levels(flat, sample, assumptions)
        return RobustFit(curve, flat.beta, bends=False, in_slope=everywhere, in_levels=everywhere)
    usual = _not_giant(sample.size, assumptions.trim_share, assumptions.trim_minimum)
    fewer = _not_giant(sample.size, assumptions.trim_share_check, assumptions.trim_minimum)
    curve = fit_curve(_informative(sample, usual), assumptions)
    check = curve if usual.all() else fit_curve(_informative(sample, fewer), assumptions)
    spread = np.sqrt(max(check.beta_se**2 - curve.beta_se**2, 0.0))
    bends = not usual.all() and abs(check.beta - curve.beta) > BENDS_AT * spread
    final, used = (check, fewer) if bends else (curve, usual)
    in_levels = used | _in_small_country(sample, used, assumptions.country_minimum)
    levelled = refine_levels(final, sample.where(in_levels), assumptions)
    return RobustFit(levelled, check.beta, bends=bends, in_slope=used, in_levels=in_levels)


def refit_without(fit: RobustFit, sample: MarketData, left_out: NDArray[np.bool_], assumptions: Assumptions) -> Curve:
    """Fit the curve again, as it was fitted, without some of its markets."""
    start = fit.curve
    if start.fitted:
        start = fit_curve(_informative(sample, fit.in_slope & ~left_out), assumptions, start=start)
    return refine_levels(start, sample.where(fit.in_levels & ~left_out), assumptions)


def _informative(sample: MarketData, usual: NDArray[np.bool_]) -> MarketData:
    """Fall back to all markets where those without giants hold no creators to fit on."""
    trimmed = sample.where(usual)
    return trimmed if trimmed.counts.sum() >= FEWEST_CREATORS else sample


def _not_giant(size: Floats, share: float, minimum: int) -> NDArray[np.bool_]:
    """Mark all but the largest `share`; ties at the edge go together, so row order cannot matter."""
    if len(size) < minimum:
        return np.ones(len(size), dtype=bool)
    smallest_giant = np.sort(size)[len(size) - int(np.ceil(share * len(size)))]
    return np.asarray(size < smallest_giant)


def _in_small_country(sample: MarketData, used: NDArray[np.bool_], minimum: int) -> NDArray[np.bool_]:
    others = np.bincount(sample.country[used], minlength=sample.countries)
    small: NDArray[np.bool_] = (others < minimum)[sample.country]
    return small
