"""Stage, beside the fit: laws every run must keep, and what is not ranked where the list breaks one.

A model that fits planted worlds can still be wrong on a real list, where large cities or small towns may be found by
other rules than the rest. Whether a band of sizes holds the creators the curve expects there shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from hinterland.config import BEYOND_CURVE, UNDECIDED, Assumptions

LARGEST = "the largest"
FEW_CREATORS, REACH_SPREADS = 5.0, 2.0
HOLDS, TOO_FEW, TOO_MANY, CROWDED, UNPREDICTED = "holds", "too few", "too many", "crowded", "not predicted"
FAILED = (TOO_FEW, TOO_MANY, UNPREDICTED)
# fewer markets left out of the fit than these show nothing
FEWEST_HELD_OUT = 50
COVERAGE_OFF, POSITION_OFF, HALF = 0.05, 0.05, 0.5
# a list that judges fewer of the people it covers speaks for a part of them only
MOST_JUDGED = 0.5
HELD_OUT = {"held_out": ("inside", "size"), "coverage": ("inside", "mean"), "position": ("position", "mean")}


@dataclass(frozen=True)
class Verdicts:
    """What the laws say of one fit.

    `bands` holds per size band creators, expected_creators, ratio, verdict, and of held_out markets, predicted by
    curves fitted without them, coverage (the share within its range) and position (where in its distribution a count
    lies on average, .5 if all is well); `held_out` coverage and log scores of all; `countries` the codes of countries
    with a market expected to hold more creators than the list has there; `classes` the class of every market that may
    not be ranked for it, by market_id.
    """

    bands: pd.DataFrame
    held_out: Mapping[str, float]
    countries: tuple[str, ...]
    classes: "pd.Series[str]"

    @property
    def failed(self) -> tuple[str, ...]:
        """The size bands that are not ranked."""
        return tuple(self.bands.index[self.bands["verdict"].isin(FAILED)])

    def summary(self, *, share_safe: bool = False) -> dict[str, object]:
        """Summarise for `--json` and the manifest: per band creators found and expected, and who is not ranked.

        Parameters
        ----------
        share_safe
            Whether to leave out what the bands hold: with the counts shown it would give away a withheld one.
        """
        digits = {"creators": 2, "expected_creators": 2, "ratio": 3, "coverage": 3, "position": 3}
        table = self.bands.drop(columns=["creators", "ratio"]) if share_safe else self.bands
        bands = [
            {"band": str(band), **{name: value for name, value in row.items() if pd.notna(value)}}
            for band, row in table.round(digits).to_dict("index").items()
        ]
        held_out = {name: round(value, 3) for name, value in self.held_out.items()}
        return {"bands": bands, "held_out": held_out, "countries_not_ranked": list(self.countries)}


def weigh(summary: Mapping[str, Any], judged: float, *, interval: float) -> str:
    """Name the weightiest reason to rely on a list, or not to: a key of `messages.model.TRUST`.

    Parameters
    ----------
    summary
        `Verdicts.summary`.
    judged
        The share of the internet users of covered markets who live in ranked ones.
    interval
        The share of left-out markets meant to lie within their range.
    """
    held_out = summary.get("held_out") or {"markets": 0, "coverage": interval}
    if not judged:
        return "unjudged"
    if any(band["verdict"] in FAILED for band in summary.get("bands", [])):
        return "sizes"
    if held_out["markets"] < FEWEST_HELD_OUT:
        return "short"
    if abs(held_out["coverage"] - interval) > COVERAGE_OFF:
        return "ranges"
    return "part" if judged < MOST_JUDGED else "passed"


def check_fit(
    table: pd.DataFrame,
    markets: pd.DataFrame,
    sums: pd.DataFrame,
    *,
    k: "pd.Series[float] | float",
    assumptions: Assumptions,
) -> Verdicts:
    """Hold one fit against the laws of size bands and of the reach of the list.

    Parameters
    ----------
    table
        Covered markets by market_id: creators, expected_creators, band; of their predictions by curves fitted without
        them below, upto, log_score and rival_log_score (`held_out.predict_held_out`), missing where there is none.
    markets
        MARKETS table of the same markets.
    sums
        Draws of the creators expected in each band in all, one row per band.
    k
        Dispersion of the negative binomial, of all markets or of each.
    """
    bands = _judge_bands(table.assign(size=markets["population"]), sums, k=k, tail=assumptions.tails[1])
    predicted = _check_held_out(table, assumptions)
    bands = bands.join(predicted.groupby(table["band"]).agg(**HELD_OUT))
    bands["held_out"] = bands["held_out"].fillna(0).astype(int)
    missed = _is_missed(bands, assumptions) & ~(bands.index.str.startswith(LARGEST) & (bands["position"] > HALF))
    bands["verdict"] = bands["verdict"].mask((bands["verdict"] == HOLDS) & missed, UNPREDICTED)
    bands = bands[[*(name for name in bands if name != "verdict"), "verdict"]]
    failed = bands.index[bands["verdict"].isin(FAILED)]
    classes = pd.Series(index=table.index, dtype="str")
    classes[table["band"].isin(failed)] = UNDECIDED
    classes[table["band"].isin(failed[failed.str.startswith(LARGEST)])] = BEYOND_CURVE
    countries = _beyond_reach(table, markets["country_code"])
    classes[markets["country_code"].isin(countries)] = UNDECIDED
    held_out = {}
    if len(predicted):
        scores = {name: float(table[name].sum()) for name in ("log_score", "rival_log_score")}
        held_out = {"markets": float(len(predicted)), "coverage": float(predicted["inside"].mean()), **scores}
    return Verdicts(bands, held_out, tuple(countries), classes.dropna())


def _check_held_out(table: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Say how much of each count lies within its predicted range, and where in its distribution it lies.

    Both are means of the randomised probability integral transform of a count, exactly: with F its predictive
    distribution, it is uniform between F(y - 1) and F(y) (Czado, Gneiting & Held 2009,
    10.1111/j.1541-0420.2009.01191.x).
    """
    low, high = assumptions.tails
    predicted = table[["below", "upto"]].dropna()
    width = (predicted["upto"] - predicted["below"]).clip(lower=np.finfo(float).tiny)
    inside = (predicted["upto"].clip(upper=high) - predicted["below"].clip(lower=low)).clip(lower=0) / width
    return pd.DataFrame({"inside": inside, "position": (predicted["below"] + predicted["upto"]) / 2})


