"""Whether a list can tell markets apart, in words: by their intervals, never by their middles alone."""

import pandas as pd

from hinterland.ui.words.text import say


def told_apart(rows: pd.DataFrame) -> list[str]:
    """Say of each market and the next fuller one whether this list can tell them apart."""
    known = rows[rows["saturation"].notna()].sort_values("saturation")
    names, lows, highs = (known[name].tolist() for name in ("name", "saturation_low", "saturation_high"))
    return [
        say("{one} has less of its share than {other}: their intervals do not meet.", one=one, other=other)
        if high < low
        else say("{one} and {other} cannot be told apart: their intervals overlap.", one=one, other=other)
        for one, other, high, low in zip(names[:-1], names[1:], highs[:-1], lows[1:], strict=True)
    ]
