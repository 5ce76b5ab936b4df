"""The bundled geography: load it; `hinterland.reference.builder.build` rebuilds it from registry packages."""

from hinterland.reference.load import (
    LEVELS,
    describe,
    list_markets,
    load_basemap,
    load_boundaries,
    load_countries,
    load_covariates,
    load_language_shares,
    load_markets,
    load_names,
    load_other_names,
    load_places,
    load_regions,
    load_shapes,
    sample_list,
)

__all__ = [
    "LEVELS",
    "describe",
    "list_markets",
    "load_basemap",
    "load_boundaries",
    "load_countries",
    "load_covariates",
    "load_language_shares",
    "load_markets",
    "load_names",
    "load_other_names",
    "load_places",
    "load_regions",
    "load_shapes",
    "sample_list",
]
