"""The supply of a table of located creators, summed and rolled up as a run does."""

import pandas as pd

from hinterland.supply import count_doubt, merge_supply, roll_up, sum_sites


def count_supply(located: pd.DataFrame) -> pd.DataFrame:
    sites = located.drop_duplicates("site").set_index("site")
    return merge_supply([roll_up(sum_sites(located), sites), count_doubt(located)])
