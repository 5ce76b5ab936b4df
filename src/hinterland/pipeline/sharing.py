"""What a table may show when it is handed on: nothing that gives away one or two people."""

import pandas as pd

SAFE_FROM = 3
COUNTED = ("creators", "audience", "creators_per_100k", "location_quotient", "audience_hhi", "possible_creators")
# with the size curve known, each of these gives the count back
WORKED_BACK = (
    *("saturation", "saturation_low", "saturation_high", "p_underserved", "missing_creators", "unmet_audience"),
    *("usual_low", "usual_high", "p_fewer"),
)


def hide_few(table: pd.DataFrame) -> pd.DataFrame:
    """Leave empty, where one or two creators were found, their count and what it could be worked out from.

    Rank, class and evidence stay.
    """
    few = table["creators"].between(0, SAFE_FROM, inclusive="neither")
    hidden = [name for name in (*COUNTED, *WORKED_BACK) if name in table]
    return table.assign(**{name: table[name].mask(few) for name in hidden})
