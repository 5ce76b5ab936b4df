"""The stages in order over parts, their tables, and what may be handed on of them."""

from hinterland.pipeline.aggregate import Input
from hinterland.pipeline.run import Results, run_stages

__all__ = ["Input", "Results", "run_stages"]
