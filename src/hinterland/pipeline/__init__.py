"""What a run found out: the frozen Results; `run.py` is the order of the stages that makes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from hinterland.config import NOT_COVERED, UNDER_SERVED, Assumptions, Settings
from hinterland.language import Notice, Text
from hinterland.messages.brief import MarketCounts, finding, list_titles, noun
from hinterland.messages.model import Trust, trust
from hinterland.messages.plans import selection_finding
from hinterland.pipeline.aggregate import FINER, Aggregates
from hinterland.pipeline.disclosure import add_indices, find_spots, suppress_small_counts
from hinterland.ranking import CITY_LEVELS, OF_SHORT_LISTS, decided_shares, short_lists
from hinterland.registry import OnDemand
from hinterland.self_check import weigh


@dataclass(frozen=True)
class Results:
    """Everything one run found out; tables per market and counts, never one row per creator.

    `rankings` holds one RANKING table per benchmark ("national", "global"), each made when it is first asked for,
    ranked markets first, with the further columns usual_low, usual_high, p_fewer, mean_rank and p_top_tenth;
    `countries` the level of each country against the typical one; `segment_counts` the creators of each market that
    are the brand's own ("brand"), and of everybody ("everybody") if only a segment is ranked; `comparison_refusal`
    says why no market can be compared with another, and `global_refusal` why none with the world, if the list cannot;
    `tally` all that was counted; `seconds` the time each stage took;
    `complete_results` what these markets were selected from.
    """

    rankings: Mapping[str, pd.DataFrame]
    settings: Settings
    assumptions: Assumptions
    warnings: tuple[Notice, ...]
    counts: Mapping[str, int]
    located: Mapping[str, int]
    model: Mapping[str, float]
    level: str
    rejects: pd.DataFrame = field(default_factory=pd.DataFrame)
    countries: pd.DataFrame = field(default_factory=pd.DataFrame)
    segment_counts: pd.DataFrame = field(default_factory=pd.DataFrame)
    seconds: Mapping[str, float] = field(default_factory=dict)
    self_check: Mapping[str, object] = field(default_factory=dict)
    comparison_refusal: Notice | None = None
    global_refusal: Notice | None = None
    tally: Aggregates | None = field(default=None, repr=False)
    complete_results: "Results | None" = field(default=None, repr=False)

    @property
    def comparable(self) -> bool:
        """Whether the list can compare markets with one another."""
        return self.comparison_refusal is None

    @property
    def placed(self) -> int:
        """How many of the rows used name a place finer than a country."""
        return sum(self.located.get(way, 0) for way in FINER)

    @cached_property
    def released_rankings(self) -> Mapping[str, pd.DataFrame]:
        """The rankings as they may be handed on: with `share_safe`, without small counts and what shows them.

        Returns
        -------
        RANKING tables by benchmark; each is made when it is first asked for.
        """
        if not self.settings.share_safe:
            return self.rankings
        return OnDemand(tuple(self.rankings), lambda benchmark: suppress_small_counts(self.rankings[benchmark]))

    def highlights(self, benchmark: str, count: int) -> Mapping[str, pd.Index]:
        """Return the ids of the under-served markets to look at first, by the title of their list.

        Parameters
        ----------
        count
            Markets in each list, at most.

        Returns
        -------
        Smaller cities and one market of each country abroad, best first; markets at home and abroad where markets are
        no cities, or all of them without home countries. A list may be empty.
        """
        titles = list_titles(home=bool(self.settings.home), cities=self.has_cities)
        ranking = self.rankings[benchmark][list(OF_SHORT_LISTS)]
        lists = short_lists(ranking, count=count, cities=self.has_cities)
        return {title: table.index for title, table in zip(titles, lists, strict=False)}

    @property
    def has_cities(self) -> bool:
        """Whether the markets are cities, of which some are smaller ones."""
        return self.level in CITY_LEVELS and self.settings.boundaries is None

    def count_markets(self, benchmark: str) -> MarketCounts:
        """Count the markets ranked, those of them that are under-served, and the smaller cities among these."""
        ranking = self.rankings[benchmark]
        ranked = ranking.loc[ranking["rank"].notna(), ["class", "population"]]
        under = ranked[ranked["class"] == UNDER_SERVED]
        smaller = self.assumptions.smaller(under["population"]) & self.has_cities
        return MarketCounts(len(ranked), len(under), int(smaller.sum()))

    def select(self, market_ids: Sequence[str]) -> "Results":
        """Keep these markets alone; what is said of the list stays the same."""
        rankings = {name: table.loc[table.index.isin(list(market_ids))] for name, table in self.rankings.items()}
        return replace(self, rankings=rankings, complete_results=self)

    def finding(self, benchmark: str) -> Text:
        """Word in one sentence how many markets are under-served."""
        if self.complete_results is not None:
            numbers = self.count_markets(benchmark)
            return selection_finding(numbers.under, numbers.ranked, self.assumptions.class_false_share)
        settings = self.settings.model_copy(update={"benchmark": benchmark})
        return finding(self.count_markets(benchmark), noun(self.level, settings), settings, self.assumptions)

    @cached_property
    def trust(self) -> Trust | None:
        """How far the list can be relied on, and what its self-check found; nothing if it cannot compare markets."""
        if self.complete_results is not None:
            return self.complete_results.trust
        if not self.comparable:
            return None
        ranking = self.rankings[self.settings.benchmark]
        covered = ranking[ranking["class"] != NOT_COVERED]
        judged = decided_shares(covered["class"], covered["internet_users"])[1] if len(covered) else 0.0
        check = next((notice for notice in self.warnings if notice.code == "held_out"), Text(""))
        return trust(weigh(self.self_check, judged, interval=self.assumptions.interval), judged, check)

    @cached_property
    def hot_spots(self) -> pd.DataFrame:
        """Hot and cold spots among the covered markets, by market_id; see `disclosure.find_spots`.

        Returns
        -------
        Table by market_id: neighbourhood_saturation (percent of expected), spot_q, spot; with
        `share_safe` the numbers are missing.
        """
        national = self.rankings.get("national", next(iter(self.rankings.values())))
        return find_spots(national, self.model["k"], names_only=self.settings.share_safe)

    @cached_property
    def indices(self) -> Mapping[str, pd.DataFrame]:
        """Descriptive indices of each benchmark's ranking, by market_id; see `disclosure.add_indices`.

        Returns
        -------
        A table by market_id for each benchmark, its rows in the order of the ranking.
        """
        return {
            benchmark: add_indices(table, self.segment_counts, share_safe=self.settings.share_safe)
            for benchmark, table in self.rankings.items()
        }
