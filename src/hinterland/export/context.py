"""What exporters share: the results to write, templates and optional packages."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from io import BufferedReader, BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import tomlkit

from hinterland.errors import OutputError
from hinterland.language import IN_ENGLISH, Language, later
from hinterland.messages.brief import readable
from hinterland.pipeline import Results

if TYPE_CHECKING:
    import folium
    import geopandas as gpd
    import pandas as pd
    from jinja2 import Environment, Template

    from hinterland.planning import Plan


PACKAGES = ("hinterland", "numpy", "scipy", "pandas", "geopandas", "shapely")


@dataclass(frozen=True)
class InputFile:
    """An input file: its name without the folder, and the SHA-256 of its bytes."""

    name: str
    sha256: str

    @classmethod
    def of(cls, name: str, stream: BufferedReader | BytesIO) -> "InputFile":
        """Hash a stream."""
        # a name that is no text is written as far as it is
        return cls(name.encode(errors="replace").decode(), hashlib.file_digest(stream, "sha256").hexdigest())


def render_manifest(findings: Results, sources: Sequence[InputFile], language: Language) -> str:
    """Write inputs, settings, assumptions changed, versions, counts and warnings as TOML, without any clock."""
    return tomlkit.dumps(
        {
            "hinterland": {"level": findings.level, "seed": findings.settings.seed},
            "inputs": [{"name": source.name, "sha256": source.sha256} for source in sources],
            "settings": _set(findings.settings.disclosed().model_dump()),
            "assumptions": findings.assumptions.model_dump(),
            "versions": {name: version(name) for name in PACKAGES},
            "counts": dict(findings.counts),
            "located": dict(findings.located),
            "model": {name: round(value, 6) for name, value in findings.model.items()},
            "comparable": findings.comparable,
            "self_check": dict(findings.self_check),
            "warnings": [language.describe(notice) for notice in findings.warnings],
        }
    )


def _set(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value is not None
    }


def template(name: str) -> "Template":
    """Open a constant template by name."""
    return _templates().get_template(name)


@cache
def _templates() -> "Environment":
    """Collect the templates, values as data: whatever stands in a name is text on the page, never markup."""
    from jinja2 import PackageLoader  # noqa: PLC0415 - slow to import, and tables have no template

    from hinterland.maps.elements import TEMPLATES  # noqa: PLC0415 - the same

    loader = PackageLoader("hinterland.export", "templates")
    environment = TEMPLATES.overlay(loader=loader, trim_blocks=True, lstrip_blocks=True)
    environment.filters["readable"] = readable
    return environment


@dataclass(frozen=True)
class ExportContext:
    """What an exporter may need: findings, polygons, basemap and names, the files they came from, the language.

    `logo` is a picture of the brief's reader, as a data address, or empty; findings may hold the markets of a shortlist
    alone, or of `plan`.
    """

    findings: Results
    boundaries: "Callable[[], gpd.GeoDataFrame]"
    basemap: Callable[[], str]
    sources: Sequence[InputFile]
    title: str
    names: "Callable[[], pd.Series[str]]"
    language: Language = IN_ENGLISH
    logo: str = ""
    plan: "Plan | None" = None

    @property
    def is_shortlist(self) -> bool:
        """Whether it is of some markets alone."""
        return self.findings.complete_results is not None

    def map(self) -> "folium.Map":
        """Draw the markets."""
        from hinterland.maps import draw_map  # noqa: PLC0415 - slow to import, and tables have no map

        return draw_map(
            self.findings,
            self.boundaries(),
            basemap=self.basemap(),
            title=self.title,
            names=self.names(),
            language=self.language,
        )

    def page(self) -> str:
        """Write the map as one page that opens without a network."""
        from hinterland.maps import page  # noqa: PLC0415 - as above

        return page(self.map())

    def about(self) -> dict[str, Any]:
        """Say what every page says of its run: version, settings hash, counts."""
        from hinterland.maps.layers import about  # noqa: PLC0415 - as above

        return about(self.findings, self.title, language=self.language)


class Extra(NamedTuple):
    """One module of an extra, and the sentence that says how to install it."""

    name: str
    module: str
    remedy: str


EXTRAS = {
    ".xlsx": Extra("excel", "xlsxwriter", later('Excel files need the extra "excel": pip install "hinterland[excel]"')),
    ".png": Extra(
        "slides", "vl_convert", later('PNG pictures need the extra "slides": pip install "hinterland[slides]"')
    ),
    ".pdf": Extra(
        "pdf",
        "weasyprint",
        later(
            'PDF briefs need the extra "pdf" (pip install "hinterland[pdf]") and the library Pango: {missing}; '
            "or write X.brief.html and print it"
        ),
    ),
}


def bring(suffix: str) -> ModuleType:
    """Import what a format is written with.

    Raises
    ------
    OutputError
        When it is not installed, or lacks a library of the system.
    """
    extra = EXTRAS[suffix]
    try:
        return import_module(extra.module)
    except (ImportError, OSError) as missing:
        raise OutputError(extra.remedy, missing=missing) from None


@cache
def missing_extra(suffix: str) -> str:
    """Name the extra a format lacks on this machine; nothing if it has what it needs."""
    try:
        if suffix in EXTRAS:
            bring(suffix)
    except OutputError:
        return EXTRAS[suffix].name
    return ""
