"""Read the figures of major urban areas, for metros whose cities the gazetteer counts in part."""

import html
import re
from pathlib import Path

import pandas as pd

from hinterland.geocode.normalize import fold_names
from hinterland.reference.builder.countries import read_country_text

SOURCE = "CIA World Factbook 2026-01, urban agglomeration"
CHAPTER = ("People and Society", "Major urban areas - population")
ENTRY = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(million)?\s+([^,(;]+)")
TAG = re.compile(r"<[^>]+>")
# below it a figure is rounded too coarsely, or has lost its "million"
SMALLEST = 20_000.0


def read_agglomerations(
    cache: Path, cities: pd.DataFrame, names: pd.Series, countries: pd.DataFrame
) -> "pd.Series[float]":
    """Read the residents of the urban area around a city, for the cities the factbook names.

    Parameters
    ----------
    cities
        place, country_code, population, by place_id.
    names
        Alternate names by place_id (repeated).
    countries
        population, by country code: no urban area has more residents.

    Returns
    -------
    pandas.Series
        Residents by place_id.
    """
    keys = _keys(cities, names)
    figures: dict[int, float] = {}
    for code, text in read_country_text(cache, CHAPTER).items():
        most = countries["population"].get(code, 0.0)
        for residents, name in _entries(text):
            place = _match(code, name, keys)
            if place is not None and SMALLEST <= residents <= most:
                figures[place] = max(residents, figures.get(place, 0.0))
    return pd.Series(figures, dtype="float64").sort_index()


def _entries(text: str) -> list[tuple[float, str]]:
    plain = html.unescape(TAG.sub(" ", text))
    return [
        (float(number.replace(",", "")) * (1e6 if million else 1.0), name.strip())
        for number, million, name in ENTRY.findall(plain)
    ]


def _keys(cities: pd.DataFrame, names: pd.Series) -> dict[tuple[str, str], tuple[float, int]]:
    """Look names up: the largest city of each country and name, with its population."""
    spellings = pd.concat([cities["place"], names[names.index.isin(cities.index)]])
    code = cities["country_code"].reindex(spellings.index).astype("str").tolist()
    size = cities["population"].reindex(spellings.index).astype("float64").tolist()
    entries = sorted(zip(size, spellings.index.tolist(), code, fold_names(spellings), strict=True))
    # the largest comes last and stays
    return {(country, key): (residents, place) for residents, place, country, key in entries}


def _match(code: str, name: str, keys: dict[tuple[str, str], tuple[float, int]]) -> int | None:
    """Find the city of a name; of several joined by a hyphen, the largest."""
    exact, *parts = (
        keys.get((code, key)) for key in fold_names(pd.Series([name, *name.split("-"), name.split(maxsplit=1)[0]]))
    )
    matches = [exact] if exact else [part for part in parts if part]
    return max(matches)[1] if matches else None
