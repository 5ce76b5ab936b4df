"""The method in plain words, and what each column means: one text for the README and for the app's Help page."""

STEPS = """\
1. **Demand.** A market's people who use the internet: residents times the country's share of internet users.
2. **Supply.** Your creators, placed in markets. A creator in two places counts half in each, one whose place may be one
   of several (Washington, the state or the city) in each by its probability; where the list itself says where an
   audience lives, the creator counts there.
3. **What is normal.** Creators grow with size, not in proportion to it. The program fits that curve on all covered
   markets, including those with no creator at all, lets every country have its own level and slope, and keeps the
   largest cities out of the curve that judges them. Where whole regions hold more or fewer creators, the markets around
   a market count too. A list that names only a few chosen cities is compared among these, or not at all.
4. **How unusual.** A town with one creator where two are normal tells nothing; a city with 40 where 100 are normal
   does. Every market gets an interval that says which it is (a Gamma-Poisson model, the one used for disease maps).
   Populations are not known exactly either: a market is called only if that could not be the whole reason.
   **Self-check.** Every run leaves markets out, predicts them from the others and counts how many fall into their
   range. Sizes and countries the list does not predict are not ranked.
5. **Room.** The people the missing creators would reach whom the list's own creators do not reach already, limited by
   the people there."""

EVEN_TOWNS = """\
All of these made-up towns truly have the same creators per head. The small ones look empty or crowded by chance alone:
whoever sorts by creators per head finds them first."""

SAME_SHARE = """\
Each of these markets has half of the creators expected. What that proves depends on how many are expected: the bar
holds the truth nine times in ten."""

LIMITS = """\
**Limits.** Followers are not residents. A vendor's list that finds creators more easily in big cities makes small ones
look empty. City populations are estimates of different years, and some boundaries are modelled (`boundary_kind`
says which). Results are where to look first, not a verdict about any creator or place."""

COLUMNS = {
    "saturation": "100 = as many creators as a place this size should have; 50 = half. `saturation_low`, "
    "`saturation_high`: its 90 % interval",
    "class": "under-served, no clear difference, over-saturated; *beyond the curve*: the largest places do not follow "
    "the curve of the others; *insufficient data*: your list could not have told either way; "
    "*not covered*: your list does not claim to cover it",
    "p_underserved": "probability that the market truly has less than half the creators expected",
    "unmet_audience": "people the missing creators would reach, beyond those the list's own creators reach; overlaps "
    "between other creators are ignored",
    "rank": "under-served markets first, each group by unmet audience (or by certainty, `--sort confidence`); "
    "`rank_low`, `rank_high`: the range it has over the draws",
    "evidence": "high where the upper end of the interval is at most 3 times the lower, medium up to 9 times, else low",
    "benchmark": "`national` compares with cities of the same country, `global` with the world",
    "possible_creators": "creators counted elsewhere who may live here, because the place they name has several "
    "meanings; a market they could lift is not called under-served",
    "population_error": "how well the population is known: the standard deviation of its logarithm; a call must hold "
    "whatever it may be wrong by",
}


def column_table() -> str:
    """Lay the columns out as a Markdown table."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items()]
    return "\n".join(["| column | meaning |", "|---|---|", *rows])
