"""One segment against all creators: a niche, a tier, or the creators a brand already works with.

Every function reads `segment_creators`, `creators` and `population`; `creators` is the whole category.
"""

import numpy as np
import pandas as pd

from hinterland.indices.ratios import Index, location_quotient, share_ratio
from hinterland.registry import Registry

# of a niche, a tier or a brand: RANKING with one more column, `segment_creators`
SEGMENT_INDICES: Registry[Index] = Registry("segment index")

AVERAGE = 100.0
# brand and category: both high, only the category, only the brand, neither
QUADRANTS = ("defend", "develop", "watch", "leave")


@SEGMENT_INDICES.add("niche_location_quotient")
def niche_location_quotient(markets: pd.DataFrame) -> "pd.Series[float]":
    """Divide a market's share of the segment's creators by its share of all creators.

    Formula: (s / sum s) / (y / sum y); missing where a market has no creators at all.
    Unit: ratio, 1 = the segment is as common here as in the table.
    High: the segment is at home here; low: its niche is thin although creators are not.
    Source: Isard 1960, Methods of Regional Analysis, MIT Press, chapter 5.
    """
    return share_ratio(markets["segment_creators"], markets["creators"])


@SEGMENT_INDICES.add("brand_development_index")
def brand_development_index(markets: pd.DataFrame) -> "pd.Series[float]":
    """Index the brand's own creators per head (BDI).

    Formula: 100 (s / sum s) / (population / sum population).
    Unit: index, 100 = the brand's average over the table.
    High: the brand is strong here.
    Source: Farris, Bendle, Pfeifer & Reibstein 2010, Marketing Metrics, 2nd ed., Pearson.
    """
    return AVERAGE * share_ratio(markets["segment_creators"], markets["population"])


@SEGMENT_INDICES.add("category_development_index")
def category_development_index(markets: pd.DataFrame) -> "pd.Series[float]":
    """Index all creators per head (CDI): 100 times the location quotient.

    Formula: 100 (y / sum y) / (population / sum population).
    Unit: index, 100 = the category's average over the table.
    High: the category is strong here, whoever works with its creators.
    Source: Farris, Bendle, Pfeifer & Reibstein 2010, Marketing Metrics, 2nd ed., Pearson.
    """
    return AVERAGE * location_quotient(markets)


@SEGMENT_INDICES.add("brand_opportunity_index")
def brand_opportunity_index(markets: pd.DataFrame) -> "pd.Series[float]":
    """Set the category's strength against the brand's (BOI).

    Formula: 100 CDI / BDI; missing where the brand has nobody: there the quadrant tells.
    Unit: index, 100 = the brand is as strong here as its category.
    High: the category outruns the brand, room for the brand among creators that exist.
    Source: media planning's usual ratio of the two indices above; no author.
    """
    brand = brand_development_index(markets)
    return AVERAGE * category_development_index(markets) / brand.where(brand > 0)


def brand_quadrant(markets: pd.DataFrame) -> "pd.Series[str]":
    """Name the quadrant of brand against category; an index of exactly 100 counts as high.

    Formula: "defend": BDI and CDI >= 100; "develop": only CDI; "watch": only BDI; "leave": neither.
    Unit: one of QUADRANTS, missing where either index is.
    High: "develop" is the opportunity; "watch" may be a brand's stronghold or a category that is ending.
    Source: the BDI/CDI table of media planning, Sissors & Baron 2010, Advertising Media Planning, 7th ed., McGraw-Hill.
    """
    brand, category = brand_development_index(markets), category_development_index(markets)
    quadrant = np.select(
        [(brand >= AVERAGE) & (category >= AVERAGE), category >= AVERAGE, brand >= AVERAGE], QUADRANTS[:3], QUADRANTS[3]
    )
    return pd.Series(quadrant, markets.index, dtype="str").where(brand.notna() & category.notna())
