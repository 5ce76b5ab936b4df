"""The options every command that analyses a list has in common, in one place."""

import inspect
import os
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer

from hinterland.config import FILE_SETTINGS, Assumptions, Benchmark, Level, Settings, SpillOver, TierPreset
from hinterland.errors import SettingsError
from hinterland.language import Language

# the options that say how files are written and which column is which
READING = frozenset(("columns", "constants", "encoding", "delimiter", "header", "sheet"))


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """How the files are written, where that is not to be guessed."""

    encoding: Annotated[str | None, typer.Option(help="Encoding of text files.")] = None
    delimiter: Annotated[str | None, typer.Option(help="Mark between the columns of text files: ; or | or tab.")] = None
    header: Annotated[
        int | None,
        typer.Option(metavar="ROW", help="Row that names the columns, from 1 (0: none); blank rows do not count."),
    ] = None
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="Sheet of a workbook, or all.")] = None

    def writing(self) -> dict[str, Any]:
        """Return the options that were set, by the names of the settings they fill."""
        values = {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header_row": self.header,
            "sheet": self.sheet,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class AnalysisOptions(ReadOptions):
    """What a command asks of an analysis."""

    level: Annotated[Level | None, typer.Option(help="Kind of market.  [default: metro]")] = None
    benchmark: Annotated[Benchmark, typer.Option(help="Compare with cities of the same country, or of the world.")] = (
        "national"
    )
    home: Annotated[
        str | None,
        typer.Option(metavar="CC,...", help="Countries where the brand sells today, by name or code: US,Canada."),
    ] = None
    covers: Annotated[str, typer.Option(help="What the list covers: auto, worldwide, listed, or US,GB,...")] = "auto"
    tier: Annotated[str | None, typer.Option(help="Creators of this tier only.")] = None
    platform: Annotated[str | None, typer.Option(help="Creators of this platform only.")] = None
    niche: Annotated[str | None, typer.Option(help="Creators of this niche only.")] = None
    only_country: Annotated[
        str | None, typer.Option(help="Markets of these countries only, by name or code: Germany,US,...")
    ] = None
    min_population: Annotated[int, typer.Option(help="Smallest market.")] = 15_000
    max_population: Annotated[int | None, typer.Option(help="Largest market.")] = None
    columns: Annotated[
        list[str] | None, typer.Option("--column", help="FIELD=COLUMN where a header is not understood.")
    ] = None
    constants: Annotated[
        list[str] | None,
        typer.Option("--set", help="FIELD=VALUE for the whole list: country, platform, niche, currency, ..."),
    ] = None
    mapping: Annotated[Path | None, typer.Option(help="TOML file of how the list is to be read.")] = None
    assumptions: Annotated[Path | None, typer.Option(help="TOML file of assumed numbers.")] = None
    tiers: Annotated[TierPreset, typer.Option(help="Preset of tiers.")] = "industry"
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0
    draws: Annotated[int, typer.Option(help="Draws from the posterior.")] = 1_000
    boundaries: Annotated[
        str | None, typer.Option(help="Own polygons as markets: GeoPackage, Shapefile, GeoJSON, GeoParquet, KML.")
    ] = None
    population: Annotated[
        str | None, typer.Option(help="Residents of own polygons: a column of that file, or a CSV of id,population.")
    ] = None
    layer: Annotated[str | None, typer.Option(help="Layer of the file of polygons.")] = None
    forget: Annotated[
        str | None, typer.Option(help="File of handles, one per line: these people are removed first.")
    ] = None
    brand: Annotated[
        str | None,
        typer.Option(
            help="Creators the brand works with: a file of handles, one per line, or a yes/no column (in --detail)."
        ),
    ] = None
    distinct: Annotated[bool, typer.Option("--distinct", help="No creator is listed twice: do not look.")] = False
    spill_over: Annotated[SpillOver, typer.Option(help="Let audiences reach the markets around a creator.")] = "none"
    covariates: Annotated[
        str | None,
        typer.Option(help="Traits that say what is typical of a country: income,urban_share,age,language_reach."),
    ] = None

    def settings(self, **more: Any) -> Settings:  # noqa: ANN401 - Settings checks each
        """Settle what this run asks for."""
        converted_fields = {*READING, "mapping", "assumptions", "covariates", "only_country", "home"}
        values: dict[str, Any] = {
            field.name: getattr(self, field.name) for field in fields(self) if field.name not in converted_fields
        }
        values["covariates"] = _names(self.covariates)
        values["countries"], values["home"] = _names(self.only_country), _names(self.home)
        return Settings(**values, **more, **self.reading())

    def reading(self) -> dict[str, Any]:
        """Settle how the files are to be read: what the mapping file says, and what the options say, which win."""
        constants = tuple(pair(text, option="--set", example="country=NG") for text in self.constants or [])
        return read_how(self.mapping, self.writing(), self.columns or []) | {"constants": constants}

    def check_outputs(self, files: Sequence[Path], *targets: Path | None, also: Path | None = None) -> None:
        """Refuse, before any work, a target that is named twice or is a file of this run; `also` is one of these."""
        from hinterland.export.files import check_targets  # noqa: PLC0415 - heavy: `--help` answers without it

        named = (getattr(self, name, None) for name in FILE_SETTINGS)
        check_targets(targets, (*files, *named, self.mapping, self.assumptions, also))

    def read_assumptions(self) -> Assumptions:
        """Read the assumptions of this run."""
        return Assumptions.read(self.assumptions) if self.assumptions else Assumptions()


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def is_file(path: Path) -> bool:
    """Say whether there is such a file; a name too long for any is none."""
    return os.path.isfile(path)  # noqa: PTH113 - pathlib fails there


def read_how(mapping: Path | None, file_format: dict[str, Any], columns: list[str]) -> dict[str, Any]:
    """Join what the mapping file says of reading with what the options say, which win."""
    from hinterland.ingest import read_mapping  # noqa: PLC0415 - heavy: `--help` answers without it

    saved = read_mapping(mapping) if mapping and is_file(mapping) else {}
    pairs = tuple(pair(text) for text in columns)
    saved_pairs = [entry for entry in saved.get("columns", ()) if entry[0] not in dict(pairs)]
    explicit = {name: value for name, value in file_format.items() if value is not None}
    return {**saved, **explicit, "columns": (*saved_pairs, *pairs)}


def pair(text: str, *, option: str = "--column", example: str = "followers=Abonnés") -> tuple[str, str]:
    """Split FIELD=COLUMN, or FIELD=VALUE."""
    field, equals, column = text.partition("=")
    if not (field and equals and column):
        what = "COLUMN" if option == "--column" else "VALUE"
        raise SettingsError(
            "{option} {text}: write it as FIELD={what}, for example {example}",
            option=option,
            text=text,
            what=what,
            example=example,
        )
    return field.strip(), column


LANGUAGE: ContextVar[Language] = ContextVar("language")
Lang = Annotated[
    Literal["en", "de", "es", "pt"] | None,
    typer.Option(help="Language of messages, pages and reports.  [default: the system's]"),
]


def speaking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option that says in which language it speaks."""
    signature = inspect.signature(command, eval_str=True)

    @wraps(command)
    def speak(*, lang: str | None, **arguments: Any) -> None:  # noqa: ANN401 - typer checks each
        if lang:
            LANGUAGE.set(Language.of(lang))
        command(**arguments)

    choice = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Lang)
    return _sign(speak, [*_by_keyword(signature), choice])


def analysing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose last parameter is `options`, every option of the analysis."""
    return _with_options(command, "options", AnalysisOptions)


def reading(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose last parameter is `options`, the options that say how a file is written."""
    return _with_options(command, "options", ReadOptions)


def _with_options(command: Callable[..., None], last: str, options: type[ReadOptions]) -> Callable[..., None]:
    signature = inspect.signature(command, eval_str=True)
    hints = get_type_hints(options, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(options)
    ]

    @wraps(command)
    def with_options(**arguments: Any) -> None:  # noqa: ANN401 - typer checks each
        values = {field.name: arguments.pop(field.name) for field in fields(options)}
        command(**arguments, **{last: options(**values)})

    return _sign(with_options, [*(each for each in _by_keyword(signature) if each.name != last), *shared])


def _by_keyword(signature: inspect.Signature) -> list[inspect.Parameter]:
    return [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in signature.parameters.values()]


def _sign(command: Callable[..., None], parameters: Sequence[inspect.Parameter]) -> Callable[..., None]:
    """Give a function the parameters that typer is to make options of."""
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del command.__wrapped__  # type: ignore[attr-defined]
    return command
