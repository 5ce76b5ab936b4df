"""The tables of short names: every row has a source, and means a country or region that exists."""

import csv

import pytest

from hinterland.geocode.aliases import CLAIMED, TERRITORY, country_ids, other_countries
from hinterland.geocode.normalize import fold
from hinterland.reference import load_regions
from hinterland.resources import find_file, read_rows

TABLES = ("claims", "country_aliases", "country_ids", "demonyms", "place_aliases", "region_aliases")


@pytest.mark.parametrize("table", TABLES)
def test_every_row_of_a_table_has_a_source(table):
    with find_file(f"geocode/{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(row["source"] for row in rows)


def test_aliases_mean_countries_and_regions_that_exist():
    countries, regions = set(country_ids()), set(load_regions().index)
    for table, column in (("country_aliases", 0), ("demonyms", 0), ("place_aliases", 1), ("claims", 2)):
        assert {row[column] for row in read_rows(f"geocode/{table}.csv")} <= countries
    assert {row[0] for row in read_rows("geocode/region_aliases.csv")} <= regions
    assert set(other_countries(TERRITORY)) <= countries
    assert set(other_countries(CLAIMED)) <= countries | regions


def test_names_that_are_looked_up_folded_are_written_so():
    names = [row[1] for table in ("demonyms", "region_aliases") for row in read_rows(f"geocode/{table}.csv")]
    names += [row[0] for row in read_rows("geocode/place_aliases.csv") if not row[0].isupper()]
    assert [name for name in names if fold(name) != name] == []
