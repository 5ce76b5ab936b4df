"""What an analysis found, and what it can be asked for: tables, maps, files, plans, people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinterland import ingest, reference
from hinterland.analysis.creators import creators_table, find_people, outreach_table
from hinterland.analysis.inputs import AnalyzedList
from hinterland.config import split_names
from hinterland.errors import OutputError
from hinterland.export import ExportContext, check_suffixes, export
from hinterland.export.brief import notebook_html
from hinterland.export.files import check_targets, manifest_path, read_logo, writing
from hinterland.export.tables import countries, csv_bytes, detail, write_csv
from hinterland.language import IN_ENGLISH, Language, later
from hinterland.schemas import ABROAD_DIGITS

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
class Analysis(AnalyzedList):
    """What one list of creators says of the world's markets."""

    @cached_property
    def markets(self) -> gpd.GeoDataFrame:
        """The ranking with the polygon of each market that has one, EPSG:4326.

        Returns
        -------
        Rows and columns of `ranking` with `geometry`, empty where a market has no boundary.
        """
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

    def finding(self, count: int = 5, *, language: str | Language = IN_ENGLISH) -> dict[str, Any]:
        """Return the finding in one sentence, with `count` smaller cities and `count` markets abroad to look at first.

        Parameters
        ----------
        count
            Markets in each list, at most.
        language
            In which to word them: "en", "de", "es" or "pt".

        Returns
        -------
        `sentence`, and `lists`: two mappings of `title`, `market_ids` and `lines`.
        """
        from hinterland.export.brief import summarise  # noqa: PLC0415 - heavy, and a ranking answers without it

        return summarise(self.findings, count, Language.of(language))

    @property
    def title(self) -> str:
        """What pages are headed with; made-up lists say that they are."""
        made_up = any(notice.code == "synthetic" for notice in self.findings.warnings)
        return later("Hinterland · synthetic sample") if made_up else PRODUCT

    def namesakes(self) -> tuple[ingest.Namesake, ...]:
        """Find examples of rows that bear one name, merged or not: for the screen only, never for a file."""
        return ingest.find_namesakes(self.listing.parts, distinct=self.findings.settings.distinct)

    def forget_receipt(self) -> ingest.ForgetReceipt:
        """Say which people of the file of `forget` are in the list, and which are not: for the screen only."""
        return ingest.forget_receipt(self.listing.parts, self.listing.forgotten)

    def map(self) -> folium.Map:
        """Draw the markets; the map is folium's own, so more can be added to it."""
        return self.report().map()

    def export(
        self,
        *paths: str | Path,
        language: str | Language = IN_ENGLISH,
        client: str = "",
        date: str = "",
        logo: str | Path | None = None,
        markets: Sequence[str] = (),
        plan: Plan | None = None,
    ) -> None:
        """Write each path in the format its suffix names, with a run manifest beside it; sentences in `language`.

        Parameters
        ----------
        language
            "en", "de", "es" or "pt".
        client, date
            For whom the pages are, and when: they stand at their head.
        logo
            A PNG or JPEG picture for the brief.
        markets
            Ids or names of the only markets to report on; all without them.
        plan
            Report on its markets, and on what it takes there; no handle is written.

        Raises
        ------
        UnknownNameError
            For a suffix nothing writes, before anything is written; for markets nobody knows, or several do.
        OutputError
            When a file cannot be written, or is one this analysis was read from; when the plan is empty.
        """
        from hinterland.analysis.questions import find_markets  # noqa: PLC0415 - heavy, and a ranking answers without it

        targets = [Path(path) for path in paths]
        check_suffixes(targets)
        check_targets((*targets, *map(manifest_path, targets)), (*self.inputs, logo))
        title = " · ".join(filter(None, (client, date)))
        shortlist = find_markets(self, split_names(markets))
        report = self.report(Language.of(language), title=title, logo=read_logo(logo), markets=shortlist, plan=plan)
        for target in targets:
            export(report, target)

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
            The markets to choose from, by id or name; or those of countries, "smaller", "abroad", "home", alone or
            together.
        limits
            Fields of `hinterland.planning.Scenario`: must, never (as `among`), max_markets, currency, ...

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

        return plan_budget(self, Scenario(budget=budget, only=tuple(split_names(among)), **limits))[0]

    def similar(self, market: str, *, count: int = 25, everywhere: bool = False) -> pd.DataFrame:
        """List the under-served markets most like one, named or by id, with the distance explained.

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
        """List the creators, one row each: vetted against their peers, placed, and how to approach them.

        Returns
        -------
        One row per creator: creator_id, columns of the list, tier, engagement_rate (fraction), credible_share (0-1),
        reasons, market, saturation (percent of expected), offer_mode, fee_low and fee_high (in `currency`).

        Raises
        ------
        InputError
            When rows of the list are counts.
        """
        return creators_table(self, find_people(self))

    def outreach(self, *, markets: Sequence[str] = (), plan: Plan | None = None) -> pd.DataFrame:
        """List whom to write to, with a first line to each: in some markets, by id or name, or of a plan, or all.

        Parameters
        ----------
        markets
            Ids or names of markets or countries; all of them if empty.
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
        from hinterland.analysis.questions import choose_markets  # noqa: PLC0415 - heavy, and a ranking answers without it

        creator_ids = None if plan is None else plan.creator_ids.tolist()
        market_ids = choose_markets(self, split_names(markets))
        return outreach_table(self, find_people(self), markets=market_ids, creator_ids=creator_ids)[0]

    def abroad(self) -> pd.DataFrame:
        """Lay out what is known of each ranked market abroad: room, language, income, distance, audience; no score.

        Returns
        -------
        ABROAD table by market_id, in the order of the national ranking.

        Raises
        ------
        SettingsError
            Without home countries.
        InputError
            When the list cannot compare markets.
        """
        from hinterland.analysis.comparison import list_abroad  # noqa: PLC0415 - heavy, and few ask for it

        return list_abroad(self)[0]

    def export_abroad(self, path: Path) -> tuple[Notice, ...]:
        """Write the markets abroad side by side; return what to know of them."""
        from hinterland.analysis.comparison import list_abroad  # noqa: PLC0415 - heavy, and few ask for it

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
        self,
        language: Language = IN_ENGLISH,
        *,
        title: str = "",
        logo: str = "",
        markets: Sequence[str] = (),
        plan: Plan | None = None,
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
        plan
            Report on its markets, and on what it takes there.

        Raises
        ------
        OutputError
            When the plan is empty.
        """
        if plan is not None and plan.lines.empty:
            raise OutputError("the plan is empty: there is nothing to report")
        chosen = list(markets) if plan is None else list(plan.markets.index)
        if chosen:
            part = replace(self, findings=self.findings.select(chosen))
            return replace(part.report(language, title=title, logo=logo), plan=plan)
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
