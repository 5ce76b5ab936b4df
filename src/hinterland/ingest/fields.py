"""The numbers of a batch: followers, shares, counts, ranks and coordinates, each with what could not be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hinterland.ingest.content import (
    AUDIENCES,
    COUNT_FIELDS,
    LIKES,
    LIKES_COMMENTS,
    MONEY,
    MONTH_DAYS,
    MOST_OF,
    PEOPLE,
    PERCENT,
    UNKNOWN,
)
from hinterland.ingest.parse import Reason, as_text
from hinterland.ingest.parse.audience import audience_lists
from hinterland.ingest.parse.coordinates import POINT, Points, check_points
from hinterland.ingest.parse.dates import growth_of
from hinterland.ingest.parse.money import Floats, currencies, fractions, parse_money, parse_rates
from hinterland.ingest.parse.numbers import Counts, parse_counts
from hinterland.ingest.part import Part, clean_text, columns_of, load_fields
from hinterland.language import later

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
NO_COUNT = Reason("not a number of followers", "give a number such as 12300 or 12.3K")
TOO_MANY = Reason("more followers than there are people", "give the number of followers")
NO_SHARE = Reason("not a share", "give a fraction from 0 to 1, or a percentage")
TOO_MANY_CREATORS = Reason("more creators than any country has", "give how many creators the row stands for")
NO_CREATORS = Reason("not a number of creators", "give how many creators the row stands for")
NO_NUMBER = Reason("not a number", "give a number such as 1200 or 1.2K")
NO_RATE = Reason("not an engagement rate", "give a fraction such as 0.024, or a percentage")
NO_GROWTH = Reason("not a growth rate", "give a fraction per month, or a percentage")
NO_MONEY = Reason("not an amount of money", "give a number, with or without a currency")
CENTRE = later("coordinates of a country's centre")
REASONS: Mapping[str, tuple[str, str]] = {
    "swapped": Reason("longitude and latitude were swapped", "they were swapped back; correct the file"),
    "out of range": Reason("a coordinate out of range", "give degrees: longitude -180 to 180, latitude -90 to 90"),
    "null island": Reason("coordinates 0, 0 stand for none", "leave them empty"),
    "half a pair": Reason("one of the two coordinates is missing", "give both or none"),
    "unreadable": Reason("a coordinate that is not a number", "give decimal degrees"),
}
# parts looked at first for coordinates that are centres of countries
SCREENED = 8
REACH = {"west": "min", "east": "max", "south": "min", "north": "max", "rows": "sum"}
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CellIssues:
    """Faulty rows of one kind: their places in the loaded table, and the texts of their cells."""

    places: NDArray[np.int64]
    field: str
    texts: list[str]
    reason: str
    hint: str


@dataclass(frozen=True, eq=False)
class ParsedColumns:
    """Columns read from a table, what was wrong with them, and which rows hold made-up or dropped values."""

    columns: Mapping[str, Any]
    faults: tuple[CellIssues, ...] = ()
    imputed: Mapping[str, Flags] = field(default_factory=dict)


def faults_of(table: pa.Table, names: tuple[str, ...], wrong: Flags, reason: tuple[str, str]) -> CellIssues:
    """List the rows where something is wrong, with what is written in the columns `names`."""
    places = np.flatnonzero(wrong)
    texts = [as_text(table.column(name).take(pa.array(places)).to_pylist()) for name in names]
    return CellIssues(places, names[0], [", ".join(values) for values in zip(*texts, strict=True)], *reason)


def count_field(table: pa.Table, part: Part, field: str) -> Counts:
    """Read a column of counts, in the unit it is written in."""
    scale = float(part.units.get(f"{field} scale", 1))
    column = table.column(field)
    if scale == 1:
        return parse_counts(column)
    counts = parse_counts(column, integer=False)
    bare = np.ones(len(column), bool)
    if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
        bare = ~pc.match_substring_regex(column.cast(pa.string()), r"\pL").fill_null(False).to_numpy()  # noqa: FBT003
    return Counts(np.where(bare, np.rint(counts.numbers * scale), counts.numbers), counts.imputed, counts.faulty)


def read_followers(table: pa.Table, part: Part) -> ParsedColumns:
    """Read follower counts; what is no count is missing, and a fault."""
    if "followers" not in part.fields:
        return ParsedColumns({"followers": np.full(table.num_rows, np.nan)})
    counts = count_field(table, part, "followers")
    many = counts.numbers > MOST_OF["followers"]
    faults = [(counts.faulty, NO_COUNT), (many, TOO_MANY)]
    return ParsedColumns(
        {"followers": np.where(many, np.nan, counts.numbers)},
        tuple(faults_of(table, ("followers",), wrong, reason) for wrong, reason in faults),
        {later("followers from a range or a bound"): counts.imputed},
    )


def read_credible(table: pa.Table, part: Part) -> ParsedColumns:
    """Read shares of credible followers, 0-1, from fractions or percentages; fake followers are what is left of 1."""
    fields = [field for field in ("credible_share", "fake_share") if field in part.fields]
    if not fields:
        return ParsedColumns({"credible_share": np.full(table.num_rows, np.nan)})
    rates = parse_rates(table.column(fields[0]))
    shares = fractions(rates, percent=part.units.get(fields[0]) == "percent")
    wrong = rates.faulty | (shares > 1) | (shares < 0)
    credible = shares if fields[0] == "credible_share" else 1 - shares
    return ParsedColumns(
        {"credible_share": np.where(wrong, np.nan, credible)}, (faults_of(table, (fields[0],), wrong, NO_SHARE),)
    )


def read_creators(table: pa.Table, part: Part) -> ParsedColumns:
    """Read how many creators a row stands for, one if there is no such column; without a number it stands for none."""
    if "creators" not in part.fields:
        return ParsedColumns({"creators": np.ones(table.num_rows)})
    counts = count_field(table, part, "creators")
    many = counts.numbers > MOST_OF["creators"]
    faults = [(np.isnan(counts.numbers), NO_CREATORS), (many, TOO_MANY_CREATORS)]
    return ParsedColumns(
        {"creators": np.where(many, np.nan, counts.numbers)},
        tuple(faults_of(table, ("creators",), wrong, reason) for wrong, reason in faults),
        {later("creators from a range or a bound"): counts.imputed},
    )


def read_rank(table: pa.Table, part: Part) -> ParsedColumns:
    """Read positions in a list; missing where there is none."""
    if "rank" not in part.fields:
        return ParsedColumns({})
    # the number of "#1", "1st", "2." and "3º"
    plain = pc.replace_substring_regex(
        clean_text(table.column("rank")), r"(?i)^#?\s*(\d+)(?:st|nd|rd|th|er|re|e|\.|º|ª|°)?$", r"\1"
    )
    return ParsedColumns({"rank": parse_counts(plain).numbers})


def read_coordinates(table: pa.Table, part: Part) -> ParsedColumns:
    """Read longitude and latitude; those of a country's centre are no place, and dropped."""
    nowhere = np.full(table.num_rows, np.nan)
    if not {"longitude", "latitude"} <= part.fields:
        return ParsedColumns({"longitude": nowhere, "latitude": nowhere})
    points = check_points(table.column("longitude"), table.column("latitude"))
    wrong = {kind: points.reasons == kind for kind in REASONS} if (points.reasons != "").any() else {}
    names = ("longitude", "latitude")
    faults = tuple(faults_of(table, names, rows, REASONS[kind]) for kind, rows in wrong.items() if rows.any())
    centre = _at_centre(points, part.centres)
    pair = (np.where(centre, np.nan, points.longitude), np.where(centre, np.nan, points.latitude))
    return ParsedColumns(dict(zip(names, pair, strict=True)), faults, {CENTRE: centre})


