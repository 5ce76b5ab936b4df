"""Choices, markets and limits as the numbers of a problem."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import sparse

from hinterland.plan.choices import Choices
from hinterland.plan.doubt import doubt
from hinterland.plan.problem import BudgetShare, Counts, Problem, Rules
from hinterland.plan.scenario import Scenario


def pose(choices: Choices, ranking: pd.DataFrame, scenario: Scenario, *, sameness: float | None = None) -> Problem:
    """Write choices, markets and limits as numbers; markets in the order of the ranking.

    With `sameness`, the model's k, people are worth what is likely to be there to win; without, unmet audience is
    taken at its word.
    """
    table, reach = choices
    shape = (len(table), len(ranking))
    cells = (reach["people"].to_numpy(float), (reach["choice"].to_numpy(), _at(ranking, reach["market_id"])))
    unmet = ranking["unmet_audience"].fillna(0).to_numpy(float)[:, None]
    widths, worths = (unmet, np.ones_like(unmet)) if sameness is None else doubt(ranking, sameness)
    allowed = ~ranking.index.isin(scenario.never)[:, None]
    rules = Rules(
        scenario.budget,
        scenario.min_creators,
        scenario.max_creators,
        scenario.max_markets,
        tuple(_at(ranking, list(scenario.must)).tolist()),
        _shares(_at(ranking, table["market_id"]), ranking, scenario),
    )
    return Problem(
        table["price"].to_numpy(float),
        table["units"].to_numpy(np.int64),
        _at(ranking, table["market_id"]),
        sparse.csr_array(cells, shape=shape),
        widths * allowed,
        worths,
        rules,
    )


def _at(ranking: pd.DataFrame, market_ids: Iterable[str]) -> Counts:
    """Find the positions of markets in the ranking."""
    return ranking.index.get_indexer(pd.Index(list(market_ids))).astype(np.int64)


def _shares(home: Counts, ranking: pd.DataFrame, scenario: Scenario) -> tuple[BudgetShare, ...]:
    country, _ = pd.factorize(ranking["country_code"])
    wanted = (("market_share", home, scenario.market_share), ("country_share", country[home], scenario.country_share))
    return tuple(
        BudgetShare(name, group.astype(np.int64), share * scenario.budget) for name, group, share in wanted if share < 1
    )
