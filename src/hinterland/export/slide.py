"""One map for a slide, 1920 x 1080: the two short lists named, and a key with their numbers."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from hinterland.export.brief import Highlights, choose, count_located
from hinterland.export.context import ExportContext, bring, template
from hinterland.export.labels import break_lines, shorten, text_width
from hinterland.export.projection import Canvas
from hinterland.export.static_map import Style, colour_of, draw_picture, legend
from hinterland.messages import brief as brief_messages
from hinterland.messages.brief import Row

LISTED_MARKETS = 11
MAP = Style(Canvas(1400, 742), 15, 30)
KEY_WIDTH, KEY_INDENT, KEY_SIZE = 364, 54, 17
INTERVAL_WIDTH = 92
SUBTITLE, LINE_WIDTH = 19, 1_790


def slide_svg(report: ExportContext) -> str:
    """Draw the slide as SVG: text stays text, every number the same as in the ranking."""
    findings = report.findings
    choice = choose(findings, LISTED_MARKETS)
    picture = draw_picture(choice.table, choice.first, report.basemap(), MAP)
    finding = brief_messages.finding(choice.numbers, choice.plural, findings.settings, findings.assumptions)
    run_summary = brief_messages.describe_run(
        [source.name for source in report.sources], findings.settings, choice.plural, count_located(report)
    )
    return template("slide.svg").render(
        title=report.title,
        heading=choice.heading,
        finding=break_lines(finding, SUBTITLE, LINE_WIDTH),
        run_summary=run_summary,
        picture=picture,
        key=list(_lines(choice)),
        legend=legend(),
        words=brief_messages,
        about=report.about(),
    )


def slide_png(report: ExportContext) -> bytes:
    """Draw the slide as PNG, with the fonts of this machine.

    Raises
    ------
    OutputError
        Without the extra "slides".
    """
    return bytes(bring(".png").svg_to_png(slide_svg(report), scale=1))


def _lines(choice: Highlights) -> Iterator[dict[str, Any]]:
    """Write the lines of the key: the title of each list, then its markets."""
    for title, table in choice.lists.items():
        yield {"title": shorten(title, KEY_SIZE, KEY_WIDTH)}
        yield from (_entry(row) for row in table.to_dict("records"))
        if table.empty:
            yield {"remark": brief_messages.NONE_CLEARLY}


def _entry(row: Row) -> dict[str, Any]:
    name, creators = brief_messages.readable(str(row["market"])), brief_messages.few(row)
    place = name if row["level"] == "country" else f"{name}, {row['country_code']}"
    room = KEY_WIDTH - INTERVAL_WIDTH - KEY_INDENT - text_width(f"{creators}  ", KEY_SIZE)
    return {
        "rank": row["rank"],
        "name": shorten(place, KEY_SIZE, room),
        "colour": colour_of(row["saturation"]),
        "found": creators,
        "likely": brief_messages.share(row)[1] if pd.notna(row["saturation"]) else "hidden",
    }
