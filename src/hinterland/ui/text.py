"""Text from outside as text, numbers as people say them, and remedies as the app offers them."""

import re

from hinterland.pipeline import Findings

SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
# The sentences name options of the command line; here each has a control of its own.
CONTROLS = {
    "leave --level out": 'choose "Countries" as kind of market',
    "Say --covers": 'Say so under "The list covers"',
    "say --covers listed": 'choose "Only the places it names" under "The list covers"',
    "name one as in --map country=COLUMN": 'choose one under "Not read right?"',
    "--map": '"Not read right?"',
    "--encoding": '"Encoding"',
    "--covers": '"The list covers"',
    "--level": '"Kind of market"',
}


def literal(text: object) -> str:
    """Write any text so that Markdown shows it as it is."""
    return SIGNS.sub(r"\\\1", " ".join(str(text).split()))


def in_app(sentence: str) -> str:
    """Name the app's own controls where a sentence names options of the command line."""
    for option, control in CONTROLS.items():
        sentence = sentence.replace(option, control)
    return sentence


def people(count: float) -> str:
    """Write a number of people short: 1.2M, 340K, 85."""
    for size, sign, digits in ((1e6, "M", 1), (1e3, "K", 0 if count >= 1e4 else 1)):  # noqa: PLR2004 - 9.7K but 97K
        if count >= size:
            return f"{count / size:,.{digits}f}{sign}"
    return f"{count:,.0f}"


def rows_in(findings: Findings) -> str:
    """Say in one line what became of the rows of a list."""
    counts, located = findings.counts, findings.located
    placed = located["coordinates"] + located["columns"] + located["text"]
    return (
        f"{counts['used']:,} rows used: {placed:,} placed, {located['country_only']:,} by country only, "
        f"{located['nowhere']:,} without a place · {counts['merged']:,} duplicates merged · "
        f"{counts['rejected']:,} rejected"
    )
