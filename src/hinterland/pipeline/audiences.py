"""Whose audience is where: the list's own split by city or country where it has one, else the creator's home."""

import json

import pandas as pd

from hinterland.geocode import Gazetteer, resolve
from hinterland.locate import Geography

# which split of the list tells the shares of which level
TOLD_BY = {"city": "audience_cities", "metro": "audience_cities", "country": "audience_countries"}


def share_out(creators: pd.DataFrame, located: pd.DataFrame, geography: Geography, level: str) -> pd.DataFrame:
    """Give the share of each creator's audience in each market of a level: the AUDIENCE_SHARES table.

    Shares of a creator add up to 1 at most; what a list's own split leaves out is elsewhere.
    """
    told = _told(creators, geography, level)
    home = _at_home(located.loc[~located["creator_id"].isin(told["creator_id"])], level)
    everyone = pd.concat([told, home]).groupby(["creator_id", "market_id"], sort=True)["share"].sum()
    return everyone.to_frame()


def _at_home(located: pd.DataFrame, level: str) -> pd.DataFrame:
    whole = located.groupby("creator_id")["creators_millionths"].transform("sum")
    share = (located["creators_millionths"] / whole.where(whole > 0)).fillna(0.0)
    rows = pd.DataFrame(
        {"creator_id": located["creator_id"], "market_id": located[f"{level}_market"], "share": share.astype(float)}
    )
    return rows.dropna(subset="market_id")


def _told(creators: pd.DataFrame, geography: Geography, level: str) -> pd.DataFrame:
    """Read the list's own split; a creator none of whose places is a market of this level is left to its home."""
    nothing = pd.DataFrame({"creator_id": pd.Series(dtype="int64"), "market_id": pd.Series(dtype="str"), "share": 0.0})
    column = TOLD_BY.get(level, "")
    if column not in creators or geography.gazetteer is None:
        return nothing
    entries = _entries(creators[column].dropna())
    if entries.empty:
        return nothing
    markets = _markets(entries["name"], geography.gazetteer, geography.places, level)
    whole = entries.groupby("creator_id")["weight"].transform("sum").clip(lower=1.0)
    told = entries.assign(market_id=markets.to_numpy(), share=entries["weight"] / whole)
    return told.dropna(subset="market_id")[["creator_id", "market_id", "share"]]


def _entries(cells: "pd.Series[str]") -> pd.DataFrame:
    rows = [
        (creator, str(entry["name"]), float(entry["weight"]))
        for creator, cell in cells.items()
        for entry in json.loads(cell)
        if entry.get("weight")
    ]
    return pd.DataFrame(rows, columns=["creator_id", "name", "weight"]).astype({"weight": float})


def _markets(names: "pd.Series[str]", gazetteer: Gazetteer, places: pd.DataFrame, level: str) -> "pd.Series[str]":
    """Find the market each name means."""
    distinct = pd.Series(names.unique(), dtype="str")
    found = resolve(distinct, gazetteer)
    if level == "country":
        market = "country:" + found["country_code"].astype("str")
    else:
        inside = found["place_id"].where(found["kind"] == "city")
        market = places[f"{level}_market"].reindex(pd.to_numeric(inside).fillna(-1).astype("int64")).astype("str")
    return names.map(pd.Series(market.to_numpy(), distinct.to_numpy()))
