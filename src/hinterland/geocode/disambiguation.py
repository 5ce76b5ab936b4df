"""Decide what the names in texts mean together: a city in its region in its country; all texts at once."""

import numpy as np
import pandas as pd

from hinterland.geocode.candidates import CITY, COUNTRY, REGION, Mentions, Readings, Rivals, Senses, pair_up, take
from hinterland.geocode.gazetteer import NONE, Flags, Floats, Numbers
from hinterland.geocode.scoring import ACROSS, IN_COUNTRY, NEAR_KM, NEARBY, SAME_COUNTRY, distance_km, read_best
from hinterland.geocode.tokenize import DASH, SEPARATE

# residents of a place that is believed: on its own; within a phrase; beside a larger one; against a stated country
ALONE, IN_PHRASE, BESIDE_LARGER, AGAINST = 1_000, 100_000, 100_000, 400_000
# residents of a place whose name is plain words, when the text names neither its country nor its region
PHRASE_ALONE, WORD_ALONE = 100_000, 300_000
# a small place that shares an address with one so many times larger, far from it, is a namesake of a part of it
DWARFED = 20
# single words shorter than this are as likely words of some language
SHORT_WORD = 4
# a two- or three-letter name is a city on its own from this weight (log10 of residents, less for other names)
SHORT_NAME = 4.0
# and so is a region of three letters from this one, written with a capital ("Goa")
SHORT_REGION, GREAT_REGION = 3, 5.0
# residents of a country whose code is read on its own
TINY = 100_000
SUPPORTED = IN_COUNTRY * ACROSS
# what stands beside a text is of every address in it
EVERY_ADDRESS = -1


def disambiguate(mentions: Mentions, senses: Senses) -> tuple[Readings, Rivals]:
    """Choose the meaning of every mention that fits the others best; leave out what others imply or contradict."""
    readings, rivals = read_best(mentions, senses)
    credible = take(readings, _Disambiguator(readings, mentions, senses).is_credible())
    informative = take(credible, _Disambiguator(credible, mentions, senses).is_informative())
    return take(informative, ~_repeats(informative, mentions)), rivals


def _repeats(readings: Readings, mentions: Mentions) -> Flags:
    region = np.where(readings.kind == REGION, readings.region, NONE)
    columns = (mentions.text[readings.mention], readings.country, region, readings.row)
    return np.asarray(pd.DataFrame(dict(enumerate(columns))).duplicated())


