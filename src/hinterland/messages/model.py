"""What the choices of a run do to its model, and what the model says of the list it was fitted to."""

from collections.abc import Mapping, Sequence

from hinterland.messages import Notice, format_count

# markets a sentence names
NAMES = 5
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
    hints = {name: f" (did you mean {' or '.join(near)}?)" if near else "" for name, near in unknown.items()}
    names = "; ".join(f"{name!r}{hint}" for name, hint in hints.items())
    return f"{option}: no country is called {names}; write names or two-letter codes, such as Germany or DE"


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
    names = _join_names(platforms)
    recorded = "one country" if countries == 1 else f"{countries:,} countries"
    sentence = (
        f"Only people online within reach of {names} count as an audience. The reach is on record for {recorded}; "
        "elsewhere all people online count."
        if countries
        else f"How many people are within reach of {names} is not on record: all people online count as an audience."
    )
    absent = f" Not covered, because it is blocked or not offered there: {_join_names(blocked)}." if blocked else ""
    return Notice("platform_reach", sentence + absent)


def nothing_covered(level: str, platforms: Sequence[str], blocked: Sequence[str]) -> str:
    """Word the refusal of a list that covers no market."""
    sentence = f"no {level} market of the bundled geography is covered by this list"
    if not blocked:
        return sentence
    return f"{sentence}; {_join_names(platforms)} is blocked or not offered in {_join_names(blocked)}"


def covers_blocked(covers: str, blocked: Sequence[str]) -> str:
    """Word the refusal of countries where the list's platforms reach nobody."""
    return (
        f"--covers {covers}: the platforms of this list are blocked or not offered in {_join_names(blocked)}; leave it "
        "out, or say in --assumptions whom they reach there, as in platform_reach = { 'RU instagram' = 0.3 }"
    )


def _join_names(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


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
    "rank": "under-served markets first, each group by unmet audience (or by certainty, `--sort confidence`); empty "
    "where the list cannot tell",
    "market_id": "level and number, the same in every version of the geography",
    "market": "name of the market",
    "region": "first-level region: state, province, land",
    "country": "name of the country",
    "country_code": "its code of two letters (ISO 3166-1)",
    "level": "city, metro, region or country",
    "latitude": "degrees north of its centre (WGS 84)",
    "longitude": "degrees east of its centre (WGS 84)",
    "population": "residents",
    "internet_users": "residents who use the internet: residents times the country's share",
    "creators": "creators of the list there; parts of one where a creator is in two places, or may be",
    "audience": "sum of their followers there; people who follow two count twice",
    "expected_creators": "creators a place of this size in this country should have",
    "saturation": "100 = as many creators as a place this size should have; 50 = half",
    "saturation_low": "lower end of its 90 % interval",
    "saturation_high": "upper end of its 90 % interval",
    "p_underserved": "probability that the market truly has less than half the creators expected",
    "class": "under-served, no clear difference, over-saturated; *beyond the curve*: the largest places do not follow "
    "the curve of the others; *insufficient data*: your list could not have told either way; "
    "*not covered*: your list does not claim to cover it",
    "missing_creators": "creators it would take to have as many as expected, averaged over the draws",
    "unmet_audience": "people the missing creators would reach, beyond those the list's own creators reach; overlaps "
    "between other creators are ignored",
    "opportunity": "0 to 100: the share of ranked markets that stand behind it in the chosen order",
    "rank_low": "the rank it has or betters in 5 % of the draws",
    "rank_high": "the rank it has or betters in 95 % of the draws",
    "evidence": "high where the upper end of the interval is at most 3 times the lower, medium up to 9 times, else low",
    "creators_per_100k": "creators per 100,000 residents; in small places both ends are mostly chance",
    "location_quotient": "the market's share of all creators over its share of all residents",
    "audience_hhi": "concentration of the audience, 0 to 10,000; 10,000 = one creator has everybody",
    "boundary_kind": "how its outline came about: official, dissolved from parts, split between cities, or modelled",
    "benchmark": "`national` compares with cities of the same country, `global` with the world",
    "possible_creators": "creators counted elsewhere who may live here, because the place they name has several "
    "meanings; a market they could lift is not called under-served",
    "population_error": "how well the population is known: the standard deviation of its logarithm; a call must hold "
    "whatever it may be wrong by",
    "scope": "domestic in the countries where you sell (`--home`), else international; empty without home countries",
    "size_band": "small town below 50,000 residents, smaller up to 1,000,000, larger above",
}


