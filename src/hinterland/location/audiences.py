"""The parts of audiences that the list itself gives to cities and to countries."""

import json

import numpy as np
import pandas as pd

from hinterland.geocode import Gazetteer, country_ids, resolve, resolve_columns
from hinterland.schemas import AUDIENCE_SPLITS

FULL_WEIGHT = 1_000_000
PLACED = ("place_id", "region_id", "country_code", "weight")


def place_audiences(creators: pd.DataFrame, gazetteer: Gazetteer | None) -> pd.DataFrame:
    """Place the parts of each audience that the list itself gives to cities and to countries.

    A country keeps what its cities leave of it. Names that mean no city or country are left out: that part of the
    audience is placed nowhere by the split.

    Parameters
    ----------
    creators
        Table by creator_id, with `audience_cities` and `audience_countries` if known: JSON lists of name and weight.

    Returns
    -------
    Table by creator_id (repeated): place_id (a country stands under its own id), region_id, country_code, and weight,
    in millionths of the audience.
    """
    if gazetteer is None or not creators.columns.isin(AUDIENCE_SPLITS).any():
        return _nowhere(creators)
    cities, countries = (_weights(creators, name) for name in AUDIENCE_SPLITS)
    in_cities = _cities(cities, gazetteer)
    in_countries = _countries(countries, gazetteer)
    return (
        pd.concat([in_cities, _less(in_countries, in_cities)])
        if len(in_cities) + len(in_countries)
        else _nowhere(creators)
    )


def _nowhere(creators: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(columns=list(PLACED), index=creators.index[:0])


def _weights(creators: pd.DataFrame, column: str) -> pd.DataFrame:
    """Make one row per creator and name of a column of JSON lists: name, weight in millionths."""
    texts = creators[column].dropna() if column in creators else pd.Series(dtype="str", index=creators.index[:0])
    entries = texts.map(json.loads).explode().dropna()
    names = entries.map(lambda entry: entry["name"]).astype("str")
    shares = entries.map(lambda entry: entry["weight"]).astype(float).clip(0.0, 1.0)
    return pd.DataFrame({"name": names, "weight": np.rint(shares * FULL_WEIGHT).astype("int64")})


def _cities(weights: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    resolved = resolve(weights["name"], gazetteer).set_axis(weights.index).assign(weight=weights["weight"])
    return _summed(resolved.loc[resolved["kind"] == "city"])


def _countries(weights: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    names = pd.DataFrame({"city": None, "region": None, "country": weights["name"], "location": None}, weights.index)
    resolved = resolve_columns(names, gazetteer).set_axis(weights.index).assign(weight=weights["weight"])
    # who names England as a country means that part of the United Kingdom
    countries = resolved.loc[resolved["kind"].isin(("country", "region"))]
    return _summed(countries.assign(place_id=countries["country_code"].map(country_ids()), region_id=None))


def _summed(resolved: pd.DataFrame) -> pd.DataFrame:
    """Add up the names of one place, in the order of the places."""
    keys = ["place_id", "region_id", "country_code"]
    grouped = resolved.groupby([resolved.index, *keys], dropna=False, sort=True)["weight"].sum()
    return grouped.reset_index(keys).astype({"place_id": "Int64"})


def _less(countries: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Take from each country what is already placed in its cities."""
    keys = pd.MultiIndex.from_arrays([countries.index, countries["country_code"].to_numpy()])
    placed = cities["weight"].groupby([cities.index, cities["country_code"]]).sum()
    taken = placed.reindex(keys).fillna(0).to_numpy("int64")
    left = countries.assign(weight=(countries["weight"] - taken).clip(lower=0))
    return left.loc[left["weight"] > 0]
