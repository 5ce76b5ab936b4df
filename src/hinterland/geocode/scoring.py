"""Weigh what names can mean against the other names beside them: all texts at once."""

import numpy as np

from hinterland.geo import KM_PER_DEGREE
from hinterland.geocode.candidates import CITY, COUNTRY, REGION, Mentions, Readings, Rivals, Senses, pair_up
from hinterland.geocode.gazetteer import NONE, Flags, Floats, Gazetteer, Numbers, spread
from hinterland.geocode.normalize import normalise_names

# scores are in log10 of residents: a name of a country weighs as much as a city of thirty millions;
# all weights were set by hand on labelled profile locations
COUNTRY_SCORE, CODE_LOSS, REGION_SHARE = 7.5, 2.0, 0.9
# what another name in the text adds: the country or region a place is in, a place nearby, a place of the same country
IN_COUNTRY, IN_REGION, NEARBY, SAME_COUNTRY = 4.0, 4.5, 1.5, 0.6
# what a region or country gains from a place in it: so much of the place's weight, at the least
HOLDS, HOLDS_AT_LEAST = 0.65, 2.5
# a code of the region of a town beside it is the region, not the city of that abbreviation ("New Orleans, LA")
CODED = 1.5
# and after a name that is not found it is that of a region, rather than of a country ("Xyzzy, CA")
STATE_CODE = 2.3
# neighbours across a "/" say less about each other than those of one address; of several supports this share counts
NEXT_TO, ACROSS, EXTRA_SUPPORT = 0.9, 0.5, 0.25
NAMESAKE, STATED_REGION = 1.5, 2.0
# a name with accents is not that of a place without them ("San José")
ACCENTED = 0.7
NEAR_KM = 60.0
# a city is meant, not the region named after it, if it holds this share of the region's people
CITY_OF_REGION = 0.03
# a place that loses more of its weight is hardly called by that name
HARDLY_CALLED = 1.5
HAMLET, GREAT_CITY = 4.0, 6.0
UNRIVALLED = 9.0
# how a difference in score becomes odds between meanings (fitted to labelled city queries: of 1, 1.5 ... 4 the
# likeliest), and the odds below which a meaning is no candidate
CANDIDATE_STEEPNESS, LEAST_ODDS = 2.5, 0.05
LARGEST_LEAD = -np.log(LEAST_ODDS) / CANDIDATE_STEEPNESS
# so many places of a name in a country are weighed without a country stated, and as neighbours
WEIGHED, NEIGHBOURS = 2, 3


def read_best(mentions: Mentions, senses: Senses) -> tuple[Readings, Rivals]:
    """Choose the meaning of the highest score of every mention; measure its lead over the next, list rivals."""
    scorer = _SenseScorer(mentions, senses)
    scores, supports = scorer.weigh()
    first = np.flatnonzero(np.diff(scorer.mention, prepend=NONE))
    owner = np.repeat(np.arange(len(first)), np.diff(first, append=len(scores)))
    best = np.flatnonzero(scores == np.maximum.reduceat(scores, first)[owner])
    best = best[np.diff(owner[best], prepend=NONE) != 0]
    best_sense = scorer.sense[best]
    rivals = np.where(_is_same(scorer.sense, best_sense[owner], senses), -np.inf, scores)
    rival = np.maximum.reduceat(rivals, first)
    margin = scores[best] - np.where(np.isneginf(rival), -UNRIVALLED, rival)
    readings = Readings(scorer.mention[best], *_meaning(best_sense, senses), scores[best], supports[best], margin)
    return readings, _rivals(scorer, scores, best[owner])


def _meaning(sense: Numbers, senses: Senses) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    return senses.kind[sense], senses.country[sense], senses.region[sense], senses.row[sense]


def _rivals(scorer: "_SenseScorer", scores: Floats, best: Numbers) -> Rivals:
    """List the senses that may be meant instead of the best of their mention, one of each place."""
    # a region may gain on a country by as much as people count less than a country's name
    near = np.flatnonzero(
        scores[best] - scores < LARGEST_LEAD + COUNTRY_SCORE * (scorer.senses.kind[scorer.sense] == REGION)
    )
    near = near[near != best[near]]
    lead = scores[best[near]] - scores[near] - _excess(scorer, near, best[near])
    odds = np.minimum(1.0, np.exp(-CANDIDATE_STEEPNESS * lead))
    near, odds = near[lead < LARGEST_LEAD], odds[lead < LARGEST_LEAD]
    is_other = ~_is_one_place(scorer.sense[near], scorer.sense[best[near]], scorer.senses)
    near, odds = near[is_other], odds[is_other]
    order = np.lexsort((-odds, scorer.mention[near]))
    near, odds = near[order], odds[order]
    is_new = ~_repeats_place(scorer.mention[near], scorer.sense[near], scorer.senses)
    return Rivals(scorer.mention[near[is_new]], *_meaning(scorer.sense[near[is_new]], scorer.senses), odds[is_new])


