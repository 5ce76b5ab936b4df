"""The program beside what others would use: counting, reading lists, maps, placing text; and rankings of real lists."""

from hinterland.bench.geocoder import bench_geocode, bench_places, bench_texts
from hinterland.bench.lists import bench_lists, show_lists
from hinterland.bench.performance import KINDS, bench_creators, bench_maps, show
from hinterland.bench.supply import bench_supply, show_supply, write_chart

__all__ = [
    "KINDS",
    "bench_creators",
    "bench_geocode",
    "bench_lists",
    "bench_maps",
    "bench_places",
    "bench_supply",
    "bench_texts",
    "show",
    "show_lists",
    "show_supply",
    "write_chart",
]
