"""Stage 4, supply and markets to saturation: expected creators, how sure the difference is, and its class."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
from hinterland.registry import OnDemand
from hinterland.saturation.fit import Model, RobustFit, fit_model, fit_slope, population_errors, predict_held_out
from hinterland.saturation.likelihood import Floats, population_variance, usual_range
from hinterland.saturation.posterior import (
    INTERVALS,
    Chances,
    Draws,
    EvenDraws,
    Odds,
    ParameterDraws,
    draw_saturations,
    even_saturations,
    mean_saturation,
    spread_draws,
    summarise_posterior,
)
from hinterland.saturation.size_model import Curve
from hinterland.schemas import SATURATION

__all__ = [
    "BenchmarkSaturation",
    "Model",
    "Saturation",
    "fit_model",
    "fit_slope",
    "judge_markets",
    "population_errors",
    "predict_held_out",
]

MARKETS_AT_ONCE = 1_024


@dataclass(frozen=True)
class BenchmarkSaturation:
    """One benchmark: the SATURATION table, and draws of its decided markets.

    `draws` are of theta, the saturation as a fraction.
    """

    table: pd.DataFrame
    decided: pd.Index
    draws: Draws


@dataclass(frozen=True)
class Saturation:
    """The fit and what it says of every covered market, in each benchmark; `countries` holds 100 exp(a_c - a)."""

    benchmarks: Mapping[str, BenchmarkSaturation]
    countries: pd.DataFrame
    fit: RobustFit

    @property
    def curve(self) -> Curve:
        """The size curve in use."""
        return self.fit.curve


def judge_markets(
    model: Model,
    *,
    settings: Settings,
    assumptions: Assumptions,
    classes: "pd.Series[str] | None" = None,
    against_world: bool = True,
) -> Saturation:
    """Judge each market of a model against its curve, in both benchmarks.

    Parameters
    ----------
    model
        What `fit_model` gives.
    settings
        Only `seed` matters here.
    assumptions
        How wide intervals are, and how sure a class must be.
    classes
        Class of each market that may not be called, by market_id; it keeps that class.
    against_world
        Whether the list can compare countries: otherwise no market is judged in the global benchmark.

    Returns
    -------
    SATURATION table and draws of each benchmark ("national", "global"), made when first asked for; the level of each
    country, by country_code, in percent of the typical one; and the fit.
    """
    fixed = (pd.Series(dtype="str") if classes is None else classes).reindex(model.markets)

    def judge(benchmark: str) -> BenchmarkSaturation:
        calls = against_world or benchmark == "national"
        table = _judge(model, fixed, benchmark, assumptions, calls=calls)
        if benchmark == "global":
            home = benchmarks["national"].table["class"]
            table = table.assign(
                **{"class": _call_countries_first(table["class"], home, model, assumptions, calls=calls)}
            )
        # a stream of its own: judging twice gives the same draws
        return _with_draws(table, benchmark, model, assumptions, np.random.default_rng((settings.seed, 1)))

    benchmarks = OnDemand(BENCHMARKS, judge)
    countries = _country_table(model.codes, model.fit.curve, model.parameters, assumptions)
    return Saturation(benchmarks, countries, model.fit)


def _judge(
    model: Model, fixed: "pd.Series[str]", benchmark: str, assumptions: Assumptions, *, calls: bool
) -> pd.DataFrame:
    """Compute what needs no draws of theta."""
    sample, curve = model.sample, model.fit.curve
    odds = summarise_posterior(sample, model.parameters, benchmark, assumptions, calls=calls)
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


def _call_countries_first(
    world: "pd.Series[str]", home: "pd.Series[str]", model: Model, assumptions: Assumptions, *, calls: bool
) -> "pd.Series[str]":
    """Call a market against the world only if its country is called the same way and the market is judged at home.

    Most of what sets a market apart from the world is its country: that is the call to make first, and the one to be
    sure of (false discoveries are controlled over countries).
    """
    if not calls:
        return home.where(home.isin(UNRANKED), UNDECIDED)
    if model.fit.curve.alone:
        return world
    below = (model.parameters.levels < model.parameters.typical).mean(axis=1)
    under, _ = sure_calls(below, assumptions)
    over, _ = sure_calls(1 - below, assumptions)
    country = model.sample.country
    agrees = ((world == UNDER_SERVED) & under[country]) | ((world == OVER_SATURATED) & over[country])
    return home.where(home.isin(UNRANKED), world.where(agrees, NO_CLEAR_DIFFERENCE))


class _Room(NamedTuple):
    """Where draws of a benchmark are kept: bounds (2, markets), which markets are decided, their draws.

    `even` are the draws of parameters for the others.
    """

    benchmark: str
    even: EvenDraws
    bounds: Floats
    decided: NDArray[np.bool_]
    draws: Draws


def _with_draws(
    table: pd.DataFrame, benchmark: str, model: Model, assumptions: Assumptions, rng: np.random.Generator
) -> BenchmarkSaturation:
    """Add the intervals, and keep the draws of decided markets; a slice of markets at a time."""
    starts = range(0, len(model.markets), MARKETS_AT_ONCE)
    parts = list(zip(starts, rng.spawn(len(starts)), strict=True))
    decided = (~table["class"].isin(UNRANKED)).to_numpy()
    draws = np.empty((int(decided.sum()), len(model.parameters.beta)), dtype=np.float32)
    even = spread_draws(model.fit.curve, assumptions, INTERVALS)
    room = _Room(benchmark, even, np.empty((2, len(table))), decided, draws)
    parallel.side_by_side(partial(_draw_slice, room, model, assumptions), parts)
    return _collect(table, room, assumptions)


def _draw_slice(room: _Room, model: Model, assumptions: Assumptions, part: tuple[int, np.random.Generator]) -> None:
    """Draw a slice of the markets, and put what is kept where it belongs."""
    start, rng = part
    rows = np.arange(start, min(start + MARKETS_AT_ONCE, len(model.markets)))
    decided, certainty = room.decided[rows], assumptions.place_certainty
    for markets in filter(len, (rows[decided], rows[~decided])):
        sample, is_decided = model.sample.where(markets), room.decided[markets[0]]
        parameters = model.parameters if is_decided else room.even.parameters
        theta = (
            draw_saturations(sample, parameters, certainty, rng)
            if is_decided
            else even_saturations(sample, room.even, certainty, rng)
        )
        if room.benchmark == "global":
            theta *= parameters.factor(sample, room.benchmark).astype(np.float32)
        if is_decided:
            room.draws[np.cumsum(room.decided)[markets] - 1] = theta
        # sorted first, the quantiles take a third of the time; each draw stands for the middle of its share
        ordered = np.sort(theta, axis=1)
        room.bounds[:, markets] = 100 * np.quantile(
            ordered, assumptions.tails, axis=1, overwrite_input=True, method="hazen"
        )


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


Marks = NDArray[np.bool_]


class SaturationBounds(NamedTuple):
    """Saturation in percent if all creators who may live in a market do, and if none of those in doubt does."""

    with_possible: Floats
    without_doubtful: Floats


def classify(saturation: SaturationBounds, odds: Odds, decidable: Marks, assumptions: Assumptions) -> NDArray[np.str_]:
    """Name every market's class: called are those that both readings of the differences between markets call.

    Differences are as large as counts show, or as small as they would be without errors of population: a call that
    fails under either is not made, and a market neither could call is "insufficient data".

    Parameters
    ----------
    odds
        What `summarise_posterior` gives for the same markets.
    decidable
        Markets that may be called.
    assumptions
        class_false_share, class_certainty, under_served_at and over_saturated_at.

    Returns
    -------
    A class for each market: "under-served", "no clear difference", "over-saturated" or "insufficient data".
    """
    fitted, strict = (
        classify_once(saturation, chances, odds.alone, decidable, assumptions)
        for chances in (odds.chances, odds.strict)
    )
    undecided = (fitted == UNDECIDED) | (strict == UNDECIDED)
    agreed = np.where(fitted == strict, fitted, NO_CLEAR_DIFFERENCE)
    return np.where(undecided, UNDECIDED, agreed)


def classify_once(
    saturation: SaturationBounds, odds: Chances, alone: Chances, decidable: Marks, assumptions: Assumptions
) -> NDArray[np.str_]:
    """Name every market's class; those not `decidable` are "insufficient data", and no part of the others' odds.

    Called are the longest prefixes, by certainty, with at most `class_false_share` expected false calls and
    every single call at least `class_certainty` sure; "insufficient data" are those that no creators at all
    could not have got called. A call that creators of doubtful place could overturn is not made: under-served must
    hold if all who may live there do, over-saturated if none of those in doubt does.

    Parameters
    ----------
    odds
        Pr(theta < 1) of each market in the reading that is to call.
    alone
        The same by each market's own creators, without its neighbours.
    assumptions
        class_false_share, class_certainty, under_served_at and over_saturated_at.

    Returns
    -------
    Classes as in `classify`.
    """
    under, bar = sure_calls(np.where(decidable, odds.with_possible, 0.0), assumptions)
    over, _ = sure_calls(np.where(decidable, 1 - odds.without_doubtful, 0.0), assumptions)
    classes = np.full(len(under), NO_CLEAR_DIFFERENCE, dtype="<U19")
    classes[~decidable | (np.minimum(odds.if_none, alone.if_none) < bar)] = UNDECIDED
    # neighbours alone call no market
    under &= alone.if_none >= bar
    over &= 1 - alone.fewer >= assumptions.class_certainty
    classes[under & (saturation.with_possible <= assumptions.under_served_at)] = UNDER_SERVED
    classes[over & (saturation.without_doubtful >= assumptions.over_saturated_at)] = OVER_SATURATED
    return classes


def sure_calls(probability: Floats, assumptions: Assumptions) -> tuple[Marks, float]:
    """Mark the calls of the longest prefix, and give the certainty the last of them had.

    Parameters
    ----------
    probability
        Of each market, that the call would be right.
    assumptions
        class_false_share and class_certainty.

    Returns
    -------
    Which markets are called, and that certainty; 1 - class_false_share if none is.
    """
    if not len(probability):
        return np.zeros(0, dtype=bool), 1 - assumptions.class_false_share
    order = np.argsort(-probability, kind="stable")
    ordered = probability[order]
    doubt = np.cumsum(1 - ordered) / np.arange(1, len(ordered) + 1)
    good = (doubt <= assumptions.class_false_share) & (ordered >= assumptions.class_certainty)
    if not good.any():
        return np.zeros(len(probability), dtype=bool), 1 - assumptions.class_false_share
    bar = float(ordered[np.flatnonzero(good)[-1]])
    return probability >= bar, bar


def grade_evidence(low: Floats, high: Floats, assumptions: Assumptions) -> NDArray[np.str_]:
    """Grade the evidence high, medium or low by how many times the upper end of an interval is its lower end.

    Parameters
    ----------
    low
        Lower end of the interval of each market, in the unit of `high`; one of 0 is low evidence.
    assumptions
        evidence_high_ratio and evidence_medium_ratio.
    """
    edges = [assumptions.evidence_high_ratio, assumptions.evidence_medium_ratio]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(low > 0, high / low, np.inf)
    return np.array(["high", "medium", "low"])[np.digitize(ratio, edges, right=True)]
