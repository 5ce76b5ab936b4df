"""Draw forty metros and their cities, to be judged by eye: python tests/support/gallery.py gallery.html."""

import sys
from html import escape
from pathlib import Path

import geopandas as gpd
import shapely

from hinterland.reference import load_boundaries, load_markets

METROS = (
    *("New York", "Los Angeles", "San Francisco", "Tampa", "Minneapolis", "El Paso", "Toronto", "Mexico City"),
    *("São Paulo", "Buenos Aires", "Lima", "Bogotá", "London", "Paris", "Madrid", "Berlin", "Essen", "Rotterdam"),
    *("Amsterdam", "Copenhagen", "Malmö", "Milan", "Istanbul", "Moscow", "Cairo", "Lagos", "Johannesburg", "Nairobi"),
    *("Tokyo", "Osaka", "Seoul", "Jakarta", "Manila", "Delhi", "Mumbai", "Singapore", "Hong Kong", "Shanghai"),
    *("Sydney", "Auckland"),
)
REACH = 0.9
SIZE = 260


def draw(name: str, row, outlines: dict[str, gpd.GeoDataFrame]) -> str:
    """Make one panel: land, the metros around, the metro itself, and its city markets."""
    x, y = row["longitude"], row["latitude"]
    window = shapely.box(x - REACH, y - REACH, x + REACH, y + REACH)
    layers = [
        panel(outlines["country"].geometry, window, "#f4f1e8", "#b9b3a3"),
        panel(outlines["metro"].geometry.drop(row.name), window, "#dfe7ef", "#9fb0c2"),
        panel(outlines["metro"].geometry.loc[[row.name]], window, "#f0a860", "#7f3b08"),
        panel(outlines["city"].geometry, window, "none", "#55555588"),
    ]
    words = f"{name}: {row['population'] / 1e6:.1f} M, {row['area_km2']:,.0f} km2, {row['boundary_kind']}"
    view = f"{x - REACH} {-y - REACH} {2 * REACH} {2 * REACH}"
    drawn = f'<svg viewBox="{view}" width="{SIZE}" height="{SIZE}" style="background:#cfdfea">{"".join(layers)}</svg>'
    return f"<figure>{drawn}<figcaption>{escape(words)}</figcaption></figure>"


def panel(shapes: gpd.GeoSeries, window: shapely.Geometry, fill: str, line: str) -> str:
    """Draw the shapes that touch the window, north up."""
    near = shapes[shapes.intersects(window)]
    return "".join(
        shapely.transform(shape, lambda xy: xy * [1, -1])
        .svg(scale_factor=0.002, fill_color=fill, opacity=1)
        .replace("#555555", line)
        for shape in near
    )


def main(path: Path) -> None:
    outlines = {level: load_boundaries(level) for level in ("country", "metro", "city")}
    metros = load_markets("metro", min_population=15_000).sort_values("population", ascending=False)
    found = {name: metros[metros["market"] == name] for name in METROS}
    figures = [draw(name, rows.iloc[0], outlines) for name, rows in found.items() if len(rows)]
    missing = [name for name, rows in found.items() if rows.empty]
    style = "figure{display:inline-block;margin:6px;font:12px sans-serif}"
    page = f"<!doctype html><meta charset=utf-8><title>Metros</title><style>{style}</style>{''.join(figures)}"
    path.write_text(page + f"<p>No metro of this name: {', '.join(missing) or 'none'}</p>", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
