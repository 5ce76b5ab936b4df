"""What is said of two rankings side by side."""


def compared(one_side: int, both: int, changed: int, apart: int) -> str:
    """Sum up how far two rankings differ, and how much of that the intervals bear out."""
    return (
        f"Of {both:,} markets judged on both sides, {changed:,} are called differently; in {apart:,} the two "
        "intervals lie apart. Where they overlap, the label may have changed, the evidence hardly did. "
        f"{one_side:,} more can be judged on one side only."
    )
