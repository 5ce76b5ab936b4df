"""Markets most alike by size, income, language, region and creators, and what sets each pair apart."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.errors import UnknownNameError
from hinterland.language import IN_ENGLISH, Language
from hinterland.messages import no_such_market
from hinterland.messages import plans as plan_messages
from hinterland.schemas import MARKETS, MIX

Floats = NDArray[np.float64]

FAMILIES = ("niche", "platform", "tier")
# beyond the most frequent ones, niches typed by hand are too rare to compare
KINDS_KEPT, OTHERS = 12, "other"
# what counts as much as what: twice the size = twice the income = another continent = half of the languages
# = creators that differ by a quarter (Hellinger); choices, made so that each kind of difference can decide
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"size": 1.0, "income": 1.0, "language": 2.0, "region": 1.0, "niche": 4.0, "platform": 4.0, "tier": 4.0}
)
# a market's mix of creators with this many of them counts half, the list's mix the other half
MIX_SHRINKAGE = 10.0
UNKNOWN_INCOME, UNKNOWN_LANGUAGE = 1.0, 0.5
ANOTHER_COUNTRY = 0.5


def count_kinds(located: pd.DataFrame, vetted: pd.DataFrame, level: str) -> pd.DataFrame:
    """Count creators by market and niche, platform and tier, in whole millionths; kinds in lower case.

    Parameters
    ----------
    located
        LOCATED table.
    vetted
        VETTED table of the same creators.
    level
        city, metro, region or country.

    Returns
    -------
    MIX table.
    """
    placed = located.dropna(subset=f"{level}_market")
    counts = placed[[f"{level}_market", "creators_millionths"]].set_axis(["market_id", "creators_millionths"], axis=1)
    kinds = vetted[list(FAMILIES)].loc[placed["creator_id"]]
    values = {family: kinds[family].str.strip().str.casefold().to_numpy(object) for family in FAMILIES}
    cells = pd.concat([counts.assign(family=family, value=value) for family, value in values.items()])
    named = cells.dropna(subset="value").astype({"market_id": "str", "value": "str"})
    return named.groupby(list(MIX.key), sort=True).sum()


def merge_mixes(mixes: list[pd.DataFrame]) -> pd.DataFrame:
    """Add MIX tables up.

    Returns
    -------
    MIX table.
    """
    return pd.concat(mixes).groupby(level=list(MIX.key), sort=True).sum()


def lump_rare_kinds(mix: pd.DataFrame) -> pd.DataFrame:
    """Keep the twelve largest kinds of each family of a MIX table; all rarer ones are "other".

    Returns
    -------
    MIX table.
    """
    totals = mix.groupby(level=["family", "value"])["creators_millionths"].sum().reset_index()
    ordered = totals.sort_values(["creators_millionths", "value"], ascending=[False, True])
    frequent = pd.MultiIndex.from_frame(ordered.groupby("family").head(KINDS_KEPT)[["family", "value"]])
    flat = mix.reset_index()
    is_frequent = pd.MultiIndex.from_frame(flat[["family", "value"]]).isin(frequent)
    lumped = flat.assign(value=flat["value"].where(is_frequent, OTHERS)).set_index(list(MIX.key))
    return MIX.check(merge_mixes([lumped]))


def find_twins(market_id: str, markets: pd.DataFrame, mix: pd.DataFrame) -> pd.DataFrame:
    """Measure how unlike one market every other is, the most alike first.

    Parameters
    ----------
    markets
        MARKETS with the countries' `gdp_per_head_ppp`, `languages` (codes joined by ;, main first) and `continent`.
    mix
        MIX: creators by niche, platform and tier.

    Returns
    -------
    Table by market_id: distance, its parts (size, income, language, region, niche, platform, tier; they add up to
    it) and `why`, a sentence. Distances are symmetric: both markets find the other equally far.

    Raises
    ------
    UnknownNameError
        For a market that is not there.
    """
    MARKETS.check(markets)
    MIX.check(mix)
    if market_id not in markets.index:
        raise UnknownNameError(no_such_market([market_id]))
    at = int(markets.index.get_indexer(pd.Index([market_id]))[0])
    parts = _ground_parts(markets, at) | {family: _family_part(markets.index, mix, family, at) for family in FAMILIES}
    weighted = pd.DataFrame({name: WEIGHTS[name] * part for name, part in parts.items()}, index=markets.index)
    twins = weighted.assign(distance=weighted.sum(axis=1)).drop(index=market_id)
    order = twins.reset_index().sort_values(["distance", "market_id"])["market_id"]
    return twins.loc[order, ["distance", *WEIGHTS]]


def explain_twins(
    market_id: str, twins: pd.DataFrame, markets: pd.DataFrame, language: Language = IN_ENGLISH
) -> "pd.Series[str]":
    """Say of each twin in words what is alike and what is not; `twins` as `find_twins` gives them.

    Parameters
    ----------
    twins
        What `find_twins` gives for this market: its parts of each distance.
    markets
        As in `find_twins`; it holds the market and its twins.

    Returns
    -------
    A sentence in `language` for each twin, by market_id.
    """
    facts = _facts(markets, market_id)
    parts = [dict(zip(WEIGHTS, row, strict=True)) for row in twins[list(WEIGHTS)].to_numpy(float).tolist()]
    sentences = [
        language.render(plan_messages.twin(facts, _facts(markets, str(twin_id)), distances))
        for twin_id, distances in zip(twins.index, parts, strict=True)
    ]
    return pd.Series(sentences, twins.index, dtype="str")


def _facts(markets: pd.DataFrame, market_id: str) -> dict[str, object]:
    columns = ("internet_users", "gdp_per_head_ppp", "languages", "country_code", "continent")
    return {name: markets.loc[market_id, name] for name in columns}


def _ground_parts(markets: pd.DataFrame, at: int) -> dict[str, Floats]:
    """Compare people and countries: doublings of size and income, languages, and how far off on the globe."""
    # an island may have nobody online
    size = np.log2(markets["internet_users"].clip(lower=1).to_numpy(float))
    income = np.log2(markets["gdp_per_head_ppp"].to_numpy(float))
    return {
        "size": np.abs(size - size[at]),
        "income": np.nan_to_num(np.abs(income - income[at]), nan=UNKNOWN_INCOME),
        "language": _language_part(markets["languages"], at),
        "region": _region_part(markets, at),
    }


def _language_part(languages: "pd.Series[str]", at: int) -> Floats:
    """Give the share of languages not in common; a country's second language weighs half, its third a third."""
    codes, distinct = pd.factorize(languages.fillna("").astype(str))
    weights = [_language_weights(text) for text in distinct]
    target = weights[codes[at]]
    distances = [
        max(1 - sum(min(weight, target.get(language, 0.0)) for language, weight in candidate.items()), 0.0)
        if candidate and target
        else UNKNOWN_LANGUAGE
        for candidate in weights
    ]
    return np.array(distances)[codes]


