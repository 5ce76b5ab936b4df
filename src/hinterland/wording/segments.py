"""What is said of a brand's own creators; their handles never are."""

from hinterland.wording import Notice


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
