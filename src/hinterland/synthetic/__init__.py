"""Made-up creators whose truth is known: worlds for validation, and the sample list."""

from hinterland.synthetic.sample import even_towns, half_of_expected, make_sample
from hinterland.synthetic.simulate import SCENARIOS, SimulatedMarkets, plant_world

__all__ = [
    "SCENARIOS",
    "SimulatedMarkets",
    "even_towns",
    "half_of_expected",
    "make_sample",
    "plant_world",
]
