"""Made-up creators whose truth is known: worlds for validation, and the sample list (`write_sample` makes it anew)."""

from hinterland.synthetic.sample import even_towns, half_of_expected, make_sample, write_sample
from hinterland.synthetic.simulate import SCENARIOS, SimulatedMarkets, plant_world

__all__ = [
    "SCENARIOS",
    "SimulatedMarkets",
    "even_towns",
    "half_of_expected",
    "make_sample",
    "plant_world",
    "write_sample",
]
