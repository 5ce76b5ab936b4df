"""A corpus of traps: small invented files, each with what must happen to it."""

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from hinterland import ingest
from hinterland.config import Settings
from hinterland.errors import InputError


@dataclass(frozen=True)
class Trap:
    """One file; `gives` are columns of the first creators, `fields` what each header must mean, `refused` the words."""

    content: bytes
    name: str = "list.csv"
    rows: int | None = None
    gives: Mapping[str, list[Any]] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    rejected: int = 0
    faults: int = 0
    encoding: str | None = None
    delimiter: str | None = None
    refused: str | None = None


def text(content: str, written: str = "utf-8", /, **expected: Any) -> Trap:
    return Trap(content.encode(written), **expected)


def headers(header: str, row: str, **fields: str) -> Trap:
    return text(f"{header}\n{row}\n", rows=1, fields={column.replace("__", " "): f for column, f in fields.items()})


def book(*sheets: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for rows in sheets:
        sheet = workbook.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    workbook.close()
    return buffer.getvalue()


def ods(rows: list[list[str]]) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = "".join(f"<table:table-row>{''.join(cell.format(v) for v in row)}</table:table-row>" for row in rows)
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    body = f'<office:body><office:spreadsheet><table:table table:name="A">{lines}</table:table></office:spreadsheet>'
    content = f'<office:document-content {names} office:version="1.2">{body}</office:body></office:document-content>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    return packed(
        {
            "mimetype": kind,
            "content.xml": content,
            "META-INF/manifest.xml": f"<manifest:manifest {space}>{entry}</manifest:manifest>",
        }
    )


