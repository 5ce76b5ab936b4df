"""JSON, JSON lines and GeoJSON: records flattened to `parent.child` columns."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.formats.csv_dialect import encoding_of
from hinterland.ingest.formats.sheet import READERS, Sheet, check_extent, table_sheet, text_table, unique_names
from hinterland.ingest.formats.storage import HEAD, SCRIPT, FileContent, one_line, try_reading
from hinterland.ingest.parse import as_text

Record = Mapping[str, Any]
POINT = "Point"
# what interfaces put the columns of a record in, beside its number and date
WRAPPINGS = ("fields", "_source", "node", "attributes", "properties")
ACCOUNT_LISTS = ("accounts", "platforms", "profiles", "channels", "socials", "social_accounts", "social_profiles")
# data as Python shows them are read from files up to this size
MOST_SHOWN = 4 * 2**20
_DOCUMENT = re.compile(r"[^\s,;]")


@READERS.add(".json", ".geojson")
def open_document(stored: FileContent, settings: Settings) -> Sheet:
    """Open a JSON document: a list of records, an object that holds one, or GeoJSON features.

    Parameters
    ----------
    settings
        Of these encoding.

    Returns
    -------
    One row per record, cells as text; GeoJSON points become longitude and latitude.

    Raises
    ------
    InputError
        If it is no JSON, or contains no records.
    """
    text = _text(stored, settings)
    try:
        records = list(_records(_document(text)))
    except (ValueError, RecursionError) as error:
        raise InputError(
            "{file} is not valid JSON: {fault}; correct it, or save the list as CSV",
            file=stored.name,
            fault=one_line(error),
        ) from None
    return _sheet(stored, records)


@READERS.add(".jsonl", ".ndjson")
def open_lines(stored: FileContent, settings: Settings) -> Sheet:
    """Open JSON lines: one record per line.

    Parameters
    ----------
    settings
        Of these encoding.

    Returns
    -------
    One row per record, cells as text.

    Raises
    ------
    InputError
        If a line is no JSON record.
    """
    lines = enumerate(_text(stored, settings).split("\n"), 1)
    return _sheet(stored, [_line(stored, number, line) for number, line in lines if line.strip()])


def _text(stored: FileContent, settings: Settings) -> str:
    try_reading(stored, "json")
    with stored.open() as stream:
        data = stream.read()
    return data.decode(encoding_of(data[:HEAD], settings), errors="replace").lstrip("\ufeff")


def _document(text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Read JSON, also as part of a script, several documents in a row, or data as Python shows it."""
    script = SCRIPT.match(text.encode()[:HEAD])
    bare = text[len(script[0].decode()) - 1 :].rstrip("; \r\n\t)") if script else text
    documents: list[Any] = []
    end, decoder = 0, json.JSONDecoder()
    try:
        while start := _DOCUMENT.search(bare, end):
            document, end = decoder.raw_decode(bare, start.start())
            documents.append(document)
    except ValueError:
        if documents or len(bare) > MOST_SHOWN:
            raise
        with suppress(ValueError, SyntaxError, TypeError, MemoryError):
            return ast.literal_eval(bare.strip())
        raise
    return documents[0] if len(documents) == 1 else documents


def _line(stored: FileContent, number: int, line: str) -> dict[str, Any]:
    try:
        return _flat(json.loads(line))
    except (ValueError, AttributeError, RecursionError) as error:
        raise InputError(
            "{file}, line {number} is not a JSON record: {fault}; correct or remove it",
            file=stored.name,
            number=number,
            fault=one_line(error),
        ) from None


