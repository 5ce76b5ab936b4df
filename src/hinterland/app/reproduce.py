"""The same run elsewhere: as a command, and as Python."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from hinterland.config import Settings

READING = ("columns", "encoding", "delimiter", "header_row", "sheet", "only_columns")
FLAGS = {"countries": "country", "header_row": "header"}
# no shell lets people type it
TAB = "\t"


def command_line(settings: Settings) -> str:
    """Write the command that repeats this run."""
    changed = settings.model_dump(exclude_defaults=True, exclude_none=True)
    how = {name: changed.pop(name) for name in READING if name in changed}
    constants = changed.pop("constants", ())
    options = [option for name, value in changed.items() for option in _option(name, value)]
    # the file of --mapping alone can say that no column is to be guessed
    options += [f"--set={field}={value}" for field, value in constants]
    options += ["--mapping=reading.toml"] if "only_columns" in how else list(_read_how(how))
    return shlex.join(["hinterland", "rank", "YOUR_LIST", *options, "--out", "ranking.csv", "--out", "map.html"])


def _option(name: str, value: Any) -> list[str]:  # noqa: ANN401 - a setting of any kind
    flag = f"--{FLAGS.get(name, name).replace('_', '-')}"
    if value is True:
        return [flag]
    if name == "weights":
        return [f"{flag}={field}={weight:g}" for field, weight in value]
    return [f"{flag}={','.join(value) if isinstance(value, tuple) else value}"]


def _read_how(how: Mapping[str, Any]) -> Iterator[str]:
    for name, value in how.items():
        if name != "columns":
            yield from _option(name, "tab" if value == TAB else value)
    yield from (f"--map={field}={column}" for field, column in how.get("columns", ()))


def script(settings: Settings) -> str:
    """Write the Python that repeats this run."""
    changed = ", ".join(f"{name}={value!r}" for name, value in settings.model_dump(exclude_defaults=True).items())
    return (
        "from hinterland import Settings, analyze\n\n"
        f'analysis = analyze("YOUR_LIST", settings=Settings({changed}))\n'
        'analysis.export("ranking.csv", "map.html")'
    )