def _language_weights(text: str) -> dict[str, float]:
    spoken = [language for language in text.split(";") if language]
    total = sum(1 / (place + 1) for place in range(len(spoken)))
    return {language: 1 / (place + 1) / total for place, language in enumerate(spoken)}


def _region_part(markets: pd.DataFrame, at: int) -> Floats:
    """Give 0 for the same country, 0.5 for the same continent, 1 for another."""
    country, continent = (markets[name].to_numpy(object) for name in ("country_code", "continent"))
    abroad = np.where(continent == continent[at], ANOTHER_COUNTRY, 1.0)
    return np.where(country == country[at], 0.0, abroad)


def _family_part(market_ids: pd.Index, mix: pd.DataFrame, family: str, at: int) -> Floats:
    """Compare who the creators are: Hellinger distances of shares, 0 the same to 1 nothing in common."""
    millionths = mix.loc[mix.index.get_level_values("family") == family, "creators_millionths"].droplevel("family")
    if millionths.empty:
        return np.zeros(len(market_ids))
    table = millionths.reset_index().pivot_table(
        "creators_millionths", "market_id", "value", aggfunc="sum", fill_value=0
    )
    counts = table.reindex(market_ids, fill_value=0).to_numpy(float) / 1e6
    overall = counts.sum(axis=0) / max(counts.sum(), 1e-9)
    shares = (counts + MIX_SHRINKAGE * overall) / (counts.sum(axis=1, keepdims=True) + MIX_SHRINKAGE)
    roots = np.sqrt(shares)
    return np.asarray(np.linalg.norm(roots - roots[at], axis=1) / np.sqrt(2), dtype=np.float64)
