"""Mentions as columns: what was found in pieces, laid out per text, for all texts to be judged at once."""

from collections.abc import Hashable, Sequence
from itertools import chain

import numpy as np

from hinterland.geocode.codes import AMBIGUOUS_COUNTRIES
from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.mentions import Mention
from hinterland.geocode.readings import Mentions
from hinterland.geocode.senses import Flags, Numbers, Senses, spread
from hinterland.geocode.words import CODES_READ_ALONE, NO_PLACE

# the states whose codes are written without their country
CODED_BY_ALL = "US."
TRAITS = (
    "fills_segment", "is_capital", "is_upper", "is_short", "is_respelt", "is_outside", "wants_region", "wants_city",
    "is_plain",
)  # fmt: skip


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
        known = list(chain.from_iterable(found))
        self._count = np.array([len(one) for one in found], dtype="int64")
        entries = {id(one.entry): one.entry for one in known}
        self.senses = Senses(list(entries.values()), gazetteer)
        keys = [one.key for one in known]
        numbers = (_numbered([id(one.entry) for one in known]), _numbered(keys), [*map(len, keys)])
        self._numbers = [np.array(values, dtype="int64") for values in numbers]
        self._flags = _flags(known)
        self._accented = np.array([one.accented for one in known], dtype=object)

    def place(self, rows: Numbers) -> Mentions:
        """Lay the mentions out as they stand in texts.

        Parameters
        ----------
        rows
            For every piece in a text, by text: its number, number in `found`, place, break before it, address.
        """
        count = self._count[rows[:, 1]]
        at, which = spread((np.cumsum(self._count) - self._count)[rows[:, 1]], count)
        text, _, segment, joint, address = rows[at].T
        entry, key, length = (column[which] for column in self._numbers)
        flags = {name: column[which] for name, column in self._flags.items()}
        return Mentions(text, segment, joint, address, entry, key, length, self._accented[which], **flags)


def _numbered(values: Sequence[Hashable]) -> list[int]:
    """Give equal values equal numbers, in the order in which they come."""
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return [numbers[value] for value in values]


def _flags(known: Sequence[Mention]) -> dict[str, Flags]:
    """List what is true of mentions wherever they stand."""
    flags = {name: [getattr(one, name) for one in known] for name in TRAITS}
    flags["is_phrase"] = [" " in one.key for one in known]
    flags["is_ambiguous"] = [one.key in AMBIGUOUS_COUNTRIES for one in known]
    flags["is_accented"] = [one.accented != "" for one in known]
    flags["needs_company"] = [_needs_company(one) for one in known]
    return {name: np.array(values, dtype=bool) for name, values in flags.items()}


def _needs_company(mention: Mention) -> bool:
    """Tell whether a code alone may be a country, a state, or a word: DE, IN."""
    is_state = any(region.startswith(CODED_BY_ALL) for region in mention.entry.regions)
    of_both = mention.entry.country is not None and is_state
    return of_both or (mention.key in NO_PLACE and mention.key not in CODES_READ_ALONE)
