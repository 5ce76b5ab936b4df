"""Build the site: the pages of this folder, and references made from the code.

`python docs/build.py [FOLDER]` puts the pages into FOLDER/pages and the site into FOLDER/site (out/docs).
"""

import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import griffe
import typer

from hinterland import Assumptions, schemas
from hinterland.cli import app
from hinterland.cli.options import describe_parameter
from hinterland.config import Setting, list_settings
from hinterland.export import EXPORTERS
from hinterland.export.tables import COLUMNS
from hinterland.indices import DETAIL_INDICES, INDICES, SEGMENT_INDICES
from hinterland.ingest import READERS
from hinterland.maps import LAYERS

DOCS = Path(__file__).parent
ROOT = DOCS.parent
# pages that stand elsewhere in the repository
INCLUDED = {
    "data/SOURCES.md": "sources.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "CONTRIBUTING.md": "contributing.md",
}
REGISTRIES: Mapping[str, tuple[str, Mapping[str, Callable[..., Any]]]] = {
    "Indices": ("columns of every ranking", INDICES),
    "Detail indices": ("columns of `--detail`", DETAIL_INDICES),
    "Segment indices": ("columns of `--detail` where a niche or the brand's own creators are counted", SEGMENT_INDICES),
    "Map layers": ("layers of the exported map", LAYERS),
    "Readers": ("endings of files with creators", READERS),
    "Exporters": ("endings of `--out`", EXPORTERS),
}
# characters in a line of a signature
LINE = 90
KINDS = {"text": "text", "count": "whole number", "number": "number", "flag": "yes or no"}


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Lay rows out as a Markdown table."""
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    header = [*header]
    lines = [header, ["---"] * len(header), *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def commands() -> str:
    """List every command with its options, as the program's own help has them."""
    root: Any = typer.main.get_command(app)
    groups = [("hinterland", root), *((f"hinterland {name}", group) for name, group in root.commands.items())]
    pages = [
        _command(f"{prefix} {name}", command)
        for prefix, group in groups
        for name, command in getattr(group, "commands", {}).items()
        if not hasattr(command, "commands")
    ]
    return f"# Command line\n\n{root.help}\n\n{''.join(pages)}"


def _command(name: str, command: Any) -> str:  # noqa: ANN401 - typer keeps its classes to itself
    records = map(describe_parameter, command.params)
    text, _, example = (command.help or "").partition("Example: ")
    example = f"\n```text\n{example.strip()}\n```\n" if example else ""
    options = table(["option", "meaning"], ((f"`{option}`", meaning) for option, meaning in records))
    return f"## {name}\n\n{text.strip()}\n{example}\n{options}\n"


def settings() -> str:
    """List what one run can ask for, as each setting is declared."""
    groups: dict[str, list[Setting]] = {}
    for setting in list_settings().values():
        groups.setdefault(str(setting.group.__doc__).rstrip("."), []).append(setting)
    header = ["option", "in Python", "usual", "meaning"]
    parts = [f"## {group}\n\n{table(header, map(_setting_row, entries))}\n" for group, entries in groups.items()]
    return (
        "# Settings\n\nWhat one run asks for: options of the commands that analyse a list, keywords of `analyze()` and "
        "of `Settings`, lines of the manifest beside each result, and, where a browser may choose, questions of the "
        f"app's form.\n\n{''.join(parts)}"
    )


def _setting_row(setting: Setting) -> tuple[str, str, str, str]:
    value = setting.metavar or "|".join(setting.choices) or {"number": "N", "flag": ""}.get(setting.kind, "TEXT")
    option = f"`{f'{setting.option} {value}'.strip()}`" if setting.option else "in a file of `--mapping`"
    return option, f"`{setting.name}`", f"`{setting.default}`" if setting.default else "", setting.description


def assumptions() -> str:
    """List every assumed number."""
    rows = (
        (f"`{name}`", _default(field.default), dict(field.json_schema_extra or {}).get("unit", ""), field.description)
        for name, field in Assumptions.model_fields.items()
    )
    return (
        "# Assumptions\n\nEvery number the analysis assumes. Each can be replaced for a run: `Assumptions(...)` in "
        "Python, or a TOML file of `name = value` lines given as `--assumptions`.\n\n"
        + table(["assumption", "value", "unit", "source"], rows)
    )


