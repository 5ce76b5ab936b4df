"""Split profile texts into pieces, many at once, and pieces into words; which words are no place."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from string import ascii_uppercase
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.geocode.aliases import inverted_names, joined_names
from hinterland.geocode.gazetteer import NONE, Numbers, spread
from hinterland.geocode.normalize import change_lines, leave_out_accents, normalise_names

# a name of a real hamlet that is a plain word far more often; folded. Judged by reading profile locations
NO_PLACE = frozenset(
    """
    remote home house internet web online www everywhere nowhere anywhere somewhere elsewhere worldwide world global
    globe earth moon mars venus jupiter saturn pluto universe galaxy space cyberspace metaverse planet here there
    hell heaven paradise underground matrix void null none undefined unknown secret hidden private nan na n a tba
    localhost home127 cloud root dev null github gitlab google facebook twitter instagram tiktok youtube linux
    windows android code coding coder developer development software engineer engineering programmer student
    university college institute school academy campus department faculty lab labs office company inc ltd llc
    technologies technology tech systems solutions studio studios shop market mall street road avenue building
    sector plot phase suite block floor room apartment bed desk computer laptop keyboard screen basement garage kitchen
    office work
    working job hire hiring open available freelance freelancer contact email mail phone telegram discord
    she her hers he him his they them theirs it its we us our you your i me my mine the a an of to for with by as
    is am are was be been being do does did done have has had can will would should could may might must not no
    yes ok okay love hate like live lives living life born from based located currently now always never ever
    sometimes often still just only more most less much many all any some every each other another same such own
    very too so than then when where why how what who which this that these those up down in out on off over
    under between around about across through during before after above below near next nearby close far away
    good nice great best better bad worst worse new old big small little long short high low hot cold happy sad
    cool fun funny free safe server spawn area zone place places location somewhere region game games gaming
    player play friends friend family dog cat man woman boy girl people person human alien god
    heart soul mind body dream dreams hope faith peace war light dark night day days morning evening time times
    year years month week today tomorrow yesterday utc gmt est pst cet solar system solarsystem milky way
    milkyway world planet earth asia africa europe america americas eu european union oceania antarctica
    north south east west northeast northwest southeast southwest
    northern southern eastern western central center centre middle upper lower
    latin latam emea apac mena gcc balkans scandinavia nordic nordics caribbean sahara pacific atlantic ocean sea
    island islands beach mountain mountains river lake forest jungle desert sky sun star stars cloud clouds
    sweet hello hi hey welcome thanks thank please sorry see you bye
    const var let import export return function class print echo true false php html css java python rust
    mordor narnia hogwarts gotham wakanda atlantis neverland wonderland azeroth tatooine hyrule westeros konoha
    factory town city village district province state county country capital suburb suburbs downtown
    hometown road street way line side point station bus airport port harbour harbor
    nomad digital traveling travelling travel traveler relocation collaboration visa student ex
    et es en el la le les los las de del der die das den du da do dos des di un una und y e o ou og och i na
    via btw lol xd etc fully limbo purgatory dreamland
    casa hogar mundo luna tierra lado lados parte partes todas ninguna ella ellos ellas el elle remoto trabajo
    lugar nenhum planeta cidadao terra todo minha meu ela ele trabalho
    maison monde terre lune part partout quelque nulle chez moi elle teletravail
    hause zuhause welt erde mond uberall nirgendwo irgendwo sie er
    дома дом везде нигде где то мир земля планета луна интернет удаленно она он
    ev evde dunya yer her hicbir uzaktan
    rumah dunia bumi maya mana hatimu di
    thuis overal nergens wereld aarde domu swiat wszedzie ziemia mondo
    家 在家 地球 世界 互联网 网上 宇宙 火星 月球 自宅 どこか インターネット 집 지구 인터넷 우주 세계 어딘가
    البيت العالم الارض الانترنت القمر كوكب घर दुनिया पृथ्वी इंटरनेट
    """.split()
)
# codes of countries that are words too, but in capitals hardly ever
CODES_READ_ALONE = frozenset({"us"})
# they stand beside a place and add nothing: a segment of a place and such words is a place
FILLERS = frozenset(
    """
    the in at of from based located living live lives currently now near remote remotely area region city town
    metro metropolitan greater province state district county governorate prefecture department oblast krai kota
    kabupaten provincia departamento estado municipality township republic kingdom country city sometimes often
    born hello working work open to relocation mostly originally proudly somewhere around outside hybrid
    de la el le du des al linn linna town village island islands regency division parish emirate canton voivodeship
    selatan utara barat timur pusat sul leste oeste zona nord sud upstate hq
    worldwide earth planet europe asia africa world eu online home co
    """.split()
)
# the name beside one of these is a region (a state of that name, not its capital), or a city
REGION_WORDS = frozenset(
    """
    state province region governorate prefecture department oblast krai provincia departamento estado county
    voivodeship canton emirate division regency kabupaten parish division district vilayet wilaya maakond
    """.split()
)
CITY_WORDS = frozenset("city town municipality downtown kota ciudad ville stadt metro metropolitan area".split())
# what follows is where someone is not, or was
NEGATIONS = r"(?:not|never|isn'?t|outside)\b"
PAST = r"(?:ex|prev|previously|formerly|ex-?)\b[\s.\-:]*"
# a name beside one of these is the name of a street
STREETS_AFTER = frozenset("street st road rd avenue ave boulevard blvd lane ln str strasse drive highway".split())
STREETS_BEFORE = frozenset("rue calle avenida avda av jalan jl via rua ulitsa carrer corso piazza plaza".split())
# they may stand between the two
STREET_PARTICLES = frozenset("de la le del des du da do dos das las los san santa".split())


# how two pieces are joined: as parts of one address, by a dash that may be either, or as two things
NEW_TEXT, ADDRESS, DASH, SEPARATE = range(1, 5)
LONGEST_NAME, LONGEST_CODE, LONGEST_TEXT = 6, 3, 400
# where a text is cut; a part begins with the break before it
CUT = "\0"
MARKS = {joint: chr(joint) for joint in (NEW_TEXT, ADDRESS, DASH, SEPARATE)}
WORD_CHARACTERS = "'’`´ʻ.-‐‑\n"
ADDRESS_CHARACTERS = ',，、،()（）[]【】「」:："“”„«»‚。'
# a flag is the code of its country in letters of their own
REGIONAL_A = 0x1F1E6
FLAG_LETTERS = {REGIONAL_A + number: letter for number, letter in enumerate(ascii_uppercase)}
# kana to hangul: written without spaces; what universities and divisions are called in them
FIRST_UNSPACED, LAST_UNSPACED, SHORTEST_UNSPACED = "぀", "힣", 2
KINDS_OF_PLACE, DIVISIONS = (
    ("大学", "大學", "대학교", "市", "区", "區", "県", "省", "시", "구"),
    "省市区區県府都道시구도",
)
CITY_KIND = "市"
_CITY = re.compile(f"{CITY_KIND}.*[区區]")
# a prefecture, province, city, district or town at the beginning of an address
_AREA = re.compile(
    "中国|中國|日本|台湾|台灣|東京都|京都府|大阪府|北海道|[^0-9]+?(?:自治区|[県省郡区區县縣町村]|市(?!市))"
)
# a line break inside a text: lines are one text each while texts are split
OWN_BREAK = "\x0b"


class _Breaks(dict[int, int | str]):
    """Letters, marks, digits and spaces stay; a text is cut at other characters, by the break they make."""

    def __missing__(self, code: int) -> int | str:
        character = chr(code)
        category = unicodedata.category(character)
        stays = category[0] in "LMN" or category in {"Zs", "Cf"} or character in WORD_CHARACTERS
        joint = ADDRESS if character in ADDRESS_CHARACTERS else DASH if category == "Pd" else SEPARATE
        self[code] = code if stays else MARKS[joint]
        return self[code]


_BREAKS = _Breaks()
_NOISE = re.compile(
    r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@\S+|\b\d+(?:\.\d+){3}(?::\d+)?\b|\b[0-9A-Fa-f]{2,4}(?::[0-9A-Fa-f]{2,4})+\b"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
# a space that is no line break: texts are lines here
_GAP = r"[^\S\n]"
_INITIALS = re.compile(rf"\b(?:\w\.{_GAP}?){{1,}}\w\b\.?(?!\w)")
# two letters joined ("J&K"), and a code said twice: a city and its state ("NY, NY")
_LETTERS = re.compile(r"\b(\w)&(\w)\b")
_TWICE = re.compile(r", ?([A-Z]{2})\b(?:(?<=\b\1,\1)|(?<=\b\1, \1))")
_WORD_BREAKS = re.compile(r" (?:and|or|und|y|et|e|via|vs\.?) ", re.IGNORECASE)
_DOT = re.compile(r"\.(?:\.+|(?<=[^\W\d_]{3}\.)(?=\s|$|[^\W\d_]{4})|(?<=\d\.)(?=\s))")
_DASH = re.compile(r"[-‐‑](?:(?<= .)|(?= )|(?<=--)|(?=-))")
# what only some lines have: flags, addresses of the internet, initials, dots, "and"; inverted names
_ODD = re.compile("[@&.:()\U0001f1e6-\U0001f1ff]")
INVERSIONS = (" of", " of the", " du", " de", " de la", " del", ", north")
_AND = re.compile(r" (?:and|und|et|y|e) ")
_INVERTED = re.compile(
    rf"(\b[^\W\d_][\w' ]*?){_GAP}*[(,]{_GAP}*([^\W\d_][\w ]*? (?:of|of the|du|de|de la|del)){_GAP}*(?:\)|$)",
    re.IGNORECASE | re.MULTILINE,
)
_WORD_END = re.compile(r"[.'’`´ʻ\-‐‑]")
_LEFT_OUT = re.compile(rf"(?:{NEGATIONS}|{PAST})", re.IGNORECASE)
_IN_NAMES = re.compile(r"[.,()\[\]&]|\b(?:and|und|et|y|e|the)\b", re.IGNORECASE)


# a country said beside the pieces of a text: number of the text, code, the place and address it takes in the text
CountryEvidence = tuple[int, str, tuple[int, int]]


class Piece(NamedTuple):
    """A piece of text between two breaks: its words as written (long ones: capital or not), folded, with accents."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    accented: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Texts in pieces.

    `segments` has a row per piece in order: its text, its number among the distinct `pieces`, its place in the text,
    the break before it, its address. `flags` are the countries whose flags stand in texts.
    """

    segments: Numbers
    pieces: Sequence[Piece]
    flags: Sequence[CountryEvidence]


def split_texts(texts: Sequence[str]) -> Split:
    """Split profile locations into pieces; what is negated or past is left out."""
    shortened = (text[:LONGEST_TEXT].replace("\n", OWN_BREAK) for text in texts)
    lines = change_lines(shortened, lambda text: unicodedata.normalize("NFKC", text).replace("_", " "))
    odd = [at for at, line in enumerate(lines) if _is_odd(line)]
    flags = [(at, flag.translate(FLAG_LETTERS)) for at in odd for flag in _FLAG.findall(lines[at])]
    for at, line in zip(odd, change_lines([lines[at] for at in odd], _tidy), strict=True):
        lines[at] = line
    marked = MARKS[NEW_TEXT].join(["", *change_lines(lines, lambda text: _TWICE.sub(r" \1", text).translate(_BREAKS))])
    for mark in MARKS.values():
        marked = marked.replace(mark, CUT + mark)
    parts, distinct = pd.factorize(np.array(marked.split(CUT)[1:], dtype=object))
    joint, raw, count = _cut(distinct)
    numbers, pieces = _read_pieces(raw)
    _, items = spread((np.cumsum(count) - count)[parts], count[parts])
    return _place(joint[items], numbers[items], pieces, flags)


def _is_odd(line: str) -> bool:
    if _ODD.search(line):
        return True
    plain = line.casefold()
    return _AND.search(plain) is not None or plain.rstrip().endswith(INVERSIONS)


def _tidy(plain: str) -> str:
    """Leave out addresses of the internet; write names of two parts, inverted names and initials without marks."""
    plain = _NOISE.sub(" ", _FLAG.sub("|", plain))
    for pattern in _country_patterns():
        plain = pattern.sub(lambda name: _IN_NAMES.sub(" ", name[0]), plain)
    plain = _LETTERS.sub(r"\1\2", plain)
    return _INITIALS.sub(lambda initials: re.sub(r"[.\s]", "", initials[0]) + " ", _INVERTED.sub(r"\2 \1", plain))


@cache
def _country_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Write the names of countries that must not be cut as patterns: inverted ones, and those of two parts."""
    inverted = "|".join(re.escape(name.rstrip(".")) for name in inverted_names())
    link = rf"{_GAP}*(?:&|and){_GAP}*(?:the{_GAP})?"
    joined = "|".join(link.join(map(re.escape, re.split(r"\s*&\s*", name))) for name in joined_names())
    return re.compile(rf"\b(?:{inverted})(?!\w)\.?", re.IGNORECASE), re.compile(rf"\b(?:{joined})", re.IGNORECASE)


