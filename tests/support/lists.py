"""Small lists of creators as readers give them, and the input of the pipeline made of them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hinterland.pipeline.aggregate import CreatorInput
from hinterland.schemas import CREATORS, OPTIONAL_COLUMNS

BLANK = dict.fromkeys(CREATORS.columns, None) | {"creators": 1.0}
KINDS = {**CREATORS.columns, **OPTIONAL_COLUMNS}
NO_REJECTS = pd.DataFrame(columns=["row", "field", "value", "reason", "hint"])


def creators(*rows, first=1):
    index = pd.RangeIndex(first, first + len(rows), name="creator_id")
    table = pd.DataFrame([BLANK | row for row in rows], index=index)
    return table.astype({name: float if KINDS.get(name) == "number" else "str" for name in table})


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
    return creators(*rows.to_dict("records"))


def draw_people(rng, count, cities):
    """Draw creators of the cities of some countries, most of them in the first."""
    places = [(city, country) for country, names in cities.items() for city in names]
    drawn = pd.DataFrame([places[at] for at in rng.zipf(1.4, count) % len(places)], columns=["city", "country"])
    return drawn.assign(
        handle=[f"a{number}" for number in range(count)],
        followers=np.rint(10 ** rng.uniform(3, 6, count)).astype(int),
        platform=rng.choice(["instagram", "tiktok"], count),
    )


@dataclass(frozen=True)
class Part:
    """A part of a list that is its own batch."""

    creators: pd.DataFrame
    rows_in: int
    rejects: pd.DataFrame = field(default_factory=lambda: NO_REJECTS)
    faults: pd.DataFrame = field(default_factory=lambda: NO_REJECTS)
    imputed: dict = field(default_factory=dict)


def creator_input(*tables, **more):
    return CreatorInput([Part(table, len(table)) for table in tables], lambda part: part, **more)
