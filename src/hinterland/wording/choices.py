"""What the choices of a run do to its model: spill-over, and traits of countries."""

from hinterland.wording import Notice

TRAITS = {
    "income": "income",
    "urban_share": "share of townspeople",
    "age": "median age",
    "language_reach": "reach of its language",
}


def spilled(how: str) -> Notice:
    """Word what spill-over does."""
    return Notice(
        "spill_over",
        f"Audiences spill over ({how}): creators and expected creators count where audiences are likely to live, the "
        "smaller the creator the closer to home. Distances are assumed; neighbours share creators, so their results "
        "are not independent. Intervals come out too wide if audiences do spill over, and too narrow if they do not.",
    )


def covariate(name: str, effect: tuple[float, float, float]) -> Notice:
    """Word what a trait of countries does; `effect` is a factor per standard deviation, and its interval."""
    times, low, high = effect
    return Notice(
        f"covariate_{name}",
        f"The world lens compares each country with countries like it in {TRAITS[name]}: one standard deviation more "
        f"goes with {times:.2f} times the creators (between {low:.2f} and {high:.2f}); an association, not a cause.",
    )


def covariates_need_cities() -> str:
    """Word the refusal of covariates at the country level."""
    return (
        "covariates say what is typical of a country for the world lens of cities, metros and regions; "
        "at the country level countries are compared as they are: leave --covariates out"
    )
