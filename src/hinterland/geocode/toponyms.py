"""Find the names in the pieces of a text, as they are spelt."""

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from hinterland.geocode.gazetteer import Entry, Gazetteer
from hinterland.geocode.tokenize import (
    CITY_WORDS,
    FILLERS,
    FIRST_UNSPACED,
    LONGEST_NAME,
    NO_PLACE,
    REGION_WORDS,
    STREET_PARTICLES,
    STREETS_AFTER,
    STREETS_BEFORE,
    Piece,
    unspaced,
)

LONGEST_CODE = 3


class Mention(NamedTuple):
    """A name found in a piece of text, all it can mean, which words it takes and how it is written.

    `accented` is the name with its accents where the piece has any; `is_plain` marks plain words a town is called too;
    `is_outside` marks what is said beside the text: a flag, a column.
    """

    entry: Entry
    first: int = 0
    last: int = 0
    key: str = ""
    accented: str = ""
    fills_segment: bool = True
    is_capital: bool = True
    is_upper: bool = False
    is_short: bool = False
    is_plain: bool = False
    wants_region: bool = False
    wants_city: bool = False
    is_respelt: bool = False
    is_outside: bool = False


def find_mentions(piece: Piece, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> list[Mention]:
    """Find the names in a piece: the whole if it is one, else the longest runs of words that are."""
    return _Finder(*piece, entries, gazetteer).find()


class _Finder(NamedTuple):
    words: Sequence[str]
    keys: Sequence[str]
    accented: Sequence[str]
    entries: Mapping[str, Entry]
    gazetteer: Gazetteer

    def find(self) -> list[Mention]:
        """Try the whole piece, the piece without the fillers at its ends, then runs of words."""
        entry = self._entry(0, len(self.keys))
        if entry:
            return [self._mention(0, len(self.keys), entry)]
        is_name = [not is_filler(key) for key in self.keys]
        if not any(is_name):
            return []
        first, last = is_name.index(True), len(is_name) - is_name[::-1].index(True)
        core = self._entry(first, last) if last - first < len(self.keys) else None
        if core:
            return [self._mention(first, last, core)]
        return self._runs() if len(self.keys) > 1 else self._unspaced(0)

    def _unspaced(self, at: int) -> list[Mention]:
        for names in unspaced(self.keys[at]):
            entries = [self.entries.get(name) for name in names]
            if all(entries):
                return [Mention(entry, at, at + 1, name) for name, entry in zip(names, entries, strict=True) if entry]
        return []

    def _runs(self) -> list[Mention]:
        free = [True] * len(self.keys)
        runs: list[tuple[int, int, Entry]] = []
        for first, last in self._name_runs():
            entry = self._entry(first, last) if all(free[first:last]) else None
            if entry:
                free[first:last] = [False] * (last - first)
                runs.append((first, last, entry))
        fills = all(not left or is_filler(key) for left, key in zip(free, self.keys, strict=True))
        mentions = [self._mention(*run, fills=fills) for run in runs]
        open_words = [at for at, is_free in enumerate(free) if is_free and self.keys[at] >= FIRST_UNSPACED]
        joined = [mention for at in open_words for mention in self._unspaced(at)]
        return sorted([*mentions, *joined], key=attrgetter("first"))

    def _name_runs(self) -> Iterator[tuple[int, int]]:
        """List the runs of some words that may be names, the longest first; single words may also be codes."""
        keys, entries = self.keys, self.entries
        for length in range(min(LONGEST_NAME, len(keys) - 1), 1, -1):
            for first in range(len(keys) - length + 1):
                if " ".join(keys[first : first + length]) in entries:
                    yield first, first + length
        for at, (key, word) in enumerate(zip(keys, self.words, strict=True)):
            if key in entries or len(word) <= LONGEST_CODE:
                yield at, at + 1

    def _mention(self, first: int, last: int, entry: Entry, *, fills: bool = True) -> Mention:
        keys, words = self.keys, self.words[first:last]
        neighbours = {*keys[max(first - 2, 0) : first], *keys[last : last + 1]}
        is_named = entry.is_code or entry.country is not None
        is_short = entry.is_code or (len(words) == 1 and not is_named and _is_short(words[0]))
        accented = "" if self.accented == keys else " ".join(self.accented[first:last])
        is_capital = all(not word[0].islower() or word.casefold() in FILLERS for word in words)
        # by place: by name it takes longer than all the rest
        return Mention(
            entry, first, last, " ".join(keys[first:last]), accented, fills,
            is_capital, words[0].isupper(), is_short, not is_named and self._is_plain(first, last),
            not neighbours.isdisjoint(REGION_WORDS), not neighbours.isdisjoint(CITY_WORDS),
        )  # fmt: skip

    def _entry(self, first: int, last: int) -> Entry | None:
        """Look up a run of words, unless it is words that are no place or the name of a street."""
        name = " ".join(self.keys[first:last])
        entry = self._word(name, self.words[first]) if last - first == 1 else self.entries.get(name)
        if last - first == len(self.keys):
            entry = self.gazetteer.demonym(name) or entry
        if entry is None and last - first > 1:
            return None
        if (entry is None or not (entry.is_code or entry.country)) and self._is_plain(first, last):
            entry = self._town(first, last)
        return None if entry is None or self._is_street(first, last) else entry

    def _is_plain(self, first: int, last: int) -> bool:
        plain = self.keys[first] in NO_PLACE or self.keys[first].isdigit()
        return plain and (last - first == 1 or self._is_plain(first + 1, last))

    def _town(self, first: int, last: int) -> Entry | None:
        """Look up plain words that a town is called too ("Long Beach"), a single one only where it stands alone."""
        name = " ".join(self.keys[first:last])
        is_name = self.words[first][:1].isupper() and (last - first > 1 or len(self.keys) == 1)
        is_name = is_name and not all(map(is_filler, self.keys[first:last]))
        return self.gazetteer.towns(self.entries[name]) if is_name and name in self.entries else None

    def _is_street(self, first: int, last: int) -> bool:
        if last - first < len(self.keys) and self.keys[first] in STREETS_BEFORE:
            return True
        is_before = last < len(self.keys) and self.keys[last] in STREETS_AFTER
        start = first
        while start and self.keys[start - 1] in STREET_PARTICLES:
            start -= 1
        return is_before or (start > 0 and self.keys[start - 1] in STREETS_BEFORE)

    def _word(self, key: str, word: str) -> Entry | None:
        """Look a word up: as a name, and if it is short as a code."""
        if len(key) == 1 and key.isascii():
            return None
        is_named = key not in NO_PLACE or (word.isupper() and self.gazetteer.abbreviates(key))
        entry = self.entries.get(key) if is_named else None
        if entry and len(self.keys) > 1 and len(key) <= LONGEST_CODE and key.isascii():
            # other names of three letters are codes of airports: only where they stand alone
            entry = self.gazetteer.by_own_name(entry)
        if not _is_short(word):
            return entry
        code = self.gazetteer.code(word) if word.isupper() or key not in NO_PLACE | FILLERS else None
        if code is None or entry is None:
            return entry or code
        regions = tuple(dict.fromkeys((*entry.regions, *code.regions)))
        return Entry({**entry.places, **code.places}, regions, entry.country or code.country, entry.country is None)


def is_filler(key: str) -> bool:
    """Tell whether a word beside a place adds nothing to it."""
    return key in FILLERS or key.isdigit()


def _is_short(word: str) -> bool:
    return 1 < len(word) <= LONGEST_CODE and word.isascii() and word.isalpha()
