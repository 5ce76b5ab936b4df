"""The resolver beside local-geocode and pyahocorasick: how rightly it places labelled texts, how fast long lists."""

import re
import resource
import time
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland import reference
from hinterland.analysis import load_gazetteer
from hinterland.geo import EARTH_RADIUS_KM, EQUAL_AREA, on_sphere
from hinterland.geocode import country_ids, resolve
from hinterland.geocode.normalize import fold, fold_names

Answers = pd.DataFrame
CITY_KM, REGION_KM = 40.0, 161.0
COLUMNS = ["place_id", "region_id", "country_code", "latitude", "longitude"]
COORDINATE_FILES = ("geocoder_tester_queries.csv", "toponyms_trnews_geovirus.csv")
NAME_FILE, NAMES = "pelias_place_queries.csv", ("name", "locality", "region", "country", "country_a")
ISO3_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Geocoder:
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
        {"file": name, "program": geocoder.name, **_measure_accuracy(labels / name, geocoder)}
        for name in (*COORDINATE_FILES, NAME_FILE)
        for geocoder in (Geocoder("hinterland", ask_hinterland), *rivals())
    ]
    return pd.DataFrame(rows)


def _measure_accuracy(path: Path, geocoder: Geocoder) -> dict[str, float]:
    gold = pd.read_csv(path, dtype="str", keep_default_na=False)
    is_named = path.name == NAME_FILE
    if is_named:
        # the other rows give only an id of another gazetteer
        gold = gold.loc[(gold[list(NAMES)] != "").any(axis="columns")].reset_index(drop=True)
    texts = gold["phrase" if "phrase" in gold else "query"]
    distinct = texts.unique().tolist()
    geocoder.answer(distinct[:1])
    start = time.perf_counter()
    answers = geocoder.answer(distinct)
    speed = len(distinct) / (time.perf_counter() - start)
    answer_rows = answers.set_axis(distinct).loc[texts].reset_index(drop=True)
    scores = score_names(gold, answer_rows) if is_named else score_distance(gold, answer_rows)
    return {
        "rows": len(gold),
        **scores,
        "answered": answer_rows["country_code"].notna().mean(),
        "texts_per_second": speed,
    }


def score_distance(gold: pd.DataFrame, answers: Answers) -> dict[str, float]:
    """Score by great-circle distance; the same GeoNames id is no distance, wherever a country's point is put.

    Parameters
    ----------
    gold
        lat and lon in degrees, as numbers or text; where there is one, geonameid as text.
    answers
        place_id, latitude, longitude of each row of `gold`, in its order.

    Returns
    -------
    right_40km and right_161km: shares (0-1) of all rows; an answer without a point is wrong, unless it is the
    place of the label by its GeoNames id.
    """
    spots = [
        on_sphere(*(pd.to_numeric(side[axis], errors="coerce").to_numpy(float) for axis in axes))
        for side, axes in ((gold, ("lon", "lat")), (answers, ("longitude", "latitude")))
    ]
    error_km = 2 * EARTH_RADIUS_KM * np.arcsin(np.linalg.norm(spots[0] - spots[1], axis=1) / 2)
    same = gold["geonameid"] == answers["place_id"].astype("str") if "geonameid" in gold else pd.Series(data=False)
    error_km = np.where(same.reindex(answers.index, fill_value=False), 0.0, error_km)
    return {"right_40km": float((error_km <= CITY_KM).mean()), "right_161km": float((error_km <= REGION_KM).mean())}


def score_names(gold: pd.DataFrame, answers: Answers) -> dict[str, float]:
    """Score as right an answer that all given names fit, in whatever language they are given.

    Parameters
    ----------
    gold
        name, locality, region, country, country_a: "" where a label does not say.
    answers
        place_id, region_id, country_code, latitude of each row of `gold`, in its order.

    Returns
    -------
    right_by_names: share (0-1) of all rows.
    """
    pairs = zip(gold.astype("object").to_dict("records"), answers.to_dict("records"), strict=True)
    return {"right_by_names": float(np.mean([_fits(label, answer) for label, answer in pairs]))}


def _fits(label: Mapping[Any, Any], answer: Mapping[Any, Any]) -> bool:
    country = label["country_a"] if len(label["country_a"]) == ISO3_LENGTH else label["country"]
    tests = (
        (label["name"], _is_called), (label["locality"], _is_in_city), (label["region"], _is_in_region),
        (country, _is_in_country),
    )  # fmt: skip
    return all(test(name, answer) for name, test in tests if name)


def _is_called(name: str, answer: Mapping[Any, Any]) -> bool:
    if pd.notna(answer["latitude"]) and _is_in_city(name, answer):
        return True
    tests = (_is_in_country,) if pd.isna(answer["region_id"]) else (_is_in_region,)
    return any(test(name, answer) for test in tests) and answer["place_id"] not in reference.load_places().index


