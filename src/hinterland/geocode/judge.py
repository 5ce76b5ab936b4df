"""Decide what the names in a text mean together: a city in its region in its country."""

from collections.abc import Sequence

from hinterland.geocode.codes import TERRITORIES
from hinterland.geocode.evidence import (
    ACROSS,
    CITY,
    COUNTRY,
    IN_COUNTRY,
    NEAR_KM,
    NEARBY,
    REGION,
    SAME_COUNTRY,
    Case,
    Reading,
    distance_km,
)
from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.reading import APART, DASH, Mention
from hinterland.geocode.words import CODES_READ_ALONE, NO_PLACE

# residents of a place that is believed: on its own; within a phrase; beside a larger one; against a stated country
ALONE, IN_PHRASE, BESIDE, AGAINST = 1_000, 100_000, 100_000, 400_000
# a small place that shares an address with one so many times larger, far from it, is a namesake of a part of it
DWARFED = 20
# single words shorter than this are as likely words of some language
SHORT_WORD = 4
# the states whose codes are written without their country
CODED_BY_ALL = "US."
# a two- or three-letter name is a city on its own from this weight (log10 of residents, less for other names)
SHORT_NAME = 4.0
SUPPORTED = IN_COUNTRY * ACROSS


def judge(mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Reading]:
    """Choose the meaning of every mention that fits the others best; leave out what others imply or contradict."""
    chosen = [reading for mention in mentions if (reading := _best(mention, mentions, gazetteer))]
    believed = [reading for reading in chosen if _is_believed(reading, chosen, gazetteer)]
    for one in believed.copy():
        # one by one: two that imply each other must not both go
        if any(_implies(other, one, gazetteer) for other in believed):
            believed.remove(one)
    return _distinct(believed)


def _best(mention: Mention, mentions: Sequence[Mention], gazetteer: Gazetteer) -> Reading | None:
    others = [other for other in mentions if other is not mention and other.key != mention.key]
    return Case(mention, others, gazetteer).best()


def _is_believed(reading: Reading, chosen: Sequence[Reading], gazetteer: Gazetteer) -> bool:
    """Drop codes nothing supports, small places alone in a phrase, and places outside the country the text states."""
    mention = reading.mention
    if mention.is_outside:
        return True
    if mention.is_short and reading.support < 1 and not _is_plain_code(reading, chosen, gazetteer):
        return False
    rivals = [other for other in chosen if _is_elsewhere(other, reading)]
    residents = _residents(reading, gazetteer)
    if reading.support < SUPPORTED and any(_contradicts(other, reading) for other in rivals):
        is_written_out = mention.is_capital and mention.fills_segment and not mention.is_short
        return reading.kind != REGION and is_written_out and residents >= AGAINST
    if reading.kind == REGION and not mention.fills_segment and reading.support < 1 and len(chosen) > 1:
        return False
    if reading.kind == CITY and any(_dwarfs(other, reading, gazetteer) for other in chosen):
        return False
    return reading.kind == COUNTRY or _is_large_enough(reading, residents, alone=not rivals)


def _is_plain_code(reading: Reading, chosen: Sequence[Reading], gazetteer: Gazetteer) -> bool:
    """Tell whether a code stands in capitals on its own, as an airport, or as a state after a town."""
    mention = reading.mention
    if reading.kind == CITY and not mention.entry.is_code:
        return mention.fills_segment and reading.score - reading.support >= SHORT_NAME
    in_capitals = mention.fills_segment and mention.is_upper
    others = [other for other in chosen if other is not reading]
    if reading.kind != CITY and _needs_company(mention) and not any(other.kind == COUNTRY for other in others):
        return False
    if reading.kind == COUNTRY and any(_is_elsewhere(one, reading) and _is_great(one, gazetteer) for one in chosen):
        return False
    is_first = mention.segment == 0 and any(other.mention.address == mention.address for other in others)
    return in_capitals and not (reading.kind == REGION and is_first)


def _needs_company(mention: Mention) -> bool:
    """Tell whether a code alone may be a country, a state, or a word: DE, IN."""
    is_state = any(region.startswith(CODED_BY_ALL) for region in mention.entry.regions)
    of_both = mention.entry.country is not None and is_state
    return of_both or (mention.key in NO_PLACE and mention.key not in CODES_READ_ALONE)


