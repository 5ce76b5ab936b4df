"""Does the ranking find what was hidden? The method against planted truth, naive rivals and an oracle."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import gammainc

from hinterland.assumptions import Assumptions, Settings
from hinterland.reference import load_markets
from hinterland.saturation import Saturation, fit_saturation
from hinterland.synthetic import World, plant_world

TOP = 200
DECIDED_FROM = 3.0


def check_world(
    scenario: str = "plain", *, seed: int = 0, markets: pd.DataFrame | None = None
) -> dict[str, float | str]:
    """Plant a world over the bundled city markets and measure how well its truth is found.

    Returns
    -------
    precision_model, precision_oracle, precision_per_head: share of the 200 surest "under-served" markets whose
    true saturation is below half; coverage: share of 90 % intervals that hold the truth, overall and where at
    least three creators are expected; worst_overconfidence: largest excess of predicted over observed frequency
    in a decile of p_underserved; and the fitted parameters beside the planted ones.
    """
    assumptions = Assumptions()
    places = load_markets("city", min_population=assumptions.market_minimum) if markets is None else markets
    world = plant_world(places, scenario, seed=seed)
    fitted = fit_saturation(world.creators, places, settings=Settings(seed=seed), assumptions=assumptions)
    table = fitted.lenses["home"].table
    return {
        "scenario": scenario,
        "seed": seed,
        "markets": len(table),
        "creators": float(world.creators.sum()),
        **_precisions(world, places, table, assumptions.underserved_below, seed),
        **_coverage(world, table),
        "worst_overconfidence": _overconfidence(world, table, assumptions.underserved_below),
        **_parameters(world, fitted),
    }


def _precisions(
    world: World, places: pd.DataFrame, table: pd.DataFrame, threshold: float, seed: int
) -> dict[str, float]:
    truth = world.saturation < threshold
    k = world.scenario.k
    oracle = pd.Series(gammainc(k + world.creators, threshold * (k + world.expected)), truth.index)
    per_head = -world.creators / places["internet_users"].reindex(truth.index)
    rivals = {"model": table["p_underserved"], "oracle": oracle, "per_head": per_head}
    rng = np.random.default_rng(seed)
    ties = pd.Series(rng.random(len(truth)), truth.index)
    return {f"precision_{name}": _precision(truth, sureness, ties) for name, sureness in rivals.items()}


def _precision(truth: "pd.Series[bool]", sureness: "pd.Series[float]", ties: "pd.Series[float]") -> float:
    """Check the surest; ties are broken at random, for file order alone moves the naive rival."""
    order = pd.DataFrame({"sure": sureness, "tie": ties}).sort_values(["sure", "tie"], ascending=False)
    return float(truth.loc[order.index[:TOP]].mean())


def _coverage(world: World, table: pd.DataFrame) -> dict[str, float]:
    held = (100 * world.saturation).between(table["saturation_low"], table["saturation_high"])
    return {"coverage": float(held.mean()), "coverage_decided": float(held[world.expected >= DECIDED_FROM].mean())}


def _overconfidence(world: World, table: pd.DataFrame, threshold: float) -> float:
    decile = np.minimum((10 * table["p_underserved"]).astype(int), 9)
    by_decile = pd.DataFrame({"said": table["p_underserved"], "true": world.saturation < threshold}).groupby(decile)
    excess = (by_decile["said"].mean() - by_decile["true"].mean())[by_decile.size() >= TOP / 4]
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
    lines = [f"{name.replace('_', ' '):22} {_shown(value)}" for name, value in result.items()]
    return "\n".join([*lines, ""])


def _shown(value: float | str) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
