"""Side by side: two analyses, as a table or a page with both maps; a list and an earlier one; markets abroad."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from hinterland import reference
from hinterland.analysis.creators import find_people
from hinterland.analysis.inputs import (
    Creators,
    load_geography,
    load_markets,
    open_creators,
    to_pipeline_input,
    with_custom_markets,
)
from hinterland.analysis.result import Analysis
from hinterland.arrivals import (
    FASTER,
    FEW_ARRIVALS,
    SLOWER,
    count_turnover,
    judge_turnover,
    rate_arrivals,
)
from hinterland.config import INTERNATIONAL, UNRANKED
from hinterland.errors import InputError
from hinterland.export.context import render_manifest
from hinterland.export.files import STANDARD_STREAM, manifest_path, writing
from hinterland.foreign_demand import count_effective, predict_draw, profile_countries, put_side_by_side
from hinterland.identity import identify_creators
from hinterland.ingest import CreatorList
from hinterland.ingest.parse.dates import Moment, moment
from hinterland.language import IN_ENGLISH, Language, Notice, Text, later
from hinterland.location import Geography, regions_of
from hinterland.maps import Side, comparison_page, page
from hinterland.messages import lists as list_messages
from hinterland.messages.model import BENCHMARK_NAMES
from hinterland.pipeline.aggregate import CreatorInput, aggregate_creators
from hinterland.pipeline.creators import locate_identities
from hinterland.pipeline.level_selection import fit_arrivals, has_chosen_cities, judge_presence
from hinterland.pipeline.segment_counts import mark_brand
from hinterland.ranking import compare, is_shown
from hinterland.schemas import ARRIVALS, AUDIENCE_SPLITS, TURNOVER


@dataclass(frozen=True)
class Comparison:
    """Two lists, or two benchmarks of one: the changes (see `hinterland.ranking.compare`), and what they show in words.

    `analyses` holds both lists, or the one.
    """

    changes: pd.DataFrame
    analyses: tuple[Analysis, ...]
    notices: tuple[Notice, ...] = ()

    def draw(self, language: Language = IN_ENGLISH) -> str:
        """Draw both maps and the changes as one self-contained HTML page."""
        pages = [page(analysis.report(language).map()) for analysis in self.analyses]
        heading = later("{title} · two lists") if len(pages) > 1 else later("{title} · two benchmarks")
        labels = pd.concat([analysis.ranking["label"] for analysis in self.analyses])
        left, right = (
            [Side(language.say(name), pages[0], benchmark) for benchmark, name in BENCHMARK_NAMES.items()]
            if len(pages) == 1
            else [
                Side(
                    " + ".join(file.name for file in analysis.files) or language.say("a table in memory"),
                    map_page,
                    analysis.findings.settings.benchmark,
                )
                for analysis, map_page in zip(self.analyses, pages, strict=True)
            ]
        )
        return comparison_page(
            left,
            right,
            # a page that shows no regions must tell namesakes apart by their labels
            self.changes.assign(market=labels[~labels.index.duplicated()].reindex(self.changes.index)),
            title=language.say(heading, title=language.say(self.analyses[0].title)),
            notes=self.notices,
            language=language,
        )


def compare_benchmarks(analysis: Analysis) -> Comparison:
    """Compare what the two benchmarks make of one list."""
    rankings = analysis.findings.released_rankings
    return Comparison(compare(rankings["national"], rankings["global"]), (analysis,))


def compare_lists(before: Analysis, after: Analysis) -> Comparison:
    """Compare what two lists, or two runs of one, make of the world's markets in the benchmark asked for.

    Where both name people, these are followed from one to the other: the changes then also tell how many creators of
    each market stayed, came and left, and where that is more than chance (see `hinterland.arrivals`).
    """
    changes = compare(*(run.findings.released_rankings[run.findings.settings.benchmark] for run in (before, after)))
    turnover, notice = _find_turnover(before.listing, after)
    return Comparison(changes if turnover is None else changes.join(turnover), (before, after), (notice,))


# lists that share fewer of the smaller one's creators are no two looks at the same people
SAME_SOURCE = 0.2


def _find_turnover(earlier: CreatorList, analysis: Analysis) -> tuple[pd.DataFrame | None, Notice]:
    """Follow the people of an earlier list into the one analysed; None where they cannot be paired."""
    if not (_names_people(earlier) and _names_people(analysis.listing)):
        return None, list_messages.not_paired(None)
    homes = [_locate_identities(analysis, listing) for listing in (earlier, analysis.listing)]
    shared = _share_in_both(homes[0].index, homes[1].index)
    if shared < SAME_SOURCE:
        return None, list_messages.not_paired(shared)
    table = judge_turnover(count_turnover(*homes), assumptions=analysis.findings.assumptions)
    labels = analysis.ranking["label"]
    surprise = (table["came"] - table["usual_came"]).abs().sort_values(ascending=False, kind="stable")
    faster, slower = (
        [str(labels.get(market, market)) for market in surprise.loc[table["pace"] == pace].index]
        for pace in (FASTER, SLOWER)
    )
    sums = {name: int(table[name].sum()) for name in TURNOVER.columns}
    safe = table[["pace"]] if analysis.findings.settings.share_safe else table
    return safe, list_messages.turnover(sums, faster, slower)


def follow_creators(analysis: Analysis, since: Creators) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Say what has changed since an earlier list of the same source, market by market.

    Returns
    -------
    Table by market_id: label, country_code, creators; where people can be paired also those who stayed, came and left,
    `pace`, and the columns of the table ARRIVALS. And what it shows, in words.

    Raises
    ------
    InputError
        When the earlier list cannot be read.
    """
    earlier, _ = open_creators(since, analysis.findings.settings)
    turnover, notice = _find_turnover(earlier, analysis)
    table = analysis.ranking[["label", "country", "country_code", "creators"]]
    if turnover is None:
        return table, (notice,)
    try:
        arrivals = add_arrivals(analysis, since)
    except InputError as nobody:
        return table.join(turnover), (notice, nobody.text)
    newcomers = arrivals.ranking[list(ARRIVALS.columns)]
    notices = arrivals.findings.warnings[len(analysis.findings.warnings) :]
    return table.join(turnover).join(newcomers), (notice, *notices)


