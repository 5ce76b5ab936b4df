"""The program beside what others would use, in one run: counting creators, and placing text."""

from hinterland.bench.places import bench_geocode
from hinterland.bench.supply import bench_supply, show
from hinterland.bench.texts import bench_places, bench_texts

__all__ = ["bench_geocode", "bench_places", "bench_supply", "bench_texts", "show"]
