"""Stage 5, saturation to opportunity: unmet audience, ranks, how far to trust each; and two rankings side by side."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland import parallel
from hinterland.config import DOMESTIC, INTERNATIONAL, RANKED, SMALLER, UNDER_SERVED, UNRANKED, Assumptions, Settings
from hinterland.errors import SettingsError
from hinterland.language import Text
from hinterland.messages import join_faults
from hinterland.schemas import MARKETS, RANKING, SATURATION

DRAWS_AT_ONCE = 64
CITY_LEVELS = ("city", "metro")
# percent of expected
AS_EXPECTED = 100

# what a user may weigh: the column, and whether more (1) or less (-1) of it is better
WEIGHABLE: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "opportunity": ("unmet_audience", 1),
        "confidence": ("p_underserved", 1),
        "size": ("internet_users", 1),
        "saturation": ("saturation", -1),
        "per_head": ("creators_per_100k", -1),
    }
)


@dataclass(frozen=True)
class Posterior:
    """Draws of the saturation of decided markets, (markets, draws), as a fraction: 1 = as many as expected."""

    markets: pd.Index
    draws: NDArray[np.float32]


def find_opportunity(
    saturation: pd.DataFrame,
    markets: pd.DataFrame,
    posterior: Posterior,
    *,
    settings: Settings,
    assumptions: Assumptions,
) -> pd.DataFrame:
    """Rank the decided markets, under-served ones first, by unmet audience or by the probability of being under-served.

    The class is decided once: ranks are drawn within the under-served markets, and within the others behind them, so
    the doubt in the class is not in their ranges. A range always holds its own rank.

    Parameters
    ----------
    markets
        MARKETS table with `audience_per_creator`, the people an average creator reaches there.

    Returns
    -------
    Table by market_id: unmet_audience and its interval unmet_low, unmet_high (people), for all; rank, opportunity
    (0-100), rank_low, rank_high, mean_rank and p_top_tenth for ranked markets only.
    """
    SATURATION.check(saturation)
    covered = MARKETS.check(markets).loc[saturation.index]
    table = saturation.join(covered[["internet_users", "audience_per_creator"]])
    unmet = _newly_reached(table, table["missing_creators"].to_numpy(float)[:, None])[:, 0]
    ranked = table.index[table["class"].isin(RANKED) & is_shown(covered, settings)]
    theta = posterior.draws[posterior.markets.get_indexer(ranked)]
    # the missing creators of each draw, negative where there are more than expected
    shortfall = table.loc[ranked, "expected_creators"].to_numpy(np.float32)[:, None] * (1 - theta)
    gain = _newly_reached(table.loc[ranked], shortfall)
    table["unmet_audience"] = pd.Series(unmet, table.index)
    # the fuller a market the fewer it lacks: the ends of one interval are those of the other
    bounds = 1 - table[["saturation_high", "saturation_low"]].to_numpy(float) / 100
    ends = _newly_reached(table, table["expected_creators"].to_numpy(float)[:, None] * np.maximum(bounds, 0.0))
    table["unmet_low"], table["unmet_high"] = ends.T
    table.loc[ranked, "unmet_audience"] = np.maximum(gain, 0).mean(axis=1, dtype=np.float64)
    sort, draws = ("unmet_audience", -gain) if settings.sort == "opportunity" else ("p_underserved", theta)
    spread = _rank_spread(table.loc[ranked], sort, draws, assumptions)
    return table[["unmet_audience", "unmet_low", "unmet_high"]].join(spread)


def _newly_reached(markets: pd.DataFrame, missing: NDArray[np.floating]) -> NDArray[np.floating]:
    """Give the people missing creators would reach beyond those the list's own creators reach already.

    g(D) = N exp(-y A / N) (1 - exp(-D A / N)) of N internet users, y creators and A people each reaches, if audiences
    overlap at random and nobody but the list's creators is there; for D < 0 its tangent, so that every draw has an
    order. Never more than N.
    """
    people = markets["internet_users"].to_numpy(missing.dtype)[:, None]
    reach = markets["audience_per_creator"].to_numpy(missing.dtype)[:, None]
    unreached = np.exp(-markets["creators"].to_numpy(missing.dtype)[:, None] * reach / people)
    gained = np.where(missing >= 0, -people * np.expm1(-np.maximum(missing, 0) * reach / people), reach * missing)
    return np.asarray(unreached * gained)


def is_shown(markets: pd.DataFrame, settings: Settings) -> "pd.Series[bool]":
    """Keep the markets this run asks for: countries and sizes.

    Parameters
    ----------
    markets
        MARKETS or RANKING table: population, country_code.
    settings
        `min_population`, `max_population`, and `countries` as codes; without countries, those of all.

    Returns
    -------
    A mark for each row, by market_id.
    """
    largest = np.inf if settings.max_population is None else settings.max_population
    in_range: pd.Series[bool] = markets["population"].between(settings.min_population, largest)
    return in_range & markets["country_code"].isin(settings.countries) if settings.countries else in_range


def decided_shares(classes: "pd.Series[str]", people: "pd.Series[float]") -> tuple[float, float]:
    """Give the shares of covered markets, and of their internet users, that are in the ranking.

    Parameters
    ----------
    classes, people
        Class and internet users of each covered market, by market_id.
    """
    is_ranked = classes.isin(RANKED)
    return float(is_ranked.mean()), float(people[is_ranked].sum() / people.sum())


def _ranks(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rank each column from 1; ties, of which continuous draws have next to none, in the order of the rows.

    Values become whole numbers of the same order, with the row's number behind them: no two are equal, so any
    sorting algorithm, on any processor, gives the same ranks.
    """
    ranks = np.empty(values.shape, dtype=np.float32)
    blocks = [slice(start, start + DRAWS_AT_ONCE) for start in range(0, values.shape[1], DRAWS_AT_ONCE)]
    parallel.side_by_side(partial(_rank_block, values, ranks), blocks)
    return ranks


