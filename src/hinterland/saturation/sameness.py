"""How alike cities of one country are: k by profile likelihood, with a weak prior on its logarithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar

from hinterland.saturation.likelihood import Floats, log_likelihood

if TYPE_CHECKING:
    from hinterland.assumptions import Assumptions
    from hinterland.saturation.sample import Sample

LEAST_K = 0.01
STEP = 0.05


def profile_k(expected: Floats, sample: Sample, assumptions: Assumptions) -> float:
    """Find the likeliest k, given the creators expected."""
    bounds = (np.log(LEAST_K), np.log(assumptions.sameness_cap))
    asked = (expected, sample, assumptions)
    found = minimize_scalar(_loss, bounds=bounds, args=asked, method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))


def ln_k_error(k: float, expected: Floats, sample: Sample, assumptions: Assumptions) -> float:
    """Read the standard error of ln k off the curvature of its profile."""
    losses = [_loss(np.log(k) + shift, expected, sample, assumptions) for shift in (-STEP, 0.0, STEP)]
    curvature = (losses[0] - 2 * losses[1] + losses[2]) / STEP**2
    return float(max(curvature, assumptions.sameness_prior_sd**-2) ** -0.5)


def _loss(ln_k: float, expected: Floats, sample: Sample, assumptions: Assumptions) -> float:
    pull = (ln_k - np.log(assumptions.sameness_prior)) / assumptions.sameness_prior_sd
    return float(pull**2 / 2 - log_likelihood(sample.counts, expected, np.exp(ln_k), sample.smallest).sum())
