"""Commands that rank lists of creators, compare two rankings, and find the markets most like another."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hinterland.cli.options import LANGUAGE, AnalysisOptions, analysing, is_file
from hinterland.cli.plan import Client, Files, Logo, ReportDate, list_forgotten, tell_notices
from hinterland.errors import SettingsError
from hinterland.language import Text, later

if TYPE_CHECKING:
    from hinterland.analysis import Analysis


# a guess below this is shown with its confidence
SURE = 0.8
# bytes: a page above this is slow to open on a phone, and mail servers send it back
HEAVY = 10_000_000
# markets in each list at the end
FIRST_MARKETS = 5
ROWS, CREATORS = ("rows_in", "used", "rejected", "merged"), ("creators_placed", "creators_in")
WAYS = {
    "coordinates": later("{count} by coordinates"),
    "columns": later("{count} by columns"),
    "text": later("{count} by text"),
    "country_only": later("{count} by country only"),
    "nowhere": later("{count} not located"),
}
FORMATS = {
    "encoding": later("encoding {value!r}"),
    "sheet": later("sheet {value!r}"),
    "delimiter": later("delimiter {value!r}"),
}


@analysing
def rank(
    files: Annotated[
        list[Path], typer.Argument(help="Lists of creators: csv, tsv, xlsx, parquet; - is standard input.")
    ],
    out: Annotated[
        list[Path],
        typer.Option(
            help="Result, by its ending: .csv, .xlsx, .html (map), .brief.html or .pdf (one page), .svg or .png "
            "(slide), .parquet, .gpkg, .geojson; - is standard output (CSV)."
        ),
    ],
    rejects: Annotated[Path | None, typer.Option(help="File for rejected rows (.csv).")] = None,
    country_table: Annotated[Path | None, typer.Option(help="Also write the country table here (.csv).")] = None,
    detail: Annotated[Path | None, typer.Option(help="Also write both benchmarks in full here (.csv).")] = None,
    international: Annotated[
        Path | None,
        typer.Option(
            help="Also write the markets abroad here (.csv): room, language, income, distance and audience side by "
            "side, seen from --home."
        ),
    ] = None,
    shortlist: Annotated[
        str | None, typer.Option(help="Report on these markets only, by id or name: Lyon,Porto,...")
    ] = None,
    client: Client = "",
    date: ReportDate = "",
    logo: Logo = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    *,
    options: AnalysisOptions,
) -> None:
    """Rank cities and countries by how few creators they have for their size.

    Example: hinterland rank creators.csv --out ranking.csv --out map.html
    """
    started = time.perf_counter()
    from hinterland.export import check_suffixes  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.export.files import (  # noqa: PLC0415 - the same
        manifest_path,
        read_logo,
        rejects_path,
    )

    settings = options.settings()
    check_suffixes(out)
    read_logo(logo)
    if international and not settings.home:
        raise SettingsError("--international: say where the brand sells, such as --home US,Canada")
    learned = options.mapping if options.mapping and not is_file(options.mapping) else None
    named = [path for path in out if str(path) != "-"]
    # rejects stand beside the first file; without any, only a name for them has them written
    rejects_file = rejects or (rejects_path(named[0]) if named else None)
    targets = (*out, *map(manifest_path, named), rejects_file, country_table, detail, international, learned)
    options.check_outputs(files, *targets, also=[logo])
    analysis = options.analyze(files)
    markets = shortlist or ""
    analysis.export(*out, language=LANGUAGE.get(), client=client, date=date, logo=logo, markets=markets)
    outputs = [*out, *_write_tables(analysis, detail=detail, country_table=country_table)]
    # rejects of an earlier run would be taken for those of this one
    if rejects_file and (rejects or not analysis.findings.rejects.empty or rejects_file.exists()):
        analysis.export_rejects(rejects_file, language=LANGUAGE.get())
        outputs.append(rejects_file)
    if learned:
        outputs += [_write_mapping(analysis, learned)]
    abroad_notices = analysis.export_abroad(international) if international else ()
    outputs += [international] if international else []
    summary = _summary(analysis, outputs, time.perf_counter() - started)
    summary["warnings"] += [LANGUAGE.get().describe(notice) for notice in abroad_notices]
    # people are named by example on standard error, never in a file
    names = "".join(f"{LANGUAGE.get().render(example.text)}\n" for example in analysis.namesakes())
    sys.stderr.write(names + list_forgotten(analysis))
    stream = sys.stderr if any(str(path) == "-" for path in outputs) else sys.stdout
    stream.write(json.dumps(summary, ensure_ascii=False) + "\n" if as_json else _sentences(summary))


def _write_mapping(analysis: "Analysis", path: Path) -> Path:
    from hinterland.export.files import writing  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.ingest import mapping_toml  # noqa: PLC0415 - the same

    with writing(path) as stream:
        stream.write(mapping_toml(analysis.listing).encode())
    return path


def _write_tables(analysis: "Analysis", *, detail: Path | None, country_table: Path | None) -> list[Path]:
    if detail:
        analysis.export_detail(detail)
    if country_table:
        analysis.export_countries(country_table)
    return [path for path in (detail, country_table) if path]


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
        "finding": analysis.finding(FIRST_MARKETS, language=LANGUAGE.get()),
        "confidence": {guess.field: guess.confidence for guess in reversed(analysis.listing.mapping)},
        "reading": [asdict(file_format) for file_format in analysis.listing.file_formats],
    }


def _describe_format(reading: dict[str, Any]) -> str:
    """Say how a file is written: what --mapping can change."""
    parts = [Text(template, value=reading[name]) for name, template in FORMATS.items() if reading[name]]
    parts.append(Text("header in row {row}", row=reading["header_row"]))
    return LANGUAGE.get().say("read as: {parts}", parts=parts)


def _describe_columns(summary: dict[str, Any]) -> Iterator[Text]:
    for field, column in summary["mapping"].items():
        confidence = summary["confidence"][field]
        if confidence < SURE:
            yield Text(
                "{field} = {column!r} (confidence {confidence:.2f})", field=field, column=column, confidence=confidence
            )
        else:
            yield Text("{field} = {column!r}", field=field, column=column)


def _describe_output(path: str) -> str:
    from hinterland.messages import MIN_POPULATION, ONLY_COUNTRY  # noqa: PLC0415 - only after the work is done

    size = Path(path).stat().st_size if path.endswith(".html") else 0
    if size <= HEAVY:
        return LANGUAGE.get().say("wrote {file}", file=path)
    return LANGUAGE.get().say(
        "wrote {file}: {size:.0f} MB, slow to open; to leave markets out, set {limits:or}",
        limits=[ONLY_COUNTRY, MIN_POPULATION],
        file=path,
        size=size / 1e6,
    )


def _finding(finding: dict[str, Any]) -> list[str]:
    """Lay out the finding and its lists: what a reader of the last lines needs."""
    lines = ["", finding["sentence"]] if finding["sentence"] else []
    for markets in finding["lists"]:
        lines += [
            "",
            f"{markets['title']}:",
            *(f"  {line}" for line in markets["lines"] or [LANGUAGE.get().say("no market is called under-served")]),
        ]
    return lines


def _pick(values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in names}


def _sentences(summary: dict[str, Any]) -> str:
    from hinterland.messages import name_level  # noqa: PLC0415 - only after the work is done

    model, language = summary["model"], LANGUAGE.get()
    ways = [Text(WAYS[way], count=count) for way, count in summary["located"].items()]
    texts = [
        Text("columns: {columns}", columns=list(_describe_columns(summary))),
        Text("rows in: {rows_in} = {used} used + {rejected} rejected + {merged} merged", **_pick(summary, ROWS)),
        Text("creators placed: {creators_placed} of {creators_in}", **_pick(summary, CREATORS)),
        Text("rows located: {ways}", ways=ways),
        Text(
            "{level}; size exponent {beta:.3f} ± {beta_se:.3f}, dispersion k {k:.2f} ± {k_se:.2f}, spread between "
            "countries {sigma:.2f}; seed {seed}",
            level=name_level(summary["level"]),
            seed=str(summary["settings"]["seed"]),
            **_pick(model, ("beta", "beta_se", "k", "k_se", "sigma")),
        ),
    ]
    lines = [
        *map(_describe_format, summary["reading"]),
        *map(language.render, texts),
        *tell_notices((notice["sentence"] for notice in summary["warnings"]), ()),
        *(_describe_output(path) for path in summary["outputs"] if path != "-"),
        *_finding(summary["finding"]),
    ]
    return "\n".join(lines) + "\n"


@analysing
def compare(
    before: Annotated[Path, typer.Argument(help="A list of creators.")],
    after: Annotated[
        Path | None, typer.Argument(help="A second list; without it both benchmarks of the first are compared.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Page with both maps (.html), or the differences (.csv); - is standard output (CSV).")
    ] = Path("comparison.html"),
    changes: Annotated[Path | None, typer.Option(help="Also write the differences here (.csv or .parquet).")] = None,
    *,
    options: AnalysisOptions,
) -> None:
    """Compare two lists, or both benchmarks of one list, on two linked maps.

    Example: hinterland compare spring.csv autumn.csv --out comparison.html --changes changes.csv
    """
    from hinterland.analysis.comparison import (  # noqa: PLC0415 - heavy: `--help` answers without it
        compare_benchmarks,
        compare_lists,
        manifest_paths,
        write_comparison,
    )
    from hinterland.export.tables import csv_bytes, write_table  # noqa: PLC0415 - the same

    suffix = ".csv" if str(out) == "-" else out.suffix.lower()
    if suffix not in {".html", ".csv"}:
        raise SettingsError("--out {out}: name a file that ends in .html (a page) or .csv (the differences)", out=out)
    lists = [path for path in (before, after) if path]
    options.check_outputs(lists, out, changes, *manifest_paths(out, lists))
    runs = [options.analyze(path) for path in lists]
    language = LANGUAGE.get()
    comparison = compare_lists(*runs) if after else compare_benchmarks(*runs)
    differences = comparison.changes.reset_index().round(1)
    content = comparison.draw(language).encode() if suffix == ".html" else csv_bytes(differences)
    outputs = write_comparison(content, runs, out, language=language)
    if changes:
        write_table(differences, changes)
        outputs.append(changes)
    stream = sys.stderr if "-" in map(str, outputs) else sys.stdout
    stream.writelines(f"{LANGUAGE.get().render(notice)}\n" for notice in comparison.notices)
    stream.writelines(f"{line}\n" for line in tell_notices((), map(str, outputs)))


@analysing
def twins(
    market: Annotated[str, typer.Argument(help="A market, by name or by id as in the ranking.")],
    files: Files,
    out: Annotated[Path, typer.Option(help="Result: .csv or .parquet; - is standard output.")],
    count: Annotated[int, typer.Option(help="Number of markets.")] = 25,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Also list markets that have as many creators as normal, or more.")
    ] = False,
    *,
    options: AnalysisOptions,
) -> None:
    """List the markets most similar to a given one that have fewer creators than normal, and how they differ.

    Example: hinterland twins Lyon creators.csv --out twins.csv
    """
    from hinterland.analysis.questions import list_twins  # noqa: PLC0415 - heavy: `--help` answers without it
    from hinterland.export.tables import write_table  # noqa: PLC0415 - the same

    options.check_outputs(files, out)
    analysis = options.analyze(files)
    table = list_twins(analysis, market, count=count, everywhere=everywhere, language=LANGUAGE.get())
    write_table(table.reset_index().round(3), out)
    sys.stdout.writelines(f"{line}\n" for line in tell_notices((), [str(out)]))
