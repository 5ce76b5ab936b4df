"""One pure function per descriptive index: the field's usual measures, never the default sort."""

from hinterland.indices.hotspots import model_spots, morans_i, spatial_autocorrelation
from hinterland.indices.ratios import (
    DETAIL_INDICES,
    INDICES,
    Index,
    audience_hhi,
    audience_per_resident,
    creators_per_100k,
    effective_creators,
    empirical_bayes_per_100k,
    empirical_bayes_rates,
    location_quotient,
    retail_saturation,
    sami,
)
from hinterland.indices.segments import (
    QUADRANTS,
    SEGMENT_INDICES,
    brand_development_index,
    brand_opportunity_index,
    brand_quadrant,
    category_development_index,
    niche_location_quotient,
)

__all__ = [
    "DETAIL_INDICES",
    "INDICES",
    "QUADRANTS",
    "SEGMENT_INDICES",
    "Index",
    "audience_hhi",
    "audience_per_resident",
    "brand_development_index",
    "brand_opportunity_index",
    "brand_quadrant",
    "category_development_index",
    "creators_per_100k",
    "effective_creators",
    "empirical_bayes_per_100k",
    "empirical_bayes_rates",
    "location_quotient",
    "model_spots",
    "morans_i",
    "niche_location_quotient",
    "retail_saturation",
    "sami",
    "spatial_autocorrelation",
]
