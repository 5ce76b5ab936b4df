"""Profile locations to places: `resolve` for free text, `resolve_columns` for columns of city, region and country."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from hinterland.geocode.codes import AMBIGUOUS_COUNTRIES, COUNTRY_IDS
from hinterland.geocode.evidence import CITY, COUNTRY, Reading
from hinterland.geocode.gazetteer import Entry, Gazetteer
from hinterland.geocode.judge import judge
from hinterland.geocode.mentions import find_mentions
from hinterland.geocode.normalise import fold
from hinterland.geocode.reading import Mention, Text, names_in, split_text
from hinterland.geocode.spelling import respell

COLUMNS = {
    "kind": "str", "place_id": "Int64", "place": "str", "region_id": "str", "admin1": "str", "country_code": "str",
    "latitude": "float64", "longitude": "float64", "confidence": "float64", "alternatives": "str",
}  # fmt: skip
NOTHING = ("none", None, None, None, None, None, np.nan, np.nan, 0.0, None)
CHUNK = 50_000
# how a lead in score becomes confidence, set on labelled profile locations: at no lead one half
MOST_CONFIDENT, STEEPNESS = 0.97, 1.5
# a city without its country is believed by its size; words left over and slips of the pen cost; so do shared names
LONE_BASE, LONE_SLOPE = 0.35, 0.12
IN_DOUBT, SHARED_NAME = 0.85, 0.6


def resolve(
    strings: Sequence[str] | pd.Series, gazetteer: Gazetteer, *, countries: Sequence[str] | pd.Series | None = None
) -> pd.DataFrame:
    """Find the place each text means.

    Parameters
    ----------
    strings
        Free text as people write it; missing values mean nothing.
    gazetteer
        The names to find.
    countries
        For each text a country (name or code) from another column: evidence, not an order.

    Returns
    -------
    pandas.DataFrame
        One row per text, in order. kind ("city", "region", "country", "multi", "none"); place_id (GeoNames, of the
        first place when multi), place, region_id, admin1, country_code, latitude, longitude; confidence (0-1);
        alternatives: GeoNames ids joined by ";" of all places a "multi" text names.
    """
    texts = pd.Series(strings, dtype="object").reset_index(drop=True)
    beside = pd.Series(countries, dtype="object").reset_index(drop=True) if countries is not None else None
    beside = pd.Series(None, index=texts.index, dtype="object") if beside is None else beside
    asked = pd.MultiIndex.from_arrays([texts.where(texts.notna(), ""), beside.where(beside.notna(), "")])
    codes, distinct = pd.factorize(asked)
    rows = _resolve_distinct([(str(text), str(country)) for text, country in distinct], gazetteer)
    return _frame(rows).take(codes).reset_index(drop=True)


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _resolve_distinct(asked: list[tuple[str, str]], gazetteer: Gazetteer) -> list[tuple[object, ...]]:
    parts = [asked[start : start + CHUNK] for start in range(0, len(asked), CHUNK)]
    return [row for part in parts for row in _resolve_part(part, gazetteer)]


def _resolve_part(asked: list[tuple[str, str]], gazetteer: Gazetteer) -> list[tuple[object, ...]]:
    texts = [split_text(text) for text, _ in asked]
    keys = {name for text in texts for segment in text.segments for name in names_in(segment)}
    entries = gazetteer.look_up(sorted(keys | {fold(country) for _, country in asked}))
    return [_answer(text, country, entries, gazetteer) for text, (_, country) in zip(texts, asked, strict=True)]


def _answer(text: Text, country: str, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> tuple[object, ...]:
    mentions = respell(text, find_mentions(text, entries, gazetteer), gazetteer)
    code = _country_code(country, entries, gazetteer)
    if code is not None:
        mentions = [*mentions, Mention(Entry({}, (), code), -1, -1, is_outside=True)]
    readings = judge(mentions, gazetteer)
    if not readings:
        return NOTHING
    return _one(readings[0], gazetteer) if len(readings) == 1 else _many(readings, gazetteer)


def _country_code(country: str, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> str | None:
    named = entries.get(fold(country)) if country else None
    code = gazetteer.code(country.strip()) if country and (named is None or named.country is None) else None
    found = named.country if named and named.country else None
    return found or (code.country if code else None)


def _one(reading: Reading, gazetteer: Gazetteer) -> tuple[object, ...]:
    confidence = _confidence(reading, gazetteer)
    place = _place(reading, gazetteer)
    return (reading.kind, *place, confidence, None)


def _place(reading: Reading, gazetteer: Gazetteer) -> tuple[object, ...]:
    region = gazetteer.region.get(reading.region) if reading.region else None
    if reading.row is None:
        return None, None, reading.region, region, reading.country, np.nan, np.nan
    at = reading.row
    spot = float(gazetteer.latitude[at]), float(gazetteer.longitude[at])
    return int(gazetteer.ids[at]), gazetteer.place[at], reading.region, region, reading.country, *spot


def _many(readings: Sequence[Reading], gazetteer: Gazetteer) -> tuple[object, ...]:
    ids = [str(number) for reading in readings if (number := _id(reading, gazetteer))]
    confidence = min(_confidence(reading, gazetteer) for reading in readings)
    first = next((reading for reading in readings if reading.kind == CITY), readings[0])
    countries = {reading.country for reading in readings}
    place = list(_place(first, gazetteer))
    place[4] = place[4] if len(countries) == 1 or first.kind == CITY else None
    return ("multi", *place, confidence, ";".join(dict.fromkeys(ids)) or None)


def _id(reading: Reading, gazetteer: Gazetteer) -> int | None:
    if reading.row is not None:
        return int(gazetteer.ids[reading.row])
    return COUNTRY_IDS.get(reading.country) if reading.kind == COUNTRY else None


def _confidence(reading: Reading, gazetteer: Gazetteer) -> float:
    """Weigh the lead over the next best meaning, and how well the text says so."""
    sure = MOST_CONFIDENT / (1 + float(np.exp(-STEEPNESS * reading.margin)))
    if reading.kind == CITY and reading.row is not None and reading.support < 1:
        sure *= min(1.0, LONE_BASE + LONE_SLOPE * float(np.log10(gazetteer.population[reading.row] + 10)))
    if reading.mention.is_respelt or not reading.mention.fills_segment:
        sure *= IN_DOUBT
    if reading.kind == COUNTRY and reading.mention.key in AMBIGUOUS_COUNTRIES and reading.support < 1:
        sure *= SHARED_NAME
    return round(sure, 2)


def resolve_columns(frame: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Find the place that columns `city`, `region` and `country` name; values may be slugs, codes, in any language.

    A city that is not found in its country gives the region or the country, never a place in another country.

    Returns
    -------
    pandas.DataFrame
        One row per row, in order, with the columns of `resolve`.
    """
    columns = [_spoken(frame, name) for name in ("city", "region", "country")]
    asked = pd.MultiIndex.from_arrays(columns)
    codes, distinct = pd.factorize(asked)
    rows = _resolve_addresses([tuple(map(str, values)) for values in distinct], gazetteer)
    return _frame(rows).take(codes).reset_index(drop=True)


