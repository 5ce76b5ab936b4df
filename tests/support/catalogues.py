"""Every sentence the app says, as it stands in the source: what catalogues are held against."""

import ast
from pathlib import Path

from hinterland.app import MAIN
from hinterland.app.components.settings_form import ASKED_ELSEWHERE, NOT_IN_APP
from hinterland.config import list_settings
from hinterland.messages import model

SAID = {"say": 1, "later": 1, "say_count": 2}
TAUGHT = (model.STEPS, model.EVEN_TOWNS, model.SAME_SHARE, model.LIMITS)


def sentences():
    """Find the literal sentences given to say, later and say_count, also inside f-strings."""
    found = {text for file in sorted(MAIN.parent.rglob("*.py")) for text in said_in(file)}
    declared = [setting for name, setting in list_settings().items() if name not in ASKED_ELSEWHERE | NOT_IN_APP]
    return found | set(TAUGHT) | {text for setting in declared for text in (setting.label, setting.description)}


def said_in(file: Path):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID:
            for argument in node.args[: SAID[node.func.id]]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