def _names_people(listing: CreatorList) -> bool:
    return not listing.fields.isdisjoint(("handle", "profile_url"))


def _share_in_both(before: pd.Index, after: pd.Index) -> float:
    return len(before.intersection(after)) / max(min(len(before), len(after)), 1)


def _geography_of(analysis: Analysis, listing: CreatorList) -> Geography:
    return with_custom_markets(load_geography(listing.fields), analysis.custom_markets)


def _locate_identities(analysis: Analysis, listing: CreatorList) -> "pd.Series[str]":
    findings = analysis.findings
    return locate_identities(
        to_pipeline_input(listing, findings.settings),
        _geography_of(analysis, listing),
        "city" if analysis.custom_markets else findings.level,
        settings=findings.settings,
        assumptions=findings.assumptions,
    )


def add_arrivals(analysis: Analysis, since: Creators) -> Analysis:
    """Add to both rankings how many creators are new since an earlier list or a day, of how many there should be.

    Newcomers go through the same engine as creators do: a market has few of them for its size and country, whatever
    it had before.

    Parameters
    ----------
    since
        An earlier list of the same source; or a day, such as 2026-03-01, if the list says when creators were added.

    Returns
    -------
    The analysis with the columns of the table ARRIVALS in its rankings, and a notice.

    Raises
    ------
    InputError
        When people cannot be told apart, the list names no days, or nobody is new.
    """
    findings, geography = analysis.findings, _geography_of(analysis, analysis.listing)
    name = Path(since).name if isinstance(since, str | Path) else "the earlier list"
    earlier, newcomers, shared = _split(analysis, since, name)
    settings, assumptions = findings.settings, findings.assumptions
    try:
        arrived = aggregate_creators(newcomers, geography, settings, assumptions)
        tally = aggregate_creators(earlier, geography, settings, assumptions)
    except InputError as error:
        raise InputError(list_messages.no_newcomers(name)) from error

    def markets_of(level: str) -> pd.DataFrame:
        custom = analysis.custom_markets
        return custom.markets if custom else load_markets(level, settings, assumptions)

    fitted = fit_arrivals(
        arrived,
        tally,
        replace(earlier, chosen_cities=has_chosen_cities(tally, markets_of("city"))),
        markets_of(findings.level),
        partial(regions_of, places=geography.places),
        settings=settings,
        assumptions=assumptions,
    )
    table = rate_arrivals(fitted.saturation.benchmarks["national"].table)
    rankings = {benchmark: ranking.join(table) for benchmark, ranking in findings.rankings.items()}
    shown = table.loc[table.index.isin(analysis.ranking.index[is_shown(analysis.ranking, settings)])]
    pace = shown["new_creators_pace"]
    gap = (shown["expected_new_creators"] - shown["new_creators"])[pace == FEW_ARRIVALS]
    labels = analysis.ranking["label"].reindex(gap.sort_values(ascending=False, kind="stable").index)
    judged = int((~pace.isin(UNRANKED)).sum())
    notices = [list_messages.few_newcomers(name, int(arrived.counts["creators_in"]), judged, labels.tolist())]
    if shared is not None and shared < SAME_SOURCE:
        notices.append(list_messages.another_source(shared, name))
    if fitted.coverage.refusal:
        notices.append(fitted.coverage.refusal)
    return replace(analysis, findings=replace(findings, rankings=rankings, warnings=(*findings.warnings, *notices)))


