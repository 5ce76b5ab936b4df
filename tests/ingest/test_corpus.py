"""Every folder of tests/corpus is a file people really have, with what must be read from it: see its README."""

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hinterland import ingest, reference
from hinterland.analysis.inputs import to_pipeline_input
from hinterland.config import Assumptions, Settings
from hinterland.errors import InputError
from hinterland.pipeline.aggregate import scan_duplicates_and_peers
from paths import ROOT

CORPUS = ROOT / "tests" / "corpus"
CASES = sorted(path.parent for path in CORPUS.rglob("expected.toml"))


def names(path: Path) -> str:
    return str(path.relative_to(CORPUS))


@pytest.mark.parametrize("case", CASES, ids=names)
def test_each_case(case: Path):
    expected = tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))
    read = read_boundaries if "boundaries" in expected else read_list
    files = sorted(path for path in case.iterdir() if path.stem == "list")
    if "refused" in expected:
        with pytest.raises(InputError, match=expected["refused"]) as caught:
            read(files, expected, case)
        assert "\n" not in str(caught.value)
    else:
        read(files, expected, case)


def read_list(files: list[Path], expected: dict[str, Any], case: Path) -> None:
    settings = Settings(**settings_of(expected, case))
    listing = ingest.open_creators(files, settings=settings)
    batches = [ingest.read_part(part) for part in listing.parts]
    creators = pd.concat([batch.creators for batch in batches])
    rejects = pd.concat([batch.rejects for batch in batches])
    mended = {kind for batch in batches for kind in (*batch.imputed, *batch.faults["reason"])}
    merged = scan_duplicates_and_peers(to_pipeline_input(listing, settings), settings, Assumptions()).merged
    assert sum(batch.rows_in for batch in batches) == len(creators) + len(rejects)
    assert (len(creators), len(rejects)) == (expected["rows"], expected.get("rejected", 0))
    assert len(merged) == expected.get("merged", 0)
    meant = {guess.column: guess.field for guess in listing.mapping}
    assert {column: meant.get(column, "") for column in expected.get("fields", {})} == expected.get("fields", {})
    for column, values in expected.get("gives", {}).items():
        assert given(creators, column, len(values)) == values_of(values), column
    assert set(expected.get("mended", [])) <= mended
    assert expected.get("encoding", listing.encoding) == listing.encoding
    assert set(expected.get("notices", [])) <= {notice.code for notice in listing.notices}


def settings_of(expected: dict[str, Any], case: Path) -> dict[str, Any]:
    settings = dict(expected.get("settings", {}))
    return settings | {name: str(case / settings[name]) for name in ("forget",) if name in settings}


def read_boundaries(files: list[Path], expected: dict[str, Any], case: Path) -> None:
    wanted = expected["boundaries"]
    population = wanted.get("population")
    population = str(case / population) if population and (case / population).is_file() else population
    world = ingest.ReferenceData(reference.load_places(), reference.load_countries())
    own = ingest.read_boundaries(files[0], population=population, reference=world, layer=wanted.get("layer"))
    markets = own.markets
    assert len(markets) == wanted["areas"]
    assert markets["market"].tolist()[: len(wanted.get("names", []))] == wanted.get("names", [])
    for column, values in wanted.get("gives", {}).items():
        assert given(markets, column, len(values)) == values_of(values), column
    assert set(wanted.get("notices", [])) <= {notice.code for notice in own.notices}


def given(table: pd.DataFrame, column: str, count: int) -> list[Any]:
    present = table[column].iloc[:count] if column in table else [None] * count
    return ["" if pd.isna(value) else value for value in present]


def values_of(values: list[Any]) -> list[Any]:
    return [value if isinstance(value, str) else pytest.approx(value) for value in values]


def test_every_kind_of_file_has_cases():
    kinds = {path.parent.name for path in CASES}
    assert kinds >= {"identity"}
