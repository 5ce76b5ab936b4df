"""Find the name one slip of the pen away from a word, and the one whose letters an encoding lost."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_COUNTRY, SHORTEST_CITY, SHORTEST_GREAT_CITY = 5, 6, 8
# in a region the text states
SHORTEST_IN_REGION = 5
# residents of a place whose name is recognised misspelt: in a stated country, in none
TOWN, GREAT_CITY = 1_000, 100_000
ONE_SLIP = 1
# letters of a name that count for the order; queries whose answers are remembered
LONGEST, REMEMBERED = 64, 100_000
EVERYWHERE = ""
# a word that names nothing, and the countries and regions its text states
Misspelt = tuple[str, frozenset[str]]


class _Sorted(NamedTuple):
    """Numbers of first letters, the names in order, and the order: letter, length."""

    letters: dict[str, int]
    names: pa.Array
    order: npt.NDArray[np.int64]


class Speller:
    """Names by country, first letter and length; sorted at the first query; the same for every caller."""

    def __init__(
        self,
        keys: pa.Array,
        rows: npt.NDArray[np.int64],
        country_number: npt.NDArray[np.int64],
        country_codes: Sequence[str],
        population: npt.NDArray[np.float64],
        countries: Iterable[str],
    ) -> None:
        """Keep the columns: one name per item of `keys`, the row of its place in `rows`; names of countries."""
        self._keys, self._rows = keys, rows
        self._population = population
        self._country_number, self._country_codes = country_number, _numbered(country_codes)
        self._sorted: dict[str, _Sorted] = {}
        self._countries = _by_letter_and_length(countries)
        self._nearest_names: dict[tuple[str, str], str] = {}
        self._near_names: dict[tuple[str, str], list[str]] = {}

    def nearest_country(self, key: str) -> str:
        """Find a name of a country with one letter more, less, other or exchanged; the first letter is right."""
        if len(key) < SHORTEST_COUNTRY:
            return ""
        lengths = range(len(key) - ONE_SLIP, len(key) + ONE_SLIP + 1)
        return _one_slip_from(key, [name for length in lengths for name in self._countries.get((key[0], length), ())])

    def nearest_city(self, key: str, countries: frozenset[str]) -> str:
        """Find a name of a town in one of `countries`, or without any of a great city anywhere; "" for none."""
        shortest = SHORTEST_CITY if countries else SHORTEST_GREAT_CITY
        if len(key) < shortest:
            return ""
        if len(self._nearest_names) > REMEMBERED:
            self._nearest_names.clear()
        queries = [(key, country) for country in sorted(countries) or (EVERYWHERE,)]
        for query in queries:
            if query not in self._nearest_names:
                self._nearest_names[query] = _one_slip_from(key, self._likely(*query))
        return next((name for query in queries if (name := self._nearest_names.get(query))), "")

    def near_names(self, key: str, country: str) -> list[str]:
        """Find all names of towns of a country that are one slip away."""
        if len(key) < SHORTEST_IN_REGION:
            return []
        query = (key, country)
        if query not in self._near_names:
            if len(self._near_names) > REMEMBERED:
                self._near_names.clear()
            likely = self._likely(key, country)
            matches = process.extract(key, likely, scorer=OSA.distance, score_cutoff=ONE_SLIP, limit=None)
            self._near_names[query] = [name for name, _, _ in matches]
        return self._near_names[query]

    def _likely(self, key: str, country: str) -> Sequence[str]:
        """List the names of a country's towns, or of the world's great cities, of about that length and that letter."""
        if country not in self._sorted:
            self._sorted[country] = self._sort(country)
        letters, names, order = self._sorted[country]
        letter = letters.get(key[0])
        if letter is None:
            return []
        first = letter * LONGEST + min(len(key), LONGEST - 2) - ONE_SLIP
        start, end = np.searchsorted(order, [first, first + 2 * ONE_SLIP + 1])
        likely: list[str] = names[start:end].to_pylist()
        return likely

    @cached_property
    def _towns(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int16]]:
        """The names of towns in the order of their countries: their positions, and the numbers of the countries."""
        positions = np.flatnonzero(self._population[self._rows] >= TOWN)
        home = self._country_number[self._rows[positions]].astype(np.int16)
        by_home = np.argsort(home, kind="stable")
        return positions[by_home], home[by_home]

    def _sort(self, country: str) -> _Sorted:
        """Sort the names of a country's towns, or of the world's great cities, so that likely ones lie side by side."""
        if country:
            towns, home = self._towns
            start, end = np.searchsorted(home, self._country_codes.get(country, -1) + np.arange(2))
            positions = towns[start:end]
        else:
            positions = np.flatnonzero(self._population[self._rows] >= GREAT_CITY)
        names = self._keys.take(pa.array(positions))
        first = pc.utf8_slice_codeunits(names, 0, 1).dictionary_encode()
        letters = _numbered(first.dictionary.to_pylist())
        length = np.minimum(pc.utf8_length(names).to_numpy(), LONGEST - 1)
        order = first.indices.to_numpy() * LONGEST + length
        by_order = np.argsort(order, kind="stable")
        return _Sorted(letters, names.take(pa.array(by_order)), order[by_order])


def _numbered(values: Iterable[str]) -> dict[str, int]:
    return {value: number for number, value in enumerate(values)}


def _one_slip_from(key: str, names: Sequence[str]) -> str:
    match = process.extractOne(key, names, scorer=OSA.distance, score_cutoff=ONE_SLIP)
    return match[0] if match else ""


def _by_letter_and_length(names: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    lists: dict[tuple[str, int], list[str]] = {}
    for name in names:
        lists.setdefault((name[0], len(name)), []).append(name)
    return lists


# what stands for letters that an encoding lacked; between letters a question mark is one, too
_LOST = re.compile("[?\ufffd]+")
# the parts of an address, and what stands between them
_PARTS = re.compile(r"( - |[,;/|()\n])")
# words of so many letters on both sides of a question mark are two sentences
LONG_WORD = 4


class LostLetters:
    """Names by what is left of them where an encoding had no letters beyond ASCII: S?o Paulo, M?laga."""

    def __init__(self, names: Iterable[str], population: npt.NDArray[np.float64]) -> None:
        """Keep the names, in the order of `population`; they are sorted at the first damaged text."""
        self._places, self._population = names, population

    @cached_property
    def _names(self) -> dict[str, str]:
        """The most populous name of each damaged form."""
        by_size = np.asarray(self._places, dtype=object)[np.argsort(self._population, kind="stable")]
        return {_damaged_form(name): name for name in by_size if name and not name.isascii()}

    def mend(self, texts: Iterable[str]) -> list[str]:
        """Write the names of texts whole; a part that stays damaged is left out, so that no half of it is read."""
        return [self._mend(text) if "?" in text or "\ufffd" in text else text for text in texts]

    def _mend(self, text: str) -> str:
        parts = _PARTS.split(text)
        for at, part in enumerate(parts):
            if _LOST.search(part):
                parts[at] = self._names.get(_damaged_form(part.strip())) or ("" if _is_damaged(part) else part)
        return "".join(parts)


def _damaged_form(name: str) -> str:
    return re.sub(r"[^\x00-\x7f]+", "?", _LOST.sub("?", unicodedata.normalize("NFC", name))).casefold()


def _is_damaged(part: str) -> bool:
    """Tell a lost letter from the end of a question."""
    if "\ufffd" in part:
        return True
    halves = re.findall(r"([^\W\d_]+)\?+(?=([^\W\d_]+))", part)
    return any(min(map(len, pair)) < LONG_WORD for pair in halves)


def are_forms(key: str, names: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Tell which names are a key but for their end, or for one letter more ("Santa Cruz")."""
    return np.array(
        [
            name.startswith(f"{key} ") or (len(name) != len(key) and OSA.distance(key, name, score_cutoff=1) <= 1)
            for name in names
        ],
        bool,
    )