def _split(analysis: Analysis, since: Creators, name: str) -> tuple[CreatorInput, CreatorInput, float | None]:
    """Give the earlier creators, the newcomers, and how far two lists name the same people."""
    listing, settings = analysis.listing, analysis.findings.settings
    creators = to_pipeline_input(listing, settings)
    day = moment(since) if isinstance(since, str) and not Path(since).is_file() else None
    if isinstance(since, str) and not Path(since).is_file():
        if day is None or "added" not in listing.fields:
            raise InputError(list_messages.no_day_added(name))
        return (
            _keep(creators, lambda batch: ~_added_since(batch, day)),
            _keep(creators, lambda batch: _added_since(batch, day)),
            None,
        )
    earlier_listing, _ = open_creators(since, settings)
    if not (_names_people(listing) and _names_people(earlier_listing)):
        raise InputError(list_messages.no_handles_to_pair(name))
    earlier = to_pipeline_input(earlier_listing, settings)
    before, after = (_identities(each) for each in (earlier, creators))

    def is_new(batch: pd.DataFrame) -> "pd.Series[bool]":
        who = identify_creators(batch)["who"].reindex(batch.index)
        return who.notna() & ~who.isin(before)

    return earlier, _keep(creators, is_new), _share_in_both(before, after)


def _identities(creators: CreatorInput) -> pd.Index:
    parts = (identify_creators(creators.open_part(part).creators)["who"] for part in creators.parts)
    identities: pd.Index = pd.Index(pd.concat(parts)).unique()
    return identities


def _keep(creators: CreatorInput, rows: Callable[[pd.DataFrame], "pd.Series[bool]"]) -> CreatorInput:
    """Read of every part only some rows."""

    def open_part(part: Any) -> Any:  # noqa: ANN401 - parts and batches are those of the reader
        batch: Any = creators.open_part(part)
        return replace(batch, creators=batch.creators.loc[rows(batch.creators)])

    # what opens a part is of this process
    return replace(creators, open_part=open_part, workers=1)


def _added_since(creators: pd.DataFrame, day: Moment) -> "pd.Series[bool]":
    """Mark those added on a day or later; without a day they were there before."""
    days = {text: moment(text) for text in creators["added"].dropna().unique()}
    return creators["added"].map(lambda text: (days.get(text) or (0, 0, 0)) >= day).astype(bool)


