"""Every number the analysis assumes, with unit and source, and what one run asks for."""

from hinterland.config.assumptions import TIERS, Assumptions, Share
from hinterland.config.base import Checked
from hinterland.config.platform_reach import list_platform_reach
from hinterland.config.settings import (
    ALL_SHEETS,
    BENCHMARKS,
    BEYOND_CURVE,
    CLASSES,
    LEVELS,
    NO_CLEAR_DIFFERENCE,
    NOT_COVERED,
    OVER_SATURATED,
    RANKED,
    UNDECIDED,
    UNDER_SERVED,
    UNRANKED,
    Benchmark,
    Covariate,
    Level,
    Settings,
    Sort,
    SpillOver,
    TierPreset,
)

__all__ = [
    "ALL_SHEETS",
    "BENCHMARKS",
    "BEYOND_CURVE",
    "CLASSES",
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
    "Benchmark",
    "Checked",
    "Covariate",
    "Level",
    "Settings",
    "Share",
    "Sort",
    "SpillOver",
    "TierPreset",
    "list_platform_reach",
]
