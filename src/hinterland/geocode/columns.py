"""Mentions as columns: what was found in pieces, laid out per text, for all texts to be judged at once."""

from collections.abc import Hashable, Sequence
from itertools import chain

import numpy as np

from hinterland.geocode.codes import AMBIGUOUS_COUNTRIES
from hinterland.geocode.evidence import Mentions
from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.mentions import Mention
from hinterland.geocode.senses import Flags, Numbers, Senses, spread
from hinterland.geocode.words import CODES_READ_ALONE, NO_PLACE

# the states whose codes are written without their country
CODED_BY_ALL = "US."
TRAITS = (
    "fills_segment", "is_capital", "is_upper", "is_short", "is_respelt", "is_outside", "wants_region", "wants_city",
)  # fmt: skip


def lay_out(found: Sequence[Sequence[Mention]], rows: Numbers, gazetteer: Gazetteer) -> tuple[Mentions, Senses]:
    """Lay out mentions and the senses of their entries.

    Parameters
    ----------
    found
        The mentions of every piece.
    rows
        For every piece in a text: number of the text, number in `found`, place in the text, break before it, address.
    gazetteer
        Where the entries are from.
    """
    known = list(chain.from_iterable(found))
    count = np.array([len(one) for one in found], dtype="int64")
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    at, which = spread((np.cumsum(count) - count)[rows[:, 1]], count[rows[:, 1]])
    text, _, segment, joint, address = rows[at].T
    entries = {id(one.entry): one.entry for one in known}
    entry = np.array(_numbered([id(one.entry) for one in known]), dtype="int64")
    flags = {name: column[which] for name, column in _flags(known).items()}
    keys = [one.key for one in known]
    key, length = (np.array(values, dtype="int64")[which] for values in (_numbered(keys), [*map(len, keys)]))
    mentions = Mentions(text, segment, joint, address, entry[which], key, length, **flags)
    return mentions, Senses(list(entries.values()), gazetteer)


def _numbered(values: Sequence[Hashable]) -> list[int]:
    """Give equal values equal numbers, in the order in which they come."""
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return [numbers[value] for value in values]


def _flags(known: Sequence[Mention]) -> dict[str, Flags]:
    """List what is true of mentions wherever they stand."""
    flags = {name: [getattr(one, name) for one in known] for name in TRAITS}
    flags["is_phrase"] = [" " in one.key for one in known]
    flags["is_ambiguous"] = [one.key in AMBIGUOUS_COUNTRIES for one in known]
    flags["needs_company"] = [_needs_company(one) for one in known]
    return {name: np.array(values, dtype=bool) for name, values in flags.items()}


def _needs_company(mention: Mention) -> bool:
    """Tell whether a code alone may be a country, a state, or a word: DE, IN."""
    is_state = any(region.startswith(CODED_BY_ALL) for region in mention.entry.regions)
    of_both = mention.entry.country is not None and is_state
    return of_both or (mention.key in NO_PLACE and mention.key not in CODES_READ_ALONE)
