"""What entries of the gazetteer mean, in columns: one row per sense, and look-ups from entry to country and region."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.geocode.gazetteer import Entry, Gazetteer

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
COUNTRY, REGION, CITY = 0, 1, 2
NONE = -1


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


def spread(first: Numbers, count: Numbers) -> tuple[Numbers, Numbers]:
    """List the numbers of several ranges one after the other, each with the number of its range."""
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) + np.repeat(first - (np.cumsum(count) - count), count)