def _is_missed(bands: pd.DataFrame, assumptions: Assumptions) -> "pd.Series[bool]":
    """Mark bands whose left-out markets the others do not predict, beyond chance."""
    count, interval = bands["held_out"], assumptions.interval
    chance = 2 * np.sqrt(interval * (1 - interval) / count)
    coverage_off = (bands["coverage"] - interval).abs() > np.maximum(COVERAGE_OFF, chance)
    # twice the standard error of the mean of a uniform
    position_off = (bands["position"] - HALF).abs() > np.maximum(POSITION_OFF, 2 / np.sqrt(12 * count))
    missed: pd.Series[bool] = (count >= FEWEST_HELD_OUT) & (coverage_off | position_off)
    return missed


def _judge_bands(
    table: pd.DataFrame, sums: pd.DataFrame, *, k: "pd.Series[float] | float", tail: float
) -> pd.DataFrame:
    """Compare what each band holds with what it should: ln R beside its error, chance and parameters together."""
    cells = table.assign(variance=table["expected_creators"] + table["expected_creators"] ** 2 / k)
    bands = cells.groupby("band")[["creators", "expected_creators", "variance"]].sum()
    # half a creator stands for none: with one expected, none is no surprise
    log_ratio = np.log(bands["creators"].clip(lower=0.5) / bands["expected_creators"])
    error = bands["variance"] / bands["expected_creators"] ** 2 + np.log(sums.loc[bands.index]).var(axis=1)
    reach = ndtri(tail) * np.sqrt(error)
    ratio = bands["creators"] / bands["expected_creators"]
    few = (ratio < 2 / 3) & (log_ratio + reach < 0)
    many = (ratio > 3 / 2) & (log_ratio - reach > 0)
    top = bands.index.str.startswith(LARGEST)
    verdict = np.select([few, many & top, many], [TOO_FEW, CROWDED, TOO_MANY], HOLDS)
    result = bands.drop(columns="variance").assign(ratio=ratio, verdict=verdict)
    sizes = table["size"].groupby(table["band"]).min()
    return result.loc[sizes.sort_values(kind="stable").index]


def _beyond_reach(table: pd.DataFrame, country: "pd.Series[str]") -> pd.Index:
    """Find the countries where more creators are expected in one market than the list holds in all of them."""
    held = table["creators"].groupby(country).sum()
    most = table["expected_creators"].groupby(country).max()
    beyond: pd.Index = most.index[most > np.maximum(FEW_CREATORS, held + REACH_SPREADS * np.sqrt(held))]
    return beyond
