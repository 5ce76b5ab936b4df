"""What a list tells besides: engagement, growth, audiences, money and conversions, in the units of the contract."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import json
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland import ingest
from hinterland.config import Settings
from hinterland.ingest.content import days_of
from hinterland.ingest.parse.audience import shares_in
from hinterland.ingest.parse.dates import growth_in, month_of
from hinterland.ingest.parse.money import currency_of, parse_rate
from hinterland.schemas import KINDS, OPTIONAL_COLUMNS


def read(folder: Path, text: str, name: str = "list.csv", **asked: object) -> pd.DataFrame:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return creators(ingest.open_creators([path], settings=Settings(**asked)))


def creators(listing: ingest.CreatorList) -> pd.DataFrame:
    frame = pd.concat([ingest.read_part(part).creators for part in listing.parts])
    for column in frame.columns.intersection(list(OPTIONAL_COLUMNS)):
        assert KINDS[OPTIONAL_COLUMNS[column]](frame[column].dtype), column
    return frame


def column(folder: Path, header: str, *values: str, others: str = "") -> pd.DataFrame:
    rows = "\n".join(f"Paris|1000|{value}{others}" for value in values)
    return read(folder, f"city|followers|{header}\n{rows}\n")


def test_what_a_list_does_not_tell_is_absent(tmp_path: Path):
    assert not {*OPTIONAL_COLUMNS} & {*read(tmp_path, "handle,city\na,Paris\n").columns}


# engagement


@pytest.mark.parametrize(
    ("header", "values", "rates"),
    [
        ("engagementRate", ["0.0027"] * 20 + ["1.2"], [0.0027] * 20 + [1.2]),
        ("engagement_rate", ["1.91", "0.4", ""], [0.0191, 0.004, math.nan]),
        ("ER", ["2,5%", "0.31 %", "-"], [0.025, 0.0031, math.nan]),
        ("engagement_rate_pct", ["0.12", "0.09", "0.2"], [0.0012, 0.0009, 0.002]),
        ("Engagement Rate (%)", ["0.12", "1.234", "0.2"], [0.0012, 0.01234, 0.002]),
        ("er", ["1e-3", "2.5e-02", "0"], [0.001, 0.025, 0]),
    ],
)
def test_engagement_is_a_fraction(tmp_path: Path, header: str, values: list[str], rates: list[float]):
    frame = column(tmp_path, header, *values)
    assert frame["engagement_rate"].tolist() == pytest.approx(rates, nan_ok=True)
    assert set(frame["engagement_basis"]) == {"unknown"}


@pytest.mark.parametrize("header", ["Authentic engagement", "Engagement avg", "engagement", "Eng. (Auth.)"])
def test_absolute_engagement_is_no_rate(tmp_path: Path, header: str):
    frame = read(tmp_path, f"city,followers,{header}\nParis,100M,17.8M\nRome,2M,900K\n")
    assert frame["engagements"].tolist() == [17.8e6, 900e3]
    assert frame["engagement_rate"].tolist() == pytest.approx([0.178, 0.45])


def test_the_basis_of_a_rate_is_kept(tmp_path: Path):
    assert column(tmp_path, "er by views", "2%")["engagement_basis"].tolist() == ["per view"]
    assert column(tmp_path, "like rate", "2%")["engagement_basis"].tolist() == ["likes/followers"]
    both = column(tmp_path, "avg likes|avg comments", "20", others="|5")
    assert both["engagement_basis"].tolist() == ["likes+comments/followers"]
    assert both["engagement_rate"].tolist() == [0.025]


def test_totals_give_no_rate(tmp_path: Path):
    assert "engagement_rate" not in column(tmp_path, "likes", "20")


def test_what_is_no_rate_is_a_fault(tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text("city,er\n" + "Paris,0.02\n" * 5 + "Rome,high\nOslo,-0.1\n", encoding="utf-8")
    batch = ingest.read_part(ingest.open_creators([path], settings=Settings()).parts[0])
    assert batch.faults[["row", "field", "value"]].to_numpy().tolist() == [
        [6, "engagement_rate", "high"],
        [7, "engagement_rate", "-0.1"],
    ]


# growth


@pytest.mark.parametrize(
    ("header", "values", "growth"),
    [
        ("followers_growth", ["0.031", "-0.02"], [0.031, -0.02]),
        ("Growth 30d", ["3.1%", "−2 %"], [0.031, -0.02]),
        ("growth_pct", ["3.1", "-2"], [0.031, -0.02]),
        ("growth 90 days", ["33.1%", ""], [1.331 ** (30.44 / 90) - 1, math.nan]),
        ("subscribers_for_last_30_days", ["200", "-250"], [0.25, -0.2]),
    ],
)
def test_growth_is_per_month(tmp_path: Path, header: str, values: list[str], growth: list[float]):
    assert column(tmp_path, header, *values)["growth"].tolist() == pytest.approx(growth, nan_ok=True)


def test_a_history_gives_growth(tmp_path: Path):
    cell = '[{"month": "2023-01", "followers": 1000}, {"month": "2023-03", "followers": 1210}]'
    frame = read(tmp_path, f'city|statHistory\nParis|"{cell.replace(chr(34), chr(34) * 2)}"\nRome|\n')
    assert frame["growth"].tolist() == pytest.approx([0.1, math.nan], nan_ok=True)


@pytest.mark.parametrize("headers", ["2023-01;2023-02;2023-03", "followers Jan 2023;Mar 2023;followers_2023_02"])
def test_wide_months_give_growth(tmp_path: Path, headers: str):
    order = {"2023-01;2023-02;2023-03": "1K;;1.21K", "followers Jan 2023;Mar 2023;followers_2023_02": "1K;1.21K;"}
    frame = read(tmp_path, f"city;{headers}\nParis;{order[headers]}\nRome;;5;\n")
    assert frame["growth"].tolist() == pytest.approx([0.1, math.nan], nan_ok=True)


def test_a_month_is_no_year():
    assert month_of("2023") is None
    assert month_of("created 2023-01") is None
    assert math.isnan(growth_in('{"2023": 5, "2024": 6}'))
    assert growth_in('{"2023-01": 5, "2023-02": 6}') == pytest.approx(0.2)


# audiences


def test_audiences_become_lists_of_names_and_fractions(tmp_path: Path):
    cells = {
        "geoCities": '[{"name": "Lyon", "weight": 0.2}, {"name": "Nice", "weight": 0.1}]',
        "audience_countries": '[{"code": "FR", "value": 61.5}, {"code": "BE", "value": 9}]',
        "Top cities": "Lyon 20%, Nice (10%)",
    }
    for header, cell in cells.items():
        frame = read(tmp_path, f"city|{header}\nParis|{cell}\nRome|\n".replace('"', '"'), "list.txt")
        field = "audience_countries" if "countr" in header else "audience_cities"
        expected = [("FR", 0.615), ("BE", 0.09)] if "countr" in header else [("Lyon", 0.2), ("Nice", 0.1)]
        assert [(one["name"], one["weight"]) for one in json.loads(frame[field].iloc[0])] == expected
        assert frame[field].isna().tolist() == [False, True]


def test_numbered_columns_are_one_audience(tmp_path: Path):
    header = "city,geoCities.0.name,geoCities.0.weight,geoCities.1.name,geoCities.1.weight"
    text = f"{header}\nParis,Lyon,0.2,Nice,.1\nRome,,,,\n"
    found = read(tmp_path, text)["audience_cities"]
    assert json.loads(found.iloc[0]) == [{"name": "Lyon", "weight": 0.2}, {"name": "Nice", "weight": 0.1}]
    assert pd.isna(found.iloc[1])
    percent = read(tmp_path, "city,Audience Country 1,Audience Country 1 %\nParis,France,61.5\n")["audience_countries"]
    assert json.loads(percent.iloc[0]) == [{"name": "France", "weight": 0.615}]


def test_a_document_keeps_its_lists(tmp_path: Path):
    record = {
        "profile": {"username": "a", "followers": 10, "engagementRate": 0.02, "avgLikes": 3},
        "city": "Paris",
        "audience": {"geoCities": [{"name": "London", "country": {"code": "GB"}, "weight": 0.3}]},
        "statHistory": [{"month": "2023-01", "followers": 5}, {"month": "2023-02", "followers": 10}],
    }
    frame = read(tmp_path, json.dumps([record]), "list.json")
    assert json.loads(frame["audience_cities"].iloc[0]) == [{"name": "London, GB", "weight": 0.3}]
    assert frame[["handle", "likes", "growth"]].to_numpy().tolist() == [["a", 3, 1]]


# money, conversions, names


def test_money_and_its_currency(tmp_path: Path):
    frame = column(tmp_path, "fee", "$1,200", "€ 80", "£1.5k", "100-300", "")
    assert frame["fee"].tolist() == pytest.approx([1200, 80, 1500, 200, math.nan], nan_ok=True)
    assert frame["currency"].tolist()[:4] == ["USD", "EUR", "GBP", "EUR"]
    assert column(tmp_path, "price (GBP)", "12")["currency"].tolist() == ["GBP"]
    assert column(tmp_path, "cost", "7")["cost"].tolist() == [7]
    assert "currency" not in column(tmp_path, "cost", "7")
    assert column(tmp_path, "fee|currency", "7", others="|usd")["currency"].tolist() == ["USD"]


def test_conversions_are_counts(tmp_path: Path):
    frame = column(tmp_path, "clicks|orders|revenue|likes|views|following|posts", "1.2K", others="|3|99.5|4|5|6|7")
    assert frame[["clicks", "orders", "revenue"]].iloc[0].tolist() == [1200, 3, 99.5]
    assert frame[["likes", "views", "following", "posts"]].iloc[0].tolist() == [4, 5, 6, 7]


def test_names_are_joined(tmp_path: Path):
    assert column(tmp_path, "First Name|Last Name", "Ann", others="|Bee")["name"].tolist() == ["Ann Bee"]
    assert column(tmp_path, "Full name|First Name", "A. B.", others="|Ann")["name"].tolist() == ["A. B."]


# parsers that never raise


@given(st.text(max_size=60) | st.text(alphabet='0123456789.,%-+ [{"name:]}()', max_size=60))
def test_nothing_raises(text: str):
    rate = parse_rate(text)
    assert rate is None or math.isfinite(rate)
    assert math.isfinite(growth_in(text)) or math.isnan(growth_in(text))
    assert all(isinstance(name, str) for name, _ in shares_in(text))
    currency_of(text)
    days_of(text)
    month_of(text)


@given(st.floats(-0.99, 5), st.integers(0, 8), st.sampled_from([".", ","]))
def test_rates_are_read_back(value: float, digits: int, mark: str):
    shown = f"{value:.{digits}f}"
    assert parse_rate(shown.replace(".", mark)) == pytest.approx(float(shown))
