"""Sentences as data, and the languages that render them at the edge: command line, app, map page, brief, slide.

A sentence is made where it arises, as a `Text` (or a `Notice`, which also has a code): an English template and the
values of its {names}. It is rendered where somebody reads it, by a `Language`, which is handed down to that place.

To add a sentence:

1. Write it as a literal: `Text("{count} market is new.", "{count} markets are new.", count=new)`; the second template
   is for any count but one. Labels without values are said at once: `language.say("Verdict")`. A word that is
   data (a class, a field) is marked where it is listed, `later("under-served")`, and said as `language.say(value)`.
2. Values stay what they are: numbers, names, lists, other texts, a `Country`, a `SpokenLanguage`, a `Control` (what the
   reader can set). A float shows tenths below ten, `{share:%}` and `{share:.1%}` a percentage, `{ratio:.2f}` fixed
   decimals, `{name!r}` quotation marks; a list is joined by commas, or in words with `{names:or}` and `{names:and}`, or
   by semicolons with `{names:;}`, or one after the other with `{sentences: }`. `{country:in}` says where: "in the
   United States", "in den Vereinigten Staaten". What is missing is "unknown".
3. Add the English templates with their translations to `messages/locale/*.po`; keep names and formats. The tests find
   whatever is missing, stale or different there.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from math import floor, isnan, log10
from numbers import Integral, Real
from string import Formatter
from typing import Any, Literal

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal, format_percent

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "pt": "Português"}
ENGLISH = "en"
QUOTES = {"de": "„“", "es": "«»", "pt": "“”"}
Door = Literal["command line", "app", "Python"]
MISSING = frozenset(("nan", "None", "<NA>", "NaT"))
# where nothing is known: in a cell a dash, in a sentence a word
UNKNOWN = "–"  # noqa: RUF001 - the sign for nothing known
# creators below this may be counted in tenths
FEW = 10
SHORT_FROM = 1_000
WHERE = "in"
SEPARATORS = {";": "; ", " ": " "}
ENVIRONMENT = ("LC_ALL", "LC_MESSAGES", "LANG")


class Text:
    """A sentence or a clause: an English template, and the values of its names.

    Parameters
    ----------
    template
        Names in braces; the key of the catalogues.
    plural
        Used instead where the value `count` is not one.
    values
        Numbers, names, lists of them, or other texts.
    """

    def __init__(self, template: str, plural: str = "", /, **values: Any) -> None:  # noqa: ANN401 - rendered by kind
        """Keep template and values."""
        self.template, self.plural, self.values = template, plural, values

    def __str__(self) -> str:
        """Render in English, as Python shows it."""
        return IN_ENGLISH.render(self)

    def __repr__(self) -> str:
        """Show the sentence."""
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, candidate: object) -> bool:
        """Compare what is said."""
        return type(self) is type(candidate) and vars(self) == vars(candidate)

    def __hash__(self) -> int:
        """Hash by the template."""
        return hash(self.template)


class Notice(Text):
    """A warning: a stable code for scripts, and a sentence for people."""

    def __init__(self, code: str, template: str, plural: str = "", /, **values: Any) -> None:  # noqa: ANN401 - as above
        """Keep the code too."""
        super().__init__(template, plural, **values)
        self.code = code

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return str(self)


@dataclass(frozen=True)
class Country:
    """A country in a sentence: its code, and its name in the tables, which is the English one."""

    code: str
    name: str

    def name_in(self, language: "Language") -> str:
        """Name it in a language."""
        return language.country(self.code, self.name)


@dataclass(frozen=True)
class SpokenLanguage:
    """A language in a sentence, by its code."""

    code: str

    def name_in(self, language: "Language") -> str:
        """Name it in a language."""
        return str(language.locale.languages.get(self.code, self.code))


@dataclass(frozen=True)
class Control:
    """What a reader can set: an option of the command line, a control of the app; and what to set it to.

    In Python it is called like the option, unless `argument` says otherwise.
    """

    option: str
    label: str = ""
    value: str = ""
    value_label: str = ""
    argument: str = ""

    def name_in(self, language: "Language") -> str:
        """Name it as it is called where the reader is."""
        if language.door == "Python":
            name = self.option.removeprefix("--").replace("-", "_")
            return self.argument or (f"{name}={self.value!r}" if self.value else name)
        if language.door == "command line" or not self.label:
            return f"{self.option} {self.value}".rstrip()
        return ": ".join(f'"{language.say(name)}"' for name in (self.label, self.value_label) if name)


def later(sentence: str) -> str:
    """Mark a sentence for the catalogues that is rendered elsewhere."""
    return sentence


WORDS = (later("unknown"),)


def to_two_digits(value: float) -> float:
    """Round to two significant digits: more would promise what an estimate cannot keep."""
    return float(f"{value:.2g}")


@dataclass(frozen=True)
class Language:
    """A language with the region whose numbers it writes, and the door it speaks at."""

    locale: Locale
    door: Door = "command line"

    def for_pages(self) -> "Language":
        """Name settings in words, as the app does: files are read by others than who made them."""
        return replace(self, door="app")

    @classmethod
    def of(cls, name: "str | Language | None", door: Door = "command line") -> "Language":
        """Give the language of a code or locale name (`de`, `de_AT`, `pt-BR`, `es_ES.UTF-8`); English if it is none."""
        if isinstance(name, Language):
            return name
        return cls(_parse_locale(name or ENGLISH) or Locale(ENGLISH), door)

    @classmethod
    def of_system(cls) -> "Language":
        """Give the language of the environment, as programs choose it: LC_ALL, then LC_MESSAGES, then LANG."""
        return cls.of(next(filter(None, map(os.environ.get, ENVIRONMENT)), ENGLISH))

    @property
    def code(self) -> str:
        """The two letters of the language."""
        return self.locale.language

    def render(self, text: str | Text) -> str:
        """Write a text in this language; a plain string, such as a name from a list, stays as it is."""
        if isinstance(text, str):
            return text
        if text.plural and (_is_missing(count := text.values["count"]) or count != 1):
            return self.say(text.plural, **text.values)
        return self.say(text.template, **text.values)

    def say(self, sentence: str, /, **values: Any) -> str:  # noqa: ANN401 - rendered by kind
        """Write an English sentence in this language, with values in place of its {names}."""
        template = catalogue(self.code).get(sentence, sentence)
        return self._filler.vformat(template, (), values) if values else template

    def describe(self, notice: Notice) -> dict[str, str]:
        """Return code and sentence, as machines read them."""
        return {"code": notice.code, "sentence": self.render(notice)}

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with at most so many decimals; a dash where there is none."""
        if _is_missing(value):
            return UNKNOWN
        text = f"{value:,.{digits}f}"
        if self.locale.decimal_formats[None].grouping != (3, 3):
            return format_decimal(round(float(value), digits), locale=self.locale)
        return (text.rstrip("0").rstrip(".") if digits else text).translate(self._signs)

    def fixed(self, value: float, digits: int) -> str:
        """Write a number with exactly so many decimals."""
        return UNKNOWN if _is_missing(value) else f"{value:,.{digits}f}".translate(self._signs)

    def amount(self, number: float) -> str:
        """Write a number of creators: tenths only where there are few."""
        return self.number(number, int(not _is_missing(number) and abs(number) < FEW))

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share (0-1) as a percentage."""
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", f"#,##0.{'#' * digits}".rstrip("."))
        return UNKNOWN if _is_missing(share) else format_percent(share, pattern, self.locale)

    def people(self, count: float) -> str:
        """Write a number of people short, in two digits: 1.2M, 340K, 85."""
        if _is_missing(count):
            return UNKNOWN
        rounded = to_two_digits(count) if count >= SHORT_FROM else round(count)
        short = format_compact_decimal(rounded, locale=self.locale, fraction_digits=1)
        # German has no short form of thousands
        return self.number(rounded) if short.isdecimal() else short

    def country(self, code: str, name: str) -> str:
        """Name a country; in English as the tables do."""
        return name if self.code == ENGLISH else str(self.locale.territories.get(code, name))

    def inside(self, place: str | Country) -> str:
        """Say where, with the preposition and the article of the language: "in Lyon", "in the United States"."""
        phrases = phrases_of_place(self.code)
        if isinstance(place, str):
            return phrases[""].format(place)
        return phrases.get(place.code, phrases[""]).format(place.name_in(self))

    def quote(self, text: str) -> str:
        """Put quotation marks around a text, and show what in it cannot be printed."""
        plain, marks = repr(str(text)), QUOTES.get(self.code)
        return f"{marks[0]}{plain[1:-1]}{marks[1]}" if marks else plain

    @cached_property
    def _signs(self) -> dict[int, str]:
        symbols = self.locale.number_symbols["latn"]
        return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})

    @cached_property
    def _filler(self) -> "_Filler":
        return _Filler(self)


class _Filler(Formatter):
    """Fills a template, each value written by its kind."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def convert_field(self, value: Any, conversion: str | None) -> Any:  # noqa: ANN401 - rendered by kind
        if conversion != "r":
            return value
        return [self.language.quote(entry) for entry in value] if _is_list(value) else self.language.quote(value)

    def format_field(self, value: Any, spec: str) -> str:  # noqa: ANN401 - rendered by kind
        language = self.language
        if spec == WHERE:
            return language.inside(value)
        if isinstance(value, str | Text):
            return language.render(value)
        if isinstance(value, Country | SpokenLanguage | Control):
            return value.name_in(language)
        if _is_list(value):
            return _join([self.format_field(entry, "") for entry in value], spec, language.locale)
        if _is_missing(value):
            return language.say(WORDS[0])
        return _format_number(value, spec, language) if isinstance(value, Real) else str(value)


