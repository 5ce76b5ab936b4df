"""The fit of the size curve to a list, without giants, and whether it holds for markets it has not seen."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betainc

from hinterland import parallel
from hinterland.config import Assumptions, Settings
from hinterland.saturation.likelihood import Floats, MarketData, Placing, log_likelihood, minimise
from hinterland.saturation.posterior import ParameterDraws, draw_parameters
from hinterland.saturation.size_model import Curve, fit_curve, flat_curve, refine_levels
from hinterland.saturation.space import Neighbours, find_neighbours, fit_neighbours, spread

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
        """Draw the creators expected in each group of markets together: one row per group, one column per draw.

        Parameters
        ----------
        groups
            Name of the group of each market, by market_id; markets without one are left out.

        Returns
        -------
        Table by group, in the order of their names: creators, at most 200 draws.
        """
        expected = pd.DataFrame(self.parameters.first(SUM_DRAWS).expected(self.sample), self.markets)
        return expected.groupby(groups.reindex(self.markets)).sum()


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
    """Fit the size curve alone, as `fit_model` does, and nothing else.

    Parameters
    ----------
    creators
        Creators per covered market, by market_id.
    markets
        MARKETS table; rows outside the index of `creators` are ignored.
    smallest
        As in `fit_model`.

    Returns
    -------
    The curve without covariates, as if all places and populations were sure.
    """
    ordered = creators.sort_index()
    sample, _ = _sample(ordered, markets.loc[ordered.index], smallest, ())
    usual = _not_giant(sample.size, assumptions.trim_share, assumptions.trim_minimum)
    return fit_curve(_informative(sample, usual), assumptions)


def population_errors(markets: pd.DataFrame, assumptions: Assumptions) -> Floats:
    """Give the standard deviation of ln population of each market: its own, else the one assumed for its level.

    Parameters
    ----------
    markets
        MARKETS table: level, and population_error where it is known.
    assumptions
        population_error, and population_error_wide for regions and countries; if the former is 0, all are exact.

    Returns
    -------
    One number per row: 0 where a population is exact.
    """
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

    Parameters
    ----------
    sample
        Markets at home: giants are told by their size.
    assumptions
        trim_share, trim_share_check, trim_minimum and country_minimum say who is a giant and where they count.

    Returns
    -------
    The curve in use; its levels are in the order of the codes in `sample.country`.
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
    """Fit the curve again, as it was fitted, without some of its markets.

    Parameters
    ----------
    fit
        What `fit_without_giants` gives for the same markets.
    left_out
        A mark for each market of `sample`.

    Returns
    -------
    The curve; where the first could not be fitted, only its levels are set anew.
    """
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


FOLDS = 5
PREDICTION_DRAWS = 32
# where fewer creators are expected, ranges that hold the truth are no feat
CHECKED_FROM = 3.0
LN_K_BOUNDS, LN_K_NEAR = (-4.0, 6.0), 1e-2
COLUMNS = ["expected_creators", "below", "upto", "log_score", "rival_log_score"]


def predict_held_out(model: Model, *, seed: int, assumptions: Assumptions) -> pd.DataFrame:
    """Predict each market from the other four fifths of its country's.

    Where audiences spill over no market can be left out of the others: nothing is predicted.

    Parameters
    ----------
    model
        The fit to repeat without each fold, and the markets it judges.
    seed
        Of the draws of parameters.

    Returns
    -------
    Table by market_id: expected_creators; below and upto, the predictive Pr(Y < y) and Pr(Y <= y)
    where at least three creators are expected; log_score, ln Pr(y);
    and rival_log_score, that of a negative binomial around the country's creators per head with a k of its own.
    """
    fit, sample, neighbours = model.fit, model.sample, model.neighbours
    if sample.homes is not None or not fit.curve.fitted:
        return pd.DataFrame(index=model.markets, columns=COLUMNS, dtype=float)
    fold = assign_folds(model.markets, sample.country)
    folds = list(zip(range(FOLDS), np.random.default_rng((seed, 2)).spawn(FOLDS), strict=True))
    values = np.full((len(model.markets), len(COLUMNS)), np.nan)

    def predict(part: tuple[int, np.random.Generator]) -> None:
        held = fold == part[0]
        if held.any() and sample.counts[~held].sum() > 0:
            curve = refit_without(fit, sample, held, assumptions)
            left = sample
            if neighbours is not None:
                left = replace(sample, surroundings=neighbours.around(sample, curve, fit.in_slope & ~held))
            parameters = draw_parameters(curve, PREDICTION_DRAWS, assumptions, part[1])
            values[held] = np.column_stack([_predict(parameters, left.where(held)), _rival(sample, held, fit.curve.k)])

    parallel.side_by_side(predict, folds)
    return pd.DataFrame(values, model.markets, COLUMNS)


def assign_folds(markets: pd.Index, country: NDArray[np.intp]) -> NDArray[np.intp]:
    """Deal the markets of each country into folds, in an order that only their ids decide."""
    digest = [hashlib.blake2b(str(market_id).encode(), digest_size=8).hexdigest() for market_id in markets]
    order = pd.Series(digest).groupby(country).rank(method="first")
    return np.asarray(order.to_numpy(), dtype=np.intp) % FOLDS


def _predict(parameters: ParameterDraws, markets: MarketData) -> Floats:
    """Give expected creators, Pr(Y < y), Pr(Y <= y) and ln Pr(y) of markets the parameters were fitted without."""
    middle = parameters.curve.expected(markets)
    expected, k = parameters.expected(markets) * markets.prior_mean[:, None], parameters.k_of(markets)
    counts = markets.counts[:, None]
    log_score = log_likelihood(counts, expected, k, markets.smallest)
    chances = np.full((2, len(middle)), np.nan)
    rows = np.flatnonzero(middle >= CHECKED_FROM)
    for line, upto in zip(chances, (counts - 1, counts), strict=True):
        line[rows] = _upto(upto[rows], expected[rows], k[rows], markets.smallest).mean(axis=1)
    mixed = np.logaddexp.reduce(log_score, axis=1) - np.log(PREDICTION_DRAWS)
    return np.column_stack([middle, *chances, mixed])


def _upto(counts: Floats, expected: Floats, k: Floats, smallest: int) -> Floats:
    """Give Pr(Y <= y), of markets that were listed: y >= smallest."""
    share = k / (k + expected)

    def cumulative(upto: Floats) -> Floats:
        return np.where(upto < 0, 0.0, betainc(k, np.maximum(upto, 0) + 1, share))

    unlisted = cumulative(np.full_like(counts, smallest - 1))
    chance: Floats = np.clip((cumulative(counts) - unlisted) / np.maximum(1 - unlisted, np.finfo(float).tiny), 0, 1)
    return chance


def _rival(sample: MarketData, held: NDArray[np.bool_], k: float) -> Floats:
    """Score the plainest model: creators per head of the country, and one k, looked for from the curve's on."""
    others, markets = sample.where(~held), sample.where(held)
    people = np.exp(sample.size)
    creators, living = others.by_country(others.counts), others.by_country(people[~held])
    overall = others.counts.sum() / people[~held].sum()
    # half a creator more, so that no country is expected to have none
    rate = (creators + 0.5) / (living + 0.5 / overall)

    fitted = rate[others.country] * people[~held]

    def loss(point: Floats) -> float:
        return -float(log_likelihood(others.counts, fitted, float(np.exp(point[0])), sample.smallest).sum())

    k = float(np.exp(minimise(loss, [np.log(k)], [LN_K_BOUNDS], LN_K_NEAR)[0]))
    return log_likelihood(markets.counts, rate[markets.country] * people[held], k, sample.smallest)
