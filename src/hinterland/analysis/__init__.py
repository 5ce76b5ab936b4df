"""One analysis: open a list of creators and run the pipeline; `result.py` is what comes of it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hinterland import parallel
from hinterland.analysis.creators import (
    creators_table,
    find_people,
    first_lines,
    outreach_table,
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
    load_gazetteer,
    load_geography,
    load_markets,
    on_cluster,
    open_creators,
    open_custom_markets,
    outside_notices,
    to_pipeline_input,
    with_custom_markets,
    with_progress,
)
from hinterland.analysis.questions import settle_countries
from hinterland.analysis.result import Analysis
from hinterland.config import Assumptions, Settings
from hinterland.pipeline.aggregate import aggregate_creators
from hinterland.pipeline.run import run_stages
from hinterland.registry import load_extensions

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
    "load_gazetteer",
    "load_geography",
    "outreach_table",
    "sales_notices",
]

if TYPE_CHECKING:
    import pandas as pd

    from hinterland.export import InputFile


def analyze(
    creators: Creators,
    *,
    settings: Settings | None = None,
    assumptions: Assumptions | None = None,
    watch: ProgressCallback = ignore_progress,
    before: Analysis | None = None,
    cluster: str | None = None,
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
    cluster
        The address of a Dask scheduler whose workers count the list, or "local": a worker for each processor of this
        machine. The result is the same, to the byte.

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
    if before is not None and _counts_alike(before, files, settings, assumptions):
        creator_input = replace(creator_input, previous_tally=before.findings.tally)
    geography = load_geography(listing.fields)
    custom_markets = open_custom_markets(settings)

    def markets_of(level: str) -> pd.DataFrame:
        watch(Progress("judging", listing.rows, listing.rows))
        markets = custom_markets.markets if custom_markets else load_markets(level, settings, assumptions)
        return join_covariates(markets, settings)

    with parallel.connect(cluster) if cluster else nullcontext() as workers:
        findings = run_stages(
            with_progress(on_cluster(creator_input, workers), listing.parts, watch),
            with_custom_markets(geography, custom_markets),
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
    Table SUPPLY: creators in millionths, audience in people, by level, market_id and tier.
    """
    settings, assumptions = settings or Settings(), assumptions or Assumptions()
    listing, _ = open_creators(creators, settings)
    geography = load_geography(listing.fields)
    return aggregate_creators(to_pipeline_input(listing, settings), geography, settings, assumptions).supply


def _counts_alike(before: Analysis, files: tuple[InputFile, ...], settings: Settings, assumptions: Assumptions) -> bool:
    """Say whether the supply of an earlier run is also that of a run with these files and settings."""
    alike = before.findings.settings.counting() == settings.counting() and before.findings.assumptions == assumptions
    # boundaries of one's own may have changed since
    return before.files == files and alike and settings.boundaries is None
