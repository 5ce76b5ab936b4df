"""The bundled names of places, for tests of real texts."""

from functools import cache

import pandas as pd
import pytest

from hinterland.geocode import Gazetteer
from paths import DATA

TABLES = ("places", "names", "countries", "regions")
NEEDS_DATA = pytest.mark.skipif(
    not all((DATA / "reference" / f"{table}.parquet").exists() for table in TABLES),
    reason="needs the bundled geography",
)


@cache
def bundled() -> Gazetteer:
    return Gazetteer(*(pd.read_parquet(DATA / "reference" / f"{table}.parquet") for table in TABLES))
