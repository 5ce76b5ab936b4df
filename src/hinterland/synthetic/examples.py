"""Two made-up examples that show why a ranking needs a model."""

import numpy as np
import pandas as pd
from scipy.stats import gamma

PER_RESIDENT = 1 / 4_000
TOWNS = 400
EXPECTED = (2, 10, 50, 250)


def even_towns(*, seed: int = 0) -> pd.DataFrame:
    """Draw towns that all truly have the same creators per head.

    Returns
    -------
    One row per town: residents, creators, creators_per_100k.
    """
    rng = np.random.default_rng(seed)
    residents = np.exp(rng.uniform(np.log(5_000), np.log(5_000_000), TOWNS)).round()
    creators = rng.poisson(residents * PER_RESIDENT)
    return pd.DataFrame(
        {"residents": residents, "creators": creators, "creators_per_100k": 100_000 * creators / residents}
    )


def half_of_expected(*, sameness: float = 3.0, interval: float = 0.9) -> pd.DataFrame:
    """Give the posterior of markets that have half of the creators expected.

    Returns
    -------
    One row per market: expected, creators, saturation, saturation_low, saturation_high (percent of expected).
    """
    expected = np.array(EXPECTED, dtype=float)
    shape, rate = sameness + expected / 2, sameness + expected
    low, high = (100 * gamma.ppf(tail, shape, scale=1 / rate) for tail in ((1 - interval) / 2, (1 + interval) / 2))
    return pd.DataFrame(
        {
            "expected": expected,
            "creators": expected / 2,
            "saturation": 100 * shape / rate,
            "saturation_low": low,
            "saturation_high": high,
        }
    )
