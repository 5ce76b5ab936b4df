"""Write any table to a file or to standard output."""

import codecs
import csv
import io
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from hinterland.export.files import STANDARD_STREAM, writing
from hinterland.language import later
from hinterland.pipeline import Results
from hinterland.pipeline.disclosure import INDEX_DIGITS
from hinterland.registry import Registry
from hinterland.schemas import ARRIVALS, DIGITS, RANKING

COLUMNS = ("rank", "market_id", *(name for name in RANKING.columns if name != "rank"))
DETAIL = {"mean_rank": 1, "p_top_tenth": 3, "p_fewer": 3, "usual_low": 0, "usual_high": 0}
COMPOSITE = {"composite": 1, "composite_rank": 0, "composite_rank_low": 0, "composite_rank_high": 0}
COMPOSITE |= {"composite_p_top_tenth": 3}
# marks that nobody sees and that pass by every check: of control and of direction, lone surrogates
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
INVISIBLE = re.compile(r"[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
# the signs a formula begins with, wide, small and raised ones too: some programs read them as the plain ones
FORMULA = re.compile(
    r"[\s\u200c\u200d\ufe00-\ufe0f]*"
    r"[=+\-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05\ufe66\ufe62\ufe63\ufe6b\ufe6a\u2212\u207a-\u207c]"
)
# where the list separator is a semicolon, a spreadsheet begins a cell there too
NEXT_CELL = re.compile(rf"(;)(?={FORMULA.pattern})")


def ranking(findings: Results) -> pd.DataFrame:
    """Return the ranking of the benchmark of the run, in the columns of the contract, rounded.

    With `share_safe`, counts of one or two creators and what could be worked back to them are left empty.

    Returns
    -------
    One row per market: rank, market_id, the other columns of RANKING, and those of ARRIVALS where newcomers were
    counted; numbers with the decimals of DIGITS, those without decimals as Int64.
    """
    released = findings.released_rankings[findings.settings.benchmark].reset_index()
    table = released[[*COLUMNS, *(name for name in ARRIVALS.columns if name in released)]]
    integer_columns = [name for name, digits in DIGITS.items() if digits == 0]
    return table.round(dict(DIGITS)).astype(dict.fromkeys(integer_columns, "Int64"))


def detail(findings: Results) -> pd.DataFrame:
    """Give every market in both benchmarks, with what the ranking leaves out: mean rank, Pr(top tenth), usual range.

    The descriptive indices stand at the end, and with a brand or a segment theirs too. With `share_safe`, what counts
    of one or two creators would show is left empty, as in `ranking`.

    Returns
    -------
    One row per market and benchmark: columns of RANKING, mean_rank, p_top_tenth and p_fewer (0-1), usual_low and
    usual_high; with weights the composite and its ranks; indices; spot, spot_q and neighbourhood_saturation.
    """
    more = DETAIL | (COMPOSITE if findings.settings.weights else {})
    tables = [
        # one number to a decimal: shortened, 1.6 would be written as 1.600000023841858
        table.reset_index()[[*COLUMNS, *more]]
        .astype({"mean_rank": "float64"})
        .join(findings.indices[benchmark].reset_index(drop=True))
        .join(findings.hot_spots, on="market_id")
        for benchmark, table in findings.released_rankings.items()
    ]
    return pd.concat(tables, ignore_index=True).round({**DIGITS, **more, **INDEX_DIGITS})


def countries(findings: Results) -> pd.DataFrame:
    """Give the level of each country the run ranks in percent of the typical country, with its interval.

    Returns
    -------
    One row per country: country_code, level, level_low, level_high (percent, one decimal).
    """
    levels, codes = findings.countries, findings.settings.countries
    return (levels.loc[levels.index.isin(codes)] if codes else levels).reset_index().round(1)


Writer = Callable[[pd.DataFrame, BinaryIO], None]
WRITERS: Registry[Writer] = Registry(later("kind of table file"))


@WRITERS.add(".csv")
def write_csv(table: pd.DataFrame, stream: BinaryIO) -> None:
    """Write any table as UTF-8 CSV with BOM, every text defused, polygons left out.

    Parameters
    ----------
    table
        Its columns, in their order; the index is not written.
    """
    plain = pd.DataFrame(table).drop(columns="geometry", errors="ignore")
    stream.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([defuse_cell(name) for name in plain.columns])
    writer.writerows(zip(*(_cells(plain[name]) for name in plain.columns), strict=True))
    text.detach()


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Make the bytes `write_csv` writes.

    Returns
    -------
    UTF-8 with BOM.
    """
    stream = io.BytesIO()
    write_csv(table, stream)
    return stream.getvalue()


def _cells(column: "pd.Series[Any]") -> list[str]:
    """Write each value as text, each distinct one once; numbers in full, nothing as nothing."""
    codes, distinct = pd.factorize(column.map(str, na_action="ignore") if column.dtype == object else column)
    if pd.api.types.is_float_dtype(column.dtype):
        # there is one zero: it has no sign
        texts = [str(value).removesuffix(".0") for value in (np.asarray(distinct, float) + 0.0).tolist()]
    elif pd.api.types.is_integer_dtype(column.dtype):
        texts = [str(value) for value in distinct.tolist()]
    else:
        texts = [defuse_cell(str(value)) for value in distinct.tolist()]
    return list(np.array([*texts, ""], dtype=object)[codes])


def defuse_cell(text: str) -> str:
    """Escape what a cell of text may begin a formula with, wherever a spreadsheet may see a cell begin."""
    return NEXT_CELL.sub(r"\1'", escape_formula(text))


def escape_formula(text: str) -> str:
    """Strip marks nobody sees, of control and of direction, and keep a spreadsheet from reading text as a formula."""
    # a letter or a digit begins no formula, and what can be printed holds none of the marks
    if text[:1].isalnum() and text.isprintable():
        return text
    plain = INVISIBLE.sub("", CONTROL.sub(" ", text))
    return f"'{plain}" if FORMULA.match(plain) else plain


# GeoPackage and Excel store when they were written: a fixed clock keeps the bytes the same
FIXED_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)


@WRITERS.add(".parquet")
def _parquet(table: pd.DataFrame, stream: BinaryIO) -> None:
    table.to_parquet(stream, compression="zstd", index=False)


@WRITERS.add(".geojson")
def _geojson(table: pd.DataFrame, stream: BinaryIO) -> None:
    import geopandas as gpd  # noqa: PLC0415 - slow to import, and few tables have polygons

    stream.write(gpd.GeoDataFrame(table).to_json(drop_id=True, na="null", ensure_ascii=False).encode())


@WRITERS.add(".gpkg")
def _geopackage(table: pd.DataFrame, stream: BinaryIO) -> None:
    import geopandas as gpd  # noqa: PLC0415 - as above

    os.environ["OGR_CURRENT_DATE"] = FIXED_CLOCK.strftime("%Y-%m-%dT%H:%M:%SZ")
    buffer = io.BytesIO()
    gpd.GeoDataFrame(table).to_file(buffer, driver="GPKG", layer="markets", engine="pyogrio")
    stream.write(buffer.getvalue())


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table in the format its suffix names; "-" is CSV on standard output.

    Parameters
    ----------
    table
        GeoJSON and GeoPackage need a column `geometry`, CSV leaves it out.

    Raises
    ------
    UnknownNameError
        For a suffix without writer.
    OutputError
        When the file cannot be written; an older file of that name stays as it was.
    """
    write = WRITERS[".csv" if str(path) == STANDARD_STREAM else path.suffix.lower()]
    with writing(path) as stream:
        write(table, stream)
