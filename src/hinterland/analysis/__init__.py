"""One analysis: open a list of creators, run the pipeline, show and export the results."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinterland import ingest, reference
from hinterland.analysis.creators import (
    creators_table,
    find_people,
    first_lines,
    outreach_table,
    people_notices,
    read_plan,
    sales_notices,
)
from hinterland.analysis.inputs import (
    Creators,
    Progress,
    ProgressCallback,
    Stage,
    geocode_table,
    ignore_progress,
    join_covariates,
    list_inputs,
    list_markets,
    load_gazetteer,
    load_geography,
    load_markets,
    open_creators,
    open_custom_markets,
    outside_notices,
    to_pipeline_input,
    with_custom_markets,
    with_progress,
)
from hinterland.analysis.questions import settle_countries
from hinterland.config import Assumptions, Settings
from hinterland.export import ExportContext, InputFile, check_suffixes, export
from hinterland.export.brief import notebook_html
from hinterland.export.files import check_targets, manifest_path, writing
from hinterland.export.tables import countries, csv_bytes, detail, write_csv
from hinterland.language import IN_ENGLISH, Language, later
from hinterland.pipeline import Results, run_stages
from hinterland.pipeline.aggregate import aggregate_creators
from hinterland.registry import load_extensions
from hinterland.schemas import ABROAD_DIGITS

__all__ = [
    "Analysis",
    "Progress",
    "ProgressCallback",
    "Stage",
    "analyze",
    "count",
    "creators_table",
    "find_people",
    "first_lines",
    "geocode_table",
    "list_markets",
    "load_gazetteer",
    "load_geography",
    "outreach_table",
    "people_notices",
    "read_plan",
    "sales_notices",
]

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    import geopandas as gpd
    import pandas as pd

    from hinterland.language import Notice
    from hinterland.planning import Plan

PRODUCT = "Hinterland"
MAX_OUTLINES = 2_000
# with all names a page of every place of the world would pass ten megabytes
MAX_SEARCH_NAMES = 35_000
BOUNDARY_CREDITS = ["boundary_licence", "boundary_source"]


@dataclass(frozen=True, repr=False)
class Analysis:
    """What one list of creators says of the world's markets."""

    findings: Results
    listing: ingest.CreatorList
    files: tuple[InputFile, ...]
    custom_markets: ingest.OwnMarkets | None = None
    inputs: tuple[str | Path, ...] = field(default=(), repr=False)

    @property
    def ranking(self) -> pd.DataFrame:
        """The markets of the benchmark asked for, best opportunity first, by market_id."""
        return self.findings.rankings[self.findings.settings.benchmark]

    @cached_property
    def markets(self) -> gpd.GeoDataFrame:
        """The ranking with the polygon of each market that has one, EPSG:4326."""
        import geopandas as gpd  # noqa: PLC0415 - heavy, and few ask for it

        custom = self.custom_markets
        boundaries = custom.boundaries if custom else reference.load_boundaries(self.findings.level)
        areas = boundaries["geometry"].reindex(self.ranking.index)
        return gpd.GeoDataFrame(self.ranking, geometry=areas, crs="EPSG:4326")

    @property
    def left_out(self) -> dict[str, int]:
        """How many rows were rejected, merged, known by country only, or nowhere."""
        counts, located = self.findings.counts, self.findings.located
        return {
            "rejected": counts["rejected"],
            "merged": counts["merged"],
            "country_only": located["country_only"],
            "nowhere": located["nowhere"],
        }

    @property
    def self_check(self) -> dict[str, object]:
        """What the laws every run must keep say of this one: creators found and expected by size of market."""
        return {"comparable": self.findings.comparable, **self.findings.self_check}

    def finding(self, count: int = 5, *, language: Language = IN_ENGLISH) -> dict[str, Any]:
        """Return the finding in one sentence, with `count` smaller cities and `count` markets abroad to look at first.

        Parameters
        ----------
        count
            Markets in each list, at most.
        language
            In which to word them.

        Returns
        -------
        `sentence`, and `lists`: two mappings of `title`, `market_ids` and `lines`.
        """
        from hinterland.export.brief import summarise  # noqa: PLC0415 - heavy, and a ranking answers without it

        return summarise(self.findings, count, language)

    @property
    def title(self) -> str:
        """What pages are headed with; made-up lists say that they are."""
        made_up = any(notice.code == "synthetic" for notice in self.findings.warnings)
        return later("Hinterland · synthetic sample") if made_up else PRODUCT

    def has_same_counts(self, files: tuple[InputFile, ...], settings: Settings, assumptions: Assumptions) -> bool:
        """Say whether a run with these files and settings counts the same; custom boundaries may change.

        Parameters
        ----------
        files
            The files of the other run, with their hashes.
        settings, assumptions
            What the other run asks for and assumes.

        Returns
        -------
        Whether its supply would be the same, so that this one's can be used.
        """
        before = self.findings
        alike = before.settings.counting() == settings.counting() and before.assumptions == assumptions
        return self.files == files and alike and settings.boundaries is None

    def namesakes(self) -> tuple[ingest.Namesake, ...]:
        """Find examples of rows that bear one name, merged or not: for the screen only, never for a file."""
        return ingest.find_namesakes(self.listing.parts, distinct=self.findings.settings.distinct)

    def forget_receipt(self) -> ingest.ForgetReceipt:
        """Say which people of the file of `forget` are in the list, and which are not: for the screen only."""
        return ingest.forget_receipt(self.listing.parts, self.listing.forgotten)

    def map(self) -> folium.Map:
        """Draw the markets; the map is folium's own, so more can be added to it."""
        return self.report().map()

    def export(self, *paths: str | Path, language: Language = IN_ENGLISH) -> None:
        """Write each path in the format its suffix names, with a run manifest beside it; sentences in `language`.

        Raises
        ------
        UnknownNameError
            For a suffix nothing writes, before anything is written.
        OutputError
            When a file cannot be written, or is one this analysis was read from.
        """
        targets = [Path(path) for path in paths]
        check_suffixes(targets)
        check_targets((*targets, *map(manifest_path, targets)), self.inputs)
        for target in targets:
            export(self.report(language), target)

    def export_rejects(self, path: Path, *, language: Language = IN_ENGLISH) -> None:
        """Write the rejected rows: row, field, value, reason, hint."""
        self._write(self._rejects(language), path)

    def export_detail(self, path: Path) -> None:
        """Write every market in both benchmarks, with mean rank and the probability of the top tenth."""
        self._write(detail(self.findings), path)

    def export_countries(self, path: Path) -> None:
        """Write each country's level against the typical country, with its interval."""
        self._write(countries(self.findings), path)

    def plan(self, budget: float, *, among: Sequence[str] = (), **limits: Any) -> Plan:  # noqa: ANN401 - Scenario checks each
        """Choose the creators and recruits that newly reach most people for a budget.

        Parameters
        ----------
        budget
            Money, in `currency` ("USD").
        among
            The markets to choose from, by id or name; or "smaller", "abroad", "home", alone or together.
        limits
            Fields of `hinterland.planning.Scenario`: must, never, max_markets, currency, ...

        Returns
        -------
        The plan: `lines`, one row per creator and recruit, `markets`, `people`, `cost`, `gap`.

        Raises
        ------
        HinterlandError
            When no plan keeps every limit, with the one to loosen; for markets nobody knows, or several do.
        """
        from hinterland.analysis.questions import plan_budget  # noqa: PLC0415 - heavy, and a ranking answers without it
        from hinterland.planning import Scenario  # noqa: PLC0415 - the same

        return plan_budget(self, Scenario(budget=budget, only=_texts(among), **limits))[0]

    def similar(self, market: str, *, count: int = 25, everywhere: bool = False) -> pd.DataFrame:
        """List the under-served markets most like one, named or by id, with the distance explained.

        With `everywhere` also those that have as many creators as expected.

        Parameters
        ----------
        market
            Its id, or its name if no other market bears it.
        count
            Markets in the list, at most.
        everywhere
            Also markets that have as many creators as expected.

        Returns
        -------
        One row per market, nearest first: distance (0 is alike), its parts, how full it is, and `why` in a
        sentence.

        Raises
        ------
        UnknownNameError
            For a market nobody knows, or, with its candidates, one of several of that name.
        """
        from hinterland.analysis.questions import list_twins  # noqa: PLC0415 - heavy, and a ranking answers without it

        return list_twins(self, market, count=count, everywhere=everywhere)

    def creators(self) -> pd.DataFrame:
        """List the creators, one row each: vetted against their peers, placed, and how to approach them."""
        return creators_table(self, find_people(self))

    def outreach(self, *, markets: Sequence[str] = (), plan: Plan | None = None) -> pd.DataFrame:
        """List whom to write to, with a first line to each: in some markets, by id or name, or of a plan, or all.

        Parameters
        ----------
        markets
            Ids or names of markets; all of them if empty.
        plan
            The plan whose creators to write to.

        Returns
        -------
        One row per creator that can be reached, best market first.

        Raises
        ------
        HinterlandError
            When nobody can be written to; for markets nobody knows, or several do.
        """
        from hinterland.analysis.questions import find_markets  # noqa: PLC0415 - heavy, and a ranking answers without it

        creator_ids = None if plan is None else plan.creator_ids.tolist()
        market_ids = find_markets(self, _texts(markets))
        return outreach_table(self, find_people(self), markets=market_ids, creator_ids=creator_ids)[0]

    def abroad(self) -> pd.DataFrame:
        """Lay out what is known of each ranked market abroad: room, language, income, distance, audience; no score.

        Raises
        ------
        SettingsError
            Without home countries.
        """
        from hinterland.analysis.questions import list_abroad  # noqa: PLC0415 - heavy, and few ask for it

        return list_abroad(self)[0]

    def export_abroad(self, path: Path) -> tuple[Notice, ...]:
        """Write the markets abroad side by side; return what to know of them."""
        from hinterland.analysis.questions import list_abroad  # noqa: PLC0415 - heavy, and few ask for it

        table, notices = list_abroad(self)
        self._write(table.reset_index().round(dict(ABROAD_DIGITS)), path)
        return notices

    def _write(self, table: pd.DataFrame, path: Path) -> None:
        check_targets([path], self.inputs)
        with writing(path) as stream:
            write_csv(table, stream)

    def rejects_csv(self, language: Language = IN_ENGLISH) -> bytes:
        """Make the bytes of the rejects file."""
        return csv_bytes(self._rejects(language))

    def _rejects(self, language: Language) -> pd.DataFrame:
        rejects = self.findings.rejects
        if rejects.empty:
            return rejects
        return rejects.assign(**{name: rejects[name].map(language.say) for name in ("reason", "hint")})

    def report(
        self, language: Language = IN_ENGLISH, *, title: str = "", logo: str = "", markets: Sequence[str] = ()
    ) -> ExportContext:
        """Bundle what exporters need.

        Parameters
        ----------
        title
            What pages are headed with instead of the usual; made-up lists still say that they are.
        logo
            A picture for the brief, as a data address.
        markets
            Ids of the only markets to report on; all without them.
        """
        if len(markets):
            return replace(self._of_markets(markets).report(language, title=title, logo=logo), is_shortlist=True)
        usual = "" if title and self.title == PRODUCT else language.say(self.title)
        heading = " · ".join(filter(None, (title, usual)))
        return ExportContext(
            self.findings,
            self._load_outlines,
            reference.load_basemap,
            self.files,
            heading,
            self._names,
            language,
            logo,
        )

    def _of_markets(self, markets: Sequence[str]) -> Analysis:
        rankings = {name: table.loc[table.index.isin(list(markets))] for name, table in self.findings.rankings.items()}
        return replace(self, findings=replace(self.findings, rankings=rankings))

    def _load_outlines(self) -> gpd.GeoDataFrame:
        """Load the polygons of the markets worth drawing: the best ranked in either benchmark, and the largest."""
        best = [table.index[:MAX_OUTLINES] for table in self.findings.rankings.values()]
        largest = self.ranking["population"].nlargest(MAX_OUTLINES).index
        market_ids = largest.union(best[0]).union(best[1])
        if self.custom_markets:
            return self.custom_markets.boundaries.loc[market_ids].join(self.custom_markets.markets[BOUNDARY_CREDITS])
        credit = reference.load_markets(self.findings.level)[BOUNDARY_CREDITS]
        return reference.load_boundaries(self.findings.level, list(market_ids)).join(credit)

    def _names(self) -> pd.Series[str]:
        """Load what else the largest markets are called; those of a user's own boundaries have one name."""
        largest = self.ranking["population"].nlargest(MAX_SEARCH_NAMES).index
        place = largest.to_series().str.extract(r"^(?:city|metro):(\d+)$", expand=False).dropna().astype("int64")
        names = reference.load_other_names(place.tolist())
        return place.map(names).dropna()

    def _repr_html_(self) -> str:
        return notebook_html(self.report())

    def __repr__(self) -> str:
        """Name the list, what was counted, and what could be judged."""
        names = ", ".join(file.name for file in self.files) or "a table"
        creators, ranked = self.findings.counts["creators_in"], int(self.ranking["rank"].notna().sum())
        return f"<Analysis of {names}: {creators:,} creators, {ranked:,} {self.findings.level} markets ranked>"


