"""What another budget would buy, and where more money buys clearly less."""

import pandas as pd

from hinterland.plan.choices import find_choices
from hinterland.plan.greedy import grow
from hinterland.plan.pose import pose
from hinterland.plan.scenario import Scenario

CURVE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 1.75, 2.0)


def draw_curve(
    offers: pd.DataFrame,
    shares: pd.DataFrame,
    ranking: pd.DataFrame,
    *,
    scenario: Scenario,
    sameness: float | None = None,
) -> pd.DataFrame:
    """Say what other budgets would reach: budget, cost, people; by the greedy plan, in a blink.

    `knee` marks the budget beyond which money buys clearly less.
    """
    rows = []
    for budget in (share * scenario.budget for share in CURVE):
        asked = scenario.model_copy(update={"budget": budget})
        problem = pose(find_choices(offers, shares, ranking, asked), ranking, asked, sameness=sameness)
        plan = grow(problem)
        if plan is not None:
            rows.append((budget, float(problem.price @ plan), problem.value(plan)))
    curve = pd.DataFrame(rows, columns=["budget", "cost", "people"], dtype=float)
    return curve.assign(knee=curve["budget"] == find_knee(curve))


def find_knee(curve: pd.DataFrame) -> float:
    """Find the budget where the curve lies farthest above the straight line from nothing to its end.

    Satopaa et al. 2011, "Finding a kneedle in a haystack", 10.1109/ICDCSW.2011.20.
    """
    if curve.empty:
        return float("nan")
    above = curve["people"] / curve["people"].max() - curve["budget"] / curve["budget"].max()
    return float(curve["budget"].loc[above.idxmax()])