def _records(document: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever the JSON holds
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        features = document.get("features")
        yield from map(_feature, features if isinstance(features, list) else ())
    elif isinstance(document, dict):
        yield from _records_in(document)
    elif isinstance(document, list) and document and all(isinstance(row, list) for row in document):
        # a table: the names of its columns, then its rows
        yield from (dict(zip(map(str, document[0]), row, strict=False)) for row in document[1:])
    elif isinstance(document, list):
        records = [_content_of(record) for record in document if isinstance(record, dict)]
        yield from (_flat(row) for record in records for row in _accounts_in(record))


def _records_in(document: Record) -> Iterator[dict[str, Any]]:
    """Find the records of an object: as pandas writes tables, in its longest list, or in an object inside it."""
    names, rows = document.get("columns") or _names_of_view(document), document.get("data")
    lists = [value for value in document.values() if isinstance(value, list) and value]
    held = [value for value in document.values() if isinstance(value, dict) and value]
    if isinstance(names, list) and isinstance(rows, list):
        yield from _records([names, *rows])
    elif len(lists) == len(document) > 1 and all(isinstance(record, dict) for rows in lists for record in rows):
        # lists by a key that each record needs, such as the country
        yield from (_flat({"key": key, **record}) for key, rows in document.items() for record in rows)
    elif lists:
        yield from _records(max(lists, key=len))
    elif len(held) == len(document) and len({tuple(value) for value in held}) == 1 and all(map(str.isdecimal, held[0])):
        # a column by row number, no record
        columns = (value.values() for value in held)
        yield from (dict(zip(document, row, strict=True)) for row in zip(*columns, strict=True))
    elif len(held) == len(document) > 1 and not any(
        isinstance(cell, dict | list) for one in held for cell in one.values()
    ):
        yield from (_flat({"handle": key} | record) for key, record in document.items())
    elif held:
        yield from max((list(_records_in(value)) for value in held), key=len)


def _names_of_view(document: Record) -> list[str] | None:
    """Name the columns of a table as portals of open data write it: with its description, apart from its rows."""
    columns: Any = document
    for key in ("meta", "view", "columns"):
        columns = columns.get(key) if isinstance(columns, dict) else None
    are_named = isinstance(columns, list) and all(isinstance(column, dict) for column in columns)
    return [str(column.get("name")) for column in columns] if are_named else None


def _content_of(record: Record) -> Record:
    """Take a record out of the wrapping some interfaces put around each, such as `{"node": {...}}`."""
    while len(record) == 1 and isinstance(inner := next(iter(record.values())), dict):
        record = inner
    inner = next((record[key] for key in WRAPPINGS if isinstance(record.get(key), dict)), None)
    return record if inner is None else {**{k: v for k, v in record.items() if v is not inner}, **inner}


def _accounts_in(record: Record) -> list[Record]:
    """Make of a person with a list of accounts one record per account."""
    name = next((key for key in ACCOUNT_LISTS if isinstance(record.get(key), list)), "")
    accounts = record[name] if name else []
    if not accounts or not all(isinstance(account, dict) for account in accounts):
        return [record]
    person = {key: value for key, value in record.items() if key != name}
    return [{**person, **account} for account in accounts]


def _feature(feature: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the JSON holds
    held = feature if isinstance(feature, dict) else {}
    properties, geometry = held.get("properties"), held.get("geometry")
    flat = _flat(properties) if isinstance(properties, dict) else {}
    if isinstance(geometry, dict) and geometry.get("type") == POINT:
        place = geometry.get("coordinates")
        flat |= dict(zip(("longitude", "latitude"), place if isinstance(place, list) else (), strict=False))
    return flat


def _flat(record: Record, above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
    return flat


def _sheet(stored: FileContent, records: list[dict[str, Any]]) -> Sheet:
    if not records:
        raise InputError("{file} contains no records: give a list of objects, one per creator", file=stored.name)
    keys = list(dict.fromkeys(key for record in records for key in record))
    check_extent(stored.name, len(records), len(keys), sum(map(len, records)))
    cells = ((record.get(key) for key in keys) for record in records)
    rows = [
        as_text(json.dumps(cell, ensure_ascii=False) if isinstance(cell, list) else cell for cell in row)
        for row in cells
    ]
    return table_sheet(stored.name, text_table(unique_names(keys), rows))
