"""What an exporter may need, and the templates some of them fill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
from jinja2 import Environment, PackageLoader

from hinterland.exporters.manifest import Source
from hinterland.layers import draw_map, page
from hinterland.layers.scene import about
from hinterland.messages.brief import readable
from hinterland.pipeline import Findings

if TYPE_CHECKING:
    import folium
    import pandas as pd

# constant templates, values as data: whatever stands in a name is text on the page, never markup
TEMPLATES = Environment(
    autoescape=True, loader=PackageLoader("hinterland.exporters", "templates"), trim_blocks=True, lstrip_blocks=True
)
TEMPLATES.filters["readable"] = readable


@dataclass(frozen=True)
class Report:
    """What an exporter may need: the findings, polygons, basemap and other names, and the files they came from."""

    findings: Findings
    boundaries: Callable[[], gpd.GeoDataFrame]
    basemap: Callable[[], str]
    sources: Sequence[Source]
    title: str
    names: "Callable[[], pd.Series[str]]"

    def map(self) -> "folium.Map":
        """Draw the markets."""
        return draw_map(self.findings, self.boundaries(), basemap=self.basemap(), title=self.title, names=self.names())

    def page(self) -> str:
        """Write the map as one page that opens without a network."""
        return page(self.map())

    def about(self) -> dict[str, Any]:
        """Say what every page says of its run: version, settings hash, counts."""
        return about(self.findings, self.title)
