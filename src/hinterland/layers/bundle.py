"""What pages are bundled from: constant programs, styles and templates, and the one way data are packed into them."""

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment

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
    return files("hinterland.layers").joinpath("assets", *name.split("/")).read_text(encoding="utf-8")


def program(names: Sequence[str]) -> str:
    """Join a program to one function, whose only door is `hinterland.start`."""
    parts = [asset(name) for name in names]
    return "\n".join(['"use strict";', "const hinterland = (() => {", *parts, "return { start: open };", "})();"])


def pack(data: Any) -> str:  # noqa: ANN401 - anything JSON can say
    """Write data as JSON, deflated, as base64: a table of markets shrinks to a third."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return b64encode(zlib.compress(text.encode(errors="replace"))).decode("ascii")
