"""The data contracts between stages: what each table must hold, checked at both doors of a stage."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TypeVar

import pandas as pd
from pandas.api import types

from hinterland.errors import TableError

Frame = TypeVar("Frame", bound=pd.DataFrame)

# shares of creators are counted in whole millionths, so that sums are exact in any order
MILLIONTHS = 1_000_000
# sums of squares of audiences stand in two columns, high * SQUARES_HALF + low
SQUARES_HALF = 2**32

KINDS = {
    "text": lambda dtype: types.is_string_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype),
    "count": types.is_integer_dtype,
    "number": types.is_numeric_dtype,
    "flag": types.is_bool_dtype,
}


@dataclass(frozen=True)
class Column:
    """A column of a table: how people see it headed ("" where nobody does), in which unit, and what it means."""

    label: str
    unit: str
    meaning: str


@cache
def list_columns() -> Mapping[str, Column]:
    """List the columns of every table by name, each declared once, in `columns.csv`: docs, Help and workbooks use it.

    Returns
    -------
    Label, unit and meaning by name, in English; those with a label are in the catalogues.
    """
    with files("hinterland").joinpath("columns.csv").open(encoding="utf-8") as stream:
        return {row["column"]: Column(row["label"], row["unit"], row["meaning"]) for row in csv.DictReader(stream)}


@dataclass(frozen=True)
class Table:
    """A contract: one row per key, these columns of these kinds, none missing where `complete`.

    Columns of `optional` may be absent; where present they are of these kinds.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    complete: frozenset[str] = frozenset()
    optional: Mapping[str, str] = field(default_factory=dict)

    def check(self, frame: Frame) -> Frame:
        """Return `frame` untouched.

        Raises
        ------
        TableError
            Once, with every fault of key and columns.
        """
        faults = [*self._key_faults(frame), *self._column_faults(frame)]
        if faults:
            raise TableError(f"table {self.name!r}: {'; '.join(faults)}")
        return frame

    def empty(self) -> pd.DataFrame:
        """Make a table of this contract without rows.

        Returns
        -------
        Table without rows: the columns of the contract in their order, text as str, counts as int64, numbers as
        float64, flags as bool; a key of one column is int64, a key of several is text.
        """
        dtypes = {"text": "str", "count": "int64", "number": "float64", "flag": "bool"}
        columns = {name: pd.Series(dtype=dtypes[kind]) for name, kind in self.columns.items()}
        keys = [pd.Series(dtype="int64" if len(self.key) == 1 else "str") for _ in self.key]
        index = (
            pd.Index(keys[0], name=self.key[0]) if len(keys) == 1 else pd.MultiIndex.from_arrays(keys, names=self.key)
        )
        return pd.DataFrame(columns, index=index)

    def _key_faults(self, frame: pd.DataFrame) -> Iterator[str]:
        if tuple(frame.index.names) != self.key:
            yield f"the index must be {self.key}, is {tuple(frame.index.names)}"
        elif not frame.index.is_unique:
            repeated = frame.index[frame.index.duplicated()].unique()
            yield f"{len(repeated)} repeated keys, the first {repeated[0]!r}"

    def _column_faults(self, frame: pd.DataFrame) -> Iterator[str]:
        dtypes = frame.dtypes.to_dict()
        for column, kind in self.columns.items():
            if column not in dtypes:
                yield f"column {column!r} is missing"
            elif not KINDS[kind](dtypes[column]):
                yield f"column {column!r} must be a {kind}, is {dtypes[column]}"
            elif column in self.complete and frame[column].isna().any():
                yield f"column {column!r} has {int(frame[column].isna().sum())} empty values"
        for column, kind in self.optional.items():
            if column in dtypes and not KINDS[kind](dtypes[column]):
                yield f"column {column!r} must be a {kind}, is {dtypes[column]}"


def _text(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "text")


def _number(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "number")


PLACE_TEXT = ("city", "region", "country", "location")
MARKET_COLUMNS = ("city_market", "metro_market", "region_market", "country_market")
# what a site is: its markets, and whether it is a place
SITE = (*MARKET_COLUMNS, "placed")
AUDIENCE_SPLITS = ("audience_cities", "audience_countries")

