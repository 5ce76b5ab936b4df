"""The stages in order over parts; returns the frozen tables and every count left out."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hinterland.assumptions import Assumptions, Settings
from hinterland.wording import Notice


@dataclass(frozen=True)
class Findings:
    """Everything one run found out; tables per market and counts, never one row per creator.

    `rankings` holds one RANKING table per lens ("home", "world"), ranked markets first.
    """

    rankings: Mapping[str, pd.DataFrame]
    settings: Settings
    assumptions: Assumptions
    warnings: tuple[Notice, ...]
    counts: Mapping[str, int]
    located: Mapping[str, int]
    model: Mapping[str, float]
    level: str
