"""Text from outside as text, numbers as people say them, and remedies as the app offers them."""

import re
from math import isnan

from babel.numbers import format_compact_decimal, format_decimal, format_percent

from hinterland.pipeline import Findings
from hinterland.ui.words.language import catalogue, language, locale

# Streamlit makes pictures of :icon: and signs of ->, also where Markdown is told not to: nothing seen stands between
JOINER = "\u2060"
SPECIAL = re.compile(r"(?<=:)(?=[\w+/-]+:)|(?<=[<>=~-])(?=[<>=-])")
UNKNOWN = "–"  # noqa: RUF001 - the sign for nothing known
SHORT_FROM = 1_000
SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
# The sentences name options of the command line; here each has a control of its own.
CONTROLS = {
    "leave --level out": 'choose "Countries" as kind of market',
    "Say --covers": 'Say so under "The list covers"',
    "say --covers listed": 'choose "Only the places it names" under "The list covers"',
    "name one as in --map country=COLUMN": "choose what one of them holds in the table of columns",
    "and name it as in --map location=COLUMN": "and say so in the table of columns",
    "--map": "the table of columns",
    "--encoding": '"Encoding"',
    "--covers": '"The list covers"',
    "--level": '"Kind of market"',
}


def literal(text: object) -> str:
    """Write any text so that Markdown shows it as it is."""
    apart = SPECIAL.sub(JOINER, " ".join(str(text).split()))
    return SIGNS.sub(r"\\\1", apart)


def in_app(sentence: str) -> str:
    """Name the app's own controls where a sentence names options of the command line."""
    for option, control in CONTROLS.items():
        sentence = sentence.replace(option, control)
    return sentence


def say(sentence: str, /, **values: object) -> str:
    """Say an English sentence in the visitor's language, with values in place of its {names}."""
    told = catalogue(language()).get(sentence) or sentence
    return told.format(**values) if values else told


def say_count(one: str, many: str, /, count: float, **values: object) -> str:
    """Say how many there are: the sentence for one, or the one for any other {count}."""
    return say(one if count == 1 else many, count=number(count), **values)


def number(value: float, digits: int = 0) -> str:
    """Write a number as the visitor's region does; a dash where there is none."""
    return UNKNOWN if isnan(value) else format_decimal(round(value, digits), f"#,##0.{'#' * digits}", locale())


def percent(share: float, digits: int = 0) -> str:
    """Write a share (0-1) as the visitor's region writes percents."""
    told = locale()
    pattern = told.percent_formats[None].pattern.replace("#,##0", f"#,##0.{'#' * digits}" if digits else "#,##0")
    return UNKNOWN if isnan(share) else format_percent(share, pattern, told)


def people(count: float) -> str:
    """Write a number of people short, in two digits: 1.2M, 340K, 85."""
    if isnan(count):
        return UNKNOWN
    rounded = float(f"{count:.2g}") if count >= SHORT_FROM else round(count)
    return format_compact_decimal(rounded, locale=locale(), fraction_digits=1)


def rows_in(findings: Findings) -> str:
    """Say in one line what became of the rows of a list."""
    counts, located = findings.counts, findings.located
    return say(
        "{used} rows used: {placed} placed, {country_only} by country only, {nowhere} without a place · {merged} "
        "duplicates merged · {rejected} rejected",
        placed=number(findings.placed),
        **{name: number(counts[name]) for name in ("used", "merged", "rejected")},
        **{name: number(located[name]) for name in ("country_only", "nowhere")},
    )
