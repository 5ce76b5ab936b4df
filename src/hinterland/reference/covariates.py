"""Traits of countries by which the global benchmark can tell what is typical."""

from functools import cache

import numpy as np
import pandas as pd

from hinterland.reference.load import load_countries


@cache
def load_covariates() -> pd.DataFrame:
    """Load one row per country code; NA where no source knows.

    Returns
    -------
    pandas.DataFrame
        income: ln GDP per head at purchasing power; urban_share: 0-1; age: median, years; language_reach: ln people who
        live in countries where the country's first language is among the languages listed.
    """
    countries = load_countries()
    return pd.DataFrame(
        {
            "income": np.log(countries["gdp_per_head_ppp"].astype(float)),
            "urban_share": countries["urban_share"].astype(float),
            "age": countries["median_age"].astype(float),
            "language_reach": _language_reach(countries),
        }
    )


def _language_reach(countries: pd.DataFrame) -> "pd.Series[float]":
    spoken = countries["languages"].str.split(";").explode().rename("language").to_frame()
    people = spoken.join(countries["population"]).groupby("language")["population"].sum()
    first = countries["languages"].str.split(";").str[0]
    reach = first.map(people).astype(float)
    return reach.where(reach > 0).map(np.log)
