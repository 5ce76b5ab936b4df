"""Small lists of creators as readers give them, for the tests of vetting, offers and people."""

import pandas as pd

from hinterland.schemas import CREATORS, OPTIONAL_COLUMNS

BLANK = dict.fromkeys(CREATORS.columns, None) | {"creators": 1.0}
KINDS = {**CREATORS.columns, **OPTIONAL_COLUMNS}


def creators(rows, first=1):
    index = pd.RangeIndex(first, first + len(rows), name="creator_id")
    table = pd.DataFrame([BLANK | row for row in rows], index=index)
    return table.astype({name: float if KINDS[name] == "number" else "str" for name in table})


def from_accounts(accounts, platforms):
    rows = pd.DataFrame(
        {
            "handle": [f"a{number}" for number in range(len(accounts))],
            "platform": platforms,
            "followers": accounts["followers"].round().to_numpy(),
            "following": accounts["following"].round().to_numpy(),
            "engagement_rate": accounts["engagement"].round(4).to_numpy(),
            "likes": accounts["likes"].to_numpy(),
            "comments": accounts["comments"].to_numpy(),
            "growth": accounts["growth"].round(3).to_numpy(),
        }
    )
    return creators(rows.to_dict("records"))
