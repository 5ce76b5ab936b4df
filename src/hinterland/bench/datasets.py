"""Made-up lists of any size: where creators are, and in what form the list says so."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from hinterland.reference import load_markets

SCATTER_DEGREES = 0.05
SMALLEST_CITY = 15_000
BLOCK = 1_000_000
# the columns that say where a creator is, by kind of list
LOCATION_COLUMNS: Mapping[str, Sequence[str]] = {
    "scattered": ("longitude", "latitude"),
    "centres": ("longitude", "latitude"),
    "columns": ("city", "country"),
    "text": ("location",),
    "mixed": ("longitude", "latitude", "city", "country", "location"),
}
KINDS = tuple(LOCATION_COLUMNS)
HAS_POINTS_ONLY = ("scattered", "centres")


def write_dataset(path: Path, rows: int, *, kind: str, engagement: bool = False, seed: int = 0) -> Path:
    """Write a list of creators who live in cities in proportion to their residents; the suffix is the format.

    Parameters
    ----------
    path
        File to write, .csv or .parquet.
    rows
        Number of creators, each with a handle of its own.
    kind
        scattered: coordinates around cities; centres: coordinates of cities; columns: city and country; text: a
        location; mixed: each row in one of these forms.
    engagement
        Whether the list also has likes and comments.
    seed
        The same seed, size and kind give the same list.
    """
    blocks = _blocks(rows, kind, engagement=engagement, seed=seed)
    first = next(blocks)
    writer = pq.ParquetWriter if path.suffix == ".parquet" else pc.CSVWriter
    with writer(str(path), first.schema) as stream:
        stream.write_table(first)
        for block in blocks:
            stream.write_table(block)
    return path


def _blocks(rows: int, kind: str, *, engagement: bool, seed: int) -> Iterator[pa.Table]:
    """Make up the list a million rows at a time."""
    cities = load_markets("city", min_population=SMALLEST_CITY)
    weights = (cities["population"] / cities["population"].sum()).to_numpy()
    for start in range(0, max(rows, 1), BLOCK):
        rng = np.random.default_rng([seed, start])
        count = min(BLOCK, rows - start)
        home = cities.iloc[rng.choice(len(cities), count, p=weights)]
        block = pd.DataFrame({"username": [f"made.up.{number}" for number in range(start, start + count)]})
        block["followers"] = np.exp(rng.normal(9, 1.3, count)).astype(int)
        block = block.join(_locations(home, kind, rng))
        yield pa.Table.from_pandas(block.join(_engagement(block, rng)) if engagement else block, preserve_index=False)


def _locations(home: pd.DataFrame, kind: str, rng: np.random.Generator) -> pd.DataFrame:
    """Say where each creator is, in the columns of this kind of list."""
    spread = np.zeros((2, len(home))) if kind == "centres" else SCATTER_DEGREES * rng.standard_normal((2, len(home)))
    table = pd.DataFrame(
        {
            "longitude": (home["longitude"].to_numpy() + spread[0]).round(5),
            "latitude": (home["latitude"].to_numpy() + spread[1]).clip(-89, 89).round(5),
            "city": home["market"].to_numpy(),
            "country": home["country_code"].to_numpy(),
            "location": (home["market"] + ", " + home["country"]).to_numpy(),
        }
    )
    if kind == "mixed":
        form = rng.integers(0, 3, len(home))
        for number, single in enumerate(("scattered", "columns", "text")):
            table.loc[form != number, list(LOCATION_COLUMNS[single])] = None
    return table[list(LOCATION_COLUMNS[kind])]


def _engagement(block: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rate = np.clip(np.exp(rng.normal(-3.8, 0.7, len(block))), 0, 0.9)
    likes = (block["followers"] * rate).astype(int)
    comments = (likes * np.exp(rng.normal(-3.5, 0.6, len(block)))).astype(int)
    return pd.DataFrame({"likes": likes, "comments": comments})
