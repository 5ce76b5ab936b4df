"""Commands that rank lists of creators, compare two rankings, and find the markets most like another."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hinterland.cli.options import LANGUAGE, AnalysisOptions, analysing, is_file
from hinterland.cli.plan import Files, list_forgotten
from hinterland.errors import SettingsError

if TYPE_CHECKING:
    from hinterland.analysis import Analysis


# a guess below this is shown with its confidence
SURE = 0.8
# bytes: a page above this is slow to open on a phone, and mail servers send it back
HEAVY = 10_000_000
# markets in each list at the end
FIRST_MARKETS = 5


@analysing
def rank(
    files: Annotated[
        list[Path], typer.Argument(help="Lists of creators: csv, tsv, xlsx, parquet; - is standard input.")
    ],
    out: Annotated[
        list[Path],
        typer.Option(
            help="Result, by its ending: .csv, .xlsx, .html (map), .brief.html or .pdf (one page), .svg or .png "
            "(slide), .parquet, .gpkg, .geojson."
        ),
    ],
    rejects: Annotated[Path | None, typer.Option(help="Where rejected rows go.")] = None,
    country_table: Annotated[Path | None, typer.Option(help="Also write the country table here (.csv).")] = None,
    detail: Annotated[Path | None, typer.Option(help="Also write both benchmarks in full here (.csv).")] = None,
    international: Annotated[
        Path | None,
        typer.Option(
            help="Also write the markets abroad here (.csv): room, language, income, distance and audience side by "
            "side, seen from --home."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    *,
    options: AnalysisOptions,
) -> None:
    """Rank the world's markets by the room a list of creators leaves in them.

    Example: hinterland rank creators.csv --out ranking.csv --out map.html
    """
    started = time.perf_counter()
    from hinterland.analysis import analyze  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.export import check_suffixes  # noqa: PLC0415 - the same
    from hinterland.export.files import manifest_path, rejects_path  # noqa: PLC0415 - the same

    settings = options.settings()
    check_suffixes(out)
    if international and not settings.home:
        raise SettingsError("--international: say where the brand sells, such as --home US,Canada")
    learned = options.mapping if options.mapping and not is_file(options.mapping) else None
    beside = (manifest_path(path) for path in out)
    targets = (*out, *beside, rejects or rejects_path(out[0]), country_table, detail, international, learned)
    options.check_outputs(files, *targets)
    analysis = analyze(files, settings=settings, assumptions=options.read_assumptions())
    outputs = _write(analysis, out, rejects, {"detail": detail, "countries": country_table})
    if learned:
        outputs += [_write_mapping(analysis, learned)]
    abroad_notices = analysis.export_abroad(international) if international else ()
    outputs += [international] if international else []
    summary = _summary(analysis, outputs, time.perf_counter() - started)
    summary["warnings"] += [LANGUAGE.get().describe(notice) for notice in abroad_notices]
    # people are named by example on standard error, never in a file
    names = "".join(f"same name: {example.sentence}\n" for example in analysis.namesakes())
    sys.stderr.write(names + list_forgotten(analysis))
    sys.stdout.write(json.dumps(summary, ensure_ascii=False) + "\n" if as_json else _sentences(summary))


def _write_mapping(analysis: "Analysis", path: Path) -> Path:
    from hinterland.export.files import writing  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.ingest import mapping_toml  # noqa: PLC0415 - the same

    with writing(path) as stream:
        stream.write(mapping_toml(analysis.listing).encode())
    return path


def _write(analysis: "Analysis", out: list[Path], rejects: Path | None, more: dict[str, Path | None]) -> list[Path]:
    from hinterland.export.files import rejects_path  # noqa: PLC0415 - heavy: `--help` answers without it

    analysis.export(*out, language=LANGUAGE.get())
    if more["detail"]:
        analysis.export_detail(more["detail"])
    if more["countries"]:
        analysis.export_countries(more["countries"])
    out = [*out, *(path for path in more.values() if path)]
    target = rejects or rejects_path(out[0])
    # rejects of an earlier run would be taken for those of this one
    if analysis.findings.rejects.empty and rejects is None and not target.exists():
        return out
    analysis.export_rejects(target)
    return [*out, target]


def _summary(analysis: "Analysis", outputs: list[Path], seconds: float) -> dict[str, Any]:
    findings = analysis.findings
    return {
        **{name: findings.counts[name] for name in ("rows_in", "used", "rejected", "merged", "creators_in")},
        "creators_placed": findings.counts["creators_placed"],
        "located": dict(findings.located),
        "warnings": [LANGUAGE.get().describe(notice) for notice in findings.warnings],
        "model": dict(findings.model),
        "comparable": findings.comparable,
        "self_check": dict(findings.self_check),
        "level": findings.level,
        "mapping": {guess.field: guess.column for guess in reversed(analysis.listing.mapping)},
        "settings": findings.settings.model_dump(),
        "seconds": {**findings.seconds, "all": seconds},
        "outputs": [str(path) for path in outputs],
        "finding": analysis.finding(FIRST_MARKETS),
        "confidence": {guess.field: guess.confidence for guess in reversed(analysis.listing.mapping)},
        "reading": [asdict(file_format) for file_format in analysis.listing.file_formats],
    }


def _describe_format(reading: dict[str, Any]) -> str:
    """Say how a file is written: what --mapping can change."""
    values = {"encoding": reading["encoding"], "sheet": reading["sheet"], "delimiter": reading["delimiter"]}
    parts = [f"{name} {value!r}" for name, value in values.items() if value]
    return "read as: " + ", ".join([*parts, f"header in row {reading['header_row']}"])


def _describe_columns(summary: dict[str, Any]) -> Iterator[str]:
    for field, column in summary["mapping"].items():
        confidence = summary["confidence"][field]
        yield f"{field} = {column!r}" + (f" (confidence {confidence:.2f})" if confidence < SURE else "")


def _describe_output(path: str) -> str:
    size = Path(path).stat().st_size if path.endswith(".html") else 0
    heavy = f": {size / 1e6:.0f} MB, slow to open; --only-country or --min-population leaves markets out"
    return f"wrote {path}{heavy if size > HEAVY else ''}"


def _finding(finding: dict[str, Any]) -> list[str]:
    """Lay out the finding and its lists: what a reader of the last lines needs."""
    lines = ["", finding["sentence"]] if finding["sentence"] else []
    for markets in finding["lists"]:
        lines += [
            "",
            f"{markets['title']}:",
            *(f"  {line}" for line in markets["lines"] or ["no market is called under-served"]),
        ]
    return lines


def _sentences(summary: dict[str, Any]) -> str:
    located, model = summary["located"], summary["model"]
    ways = (
        f"{count:,} not located" if way == "nowhere" else f"{count:,} by {way.replace('_', ' ')}"
        for way, count in located.items()
    )
    lines = [
        *map(_describe_format, summary["reading"]),
        "columns: " + ", ".join(_describe_columns(summary)),
        (
            f"{summary['rows_in']:,} rows in = {summary['used']:,} used + {summary['rejected']:,} rejected "
            f"+ {summary['merged']:,} merged"
        ),
        f"creators placed: {summary['creators_placed']:,} of {summary['creators_in']:,}",
        "rows located: " + ", ".join(ways),
        (
            f"{summary['level']} markets; size exponent {model['beta']:.3f} ± {model['beta_se']:.3f}, "
            f"dispersion k {model['k']:.2f} ± {model['k_se']:.2f}, spread between countries {model['sigma']:.2f}; "
            f"seed {summary['settings']['seed']}"
        ),
        *(f"note: {notice['sentence']}" for notice in summary["warnings"]),
        *map(_describe_output, summary["outputs"]),
        *_finding(summary["finding"]),
    ]
    return "\n".join(lines) + "\n"


@analysing
def compare(
    before: Annotated[Path, typer.Argument(help="A list of creators.")],
    after: Annotated[
        Path | None, typer.Argument(help="Another list; without it the two benchmarks of the first are compared.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Both maps in one page: .html.")] = Path("comparison.html"),
    changes: Annotated[Path | None, typer.Option(help="Also write what differs here: .csv or .parquet.")] = None,
    *,
    options: AnalysisOptions,
) -> None:
    """Show two lists, or the two benchmarks of one, side by side on maps that move together.

    Example: hinterland compare spring.csv autumn.csv --out comparison.html --changes changes.csv
    """
    from hinterland.analysis import analyze  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.analysis.comparison import (  # noqa: PLC0415 - the same
        compare_benchmarks,
        compare_lists,
        manifest_paths,
        write_comparison,
    )
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    if out.suffix.lower() != ".html":
        raise SettingsError(f"--out {out}: a comparison is a page; name a file that ends in .html")
    lists = [path for path in (before, after) if path]
    options.check_outputs(lists, out, changes, *manifest_paths(out, lists))
    runs = [analyze(path, settings=options.settings(), assumptions=options.read_assumptions()) for path in lists]
    language = LANGUAGE.get()
    if after:
        table, page, notices = compare_lists(*runs, language=language)
    else:
        table, page, notices = *compare_benchmarks(*runs, language=language), ()
    outputs = write_comparison(page, runs, out, language=language)
    if changes:
        write_table(table.reset_index().round(1), changes)
        outputs.append(changes)
    sys.stdout.writelines(f"{LANGUAGE.get().render(notice)}\n" for notice in notices)
    sys.stdout.writelines(f"wrote {path}\n" for path in outputs)


@analysing
def twins(
    market: Annotated[str, typer.Argument(help="A market, by name or by id as in the ranking.")],
    files: Files,
    out: Annotated[Path, typer.Option(help="The twins: .csv or .parquet; - is standard output.")],
    count: Annotated[int, typer.Option(help="How many.")] = 25,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Also markets that have as many creators as expected.")
    ] = False,
    *,
    options: AnalysisOptions,
) -> None:
    """List the under-served markets most like one, with the distance explained.

    Example: hinterland twins Lyon creators.csv --out twins.csv
    """
    from hinterland.analysis import analyze  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.analysis.questions import list_twins  # noqa: PLC0415 - the same
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    options.check_outputs(files, out)
    analysis = analyze(files, settings=options.settings(), assumptions=options.read_assumptions())
    table = list_twins(analysis, market, count=count, everywhere=everywhere, language=LANGUAGE.get())
    write_table(table.reset_index().round(3), out)
    if str(out) != "-":
        sys.stdout.write(f"wrote {out}\n")
