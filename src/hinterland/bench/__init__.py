"""The program beside what others would use, in one run: counting creators, reading lists, and placing text."""

from hinterland.bench.creators import bench_creators
from hinterland.bench.places import bench_geocode
from hinterland.bench.supply import bench_supply, show
from hinterland.bench.texts import bench_places, bench_texts

__all__ = ["bench_creators", "bench_geocode", "bench_places", "bench_supply", "bench_texts", "show"]
