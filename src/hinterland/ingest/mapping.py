"""How a list is described: the TOML file of how one was read, the JSON schema of a row, and a template to fill in."""

import csv
import io
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Item

from hinterland.errors import InputError, explain_fault
from hinterland.ingest.formats.storage import FileContent
from hinterland.ingest.open import CreatorList
from hinterland.language import Text
from hinterland.schemas import CREATORS, OPTIONAL_COLUMNS

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
        raise InputError("cannot read {file}: {fault}", file=name, fault=explain_fault(error)) from None
    unknown, columns = sorted(set(document) - MAPPING_KEYS), document.get("columns", {})
    names = columns.items() if isinstance(columns, dict) else ()
    pairs = [(field, name) for field, value in names for name in (value if isinstance(value, list) else [value])]
    if unknown or not isinstance(columns, dict) or not all(isinstance(column, str) for _, column in pairs):
        fault = Text("it has unknown keys {keys}", keys=unknown)
        fault = fault if unknown else Text("it needs columns as FIELD = COLUMN or a list")
        raise InputError(
            "{file} is not a mapping file: {fault}; to write a new one, give the name of a file that does not exist",
            file=name,
            fault=fault,
        )
    options = {name: document[name] for name in FORMAT_KEYS if name in document}
    return {**options, "columns": tuple(pairs), "only_columns": bool(pairs)}


SCHEMA = "https://json-schema.org/draft/2020-12/schema"
TYPES = {"text": "string", "number": "number"}
SHARES = frozenset(("credible_share",))
LIMITS: Mapping[str, tuple[float, float]] = {"longitude": (-180, 180), "latitude": (-90, 90), "growth": (-1, 1e9)}

# what each column holds, and an invented example
COLUMNS: Mapping[str, tuple[str, object]] = {
    "handle": ("name of the account, with or without @, or the address of the profile", "ada.cooks"),
    "platform": ("instagram, tiktok, youtube, ...", "instagram"),
    "niche": ("what it is about", "food"),
    "city": ("town or city of the creator", "Lyon"),
    "region": ("state, province or the like", "Auvergne-Rhône-Alpes"),
    "country": ("country by name or code", "France"),
    "location": ("free text of the profile, where there are no columns of their own", "Lyon, France"),
    "followers": ("people who follow; 12300, 12.3K and 1,2M are all understood", 12_300),
    "credible_share": ("share of followers judged real, 0 to 1", 0.91),
    "creators": ("how many creators the row stands for; leave out in a list of people", 1),
    "longitude": ("degrees east", 4.8357),
    "latitude": ("degrees north", 45.764),
    "name": ("name of the person", "Ada Example"),
    "email": ("address to write to", "ada@example.org"),
    "do_not_contact": ("yes if this person is not to be written to", "no"),
    "currency": ("three letters, for fee, revenue and cost", "EUR"),
    "engagement_basis": ("likes/followers, likes+comments/followers, per view, or unknown", "likes+comments/followers"),
    "audience_cities": (
        "where followers live",
        '[{"name": "Lyon", "weight": 0.31}, {"name": "Paris", "weight": 0.12}]',
    ),
    "audience_countries": ("the same by country", '[{"name": "France", "weight": 0.74}]'),
    "engagement_rate": ("engagement per post as a fraction", 0.034),
    "likes": ("mean likes per post", 380),
    "comments": ("mean comments per post", 21),
    "views": ("mean views per post", 5_400),
    "following": ("accounts followed", 410),
    "posts": ("posts so far", 530),
    "growth": ("growth of followers per month as a fraction", 0.021),
    "fee": ("price of one post", 150),
    "clicks": ("clicks brought so far", 240),
    "orders": ("orders brought so far", 9),
    "revenue": ("money brought so far", 410),
    "cost": ("money paid so far", 150),
}


def input_schema() -> dict[str, Any]:
    """Describe one row of the input as a JSON schema: nothing but a place is required, further columns are welcome."""
    kinds = {**CREATORS.columns, **OPTIONAL_COLUMNS}
    places = (["city"], ["region"], ["country"], ["location"], ["longitude", "latitude"])
    return {
        "$schema": SCHEMA,
        "title": "A creator, as Hinterland reads it",
        "type": "object",
        "properties": {name: _property(name, kinds[name]) for name in COLUMNS},
        "anyOf": [{"required": names} for names in places],
        "additionalProperties": True,
    }


def _property(name: str, kind: str) -> dict[str, Any]:
    low, high = LIMITS.get(name, (0, 1 if name in SHARES else None))
    limits = {"minimum": low, "maximum": high} if kind == "number" else {}
    schema = {"type": [TYPES[kind], "null"], "description": COLUMNS[name][0], "examples": [COLUMNS[name][1]]}
    return schema | {word: limit for word, limit in limits.items() if limit is not None}


def schema_json() -> str:
    """Write the schema of a row."""
    return json.dumps(input_schema(), ensure_ascii=False, indent=2) + "\n"


def template_csv() -> str:
    """Write a list of people with every column and one invented creator: leave out what you do not have."""
    # with a count of creators it would be read as a directory
    examples = {name: example for name, (_, example) in COLUMNS.items() if name != "creators"}
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([examples.keys(), examples.values()])
    return stream.getvalue()
