"""The template of the input: made of the contracts, and read back as what it says."""

from pathlib import Path

import pytest

from hinterland import ingest
from hinterland.config import Settings
from hinterland.ingest.template import COLUMNS, input_schema, schema_json, template_csv
from hinterland.schemas import CREATORS, OPTIONAL_COLUMNS
from paths import DATA


def read(path: Path) -> tuple[ingest.CreatorList, ingest.Batch]:
    listing = ingest.open_creators([path], settings=Settings())
    return listing, ingest.read_part(listing.parts[0])


def test_the_template_has_every_column_and_no_other():
    assert set(COLUMNS) == {*CREATORS.columns, *OPTIONAL_COLUMNS} == set(input_schema()["properties"])


def test_the_template_is_read_as_what_it_says(tmp_path: Path):
    path = tmp_path / "template.csv"
    path.write_text(template_csv(), encoding="utf-8")
    listing, batch = read(path)
    assert {guess.column: guess.field for guess in listing.mapping} == {
        name: name for name in {*COLUMNS} - {"creators"}
    }
    assert not listing.aggregated
    assert min(guess.confidence for guess in listing.mapping) >= 0.7
    assert batch.faults.empty
    row = batch.creators.iloc[0]
    for name, (_, example) in COLUMNS.items():
        assert row[name] == (pytest.approx(example) if isinstance(example, int | float) else example), name


def test_examples_keep_the_schema():
    for name, rule in input_schema()["properties"].items():
        example = COLUMNS[name][1]
        assert isinstance(example, str if rule["type"][0] == "string" else int | float)
        assert rule.get("minimum", example) <= example <= rule.get("maximum", example)


def test_the_files_to_download_are_the_generated_ones():
    assert (DATA / "template.csv").read_text(encoding="utf-8") == template_csv()
    assert (DATA / "creators.schema.json").read_text(encoding="utf-8") == schema_json()
