"""The way in: hostile files, their recognition, and the law that no row is lost."""
# ruff: noqa: RUF001 - look-alike characters are what lists are written with

import gzip
import io
import os
import pickle
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hinterland import ingest
from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest.column_detection import detect_columns
from hinterland.ingest.formats import csv_records, storage
from hinterland.ingest.header_names import match_header
from hinterland.ingest.parse.coordinates import parse_degrees
from hinterland.ingest.parse.dates import moment
from xls import xls

SHARED = os.environ.get("HINTERLAND_SHARED")
PLAIN = Settings()


def write(folder: Path, data: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def read(listing: ingest.CreatorList) -> ingest.Batch:
    """Read all parts, checking the law for each."""
    batches = [ingest.read_part(pickle.loads(pickle.dumps(part))) for part in listing.parts]  # noqa: S301 - our own
    for batch in batches:
        assert batch.rows_in == len(batch.creators) + len(batch.rejects)
        assert batch.rejects["row"].is_unique
        assert not set(batch.rejects["row"]) & set(batch.creators.index)
        assert set(batch.faults["row"]) <= set(batch.creators.index)
    frames = {n: pd.concat([getattr(b, n) for b in batches]) for n in ("creators", "rejects", "faults")}
    assert frames["creators"].index.is_monotonic_increasing
    imputed = {name: sum(b.imputed.get(name, 0) for b in batches) for b in batches for name in b.imputed}
    return ingest.Batch(**frames, rows_in=sum(b.rows_in for b in batches), imputed=imputed)


def opened(folder: Path, data: str | bytes, name: str = "list.csv", **asked: object) -> ingest.Batch:
    return read(ingest.open_creators([write(folder, data, name)], settings=Settings(**asked)))


# encodings and delimiters


@pytest.mark.parametrize(
    ("encoding", "city"),
    [
        ("utf-8", "Zürich"),
        ("utf-8-sig", "Zürich"),
        ("utf-16", "São Paulo"),
        ("utf-16-le", "Kraków"),
        ("utf-16-be", "Kraków"),
        ("utf-32", "Kraków"),
        ("cp1252", "São Paulo"),
        ("cp1251", "Санкт-Петербург"),
        ("shift_jis", "東京都"),
    ],
)
def test_encodings_are_found(tmp_path: Path, encoding: str, city: str):
    others = {"cp1251": "Нижний Новгород\nЕкатеринбург", "shift_jis": "大阪市\n名古屋市\nさいたま市"}
    text = f"city\n{city}\n{others.get(encoding, 'Köln' if encoding == 'cp1252' else 'Paris')}\n"
    if encoding == "cp1252":
        text += "Málaga\nGöteborg\n"
    batch = opened(tmp_path, text.encode(encoding))
    assert batch.creators["city"].iloc[0] == city


def test_encoding_can_be_said(tmp_path: Path):
    assert opened(tmp_path, "city\nŁódź\n".encode("cp1250"), encoding="cp1250").creators["city"].iloc[0] == "Łódź"


def test_encoding_that_shows_only_late_is_found(tmp_path: Path):
    rows = "Paris,Orléans\n" * 30_000
    data = b"city,region\n" + rows.replace("é", "e").encode() + "Genève,Vaud\nMálaga,Andalucía\n".encode("cp1252")
    assert opened(tmp_path, data).creators["city"].iloc[-1] == "Málaga"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "^", "~"])
def test_delimiters_are_found(tmp_path: Path, mark: str):
    text = "handle,city,followers\na,Paris,1\nb,Rome,2\n".replace(",", mark)
    listing = ingest.open_creators([write(tmp_path, text, "list.txt")], settings=PLAIN)
    assert listing.delimiter == mark
    assert read(listing).creators["followers"].tolist() == [1, 2]


def test_decimal_commas_with_semicolons(tmp_path: Path):
    batch = opened(tmp_path, "Breitengrad;Längengrad;Abonnenten\n48,8566;2,3522;1,2M\n")
    assert batch.creators[["longitude", "latitude", "followers"]].iloc[0].tolist() == [2.3522, 48.8566, 1_200_000]


