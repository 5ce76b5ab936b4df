"""The exported map as one self-contained HTML file, alone or two side by side, with what is judged differently."""

import html as markup
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

import folium
import pandas as pd
from branca.element import CssLink, Element, Figure, JavascriptLink

from hinterland.errors import OutputError
from hinterland.language import IN_ENGLISH, Language, Text
from hinterland.maps.elements import COMPARISON, TEMPLATES, asset, figure_of, pack, program, render_markup, speech
from hinterland.maps.encode import numbers, texts
from hinterland.messages import MIN_POPULATION, ONLY_COUNTRY
from hinterland.messages.model import summarise_changes
from hinterland.ranking import BOUNDS, FLAGS

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
            style = re.sub(r"url\((images/[\w.-]+)\)", lambda image: f"url({_data_uri(image[1])})", asset(STYLES[name]))
            yield f"<style>{style}</style>"
        elif not _is_link(element) and name != "meta_http":
            # folium forbids zooming the page, which people with weak eyes need
            yield re.sub(r'<meta name="viewport".*?/>', "", element.render(), flags=re.DOTALL)


def _data_uri(path: str) -> str:
    content = files("hinterland.maps").joinpath("assets", *path.split("/")).read_bytes()
    return "data:image/png;base64," + b64encode(content).decode("ascii")


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


BODY = TEMPLATES.from_string(
    """{{ skeleton|safe }}
<script type="application/json" id="hinterland-comparison">{{ about|tojson }}</script>
<script type="text/plain" id="hinterland-pages">{{ pages }}</script>
<script type="text/plain" id="hinterland-changes">{{ changes }}</script>
"""
)


@dataclass(frozen=True)
class Side:
    """One of the two maps: what it is called, its page, and the benchmark it opens with."""

    name: str
    page: str
    benchmark: str


def comparison_page(
    left: Side,
    right: Side,
    changes: pd.DataFrame,
    *,
    title: str,
    notes: Sequence[Text] = (),
    language: Language = IN_ENGLISH,
) -> str:
    """Write two map pages into one self-contained HTML text; they move together, and a market chosen in one is in both.

    Parameters
    ----------
    left, right : Side
        Pages as `hinterland.maps.page` writes them; one that both sides share is kept once.
    changes : DataFrame
        As `hinterland.ranking.compare` gives them.
    title : str
        The page's heading.
    notes : sequence of Text
        Sentences to stand after the summary.
    language : Language
        In which to sum up.

    Raises
    ------
    OutputError
        If the page would pass 40 MB.
    """
    pages = list(dict.fromkeys([left.page, right.page]))
    about = {
        "title": title,
        "speech": speech(COMPARISON, language),
        "summary": " ".join(map(language.render, [summarise_changes(*_counts(changes)), *notes])),
        "sides": [{**asdict(side), "page": pages.index(side.page)} for side in (left, right)],
    }
    header = "".join(
        [
            f"<style>{asset('colours.css')}{asset('comparison/page.css')}</style>",
            f"<script>{program(COMPARISON)}</script>",
        ]
    )
    body = BODY.render(
        skeleton=render_markup("comparison/page.html", language),
        about=about,
        pages=pack(pages),
        changes=pack(_columns(changes)),
    )
    return compose(header, body, "hinterland.start();", within=pages)


def _counts(changes: pd.DataFrame) -> tuple[int, int, int, int]:
    both = int(changes[[f"{BOUNDS[0]}_before", f"{BOUNDS[0]}_after"]].notna().all(axis="columns").sum())
    changed, disjoint = (int(changes[flag].sum()) for flag in FLAGS)
    return len(changes) - both, both, changed, disjoint


def _columns(changes: pd.DataFrame) -> dict[str, list[Any]]:
    rows = changes[changes[list(FLAGS)].any(axis="columns")]
    text_columns = ("market", "country", "class_before", "class_after")
    number_columns = [f"{name}_{side}" for side in ("before", "after") for name in BOUNDS]
    return {
        "market_id": rows.index.tolist(),
        **{name: texts(rows[name]) for name in text_columns},
        **{name: numbers(rows[name], 1) for name in number_columns},
        "apart": rows["apart"].tolist(),
    }
