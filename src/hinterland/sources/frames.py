"""A DataFrame of a notebook as a sheet: the same recognition and checks as a file."""

import pandas as pd
import pyarrow as pa
from pandas.api import types

from hinterland.sources.numbers import as_text
from hinterland.sources.slices import Sheet, table_sheet, unique_names


def frame_sheet(frame: pd.DataFrame) -> Sheet:
    """Make a sheet of a DataFrame; the points of a GeoDataFrame become longitude and latitude."""
    flat = _flat(frame) if hasattr(frame, "to_crs") else frame
    names = unique_names([str(name) for name in flat.columns])
    return table_sheet("the DataFrame", pa.table({n: arrow(flat.iloc[:, k]) for k, n in enumerate(names)}))


def arrow(column: pd.Series) -> pa.ChunkedArray:
    """Turn a column into Arrow numbers or text; nothing stays nothing."""
    if types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype):
        return pa.chunked_array([pa.array(column.to_numpy(dtype="float64", na_value=float("nan")), from_pandas=True)])
    filled = column.astype(object).where(column.notna(), None)
    return pa.chunked_array([as_text(filled)], pa.string())


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    shapes = frame.geometry if frame.crs is None else frame.geometry.to_crs("EPSG:4326")
    points = shapes.representative_point()
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return plain.assign(longitude=points.x.to_numpy(), latitude=points.y.to_numpy())
