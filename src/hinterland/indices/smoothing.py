"""Empirical Bayes: rates drawn towards their mean, the more the smaller the place."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from hinterland.indices.families import DETAIL_INDICES, PER_RESIDENTS


class Spread(NamedTuple):
    """What the rates of a table have in common: their mean, and how much they differ beyond chance."""

    mean: float
    between: float


def empirical_bayes_rates(events: "pd.Series[float]", population: "pd.Series[float]") -> "pd.Series[float]":
    """Smooth each rate towards the overall rate (global estimator).

    Formula: m + A / (A + m / N) (y / N - m), m = sum y / sum N, A = max(0, sum N (y / N - m)^2 / sum N - m / mean N).
    Unit: events per head of `population`.
    High: a high rate, as far as the place's size lets one believe it.
    Source: Marshall 1991, 10.2307/2347593.
    """
    mean, between = _spread(events, population)
    kept = between / (between + mean / population) if mean > 0 else 0.0
    return mean + kept * (events / population - mean)


def empirical_bayes_standardised(events: "pd.Series[float]", population: "pd.Series[float]") -> "pd.Series[float]":
    """Standardise each rate by the spread its size explains, so that places of all sizes can be compared.

    Formula: (y / N - m) / sqrt(A + m / N), m and A as in `empirical_bayes_rates`; missing without events.
    A is cut at 0 as Marshall does: with a negative A the paper's variance can come near 0 and the score explode.
    Unit: standard deviations; 0 = the overall rate.
    High: a rate above the overall one.
    Source: Assuncao & Reis 1999, 10.1002/(SICI)1097-0258(19990830)18:16<2147::AID-SIM179>3.0.CO;2-I.
    """
    mean, between = _spread(events, population)
    if mean == 0:
        return pd.Series(np.nan, events.index)
    return (events / population - mean) / np.sqrt(between + mean / population)


def _spread(events: "pd.Series[float]", population: "pd.Series[float]") -> Spread:
    mean = float(events.sum() / population.sum())
    observed = float((population * (events / population - mean) ** 2).sum() / population.sum())
    return Spread(mean, max(0.0, observed - mean / float(population.mean())))


@DETAIL_INDICES.add("empirical_bayes_per_100k")
def empirical_bayes_per_100k(markets: pd.DataFrame) -> "pd.Series[float]":
    """Smooth creators per 100,000 residents towards the overall rate.

    Formula: 100,000 times `empirical_bayes_rates` of creators and residents.
    Unit: creators per 100,000 residents.
    High: many creators for the residents. Unlike the saturation it knows neither size curve nor country.
    Source: Marshall 1991, 10.2307/2347593.
    """
    return PER_RESIDENTS * empirical_bayes_rates(markets["creators"], markets["population"])