def _excess(scorer: "_SenseScorer", near: Numbers, best: Numbers) -> Floats:
    """Say what a country's score exceeds its people by, against a region of its name ("Georgia")."""
    kind, country = scorer.senses.kind[scorer.sense], scorer.senses.country[scorer.sense[best]]
    by_people = np.log10(scorer.gazetteer.country_residents[country] + 10)
    is_shared = (kind[near] == REGION) & (kind[best] == COUNTRY)
    return np.where(is_shared, np.maximum(COUNTRY_SCORE - by_people, 0.0), 0.0)


def _repeats_place(mention: Numbers, sense: Numbers, senses: Senses) -> Flags:
    """Tell which senses are the same place as one before them, of the same mention."""
    later, earlier = pair_up(np.unique(mention, return_inverse=True)[1])
    later, earlier = later[earlier < later], earlier[earlier < later]
    is_repeat = _is_one_place(sense[later], sense[earlier], senses)
    return np.bincount(later[is_repeat], minlength=len(sense)) > 0


def _is_one_place(first: Numbers, second: Numbers, senses: Senses) -> Flags:
    """Tell whether two senses are one place: side by side, or one around the other ("New York", "Minsk")."""
    kinds = senses.kind[first], senses.kind[second]
    same_country = senses.country[first] == senses.country[second]
    same_region = same_country & (senses.region[first] == senses.region[second])
    same = np.where((kinds[0] == COUNTRY) | (kinds[1] == COUNTRY), same_country, same_region)
    cities = (kinds[0] == CITY) & (kinds[1] == CITY)
    same[cities] = distance_km(senses.row[first[cities]], senses.row[second[cities]], senses.gazetteer) < NEAR_KM
    areas = (kinds[0] != COUNTRY) & (kinds[1] != COUNTRY) & ~cities & same_country
    same[areas] |= _reaches(first[areas], second[areas], senses) | _reaches(second[areas], first[areas], senses)
    return np.asarray(same)


def _reaches(region: Numbers, city: Numbers, senses: Senses) -> Flags:
    """Tell whether a region has a place near a city, or near the largest place of another region."""
    gazetteer, held = senses.gazetteer, np.zeros(len(region), dtype=bool)
    pairs = np.flatnonzero((senses.row[region] == NONE) & (senses.region[region] != senses.region[city]))
    areas, city = senses.region[region[pairs]], city[pairs]
    spots = np.where(senses.row[city] == NONE, gazetteer.region_largest[senses.region[city]], senses.row[city])
    pair, at = spread(gazetteer.region_first[areas], gazetteer.region_count[areas])
    near = distance_km(gazetteer.by_region[at], spots[pair], gazetteer) < NEAR_KM
    held[pairs] = np.bincount(pair[near], minlength=len(pairs)) > 0
    return held


def _is_same(first: Numbers, second: Numbers, senses: Senses) -> Flags:
    rows = senses.row[first], senses.row[second]
    cities = (rows[0] != NONE) & (rows[1] != NONE)
    same = senses.country[first] == senses.country[second]
    same[cities] = distance_km(rows[0][cities], rows[1][cities], senses.gazetteer) < NEAR_KM
    return np.asarray(same)