def _cut(parts: npt.NDArray[np.object_]) -> tuple[Numbers, list[str], Numbers]:
    """Cut parts smaller, at words, dashes and dots: the break before each, what it says, and how many a part has."""
    plain = _DASH.sub(CUT + MARKS[DASH], _WORD_BREAKS.sub(CUT + MARKS[SEPARATE], "\n".join(parts)))
    cut = [part.split(CUT) for part in _DOT.sub(CUT + MARKS[ADDRESS], plain).split("\n")[: len(parts)]]
    every = [*chain.from_iterable(cut)]
    joints = np.array([ord(part[0]) for part in every], dtype="int64")
    return joints, [part[1:].strip(" .") for part in every], np.array([*map(len, cut)], dtype="int64")


def _read_pieces(raw: Sequence[str]) -> tuple[Numbers, list[Piece]]:
    """Find the pieces that have words and are meant, and the number of the piece that each text is, or -1."""
    codes, distinct = pd.factorize(np.array(raw, dtype=object))
    bare = _WORD_END.sub(" ", "\n".join(distinct)).split("\n")
    words = [() if _LEFT_OUT.match(text) else plain.split() for text, plain in zip(distinct, bare, strict=False)]
    read = _read_words(dict.fromkeys(chain.from_iterable(words)))
    numbers = np.full(len(distinct), NONE)
    pieces: dict[Piece, int] = {}
    for at, text_words in enumerate(words):
        pairs = [pair for word in text_words for pair in read[word]]
        if pairs:
            numbers[at] = pieces.setdefault(Piece(*zip(*pairs, strict=True)), len(pieces))
    return numbers[codes], list(pieces)


