"""No sentence fails, or shows a bare "nan", where a number is missing."""

import re
from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest

from hinterland import messages
from hinterland.config import Settings
from hinterland.language import IN_ENGLISH
from hinterland.messages import brief, plans

NONE = [float("nan"), np.float64("nan"), pd.NA, None]
BARE = re.compile(r"\b(?:nan|none|na)\b|<NA>|\binf\b", re.IGNORECASE)
ROW = {
    "market": "Lyon",
    "country": "France",
    "level": "city",
    "evidence": "low",
    "rank": 3,
    "creators": 2.5,
    "rank_low": 1,
    "rank_high": 9,
    "saturation": 55.0,
    "saturation_low": 20.0,
    "saturation_high": 130.0,
    "expected_creators": 12.0,
    "usual_low": 4.0,
    "usual_high": 25.0,
    "possible_creators": 3.0,
    "unmet_audience": 54321.0,
    "internet_users": 1000000.0,
    "gdp_per_head_ppp": 40000.0,
    "country_code": "FR",
    "languages": "fr",
    "continent": "EU",
}
NUMBERS = [name for name, value in ROW.items() if not isinstance(value, str)]


def is_clean(told):
    return not any(BARE.search(str(one)) for one in told)


@pytest.mark.parametrize("missing", NONE, ids=lambda value: f"{type(value).__name__}")
def test_every_number_of_a_market_may_be_missing(missing):
    for gone in chain.from_iterable(combinations(NUMBERS, size) for size in (1, 2, len(NUMBERS))):
        row = {**ROW, **dict.fromkeys(gone, missing)}
        told = [
            *brief.line(row, IN_ENGLISH).values(),
            brief.first_of(row, "Lyon", Settings()),
            brief.surplus(row, "Lyon"),
            messages.explain({**row, "label": "Lyon"}),
        ]
        assert is_clean(told), (gone, told)


@pytest.mark.parametrize("users", [(0.0, 5.0), (5.0, 0.0), (float("nan"), 5.0), (5.0, float("nan"))])
def test_markets_without_internet_users_have_twins_all_the_same(users):
    here, there = (
        {**ROW, "internet_users": count, "country_code": code} for count, code in zip(users, "ab", strict=True)
    )
    told = plans.twin(here, there, {"language": 0.0, "niche": 0.1, "platform": 0.1, "tier": 0.1})
    assert is_clean([told])


@pytest.mark.parametrize("missing", NONE[:3])
def test_numbers_alone_may_be_missing(missing):
    told = [messages.count_creators(missing), IN_ENGLISH.amount(missing), brief.short(missing)]
    shares = messages.decidable(missing, missing, "metro")
    assert is_clean([*told, shares.sentence])