class _SenseScorer:
    """Every sense of every mention, against the other mentions of its text."""

    def __init__(self, mentions: Mentions, senses: Senses) -> None:
        self.mentions, self.senses, self.gazetteer = mentions, senses, senses.gazetteer
        subject, neighbour = pair_up(mentions.text)
        differ = mentions.key[subject] != mentions.key[neighbour]
        self.subject, self.neighbour = subject[differ], neighbour[differ]
        self.neighbour_entry = mentions.entry[self.neighbour]
        self.reach = self._reach()
        self.mention, self.sense = self._senses()
        # every sense against every other mention
        count = np.bincount(self.subject, minlength=len(mentions.text))
        self.at, self.pair = spread((np.cumsum(count) - count)[self.mention], count[self.mention])

    def _reach(self) -> Floats:
        """Say how much of what another mention says reaches a mention."""
        mentions, entry = self.mentions, self.mentions.entry[self.subject]
        same_address = mentions.address[self.subject] == mentions.address[self.neighbour]
        together = same_address | mentions.is_outside[self.neighbour]
        # a name of a country is not made a hamlet's by a country in the next address ("Peru / USA")
        of_country = (self.senses.names_country[entry] != NONE) & ~self.senses.is_code[entry]
        is_next = np.abs(mentions.segment[self.subject] - mentions.segment[self.neighbour]) == 1
        return np.select([together, of_country, is_next], [1.0, 0.0, NEXT_TO], ACROSS)

    def _senses(self) -> tuple[Numbers, Numbers]:
        """List the senses to weigh: beyond the largest, a place counts only in a country the text names."""
        entry, countries = self.mentions.entry, len(self.gazetteer.country_codes)
        mention, sense = spread(self.senses.first[entry], self.senses.count[entry])
        pair, neighbour_sense = spread(self.senses.first[self.neighbour_entry], self.senses.count[self.neighbour_entry])
        is_area = self.senses.kind[neighbour_sense] != CITY
        stated_keys = self.subject[pair[is_area]] * countries + self.senses.country[neighbour_sense[is_area]]
        is_weighed = (self.senses.kind[sense] != CITY) | (self.senses.rank[sense] < WEIGHED)
        sense_keys = mention[~is_weighed] * countries + self.senses.country[sense[~is_weighed]]
        is_weighed[~is_weighed] = np.isin(sense_keys, stated_keys, kind="table")
        return mention[is_weighed], sense[is_weighed]

    def weigh(self) -> tuple[Floats, Floats]:
        """Give every sense a score and the support it has from the other mentions."""
        gains = self._gains()
        # the neighbours are numbered in order, so that the sums are the same in every batch
        total = np.bincount(self.at, gains, minlength=len(self.sense)).astype(float)
        support = np.zeros(len(self.sense))
        np.maximum.at(support, self.at, gains)
        kind = self.senses.kind[self.sense]
        scores = np.zeros(len(self.sense))
        for sense_kind, score in ((COUNTRY, self._country_score), (REGION, self._region), (CITY, self._city)):
            positions = np.flatnonzero(kind == sense_kind)
            scores[positions] = score(positions, support[positions], total[positions])
        return scores, support

    def _gains(self) -> Floats:
        kind = self.senses.kind[self.sense[self.at]]
        gains = np.zeros(len(self.at))
        for sense_kind, gain in ((COUNTRY, self._country_gain), (REGION, self._region_gain), (CITY, self._city_gain)):
            positions = np.flatnonzero(kind == sense_kind)
            pair = self.pair[positions]
            gains[positions] = self.reach[pair] * gain(self.sense[self.at[positions]], pair)
        return gains

    def _country_gain(self, sense: Numbers, pair: Numbers) -> Floats:
        """Gain from a place in the country; not from a place that bears the country's name."""
        country, entry = self.senses.country[sense], self.neighbour_entry[pair]
        place = self.senses.place_in_country(entry, country)
        held = (place != NONE) & (self.senses.names_country[entry] != country)
        return np.where(held, self._holds(place), 0.0)

    def _region_gain(self, sense: Numbers, pair: Numbers) -> Floats:
        entry = self.neighbour_entry[pair]
        place = self.senses.place_in_region(entry, self.senses.region[sense])
        is_inside = self.senses.names_country[entry] == self.senses.country[sense]
        return np.select([is_inside, place != NONE], [IN_COUNTRY, self._holds(place)], 0.0)

    def _holds(self, place: Numbers) -> Floats:
        return np.maximum(HOLDS_AT_LEAST, HOLDS * self.senses.weight[place])

    def _city_gain(self, sense: Numbers, pair: Numbers) -> Floats:
        country, region, entry = self.senses.country[sense], self.senses.region[sense], self.neighbour_entry[pair]
        in_region = self.senses.names_region(entry, region)
        # two great cities with an address each are not a hamlet and its region ("São Paulo e Lisboa")
        is_dwarfed = self.senses.greatest[self.senses.entry[sense]] >= GREAT_CITY
        is_separate = in_region & (self.reach[pair] < 1) & is_dwarfed & (self.senses.weight[sense] < HAMLET)
        in_region[is_separate] = self.senses.place_in_region(entry[is_separate], region[is_separate]) == NONE
        stated = self.senses.names_country[entry]
        in_country = (stated == country) | ((stated != NONE) & (stated == self.gazetteer.claimant(country, region)))
        gains = np.select([in_region, in_country], [IN_REGION, IN_COUNTRY], 0.0)
        rest = np.flatnonzero(~(in_region | in_country))
        gains[rest] = self._neighbour_gain(sense[rest], self.senses.place_in_country(entry[rest], country[rest]))
        return gains

    def _neighbour_gain(self, sense: Numbers, place: Numbers) -> Floats:
        near = np.zeros(len(sense), dtype=bool)
        for step in range(NEIGHBOURS):
            next_one = np.minimum(place + step, len(self.senses.row) - 1)
            held = np.flatnonzero((place != NONE) & (self.senses.rank[next_one] == step))
            rows = self.senses.row[sense[held]], self.senses.row[next_one[held]]
            near[held] |= (rows[0] != rows[1]) & (distance_km(*rows, self.gazetteer) < NEAR_KM)
        return np.select([near, place != NONE], [NEARBY, SAME_COUNTRY], 0.0)

    def _country_score(self, positions: Numbers, support: Floats, _total: Floats) -> Floats:
        return COUNTRY_SCORE - self._loss(positions) + support

    def _loss(self, positions: Numbers) -> Floats:
        return CODE_LOSS * self.senses.is_code[self.mentions.entry[self.mention[positions]]]

    def _region(self, positions: Numbers, support: Floats, _total: Floats) -> Floats:
        mention, sense = self.mention[positions], self.sense[positions]
        entry, region = self.mentions.entry[mention], self.senses.region[sense]
        is_code = self.senses.is_code[entry]
        stated = STATED_REGION * self.mentions.wants_region[mention]
        stated = stated + STATE_CODE * self.mentions.is_state_code[mention]
        stated = stated + CODED * (is_code & (support >= HOLDS_AT_LEAST))
        stated = stated - 4 * NAMESAKE * ((self.senses.names_country[entry] == self.senses.country[sense]) & ~is_code)
        largest = self.senses.largest_in_region(entry, region)
        row = self.senses.row[largest]
        is_called = self.gazetteer.weight[row] - self.senses.weight[largest] < HARDLY_CALLED
        has_city = (largest != NONE) & is_called & self._is_city_of(mention, row)
        size = REGION_SHARE * np.log10(self.gazetteer.region_residents[region] + 10)
        return np.asarray(size - self._loss(positions) + support + (stated - NAMESAKE * has_city))

    def _city(self, positions: Numbers, support: Floats, total: Floats) -> Floats:
        extra = EXTRA_SUPPORT * (total - support)
        own_weight = self.senses.weight[self.sense[positions]] - ACCENTED * self._lacks_accents(positions)
        return np.asarray(own_weight + support + extra + self._namesake(positions))

    def _lacks_accents(self, positions: Numbers) -> Flags:
        """Tell whether a place of that name is written otherwise; who leaves accents out says nothing."""
        mention, sense = self.mention[positions], self.sense[positions]
        row = self.senses.row[sense]
        is_own = self.senses.weight[sense] >= self.gazetteer.weight[row]
        at = np.flatnonzero(self.mentions.is_accented[mention] & is_own)
        rows, which = np.unique(row[at], return_inverse=True)
        names = np.array(normalise_names(self.gazetteer.place.take(rows)), dtype=object)[which]
        lacks = np.zeros(len(positions), dtype=bool)
        lacks[at] = names != self.mentions.accented[mention[at]]
        return lacks

    def _namesake(self, positions: Numbers) -> Floats:
        """Prefer a country, but a large city to the region named after it, unless the text says "province"."""
        mention, sense = self.mention[positions], self.sense[positions]
        entry = self.mentions.entry[mention]
        of_country = (self.senses.names_country[entry] == self.senses.country[sense]) & ~self.senses.is_code[entry]
        is_meant = self.mentions.wants_city[mention] | self._is_country_repeated()[mention]
        of_region = self.senses.names_region(entry, self.senses.region[sense])
        is_city = self._is_city_of(mention, self.senses.row[sense])
        options = [of_country & is_meant, of_country, of_region & ~is_city]
        return np.select(options, [0.0, -2 * NAMESAKE, -NAMESAKE], 0.0)

    def _is_city_of(self, mention: Numbers, row: Numbers) -> Flags:
        """Tell whether a city is meant, rather than the region that is named after it."""
        residents = self.gazetteer.region_residents[self.gazetteer.region_number[row]]
        is_large = self.gazetteer.population[row] / np.maximum(residents, 1.0) >= CITY_OF_REGION
        return np.asarray(self.mentions.wants_city[mention] | (is_large & ~self.mentions.wants_region[mention]))

    def _is_country_repeated(self) -> Flags:
        """Tell whether the country is named a second time: then the first can be its capital ("Luxembourg, Lux")."""
        country = self.senses.names_country[self.mentions.entry]
        is_repeat = (country[self.subject] == country[self.neighbour]) & ~self.mentions.is_outside[self.neighbour]
        return np.bincount(self.subject[is_repeat], minlength=len(country)) > 0


def distance_km(origin: Numbers, destination: Numbers, gazetteer: Gazetteer) -> Floats:
    """Measure between rows of places; good to a percent at city distances."""
    latitude, longitude = gazetteer.latitude, gazetteer.longitude
    north = latitude[origin] - latitude[destination]
    east = (longitude[origin] - longitude[destination] + 180) % 360 - 180
    return np.asarray(KM_PER_DEGREE * np.hypot(north, east * np.cos(np.radians(latitude[origin]))))