def _default(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {number:g}" for name, number in value.items()) or "none"
    return f"{value:g}"


def columns() -> str:
    """Explain the columns of a ranking, and list the tables between the stages."""
    tables = [entry for entry in vars(schemas).values() if isinstance(entry, schemas.Table)]
    results = table(["column", "unit", "meaning"], map(_column, COLUMNS))
    stages = [f"## {entry.name}\n\nKey: {_names(entry.key)}\n\n{_columns(entry)}\n" for entry in tables]
    return (
        "# Columns\n\nEvery result that is a table has these columns, in this order. New ones are added at the end."
        f"\n\n{results}\n\n# Tables between the stages\n\nFor those who work on the code: each stage "
        f"checks its tables at both doors.\n\n{''.join(stages)}"
    )


def _column(name: str) -> tuple[str, str, str]:
    column = schemas.list_columns()[name]
    return f"`{name}`", column.unit, column.meaning


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _columns(entry: schemas.Table) -> str:
    kinds = {**entry.columns, **entry.optional}
    rows = ((*_column(name), KINDS[kind], "no" if name in entry.complete else "yes") for name, kind in kinds.items())
    return table(["column", "unit", "meaning", "kind", "may be empty"], rows)


def registries() -> str:
    """List what is registered under which name."""
    parts = [
        f"## {title}\n\nNames are {what}.\n\n{_entries(entries)}\n" for title, (what, entries) in REGISTRIES.items()
    ]
    return "# Indices, layers, readers, exporters\n\n[Add your own](../extend.md).\n\n" + "".join(parts)


def _entries(entries: Mapping[str, Callable[..., Any]]) -> str:
    names: dict[Callable[..., Any], list[str]] = {}
    for name, entry in entries.items():
        names.setdefault(entry, []).append(name)
    return table(["name", "what it is"], ((_names(given), _paragraph(entry)) for entry, given in names.items()))


def _paragraph(entry: Callable[..., Any]) -> str:
    lines = (entry.__doc__ or "").split("\n\n    Parameters\n")[0].split("\n\n    Raises\n")[0]
    return " ".join(lines.split())


def python() -> str:
    """Describe the public functions and classes from their docstrings."""
    package = griffe.load("hinterland", search_paths=[ROOT / "src"], docstring_parser="numpy")
    analyze, result, errors = package["analysis.analyze"], package["analysis.Analysis"], package["errors"]
    public = [member for name, member in result.members.items() if not name.startswith("_") and member.has_docstring]
    return "\n".join(
        [
            "# Python\n",
            "```python\nfrom hinterland import Analysis, Assumptions, HinterlandError, Settings, analyze\n```\n",
            _describe(analyze, "analyze"),
            "[Settings](settings.md) and [assumptions](assumptions.md) have pages of their own.\n",
            f"## Analysis\n\n{_docstring(result)}",
            *(_describe(member, f"Analysis.{member.name}", heading="###") for member in public),
            "## Errors\n",
            table(["class", "when"], ((f"`{error.name}`", _docstring(error)) for error in errors.classes.values())),
        ]
    )


def _describe(member: Any, name: str, *, heading: str = "##") -> str:  # noqa: ANN401 - griffe's objects and aliases
    signature = ""
    if member.is_function:
        lines = textwrap.wrap(member.signature(return_type=True, name=name), LINE, subsequent_indent="    ")
        signature = "```text\n" + "\n".join(lines) + "\n```\n\n"
    return f"{heading} {name}\n\n{signature}{_docstring(member)}"


def _docstring(member: Any) -> str:  # noqa: ANN401 - griffe's objects and aliases
    return "".join(_section(section) for section in member.docstring.parsed) if member.docstring else ""


def _section(section: Any) -> str:  # noqa: ANN401 - griffe has a class for each kind
    if section.kind is griffe.DocstringSectionKind.text:
        return f"{section.value}\n\n"
    title = section.kind.value.capitalize()
    if isinstance(section.value, list):
        entries = (_entry(entry) for entry in section.value)
        return f"**{title}**\n\n{''.join(entries)}\n"
    return f"**{title}**\n\n{section.value}\n\n"


def _entry(entry: Any) -> str:  # noqa: ANN401 - griffe has a class for each kind
    name = getattr(entry, "name", "") or str(entry.annotation or "")
    return f"- `{name}` {' '.join(entry.description.split())}\n"


GENERATED: Mapping[str, Callable[[], str]] = {
    "reference/commands.md": commands,
    "reference/python.md": python,
    "reference/columns.md": columns,
    "reference/settings.md": settings,
    "reference/assumptions.md": assumptions,
    "reference/registries.md": registries,
}


def write_pages(folder: Path) -> None:
    """Put every page and picture of the site into `folder`."""
    shutil.copytree(DOCS, folder, ignore=shutil.ignore_patterns("*.py", "*.toml", "__pycache__"), dirs_exist_ok=True)
    for source, name in INCLUDED.items():
        shutil.copyfile(ROOT / source, folder / name)
    for page in folder.rglob("*.md"):
        page.write_text(_relink(page.read_text(encoding="utf-8")), encoding="utf-8")
    for name, make in GENERATED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(make(), encoding="utf-8")


def _relink(text: str) -> str:
    """Point links at files of the repository to the pages made of them."""
    for source, name in INCLUDED.items():
        text = re.sub(rf"\]\((?:\.\./)?{re.escape(source)}(?=[)#])", f"]({name}", text)
    return text.replace("](docs/", "](")


def main() -> None:
    """Build the site; a link that leads nowhere ends it."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "out" / "docs").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    write_pages(folder / "pages")
    shutil.copyfile(DOCS / "zensical.toml", folder / "zensical.toml")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(folder / "zensical.toml")]
    if subprocess.run(command, check=False, timeout=300).returncode:
        sys.exit("the site has faults: see above")


if __name__ == "__main__":
    main()