def _is_in_city(name: str, answer: Mapping[Any, Any]) -> bool:
    entry = load_gazetteer().look_up([fold(name)]).get(fold(name))
    rows = [row for candidates in entry.places.values() for _, row in candidates] if entry else []
    return answer["place_id"] in {load_gazetteer().ids[row] for row in rows}


def _is_in_region(name: str, answer: Mapping[Any, Any]) -> bool:
    entry = load_gazetteer().look_up([fold(name)]).get(fold(name))
    return entry is not None and answer["region_id"] in entry.regions


def _is_in_country(name: str, answer: Mapping[Any, Any]) -> bool:
    entry = load_gazetteer().look_up([fold(name)]).get(fold(name))
    coded = load_gazetteer().code(name) if len(name) <= ISO3_LENGTH else None
    code = (entry and entry.country) or (coded and coded.country)
    return code is not None and answer["country_code"] == code


def rivals() -> Iterator[Geocoder]:
    """List the other programs that are installed."""
    if find_spec("geocode"):
        yield Geocoder("local-geocode", _local_geocode)
    if find_spec("ahocorasick"):
        yield Geocoder("pyahocorasick", _ahocorasick)


def ask_hinterland(texts: list[str]) -> Answers:
    """Ask the resolver; a country answers with its GeoNames id, of several places the first counts."""
    answers = resolve(texts, load_gazetteer())
    countries = answers["country_code"].map(country_ids()).where(answers["kind"] == "country")
    return _with_points(answers.assign(place_id=answers["place_id"].fillna(countries.astype("Int64"))))


def _with_points(answers: Answers) -> Answers:
    """Put a city where it lies, a region and a country in the middle of their largest piece of land."""
    area_ids = answers["region_id"].where(answers["region_id"].notna(), answers["country_code"])
    middle = _middles().reindex(area_ids.astype("object")).reset_index(drop=True)
    return answers.assign(**{name: answers[name].fillna(middle[name]) for name in ("latitude", "longitude")})[COLUMNS]


@cache
def _middles() -> pd.DataFrame:
    """List a point for every region and country; where one lies is a convention: GeoNames' own where we have it."""
    outlines = [reference.load_boundaries(level)["geometry"] for level in ("region", "country")]
    pieces = pd.concat(outlines).to_crs(EQUAL_AREA).explode()
    largest = pieces.iloc[np.argsort(-pieces.area.to_numpy(), kind="stable")]
    points = largest.loc[~largest.index.duplicated()].centroid.to_crs("EPSG:4326")
    codes = points.index.str.replace(r"^(?:region|country):", "", regex=True)
    centroids = pd.DataFrame({"latitude": points.y.to_numpy(), "longitude": points.x.to_numpy()}, index=codes)
    return _geonames_points().combine_first(centroids) if find_spec("geocode") else centroids


def _geonames_points() -> pd.DataFrame:
    """List GeoNames' points of regions and countries, as local-geocode packages them: the same for all programs."""
    kinds = {"admin1", "country"}
    rows = [row for row in map(tuple, loaded_local_geocode().geo_data) if row[6] in kinds]
    table = pd.DataFrame([row[3:5] for row in rows], columns=["longitude", "latitude"])
    entries = load_gazetteer().look_up(sorted({fold(row[1]) for row in rows}))
    codes = [row[2] if row[6] == "country" else _region_of(row[1], row[2], entries) for row in rows]
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
    best = pd.DataFrame([hits[0] if hits else {} for hits in decoded], index=range(len(texts)))
    best = best.reindex(columns=["geoname_id", "country_code", "latitude", "longitude", "official_name"])
    ids = pd.to_numeric(best["geoname_id"]).astype("Int64")
    entries = load_gazetteer().look_up(sorted({fold(name) for name in best["official_name"].dropna()}))
    region_ids = [
        _region_of(name, code, entries) for name, code in zip(best["official_name"], best["country_code"], strict=True)
    ]
    region = ids.map(reference.load_places()["region_id"]).fillna(pd.Series(region_ids, dtype="str"))
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
    countries, ids = reference.load_countries(), country_ids()
    for key, code in zip(fold_names(countries["country"]), countries.index, strict=True):
        automaton.add_word(f" {key} ", (len(key), ids[code], code))
    automaton.make_automaton()
    return automaton


def _ahocorasick(texts: list[str]) -> Answers:
    """Take the longest name in the text."""
    hits = [max((hit for _, hit in _automaton().iter(f" {fold(text)} ")), default=None, key=lambda hit: hit[0])
            for text in texts]  # fmt: skip
    ids = pd.Series([hit[1] if hit else None for hit in hits], dtype="Int64")
    places = reference.load_places().reindex(ids.fillna(-1).astype("int64")).reset_index(drop=True)
    codes = pd.Series([hit[2] if hit else None for hit in hits], dtype="str")
    answers = places.assign(place_id=ids, country_code=places["country_code"].fillna(codes))
    return _with_points(answers)


