"""Names one slip of the pen away: only long ones, and cities preferably in a country the text states."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.reading import Mention, Segment, Text
from hinterland.geocode.words import FILLERS, NO_PLACE, STREETS_AFTER

LONGEST_RUN = 4


def respell(text: Text, mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Add mentions for words that name nothing but are one letter from a name."""
    stated = frozenset(country for mention in mentions if (country := mention.entry.country))
    firm = [mention for mention in mentions if not _is_loose(mention, stated)]
    found = [mention for segment in text.segments for mention in _in_segment(segment, firm, gazetteer, stated)]
    if not found:
        return [*mentions]
    kept = [mention for mention in mentions if mention in firm or not any(_overlap(mention, new) for new in found)]
    return sorted([*kept, *found], key=lambda mention: (mention.segment, mention.first))


def _is_loose(mention: Mention, stated: frozenset[str]) -> bool:
    """Tell whether a part of a segment names only places outside the countries the text states."""
    entry = mention.entry
    return not (mention.fills_segment or entry.country or entry.regions or not stated or stated & entry.places.keys())


def _overlap(one: Mention, other: Mention) -> bool:
    return one.segment == other.segment and one.first < other.last and other.first < one.last


def _in_segment(
    segment: Segment, mentions: Sequence[Mention], gazetteer: Gazetteer, stated: frozenset[str]
) -> Iterator[Mention]:
    here = [mention for mention in mentions if mention.segment == segment.index]
    taken = {at for mention in here for at in range(mention.first, mention.last)}
    for first, last in _free_runs(segment, taken):
        key = " ".join(segment.keys[first:last])
        entry = gazetteer.nearest(key, tuple(sorted(stated)))
        if entry is not None:
            fills = last - first + len(taken) >= len(segment.keys)
            yield Mention(
                entry, segment.index, segment.address, first, last, segment.joint, key,
                fills_segment=fills, is_respelt=True,
            )  # fmt: skip


def _free_runs(segment: Segment, taken: set[int]) -> Iterator[tuple[int, int]]:
    free = [at not in taken and not key.isdigit() for at, key in enumerate(segment.keys)]
    for is_free, run in groupby(range(len(free)), key=free.__getitem__):
        places = list(run)
        words = [segment.keys[at] for at in places]
        if is_free and len(places) <= LONGEST_RUN and not (_is_plain(words) or STREETS_AFTER & {*words}):
            yield places[0], places[-1] + 1


def _is_plain(words: Sequence[str]) -> bool:
    return all(word in NO_PLACE or word in FILLERS for word in words)
