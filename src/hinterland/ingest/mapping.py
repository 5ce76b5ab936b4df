"""How a list was read, as a TOML file people can edit and hand back."""

import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Item

from hinterland.errors import InputError
from hinterland.ingest.formats.storage import FileContent
from hinterland.ingest.open import CreatorList

FORMAT_KEYS = ("encoding", "delimiter", "header_row", "sheet")
MAPPING_KEYS = frozenset((*FORMAT_KEYS, "columns"))
COMMENT = "How this list was read. Edit it and hand it back with --mapping: then nothing is guessed."


def mapping_toml(listing: CreatorList) -> str:
    """Write how a listing was read: encoding, delimiter, header row, sheet, and the columns of each field."""
    document = tomlkit.document()
    document.add(tomlkit.comment(COMMENT))
    for name in FORMAT_KEYS:
        values = {getattr(file_format, name) for file_format in listing.file_formats}
        if len(values) == 1 and (value := values.pop()) not in ("", None):
            document.add(name, value)
    columns = tomlkit.table()
    for field in dict.fromkeys(guess.field for guess in listing.mapping):
        columns.add(field, _column_item(listing, field))
    if listing.unused:
        columns.add(tomlkit.comment(f"not used: {', '.join(map(repr, listing.unused))}"))
    document.add("columns", columns)
    return tomlkit.dumps(document)


def _column_item(listing: CreatorList, field: str) -> Item:
    guesses = [guess for guess in listing.mapping if guess.field == field]
    names = list(dict.fromkeys(guess.column for guess in guesses))
    item = tomlkit.item(names if len(names) > 1 else names[0])
    return item.comment(f"confidence {min(guess.confidence for guess in guesses):.2f}")


def read_mapping(path: Path | FileContent) -> dict[str, Any]:
    """Read such a file, or its bytes, as fields of `Settings`.

    Raises
    ------
    InputError
        If it cannot be read, or holds anything else.
    """
    name = path.name if isinstance(path, FileContent) else path
    try:
        content = path.content if isinstance(path, FileContent) else path.read_bytes()
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"cannot read {name}: {error}") from None
    unknown, columns = sorted(set(document) - MAPPING_KEYS), document.get("columns", {})
    if unknown or not isinstance(columns, dict) or not all(map(_names_columns, columns.values())):
        what = f"knows no {', '.join(unknown)}" if unknown else "wants columns as FIELD = COLUMN, or a list of them"
        raise InputError(f"{name} is no mapping: it {what}; write a fresh one by naming a file that is not there")
    pairs = [(f, column) for f, names in columns.items() for column in ([names] if isinstance(names, str) else names)]
    options = {name: document[name] for name in FORMAT_KEYS if name in document}
    return {**options, "columns": tuple(pairs), "only_columns": bool(pairs)}


def _names_columns(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(column, str) for column in value))
