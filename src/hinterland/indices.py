"""One pure function per descriptive index: the field's usual measures, never the default sort."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from hinterland.registry import Registry

Index = Callable[[pd.DataFrame], "pd.Series[float]"]

INDICES: Registry[Index] = Registry("index")

PER_RESIDENTS = 100_000
HALF = 2**32


@INDICES.add("creators_per_100k")
def creators_per_100k(markets: pd.DataFrame) -> "pd.Series[float]":
    """Count creators per 100,000 residents; the lower, the fewer, and in small places mostly chance."""
    return markets["creators"] / markets["population"] * PER_RESIDENTS


@INDICES.add("location_quotient")
def location_quotient(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide the share of all creators by the share of all residents; 1 is the average (Isard 1960, Methods)."""
    supply, demand = markets["creators"].sum(), markets["population"].sum()
    if supply == 0:
        return pd.Series(np.nan, markets.index)
    return (markets["creators"] / supply) / (markets["population"] / demand)


@INDICES.add("audience_hhi")
def audience_hhi(markets: pd.DataFrame) -> "pd.Series[float]":
    """Sum squared audience shares of a market's creators, 0-10,000; 10,000 is one creator with everybody.

    Source: Herfindahl-Hirschman index, US DoJ and FTC Merger Guidelines 2023, section 2.1.
    """
    squares = markets["audience_squares_high"].astype(float) * HALF + markets["audience_squares_low"]
    audience = markets["audience"].astype(float)
    return 10_000 * squares / (audience**2).where(audience > 0)
