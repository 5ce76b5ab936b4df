"""An index of one's own: a column of `rank --detail`."""

import pandas as pd

from hinterland.indices import DETAIL_INDICES


@DETAIL_INDICES.add("residents_per_creator")
def residents_per_creator(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide residents by creators.

    Formula: population / y; missing where there are no creators.
    Unit: residents per creator.
    High: few creators for the residents.
    Source: the crude rate turned over; no author.
    """
    return markets["population"] / markets["creators"].where(markets["creators"] > 0)
