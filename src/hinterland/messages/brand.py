"""What is said of some of the creators: a brand's own, whose handles never are, and those of a segment."""

from collections import Counter
from collections.abc import Mapping

from hinterland.messages import Notice

MOST_NAMED = 12


def brand_found(creators: int, placed: float, level: str) -> Notice:
    """Word how many creators of the list the brand already works with."""
    return Notice(
        "brand_found",
        f"Creators of the list that are the brand's own: {creators:,}; of them placed in a {level} market and "
        f"among the creators ranked: {placed:,.10g}.",
    )


def brand_nobody(lost: int, handles: int) -> Notice:
    """Word the handles that are not in the list."""
    return Notice("brand_nobody", f"{lost:,} of the {handles:,} handles of the brand's file match nobody in the list.")


def brand_later(marks: int) -> Notice:
    """Word the marks in rows that are not used."""
    return Notice(
        "brand_later",
        f"Marks of the brand in later rows of a creator, which are not used: {marks:,}. A creator is the brand's own "
        "only if the first of its rows is marked.",
    )


def brand_unclear(column: str, cells: int) -> str:
    """Refuse a column that holds anything but yes and no."""
    return (
        f"--brand {column}: {cells:,} cells of that column are neither yes nor no; "
        "write yes or no, or name a file of handles, one a line"
    )


def brand_unknown(brand: str, why: str) -> str:
    """Refuse what is neither a file nor a column."""
    return f"--brand {brand}: {why}; name a file of handles, one a line, or a yes/no column of the list"


def nobody_in_segment(segment: Mapping[str, str], counts: Mapping[str, Counter[str]]) -> str:
    """Refuse a tier, platform or niche that no creator of the list is of, with those the list has."""
    folded = {name: {value.casefold() for value in values} for name, values in counts.items()}
    unknown = [name for name, value in segment.items() if value.casefold() not in folded[name]]
    if unknown:
        return "; ".join(_unknown(name, segment[name], counts[name]) for name in unknown)
    together = " and ".join(f"{name} {value!r}" for name, value in segment.items())
    return f"no creator of this list is of {together} at once: choose fewer of them"


def _unknown(name: str, value: str, counts: Counter[str]) -> str:
    if not counts:
        return f"{name} {value!r}: this list names no {name}, so none can be chosen"
    order = sorted(counts, key=lambda choice: (-counts[choice], choice))
    more = f" and {len(order) - MOST_NAMED:,} more" if len(order) > MOST_NAMED else ""
    names = ", ".join(f"{choice} ({counts[choice]:,})" for choice in order[:MOST_NAMED])
    return f"{name} {value!r}: no creator of this list is of that {name}; it has {names}{more}"


def summarise_changes(one_side: int, both: int, changed: int, disjoint: int) -> str:
    """Sum up how far two rankings differ, and how much of that the intervals bear out."""
    return (
        f"Of {both:,} markets judged on both sides, {changed:,} are called differently; in {disjoint:,} the two "
        "intervals lie apart. Where they overlap, the label may have changed, the evidence hardly did. "
        f"{one_side:,} more can be judged on one side only."
    )
