"""The rate of each tier and platform by itself, on the scale of logarithms: creators differ, so counts overdisperse."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from hinterland.conversions.pooling import Cells

Floats = NDArray[np.float64]
# log-likelihood of each creator's events, given what they are out of, the rate, and how alike creators are
Likelihood = Callable[[Floats, Floats, Floats, float], Floats]

CELL = ["tier", "platform"]
# how alike the rates of creators of one cell are: their coefficient of variation is 1 / sqrt(likeness)
LIKENESS = np.exp(np.linspace(np.log(0.1), np.log(100), 16))
LIKENESS_PRIOR, LIKENESS_SD = 1.0, 1.0
STEPS = np.linspace(-5.0, 5.0, 41)
ROUNDS = 3
SMALL_SALE = 0.1
SMALLEST = 1e-9


def of_clicks(rows: pd.DataFrame) -> Cells:
    """Fit a Beta-Binomial to orders out of clicks; more orders than clicks count as one order a click."""
    capped = rows.assign(events=np.minimum(rows["events"].round(), rows["per"].round()), per=rows["per"].round())
    return _fit(capped.loc[capped["per"] > 0], _beta_binomial)


def of_exposure(rows: pd.DataFrame) -> Cells:
    """Fit a Gamma-Poisson to events per follower."""
    return _fit(rows, _gamma_poisson)


def of_money(rows: pd.DataFrame) -> Cells:
    """Fit a Gamma-Poisson to money counted in small sales: the tenth smallest of a hundred that are there."""
    sales = rows["events"][rows["events"] > 0]
    sale = float(sales.quantile(SMALL_SALE)) if len(sales) else 1.0
    cells = _fit(rows.assign(events=rows["events"] / sale), _gamma_poisson)
    return Cells(cells.table, cells.ln_rate + np.log(sale), cells.error)


def _beta_binomial(events: Floats, per: Floats, rate: Floats, likeness: float) -> Floats:
    b = likeness * (1 - rate).clip(SMALLEST) / rate
    return np.asarray(betaln(events + likeness, per - events + b) - betaln(likeness, b), float)


def _gamma_poisson(events: Floats, per: Floats, rate: Floats, likeness: float) -> Floats:
    mean = rate * per
    fit = (
        gammaln(events + likeness)
        - gammaln(likeness)
        + events * np.log(mean / (likeness + mean))
        - likeness * np.log1p(mean / likeness)
    )
    return np.asarray(fit, float)


def _fit(rows: pd.DataFrame, likelihood: Likelihood) -> Cells:
    """Average the rate of each cell over how alike creators may be, which all cells share."""
    groups = rows.groupby(CELL)
    sums = groups[["events", "per"]].sum().assign(creators=groups.size())
    place = np.asarray(groups.ngroup(), np.int64)
    counts = (np.asarray(rows["events"], float), np.asarray(rows["per"], float), place)
    centre = np.log(((sums["events"] + 0.5) / (sums["per"] + 1.0)).to_numpy(float))
    error = 1 / np.sqrt(np.minimum(sums["events"].to_numpy(float), sums["creators"].to_numpy(float)) + 0.5)
    for _ in range(ROUNDS):
        centre, error = _average([_look(counts, (centre, error), likelihood, one) for one in LIKENESS])
    return Cells(sums[["creators", "per"]], centre, error)


def _look(
    counts: tuple[Floats, Floats, NDArray[np.int64]],
    around: tuple[Floats, Floats],
    likelihood: Likelihood,
    likeness: float,
) -> tuple[float, Floats, Floats]:
    """Go over a grid of rates of each cell: log evidence of this likeness; mean and variance of each ln rate."""
    (events, per, place), (centre, error) = counts, around
    grid = centre + STEPS[:, None] * error
    rates = np.clip(np.exp(grid), SMALLEST, None)
    sums = np.stack([np.bincount(place, likelihood(events, per, row[place], likeness)) for row in rates])
    top = sums.max(axis=0)
    weight = np.exp(sums - top)
    evidence = (top + np.log(weight.sum(axis=0))).sum() - 0.5 * (np.log(likeness / LIKENESS_PRIOR) / LIKENESS_SD) ** 2
    weight /= weight.sum(axis=0)
    mean = (weight * grid).sum(axis=0)
    return float(evidence), mean, (weight * (grid - mean) ** 2).sum(axis=0)


def _average(looks: list[tuple[float, Floats, Floats]]) -> tuple[Floats, Floats]:
    evidence = np.array([one for one, _, _ in looks])
    weight = np.exp(evidence - evidence.max())[:, None] / np.exp(evidence - evidence.max()).sum()
    means, variances = (np.stack([look[at] for look in looks]) for at in (1, 2))
    mean = (weight * means).sum(axis=0)
    return mean, np.sqrt((weight * (variances + (means - mean) ** 2)).sum(axis=0))