def _rank_block(values: NDArray[np.float32], ranks: NDArray[np.float32], columns: slice) -> None:
    places = np.arange(1, len(values) + 1, dtype=np.float32)
    bits = np.ascontiguousarray(values[:, columns].T).view(np.int32)
    ordered = np.where(bits >= 0, bits, bits ^ 0x7FFFFFFF).astype(np.int64) << 32 | np.arange(len(values))
    ordered.sort(axis=1)
    block = np.empty(ordered.shape, dtype=np.float32)
    np.put_along_axis(block, ordered & 0xFFFFFFFF, places[None, :], axis=1)
    ranks[:, columns] = block.T


def _bounds(ranks: NDArray[np.float32], tails: tuple[float, float]) -> NDArray[np.float32]:
    """Find the quantiles of each row: (2, markets)."""
    if not len(ranks):
        return np.zeros((2, 0), dtype=np.float32)
    # sorted first, the quantiles take a third of the time
    bounds: NDArray[np.float32] = np.quantile(np.sort(ranks, axis=1), tails, axis=1, overwrite_input=True)
    return bounds


def _rank_spread(
    markets: pd.DataFrame, sort: str, draws: NDArray[np.floating], assumptions: Assumptions
) -> pd.DataFrame:
    """Rank the under-served markets, then the others behind them, and rank each block anew in every draw."""
    called = (markets["class"] == UNDER_SERVED).to_numpy()
    order = (
        markets.assign(called=called)
        .reset_index()
        .sort_values(["called", sort, "market_id"], ascending=[False, False, True])
    )
    rank = pd.Series(np.arange(1, len(markets) + 1), order["market_id"].to_numpy()).reindex(markets.index)
    ranks = np.empty(draws.shape, dtype=np.float32)
    for block, offset in ((called, 0), (~called, int(called.sum()))):
        ranks[block] = offset + _ranks(np.asarray(draws[block], dtype=np.float32))
    low, high = _bounds(ranks, assumptions.tails)
    return pd.DataFrame(
        {
            "rank": rank,
            "opportunity": 100 * (1 - (rank - 1) / max(len(rank), 1)),
            # at the very top a rank may lie outside its draws: it was chosen for being large
            "rank_low": np.minimum(np.floor(low), rank),
            "rank_high": np.maximum(np.ceil(high), rank),
            "mean_rank": ranks.mean(axis=1),
            "p_top_tenth": (ranks <= max(len(markets) / 10, 1)).mean(axis=1),
        },
        index=markets.index,
    )


