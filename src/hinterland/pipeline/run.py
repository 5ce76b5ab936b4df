"""The run: the stages in order over parts."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd

from hinterland.config import BENCHMARKS, Assumptions, Settings
from hinterland.coverage import Evidence, is_capped, warn_about_list
from hinterland.location import Geography, regions_of
from hinterland.pipeline import Results
from hinterland.pipeline.aggregate import FINER, Aggregates, CreatorInput, aggregate_creators
from hinterland.pipeline.evaluate import audience_per_creator, explain_unranked
from hinterland.pipeline.level_selection import compare_levels, has_chosen_cities, select_level
from hinterland.registry import OnDemand

COUNTS = ("rows_in", "used", "rejected", "merged", "creators_in", "creators_placed", "outside_segment")


def run_stages(
    listing: CreatorInput,
    geography: Geography,
    markets_of: Callable[[str], pd.DataFrame],
    *,
    settings: Settings,
    assumptions: Assumptions,
) -> Results:
    """Count supply over all parts, then judge every market of the level asked for.

    Parameters
    ----------
    markets_of
        Gives the MARKETS table of a level, with a column for each of `settings.covariates`.

    Raises
    ------
    InputError
        When no row names a place, or a level finer than the list's own was asked for.
    SettingsError
        When nobody is of the segment asked for, or a country is said to be covered that cannot be.
    """
    started = time.perf_counter()
    tally = aggregate_creators(listing, geography, settings, assumptions)
    evidence, count_done = _list_evidence(tally, listing), time.perf_counter()
    listing = replace(listing, chosen_cities=has_chosen_cities(tally, markets_of("city")), capped=is_capped(evidence))
    regions = partial(regions_of, places=geography.places)
    level, fitted, notices = select_level(
        tally, listing, markets_of, regions, settings=settings, assumptions=assumptions
    )
    brand = tally.segment_counts.notices(level, listing.brand, settings)
    level_notices = compare_levels(fitted, tally, listing, markets_of, settings=settings, assumptions=assumptions)
    fit_done = time.perf_counter()
    audience = audience_per_creator(fitted.markets, tally, assumptions)
    rank = partial(fitted.rank, audience, settings, assumptions)
    rankings = OnDemand(BENCHMARKS, rank)
    unranked = explain_unranked(rankings[settings.benchmark], settings)
    seconds = {
        "read, locate and count": count_done - started,
        "fit and draw": fit_done - count_done,
        "rank": time.perf_counter() - fit_done,
    }
    return Results(
        rankings=rankings,
        settings=settings,
        assumptions=assumptions,
        warnings=(
            *warn_about_list(evidence, assumptions=assumptions),
            *brand,
            *notices,
            *level_notices,
            *fitted.notices(settings, assumptions),
            *unranked,
        ),
        counts={name: int(value) for name, value in tally.counts.items() if name in COUNTS},
        located={str(way): int(rows) for way, rows in tally.located.items()},
        model=fitted.model(),
        level=level,
        rejects=tally.rejects,
        countries=fitted.saturation.countries,
        segment_counts=tally.segment_counts.at(level, settings),
        seconds=seconds,
        self_check=fitted.verdicts.summary(share_safe=settings.share_safe),
        comparison_refusal=fitted.coverage.refusal,
        global_refusal=fitted.global_refusal,
        tally=tally,
    )


def _list_evidence(tally: Aggregates, listing: CreatorInput) -> Evidence:
    counts = tally.counts
    return Evidence(
        rows_in=int(counts["rows_in"]),
        usable=int(tally.located.sum()),
        located=int(tally.located[list(FINER)].sum()),
        aggregated=listing.aggregated,
        with_followers=int(counts["with_followers"]),
        with_handles=bool(counts["with_handles"]),
        with_audiences=int(counts["with_audiences"]),
        mended=dict(tally.mended),
        synthetic=bool(counts["synthetic"]),
        smallest_followers=tally.smallest,
        niches=len(tally.niches),
        rank_tops=tuple(tally.tops.dropna().astype(int)),
    )
