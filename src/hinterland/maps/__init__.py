"""The map: layers stacked on a folium map, as one page; and two pages side by side, with what is judged differently."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from hinterland.language import IN_ENGLISH, Language, Text
from hinterland.maps.elements import COMPARISON, TEMPLATES, asset, pack, program, render_markup, speech
from hinterland.maps.encode import numbers, texts
from hinterland.maps.layers import LAYERS, MapContext, draw_map
from hinterland.maps.page import compose, page
from hinterland.messages.model import summarise_changes
from hinterland.ranking import BOUNDS, FLAGS

__all__ = ["LAYERS", "MapContext", "Side", "comparison_page", "draw_map", "page"]

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
