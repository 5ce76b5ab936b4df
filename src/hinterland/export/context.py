"""What an exporter may need, and the templates some of them fill."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import tomlkit
from jinja2 import Environment, PackageLoader

from hinterland.maps import draw_map, page
from hinterland.maps.layers import about
from hinterland.messages.brief import readable
from hinterland.pipeline import Results

if TYPE_CHECKING:
    import folium
    import pandas as pd


PACKAGES = ("hinterland", "numpy", "scipy", "pandas", "geopandas", "shapely")


@dataclass(frozen=True)
class InputFile:
    """An input file: its name without the folder, and the SHA-256 of its bytes."""

    name: str
    sha256: str

    @classmethod
    def of(cls, name: str, stream: BufferedReader | BytesIO) -> "InputFile":
        """Hash a stream."""
        return cls(name, hashlib.file_digest(stream, "sha256").hexdigest())


def render_manifest(findings: Results, sources: Sequence[InputFile]) -> str:
    """Write inputs, settings, assumptions changed, versions, counts and warnings as TOML, without any clock."""
    return tomlkit.dumps(
        {
            "hinterland": {"level": findings.level, "seed": findings.settings.seed},
            "inputs": [{"name": source.name, "sha256": source.sha256} for source in sources],
            "settings": _set(findings.settings.model_dump()),
            "assumptions": findings.assumptions.model_dump(),
            "versions": {name: version(name) for name in PACKAGES},
            "counts": dict(findings.counts),
            "located": dict(findings.located),
            "model": {name: round(value, 6) for name, value in findings.model.items()},
            "comparable": findings.comparable,
            "self_check": dict(findings.self_check),
            "warnings": [notice._asdict() for notice in findings.warnings],
        }
    )


def _set(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value is not None
    }


# constant templates, values as data: whatever stands in a name is text on the page, never markup
TEMPLATES = Environment(
    autoescape=True, loader=PackageLoader("hinterland.export", "templates"), trim_blocks=True, lstrip_blocks=True
)
TEMPLATES.filters["readable"] = readable


@dataclass(frozen=True)
class ExportContext:
    """What an exporter may need: the findings, polygons, basemap and other names, and the files they came from."""

    findings: Results
    boundaries: Callable[[], gpd.GeoDataFrame]
    basemap: Callable[[], str]
    sources: Sequence[InputFile]
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