CREATORS = Table(
    "creators",
    ("creator_id",),
    {
        **_text("handle", "platform", "niche", *PLACE_TEXT),
        **_number("followers", "credible_share", "creators", "longitude", "latitude"),
    },
    frozenset({"creators"}),
)
# what a list may also tell of its creators; what is absent or missing is unknown, never 0. Shares and rates are
# fractions, growth is per month, money is in `currency`, audiences are JSON lists of {"name", "weight"}
OPTIONAL_COLUMNS: Mapping[str, str] = {
    **_text("name", "email", "do_not_contact", "currency", "engagement_basis", *AUDIENCE_SPLITS),
    **_number("engagement_rate", "likes", "comments", "views", "following", "posts", "growth", "fee"),
    **_number("clicks", "orders", "revenue", "cost"),
}
PEERS = Table("peers", ("measure", "platform", "tier", "basis", "country", "bin"), {"creators": "count"})
USUAL = Table(
    "usual among peers",
    ("measure", "platform", "tier", "basis", "country"),
    _number("middle", "spread"),
    frozenset(("middle", "spread")),
)
VETTED = Table(
    "vetted creators",
    ("creator_id",),
    {
        **CREATORS.columns,
        **_text("tier", "reasons"),
        **_number("engagement_rate", "engagement_z"),
        "worth_checking": "flag",
    },
    frozenset({"tier", "credible_share"}),
)
LOCATED = Table(
    "located creators",
    ("share_id",),
    {
        "creator_id": "count",
        "found_by": "text",
        "near_name": "flag",
        # at a place of the gazetteer; in the one market that stands for its region or country
        **dict.fromkeys(("placed", "sole_market"), "flag"),
        "tier": "text",
        # of a creator whose place is in doubt, this share and its alternatives together; 0 where there is no doubt
        **dict.fromkeys(("creators_millionths", "doubtful_millionths"), "count"),
        # the people of this share, and those a creator of the row reaches in all
        **_number("audience", "reach"),
        **_text(*MARKET_COLUMNS),
        # rows of one site have the same markets and `placed`
        "site": "count",
    },
    frozenset(
        {
            "creator_id",
            "site",
            "found_by",
            "near_name",
            "placed",
            "sole_market",
            "tier",
            "creators_millionths",
            "doubtful_millionths",
        }
    ),
)
OFFERS = Table(
    "offers",
    ("creator_id",),
    {
        **_text("handle", "platform", "niche", "tier", "reasons", "offer_mode", "currency"),
        **_number("followers", "credible_share", "engagement_rate", "engagement_z"),
        **_number("fee_low", "fee_high", "first_mover_saving"),
    },
    frozenset({"tier", "credible_share", "offer_mode", "fee_low", "fee_high"}),
)
AUDIENCE_SHARES = Table("audience shares", ("creator_id", "market_id"), {"share": "number"}, frozenset({"share"}))
SUMS = ("creators_millionths", "audience", "audience_squares_high", "audience_squares_low")
SITE_SUMS = Table("sums by site", ("sum_id",), {"site": "count", "tier": "text", **dict.fromkeys(SUMS, "count")})
SUPPLY = Table(
    "supply",
    ("level", "market_id", "tier"),
    dict.fromkeys(
        (
            *SUMS,
            # of the creators, those who may live elsewhere; beyond them, those who may live here; of the creators,
            # those whose place is known no finer than this region or country
            *("doubtful_millionths", "possible_millionths", "coarse_millionths"),
        ),
        "count",
    ),
)
MIX = Table("creator mix", ("market_id", "family", "value"), {"creators_millionths": "count"})
SEGMENT_COUNTS = Table("counted besides", ("whose", "level", "market_id"), {"creators_millionths": "count"})
AUDIENCES = Table(
    "audience histogram", ("country_code", "bin"), dict.fromkeys(("creators_millionths", "audience"), "count")
)

