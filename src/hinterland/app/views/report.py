"""Page: take the result along, in every format, with what is needed to repeat it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from hinterland.analysis import Analysis
from hinterland.app import queries, state, url_state
from hinterland.app.components.questions import stop_without_list
from hinterland.app.components.settings_form import ask_benchmark
from hinterland.app.jobs import wait_quietly
from hinterland.app.labels import literal, say, say_count, visitor_language
from hinterland.app.url_state import command_line, script
from hinterland.errors import InputError
from hinterland.export import EXPORTERS, ExportContext, missing_extra, render, render_manifest
from hinterland.export.files import embed_picture
from hinterland.export.tables import csv_bytes, ranking
from hinterland.ingest import mapping_toml
from hinterland.language import later
from hinterland.planning import Plan, Scenario


class File(NamedTuple):
    """One file to take along: its name, whose ending chooses the exporter, its kind, and what people read of it."""

    name: str
    kind: str
    label: str
    note: str


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOML = "application/toml"
SHORTLIST, PLAN, EVERYTHING = later("Your shortlist"), later("Your plan"), later("All markets")


def to_show() -> Iterator[File]:
    """List what is shown or sent to others."""
    yield File(
        "hinterland.pdf",
        "application/pdf",
        say("One-page brief (PDF)"),
        say("The question, the finding and how sure it is, on one page."),
    )
    yield File(
        "hinterland.brief.html",
        "text/html",
        say("One-page brief (web page)"),
        say("The same page; prints to one sheet of A4 or Letter."),
    )
    yield File(
        "map.html", "text/html", say("Map (web page)"), say("One file; opens in any browser, without a network.")
    )
    yield File("slide.png", "image/png", say("Map for slides (PNG)"), say("1920 x 1080, the first 25 markets named."))
    yield File("slide.svg", "image/svg+xml", say("Map for slides (SVG)"), say("The same, sharp at any size."))


def to_work_with() -> Iterator[File]:
    """List tables and polygons."""
    yield File(
        "ranking.csv",
        "text/csv",
        say("Ranking (CSV)"),
        say("Every market with its interval, as the command line writes it."),
    )
    yield File(
        "ranking.xlsx",
        SHEET,
        say("Ranking (Excel)"),
        say("The same table as a workbook, without formulas; a second sheet says what it rests on."),
    )
    yield File(
        "ranking.parquet",
        "application/octet-stream",
        say("Boundaries (GeoParquet)"),
        say("Ranking and polygons, for analysts."),
    )
    yield File(
        "ranking.gpkg",
        "application/geopackage+sqlite3",
        say("Boundaries (GeoPackage)"),
        say("The same for QGIS and ArcGIS."),
    )
    yield File(
        "ranking.geojson",
        "application/geo+json",
        say("Boundaries (GeoJSON)"),
        say("The same for web maps and GIS."),
    )


def to_extend(files: Sequence[File]) -> Iterator[File]:
    """List what exporters write that none of the `files` is of."""
    for ending in EXPORTERS:
        if not any(file.name.endswith(ending) for file in files):
            label = say("Ranking ({ending})", ending=ending)
            yield File(f"ranking{ending}", "application/octet-stream", label, say("As the command line writes it."))


def shortlisted(analysis: Analysis, markets: Sequence[str]) -> bytes:
    """Make the ranking of some markets alone."""
    table = ranking(analysis.findings)
    return csv_bytes(table[table["market_id"].isin(markets)])


def offer(file: File, content: Callable[[], bytes | str] | str, *, lacking: str = "", main: bool = False) -> None:
    """Offer one file, made when clicked; or say why it cannot be."""
    button, note = st.columns([2, 3], vertical_alignment="center")
    button.download_button(
        file.label,
        content,
        file.name,
        file.kind,
        key=f"take {file.name}",
        type="primary" if main else "secondary",
        width="stretch",
        on_click="ignore",
        disabled=bool(lacking),
    )
    note.caption(lacking or file.note)


def make_plan(analysis: Analysis, scenario: Scenario) -> Plan:
    """Make the plan of the Plan page; whoever stops it has none any more."""
    return wait_quietly(
        queries.plan(analysis, scenario),
        say("Choosing creators and markets; with many limits this can take half a minute"),
        on_stop=partial(url_state.answer, "plan", None),
    )


def ask_client() -> dict[str, Any]:
    """Ask for whom the report is, its date and a logo; kept with the project, but for the logo."""
    client: dict[str, str] = st.session_state.setdefault("client", {})
    with st.expander(say("For a client: name, date, logo")):
        name, day, logo = st.columns([2, 1, 2])
        client["name"] = name.text_input(say("Client"), client.get("name", ""), max_chars=80)
        client["date"] = day.text_input(say("Date"), client.get("date", ""), max_chars=40)
        file = logo.file_uploader(say("Logo (PNG or JPEG)"), type=["png", "jpg", "jpeg"], key="logo")
    address = ""
    if file is not None:
        try:
            address = embed_picture(file.getvalue(), file.name)
        except InputError as mistake:
            st.warning(literal(say(mistake.text)))
    return {"title": " · ".join(filter(None, (client["name"], client["date"]))), "logo": address}


def ask_part(analysis: Analysis) -> dict[str, Any]:
    """Ask what the report is of: the shortlist, with which it begins if there is one, the plan, or all markets.

    Returns
    -------
    Arguments of `Analysis.report`: `markets` or `plan`, or nothing for all markets.
    """
    markets = [market for market in state.shortlist() if market in analysis.ranking.index]
    scenario = url_state.wanted_plan()
    parts = {SHORTLIST: bool(markets), PLAN: scenario is not None, EVERYTHING: True}
    offered = [part for part, is_there in parts.items() if is_there]
    if offered == [EVERYTHING]:
        return {}
    url_state.keep_offered("report on", offered, offered[0] if markets else EVERYTHING)
    part = st.segmented_control(say("Report on"), offered, format_func=say, key="report on", required=True)
    if part == PLAN and scenario is not None:
        return {"plan": make_plan(analysis, scenario)}
    return {"markets": markets} if part == SHORTLIST else {}


def offer_exports(report: ExportContext, files: Iterable[File]) -> None:
    """Offer each file in the bytes the command line would write."""
    for file in files:
        suffix = file.name[file.name.index(".") :]
        extra = missing_extra(suffix)
        lacking = say('Not installed here: pip install "hinterland[{extra}]"', extra=extra) if extra else ""
        offer(file, partial(render, report, suffix), lacking=lacking)


def offer_shortlist(analysis: Analysis) -> None:
    """Offer the shortlist, or say how to start one."""
    # files are made outside of the session, where its state cannot be read
    markets = tuple(state.shortlist())
    count = len(markets)
    note = say_count("The {count} market you put aside.", "The {count} markets you put aside.", count)
    empty = "" if count else say("Still empty: choose a market under Explore and add it.")
    file = File("shortlist.csv", "text/csv", say("Shortlist (CSV)"), note)
    offer(file, partial(shortlisted, analysis, markets), lacking=empty, main=True)


def offer_reproduction(analysis: Analysis) -> None:
    """Offer what repeats the run elsewhere."""
    st.caption(say("On the command line"))
    st.code(command_line(analysis.findings.settings), language=None, wrap_lines=True)
    st.caption(say("In Python"))
    st.code(script(analysis.findings.settings), language=None, wrap_lines=True)
    settings = File(
        "ranking.csv.run.toml",
        TOML,
        say("Run manifest (TOML)"),
        say("Inputs, settings, versions, counts and warnings: what the result rests on."),
    )
    offer(settings, partial(render_manifest, analysis.findings, analysis.files, visitor_language()))
    offer_project(analysis)
    reading = File(
        "reading.toml",
        TOML,
        say("How the list is read (TOML)"),
        say("Columns, encoding and header row, for --mapping on the command line."),
    )
    offer(reading, partial(mapping_toml, analysis.listing))


def offer_project(analysis: Analysis) -> None:
    """Offer the project, with the lines of the plan only where the visitor says so."""
    note = say("Settings, shortlist and plan. It holds neither your list nor a creator's name: keep the list yourself.")
    scenario, lines = url_state.wanted_plan(), None
    if scenario is not None and st.toggle(say("Save the plan's creators with the project"), key="save lines"):
        note = say(
            "Settings, shortlist, and the plan with the handles of its creators: handle it as you do your list, which "
            "is not in it."
        )
        lines = make_plan(analysis, scenario).lines
    project = File("project.json", "application/json", say("Project, to go on later (JSON)"), note)
    offer(project, url_state.project(lines))


if state.analysis() is None:
    stop_without_list(say("Nothing to report yet"))
st.title(say("Downloads"))
st.write(say("Every file is made when you click. None contains a creator's name."))
analysis = state.analysis(ask_benchmark())
if analysis is not None:
    files, reproduction = st.columns([3, 2], gap="large")
    with files:
        report = analysis.report(visitor_language(), **ask_client(), **ask_part(analysis))
        offer_shortlist(analysis)
        st.subheader(say("To show"))
        offer_exports(report, to_show())
        st.subheader(say("To work with"))
        offer_exports(report, (*to_work_with(), *to_extend((*to_show(), *to_work_with()))))
    with reproduction:
        st.subheader(say("The same run elsewhere"))
        offer_reproduction(analysis)
