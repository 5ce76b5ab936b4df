"""Write the geography's files: small, and the same bytes every time."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

LEVEL_ROWS = 8_192
COMPRESSION = {"compression": "zstd", "compression_level": 19}


def write_table(table: pa.Table, path: Path, **options: object) -> None:
    """Write a Parquet file, without the note of which library made it."""
    pq.write_table(table, path, **COMPRESSION, **options)


def write_frame(frame: pd.DataFrame, path: Path, **options: object) -> None:
    """Write a frame, its index as the first column."""
    write_table(pa.Table.from_pandas(frame.reset_index(), preserve_index=False), path, **options)


def write_boundaries(boundaries: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet with row groups of one level each, so that a level loads alone.

    Parameters
    ----------
    boundaries
        market_id, level, geometry (EPSG:4326), sorted by level.
    """
    arrow = pa.table(boundaries.to_arrow(index=False, geometry_encoding="WKB"))
    arrow = arrow.set_column(2, "geometry", arrow["geometry"].cast(pa.binary()))
    arrow = arrow.replace_schema_metadata({"geo": json.dumps(_geo_note(boundaries))})
    options = {"use_dictionary": ["level"], "write_statistics": ["market_id", "level"]}
    with pq.ParquetWriter(path, arrow.schema, **COMPRESSION, **options) as writer:
        for level in boundaries["level"].unique():
            rows = (boundaries["level"] == level).to_numpy().nonzero()[0]
            writer.write_table(arrow.slice(rows[0], len(rows)), row_group_size=LEVEL_ROWS)


def _geo_note(boundaries: gpd.GeoDataFrame) -> dict[str, object]:
    column = {
        "encoding": "WKB",
        "geometry_types": sorted(boundaries.geom_type.unique()),
        "bbox": [float(edge) for edge in boundaries.total_bounds],
        "crs": json.loads(boundaries.crs.to_json()),
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
