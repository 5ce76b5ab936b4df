"""Sites: where each distinct location and stated audience of a list is, and the markets of every level it is in."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hinterland.config import Assumptions
from hinterland.geo import MarketIndex, PlaceIndex
from hinterland.geocode import Gazetteer, country_ids, resolve, resolve_columns
from hinterland.point_index import NOWHERE
from hinterland.schemas import AUDIENCE_SPLITS, MARKET_COLUMNS, PLACE_TEXT

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
    resolved = resolve(cities["name"], gazetteer).set_axis(cities.index).assign(weight=cities["weight"])
    in_cities = _summed(resolved.loc[resolved["kind"] == "city"])
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


NO_PLACE = -1
LOCATION_COLUMNS = [
    *("found_by", "place_id", "region_id", "country_code", "alternatives", "candidates", "city_market", "near_name"),
    "country_only",
]
# probabilities of candidates are carried as whole thousandths, so that shares of creators stay exact
THOUSANDTHS = 1_000


@dataclass(frozen=True)
class Geography:
    """What places are called and where they are: the PLACES table, its gazetteer, and polygons of city markets.

    `sole_markets` names the market that stands for a country or region which is little else (`find_sole_markets`).
    """

    places: pd.DataFrame
    gazetteer: Gazetteer | None = None
    place_index: PlaceIndex | None = None
    market_index: MarketIndex | None = None
    sole_markets: pd.DataFrame | None = None


def read_locations(creators: pd.DataFrame, geography: Geography, assumptions: Assumptions) -> pd.DataFrame:
    """Give what the location of each creator depends on: the place of its coordinates, else its texts.

    Returns
    -------
    Table with the index of `creators`: `place_id` and `city_market` of the coordinates, the columns of PLACE_TEXT,
    which are missing where the coordinates tell, and the parts of the audience where the list gives any.
    """
    columns = [*PLACE_TEXT, *(name for name in AUDIENCE_SPLITS if name in creators)]
    with_point = creators[["longitude", "latitude"]].notna().all(axis="columns").to_numpy()
    places, markets = geography.place_index, geography.market_index
    if not with_point.any() or places is None or markets is None:
        return creators[columns].assign(place_id=np.nan, city_market=pd.Series(None, creators.index, dtype="str"))
    longitude, latitude = (creators[name].to_numpy(float)[with_point] for name in ("longitude", "latitude"))
    codes, distinct = pd.factorize(longitude + 1j * latitude)
    longitude, latitude = distinct.real, distinct.imag
    city = markets.find(longitude, latitude, snap_km=assumptions.snap_km)
    # own polygons have no place of their own
    city_codes, cities = pd.factorize(city)
    city_places = pd.to_numeric(pd.Series(cities, dtype="str").str.removeprefix("city:"), errors="coerce")
    place_id = np.append(city_places.to_numpy(float), np.nan)[city_codes]
    outside = np.flatnonzero(np.isnan(place_id))
    row = places.nearest(longitude[outside], latitude[outside], within_km=assumptions.nearest_place_km)
    place_id[outside] = np.where(row == NOWHERE, np.nan, geography.places.index[row])
    # the last of each is for rows without a point, and for points far from any place
    code = np.full(len(creators), -1)
    code[with_point] = codes
    place_ids = np.append(place_id, np.nan)[code]
    at_point = ~np.isnan(place_ids)
    city_code = np.where(at_point, np.append(city_codes, -1)[code], -1)
    texts = creators.loc[~at_point, list(PLACE_TEXT)].reindex(creators.index)
    return creators[columns].assign(
        **{name: texts[name] for name in PLACE_TEXT},
        place_id=place_ids,
        city_market=pd.Series(cities, dtype="str").reindex(city_code).array,
    )


def find_sites(locations: pd.DataFrame, geography: Geography) -> pd.DataFrame:
    """Find the places each location is in or may be in, with the markets of every level.

    Coordinates first, then city and region columns, then free text, then a country column. A location in several
    places is split evenly among them; a text that may mean several places, by their probabilities; one found nowhere
    keeps its row, without markets. Where the list says itself where the audience is, that part goes there.

    Parameters
    ----------
    locations
        Table of `read_locations`, each location once, indexed by a number `creator_id`.

    Returns
    -------
    Table indexed by that number (repeated): weight among the places of the location, doubtful, found_by, near_name,
    placed, sole_market, city_market, metro_market, region_market, country_market.
    """
    gazetteer, at_point = geography.gazetteer, locations["place_id"].notna()
    findings = locations.reindex(columns=LOCATION_COLUMNS).astype("object")
    findings = findings.assign(found_by=at_point.map({True: "coordinates"}), country_only=at_point.map({True: False}))
    for way in (_by_columns, _by_text, _by_country):
        if gazetteer is None:
            break
        missing = locations.loc[findings["found_by"].isna() | findings["country_only"].isin([True])]
        located = way(missing, gazetteer)
        findings.loc[located.index, LOCATION_COLUMNS] = located[LOCATION_COLUMNS].astype("object")
    audiences = place_audiences(locations, geography.gazetteer)
    return _with_markets(_weighed(_homes(findings, geography.places), audiences), geography)


def _by_columns(locations: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Read the columns of rows that name a city or a region."""
    rows = locations.loc[locations[["city", "region"]].notna().any(axis="columns"), list(PLACE_TEXT)]
    return _to_findings(resolve_columns(rows, gazetteer), rows.index, "columns")


