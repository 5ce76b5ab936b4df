"""Excel workbooks: typed, filtered, frozen, with a second sheet that says what the numbers rest on; no formulas."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, BinaryIO

import pandas as pd

from hinterland.config import list_settings
from hinterland.export.context import ExportContext, bring
from hinterland.export.tables import FIXED_CLOCK, escape_formula
from hinterland.language import IN_ENGLISH, Language, later
from hinterland.messages import LEVELS, list_names
from hinterland.messages import plans as plan_messages
from hinterland.messages.brief import METHOD, SOURCES
from hinterland.messages.model import FIGURES
from hinterland.schemas import DIGITS, list_columns

# "in_memory" keeps its parts out of the temporary folder; texts are never formulas, links or numbers
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
PERCENT_OF_EXPECTED = '0.0"%"'
SHARE = "0.0%"
WIDE = {"market": 26, "country": 20, "region": 22, "market_id": 15, "class": 17}
USUAL, TEXT_WIDTH = 12.5, 14
HEADER_HEIGHT = 32
LONGEST_TEXT = 32_767  # Excel's own limit
LEFT_COLUMNS = 3


def write_xlsx(
    table: pd.DataFrame,
    stream: BinaryIO,
    about: Sequence[tuple[str, str, str]] = (),
    *,
    more: Mapping[str, pd.DataFrame] = MappingProxyType({}),
    language: Language = IN_ENGLISH,
) -> None:
    """Write any table as one typed sheet, `more` beside it, and `about` (group, what, value) last; the clock is fixed.

    Parameters
    ----------
    table
        Its columns, in their order; the index is not written.
    about
        Lines of the last sheet; without any there is none.
    more
        Further tables, each by the name of its sheet.
    language
        What sheets and columns are headed in; a column that is not declared keeps its name.

    Raises
    ------
    OutputError
        Without the extra "excel".
    """
    book = bring(".xlsx").Workbook(stream, OPTIONS)
    book.set_properties({"created": FIXED_CLOCK.replace(tzinfo=None)})
    for name, sheet in {language.say("Ranking"): table, **more}.items():
        _write_table(book, name, sheet, language)
    if about:
        _write_about(book, about, language)
    book.close()


def about_run(report: ExportContext) -> Iterator[tuple[str, str, str]]:
    """Say what a run rests on: inputs, settings, counts, model, warnings, method and sources; (group, what, value)."""
    findings, about, say = report.findings, report.about(), report.language.say
    yield say("program"), say("version"), about["version"]
    yield say("program"), say("settings"), about["settings_hash"]
    yield say("result"), say("Level"), say(LEVELS[findings.level][0])
    for source in report.sources:
        yield say("input"), source.name, f"SHA-256 {source.sha256}"
    for name, value in findings.settings.disclosed().model_dump().items():
        if value not in {None, ()}:
            yield say("setting"), say(list_settings()[name].label), _write_value(value, report.language)
    for name, value in (*findings.counts.items(), *findings.located.items()):
        yield say("rows"), say(FIGURES.get(name, name)), str(value)
    for name, value in findings.model.items():
        yield say("model"), say(FIGURES.get(name, name)), f"{value:.6g}"
    for notice in findings.warnings:
        yield say("warning"), notice.code, report.language.for_pages().render(notice)
    yield from _about_plan(report)
    yield say("method"), "", say(METHOD)
    yield say("sources"), "", say(SOURCES)


CONTROLS = {name: control.label for name, control in plan_messages.CONTROLS.items() if control.label} | {
    "never": plan_messages.NEVER.label,
    "only": later("Choose from"),
    "currency": later("Currency"),
    "price": later("Plan with"),
    "tiers": later("Size of creator"),
    "recruit": later("Where creators are missing, recruit"),
    "reach": later("Share of followers that sees a post"),
}


def _about_plan(report: ExportContext) -> Iterator[tuple[str, str, str]]:
    """Say what a plan was asked for, markets by their names."""
    if report.plan is None:
        return
    findings, language = report.findings.complete_results or report.findings, report.language
    ranking = findings.rankings["national"]
    labels = ranking.get("label", ranking["market"])
    for name, value in report.plan.scenario.model_dump(exclude_defaults=True).items():
        if name in {"must", "never", "only"}:
            text = language.render(list_names([labels.get(market, market) for market in value]))
        else:
            text = _write_value(tuple(value.items()) if isinstance(value, dict) else value, language)
        yield language.say("Plan"), language.say(CONTROLS.get(name, name)), text


def _write_value(value: object, language: Language) -> str:
    """Write the value of a setting: a list as its entries, a flag in words."""
    if isinstance(value, bool):
        return language.say("yes") if value else language.say("no")
    if not isinstance(value, tuple):
        return str(value)
    return ", ".join("=".join(map(str, entry)) if isinstance(entry, tuple) else str(entry) for entry in value)


def _write_table(book: Any, title: str, table: pd.DataFrame, language: Language) -> None:  # noqa: ANN401 - an extra
    sheet = book.add_worksheet(title)
    sheet.set_row(0, HEADER_HEIGHT)
    head, columns = _head(book), list_columns()
    table = _in_language(table, language)
    for position, name in enumerate(table.columns):
        column = table[name]
        width = WIDE.get(name, USUAL if pd.api.types.is_numeric_dtype(column.dtype) else TEXT_WIDTH)
        sheet.set_column(position, position, width, _format(book, name, column))
        column_label = columns[name].label if name in columns else ""
        sheet.write_string(0, position, _text(language.say(column_label) or str(name)), head)
        _write_column(sheet, position, column)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.freeze_panes(1, min(LEFT_COLUMNS, len(table.columns) - 1))


# values that are words, and those of which no other place says them
WORDS = ("class", "evidence", "scope", "size_band")
SAID = (later("domestic"), later("international"), later("small town"), later("smaller"), later("larger"))


def _in_language(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Write words and countries as a reader of the language does."""
    words = {name: table[name].map(language.say, na_action="ignore") for name in WORDS if name in table}
    if {"country", "country_code"} <= set(table):
        pairs = zip(table["country_code"], table["country"], strict=True)
        words["country"] = pd.Series([language.country(code, name) for code, name in pairs], table.index)
    return table.assign(**words)