def find_composite(
    ranking: pd.DataFrame, weights: Mapping[str, float], *, settings: Settings, assumptions: Assumptions
) -> pd.DataFrame:
    """Score the ranked markets by a weighted geometric mean of percentiles, and see which ranks survive other weights.

    Parameters
    ----------
    weights
        Of the fields in WEIGHABLE; only their proportions matter.

    Returns
    -------
    Table by market_id: composite (0-100), composite_rank, and over Dirichlet draws about the weights
    composite_rank_low, composite_rank_high and composite_p_top_tenth. It never replaces `rank`.

    Raises
    ------
    SettingsError
        For a field that cannot be weighed, or a weight that is not above 0; all at once.
    """
    _check_weights(weights)
    table = RANKING.check(ranking).loc[ranking["rank"].notna()].sort_index()
    proportions = np.array(list(weights.values())) / sum(weights.values())
    scores = np.log(np.column_stack([_percentiles(table, field) for field in weights]))
    weight_draws = np.random.default_rng(settings.seed).dirichlet(
        assumptions.weights_certainty * proportions, settings.draws
    )
    ranks = _ranks(-(scores @ weight_draws.T).astype(np.float32))
    low, high = _bounds(ranks, assumptions.tails)
    return pd.DataFrame(
        {
            "composite": 100 * np.exp(scores @ proportions),
            "composite_rank": _ranks(-(scores @ proportions)[:, None].astype(np.float32))[:, 0].astype(np.int64),
            "composite_rank_low": np.floor(low),
            "composite_rank_high": np.ceil(high),
            "composite_p_top_tenth": (ranks <= max(len(table) / 10, 1)).mean(axis=1),
        },
        index=table.index,
    )


def _check_weights(weights: Mapping[str, float]) -> None:
    names = list(WEIGHABLE)
    if not weights:
        raise SettingsError("no weights: choose from {names}", names=names)
    faults = [
        *(
            Text("weights {field}: choose from {names}", field=field, names=names)
            for field in weights
            if field not in names
        ),
        *(
            Text("weights {field}={weight}: a weight is above 0", field=field, weight=weight)
            for field, weight in weights.items()
            if not weight > 0
        ),
    ]
    if faults:
        raise SettingsError(join_faults(faults))


def _percentiles(table: pd.DataFrame, field: str) -> "pd.Series[float]":
    """Give each market's place among all, between 0 and 1; what is missing stands in the middle."""
    column, sign = WEIGHABLE[field]
    places = (sign * table[column]).rank(method="average")
    return ((places - 0.5) / max(int(places.notna().sum()), 1)).fillna(0.5)


def find_scope(country_codes: "pd.Series[str]", home: Collection[str]) -> "pd.Series[str]":
    """Return whether each market is where the brand sells: domestic or international, empty without home countries.

    Parameters
    ----------
    country_codes
        The country of each market.
    home
        Codes of the countries where the brand sells.

    Returns
    -------
    A text by market_id.
    """
    if not home:
        return pd.Series("", country_codes.index, dtype="str")
    return country_codes.isin(home).map({True: DOMESTIC, False: INTERNATIONAL}).astype("str")


