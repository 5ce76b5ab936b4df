"""Keep the giants out of the curve that judges them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hinterland.config import Assumptions
from hinterland.saturation.curve import Curve, fit_curve, flat_curve, refine_levels
from hinterland.saturation.likelihood import Floats
from hinterland.saturation.sample import Sample

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


def fit_without_giants(sample: Sample, assumptions: Assumptions) -> RobustFit:
    """Fit the size curve without the largest markets, test it without more of them, and set every country's level.

    With fewer than ten creators nothing can be fitted: slope and k stay at their priors, and `curve.fitted` is False.
    """
    if sample.counts.sum() < FEWEST_CREATORS:
        level = float(np.log(max(sample.counts.sum(), 0.5) / np.exp(sample.size).sum()))
        flat = replace(flat_curve(sample, assumptions, level), fitted=False)
        everywhere = np.ones(len(sample.counts), dtype=bool)
        curve = refine_levels(flat, sample, assumptions)
        return RobustFit(curve, flat.beta, bends=False, in_slope=everywhere, in_levels=everywhere)
    usual = _not_giant(sample.size, assumptions.giant_share, assumptions.giant_minimum)
    fewer = _not_giant(sample.size, assumptions.giant_share_check, assumptions.giant_minimum)
    curve = fit_curve(_informative(sample, usual), assumptions)
    check = curve if usual.all() else fit_curve(_informative(sample, fewer), assumptions)
    spread = np.sqrt(max(check.beta_se**2 - curve.beta_se**2, 0.0))
    bends = not usual.all() and abs(check.beta - curve.beta) > BENDS_AT * spread
    kept, used = (check, fewer) if bends else (curve, usual)
    own = used | _in_small_country(sample, used, assumptions.country_minimum)
    levelled = refine_levels(kept, sample.where(own), assumptions)
    return RobustFit(levelled, check.beta, bends=bends, in_slope=used, in_levels=own)


def refit_without(fit: RobustFit, sample: Sample, left_out: NDArray[np.bool_], assumptions: Assumptions) -> Curve:
    """Fit the curve again, as it was fitted, without some of its markets."""
    start = fit.curve
    if start.fitted:
        start = fit_curve(_informative(sample, fit.in_slope & ~left_out), assumptions, start=start)
    return refine_levels(start, sample.where(fit.in_levels & ~left_out), assumptions)


def fit_slope_only(sample: Sample, assumptions: Assumptions) -> Curve:
    """Fit the size curve without the largest markets, and nothing else."""
    return fit_curve(
        _informative(sample, _not_giant(sample.size, assumptions.giant_share, assumptions.giant_minimum)), assumptions
    )


def _informative(sample: Sample, usual: NDArray[np.bool_]) -> Sample:
    """Fall back to all markets where those without giants hold no creators to fit on."""
    trimmed = sample.where(usual)
    return trimmed if trimmed.counts.sum() >= FEWEST_CREATORS else sample


def _not_giant(size: Floats, share: float, minimum: int) -> NDArray[np.bool_]:
    """Mark all but the largest `share`; ties at the edge go together, so row order cannot matter."""
    if len(size) < minimum:
        return np.ones(len(size), dtype=bool)
    smallest_giant = np.sort(size)[len(size) - int(np.ceil(share * len(size)))]
    return np.asarray(size < smallest_giant)


def _in_small_country(sample: Sample, used: NDArray[np.bool_], minimum: int) -> NDArray[np.bool_]:
    others = np.bincount(sample.country[used], minlength=sample.countries)
    small: NDArray[np.bool_] = (others < minimum)[sample.country]
    return small