def list_abroad(analysis: Analysis) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    """Lay out what is known of each ranked market abroad, side by side: room, language, income, distance, audience.

    The audience there is is that of the brand's own creators where the run knows them (`brand`), else of all.

    Returns
    -------
    ABROAD table by market_id, in the order of the national ranking, and what to know of it.

    Raises
    ------
    SettingsError
        Without home countries.
    InputError
        When the list cannot compare markets.
    """
    findings = analysis.findings
    if findings.comparison_refusal:
        raise InputError(findings.comparison_refusal)
    assumptions, home = findings.assumptions, findings.settings.home
    profiles = profile_countries(
        reference.load_markets("metro"),
        reference.load_countries()["gdp_per_head_ppp"],
        reference.load_language_shares(),
        home=home,
        assumptions=assumptions,
    )
    national = findings.released_rankings["national"]
    ranking = national[national["rank"].notna() & (national["scope"] == INTERNATIONAL)]
    audience = _present_audience(analysis)
    if audience is None:
        return put_side_by_side(ranking, profiles, None, None), (list_messages.presence_unknown(),)
    present = count_effective(audience[~audience["country_code"].isin(home)])
    countries = reference.load_markets("country").set_index("country_code", drop=False).rename_axis("market_id")
    countries = countries.loc[countries.index.isin(profiles.index) & ~countries.index.isin(home)]
    weighed = countries.assign(
        internet_users=countries["internet_users"] * predict_draw(profiles, assumptions=assumptions)
    )
    presence = judge_presence(
        present["creators"], weighed[weighed["internet_users"] > 0], settings=findings.settings, assumptions=assumptions
    )
    creators = audience["creator_id"].nunique()
    notice = list_messages.presence_predicted(creators, own=findings.settings.brand is not None)
    return put_side_by_side(ranking, profiles, presence, present), (notice,)


def _present_audience(analysis: Analysis) -> pd.DataFrame | None:
    """List how many credible people of each country follow each creator whose audience is split; None without any."""
    if analysis.listing.aggregated or analysis.listing.fields.isdisjoint(AUDIENCE_SPLITS):
        return None
    people = find_people(analysis, level="country")
    creators = people.creators
    is_split = (
        creators.reindex(columns=list(AUDIENCE_SPLITS)).notna().any(axis="columns") & creators["followers"].notna()
    )
    if analysis.findings.settings.brand is not None:
        is_split &= mark_brand(creators, analysis.creator_input.brand)
    reach = (creators["followers"] * creators["credible_share"])[is_split]
    shares = people.shares.reset_index()
    shares = shares[shares["creator_id"].isin(reach.index)]
    if shares.empty:
        return None
    return pd.DataFrame(
        {
            "creator_id": shares["creator_id"],
            "country_code": shares["market_id"].str.removeprefix("country:"),
            "people": shares["share"] * shares["creator_id"].map(reach),
        }
    )


def manifest_paths(path: Path, runs: Sequence[object]) -> list[Path]:
    """Name the manifests beside a comparison: one for each of its runs, none beside standard output."""
    if str(path) == STANDARD_STREAM:
        return []
    return [manifest_path(path.with_name(path.name + which)) for which in ("", ".other")[: len(runs)]]


def write_comparison(
    content: bytes, analyses: Sequence[Analysis], path: Path, *, language: Language = IN_ENGLISH
) -> list[Path]:
    """Write a comparison, a page or a table, and the manifest of each run beside it.

    Returns
    -------
    The files written, the comparison first.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    manifests = manifest_paths(path, analyses)
    texts = (render_manifest(analysis.findings, analysis.files, language) for analysis in analyses)
    for target, data in zip([path, *manifests], [content, *(text.encode() for text in texts)], strict=False):
        with writing(target) as stream:
            stream.write(data)
    return [path, *manifests]
