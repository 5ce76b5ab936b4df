"""The numbers of a batch: followers, shares, counts, ranks and coordinates, each with what could not be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.sources.coordinates import Points, check_points
from hinterland.sources.numbers import MOST_OF, Counts, as_text, parse_counts
from hinterland.sources.parts import Part, clean_text
from hinterland.sources.rates import fractions, parse_rates

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
NO_COUNT = ("no count of followers", "give a number such as 12300 or 12.3K")
TOO_MANY = ("more followers than there are people", "give the number of followers")
NO_SHARE = ("no share", "give a fraction from 0 to 1, or a percentage")
TOO_MANY_CREATORS = ("more creators than any country has", "give how many creators the row stands for")
NO_CREATORS = ("no count of creators", "give how many creators the row stands for")
CENTRE = "coordinates of a country's centre"
REASONS: Mapping[str, tuple[str, str]] = {
    "swapped": ("longitude and latitude were swapped", "they were swapped back; mend the file"),
    "out of range": ("a coordinate out of range", "give degrees: longitude -180 to 180, latitude -90 to 90"),
    "null island": ("coordinates 0, 0 stand for none", "leave them empty"),
    "half a pair": ("one of the two coordinates is missing", "give both or none"),
    "unreadable": ("a coordinate that is no number", "give decimal degrees"),
}
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Faults:
    """Faulty rows of one kind: their places in the loaded table, and what was written there."""

    places: NDArray[np.int64]
    field: str
    written: list[str]
    reason: str
    hint: str


@dataclass(frozen=True, eq=False)
class Measured:
    """Columns read from a table, what was wrong with them, and which rows hold made-up or dropped values."""

    columns: Mapping[str, Any]
    faults: tuple[Faults, ...] = ()
    imputed: Mapping[str, Flags] = field(default_factory=dict)


def faults_of(table: pa.Table, names: tuple[str, ...], wrong: Flags, told: tuple[str, str]) -> Faults:
    """List the rows where something is wrong, with what is written in the columns `names`."""
    places = np.flatnonzero(wrong)
    shown = [as_text(table.column(name).take(pa.array(places)).to_pylist()) for name in names]
    return Faults(places, names[0], [", ".join(values) for values in zip(*shown, strict=True)], *told)


def count_field(table: pa.Table, part: Part, field: str) -> Counts:
    """Read a column of counts, in the unit it is written in."""
    scale = float(part.units.get(f"{field} scale", 1))
    column = table.column(field)
    if scale == 1:
        return parse_counts(column)
    counts = parse_counts(column, whole=False)
    bare = np.ones(len(column), bool)
    if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
        bare = ~pc.match_substring_regex(column.cast(pa.string()), r"\pL").fill_null(False).to_numpy()  # noqa: FBT003
    return Counts(np.where(bare, np.rint(counts.numbers * scale), counts.numbers), counts.imputed, counts.faulty)


def read_followers(table: pa.Table, part: Part) -> Measured:
    """Read follower counts; what is no count is missing, and a fault."""
    if "followers" not in part.fields:
        return Measured({"followers": np.full(table.num_rows, np.nan)})
    counts = count_field(table, part, "followers")
    many = counts.numbers > MOST_OF["followers"]
    faults = [(counts.faulty, NO_COUNT), (many, TOO_MANY)]
    return Measured(
        {"followers": np.where(many, np.nan, counts.numbers)},
        tuple(faults_of(table, ("followers",), wrong, told) for wrong, told in faults),
        {"followers from a range or a bound": counts.imputed},
    )


def read_credible(table: pa.Table, part: Part) -> Measured:
    """Read shares of credible followers, 0-1, from fractions or percentages; fake followers are what is left of 1."""
    known = [field for field in ("credible_share", "fake_share") if field in part.fields]
    if not known:
        return Measured({"credible_share": np.full(table.num_rows, np.nan)})
    rates = parse_rates(table.column(known[0]))
    shares = fractions(rates, percent=part.units.get(known[0]) == "percent")
    wrong = rates.faulty | (shares > 1) | (shares < 0)
    credible = shares if known[0] == "credible_share" else 1 - shares
    return Measured(
        {"credible_share": np.where(wrong, np.nan, credible)}, (faults_of(table, (known[0],), wrong, NO_SHARE),)
    )


def read_creators(table: pa.Table, part: Part) -> Measured:
    """Read how many creators a row stands for, one if there is no such column; without a number it stands for none."""
    if "creators" not in part.fields:
        return Measured({"creators": np.ones(table.num_rows)})
    counts = count_field(table, part, "creators")
    many = counts.numbers > MOST_OF["creators"]
    faults = [(np.isnan(counts.numbers), NO_CREATORS), (many, TOO_MANY_CREATORS)]
    return Measured(
        {"creators": np.where(many, np.nan, counts.numbers)},
        tuple(faults_of(table, ("creators",), wrong, told) for wrong, told in faults),
        {"creators from a range or a bound": counts.imputed},
    )


def read_rank(table: pa.Table, part: Part) -> Measured:
    """Read positions in a list; missing where there is none."""
    if "rank" not in part.fields:
        return Measured({})
    return Measured({"rank": parse_counts(pc.utf8_ltrim(clean_text(table.column("rank")), "#")).numbers})


def read_coordinates(table: pa.Table, part: Part) -> Measured:
    """Read longitude and latitude; those of a country's centre are no place, and dropped."""
    nowhere = np.full(table.num_rows, np.nan)
    if not {"longitude", "latitude"} <= part.fields:
        return Measured({"longitude": nowhere, "latitude": nowhere})
    points = check_points(table.column("longitude"), table.column("latitude"))
    wrong = {kind: points.reasons == kind for kind in REASONS} if (points.reasons != "").any() else {}
    names = ("longitude", "latitude")
    faults = tuple(faults_of(table, names, rows, REASONS[kind]) for kind, rows in wrong.items() if rows.any())
    centre = _at_centre(points, part.centres)
    pair = (np.where(centre, np.nan, points.longitude), np.where(centre, np.nan, points.latitude))
    return Measured(dict(zip(names, pair, strict=True)), faults, {CENTRE: centre})


def _at_centre(points: Points, centres: frozenset[tuple[float, float]]) -> Flags:
    if not centres:
        return np.zeros(len(points.longitude), bool)
    pairs = pd.MultiIndex.from_arrays([points.longitude, points.latitude])
    return np.asarray(pairs.isin(list(centres)))


MEASURES: tuple[Callable[[pa.Table, Part], Measured], ...] = (
    read_followers,
    read_credible,
    read_creators,
    read_coordinates,
    read_rank,
)