def _at_centre(points: Points, centres: frozenset[tuple[float, float]]) -> Flags:
    if not centres:
        return np.zeros(len(points.longitude), bool)
    pairs = pd.MultiIndex.from_arrays([points.longitude, points.latitude])
    return np.asarray(pairs.isin(list(centres)))


def read_counts(table: pa.Table, part: Part) -> ParsedColumns:
    """Read what is counted: likes, comments and views per post, accounts followed, posts, clicks, orders."""
    read = {field: count_field(table, part, field) for field in COUNT_FIELDS if field in part.fields}
    faults = (faults_of(table, (field,), counts.faulty, NO_NUMBER) for field, counts in read.items())
    return ParsedColumns({field: counts.numbers for field, counts in read.items()}, _drop_empty(faults))


def read_engagement(table: pa.Table, part: Part) -> ParsedColumns:
    """Read engagement rates as fractions, each with what it is a share of; averages per post give one, too."""
    if "engagement_rate" not in part.fields:
        return _derive_engagement(table, part) if "derived" in part.units else ParsedColumns({})
    rates = parse_rates(table.column("engagement_rate"))
    values = fractions(rates, percent=part.units.get("engagement_rate") == PERCENT)
    wrong = rates.faulty | (values < 0)
    basis = part.units.get("engagement_basis", UNKNOWN)
    return ParsedColumns(
        {"engagement_rate": np.where(wrong, np.nan, values), "engagement_basis": _basis(table, part, basis)},
        _drop_empty([faults_of(table, ("engagement_rate",), wrong, NO_RATE)]),
    )


