"""Platforms: the names people write for them, and how many of the people online in a country each one reaches."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

NAME_TABLE, REACH_TABLE = Path(__file__).with_name("platforms.csv"), Path(__file__).with_name("platform_reach.csv")
Where = Literal["cell", "header", "list", "decoration"]


@cache
def platform_names(where: Where) -> Mapping[str, str]:
    """Load what a platform is called in one kind of text, in lower case.

    Parameters
    ----------
    where
        "cell" are cells of a column of platforms, "header" words that give a column to a platform, "list" words in
        the name of a file or in the header of its handles and followers, which show what a whole list is of, and
        "decoration" words that leave the meaning of a header as it is.

    Returns
    -------
    Mapping
        The platform of each name.
    """
    with NAME_TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["name"]: row["platform"] for row in csv.DictReader(stream) if where in row["where"].split()}


def canonical_platform(name: str) -> str:
    """Return the one name a platform goes by: "Twitter" and "X.com" are "x"; any other keeps its own, in lower case."""
    plain = name.strip().casefold()
    return platform_names("cell").get(plain, plain)


def list_platform_reach(replaced: Mapping[str, float]) -> "pd.DataFrame":
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
    import pandas as pd  # noqa: PLC0415 - slow to import, and `--help` answers without it

    rows = [(*key.split(" ", 1), reach) for key, reach in replaced.items()]
    otherwise = pd.DataFrame(rows, columns=["country_code", "platform", "reach"])
    both = pd.concat([_load_table(), otherwise]) if rows else _load_table()
    return both.drop_duplicates(["country_code", "platform"], keep="last", ignore_index=True)


@cache
def _load_table() -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 - as above

    # the code of Namibia is no missing value
    return pd.read_csv(REACH_TABLE, keep_default_na=False)
