"""Made-up creators whose truth is known: worlds for validation, and the sample list."""

from hinterland.synthetic.sample import make_sample
from hinterland.synthetic.worlds import SCENARIOS, World, plant_world

__all__ = ["SCENARIOS", "World", "make_sample", "plant_world"]
