"""Named functions: the one extension mechanism; and values by name that are made when they are asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points
from typing import TypeVar

from hinterland.errors import ExtensionError, UnknownNameError
from hinterland.language import Text

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
        family = Text(self.family)
        if near:
            raise UnknownNameError(
                "no {family} {name!r}: choose from {names}; did you mean {near!r}?",
                family=family,
                name=name,
                names=sorted(self),
                near=near[0],
            )
        raise UnknownNameError(
            "no {family} {name!r}: choose from {names}", family=family, name=name, names=sorted(self)
        )


class OnDemand(Mapping[str, Entry]):
    """Values by name, each made once, when it is first asked for."""

    def __init__(self, names: Sequence[str], make: Callable[[str], Entry]) -> None:
        """Keep what makes a value of a name, until all are made."""
        self._names, self._values = tuple(names), dict[str, Entry]()
        self._make: Callable[[str], Entry] | None = make

    def __getitem__(self, name: str) -> Entry:
        """Give a value, making it if need be."""
        make = self._make
        if name in self._values or make is None or name not in self._names:
            return self._values[name]
        self._values[name] = make(name)
        if len(self._values) == len(self._names):
            self._make = None
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """List the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Count the names."""
        return len(self._names)


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
                    "the installed package {package} extends hinterland ({group}, {entry}) and cannot be loaded: "
                    "{fault}; update it, or remove it",
                    package=package,
                    group=group,
                    entry=entry.name,
                    fault=error,
                ) from error
