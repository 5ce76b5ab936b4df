"""The options of the command line, made from the declarations of the settings."""

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup

from hinterland.config import (
    FILE_SETTINGS,
    Assumptions,
    Kind,
    ReadOptions,
    Setting,
    Settings,
    describe_fault,
    list_settings,
)
from hinterland.errors import SettingsError
from hinterland.language import IN_ENGLISH, Language, Text, later

if TYPE_CHECKING:
    from hinterland.analysis import Analysis

# how one file is written: all that a command needs which does not analyse
FILE_FORMAT = ("encoding", "delimiter", "header_row", "sheet")
# options of an analysis that are no settings: what they take, and what they say
MORE_OPTIONS: dict[str, tuple[type, str, str]] = {
    "mapping": (Path, "FILE", "TOML file that says how to read the list; rank writes it if there is none."),
    "assumptions": (Path, "FILE", "TOML file that replaces assumed numbers."),
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
        declared = list_settings()
        values = {
            name: [_split_pair(declared[name], text) for text in value] if declared[name].kind == "pairs" else value
            for name, value in self.values.items()
        }
        fields = {name for name, _ in values.get("columns", ())}
        columns = [pair for pair in saved.get("columns", ()) if pair[0] not in fields] + values.get("columns", [])
        return Settings(**(saved | values | {"columns": columns}))

    def check_outputs(self, files: Sequence[Path], *targets: Path | None, also: Sequence[Path | None] = ()) -> None:
        """Refuse, before any work, a target that is named twice or is a file of this run; `also` are such."""
        from hinterland.export.files import check_targets  # noqa: PLC0415 - heavy: `--help` answers without it

        named = (self.values.get(name) for name in FILE_SETTINGS)
        check_targets(targets, (*files, *named, self.mapping, self.assumptions, *also))

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
    typer.Option(help="Language of messages, pages and reports; the system's, if not given."),
]


def speaking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option that says in which language it speaks; `find_language` has read it before."""
    signature = inspect.signature(command, eval_str=True)

    @wraps(command)
    def speak(*, lang: str | None, **arguments: Any) -> None:  # noqa: ANN401, ARG001 - typer checks each
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
    option = typer.Option(
        setting.option, help=setting.description, metavar=setting.metavar, rich_help_panel=_heading(setting.group)
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


# what stands for a value in help
PLACEHOLDERS: dict[Any, str] = {Path: "FILE", int: "N", float: "N", str: "TEXT"}
EXAMPLE = "Example: "


def describe_parameter(parameter: Any, language: Language = IN_ENGLISH) -> tuple[str, str]:  # noqa: ANN401 - of typer
    """Write an option or an argument as help has it: how to give it, and what it means."""
    kind = parameter.type_descriptor
    placeholder = parameter.metavar or "|".join(kind.choices or ())
    if not placeholder:
        placeholder = next((word for part, word in PLACEHOLDERS.items() if part in _parts(kind.annotation)), "")
    if parameter.param_type_name == "argument":
        return f"{parameter.name}{'...' if parameter.nargs != 1 else ''}", _describe_value(parameter, language)
    flag = getattr(parameter, "is_flag", False)
    return " ".join([*parameter.opts, *([] if flag else [placeholder])]), _describe_value(parameter, language)


def _parts(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any type
    return (annotation, *(part for inner in get_args(annotation) for part in _parts(inner)))


def _describe_value(parameter: Any, language: Language) -> str:  # noqa: ANN401 - of typer
    """Say what a parameter means, which values it takes, and which it has if none is given."""
    of_analysis = getattr(parameter, "rich_help_panel", None)
    setting = list_settings().get(parameter.name) if of_analysis else None
    usual = setting.default if setting else parameter.default
    texts = [Text(parameter.help or "")]
    if setting and setting.kind == "choices":
        texts.append(Text("Any of {names}.", names=",".join(setting.choices)))
    if getattr(parameter, "min", None) is not None:
        texts.append(Text("At least {least}.", least=parameter.min))
    if parameter.required:
        texts.append(Text("[required]"))
    elif not (usual is False or usual in (None, "", (), [])):
        texts.append(Text("[default: {value}]", value=str(usual)))
    if getattr(parameter, "envvar", None):
        texts.append(Text("[environment: {name}]", name=parameter.envvar))
    return " ".join(map(language.render, texts))


def list_paragraphs(help_text: str) -> list[Text]:
    """Split the help of a command into paragraphs, each a sentence or more of the catalogues, and an example."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in inspect.cleandoc(help_text).split("\n\n")]
    return [
        Text("Example: {command}", command=paragraph.removeprefix(EXAMPLE))
        if paragraph.startswith(EXAMPLE)
        else Text(paragraph)
        for paragraph in paragraphs
        if paragraph
    ]


