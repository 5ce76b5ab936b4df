"""Questions to an analysis: one mistake is one class of error, whoever is asked."""

import pandas as pd
import pytest

from hinterland import analyze
from hinterland.analysis.creators import outreach_table
from hinterland.analysis.questions import list_twins
from hinterland.errors import UnknownNameError


@pytest.fixture(scope="module")
def analysis():
    cities = {"Paris": 400, "Lyon": 90, "Marseille": 60, "Nantes": 20, "Lille": 30, "Nice": 25}
    rows = [(f"{city}{number}", city, "France") for city, count in cities.items() for number in range(count)]
    return analyze(pd.DataFrame(rows, columns=["handle", "city", "country"]), covers="FR")


@pytest.mark.parametrize(
    "ask",
    [
        list_twins,
        lambda analysis, market_id: outreach_table(analysis, None, markets=[market_id]),
    ],
)
def test_a_market_that_is_not_in_the_ranking_is_an_unknown_name(analysis, ask):
    with pytest.raises(UnknownNameError, match="no market 'metro:0' in this ranking"):
        ask(analysis, "metro:0")
