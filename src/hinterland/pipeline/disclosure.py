"""What a table may show when it is handed on: nothing that gives away one or two people."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hinterland.indices import DETAIL_INDICES, SEGMENT_INDICES, brand_quadrant, model_spots
from hinterland.schemas import ARRIVALS

SAFE_FROM = 3
COUNT_COLUMNS = ("creators", "audience", "creators_per_100k", "location_quotient", "audience_hhi", "possible_creators")
# with the size curve known, each of these gives the count back, or bounds for it
WORKED_BACK = (
    *("saturation", "saturation_low", "saturation_high", "p_underserved", "missing_creators", "unmet_audience"),
    *("unmet_low", "unmet_high"),
    *("usual_low", "usual_high", "p_fewer", "opportunity", "rank_low", "rank_high", "mean_rank", "p_top_tenth"),
    *("composite", "composite_rank", "composite_rank_low", "composite_rank_high", "composite_p_top_tenth"),
)


def find_withheld(counts: "pd.Series[float]") -> "pd.Series[bool]":
    """Find the markets whose counts are withheld: of one or two creators, and what keeps these from being subtracted.

    Quotients of the other markets give the sum of all creators, and so of the withheld ones. Where that sum says what
    each of them is (a single one, all ones, all twos), the smallest of the other counts is withheld too.

    Parameters
    ----------
    counts
        Creators per market.

    Returns
    -------
    One flag per market.
    """
    few = _is_few(counts)
    total, markets = counts[few].sum(), int(few.sum())
    if markets and (markets == 1 or not markets < total < (SAFE_FROM - 1) * markets):
        others = counts[counts >= SAFE_FROM]
        few = few | (counts.index == others.idxmin()) if len(others) else few
    return few


def suppress_small_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Leave empty, where one or two creators were found, their count and what it could be worked out from.

    Rank and class stay; evidence is low for all of them, as far as it is judged: by count it would be one or the other.

    Parameters
    ----------
    table
        RANKING table by market_id, with or without further columns (arrivals, a composite).

    Returns
    -------
    The same table; these values of withheld markets (`find_withheld`) are missing.
    """
    withheld, possible = find_withheld(table["creators"]), table["possible_creators"]
    table = table.assign(possible_creators=possible.mask(_is_few(possible)))
    newcomers = [name for name in ARRIVALS.columns if name in table]
    if newcomers:
        unsafe = withheld | _is_few(table["new_creators"].fillna(0))
        table = table.assign(**{name: table[name].mask(unsafe) for name in newcomers})
    evidence = table["evidence"].mask(withheld & table["evidence"].notna(), "low")
    hidden = [name for name in (*COUNT_COLUMNS, *WORKED_BACK) if name in table]
    return table.assign(evidence=evidence, **{name: table[name].mask(withheld) for name in hidden})


def _is_few(counts: "pd.Series[float]") -> "pd.Series[bool]":
    return counts.round(6).between(0, SAFE_FROM, inclusive="neither")


def find_spots(ranking: pd.DataFrame, dispersion: float, *, names_only: bool) -> pd.DataFrame:
    """Find hot and cold spots among the covered markets of a ranking, against cities of the same country.

    `dispersion` is the k of the size curve; `names_only` leaves the numbers empty.

    Returns
    -------
    pandas.DataFrame
        neighbourhood_saturation, spot_q and spot ("hot", "cold" or empty), by market_id.
    """
    covered = ranking.loc[ranking["class"] != "not covered"]
    spots = model_spots(covered, dispersion)
    # overlapping sums can be worked back to the counts of single markets
    return spots.assign(neighbourhood_saturation=np.nan, spot_q=np.nan) if names_only else spots


BRAND, ALL_CREATORS = "brand", "everybody"
OF_BRAND = ("brand_development_index", "category_development_index", "brand_opportunity_index")
QUADRANT = "brand_quadrant"
# descriptive indices, with the decimals each deserves
INDEX_DIGITS: Mapping[str, int] = {
    "audience_per_resident": 4,
    "retail_saturation": 3,
    "sami": 3,
    "effective_creators": 1,
    "empirical_bayes_per_100k": 3,
    "brand_creators": 2,
    **dict.fromkeys(OF_BRAND, 1),
    "all_creators": 2,
    "niche_location_quotient": 3,
    "neighbourhood_saturation": 1,
    "spot_q": 4,
}


def add_indices(ranking: pd.DataFrame, segment_counts: pd.DataFrame, *, share_safe: bool = False) -> pd.DataFrame:
    """Give the descriptive indices of every covered market, missing where undefined, in the order of `ranking`.

    Shares and averages are of covered markets alone: elsewhere a list without creators says nothing.

    Parameters
    ----------
    ranking
        RANKING table by market_id.
    segment_counts
        Creators of each market, by market_id: "brand", the brand's own, and "everybody", where these were asked for.
    share_safe
        Whether to leave empty what counts of one or two would show.

    Returns
    -------
    Table by market_id: DETAIL_INDICES; with a brand also brand_creators, three indices and brand_quadrant; with
    "everybody" also all_creators and niche_location_quotient.
    """
    covered = ranking.loc[ranking["class"] != "not covered"]
    plain = pd.DataFrame({name: index(covered) for name, index in DETAIL_INDICES.items()}, covered.index)
    tables = [_hide(plain, [covered["creators"]], share_safe=share_safe)]
    if BRAND in segment_counts:
        tables.append(_of_brand(covered, _in(covered, segment_counts[BRAND]), share_safe=share_safe))
    if ALL_CREATORS in segment_counts:
        tables.append(_of_segment(covered, _in(covered, segment_counts[ALL_CREATORS]), share_safe=share_safe))
    return pd.concat(tables, axis="columns").reindex(ranking.index)


def _of_brand(covered: pd.DataFrame, brand_creators: "pd.Series[float]", *, share_safe: bool) -> pd.DataFrame:
    markets = covered.assign(segment_creators=brand_creators)
    indices = {name: SEGMENT_INDICES[name](markets) for name in OF_BRAND}
    table = pd.DataFrame(
        {"brand_creators": brand_creators, **indices, QUADRANT: brand_quadrant(markets)}, covered.index
    )
    return _hide(
        table, [brand_creators, covered["creators"], covered["creators"] - brand_creators], share_safe=share_safe
    )


def _of_segment(covered: pd.DataFrame, all_creators: "pd.Series[float]", *, share_safe: bool) -> pd.DataFrame:
    markets = covered.assign(segment_creators=covered["creators"], creators=all_creators)
    name = "niche_location_quotient"
    table = pd.DataFrame({"all_creators": all_creators, name: SEGMENT_INDICES[name](markets)}, covered.index)
    return _hide(table, [all_creators, covered["creators"], all_creators - covered["creators"]], share_safe=share_safe)


def _in(covered: pd.DataFrame, counts: "pd.Series[float]") -> "pd.Series[float]":
    return counts.reindex(covered.index, fill_value=0.0)


def _hide(table: pd.DataFrame, counts: "list[pd.Series[float]]", *, share_safe: bool) -> pd.DataFrame:
    """Leave empty what would show a count of one or two, if the table is to be shared."""
    if not share_safe:
        return table
    return table.mask(pd.concat([find_withheld(count) for count in counts], axis="columns").any(axis="columns"))