class _SpeakingHelp:
    """Help in the language of the reader: a line of use, paragraphs, and the options by group."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of typer
        """Write the line of use."""
        language, command = LANGUAGE.get(), ctx.command
        arguments = [piece for parameter in command.get_params(ctx) for piece in parameter.get_usage_pieces(ctx)]
        rest = [language.say("COMMAND ...")] if isinstance(command, TyperGroup) else arguments
        formatter.write_usage(
            ctx.command_path, " ".join([language.say("[OPTIONS]"), *rest]), f"{language.say('Usage')}: "
        )

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of typer
        """Write the paragraphs."""
        for paragraph in list_paragraphs(ctx.command.help or ""):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(LANGUAGE.get().render(paragraph))

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of typer
        """Write one section per group: the command's own options first, then those of the analysis; then commands."""
        language, command = LANGUAGE.get(), ctx.command
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in command.get_params(ctx):
            heading = getattr(parameter, "rich_help_panel", None) or (
                later("Arguments") if parameter.param_type_name == "argument" else later("Options")
            )
            sections.setdefault(heading, []).append(describe_parameter(parameter, language))
        for name, entry in getattr(command, "commands", {}).items():
            summary = language.render(list_paragraphs(entry.help)[0])
            sections.setdefault(later("Commands"), []).append((name, summary))
        for heading, records in sections.items():
            with formatter.section(language.say(heading)):
                formatter.write_dl(records)


class SpeakingCommand(_SpeakingHelp, TyperCommand):
    """A command with help in the language of the reader."""

    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - of typer
        """Refuse arguments beyond those there are."""
        surplus = super().parse_args(ctx, args)
        if surplus:
            raise SettingsError(
                "{command} takes no argument {surplus!r}; see {command} --help",
                command=ctx.command_path,
                surplus=surplus,
            )
        return surplus


class SpeakingGroup(_SpeakingHelp, TyperGroup):
    """A group of commands with help in the language of the reader."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - of typer
        """Refuse a command there is none of."""
        if args[0] not in self.commands:
            raise SettingsError(
                "there is no command {name!r}: choose {names:or}; see {command} --help",
                name=args[0],
                names=list(self.commands),
                command=ctx.command_path,
            )
        return super().resolve_command(ctx, args)


def find_language(arguments: Sequence[str]) -> Language:
    """Find the language of a command before it is parsed: mistakes and help are in it too."""
    given = [*arguments, ""]
    pairs = [(name.partition("=")[::2] if "=" in name else (name, value)) for name, value in pairwise(given)]
    return next((Language.of(value) for name, value in pairs if name == "--lang"), Language.of_system())


def explain_mistake(error: typer.TyperException) -> Text:
    """Say what is wrong with a command line that typer refuses."""
    command, option = getattr(error, "cmd", None), getattr(error, "option_name", None)
    if parameter := getattr(error, "param", None):
        return _explain_value(parameter, error.__cause__)
    if near := getattr(error, "possibilities", None):
        return Text("there is no option {name!r}: did you mean {near!r}?", name=option, near=near[0])
    if hasattr(error, "possibilities"):
        return Text("there is no option {name!r}", name=option)
    if option:
        return Text("{name} has no value, or has one and takes none", name=option)
    if isinstance(command, TyperGroup):
        return Text("name a command: {names:or}", names=list(command.commands))
    return Text("{fault}", fault=error)


def _explain_value(parameter: Any, cause: BaseException | None) -> Text:  # noqa: ANN401 - of typer
    """Say what is wrong with the value of one parameter; without a cause it has none."""
    if not isinstance(cause, ValidationError):
        return Text("{name} is missing", name=describe_parameter(parameter)[0])
    if choices := parameter.type_descriptor.choices:
        return Text("{name}: choose {choices:or}", name=parameter.opts[0], choices=list(choices))
    return describe_fault(parameter.opts[0], cause.errors()[0])
