"""What the choices of a run do to its model: spill-over, and traits of countries."""

from collections.abc import Mapping, Sequence

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
        f"The global benchmark compares each country with countries like it in {TRAITS[name]}: one standard deviation "
        f"more goes with {times:.2f} times the creators ({low:.2f} to {high:.2f}); an association, not a cause.",
    )


def covariates_need_cities() -> str:
    """Word the refusal of covariates at the country level."""
    return (
        "covariates say what is typical of a country for the global benchmark of cities, metros and regions; "
        "at the country level countries are compared as they are: leave --covariates out"
    )


def no_country(option: str, unknown: Mapping[str, Sequence[str]]) -> str:
    """Refuse what no country is called; each with the countries called nearly so."""
    names = "; ".join(f"{name!r}{_perhaps(near)}" for name, near in unknown.items())
    return f"{option}: no country is called {names}; write names or two-letter codes, such as Germany or DE"


def _perhaps(near: Sequence[str]) -> str:
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def nothing_ranked(uncovered: int, undecided: int) -> Notice:
    """Word that no market of the countries and sizes of a run could be ranked, and why."""
    if not uncovered + undecided:
        return Notice("nothing_ranked", "Nothing is ranked: there is no market of these countries and sizes.")
    return Notice(
        "nothing_ranked",
        f"Nothing is ranked: of the {uncovered + undecided:,} markets of these countries and sizes, this list does not "
        f"cover {uncovered:,}, and {undecided:,} have too few creators to say.",
    )


def platform_reach(platforms: Sequence[str], countries: int, blocked: Sequence[str]) -> Notice:
    """Word whom the platforms of a list, most frequent first, reach: for `countries` their reach is on record."""
    names = _listed(platforms)
    recorded = "one country" if countries == 1 else f"{countries:,} countries"
    sentence = (
        f"Only people online within reach of {names} count as an audience. The reach is on record for {recorded}; "
        "elsewhere all people online count."
        if countries
        else f"How many people are within reach of {names} is not on record: all people online count as an audience."
    )
    absent = f" Not covered, because it is blocked or not offered there: {_listed(blocked)}." if blocked else ""
    return Notice("platform_reach", sentence + absent)


def nothing_covered(level: str, platforms: Sequence[str], blocked: Sequence[str]) -> str:
    """Word the refusal of a list that covers no market."""
    sentence = f"no {level} market of the bundled geography is covered by this list"
    if not blocked:
        return sentence
    return f"{sentence}; {_listed(platforms)} is blocked or not offered in {_listed(blocked)}"


def covers_blocked(covers: str, blocked: Sequence[str]) -> str:
    """Word the refusal of countries where the list's platforms reach nobody."""
    return (
        f"--covers {covers}: the platforms of this list are blocked or not offered in {_listed(blocked)}; leave it "
        "out, or say in --assumptions whom they reach there, as in platform_reach = { 'RU instagram' = 0.3 }"
    )


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
