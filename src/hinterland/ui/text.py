"""Text from outside as text: names are data, never Markdown."""

import re

SIGNS = re.compile(r"([!-/:-@\[-`{-~])")


def literal(text: object) -> str:
    """Write any text so that Markdown shows it as it is."""
    return SIGNS.sub(r"\\\1", " ".join(str(text).split()))


def people(count: float) -> str:
    """Write a number of people short: 1.2M, 340K, 85."""
    for size, sign in ((1e6, "M"), (1e3, "K")):
        if count >= size:
            return f"{count / size:,.1f}{sign}"
    return f"{count:,.0f}"
