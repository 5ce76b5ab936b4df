"""The map: one function per layer, stacked by `draw_map` on a folium map that `page` turns into one file."""

from hinterland.maps.layers import LAYERS, MapContext, draw_map
from hinterland.maps.page import Side, comparison_page, page

__all__ = ["LAYERS", "MapContext", "Side", "comparison_page", "draw_map", "page"]
