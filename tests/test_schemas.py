import pandas as pd
import pytest

from hinterland import schemas
from hinterland.config import Assumptions, Settings
from hinterland.errors import HinterlandError, SettingsError, TableError, UnknownNameError
from hinterland.registry import Registry
from hinterland.schemas import ABROAD, ARRIVALS, CREATORS, OPTIONAL_COLUMNS, RANKING, SUPPLY, Table, list_columns

# ranks, and a logarithm
UNITLESS = {"rank_low", "rank_high", "population_error"}

PAIRS = Table("pairs", ("pair_id",), {"name": "text", "size": "count"}, frozenset({"name"}))


def test_every_fault_is_named_at_once():
    wrong = pd.DataFrame({"size": [1.5, 2.0]}, index=pd.Index([1, 1], name="pair_id"))
    with pytest.raises(TableError, match=r"1 repeated keys.*'name' is missing.*'size' must be a count"):
        PAIRS.check(wrong)


def test_empty_values_are_faults_only_where_completeness_is_promised():
    frame = pd.DataFrame({"name": ["a", None], "size": [1, 2]}, index=pd.Index([1, 2], name="pair_id"))
    with pytest.raises(TableError, match="'name' has 1 empty"):
        PAIRS.check(frame.astype({"name": "str"}))


def test_a_column_that_may_be_absent_is_of_its_kind_where_it_is_present():
    table = Table("pairs", ("pair_id",), {"size": "count"}, optional={"error": "number"})
    frame = pd.DataFrame({"size": [1]}, index=pd.Index([1], name="pair_id"))
    assert table.check(frame) is frame
    table.check(frame.assign(error=0.2))
    with pytest.raises(TableError, match="'error' must be a number"):
        table.check(frame.assign(error="much"))


def test_a_kept_contract_returns_the_very_frame():
    frame = pd.DataFrame({"name": ["a"], "size": [1]}, index=pd.Index([1], name="pair_id"))
    assert PAIRS.check(frame) is frame


@pytest.mark.parametrize("table", [CREATORS, SUPPLY])
def test_no_rows_keep_the_contract(table):
    assert len(table.check(table.empty())) == 0


def test_unknown_names_list_the_choices_and_the_nearest():
    family = Registry("index")
    family.add("gini")(len)
    with pytest.raises(UnknownNameError, match="no index 'ginny': choose from gini; did you mean 'gini'"):
        family["ginny"]
    with pytest.raises(ValueError, match="twice"):
        family.add("gini")(len)


def test_settings_name_every_fault():
    with pytest.raises(SettingsError, match=r"seed.*level"):
        Settings(level="village", seed=-1)
    with pytest.raises(SettingsError, match=r"largest market .* is below the smallest"):
        Settings(min_population=10, max_population=5)


def test_assumptions_are_replaceable_by_name_only(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("underserved_below = 0.4\n")
    assert Assumptions.read(path).underserved_below == 0.4
    path.write_text("underserved = 0.4\nsnap_km = 'far'\n")
    with pytest.raises(HinterlandError, match=r"snap_km.*underserved|underserved.*snap_km"):
        Assumptions.read(path)


def test_every_assumption_has_a_unit_and_a_source():
    for name, field in Assumptions.model_fields.items():
        assert field.description, name
        assert field.json_schema_extra["unit"], name


def test_every_column_of_every_table_is_declared_once_with_a_meaning_and_every_number_with_a_unit():
    tables = [table for table in vars(schemas).values() if isinstance(table, Table)]
    kinds = {name: kind for table in tables for name, kind in {**table.columns, **table.optional}.items()}
    names = {*kinds, *OPTIONAL_COLUMNS, *(name for table in tables for name in table.key)}
    columns = list_columns()
    assert set(columns) == names
    assert [name for name, column in columns.items() if not column.meaning] == []
    results = [name for table in (RANKING, ARRIVALS, ABROAD) for name in table.columns]
    assert [name for name in results if not columns[name].label] == []
    assert {name for name in results if kinds[name] == "number" and not columns[name].unit} <= UNITLESS
