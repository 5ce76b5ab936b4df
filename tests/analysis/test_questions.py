"""Questions to an analysis: one mistake is one class of error, whoever is asked."""

from types import SimpleNamespace

import pandas as pd
import pytest

from hinterland.analysis.creators import outreach_table
from hinterland.analysis.questions import list_twins
from hinterland.errors import UnknownNameError

ANALYSIS = SimpleNamespace(findings=None, ranking=pd.DataFrame(index=["metro:1"]))


@pytest.mark.parametrize(
    "ask",
    [
        lambda market_id: list_twins(ANALYSIS, market_id),
        lambda market_id: outreach_table(ANALYSIS, None, markets=[market_id]),
    ],
)
def test_a_market_that_is_not_in_the_ranking_is_an_unknown_name(ask):
    with pytest.raises(UnknownNameError, match="no market 'metro:0' in this ranking"):
        ask("metro:0")
