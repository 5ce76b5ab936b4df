"""What the sales of a list show: rates per tier and platform, partially pooled, with intervals.

Rates are of creators, never of places: nothing here says where people buy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hinterland.conversions.counts import of_clicks, of_exposure, of_money
from hinterland.conversions.pooling import Cells, pool
from hinterland.messages import Notice
from hinterland.messages import creators as wording

__all__ = ["Conversions", "find_conversions"]

Floats = NDArray[np.float64]

THOUSAND = 1_000
LEAST_CREATORS = 5
ORDER = ("nano", "micro", "mid", "macro", "mega")
CELL = ["tier", "platform"]
COLUMNS = ["measure", *CELL, "creators", "rate", "rate_low", "rate_high"]


@dataclass(frozen=True)
class Measure:
    """One rate: events of `events` per unit of `per`, by the likelihood that suits them."""

    events: str
    per: str
    unit: float = 1.0
    kind: str = "exposure"


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "orders per click": Measure("orders", "clicks", kind="clicks"),
        "clicks per 1,000 followers": Measure("clicks", "followers", THOUSAND),
        "orders per 1,000 followers": Measure("orders", "followers", THOUSAND),
        "revenue per follower": Measure("revenue", "followers", kind="money"),
        "revenue per unit of cost": Measure("revenue", "cost", kind="money"),
    }
)
FITS = {"clicks": of_clicks, "exposure": of_exposure, "money": of_money}


@dataclass(frozen=True)
class Conversions:
    """Rates per measure, tier and platform with 90 % intervals, and what they say in words."""

    table: pd.DataFrame
    notices: tuple[Notice, ...] = ()


def find_conversions(creators: pd.DataFrame, *, seed: int = 0) -> Conversions:
    """Estimate every rate the columns of a vetted list allow; nothing where it tells of no sales.

    Rates of a tier and platform are drawn towards those of all, the more the less they rest on (partial pooling).
    """
    tables, notices = [], []
    for name, measure in MEASURES.items():
        rows = _rows(creators, measure)
        if len(rows) < LEAST_CREATORS:
            continue
        cells = FITS[measure.kind](rows)
        draws = pool(cells, np.random.default_rng(seed))
        tables.append(_table(name, measure, cells, draws))
        notices += _contrast(name, cells, draws)
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    return Conversions(table, tuple(notices))


def _rows(creators: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Take the creators that tell both numbers, and are of a known tier."""
    if not {measure.events, measure.per} <= set(creators.columns):
        return pd.DataFrame()
    rows = pd.DataFrame(
        {
            "tier": creators["tier"].astype("str"),
            "platform": creators["platform"].fillna("").astype("str"),
            "events": creators[measure.events].astype("float64"),
            "per": creators[measure.per].astype("float64"),
        }
    ).dropna()
    return rows.loc[rows["tier"].isin(ORDER) & (rows["per"] > 0) & (rows["events"] >= 0)]


def _table(name: str, measure: Measure, cells: Cells, draws: Floats) -> pd.DataFrame:
    low, middle, high = np.exp(np.quantile(draws, (0.05, 0.5, 0.95), axis=0)) * measure.unit
    known = cells.table.reset_index()[[*CELL, "creators"]]
    return known.assign(measure=name, rate=middle, rate_low=low, rate_high=high)[COLUMNS]


def _contrast(name: str, cells: Cells, draws: Floats) -> list[Notice]:
    """Compare the smallest tier with the largest, on the platforms where both are, weighted by what they rest on."""
    tiers = [tier for tier in ORDER if tier in cells.table.index.get_level_values("tier")]
    if len(tiers) < 2:  # noqa: PLR2004 - it takes two to compare
        return []
    small, large = tiers[0], tiers[-1]
    both = cells.table.loc[small].index.intersection(cells.table.loc[large].index)
    if both.empty:
        return []
    weight = cells.table["per"].groupby(level="platform").sum().reindex(both).to_numpy(float)
    at = {cell: place for place, cell in enumerate(cells.table.index)}
    rates = [np.exp(draws[:, [at[tier, one] for one in both]]) @ weight for tier in (small, large)]
    low, middle, high = np.quantile(rates[0] / rates[1], (0.05, 0.5, 0.95))
    return [wording.conversions(name, small, large, (float(middle), float(low), float(high)))]
