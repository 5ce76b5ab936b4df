"""Every number the analysis assumes, with unit and source, and what one run asks for."""

from hinterland.assumptions.checked import Checked
from hinterland.assumptions.numbers import TIERS, Assumptions, Share
from hinterland.assumptions.reach_table import load_platform_reach
from hinterland.assumptions.settings import (
    BEYOND_CURVE,
    CLASSES,
    LENSES,
    LEVELS,
    NO_CLEAR_DIFFERENCE,
    NOT_COVERED,
    OVER_SATURATED,
    RANKED,
    UNDECIDED,
    UNDER_SERVED,
    UNRANKED,
    Covariate,
    Lens,
    Level,
    Settings,
    Sort,
    SpillOver,
    TierPreset,
)

__all__ = [
    "BEYOND_CURVE",
    "CLASSES",
    "LENSES",
    "LEVELS",
    "NOT_COVERED",
    "NO_CLEAR_DIFFERENCE",
    "OVER_SATURATED",
    "RANKED",
    "TIERS",
    "UNDECIDED",
    "UNDER_SERVED",
    "UNRANKED",
    "Assumptions",
    "Checked",
    "Covariate",
    "Lens",
    "Level",
    "Settings",
    "Share",
    "Sort",
    "SpillOver",
    "TierPreset",
    "load_platform_reach",
]
