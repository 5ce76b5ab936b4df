"""Does the ranking find what was hidden? The method against planted truth, naive rivals and an oracle."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import gammainc

from hinterland.assumptions import Assumptions, Settings
from hinterland.indices import empirical_bayes_rates
from hinterland.reference import load_markets
from hinterland.saturation import Saturation, fit_saturation
from hinterland.synthetic import World, plant_world

TOP = 200
DECIDED_FROM = 3.0
FEWEST_IN_DECILE = 50

Result = dict[str, float | str]


def check_world(scenario: str = "plain", *, seed: int = 0, markets: pd.DataFrame | None = None) -> Result:
    """Plant a world over the bundled city markets and measure how well its truth is found.

    Returns
    -------
    precision_*: share of the 200 markets each method is surest of whose true saturation is below half, for the
    model, an oracle that knows every parameter, creators per head, residuals of a line through the logarithms
    (markets without creators dropped) and empirical Bayes rates; coverage*: share of 90 % intervals that hold the
    truth, overall, where at least three creators are expected, and in the global benchmark; called, called_wrongly:
    markets called under-served, and the share of them that truly have as many as expected or more;
    worst_overconfidence: largest excess of said over true frequency in a decile of p_underserved; and the parameters,
    fitted and planted.

    Raises
    ------
    UnknownNameError
        For a scenario that is not there.
    """
    assumptions = Assumptions()
    places = load_markets("city", min_population=assumptions.market_minimum) if markets is None else markets
    world = plant_world(places, scenario, seed=seed)
    fitted = fit_saturation(world.creators, places, settings=Settings(seed=seed), assumptions=assumptions)
    table = fitted.benchmarks["national"].table
    return {
        "scenario": scenario,
        "seed": seed,
        "markets": len(table),
        "creators": float(world.creators.sum()),
        **_precisions(world, places.loc[table.index], table, assumptions.underserved_below),
        **_coverage(world, places, fitted),
        **_calls(world, table),
        "worst_overconfidence": _overconfidence(world, table, assumptions.underserved_below),
        **_parameters(world, fitted),
    }


def _precisions(world: World, places: pd.DataFrame, table: pd.DataFrame, threshold: float) -> dict[str, float]:
    k, seen, people = world.scenario.k, world.creators, places["internet_users"]
    sureness = {
        "model": table["p_underserved"],
        "oracle": pd.Series(gammainc(k + seen, threshold * (k + world.expected)), table.index),
        "per_head": -seen / people,
        "line": -_line_residuals(seen, people),
        "empirical_bayes": -empirical_bayes_rates(seen, people),
    }
    truth = world.saturation < threshold
    # file order alone moves the naive rivals, most of whose counts are zero: ties are broken at random
    ties = pd.Series(np.random.default_rng(len(truth)).random(len(truth)), truth.index)
    return {f"precision_{name}": _precision(truth, sure, ties) for name, sure in sureness.items()}


def _precision(truth: "pd.Series[bool]", sureness: "pd.Series[float]", ties: "pd.Series[float]") -> float:
    order = pd.DataFrame({"sure": sureness, "tie": ties}).sort_values(["sure", "tie"], ascending=False)
    return float(truth.loc[order.index[:TOP]].mean())


def _line_residuals(seen: "pd.Series[float]", people: "pd.Series[float]") -> "pd.Series[float]":
    """Fit ln y on ln N by least squares, markets without creators dropped (Bettencourt et al. 2010)."""
    some = seen[seen > 0]
    size, height = np.log(people[some.index].to_numpy(float)), np.log(some.to_numpy(float))
    slope, level = np.polyfit(size, height, 1)
    return pd.Series(height - level - slope * size, some.index).reindex(seen.index)


def _coverage(world: World, places: pd.DataFrame, fitted: Saturation) -> dict[str, float]:
    home, abroad = (fitted.benchmarks[benchmark].table for benchmark in ("national", "global"))
    held = _held(home, world.saturation)
    level = places.loc[abroad.index, "country_code"].map(world.levels)
    return {
        "coverage": float(held.mean()),
        "coverage_decided": float(held[world.expected >= DECIDED_FROM].mean()),
        "coverage_world": float(_held(abroad, world.saturation * level).mean()),
    }


def _held(table: pd.DataFrame, truth: "pd.Series[float]") -> "pd.Series[bool]":
    return (100 * truth).between(table["saturation_low"], table["saturation_high"])


def _calls(world: World, table: pd.DataFrame) -> dict[str, float]:
    called = table.index[table["class"] == "under-served"]
    wrong = (world.saturation[called] >= 1).mean() if len(called) else 0.0
    return {"called": len(called), "called_wrongly": float(wrong)}


def _overconfidence(world: World, table: pd.DataFrame, threshold: float) -> float:
    decile = np.minimum((10 * table["p_underserved"]).astype(int), 9)
    by_decile = pd.DataFrame({"said": table["p_underserved"], "true": world.saturation < threshold}).groupby(decile)
    excess = (by_decile["said"].mean() - by_decile["true"].mean())[by_decile.size() >= FEWEST_IN_DECILE]
    return float(excess.max())


def _parameters(world: World, fitted: Saturation) -> dict[str, float]:
    curve, planted = fitted.curve, world.scenario
    return {
        "beta": curve.beta,
        "beta_se": curve.beta_se,
        "beta_planted": planted.beta,
        "k": curve.k,
        "k_planted": planted.k,
        "sigma": curve.sigma,
        "sigma_planted": planted.sigma,
    }


def show(result: Mapping[str, float | str]) -> str:
    """Lay a result out for people, a line per measure."""
    lines = [f"{name.replace('_', ' '):26} {_shown(value)}" for name, value in result.items()]
    return "\n".join([*lines, ""])


def _shown(value: float | str) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
