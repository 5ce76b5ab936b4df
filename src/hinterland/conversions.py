"""What the sales of a list show: rates per tier and platform, partially pooled, with intervals.

Rates are of creators, never of places: nothing here says where people buy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from hinterland.language import Notice
from hinterland.messages import creators as creator_messages

Floats = NDArray[np.float64]

# spread between cells (ln): from none to tenfold; half-normal prior of one, a factor of 2.7
SPREADS = np.linspace(0.0, 2.5, 51)
DRAWS = 4_000


@dataclass(frozen=True)
class Cells:
    """One estimate per tier and platform: `table` (creators, per) by them, and ln rate with its standard error."""

    table: pd.DataFrame
    ln_rate: Floats
    error: Floats


def pool(cells: Cells, rng: np.random.Generator) -> Floats:
    """Draw ln rates of all cells from their joint posterior: (draws, cells)."""
    if cells.table.empty:
        return np.empty((DRAWS, 0))
    variance = SPREADS[:, None] ** 2 + cells.error**2
    weight = 1 / variance
    common = (weight * cells.ln_rate).sum(axis=1) / weight.sum(axis=1)
    fit = -0.5 * (np.log(variance) + (cells.ln_rate - common[:, None]) ** 2 * weight).sum(axis=1)
    fit -= 0.5 * np.log(weight.sum(axis=1)) + 0.5 * SPREADS**2
    chance = np.exp(fit - fit.max())
    at = rng.choice(len(SPREADS), DRAWS, p=chance / chance.sum())
    mean = common[at] + rng.standard_normal(DRAWS) / np.sqrt(weight.sum(axis=1))[at]
    cell_weight = SPREADS[at, None] ** 2 / variance[at]
    middle = cell_weight * cells.ln_rate + (1 - cell_weight) * mean[:, None]
    return np.asarray(middle + rng.standard_normal(middle.shape) * np.sqrt(cell_weight) * cells.error, float)


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
    """Fit a Beta-Binomial to orders out of clicks; more orders than clicks count as one order a click.

    Parameters
    ----------
    rows
        One per creator: tier, platform, events (orders), per (clicks).

    Returns
    -------
    Orders per click of each tier and platform.
    """
    capped = rows.assign(events=np.minimum(rows["events"].round(), rows["per"].round()), per=rows["per"].round())
    return _fit(capped.loc[capped["per"] > 0], _beta_binomial)


def of_exposure(rows: pd.DataFrame) -> Cells:
    """Fit a Gamma-Poisson to events per follower.

    Parameters
    ----------
    rows
        One per creator: tier, platform, events, per (followers).

    Returns
    -------
    Events per follower of each tier and platform.
    """
    return _fit(rows, _gamma_poisson)


def of_money(rows: pd.DataFrame) -> Cells:
    """Fit a Gamma-Poisson to money counted in small sales: the tenth smallest of a hundred that are there.

    Parameters
    ----------
    rows
        One per creator: tier, platform, events (revenue), per (followers, or money spent).

    Returns
    -------
    Revenue per unit of `per` of each tier and platform.
    """
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
        centre, error = _average([_look(counts, (centre, error), likelihood, likeness) for likeness in LIKENESS])
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
    evidence = np.array([log_evidence for log_evidence, _, _ in looks])
    weight = np.exp(evidence - evidence.max())[:, None] / np.exp(evidence - evidence.max()).sum()
    means, variances = (np.stack([look[at] for look in looks]) for at in (1, 2))
    mean = (weight * means).sum(axis=0)
    return mean, np.sqrt((weight * (variances + (means - mean) ** 2)).sum(axis=0))


__all__ = ["Conversions", "find_conversions"]


THOUSAND = 1_000
LEAST_CREATORS = 5
ORDER = ("nano", "micro", "mid", "macro", "mega")
COLUMNS = ["measure", *CELL, "creators", "rate", "rate_low", "rate_high"]


@dataclass(frozen=True)
class Measure:
    """One rate: events of `events` per unit of `per`, by the likelihood that suits them."""

    events: str
    per: str
    unit: float = 1.0
    kind: str = "exposure"


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "orders per click": Measure("orders", "clicks", kind="clicks"),
        "clicks per 1,000 followers": Measure("clicks", "followers", THOUSAND),
        "orders per 1,000 followers": Measure("orders", "followers", THOUSAND),
        "revenue per follower": Measure("revenue", "followers", kind="money"),
        "revenue per unit of cost": Measure("revenue", "cost", kind="money"),
    }
)
FITS = {"clicks": of_clicks, "exposure": of_exposure, "money": of_money}


@dataclass(frozen=True)
class Conversions:
    """Rates per measure, tier and platform with 90 % intervals, and what they say in words."""

    table: pd.DataFrame
    notices: tuple[Notice, ...] = ()


def find_conversions(creators: pd.DataFrame, *, seed: int = 0) -> Conversions:
    """Estimate every rate the columns of a vetted list allow; nothing where it tells of no sales.

    Rates of a tier and platform are drawn towards those of all, the more the less they rest on (partial pooling).

    Parameters
    ----------
    creators
        VETTED table, with those of clicks, orders, revenue and cost (OPTIONAL_COLUMNS) that the list has.

    Returns
    -------
    In `table` a row per measure, tier and platform: creators, rate, rate_low and rate_high; measures with fewer than
    five creators are left out.
    """
    tables, notices = [], []
    for name, measure in MEASURES.items():
        rows = _rows(creators, measure)
        if len(rows) < LEAST_CREATORS:
            continue
        cells = FITS[measure.kind](rows)
        draws = pool(cells, np.random.default_rng(seed))
        tables.append(_table(name, measure, cells, draws))
        notices += _contrast(name, cells, draws)
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    return Conversions(table, tuple(notices))


def _rows(creators: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Take the creators that tell both numbers, and are of a known tier."""
    if not {measure.events, measure.per} <= set(creators.columns):
        return pd.DataFrame()
    rows = pd.DataFrame(
        {
            "tier": creators["tier"].astype("str"),
            "platform": creators["platform"].fillna("").astype("str"),
            "events": creators[measure.events].astype("float64"),
            "per": creators[measure.per].astype("float64"),
        }
    ).dropna()
    return rows.loc[rows["tier"].isin(ORDER) & (rows["per"] > 0) & (rows["events"] >= 0)]


