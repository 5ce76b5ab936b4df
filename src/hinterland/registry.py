"""Named functions: the one extension mechanism."""

from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points
from typing import TypeVar

from hinterland.errors import ExtensionError, UnknownNameError

Entry = TypeVar("Entry")

# entry points by which installed packages add to an open room: each names a module that registers what it defines
EXTENSION_GROUPS = ("hinterland.indices", "hinterland.layers", "hinterland.sources", "hinterland.exporters")


class Registry(dict[str, Entry]):
    """Functions of one family by name; a module that needs one more adds it where it is defined."""

    def __init__(self, family: str) -> None:
        """Name the family, for messages."""
        super().__init__()
        self.family = family

    def add(self, *names: str) -> Callable[[Entry], Entry]:
        """Register the decorated function under each of `names`."""

        def decorate(entry: Entry) -> Entry:
            for name in names:
                if name in self:
                    raise ValueError(f"{self.family} {name!r} is registered twice")
                self[name] = entry
            return entry

        return decorate

    def __missing__(self, name: str) -> Entry:
        """Say what could have been meant."""
        near = get_close_matches(name, self, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UnknownNameError(f"no {self.family} {name!r}: choose from {', '.join(sorted(self))}{hint}")


@cache
def load_extensions() -> None:
    """Import, once, the modules that installed packages offer under the entry points of the open rooms.

    Raises
    ------
    ExtensionError
        When one of them cannot be imported, or registers a name that is taken.
    """
    for group in EXTENSION_GROUPS:
        for entry in sorted(entry_points(group=group)):
            try:
                entry.load()
            except Exception as error:
                package = entry.dist.name if entry.dist else entry.value
                raise ExtensionError(
                    f"the installed package {package} extends hinterland ({group}, {entry.name}) and cannot be loaded: "
                    f"{error}; update it, or remove it"
                ) from error
