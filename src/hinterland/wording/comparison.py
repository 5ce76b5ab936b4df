"""What is said of two rankings side by side."""


def compared(judged: int, changed: int, apart: int) -> str:
    """Sum up how far two rankings differ, and how much of that the intervals bear out."""
    return (
        f"Of {judged:,} markets judged on either side, {changed:,} are called differently. In {apart:,} markets the "
        "two intervals lie apart. Where they overlap, the label may have changed, the evidence hardly did."
    )
