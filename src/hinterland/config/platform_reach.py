"""How many of the people online in a country a platform reaches: an assumption per country and platform, sourced."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

REACH_TABLE = Path(__file__).with_name("platform_reach.csv")


def list_platform_reach(replaced: Mapping[str, float]) -> pd.DataFrame:
    """Load the table of reach, with what a run assumes otherwise.

    Parameters
    ----------
    replaced
        `Assumptions.platform_reach`: reach by country code and platform, as in "RU instagram".

    Returns
    -------
    pandas.DataFrame
        One row per country and platform that is on record: country_code, platform, reach (share of internet users;
        0: blocked or not offered, whoever may get round it), year (of the figure, or since when it is blocked) and
        source. Audiences that advertisers can reach stand for people; of countries that are not in the table nothing
        is assumed.
    """
    rows = [(*key.split(" ", 1), reach) for key, reach in replaced.items()]
    otherwise = pd.DataFrame(rows, columns=["country_code", "platform", "reach"])
    both = pd.concat([_load_table(), otherwise]) if rows else _load_table()
    return both.drop_duplicates(["country_code", "platform"], keep="last", ignore_index=True)


@cache
def _load_table() -> pd.DataFrame:
    # the code of Namibia is no missing value
    return pd.read_csv(REACH_TABLE, keep_default_na=False)
