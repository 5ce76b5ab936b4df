"""The map: one function per layer, stacked by `draw_map` on a folium map that `page` turns into one file."""

from hinterland.layers.comparison import Side, comparison_page
from hinterland.layers.scene import LAYERS, Scene, draw_map
from hinterland.layers.selfcontained import page

__all__ = ["LAYERS", "Scene", "Side", "comparison_page", "draw_map", "page"]
