"""The exported map as one self-contained HTML file, alone or two side by side, with what is judged differently."""

import html as markup
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink

from hinterland.errors import OutputError
from hinterland.maps.elements import TEMPLATES, asset, figure_of
from hinterland.messages import MIN_POPULATION, ONLY_COUNTRY

SCRIPTS = {"leaflet": "leaflet.js"}
STYLES = {"leaflet_css": "leaflet.css"}
# what folium links in every page and this page does without: name -> what a script that needs it would say
UNUSED_SCRIPTS = {"jquery": "$(", "bootstrap": "bootstrap.", "awesome_markers": "L.AwesomeMarkers"}
UNUSED_STYLES = {
    "bootstrap_css",
    "glyphicons_css",
    "awesome_markers_font_css",
    "awesome_markers_css",
    "awesome_rotate_css",
}
LARGEST_BYTES = 40_000_000

PAGE = TEMPLATES.from_string(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Hinterland</title>
{{ header|safe }}
</head>
<body>
{{ html|safe }}
<script>{{ script|safe }}</script>
</body>
</html>
"""
)


def page(folium_map: folium.Map) -> str:
    """Write the map as one self-contained HTML text.

    Raises
    ------
    OutputError
        If something added to the map needs a file that is not bundled, or the page would pass 40 MB.
    """
    folium_map.render()  # type: ignore[no-untyped-call]
    figure = figure_of(folium_map)
    script = figure.script.render()
    _check_links(figure, script)
    header = "\n".join(_header(figure))
    return compose(header, figure.html.render(), script)


def compose(header: str, html: str, script: str, *, within: Sequence[str] = ()) -> str:
    """Join the pieces to one page whose policy allows its own scripts and styles, and those of the pages `within` it.

    Raises
    ------
    OutputError
        If the page would pass 40 MB.
    """
    return _check_size(PAGE.render(policy=_policy(header, script, within), header=header, html=html, script=script))


def _check_links(figure: Figure, script: str) -> None:
    bundled_or_unused = {*SCRIPTS, *STYLES, *UNUSED_SCRIPTS, *UNUSED_STYLES}
    links = [name for name, element in _children(figure.header) if _is_link(element)]
    unknown = [name for name in links if name not in bundled_or_unused]
    needed = [name for name, sign in UNUSED_SCRIPTS.items() if sign in script]
    if unknown or needed:
        raise OutputError(
            "the page cannot carry {names}, which something added to the map needs: leave it out "
            "(popups and icons need jquery or awesome_markers), or show the map in a notebook",
            names=[*unknown, *needed],
        )


def _is_link(element: Element) -> bool:
    return isinstance(element, JavascriptLink | CssLink)


def _children(element: Element) -> list[tuple[str, Element]]:
    return list(element._children.items())  # noqa: SLF001 - branca has no other way to walk a figure


def _header(figure: Figure) -> Iterator[str]:
    for name, element in _children(figure.header):
        if name in SCRIPTS:
            yield f"<script>{asset(SCRIPTS[name]).partition('//# sourceMappingURL')[0]}</script>"
        elif name in STYLES:
            style = asset(STYLES[name])
            for path in set(re.findall(r"url\((images/[\w.-]+)\)", style)):
                picture = b64encode(files("hinterland.maps").joinpath("assets", *path.split("/")).read_bytes())
                style = style.replace(f"url({path})", f"url(data:image/png;base64,{picture.decode('ascii')})")
            yield f"<style>{style}</style>"
        elif not _is_link(element) and name != "meta_http":
            # folium forbids zooming the page, which people with weak eyes need
            yield re.sub(r'<meta name="viewport".*?/>', "", element.render(), flags=re.DOTALL)


def _policy(header: str, script: str, within: Sequence[str]) -> str:
    scripts = [*re.findall(r"<script>(.*?)</script>", header, re.DOTALL), script]
    styles = re.findall(r"<style>(.*?)</style>", header, re.DOTALL)
    # a frame made from text obeys the policy of the page around it as well as its own
    inner = [_read_policy(page) for page in within]
    return (
        f"default-src 'none'; script-src {_hashes(scripts, [allowed[0] for allowed in inner])}; "
        f"style-src {_hashes(styles, [allowed[1] for allowed in inner])}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _read_policy(page: str) -> tuple[str, str]:
    meta = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    directives = re.search(r"script-src (.*?); style-src (.*?);", markup.unescape(meta[1])) if meta else None
    if directives is None:
        raise ValueError("only a page of this package can stand in another one")
    return directives[1], directives[2]


def _hashes(texts: list[str], more: Sequence[str]) -> str:
    digests = [b64encode(sha256(text.encode()).digest()).decode("ascii") for text in texts]
    return " ".join(dict.fromkeys([*(f"'sha256-{digest}'" for digest in digests), *" ".join(more).split()]))


def _check_size(text: str) -> str:
    size = len(text.encode())
    if size > LARGEST_BYTES:
        raise OutputError(
            "the map would have {size:.0f} MB, more than {most:.0f}: draw fewer markets ({limits}), or leave the "
            "boundaries out",
            limits=[ONLY_COUNTRY, MIN_POPULATION],
            size=size / 1e6,
            most=LARGEST_BYTES / 1e6,
        )
    return text
