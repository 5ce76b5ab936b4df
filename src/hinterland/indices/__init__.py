"""One pure function per descriptive index: the field's usual measures, never the default sort."""

from hinterland.indices.clusters import (
    Moran,
    getis_ord_gi_star,
    gi_star,
    global_moran,
    likeness,
    local_moran,
    moran,
)
from hinterland.indices.concentration import audience_hhi, effective_creators, gini, theil
from hinterland.indices.families import DETAIL_INDICES, INDICES, SEGMENT_INDICES, Index
from hinterland.indices.hotspots import model_spots
from hinterland.indices.ratios import (
    audience_per_resident,
    creators_per_100k,
    location_quotient,
    retail_saturation,
    sami,
)
from hinterland.indices.segments import (
    QUADRANTS,
    brand_development_index,
    brand_opportunity_index,
    brand_quadrant,
    category_development_index,
    niche_location_quotient,
)
from hinterland.indices.smoothing import (
    empirical_bayes_per_100k,
    empirical_bayes_rates,
    empirical_bayes_standardised,
)

__all__ = [
    "DETAIL_INDICES",
    "INDICES",
    "QUADRANTS",
    "SEGMENT_INDICES",
    "Index",
    "Moran",
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
    "empirical_bayes_standardised",
    "getis_ord_gi_star",
    "gi_star",
    "gini",
    "global_moran",
    "likeness",
    "local_moran",
    "location_quotient",
    "model_spots",
    "moran",
    "niche_location_quotient",
    "retail_saturation",
    "sami",
    "theil",
]
