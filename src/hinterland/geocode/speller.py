"""Find the name one slip of the pen away from a word."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_COUNTRY, SHORTEST_CITY, SHORTEST_GREAT_CITY = 5, 6, 8
# residents of a place whose name is recognised misspelt: in a stated country, in none
TOWN, GREAT_CITY = 1_000, 100_000
ONE_SLIP = 1


class Speller:
    """Names by country and first letter; the lists are made when first asked for, and the same whoever asks."""

    def __init__(
        self,
        keys: pd.Series,
        rows: npt.NDArray[np.int32],
        country_of: npt.NDArray[np.object_],
        population: npt.NDArray[np.float64],
    ) -> None:
        """Keep the columns: one name per item of `keys`, the row of its place in `rows`."""
        codes, countries = pd.factorize(country_of)
        self._keys, self._rows, self._population = keys, rows, population
        self._code_of, self._codes = {country: at for at, country in enumerate(countries)}, codes
        self._lists: dict[str, dict[str, list[str]]] = {}

    def nearest_city(self, key: str, countries: tuple[str, ...]) -> str | None:
        """Find a name of a town in one of `countries`, or without any of a great city anywhere."""
        shortest = SHORTEST_CITY if countries else SHORTEST_GREAT_CITY
        if len(key) < shortest:
            return None
        listed = (self._names(country).get(key[0], []) for country in countries or ("",))
        return self.nearest_of(key, [name for names in listed for name in names], shortest=shortest)

    def nearest_of(self, key: str, names: Iterable[str], *, shortest: int) -> str | None:
        """Find the first of `names` that is one letter more, less, other or exchanged; the first letter is right."""
        if len(key) < shortest:
            return None
        likely = [name for name in names if abs(len(name) - len(key)) <= ONE_SLIP]
        found = process.extractOne(key, likely, scorer=OSA.distance, score_cutoff=ONE_SLIP)
        return found[0] if found else None

    def _names(self, country: str) -> dict[str, list[str]]:
        """List the names of a country's towns, or for "" of the world's great cities, by first letter."""
        if country not in self._lists:
            self._lists[country] = self._listed(country)
        return self._lists[country]

    def _listed(self, country: str) -> dict[str, list[str]]:
        residents = self._population[self._rows]
        inside = self._codes[self._rows] == self._code_of.get(country, -1)
        chosen = inside & (residents >= TOWN) if country else residents >= GREAT_CITY
        return by_first_letter(self._keys.array[np.flatnonzero(chosen)])


def by_first_letter(names: Iterable[str]) -> dict[str, list[str]]:
    """Sort names into lists by their first letter."""
    lists: dict[str, list[str]] = {}
    for name in names:
        lists.setdefault(name[0], []).append(name)
    return lists
