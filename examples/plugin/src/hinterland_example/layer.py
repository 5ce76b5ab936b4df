"""A map layer of one's own: any folium element."""

import folium
from branca.element import Element

from hinterland.maps import LAYERS, MapContext


@LAYERS.add("equator")
def equator_layer(scene: MapContext) -> Element:
    """Draw the equator; `scene.findings` holds the rankings, for layers made from them."""
    return folium.PolyLine(
        [(0, -180), (0, 180)], color="#888888", weight=1, tooltip=f"Equator ({scene.findings.level})"
    )
