"""The index of names: which places, regions and countries a piece of text can mean."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland.geo import PlaceIndex
from hinterland.geocode.aliases import (
    CLAIMED,
    TERRITORY,
    common_country_keys,
    country_keys,
    demonyms,
    official_country_keys,
    other_countries,
    place_aliases,
    region_codes,
    region_keys,
    sure_country_keys,
)
from hinterland.geocode.fuzzy import LostLetters, Misspelt, Speller, are_forms
from hinterland.geocode.normalize import fold_names

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
# the number of no place, region or country
NONE = -1
# rows of places with their weight, by country
Places = dict[str, list[tuple[float, int]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """All that one key can mean: rows of places with their weight by country, regions, a country."""

    places: Places
    regions: tuple[str, ...] = ()
    country: str | None = None
    is_code: bool = False


class Names(NamedTuple):
    """The names that are one key: the rows of their places, and which are a place's own name."""

    rows: Numbers
    is_main: Flags


# a place known by its own name before one known by another, the more so a capital or city; parts of cities after cities
# (log10 of residents)
ALTERNATE_PENALTY, DISTRICT_PENALTY, OWNED_PENALTY = 0.6, 0.5, 1.0
# the weight of a place from which on a name is first of all its own, and no older name of a larger place ("Waterloo")
OWNER = 4.7
MAIN_NAMES = ("main", "name", "ascii")
SHORTEST_ALTERNATE, SHORT_PENALTY = 3, 3.5
# a name of a country in another language than English is a city of more than this many residents (log10); in a
# language that is no state's, a place of more than that many
CITY_NOT_COUNTRY, HAMLET_NOT_COUNTRY = 5.0, 3.0
# a place known where its name is plain words (log10 of residents)
TOWN = 4.3
# two spellings of one word at the beginning of names
SAINTS = {"saint": "st", "st": "saint"}
CAPITAL = "PPLC"
DISTRICTS = ("PPLX", "PPLH", "PPLQ", "PPLW", "PPLCH")


