"""Predict markets from a curve fitted without them: that shows whether the model holds where it has not looked."""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betainc

from hinterland import parallel
from hinterland.config import Assumptions
from hinterland.saturation.fit import Model, refit_without
from hinterland.saturation.likelihood import Floats, log_likelihood
from hinterland.saturation.market_data import MarketData
from hinterland.saturation.posterior import ParameterDraws, draw_parameters

FOLDS = 5
PREDICTION_DRAWS = 32
# where fewer creators are expected, ranges that hold the truth are no feat
CHECKED_FROM = 3.0
LN_K_BOUNDS = (-4.0, 6.0)
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
            values[held] = np.column_stack([_predict(parameters, left.where(held)), _rival(sample, held)])

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


def _rival(sample: MarketData, held: NDArray[np.bool_]) -> Floats:
    """Score the plainest model: creators per head of the country, and one k."""
    others, markets = sample.where(~held), sample.where(held)
    people = np.exp(sample.size)
    creators, living = others.by_country(others.counts), others.by_country(people[~held])
    overall = others.counts.sum() / people[~held].sum()
    # half a creator more, so that no country is expected to have none
    rate = (creators + 0.5) / (living + 0.5 / overall)

    def loss(ln_k: float) -> float:
        fitted = rate[others.country] * people[~held]
        return -float(log_likelihood(others.counts, fitted, float(np.exp(ln_k)), sample.smallest).sum())

    k = float(np.exp(minimize_scalar(loss, bounds=LN_K_BOUNDS, method="bounded").x))
    return log_likelihood(markets.counts, rate[markets.country] * people[held], k, sample.smallest)
