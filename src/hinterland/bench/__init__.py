"""The program beside what others would use, in one run: counting, reading lists, drawing maps, placing text."""

from hinterland.bench.creators import bench_creators
from hinterland.bench.maps import bench_maps
from hinterland.bench.places import bench_geocode
from hinterland.bench.supply import bench_supply, show
from hinterland.bench.texts import bench_places, bench_texts

__all__ = ["bench_creators", "bench_geocode", "bench_maps", "bench_places", "bench_supply", "bench_texts", "show"]
