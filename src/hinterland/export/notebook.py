"""An analysis as a notebook shows it: one sentence, ten markets, and the map in a frame that cannot see out."""

from hinterland.export.brief import choose
from hinterland.export.context import TEMPLATES, ExportContext
from hinterland.messages import brief as brief_messages

ROWS = 10


def notebook_html(report: ExportContext) -> str:
    """Write the notebook's view; the map's scripts run in a sandbox of their own."""
    findings = report.findings
    choice = choose(findings, ROWS, smaller_first=False)
    return TEMPLATES.get_template("notebook.html").render(
        sentence=brief_messages.finding(choice.numbers, choice.plural, findings.settings, findings.assumptions),
        heading=choice.heading,
        rows=[brief_messages.line(row) for row in choice.first.to_dict("records")],
        interval=f"{findings.assumptions.interval:.0%}",
        page=report.page(),
    )