# shapes of text


def test_quoted_newlines_and_crlf(tmp_path: Path):
    batch = opened(
        tmp_path, 'handle,"Followers\r\nCount",city\r\n"a\r\nb",5,"New\nYork"\r\n\r\nc,6,"say ""hi"", x"\r\n'
    )
    assert batch.rows_in == 2
    assert batch.creators["followers"].tolist() == [5, 6]
    assert batch.creators["city"].tolist() == ["New\nYork", 'say "hi", x']


def test_ragged_rows_keep_their_numbers(tmp_path: Path):
    batch = opened(tmp_path, "handle,city,followers\na,Paris,1\nb,Rome\nc,Lima,3,4\nd,Oslo,5,,\ne,Bonn,6\n")
    assert batch.creators.index.tolist() == [1, 2, 4, 5]
    assert batch.creators["city"].tolist() == ["Paris", "Rome", "Oslo", "Bonn"]
    assert batch.rejects[["row", "value"]].to_numpy().tolist() == [[3, "c,Lima,3,4"]]
    assert batch.imputed["padded rows"] == 2


def test_stray_quotes_cost_no_other_row(tmp_path: Path):
    batch = opened(tmp_path, 'handle,city\n5" screen,Paris\nsize 5",Rome\nb,"Lima"\nc,"Oslo\nd,Bonn\n')
    assert batch.creators["city"].tolist() == ["Paris", "Rome", "Lima", "'Oslo", "Bonn"]


def test_a_lone_carriage_return_splits_no_row(tmp_path: Path):
    batch = opened(tmp_path, "name,city\na\rb,Paris\nc,Rome\n")
    assert batch.creators["name"].tolist() == ["a b", "c"]


def test_old_mac_lines(tmp_path: Path):
    assert opened(tmp_path, "handle,city\ra,Paris\rb,Rome").creators["city"].tolist() == ["Paris", "Rome"]


def test_title_rows_and_sep_line_are_passed_over(tmp_path: Path):
    assert opened(tmp_path, "Export of May\n\nhandle,city\na,Paris\n").creators["city"].tolist() == ["Paris"]
    assert opened(tmp_path, "sep=;\nhandle;city\na;Paris\n").creators["city"].tolist() == ["Paris"]


def test_empty_rows_are_rejected_and_row_names_understood(tmp_path: Path):
    batch = opened(tmp_path, "handle,city\n,\na,Paris\n")
    assert (batch.rejects["row"].tolist(), batch.creators.index.tolist()) == ([1], [2])
    named = opened(tmp_path, 'handle,city\n"1",a,Paris\n"2",b,Rome\n')
    assert named.creators["city"].tolist() == ["Paris", "Rome"]


def test_formulas_and_markup_stay_text(tmp_path: Path):
    batch = opened(tmp_path, 'handle,city\n"=HYPERLINK(""x"")",<script>\n')
    assert batch.creators[["handle", "city"]].iloc[0].tolist() == ['=HYPERLINK("x")', "<script>"]


# other containers


def workbook(
    rows: list[list[object]], *, first: list[list[object]] | None = None, far: Sequence[tuple[int, int]] = ()
) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for cells in [first, rows] if first is not None else [rows]:
        sheet = book.add_worksheet()
        for place, row in enumerate(cells):
            sheet.write_row(place, 0, row)
        for place, column in far:
            sheet.write(place, column, "x")
    book.close()
    return buffer.getvalue()


def test_workbook_with_a_title_and_a_cover_sheet(tmp_path: Path):
    rows = [["Our creators 2024"], [], ["Handle", "City", "Followers"], ["a", "Paris", 1200], ["b", "Rome", "1.5K"]]
    batch = opened(tmp_path, workbook(rows, first=[["About"], ["nothing"]]), "list.xlsx")
    assert batch.creators["followers"].tolist() == [1200, 1500]
    assert opened(tmp_path, workbook(rows), "wrong-name.csv").creators["city"].tolist() == ["Paris", "Rome"]


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path):
    for name in ("[Content_Types].xml", "list.csv"):
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as entry:
            for _ in range(110):
                entry.write(bytes(2**20))
        with pytest.raises(InputError, match="unpacks from"):
            ingest.open_creators([path], settings=PLAIN)


