"""The plain negative binomial by maximum likelihood: no countries, no priors, no trimming; for known answers."""

import numpy as np

from hinterland.config import Assumptions
from hinterland.saturation.likelihood import Floats, MarketData
from hinterland.saturation.size_model import Curve, fit_curve

UNBOUNDED = 1e6
FIXED = 1e-6


def nb_ml(counts: Floats, size: Floats, *, slope: float | None = None) -> Curve:
    """Fit ln E = a + beta ln N and k by maximum likelihood.

    Parameters
    ----------
    counts, size
        Counts y and sizes N (or, with `slope` = 1, expected counts as an offset), same length.
    slope
        Held at this value instead of fitted.

    Returns
    -------
    Curve, whose single level is a.

    Source: Lawless 1987, Canadian Journal of Statistics 15, 209-225, doi:10.2307/3314912.
    """
    flat = Assumptions(
        slope_prior=1.0 if slope is None else slope,
        slope_prior_sd=UNBOUNDED if slope is None else FIXED,
        single_country_sd=UNBOUNDED,
        dispersion_prior_sd=UNBOUNDED,
        dispersion_cap=UNBOUNDED,
        dispersion_tilt_sd=0.0,
        country_slope_sd=0.0,
    )
    ln_size = np.log(np.asarray(size, dtype=np.float64))
    one = np.zeros(len(ln_size), dtype=np.intp)
    return fit_curve(MarketData(np.asarray(counts, dtype=np.float64), ln_size, one, 1), flat, adjusted=False)