def _spoken(frame: pd.DataFrame, name: str) -> pd.Series:
    values = frame[name].astype("object") if name in frame else pd.Series(None, index=frame.index, dtype="object")
    return values.where(values.notna(), "").astype("str").str.replace("_", " ", regex=False).str.strip()


def _resolve_addresses(asked: list[tuple[str, ...]], gazetteer: Gazetteer) -> list[tuple[object, ...]]:
    entries = gazetteer.look_up(sorted({fold(value) for values in asked for value in values} - {""}))
    return [_answer_columns(values, entries, gazetteer) for values in asked]


def _answer_columns(values: tuple[str, ...], entries: Mapping[str, Entry], gazetteer: Gazetteer) -> tuple[object, ...]:
    city, region, country = values
    code = _country_code(country, entries, gazetteer)
    if country and code is None:
        return NOTHING
    named = entries.get(fold(city)) if city else None
    inside = {} if named is None else {home: places for home, places in named.places.items() if code in (None, home)}
    # a column of cities may name an island or a state
    regions = _regions(region if region or inside else city, code, entries, gazetteer)
    mentions = [
        Mention(entry, order, 0, key=key, is_outside=key != "city")
        for order, (key, entry) in enumerate(
            {"city": Entry(inside), "region": Entry({}, regions), "country": Entry({}, (), code)}.items()
        )
    ]
    readings = judge(mentions, gazetteer)
    return _one(readings[0], gazetteer) if readings else NOTHING


def _regions(text: str, code: str | None, entries: Mapping[str, Entry], gazetteer: Gazetteer) -> tuple[str, ...]:
    named, coded = entries.get(fold(text)), gazetteer.code(text)
    found = [region for entry in (named, coded) if entry for region in entry.regions]
    return tuple(region for region in dict.fromkeys(found) if code in (None, gazetteer.region_country[region]))