class Gazetteer:
    """Places by name; immutable after it is built, so that threads can share it.

    Parameters
    ----------
    places
        PLACES table, optionally with `feature_code` and `part_of`.
    names
        key (see `normalise`), place_id, kind ("main", "alternate", ...).
    countries
        Index country_code; country, iso3, population.
    regions
        Index region_id; region, country_code, iso_code and optionally `alternate_names`, folded and joined by ";".
    """

    def __init__(
        self, places: pd.DataFrame, names: pd.DataFrame, countries: pd.DataFrame, regions: pd.DataFrame
    ) -> None:
        """Build the index."""
        places, countries, regions = (
            table.set_index(key) if key in table.columns else table
            for table, key in ((places, "place_id"), (countries, "country_code"), (regions, "region_id"))
        )
        self._read_countries(countries)
        self._read_regions(regions)
        self._read_places(places)
        self._number_countries(places["country_code"])
        self._number_regions(places["region_id"])
        self._read_names(names)
        self._aliases = self._read_aliases()
        self._other_names = {*self._aliases, *self._region_keys, *self._country_keys}

    def _number_countries(self, of_places: pd.Series) -> None:
        """Give countries numbers, so that texts can be judged in columns; -1 stands for none."""
        codes = [*self.country, *self.region_country.values()]
        self.country_numbers, self.country_number = _numbered(of_places, codes)
        self.country_codes = list(self.country_numbers)
        self.country_of = np.array([*self.country_codes, None], dtype=object)[self.country_number]
        holders = [other_countries(TERRITORY).get(code, "") for code in self.country_codes]
        self.country_residents = np.array([self._residents.get(code, 0.0) for code in self.country_codes])
        claims = [other_countries(CLAIMED).get(code, "") for code in self.country_codes]
        self._country_claimant = np.array([self.country_numbers.get(code, -1) for code in claims])
        self.holder = np.array([self.country_numbers.get(code, -1) for code in holders])

    def _number_regions(self, of_places: pd.Series) -> None:
        """Give regions numbers; a last row stands for no region, so that -1 finds it."""
        self.region_numbers, self.region_number = _numbered(of_places, self.region)
        self.region_codes = list(self.region_numbers)
        homes = [self.region_country.get(code, "") for code in self.region_codes]
        self.home = np.array([self.country_numbers.get(code, -1) for code in homes])
        claims = [other_countries(CLAIMED).get(code, "") for code in self.region_codes]
        self._region_claimant = np.array([*(self.country_numbers.get(code, -1) for code in claims), -1])
        inside = self.region_number >= 0
        residents = np.bincount(self.region_number[inside], self.population[inside], len(self.region_codes))
        self.region_residents = np.append(residents, 0.0)
        self.region_largest = np.zeros(len(self.region_residents), dtype="int64")
        by_size = np.argsort(self.population, kind="stable")
        self.region_largest[self.region_number[by_size]] = by_size
        self.by_region = np.argsort(self.region_number, kind="stable")
        every = np.arange(len(self.region_codes))
        self.region_first = np.searchsorted(self.region_number[self.by_region], every)
        self.region_count = np.bincount(self.region_number[inside], minlength=len(every))

    def claimant(self, country: Numbers, region: Numbers) -> Numbers:
        """Find the other country that claims a country or region, or -1."""
        by_region = self._region_claimant[region]
        return np.where(by_region != -1, by_region, self._country_claimant[country])

    def _read_places(self, places: pd.DataFrame) -> None:
        self.ids = places.index.to_numpy("int64")
        self.place = places["place"].array
        self.latitude, self.longitude = places["latitude"].to_numpy(float), places["longitude"].to_numpy(float)
        self.axes = {"latitude": self.latitude, "longitude": self.longitude}
        self.population = places["population"].fillna(0).to_numpy(float)
        districts = places["feature_code"].isin(DISTRICTS) if "feature_code" in places else places["place"].isna()
        self.is_district = districts.to_numpy(bool)
        capitals = places["feature_code"].eq(CAPITAL) if "feature_code" in places else districts
        self.is_capital = capitals.to_numpy(bool)
        parents = places["part_of"].fillna(0) if "part_of" in places else pd.Series(0, index=places.index)
        self.parent = parents.to_numpy("int64")
        self.weight = np.log10(self.population + 10) - DISTRICT_PENALTY * self.is_district
        self.lost_letters = LostLetters(self.place, self.population)

    def _read_names(self, names: pd.DataFrame) -> None:
        """Keep the names as they are: only those that are looked up are ever taken out of their table."""
        self._names = pa.Table.from_pandas(names[["key"]], preserve_index=False)["key"].combine_chunks()
        self._named_places = names["place_id"].to_numpy("int64")
        self._is_main = names["kind"].isin(MAIN_NAMES).to_numpy(bool)
        self._row_of = pd.Index(self.ids)

    @cached_property
    def _speller(self) -> Speller:
        common = [key for key in self._country_keys if key in common_country_keys()]
        rows = self._row_of.get_indexer(self._named_places)
        return Speller(self._names, rows, self.country_number, self.country_codes, self.population, common)

    def _read_regions(self, regions: pd.DataFrame) -> None:
        self.region = dict(zip(regions.index, regions["region"], strict=True))
        self.region_country = dict(zip(regions.index, regions["country_code"], strict=True))
        self._region_keys = region_keys(regions)
        self._region_codes = region_codes(regions)

    def _read_countries(self, countries: pd.DataFrame) -> None:
        self.country = dict(zip(countries.index, countries["country"], strict=True))
        self._residents = countries["population"].fillna(0).to_dict()
        reference_names = dict(zip(fold_names(countries["country"]), countries.index, strict=True))
        self._country_keys = {k: code for k, code in (reference_names | country_keys()).items() if code in self.country}
        self._demonyms = {key: code for key, code in demonyms().items() if code in self.country}
        iso3 = countries["iso3"].dropna().str.lower()
        iso2 = {code.lower(): code for code in countries.index}
        self._country_codes = iso2 | dict(zip(iso3, iso3.index, strict=True))

    def _read_aliases(self) -> dict[str, int]:
        aliases = place_aliases()
        places = self._places(sorted({name for _, _, name in aliases}))
        return {
            alias: places[name][country][0][1] for alias, country, name in aliases if country in places.get(name, {})
        }

    @cached_property
    def _city_index(self) -> PlaceIndex:
        self._whole_cities = np.flatnonzero(~self.is_district)
        return PlaceIndex(self.longitude[self._whole_cities], self.latitude[self._whole_cities])

    def nearest_rows(self, latitude: Floats, longitude: Floats, *, within_km: float) -> Numbers:
        """Find the row of the nearest place to every point, or -1; parts of cities are found with their cities."""
        at = self._city_index.nearest(longitude, latitude, within_km=within_km)
        # nowhere is -1: the last
        return np.append(self._whole_cities, NONE)[at]

    def look_up(self, keys: list[str]) -> dict[str, Entry]:
        """Find all that each key can mean; keys that mean nothing are left out."""
        places = self._places(keys)
        known_keys = [key for key in keys if key in places or key in self._other_names]
        entries = {key: self._entry(key, places.get(key)) for key in known_keys}
        return {key: entry for key, entry in entries.items() if entry is not None}

    def _entry(self, key: str, places: Places | None) -> Entry | None:
        alias = self._aliases.get(key)
        if alias is not None and not key.isupper():
            country = self.country_of[alias]
            places = {**(places or {}), country: [(float(self.weight[alias]) + 1, alias)]}
        regions, country = self._region_keys.get(key, ()), self._country_keys.get(key)
        if country and places and key in sure_country_keys():
            places = self._without_namesakes(places, country)
        if country and key not in sure_country_keys() and self._is_rather_a_place(key, country, places or {}):
            country = None
        if places or regions or country:
            return Entry(places or {}, regions, country)
        return None

    def _is_rather_a_place(self, key: str, country: str, places: Places) -> bool:
        """Tell whether a name of a country in some language is rather that of a large place abroad, or of a region."""
        smallest = CITY_NOT_COUNTRY if key in official_country_keys() else HAMLET_NOT_COUNTRY
        is_region = key in self._region_keys and key not in common_country_keys()
        # "Mexiko" is another name of a city in the country itself, "Brasilia" is that city's own
        weights = [
            weight
            for home, country_places in places.items()
            for weight, row in country_places
            if home != country or weight >= self.weight[row]
        ]
        return is_region or max(weights, default=0.0) > smallest

    def _without_namesakes(self, places: Places, country: str) -> Places:
        """Leave out towns abroad that a country's name is only another name of ("Albania" for Albany)."""
        remaining = {
            home: [(weight, row) for weight, row in country_places if home == country or weight >= self.weight[row]]
            for home, country_places in places.items()
        }
        return {home: country_places for home, country_places in remaining.items() if country_places}

    def code(self, token: str) -> Entry | None:
        """Read a short token as ISO code of a country, as code of a region, as airport when in capitals."""
        airport = self._aliases.get(token) if token.isupper() else None
        places = {} if airport is None else {self.country_of[airport]: [(float(self.weight[airport]), airport)]}
        country = self._country_codes.get(token.lower())
        regions = self._region_codes.get(token.upper(), ())
        if places or country or regions:
            return Entry(places, regions, country, is_code=True)
        return None

    def towns(self, entry: Entry) -> Entry | None:
        """Keep the larger places that bear the name as their own; None if there are none."""
        places = self._own_name_places(entry.places, TOWN)
        return Entry(places) if places else None

    def by_own_name(self, entry: Entry) -> Entry | None:
        """Leave out places that bear the name as another one; None if nothing is left."""
        places = self._own_name_places(entry.places)
        return replace(entry, places=places) if places or entry.regions or entry.country else None

    def is_other_name(self, entry: Entry) -> bool:
        """Tell whether all an entry names are places that have another name of their own."""
        return bool(entry.places) and not (entry.regions or entry.country or self._own_name_places(entry.places))

    def _own_name_places(self, places: Places, least_weight: float = 0.0) -> Places:
        remaining = {
            home: [(weight, row) for weight, row in country_places if weight >= max(least_weight, self.weight[row])]
            for home, country_places in places.items()
        }
        return {home: country_places for home, country_places in remaining.items() if country_places}

    def demonym(self, key: str) -> Entry | None:
        """Read an adjective as its country; only where it stands alone."""
        country = self._demonyms.get(key)
        return Entry({}, (), country) if country else None

    def abbreviates(self, key: str) -> bool:
        """Tell whether a key is a short or other name of a great city ("la"), not in the names table."""
        return key in self._aliases

    def nearest(self, queries: Collection[Misspelt]) -> dict[Misspelt, Entry]:
        """Find the country, the city in an area the text states, or else the great city, one slip from long names."""
        countries = {key: self._speller.nearest_country(key) for key in {key for key, _ in queries}}
        inside = self._near_in_regions([query for query in queries if not countries[query[0]]])
        rest = [query for query in queries if query not in inside]
        cities = {query: "" if countries[query[0]] else self._near_in_countries(*query) for query in rest}
        places = self._places(sorted({*cities.values()} - {""}))
        entries = {
            query: self._near(countries[query[0]], places.get(city, {}), query[1]) for query, city in cities.items()
        }
        return {query: entry for query, entry in (inside | entries).items() if entry is not None}

    def _near_in_regions(self, queries: Collection[Misspelt]) -> dict[Misspelt, Entry]:
        """Find the places one slip away that lie in a region the text states."""
        regions = {query: {code for code in query[1] if code in self.region_numbers} for query in queries}
        names = {
            query: [
                name
                for home in sorted({self.region_country[code] for code in stated})
                for name in self._speller.near_names(query[0], home)
            ]
            for query, stated in regions.items()
            if stated
        }
        places = self._places(sorted({name for near_names in names.values() for name in near_names}))
        matches = {
            query: self._inside(regions[query], [places[name] for name in near_names])
            for query, near_names in names.items()
        }
        return {query: Entry(inside) for query, inside in matches.items() if inside}

    def _inside(self, regions: Collection[str], candidates: Collection[Places]) -> Places:
        """Keep the places that lie in some regions, the heaviest first."""
        numbers = {self.region_numbers[code] for code in regions}
        weighted_rows = {pair for places in candidates for pairs in places.values() for pair in pairs}
        inside: Places = {}
        for weight, row in sorted(weighted_rows, reverse=True):
            if self.region_number[row] in numbers:
                inside.setdefault(self.country_of[row], []).append((weight, row))
        return inside

    def _near_in_countries(self, key: str, stated: frozenset[str]) -> str:
        """Find the name of a place one slip away in a country the text states; anywhere only if it states no area."""
        countries = frozenset(code for code in stated if code in self.country)
        return self._speller.nearest_city(key, countries) if countries or not stated else ""

    def _near(self, country: str, places: Places, stated: Collection[str]) -> Entry | None:
        if country:
            return self._entry(country, None)
        inside = {home: country_places for home, country_places in places.items() if home in stated or not stated}
        return Entry(inside) if inside else None

    def _places(self, keys: list[str]) -> dict[str, Places]:
        twins = {
            key: f"{SAINTS[first]} {rest}"
            for key in keys
            for first, _, rest in [key.partition(" ")]
            if first in SAINTS and rest
        }
        names = self._find_names([*keys, *twins.values()])
        return {key: self._by_country(key, names[key], names.get(twins.get(key, ""))) for key in keys if key in names}

    def _find_names(self, keys: list[str]) -> dict[str, Names]:
        """Find the names that are among some keys, by key."""
        if not keys:
            return {}
        distinct = pa.array(dict.fromkeys(keys), self._names.type)
        number = pc.fill_null(pc.index_in(self._names, value_set=distinct), -1).to_numpy()
        at = np.flatnonzero(number >= 0)
        at = at[np.argsort(number[at], kind="stable")]
        rows, is_main = self._row_of.get_indexer(self._named_places[at]), self._is_main[at]
        found, first = np.unique(number[at], return_index=True)
        spans = zip(distinct.take(pa.array(found)).to_pylist(), first, np.append(first, len(at))[1:], strict=True)
        return {key: Names(rows[start:end], is_main[start:end]) for key, start, end in spans}

    def _by_country(self, key: str, names: Names, twins: Names | None) -> Places:
        """List the places of a name; `twins` are those of its other spelling, of a saint ("Saint Louis")."""
        is_main = names.is_main
        # two letters are some word in some language: only a place's own name counts
        mask = is_main if key.isascii() and len(key) < SHORTEST_ALTERNATE else np.ones(len(is_main), dtype=bool)
        rows = names.rows[mask]
        penalty = ALTERNATE_PENALTY if len(key) > SHORTEST_ALTERNATE or not key.isascii() else SHORT_PENALTY
        is_own = is_main[mask] if twins is None else is_main[mask] | np.isin(rows, twins.rows[twins.is_main])
        weights = self.weight[rows] if is_own.all() else self.weight[rows] - penalty * ~is_own
        if not is_own.all() and (is_own & (self.is_capital[rows] | (self.weight[rows] >= OWNER))).any():
            # small places need no closer look
            near = np.flatnonzero(~is_own & (self.weight[rows] >= TOWN))
            if len(near):
                weights[near] -= OWNED_PENALTY * ~are_forms(key, fold_names(self.place.take(rows[near])))
        by_country: Places = {}
        pairs = zip(weights.tolist(), rows.tolist(), strict=True)
        for weight, row in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
            by_country.setdefault(self.country_of[row], []).append((weight, row))
        return by_country


def _numbered(of_rows: pd.Series, others: Iterable[str]) -> tuple[dict[str, int], Numbers]:
    """Give codes numbers in order, and each row the number of its code, or -1."""
    at, distinct = pd.factorize(of_rows)
    numbers = {code: number for number, code in enumerate(sorted({*distinct, *others}))}
    return numbers, np.array([*map(numbers.__getitem__, distinct), -1])[at]


def spread(first: Numbers, count: Numbers) -> tuple[Numbers, Numbers]:
    """List the numbers of several ranges one after the other, each with the number of its range."""
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) + np.repeat(first - (np.cumsum(count) - count), count)
