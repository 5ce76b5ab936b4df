"""Find misspelt names in the pieces of a text: long ones, one letter from a name."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from hinterland.geocode.fuzzy import SHORTEST_COUNTRY, Misspelt
from hinterland.geocode.gazetteer import Entry, Gazetteer
from hinterland.geocode.tokenize import FILLERS, NO_PLACE, STREETS_AFTER, Piece
from hinterland.geocode.toponyms import Mention

LONGEST_RUN = 4
Key = TypeVar("Key", bound=Hashable)


def is_settled(piece: Piece, mentions: Sequence[Mention]) -> bool:
    """Tell whether the names found explain a piece, whatever else the text states: nothing to respell."""
    if mentions and mentions[0].fills_segment:
        return True
    is_firm = all(mention.fills_segment or mention.entry.country or mention.entry.regions for mention in mentions)
    return is_firm and not any(_free_runs(piece, mentions))


class Unsettled(NamedTuple):
    """A piece, the names found in it, and the countries and regions its text states."""

    piece: Piece
    mentions: Sequence[Mention]
    stated: frozenset[str]


def respell(unsettled: Mapping[Key, Unsettled], gazetteer: Gazetteer) -> dict[Key, Sequence[Mention]]:
    """Add mentions for words that name nothing but are one letter from a name, in the countries the text states.

    Returns
    -------
    The mentions of those pieces that read otherwise now.
    """
    firm = {key: [mention for mention in case.mentions if not _is_loose(mention, case.stated, gazetteer)]
            for key, case in unsettled.items()}  # fmt: skip
    runs = {key: [*_free_runs(case.piece, firm[key])] for key, case in unsettled.items()}
    entries = gazetteer.nearest(
        {_misspelt_words(unsettled[key], run) for key, free_runs in runs.items() for run in free_runs}
    )
    respelt = {
        key: [_mention(unsettled[key].piece, run, firm[key], entry)
              for run in free_runs if (entry := entries.get(_misspelt_words(unsettled[key], run)))]
        for key, free_runs in runs.items()
    }  # fmt: skip
    return {key: _merge(unsettled[key].mentions, firm[key], mentions) for key, mentions in respelt.items() if mentions}


def _misspelt_words(case: Unsettled, run: tuple[int, int]) -> Misspelt:
    return " ".join(case.piece.keys[slice(*run)]), case.stated


def _merge(mentions: Sequence[Mention], firm: Sequence[Mention], respelt: Sequence[Mention]) -> list[Mention]:
    remaining = [
        mention
        for mention in mentions
        if mention in firm or not any(mention.first < new.last and new.first < mention.last for new in respelt)
    ]
    return sorted([*remaining, *respelt], key=lambda mention: mention.first)


def _is_loose(mention: Mention, stated: frozenset[str], gazetteer: Gazetteer) -> bool:
    """Tell whether a part of a piece names only places outside the areas the text states, or by another name."""
    entry = mention.entry
    homes = {area.partition(".")[0] for area in stated}
    if mention.fills_segment or entry.country or entry.regions or not stated:
        return False
    return not homes & entry.places.keys() or gazetteer.is_other_name(entry)


def _mention(piece: Piece, run: tuple[int, int], firm: Sequence[Mention], entry: Entry) -> Mention:
    first, last = run
    taken = sum(mention.last - mention.first for mention in firm)
    fills = last - first + taken >= len(piece.keys)
    return Mention(entry, first, last, " ".join(piece.keys[first:last]), fills_segment=fills, is_respelt=True)


def _free_runs(piece: Piece, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    taken = {at for mention in mentions for at in range(mention.first, mention.last)}
    free = [at not in taken and not key.isdigit() for at, key in enumerate(piece.keys)]
    for is_free, run in groupby(range(len(free)), key=free.__getitem__):
        places = list(run)
        words = [piece.keys[at] for at in places]
        is_name = is_free and len(places) <= LONGEST_RUN and sum(map(len, words)) + len(words) > SHORTEST_COUNTRY
        is_plain = all(word in NO_PLACE or word in FILLERS for word in words)
        if is_name and not (is_plain or STREETS_AFTER & {*words}):
            yield places[0], places[-1] + 1
