"""Every number the analysis assumes, with unit and source, and what one run asks for."""

from hinterland.assumptions.checked import Checked
from hinterland.assumptions.numbers import TIERS, Assumptions, Share
from hinterland.assumptions.settings import (
    CLASSES,
    LENSES,
    LEVELS,
    UNDECIDED,
    Covariate,
    Lens,
    Level,
    Settings,
    Sort,
    SpillOver,
    TierPreset,
)

__all__ = [
    "CLASSES",
    "LENSES",
    "LEVELS",
    "TIERS",
    "UNDECIDED",
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
]