def packed(files: Mapping[str, str | bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parquet(columns: Mapping[str, list[Any]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), buffer)
    return buffer.getvalue()


def table(mark: str, rows: int = 2) -> str:
    lines = [["handle", "city", "followers"], ["ann.a", "Paris", "1200"], ["bob.b", "Rome", "5"]]
    return "\n".join(mark.join(line) for line in lines[: rows + 1]) + "\n"


BOTH = {"handle": ["ann.a", "bob.b"], "city": ["Paris", "Rome"], "followers": [1200, 5]}
ROMANCE = "handle;ville\nann;Orléans\nbob;Besançon\ncyd;Nîmes\ndee;Angoulême\n"
SLAVIC = "ник;город\nann;Нижний Новгород\nbob;Екатеринбург\ncyd;Санкт-Петербург\n"
JAPAN = "ユーザー名,都市\nann,東京都\nbob,大阪市\ncyd,名古屋市\ndee,さいたま市\n"
WIDE = ",".join(["handle", "city", *(f"extra {n}" for n in range(9_998))])

TRAPS: Mapping[str, Trap] = {
    # encodings
    "utf-8": text(ROMANCE, rows=4, gives={"city": ["Orléans"]}, encoding="utf-8", delimiter=";"),
    "utf-8 with a mark": text(ROMANCE, "utf-8-sig", rows=4, gives={"handle": ["ann"]}, encoding="utf-8"),
    "utf-16 with a mark": text(SLAVIC, "utf-16", rows=3, gives={"city": ["Нижний Новгород"]}, encoding="utf-16-le"),
    "utf-16 big end first": text(ROMANCE, "utf-16-be", rows=4, gives={"city": ["Orléans"]}, encoding="utf-16-be"),
    "utf-32": text(ROMANCE, "utf-32", rows=4, gives={"city": ["Orléans"]}),
    "cp1252": text(ROMANCE, "cp1252", rows=4, gives={"city": ["Orléans", "Besançon"]}, encoding="cp1252"),
    "cp1251": text(SLAVIC, "cp1251", rows=3, gives={"city": ["Нижний Новгород"]}, encoding="cp1251"),
    "shift-jis": text(JAPAN, "shift_jis", rows=4, gives={"city": ["東京都"]}, encoding="cp932"),
    "a mark in the middle": text("handle,city\nann,Paris\n\ufeffbob,Rome\n", rows=2, gives={"city": ["Paris", "Rome"]}),
    "mojibake": text("handle,city\nann,ZÃ¼rich\n", rows=1, gives={"city": ["Zürich"]}),
    "NUL bytes": Trap(b"handle,city\nann,Par\x00is\nbob,Rome\n", rows=2, gives={"handle": ["ann", "bob"]}),
    # delimiters and lines
    "semicolons": text(table(";"), rows=2, gives=BOTH, delimiter=";"),
    "tabs": text(table("\t"), name="list.tsv", rows=2, gives=BOTH, delimiter="\t"),
    "pipes": text(table("|"), name="list.txt", rows=2, gives=BOTH, delimiter="|"),
    "a sep line": text("sep=;\n" + table(";"), rows=2, gives=BOTH, delimiter=";"),
    "carriage returns": text(table(",").replace("\n", "\r\n"), rows=2, gives=BOTH),
    "old Mac lines": text(table(",").replace("\n", "\r"), rows=2, gives=BOTH),
    "no last newline": text(table(",").strip(), rows=2, gives=BOTH),
    "blank lines": text(table(",").replace("\n", "\n\n"), rows=2, gives=BOTH),
    "quoted newlines": text('handle,city\nann,"New\nYork"\nbob,Rome\n', rows=2, gives={"city": ["New\nYork", "Rome"]}),
    "a header with a newline": text('"Followers\r\nCount",city\n5,Rome\n', rows=1, gives={"followers": [5]}),
    "a stray quote": text('handle,city\nann,"Paris\nbob,Rome\n', rows=2, gives={"handle": ["ann", "bob"]}),
    "delimiters in quotes": text('handle,city\nann,"Paris, TX"\n', rows=1, gives={"city": ["Paris, TX"]}),
    "title rows": text("Export of May;;\n;;\n" + table(";"), rows=2, gives=BOTH),
    # shapes
    "nothing": Trap(b"", refused="is empty"),
    "blanks only": Trap(b" \n\n", refused="is empty"),
    "a header only": text("handle,city\n", refused="no rows"),
    "one row": text(table(",", 1), rows=1, gives={"handle": ["ann.a"]}),
    "no place": text("handle,followers\nann,5\n", refused="has no column with the place of creators"),
    "ten thousand columns": text(f"{WIDE}\nann,Paris{',' * 9_998}\n", rows=1, gives={"city": ["Paris"]}),
    "too few fields": text("handle,city,followers\nann,Paris\nbob,Rome,5\n", rows=2, gives={"city": ["Paris", "Rome"]}),
    "too many fields": text(
        "handle,city\nann,Paris,x\nbob,Rome\ncyd,Oslo\n", rows=2, rejected=1, gives={"handle": ["bob", "cyd"]}
    ),
    "an empty row": text("handle,city\n,\nbob,Rome\n", rows=1, rejected=1, gives={"handle": ["bob"]}),
    "columns of one name": text("city,city\nRome,x\n", rows=1, gives={"city": ["Rome"]}),
    "columns without a name": text("handle,,city\nann,1,Rome\n", rows=1, gives={"city": ["Rome"]}),
    "row names": text("handle,city\n1,ann,Paris\n2,bob,Rome\n", rows=2, gives={"city": ["Paris", "Rome"]}),
    "a formula": text('handle,city\n"=1+1",=cmd|x\n', rows=1, gives={"handle": ["=1+1"], "city": ["=cmd|x"]}),
    "markup": text("handle,city\n<script>,<b>Rome\n", rows=1, gives={"handle": ["<script>"]}),
    # numbers
    "decimal commas": text(
        "stadt;abonnenten;er\nBonn;1,2M;2,5\n", rows=1, gives={"followers": [1.2e6], "engagement_rate": [0.025]}
    ),
    "Indian groups": text('city,followers\nPune,"2,28,00,000"\n', rows=1, gives={"followers": [22_800_000]}),
    "ten thousands": text("city,フォロワー数\n大阪市,45万\n", rows=1, gives={"followers": [450_000]}),
    "a bad count keeps its row": text(
        "city,followers\nRome,5\nOslo,many\n", rows=2, gives={"followers": [5, None]}, faults=1
    ),
    "missing is not zero": text(
        "city,followers\nRome,-\nOslo,N/A\nBonn,7\n", rows=3, gives={"followers": [None, None, 7]}
    ),
    "decimals far down": text(
        "city,followers\n" + "Rome,7\n" * 1_500 + "Oslo,1.234\n", rows=1_501, gives={"followers": [7]}
    ),
    "percent": text("city,engagement_rate\nRome,1.91\nOslo,0.4\n", rows=2, gives={"engagement_rate": [0.0191, 0.004]}),
    "a fraction": text("city,engagementRate\nRome,0.0191\n", rows=1, gives={"engagement_rate": [0.0191]}),
    "signs of percent": text("city,er\nRome,1.91%\n", rows=1, gives={"engagement_rate": [0.0191]}),
    "counts of engagement": text(
        "city,followers,Authentic engagement\nRome,100M,17.8M\n",
        rows=1,
        gives={"engagements": [17.8e6], "engagement_rate": [0.178]},
    ),
    # coordinates
    "swapped in one row": text(
        "lat,lon\n48.8,2.3\n151.2,-33.9\n" + "50,8\n" * 40, rows=42, faults=1, gives={"longitude": [2.3, 151.2]}
    ),
    "swapped throughout": text("lat,lon\n151.2,-33.9\n174.8,-36.8\n", rows=2, gives={"latitude": [-33.9, -36.8]}),
    "null island": text("city,lat,lon\nRome,0,0\nOslo,59.9,10.7\n", rows=2, faults=1, gives={"latitude": [None, 59.9]}),
    "degrees and minutes": text(
        "city,lat,lon\nNew York,40°26'46\"N,74°0'W\n".replace('"', '""').replace("40°", '"40°').replace("N,", 'N",'),
        rows=1,
        gives={"longitude": [-74.0]},
    ),
    "coordinates with commas": text("lat;lon\n48,8566;2,3522\n", rows=1, gives={"latitude": [48.8566]}),
    "projected metres": text(
        "city,lat,lon\nParis,6250000,260000\nRome,5150000,1390000\n",
        rows=2,
        faults=2,
        gives={"city": ["Paris"], "latitude": [None]},
    ),
    "x and y in metres": text("city,x,y\nParis,260000,6250000\n", rows=1, gives={"longitude": [None]}),
    "half a pair": text(
        "city,lat,lon\nRome,41.9,\nOslo,59.9,10.7\n", rows=2, faults=1, gives={"latitude": [None, 59.9]}
    ),
    # snapshots
    "older snapshots": text(
        "platform,month,country\nig,2022-09,FR\nig,2022-11,FR\ntiktok,2022-09,FR\n",
        rows=2,
        rejected=1,
        gives={"snapshot": ["2022-11", "2022-09"]},
    ),
    # containers
    "a workbook with a title": Trap(
        book([["Our list"], [], ["Handle", "City", "Followers"], ["ann", "Paris", 1200]]),
        name="list.xlsx",
        rows=1,
        gives={"followers": [1200]},
    ),
    "a workbook with a cover": Trap(
        book([["Read me"], ["please"]], [["handle", "city"], ["ann", "Rome"]]),
        name="list.xlsx",
        rows=1,
        gives={"city": ["Rome"]},
    ),
    "a workbook called csv": Trap(book([["handle", "city"], ["ann", "Rome"]]), rows=1, gives={"city": ["Rome"]}),
    "an empty workbook": Trap(book([[]]), name="list.xlsx", refused="no sheet"),
    "ods": Trap(ods([["handle", "city"], ["ann", "Rome"]]), name="list.ods", rows=1, gives={"city": ["Rome"]}),
    "xls that is none": Trap(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), name="list.xls", refused="cannot open"),
    "json": text(
        json.dumps({"data": [{"handle": "ann", "home": {"city": "Rome"}}]}),
        name="list.json",
        rows=1,
        gives={"handle": ["ann"]},
    ),
    "json lines": text(
        '{"handle":"ann","city":"Rome"}\n{"city":"Oslo"}\n', name="list.jsonl", rows=2, gives={"city": ["Rome", "Oslo"]}
    ),
    "a broken json line": text('{"city":"Rome"}\n{"city":\n', name="list.jsonl", refused="line 2"),
    "geojson": text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"handle": "ann"},
                        "geometry": {"type": "Point", "coordinates": [2.3, 48.8]},
                    }
                ],
            }
        ),
        name="list.geojson",
        rows=1,
        gives={"longitude": [2.3]},
    ),
    "geojson without points": text(
        '{"type": "FeatureCollection", "features": [3, '
        '{"geometry": {"type": "Point"}, "properties": {"city": "Rome"}}]}',
        name="list.geojson",
        rows=1,
        rejected=1,
        gives={"city": ["Rome"]},
    ),
    "geojson without features": text('{"type": "FeatureCollection", "features": 3}', refused="no records"),
    "parquet": Trap(
        parquet({"handle": ["ann", "bob"], "city": ["Rome", None], "followers": [5, None]}),
        name="list.parquet",
        rows=2,
        gives={"followers": [5, None]},
    ),
    "parquet without rows": Trap(
        parquet({"handle": pa.array([], pa.string()), "city": pa.array([], pa.string())}),
        name="list.parquet",
        refused="no rows",
    ),
    "gz": Trap(gzip.compress(table(",").encode(), mtime=0), name="list.csv.gz", rows=2, gives=BOTH),
    "gz cut short": Trap(gzip.compress(table(",").encode() * 99, mtime=0)[:60], name="list.csv.gz", refused="damaged"),
    "zip": Trap(packed({"list.csv": table(",")}), name="list.zip", rows=2, gives=BOTH),
    "zip of two": Trap(packed({"a.csv": table(","), "b.csv": table(",")}), name="list.zip", refused="contains 2 files"),
    "half a unit": Trap(table(",").encode("utf-16") + b"\n", rows=2, gives=BOTH),
    "a zip of the future": Trap(
        packed({"a.csv": table(",")}).replace(b"\x14\x00\x00", b"\xa4\x00\x00"), refused="damaged"
    ),
    "zip bomb": Trap(
        packed({"list.csv": bytes(110 * 2**20)}, zipfile.ZIP_DEFLATED), name="list.zip", refused="unpacks from"
    ),
    "a web page": text("<!DOCTYPE html><table><tr><td>city</td></tr></table>", refused="web page"),
    "a picture": Trap(b"\x89PNG\r\n\x1a\n" + bytes(50), refused="a picture"),
    # what the tools of the trade write: invented rows under their kind of headers
    "Modash": headers(
        "Username,Full name,Followers,Engagement rate,Average likes,Fake followers,Location",
        "ann,Ann A,12000,2.1%,240,8%,Rome",
        Username="handle",
        Full__name="name",
        Engagement__rate="engagement_rate",
        Average__likes="likes",
        Fake__followers="fake_share",
        Location="location",
    ),
    "HypeAuditor": headers(
        "Username,Full name,Followers,Quality audience,ER,AQS,Audience country",
        "ann,Ann A,12K,9.1K,2.4%,81,Italy",
        Username="handle",
        Followers="followers",
        ER="engagement_rate",
        AQS="credible_share",
        Audience__country="country",
    ),
    "Upfluence": headers(
        "profile_name,media_url,email,first_name,last_name,shipping_address.city,shipping_address.country_code",
        "ann,https://instagram.com/ann,a@example.org,Ann,A,Rome,IT",
        profile_name="handle",
        email="email",
        first_name="first_name",
        **{"shipping_address.city": "city", "shipping_address.country_code": "country"},
    ),
    "CreatorIQ": headers(
        "First Name,Last Name,Email,Instagram,Instagram Followers,City,State,Country",
        "Ann,A,a@example.org,ann,1200,Austin,Texas,United States",
        Instagram="handle",
        Instagram__Followers="followers",
        State="region",
    ),
    "GRIN": headers(
        "Instagram Username,Instagram Followers,Instagram Engagement Rate,Total Spend,Total Revenue,Conversions,"
        "Link Clicks,City",
        "ann,1200,3.2,100,250,5,70,Rome",
        Instagram__Username="handle",
        Instagram__Engagement__Rate="engagement_rate",
        Total__Spend="cost",
        Total__Revenue="revenue",
        Conversions="orders",
        Link__Clicks="clicks",
    ),
    "Aspire": headers(
        "email,uid,instagram,tiktok,address1,city,state,postalcode,country",
        "a@example.org,7,ann,,1 Main St,Austin,TX,78701,US",
        instagram="handle",
        city="city",
        state="region",
        country="country",
    ),
    "Klear": headers(
        "Name,Instagram Handle,Followers,True Reach,Engagement Rate,Location",
        "Ann A,ann,5.5K,900,0.9%,Rome",
        Name="name",
        Instagram__Handle="handle",
        Engagement__Rate="engagement_rate",
    ),
    "Heepsy": headers(
        "Username,Name,Followers,Engagement,Location,Estimated cost per post,Category",
        "ann,Ann A,5500,3.1%,Rome,€80,Food",
        Engagement="engagement_rate",
        Estimated__cost__per__post="fee",
        Category="niche",
    ),
    "InsightIQ": headers(
        "platform_username,full_name,follower_count,engagement_rate,average_likes,average_views,credibility_score,location.city,location.country",
        "ann,Ann A,5500,0.031,170,900,0.8,Rome,Italy",
        platform_username="handle",
        follower_count="followers",
        average_likes="likes",
        average_views="views",
        credibility_score="credible_share",
        **{"location.city": "city"},
    ),
    "Kaggle Instagram": headers(
        "Rank,Influencer insta name,instagram name,category_1,category_2,Followers,Audience country(mostly),"
        '"Authentic engagement\r\n","Engagement avg\r\n"',
        "1,ann,Ann A,Music,Art,1.2M,Italy,30K,40K",
        Rank="rank",
        Influencer__insta__name="handle",
        instagram__name="name",
        category_1="niche",
        **{"Audience country(mostly)": "country", "Authentic engagement": "engagements"},
    ),
    "Kaggle YouTube": headers(
        "youtuber name,channel name,Category,Suscribers,Country,avg views,avg likes,avg comments",
        "ann,Ann A,Music,1.2M,Italy,30K,4K,100",
        Suscribers="followers",
        avg__views="views",
        avg__likes="likes",
        avg__comments="comments",
    ),
    "Kaggle top 200": headers(
        "rank,channel_info,influence_score,posts,followers,avg_likes,60_day_eng_rate,new_post_avg_like,total_likes,country",
        "1,ann,91,3.3k,1.2m,8.7k,1.39%,6.5k,29b,Italy",
        channel_info="handle",
        posts="posts",
        avg_likes="likes",
        **{"60_day_eng_rate": "engagement_rate"},
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_each_trap(tmp_path: Path, name: str):
    trap = TRAPS[name]
    path = tmp_path / trap.name
    path.write_bytes(trap.content)
    if trap.refused:
        with pytest.raises(InputError, match=trap.refused) as caught:
            ingest.open_creators([path], settings=Settings())
        assert "\n" not in str(caught.value)
        return
    listing = ingest.open_creators([path], settings=Settings())
    batches = [ingest.read_part(part) for part in listing.parts]
    creators = pd.concat([batch.creators for batch in batches])
    rejected = sum(len(batch.rejects) for batch in batches)
    assert listing.rows == len(creators) + rejected
    assert (len(creators), rejected) == (trap.rows, trap.rejected)
    assert sum(batch.faults["row"].nunique() for batch in batches) == trap.faults
    assert trap.encoding in (None, listing.encoding)
    assert trap.delimiter in (None, listing.delimiter)
    meant = {guess.column: guess.field for guess in listing.mapping}
    assert {column: meant.get(column) for column in trap.fields} == dict(trap.fields)
    for column, values in trap.gives.items():
        found = creators[column].iloc[: len(values)]
        given = [None if pd.isna(value) else value for value in found]
        assert given == [v if v is None or isinstance(v, str) else pytest.approx(v) for v in values], column


def test_the_corpus_is_large_enough():
    assert len(TRAPS) >= 60
