"""Where influencer marketing still has room: creator supply joined to population, with honest uncertainty."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hinterland.analysis import Analysis as Analysis
    from hinterland.analysis import analyze as analyze
    from hinterland.config import Assumptions as Assumptions
    from hinterland.config import Settings as Settings
    from hinterland.errors import HinterlandError as HinterlandError

__all__ = ["Analysis", "Assumptions", "HinterlandError", "Settings", "analyze"]

HOMES = {
    "Analysis": "analysis",
    "Assumptions": "config",
    "HinterlandError": "errors",
    "Settings": "config",
    "analyze": "analysis",
}


def __getattr__(name: str) -> object:
    """Import what is asked for, when it is asked for."""
    if name not in HOMES:
        raise AttributeError(f"module 'hinterland' has no attribute {name!r}")
    return getattr(import_module(f"hinterland.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
