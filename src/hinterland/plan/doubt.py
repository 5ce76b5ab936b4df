"""What winning people is worth when it is uncertain how many there are to win."""

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from hinterland.plan.problem import Floats

STEPS = 8
POINTS = 64


def doubt(ranking: pd.DataFrame, sameness: float) -> tuple[Floats, Floats]:
    """Cut the people to win in each market into steps of falling worth, (markets, steps): widths and worths.

    theta is Gamma with mean saturation / 100 and shape k + creators, `sameness` being k; a step is worth the share of
    it that is there to win, on average. Reaching r people is then worth E[min(r, U)], exact where steps meet: a market
    that surely lacks creators comes before one that may lack as many.
    """
    unmet = _quantiles(ranking, sameness)
    ends = unmet[:, POINTS // STEPS - 1 :: POINTS // STEPS]
    below = np.stack([np.minimum(unmet, end[:, None]).mean(axis=1) for end in ends.T], axis=1)
    widths = np.diff(ends, axis=1, prepend=0)
    gained = np.diff(below, axis=1, prepend=0)
    return widths, np.divide(gained, widths, out=np.zeros_like(widths), where=widths > 0)


def _quantiles(ranking: pd.DataFrame, sameness: float) -> Floats:
    """Give unmet audience at evenly spaced probabilities, rising, (markets, points)."""
    known = ranking[["creators", "expected_creators", "saturation", "unmet_audience", "missing_creators"]].fillna(0)
    people = ranking["internet_users"].to_numpy(float)[:, None]
    creators, expected, saturation, unmet, missing = known.to_numpy(float).T[:, :, None]
    shape = sameness + creators
    chance = 1 - (np.arange(POINTS) + 0.5) / POINTS
    theta = gammaincinv(shape, chance) / shape * saturation / 100
    # the audience of a missing creator, from what the ranking made of it
    audience = -people * np.log1p(-np.minimum(unmet / people, 1 - 1e-12)) / np.maximum(missing, 1e-12)
    lacking = np.maximum(expected * (1 - theta), 0) * audience
    return np.asarray(people * -np.expm1(-lacking / people), dtype=np.float64)
