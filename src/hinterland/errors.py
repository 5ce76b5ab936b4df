"""Everything that can go wrong for a user, one class per remedy."""

import re
from typing import Any

from hinterland.language import Text, later

# what systems find wrong with files
SYSTEM_FAULTS = (
    *(later("No such file or directory"), later("Permission denied"), later("Operation not permitted")),
    *(later("Is a directory"), later("Not a directory"), later("File name too long"), later("File too large")),
    *(later("No space left on device"), later("Disk quota exceeded"), later("Read-only file system")),
    *(later("Too many open files"), later("Input/output error"), later("Too many levels of symbolic links")),
)
_IN_TOML = re.compile(r"\(at line (\d+), column (\d+)\)$")


class HinterlandError(Exception):
    """Base of every error a user can act on: one line that says what, where and what to do.

    `text` is rendered in the language of whoever reads it; `str()` gives it in English.
    """

    def __init__(self, sentence: str | Text, plural: str = "", /, **values: Any) -> None:  # noqa: ANN401 - rendered by kind
        """Keep the sentence, a text or a template with the values of its names."""
        self.text = sentence if isinstance(sentence, Text) else Text(sentence, plural, **values)
        super().__init__(str(self.text))

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep the text where an error comes from another process."""
        return type(self), (self.text,)


class InputError(HinterlandError, ValueError):
    """The user's file cannot be used as it is: mend the file, or say how to read it."""


class NoColumnError(InputError):
    """A column that was named is not in the user's file: choose one that is. `columns` are those that are not."""

    def __init__(self, sentence: str | Text, columns: tuple[str, ...] = ()) -> None:
        """Keep the sentence and the columns."""
        super().__init__(sentence)
        self.columns = columns


class SettingsError(HinterlandError, ValueError):
    """An option or an assumption has a value that cannot be: choose another."""


class TimeLimitError(HinterlandError, TimeoutError):
    """The time allowed ran out before there was any result: allow more, or ask for less."""


class TableError(HinterlandError, ValueError):
    """A table does not keep its contract: the message names every fault."""


class UnknownNameError(HinterlandError, LookupError):
    """Nothing is registered under that name: the message lists what is."""


class OutputError(HinterlandError, OSError):
    """A result cannot be written: choose another place, or free some room."""


class ReferenceDataError(HinterlandError):
    """The bundled geography is missing or damaged: install the package again, or rebuild it."""


class ExtensionError(HinterlandError):
    """An installed package that extends the program cannot be loaded: update it, or remove it."""


def explain_fault(error: Exception) -> Text:
    """Say what a system or the reader of TOML finds wrong with a file; what others say stays in their words."""
    if isinstance(error, OSError) and error.strerror:
        return Text(error.strerror)
    if place := _IN_TOML.search(str(error)):
        return Text("no valid TOML in line {line}, column {column}", line=place[1], column=place[2])
    return Text("{fault}", fault=" ".join(str(error).split()))
