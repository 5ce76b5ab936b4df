"""The options of the command line, made from the declarations of the settings."""

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from hinterland.config import FILE_SETTINGS, Assumptions, Kind, ReadOptions, Setting, Settings, list_settings
from hinterland.errors import SettingsError
from hinterland.language import Language

if TYPE_CHECKING:
    from hinterland.analysis import Analysis

# how one file is written: all that a command needs which does not analyse
FILE_FORMAT = ("encoding", "delimiter", "header_row", "sheet")
# options of an analysis that are no settings: what they take, and what they say
MORE_OPTIONS: dict[str, tuple[type, str, str]] = {
    "mapping": (Path, "FILE", "TOML file of how the list is to be read."),
    "assumptions": (Path, "FILE", "TOML file of assumed numbers."),
    "cluster": (
        *(str, "local|ADDRESS"),
        "Count the list on Dask: a worker for each processor of this machine, or those of a scheduler.",
    ),
}


@dataclass(frozen=True)
class AnalysisOptions:
    """What the command line asks of an analysis: values by setting, the files that hold more of them, who counts."""

    values: Mapping[str, Any] = field(default_factory=dict)
    mapping: Path | None = None
    assumptions: Path | None = None
    cluster: str | None = None

    def settings(self) -> Settings:
        """Settle what this run asks for: what the mapping file says, and what the options say, which win.

        Returns
        -------
        Settings in which a column named by an option replaces those the mapping file names for its field.

        Raises
        ------
        InputError
            When the mapping file cannot be used.
        SettingsError
            For a value that cannot be.
        """
        from hinterland.ingest import read_mapping  # noqa: PLC0415 - heavy: `--help` answers without it

        saved = read_mapping(self.mapping) if self.mapping and is_file(self.mapping) else {}
        values = {name: _parse(list_settings()[name], value) for name, value in self.values.items()}
        fields = {name for name, _ in values.get("columns", ())}
        columns = [pair for pair in saved.get("columns", ()) if pair[0] not in fields] + values.get("columns", [])
        return Settings(**(saved | values | {"columns": columns}))

    def check_outputs(self, files: Sequence[Path], *targets: Path | None, also: Path | None = None) -> None:
        """Refuse, before any work, a target that is named twice or is a file of this run; `also` is one of these."""
        from hinterland.export.files import check_targets  # noqa: PLC0415 - heavy: `--help` answers without it

        named = (self.values.get(name) for name in FILE_SETTINGS)
        check_targets(targets, (*files, *named, self.mapping, self.assumptions, also))

    def analyze(self, files: Path | Sequence[Path]) -> "Analysis":
        """Analyse files as this command line asks."""
        from hinterland.analysis import analyze  # noqa: PLC0415 - heavy: `--help` answers without it

        numbers = self.read_assumptions()
        return analyze(files, settings=self.settings(), assumptions=numbers, cluster=self.cluster)

    def read_assumptions(self) -> Assumptions:
        """Read the assumptions of this run.

        Returns
        -------
        The usual ones where no file is named.

        Raises
        ------
        SettingsError
            When the file cannot be read, or holds a value that cannot be.
        """
        return Assumptions.read(self.assumptions) if self.assumptions else Assumptions()


def _parse(setting: Setting, value: Any) -> Any:  # noqa: ANN401 - of any kind
    return value if setting.kind != "pairs" else [_split_pair(setting, text) for text in value]


def _split_pair(setting: Setting, text: str) -> tuple[str, str]:
    """Split FIELD=COLUMN, or FIELD=VALUE."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise SettingsError(
            "{option} {text}: write it as {form}, for example {example}",
            option=setting.option,
            text=text,
            form=setting.metavar,
            example=setting.example,
        )
    return name.strip(), value


def is_file(path: Path) -> bool:
    """Say whether there is such a file; a name too long for any is none."""
    return os.path.isfile(path)  # noqa: PTH113 - pathlib fails there


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
    return _with_options(command, [name for name, setting in list_settings().items() if setting.option], MORE_OPTIONS)


def reading(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose last parameter is `options`, the options that say how a file is written."""
    return _with_options(command, FILE_FORMAT, ())


def _with_options(command: Callable[..., None], names: Sequence[str], more: Iterable[str]) -> Callable[..., None]:
    signature = inspect.signature(command, eval_str=True)
    shared = [*map(_parameter, names), *map(_further_parameter, more)]
    own = [parameter for parameter in _by_keyword(signature) if parameter.name != "options"]

    @wraps(command)
    def with_options(**arguments: Any) -> None:  # noqa: ANN401 - typer checks each
        values = {name: value for name in names if (value := arguments.pop(name)) not in (None, [])}
        options = AnalysisOptions(values, **{name: arguments.pop(name) for name in more})
        command(**arguments, options=options)

    return _sign(with_options, [*own, *shared])


def _by_keyword(signature: inspect.Signature) -> list[inspect.Parameter]:
    return [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in signature.parameters.values()]


def _sign(command: Callable[..., None], parameters: Sequence[inspect.Parameter]) -> Callable[..., None]:
    """Give a function the parameters that typer is to make options of."""
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del command.__wrapped__  # type: ignore[attr-defined]
    return command


def _parameter(name: str) -> inspect.Parameter:
    """Make the parameter of a command of which typer makes an option."""
    setting = list_settings()[name]
    kinds: dict[Kind, Any] = {"flag": bool, "number": int | None, "pairs": list[str] | None}
    annotation = Literal[setting.choices] | None if setting.kind == "choice" else kinds.get(setting.kind, str | None)
    values = f" Any of {','.join(setting.choices)}." if setting.kind == "choices" else ""
    usual = "" if setting.kind == "flag" or setting.default in (None, ()) else f"  [default: {setting.default}]"
    option = typer.Option(
        setting.option,
        help=f"{setting.description}{values}{usual}",
        metavar=setting.metavar,
        rich_help_panel=_heading(setting.group),
    )
    return _keyword(name, annotation, option, default=False if setting.kind == "flag" else None)


def _further_parameter(name: str) -> inspect.Parameter:
    kind, metavar, text = MORE_OPTIONS[name]
    option = typer.Option(f"--{name}", help=text, metavar=metavar, rich_help_panel=_heading(ReadOptions))
    return _keyword(name, kind | None, option)


def _keyword(name: str, annotation: Any, option: Any, *, default: bool | None = None) -> inspect.Parameter:  # noqa: ANN401
    annotated = Annotated[annotation, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotated)


def _heading(group: type) -> str:
    return str(group.__doc__).rstrip(".")


class GroupedCommand(TyperCommand):
    """A command whose help lists its own options first, then those of the analysis by group."""

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of typer
        """Write one section per group."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            heading = getattr(parameter, "rich_help_panel", None) or (
                "Arguments" if parameter.param_type_name == "argument" else "Options"
            )
            if record := parameter.get_help_record(ctx):
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)
