"""Two analyses side by side: the changes as a table, and one page with both maps."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hinterland.analysis import Analysis
from hinterland.export.context import render_manifest
from hinterland.export.files import manifest_path, writing
from hinterland.language import IN_ENGLISH, Language
from hinterland.maps import Side, comparison_page, page
from hinterland.ranking import compare

BENCHMARK_NAMES = {"national": "Beside its own country", "global": "Beside the world"}


def compare_benchmarks(analysis: Analysis, *, language: Language = IN_ENGLISH) -> tuple[pd.DataFrame, str]:
    """Compare what the two benchmarks make of one list.

    Returns
    -------
    The changes (see `hinterland.ranking.compare`), and a self-contained HTML page.
    """
    rankings = analysis.findings.released_rankings
    changes, map_page = compare(rankings["national"], rankings["global"]), page(analysis.report(language).map())
    home, world = (Side(name, map_page, benchmark) for benchmark, name in BENCHMARK_NAMES.items())
    labelled, title = _with_labels(changes, analysis), f"{analysis.title} · two benchmarks"
    return changes, comparison_page(home, world, labelled, title=title, language=language)


def compare_lists(before: Analysis, after: Analysis, *, language: Language = IN_ENGLISH) -> tuple[pd.DataFrame, str]:
    """Compare what two lists, or two runs of one, make of the world's markets in the benchmark asked for."""
    rankings = (run.findings.released_rankings[run.findings.settings.benchmark] for run in (before, after))
    changes = compare(*rankings)
    left, right = (
        Side(
            " + ".join(source.name for source in analysis.files) or "a table in memory",
            page(analysis.report(language).map()),
            analysis.findings.settings.benchmark,
        )
        for analysis in (before, after)
    )
    labelled, title = _with_labels(changes, before, after), f"{before.title} · two lists"
    return changes, comparison_page(left, right, labelled, title=title, language=language)


def _with_labels(changes: pd.DataFrame, *analyses: Analysis) -> pd.DataFrame:
    """Name markets so that namesakes are told apart, as a page that shows no regions must."""
    labels = pd.concat([analysis.ranking["label"] for analysis in analyses])
    return changes.assign(market=labels[~labels.index.duplicated()].reindex(changes.index))


def manifest_paths(path: Path, runs: Sequence[object]) -> list[Path]:
    """Name the manifests beside a comparison page: one for each of its runs."""
    return [manifest_path(path.with_name(path.name + which)) for which in ("", ".other")[: len(runs)]]


def write_comparison(
    page_html: str, analyses: Sequence[Analysis], path: Path, *, language: Language = IN_ENGLISH
) -> list[Path]:
    """Write a comparison page, and the manifest of each run beside it.

    Returns
    -------
    The files written, the page first.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    manifests = manifest_paths(path, analyses)
    texts = [page_html, *(render_manifest(analysis.findings, analysis.files, language) for analysis in analyses)]
    for target, text in zip([path, *manifests], texts, strict=True):
        with writing(target) as stream:
            stream.write(text.encode())
    return [path, *manifests]
