"""A frozen set of named values, checked when it is made: the parent of settings and assumptions."""

import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from hinterland.errors import SettingsError


class FrozenConfig(BaseModel):
    """A frozen set of named values; a value that cannot be raises one SettingsError with every fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - pydantic checks each
        """Check every value."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            details = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
            faults = [f"{where}: {what}" if where else what.removeprefix("Value error, ") for where, what in details]
            raise SettingsError("; ".join(faults)) from None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the values from a TOML file."""
        try:
            return cls(**tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"cannot read {path}: {error}") from None
