"""The stages in order over parts, their tables, and what may be handed on of them."""

from hinterland.pipeline.aggregate import CreatorInput
from hinterland.pipeline.run import Results, run_stages

__all__ = ["CreatorInput", "Results", "run_stages"]
