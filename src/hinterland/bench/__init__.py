"""The program beside what others would use, in one run: counting creators, and placing text."""

from hinterland.bench.places import bench_geocode
from hinterland.bench.supply import bench_supply, show

__all__ = ["bench_geocode", "bench_supply", "show"]