Texts: TypeAlias = "list[str] | pd.Series[str]"
Reader = Callable[[Any], object]
ACCOUNTS = Path("creators", "github_accounts.csv")
DISTINCT, SAMPLE = 190_000, 50_000
SEPARATORS = (", ", ", ", ", ", ",", " - ", " / ", " | ", " ")
CASES: Sequence[Callable[[str], str]] = (str, str, str, str.lower, str.upper, str.title)
WITHOUT_ACCENTS, MOST_PARTS = 0.3, 3


def bench_places(shared: Path | None) -> tuple[dict[str, list[dict[Hashable, Any]]], list[str]]:
    """Read place text beside other programs: how rightly, and how fast.

    Returns
    -------
    The results by name, one row per file, way and program; and why they are not there, if they are not.
    """
    if shared is None or not (shared / ACCOUNTS).is_file():
        return {}, [f"place text: not read; --texts wants a folder with labels/ and {ACCOUNTS}\n"]
    # speed first: the names of the other programs would count as our memory
    tables = {"texts": bench_texts(shared), "labels": bench_geocode(shared / "labels")}
    return {name: table.to_dict("records") for name, table in tables.items()}, []


def bench_texts(shared: Path, rows: int = 1_000_000, *, seed: int = 0) -> pd.DataFrame:
    """Resolve a long list of place texts, and let the other program read a sample of the same rows.

    Parameters
    ----------
    shared
        The folder that holds `creators/github_accounts.csv`, a list with a column `location`.
    rows
        Texts in the list: drawn by Zipf's law from 190,000 distinct ones.

    Returns
    -------
    pandas.DataFrame
        One row per program and way of asking: texts, distinct, seconds of the processor, texts_per_second;
        peak_megabytes of the
        process so far (ours comes first).
    """
    accounts = pd.read_csv(shared / ACCOUNTS, dtype="str", keep_default_na=False)
    rng = np.random.default_rng(seed)
    texts = draw(recombine(accounts["location"].unique().tolist(), DISTINCT, rng), rows, rng)
    distinct = list(dict.fromkeys(texts))
    gazetteer = load_gazetteer()
    # what is sorted when first asked for is sorted before the clock starts
    resolve(["Hambrug, Germany", "Casablnca"], gazetteer)
    runs: list[tuple[str, str, Texts, Reader]] = []
    # each gets what it is made for: a column as a file is read into, or one text after the other
    for way, queries in (("all rows", texts), ("distinct", distinct)):
        runs += [("hinterland", way, pd.Series(queries, dtype="str"), lambda column: resolve(column, gazetteer))]
    if find_spec("geocode"):
        ways = (("row by row", texts), ("distinct", distinct))
        decode = loaded_local_geocode().decode
        runs += [
            ("local-geocode", way, queries[:SAMPLE], lambda column: [decode(text) for text in column])
            for way, queries in ways
        ]
    return pd.DataFrame([_measure_speed(*run) for run in runs])


def _measure_speed(program: str, way: str, texts: Texts, answer: Reader) -> dict[str, object]:
    answer(texts[:1])
    start = time.process_time()
    answer(texts)
    seconds = time.process_time() - start
    return {
        "program": program, "way": way, "texts": len(texts), "distinct": len(set(texts)), "seconds": seconds,
        "texts_per_second": len(texts) / seconds,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024,
    }  # fmt: skip


def recombine(real: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """Make distinct texts from real ones: their parts, cases, accents and separators anew.

    Half are one text written another way, half the first part of one with parts of another.
    """
    split = [[part.strip() for part in re.split(r"[,/|]", text) if part.strip()] for text in real]
    parts = [pieces for pieces in split if pieces]
    texts = dict.fromkeys(real[:count])
    while len(texts) < count:
        texts.setdefault(_vary(parts[rng.integers(len(parts))], parts[rng.integers(len(parts))], rng))
    return list(texts)


def _vary(first: Sequence[str], second: Sequence[str], rng: np.random.Generator) -> str:
    way, case, separator = (int(rng.integers(len(options))) for options in (range(4), CASES, SEPARATORS))
    parts = (first, first, [first[0], second[-1]], [first[0], *second])[way][:MOST_PARTS]
    text = CASES[case](SEPARATORS[separator].join(parts))
    plain = (letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return "".join(plain) if rng.random() < WITHOUT_ACCENTS else text


def draw(texts: Sequence[str], rows: int, rng: np.random.Generator) -> list[str]:
    """Draw rows by Zipf's law: the text of rank r comes with a weight of 1/r; ranks are by lot."""
    weights = 1 / np.arange(1, len(texts) + 1)
    shuffled: npt.NDArray[np.object_] = rng.permutation(np.array(texts, dtype=object))
    return list(shuffled[rng.choice(len(texts), rows, p=weights / weights.sum())])
