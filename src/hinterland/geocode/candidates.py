"""What a text that names one place may mean instead, and how likely each meaning is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.geocode.codes import AMBIGUOUS_COUNTRIES, COUNTRY_IDS
from hinterland.geocode.gazetteer import Entry, Gazetteer
from hinterland.geocode.senses import COUNTRY, NONE, Flags, Floats, Numbers, Senses, spread
from hinterland.geocode.stopwords import CODES_READ_ALONE, NO_PLACE
from hinterland.geocode.tokenize import FIRST_UNSPACED
from hinterland.geocode.toponyms import Mention


@dataclass(frozen=True, slots=True)
class Mentions:
    """Names found in texts, a column per trait (see `Mention`); sorted by text, in the order in which they stand."""

    text: Numbers
    segment: Numbers
    joint: Numbers
    address: Numbers
    entry: Numbers
    key: Numbers
    length: Numbers
    accented: npt.NDArray[np.object_]
    is_phrase: Flags
    fills_segment: Flags
    is_capital: Flags
    is_upper: Flags
    is_short: Flags
    is_respelt: Flags
    is_outside: Flags
    wants_region: Flags
    wants_city: Flags
    is_plain: Flags
    needs_company: Flags
    is_ambiguous: Flags
    is_accented: Flags
    is_state_code: Flags


@dataclass(frozen=True, slots=True)
class Readings:
    """One meaning of a mention each: kind, country, region, row of the place; score, support, lead over the next."""

    mention: Numbers
    kind: Numbers
    country: Numbers
    region: Numbers
    row: Numbers
    score: Floats
    support: Floats
    margin: Floats


@dataclass(frozen=True, slots=True)
class Rivals:
    """What else mentions may mean, by mention, the likeliest first: kind, country, region, row; odds to the reading."""

    mention: Numbers
    kind: Numbers
    country: Numbers
    region: Numbers
    row: Numbers
    odds: Floats


def pair_up(text: Numbers) -> tuple[Numbers, Numbers]:
    """List all pairs of different rows of the same text, sorted by the first; rows of a text stand together."""
    count = np.bincount(text)
    first, second = spread((np.cumsum(count) - count)[text], count[text])
    differ = first != second
    return first[differ], second[differ]


Columns = TypeVar("Columns", Mentions, Readings, Rivals)


def take(columns: Columns, selection: Flags | Numbers) -> Columns:
    """Take some of the mentions, readings or rivals."""
    return type(columns)(*(getattr(columns, field.name)[selection] for field in fields(columns)))


MOST_CANDIDATES, LEAST_PROBABILITY = 5, 0.05
THOUSANDTHS = 1_000


def list_candidates(readings: Readings, rivals: Rivals, text: Numbers, gazetteer: Gazetteer) -> pd.Series:
    """List the meanings of doubtful readings with their probabilities.

    Parameters
    ----------
    readings, rivals
        One reading per text that names one place, and what else any mention may mean.
    text
        The text of every reading.

    Returns
    -------
    pandas.Series
        By text, "id:probability" joined by ";", the likeliest first; texts whose meaning is plain are left out.
    """
    rivals = take(rivals, np.isin(rivals.mention, readings.mention))
    is_doubtful = np.isin(readings.mention, rivals.mention)
    doubtful, text = take(readings, is_doubtful), text[is_doubtful]
    owner = pd.Index(doubtful.mention).get_indexer(pd.Index(rivals.mention))
    table = pd.DataFrame(
        {
            "text": np.concatenate([text, text[owner]]),
            "id": np.concatenate([_ids(meanings, gazetteer) for meanings in (doubtful, rivals)]),
            "odds": np.concatenate([np.ones(len(text)), rivals.odds]),
        }
    ).sort_values("text", kind="stable")
    likely = table.loc[(_share(table) >= LEAST_PROBABILITY) & (_rank(table) < MOST_CANDIDATES)]
    return _write(likely.loc[likely["text"].duplicated(keep=False)])


def _ids(meanings: Readings | Rivals, gazetteer: Gazetteer) -> npt.NDArray[np.object_]:
    """Write the GeoNames id of a city or a country, the code of a region."""
    countries = np.array([str(COUNTRY_IDS.get(code, code)) for code in gazetteer.country_codes], dtype=object)
    regions = np.array([*gazetteer.region_codes, ""], dtype=object)
    of_area = np.where(meanings.kind == COUNTRY, countries[meanings.country], regions[meanings.region])
    return np.where(meanings.row == NONE, of_area, gazetteer.ids[meanings.row].astype("str").astype(object))


def _share(table: pd.DataFrame) -> pd.Series:
    return table["odds"] / table.groupby("text")["odds"].transform("sum")


def _rank(table: pd.DataFrame) -> pd.Series:
    return table.groupby("text").cumcount()


def _write(table: pd.DataFrame) -> pd.Series:
    """Write shares in thousandths that add up: what rounding leaves goes to the likeliest."""
    parts = np.rint(_share(table) * THOUSANDTHS).astype("int64")
    rest = THOUSANDTHS - parts.groupby(table["text"]).transform("sum")
    shares = (parts + rest.where(_rank(table) == 0, 0)) / THOUSANDTHS
    candidates: dict[int, list[str]] = {}
    for text, place, share in zip(table["text"].tolist(), table["id"].tolist(), shares.tolist(), strict=True):
        candidates.setdefault(text, []).append(f"{place}:{share:.3f}")
    return pd.Series({text: ";".join(pairs) for text, pairs in candidates.items()}, dtype="object")


# the states whose codes are written without their country
CODED_BY_ALL = "US."
TRAITS = (
    "fills_segment", "is_capital", "is_upper", "is_short", "is_respelt", "is_outside", "wants_region", "wants_city",
    "is_plain",
)  # fmt: skip
# a code alone needs company if it may be a word, or both a country and a state: IN, DE
OF_KEYS: Mapping[str, Callable[[str], bool]] = {
    "is_phrase": lambda key: " " in key,
    "is_ambiguous": lambda key: key in AMBIGUOUS_COUNTRIES,
    "needs_company": lambda key: key in NO_PLACE and key not in CODES_READ_ALONE,
}


class MentionFeatures:
    """What is known of mentions wherever they stand, and the senses of their entries.

    Parameters
    ----------
    mentions
        The mentions of every piece.
    gazetteer
        Where their entries are from.
    """

    def __init__(self, mentions: Sequence[Sequence[Mention]], gazetteer: Gazetteer) -> None:
        """Write every trait into a column."""
        self._count = np.array([*map(len, mentions)], dtype="int64")
        columns = [*zip(*chain.from_iterable(mentions), strict=True)] or [()] * len(Mention._fields)
        traits = dict(zip(Mention._fields, columns, strict=True))
        entries = {id(entry): entry for entry in traits["entry"]}
        self.senses = Senses(list(entries.values()), gazetteer)
        entry, _ = pd.factorize(np.array([*map(id, traits["entry"])], dtype="int64"))
        key, keys = pd.factorize(np.array(traits["key"], dtype=object))
        self._numbers = [entry, key, np.array([*map(_length, keys)], dtype="int64")[key]]
        self._accented = np.array(traits["accented"], dtype=object)
        self._flags = {trait: np.array(traits[trait], dtype=bool) for trait in TRAITS}
        self._flags["is_accented"] = self._accented != ""
        self._flags |= {trait: _holds(test, keys)[key] for trait, test in OF_KEYS.items()}
        of_both = _holds(_is_state, list(entries.values())) & (self.senses.names_country != NONE)
        self._flags["needs_company"] |= of_both[entry]

    def place(self, rows: Numbers) -> Mentions:
        """Lay the mentions out as they stand in texts.

        Parameters
        ----------
        rows
            For every piece in a text, by text: its number, number in `mentions`, place, break before it, address,
            whether it follows a name that is not found.
        """
        count = self._count[rows[:, 1]]
        at, which = spread((np.cumsum(self._count) - self._count)[rows[:, 1]], count)
        text, _, segment, joint, address, follows = rows[at].T
        entry, key, length = (column[which] for column in self._numbers)
        flags = {name: column[which] for name, column in self._flags.items()}
        flags["is_state_code"] = (follows > 0) & flags["is_short"] & flags["is_upper"] & flags["fills_segment"]
        return Mentions(text, segment, joint, address, entry, key, length, self._accented[which], **flags)


def _length(key: str) -> int:
    """Count letters; a sign of Chinese, Japanese or Korean is a syllable."""
    return len(key) * (2 if key >= FIRST_UNSPACED else 1)


def _holds(test: Callable[[Any], bool], values: Iterable[Any]) -> Flags:
    return np.array([*map(test, values)], dtype=bool)


def _is_state(entry: Entry) -> bool:
    return any(region.startswith(CODED_BY_ALL) for region in entry.regions)
