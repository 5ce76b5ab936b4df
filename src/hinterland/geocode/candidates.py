"""What a text that names one place may mean instead, and how likely each meaning is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.geocode.aliases import country_ids
from hinterland.geocode.gazetteer import NONE, Entry, Flags, Floats, Gazetteer, Numbers, spread
from hinterland.geocode.tokenize import CODES_READ_ALONE, FIRST_UNSPACED, NO_PLACE
from hinterland.geocode.toponyms import Mention

COUNTRY, REGION, CITY = 0, 1, 2


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
    countries = np.array([str(country_ids().get(code, code)) for code in gazetteer.country_codes], dtype=object)
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


class Senses:
    """All senses of some entries.

    Columns of senses, sorted by entry: `kind`, `country`, `region` (numbers of the gazetteer, -1 for none), `row` of
    the place, `weight`, `rank` among the places of its country. Columns of entries: `first` and `count` of their
    senses, `names_country`, `is_code`, `greatest` weight of a place.
    """

    def __init__(self, entries: Sequence[Entry], gazetteer: Gazetteer) -> None:
        """List countries, regions and places of every entry, in the order in which equal ones are preferred."""
        self.gazetteer = gazetteer
        self.is_code = np.array([entry.is_code for entry in entries], dtype=bool)
        country = [gazetteer.country_numbers.get(entry.country or "", NONE) for entry in entries]
        self.names_country = np.array(country, dtype="int64")
        self._list_senses(entries)
        self._index_regions()
        self._index_places()

    def _list_senses(self, entries: Sequence[Entry]) -> None:
        gazetteer, every = self.gazetteer, np.arange(len(entries))
        region_numbers = [[gazetteer.region_numbers[region] for region in entry.regions] for entry in entries]
        country_places = [places for entry in entries for places in entry.places.values()]
        per_entry = [sum(map(len, entry.places.values())) for entry in entries]
        with_country = np.flatnonzero(self.names_country != NONE)
        regions = np.fromiter(chain.from_iterable(region_numbers), "int64")
        places = np.array(list(chain.from_iterable(country_places)), dtype="float64").reshape(-1, 2)
        rows = places[:, 1].astype("int64")
        entry = np.concatenate(
            [with_country, np.repeat(every, [*map(len, region_numbers)]), np.repeat(every, per_entry)]
        )
        kind = np.repeat([COUNTRY, REGION, CITY], [len(with_country), len(regions), len(rows)])
        order = np.argsort(entry, kind="stable")
        homes = [self.names_country[with_country], gazetteer.home[regions], gazetteer.country_number[rows]]
        nowhere = np.full(len(with_country), NONE)
        self.entry, self.kind = entry[order], kind[order]
        self.country = np.concatenate(homes)[order]
        self.region = np.concatenate([nowhere, regions, gazetteer.region_number[rows]])[order]
        self.row = np.concatenate([np.full(len(entry) - len(rows), NONE), rows])[order]
        self.weight = np.concatenate([np.zeros(len(entry) - len(rows)), places[:, 0]])[order]
        ranks = np.concatenate([np.zeros(len(entry) - len(rows), "int64"), *map(np.arange, map(len, country_places))])
        self.rank = ranks[order].astype("int64")
        self.first = np.searchsorted(self.entry, every)
        self.count = np.bincount(self.entry, minlength=len(entries))

    def _index_regions(self) -> None:
        is_region = self.kind == REGION
        self._region_index = _Index(
            self._by_region(self.entry[is_region], self.region[is_region]), np.arange(int(is_region.sum()))
        )
        self.names_regions = np.bincount(self.entry[is_region], minlength=len(self.is_code)) > 0

    def _index_places(self) -> None:
        """Sort the places of every entry by country and by region; the heaviest of each comes first."""
        at = np.flatnonzero(self.kind == CITY)
        first = at[self.rank[at] == 0]
        self._country_index = _Index(self._by_country(self.entry[first], self.country[first]), first)
        at = at[self.region[at] != NONE]
        keys = self._by_region(self.entry[at], self.region[at])
        self._inside_region_index = _Index(keys, at)
        by_size = np.argsort(-self.gazetteer.population[self.row[at]], kind="stable")
        self.greatest = np.zeros(len(self.is_code))
        np.maximum.at(self.greatest, self.entry, self.weight)
        self._largest_index = _Index(keys[by_size], at[by_size])

    def _by_country(self, entry: Numbers, country: Numbers) -> Numbers:
        return entry * len(self.gazetteer.country_codes) + country

    def _by_region(self, entry: Numbers, region: Numbers) -> Numbers:
        return entry * len(self.gazetteer.region_codes) + region

    def names_region(self, entry: Numbers, region: Numbers) -> Flags:
        """Tell whether an entry can mean a region."""
        is_match = (region != NONE) & self.names_regions[entry]
        is_match[is_match] = self._region_index.find(self._by_region(entry[is_match], region[is_match])) != NONE
        return np.asarray(is_match)

    def place_in_country(self, entry: Numbers, country: Numbers) -> Numbers:
        """Find the sense that is the heaviest place of an entry in a country; the next stand behind it."""
        return self._country_index.find(self._by_country(entry, country))

    def place_in_region(self, entry: Numbers, region: Numbers) -> Numbers:
        """Find the sense that is the heaviest place of an entry in a region."""
        return self._inside_region_index.find(self._by_region(entry, region))

    def largest_in_region(self, entry: Numbers, region: Numbers) -> Numbers:
        """Find the sense that is the place of the most residents of an entry in a region."""
        return self._largest_index.find(self._by_region(entry, region))


class _Index:
    """Values by number: of equal numbers the first."""

    def __init__(self, keys: Numbers, values: Numbers) -> None:
        distinct, first = np.unique(keys, return_index=True)
        self._keys, self._values = pd.Index(distinct), np.append(values[first], NONE)

    def find(self, keys: Numbers) -> Numbers:
        """Find the value of every key, or -1."""
        return self._values[self._keys.get_indexer(pd.Index(keys))]


# the states whose codes are written without their country
CODED_BY_ALL = "US."
TRAITS = (
    "fills_segment", "is_capital", "is_upper", "is_short", "is_respelt", "is_outside", "wants_region", "wants_city",
    "is_plain",
)  # fmt: skip
# names two countries share: the likelier one is given, without much confidence
AMBIGUOUS_COUNTRIES = frozenset({"congo", "korea", "guinea", "micronesia", "virgin islands", "samoa"})
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
        # a sign of Chinese, Japanese or Korean is a syllable
        letters = [len(name) * (2 if name >= FIRST_UNSPACED else 1) for name in keys]
        self._numbers = [entry, key, np.array(letters, dtype="int64")[key]]
        self._accented = np.array(traits["accented"], dtype=object)
        self._flags = {trait: np.array(traits[trait], dtype=bool) for trait in TRAITS}
        self._flags["is_accented"] = self._accented != ""
        self._flags |= {trait: _holds(test, keys)[key] for trait, test in OF_KEYS.items()}
        is_state = [any(region.startswith(CODED_BY_ALL) for region in entry.regions) for entry in entries.values()]
        of_both = np.array(is_state, dtype=bool) & (self.senses.names_country != NONE)
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


def _holds(test: Callable[[Any], bool], values: Iterable[Any]) -> Flags:
    return np.array([*map(test, values)], dtype=bool)