def _format_number(value: Any, spec: str, language: Language) -> str:  # noqa: ANN401 - numbers of any library
    digits = int(spec[1:-1]) if spec.startswith(".") else 0
    if spec == "~%":
        return language.percent(value, max(0, -1 - floor(log10(value))) if value > 0 else 0)
    if spec.endswith("%"):
        return language.percent(float(value), digits)
    if spec.endswith("f"):
        return language.fixed(value, digits)
    return language.number(int(value)) if isinstance(value, Integral) else language.amount(value)


def _join(texts: Sequence[str], spec: str, locale: Locale) -> str:
    if spec == "or":
        return format_list(texts, style="or", locale=locale)
    if spec == "and":
        return format_list(texts, style="standard", locale=locale)
    return SEPARATORS.get(spec, ", ").join(texts)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_missing(value: object) -> bool:
    return isnan(value) if isinstance(value, float) else str(value) in MISSING


def _parse_locale(name: str) -> Locale | None:
    """Find a locale of one of the languages: with its region if that is known, else the language alone."""
    # what a browser or an environment calls its locale is text from outside
    plain = name.partition(".")[0].partition("@")[0].replace("-", "_")
    for candidate in (plain, plain.partition("_")[0].lower()):
        try:
            locale = Locale.parse(candidate)
        except (ValueError, UnknownLocaleError, TypeError):
            continue
        return locale if locale.language in LANGUAGES else None
    return None


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Read the sentences of a language by their English ones; none for English."""
    if code == ENGLISH:
        return {}
    from babel.messages.pofile import read_po  # noqa: PLC0415 - English needs none

    with files("hinterland.messages").joinpath("locale", f"{code}.po").open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream, code) if message.id}


@cache
def phrases_of_place(code: str) -> Mapping[str, str]:
    """Read how a language says that something is in a country, by its code; by nothing what it says of all others."""
    table = tomllib.loads(files("hinterland.messages").joinpath("locale", "places.toml").read_text(encoding="utf-8"))
    return {country: phrase for phrase, codes in table[code].items() for country in codes.split() or ("",)}


IN_ENGLISH = Language(Locale(ENGLISH), "Python")