def _basis(table: pa.Table, part: Part, usual: str) -> Any:  # noqa: ANN401 - pandas does not type its arrays of text
    if "engagement_basis" in part.fields:
        return _text(pc.fill_null(clean_text(table.column("engagement_basis")), usual))
    return _text(pa.repeat(usual, table.num_rows))


def _derive_engagement(table: pa.Table, part: Part) -> ParsedColumns:
    fields = part.units["derived"].split("+")
    parts = [count_field(table, part, field).numbers for field in fields]
    followers = count_field(table, part, "followers").numbers
    rate = np.divide(sum(parts), followers, out=np.full(len(followers), np.nan), where=followers > 0)
    basis = LIKES if fields == ["likes"] else LIKES_COMMENTS
    return ParsedColumns({"engagement_rate": rate, "engagement_basis": _text(pa.repeat(basis, table.num_rows))})


def read_growth(table: pa.Table, part: Part) -> ParsedColumns:
    """Read growth of followers as a fraction per month, from a column of its own or from a history."""
    if "growth" not in part.fields:
        return (
            ParsedColumns({"growth": growth_of(columns_of(table, "history"))})
            if "history" in part.fields
            else ParsedColumns({})
        )
    rates = parse_rates(table.column("growth"))
    values = fractions(rates, percent=part.units.get("growth") == PERCENT)
    if part.units.get("growth") == PEOPLE:
        values = _growth_of_people(rates.numbers, table, part)
    values = np.where(values > -1, values, np.nan)
    months = float(part.units["growth_days"]) / MONTH_DAYS
    faults = _drop_empty([faults_of(table, ("growth",), rates.faulty, NO_GROWTH)])
    # whoever writes "30 days" means a month
    return ParsedColumns({"growth": values if 0.9 < months < 1.1 else (1 + values) ** (1 / months) - 1}, faults)  # noqa: PLR2004


def _growth_of_people(gained: Floats, table: pa.Table, part: Part) -> Floats:
    if "followers" not in part.fields:
        return np.full(len(gained), np.nan)
    before = count_field(table, part, "followers").numbers - gained
    rate: Floats = np.divide(gained, before, out=np.full(len(gained), np.nan), where=before > 0)
    return rate


def read_audiences(table: pa.Table, part: Part) -> ParsedColumns:
    """Read where audiences are, as JSON lists of names and weights."""
    fields = [field for field in AUDIENCES if field in part.fields]
    return ParsedColumns(
        {
            field: _text(audience_lists(columns_of(table, field), percent=part.units.get(field) == PERCENT))
            for field in fields
        }
    )


