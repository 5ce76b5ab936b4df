"""An exporter of one's own: the first markets as a Markdown table, for `--out ranking.md`."""

from typing import BinaryIO

from hinterland.export import EXPORTERS, ExportContext

COLUMNS = ["rank", "market", "country", "creators", "expected_creators", "class"]
FIRST = 10


@EXPORTERS.add(".md")
def write_markdown(report: ExportContext, stream: BinaryIO) -> None:
    """Write the first ranked markets."""
    # suppressed counts and the order of the ranking are settled before an exporter sees them
    ranking = report.findings.released_rankings[report.findings.settings.benchmark]
    rows = ranking[ranking["rank"].notna()].sort_values("rank").head(FIRST)[COLUMNS]
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows.itertuples(index=False)]
    lines = [COLUMNS, ["---"] * len(COLUMNS), *cells]
    stream.write("".join(f"| {' | '.join(line)} |\n" for line in lines).encode())
