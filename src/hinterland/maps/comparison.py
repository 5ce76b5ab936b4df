"""Two maps side by side in one file, with what is judged differently beneath them."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from hinterland.maps.elements import COMPARISON, TEMPLATES, asset, pack, program
from hinterland.maps.encode import numbers, texts
from hinterland.maps.page import compose
from hinterland.messages.model import summarise_changes
from hinterland.ranking import BOUNDS, FLAGS

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


def comparison_page(left: Side, right: Side, changes: pd.DataFrame, *, title: str) -> str:
    """Write two map pages into one self-contained HTML text; they move together, and a market chosen in one is in both.

    Parameters
    ----------
    left, right : Side
        Pages as `hinterland.maps.page` writes them; one that both sides share is kept once.
    changes : DataFrame
        As `hinterland.ranking.compare` gives them.
    title : str
        The page's heading.

    Raises
    ------
    OutputError
        If the page would pass 40 MB.
    """
    pages = list(dict.fromkeys([left.page, right.page]))
    about = {
        "title": title,
        "summary": summarise_changes(*_counts(changes)),
        "sides": [{**asdict(side), "page": pages.index(side.page)} for side in (left, right)],
    }
    header = "".join(
        [
            f"<style>{asset('colours.css')}{asset('comparison/page.css')}</style>",
            f"<script>{program(COMPARISON)}</script>",
        ]
    )
    body = BODY.render(
        skeleton=asset("comparison/page.html"), about=about, pages=pack(pages), changes=pack(_columns(changes))
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
