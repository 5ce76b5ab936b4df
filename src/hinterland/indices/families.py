"""The families of indices, and what table each may count on."""

from collections.abc import Callable

import pandas as pd

from hinterland.registry import Registry

Index = Callable[[pd.DataFrame], "pd.Series[float]"]

# columns of RANKING itself: computed while it is made, when the sums of squares are at hand
INDICES: Registry[Index] = Registry("index")
# for the detail table: computed from a finished RANKING table
DETAIL_INDICES: Registry[Index] = Registry("detail index")
# of a niche, a tier or a brand: RANKING with one more column, `segment_creators`
SEGMENT_INDICES: Registry[Index] = Registry("segment index")

PER_RESIDENTS = 100_000
