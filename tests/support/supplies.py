"""The supply of a table of located creators, summed and rolled up as a run does."""

import pandas as pd

from hinterland.supply import count_doubt, list_sites, merge_supply, roll_up, sum_sites


def count_supply(located: pd.DataFrame) -> pd.DataFrame:
    return merge_supply([roll_up(sum_sites(located), list_sites(located)), count_doubt(located)])
