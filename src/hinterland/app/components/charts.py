"""Charts of what is uncertain: always the interval, never the point alone."""

import altair as alt
import pandas as pd

from hinterland.app.labels import percent, say

ORANGE, DARK, GREY, BLUE = "#d9741a", "#a04a00", "#808691", "#5e7fb1"
# told apart with any kind of colour vision (Okabe and Ito)
PARTS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"]
AXIS_END = 200.0
ROW = 34
MARKETS = 25
# pixels for legend and axis, which the height of a chart includes
LEGEND, AXIS = 170, 70
TWO = 2


def describe_interval(row: pd.Series, interval: float) -> str:
    """Say what the chart of one market shows.

    Parameters
    ----------
    row
        One market of a ranking.
    interval
        Probability of the interval (0-1).

    Returns
    -------
    A sentence for those who cannot see the chart.
    """
    low, mid, high = (percent(row[name] / 100) for name in ("saturation_low", "saturation", "saturation_high"))
    return say(
        "{mid} of normal; likely {low} to {high} ({interval} range)",
        mid=mid,
        low=low,
        high=high,
        interval=percent(interval),
    )


def interval_chart(row: pd.Series) -> alt.LayerChart | alt.FacetChart:
    """Draw saturation with its interval against 100, as expected.

    Parameters
    ----------
    row
        One market of a ranking.

    Returns
    -------
    A chart in percent of expected.
    """
    bounds = row[["saturation_low", "saturation", "saturation_high"]].astype(float)
    hidden_axis = alt.Y("name:N", axis=None)
    return _draw_intervals(pd.DataFrame([bounds]).assign(name=""), hidden_axis).properties(height=72)


def intervals_chart(rows: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Draw the saturation of several markets, each with its interval; `name` labels a row, `series` colours it.

    Parameters
    ----------
    rows
        One row per interval, with `name`, `series`, and saturation, saturation_low and saturation_high in percent of
        expected.

    Returns
    -------
    A chart with the rows in their order, and a dashed line at 100 %.
    """
    table = rows[["name", "series", "saturation_low", "saturation", "saturation_high"]]
    label = alt.Axis(title=None, labelLimit=240)
    names = alt.Y("name:N", sort=list(dict.fromkeys(rows["name"])), axis=label)
    return _draw_intervals(table, names).properties(height=ROW * len(rows) + 40)


def parts_chart(twins: pd.DataFrame) -> alt.Chart:
    """Draw how far each twin is, by what sets it apart; `name` labels a row.

    Parameters
    ----------
    twins
        The table of `list_twins` with `name`: distance_size, distance_income and so on are the parts.

    Returns
    -------
    A chart with one stacked bar per twin, in the order of the rows.
    """
    parts = {
        "size": say("people online"),
        "income": say("income"),
        "language": say("languages"),
        "region": say("place"),
        "niche": say("niches"),
        "platform": say("platforms"),
        "tier": say("sizes of creators"),
    }
    rows = twins.rename(columns={f"distance_{part}": label for part, label in parts.items()})
    long = rows.melt(["name"], list(parts.values()), "part", "apart")
    order = list(parts.values())
    colours = alt.Scale(domain=order, range=PARTS)
    chart: alt.Chart = (
        alt.Chart(long, height=ROW * 0.8 * len(rows) + LEGEND)
        .mark_bar()
        .encode(
            alt.Y("name:N", sort=list(rows["name"]), axis=alt.Axis(title=None, labelLimit=240, labelOverlap=False)),
            alt.X("apart:Q", axis=alt.Axis(title=say("distance"), grid=False)),
            alt.Color("part:N", scale=colours, sort=order, legend=alt.Legend(title=None, orient="top", columns=2)),
            order=alt.Order("part:N"),
        )
    )
    return chart


def plan_chart(markets: pd.DataFrame) -> alt.Chart:
    """Draw how many people a plan wins in each market, best first; `name` labels a row.

    Parameters
    ----------
    markets
        `Plan.markets` with `name`: people_won (people) and cost (money), best first.

    Returns
    -------
    A chart of the first 25 rows.
    """
    rows = markets.head(MARKETS)
    chart: alt.Chart = (
        alt.Chart(rows[["name", "people_won", "cost"]], height=ROW * 0.8 * len(rows) + AXIS)
        .mark_bar(color=ORANGE)
        .encode(
            alt.Y("name:N", sort=list(rows["name"]), axis=alt.Axis(title=None, labelLimit=200, labelOverlap=False)),
            alt.X("people_won:Q", axis=alt.Axis(title=say("people newly reached"), format="~s", grid=False)),
        )
    )
    return chart


def curve_chart(curve: pd.DataFrame, budget: float, currency: str) -> alt.LayerChart | alt.FacetChart:
    """Draw people reached against budget, with the budget asked about.

    Parameters
    ----------
    curve
        The table of `draw_curve`: budget (money, in `currency`) and people.
    budget
        In `currency`; it stands as a dashed line.

    Returns
    -------
    A chart with one point per row of `curve`, joined by lines.
    """
    base = alt.Chart(curve, height=280).encode(
        alt.X("budget:Q", axis=alt.Axis(title=say("budget, {currency}", currency=currency), format="~s", grid=False)),
        alt.Y("people:Q", axis=alt.Axis(title=say("people newly reached"), format="~s")),
    )
    budget_rule = (
        alt.Chart(pd.DataFrame({"budget": [budget]})).mark_rule(strokeDash=[4, 4], color=GREY).encode(x="budget:Q")
    )
    return alt.layer(budget_rule, base.mark_line(color=ORANGE), base.mark_point(filled=True, size=80, color=DARK))


def _draw_intervals(table: pd.DataFrame, names: alt.Y) -> alt.LayerChart | alt.FacetChart:
    end = max(AXIS_END, float(table["saturation_high"].max()) * 1.1)
    axis = alt.Axis(labelExpr="datum.value + ' %'", tickCount=5, grid=False)
    low = alt.X("saturation_low:Q", scale=alt.Scale(domain=[0, end]), axis=axis, title=None)
    base = alt.Chart(table).encode(names)
    expected = alt.Chart(pd.DataFrame({"expected": [100.0]}))
    norm = expected.mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=GREY).encode(alt.X("expected:Q", title=None))
    series = list(dict.fromkeys(table["series"])) if "series" in table else []
    if len(series) < TWO:
        line = base.mark_rule(size=6, color=ORANGE).encode(low, x2="saturation_high:Q")
        dot = base.mark_point(filled=True, size=120, opacity=1, color=DARK).encode(x="saturation:Q")
        return alt.layer(norm, line, dot)
    legend = alt.Legend(title=None, orient="top", columns=1, labelLimit=300)
    channels = (
        alt.Color("series:N", scale=alt.Scale(domain=series, range=[ORANGE, BLUE]), legend=legend),
        alt.YOffset("series:N", sort=series),
    )
    line = base.mark_rule(size=5).encode(low, *channels, x2="saturation_high:Q")
    dot = base.mark_point(filled=True, size=90, opacity=1).encode(*channels, x="saturation:Q")
    return alt.layer(norm, line, dot)
