"""How alike cities of one country are: k by adjusted profile likelihood, with a weak prior on its logarithm."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from hinterland.saturation.likelihood import Floats, log_likelihood, slope

if TYPE_CHECKING:
    from hinterland.config import Assumptions
    from hinterland.saturation.curve import Curve
    from hinterland.saturation.sample import Sample

LEAST_K = 0.01
STEP = 0.05
MOST_TILT = 1.0
FINE = {"xatol": 1e-5}


def profile_k(curve: Curve, sample: Sample, assumptions: Assumptions, *, adjusted: bool) -> tuple[float, float]:
    """Find the likeliest k of a curve, and the power of size with which it grows.

    Parameters
    ----------
    adjusted
        Whether the likelihood allows for the levels and the slope having been fitted to the same markets: otherwise a
        few markets per country look more alike than they are (Cox & Reid 1987, 10.1111/j.2517-6161.1987.tb01422.x).
    """
    loss = partial(_loss, curve=curve, sample=sample, assumptions=assumptions, adjusted=adjusted)
    start, least, most = np.log(curve.k), np.log(LEAST_K), np.log(assumptions.sameness_cap)
    if assumptions.sameness_tilt_sd == 0:
        found = minimize_scalar(lambda ln_k: loss(ln_k, 0.0), bounds=(least, most), method="bounded", options=FINE)
        return float(np.exp(found.x)), 0.0
    ln_k, tilt = minimize(
        lambda both: loss(*both),
        (start, curve.k_tilt),
        method="L-BFGS-B",
        bounds=[(least, most), (-MOST_TILT, MOST_TILT)],
    ).x
    return float(np.exp(ln_k)), float(tilt)


def ln_k_error(curve: Curve, sample: Sample, assumptions: Assumptions, *, adjusted: bool) -> float:
    """Read the standard error of ln k off the curvature of its profile."""
    losses = [
        _loss(np.log(curve.k) + shift, curve.k_tilt, curve, sample, assumptions, adjusted=adjusted)
        for shift in (-STEP, 0.0, STEP)
    ]
    curvature = (losses[0] - 2 * losses[1] + losses[2]) / STEP**2
    return float(max(curvature, assumptions.sameness_prior_sd**-2) ** -0.5)


def _loss(ln_k: float, tilt: float, curve: Curve, sample: Sample, assumptions: Assumptions, *, adjusted: bool) -> float:
    expected, k = curve.expected(sample), np.exp(ln_k) * curve.k_shape(sample, tilt)
    pull = (ln_k - np.log(assumptions.sameness_prior)) / assumptions.sameness_prior_sd
    loss = float(pull**2 / 2 - log_likelihood(sample.counts, expected, k, sample.smallest).sum())
    if assumptions.sameness_tilt_sd:
        loss += (tilt / assumptions.sameness_tilt_sd) ** 2 / 2
    return loss + _adjustment(expected, k, curve, sample, assumptions) if adjusted else loss


def _adjustment(expected: Floats, k: Floats, curve: Curve, sample: Sample, assumptions: Assumptions) -> float:
    """Half the logarithm of the information on levels and slope, which the profile has used up."""
    weight = slope(sample.counts, expected, k, sample.smallest).weight
    level = sample.by_country(weight) + curve.pull(assumptions)[0]
    once, twice = sample.by_country(weight * sample.size), sample.by_country(weight * sample.size**2)
    prior = curve.tilt_sd**-2
    determinant = level * (twice + prior) - once**2
    # what levels and slopes of countries leave of the information on beta: twice - L' H^-1 L
    explained = (once**2 * (twice + prior) - 2 * once**2 * twice + level * twice**2) / determinant
    along = max(float((twice - explained).sum()), 0.0)
    return float(np.log(determinant * curve.tilt_sd**2).sum() + np.log(along + assumptions.slope_prior_sd**-2)) / 2
