"""Every sentence people read, as it stands in the source: what catalogues are held against."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import hinterland
from hinterland import errors
from hinterland.cli import app
from hinterland.cli.options import list_paragraphs
from hinterland.config import list_numbers, list_settings
from hinterland.language import catalogue
from hinterland.messages import model
from hinterland.schemas import list_columns

SOURCE = Path(hinterland.__file__).parent
# which arguments of a call are sentences
SAID = {
    "say": (0,),
    "later": (0,),
    "say_count": (0, 1),
    "Text": (0, 1),
    "Notice": (1, 2),
    "Control": (1, 3),
    "Reason": (0, 1),
}
SAID |= {"Reason": (0, 1)} | {
    name: (0, 1) for name, kind in inspect.getmembers(errors, inspect.isclass) if name.endswith("Error")
}
METHODS = ("say", "say_count")
TAUGHT = (model.STEPS, model.EVEN_TOWNS, model.SAME_SHARE, model.LIMITS)
IN_TEMPLATES = re.compile(r"""\b(?:say|later)\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
# a word or two may be the same in both languages
WORDS = 3
# names of values, and what stands between them
NAMES = re.compile(r"\{[^{}]*\}")


def sentences() -> set[str]:
    """Find the literal sentences of the source and of its templates; those that are nothing but values are none."""
    found = {text for file in sorted(SOURCE.rglob("*.py")) for text in said_in(file)}
    pages = (file for kind in ("html", "js", "svg") for file in sorted(SOURCE.rglob(f"*.{kind}")))
    found |= {"".join(match) for file in pages for match in IN_TEMPLATES.findall(file.read_text(encoding="utf-8"))}
    found |= {text for setting in list_settings().values() for text in (setting.label, setting.description)}
    found |= {text for unit_and_source in list_numbers().values() for text in unit_and_source}
    found |= set(said_in_help(typer.main.get_command(app)))
    found |= {text for column in list_columns().values() if column.label for text in vars(column).values()}
    return {text for text in found if re.search(r"[^\W\d_]", NAMES.sub("", text))} | set(TAUGHT)


def said_in_help(command: Any) -> Iterator[str]:
    """List what the help of a command, and of those below it, is made of."""
    yield from (paragraph.template for paragraph in list_paragraphs(command.help))
    for parameter in command.get_params(typer.Context(command)):
        yield from filter(None, (parameter.help, getattr(parameter, "rich_help_panel", None)))
    for entry in getattr(command, "commands", {}).values():
        yield from said_in_help(entry)


def said_in(file: Path) -> Iterator[str]:
    for name, node in calls(file):
        for place in SAID[name]:
            for argument in node.args[place : place + 1]:
                yield from literals(argument)


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """List the calls of a file that are given sentences."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            is_method = isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
            name = node.func.attr if is_method else getattr(node.func, "id", "")
            if name in SAID:
                yield name, node


def literals(argument: ast.expr) -> Iterator[str]:
    """Give a literal, or both of a choice."""
    if isinstance(argument, ast.IfExp):
        yield from literals(argument.body)
        yield from literals(argument.orelse)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value


def english_in(text: str, code: str) -> Iterator[str]:
    """List the English sentences of which the longest run of words, between their values, stands in a text."""
    for sentence in sorted(sentences()):
        words = max((part.strip() for part in NAMES.split(sentence)), key=len)
        if len(words.split()) >= WORDS and words not in catalogue(code)[sentence] and words in text:
            yield sentence