def read_money(table: pa.Table, part: Part) -> ParsedColumns:
    """Read fees, revenue and costs, and the currency they are in."""
    fields = [field for field in MONEY if field in part.fields]
    read = {field: parse_money(table.column(field)) for field in fields}
    faults = (faults_of(table, (field,), counts.faulty, NO_MONEY) for field, counts in read.items())
    return ParsedColumns(
        {field: counts.numbers for field, counts in read.items()} | _currency(table, part), _drop_empty(faults)
    )


def _currency(table: pa.Table, part: Part) -> dict[str, Any]:
    if "currency" in part.fields:
        return {"currency": _text(pc.utf8_upper(clean_text(table.column("currency"))))}
    usual = part.units.get("currency")
    if usual is None:
        return {}
    return {"currency": _text(currencies(table.column(next(f for f in MONEY if f in part.fields)), usual))}


def read_name(table: pa.Table, part: Part) -> ParsedColumns:
    """Join first and last names where the list has no whole ones."""
    fields = [field for field in ("first_name", "last_name") if field in part.fields]
    if not fields or "name" in part.fields:
        return ParsedColumns({})
    cells = zip(*(clean_text(table.column(field)).to_pylist() for field in fields), strict=True)
    return ParsedColumns({"name": _text([" ".join(filter(None, names)) or None for names in cells])})


def _text(values: Any) -> Any:  # noqa: ANN401 - pandas does not type its arrays of text
    return pd.array(pa.array(values, pa.string()) if isinstance(values, list) else values, dtype=TEXT)


def _drop_empty(faults: Iterator[CellIssues] | list[CellIssues]) -> tuple[CellIssues, ...]:
    return tuple(fault for fault in faults if len(fault.places))


MEASURES: tuple[Callable[[pa.Table, Part], ParsedColumns], ...] = (
    read_followers,
    read_credible,
    read_creators,
    read_coordinates,
    read_rank,
    read_counts,
    read_engagement,
    read_growth,
    read_audiences,
    read_money,
    read_name,
)


def country_centres(parts: Iterable[Part], *, rows: int) -> frozenset[tuple[float, float]]:
    """Find the coordinate pairs shared by all rows of a country (`rows` of them at least): the country's centre.

    Eight parts spread over the input are looked at first; only if one of their countries has a single pair, all are.
    """
    suited = [part for part in parts if {*POINT, "country"} <= part.fields]
    spread: Iterable[int] = np.unique(np.linspace(0, len(suited) - 1, SCREENED).astype(int)) if suited else []
    screened = _constant((suited[place] for place in spread), rows)
    return _constant(suited, rows) if screened and len(suited) > SCREENED else screened


def _constant(parts: Iterable[Part], rows: int) -> frozenset[tuple[float, float]]:
    spans = [_spans(part) for part in parts]
    if not spans:
        return frozenset()
    reach = pd.concat(spans).groupby("country").agg(REACH)
    single, many = (reach["west"] == reach["east"]) & (reach["south"] == reach["north"]), reach["rows"] >= rows
    # where every well-filled country has one pair (two such countries at least), the list gives centres throughout
    throughout = many.sum() > 1 and single[many].all()
    centres = reach[single if throughout else single & many]
    return frozenset(zip(centres["west"].tolist(), centres["south"].tolist(), strict=True))


def _spans(part: Part) -> pd.DataFrame:
    """Find how far the coordinates of each country reach: one pair only if least and most agree."""
    table = load_fields(part, (*POINT, "country"))
    points = check_points(table.column("longitude"), table.column("latitude"))
    country = clean_text(table.column("country")).to_pandas()
    frame = pd.DataFrame({"country": country, "west": points.longitude, "south": points.latitude}).dropna()
    frame = frame.assign(east=frame["west"], north=frame["south"], rows=1)
    return frame.groupby("country").agg(REACH)