FAR_CELLS = [[(1_048_575, 16_383)], [(0, 16_383), (1_048_575, 0)], [(2_900, 9_000)], [(1_048_575, 2)]]


@pytest.mark.parametrize("cells", FAR_CELLS)
def test_a_cell_far_from_the_list_changes_nothing(tmp_path: Path, cells: list[tuple[int, int]]):
    batch = opened(tmp_path, workbook([["handle", "city"], ["a", "Paris"], ["b", "Rome"]], far=cells), "list.xlsx")
    assert batch.creators["city"].dropna().tolist() == ["Paris", "Rome"]


def test_cells_strewn_over_a_sheet_are_refused(tmp_path: Path):
    strewn = workbook([["handle", "city"], ["a", "Paris"]], far=[(n, n) for n in range(4, 3_000)])
    with pytest.raises(InputError, match=r"strewn over 2,998 rows and 2,998 columns; delete cells far away"):
        opened(tmp_path, strewn, "list.xlsx")


def respelt(data: bytes) -> bytes:
    """Write the places of cells as nobody does, so that they escape a look at the text."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(buffer, "w") as copy:
        for entry in archive.infolist():
            text = archive.read(entry)
            copy.writestr(entry.filename, text.replace(b' r="', b'\nr="') if b"sheetData" in text else text)
    return buffer.getvalue()


def grids() -> bytes:
    corner: list[list[str | float | None]] = [["handle"], *[[]] * 65_534, [*[None] * 255, "x"]]
    return xls({f"Sheet{n}": corner for n in range(8)})


@pytest.mark.parametrize("make", [lambda: respelt(workbook([["handle"], ["a"]], far=FAR_CELLS[0])), grids])
def test_a_workbook_that_kills_its_reader_is_refused(tmp_path: Path, make: Callable[[], bytes]):
    with pytest.raises(InputError, match="needs too much memory; delete cells far away from the list"):
        opened(tmp_path, make(), "list.xlsx")


def test_a_long_text_that_a_workbook_repeats_is_not_read_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hinterland.ingest.formats.excel.TEXT_BYTES", 10_000)
    with pytest.raises(InputError, match="repeats long texts"):
        opened(tmp_path, workbook([["handle", "city"], *[["a", "x" * 30_000]] * 90]), "list.xlsx")


def test_a_workbook_without_its_reader_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write(tmp_path, workbook([["city"], ["Paris"]]), "list.xlsx")
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    with pytest.raises(InputError, match=r"hinterland\[excel\]"):
        ingest.open_creators([path], settings=PLAIN)


def test_packed_files(tmp_path: Path):
    text = b"handle,city\na,Paris\n"
    assert opened(tmp_path, gzip.compress(text), "list.csv.gz").creators["city"].tolist() == ["Paris"]
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.writestr("inner.csv", text)
    assert len(read(ingest.open_creators([tmp_path / "list.zip"], settings=PLAIN)).creators) == 1


def test_large_packed_files_leave_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(storage, "IN_MEMORY", 1_000)
    data = gzip.compress(b"handle,city\n" + b"".join(b"a%d,Paris\n" % n for n in range(1_000)))
    listing = ingest.open_creators([write(tmp_path, data, "list.csv.gz")], settings=PLAIN)
    assert listing.parts[0].chunk.stored.path is not None
    assert len(read(listing).creators) == 1_000


def test_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"handle,city\na,Paris\n")))
    assert read(ingest.open_creators([Path("-")], settings=PLAIN)).creators["city"].tolist() == ["Paris"]


def test_parquet_with_every_kind_of_column(tmp_path: Path):
    frame = pd.DataFrame(
        {"handle": [1, 2], "city": pd.Categorical(["Paris", None]), "followers": [5.0, np.nan], "tags": [["a"], ["b"]]}
    )
    path = tmp_path / "list.parquet"
    frame.to_parquet(path, row_group_size=1)
    listing = ingest.open_creators([path], settings=PLAIN)
    assert len(listing.parts) == 2
    creators = read(listing).creators
    assert creators["handle"].tolist() == ["1", "2"]
    assert creators["city"].isna().tolist() == [False, True]


def test_documents(tmp_path: Path):
    text = '{"data": [{"handle": "a", "location": {"city": "Paris"}}, {"handle": "b"}]}'
    assert opened(tmp_path, text, "list.json").creators["city"].iloc[0] == "Paris"
    lines = '{"handle": "a", "city": "Paris"}\n{"handle": "b", "city": "Rome"}\n'
    assert opened(tmp_path, lines, "list.json.csv").creators["city"].tolist() == ["Paris", "Rome"]
    point = '{"type": "Feature", "properties": {"handle": "a"}, "geometry": {"type": "Point", "coordinates": [2, 48]}}'
    features = '{"type": "FeatureCollection", "features": [' + point + "]}"
    assert opened(tmp_path, features, "list.geojson").creators["latitude"].tolist() == [48]


def test_a_frame_goes_the_same_way():
    frame = pd.DataFrame({"Handle": [7, 8], "City": ["Paris", None], "followers": ["1.5K", "x"]}, index=[5, 5])
    batch = read(ingest.frame_parts(frame, settings=PLAIN))
    assert batch.creators.index.tolist() == [1, 2]
    assert batch.creators["followers"].iloc[0] == 1500
    assert batch.faults[["row", "field", "value"]].to_numpy().tolist() == [[2, "followers", "x"]]


def test_points_of_a_geodataframe_are_reprojected():
    points = gpd.GeoDataFrame({"handle": ["a"]}, geometry=gpd.points_from_xy([2.35], [48.85]), crs="EPSG:4326")
    batch = read(ingest.frame_parts(points.to_crs("EPSG:3857"), settings=PLAIN))
    assert batch.creators[["longitude", "latitude"]].iloc[0].to_numpy() == pytest.approx([2.35, 48.85])


# what cannot be used


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("handle,city\n", "header but no rows"),
        ("handle,followers\na,5\n", "has no column with the place of creators"),
        ("<html><body>404</body></html>", "web page"),
        (b"%PDF-1.7\n\x00\x00", "a PDF"),
        (b"\x89PNG\r\n" + bytes(100), "a picture"),
        (b"PK\x03\x04garbage", "damaged"),
        (b"PAR1garbage", "Parquet"),
        ('{"a": ', "not valid JSON"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(tmp_path: Path, data: str | bytes, words: str):
    with pytest.raises(InputError, match=words) as caught:
        opened(tmp_path, data)
    assert "\n" not in str(caught.value)


def test_missing_files_folders_and_encodings(tmp_path: Path):
    with pytest.raises(InputError, match="there is no file"):
        ingest.open_creators([tmp_path / "none.csv"], settings=PLAIN)
    with pytest.raises(InputError, match="is a folder"):
        ingest.open_creators([tmp_path], settings=PLAIN)
    with pytest.raises(InputError, match="no encoding"):
        opened(tmp_path, "city\nParis\n", encoding="klingon")
    with pytest.raises(InputError, match="is not utf-8"):
        opened(tmp_path, "city\nZürich\n".encode("cp1252"), encoding="utf-8")


def test_a_file_that_vanishes_after_opening(tmp_path: Path):
    path = write(tmp_path, "city\nParis\n")
    listing = ingest.open_creators([path], settings=PLAIN)
    path.unlink()
    with pytest.raises(InputError, match="any more"):
        ingest.read_part(listing.parts[0])


# columns


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Followers\r\nCount", "followers"),
        ("followerCount", "followers"),
        ("Abonnés", "followers"),
        ("Suscribers", "followers"),
        ("FOLLOWERS", "followers"),
        ("followers_raw", "followers"),
        ("Influencer insta name", "handle"),
        ("instagram name", "name"),
        ("account_key", "handle"),
        ("category_1", "niche"),
        ("country_slug", "country"),
        ("shipping_address.city", "city"),
        ("rank_in_list", "rank"),
        ("aqs", "credible_share"),
        ("Lng", "longitude"),
        ("Population", None),
        ("list_country", "rank_group"),
        ("video_views_rank", None),
        ("created_month", None),
        ("following_count", "following"),
        ("subscribers_for_last_30_days", "growth"),
        ("engagementRate", "engagement_rate"),
        ("60-Day Eng. Rate", "engagement_rate"),
        ("ER %", "engagement_rate"),
        ("Authentic engagement\r\n", "engagements"),
        ("instagram_engagement_rate", "engagement_rate"),
        ("profile.avgLikes", "likes"),
        ("Likes avg.", "likes"),
        ("followerGrowth30d", "growth"),
        ("rate_card_story", "fee"),
        ("Fee (EUR)", "fee"),
        ("MEDIA POSTED", "posts"),
        ("audience.geoCities", "audience_cities"),
    ],
)
def test_real_headers(header: str, field: str | None):
    meant = match_header(header)
    assert (meant[0] if meant else None) == field


def test_content_is_recognised_where_names_say_nothing():
    sample = {
        "a": ["@x", "@y"],
        "b": ["India", "FR"],
        "c": ["12.3K", "1M"],
        "d": ["x@y.org", ""],
        "e": ["ig", "tiktok"],
    }
    found = {guess.column: guess.field for guess in detect_columns(sample, ())}
    assert found == {"a": "handle", "b": "country", "c": "followers", "d": "email", "e": "platform"}


def test_the_group_an_account_was_found_in_is_no_country():
    assert {g.field for g in detect_columns({"list_country": ["India", "France"], "location": ["Delhi", "x"]}, ())} == {
        "location",
        "rank_group",
    }


def test_a_named_column_without_fitting_content_is_not_taken():
    assert not [g for g in detect_columns({"followers": ["yes", "no"]}, ()) if g.field == "followers"]


def test_columns_can_be_said(tmp_path: Path):
    batch = opened(tmp_path, "wo,followers,real\nParis,1,500\n", columns=(("city", "wo"), ("followers", "Real")))
    assert batch.creators[["city", "followers"]].iloc[0].tolist() == ["Paris", 500]
    with pytest.raises(InputError, match=r"no field 'town'.*choose from.*; no column 'x'.*choose from wo, followers"):
        opened(tmp_path, "wo,followers\nParis,1\n", columns=(("town", "wo"), ("city", "x")))


def test_countries_fill_each_other(tmp_path: Path):
    batch = opened(tmp_path, "country,country_code\nFrance,FR\n,DE\n-,\n")
    assert batch.creators["country"].tolist()[:2] == ["France", "DE"]


def test_namibia_is_a_country(tmp_path: Path):
    assert opened(tmp_path, "country\nNA\n").creators["country"].tolist() == ["NA"]


def test_preview_shows_text(tmp_path: Path):
    path = write(tmp_path, "a,b\n" + "01,=x\n" * 9)
    preview = ingest.read_preview(path, settings=PLAIN)
    assert preview.shape == (5, 2)
    assert preview.iloc[0].tolist() == ["01", "=x"]


# values


def test_an_unreadable_follower_count_keeps_its_row(tmp_path: Path):
    batch = opened(tmp_path, "city,followers\nParis,5\nRome,many\nLima,-3\nOslo,\nBonn,10k-50k\nKiev,99999999999\n")
    assert len(batch.creators) == 6
    assert batch.faults["row"].tolist() == [2, 3, 6]
    assert batch.creators["followers"].isna().tolist() == [False, True, True, True, False, True]
    assert batch.imputed == {"followers from a range or a bound": 1}


def test_shares_may_be_percentages(tmp_path: Path):
    shares = opened(tmp_path, "city,aqs\nParis,87\nRome,0.5\nLima,40%\nOslo,130\n").creators["credible_share"]
    assert shares.tolist()[:3] == pytest.approx([0.87, 0.005, 0.4])
    assert np.isnan(shares.iloc[3])


def test_a_directory_row_without_its_count_is_rejected(tmp_path: Path):
    listing = ingest.open_creators([write(tmp_path, "city,creators\nParis,7\nRome,\nLima,0\n")], settings=PLAIN)
    assert listing.aggregated
    batch = read(listing)
    assert batch.creators["creators"].tolist() == [7, 0]
    assert batch.rejects["row"].tolist() == [2]


@pytest.mark.parametrize(
    ("text", "value"),
    [("48,8566", 48.8566), ("40°26'46\"N", 40.446111), ("74°0'W", -74.0), ("−33.9", -33.9), ("x", None), ("", None)],
)
def test_degrees(text: str, value: float | None):
    read_back = parse_degrees(text)
    assert read_back == (None if value is None else pytest.approx(value, abs=1e-6))


def test_coordinates_that_cannot_be(tmp_path: Path):
    rows = ["48.8,2.3", "-33.9,151.2", "151.2,-33.9", "0,0", "95,200", "x,3", ",3", ","]
    batch = opened(tmp_path, "handle,lat,lon\n" + "".join(f"a,{row}\n" for row in rows * 1 + ["50,8"] * 20))
    creators = batch.creators
    assert creators["longitude"].iloc[:3].tolist() == [2.3, 151.2, 151.2]
    assert creators["latitude"].iloc[3:8].isna().all()
    assert batch.faults["row"].tolist() == [3, 4, 5, 6, 7]
    assert batch.faults["value"].tolist()[1] == "0, 0"


def test_columns_that_bear_each_others_name_are_turned(tmp_path: Path):
    listing = ingest.open_creators([write(tmp_path, "lat,lon\n151.2,-33.9\n2.3,48.8\n")], settings=PLAIN)
    assert listing.swapped
    assert read(listing).creators["longitude"].tolist() == [151.2, 2.3]


def test_a_countrys_centre_is_no_place(tmp_path: Path):
    same, varied = "India,20.6,79\n" * 5, "".join(f"France,{45 + n},2\n" for n in range(5))
    batch = opened(tmp_path, "country,lat,lon\n" + same + varied + "Peru,-9,-75\n")
    assert batch.creators["latitude"].isna().tolist() == [True] * 5 + [False] * 6
    assert batch.imputed == {"coordinates of a country's centre": 5}
    throughout = opened(tmp_path, "country,lat,lon\n" + same + "France,46,2\n" * 5 + "Peru,-9,-75\n")
    assert throughout.creators["latitude"].isna().all()


# snapshots


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2022-11", (2022, 11, 0)),
        ("2022-11-05", (2022, 11, 5)),
        ("2022-early", (2022, 2, 0)),
        ("Nov 2022", (2022, 11, 0)),
        ("5.11.2022", (2022, 11, 5)),
        ("Q3 2022", (2022, 9, 0)),
        ("2022", (2022, 0, 0)),
        ("soon", None),
    ],
)
def test_moments(text: str, when: tuple[int, int, int] | None):
    assert moment(text) == when


def test_only_the_latest_snapshot_of_each_platform_counts(tmp_path: Path):
    text = "platform,month,country\nYouTube,2022-11,IN\nyoutube,2022-09,IN\nig,2022-09,FR\nig,2022-early,FR\n"
    batch = opened(tmp_path, text)
    assert batch.creators.index.tolist() == [1, 3]
    assert set(batch.rejects["reason"]) == {"older snapshot"}


def test_dates_of_people_are_no_snapshots(tmp_path: Path):
    assert len(opened(tmp_path, "handle,date,city\na,2022-01,Rome\nb,2023-01,Oslo\n").creators) == 2
    assert len(opened(tmp_path, "handle,snapshot,city\na,2022-01,Rome\na,2023-01,Oslo\n").creators) == 1


# laws


def test_several_files_are_counted_on(tmp_path: Path):
    paths = [write(tmp_path, "city\nParis\nRome\n", "a.csv"), write(tmp_path, "Stadt;Abonnenten\nBonn;5\n", "b.csv")]
    listing = ingest.open_creators(paths, settings=PLAIN)
    assert read(listing).creators.index.tolist() == [1, 2, 3]
    assert listing.fields == {"city", "followers"}


CELL = st.text(alphabet='ab,;"\r\n\t éж', max_size=6)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=30), most=st.integers(1, 7), chunk=st.integers(5, 300))
def test_cutting_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[str, str]], most: int, chunk: int
):
    """Well-formed text: every row comes back in order, however the file is cut."""
    frame = pd.DataFrame([("x" + handle, "y" + city) for handle, city in rows], columns=["niche", "city"])
    path = tmp_path / "list.csv"
    frame.to_csv(path, index=False, quoting=1)
    monkeypatch.setattr(csv_records, "MOST_ROWS", most)
    monkeypatch.setattr(csv_records, "CHUNK", chunk)
    listing = ingest.open_creators([path], settings=PLAIN)
    assert all(part.rows <= most for part in listing.parts)
    batch = read(listing)
    assert batch.creators.index.tolist() == list(range(1, len(rows) + 1))
    assert batch.creators["niche"].tolist() == [text.strip() for text in frame["niche"]]
    assert batch.creators["city"].tolist() == [text.strip() for text in frame["city"]]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(alphabet='ab,"\r\n 1', max_size=80), most=st.integers(1, 5))
def test_any_text_is_used_or_rejected_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, most: int):
    """Hostile text: the law holds, and the cut does not matter."""
    path = write(tmp_path, "handle,city\nq,Paris\n" + body)
    whole = read(ingest.open_creators([path], settings=PLAIN))
    monkeypatch.setattr(csv_records, "MOST_ROWS", most)
    cut = read(ingest.open_creators([path], settings=PLAIN))
    monkeypatch.undo()
    pd.testing.assert_frame_equal(whole.creators, cut.creators)
    assert whole.rejects["row"].tolist() == cut.rejects["row"].tolist()


MARKS = st.sampled_from(["a", "7", ",", '"', '""', '",', ',"', "\r", "\n", "\r\n", " "])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(MARKS, max_size=60).map("".join),
    end=st.sampled_from(["\n", "\r", "\r\n"]),
    sizes=st.tuples(st.integers(1, 5), st.integers(1, 60)),
)
@example(body='"1\r1"\n1\r1\n', end="\n", sizes=(1, 60))
@example(body='a\r"b,c"\n"d\r\n"\r\ne\r', end="\r\n", sizes=(2, 7))
def test_any_cut_reads_the_same_whatever_ends_the_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, end: str, sizes: tuple[int, int]
):
    path = tmp_path / "list.csv"
    path.write_bytes(f"handle,city,followers{end}q,Paris,5{end}{body}".encode())
    entire = outcome(path)
    monkeypatch.setattr(csv_records, "MOST_ROWS", sizes[0])
    monkeypatch.setattr(csv_records, "CHUNK", sizes[1])
    parts = outcome(path)
    monkeypatch.undo()
    assert entire == parts


def outcome(path: Path) -> str:
    """Say everything a file is read as, or why it is not."""
    try:
        batch = read(ingest.open_creators([path], settings=PLAIN))
    except InputError as error:
        return str(error)
    tables = (batch.creators.reset_index(), batch.rejects, batch.faults)
    mended = {kind: number for kind, number in sorted(batch.imputed.items()) if number}
    return "\n".join([*(table.to_csv(index=False) for table in tables), str(mended)])


def test_a_return_within_quotes_stays_and_one_outside_is_a_space(tmp_path: Path):
    batch = opened(tmp_path, 'name,city\n"a\rb",Paris\nc\rd,Rome\n')
    assert batch.creators["name"].tolist() == ["a\rb", "c d"]


ROUGHLY = st.binary(max_size=300) | st.lists(
    st.sampled_from(
        [b"handle", b"city", b"lat,lon", b"history", b"fee", b"er", b"2023-01", b"geoCities.0.name", b"PK\x03\x04"]
    )
    | st.sampled_from(
        [b",", b";", b"\n", b"\r", b'"', b"\x00", b"{", b"[", b"]", b"}", b":", b"%", b"\xff\xfe", b"\x1f\x8b"]
    )
    | st.binary(max_size=6),
    max_size=40,
).map(b"".join)
NAMES = st.sampled_from(["list.csv", "list.json", "list.jsonl", "list.xlsx", "list.parquet", "list"])


def hold_to_the_law(folder: Path, data: bytes, name: str) -> None:
    try:
        opened(folder, data, name)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - most examples raise, some do not


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=ROUGHLY, name=NAMES)
def test_no_bytes_whatever_raise_anything_but_an_input_error(tmp_path: Path, data: bytes, name: str):
    hold_to_the_law(tmp_path, data, name)


@pytest.mark.long
@settings(max_examples=10_000, suppress_health_check=list(HealthCheck))
@given(data=ROUGHLY, name=NAMES)
def test_no_bytes_whatever_raise_anything_but_an_input_error_at_length(tmp_path: Path, data: bytes, name: str):
    hold_to_the_law(tmp_path, data, name)


# the real files


@pytest.mark.skipif(not SHARED, reason="HINTERLAND_SHARED is unset: no real lists to read")
@pytest.mark.parametrize(
    ("name", "rows", "used", "fields"),
    [
        ("github_accounts", 87_183, 87_183, {"location", "followers", "rank", "rank_group", "handle"}),
        ("ig_yt_tiktok_2022_monthly_country", 12_148, 3_001, {"platform", "snapshot", "country", "followers", "niche"}),
        ("inbeat_city_counts_2024", 93, 93, {"platform", "country", "city", "creators"}),
        (
            "inbeat_creators_2024",
            33_073,
            33_073,
            {"snapshot", "handle", "platform", "niche", "country", "city", "followers", "engagements"},
        ),
        ("inbeat_market_hits_2024", 3_361, 3_361, {"snapshot", "platform", "niche", "country", "city", "creators"}),
        (
            "youtube_global_2023_country",
            995,
            995,
            {"rank", "followers", "niche", "country", "longitude", "latitude", "posts", "growth"},
        ),
    ],
)
def test_real_lists(name: str, rows: int, used: int, fields: set[str]):
    listing = ingest.open_creators([Path(SHARED) / "creators" / f"{name}.csv"], settings=PLAIN)
    batch = read(listing)
    assert (listing.rows, batch.rows_in, len(batch.creators)) == (rows, rows, used)
    assert listing.fields == fields
    assert listing.aggregated == ("creators" in fields)
    assert batch.creators["longitude"].isna().all()
    assert batch.faults.empty


def test_the_parts_of_a_listing_are_small(tmp_path: Path):
    path = write(tmp_path, "handle,city\n" + "a,Paris\n" * 10_000)
    listing = ingest.open_creators([path], settings=PLAIN)
    assert len(pickle.dumps(replace(listing.parts[0]))) < 5_000


@pytest.mark.parametrize("written", ["1e26", "9" * 26, "1e15", "12345678901234567890", "inf", "-3"])
def test_a_count_beyond_all_people_is_a_fault_and_no_creator_row(tmp_path, written):
    data = f"handle,city,followers,creators,likes\nx,Lyon,{written},2,{written}\ny,Lyon,5,{written},6\n"
    listing = ingest.open_creators([write(tmp_path, data)], settings=PLAIN)
    batch = read(listing)
    assert np.isnan(batch.creators["followers"].iloc[0])
    assert "followers" in set(batch.faults["field"])
    assert batch.rejects["field"].tolist() == ["creators"]
    assert {guess.field: guess.parsed for guess in listing.mapping}["followers"] == ""