def _read_words(words: Iterable[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Read every word: as it is spelt, folded, with accents; some are several words, some none."""
    names = normalise_names(words)
    return {
        word: [(_spelt(word, key), key, name) for key, name in zip(keys.split(), name.split(), strict=False)]
        for word, keys, name in zip(words, leave_out_accents(names), names, strict=False)
    }


def _spelt(word: str, key: str) -> str:
    """Write long words in one way, capital or not: only short ones can be codes."""
    if min(len(word), len(key)) <= LONGEST_CODE:
        return word
    return key if word[:1].islower() else key.capitalize()


def _place(joint: Numbers, piece: Numbers, pieces: Sequence[Piece], flags: Sequence[tuple[int, str]]) -> Split:
    """Say for every piece in every text how it is joined to the one before, and which address it is part of."""
    at = np.flatnonzero(piece != NONE)
    text = np.cumsum(joint == NEW_TEXT)[at] - 1
    # the strongest break since the piece before, or since the text begins
    since = np.maximum(np.flatnonzero(joint == NEW_TEXT)[text], np.append(0, at[:-1] + 1)[: len(at)])
    joined = np.maximum.reduceat(np.append(joint, NEW_TEXT), np.column_stack([since, at + 1]).ravel())[::2]
    address = np.cumsum(joined == SEPARATE)
    index = np.arange(len(at)) - np.searchsorted(text, text)
    segments = np.column_stack([text, piece[at], index, joined, address])
    first, last = (np.searchsorted(text, [number for number, _ in flags], side) for side in ("left", "right"))
    ends = zip((last - first).tolist(), np.append(address, NONE)[last - 1].tolist(), strict=True)
    return Split(segments, pieces, [(*flag, end) for flag, end in zip(flags, ends, strict=True)])


def names_in(keys: Sequence[str]) -> Iterator[str]:
    """List every run of words that could be a name."""
    for length in range(1, min(LONGEST_NAME, len(keys)) + 1):
        for first in range(len(keys) - length + 1):
            yield " ".join(keys[first : first + length])
    if len(keys) > LONGEST_NAME:
        yield " ".join(keys)
    yield from {name for key in keys if key >= FIRST_UNSPACED for names in unspaced(key) for name in names}


def unspaced(key: str) -> Iterator[tuple[str, ...]]:
    """List how a Chinese, Japanese or Korean word may be made of names: one and a kind, two, or an address."""
    if len(key) <= SHORTEST_UNSPACED or not FIRST_UNSPACED <= key[0] <= LAST_UNSPACED:
        return
    is_word = all(FIRST_UNSPACED <= letter <= LAST_UNSPACED for letter in key)
    # parts of a city are called alike in many cities
    yield from _address_names(key) if _CITY.search(key) else ()
    yield from _joined_names(key) if is_word else ()
    yield from _address_names(key)


def _address_names(key: str) -> Iterator[tuple[str, ...]]:
    """List the areas an address begins with, down to its city ("大阪府大阪市北区梅田3"), the most first."""
    areas = _AREA.findall(key)
    cities = [at for at, area in enumerate(areas, 1) if area.endswith(CITY_KIND)]
    for count in range(cities[-1] if cities else len(areas), 0, -1):
        yield tuple(areas[:count])
        yield tuple(area[:-1] if len(area) > SHORTEST_UNSPACED else area for area in areas[:count])


def _joined_names(key: str) -> Iterator[tuple[str, ...]]:
    for kind in KINDS_OF_PLACE:
        if key.endswith(kind):
            yield (key.removesuffix(kind),)
    for cut in range(SHORTEST_UNSPACED, len(key) - 1):
        for tail in {key[cut:], key[cut:].rstrip(DIVISIONS)}:
            yield from ((head, tail) for head in {key[:cut], key[:cut].rstrip(DIVISIONS)} if head and tail)