def _is_great(reading: Reading, gazetteer: Gazetteer) -> bool:
    return reading.kind == CITY and _residents(reading, gazetteer) >= AGAINST


def _residents(reading: Reading, gazetteer: Gazetteer) -> float:
    if reading.row is not None:
        return float(gazetteer.population[reading.row])
    return float("inf") if reading.kind == COUNTRY else gazetteer.region_population.get(reading.region or "", 0.0)


def _is_elsewhere(other: Reading, reading: Reading) -> bool:
    related = TERRITORIES.get(other.country), TERRITORIES.get(reading.country)
    same = other.country == reading.country or other.country == related[1] or reading.country == related[0]
    return not same and other.mention.address in (reading.mention.address, -1)


def _contradicts(other: Reading, reading: Reading) -> bool:
    """Tell whether the same address states another country, by name or by a place whose country it states."""
    return (other.kind != CITY and reading.kind != COUNTRY) or other.support >= SUPPORTED > reading.support


def _dwarfs(other: Reading, reading: Reading, gazetteer: Gazetteer) -> bool:
    if other.row is None or reading.row is None:
        return False
    small = gazetteer.population[reading.row]
    unsupported = reading.support < (SUPPORTED if _one_address(other, reading) else SAME_COUNTRY * ACROSS)
    larger = small < BESIDE and gazetteer.population[other.row] > DWARFED * small and unsupported
    return larger and distance_km(other.row, reading.row, gazetteer) > NEAR_KM


def _is_large_enough(reading: Reading, residents: float, *, alone: bool) -> bool:
    mention = reading.mention
    if not mention.fills_segment and len(mention.key) < SHORT_WORD:
        return residents >= IN_PHRASE and reading.support >= NEARBY
    if reading.support >= NEARBY:
        return mention.fills_segment or mention.is_capital or residents >= ALONE
    if mention.fills_segment or " " in mention.key:
        return residents >= (ALONE if alone else BESIDE)
    return residents >= IN_PHRASE


def _implies(inner: Reading, outer: Reading, gazetteer: Gazetteer) -> bool:
    """Tell whether one reading lies in the other, so that the other adds nothing."""
    if outer is inner:
        return False
    if outer.kind == COUNTRY:
        return (inner.kind != COUNTRY and inner.country == outer.country) or TERRITORIES.get(
            inner.country
        ) == outer.country
    if outer.kind == REGION:
        return inner.kind == CITY and inner.region == outer.region
    return inner.kind == CITY and (_is_named_region(inner, outer) or _is_part(inner, outer, gazetteer))


def _is_named_region(inner: Reading, outer: Reading) -> bool:
    """Tell whether the larger city stands for the region of its name ("Osasco, São Paulo")."""
    if inner.region not in outer.mention.entry.regions or inner.row == outer.row:
        return False
    return _one_address(inner, outer) and inner.region not in inner.mention.entry.regions


def _one_address(inner: Reading, outer: Reading) -> bool:
    return inner.mention.address == outer.mention.address


def _is_part(inner: Reading, outer: Reading, gazetteer: Gazetteer) -> bool:
    """Tell whether one city is a smaller place and the other the larger beside it, in one address."""
    if inner.row is None or outer.row is None or inner.row == outer.row:
        return False
    if gazetteer.parent[inner.row] == gazetteer.ids[outer.row] and inner.mention.joint != APART:
        return True
    near_km = NEAR_KM / 2 if DASH in (inner.mention.joint, outer.mention.joint) else NEAR_KM
    smaller = gazetteer.population[inner.row] * 2 < gazetteer.population[outer.row]
    return _one_address(inner, outer) and smaller and distance_km(inner.row, outer.row, gazetteer) < near_km


def _distinct(readings: Sequence[Reading]) -> list[Reading]:
    kept: dict[tuple[str, str | None, int | None], Reading] = {}
    for reading in readings:
        kept.setdefault((reading.country, reading.region if reading.kind == REGION else None, reading.row), reading)
    return list(kept.values())
