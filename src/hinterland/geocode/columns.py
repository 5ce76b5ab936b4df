"""Mentions as columns: what was found in pieces, laid out per text, for all texts to be judged at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from hinterland.geocode.codes import AMBIGUOUS_COUNTRIES
from hinterland.geocode.entries import Entry
from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.mentions import Mention
from hinterland.geocode.reading import FIRST_UNSPACED
from hinterland.geocode.readings import Mentions
from hinterland.geocode.senses import NONE, Flags, Numbers, Senses, spread
from hinterland.geocode.words import CODES_READ_ALONE, NO_PLACE

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


class Columns:
    """What is known of mentions wherever they stand, and the senses of their entries.

    Parameters
    ----------
    found
        The mentions of every piece.
    gazetteer
        Where their entries are from.
    """

    def __init__(self, found: Sequence[Sequence[Mention]], gazetteer: Gazetteer) -> None:
        """Write every trait into a column."""
        self._count = np.array([*map(len, found)], dtype="int64")
        columns = [*zip(*chain.from_iterable(found), strict=True)] or [()] * len(Mention._fields)
        told = dict(zip(Mention._fields, columns, strict=True))
        entries = {id(entry): entry for entry in told["entry"]}
        self.senses = Senses(list(entries.values()), gazetteer)
        entry, _ = pd.factorize(np.array([*map(id, told["entry"])], dtype="int64"))
        key, keys = pd.factorize(np.array(told["key"], dtype=object))
        self._numbers = [entry, key, np.array([*map(_length, keys)], dtype="int64")[key]]
        self._accented = np.array(told["accented"], dtype=object)
        self._flags = {trait: np.array(told[trait], dtype=bool) for trait in TRAITS}
        self._flags["is_accented"] = self._accented != ""
        self._flags |= {trait: _holds(test, keys)[key] for trait, test in OF_KEYS.items()}
        of_both = _holds(_is_state, list(entries.values())) & (self.senses.names_country != NONE)
        self._flags["needs_company"] |= of_both[entry]

    def place(self, rows: Numbers) -> Mentions:
        """Lay the mentions out as they stand in texts.

        Parameters
        ----------
        rows
            For every piece in a text, by text: its number, number in `found`, place, break before it, address,
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