PLACES = Table(
    "places",
    ("place_id",),
    {
        **_text("place", "region_id", "country_code"),
        **_number("latitude", "longitude", "population"),
        **_text("city_market", "metro_market"),
    },
    frozenset({"place", "country_code", "latitude", "longitude"}),
)
MARKETS = Table(
    "markets",
    ("market_id",),
    {
        **_text("market", "region", "country", "country_code", "level", "boundary_kind"),
        **_number("latitude", "longitude", "population", "internet_users"),
    },
    frozenset({"market", "country_code", "level", "population", "internet_users", "latitude", "longitude"}),
    # the name that tells a market from others of its name in its country; sd of ln population, NA where unknown
    {"label": "text", "population_error": "number"},
)
SATURATION = Table(
    "saturation",
    ("market_id",),
    {
        **_number("creators", "expected_creators", "saturation", "saturation_low", "saturation_high"),
        **_number("p_underserved", "p_fewer", "missing_creators", "usual_low", "usual_high"),
        "possible_creators": "number",
        **_text("class", "class_if_exact", "evidence"),
    },
)
TURNOVER = Table("turnover", ("market_id",), dict.fromkeys(("stayed", "came", "left"), "count"))
# rates in percent of the newcomers expected
ARRIVALS = Table(
    "arrivals",
    ("market_id",),
    {
        **_number("new_creators", "expected_new_creators"),
        **_number("new_creators_rate", "new_creators_rate_low", "new_creators_rate_high"),
        "new_creators_pace": "text",
    },
)
RANKING = Table(
    "ranking",
    ("market_id",),
    {
        "rank": "count",
        **_text("market", "region", "country", "country_code", "level"),
        **_number("latitude", "longitude", "population", "internet_users", "creators", "audience"),
        **_number("expected_creators", "saturation", "saturation_low", "saturation_high", "p_underserved"),
        "class": "text",
        **_number("missing_creators", "unmet_audience", "opportunity", "rank_low", "rank_high"),
        "evidence": "text",
        **_number("creators_per_100k", "location_quotient", "audience_hhi"),
        **_text("boundary_kind", "benchmark"),
        **_number("possible_creators", "population_error"),
        **_text("scope", "size_band"),
    },
)
# what is known of markets abroad, side by side: people; income in dollars; presence in percent of what is predicted
ABROAD = Table(
    "abroad",
    ("market_id",),
    {
        "rank": "count",
        **_text("market", "country", "country_code"),
        "population": "number",
        **_text("size_band", "class"),
        **_number("unmet_audience", "unmet_audience_low", "unmet_audience_high", "language_share"),
        "shared_language": "text",
        **_number("income_per_head", "distance_km", "present_audience", "predicted_audience"),
        **_number("presence", "presence_low", "presence_high"),
    },
)

# the decimals each number of a ranking deserves, wherever it is written
DIGITS: Mapping[str, int] = {
    "latitude": 4,
    "longitude": 4,
    "population": 0,
    "internet_users": 0,
    "creators": 2,
    "audience": 0,
    "expected_creators": 2,
    "saturation": 1,
    "saturation_low": 1,
    "saturation_high": 1,
    "p_underserved": 3,
    "missing_creators": 2,
    "unmet_audience": 0,
    "opportunity": 1,
    "rank_low": 0,
    "rank_high": 0,
    "creators_per_100k": 2,
    "location_quotient": 3,
    "audience_hhi": 0,
    "possible_creators": 2,
    "population_error": 2,
    "new_creators": 2,
    "expected_new_creators": 2,
    "new_creators_rate": 1,
    "new_creators_rate_low": 1,
    "new_creators_rate_high": 1,
}
ABROAD_DIGITS: Mapping[str, int] = {
    **dict.fromkeys(("population", "unmet_audience", "unmet_audience_low", "unmet_audience_high"), 0),
    "language_share": 2,
    **dict.fromkeys(("income_per_head", "distance_km", "present_audience", "predicted_audience"), 0),
    **dict.fromkeys(("presence", "presence_low", "presence_high"), 0),
}
