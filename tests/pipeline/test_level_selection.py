from collections import Counter

import numpy as np
import pandas as pd
import pytest

from hinterland.config import LEVELS, Assumptions, Settings
from hinterland.pipeline.aggregate import Aggregates, CreatorInput
from hinterland.pipeline.level_selection import compare_levels, select_level
from hinterland.schemas import SITE_SUMS, SUPPLY

MARKETS = 400


def markets(level):
    people = np.geomspace(16_000, 8e6, MARKETS)
    return pd.DataFrame(
        {
            "market": "m",
            "region": "r",
            "country": "c",
            "country_code": np.resize(["AA", "BB", "CC", "DD"], MARKETS),
            "level": level,
            "boundary_kind": "official",
            "latitude": 0.0,
            "longitude": 0.0,
            "population": people,
            "internet_users": people,
        },
        index=pd.Index([f"{level}:{number:04d}" for number in range(MARKETS)], name="market_id"),
    )


def counts(level, beta, seed, creators):
    rng = np.random.default_rng(seed)
    table = markets(level)
    expected = table["population"].to_numpy() ** beta
    drawn = rng.poisson(expected / expected.sum() * creators * rng.gamma(4, 1 / 4, MARKETS))
    return pd.DataFrame({f"{level}_market": table.index, "creators_millionths": drawn * 1_000_000})


def tally(city_beta, metro_beta, creators=20_000):
    codes = [f"country:{code}" for code in ("AA", "BB", "CC", "DD")]
    rows = pd.concat(
        [
            counts("city", city_beta, 1, creators),
            counts("metro", metro_beta, 2, creators),
            pd.DataFrame({"country_market": codes, "creators_millionths": 1}),
        ],
        ignore_index=True,
    ).rename_axis("site")
    sites = rows.reindex(columns=[f"{level}_market" for level in LEVELS]).assign(placed=True)
    site_sums = rows.reset_index().assign(tier="nano").reindex(columns=list(SITE_SUMS.columns), fill_value=0)
    empty = pd.DataFrame()
    return Aggregates(
        site_sums=site_sums,
        sites=sites,
        doubt_sums=pd.DataFrame(
            index=pd.MultiIndex.from_arrays([[], [], []], names=SUPPLY.key), columns=list(SUPPLY.columns), dtype="int64"
        ),
        audiences=empty,
        rejects=empty,
        located=pd.Series({"coordinates": 0, "columns": 0, "text": creators, "country_only": 0, "nowhere": 0}),
        counts=pd.Series({"sole_market": 0.0}),
        smallest=0.0,
        niches=frozenset(),
        tops=pd.Series(dtype=float),
        mended=Counter(),
    )


def no_regions(table):
    return pd.Series(None, table.index, dtype="str")


def codes(city_beta, metro_beta):
    counted, settings = tally(city_beta, metro_beta), Settings(draws=100, level="metro")
    listing = CreatorInput((), lambda part: part)
    _, fitted, _ = select_level(counted, listing, markets, no_regions, settings=settings, assumptions=Assumptions())
    return [
        notice.code
        for notice in compare_levels(fitted, counted, listing, markets, settings=settings, assumptions=Assumptions())
    ]


def test_levels_that_agree_are_not_warned_about():
    assert codes(1.1, 1.1) == []


def test_levels_that_disagree_are():
    assert codes(1.5, 1.0) == ["boundaries_matter"]


@pytest.mark.parametrize(("creators", "level"), [(40_000, "city"), (60, "country")])
def test_auto_takes_the_finest_level_at_which_most_people_are_decidable(creators, level):
    settings = Settings(draws=100, level="auto")
    chosen, _, _ = select_level(
        tally(1.1, 1.1, creators),
        CreatorInput((), lambda part: part),
        any_level,
        no_regions,
        settings=settings,
        assumptions=Assumptions(),
    )
    assert chosen == level


def any_level(level):
    if level in {"city", "metro"}:
        return markets(level)
    return markets(level).iloc[:4].rename(index=dict(zip(markets(level).index, names(level), strict=False)))


def names(level):
    return [f"{level}:{code}" for code in ("AA", "BB", "CC", "DD")]
