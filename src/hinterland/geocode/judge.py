"""Decide what the names in a text mean together: a city in its region in its country."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.reading import APART, DASH, Mention

# scores are in log10 of residents: a name of a country weighs as much as a city of thirty millions
COUNTRY_SCORE, CODE_LOSS, REGION_SHARE = 7.5, 2.0, 0.9
# what another name in the text adds: the country or region a place is in, a place nearby, a place of the same country
IN_COUNTRY, IN_REGION, NEARBY, SAME_COUNTRY = 4.0, 4.5, 1.5, 0.6
ACROSS = 0.5
NEAR_KM, KM_PER_DEGREE = 60.0, 111.2
# a city is meant, not the region named after it, if it holds this share of the region's people
CITY_OF_REGION = 0.03
CITY, REGION, COUNTRY = "city", "region", "country"
# residents of a city that is believed without its country: alone, within a phrase, against another country
ALONE, IN_PHRASE, AGAINST = 1_000, 100_000, 400_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a mention: its kind, country, region and row of the place, with its score and margin."""

    kind: str
    country: str
    region: str | None
    row: int | None
    score: float
    mention: Mention
    margin: float = 9.0
    support: float = 0.0


def judge(mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Reading]:
    """Choose the meaning of every mention that fits the others best; leave out what is said by another or doubtful."""
    chosen = [reading for mention in mentions if (reading := _best(mention, mentions, gazetteer))]
    believed = [reading for reading in chosen if _is_believed(reading, chosen, gazetteer)]
    return _distinct(_without_parents(believed, gazetteer))


def _best(mention: Mention, mentions: Sequence[Mention], gazetteer: Gazetteer) -> Reading | None:
    others = [other for other in mentions if other is not mention and other.key != mention.key]
    readings = sorted(_readings(mention, others, gazetteer), key=lambda reading: -reading.score)
    if not readings:
        return None
    best = readings[0]
    rivals = [reading.score for reading in readings[1:] if not _is_same(best, reading, gazetteer)]
    return replace(best, margin=best.score - rivals[0] if rivals else 9.0)


def _is_same(one: Reading, other: Reading, gazetteer: Gazetteer) -> bool:
    """Tell whether a rival is the same spot, or the region or country the best reading lies in."""
    if one.row is not None and other.row is not None:
        return _distance_km(one.row, other.row, gazetteer) < NEAR_KM
    return one.country == other.country


def _readings(mention: Mention, others: Sequence[Mention], gazetteer: Gazetteer) -> Iterator[Reading]:
    entry = mention.entry
    loss = CODE_LOSS if entry.is_code else 0.0
    if entry.country is not None:
        support = _country_support(entry.country, mention, others)
        yield Reading(COUNTRY, entry.country, None, None, COUNTRY_SCORE - loss + support, mention, support=support)
    for region in entry.regions:
        yield _region_reading(region, mention, others, gazetteer)
    yield from _city_readings(mention, others, gazetteer)


def _region_reading(region: str, mention: Mention, others: Sequence[Mention], gazetteer: Gazetteer) -> Reading:
    country = gazetteer.region_country[region]
    size = REGION_SHARE * np.log10(gazetteer.region_population.get(region, 0) + 10)
    support = max((_support(country, None, region, mention, other, gazetteer) for other in others), default=0.0)
    score = (
        float(size) - (CODE_LOSS if mention.entry.is_code else 0.0) + support + (2.0 if mention.wants_region else 0.0)
    )
    return Reading(REGION, country, region, None, score, mention, support=support)


def _city_readings(mention: Mention, others: Sequence[Mention], gazetteer: Gazetteer) -> Iterator[Reading]:
    stated = {other.entry.country for other in others} | {
        gazetteer.region_country[region] for other in others for region in other.entry.regions
    }
    for country, places in mention.entry.places.items():
        # beyond the largest, a place counts only in a country the text names
        for weight, row in places if country in stated else places[:2]:
            yield _city_reading(weight, row, mention, others, gazetteer)


def _city_reading(
    weight: float, row: int, mention: Mention, others: Sequence[Mention], gazetteer: Gazetteer
) -> Reading:
    country, region = gazetteer.country_of[row], gazetteer.region_of[row]
    supports = [_support(country, row, region, mention, other, gazetteer) for other in others]
    support = max(supports, default=0.0)
    bonus = 0.25 * (sum(supports) - support)
    bonus += _namesake_bonus(row, region, mention, gazetteer)
    return Reading(CITY, country, region, row, weight + support + bonus, mention, support=support)


def _namesake_bonus(row: int, region: str | None, mention: Mention, gazetteer: Gazetteer) -> float:
    """Prefer a large city to the region named after it, unless the text says "state" or "province"."""
    if region not in mention.entry.regions:
        return 0.0
    share = gazetteer.population[row] / max(gazetteer.region_population.get(region, 1.0), 1.0)
    is_city = share >= CITY_OF_REGION and not mention.wants_region
    return 1.5 if is_city or mention.wants_city else -1.5


