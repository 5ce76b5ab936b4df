"""Weigh what a name can mean against the other names beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, log10, radians

from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.reading import Mention

# scores are in log10 of residents: a name of a country weighs as much as a city of thirty millions;
# all weights were set by hand on labelled profile locations
COUNTRY_SCORE, CODE_LOSS, REGION_SHARE = 7.5, 2.0, 0.9
# what another name in the text adds: the country or region a place is in, a place nearby, a place of the same country
IN_COUNTRY, IN_REGION, NEARBY, SAME_COUNTRY = 4.0, 4.5, 1.5, 0.6
# what a region or country gains from a place in it: so much of the place's weight, at the least
HOLDS, HOLDS_AT_LEAST = 0.65, 2.5
# a code of the region of a town beside it is the region, not the city of that abbreviation ("New Orleans, LA")
CODED = 1.5
# neighbours across a "/" say less about each other than those of one address
NEXT_TO, ACROSS = 0.9, 0.5
NAMESAKE, STATED_REGION = 1.5, 2.0
NEAR_KM, KM_PER_DEGREE = 60.0, 111.2
# a city is meant, not the region named after it, if it holds this share of the region's people
CITY_OF_REGION = 0.03
CITY, REGION, COUNTRY = "city", "region", "country"
UNRIVALLED = 9.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a mention: its kind, country, region, row of the place; score, support, lead over the next."""

    kind: str
    country: str
    region: str | None
    row: int | None
    score: float
    support: float
    mention: Mention
    margin: float = UNRIVALLED


@dataclass(frozen=True, slots=True)
class Case:
    """A mention, the others in its text, and the gazetteer they are looked up in."""

    mention: Mention
    others: Sequence[Mention]
    gazetteer: Gazetteer

    def best(self) -> Reading | None:
        """Choose the meaning of the highest score, and measure its lead over the next that is somewhere else."""
        ranked = sorted(self._readings(), key=lambda reading: -reading.score)
        if not ranked:
            return None
        rivals = (other.score for other in ranked[1:] if not self._is_same(ranked[0], other))
        return replace(ranked[0], margin=ranked[0].score - next(rivals, -UNRIVALLED))

    def _is_same(self, one: Reading, other: Reading) -> bool:
        if one.row is not None and other.row is not None:
            return distance_km(one.row, other.row, self.gazetteer) < NEAR_KM
        return one.country == other.country

    def _readings(self) -> Iterator[Reading]:
        entry, loss = self.mention.entry, CODE_LOSS * self.mention.entry.is_code
        if entry.country is not None:
            support = self._country_support(entry.country)
            yield Reading(COUNTRY, entry.country, None, None, COUNTRY_SCORE - loss + support, support, self.mention)
        for region in entry.regions:
            yield self._region(region, loss)
        stated = self._stated_countries()
        for country, places in entry.places.items():
            # beyond the largest two, a place counts only in a country the text names
            for weight, row in places if country in stated else places[:2]:
                yield self._city(weight, row)

    def _stated_countries(self) -> set[str | None]:
        countries = {other.entry.country for other in self.others}
        return countries | {self.gazetteer.region_country[r] for other in self.others for r in other.entry.regions}

    def _region(self, region: str, loss: float) -> Reading:
        country = self.gazetteer.region_country[region]
        size = REGION_SHARE * log10(self.gazetteer.region_population.get(region, 0) + 10)
        support = max((self._region_support(region, country, other) for other in self.others), default=0.0)
        stated = STATED_REGION * self.mention.wants_region
        stated += CODED * (self.mention.entry.is_code and support >= HOLDS_AT_LEAST)
        if self.mention.entry.country == country and not self.mention.entry.is_code:
            stated -= 4 * NAMESAKE
        named_after = (row for _, row in self.mention.entry.places.get(country, ()) if self._lies_in(row, region))
        stated -= NAMESAKE * any(self._is_city_of(row, region) for row in named_after)
        return Reading(REGION, country, region, None, size - loss + support + stated, support, self.mention)

    def _city(self, weight: float, row: int) -> Reading:
        country, region = self.gazetteer.country_of[row], self.gazetteer.region_of[row]
        supports = [self._city_support(row, region, country, other) for other in self.others]
        support = max(supports, default=0.0)
        score = weight + support + 0.25 * (sum(supports) - support) + self._namesake(row, region, country)
        return Reading(CITY, country, region, row, score, support, self.mention)

    def _namesake(self, row: int, region: str | None, country: str) -> float:
        """Prefer a country, but a large city to the region named after it, unless the text says "province"."""
        entry = self.mention.entry
        if entry.country == country and not entry.is_code:
            return 0.0 if self.mention.wants_city or self._is_stated(country) else -2 * NAMESAKE
        if region not in entry.regions:
            return 0.0
        return 0.0 if self._is_city_of(row, region) else -NAMESAKE

    def _is_city_of(self, row: int, region: str | None) -> bool:
        """Tell whether a city is meant, rather than the region that is named after it."""
        share = self.gazetteer.population[row] / max(self.gazetteer.region_population.get(region, 1.0), 1.0)
        return self.mention.wants_city or (share >= CITY_OF_REGION and not self.mention.wants_region)

    def _lies_in(self, row: int, region: str) -> bool:
        return bool(self.gazetteer.region_of[row] == region)

    def _is_stated(self, country: str) -> bool:
        """Tell whether the country is named a second time: then the first can be its capital ("Luxembourg, Lux")."""
        return any(other.entry.country == country and not other.is_outside for other in self.others)

    def _country_support(self, country: str) -> float:
        held = [(self._reach(other), other.entry.places[country][0][0]) for other in self.others
                if country in other.entry.places and other.entry.country != country]  # fmt: skip
        return max((reach * max(HOLDS_AT_LEAST, HOLDS * weight) for reach, weight in held), default=0.0)

    def _region_support(self, region: str, country: str, other: Mention) -> float:
        if other.entry.country == country:
            return IN_COUNTRY * self._reach(other)
        places = other.entry.places.get(country, [])
        inside = (weight for weight, row in places if self.gazetteer.region_of[row] == region)
        largest = next(inside, None)
        return 0.0 if largest is None else self._reach(other) * max(HOLDS_AT_LEAST, HOLDS * largest)

    def _city_support(self, row: int, region: str | None, country: str, other: Mention) -> float:
        reach = self._reach(other)
        if region in other.entry.regions:
            return IN_REGION * reach
        if other.entry.country == country:
            return IN_COUNTRY * reach
        places = other.entry.places.get(country, [])[:3]
        near = any(distance_km(row, place, self.gazetteer) < NEAR_KM for _, place in places if place != row)
        return reach * (NEARBY if near else SAME_COUNTRY) if places else 0.0

    def _reach(self, other: Mention) -> float:
        if self.mention.address == other.address or other.is_outside:
            return 1.0
        # a name of a country is not made a hamlet's by a country in the next address ("Peru / USA")
        if self.mention.entry.country is not None and not self.mention.entry.is_code:
            return 0.0
        return NEXT_TO if abs(self.mention.segment - other.segment) == 1 else ACROSS


def distance_km(one: int, other: int, gazetteer: Gazetteer) -> float:
    """Measure between two rows of places; good to a percent at city distances."""
    north = gazetteer.latitude[one] - gazetteer.latitude[other]
    east = (gazetteer.longitude[one] - gazetteer.longitude[other] + 180) % 360 - 180
    return KM_PER_DEGREE * hypot(north, east * cos(radians(gazetteer.latitude[one])))
