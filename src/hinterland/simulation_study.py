"""Does the ranking find what was hidden? The method against planted truth, naive rivals and an oracle."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammainc

from hinterland.config import OVER_SATURATED, RANKED, UNDER_SERVED, Assumptions, Settings
from hinterland.coverage import PRESENT, WORLDWIDE, find_covered, names_few_cities
from hinterland.indices import empirical_bayes_rates
from hinterland.language import IN_ENGLISH, Language, later
from hinterland.pipeline.evaluate import Fitted
from hinterland.pipeline.level_selection import fit_covered
from hinterland.reference import load_markets
from hinterland.schemas import SUPPLY
from hinterland.synthetic import SimulatedMarkets, plant_world

TOP, TOP_SHARE = 200, 0.1
DECIDED_FROM, WELL_DECIDED_FROM = 3.0, 30.0
FEWEST_IN_DECILE = 50
OVER_SATURATED_FROM = 1.25

Result = dict[str, Any]


def check_worlds(
    scenario: str = "plain",
    *,
    seeds: Sequence[int],
    markets: pd.DataFrame | None = None,
    assumptions: Assumptions | None = None,
    language: Language = IN_ENGLISH,
) -> Result:
    """Plant a world of each seed and measure each as `check_world` does.

    Returns
    -------
    scenario and seeds; runs, one result of `check_world` per seed; mean and sd, of each measure over the seeds; and
    warnings, in how many of the worlds each is given.
    """
    runs = [
        check_world(scenario, seed=seed, markets=markets, assumptions=assumptions, language=language) for seed in seeds
    ]
    figures = pd.DataFrame(runs).drop(columns=["scenario", "seed", "warnings"]).astype(float)
    codes = pd.Series([code for run in runs for code in {warning["code"] for warning in run["warnings"]}], dtype="str")
    return {
        "scenario": scenario,
        "seeds": list(seeds),
        "runs": runs,
        "mean": {str(name): _number_or_none(value) for name, value in figures.mean().items()},
        "sd": {str(name): _number_or_none(value) for name, value in figures.std(ddof=1).items()},
        "warnings": codes.value_counts().sort_index().to_dict(),
    }


def check_world(
    scenario: str = "plain",
    *,
    seed: int = 0,
    markets: pd.DataFrame | None = None,
    assumptions: Assumptions | None = None,
    language: Language = IN_ENGLISH,
) -> Result:
    """Plant a world over the bundled city markets and measure how well its truth is found.

    Returns
    -------
    precision_*: share of the 200 markets (of fewer than 2,000: of a tenth) each method is surest of whose true
    saturation is below half, for the model, an oracle that has every parameter and takes each theta for Gamma(k, k),
    creators per head, residuals of a line through the logarithms (markets without creators dropped) and empirical
    Bayes rates; coverage*: share of 90 % intervals that hold the truth, overall, where at least three creators are
    expected (cov3 is the same), and against the world; cov30: where at least 30 are; called, called_wrongly: markets
    called under-served, and the share of them that truly have as many as expected or more; worst_overconfidence:
    largest excess of stated over true frequency in a decile of p_underserved; the parameters, fitted and planted;
    ranked: markets in the ranking; where giants are crowded, giants_judged, giants_called: the share of them that are
    ranked, and of those at 125 % or more that are called over-saturated; warnings: what a user is warned of.

    Raises
    ------
    UnknownNameError
        For a scenario that is not there.
    """
    assumptions = assumptions or Assumptions()
    places = load_markets("city", min_population=assumptions.market_minimum) if markets is None else markets
    world, settings = plant_world(places, scenario, seed=seed), Settings(seed=seed)
    fitted = _fit(world, settings, assumptions)
    national, worldwide = (benchmark.table for benchmark in fitted.saturation.benchmarks.values())
    truth = pd.DataFrame({"expected": world.expected, "saturation": world.saturation})
    truth = truth.assign(against_world=world.saturation * world.country_factor).loc[national.index]
    precisions = _precisions(world, truth, national, assumptions.underserved_below)
    called = truth.loc[national["class"] == UNDER_SERVED, "saturation"]
    return {
        "scenario": scenario,
        "seed": seed,
        "markets": len(national),
        "creators": float(world.creators.sum()),
        **precisions,
        **_coverage(truth, national, worldwide),
        "called": len(called),
        "called_wrongly": float((called >= 1).mean()) if len(called) else 0.0,
        "worst_overconfidence": _overconfidence(truth, national, assumptions.underserved_below),
        **_parameters(world, fitted),
        "cov3": _share_covered(truth, national, DECIDED_FROM),
        "cov30": _share_covered(truth, national, WELL_DECIDED_FROM),
        "precision_of_oracle": precisions["precision_model"] / max(precisions["precision_oracle"], 1 / TOP),
        "ranked": int(national["class"].isin(RANKED).sum()),
        **_giants(world, truth, national),
        "warnings": [language.describe(notice) for notice in fitted.notices(settings, assumptions)],
    }


def _fit(world: SimulatedMarkets, settings: Settings, assumptions: Assumptions) -> Fitted:
    """Fit the world as a run does that is said to cover the world, unless the list is one of chosen cities."""
    cities = world.markets.index.str.startswith("city:").all()
    is_city_list = bool(cities) and names_few_cities(world.creators, world.markets)
    coverage = find_covered(
        world.creators[world.creators > 0] if is_city_list else world.creators,
        world.markets,
        pd.Index(world.markets["country_code"].unique()),
        covers=PRESENT if is_city_list else WORLDWIDE,
        aggregated=False,
        chosen_cities=is_city_list,
    )
    return fit_covered(
        coverage,
        world.markets,
        SUPPLY.empty(),
        creators=coverage.creators,
        placing=world.placing,
        settings=settings,
        assumptions=assumptions,
    )


def _precisions(
    world: SimulatedMarkets, truth: pd.DataFrame, table: pd.DataFrame, threshold: float
) -> dict[str, float]:
    k, creators = world.scenario.k, world.creators[table.index]
    people = world.markets.loc[table.index, "internet_users"]
    sureness = {
        "model": table["p_underserved"],
        "oracle": pd.Series(gammainc(k + creators, threshold * (k + truth["expected"])), table.index),
        "per_head": -creators / people,
        "line": -_line_residuals(creators, people),
        "empirical_bayes": -empirical_bayes_rates(creators, people),
    }
    below = truth["saturation"] < threshold
    # file order alone moves the naive rivals, most of whose counts are zero: ties are broken at random
    ties = pd.Series(np.random.default_rng(len(truth)).random(len(truth)), truth.index)
    return {f"precision_{name}": _precision(below, sure, ties) for name, sure in sureness.items()}


def _precision(truth: "pd.Series[bool]", sureness: "pd.Series[float]", ties: "pd.Series[float]") -> float:
    order = pd.DataFrame({"sure": sureness, "tie": ties}).sort_values(["sure", "tie"], ascending=False)
    top = min(TOP, max(1, round(TOP_SHARE * len(truth))))
    return float(truth.loc[order.index[:top]].mean())


def _line_residuals(creators: "pd.Series[float]", people: "pd.Series[float]") -> "pd.Series[float]":
    """Fit ln y on ln N by least squares, markets without creators dropped (Bettencourt et al. 2010)."""
    present = creators[creators > 0]
    size, height = np.log(people[present.index].to_numpy(float)), np.log(present.to_numpy(float))
    slope, level = np.polyfit(size, height, 1)
    return pd.Series(height - level - slope * size, present.index).reindex(creators.index)


def _coverage(truth: pd.DataFrame, national: pd.DataFrame, worldwide: pd.DataFrame) -> dict[str, float | None]:
    return {
        "coverage": _share_covered(truth, national, 0.0),
        "coverage_decided": _share_covered(truth, national, DECIDED_FROM),
        "coverage_world": float(_holds_truth(worldwide, truth["against_world"]).mean()),
    }


def _share_covered(truth: pd.DataFrame, table: pd.DataFrame, least: float) -> float | None:
    """Give the share of intervals that hold the truth, of the markets where so many creators are truly expected."""
    return _number_or_none(_holds_truth(table, truth["saturation"])[truth["expected"] >= least].mean())


def _number_or_none(value: float) -> float | None:
    """Give a plain number, or none where there was nothing to measure: JSON has no NaN."""
    return None if np.isnan(value) else float(value)


def _holds_truth(table: pd.DataFrame, saturation: "pd.Series[float]") -> "pd.Series[bool]":
    return (100 * saturation).between(table["saturation_low"], table["saturation_high"])


def _giants(world: SimulatedMarkets, truth: pd.DataFrame, table: pd.DataFrame) -> dict[str, float]:
    if world.crowded.empty:
        return {}
    classes = table.loc[world.crowded, "class"]
    crowded = classes[truth.loc[world.crowded, "saturation"] >= OVER_SATURATED_FROM]
    return {
        "giants_judged": float(classes.isin(RANKED).mean()),
        "giants_called": float((crowded == OVER_SATURATED).mean()),
    }


def _overconfidence(truth: pd.DataFrame, table: pd.DataFrame, threshold: float) -> float | None:
    decile = np.minimum((10 * table["p_underserved"]).astype(int), 9)
    by_decile = pd.DataFrame({"stated": table["p_underserved"], "true": truth["saturation"] < threshold}).groupby(
        decile
    )
    excess = (by_decile["stated"].mean() - by_decile["true"].mean())[by_decile.size() >= FEWEST_IN_DECILE]
    return _number_or_none(excess.max())


def _parameters(world: SimulatedMarkets, fitted: Fitted) -> dict[str, float]:
    curve, planted = fitted.saturation.curve, world.scenario
    return {
        "beta": curve.beta,
        "beta_se": curve.beta_se,
        "beta_planted": planted.beta,
        "k": curve.k,
        "k_planted": planted.k,
        "sigma": curve.sigma,
        "sigma_planted": planted.sigma,
    }


# what a result is shown with; cov3 is coverage_decided under its older name
MEASURES = {
    "scenario": later("kind of world"),
    "seed": later("seed"),
    "seeds": later("seeds"),
    "markets": later("markets"),
    "creators": later("creators"),
    "precision_model": later("precision of this program"),
    "precision_oracle": later("precision of an oracle that knows the true parameters"),
    "precision_per_head": later("precision of creators per head"),
    "precision_line": later("precision of a fitted line"),
    "precision_empirical_bayes": later("precision of empirical Bayes rates"),
    "precision_of_oracle": later("precision of this program, as a share of the oracle's"),
    "coverage": later("90 % ranges that hold the truth"),
    "coverage_decided": later("the same, where 3 or more creators are expected"),
    "cov30": later("the same, where 30 or more creators are expected"),
    "coverage_world": later("90 % ranges that hold the truth, against the world"),
    "called": later("markets called under-served"),
    "called_wrongly": later("share of these that are not"),
    "worst_overconfidence": later("largest excess of the stated over the true probability"),
    "beta": later("size exponent"),
    "beta_se": later("size exponent, standard error"),
    "beta_planted": later("size exponent, true"),
    "k": later("dispersion k"),
    "k_planted": later("dispersion k, true"),
    "sigma": later("spread between countries"),
    "sigma_planted": later("spread between countries, true"),
    "ranked": later("markets ranked"),
    "giants_judged": later("share of the crowded largest cities that is ranked"),
    "giants_called": later("share of these called over-saturated"),
}


def show(result: Result, language: Language = IN_ENGLISH) -> str:
    """Lay a result out for people, a line per measure, then what a user is warned of."""
    measures = [_line(name, _format_value(result[name], language), language) for name in MEASURES if name in result]
    warnings = [language.say("note: {sentence}", sentence=warning["sentence"]) for warning in result["warnings"]]
    return "\n".join([*measures, *warnings, ""])


def show_worlds(result: Result, language: Language = IN_ENGLISH) -> str:
    """Lay out the means over several seeds, each with its spread, then how often a user is warned of what."""
    mean, sd, seeds = result["mean"], result["sd"], result["seeds"]
    measures = [
        _line(name, f"{_format_value(mean[name], language)} ± {_format_value(sd[name], language)}", language)
        for name in MEASURES
        if name in mean
    ]
    examples = {warning["code"]: warning["sentence"] for run in result["runs"] for warning in run["warnings"]}
    warnings = [
        language.say(
            "warning in {count} of {worlds} worlds, such as: {example}",
            count=count,
            worlds=len(seeds),
            example=examples[code],
        )
        for code, count in result["warnings"].items()
    ]
    head = [_line("scenario", result["scenario"], language), _line("seeds", ", ".join(map(str, seeds)), language)]
    note = language.say("mean ± standard deviation over the seeds")
    return "\n".join([*head, f"{'':58} {note}", *measures, *warnings, ""])


def _line(name: str, value: str, language: Language) -> str:
    return f"{language.say(MEASURES[name]):58} {value}"


def _format_value(value: float | str | None, language: Language) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else language.number(value, 3)