class _Disambiguator:
    """The readings of texts, one per mention, and all pairs of readings of the same text."""

    def __init__(self, readings: Readings, mentions: Mentions, senses: Senses) -> None:
        self.readings, self.mentions, self.senses, self.gazetteer = readings, mentions, senses, senses.gazetteer
        self.text, self.address = mentions.text[readings.mention], mentions.address[readings.mention]
        self.is_code = senses.is_code[mentions.entry[readings.mention]]
        self.is_city, self.is_region = readings.kind == CITY, readings.kind == REGION
        self.is_country = readings.kind == COUNTRY
        self.residents = self._residents()
        self.subject, self.neighbour = pair_up(self.text)
        self.same_address = self.address[self.subject] == self.address[self.neighbour]
        self.other_country = self._other_country()

    def _residents(self) -> Floats:
        readings = self.readings
        of_city = self.gazetteer.population[readings.row]
        of_region = self.gazetteer.region_residents[readings.region]
        return np.select([self.is_city, self.is_country], [of_city, np.inf], of_region)

    def _other_country(self) -> Flags:
        """Tell of every pair whether the neighbour states another country for the same address."""
        home, stated = self.readings.country[self.subject], self.readings.country[self.neighbour]
        holder, claimant = self.gazetteer.holder, self._claimant()
        is_same = (home == stated) | (holder[home] == stated) | (holder[stated] == home)
        is_same |= (claimant[self.subject] == stated) | (claimant[self.neighbour] == home)
        return np.asarray(~is_same & (self.same_address | (self.address[self.neighbour] == EVERY_ADDRESS)))

    def _claimant(self) -> Numbers:
        return self.gazetteer.claimant(self.readings.country, self.readings.region)

    def _any(self, of_pairs: Flags) -> Flags:
        """Tell of every reading whether something holds of any pair in which it is the subject."""
        return np.bincount(self.subject[of_pairs], minlength=len(self.text)) > 0

    def _distance_km(self, pairs: Flags) -> Floats:
        """Measure between the cities of some pairs."""
        rows = self.readings.row
        return distance_km(rows[self.subject[pairs]], rows[self.neighbour[pairs]], self.gazetteer)

    def is_credible(self) -> Flags:
        """Drop codes nothing supports, small places alone in a phrase, places outside the country that is stated."""
        traits, support = take(self.mentions, self.readings.mention), self.readings.support
        contradicted = (support < SUPPORTED) & self._any(self._contradicts())
        written_out = traits.is_capital & traits.fills_segment & ~traits.is_short
        weak = self.is_region & ~traits.fills_segment & (support < 1) & self._any(np.ones(len(self.subject), bool))
        least_residents = np.where(traits.is_phrase, PHRASE_ALONE, WORD_ALONE)
        options = [
            (traits.is_outside, True),
            (traits.is_plain & (support < IN_COUNTRY) & (self.residents < least_residents), False),
            (traits.is_short & (support < 1) & ~self._is_plain_code(traits), False),
            (contradicted, ~self.is_region & written_out & (self.residents >= AGAINST)),
            (weak, False),
            (self.is_city & self._any(self._dwarfs()), False),
        ]
        otherwise = self.is_country | self._is_large_enough(traits)
        return np.select([case for case, _ in options], [answer for _, answer in options], otherwise)

    def _contradicts(self) -> Flags:
        """Tell whether the same address states another country, by name or by a place whose country it states."""
        by_name = ~self.is_city[self.neighbour] & ~self.is_country[self.subject]
        support = self.readings.support
        by_place = (support[self.neighbour] >= SUPPORTED) & (support[self.subject] < SUPPORTED)
        return np.asarray(self.other_country & (by_name | by_place))

    def _is_plain_code(self, traits: Mentions) -> Flags:
        """Tell whether a code stands in capitals on its own, as an airport, or as a state after a town."""
        own_score = self.readings.score - self.readings.support
        is_great = self.is_city & (self.residents >= AGAINST)
        alone = ~self._any(self.is_country[self.neighbour]) & traits.needs_company & ~self.is_city
        beside_great = ~self.is_city & self._any(self.other_country & is_great[self.neighbour])
        is_first = (traits.segment == 0) & self._any(self.same_address) & self.is_region
        in_capitals = traits.fills_segment & traits.is_upper & ~alone & ~beside_great & ~is_first
        # the code of a territory of few people is as likely something else
        is_region = self.is_region & traits.is_capital & (traits.length >= SHORT_REGION) & (own_score >= GREAT_REGION)
        is_tiny = self.gazetteer.country_residents[self.readings.country] < TINY
        in_capitals &= ~(self.is_country & is_tiny & (traits.length < SHORT_REGION))
        in_capitals |= self.is_region & traits.is_state_code
        is_name = traits.fills_segment & np.where(self.is_city, own_score >= SHORT_NAME, is_region)
        return np.asarray(
            np.where(self.is_code | self.is_country, in_capitals, is_name | (in_capitals & self.is_region))
        )

    def _dwarfs(self) -> Flags:
        small, large = self.residents[self.subject], self.residents[self.neighbour]
        needed = np.where(self.same_address, SUPPORTED, SAME_COUNTRY * ACROSS)
        is_weak = self.readings.support[self.subject] < needed
        pairs = self.is_city[self.subject] & self.is_city[self.neighbour] & is_weak
        pairs &= (small < BESIDE_LARGER) & (large > DWARFED * small)
        pairs[pairs] = self._distance_km(pairs) > NEAR_KM
        return np.asarray(pairs)

    def _is_large_enough(self, traits: Mentions) -> Flags:
        residents, support, fills = self.residents, self.readings.support, traits.fills_segment
        alone = ~self._any(self.other_country)
        options = [
            (~fills & (traits.length < SHORT_WORD), (residents >= IN_PHRASE) & (support >= NEARBY)),
            (support >= NEARBY, fills | traits.is_capital | (residents >= ALONE)),
            (fills | traits.is_phrase, residents >= np.where(alone, ALONE, BESIDE_LARGER)),
        ]
        return np.select([case for case, _ in options], [answer for _, answer in options], residents >= IN_PHRASE)

    def is_informative(self) -> Flags:
        """Tell which readings add something to the others of their text, readings already dropped aside."""
        is_new = np.ones(len(self.text), dtype=bool)
        implied = self._implied()
        outer, inner = self.subject[implied], self.neighbour[implied]
        place = np.arange(len(self.text)) - np.searchsorted(self.text, self.text)
        for step in np.unique(place[outer]):
            # one by one: two that imply each other must not both go
            now = (place[outer] == step) & is_new[inner]
            is_new[outer[now]] = False
        return is_new

    def _implied(self) -> Flags:
        """Tell whether the neighbour lies in the subject, so that the subject adds nothing."""
        outer, inner, readings = self.subject, self.neighbour, self.readings
        same_country = readings.country[inner] == readings.country[outer]
        is_territory = self.gazetteer.holder[readings.country[inner]] == readings.country[outer]
        is_territory |= self.same_address & (self._claimant()[inner] == readings.country[outer])
        in_country = (~self.is_country[inner] & same_country) | is_territory
        in_region = self.is_city[inner] & (readings.region[inner] == readings.region[outer])
        in_city = self.is_city[inner] & (self._is_named_region() | self._is_part())
        return np.select([self.is_country[outer], self.is_region[outer]], [in_country, in_region], in_city)

    def _is_named_region(self) -> Flags:
        """Tell whether the larger city stands for the region of its name ("Osasco, São Paulo")."""
        inner, outer, readings = self.neighbour, self.subject, self.readings
        entry, region = self.mentions.entry[readings.mention], readings.region[inner]
        stands = self.senses.names_region(entry[outer], region) & ~self.senses.names_region(entry[inner], region)
        return np.asarray(stands & self.same_address & (readings.row[inner] != readings.row[outer]))

    def _is_part(self) -> Flags:
        """Tell whether one city is a smaller place and the other the larger beside it, in one address."""
        inner, outer, rows = self.neighbour, self.subject, self.readings.row
        joint = self.mentions.joint[self.readings.mention]
        cities = self.is_city[inner] & self.is_city[outer] & (rows[inner] != rows[outer])
        parted = (self.gazetteer.parent[rows[inner]] == self.gazetteer.ids[rows[outer]]) & (joint[inner] != SEPARATE)
        smaller = self.same_address & (self.residents[inner] * 2 < self.residents[outer])
        by_dash = (joint[inner] == DASH) | (joint[outer] == DASH)
        near = cities & smaller
        near[near] = self._distance_km(near) < np.where(by_dash[near], NEAR_KM / 2, NEAR_KM)
        return np.asarray((cities & parted) | near)