def _write_column(sheet: Any, position: int, column: "pd.Series[Any]") -> None:  # noqa: ANN401 - as above
    write = sheet.write_number if pd.api.types.is_numeric_dtype(column.dtype) else sheet.write_string
    has_value = column.notna().to_numpy()
    values = column.to_numpy(object)
    for row in has_value.nonzero()[0].tolist():
        value = values[row]
        write(row + 1, position, value if write == sheet.write_number else _text(str(value)))


def _write_about(book: Any, about: Sequence[tuple[str, str, str]], language: Language) -> None:  # noqa: ANN401 - as above
    sheet = book.add_worksheet(language.say("About"))
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    head = _head(book)
    for row, line in enumerate([(language.say("about"), language.say("what"), language.say("value")), *about]):
        for position, text in enumerate(line):
            sheet.write_string(row, position, _text(text), *([head] if row == 0 else []))
    sheet.freeze_panes(1, 0)


def _head(book: Any) -> Any:  # noqa: ANN401 - as above
    return book.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "bg_color": "#F2F0EA",
            "bottom": 1,
            "font_color": "#1B2330",
        }
    )


def _format(book: Any, name: str, column: "pd.Series[Any]") -> Any:  # noqa: ANN401 - as above
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return None
    if name.startswith("saturation"):
        return book.add_format({"num_format": PERCENT_OF_EXPECTED})
    if name.startswith("p_"):
        return book.add_format({"num_format": SHARE})
    digits = DIGITS.get(name, 0 if pd.api.types.is_integer_dtype(column.dtype) else None)
    if digits is None:
        return None
    return book.add_format({"num_format": "#,##0" + ("." + "0" * digits if digits else "")})


def _text(value: str) -> str:
    return escape_formula(value)[:LONGEST_TEXT]
