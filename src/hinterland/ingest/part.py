"""A part of the input and its columns by field."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from hinterland.ingest.formats.sheet import Chunk
from hinterland.ingest.parse import as_text, coded
from hinterland.ingest.parse.dates import Latest

# "NA" is Namibia and "None" a village, but only where a place is meant
NO_TEXT = pa.array(
    [
        *("", "-", "--", "–", "—", "?", "n/a", "N/A", "nan", "NaN", "null", "NULL", "None", "<NA>", r"\N", "\x1a"),
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#ERROR!"),
    ]
)
LONGEST_NOTHING = pc.max(pc.binary_length(NO_TEXT))
# what holds the same texts again and again: kinds, countries, and numbers as people write them
REPEATED = frozenset(
    (
        *("platform", "niche", "region", "country", "followers", "engagement_rate", "growth"),
        *("likes", "comments", "views", "following", "posts", "credible_share", "fake_share"),
    )
)
CODED = pa.dictionary(pa.int32(), pa.string())
# what several columns tell together, one value each
SERIES = frozenset(("history", "audience_cities", "audience_countries", "alias"))
# one no among several columns is enough
CONTACT_STATUS = frozenset(("do_not_contact", "contact_status", "consent"))
# what names a person: `alias` are columns of that kind which are read for nothing else
IDENTIFYING = ("handle", "profile_url", "name", "first_name", "last_name", "email", "alias")


@dataclass(frozen=True)
class Part:
    """A small picklable description of at most 250,000 rows; `first_row` is the number of its first row, from 1.

    `columns` pairs each field with its columns, the fullest first; `units` says how they are meant and `plain` which
    are machine numbers (content.py). `latest` and `centres` are what only the whole input shows: the newest
    snapshot of each platform, and the coordinates that are only a country's centre. `forgotten` are the people to
    leave out, in normal form. `constants` are values that hold for every row; of a wide list, `accounts` are the
    fields that say whether a row has an account on the platform of this part.
    """

    chunk: Chunk
    first_row: int
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    units: Mapping[str, str] = field(default_factory=dict)
    plain: Mapping[str, str] = field(default_factory=dict)
    latest: Latest | None = None
    centres: frozenset[tuple[float, float]] = frozenset()
    forgotten: frozenset[str] = frozenset()
    constants: tuple[tuple[str, str], ...] = ()
    accounts: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of the input in this part, unusable ones too."""
        return self.chunk.rows

    @property
    def fields(self) -> frozenset[str]:
        """Fields recognised in this part."""
        return frozenset(name for name, _ in (*self.columns, *self.constants))


def by_field(table: pa.Table, part: Part) -> pa.Table:
    """Name the columns by their fields; of several columns the first filled one counts, but a series keeps them all."""
    several = SERIES | CONTACT_STATUS
    plain = {
        name: table.column(cs[0]) if len(cs) == 1 else pc.coalesce(*(clean_text(table.column(c)) for c in cs))
        for name, cs in part.columns
        if name not in several
    }
    series = {f"{name}\n{c}": table.column(c) for name, cs in part.columns if name in several for c in cs}
    constants = {name: pa.repeat(value, table.num_rows) for name, value in part.constants}
    return pa.table({**plain, **constants, **series})


def column_types(part: Part) -> dict[str, pa.DataType]:
    """Give the type each column of a part can be hoped to have: numbers where the first rows are, else text.

    Text that repeats itself is read by its distinct values: each is then looked at once.
    """
    numbers = {"integer": pa.int64(), "decimal": pa.float64()}
    return {
        c: numbers[part.plain[c]] if c in part.plain else CODED if name in REPEATED else pa.string()
        for name, columns in part.columns
        for c in columns
    }


def load_fields(part: Part, fields: Sequence[str]) -> pa.Table:
    """Load a few fields of a part."""
    narrow = replace(
        part,
        columns=tuple(pair for pair in part.columns if pair[0] in fields) or part.columns[:1],
        constants=tuple(pair for pair in part.constants if pair[0] in fields),
    )
    return by_field(part.chunk.read(column_types(narrow)).table, narrow)


def columns_of(table: pa.Table, series: str) -> dict[str, pa.ChunkedArray]:
    """Give the columns of a series as text, by the names they have in the file."""
    names = [name for name in table.column_names if name.startswith(f"{series}\n")]
    return {name.partition("\n")[2]: as_text_column(table.column(name)) for name in names}


def as_text_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn numbers into text, as a person would type them; text stays."""
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    return column if pa.types.is_string(column.type) else pa.chunked_array([as_text(column.to_pylist())], pa.string())


def clean_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trim text; what stands for nothing becomes null."""
    if pa.types.is_dictionary(column.type):
        codes, texts = coded(column)
        return clean_text(texts).take(pa.array(codes))
    trimmed = pc.utf8_trim_whitespace(as_text_column(column))
    if not pc.any(pc.less_equal(pc.binary_length(trimmed), LONGEST_NOTHING)).as_py():
        return trimmed
    return pc.if_else(pc.is_in(trimmed, NO_TEXT), None, trimmed)
