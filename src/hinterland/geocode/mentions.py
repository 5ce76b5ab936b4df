"""Find the names in the segments of a text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hinterland.geocode.gazetteer import Entry, Gazetteer
from hinterland.geocode.reading import LONGEST_NAME, Mention, Segment, Text
from hinterland.geocode.words import CITY_WORDS, FILLERS, NO_PLACE, REGION_WORDS, STREETS_AFTER, STREETS_BEFORE

LONGEST_CODE = 3


def find_mentions(text: Text, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> list[Mention]:
    """Find the names in a text: a whole segment if it is one, else the longest runs of words that are."""
    found = [mention for segment in text.segments for mention in _Finder(segment, entries, gazetteer).find()]
    last = text.segments[-1] if text.segments else None
    at = (last.index + 1, last.address) if last else (0, 0)
    flags = [Mention(Entry({}, (), code), *at, is_outside=True) for code in text.flags if code in gazetteer.country]
    return [*found, *flags]


@dataclass(frozen=True, slots=True)
class _Finder:
    segment: Segment
    entries: Mapping[str, Entry]
    gazetteer: Gazetteer

    def find(self) -> list[Mention]:
        """Try the whole segment, the segment without the fillers at its ends, then runs of words."""
        is_name = [not _is_filler(key) for key in self.segment.keys]
        whole = self._mention(0, len(is_name))
        if whole or not any(is_name):
            return [whole] if whole else []
        core = self._mention(is_name.index(True), len(is_name) - is_name[::-1].index(True))
        return [core] if core else self._runs()

    def _runs(self) -> list[Mention]:
        free = [True] * len(self.segment.keys)
        found: list[Mention] = []
        for length in range(min(LONGEST_NAME, len(free)), 0, -1):
            for first in range(len(free) - length + 1):
                mention = self._mention(first, first + length) if all(free[first : first + length]) else None
                if mention:
                    free[first : first + length] = [False] * length
                    found.append(mention)
        explained = all(not left or _is_filler(key) for left, key in zip(free, self.segment.keys, strict=True))
        return [replace(one, fills_segment=explained) for one in sorted(found, key=lambda mention: mention.first)]

    def _mention(self, first: int, last: int) -> Mention | None:
        keys, words = self.segment.keys[first:last], self.segment.words[first:last]
        entry = self._entry(keys[0], words[0]) if len(keys) == 1 else self.entries.get(" ".join(keys))
        if len(keys) == len(self.segment.keys):
            entry = self.gazetteer.demonym(" ".join(keys)) or entry
        if entry is None or self._is_no_place(first, last, is_sure=entry.is_code or entry.country is not None):
            return None
        beside = {*self.segment.keys[max(first - 2, 0) : first], *self.segment.keys[last : last + 1]}
        rest = (*self.segment.keys[:first], *self.segment.keys[last:])
        return Mention(
            entry, self.segment.index, self.segment.address, first, last, self.segment.joint, " ".join(keys),
            fills_segment=all(map(_is_filler, rest)),
            is_capital=not any(word[:1].islower() for word in words if word.casefold() not in FILLERS),
            is_upper=words[0].isupper(),
            is_short=entry.is_code or (len(keys) == 1 and _is_short(words[0]) and entry.country is None),
            wants_region=bool(beside & REGION_WORDS),
            wants_city=bool(beside & CITY_WORDS),
        )  # fmt: skip

    def _is_no_place(self, first: int, last: int, *, is_sure: bool) -> bool:
        keys = self.segment.keys
        plain = all(key in NO_PLACE or key.isdigit() for key in keys[first:last]) and not is_sure
        after, before = keys[last : last + 1], keys[first - 1 : first] if first else ()
        return plain or bool(STREETS_AFTER & {*after}) or bool(STREETS_BEFORE & {*before})

    def _entry(self, key: str, word: str) -> Entry | None:
        """Look a word up: as a name, and if it is short as a code."""
        is_named = key not in NO_PLACE or (word.isupper() and self.gazetteer.abbreviates(key))
        named = self.entries.get(key) if is_named else None
        if not _is_short(word):
            return named
        code = self.gazetteer.code(word) if word.isupper() or key not in NO_PLACE | FILLERS else None
        if code is None or named is None:
            return named or code
        regions = tuple(dict.fromkeys((*named.regions, *code.regions)))
        return Entry({**code.places, **named.places}, regions, named.country or code.country, named.country is None)


def _is_filler(key: str) -> bool:
    return key in FILLERS or key.isdigit()


def _is_short(word: str) -> bool:
    return 1 < len(word) <= LONGEST_CODE and word.isascii() and word.isalpha()
