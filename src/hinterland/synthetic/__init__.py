"""Made-up creators whose truth is known: worlds for validation, and the sample list."""

from hinterland.synthetic.plans import Bazaar, find_unmet, plant_offers
from hinterland.synthetic.sample import make_sample
from hinterland.synthetic.worlds import SCENARIOS, World, plant_world

__all__ = ["SCENARIOS", "Bazaar", "World", "find_unmet", "make_sample", "plant_offers", "plant_world"]