def _country_support(country: str, mention: Mention, others: Sequence[Mention]) -> float:
    weights = [
        _reach(mention, other) * 0.6 * max(other.entry.places[country][0][0] - 1, 0)
        for other in others
        if country in other.entry.places
    ]
    return max(weights, default=0.0)


def _support(  # noqa: PLR0913 - what is meant, and what it is held against
    country: str, row: int | None, region: str | None, mention: Mention, other: Mention, gazetteer: Gazetteer
) -> float:
    entry, reach = other.entry, _reach(mention, other)
    if row is not None and region in entry.regions:
        return IN_REGION * reach
    if entry.country == country:
        return IN_COUNTRY * reach
    places = entry.places.get(country)
    if not places:
        return 0.0
    if row is None:
        inside = [weight for weight, place in places if gazetteer.region_of[place] == region]
        return reach * 0.7 * max(inside[0] - 1, 0) if inside else 0.0
    near = any(_distance_km(row, place, gazetteer) < NEAR_KM for _, place in places[:3] if place != row)
    return reach * NEARBY if near else SAME_COUNTRY * reach


def _reach(mention: Mention, other: Mention) -> float:
    """Weigh a neighbour: full within an address, or next to it, less across."""
    if mention.address == other.address or other.is_outside:
        return 1.0
    return 0.9 if abs(mention.order - other.order) == 1 else ACROSS


def _distance_km(one: int, other: int, gazetteer: Gazetteer) -> float:
    north = gazetteer.latitude[one] - gazetteer.latitude[other]
    east = (gazetteer.longitude[one] - gazetteer.longitude[other] + 180) % 360 - 180
    return float(KM_PER_DEGREE * np.hypot(north, east * np.cos(np.radians(gazetteer.latitude[one]))))


def _is_believed(reading: Reading, chosen: Sequence[Reading], gazetteer: Gazetteer) -> bool:
    """Drop codes that nothing supports, small places nobody named a country for, and places in another country."""
    mention = reading.mention
    if mention.is_outside:
        return True
    if mention.entry.is_code and reading.kind != COUNTRY and reading.support < 1 and len(chosen) > 1:
        return False
    if reading.kind != CITY or reading.row is None:
        return bool(reading.support >= 1 or mention.fills_segment or not mention.entry.is_code)
    residents = gazetteer.population[reading.row]
    rivals = [other for other in chosen if other is not reading and other.country != reading.country]
    if any(_contradicts(other, reading) for other in rivals) and reading.support < NEARBY:
        return bool(residents >= AGAINST and mention.is_capital)
    if reading.support >= IN_COUNTRY * ACROSS:
        return bool(mention.fills_segment or residents >= ALONE)
    return bool(residents >= (ALONE if mention.fills_segment else IN_PHRASE))


def _contradicts(other: Reading, reading: Reading) -> bool:
    """Tell whether the same address names another country."""
    return other.mention.address == reading.mention.address and (
        other.kind == COUNTRY or other.support >= NEARBY or other.score > reading.score + 1
    )


def _without_parents(readings: Sequence[Reading], gazetteer: Gazetteer) -> list[Reading]:
    """Leave out what only says where another one lies: its country, its region, the city it is a part of."""
    return [one for one in readings if not any(_says(other, one, gazetteer) for other in readings if other is not one)]


def _says(inner: Reading, outer: Reading, gazetteer: Gazetteer) -> bool:
    if outer.kind == COUNTRY:
        return inner.kind != COUNTRY and inner.country == outer.country
    if outer.kind == REGION:
        return inner.kind == CITY and inner.region == outer.region
    return inner.kind == CITY and _is_part(inner, outer, gazetteer)


def _is_part(inner: Reading, outer: Reading, gazetteer: Gazetteer) -> bool:
    """Tell whether two cities are a smaller place and the larger one beside it, in one address."""
    if inner.row is None or outer.row is None or inner.row == outer.row:
        return False
    if inner.mention.address != outer.mention.address and APART in (inner.mention.joint, outer.mention.joint):
        return bool(gazetteer.parent[inner.row] == gazetteer.ids[outer.row])
    smaller = gazetteer.population[inner.row] < gazetteer.population[outer.row]
    return bool(smaller) and _distance_km(inner.row, outer.row, gazetteer) < (
        NEAR_KM if inner.mention.joint != DASH else NEAR_KM / 2
    )


def _distinct(readings: Sequence[Reading]) -> list[Reading]:
    kept = {
        (reading.country, reading.region if reading.kind == REGION else None, reading.row): reading
        for reading in reversed(readings)
    }
    return list(reversed(kept.values()))
