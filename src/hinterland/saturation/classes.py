"""Which markets can be called under-served or over-saturated, and which the data cannot decide."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hinterland.config import NO_CLEAR_DIFFERENCE, OVER_SATURATED, UNDECIDED, UNDER_SERVED, Assumptions
from hinterland.saturation.likelihood import Floats
from hinterland.saturation.posterior import Chances, Odds

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
