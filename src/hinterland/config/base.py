"""What settings and assumptions are made of: frozen sets of checked values, and how a setting is declared."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError
from pydantic.fields import FieldInfo

from hinterland.errors import SettingsError, explain_fault
from hinterland.language import Control, Text, later

NOT_A_NUMBER = later("{name}: must be a number, not {value!r}")
NUMBERS = frozenset(("int_type", "int_parsing", "int_from_float", "float_type", "float_parsing"))
FAULTS = {
    "greater_than": later("{name}: must be above {gt}, not {value}"),
    "greater_than_equal": later("{name}: must be at least {ge}, not {value}"),
    "less_than": later("{name}: must be below {lt}, not {value}"),
    "less_than_equal": later("{name}: must be at most {le}, not {value}"),
    "literal_error": later("{name}: {value!r} is not one of {expected}"),
    "finite_number": later("{name}: must be a finite number, not {value}"),
    "missing": later("{name} is missing"),
} | dict.fromkeys(("bool_type", "bool_parsing"), later("{name}: must be true or false, not {value!r}"))
IMPOSSIBLE = later("{name}: {value!r} cannot be used here")


def split_names(names: str | Sequence[str]) -> Sequence[str]:
    """Part a text at its commas; names that are parted already stay as they are."""
    return tuple(name.strip() for name in names.split(",") if name.strip()) if isinstance(names, str) else names


Names = Annotated[tuple[str, ...], BeforeValidator(split_names)]


def describe_fault(name: str | Control, fault: Mapping[str, Any]) -> Text:
    """Say what is wrong with a value, as pydantic found it; `name` is what the reader calls the value."""
    template = NOT_A_NUMBER if fault["type"] in NUMBERS else FAULTS.get(fault["type"], IMPOSSIBLE)
    return Text(template, name=name, value=str(fault["input"]), **fault.get("ctx", {}))


class FrozenConfig(BaseModel):
    """A frozen set of named values; a value that cannot be raises one SettingsError with every fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - pydantic checks each
        """Check every value."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            faults = [self._describe_fault(dict(fault)) for fault in error.errors()]
            raise SettingsError("{faults:;}", faults=faults) from None

    @classmethod
    def _describe_fault(cls, fault: Mapping[str, Any]) -> Text:
        """Say what is wrong with one value, as pydantic found it."""
        path, mistake = fault["loc"], fault.get("ctx", {}).get("error")
        if fault["type"] == "extra_forbidden":
            name, names = ".".join(map(str, path)), cls._aliases()
            if alike := get_close_matches(name, names, 1):
                return Text("there is no setting {name!r}: did you mean {near!r}?", name=name, near=names[alike[0]])
            return Text("there is no setting {name!r}", name=name)
        if not isinstance(mistake, SettingsError):
            return describe_fault(cls._control(path), fault)
        return Text("{name}: {fault}", name=cls._control(path), fault=mistake.text) if path else mistake.text

    @classmethod
    def _aliases(cls) -> Mapping[str, str]:
        """List the names a value may be looked for by, with its own."""
        return {name: name for name in cls.model_fields}

    @classmethod
    def _control(cls, path: Sequence[str | int]) -> str | Control:
        """Name a value as a reader sets it."""
        return ".".join(map(str, path))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the values from a TOML file."""
        try:
            return cls(**tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError("cannot read {file}: {fault}", file=path, fault=explain_fault(error)) from None


Kind = Literal["flag", "number", "text", "choice", "choices", "names", "pairs"]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting as it was declared; `option` is "" for none, `group` the class that declares it."""

    name: str
    label: str
    description: str
    option: str
    metavar: str | None
    example: str
    kind: Kind
    default: Any
    choices: tuple[str, ...]
    minimum: int | None
    maximum: int | None
    group: type[FrozenConfig]


def setting(
    label: str,
    description: str,
    *,
    default: Any = None,  # noqa: ANN401 - of any kind
    option: str | None = None,
    metavar: str | None = None,
    example: str = "",
    **bounds: Any,  # noqa: ANN401 - as pydantic checks them
) -> Any:  # noqa: ANN401 - stands for the value
    """Declare a setting: the command line, the app's form, the docs and the run manifest are made from it.

    Parameters
    ----------
    label, description
        What a form calls it, and one sentence on what it does.
    default
        Its usual value.
    option
        The option of the command line, if it is not called like the setting; "" if it has none.
    metavar, example
        What stands for the value in help, and a value.
    bounds
        Of numbers, such as `ge=0`.
    """
    extra: dict[str, JsonValue] = {"option": option, "metavar": metavar, "example": example}
    return Field(default=default, title=label, description=description, json_schema_extra=extra, **bounds)


def describe_setting(name: str, field: FieldInfo, group: type[FrozenConfig]) -> Setting:
    """Describe a field as it was declared."""
    extra: dict[str, Any] = dict(field.json_schema_extra) if isinstance(field.json_schema_extra, dict) else {}
    kind, choices = _kind_of(field.annotation)
    bounds = {at: getattr(bound, at) for at in ("ge", "le") for bound in field.metadata if hasattr(bound, at)}
    return Setting(
        name=name,
        label=str(field.title),
        description=str(field.description),
        option=f"--{name.replace('_', '-')}" if extra["option"] is None else extra["option"],
        metavar=extra["metavar"],
        example=extra["example"],
        kind=kind,
        default=field.default,
        choices=choices,
        minimum=bounds.get("ge"),
        maximum=bounds.get("le"),
        group=group,
    )


def _kind_of(annotation: Any) -> tuple[Kind, tuple[str, ...]]:  # noqa: ANN401 - any type
    """Say what kind of value a type is of, and which values there are."""
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if get_origin(annotation) is tuple:
        kinds: dict[Any, Kind] = {Literal: "choices", tuple: "pairs"}
        kind = kinds.get(get_origin(parts[0]), "names")
        return kind, get_args(parts[0]) if kind == "choices" else ()
    if parts:
        return _kind_of(parts[0])
    plain: dict[Any, Kind] = {bool: "flag", int: "number"}
    return plain.get(annotation, "text"), ()