def _table(name: str, measure: Measure, cells: Cells, draws: Floats) -> pd.DataFrame:
    low, middle, high = np.exp(np.quantile(draws, (0.05, 0.5, 0.95), axis=0)) * measure.unit
    counts = cells.table.reset_index()[[*CELL, "creators"]]
    return counts.assign(measure=name, rate=middle, rate_low=low, rate_high=high)[COLUMNS]


def _contrast(name: str, cells: Cells, draws: Floats) -> list[Notice]:
    """Compare the smallest tier with the largest, on the platforms where both are, weighted by what they rest on."""
    tiers = [tier for tier in ORDER if tier in cells.table.index.get_level_values("tier")]
    if len(tiers) < 2:  # noqa: PLR2004 - it takes two to compare
        return []
    small, large = tiers[0], tiers[-1]
    both = cells.table.loc[small].index.intersection(cells.table.loc[large].index)
    if both.empty:
        return []
    weight = cells.table["per"].groupby(level="platform").sum().reindex(both).to_numpy(float)
    at = {cell: place for place, cell in enumerate(cells.table.index)}
    rates = [np.exp(draws[:, [at[tier, platform] for platform in both]]) @ weight for tier in (small, large)]
    low, middle, high = np.quantile(rates[0] / rates[1], (0.05, 0.5, 0.95))
    return [creator_messages.conversions(name, small, large, (float(middle), float(low), float(high)))]
