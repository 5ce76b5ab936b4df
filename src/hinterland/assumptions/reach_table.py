"""How many of the people online in a country a platform reaches: an assumption per country and platform, sourced."""

from functools import cache
from pathlib import Path

import pandas as pd

REACH_TABLE = Path(__file__).with_name("platform_reach.csv")


@cache
def load_platform_reach() -> pd.DataFrame:
    """Load the table of reach; callers must not change it in place.

    Returns
    -------
    pandas.DataFrame
        One row per country and platform that is on record: country_code, platform, reach (share of internet users;
        0: blocked or not offered, whoever may get round it), year (of the figure, or since when it is blocked) and
        source. Audiences that advertisers can reach stand for people; of countries that are not in the table nothing
        is assumed.
    """
    # the code of Namibia is no missing value
    return pd.read_csv(REACH_TABLE, keep_default_na=False)
