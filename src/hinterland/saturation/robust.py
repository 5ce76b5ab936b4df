"""Which markets can be called under-served or over-saturated, and which the data cannot decide."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hinterland.config import NO_CLEAR_DIFFERENCE, OVER_SATURATED, UNDECIDED, UNDER_SERVED, Assumptions
from hinterland.saturation.likelihood import Floats
from hinterland.saturation.market_data import MarketData
from hinterland.saturation.posterior import Chances, Odds
from hinterland.saturation.size_model import Curve, fit_curve, flat_curve, refine_levels

Marks = NDArray[np.bool_]


class SaturationBounds(NamedTuple):
    """Saturation in percent if all creators who may live in a market do, and if none of those in doubt does."""

    with_possible: Floats
    without_doubtful: Floats


def classify(saturation: SaturationBounds, odds: Odds, decidable: Marks, assumptions: Assumptions) -> NDArray[np.str_]:
    """Name every market's class: called are those that both readings of the differences between markets call.

    Differences are as large as counts show, or as small as they would be without errors of population: a call that
    fails under either is not made, and a market neither could call is "insufficient data".
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
    """Mark the calls of the longest prefix, and give the certainty the last of them had."""
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
    """Grade the evidence high, medium or low by how many times the upper end of an interval is its lower end."""
    edges = [assumptions.evidence_high_ratio, assumptions.evidence_medium_ratio]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(low > 0, high / low, np.inf)
    return np.array(["high", "medium", "low"])[np.digitize(ratio, edges, right=True)]


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


def fit_slope_only(sample: MarketData, assumptions: Assumptions) -> Curve:
    """Fit the size curve without the largest markets, and nothing else."""
    return fit_curve(
        _informative(sample, _not_giant(sample.size, assumptions.trim_share, assumptions.trim_minimum)), assumptions
    )


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