def _by_text(locations: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Read the free text, with the country column as evidence."""
    rows = locations.loc[locations["location"].notna()]
    return _to_findings(resolve(rows["location"], gazetteer, countries=rows["country"]), rows.index, "text")


def _by_country(locations: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Fall back to the country column alone."""
    rows = locations.loc[locations["country"].notna(), list(PLACE_TEXT)].assign(city=None, region=None)
    findings = _to_findings(resolve_columns(rows, gazetteer), rows.index, "columns")
    return findings.loc[findings["country_code"].notna()]


def _to_findings(resolved: pd.DataFrame, index: pd.Index, way: str) -> pd.DataFrame:
    """Turn answers of the resolver into findings; what it does not know is left out."""
    findings = resolved.set_axis(index)
    findings = findings.loc[findings["kind"] != "none"]
    return findings.assign(
        found_by=way,
        country_only=findings["kind"] == "country",
        alternatives=findings["alternatives"].where(findings["kind"] == "multi"),
        city_market=None,
    )


def _homes(findings: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Make one row per creator and place of its own: several places, or candidates with their probabilities."""
    several = findings["alternatives"].notna()
    doubtful = findings["candidates"].notna() & ~several
    spread = findings.assign(
        place_id=findings["place_id"].where(~several, findings["alternatives"].str.split(";")), weight=1, doubtful=False
    )
    homes = pd.concat([spread.loc[~doubtful].explode("place_id"), _candidates(spread.loc[doubtful])])
    homes = homes.sort_index(kind="stable")
    homes["place_id"] = pd.to_numeric(homes["place_id"]).astype("Int64")
    country = places["country_code"].reindex(homes["place_id"].fillna(NO_PLACE).astype("int64"))
    country_code = pd.Series(country.to_numpy(), homes.index, dtype="object").fillna(homes["country_code"])
    # of several places the region stated is the first one's
    region = homes["region_id"].mask(several.reindex(homes.index))
    return homes.assign(country_code=country_code, region_id=region, elsewhere=False)


def _candidates(findings: pd.DataFrame) -> pd.DataFrame:
    """Make one row per creator and candidate; an id is that of a place, a country, or a region."""
    entries = findings["candidates"].astype("str").str.split(";").explode().astype("str")
    candidate = entries.str.extract(r"^(?P<name>.*):(?P<probability>.*)$")
    name = candidate["name"]
    is_region = name.str.contains(".", regex=False)
    return (
        findings.drop(columns=["place_id", "region_id", "country_code", "weight", "doubtful"])
        .join(
            pd.DataFrame(
                {
                    "place_id": name.where(~is_region),
                    "region_id": name.where(is_region),
                    "country_code": name.str.split(".").str[0].where(is_region),
                    "weight": (candidate["probability"].astype(float) * THOUSANDTHS).round().astype("int64"),
                }
            )
        )
        .assign(doubtful=True)
    )


def _weighed(homes: pd.DataFrame, audiences: pd.DataFrame) -> pd.DataFrame:
    """Put the placed parts of audiences beside the homes, which share what is left; a part at home is left there."""
    if audiences.empty:
        return homes
    first = homes.groupby(level=0).first().reindex(audiences.index)
    at_home = audiences["place_id"].isin(country_ids().values()) & (audiences["country_code"] == first["country_code"])
    away = audiences.loc[~at_home.to_numpy()]
    left = (FULL_WEIGHT - away["weight"].groupby(level=0).sum()).clip(lower=0)
    all_homes = homes["weight"].groupby(level=0).sum().reindex(away.index)
    # somebody whose home is unknown is found by the audience
    is_placed = homes["found_by"].notna() | ~homes.index.isin(away.index)
    found_by = homes["found_by"].where(is_placed, "columns")
    homes = homes.assign(
        weight=homes["weight"] * left.reindex(homes.index).fillna(1).astype("int64"), found_by=found_by
    )
    ways = found_by.groupby(level=0).first().reindex(away.index)
    away = away.assign(weight=away["weight"] * all_homes, doubtful=False, elsewhere=True, found_by=ways)
    both = pd.concat([homes, away]).sort_index(kind="stable")
    return both.loc[both["weight"] > 0]


def _with_markets(weighed: pd.DataFrame, geography: Geography) -> pd.DataFrame:
    """Look up the markets of each share's place; a region or country alone gives that level, or its sole market."""
    shares = weighed.rename_axis("creator_id").reset_index()
    columns = ["city_market", "metro_market", "region_id", "country_code"]
    at = geography.places[columns].reindex(shares["place_id"].fillna(NO_PLACE).astype("int64"))
    of_place = {name: pd.Series(at[name].to_numpy(), dtype="str") for name in columns}
    inside = shares["city_market"].astype("str")
    by_point = (shares["found_by"] == "coordinates") & ~shares["elsewhere"]
    # a whole country stands under its own id
    of_country = shares["place_id"].map({place_id: code for code, place_id in country_ids().items()}).astype("str")
    country = of_place["country_code"].fillna(of_country).fillna(shares["country_code"].astype("str"))
    markets = pd.DataFrame(
        {
            "city_market": inside.where(by_point, of_place["city_market"]),
            "metro_market": of_place["metro_market"],
            "region_market": "region:" + of_place["region_id"].fillna(shares["region_id"].astype("str")),
            "country_market": "country:" + country,
        }
    )
    placed = at["country_code"].notna().to_numpy()
    sole = pd.DataFrame(index=markets.index, columns=markets.columns, dtype="str")
    if geography.sole_markets is not None:
        coarse = markets.loc[~placed, ["region_market", "country_market"]]
        sole.loc[~placed, geography.sole_markets.columns] = stand_in(coarse, geography.sole_markets)
    in_sole = sole.notna().any(axis="columns")
    markets = markets.where(sole.isna(), sole)
    return pd.DataFrame(
        {
            "weight": shares["weight"].to_numpy("int64"),
            "doubtful": shares["doubtful"].to_numpy(bool),
            "found_by": _ways(shares, markets).array,
            "near_name": shares["near_name"].isin([True]).to_numpy(),
            "placed": placed,
            "sole_market": in_sole.to_numpy(),
            **{name: markets[name].array for name in MARKET_COLUMNS},
        },
        index=pd.Index(shares["creator_id"].to_numpy("int64"), name="creator_id"),
    )


def _ways(shares: pd.DataFrame, markets: pd.DataFrame) -> "pd.Series[str]":
    """Say how each creator was found; one whose own place is no finer than a country, by the country only."""
    at_home = ~shares["elsewhere"]
    coarse = at_home & shares["country_only"].isin([True])
    finer = at_home & markets.drop(columns="country_market").notna().any(axis="columns")
    only = set(shares.loc[coarse, "creator_id"]) - set(shares.loc[finer, "creator_id"])
    ways = shares["found_by"].fillna("nowhere").astype("str")
    return ways.mask(shares["creator_id"].isin(only), "country_only")


def stand_in(units: pd.DataFrame, sole: pd.DataFrame) -> pd.DataFrame:
    """Give the markets that stand for places known no finer than a region or country; missing where none does.

    Parameters
    ----------
    units
        Market ids of the region and the country of each place: region_market, country_market.
    sole
        Table of `find_sole_markets`.

    Returns
    -------
    The columns of `sole` for each row of `units`: of its region, else of its country.
    """
    of_country, of_region = (
        sole.reindex(units[f"{unit}_market"]).set_axis(units.index) for unit in ("country", "region")
    )
    return of_region.fillna(of_country)
