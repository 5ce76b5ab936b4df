"""One page to print and one slide: the finding, the two short lists with their numbers, a map and a key."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from typing import Any

import pandas as pd

from hinterland.errors import OutputError
from hinterland.export.context import ExportContext, bring, template
from hinterland.export.projection import Canvas
from hinterland.export.static_map import Style, break_lines, colour_of_market, draw_picture, legend, shorten, text_width
from hinterland.export.tables import ranking
from hinterland.language import Language, Text
from hinterland.messages import brief as brief_messages
from hinterland.messages import plans as plan_messages
from hinterland.messages.brief import MISSING, MarketCounts, Row
from hinterland.pipeline import Results
from hinterland.planning import Plan


@dataclass(frozen=True)
class Highlights:
    """The ranking as files show it, markets by their labels, and the lists to put first, each under its title."""

    table: pd.DataFrame
    lists: Mapping[Text, pd.DataFrame]
    numbers: MarketCounts
    plural: str

    @property
    def first(self) -> pd.DataFrame:
        """The ranked markets of all lists, each once, by rank.

        Returns
        -------
        Rows of the ranking, columns of `tables.ranking`.
        """
        listed = pd.concat(list(self.lists.values())).drop_duplicates("market_id")
        return listed[listed["rank"].notna()].sort_values("rank")

    @property
    def heading(self) -> Text:
        """What the lists have in common."""
        return brief_messages.heading(self.numbers, self.plural)


def choose(findings: Results, count: int) -> Highlights:
    """Choose the lists to put first, `count` markets each; where none is under-served, the first of the ranking.

    Parameters
    ----------
    findings
        The results of one run.
    count
        Markets in each list, at most.

    Returns
    -------
    The ranking in the columns of the contract, and the markets to put first.
    """
    table, codes = ranking(findings), findings.settings.countries
    table = table[table["country_code"].isin(codes)] if codes else table
    if "label" in (first_ranking := next(iter(findings.rankings.values()))):
        table = table.assign(market=table["market_id"].map(first_ranking["label"]))
    ranked = table[table["rank"].notna()]
    under = ranked[ranked["class"] == "under-served"]
    plural = brief_messages.noun(findings.level, findings.settings)
    numbers = findings.count_markets(findings.settings.benchmark)
    chosen = findings.highlights(findings.settings.benchmark, count)
    lists = {Text(title): under[under["market_id"].isin(ids)] for title, ids in chosen.items()}
    first = {brief_messages.heading(numbers, plural): ranked.head(count)}
    return Highlights(table, lists if len(under) else first, numbers, plural)


def _choose_for(report: ExportContext, count: int) -> Highlights:
    """Choose the lists of a page: the shortlist, if the report is of one, else those to put first."""
    choice = choose(report.findings, count)
    if not report.is_shortlist or choice.table.empty:
        return choice
    title = Text("The markets of the plan") if report.plan else Text("Your shortlist")
    return replace(choice, lists={title: choice.table.sort_values("rank").head(2 * count)})


def _heading(report: ExportContext, choice: Highlights) -> Text:
    scenario = report.plan and report.plan.scenario
    return plan_messages.plan_heading(scenario.budget, scenario.currency) if scenario else choice.heading


def _plan_cells(plan: Plan, market_id: str, language: Language) -> dict[str, str]:
    """Write what a plan takes in a market, in place of what a page without a plan says of it."""
    creators, recruits, cost, won = (
        float(plan.markets[name][market_id]) for name in ("creators", "recruits", "cost", "people_won")
    )
    return {
        "ranks": f"{creators - recruits:.0f} + {recruits:.0f}",
        "unmet": language.render(brief_messages.short(won)),
        "evidence": language.number(cost),
    }


def _column_heads(report: ExportContext) -> dict[str, str]:
    """Head the columns in which a plan, if the report is of one, stands in place of what else there is to say."""
    say = report.language.say
    if report.plan is None:
        more = {"found": say("creators found, of normal"), "likely": say("likely")}
        unmet = say("people you could newly reach")
        return {"ranks": say("rank, likely"), "unmet": unmet, "evidence": say("how sure"), **more}
    hired, cost = say("creators + recruits"), say("cost, {currency}", currency=report.plan.scenario.currency)
    won = say("people newly reached")
    return {"ranks": hired, "unmet": won, "evidence": cost, "found": hired, "likely": say("newly reached")}


def summarise(findings: Results, count: int, language: Language) -> dict[str, Any]:
    """Return the finding in one sentence, and the first markets of two questions: smaller cities, and abroad.

    Returns
    -------
    `sentence`, and `lists`: mappings of `title`, `market_ids` and `lines`, one line a market; none where no market is
    under-served. A list that cannot compare markets has no sentence.
    """
    if not findings.comparable:
        return {"sentence": "", "lists": []}
    choice = choose(findings, count)
    return {
        "sentence": language.render(findings.finding(findings.settings.benchmark)),
        "lists": [
            {
                "title": language.render(title),
                "market_ids": table["market_id"].tolist(),
                "lines": [language.render(brief_messages.entry(row)) for row in table.to_dict("records")],
            }
            for title, table in choice.lists.items()
            if choice.numbers.under
        ],
    }


def avoid(choice: Highlights, count: int) -> pd.DataFrame:
    """Choose over-saturated markets: those with the most creators above what is expected.

    Parameters
    ----------
    count
        Markets, at most.

    Returns
    -------
    Rows of `choice.table`, the largest surplus of creators first.
    """
    over = choice.table[(choice.table["class"] == "over-saturated") & choice.table["rank"].notna()]
    surplus = over["expected_creators"] * (over["saturation"] / 100 - 1)
    return over.loc[surplus.sort_values(ascending=False, kind="stable").index[:count]]


ROWS, AVOIDED = 5, 3
PAGE_MAP = Style(Canvas(1060, 340), 15, 20)
FIRST_NOTES = frozenset({"synthetic", "held_out", "decidable"})
# what fits the page, in letters of the size they are printed in
NAME_EMS, NOTES_LETTERS, ONE_NOTE = 18.5, 900, 420
# the axis of the interval bars ends at half as many again as expected
AXIS, AS_EXPECTED = 150.0, 100.0


def brief_html(report: ExportContext) -> str:
    """Write the brief as one HTML page without scripts that prints to one sheet of A4 or Letter."""
    findings = report.findings
    choice = _choose_for(report, ROWS)
    style = template("brief.css").render()
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    return template("brief.html").render(
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
        report=report,
        choice=choice,
        is_listed=choice.numbers.ranked > 0 or report.is_shortlist,
        heading=report.language.render(_heading(report, choice)) if report.plan else report.language.say(MISSING),
        heads=_column_heads(report),
        run_summary=_run_summary(report, choice),
        finding=_finding(report, choice),
        trust=report.findings.trust,
        picture=draw_picture(choice.table, choice.first, report.basemap(), PAGE_MAP),
        lists={
            report.language.render(title): [_row(row, report) for row in table.to_dict("records")]
            for title, table in choice.lists.items()
        },
        avoid=[
            report.language.render(brief_messages.surplus(row, _name(row, report.language)))
            for row in avoid(choice, AVOIDED).to_dict("records")
        ],
        notes=_notes(report, choice),
        legend=legend(report.language),
        words=brief_messages,
        say=report.language.say,
        render=report.language.render,
        interval=report.language.percent(findings.assumptions.interval),
        about=report.about(),
    )


def notebook_html(report: ExportContext) -> str:
    """Write the notebook's view; the map's scripts run in a sandbox of their own."""
    findings = report.findings
    choice = choose(findings, ROWS)
    return template("notebook.html").render(
        sentence=report.language.render(findings.finding(findings.settings.benchmark)),
        lists={
            report.language.render(title): [
                brief_messages.line(row, report.language) for row in table.to_dict("records")
            ]
            for title, table in choice.lists.items()
        },
        words=brief_messages,
        say=report.language.say,
        render=report.language.render,
        language=report.language,
        trust=report.findings.trust,
        page=report.page(),
    )


def brief_pdf(report: ExportContext) -> bytes:
    """Print the brief on A4; no clock, so the same run gives the same bytes.

    Raises
    ------
    OutputError
        Without the extra "pdf", or without the system library it draws with.
    """
    weasyprint = bring(".pdf")
    text = brief_html(report)
    identity = sha256(text.encode()).digest()[:16]
    # a logo stands in the page itself; nothing else is fetched
    fetcher = import_module("weasyprint.urls").URLFetcher(allowed_protocols=["data"]) if report.logo else _refuse_url
    return bytes(weasyprint.HTML(string=text, url_fetcher=fetcher).write_pdf(pdf_identifier=identity))


def _refuse_url(url: str, *_: object, **__: object) -> dict[str, Any]:
    raise OutputError("the brief must not load {url}: it contains everything it needs", url=url)


def _finding(report: ExportContext, choice: Highlights) -> list[str]:
    findings = report.findings
    sentences = [_sentence(report)]
    if choice.numbers.under and not report.plan:
        row: Row = choice.first.iloc[0].to_dict()
        name = _name(row, report.language)
        sentences.append(brief_messages.first_of(row, name, findings.settings))
    return list(map(report.language.render, sentences))


def _sentence(report: ExportContext) -> Text:
    """Word what the report says, in a sentence or two."""
    plan = report.plan
    if plan is not None:
        kinds = {str(kind): int(count) for kind, count in plan.lines.groupby("kind")["creators"].sum().items()}
        fees, currency = plan.cost_range, plan.scenario.currency
        return plan_messages.plan_finding(kinds, len(plan.markets), plan.people, fees=fees, currency=currency)
    return report.findings.finding(report.findings.settings.benchmark)


def _run_summary(report: ExportContext, choice: Highlights) -> list[tuple[str, str]]:
    names = [source.name for source in report.sources]
    counts = report.findings.counts["used"], report.findings.placed
    lines = brief_messages.describe_run(names, report.findings.settings, choice.plural, counts)
    return [(report.language.render(what), report.language.render(value)) for what, value in lines]


def _name(row: Row, language: Language) -> str:
    line = brief_messages.line(row, language)
    return shorten(", ".join(filter(None, (line["market"], line["country"]))), 1, 2 * NAME_EMS)


def _row(row: Row, report: ExportContext) -> dict[str, Any]:
    """Word one line of the table, cut to its room."""
    line = brief_messages.line(row, report.language)
    # where there is no room for both names, the country goes by its code
    has_room = text_width(line["market"] + line["country"], 1) <= NAME_EMS
    country = line["country"] if has_room or not line["country"] else str(row["country_code"])
    return {
        **line,
        **(_plan_cells(report.plan, row["market_id"], report.language) if report.plan else {}),
        "market": shorten(line["market"], 1, NAME_EMS - text_width(country, 1)),
        "country": country,
        "colour": colour_of_market(row),
        "bar": None if pd.isna(row["saturation"]) else _bar(row),
    }


def _bar(row: Row) -> dict[str, float]:
    """Place an interval, and what is expected, on an axis of 100 units; what goes beyond its end is cut there."""
    names = ("saturation_low", "saturation", "saturation_high")
    low, middle, high = (_place(float(row[name])) for name in names)
    return {"low": low, "middle": middle, "high": high, "expected": _place(AS_EXPECTED)}


def _place(saturation: float) -> float:
    return round(min(saturation, AXIS) * 100 / AXIS, 1)


def _notes(report: ExportContext, choice: Highlights) -> list[str]:
    """Say what the list cannot tell: its reach first, then every warning there is room for."""
    # of a part of the markets nothing is said about the rest
    missing = 0 if report.is_shortlist else int((choice.table["class"] == "not covered").sum())
    more = len(choice.table) - sum(map(len, choice.lists.values())) if report.is_shortlist else 0
    own = [plan_messages.more_of_plan(more)] * (more > 0)
    own += [report.plan.first_market] if report.plan and report.plan.first_market else []
    language = report.language.for_pages()
    fired = sorted(report.findings.warnings, key=lambda notice: notice.code not in FIRST_NOTES)
    sentences = [language.render(notice) for notice in fired]
    reach = [report.language.render(brief_messages.uncovered(missing, choice.plural))] if missing else []
    first = [*map(report.language.render, own), *sentences[: len(FIRST_NOTES)], *reach]
    return _fit_notes([*first, *sentences[len(FIRST_NOTES) :]], report.language)


def _fit_notes(sentences: Sequence[str], language: Language) -> list[str]:
    notes: list[str] = []
    for sentence in sentences:
        short = shorten(re.sub(r"\s+", " ", brief_messages.readable(sentence)), 1, ONE_NOTE * 0.58)
        if sum(map(len, notes)) + len(short) > NOTES_LETTERS:
            break
        notes.append(short)
    more = len(sentences) - len(notes)
    return [*notes, language.render(brief_messages.more_notes(more))] if more else notes


LISTED_MARKETS = 11
SLIDE_MAP = Style(Canvas(1320, 742), 15, 30)
KEY_WIDTH, KEY_INDENT, KEY_SIZE = 444, 54, 17
INTERVAL_WIDTH = 100
SUBTITLE, LINE_WIDTH = 19, 1_790


def slide_svg(report: ExportContext) -> str:
    """Draw the slide as SVG: text stays text, every number the same as in the ranking."""
    choice = _choose_for(report, LISTED_MARKETS)
    picture = draw_picture(choice.table, choice.first, report.basemap(), SLIDE_MAP)
    language = report.language
    trust = report.findings.trust
    finding = " ".join(map(language.render, [_sentence(report), *([trust.verdict] if trust else [])]))
    return template("slide.svg").render(
        title=report.title,
        heading=language.render(_heading(report, choice)),
        heads=_column_heads(report),
        finding=break_lines(finding, SUBTITLE, LINE_WIDTH),
        run_summary=_run_summary(report, choice),
        picture=picture,
        key=list(_lines(choice, report)),
        legend=legend(report.language),
        words=brief_messages,
        say=language.say,
        render=language.render,
        language=language,
        about=report.about(),
    )


def slide_png(report: ExportContext) -> bytes:
    """Draw the slide as PNG, with the fonts of this machine.

    Raises
    ------
    OutputError
        Without the extra "slides".
    """
    return bytes(bring(".png").svg_to_png(slide_svg(report), scale=1))


def _lines(choice: Highlights, report: ExportContext) -> Iterator[dict[str, Any]]:
    """Write the lines of the key: the title of each list, then its markets."""
    for title, table in choice.lists.items():
        yield {"title": shorten(report.language.render(title), KEY_SIZE, KEY_WIDTH)}
        yield from (_entry(row, report) for row in table.to_dict("records"))
        if table.empty:
            yield {"remark": report.language.say(brief_messages.NONE_CLEARLY)}


def _entry(row: Row, report: ExportContext) -> dict[str, Any]:
    language, cells = report.language, brief_messages.line(row, report.language)
    found, likely = brief_messages.few(row, language), cells["share" if pd.isna(row["saturation"]) else "interval"]
    if report.plan:
        of_plan = _plan_cells(report.plan, row["market_id"], language)
        found, likely = of_plan["ranks"], of_plan["unmet"]
    # a label that names its region is the only one of its name
    is_one = row["level"] == "country" or ", " in cells["market"]
    place = cells["market"] if is_one else f"{cells['market']}, {row['country_code']}"
    room = KEY_WIDTH - INTERVAL_WIDTH - KEY_INDENT - text_width(f"{found}  ", KEY_SIZE)
    return {
        "rank": cells["rank"],
        "name": shorten(place, KEY_SIZE, room),
        "colour": colour_of_market(row),
        "found": found,
        "likely": likely,
    }
