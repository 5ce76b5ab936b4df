"""Find the name one slip of the pen away from a word."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_COUNTRY, SHORTEST_CITY, SHORTEST_GREAT_CITY = 5, 6, 8
# residents of a place whose name is recognised misspelt: in a stated country, in none
TOWN, GREAT_CITY = 1_000, 100_000
ONE_SLIP = 1
NOBODY = np.array([], dtype=np.intp)
Spellings = Mapping[tuple[str, int], Sequence[str]]
EVERYWHERE = ""


class Speller:
    """Names by country, first letter and length; sorted when first asked, and the same whoever asks."""

    def __init__(
        self,
        keys: pd.Series,
        rows: npt.NDArray[np.int32],
        country_of: npt.NDArray[np.object_],
        population: npt.NDArray[np.float64],
    ) -> None:
        """Keep the columns: one name per item of `keys`, the row of its place in `rows`."""
        self._keys, self._rows = keys, rows
        self._country_of, self._population = country_of, population
        self._lists: dict[str, Spellings] = {}

    def nearest_city(self, key: str, countries: tuple[str, ...]) -> str | None:
        """Find a name of a town in one of `countries`, or without any of a great city anywhere."""
        shortest = SHORTEST_CITY if countries else SHORTEST_GREAT_CITY
        if len(key) < shortest:
            return None
        found = (nearest_of(key, self._names(country), shortest=shortest) for country in countries or (EVERYWHERE,))
        return next((name for name in found if name), None)

    def _names(self, country: str) -> Spellings:
        """List the names of a country's towns, or of the world's great cities."""
        if country not in self._lists:
            self._lists[country] = sort_spellings(self._keys.iloc[self._chosen(country)].tolist())
        return self._lists[country]

    def _chosen(self, country: str) -> npt.NDArray[np.intp]:
        if country == EVERYWHERE:
            return np.flatnonzero(self._population[self._rows] >= GREAT_CITY)
        return self._town_names.get(country, NOBODY)

    @cached_property
    def _town_names(self) -> dict[str, npt.NDArray[np.intp]]:
        codes, countries = pd.factorize(self._country_of)
        towns = np.flatnonzero(self._population[self._rows] >= TOWN)
        by_country = towns[np.argsort(codes[self._rows[towns]], kind="stable")]
        first = np.searchsorted(codes[self._rows[by_country]], np.arange(len(countries) + 1))
        return dict(zip(countries, np.split(by_country, first[1:-1]), strict=True)) if len(countries) else {}


def nearest_of(key: str, spellings: Spellings, *, shortest: int) -> str | None:
    """Find a name with one letter more, less, other or exchanged; the first letter is right."""
    if len(key) < shortest:
        return None
    lengths = range(len(key) - ONE_SLIP, len(key) + ONE_SLIP + 1)
    likely = [name for length in lengths for name in spellings.get((key[0], length), ())]
    found = process.extractOne(key, likely, scorer=OSA.distance, score_cutoff=ONE_SLIP)
    return found[0] if found else None


def sort_spellings(names: Iterable[str]) -> Spellings:
    """Sort names into lists by their first letter and length."""
    lists: dict[tuple[str, int], list[str]] = {}
    for name in names:
        lists.setdefault((name[0], len(name)), []).append(name)
    return lists
