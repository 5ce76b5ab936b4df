"""The pieces of the page as folium elements: constant templates, everything else is data in JSON blocks."""

import json
import re
import zlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import folium
from branca.element import Element, Figure
from jinja2 import Environment

from hinterland.geocode.aliases import country_numbers
from hinterland.language import ENGLISH, Language

# programs in this order: what stands in one file may be used in all
MAP = tuple(
    f"page/{name}.js"
    for name in (
        *("words", "elements", "decode", "canvas", "labels", "state", "ranking", "filters", "search", "card", "legend"),
        *("about", "download", "start"),
    )
)
COMPARISON = ("page/words.js", "page/elements.js", "comparison/page.js")
# branca compiles what a macro renders a second time; elements with templates of their own are rendered once
TEMPLATES = Environment(autoescape=True)
TEMPLATES.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}


@cache
def asset(name: str) -> str:
    """Read one bundled text file."""
    return files("hinterland.maps").joinpath("assets", *name.split("/")).read_text(encoding="utf-8")


def program(names: Sequence[str]) -> str:
    """Join a program into one function that exposes only `hinterland.start`."""
    parts = [asset(name) for name in names]
    return "\n".join(['"use strict";', "const hinterland = (() => {", *parts, "return { start: open };", "})();"])


# the sentences of a program
SENTENCES = re.compile(r"""\b(?:say|later)\(\s*"((?:[^"\\]|\\.)*)\"""")


def speech(names: Sequence[str], language: Language) -> dict[str, Any]:
    """Return what a program needs to speak a language.

    Parameters
    ----------
    names
        The files of the program.
    language
        What it is to speak.

    Returns
    -------
    `lang`, a locale; `words`, each English sentence of the program in that language; `lands`, names of countries by the
    number maps know them by. English needs no words.
    """
    if language.code == ENGLISH:
        return {"lang": ENGLISH, "words": {}, "lands": {}}
    sentences = SENTENCES.findall("".join(map(asset, names)))
    return {
        "lang": str(language.locale).replace("_", "-"),
        "words": {sentence: language.say(sentence) for sentence in sentences},
        "lands": {number: language.country(code, code) for code, number in country_numbers().items()},
    }


def render_markup(name: str, language: Language) -> str:
    """Render constant markup in a language."""
    return TEMPLATES.from_string(asset(name)).render(say=language.say)


def pack(data: Any) -> str:  # noqa: ANN401 - anything JSON can say
    """Write data as JSON, deflated, as base64: a table of markets shrinks to a third."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return b64encode(zlib.compress(text.encode(errors="replace"))).decode("ascii")


def figure_of(element: Element) -> Figure:
    """Find the figure an element was put into."""
    root = element.get_root()
    if not isinstance(root, Figure):
        raise TypeError("only an element of a map can be drawn")
    return root


class Constant(Element):
    """Carry constant text into the page, as it is; it must come from this package."""

    _template = TEMPLATES.from_string("{{ this.text|safe }}")

    def __init__(self, text: str) -> None:
        """Keep `text`."""
        super().__init__()
        self.text = text


class DataBlock(Element):
    """Carry data into the page as JSON, never as code or markup: `<`, `>`, `&` and `'` are escaped."""

    _template = TEMPLATES.from_string(
        '<script type="application/json" id="hinterland-{{ this.key }}">{{ this.data|tojson }}</script>\n'
    )

    def __init__(self, key: str, data: Any) -> None:  # noqa: ANN401 - anything JSON can say
        """Name the block `key`."""
        super().__init__()
        self.key, self.data = key, data


class PackedBlock(DataBlock):
    """Carry large data into the page: JSON, deflated, as base64."""

    _template = TEMPLATES.from_string(
        '<script type="text/plain" id="hinterland-{{ this.key }}">{{ this.packed() }}</script>\n'
    )

    def packed(self) -> str:
        """Pack the data."""
        return pack(self.data)


class LayerData(Element):
    """One layer's columns, drawn on the canvas by the page's program."""

    def __init__(self, key: str, data: Any) -> None:  # noqa: ANN401 - anything JSON can say
        """Name the layer `key`, as the program knows it."""
        super().__init__()
        self.key, self.data = key, data

    def render(self, **_: Any) -> str:  # noqa: ANN401 - branca's signature
        """Put the columns into the figure."""
        figure_of(self).html.add_child(PackedBlock(self.key, self.data), name=f"hinterland_{self.key}")
        return ""


class PageChrome(Element):
    """All that surrounds the map: panel, card, legend, footer, and the program that fills them."""

    def __init__(self, about: dict[str, Any], variable: str, language: Language) -> None:
        """Keep what the page says of the run, the JavaScript name of its map, and the language it speaks."""
        super().__init__()
        self.about, self.variable, self.language = about, variable, language

    def render(self, **_: Any) -> str:  # noqa: ANN401 - branca's signature
        """Put style, markup, data and program into the figure."""
        figure = figure_of(self)
        style = asset("colours.css") + asset("page/page.css")
        figure.header.add_child(Constant(f"<style>{style}</style>"), name="hinterland_css")
        figure.header.add_child(Constant(f"<script>{program(MAP)}</script>"), name="hinterland_js")
        figure.html.add_child(Constant(render_markup("page/page.html", self.language)), name="hinterland_html")
        figure.html.add_child(
            DataBlock("about", self.about | {"speech": speech(MAP, self.language)}), name="hinterland_about"
        )
        figure.script.add_child(Constant(f"hinterland.start({self.variable});"), name="hinterland_start")
        return ""


class WorldMap(folium.Map):
    """A folium map without tiles whose name is always the same, so the same run gives the same bytes."""

    def __init__(self) -> None:
        """Show the world; the page then fits it to the markets."""
        super().__init__(
            location=[20, 10],
            zoom_start=2,
            tiles=None,
            zoom_control="bottomright",
            min_zoom=1,
            max_zoom=13,
            zoom_snap=0.25,
            zoom_delta=0.75,
            wheel_px_per_zoom_level=90,
            attribution_control=False,
            world_copy_jump=True,
        )
        self._id = "hinterland"
