"""Hot and cold spots of one run."""

import numpy as np
import pandas as pd

from hinterland.indices import model_spots
from hinterland.pipeline import Findings


def find_spots(findings: Findings) -> pd.DataFrame:
    """Find hot and cold spots among the covered markets, against cities of the same country; names only if shared.

    Returns
    -------
    pandas.DataFrame
        neighbourhood_saturation, spot_q and spot ("hot", "cold" or empty), by market_id.
    """
    home = findings.rankings.get("national", next(iter(findings.rankings.values())))
    covered = home.loc[home["class"] != "not covered"]
    spots = model_spots(covered, findings.model["k"])
    # overlapping sums can be worked back to the counts of single markets
    return spots.assign(neighbourhood_saturation=np.nan, spot_q=np.nan) if findings.settings.share_safe else spots
