"""The program beside what others would use: counting, reading lists, maps, placing text; and rankings of real lists."""

from hinterland.bench.creators import bench_creators
from hinterland.bench.lists import bench_lists, show_lists
from hinterland.bench.maps import bench_maps
from hinterland.bench.places import bench_geocode
from hinterland.bench.supply import bench_supply, show
from hinterland.bench.texts import bench_places, bench_texts

__all__ = [
    "bench_creators",
    "bench_geocode",
    "bench_lists",
    "bench_maps",
    "bench_places",
    "bench_supply",
    "bench_texts",
    "show",
    "show_lists",
]
