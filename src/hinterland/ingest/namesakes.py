"""Rows that bear one name, by example: which are merged, and which are not. For the screen only, never for a file."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from hinterland.identity import fold_series
from hinterland.ingest.exclusions import find_forgotten
from hinterland.ingest.fields import TEXT
from hinterland.ingest.identities import read_identity
from hinterland.ingest.part import IDENTIFYING, Part, clean_text, load_fields

EXAMPLES = 3
# examples need not come from all of a long list
PARTS_SEARCHED = 4
NAMING = ("handle", "profile_url", "name")
FIELDS = (*NAMING, "platform", "country")


@dataclass(frozen=True)
class Namesake:
    """Rows of one handle, which are merged, or of one display name, which are not."""

    name: str
    rows: int
    countries: int
    merged: bool

    @property
    def sentence(self) -> str:
        """The example in words."""
        places = f" of {self.countries} countries" if self.countries > 1 else ""
        return f"{self.name}: {self.rows:,} rows{places}, {'merged' if self.merged else 'not merged'}"


def find_namesakes(parts: Sequence[Part], *, distinct: bool = False) -> tuple[Namesake, ...]:
    """Find the handles and the names that most rows share, three of each at most.

    Parameters
    ----------
    distinct
        No creator stands in the list twice, so no row is merged.
    """
    parts_with_names = [part for part in parts[:PARTS_SEARCHED] if not part.fields.isdisjoint(NAMING)]
    if not parts_with_names:
        return ()
    rows = pd.concat([_names(part) for part in parts_with_names])
    accounts = rows.assign(key=rows["platform"].fillna("") + "\n" + fold_series(rows["handle"]), label=rows["handle"])
    others = rows[rows["handle"].isna()]
    names = others.assign(key=fold_series(others["name"]), label=others["name"])
    return (*([] if distinct else _examples(accounts, merged=True)), *_examples(names, merged=False))


def _names(part: Part) -> pd.DataFrame:
    table = load_fields(part, (*FIELDS, *IDENTIFYING) if part.forgotten else FIELDS)
    table = table.filter(pa.array(~find_forgotten(table, part.forgotten))) if part.forgotten else table
    texts = {
        name: pd.array(clean_text(table.column(name)), dtype=TEXT) for name in FIELDS if name in table.column_names
    }
    return pd.DataFrame({**texts, **read_identity(table, part).columns}, columns=[*FIELDS], dtype=TEXT)


def _examples(rows: pd.DataFrame, *, merged: bool) -> list[Namesake]:
    groups = rows.dropna(subset="key").groupby("key", sort=True)
    several = groups.agg(label=("label", "first"), rows=("label", "size"), countries=("country", "nunique"))
    largest = several[several["rows"] > 1].sort_values("rows", ascending=False, kind="stable").head(EXAMPLES)
    labels, counts = largest["label"].tolist(), largest[["rows", "countries"]].to_numpy(int).tolist()
    return [Namesake(name, count, countries, merged) for name, (count, countries) in zip(labels, counts, strict=True)]
