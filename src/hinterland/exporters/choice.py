"""Which markets a brief and a slide put first: the under-served, and the smaller cities among them if there are any."""

from dataclasses import dataclass

import pandas as pd

from hinterland.exporters.spreadsheets import ranking
from hinterland.messages import brief as wording
from hinterland.messages.brief import Numbers
from hinterland.pipeline import Findings


@dataclass(frozen=True)
class Choice:
    """The ranking as files show it, markets by their labels, what this run asked to see, and what to put first."""

    table: pd.DataFrame
    first: pd.DataFrame
    numbers: Numbers
    plural: str
    heading: str


def choose(findings: Findings, count: int, *, smaller_first: bool) -> Choice:
    """Choose `count` under-served markets, best first; where there are none, the first of the ranking."""
    table = _labelled(_shown(ranking(findings), findings), findings)
    ranked = table[table["rank"].notna()]
    under = ranked[ranked["class"] == "under-served"]
    smaller = under[_is_smaller(under, findings)]
    plural = wording.nouns(findings.level, findings.settings)[1]
    numbers = Numbers(len(ranked), len(under), len(smaller))
    of_smaller = smaller_first and len(smaller) > 0
    first = (smaller if of_smaller else under if len(under) else ranked).head(count)
    named = "smaller cities" if of_smaller else plural
    return Choice(table, first, numbers, plural, wording.heading(len(first), numbers, named, findings.settings))


def avoid(choice: Choice, count: int) -> pd.DataFrame:
    """Choose over-saturated markets: those with the most creators above what is expected."""
    over = choice.table[(choice.table["class"] == "over-saturated") & choice.table["rank"].notna()]
    surplus = over["expected_creators"] * (over["saturation"] / 100 - 1)
    return over.loc[surplus.sort_values(ascending=False, kind="stable").index[:count]]


def _labelled(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Call each market what tells it from others of its name, where the run knows that."""
    known = next(iter(findings.rankings.values()))
    return table.assign(market=table["market_id"].map(known["label"])) if "label" in known else table


def _shown(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    codes = findings.settings.countries
    return table[table["country_code"].isin(codes)] if codes else table


def _is_smaller(table: pd.DataFrame, findings: Findings) -> "pd.Series[bool]":
    cities = findings.level in {"city", "metro"} and findings.settings.boundaries is None
    return findings.assumptions.smaller(table["population"]) & cities