def column_table() -> str:
    """Lay the columns out as a Markdown table."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items()]
    return "\n".join(["| column | meaning |", "|---|---|", *rows])


def misplaced(share: float) -> Notice:
    """Word the warning that many creators may live elsewhere than they are counted."""
    return Notice(
        "misplaced",
        f"About {share:.0%} of the creators may live elsewhere than they are counted, because the names of their "
        "places mean several: markets look more alike than they are, and fewer than nine of ten 90 % ranges hold the "
        "truth.",
    )


def not_comparable(markets: int) -> Notice:
    """Word the result that markets cannot be compared."""
    return Notice(
        "not_comparable",
        f"This list cannot compare markets: it names only {format_count(markets, 'place')} and says nothing of "
        "others. It can say what it holds. A list that looked in at least eight places, or in whole countries, can be "
        "ranked.",
    )


def listed_by_quota() -> Notice:
    """Word the result that a list holds as many creators of small places as of large ones."""
    return Notice(
        "listed_by_quota",
        "This list cannot compare markets: it holds nearly as many creators of small places as of large ones, as a "
        "list does that was cut at the same number for each place. It can say what it holds. A list without such a "
        "limit can be ranked; if only its countries were cut, their cities may be.",
    )


def calls_that_hold(calls: int, exact: int) -> Notice:
    """Word the price of populations that may be wrong."""
    return Notice(
        "population_error",
        f"{calls:,} markets are called under-served or over-saturated. If every population were exact it would be "
        f"{exact:,}: the others may differ only because their population is not known better.",
    )


def turnover(counts: Mapping[str, int], faster: Sequence[str], slower: Sequence[str]) -> Notice:
    """Word what two lists that name the same people show: where more, or fewer, came than in the list as a whole."""
    calls = "; ".join(
        f"{len(names):,} {pace} than the list as a whole ({', '.join(names[:NAMES])}{', ...' if names[NAMES:] else ''})"
        for names, pace in ((faster, "grow faster"), (slower, "grow more slowly"))
        if names
    )
    return Notice(
        "turnover",
        f"Paired by platform and handle: {counts['stayed']:,} creators are in both lists, {counts['came']:,} came, "
        f"{counts['left']:,} left. "
        + (f"Of the markets {calls}." if calls else "No market clearly grows faster or more slowly than the others."),
    )


def not_paired(shared: float | None) -> Notice:
    """Word that two lists do not name the same people; `shared` is the part of the smaller one in both."""
    why = "do not both name people by handle" if shared is None else f"share only {shared:.0%} of their creators"
    return Notice(
        "not_paired",
        f"The two lists {why}, so nobody can be followed from one to the other. Only markets whose two intervals lie "
        "apart can be said to differ; where a verdict alone changed, that may be chance.",
    )


def presence_unknown() -> Notice:
    """Word that nobody can say how large the brand's audience abroad is."""
    return Notice(
        "presence_unknown",
        "The list does not say in which countries audiences are (a column of the countries of the audience): whether "
        "the brand has more or less of an audience abroad than language, income and distance predict is unknown.",
    )


def presence_predicted(creators: int, *, own: bool) -> Notice:
    """Word whose audience is compared with what is predicted, and what is not seen."""
    whose = "the brand's own creators" if own else "creators of the list (name the brand's own with --brand)"
    return Notice(
        "presence_predicted",
        f"Audiences abroad are those of {creators:,} {whose} whose audience is split by country. Such splits name only "
        "the largest countries: where one is not named, a small audience looks like none.",
    )


def few_newcomers(since: str, newcomers: int, judged: int, names: Sequence[str]) -> Notice:
    """Word where fewer new creators appear than expected, the largest gap first."""
    named = f": {', '.join(names[:NAMES])}{', ...' if names[NAMES:] else ''}" if names else ""
    return Notice(
        "few_newcomers",
        f"{newcomers:,} creators are new since {since}. Of the {judged:,} markets that can be judged by newcomers, "
        f"{len(names):,} have fewer than a place of their size should{named}.",
    )


def another_source(shared: float, since: str) -> Notice:
    """Word the doubt that an earlier list is of another source, so that creators are new to it by chance."""
    return Notice(
        "another_source",
        f"Only {shared:.0%} of the creators of {since} are in this list: if the two were not collected alike, "
        "creators may be new to the list without being new.",
    )


def no_newcomers(since: str) -> str:
    """Refuse a list without newcomers."""
    return f"--arrivals-since {since}: no creator of this list is new since then; is it the earlier of two lists?"


def no_handles_to_pair(since: str) -> str:
    """Refuse an earlier list when either list names nobody."""
    return (
        f"--arrivals-since {since}: both lists must have a column of handles or profile addresses, else nobody can be "
        "found in both"
    )


def no_day_added(since: str) -> str:
    """Refuse a date when the list does not say when creators were added."""
    return (
        f"--arrivals-since {since}: there is no such file, and for a date the list needs a column that says when each "
        "creator was added: name it as in --column added=COLUMN"
    )


def summarise_changes(one_side: int, both: int, changed: int, disjoint: int) -> str:
    """Sum up how far two rankings differ, and how much of that the intervals bear out."""
    return (
        f"Of {both:,} markets judged on both sides, {changed:,} are called differently; in {disjoint:,} the two "
        "intervals lie apart. Where they overlap, the label may have changed, the evidence hardly did. "
        f"{one_side:,} more can be judged on one side only."
    )
