"""Named functions: the one extension mechanism."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import TypeVar

from hinterland.errors import UnknownNameError

Entry = TypeVar("Entry")


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