def _texts(names: Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def analyze(
    creators: Creators,
    *,
    settings: Settings | None = None,
    assumptions: Assumptions | None = None,
    watch: ProgressCallback = ignore_progress,
    before: Analysis | None = None,
    **choices: Any,  # noqa: ANN401 - Settings checks each
) -> Analysis:
    """Rank the world's markets by the room a list of creators leaves in them.

    Parameters
    ----------
    creators
        A path, several paths, bytes in memory, or a DataFrame with one row per creator.
    settings
        What the run asks for.
    choices
        Single settings by name, such as `level="city", home=["US"]`; they win over those of `settings`.
    assumptions
        Numbers that replace the usual ones.
    watch
        Is told what the run is at before each part and stage; what it raises ends the run.
    before
        An earlier analysis: if it was of the same list, and counted it as this one would, it is not counted again.

    Returns
    -------
    The ranking of every market, and all that follows from it: maps, plans, exports.

    Raises
    ------
    HinterlandError
        One sentence: what cannot be used, where, and what to do.
    """
    load_extensions()
    if choices:
        settings = Settings(**{**(settings or Settings()).model_dump(), **choices})
    settings, assumptions = settle_countries(settings or Settings()), assumptions or Assumptions()
    watch(Progress("opening"))
    listing, files = open_creators(creators, settings)
    creator_input = to_pipeline_input(listing, settings)
    if before is not None and before.has_same_counts(files, settings, assumptions):
        creator_input = replace(creator_input, previous_tally=before.findings.tally)
    geography = load_geography(listing.fields)
    custom_markets = open_custom_markets(settings)

    def markets_of(level: str) -> pd.DataFrame:
        watch(Progress("judging", listing.rows, listing.rows))
        markets = custom_markets.markets if custom_markets else load_markets(level, settings, assumptions)
        return join_covariates(markets, settings)

    findings = run_stages(
        with_progress(creator_input, listing.parts, watch),
        with_custom_markets(geography, custom_markets) if custom_markets else geography,
        markets_of,
        settings=settings.model_copy(update={"level": "city"}) if custom_markets else settings,
        assumptions=assumptions,
    )
    areas = (*custom_markets.notices, *outside_notices(findings)) if custom_markets else ()
    warnings = (*listing.notices, *areas, *findings.warnings)
    inputs = list_inputs(creators, settings)
    analysis = Analysis(replace(findings, warnings=warnings), listing, files, custom_markets, inputs)
    if settings.arrivals_since is None:
        return analysis
    from hinterland.analysis.comparison import add_arrivals  # noqa: PLC0415 - heavy, and few ask for it

    return add_arrivals(analysis, settings.arrivals_since)


def count(
    creators: Creators, *, settings: Settings | None = None, assumptions: Assumptions | None = None
) -> pd.DataFrame:
    """Count supply alone, without judging any market: the SUPPLY table, all levels.

    Parameters
    ----------
    creators
        A path, several paths, bytes in memory, or a DataFrame with one row per creator.
    settings, assumptions
        As for `analyze`; those of model and ranking change nothing here.

    Returns
    -------
    Table SUPPLY: creators in millionths, audience in people, one row per market and level.
    """
    settings, assumptions = settings or Settings(), assumptions or Assumptions()
    listing, _ = open_creators(creators, settings)
    geography = load_geography(listing.fields)
    return aggregate_creators(to_pipeline_input(listing, settings), geography, settings, assumptions).supply