class ShortLists(NamedTuple):
    """The first under-served markets of the two questions people come with; either list may be empty.

    `home` are smaller cities, of the home countries if there are any; `abroad` are markets outside the home
    countries, one of each country. Without home countries `abroad` holds one market of any country. No market stands
    in both. Markets whose whole range lies below what is expected come first, then the others, each by rank.
    """

    home: pd.DataFrame
    abroad: pd.DataFrame


# what a market must show to be put in a short list
OF_SHORT_LISTS = ("class", "rank", "saturation_high", "scope", "size_band", "country_code")


def short_lists(ranking: pd.DataFrame, *, count: int, cities: bool = True) -> ShortLists:
    """Pick the under-served markets to put first: smaller cities at home, and markets abroad.

    Parameters
    ----------
    ranking
        A ranking as files show it, columns of RANKING; counts may be hidden.
    count
        Markets in each list, at most.
    cities
        Whether the markets are cities; of others those of any size stand in the first list.
    """
    under = ranking[(ranking["class"] == UNDER_SERVED) & ranking["rank"].notna()]
    under = under.assign(unclear=~(under["saturation_high"] < AS_EXPECTED)).sort_values(["unclear", "rank"])
    under = under.drop(columns="unclear")
    domestic = under[under["scope"] != INTERNATIONAL]
    first = (domestic[domestic["size_band"] == SMALLER] if cities else domestic).head(count)
    abroad = under[(under["scope"] != DOMESTIC) & ~under.index.isin(first.index)].drop_duplicates("country_code")
    return ShortLists(first, abroad.head(count))


BOUNDS = ("saturation", "saturation_low", "saturation_high")
MARKET_COLUMNS = ("market", "region", "country", "country_code", "population")
FLAGS = ("changed", "apart")


def compare(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """List every market judged in at least one of two rankings, those that surely differ first.

    Parameters
    ----------
    before, after
        RANKING tables by market_id.

    Returns
    -------
    pandas.DataFrame
        By market_id: market, region, country, country_code, population; class, saturation, saturation_low and
        saturation_high (percent of expected) with `_before` and `_after`; `changed`, whether the class is another one;
        `apart`, whether the two intervals have nothing in common. A market that is missing on a side, or that its list
        cannot judge, has no saturation there: it is neither changed nor apart.
    """
    sides = [_side(before, "_before"), _side(after, "_after")]
    facts = pd.concat([before[list(MARKET_COLUMNS)], after[list(MARKET_COLUMNS)]])
    both = pd.concat(sides, axis="columns").join(facts[~facts.index.duplicated()])
    pairs = both[~(both["class_before"].isin(UNRANKED) & both["class_after"].isin(UNRANKED))]
    low = pairs[["saturation_low_before", "saturation_low_after"]].max(axis="columns", skipna=False)
    high = pairs[["saturation_high_before", "saturation_high_after"]].min(axis="columns", skipna=False)
    has_both = low.notna() & high.notna()
    changed = has_both & (pairs["class_before"] != pairs["class_after"])
    table = pairs.assign(changed=changed, apart=low > high, leap=_leap(pairs))
    ordered = table.sort_values(
        ["apart", "changed", "leap", "population"], ascending=False, na_position="last", kind="stable"
    )
    return ordered[
        [*MARKET_COLUMNS, *(f"{name}_{side}" for side in ("before", "after") for name in ("class", *BOUNDS)), *FLAGS]
    ]


def _side(ranking: pd.DataFrame, suffix: str) -> pd.DataFrame:
    silent = ranking["class"].isin(UNRANKED)
    return ranking[["class"]].join(ranking[list(BOUNDS)].mask(silent)).add_suffix(suffix)


def _leap(both: pd.DataFrame) -> "pd.Series[float]":
    with np.errstate(divide="ignore"):
        logs = np.log(both[["saturation_before", "saturation_after"]])
    leap: pd.Series[float] = (logs["saturation_after"] - logs["saturation_before"]).abs()
    return leap.replace(np.inf, np.nan)
